/**
 * Mail that an application sends: what its server is told by, in the words of
 * whoever sends it.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import type { Rule, Subject } from "./rule.ts";

/** What stands for the parts of a mail account. */
export interface MailWords {
  host: string;
  login: string;
  /** STARTTLS on port 587. */
  starttls: string;
  /** TLS from the start, on port 465. */
  tls: string;
  sender: string;
}

const DJANGO: MailWords = {
  host: "EMAIL_HOST and EMAIL_PORT of the settings",
  login: "EMAIL_HOST_USER and EMAIL_HOST_PASSWORD of the settings",
  starttls: "EMAIL_USE_TLS = True and EMAIL_PORT = 587, without EMAIL_USE_SSL",
  tls: "EMAIL_USE_SSL = True and EMAIL_PORT = 465, without EMAIL_USE_TLS",
  sender: "DEFAULT_FROM_EMAIL of the settings, or the sender of the mail",
};
const FLASK: MailWords = {
  host: "MAIL_SERVER and MAIL_PORT of `app.config`",
  login: "MAIL_USERNAME and MAIL_PASSWORD of `app.config`",
  starttls: "MAIL_USE_TLS = True and MAIL_PORT = 587, without MAIL_USE_SSL",
  tls: "MAIL_USE_SSL = True and MAIL_PORT = 465, without MAIL_USE_TLS",
  sender: "MAIL_DEFAULT_SENDER of `app.config`, or the sender of the mail",
};
const SMTPLIB: MailWords = {
  host: "host and port in `smtplib.SMTP(…)`",
  login: "name and password in `login(…)`",
  starttls:
    "`smtplib.SMTP(host, 587)`, and below it `starttls()` before `login(…)`",
  tls: "`smtplib.SMTP_SSL(host, 465)`, without `starttls()`",
  sender: "the sender that `sendmail()` or `send_message()` is given",
};

/** How the one who sends calls the parts of a mail account. */
export function mailWords({ raised }: Subject): MailWords {
  const files = raised.frames.map(({ file }) => file);
  return files.some((file) => /\/django\/core\/mail\//.test(file))
    ? DJANGO
    : files.some((file) => /\/flask_mail(?:man)?\b/.test(file))
    ? FLASK
    : SMTPLIB;
}

/** The rules of mail. */
export const mail = (): Rule[] => [
  {
    name: "mail-tls",
    code: "mail-failed",
    over: "tls-broken tls-failed mail-server network-unreachable",
    when: [
      {
        type: "SSLError",
        message:
          /WRONG_VERSION_NUMBER|UNKNOWN_PROTOCOL|wrong version number|record layer failure/,
        through: /\/smtplib\.py /,
      },
      {
        type: "SMTPServerDisconnected",
        message: /Connection unexpectedly closed/,
        through: /\/smtplib\.py (?:__init__|connect)$/,
      },
      {
        message: /^EMAIL_USE_TLS\/EMAIL_USE_SSL are mutually exclusive/,
      },
      {
        type: "SMTPNotSupportedError SMTPException",
        message:
          /STARTTLS extension not supported|SMTP AUTH extension not supported|No suitable authentication method/,
      },
    ],
    claim: (subject) => {
      const { kind, text, line } = subject;
      const { starttls, tls } = mailWords(subject);
      if (/mutually exclusive/.test(text)) {
        return {
          says:
            "Django's settings have both EMAIL_USE_TLS and EMAIL_USE_SSL true, and one mail server takes one of the two",
          mend: `Write ${starttls}; or ${tls}`,
        };
      }
      const isEarly = kind === "SSLError";
      const isClosed = kind === "SMTPServerDisconnected";
      return {
        says: isEarly
          ? `The server for mail was reached, and does not speak TLS from the start on that port: ${line}`
          : isClosed
          ? `The server for mail ended the connection before it said a word: ${line}`
          : /AUTH/.test(text)
          ? `The server for mail takes no login on this connection: ${line}`
          : `The server for mail offers no STARTTLS on that port: ${line}`,
        ...isClosed &&
          { probably: "it wants TLS from the start on that port (465)" },
        mend: isClosed
          ? `Write ${tls}; or ${starttls}`
          : `Write ${starttls}; or ${tls}${
            isEarly
              ? ""
              : "; a server of this machine itself (localhost) mostly takes mail without either, and without a login"
          }`,
      };
    },
    examples: [
      {
        raised:
          "ssl.SSLError: [SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)",
        in: ["PYTHON/smtplib.py connect", "PYTHON/ssl.py do_handshake"],
        says: "does not speak TLS from the start",
        mend: "`starttls()` before `login(…)`",
      },
      {
        raised:
          "ssl.SSLError: [SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)",
        in: [
          "PACKAGES/django/core/mail/backends/smtp.py open",
          "PYTHON/smtplib.py connect",
          "PYTHON/ssl.py do_handshake",
        ],
        mend: "Write EMAIL_USE_TLS = True and EMAIL_PORT = 587",
      },
      {
        raised:
          "smtplib.SMTPServerDisconnected: Connection unexpectedly closed",
        in: [
          "PACKAGES/flask_mail.py configure_host",
          "PYTHON/smtplib.py __init__",
          "PYTHON/smtplib.py connect",
          "PYTHON/smtplib.py getreply",
        ],
        says: "probably it wants TLS from the start",
        mend: "Write MAIL_USE_SSL = True and MAIL_PORT = 465",
      },
      {
        raised:
          "smtplib.SMTPNotSupportedError: SMTP AUTH extension not supported by server.",
        in: ["PYTHON/smtplib.py login"],
        says: "takes no login",
        mend: "starttls()",
      },
      {
        raised:
          "ValueError: EMAIL_USE_TLS/EMAIL_USE_SSL are mutually exclusive, so only set one of those settings to True.",
        in: "PACKAGES/django/core/mail/backends/smtp.py __init__",
        mend: "without EMAIL_USE_SSL",
      },
    ],
    not: [
      {
        raised:
          "ssl.SSLError: [SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)",
        in: ["PYTHON/http/client.py connect", "PYTHON/ssl.py do_handshake"],
      },
      {
        raised:
          "smtplib.SMTPServerDisconnected: Connection unexpectedly closed",
        in: ["PYTHON/smtplib.py sendmail", "PYTHON/smtplib.py getreply"],
      },
    ],
  },
  {
    name: "mail-not-now",
    code: "mail-failed",
    over: "mail-server",
    when: [
      {
        type: /^smtplib\.SMTP\w+/,
        message:
          /\((4[0-9]{2}), |limit exceeded|quota exceeded|[Tt]oo many (?:messages|connections|login|recipients)|rate limit/,
      },
      {
        type: /^smtplib\.SMTP\w+/,
        message:
          /HELO|EHLO|fully[- ]qualified hostname|\b5\.1\.[0-3]\b|User unknown|[Nn]o such user|mailbox unavailable|[Rr]elay(?:ing)? (?:access )?denied/,
      },
      { type: "SMTPHeloError" },
    ],
    claim: (subject) => {
      const { line, text, kind } = subject;
      const { login, sender } = mailWords(subject);
      if (/\b530\b|\b535\b|\b534\b/.test(text)) return undefined;
      if (
        kind === "SMTPHeloError" || /HELO|EHLO|fully[- ]qualified/.test(text)
      ) {
        return {
          says:
            `The server for mail does not take the name by which this machine greets it: ${line}`,
          mend:
            'Give it one: `smtplib.SMTP(host, port, local_hostname="www.example.org")`; Django and others take the name of the machine (`hostname -f`), which its administrators set',
        };
      }
      if (/[Rr]elay/.test(text)) {
        return {
          says:
            `The server for mail takes mail for others only from who has logged in, or from its own addresses: ${line}`,
          mend:
            `Log in (${login}), and use a sender that belongs to the account (${sender})`,
        };
      }
      if (/5\.1\.[0-3]|[Uu]nknown|[Nn]o such|unavailable/.test(text)) {
        return {
          says: `The server for mail knows no such receiver: ${line}`,
          mend:
            "Correct the address; catch the error where it comes from a form, and tell the visitor",
        };
      }
      return {
        says: `The server for mail takes no mail for now: ${line}`,
        mend:
          "Try again later, and send less at once: accounts have limits by the hour and the day, which the provider names; for many mails there are services of their own",
      };
    },
    examples: [
      {
        raised:
          "smtplib.SMTPDataError: (421, b'4.7.0 Daily user sending limit exceeded')",
        in: "PYTHON/smtplib.py sendmail",
        mend: "Try again later",
      },
      {
        raised:
          "smtplib.SMTPRecipientsRefused: {'a@b.c': (550, b'5.1.1 User unknown')}",
        in: "PYTHON/smtplib.py sendmail",
        says: "knows no such receiver",
      },
      {
        raised:
          "smtplib.SMTPHeloError: (501, b'Syntactically invalid HELO argument(s)')",
        in: "PYTHON/smtplib.py ehlo",
        mend: "local_hostname",
      },
      {
        raised:
          "smtplib.SMTPRecipientsRefused: {'a@b.c': (554, b'5.7.1 Relay access denied')}",
        in: "PYTHON/smtplib.py sendmail",
        mend: "Log in",
      },
    ],
    not: [
      "smtplib.SMTPAuthenticationError: (535, b'5.7.8 Username and Password not accepted')",
    ],
  },
];

/**
 * Other servers that the application asks: their names, ports, certificates,
 * and what a host does not let through.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { quoted } from "../text/wrap.ts";
import { hostIn, insideOf, NOT_AT_IMPORT } from "./hosts.ts";
import { type MailWords, mailWords } from "./mail.ts";
import { driverBelow, isOfDriver } from "./drivers.ts";
import { unsetAddress, unsetBehind, unsetInWords } from "./origins.ts";
import type { Claim, Rule, Subject } from "./rule.ts";
import { lineOf, linesOf, type Scene, textOf } from "./scene.ts";
import { missingVariables, settingsFiles } from "./unset.ts";

/** Variables of a mail account that the code reads, and nobody has set. */
const MAIL_VARIABLE =
  /(?:environ\.get|getenv)\(\s*["'](\w*(?:MAIL|SMTP)\w*(?:USER|NAME|PASS|LOGIN)\w*)["']\s*\)/g;

/** A server for mail that takes mail only from who has logged in. */
function wantsLogin(
  line: string,
  words: MailWords,
  file: string | undefined,
  scene: Scene,
): Claim {
  const { site, host } = scene;
  const { environment = {}, secretFiles = {} } = site.config ?? {};
  const reader = [...file ? [file] : [], ...settingsFiles(scene)]
    .find((each) =>
      linesOf(each, scene).some((one) => one.search(MAIL_VARIABLE) >= 0)
    );
  const unset = [...textOf(reader, scene).matchAll(MAIL_VARIABLE)]
    .map(([, name]) => name!)
    .filter((name) =>
      (environment[name] ?? secretFiles[name] ?? host.env[name]) === undefined
    );
  const [first] = unset;
  return {
    says: `The server for mail takes mail only from who has logged in: ${line}`,
    ...first && {
      probably: `nobody has, as ${quoted(unset)} ${
        unset.length > 1 ? "are" : "is"
      } not set for the application, which ${reader} reads`,
    },
    mend: first
      ? `Set the name under [environment] in config.toml, and keep the password in a file that [secret_files] names and the code reads`
      : `Log in with name and password of the mail account, after STARTTLS: give ${words.login}, and write ${words.starttls}`,
  };
}

/** Settings that name no server for mail, so that this machine is asked. */
function mailOfThisMachine(
  { raised, own, line }: Subject,
  scene: Scene,
): Claim | undefined {
  const [name, of] =
    raised.frames.some(({ file }) => /\/django\/core\/mail\//.test(file))
      ? ["EMAIL_HOST", "Django"]
      : raised.frames.some(({ file }) => /\/flask_mail(?:man)?\b/.test(file))
      ? ["MAIL_SERVER", "Flask-Mail"]
      : [];
  const texts = [...own ? [own.file] : [], ...settingsFiles(scene)]
    .map((file) => textOf(file, scene));
  if (
    !name || texts.some((text) =>
      text.includes(name) ||
      // More settings may come from what is not read here.
      /\bimport \*|\.from_(?:file|json|pyfile|envvar|prefixed_env)\(|dynaconf|\bconfigurations\b/
        .test(text)
    )
  ) return undefined;
  const start = name.split("_")[0];
  return {
    seen:
      `The server for mail cannot be reached: ${line}; no settings name ${name}, so that ${of} asks this machine itself (localhost, port 25), where no such server answers`,
    mend: of === "Django"
      ? "Write into the settings what the provider of your mail account tells: EMAIL_HOST, EMAIL_PORT, EMAIL_USE_TLS and EMAIL_HOST_USER; read EMAIL_HOST_PASSWORD from a file that [secret_files] of config.toml names"
      : `Set what the provider of your mail account tells: ${start}_SERVER, ${start}_PORT, ${start}_USE_TLS and ${start}_USERNAME of \`app.config\`; read ${start}_PASSWORD from a file that [secret_files] of config.toml names`,
  };
}

/** How drivers are told of an authority, each in its own way. */
const AUTHORITIES: readonly [RegExp, string][] = [
  [
    /pyodbc/,
    "let the system know it, as with `update-ca-certificates` by root: the driver of Microsoft asks the list of the system",
  ],
  [
    /^psycopg|\/psycopg2?\/|asyncpg/,
    "name it with `sslrootcert=` in the address, beside sslmode=verify-full",
  ],
  [
    /^pymongo|\/pymongo\//,
    "name it as `tlsCAFile=`; for Atlas, `tlsCAFile=certifi.where()`",
  ],
  [/^redis|\/redis\//, "name it as `ssl_ca_certs=`"],
  [
    /pymysql|MySQLdb|mysql\.connector|\/mysql\//,
    'name it as `ssl_ca`, in Django `"OPTIONS": {"ssl": {"ca": "…"}}`',
  ],
  [
    /^ldap|\/ldap3?\//,
    "name it as `ca_certs_file=` of Tls (ldap3) or OPT_X_TLS_CACERTFILE (python-ldap)",
  ],
];

/** The rules of the network. */
export const network = (): Rule[] => [
  {
    name: "certificate-untrusted",
    code: "certificate-untrusted",
    over:
      "network-unreachable database-unreachable mail-server tls-broken name-unknown database-closed-idle database-tls",
    when: {
      message:
        /CERTIFICATE_VERIFY_FAILED|certificate verify failed|SSLCertVerificationError|self[- ]signed certificate|unable to get local issuer|server certificate for "[^"]*" does not match host name/i,
    },
    claim: (subject) => {
      const { text } = subject;
      const host = hostIn(text);
      const server = host ? `The server ${host}` : "The server";
      const isExpired = /certificate has expired/i.test(text);
      const isEarly = /certificate is not yet valid/i.test(text);
      // Python 3.13 asks for what RFC 5280 says of authorities.
      const isStrict =
        /Missing (?:Authority|Subject) Key Identifier|not marked critical|does not include key usage|Basic Constraints|invalid CA certificate/i
          .test(text);
      const isName =
        /Hostname mismatch|IP address mismatch|doesn't match|does not match|not valid for/i
          .test(text);
      const through = subject.raised.frames.map(({ file }) => file).join("\n");
      const ofDriver = AUTHORITIES.find(([expression]) =>
        expression.test(subject.raised.type) || expression.test(through)
      )?.[1];
      const store = /\/(?:requests|httpx|urllib3|certifi)\//.test(through)
        ? "REQUESTS_CA_BUNDLE (requests) and SSL_CERT_FILE (httpx, urllib)"
        : "SSL_CERT_FILE";
      return isExpired
        ? {
          says: `${server} was reached, and its certificate has expired`,
          mend:
            "Tell whoever runs that server; if it is right in a browser, the list of authorities on this machine is too old: install a later certifi, or ask the administrators for the package ca-certificates",
        }
        : isEarly
        ? {
          says:
            `${server} was reached, and its certificate holds only from a later day on, by the clock of this machine`,
          mend:
            "Compare the clock of this machine with a right one (`date -u`), and let its administrators keep its time (NTP); if it is right, tell whoever runs that server",
        }
        : isStrict
        ? {
          says:
            `${server} was reached, and the certificate of its authority is not made as Python wants it: ${
              /certificate verify failed: ([\w ]*\w)/i.exec(text)?.[1] ??
                "strict"
            }`,
          mend:
            "Let whoever runs that authority (mostly one of the house, or of a proxy that opens TLS) make its certificate anew, by the rules of RFC 5280; Python asks for them since 3.13. Until then a context of its own may leave that one rule out, and still test all else: `context.verify_flags &= ~ssl.VERIFY_X509_STRICT`",
        }
        : isName
        ? {
          says:
            `${server} was reached, and its certificate is for another name than the one that is asked`,
          mend:
            "Ask for the server by the name that its certificate has; an address of numbers is seldom in it",
        }
        : {
          says:
            `${server} was reached, and Python does not trust its certificate: ${
              /self[- ]signed/i.test(text)
                ? "it is signed by itself or by an authority of its own"
                : "the authority that signed it is not in the list that Python reads"
            }`,
          mend: ofDriver
            ? `Take the certificate of that authority from the administrators or the provider of the server, and ${ofDriver}. Leave the test of certificates switched on`
            : `Give Python the certificate of that authority: a file in [environment] of config.toml as ${store}, or \`cafile=\` where the code makes its context; for servers of the public internet, the package certifi or ca-certificates of the system holds the list. Leave the test of certificates switched on`,
        };
    },
    examples: [
      {
        raised:
          "ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate (_ssl.c:992)",
        facts: { errno: "EPERM" },
        says: "does not trust its certificate",
        mend: "SSL_CERT_FILE",
      },
      {
        raised:
          "requests.exceptions.SSLError: HTTPSConnectionPool(host='api.example.org', port=443): Max retries exceeded with url: / (Caused by SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer certificate')))",
        says: "api.example.org",
      },
      {
        raised:
          "pyodbc.OperationalError: ('08001', '[08001] [Microsoft][ODBC Driver 18 for SQL Server]SSL Provider: [error:0A000086:SSL routines::certificate verify failed:self-signed certificate] (-1) (SQLDriverConnect)')",
        mend: "the list of the system",
      },
      {
        raised:
          "urllib.error.URLError: <urlopen error [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired (_ssl.c:992)>",
        says: "has expired",
      },
      {
        raised:
          "ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate is not yet valid (_ssl.c:992)",
        mend: "the clock of this machine",
      },
      {
        raised:
          "ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: Missing Authority Key Identifier (_ssl.c:1010)",
        says: "Missing Authority Key Identifier",
        mend: "since 3.13",
      },
      {
        raised:
          "ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: Hostname mismatch, certificate is not valid for 'x.org'.",
        says: "another name",
      },
      {
        raised:
          'psycopg2.OperationalError: connection to server at "db.example.org" (10.0.0.1), port 5432 failed: server certificate for "pg-7" does not match host name "db.example.org"',
        says: "another name",
      },
    ],
  },
  {
    name: "server-answers-error",
    code: "server-refused",
    over: "network-unreachable",
    when: [
      { type: "HTTPError", message: /\b([45]\d\d)\b/ },
      {
        type: "HTTPStatusError ClientResponseError",
        message: /\b([45]\d\d)\b/,
      },
    ],
    claim: ({ groups: [status = ""] }) => ({
      says: `Another server was reached, and refuses the request: {line}`
        .replace("{line}", status),
      mend: /^40[13]$/.test(status)
        ? "See whether the key or the password for that server is set here and still holds, and whether it lets this machine in"
        : status === "404" || status === "410"
        ? "Correct the address that is asked"
        : status === "405"
        ? "It does not take that method at that address: see its description whether GET or POST is meant, and whether the address ends in a `/`"
        : status === "429"
        ? "It was asked too often: ask less, and keep answers for a while"
        : /^4/.test(status)
        ? "What is sent is not as that server wants it: print the text of its answer (`response.text`), which mostly says why"
        : "That server has a fault of its own: let the code go on without its answer",
    }),
    examples: [
      {
        raised: "urllib.error.HTTPError: HTTP Error 403: Forbidden",
        says: "refuses the request: 403",
      },
      "requests.exceptions.HTTPError: 401 Client Error: Unauthorized for url: https://api.x.org/v1",
      {
        raised:
          "requests.exceptions.HTTPError: 400 Client Error: Bad Request for url: https://api.x.org",
        mend: "`response.text`",
      },
    ],
  },
  {
    name: "address-of-nothing",
    code: "app-setting-missing",
    over: "none-from-variable",
    when: [
      { message: /Invalid URL '(None|undefined|null|)(?:[/:?][^']*)?'/ },
      { message: /unknown url type: '(None|)/ },
      { type: "MissingSchema UnsupportedProtocol", message: /'()(?:None|\/)/ },
    ],
    claim: (subject, scene) => {
      const reads = unsetBehind(subject, scene);
      const says = "The address of another server begins with nothing";
      const claim = missingVariables(
        reads.map(({ name }) => name),
        subject,
        scene,
        `${says}: `,
      );
      return claim ? { ...claim, code: "variable-missing" } : {
        says: `${says}: a setting that should hold it is not set`,
        mend:
          "Look at the line for the setting or variable that it is made of, and give that a value: under [environment] in config.toml",
      };
    },
    examples: [
      "requests.exceptions.MissingSchema: Invalid URL 'None/api': No scheme supplied. Perhaps you meant https://None/api?",
      {
        raised:
          "requests.exceptions.MissingSchema: Invalid URL 'None/api': No scheme supplied.",
        in: "PACKAGES/requests/models.py prepare_url",
        files: {
          "APP/app.py":
            'import os\nAPI = os.getenv("API_URL")\nrequests.get(f"{API}/api")\n',
        },
        code: "variable-missing",
        says: '"API_URL" is not set',
      },
    ],
    not: [
      "requests.exceptions.MissingSchema: Invalid URL 'api.x.org': No scheme supplied.",
    ],
  },
  {
    name: "tls-failed",
    code: "tls-failed",
    last: true,
    when: { type: "SSLError" },
    claim: {
      says: "TLS with another server failed: {line}",
      mend:
        "Look at its host and port, and at the files with certificates and keys that the code names",
    },
    examples: ["ssl.SSLError: unknown error (_ssl.c:3161)"],
  },
  {
    name: "tls-own-certificate",
    code: "tls-failed",
    over: "network-unreachable database-unreachable certificate-untrusted",
    when: [
      {
        message:
          /(CERTIFICATE_REQUIRED)|(ALERT_CERTIFICATE_EXPIRED|ALERT_BAD_CERTIFICATE|ALERT_CERTIFICATE_UNKNOWN|ALERT_UNKNOWN_CA)|(KEY_VALUES_MISMATCH)|(CA_MD_TOO_WEAK|EE_KEY_TOO_SMALL|CA_KEY_TOO_SMALL)|(NO_CERTIFICATE_OR_CRL_FOUND|\[SSL\] PEM lib|NO_START_LINE)/,
        type: "SSLError ConnectError ClientConnectorSSLError URLError",
      },
    ],
    claim: (
      { groups: [wanted, refused, pair, weak, empty], line, raised, own },
      scene,
    ) => {
      const isLoad = /load_cert_chain|load_verify_locations|\bcert=/.test(
        `${raised.frames.at(-1)?.function} ${lineOf(own, scene)}`,
      );
      return wanted
        ? {
          says:
            `The server was reached, and wants a certificate of its client, which none was shown: ${line}`,
          mend:
            'Give the certificate and key that its administrators have made for you: `cert=("…crt", "…key")` with requests and httpx, `context.load_cert_chain(…)` else',
        }
        : refused
        ? {
          says:
            `The server was reached, and does not take the certificate that the application shows it: ${line}`,
          mend:
            "See what it is with `openssl x509 -in FILE -noout -dates -issuer`: one that is over, or of another authority, is made anew by whoever runs that server; what stands in front (a proxy) may refuse it as well",
        }
        : pair
        ? {
          says:
            `The certificate and the key that are given for TLS do not belong together: ${line}`,
          mend:
            "Name the key by which that certificate was asked for; in a file with several certificates, the own one stands first",
        }
        : weak && isLoad
        ? {
          says:
            `OpenSSL of this machine does not take a certificate that is given to it, as its key or its signature is too weak: ${line}`,
          mend:
            "Let whoever made it make it anew, with SHA-256 and a key of 2048 bits or more",
        }
        : empty
        ? {
          says:
            `A file with certificates or a key, which is given for TLS, holds none that can be read: ${line}`,
          mend:
            "Look at its first line: it says BEGIN CERTIFICATE, or BEGIN PRIVATE KEY for a key; a .der, .p12 or .pfx is of another form (`openssl x509 -inform der`, `openssl pkcs12` make a PEM of it), a key with a password wants `password=`, and a text in a variable keeps its line ends only between triple quotation marks",
        }
        : undefined;
    },
    examples: [
      {
        raised:
          "ssl.SSLError: [SSL: TLSV13_ALERT_CERTIFICATE_REQUIRED] tlsv13 alert certificate required (_ssl.c:2580)",
        mend: "cert=",
      },
      {
        raised:
          "ssl.SSLError: [SSL: SSLV3_ALERT_CERTIFICATE_EXPIRED] sslv3 alert certificate expired (_ssl.c:2580)",
        says: "does not take the certificate that the application shows",
      },
      {
        raised:
          "ssl.SSLError: [SSL: KEY_VALUES_MISMATCH] key values mismatch (_ssl.c:4040)",
        says: "do not belong together",
      },
      {
        raised: "ssl.SSLError: [SSL] PEM lib (_ssl.c:4065)",
        mend: "BEGIN CERTIFICATE",
      },
    ],
    not: [
      "ssl.SSLError: [SSL: EE_KEY_TOO_SMALL] ee key too small (_ssl.c:3900)",
    ],
  },
  {
    name: "tls-broken",
    code: "tls-failed",
    over: "network-unreachable database-unreachable mail-server",
    when: {
      message:
        /WRONG_VERSION_NUMBER|UNSUPPORTED_PROTOCOL|NO_PROTOCOLS_AVAILABLE|DH_KEY_TOO_SMALL|SSLV3_ALERT_HANDSHAKE_FAILURE|TLSV1_ALERT|UNKNOWN_PROTOCOL|UNSAFE_LEGACY_RENEGOTIATION|EE_KEY_TOO_SMALL|UNEXPECTED_EOF_WHILE_READING|EOF occurred in violation of protocol|wrong version number/,
    },
    claim: ({ text, raised }) => {
      const isHttp = raised.frames.some(({ file }) =>
        /\/(?:requests|httpx|urllib3|aiohttp)\/|\/urllib\/request\.py$/.test(
          file,
        )
      );
      const isPlain =
        /WRONG_VERSION_NUMBER|UNKNOWN_PROTOCOL|wrong version number/
          .test(text);
      const host = hostIn(text);
      return {
        says: isPlain
          ? `The server${
            host ? ` ${host}` : ""
          } was reached, and does not answer with TLS on that port`
          : `The server${
            host ? ` ${host}` : ""
          } was reached, and both could not agree on TLS: ${
            /\b([A-Z0-9_]{8,})\b/.exec(text)?.[1] ?? "it ended the connection"
          }`,
        mend: isPlain && isHttp
          ? "Write http:// in place of https:// for that port, or the port on which it speaks TLS (mostly 443); where a proxy is asked (HTTPS_PROXY), its own address mostly begins with http://"
          : isPlain && isOfDriver(raised.type)
          ? "That port speaks no TLS: take TLS out of the address or the options (redis:// in place of rediss://, `tls=false`, `sslmode`), or write the port on which the server speaks it; a server on another machine should"
          : isPlain
          ? "Look at port and protocol: mail with STARTTLS uses port 587 without TLS from the start (use_tls), 465 with it (use_ssl); for http:// write no https://; a proxy is mostly named http:// even for https"
          : "That server speaks a version or a key of TLS that this OpenSSL no longer takes, or ends the connection: ask whoever runs it",
      };
    },
    examples: [
      {
        raised:
          "ssl.SSLError: [SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)",
        facts: { errno: "EPERM" },
        says: "does not answer with TLS",
        mend: "587",
      },
      {
        raised:
          "requests.exceptions.SSLError: HTTPSConnectionPool(host='localhost', port=8000): Max retries exceeded with url: / (Caused by SSLError(SSLError(1, '[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)')))",
        in: "PACKAGES/requests/adapters.py send",
        mend: "Write http://",
      },
      "ssl.SSLError: [SSL: DH_KEY_TOO_SMALL] dh key too small (_ssl.c:992)",
    ],
  },
  {
    name: "mail-server",
    code: "mail-failed",
    over: "network-unreachable name-unknown",
    when: [
      { type: /^smtplib\.SMTP\w+/ },
      {
        through: /\/smtplib\.py /,
        errno: "ECONNREFUSED ETIMEDOUT ENETUNREACH EHOSTUNREACH",
      },
      { through: /\/smtplib\.py /, type: "TimeoutError gaierror timeout" },
    ],
    claim: (subject, scene) => {
      const { kind, line, text, own } = subject;
      const isLogin = kind === "SMTPAuthenticationError";
      const words = mailWords(subject);
      if (/\b530\b|Authentication Required|Must issue a STARTTLS/i.test(text)) {
        return wantsLogin(line, words, own?.file, scene);
      }
      const isUnnamed = /please run connect\(\) first/.test(text);
      const isReach = !/^SMTP/.test(kind) || isUnnamed;
      const reads = isReach ? unsetAddress(subject, scene, /MAIL|SMTP/) : [];
      if (reads[0]) {
        return {
          seen: `The server for mail cannot be reached: ${line}${
            unsetInWords(reads)
          }`,
          mend: `Write under [environment] in config.toml: ${
            reads[0].name
          } = "…"; many hosts let mail out only through a server of their own, which the administrators name`,
        };
      }
      const unnamed = isReach && !isUnnamed &&
        mailOfThisMachine(subject, scene);
      if (unnamed) return unnamed;
      return {
        says: isUnnamed
          ? `The server for mail was never asked, as its host is not given: ${line}`
          : isReach
          ? `The server for mail cannot be reached: ${line}`
          : kind === "SMTPServerDisconnected"
          ? `The server for mail ended the connection: ${line}`
          : `The server for mail refuses: ${line}`,
        mend:
          isLogin && /SmtpClientAuthentication|5\.7\.139|5\.7\.57\b/.test(text)
            ? "Microsoft has switched this kind of login off for the account or for the whole organisation: its administrators may switch authenticated SMTP on for that mailbox, else mail goes by OAuth or by another service"
            : isLogin
            ? `Correct ${words.login}; Google, Microsoft and others want a password for applications in place of the usual one`
            : kind === "SMTPNotSupportedError"
            ? `The server does not offer that on this port: write ${words.starttls}`
            : /\b552\b|5\.3\.4|5\.2\.3|size exceeds|too (?:large|big)/i.test(
                text,
              )
            ? "The mail is larger than that server takes: leave the attachment out, and send a link to it"
            : /spam|content|blocked|blacklist|reputation|DMARC|DKIM|SPF\b/i
                .test(text)
            ? "The server takes the login, and not this mail: use a sender that belongs to the account, see that the domain allows that server to send for it (SPF, DKIM), and what its words or the address that they name say"
            : kind === "SMTPServerDisconnected"
            ? `See in the log what was sent before: a mail server ends the connection when it is used by several threads or kept open for long (connect anew for each mail), after logins that failed, or when it speaks TLS in another way: write ${words.starttls}, or ${words.tls}`
            : kind === "SMTPSenderRefused" || /550|553|554/.test(text)
            ? `The server does not take mail from that sender or to that receiver: log in (${words.login}), and use a sender that belongs to the account (${words.sender})`
            : `Correct ${words.host}; many hosts let mail out only through a server of their own, and close port 25 and others to all else: ask the administrators which one it is`,
      };
    },
    examples: [
      {
        raised: "ConnectionRefusedError: [Errno 111] Connection refused",
        facts: { errno: "ECONNREFUSED" },
        in: ["PYTHON/smtplib.py connect", "PYTHON/socket.py create_connection"],
        says: "server for mail cannot be reached",
        mend: "close port 25",
      },
      {
        raised: "ConnectionRefusedError: [Errno 111] Connection refused",
        facts: { errno: "ECONNREFUSED" },
        in: ["PACKAGES/flask_mail.py send", "PYTHON/smtplib.py connect"],
        files: {
          "APP/config.py":
            'import os\nMAIL_SERVER = os.environ.get("MAIL_SERVER", "localhost")\n',
        },
        says: '"MAIL_SERVER", which line 2 of APP/config.py reads',
        mend: "MAIL_SERVER =",
      },
      {
        raised: "ConnectionRefusedError: [Errno 111] Connection refused",
        facts: { errno: "ECONNREFUSED" },
        in: ["PACKAGES/flask_mail.py send", "PYTHON/smtplib.py connect"],
        files: { "APP/app.py": "mail = Mail(app)\n" },
        says: "no settings name MAIL_SERVER",
        mend: "MAIL_PORT",
      },
      {
        raised: "ConnectionRefusedError: [Errno 111] Connection refused",
        facts: { errno: "ECONNREFUSED" },
        in: [
          "PACKAGES/django/core/mail/backends/smtp.py open",
          "PYTHON/smtplib.py connect",
        ],
        files: { "APP/shop/settings.py": "DEBUG = False\n" },
        says: "no settings name EMAIL_HOST, so that Django asks this machine",
        mend: "EMAIL_HOST_USER",
      },
      {
        raised: "ConnectionRefusedError: [Errno 111] Connection refused",
        facts: { errno: "ECONNREFUSED" },
        in: [
          "PACKAGES/django/core/mail/backends/smtp.py open",
          "PYTHON/smtplib.py connect",
        ],
        files: { "APP/shop/settings.py": 'EMAIL_HOST = "localhost"\n' },
        mend: "Correct EMAIL_HOST and EMAIL_PORT of the settings",
      },
      {
        raised:
          "smtplib.SMTPSenderRefused: (530, b'5.5.1 Authentication Required.', 'a@example.org')",
        files: {
          "APP/app.py":
            'import os\nUSER = os.environ.get("EMAIL_USER")\nmail.send(x)\n',
        },
        failure: { problem: "request-raised" },
        says: '"EMAIL_USER" is not set',
        mend: "[environment]",
      },
      {
        raised:
          "smtplib.SMTPAuthenticationError: (535, b'5.7.8 Username and Password not accepted')",
        in: "PYTHON/smtplib.py login",
        mend: "Correct name and password in `login(…)`; Google",
      },
      {
        raised:
          "smtplib.SMTPDataError: (552, b'5.3.4 Message size exceeds fixed limit')",
        in: "PYTHON/smtplib.py sendmail",
        mend: "send a link",
      },
      {
        raised:
          "smtplib.SMTPAuthenticationError: (535, b'5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.')",
        in: "PYTHON/smtplib.py login",
        mend: "switched this kind of login off",
      },
      {
        raised:
          "smtplib.SMTPServerDisconnected: Connection unexpectedly closed",
        in: "PYTHON/smtplib.py getreply",
        says: "ended the connection",
        mend: "several threads",
      },
    ],
  },
  {
    name: "name-unknown",
    code: "server-unreachable",
    over: "network-unreachable database-unreachable",
    when: [
      {
        message:
          /Name or service not known|Temporary failure in name resolution|nodename nor servname|No address associated with hostname|getaddrinfo failed|Failed to resolve '([^']+)'/,
      },
      { type: "gaierror herror" },
    ],
    claim: ({ line, text, raised, failure }) => {
      // A database tells it in words of its own.
      if (isOfDriver(raised.type) || driverBelow(raised)) {
        return undefined;
      }
      const host = hostIn(text);
      const inside = host && insideOf(host.replace(/:\d+$/, ""));
      const later = failure.problem === "request-raised"
        ? ""
        : `. Better, ${NOT_AT_IMPORT}`;
      if (inside) {
        return {
          says:
            `The name ${host} is not known on this machine: it counts only ${inside}`,
          mend:
            `Write the name by which the server is asked from this machine, "localhost" where it runs here, as under [environment] in config.toml${later}`,
        };
      }
      if (/Servname not supported/.test(text)) {
        return {
          says:
            `The port of another server is none that this machine knows: ${line}`,
          mend:
            "Give the port as a number (`int(…)`); a variable that is not set, or a word in its place, gives this",
        };
      }
      if (/Temporary failure/.test(text)) {
        return {
          says: `The name of another server${
            host ? `, ${host},` : ""
          } was not told to this machine: its name servers did not answer`,
          mend: `See whether it is only for a moment (\`getent hosts ${
            host?.split(":")[0] ?? "NAME"
          }\` on this machine asks the same way); if it stays, ask the administrators whether this machine may ask names of the internet, or goes out by a proxy (HTTPS_PROXY under [environment])${later}`,
        };
      }
      return {
        says: `The name of another server${
          host ? `, ${host},` : ""
        } is not known on this machine`,
        mend:
          `Correct the name; if it is right, this machine does not ask the name servers that know it: ask the administrators, also whether a proxy stands between (HTTPS_PROXY under [environment])${later}`,
      };
    },
    examples: [
      "socket.gaierror: [Errno -2] Name or service not known",
      {
        raised:
          "socket.gaierror: [Errno -8] Servname not supported for ai_socktype",
        mend: "as a number",
      },
      {
        raised:
          "socket.gaierror: [Errno -3] Temporary failure in name resolution",
        says: "its name servers did not answer",
      },
      {
        raised:
          "urllib.error.URLError: <urlopen error [Errno -2] Name or service not known>",
        mend: "not while the file is imported",
      },
      {
        raised:
          "requests.exceptions.ConnectionError: HTTPConnectionPool(host='host.docker.internal', port=8080): Max retries exceeded with url: / (Caused by NameResolutionError(\"Failed to resolve 'host.docker.internal' ([Errno -2] Name or service not known)\"))",
        failure: { problem: "request-raised" },
        says: "counts only inside of a container of Docker",
        mend: '"localhost" where it runs here, as under [environment]',
      },
    ],
  },
  {
    name: "development-server-asked",
    code: "server-unreachable",
    over: "network-unreachable proxy-dead",
    when: {
      message:
        /(?:host='(?:localhost|127\.0\.0\.1|0\.0\.0\.0)', port=|Cannot connect to host (?:localhost|127\.0\.0\.1):)(5000|8000|8080)\b[\s\S]*(?:refused|Connect call failed)/,
    },
    claim: ({ groups: [port = ""], place, own }, scene) => {
      const files = [...own ? [own.file] : [], ...settingsFiles(scene)];
      const found = files.flatMap((file) => {
        const at = linesOf(file, scene).findIndex((line) =>
          !/^\s*#/.test(line) &&
          new RegExp(`(?:localhost|127\\.0\\.0\\.1|0\\.0\\.0\\.0):${port}\\b`)
            .test(line)
        );
        return at < 0 ? [] : [{ file, line: at + 1 }];
      })[0];
      return {
        says: `The application asks port ${port} of this machine${
          found && found.line !== place?.line
            ? `, as line ${found.line} of ${found.file} names it`
            : ""
        }, and nothing listens there`,
        probably:
          "the application's own development server is meant, which runs on a programmer's computer alone",
        mend:
          "Call the function that gives the answer, in place of asking for it over the network: a site that asks itself waits for a thread of its own; a page in the browser asks a path alone (`/api/…`). Where another server is meant, it must run here, at that port",
      };
    },
    examples: [
      {
        raised:
          "requests.exceptions.ConnectionError: HTTPConnectionPool(host='localhost', port=5000): Max retries exceeded with url: /api (Caused by NewConnectionError('Failed to establish a new connection: [Errno 111] Connection refused'))",
        in: "PACKAGES/requests/adapters.py send",
        files: {
          "APP/app.py":
            'API = "http://localhost:5000/api"\n\nrequests.get(API)\n',
        },
        failure: { problem: "request-raised" },
        says: "line 1 of APP/app.py",
        mend: "Call the function",
      },
    ],
    not: [
      "requests.exceptions.ConnectionError: HTTPConnectionPool(host='localhost', port=9200): Max retries exceeded with url: / (Caused by NewConnectionError('[Errno 111] Connection refused'))",
    ],
  },
  {
    name: "network-unreachable",
    code: "server-unreachable",
    when: [
      {
        type:
          "URLError ConnectionRefusedError ConnectionResetError ConnectTimeout ReadTimeout ConnectError ConnectTimeoutError MaxRetryError NewConnectionError ClientConnectorError ServerDisconnectedError RemoteDisconnected TimeoutError timeout",
      },
      { type: /^requests\.exceptions\.ConnectionError$/ },
      // Packages have exceptions of their own for it.
      {
        message:
          /Max retries exceeded with url|Failed to establish a new connection|Cannot connect to host [\w.-]+:\d+/,
      },
      { errno: "ENETUNREACH EHOSTUNREACH ETIMEDOUT ECONNREFUSED" },
    ],
    claim: (subject) => {
      const { text, kind, line, raised, failure } = subject;
      if (
        /^(?:sqlalchemy|concurrent|asyncio|multiprocessing|subprocess)/.test(
          raised.type,
        ) || isOfDriver(raised.type) || driverBelow(raised)
      ) {
        return undefined;
      }
      // A time limit without a server is no matter of the network.
      const isNetwork = /Max retries|Failed to establish|Cannot connect to/
        .test(text) ||
        !/^(?:TimeoutError|timeout|ConnectionResetError)$/.test(
          kind,
        ) ||
        raised.errno === "ETIMEDOUT" ||
        raised.frames.some(({ file }) =>
          /\/(?:socket|ssl|http\/client|urllib\/request)\.py$|\/(?:requests|urllib3|httpx|httpcore|aiohttp)\//
            .test(file)
        );
      if (!isNetwork) return undefined;
      const isRefused = /refused/i.test(text);
      const later = failure.problem === "request-raised"
        ? ""
        : `; ${NOT_AT_IMPORT}`;
      return {
        says: `Another server could not be reached from this machine${
          hostIn(text) ? ` (${hostIn(text)})` : ""
        }: ${line}`,
        mend: isRefused
          ? `Nothing listens at that host and port: see whether the server runs there (\`localhost\` is the web server's machine), and whether a firewall refuses${later}`
          : `See whether host and port are right, and whether a firewall or a proxy stands between (HTTPS_PROXY under [environment])${later}`,
      };
    },
    examples: [
      {
        raised: "ConnectionRefusedError: [Errno 111] Connection refused",
        facts: { errno: "ECONNREFUSED" },
        in: "PYTHON/socket.py create_connection",
        mend: "Nothing listens",
      },
      {
        raised:
          "requests.exceptions.ConnectionError: HTTPConnectionPool(host='api', port=8080): Max retries exceeded with url: /x (Caused by NewConnectionError('<urllib3.connection.HTTPConnection object at 0x7f>: Failed to establish a new connection: [Errno 111] Connection refused'))",
        says: "(api:8080)",
      },
      {
        raised:
          "google.auth.exceptions.TransportError: HTTPSConnectionPool(host='oauth2.googleapis.com', port=443): Max retries exceeded with url: /token (Caused by NewConnectionError('[Errno 111] Connection refused'))",
        says: "(oauth2.googleapis.com:443)",
      },
    ],
    not: [
      "TimeoutError: the job took too long",
      // The visitor may be who went away.
      {
        raised: "ConnectionResetError: [Errno 104] Connection reset by peer",
        facts: { errno: "ECONNRESET" },
        failure: { problem: "request-raised" },
      },
    ],
  },
];

/**
 * Signatures, tokens and logins at other services that do not fit: other keys,
 * other processes, other addresses.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { unsetBehind, unsetInWords } from "./origins.ts";
import type { Rule, Subject } from "./rule.ts";
import { linesOf, type Scene } from "./scene.ts";
import { settingsFiles } from "./unset.ts";

/** A key that each start, and each process, makes anew. */
function keyMadeAnew(
  { own }: Subject,
  scene: Scene,
): { file: string; line: number } | undefined {
  for (
    const file of new Set([...own ? [own.file] : [], ...settingsFiles(scene)])
  ) {
    const at = linesOf(file, scene).findIndex((line) =>
      /^[^#]*(?:SECRET|secret|_KEY|_key|Fernet)\w*["'\])]*\s*[=(].*(?:os\.urandom|token_(?:hex|bytes|urlsafe)|uuid4|Fernet\.generate_key|get_random_secret_key)\(/
        .test(line.slice(0, 500))
    );
    if (at >= 0) return { file, line: at + 1 };
  }
  return undefined;
}

const KEEP =
  "keep one key in a file that [secret_files] of config.toml names, and let all read that";

/** The rules of tokens. */
export const tokens = (): Rule[] => [
  {
    name: "signature-of-other-key",
    code: "config-value",
    over: "value-from-variable",
    when: [
      { type: "InvalidSignatureError BadSignature BadTimeSignature" },
      { type: /^cryptography\.fernet\.InvalidToken$/ },
      { message: /^(?:Signature verification failed|Invalid HMAC)/ },
    ],
    claim: (subject, scene) => {
      const made = keyMadeAnew(subject, scene);
      const isFernet = /fernet/.test(subject.raised.type);
      const says = isFernet
        ? "What is to be decrypted was encrypted with another key, or is not whole"
        : "A signature or token was made with another key than the one that checks it";
      if (made) {
        return {
          code: "config-value",
          seen:
            `${says}: line ${made.line} of ${made.file} makes a new key at each start, so that each process has another one`,
          place: made,
          mend: `Make it once, and ${KEEP}`,
        };
      }
      const reads = unsetBehind(subject, scene, true);
      return reads[0]
        ? {
          code: "variable-missing",
          seen: says + unsetInWords(reads),
          mend: `Let it be set, and ${KEEP}`,
        }
        : {
          says,
          mend:
            `See that the key is the same where it is made and where it is checked, with no line end or quotation marks around it (\`.strip()\`): ${KEEP}; what visitors still hold from an older key is refused as long as that: answer with 401, or a new login`,
        };
    },
    examples: [
      {
        raised:
          "jwt.exceptions.InvalidSignatureError: Signature verification failed",
        failure: { problem: "request-raised" },
        files: {
          "APP/app.py":
            'app.config["SECRET_KEY"] = os.urandom(24)\n\njwt.decode(token, KEY)\n',
        },
        code: "config-value",
        says: "line 1 of APP/app.py makes a new key at each start",
      },
      {
        raised: "cryptography.fernet.InvalidToken",
        says: "encrypted with another key",
        mend: "`.strip()`",
      },
      "itsdangerous.exc.BadSignature: Signature b'x' does not match",
    ],
  },
  {
    name: "token-over",
    code: "app-code",
    when: {
      type:
        "ExpiredSignatureError SignatureExpired ImmatureSignatureError TokenExpiredError",
    },
    claim: ({ kind }) => ({
      says: kind.startsWith("Immature")
        ? "A token is not valid yet: the clocks of the machines differ"
        : "A token is older than it may be, and nothing catches that",
      mend: kind.startsWith("Immature")
        ? "Let both machines keep their time (NTP), or allow some seconds (`leeway=`)"
        : "Catch the error where the token is read, and answer with 401, so that the visitor logs in again",
    }),
    examples: [{
      raised: "jwt.exceptions.ExpiredSignatureError: Signature has expired",
      mend: "401",
    }],
  },
  {
    name: "token-without-way",
    code: "app-code",
    when: {
      message:
        /required that you pass in a value for the "algorithms" argument|^(?:Not enough segments|Invalid header string|Invalid crypto padding|Invalid token type)/,
    },
    claim: ({ text }) => ({
      says: /algorithms/.test(text)
        ? "PyJWT decodes no token any more without being told in which ways it may be signed (since 2.0)"
        : "What is to be read as a token is none",
      mend: /algorithms/.test(text)
        ? 'Write `jwt.decode(token, key, algorithms=["HS256"])`'
        : 'See what comes there: a header with "Bearer " before the token, an empty cookie, or bytes in place of a text; catch the error (`jwt.InvalidTokenError`), and answer with 401',
    }),
    examples: [
      {
        raised:
          'jwt.exceptions.DecodeError: It is required that you pass in a value for the "algorithms" argument when calling decode().',
        mend: "algorithms=[",
      },
      {
        raised: "jwt.exceptions.DecodeError: Not enough segments",
        mend: '"Bearer "',
      },
    ],
  },
  {
    name: "login-elsewhere-lost",
    code: "config-value",
    when: [
      {
        message:
          /mismatching_state|CSRF Warning! State not equal|MismatchingStateError/,
      },
      { type: "MismatchingStateError" },
    ],
    claim: (subject, scene) => {
      const made = keyMadeAnew(subject, scene);
      const says =
        "The visitor comes back from the login at another service, and the session of before is not there";
      return made
        ? {
          seen:
            `${says}: line ${made.line} of ${made.file} makes a new secret key at each start, so that no process reads the cookies of another`,
          place: made,
          mend: `Make it once, and ${KEEP}`,
        }
        : {
          says,
          probably:
            "its cookie went to another address: the login began at one name (www or not, http or https) and came back to another",
          mend:
            'Let the address that the service sends back to (redirect URI) be just that of the site, with https; let the secret key stay the same; SESSION_COOKIE_SAMESITE must not be "Strict"',
        };
    },
    examples: [{
      raised:
        "authlib.integrations.base_client.errors.MismatchingStateError: mismatching_state: CSRF Warning! State not equal in request and response.",
      failure: { problem: "request-raised" },
      mend: "redirect URI",
    }],
  },
  {
    name: "login-without-tls",
    code: "config-value",
    when: { type: "InsecureTransportError" },
    claim: {
      says:
        "The login at another service wants https, and the application takes its own address for http",
      mend:
        "Ask for the page by https; where the web server ends TLS before the application, let that read X-Forwarded-Proto: `app.wsgi_app = ProxyFix(app.wsgi_app, x_proto=1, x_host=1)` of werkzeug; OAUTHLIB_INSECURE_TRANSPORT is for a programmer's own machine alone",
    },
    examples: [{
      raised:
        "oauthlib.oauth2.rfc6749.errors.InsecureTransportError: (insecure_transport) OAuth 2 MUST utilize https.",
      mend: "ProxyFix",
    }],
  },
  {
    name: "client-of-login-refused",
    code: "credentials-missing",
    when: [
      {
        type:
          /^oauthlib\..*(?:InvalidClient\w*|MissingToken|UnauthorizedClient)Error$/,
      },
      {
        type: /^(?:authlib|oauthlib|requests_oauthlib|flask_dance)\./,
        message:
          /invalid_client|unauthorized_client|redirect_uri_mismatch|invalid_grant/,
      },
      { message: /^Must provide an OAuth client id/ },
    ],
    claim: (subject, scene) => {
      const reads = unsetBehind(subject, scene, true);
      const { text } = subject;
      const says = /redirect_uri/.test(text)
        ? "The service that logs visitors in does not know the address that it is to send them back to"
        : "The service that logs visitors in does not take the application's own name and secret (client id, client secret)";
      const mend = /redirect_uri/.test(text)
        ? "Write the whole address of this site, with https and its path, into the settings of the app at that service"
        : "See that both are set here and whole, and belong to the app whose settings at that service name the address of this site; keep the secret in a file that [secret_files] of config.toml names";
      return reads[0]
        ? { code: "variable-missing", seen: says + unsetInWords(reads), mend }
        : { says, mend };
    },
    examples: [
      "oauthlib.oauth2.rfc6749.errors.InvalidClientError: (invalid_client) Unauthorized",
      {
        raised:
          "oauthlib.oauth2.rfc6749.errors.MissingTokenError: (missing_token) Missing access token parameter.",
        mend: "[secret_files]",
      },
    ],
  },
  {
    name: "password-hash-unread",
    code: "data-other-version",
    over: "name-lost-in-package",
    when: [
      {
        type: "ValueError",
        message: /^Invalid salt$/,
        through: /\/(?:bcrypt|flask_bcrypt)\b/,
      },
      {
        message: /^hash could not be identified|^Unsupported hash type scrypt/,
      },
      { message: /^module 'hashlib' has no attribute 'scrypt'/ },
    ],
    claim: ({ text }, scene) => ({
      says: /scrypt/.test(text)
        ? "Passwords are kept with scrypt, and this Python was built with a library of TLS that does not have it"
        : "What is kept as a password's hash is none that this library reads: a plain password, one of another library, or one that the column cut off",
      mend: /scrypt/.test(text)
        ? `Make another virtual environment with a Python that has it (\`${scene.python} -c "import hashlib; hashlib.scrypt"\` tells), or write \`generate_password_hash(password, method="pbkdf2:sha256")\`; those that were kept with scrypt must be set anew`
        : "Let the column hold 255 letters, keep only what the library makes (`generate_password_hash()`, decoded to a text), and let old passwords be set anew",
    }),
    examples: [
      {
        raised: "ValueError: Invalid salt",
        in: "PACKAGES/bcrypt/__init__.py hashpw",
        failure: { problem: "request-raised" },
        mend: "255 letters",
      },
      {
        raised: "AttributeError: module 'hashlib' has no attribute 'scrypt'",
        in: "PACKAGES/werkzeug/security.py _hash_internal",
        mend: "pbkdf2:sha256",
      },
    ],
  },
];

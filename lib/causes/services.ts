/**
 * Services that were reached and refuse: keys that do not hold, rights, quotas
 * and what a server is not set up for.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { unsetBehind, unsetInWords } from "./origins.ts";
import type { Rule } from "./rule.ts";
import { isUnset } from "./unset.ts";

const SERVICE =
  /^(?:openai|anthropic|groq|mistralai|cohere|stripe|twilio|sendgrid|slack_sdk|botocore|google|telegram|tweepy|github|paypalrestsdk|mailchimp\w*)\./;

/** The rules of services. */
export const services = (): Rule[] => [
  {
    name: "service-key-refused",
    code: "credentials-missing",
    over: "server-answers-error credentials-missing",
    when: [
      {
        type: SERVICE,
        message:
          /\b401\b|Invalid API [Kk]ey|Incorrect API key|invalid x-api-key|InvalidAccessKeyId|SignatureDoesNotMatch|InvalidClientTokenId|UnrecognizedClientException|AuthFailure|\bUnauthorized\b|invalid_grant|invalid_auth/,
      },
    ],
    claim: (subject, scene) => {
      const { line, text } = subject;
      const reads = unsetBehind(subject, scene, true);
      const says =
        `Another service was reached, and does not take the key: ${line}`;
      const mend =
        "See that the key is whole where the code reads it, with no line end, quotes or blanks around it (`.strip()`), that it belongs to this service and account, and that it still holds; keep it in a file that [secret_files] of config.toml names";
      return reads[0]
        ? { code: "variable-missing", seen: says + unsetInWords(reads), mend }
        : {
          says,
          ...(/\bprovided: '?None\b/.test(text) &&
            { probably: "it is made of a variable that is not set" }),
          mend: /invalid_grant|Signature(?:Does|Expired)/.test(text)
            ? `${mend}; a clock of this machine that is wrong looks the same (\`date -u\`)`
            : mend,
        };
    },
    examples: [
      {
        raised:
          "openai.AuthenticationError: Error code: 401 - {'error': {'message': 'Incorrect API key provided: None.'}}",
        says: "probably it is made of a variable",
        mend: "`.strip()`",
      },
      "stripe._error.AuthenticationError: Invalid API Key provided: sk_test_x",
      {
        raised:
          "botocore.exceptions.ClientError: An error occurred (SignatureDoesNotMatch) when calling the PutObject operation: The request signature we calculated does not match",
        mend: "`date -u`",
      },
    ],
    not: [
      "botocore.exceptions.ClientError: An error occurred (NoSuchKey) when calling the GetObject operation: The specified key does not exist.",
    ],
  },
  {
    name: "service-rights",
    code: "server-refused",
    over: "server-answers-error",
    when: {
      type: SERVICE,
      message:
        /\((?:AccessDenied|AccessDeniedException|UnauthorizedOperation|AllAccessDisabled)\)|\b403\b|PermissionDenied|insufficient_scope|missing_scope/,
    },
    claim: {
      says:
        "Another service takes the key, and not what is asked for with it: {line}",
      mend:
        "Give the account or key the right in the settings of that service, or correct what is asked for, such as the name of the bucket",
    },
    examples: [
      "botocore.exceptions.ClientError: An error occurred (AccessDenied) when calling the PutObject operation: Access Denied",
    ],
  },
  {
    name: "service-quota",
    code: "server-refused",
    over: "server-answers-error",
    when: {
      type: SERVICE,
      message:
        /\b429\b|exceeded your current quota|insufficient_quota|rate_limit|Rate limit|\((?:Throttling|ThrottlingException|SlowDown|TooManyRequestsException)\)/,
    },
    claim: {
      says:
        "Another service was asked too often, or its quota is used up: {line}",
      mend:
        "Look at the account's quota and payment with that service; ask less often, keep answers for a while, and let the page do without",
    },
    examples: [
      "openai.RateLimitError: Error code: 429 - {'error': {'message': 'You exceeded your current quota'}}",
    ],
  },
  {
    name: "service-name-missing",
    code: "app-setting-missing",
    over: "none-from-variable",
    when: {
      type: "ParamValidationError",
      message: /Invalid type for parameter (\w+), value: None/,
    },
    claim: (subject, scene) => {
      const reads = unsetBehind(subject, scene);
      const says = `The service is asked with no value for "${
        subject.groups[0]
      }"`;
      const mend =
        "Give the setting or variable that it is made of a value: under [environment] in config.toml";
      return reads[0]
        ? { code: "variable-missing", seen: says + unsetInWords(reads), mend }
        : { says, mend };
    },
    examples: [{
      raised:
        "botocore.exceptions.ParamValidationError: Parameter validation failed:\nInvalid type for parameter Bucket, value: None, type: <class 'NoneType'>, valid types: <class 'str'>",
      in: "PACKAGES/botocore/validate.py serialize_to_request",
      files: {
        "APP/app.py":
          '\n\ns3.put_object(Bucket=os.getenv("BUCKET"), Key="x")\n',
      },
      code: "variable-missing",
      says: 'no value for "Bucket"; the variable "BUCKET", which line 3',
    }],
  },
  {
    name: "service-endpoint",
    code: "server-unreachable",
    over: "network-unreachable name-unknown",
    when: [
      {
        type: "EndpointConnectionError",
        message: /^Could not connect to the endpoint URL: "([^"]+)"/,
      },
      { type: "InvalidRegionError", message: /region_name '([^']*)'/ },
      {
        type: "ValueError",
        message: /^Invalid endpoint: (\S*)/,
        through: /\/botocore\//,
      },
    ],
    claim: ({ kind, groups: [what = ""] }) =>
      kind === "EndpointConnectionError"
        ? {
          says: `The service cannot be reached at ${what}`,
          mend: /^https?:\/\/(?!\S*amazonaws\.)/.test(what)
            ? "See whether the server runs there, and correct `endpoint_url` where it is given or set (AWS_ENDPOINT_URL): `localhost` is the web server's machine"
            : "Correct the name of the region (AWS_DEFAULT_REGION, region_name), which is a part of the address, as in eu-central-1; else see whether this machine may reach it",
        }
        : kind === "InvalidRegionError"
        ? {
          says: `"${what}" is no name of a region`,
          mend:
            "Write it as in eu-central-1, without blanks and quotation marks around it, where AWS_DEFAULT_REGION, region_name or the settings name it",
        }
        : {
          says: `"${what}" is no address of a service`,
          mend:
            "Write it with `https://` or `http://` at its start, and without a path that is not meant, where endpoint_url or the settings name it; a variable that is not set leaves a part empty",
        },
    examples: [{
      raised:
        'botocore.exceptions.EndpointConnectionError: Could not connect to the endpoint URL: "https://s3.eu-central.amazonaws.com/"',
      mend: "region",
    }, {
      raised:
        "botocore.exceptions.InvalidRegionError: Provided region_name 'eu central' doesn't match a supported format.",
      mend: "eu-central-1",
    }, {
      raised: "ValueError: Invalid endpoint: localhost:9000",
      in: "PACKAGES/botocore/regions.py f",
      mend: "`https://`",
    }],
  },
  {
    name: "tasks-without-backend",
    code: "app-setting-missing",
    when: [
      { message: /^'DisabledBackend' object has no attribute '\w+'/ },
      {
        type: "NotImplementedError",
        message: /^No result backend is configured/,
      },
    ],
    claim: (_, scene) => {
      const name = ["CELERY_RESULT_BACKEND", "RESULT_BACKEND"]
        .find((each) => !isUnset(each, scene));
      return {
        says:
          "The result of a task is asked for, and this Celery has no backend that keeps results",
        mend: name
          ? `Give it to Celery where that is made: \`Celery(…, backend=os.environ["${name}"])\``
          : 'Give it one where it is made, as in `Celery(…, broker=…, backend=…)`, with the address of Redis or of a database; the tasks of Django are found through `app.config_from_object("django.conf:settings", namespace="CELERY")` and the import of celery.py in the __init__.py of the project',
      };
    },
    examples: [{
      raised:
        "AttributeError: 'DisabledBackend' object has no attribute '_get_task_meta_for'",
      mend: "backend=",
    }],
  },
  {
    name: "tasks-without-worker",
    code: "server-unreachable",
    when: { type: /^celery\.exceptions\.TimeoutError$/ },
    claim: {
      says: "The result of a task did not come in time",
      probably:
        "no worker of Celery runs: the web server starts none, and what it starts is the web application alone",
      mend:
        "Ask the administrators how a program may run beside the web server, and start the worker there; do not wait for tasks in a request",
    },
    examples: ["celery.exceptions.TimeoutError: The operation timed out."],
  },
  {
    name: "store-refuses-writing",
    code: "server-refused",
    when: [
      {
        type: /^(?:redis|valkey)\./,
        message:
          /^(MISCONF|OOM|READONLY)\b|(read only replica)|(used memory > 'maxmemory')/,
      },
    ],
    claim: ({ line, groups: [word = "", , full] }) => ({
      says: `The Redis server was reached, and writes nothing: ${line}`,
      mend: word === "MISCONF"
        ? "Its disk is full or closed to it: tell its administrators; the log of that server says which"
        : word === "OOM" || full
        ? "Its memory is used up: let keys expire, or ask its administrators for more, or for a policy that drops old keys"
        : "It is a copy of another server, which can only be read: write the address of the one that is written to",
    }),
    examples: [
      {
        raised:
          "redis.exceptions.ResponseError: MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk.",
        mend: "disk is full",
      },
      "redis.exceptions.ReadOnlyError: You can't write against a read only replica.",
      {
        raised:
          "redis.exceptions.OutOfMemoryError: command not allowed when used memory > 'maxmemory'.",
        mend: "Its memory is used up",
      },
      "redis.exceptions.ResponseError: OOM command not allowed when used memory > 'maxmemory'.",
    ],
  },
  {
    name: "database-letters",
    code: "text-encoding",
    when: {
      type:
        /^(?:django\.db|pymysql|MySQLdb|mysql\.connector|sqlalchemy|psycopg2?|asyncpg)\./,
      message:
        /Incorrect string value|Illegal mix of collations|Unknown (?:character set|collation): '|Can't initialize character set|has no equivalent in encoding|invalid byte sequence for encoding "UTF8": 0x(?!00\b)/,
    },
    claim: ({ line }) => ({
      says: `The database does not take letters as they are sent: ${line}`,
      mend: /Unknown collation/.test(line)
        ? "The statement, or the dump, is of a later MySQL, or of MariaDB: write a collation that this server has, as utf8mb4_unicode_ci in place of utf8mb4_0900_ai_ci"
        : /no equivalent/.test(line)
        ? "The database was made with an older encoding, which lacks that letter: make one with `ENCODING 'UTF8'` and bring the rows over from a dump; or leave such letters out"
        : /invalid byte sequence/.test(line)
        ? 'What is sent is not UTF-8: decode it by the encoding that it has, as `text.decode("cp1252")`, before it goes to the database'
        : /Unknown character|initialize character/.test(line)
        ? "The server, or the library of the driver, is older than that set of letters: use what both know, or a later server"
        : /mix of collations/.test(line)
        ? "Tables, columns and the connection have different collations: let all have the same, as utf8mb4 with one collation, after a backup"
        : 'MySQL\'s older "utf8" knows no emoji and some other letters: let the connection speak utf8mb4 (`charset=utf8mb4` in the address, or in OPTIONS of Django), and let tables and columns be converted to utf8mb4, after a backup',
    }),
    examples: [
      {
        raised:
          "django.db.utils.DataError: (1366, \"Incorrect string value: '\\\\xF0\\\\x9F' for column 'name' at row 1\")",
        mend: "utf8mb4",
      },
      {
        raised:
          "pymysql.err.OperationalError: (1273, \"Unknown collation: 'utf8mb4_0900_ai_ci'\")",
        mend: "utf8mb4_unicode_ci",
      },
      {
        raised:
          'psycopg2.errors.UntranslatableCharacter: character with byte sequence 0xe2 0x82 0xac in encoding "UTF8" has no equivalent in encoding "LATIN1"',
        mend: "`ENCODING 'UTF8'`",
      },
      "django.db.utils.OperationalError: (1267, \"Illegal mix of collations (utf8mb3_general_ci,IMPLICIT) and (utf8mb4_general_ci,COERCIBLE) for operation '='\")",
    ],
    not: [
      "pymysql.err.OperationalError: (1366, \"Incorrect integer value: '' for column 'age' at row 1\")",
    ],
  },
  {
    name: "database-packet",
    code: "server-refused",
    over: "database-closed-idle",
    when: { message: /max_allowed_packet|\(1153,/ },
    claim: {
      says:
        "What is sent to the database is larger than it takes at once: {line}",
      mend:
        "Store files in a folder of the site, and their names in the database; or send less at once, or ask the administrators of the database for a larger max_allowed_packet",
    },
    examples: [
      "django.db.utils.OperationalError: (1153, \"Got a packet bigger than 'max_allowed_packet' bytes\")",
    ],
  },
  {
    name: "task-unknown",
    code: "app-code",
    when: {
      type: /^celery\.exceptions\.NotRegistered$/,
      message: /'?([\w.]+)'?/,
    },
    claim: {
      says: 'This Celery knows no task "$1"',
      mend:
        "Let the module that defines it be imported where Celery is made (`include=[…]`, `autodiscover_tasks()`), by the same dotted name in the site and in the worker; a worker that runs older code is started anew",
    },
    examples: ["celery.exceptions.NotRegistered: 'shop.tasks.add'"],
  },
  {
    name: "database-waits",
    code: "database-locked",
    when: {
      type:
        /^(?:django\.db|pymysql|MySQLdb|mysql\.connector|sqlalchemy|psycopg2?|asyncpg|oracledb|cx_Oracle|pyodbc)\./,
      message:
        /\((?:1205|1213),|Lock wait timeout exceeded|[Dd]eadlock (?:found|detected)|canceling statement due to (?:lock|statement) timeout|could not obtain lock on row|could not serialize access|ORA-00054|ORA-00060|chosen as the deadlock victim|\(1222\)/,
    },
    claim: {
      says: "Requests wait for each other's locks in the database: {line}",
      mend:
        "Keep transactions short, change rows in the same order everywhere, and do the request anew where it is the one that was given up; a transaction that was left open holds its locks until its connection is closed",
    },
    examples: [
      "MySQLdb.OperationalError: (1205, 'Lock wait timeout exceeded; try restarting transaction')",
    ],
  },
  {
    name: "database-transaction-broken",
    code: "app-code",
    over: "row-refused row-there-already value-of-no-column types-differ",
    when: [
      { type: "PendingRollbackError" },
      {
        message:
          /current transaction is aborted, commands ignored|You can't execute queries until the end of the 'atomic' block/,
      },
    ],
    claim: ({ text }) => ({
      says:
        `An earlier error in the same transaction was passed over, and the database takes nothing more until that is rolled back${
          told(/Original exception was: ([^\n]{1,200})/.exec(text)?.[1])
        }`,
      mend:
        "Look in the log for the first error before this one; call `session.rollback()` where it is caught, and let each request have a session of its own, which its end closes",
    }),
    examples: [
      {
        raised:
          "sqlalchemy.exc.PendingRollbackError: This Session's transaction has been rolled back due to a previous exception during flush. To begin a new transaction with this Session, first issue Session.rollback(). Original exception was: (sqlite3.IntegrityError) NOT NULL constraint failed: user.name",
        says: "the first error was (sqlite3.IntegrityError) NOT NULL",
      },
      "sqlalchemy.exc.PendingRollbackError: This Session's transaction has been rolled back due to a previous exception during flush.",
      "django.db.utils.InternalError: current transaction is aborted, commands ignored until end of transaction block",
    ],
  },
  {
    name: "database-connection-shared",
    code: "thread-bound",
    when: {
      message:
        /^Packet sequence number wrong|^\(2014, ['"]?Commands out of sync|another operation is in progress|another command is already in progress|This session is provisioning a new connection; concurrent operations|Method '\w+\(\)' can't be called here; method '\w+\(\)' is already in progress|lost synchronization with server|DatabaseWrapper objects created in a thread can only be used|Connection is busy with results for another/,
    },
    claim: {
      says: "One connection to the database is used by several at once: {line}",
      mend:
        "Let each thread and each process open a connection of its own, in the request and not while the file is imported; a pool, as SQLAlchemy has one, does so",
    },
    examples: [
      "pymysql.err.InternalError: Packet sequence number wrong - got 1 expected 2",
      "sqlalchemy.exc.InvalidRequestError: This session is provisioning a new connection; concurrent operations are not permitted",
    ],
  },
  {
    name: "database-wants-tls",
    code: "tls-failed",
    over: "database-login database-unreachable",
    when: {
      message:
        /insecure transport are prohibited|\(3159,|server requires encryption|SSL(?:\/TLS)? (?:connection )?(?:is )?required(?!,)/,
      type:
        /^(?:django\.db|pymysql|MySQLdb|mysql\.connector|sqlalchemy|psycopg2?|pyodbc)\./,
    },
    claim: {
      says: "The database server takes only connections with TLS: {line}",
      mend:
        'Ask for it in the settings of the connection, as `"OPTIONS": {"ssl": {"ca": "…"}}` in Django with MySQL, `?ssl_ca=…` or `sslmode=require` in an address, with the certificate that the administrators of the database name',
    },
    examples: [
      "django.db.utils.OperationalError: (3159, 'Connections using insecure transport are prohibited while --require_secure_transport=ON.')",
    ],
  },
  {
    name: "mongo-address",
    code: "database-address",
    over: "database-unreachable",
    when: [
      {
        type: "InvalidURI",
        message: /^Username and password must be escaped/,
      },
      {
        type: /^pymongo\./,
        message: /DNS query name does not exist: ([\w.-]+)/,
      },
    ],
    claim: ({ groups: [host], line }) => ({
      says: host
        ? `There is no cluster of that name: ${line}`
        : "Name or password in the address of the database have signs that mean something else there",
      mend: host
        ? "Take the address anew from the pages of the cluster: a cluster that was deleted or is paused has no name any more; that this machine has no way to ask for it looks the same"
        : "Write them with `urllib.parse.quote_plus()`: @ as %40, / as %2F, : as %3A",
    }),
    examples: [
      {
        raised:
          "pymongo.errors.InvalidURI: Username and password must be escaped according to RFC 3986, use urllib.parse.quote_plus",
        mend: "%40",
      },
      "pymongo.errors.ConfigurationError: The DNS query name does not exist: _mongodb._tcp.cluster0.abc.mongodb.net.",
    ],
  },
  {
    name: "django-history-mixed",
    code: "database-not-migrated",
    when: {
      type: "InconsistentMigrationHistory",
      message: /^Migration ([\w.]+) is applied before its dependency ([\w.]+)/,
    },
    claim: {
      says:
        "The database has migration $1, and not $2, on which it rests: mostly the user's model was changed after the first migrations were applied",
      mend:
        "Take the database and the migrations from where both fit each other; where there are no data yet, begin with a new database; else see in Django's documentation how AUTH_USER_MODEL is changed in a project that runs",
    },
    examples: [
      "django.db.migrations.exceptions.InconsistentMigrationHistory: Migration admin.0001_initial is applied before its dependency accounts.0001_initial on database 'default'.",
    ],
  },
];

/** What is known of the first error. */
function told(first: string | undefined): string {
  return first ? `; the first error was ${first}` : "";
}

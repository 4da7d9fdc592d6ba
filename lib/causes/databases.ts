/**
 * Databases that cannot be reached, and what they refuse; SQLite has a room of
 * its own.
 *
 * Drivers and frameworks wrap each other's exceptions, so that the message
 * decides. Runs on Node and Deno.
 *
 * @module
 */

import {
  driverBelow,
  NAME_THROUGH_DRIVER,
  THROUGH_DRIVER,
  told,
} from "./drivers.ts";
import { versionOf } from "./installed.ts";
import { unsetAddress, unsetBehind, unsetInWords } from "./origins.ts";
import type { Rule } from "./rule.ts";
import { linesOf, runnerOf, type Scene } from "./scene.ts";
import { insideOf } from "./hosts.ts";
import { settingsFiles, unsetVariable } from "./unset.ts";
import { replacing } from "./wrong_distributions.ts";

const ANY = "database-unreachable";

/** What a driver talks to. */
export function thingOf(type: string): string {
  return /^redis/.test(type)
    ? "The Redis server"
    : /^ldap/.test(type)
    ? "The LDAP server"
    : /^(?:kombu|amqp|a?iokafka|kafka|pika|aio_pika|aiormq|nats)/.test(type)
    ? "The message broker"
    : /^(?:elastic|opensearch|meilisearch)/.test(type)
    ? "The search server"
    : "The database";
}

/** What variables for the address of such a server have in their names. */
function variablesOf(type: string): RegExp {
  return /^redis/.test(type)
    ? /REDIS|CACHE|BROKER|CELERY|RESULT/
    : /^ldap/.test(type)
    ? /LDAP/
    : /^(?:kombu|amqp|kafka|pika|aiormq)/.test(type)
    ? /BROKER|CELERY|AMQP|RABBIT|REDIS|KAFKA|BOOTSTRAP/
    : /^(?:elastic|opensearch|meilisearch)/.test(type)
    ? /ELASTIC|SEARCH|^ES_|MEILI/
    : /^neo4j/.test(type)
    ? /NEO4J|GRAPH|BOLT/
    : /^(?:pymongo|mongoengine)/.test(type)
    ? /MONGO|^DB_|DATABASE/
    : /^(?:DB|PG|SQL)|_DB_|DATABASE|POSTGRES|MYSQL|MARIADB|SQLALCHEMY/;
}

/** The rules of databases. */
export const databases = (): Rule[] => [
  {
    name: "database-connections",
    code: "database-connections",
    over: `${ANY} database-login database-closed-idle`,
    when: [
      told(
        /max_user_connections|Too many connections|too many clients already|remaining connection slots are reserved|too many connections for (?:role|database)|max_connections_per_hour|max(?:imum)? number of (?:clients reached|(?:processes|sessions) (?:\([^)]*\) )?exceeded)|\(1040,|\(1203,|\(1226,|connection limit exceeded|[Pp]ool exhausted|max clients reached|no more connections allowed|query_wait_timeout|exceeded simultaneous SESSIONS_PER_USER|^No connection available\.$/i,
      ),
      {
        message:
          /^QueuePool limit of size \d+ overflow \d+ reached|couldn't get a connection after [\d.]+ sec|Pool (?:exhausted|overflow)|connection pool exhausted/,
      },
    ],
    claim: ({ line, kind, failure, raised }) => {
      const told = (failure.output ?? []).findLast((each) =>
        /error connecting in|connection failed|could not connect/i.test(each)
      );
      if (/couldn't get a connection after/.test(line)) {
        return {
          code: told ? "database-unreachable" : "database-connections",
          says: told
            ? `The pool gets no connection to the database: ${
              told.trim().slice(0, 300)
            }`
            : `The pool gave no connection to the database in time: ${line}`,
          mend: told
            ? "Mend what that says: mostly host, port, name or password; the pool tries on without an end"
            : "Either all are in use: give each back (`with pool.connection()`), or make the pool larger; or the database cannot be reached, which the pool writes into the log alone",
        };
      }
      // The package redis counts the connections of its own pool in these words.
      const isOwnPool = /^redis\./.test(raised.type) &&
        /^Too many connections$|^No connection available/.test(line);
      const isPooler =
        /max clients reached|no more connections allowed|query_wait_timeout/i
          .test(line);
      return {
        says: isOwnPool
          ? `All connections of the pool to Redis are in use, as the application has bounded it (max_connections): ${line}`
          : kind === "TimeoutError" || /Pool|couldn't get/i.test(line)
          ? `All connections of the pool to the database are in use: ${line}`
          : isPooler
          ? `The pooler before the database has no connection left: ${line}`
          : `The database server takes no more connections from this user: ${line}`,
        mend:
          "Each process and each thread holds connections of its own: processes times threads, or times the pool, must stay below what the server allows; close connections when a request ends, make the pool smaller, write a smaller `threads` in [wsgi], or ask for a higher limit",
      };
    },
    examples: [
      "pymysql.err.OperationalError: (1226, \"User 'shop' has exceeded the 'max_user_connections' resource (current value: 15)\")",
      'psycopg2.OperationalError: connection to server at "db", port 5432 failed: FATAL:  sorry, too many clients already',
      "django.db.utils.OperationalError: (1040, 'Too many connections')",
      "cx_Oracle.DatabaseError: ORA-02391: exceeded simultaneous SESSIONS_PER_USER limit",
      {
        raised: "redis.exceptions.MaxConnectionsError: Too many connections",
        says: "as the application has bounded it",
        mend: "make the pool smaller",
      },
      {
        raised:
          "psycopg2.OperationalError: FATAL:  MaxClientsInSessionMode: max clients reached",
        says: "The pooler before the database",
      },
      {
        raised:
          "psycopg_pool.PoolTimeout: couldn't get a connection after 30.00 sec",
        failure: {
          problem: "request-raised",
          output: [
            "error connecting in 'pool-1': connection failed: password authentication failed",
          ],
        },
        code: "database-unreachable",
        says: "password authentication failed",
      },
      {
        raised:
          "psycopg_pool.PoolTimeout: couldn't get a connection after 30.00 sec",
        mend: "with pool.connection()",
      },
      {
        raised:
          "sqlalchemy.exc.TimeoutError: QueuePool limit of size 5 overflow 10 reached, connection timed out, timeout 30.00",
        says: "All connections of the pool",
        mend: "threads",
      },
    ],
  },
  {
    name: "database-login",
    code: "database-login",
    over: ANY,
    when: told(
      /password authentication failed|Access denied for user|no pg_hba\.conf entry|Peer authentication failed|Ident authentication failed|role "[^"]*" does not exist|WRONGPASS|NOAUTH|Authentication failed|due to authentication failure|no password supplied|Login failed for user|ORA-01017|authentication plugin|AUTH failed|bad auth|Authentication required|SCRAM authentication requires|does not support authentication protocol|authentication method \d+ not supported|not allowed to connect to this|is not allowed to access the server|invalid ?credentials|invalid username-password pair|requires authentication\b/i,
    ),
    claim: (subject, scene) => {
      const { line, text, raised } = subject;
      const server = thingOf(driverBelow(raised) ?? raised.type);
      const isPeer = /Peer authentication/i.test(text);
      const isPlugin =
        /authentication plugin|SCRAM authentication|authentication method|authentication protocol/i
          .test(text);
      const isHost = /pg_hba|not allowed to (?:connect|access the server)/i
        .test(
          text,
        );
      if (
        /using password: NO\b|no password supplied|NOAUTH|Authentication required|requires authentication/i
          .test(text)
      ) {
        const says =
          `${server} refuses the login, as the application gave no password at all: ${line}`;
        const read = unsetVariable(
          /^(?!.*(?:MAIL|SMTP|FTP|API|ADMIN|JWT|LDAP|PROXY|SSH|TOKEN)).*(?:PASS|PWD|_PW$|DATABASE_UR[IL]|DB_UR[IL]|DSN|REDIS_UR[IL])/,
          subject,
          scene,
        );
        return read
          ? {
            seen:
              `${says}; the variable "${read.name}", which line ${read.line} of ${read.file} reads, is not set for it`,
            mend:
              `Give it to the application: under [environment] in config.toml, or, as a password is a secret, in a file of its own that [secret_files] names, and that the code reads in place of "${read.name}"`,
          }
          : {
            says,
            mend:
              "See where the application reads the password: a variable that is not set, an empty file or a field that was left out gives none; keep it in a file that [secret_files] names, and read that",
          };
      }
      const old = versionOf("mysql-connector", scene);
      if (isPlugin && old) {
        return {
          seen:
            `${line}. The driver is the distribution "mysql-connector" ${old}, an old one that gets no new versions; its successor mysql-connector-python, which has the same folder, knows that plugin`,
          mend: replacing("mysql-connector", [
            // Taking away the one takes files of the other with it.
            ...versionOf("mysql-connector-python", scene)
              ? ["--force-reinstall", "--no-deps"]
              : [],
            "mysql-connector-python",
          ], scene),
        };
      }
      const isSocket = /\b1698\b/.test(text);
      // A name that is not given is that of the user of the system.
      const reads = unsetBehind(subject, scene, true)
        .filter(({ hasDefault }) => !hasDefault);
      if (reads[0]) {
        return {
          seen: `${server} refuses the login: ${line}${unsetInWords(reads)}`,
          mend: `Write in config.toml what is no secret: under [environment], ${
            reads[0].name
          } = "…"; a password belongs in a file of its own that [secret_files] names, and that the code reads`,
        };
      }
      return {
        says: `${server} refuses the login: ${line}`,
        mend: server === "The LDAP server"
          ? "Correct name and password where the application reads them, as in the file that [secret_files] names: the name is mostly the whole one in the directory (`uid=ann,ou=people,dc=example,dc=org`), or `ann@example.org` with Active Directory"
          : isSocket
          ? "Error 1698 is of an account that only the user of the system with the same name may use, through the socket and without a password, as mostly `root`: let the administrators of the database make an account with a password for the site, with rights for its own database alone"
          : isPeer
          ? 'Through its socket PostgreSQL lets in whoever has the same name as the user of the system: write the host "localhost" to log in with a password, or use the name that the site runs as'
          : isPlugin
          ? "The driver does not know the way in which the server asks for the password: use a later driver (with the package `cryptography` for PyMySQL), or let the administrators of the database change the account"
          : isHost && /no encryption|SSL off/i.test(text)
          ? "The server takes no connection without encryption from here, or none at all: ask for TLS first, as with `sslmode=require` in the address or OPTIONS; then let the administrators of the database let this machine in"
          : isHost
          ? "Let the administrators of the database let this machine in, or take the host that they name"
          : /user ['"](?:root|sa|postgres)['"]/.test(text)
          ? "That is the name of the server's own administrators, who mostly log in otherwise: take name and password of the account that the administrators or the panel of the host made for this database, and read the password from a file that [secret_files] names"
          : new RegExp(`user ['"]${runnerOf(scene)}['"]`).test(text) &&
              /^psycopg|\(psycopg|^django/.test(
                `${subject.raised.type} ${text}`,
              )
          ? `The name is that of the user who runs the site, as PostgreSQL takes it where none is given: give name and password where it is connected; keep the password in a file that [secret_files] names`
          : "Correct name and password where the application reads them, as in the file that [secret_files] names, and see whether the database lets this machine in",
      };
    },
    examples: [
      {
        raised:
          "mysql.connector.errors.NotSupportedError: Authentication plugin 'caching_sha2_password' is not supported",
        files: {
          "PACKAGES/mysql_connector-2.2.9.dist-info/METADATA":
            "Name: mysql-connector\n",
        },
        mend:
          "pip uninstall -y mysql-connector && PYTHON -m pip install mysql-connector-python",
      },
      {
        raised:
          'psycopg2.OperationalError: FATAL:  no pg_hba.conf entry for host "10.0.0.5", user "x", database "y", no encryption',
        mend: "`sslmode=require`",
      },
      {
        raised:
          "pymysql.err.OperationalError: (1045, \"Access denied for user 'x'@'localhost' (using password: NO)\")",
        files: {
          "APP/mysite/settings.py":
            "import os\nDATABASES = {'default': {'PASSWORD': os.getenv('DB_PASSWORD', '')}}\n",
        },
        says: '"DB_PASSWORD", which line 2 of APP/mysite/settings.py reads',
        mend: "[secret_files]",
      },
      {
        raised: 'psycopg2.OperationalError: FATAL:  role "jdoe" does not exist',
        files: {
          "APP/app.py":
            'import os\n\nc = psycopg2.connect(host=os.getenv("DB_HOST"), user=os.getenv("DB_USER"))\n',
        },
        says: 'the variables "DB_HOST" and "DB_USER", which line 3',
      },
      {
        raised:
          "psycopg2.OperationalError: FATAL:  password authentication failed for user",
        says: "refuses the login",
        mend: "[secret_files]",
      },
      "pymysql.err.OperationalError: (1045, \"Access denied for user 'x'@'localhost' (using password: YES)\")",
      {
        raised:
          "ldap3.core.exceptions.LDAPBindError: automatic bind not successful - invalidCredentials",
        says: "The LDAP server refuses the login",
        mend: "uid=ann",
      },
      {
        raised:
          "pymysql.err.OperationalError: (1045, \"Access denied for user 'root'@'localhost' (using password: YES)\")",
        mend: "the panel of the host",
      },
      {
        raised:
          'psycopg2.OperationalError: FATAL:  password authentication failed for user "jdoe"',
        mend: "where none is given",
      },
      {
        raised:
          'psycopg2.OperationalError: connection to server on socket "/var/run/postgresql/.s.PGSQL.5432" failed: FATAL:  Peer authentication failed for user "shop"',
        mend: '"localhost"',
      },
      {
        raised:
          "MySQLdb.OperationalError: (1698, \"Access denied for user 'root'@'localhost'\")",
        mend: "make an account with a password",
      },
      ...[
        "pymysql.err.OperationalError: (1045, \"Access denied for user 'x'@'localhost' (using password: NO)\")",
        "psycopg2.OperationalError: connection failed: fe_sendauth: no password supplied",
        "redis.exceptions.AuthenticationError: NOAUTH Authentication required.",
      ].map((raised) => ({
        raised,
        says: "gave no password at all",
        mend: "a variable that is not set",
      })),
    ],
  },
  {
    name: "database-rights",
    code: "database-login",
    over: `${ANY} database-login`,
    when: told(
      /permission denied for (?:table|schema|relation|database|sequence|function)|not (?:allowed|authorized) (?:to do action|on \w+ to execute)|NOPERM\b|this user has no permissions to|command denied to user|must be owner of|Access denied for user .* to database|INSERT permission was denied|insufficient privileges?|ORA-01031|Access denied; you need|\(1419,|\(1227,/i,
    ),
    claim: ({ line, text }) => {
      const schema = /permission denied for schema (\w+)/.exec(line)?.[1];
      const isAsked = /\nLINE \d+: *(?!create|alter)\w/i.test(text);
      return {
        says: /permission denied for database/.test(line)
          ? `The database server knows the account, and does not let it into that database: ${line}`
          : `The database lets the application in, and not do what it asks for: ${line}`,
        mend: schema && isAsked
          ? `Let the owner of the database give the right, once: \`GRANT USAGE ON SCHEMA ${schema} TO\` and the name of the application's user, and \`GRANT SELECT ON ALL TABLES IN SCHEMA ${schema} TO\` the same, with INSERT, UPDATE and DELETE where it writes`
          : schema
          ? `Let the owner of the database give the right, once: \`GRANT CREATE ON SCHEMA ${schema} TO\` and the name of the application's user${
            schema === "public"
              ? "; since PostgreSQL 15 only that owner has it from the start. Or let that user own the database (`ALTER DATABASE … OWNER TO …`)"
              : ""
          }`
          : /\((?:1227|1419),|SUPER/.test(line)
          ? "On shared hosting nobody but its administrators has that right: leave out what wants it, as `DEFINER=…` in a dump, a trigger or a function, or SET GLOBAL"
          : /no permissions to|NOPERM/.test(line)
          ? "Let the administrators of the Redis server allow that user the command and the keys (ACL), or leave it out"
          : "Let whoever owns the database give that user the right (GRANT), or correct user and database in the settings",
      };
    },
    examples: [
      {
        raised:
          "psycopg2.errors.InsufficientPrivilege: permission denied for schema public",
        mend: "`GRANT CREATE ON SCHEMA public TO`",
      },
      "psycopg2.errors.InsufficientPrivilege: permission denied for table auth_user",
      {
        raised:
          "psycopg2.errors.InsufficientPrivilege: permission denied for schema private\nLINE 1: select * from private.t",
        mend: "GRANT USAGE ON SCHEMA private",
      },
      {
        raised:
          "pymysql.err.OperationalError: (1227, 'Access denied; you need (at least one of) the SUPER privilege(s) for this operation')",
        mend: "`DEFINER=…`",
      },
      "MySQLdb.OperationalError: (1142, \"SELECT command denied to user 'x'@'localhost' for table 'y'\")",
      "pymongo.errors.OperationFailure: user is not allowed to do action [find] on [shop.items]",
      "MySQLdb.OperationalError: (1044, \"Access denied for user 'x'@'%' to database 'y'\")",
    ],
  },
  {
    name: "database-tls",
    code: "tls-failed",
    over: `${ANY} database-closed-idle`,
    when: told(
      /\(2026,|SSL is required, but|does not support SSL|SSL connection error|TLS\/SSL error|SSL error: (?!certificate)|invalid response to SSL negotiation|SSL Provider: [^\n]{0,80}(?:unsupported protocol|dh key too small|ee key too small|wrong signature type|handshake failure)/i,
    ),
    claim: ({ line, text }, scene) => ({
      says: `Application and database server do not agree on TLS: ${line}`,
      mend: plainServer(text, scene) ??
        (/invalid response to SSL/.test(text)
          ? "What answers at that host and port is no PostgreSQL: correct the port (mostly 5432), or what a tunnel leads to"
          : /SSL Provider/.test(text)
          ? "The server speaks an older TLS, or has a weaker key, than the OpenSSL of this machine takes: let its administrators renew it; a later driver (ODBC Driver 18) does not help with that"
          : undefined) ??
        "Look at the settings for TLS on this side (sslmode, ssl, ssl_mode), and ask the administrators of the database what it offers and asks for",
    }),
    examples: [
      {
        raised:
          'django.db.utils.OperationalError: connection to server at "127.0.0.1", port 5432 failed: server does not support SSL, but SSL was required',
        files: {
          "APP/shop/settings.py":
            "import dj_database_url\nDATABASES = {'default': dj_database_url.config(ssl_require=True)}\n",
        },
        mend: "line 2 of APP/shop/settings.py",
      },
      "MySQLdb.OperationalError: (2026, 'TLS/SSL error: SSL is required, but the server does not support it')",
      {
        raised:
          'psycopg2.OperationalError: connection to server at "10.0.0.1", port 8080 failed: received invalid response to SSL negotiation: H',
        mend: "is no PostgreSQL",
      },
      {
        raised:
          "pyodbc.OperationalError: ('08001', '[08001] [Microsoft][ODBC Driver 17 for SQL Server]SSL Provider: [error:1425F102:SSL routines:ssl_choose_client_version:unsupported protocol] (-1) (SQLDriverConnect)')",
        mend: "an older TLS",
      },
    ],
  },
  {
    name: "database-too-old",
    code: "database-too-old",
    over: "django-setup",
    when: {
      message:
        /(MySQL|MariaDB|PostgreSQL|Oracle|PostGIS)[\w ]*? (\d[\d.]*) or later is required \(found (\d[\d.]*)\)/,
    },
    claim: {
      says: "The database server is $1 $3, and the framework wants $2 or later",
      mend:
        "Ask the administrators for a later server, or write a version of the framework that still knows $1 $3 into the requirements of the site",
    },
    examples: [
      "django.db.utils.NotSupportedError: PostgreSQL 13 or later is required (found 11.2).",
    ],
  },
  {
    name: "database-unknown",
    code: "database-login",
    over: ANY,
    when: told(
      /database "[^"]*" does not exist|Unknown database|Cannot open database|ORA-12(?:154|505|514)|does not currently know of (?:service|SID)|DPY-600[13]/i,
    ),
    claim: {
      says: "The database server has no such database: {line}",
      mend:
        "Create the database, or correct its name in the settings: on shared hosting it mostly begins with the name of the account (`ann_shop`, `ann$shop`), as the panel shows it; PostgreSQL takes the name of the user where none is given",
    },
    examples: [{
      raised: "pymysql.err.OperationalError: (1049, \"Unknown database 'x'\")",
      says: "no such database",
      mend: "as the panel shows it",
    }],
  },
  {
    name: "database-unreachable",
    code: "database-unreachable",
    when: [
      // It says no more than its class.
      { type: /^pika\.exceptions\.AMQPConnectionError$/, message: /^$/ },
      THROUGH_DRIVER,
      NAME_THROUGH_DRIVER,
      {
        type: "ConnectionError",
        message: /^unexpected connection_lost\(\) call/,
        through: /\/asyncpg\//,
      },
      told(
        /Connection refused|could not translate host name|Name or service not known|Temporary failure in name resolution|Can't connect to (?:local )?(?:MySQL|MariaDB|server)|Unknown (?:(?:MySQL|MariaDB) )?server host|Connection timed out|timeout expired|No route to host|connection to server .* failed|could not connect to server|Lost connection to (?:(?:MySQL|MariaDB) )?server|Network is unreachable|connection is bad|nodename nor servname|ServerSelectionTimeout|Error \d+ connecting to|No servers found yet|Timeout reading from socket|[Rr]ead [Oo]peration timed out|is not currently accepting connections|loading the dataset in memory|the database system is (?:starting up|shutting down|in recovery)|Adaptive Server (?:connection failed|is unavailable)|Timeout connecting to server|Can't contact LDAP server|socket connection error|invalid server address|connecting to unix socket|Couldn't connect to|Unable to retrieve routing information|Cannot resolve address|: timed out|Unable to connect to any servers|Can't create a connection to host|Unable to connect to data source|TCP Provider: Error code 0x|NoBrokersAvailable|ORA-12(?:170|541|543|545)|TNS:no listener/i,
      ),
    ],
    claim: (subject, scene) => {
      const { line, text, raised } = subject;
      const type = driverBelow(raised) ?? raised.type;
      // A host that is None, or none at all, was not given.
      const isNone = /["' /]None["':]| None:/.test(text) ||
        /on socket "\/var\/run\/postgresql/.test(text);
      const addressed = unsetAddress(subject, scene, variablesOf(type));
      const reads = addressed.length > 0 || !isNone
        ? addressed
        : unsetBehind(subject, scene, true)
          .filter(({ hasDefault }) => !hasDefault);
      if (reads[0]) {
        return {
          seen: `${thingOf(type)} cannot be reached: ${line}${
            unsetInWords(reads)
          }`,
          mend: `Write it in config.toml: under [environment], ${
            reads[0].name
          } = "…", as the administrators of the server name it; an address with a password in it belongs in a file that [secret_files] names, and that the code reads`,
        };
      }
      // Other libraries call every connection a socket.
      const isSocket =
        /through socket ['"]|on socket ['"]|socket ['"]\/|(?:^|["' (])(?:unix:)?\/[^\s'"]*(?:\.sock|\.s\.PGSQL)|No such file or directory/
          .test(text) && !/port \d+ failed/.test(text);
      const isName =
        /translate host name|Name or service|name resolution|Unknown .*server host|nodename/i
          .test(text);
      const isTimeout = /timed out|timeout(?! is None)/i.test(text) &&
        !/refused/i.test(text);
      if (
        /is not (?:currently |yet )?accepting connections|the database system is|loading the dataset/
          .test(text)
      ) {
        return {
          says:
            `The database server is there, and lets nobody in for now: ${line}`,
          mend:
            "Wait until it has started, or ask its administrators; a page that can do without it may say so to its visitors",
        };
      }
      if (
        /^Timeout reading from|read operation timed out|NetworkTimeout/i.test(
          `${text} ${subject.kind}`,
        )
      ) {
        return {
          says: `${
            thingOf(type)
          } was reached, and did not answer in time: ${line}`,
          mend:
            "It is busy, or is asked for too much at once: ask for less, or let the client wait longer (`socket_timeout` of redis-py, `socketTimeoutMS` of PyMongo); a server that speaks TLS alone keeps silent as well: rediss:// in place of redis://, or `tls=true`",
        };
      }
      if (
        /port \d+ failed: .*closed (?:the connection )?unexpectedly|Lost connection .{0,40}(?:reading|at 'handshake|waiting for initial)|^unexpected connection_lost/
          .test(text)
      ) {
        return {
          says:
            `The database server was reached, and ended the connection before the login: ${line}`,
          mend:
            "See with its provider or administrators whether it lets this machine in (a list of addresses), and whether it takes TLS or none there (sslmode); a pooler or server that has no room left does so as well, and so does a tunnel (SSH) whose other end does not reach the database",
        };
      }
      return {
        says: `${thingOf(type)} cannot be reached: ${line || subject.kind}`,
        mend: isName && /name "[^"]*@|host '[^']*@/.test(text)
          ? "A password with an @ in it ends at the first one: write it as %40 in the address, as `urllib.parse.quote_plus()` does, or give the parts to `sqlalchemy.URL.create()`"
          : isSocket && /Permission denied|\(13\)|Error 13 /.test(text)
          ? `That is a server on this machine, asked through a file (a socket), which ${
            runnerOf(scene)
          } may not open: ask its administrators which group may, or write the host and port that they name in its place`
          : isSocket && /\(111\)|refused|Error 111 /.test(text)
          ? "That is a server on this machine, asked through a file (a socket): the file is there, and no server answers behind it: ask its administrators to start it"
          : isSocket
          ? `That is a server on this machine, asked through a file (a socket), and there is none: write the host that the administrators name${
            /mysql|maria/i.test(`${raised.type} ${text}`)
              ? '; with "localhost" MySQL means the socket, with "127.0.0.1" the network'
              : ""
          }`
          : isName
          ? mendOfName(text)
          : isTimeout
          ? "The host does not answer: see whether host and port are right, and whether a firewall lets this machine through to it"
          : thingOf(type) === "The database" &&
              /localhost|127\.0\.0\.1|::1\b/.test(text)
          ? "Nothing answers at that host and port; `localhost` means this machine, the web server itself. On shared hosting the database mostly has a host name of its own, which the panel tells beside the database: write that in place of `localhost`; where the server is to run here, see that it does"
          : "Nothing answers at that host and port: see whether the server runs there, and whether both are right for this machine; `localhost` is the web server itself",
      };
    },
    examples: [
      {
        raised:
          "pymongo.errors.ServerSelectionTimeoutError: localhost:27017: [Errno 111] Connection refused (configured timeouts: socketTimeoutMS: 20000.0ms), Timeout: 30s",
        mend: "Nothing answers at that host and port",
      },
      {
        raised:
          "ldap3.core.exceptions.LDAPSocketOpenError: socket connection error while opening: [Errno 111] Connection refused",
        mend: "Nothing answers at that host and port",
      },
      {
        raised:
          'psycopg2.OperationalError: connection to server at "localhost" (127.0.0.1), port 5432 failed: Connection refused\n\tIs the server running',
        says: "port 5432 failed: Connection refused",
        mend: "web server itself",
      },
      {
        raised:
          "MySQLdb.OperationalError: (2002, \"Can't connect to local MySQL server through socket '/run/mysqld/mysqld.sock' (13)\")",
        mend: "which jdoe may not open",
      },
      {
        raised:
          "MySQLdb.OperationalError: (2002, \"Can't connect to local MySQL server through socket '/run/mysqld/mysqld.sock' (111)\")",
        mend: "no server answers behind it",
      },
      {
        raised:
          "MySQLdb.OperationalError: (2002, \"Can't connect to local MySQL server through socket '/run/mysqld/mysqld.sock' (2)\")",
        says: "2002",
        mend: "socket",
      },
      {
        raised:
          "redis.exceptions.ConnectionError: Error 111 connecting to localhost:6379. Connection refused.",
        says: "6379",
      },
      {
        raised:
          'psycopg2.OperationalError: could not translate host name "db" to address: Temporary failure in name resolution',
        mend: "No machine of that name",
      },
      {
        raised:
          "pymysql.err.OperationalError: (2003, \"Can't connect to MySQL server on 'ann.mysql.pythonanywhere-services.com' ([Errno -2] Name or service not known)\")",
        mend: "counts only inside of PythonAnywhere",
      },
      {
        raised:
          'psycopg2.OperationalError: could not translate host name "dpg-cq1a2b3c4d5e6f-a" to address: Name or service not known',
        mend: "counts only inside of Render",
      },
      {
        raised:
          'psycopg2.OperationalError: could not translate host name "None" to address: Name or service not known',
        in: "PACKAGES/psycopg2/__init__.py connect",
        files: {
          "APP/app.py":
            "import os\nengine = create_engine(f\"postgresql://{os.getenv('DB_USER')}@{os.getenv('DB_HOST')}/x\")\nengine.connect()\n",
        },
        says: '"DB_HOST", which line 2 of APP/app.py reads, is not set',
        mend: 'DB_HOST = "…"',
      },
      {
        raised:
          'psycopg2.OperationalError: connection to server on socket "/var/run/postgresql/.s.PGSQL.5432" failed: No such file or directory\n\tIs the server running locally and accepting connections on that socket?',
        in: "PACKAGES/psycopg2/__init__.py connect",
        files: {
          "APP/app.py":
            'import os\n\npsycopg2.connect(host=os.getenv("H"), user=os.getenv("U"))\n',
        },
        says: 'variables "H" and "U", which line 3 of APP/app.py reads',
        mend: 'H = "…"',
      },
      {
        raised:
          'psycopg2.OperationalError: connection to server on socket "/var/run/postgresql/.s.PGSQL.5432" failed: No such file or directory\n\tIs the server running locally and accepting connections on that socket?',
        mend: "asked through a file (a socket), and there is none",
      },
      {
        raised:
          "redis.exceptions.ConnectionError: Error 111 connecting to localhost:6379. Connection refused.",
        files: {
          "APP/config.py":
            'import os\nCACHE_REDIS_URL = os.getenv("REDIS_URL", "redis://localhost:6379/0")\n',
        },
        says: '"REDIS_URL", which line 2 of APP/config.py reads, is not set',
      },
      // What is written out, comes from no variable.
      {
        raised:
          "redis.exceptions.ConnectionError: Error 111 connecting to localhost:6379. Connection refused.",
        files: {
          "APP/config.py":
            'import os\nREDIS_URL = os.getenv("REDIS_URL", "redis://localhost:6379/0")\n',
          "APP/app.py": '\n\nredis.Redis(host="localhost", port=6379).ping()\n',
        },
        mend: "Nothing answers at that host and port",
      },
      {
        raised:
          'psycopg2.OperationalError: could not translate host name "ss@localhost" to address: Name or service not known',
        mend: "%40",
      },
      {
        raised:
          'psycopg2.OperationalError: connection to server at "x.example.org" (1.2.3.4), port 5432 failed: SSL connection has been closed unexpectedly',
        says: "was reached, and ended the connection before the login",
      },
      {
        raised:
          "MySQLdb.OperationalError: (2013, \"Lost connection to server at 'handshake: reading initial communication packet', system error: 11\")",
        says: "ended the connection before the login",
      },
      {
        raised: "redis.exceptions.TimeoutError: Timeout reading from socket",
        says: "was reached, and did not answer in time",
      },
      {
        raised:
          "psycopg2.OperationalError: FATAL:  the database system is starting up",
        says: "lets nobody in for now",
      },
      {
        raised:
          "ConnectionRefusedError: [Errno 111] Connect call failed ('127.0.0.1', 5432)",
        facts: { errno: "ECONNREFUSED" },
        in: [
          "PACKAGES/asyncpg/connection.py connect",
          "PYTHON/asyncio/selector_events.py _sock_connect_cb",
        ],
        says: "The database cannot be reached",
        mend: "which the panel tells",
      },
      {
        raised: "socket.gaierror: [Errno -2] Name or service not known",
        in: [
          "PACKAGES/asyncpg/connection.py connect",
          "PYTHON/socket.py getaddrinfo",
        ],
        mend: "No machine of that name",
      },
      {
        raised: "pika.exceptions.AMQPConnectionError",
        in: "PACKAGES/pika/adapters/blocking_connection.py f",
        says: "The message broker cannot be reached: AMQPConnectionError",
      },
      {
        raised: "kafka.errors.NoBrokersAvailable: NoBrokersAvailable",
        says: "The message broker",
      },
      {
        raised:
          "mysql.connector.errors.DatabaseError: 2003 (HY000): Can't connect to MySQL server on 'localhost:3306' (111)",
        mend: "which the panel tells beside the database",
      },
      // It reaches the application from a file.
      {
        raised:
          "redis.exceptions.ConnectionError: Error 111 connecting to localhost:6379. Connection refused.",
        files: {
          "APP/.env": "REDIS_URL=redis://localhost:6379/0\n",
          "APP/config.py":
            'load_dotenv()\nCACHE_REDIS_URL = os.getenv("REDIS_URL")\n',
        },
        mend: "Nothing answers at that host and port",
      },
    ],
    not: [
      "myapp.errors.OperationalError: Connection refused",
    ],
  },
];

/** A server of this machine that speaks no TLS, and the line that wants it. */
function plainServer(text: string, scene: Scene): string | undefined {
  if (
    !/does not support SSL/.test(text) ||
    !/"(?:localhost|127\.0\.0\.1|::1)"/.test(text)
  ) return undefined;
  const wanting =
    settingsFiles(scene).flatMap((file) =>
      linesOf(file, scene).flatMap((line, at) => {
        const [word] =
          /^[^#]*?\b(?:ssl_require\s*=\s*True|sslmode\b[^#]*?(?:require|verify-\w+)|django_heroku\.settings\()/
              .test(line)
            ? /ssl_require\s*=\s*True|sslmode|django_heroku/.exec(line)!
            : [];
        return word ? [{ file, line: at + 1, word }] : [];
      })
    )[0];
  return wanting &&
    `The server is on this machine, and speaks no TLS: take \`${wanting.word}\` out on line ${wanting.line} of ${wanting.file}${
      wanting.word === "django_heroku"
        ? ', which asks for it by itself, as with `del DATABASES["default"]["OPTIONS"]["sslmode"]` below'
        : ""
    }; a server on another machine should speak it`;
}

/** What is done about the name of a server that is not known here. */
function mendOfName(text: string): string {
  const [, host = ""] =
    /(?:host name|server on|server host|connecting to|host) ['"]?([\w-]+(?:\.[\w-]+)*)/
      .exec(text) ?? [];
  const inside = insideOf(host);
  return inside
    ? `That name counts only ${inside}: write in its place, where the application takes it from, the host that the panel or the administrators of this web server name for a database, and bring over what is in the old one, by an export and an import`
    : "No machine of that name is known here: correct the host, where the application takes it from";
}

/**
 * How servers of databases tell of themselves: connections that they end, no
 * room, damaged tables, statements that take too long, accounts that are over.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { join } from "node:path";
import { thingOf } from "./databases.ts";
import { driverBelow, told } from "./drivers.ts";
import type { Claim, Rule, Subject } from "./rule.ts";
import { exists, runnerOf, type Scene } from "./scene.ts";

/** What lets each driver do without a connection that was ended. */
function keepingAlive({ raised, text }: Subject, scene: Scene): string {
  const type = driverBelow(raised) ?? `${raised.type} ${text}`;
  if (/^(?:redis|valkey)/.test(type)) {
    return "Let the client try a connection before it uses one again, and ask once more: `health_check_interval=30` and `retry_on_error=[ConnectionError]` where it is made; one that is made while the file is imported must not be used by a child process";
  }
  if (/^(?:pymongo|motor|mongoengine)/.test(type)) {
    return "Ask once more: PyMongo connects anew by itself with the next question (`retryReads` and `retryWrites` let it do so at once); a `maxIdleTimeMS` below the limit of server and firewall keeps no connection for longer";
  }
  if (/^(?:oracledb|cx_Oracle)/.test(type)) {
    return "Take connections from a pool that tries them before use (`create_pool(…, ping_interval=60)`), or connect anew in each request; with SQLAlchemy `pool_pre_ping=True`";
  }
  if (/^(?:kombu|amqp|pika|aio_pika|aiormq)/.test(type)) {
    return "Open a connection for each message, or let a pool try it before use (Celery and kombu do so): one that waits between requests sends no heartbeats, and the broker ends it";
  }
  const isDjango = scene.packages.some((folder) =>
    exists(join(folder, "django"), scene)
  );
  return `Let connections be tried before use and not kept longer than the server keeps them: ${
    isDjango
      ? "in Django `CONN_HEALTH_CHECKS = True` and a `CONN_MAX_AGE` below the server's limit; "
      : ""
  }with SQLAlchemy \`pool_pre_ping=True, pool_recycle=280\`; with a driver alone, connect anew in each request`;
}

const ENDED =
  /\((?:2006|2013|4031|2055|1927),|MySQL server has gone away|Lost connection to (?:MySQL|MariaDB) server (?:during query|at)|disconnected by the server because of inactivity|server closed the connection unexpectedly|Error while reading from \S+ ?: \(104|Error (?:104|32) while writing to socket|terminating connection due to|connection already closed|the connection is (?:closed|lost)|^connection (?:is |was )?closed(?: in the middle of operation)?$|SSL connection has been closed unexpectedly|SSL SYSCALL error: EOF|MySQL Connection not available|^Connection closed by server|Can't reconnect until invalid transaction|server conn crashed|DPY-4011|DPY-1001|ORA-0311[34]|ORA-03135|Communication link failure|TCP Provider: Error code 0x(?:68|20|2746)\b|Connection reset by peer|^\(0, ''\)$/i;

/** What is said where a server has ended a connection. */
function ended(subject: Subject, scene: Scene): Claim | undefined {
  const { failure, kind, line, raised, text } = subject;
  if (
    /^(?:connection failed: )?connection to server .* failed/m.test(text) ||
    /Lost connection .{0,40}(?:reading|at 'handshake|waiting for initial)|Error \d+ connecting to|Can't connect to|connection is bad/
      .test(text) ||
    kind === "ServerSelectionTimeoutError"
  ) return undefined;
  const server = thingOf(driverBelow(raised) ?? raised.type);
  const says = `${
    server === "The database" ? "The database server" : server
  } closed a connection that the application still held: ${line}`;
  // Whoever asks a connection that the code has closed, is told the same.
  if (
    /DPY-1001|MySQL Connection not available|connection already closed|^(?:the )?connection is closed/
      .test(text)
  ) {
    return {
      says:
        `The application uses a connection to the database that is no longer one: ${line}`,
      probably:
        "the server has closed it, or the code has (`close()`, or the end of a `with`)",
      mend: keepingAlive(subject, scene),
    };
  }
  if (/\(1927,|administrator command/.test(text)) {
    return {
      says,
      probably:
        "somebody ended it there, as a provider does with statements that run for too long, or before the server is started anew",
      mend: keepingAlive(subject, scene),
    };
  }
  if (/idle-in-transaction/.test(text)) {
    return {
      says,
      mend:
        "End each transaction when its request ends (`commit()`, `rollback()`, `session.close()` or `with`): one was left open, and the server keeps those only for a while",
    };
  }
  return failure.problem === "request-raised"
    ? {
      says,
      probably: `it was idle for longer than the server allows${
        /\((?:2006|2013),/.test(text)
          ? ", or what is sent is larger than its max_allowed_packet, where it comes with large data alone"
          : ""
      }`,
      mend: keepingAlive(subject, scene),
    }
    : { says, mend: keepingAlive(subject, scene) };
}

/** The rules of what databases tell of themselves. */
export const databaseStates = (): Rule[] => [
  {
    name: "database-closed-idle",
    code: "database-closed",
    over: "database-unreachable database-transaction-broken",
    when: told(ENDED),
    claim: ended,
    examples: [
      {
        raised:
          "MySQLdb.OperationalError: (2006, 'MySQL server has gone away')",
        failure: { problem: "request-raised" },
        says: "probably it was idle",
        mend: "pool_pre_ping",
      },
      "pymysql.err.OperationalError: (4031, 'The client was disconnected by the server because of inactivity.')",
      "sqlalchemy.exc.OperationalError: (psycopg2.OperationalError) server closed the connection unexpectedly\n\tThis probably means the server terminated abnormally",
      {
        raised: "psycopg2.InterfaceError: connection already closed",
        failure: { problem: "request-raised" },
        says: "or the code has",
      },
      {
        raised:
          "redis.exceptions.ConnectionError: Error while reading from localhost:6379 : (104, 'Connection reset by peer')",
        mend: "health_check_interval=30",
      },
      "redis.exceptions.ConnectionError: Error 104 while writing to socket. Connection reset by peer.",
      {
        raised:
          "pika.exceptions.StreamLostError: Stream connection lost: ConnectionResetError(104, 'Connection reset by peer')",
        says: "The message broker closed",
        mend: "no heartbeats",
      },
      {
        raised: "pymongo.errors.AutoReconnect: connection closed",
        mend: "PyMongo connects anew by itself",
      },
      {
        raised:
          "oracledb.exceptions.OperationalError: DPY-4011: the database or network closed the connection",
        mend: "ping_interval=60",
      },
      {
        raised:
          "psycopg2.errors.IdleInTransactionSessionTimeout: terminating connection due to idle-in-transaction timeout",
        mend: "End each transaction",
      },
      {
        raised:
          "sqlalchemy.exc.PendingRollbackError: Can't reconnect until invalid transaction is rolled back.",
        says: "closed a connection",
      },
      "asyncpg.exceptions.ConnectionDoesNotExistError: connection was closed in the middle of operation",
      "pyodbc.OperationalError: ('08S01', '[08S01] [Microsoft][ODBC Driver 18 for SQL Server]TCP Provider: Error code 0x68 (104) (SQLExecDirectW)')",
    ],
    not: [
      'psycopg2.OperationalError: connection to server at "x" (10.0.0.1), port 5432 failed: server closed the connection unexpectedly',
      "psycopg.OperationalError: connection is bad: Connection reset by peer",
      'psycopg.OperationalError: connection failed: connection to server at "10.0.0.1", port 5432 failed: Connection reset by peer',
      "redis.exceptions.ConnectionError: Error 104 connecting to cache.example.org:6380. Connection reset by peer.",
    ],
  },
  {
    name: "database-takes-nothing",
    code: "database-readonly",
    when: told(
      /\(1290,|--read-only option|in a read-only transaction|\(1129,|is blocked because of many connection errors|\(1114,|The table '[^']*' is full|over your space quota|exceeded (?:the )?(?:storage|disk) quota|disk full|No space left on device|\(1030, ['"]Got error 28\b|ORA-0165[2348]|ORA-01536|ORA-01950|could not (?:extend|write) [^\n]{0,100}space|filegroup is full/i,
    ),
    claim: ({ line, text }) => {
      const isBlocked = /1129|blocked/.test(text);
      const isReading = /read-only/i.test(text);
      const isQuota = /ORA-01950|ORA-01536/.test(text);
      return {
        says: isBlocked
          ? `The database server has shut this machine out, after too many connections that broke off: ${line}`
          : isReading
          ? `The database can only be read there: ${line}`
          : isQuota
          ? `The account may keep nothing more in that part of the database: ${line}`
          : `The database has no room left: ${line}`,
        mend: isBlocked
          ? "Let its administrators let it in again (`mysqladmin flush-hosts`), and mend what broke the connections off, as a wrong password or port"
          : isReading
          ? "Write the address of the server that is written to, not of its copy; where it is the right one, its provider has closed it for a while, as for a quota that is used up"
          : isQuota
          ? "Let an administrator of the database give room there: `ALTER USER … QUOTA … ON …`"
          : "Delete what is not needed, or ask its administrators or provider for more room",
      };
    },
    examples: [
      {
        raised:
          "psycopg2.errors.ReadOnlySqlTransaction: cannot execute INSERT in a read-only transaction",
        mend: "not of its copy",
      },
      {
        raised:
          "pymongo.errors.WriteError: you are over your space quota, using 513 MB of 512 MB",
        says: "no room left",
      },
      {
        raised:
          "pymysql.err.OperationalError: (1030, 'Got error 28 \"No space left on device\" from storage engine InnoDB')",
        says: "no room left",
      },
      'psycopg2.errors.DiskFull: could not extend file "base/16384/16385": No space left on device\nHINT:  Check free disk space.',
      {
        raised:
          "oracledb.exceptions.DatabaseError: ORA-01950: no privileges on tablespace 'USERS'",
        mend: "QUOTA",
      },
    ],
  },
  {
    name: "statement-too-slow",
    code: "database-locked",
    over: "database-waits",
    when: told(
      /\((?:3024|1969),|maximum statement execution time|max_statement_time exceeded|canceling statement due to statement timeout|ExceededTimeLimit|operation exceeded time limit/i,
    ),
    claim: {
      says: "The database server ended a statement that took too long: {line}",
      probably:
        "it goes through a large table without an index, or waits for what another transaction holds",
      mend:
        "Ask for less at once, give the table an index for what is asked (`EXPLAIN` shows how it is looked for), and keep transactions short; the limit is the account's or the server's (statement_timeout, max_statement_time)",
    },
    examples: [
      "psycopg2.errors.QueryCanceled: canceling statement due to statement timeout",
      {
        raised:
          "pymysql.err.OperationalError: (1969, 'Query execution was interrupted (max_statement_time exceeded)')",
        mend: "EXPLAIN",
      },
      "pymysql.err.OperationalError: (3024, 'Query execution was interrupted, maximum statement execution time exceeded')",
    ],
  },
  {
    name: "database-damaged",
    code: "database-damaged",
    over: "database-not-migrated",
    when: told(
      /\((?:144|145|1194|1195|1034|1932),|is marked as crashed|doesn't exist in engine|invalid page in block|could not read block \d|missing chunk number \d|index "[^"]+" contains unexpected zero page/i,
    ),
    claim: ({ line, text }) => ({
      says: `The database server finds one of its tables damaged: ${line}`,
      mend: /\((?:144|145|1194|1195|1034),|marked as crashed/.test(text)
        ? "Let it be mended by `REPAIR TABLE` and the name of the table, after a backup; a disk that was full, or a server that was killed, leaves this in tables of MyISAM: InnoDB mends itself"
        : "Tell the administrators or the provider of the database, and let nothing write there until they have looked: what is lost comes back from a dump or a backup",
    }),
    examples: [
      {
        raised:
          "pymysql.err.OperationalError: (1194, \"Table 'sessions' is marked as crashed and should be repaired\")",
        mend: "REPAIR TABLE",
      },
      {
        raised:
          "pymysql.err.ProgrammingError: (1932, \"Table 'shop.posts' doesn't exist in engine\")",
        mend: "Tell the administrators",
      },
      "psycopg2.errors.DataCorrupted: invalid page in block 12 of relation base/16384/2619",
    ],
    not: [
      "pymysql.err.ProgrammingError: (1146, \"Table 'shop.posts' doesn't exist\")",
    ],
  },
  {
    name: "account-over",
    code: "database-login",
    over: "database-login database-unreachable",
    when: told(
      /\((?:1820|1862|3118|4151|18486|18487|18488),|password has expired|must (?:reset|change) your password|password of the account must be changed|Account is locked|account is locked|ORA-2800[01]|is not permitted to log in|lacks CREATE SESSION|account is disabled/i,
    ),
    claim: ({ line, text }) => ({
      says:
        `The database server knows the account, and lets nobody in with it: ${line}`,
      mend: /not permitted to log in/.test(text)
        ? "That role is a group without a login: take the account that was made for the site, or let the owner of the server allow it (`ALTER ROLE … LOGIN`)"
        : /CREATE SESSION/.test(text)
        ? "Let an administrator of the database run: `GRANT CREATE SESSION TO` and the name of the account"
        : /expired|must (?:reset|change)|must be changed|ORA-28001|1820/.test(
            text,
          )
        ? "Its password has run out: give it a new one in the panel, or log in with a program such as `mysql` or `sqlplus`, which asks for one; then write that into the file that the application reads"
        : "Let the administrators of the database open the account again; too many logins with a wrong password lock it, so see whether an older copy of the settings, or a worker, still uses one",
    }),
    examples: [
      {
        raised: "cx_Oracle.DatabaseError: ORA-28001: the password has expired",
        mend: "run out",
      },
      {
        raised:
          "pymysql.err.OperationalError: (3118, \"Access denied for user 'u'@'%'. Account is locked.\")",
        mend: "open the account again",
      },
      {
        raised:
          'psycopg2.OperationalError: connection to server at "db.example.org" (10.0.0.1), port 5432 failed: FATAL:  role "staff" is not permitted to log in',
        mend: "group without a login",
      },
    ],
  },
  {
    name: "oracle-name",
    code: "database-address",
    over: "database-unknown database-unreachable",
    when: told(
      /ORA-12154|DPY-40(?:00|26|27)|tnsnames\.ora|ORA-125(?:05|14)|DPY-600[13]|does not currently know of (?:service|SID)/,
    ),
    claim: ({ line, text }) => {
      const isAlias = /ORA-12154|DPY-40(?:00|26|27)|tnsnames\.ora/.test(text) &&
        !/ORA-12514|DPY-600[13]/.test(text);
      return {
        says: isAlias
          ? `The driver of Oracle finds nobody behind the name that it is to connect to: ${line}`
          : `The listener of Oracle was reached, and knows no such service there: ${line}`,
        mend: isAlias
          ? "Write the long form, HOST:1521/SERVICE, as the dsn; a short name is looked up in tnsnames.ora, in the folder that TNS_ADMIN (below [environment] in config.toml) or `config_dir=` names, which the web server does not get from your login files"
          : "Ask the administrators of the database for the name of the service, and write HOST:1521/SERVICE; a SID is something else: `oracledb.makedsn(host, port, sid=…)`; a database that is being started is not known there either",
      };
    },
    examples: [
      {
        raised:
          "oracledb.exceptions.DatabaseError: ORA-12154: TNS:could not resolve the connect identifier specified",
        mend: "TNS_ADMIN",
      },
      {
        raised:
          'oracledb.exceptions.DatabaseError: DPY-4000: cannot connect to database. Unable to find "shop" in /opt/oracle/tnsnames.ora. (Similar to ORA-12154)',
        says: "finds nobody behind the name",
      },
      {
        raised:
          'oracledb.exceptions.DatabaseError: DPY-6001: cannot connect to database. Service "XE" is not registered with the listener at host "db" port 1521. (Similar to ORA-12514)',
        says: "knows no such service",
      },
    ],
  },
  {
    name: "oracle-thin",
    code: "package-conflict",
    when: told(/DPY-30(?:10|15|16|01)|only supported in python-oracledb thick/),
    claim: {
      says: "The driver cannot do this by itself (thin mode): {line}",
      mend:
        "Let it use the library of Oracle: have the administrators install the Instant Client, and call `oracledb.init_oracle_client(lib_dir=…)` once, before the first connection; or let the server be renewed",
    },
    examples: [
      "oracledb.exceptions.NotSupportedError: DPY-3010: connections to this database server version are not supported by python-oracledb in thin mode",
    ],
  },
  {
    name: "client-key-of-database",
    code: "tls-failed",
    over:
      "database-unreachable database-tls permission-denied file-missing-told",
    when: told(
      /private key file "([^"]+)" (?:has group or world access|must be owned by)|could not load private key file "([^"]+)": (?:Permission denied)|certificate present, but not private key file "([^"]+)"|could not read certificate file "([^"]+)"/,
    ),
    claim: ({ groups, line, text }, scene) => {
      const file = groups.find((each) => each !== undefined) ?? "";
      return {
        says:
          `The library of PostgreSQL (libpq) does not take the key that the application shows the server: ${line}`,
        mend: /group or world access/.test(text)
          ? `Close it for all but its owner: \`chmod 600 ${file}\``
          : /must be owned by|Permission denied/.test(text)
          ? `Let ${
            runnerOf(scene)
          } have a copy of its own, which nobody else may read, and name that as \`sslkey=\``
          : /but not private/.test(text)
          ? "Put the key beside the certificate, or name it with `sslkey=`; if the server asks for none, take the certificate away, which libpq finds by itself in ~/.postgresql"
          : "Name a file that is there as `sslcert=`, by its absolute path",
      };
    },
    examples: [
      {
        raised:
          'psycopg2.OperationalError: connection to server at "db.example.org" (10.0.0.1), port 5432 failed: private key file "/srv/site/client.key" has group or world access; file must have permissions u=rw (0600) or less',
        mend: "`chmod 600 /srv/site/client.key`",
      },
      {
        raised:
          'psycopg2.OperationalError: certificate present, but not private key file "/home/jdoe/.postgresql/postgresql.key"',
        mend: "sslkey=",
      },
    ],
  },
  {
    name: "mongo-primary",
    code: "database-unreachable",
    over: "database-unreachable",
    when: [
      told(
        /^(?:No replica set members (?:found yet|match selector)|No primary available for writes|not primary|No servers match selector|No mongos available)/,
      ),
    ],
    claim: ({ line }) => ({
      says: `No server of MongoDB takes what is asked: ${line}`,
      mend: /found yet/.test(line)
        ? "See that the name of the set in the address (`replicaSet=…`) is the server's own, and that each of its hosts has a name which this machine knows and reaches; for a single server leave `replicaSet` out, or write `directConnection=true`"
        : "The servers of the set choose a first one anew, or it cannot be reached from here: ask once more; if it stays, see that all hosts of the set can be reached by the names that it has for them, and look at its state at the provider",
    }),
    examples: [
      {
        raised:
          "pymongo.errors.ServerSelectionTimeoutError: No replica set members found yet, Timeout: 30s",
        mend: "replicaSet",
      },
      "pymongo.errors.NotPrimaryError: not primary",
    ],
    not: [
      "pymongo.errors.ServerSelectionTimeoutError: localhost:27017: [Errno 111] Connection refused",
    ],
  },
  {
    name: "nul-in-text",
    code: "app-code",
    when: [
      {
        type: "ValueError",
        message: /^A string literal cannot contain NUL \(0x00\) characters/,
      },
      {
        message:
          /^(?:\([\w.]+\) )?(?:invalid byte sequence for encoding "UTF8": 0x00|PostgreSQL text fields cannot contain NUL \(0x00\) bytes)/,
      },
    ],
    claim: {
      says:
        "A text for the database has a character NUL in it, which PostgreSQL keeps in no text",
      probably:
        "it came with a request (%00 in its address or form), as programs send that try sites out",
      mend:
        'Answer 400 where `"\\x00" in text`; fields of Django\'s forms refuse it by themselves; what comes out of files (PDF, UTF-16) is cleaned with `text.replace("\\x00", "")`',
    },
    examples: [
      "ValueError: A string literal cannot contain NUL (0x00) characters.",
      'psycopg2.errors.CharacterNotInRepertoire: invalid byte sequence for encoding "UTF8": 0x00',
      "psycopg.DataError: PostgreSQL text fields cannot contain NUL (0x00) bytes",
    ],
    not: [
      'psycopg2.errors.CharacterNotInRepertoire: invalid byte sequence for encoding "UTF8": 0xe9 0x20 0x6c',
    ],
  },
  {
    name: "database-time-zones",
    code: "database-not-migrated",
    when: {
      type: "ValueError",
      message: /Are time zone definitions for your database installed\?/,
    },
    claim: {
      says:
        "MySQL does not know the time zones, by which Django asks it for days and months (USE_TZ)",
      mend:
        "Let the administrators of the database load them once, with `mysql_tzinfo_to_sql /usr/share/zoneinfo | mysql mysql`; until then ask for a range of times (`__gte`, `__lt`) in place of `__date`, `__month` and the like",
    },
    examples: [
      "ValueError: Database returned an invalid datetime value. Are time zone definitions for your database installed?",
    ],
  },
  {
    name: "schema-missing",
    code: "database-not-migrated",
    when: told(
      /schema "([^"]+)" does not exist|no schema has been selected to create in/,
    ),
    claim: ({ groups: [name] }) => ({
      says: name
        ? `The database has no schema "${name}"`
        : "The database has no schema in which a table could be made: the one that search_path names is not there, or is closed to the application's user",
      mend: name
        ? `Let the owner of the database make it, once: \`CREATE SCHEMA ${
          /^[a-z_]\w*$/.test(name) ? name : `"${name}"`
        }\`; or correct search_path and \`__table_args__\` where they name it: a name in quotation marks keeps its capitals`
        : "Name one in search_path, as by `options=-csearch_path=public` in the address, and let the owner of the database give the right (`GRANT USAGE, CREATE ON SCHEMA …`)",
    }),
    examples: [
      {
        raised:
          'psycopg2.errors.InvalidSchemaName: schema "app" does not exist',
        mend: "`CREATE SCHEMA app`",
      },
      "django.db.utils.ProgrammingError: no schema has been selected to create in\nLINE 1: CREATE TABLE",
    ],
  },
  {
    name: "startup-parameter-refused",
    code: "database-address",
    over: "database-unreachable",
    when: told(
      /unsupported startup parameter(?: in options)?: (\w+)|unrecognized configuration parameter "([^"]+)"/,
    ),
    claim: ({ groups, text }) => {
      const name = groups.find((each) => each !== undefined) ?? "";
      return /startup/.test(text)
        ? {
          says:
            `A pooler such as PgBouncer stands before the database, and does not take the parameter "${name}" when a connection begins`,
          mend:
            "Leave it out of the address and of OPTIONS: give the user or the database that setting (`ALTER ROLE … SET …`), or take the address that leads to the database itself",
        }
        : {
          says: `PostgreSQL knows no setting "${name}"`,
          mend:
            `Correct its name where it is written, as in \`options\` of the address or in a SET; the server may also be older than it`,
        };
    },
    examples: [
      {
        raised:
          "psycopg2.OperationalError: ERROR:  unsupported startup parameter: options",
        mend: "ALTER ROLE",
      },
      'psycopg2.OperationalError: connection to server at "10.0.0.1", port 5432 failed: FATAL:  unrecognized configuration parameter "search_paths"',
    ],
  },
  {
    name: "mongo-used-wrong",
    code: "app-code",
    when: told(
      /^(?:Transaction numbers are only allowed|Cannot use (?:Async)?MongoClient after close|'?\w+'? command document too large|BSON document too large|Server at \S+ reports (?:maximum )?wire version|Bad database name|database names cannot contain)/,
    ),
    claim: ({ text, line }) => ({
      says: `MongoDB, or its driver, does not take what is asked: ${line}`,
      mend: /Transaction numbers/.test(text)
        ? "A single server of MongoDB takes no transactions: leave `start_transaction` out, add `retryWrites=false` to the address, or let the server be a set with one member"
        : /after close/.test(text)
        ? "Make the client once and leave it open while the application runs; `close()` and `with MongoClient(…)` end it for all"
        : /too large/.test(text)
        ? "A document has at most 16 MB: keep files in a folder of the site, or in GridFS, and their names in the document"
        : /wire version/.test(text)
        ? "The server is older than PyMongo takes: write an older version of pymongo into the requirements of the site, or let the server be renewed"
        : "Correct the name behind the host in the address of the database: a name has no blanks, points or slashes, and options follow a `?`",
    }),
    examples: [
      "pymongo.errors.OperationFailure: Transaction numbers are only allowed on a replica set member or mongos, full error: {'ok': 0.0, 'code': 20}",
      "pymongo.errors.InvalidOperation: Cannot use MongoClient after close",
      "pymongo.errors.DocumentTooLarge: 'update' command document too large",
      'pymongo.errors.InvalidURI: Bad database name "a b"',
      "pymongo.errors.ConfigurationError: Server at localhost:27017 reports wire version 6, but this version of PyMongo requires at least 7 (MongoDB 4.0).",
    ],
  },
];

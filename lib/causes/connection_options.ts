/**
 * Addresses that are none, and options of a connection that its driver does
 * not know: mostly of another driver, or of another database.
 *
 * Never shows an address: there is a password in it.
 * Runs on Node and Deno.
 *
 * @module
 */

import { suggest } from "../text/suggestion.ts";
import { quoted } from "../text/wrap.ts";
import { told } from "./drivers.ts";
import { unsetAddress } from "./origins.ts";
import type { Rule, Subject } from "./rule.ts";
import { lineOf, linesOf, type Scene } from "./scene.ts";
import {
  configurationUnloaded,
  missingVariables,
  settingsFiles,
} from "./unset.ts";

/** What drivers say of an address that does not begin as theirs. */
const FORMS: readonly {
  message: RegExp;
  /** Names of variables that hold such an address. */
  variable: RegExp;
  of: string;
  form: string;
}[] = [
  {
    message: /^Redis URL must specify one of the following schemes/,
    variable: /REDIS|CACHE|BROKER|CELERY/,
    of: "Redis",
    form:
      "`redis://HOST:PORT/0`, `rediss://…` with TLS, or `unix:///…/redis.sock`",
  },
  {
    message: /^Invalid URI scheme: URI must begin with 'mongodb:/,
    variable: /MONGO|DATABASE|^DB_/,
    of: "MongoDB",
    form:
      "`mongodb+srv://NAME:PASSWORD@HOST/DATABASE` for a cluster of Atlas, `mongodb://HOST:27017/DATABASE` for one server",
  },
  {
    message:
      /^URI scheme .* is not supported\. Supported URI schemes are \['bolt'/,
    variable: /NEO4J|GRAPH|BOLT/,
    of: "Neo4j",
    form: "`neo4j://HOST:7687`, or `neo4j+s://HOST` for Aura",
  },
  {
    message: /^URL must include a 'scheme', 'host', and 'port' component/,
    variable: /ELASTIC|SEARCH|^ES_/,
    of: "Elasticsearch",
    form: "`https://HOST:9200`, with all three parts",
  },
  {
    message:
      /^Unrecognized or unsupported scheme: "|^Scheme '[^']*' is unknown\. Did you forget to register custom backend/,
    variable: /DATABASE|^DB_|_DB$/,
    of: "the database",
    form:
      "`postgresql://NAME:PASSWORD@HOST/DATABASE`, `mysql://…` or `sqlite:////…/app.db`",
  },
  {
    message: /^'?No such transport: /,
    variable: /BROKER|CELERY|AMQP|REDIS/,
    of: "the message broker",
    form: "`redis://HOST:6379/0` or `amqp://NAME:PASSWORD@HOST//`",
  },
  {
    message:
      /missing "=" after "[^"]*" in connection info string|invalid dsn: missing "="|^invalid DSN: scheme is expected to be/,
    variable: /DATABASE|^DB_|POSTGRES|^PG/,
    of: "PostgreSQL",
    form:
      "`postgresql://NAME:PASSWORD@HOST:5432/DATABASE`, with `://` in it; or `host=… dbname=… user=…`; a driver behind a +, as in `postgresql+psycopg2://`, is of SQLAlchemy alone",
  },
];

/** Options by driver: what is meant by an option that it does not know. */
const MEANT: readonly {
  through: RegExp;
  option: RegExp;
  mend: string;
}[] = [
  {
    through: /\/asyncpg\b/,
    option: /^sslmode$/,
    mend:
      "asyncpg calls it `ssl`: write `?ssl=require` in the address in place of `?sslmode=require`",
  },
  {
    through: /\/asyncpg\b/,
    option: /^channel_binding$/,
    mend: "Take `channel_binding` out of the address: it is of psycopg",
  },
  {
    through: /^(?![^]*\/(?:asyncpg|pymysql|MySQLdb|sqlite))/,
    option:
      /^(?:pgbouncer|connection_limit|pool_timeout|schema|statement_cache_size)$/,
    mend:
      "Take it out of the address: it is of Prisma, and libpq does not know it; for a schema write `?options=-csearch_path%3Dshop`",
  },
  {
    through: /sqlite/,
    option: /^ssl/,
    mend:
      "SQLite is a file, and knows no TLS: ask for it only where PostgreSQL is meant, as `ssl_require` of dj_database_url does for any; if PostgreSQL is meant here, the variable with its address has not come, so that the default counts",
  },
  {
    through: /\/(?:pymysql|MySQLdb|aiomysql)\/|mysql/,
    option: /^ssl[-_]?mode$/,
    mend:
      "Write `?ssl_ca=` with the certificate of the server's authority in its place, for public ones /etc/ssl/certs/ca-certificates.crt; `ssl-mode` is of the program mysql and of mysqlclient alone",
  },
];

/** Names that another driver has for the same. */
const LIBPQ: Readonly<Record<string, string>> = {
  database: "dbname",
  db: "dbname",
  name: "dbname",
  passwd: "password",
  pwd: "password",
  username: "user",
  hostname: "host",
};
const MYSQL = [
  ..."host user password database port unix_socket charset collation autocommit"
    .split(" "),
  ..."ssl_ca ssl_cert ssl_key ssl_disabled pool_name pool_size auth_plugin"
    .split(" "),
  ..."connection_timeout use_pure raise_on_warnings buffered use_unicode".split(
    " ",
  ),
];
const OF_MYSQL =
  /^(?:init_command|charset|sql_mode|read_default_file|unix_socket|isolation_level)$/;

const DATABASE_CODE =
  /\/(?:asyncpg|psycopg2?|pymysql|MySQLdb|aiomysql|aiosqlite|sqlalchemy|oracledb|pyodbc|mysql\/connector|peewee)\b|\/django\/db\//;

/** The line of the settings in which an option is written. */
function writtenAt(
  option: string,
  { own }: Subject,
  scene: Scene,
): { file: string; line: number } | undefined {
  const word = new RegExp(`(?<![\\w-])${option}(?![\\w-])`);
  for (
    const file of new Set([...own ? [own.file] : [], ...settingsFiles(scene)])
  ) {
    const at = linesOf(file, scene).findIndex((line) =>
      !/^\s*#/.test(line) && word.test(line)
    );
    if (at >= 0) return { file, line: at + 1 };
  }
  return undefined;
}

/** The rules of addresses that are none, and of options. */
export const connectionOptions = (): Rule[] => [
  {
    name: "address-form",
    code: "database-address",
    over: "value-from-variable none-from-variable",
    when: FORMS.map(({ message }) => ({ message })),
    claim: (subject, scene) => {
      const form = FORMS.find(({ message }) => message.test(subject.text));
      if (!form) return undefined;
      // Of what is put together, the host is not what it begins with.
      const reads = /^Scheme '[^']/.test(subject.text)
        ? []
        : unsetAddress(subject, scene, form.variable).filter((each) =>
          !each.hasDefault && !/HOST|PORT/.test(each.name)
        );
      const says = `The address of ${form.of} does not begin as one`;
      const claim = missingVariables(
        reads.map(({ name }) => name),
        subject,
        scene,
        `${says}: `,
      );
      return claim ? { ...claim, code: "variable-missing" } : {
        says,
        mend:
          `Write it, without blanks and quotation marks around it, as ${form.form}`,
      };
    },
    examples: [
      {
        raised:
          "ValueError: Redis URL must specify one of the following schemes (redis://, rediss://, unix://)",
        in: "PACKAGES/redis/connection.py parse_url",
        mend: "`redis://HOST:PORT/0`",
      },
      {
        raised:
          "pymongo.errors.InvalidURI: Invalid URI scheme: URI must begin with 'mongodb://' or 'mongodb+srv://'",
        in: "PACKAGES/pymongo/uri_parser.py parse_uri",
        files: {
          "APP/app.py":
            'import os\n\nclient = MongoClient(os.environ.get("MONGO_URI", ""))\n',
        },
        code: "variable-missing",
        says: '"MONGO_URI" is not set',
      },
      {
        raised:
          'psycopg2.ProgrammingError: invalid dsn: missing "=" after "postgres//localhost/db" in connection info string',
        mend: "with `://` in it",
      },
      {
        raised:
          "dj_database_url.UnknownSchemeError: Scheme '://' is unknown. Did you forget to register custom backend? Following schemes have registered backends: postgres, spatialite, sqlite",
        in: "PACKAGES/dj_database_url/__init__.py parse",
        says: "The address of the database does not begin as one",
        mend: "without blanks and quotation marks",
      },
      {
        raised:
          'asyncpg.exceptions._base.ClientConfigurationError: invalid DSN: scheme is expected to be either "postgresql" or "postgres", got \'postgresql+asyncpg\'',
        in: "PACKAGES/asyncpg/connect_utils.py _parse_connect_dsn_and_args",
        mend: "is of SQLAlchemy alone",
      },
      {
        raised: "KeyError: 'No such transport: localhost'",
        in: "PACKAGES/kombu/transport/__init__.py resolve_transport",
        says: "the message broker",
      },
    ],
  },
  {
    name: "address-port",
    code: "database-address",
    when: [
      told(
        /Servname not supported for ai_socktype|invalid (?:integer value|port number)[^\n]*"port"|invalid port number/,
      ),
      {
        message: /^Port contains non-digit characters|^Port must be an integer/,
        through: /\/pymongo\//,
      },
      {
        type: "ValueError",
        message: /^invalid literal for int\(\) with base 10: '[^']/,
        in: /\/redis\/(?:asyncio\/)?connection\.py /,
      },
    ],
    claim: ({ line }) => ({
      says:
        `What stands in the place of the port, in the address of the server, is no number: ${
          /invalid literal/.test(line) ? "" : line
        }`.replace(/: $/, ""),
      mend:
        "Correct the port where it is set; in an address, signs such as @ : / # in name or password are written as %40 %3A %2F %23, as they end that part else",
    }),
    examples: [
      {
        raised:
          "psycopg.OperationalError: failed to resolve host 'localhost': [Errno -8] Servname not supported for ai_socktype",
        mend: "Correct the port",
      },
      {
        raised:
          "ValueError: Port contains non-digit characters. Hint: username and password must be escaped according to RFC 3986, use urllib.parse.quote_plus",
        in: "PACKAGES/pymongo/uri_parser.py parse_host",
        mend: "%40",
      },
    ],
  },
  {
    name: "host-with-more",
    code: "database-address",
    over: "database-unreachable name-unknown network-unreachable",
    when: told(
      /(?:Can't connect to MySQL server on|host name|resolve host|server host) ["'](\w+:\/\/[^"']*|[\w.-]+:\d+(?::\d+)?)["'].*(?:not known|name resolution|-2|-3|-5)/,
    ),
    claim: ({ groups: [host = ""] }) => {
      const [, scheme] = /^(\w+):\/\//.exec(host) ?? [];
      // The driver itself adds the port to the host.
      if (!scheme && !/:\d+:\d+$/.test(host) && /^[\w.-]+:3306$/.test(host)) {
        return undefined;
      }
      return {
        says: scheme
          ? `The host of the database is given as an address that begins with "${scheme}://", and is to be a name alone`
          : "The host of the database is given with its port, and is to be a name alone",
        mend: scheme
          ? `Write the name of the machine alone, as host="${
            host.replace(/^\w+:\/\//, "").split(/[/:@]/)[0]
          }"; or hand the whole address to what reads such addresses`
          : 'Write both apart, as host="…" and port=…',
      };
    },
    examples: [
      {
        raised:
          "pymysql.err.OperationalError: (2003, \"Can't connect to MySQL server on 'mysql://localhost' ([Errno -2] Name or service not known)\")",
        mend: 'host="localhost"',
      },
      {
        raised:
          "mysql.connector.errors.InterfaceError: 2003: Can't connect to MySQL server on 'localhost:3306:3306' (Errno -2: Name or service not known)",
        says: "with its port",
      },
    ],
    not: [
      "mysql.connector.errors.InterfaceError: 2003: Can't connect to MySQL server on 'dbx:3306' (Errno -2: Name or service not known)",
    ],
  },
  {
    name: "connection-option",
    code: "database-address",
    over: "name-lost-in-package arguments-wrong versions-clash",
    when: [
      told(/invalid connection option "([\w-]+)"/),
      told(/invalid URI query parameter: "([\w-]+)"/),
      {
        type: "TypeError",
        message:
          /(?:\bconnect|__init__|Connect\w*)\(\) got an unexpected keyword argument '([\w-]+)'/,
        through: DATABASE_CODE,
      },
      {
        type: "TypeError",
        message:
          /^'([\w-]+)' is an invalid keyword argument for (?:this function|\w+\(\))/,
        through: DATABASE_CODE,
      },
      {
        type: "AttributeError",
        message: /^Unsupported argument '([\w-]+)'/,
        through: /\/mysql\/connector\//,
      },
      {
        type: "TypeError",
        message:
          /^Invalid argument\(s\) '([\w',]+)' sent to create_engine\(\), using configuration (\w+)/,
      },
    ],
    claim: (subject, scene) => {
      const { raised, text, own } = subject;
      const [option = "", dialect] = subject.groups
        .filter((each) => each !== undefined);
      const through = raised.frames.map(({ file }) => file).join("\n");
      const inner = raised.frames.at(-1)?.file ?? "";
      if (dialect) {
        const names = option.split("','");
        return {
          says: `SQLAlchemy refuses ${
            quoted(names)
          } for this kind of database: ${
            dialect.replace(/Dialect.*/, "")
          } has no such pool`,
          mend: `Leave ${
            names.length > 1 ? "these" : "that"
          } out where the database is a file of SQLite, as of SQLALCHEMY_ENGINE_OPTIONS or create_engine(); if another database is meant, its address has not come`,
        };
      }
      // A class of the application's own may be made there as well.
      const isOurs = inner === own?.file &&
        /connect|sqlite|Database/i.test(lineOf(own, scene));
      if (
        subject.kind === "TypeError" && !DATABASE_CODE.test(inner) && !isOurs
      ) {
        return undefined;
      }
      const at = writtenAt(option, subject, scene);
      const meant = MEANT.find((each) =>
        each.option.test(option) && each.through.test(through)
      )?.mend;
      const isLibpq = /invalid (?:connection option|URI)/.test(text) ||
        /\/psycopg2?\//.test(through);
      const near = isLibpq && Object.hasOwn(LIBPQ, option)
        ? LIBPQ[option]
        : /mysql\/connector/.test(through)
        ? suggest(option, MYSQL)
        : undefined;
      return {
        says: `The driver of the database knows no option "${option}"${
          at && at.line !== subject.place?.line
            ? `, which line ${at.line} of ${at.file} gives it`
            : ""
        }`,
        ...at && { place: at },
        mend: meant ??
          (near
            ? `Write \`${near}\` in its place`
            : OF_MYSQL.test(option) && (isLibpq || /sqlite/.test(through))
            ? `Take it out: "${option}" is an option of MySQL, and the database is another`
            : "Take it out, or write what this driver calls it: an address and its options are mostly of another driver or another kind of database"),
      };
    },
    examples: [
      {
        raised:
          "TypeError: connect() got an unexpected keyword argument 'sslmode'",
        in: [
          "PACKAGES/sqlalchemy/engine/create.py connect",
          "PACKAGES/sqlalchemy/dialects/postgresql/asyncpg.py connect",
        ],
        mend: "`?ssl=require`",
      },
      {
        raised:
          "TypeError: 'sslmode' is an invalid keyword argument for Connection()",
        in: "PACKAGES/django/db/backends/sqlite3/base.py get_new_connection",
        files: {
          "APP/shop/settings.py":
            "DATABASES['default']['OPTIONS'] = {'sslmode': 'require'}\n",
        },
        says: "line 1 of APP/shop/settings.py gives it",
        mend: "SQLite is a file, and knows no TLS",
      },
      {
        raised:
          'django.db.utils.ProgrammingError: invalid dsn: invalid connection option "init_command"',
        in: "PACKAGES/psycopg2/__init__.py connect",
        mend: "is an option of MySQL",
      },
      {
        raised:
          'psycopg2.ProgrammingError: invalid dsn: invalid connection option "passwd"',
        mend: "`password`",
      },
      {
        raised:
          'psycopg2.ProgrammingError: invalid dsn: invalid URI query parameter: "pgbouncer"',
        mend: "Prisma",
      },
      {
        raised: "AttributeError: Unsupported argument 'databse'",
        in: "PACKAGES/mysql/connector/abstracts.py config",
        mend: "`database`",
      },
      {
        raised:
          "TypeError: Connection.__init__() got an unexpected keyword argument 'ssl-mode'",
        in: "PACKAGES/sqlalchemy/engine/default.py connect",
        files: { "APP/app.py": "" },
        says: '"ssl-mode"',
      },
      {
        raised:
          "TypeError: Invalid argument(s) 'pool_size','max_overflow' sent to create_engine(), using configuration SQLiteDialect_pysqlite/NullPool/Engine.  Please check that the keyword arguments are appropriate for this combination of components.",
        in: "PACKAGES/sqlalchemy/engine/create.py create_engine",
        says: '"pool_size" and "max_overflow"',
        mend: "Leave these out",
      },
    ],
    not: [
      "TypeError: Shop.__init__() got an unexpected keyword argument 'name'",
      {
        raised:
          "TypeError: Shop.__init__() got an unexpected keyword argument 'name'",
        frames: [
          "PACKAGES/sqlalchemy/orm/session.py execute",
          "APP/app.py make",
        ],
        files: { "APP/app.py": "\n\nshop = Shop(name=1)\n" },
      },
    ],
  },
  {
    name: "sslmode-invalid",
    code: "database-address",
    over: "database-unreachable",
    when: told(/invalid sslmode value: "([^"]*)"/),
    claim: (subject, scene) => {
      const at = writtenAt("sslmode", subject, scene);
      return {
        says: `PostgreSQL knows no sslmode "${subject.groups[0]}"${
          at ? `, which line ${at.line} of ${at.file} gives it` : ""
        }`,
        ...at && { place: at },
        mend:
          'Write one of its words: "require", or "verify-full" with `sslrootcert`, for a server on another machine; "prefer" or "disable" for one on this machine',
      };
    },
    examples: [{
      raised: 'psycopg2.OperationalError: invalid sslmode value: "True"',
      files: {
        "APP/shop/settings.py":
          "DATABASES['default']['OPTIONS'] = {'sslmode': 'True'}\n",
      },
      says: "line 1 of APP/shop/settings.py",
      mend: '"require"',
    }],
  },
  {
    name: "driver-not-async",
    code: "database-address",
    when: {
      type: /^sqlalchemy\./,
      message:
        /The asyncio extension requires an async driver to be used\. The loaded '(\w+)' is not async/,
    },
    claim: ({ groups: [driver = ""] }) => {
      const begin = /^psycopg/.test(driver)
        ? "postgresql+asyncpg://"
        : /mysql|MySQL|pymysql/.test(driver)
        ? "mysql+aiomysql://"
        : /sqlite/.test(driver)
        ? "sqlite+aiosqlite://"
        : undefined;
      return {
        says:
          `\`create_async_engine()\` is given an address of the driver ${driver}, which is not async`,
        mend: begin
          ? `Let the address begin with \`${begin}\`, and have that driver among the requirements of the site; an address that a provider or a variable gives, begins with the kind alone, so that the code must put the driver in`
          : "Name an async driver behind the + at the beginning of the address, and have it among the requirements of the site",
      };
    },
    examples: [{
      raised:
        "sqlalchemy.exc.InvalidRequestError: The asyncio extension requires an async driver to be used. The loaded 'psycopg2' is not async.",
      mend: "`postgresql+asyncpg://`",
    }],
  },
  {
    name: "sqlalchemy-dialect",
    code: "database-address",
    when: [
      {
        type: "NoSuchModuleError",
        message: /Can't load plugin: sqlalchemy\.dialects:([\w.]+)/,
      },
      {
        type: "ArgumentError",
        message: /Could not parse (?:rfc1738|SQLAlchemy) URL from/,
      },
    ],
    claim: ({ groups: [dialect] }) => ({
      says: dialect
        ? `SQLAlchemy knows no kind of database "${dialect}", with which the address of the database begins`
        : "SQLAlchemy cannot read the address of the database",
      mend: dialect === "postgres"
        ? "Let the address of the database begin with `postgresql://`: SQLAlchemy gave up the shorter `postgres://`"
        : "Write it as KIND+DRIVER://NAME:PASSWORD@HOST/DATABASE, as with `postgresql+psycopg2://` or `mysql+pymysql://`; signs such as @ and / in a password are written as %40 and %2F",
    }),
    examples: [
      {
        raised:
          "sqlalchemy.exc.NoSuchModuleError: Can't load plugin: sqlalchemy.dialects:postgres",
        mend: "`postgresql://`",
      },
      "sqlalchemy.exc.ArgumentError: Could not parse SQLAlchemy URL from string ''",
    ],
  },
  {
    name: "sqlalchemy-uri-missing",
    code: "app-setting-missing",
    when: {
      message:
        /'SQLALCHEMY_DATABASE_URI' (?:or|and) '(?:SQLALCHEMY_BINDS)'|Neither SQLALCHEMY_DATABASE_URI nor/,
    },
    claim: (subject, scene) =>
      configurationUnloaded("no SQLALCHEMY_DATABASE_URI", subject, scene) ?? {
        says:
          "Flask-SQLAlchemy was started before the application knew its database: SQLALCHEMY_DATABASE_URI is not set",
        mend:
          'Set `app.config["SQLALCHEMY_DATABASE_URI"]` above the line that calls `SQLAlchemy(app)` or `init_app(app)`; where it comes from a variable, write that under [environment] in config.toml',
      },
    examples: [
      "RuntimeError: Either 'SQLALCHEMY_DATABASE_URI' or 'SQLALCHEMY_BINDS' must be set.",
    ],
  },
];

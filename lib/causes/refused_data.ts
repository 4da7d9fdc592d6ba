/**
 * What a database refuses of rows and statements that reach it well: rules of
 * tables, types, extensions, tables that are there already.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { join } from "node:path";
import { shellCommand } from "../text/shell.ts";
import { told } from "./drivers.ts";
import type { Rule } from "./rule.ts";
import { exists } from "./scene.ts";

/** Extensions of PostgreSQL by the types and functions that they bring. */
const EXTENSIONS: Readonly<Record<string, string>> = {
  citext: "citext",
  crypt: "pgcrypto",
  gen_random_uuid: "pgcrypto",
  gen_salt: "pgcrypto",
  geography: "postgis",
  geometry: "postgis",
  hstore: "hstore",
  ltree: "ltree",
  similarity: "pg_trgm",
  st_distance: "postgis",
  unaccent: "unaccent",
  uuid_generate_v4: '"uuid-ossp"',
  vector: "vector",
  word_similarity: "pg_trgm",
};

/** The rules of what databases refuse. */
export const refusedData = (): Rule[] => [
  {
    name: "row-there-already",
    code: "app-code",
    when: told(
      /duplicate key value violates unique constraint "([^"]+)"|\(1062,|Duplicate entry|UNIQUE constraint failed: ([\w., ]+)|E11000 duplicate key|ORA-00001|Violation of (?:UNIQUE KEY|PRIMARY KEY) constraint/,
    ),
    claim: ({ text, groups, line }) => {
      const name = groups.find((each) => each !== undefined);
      const isSequence = /_pkey"/.test(text) &&
        /Key \((?:\w*_)?id\)=\(\d+\)/.test(text);
      const says =
        `The database refuses a row whose value must be there only once, and is there already${
          name ? ` (${name})` : ""
        }: ${line}`;
      return isSequence
        ? {
          says,
          probably:
            "rows were brought in with their numbers, as by a dump or a fixture, so that the counter of the table is behind them",
          mend:
            "Set the counter behind the largest number: `SELECT setval(pg_get_serial_sequence('TABLE', 'id'), (SELECT max(id) FROM TABLE))`; in Django `manage.py sqlsequencereset APP` writes that for all tables",
        }
        : {
          says,
          mend:
            "Look for the row before it is written, or catch the error (IntegrityError), roll back and tell the visitor; code that adds the same rows at each start must see whether they are there: several processes start it",
        };
    },
    examples: [
      {
        raised:
          'psycopg2.errors.UniqueViolation: duplicate key value violates unique constraint "users_pkey"\nDETAIL:  Key (id)=(1) already exists.',
        says: "the counter of the table is behind them",
        mend: "setval",
      },
      {
        raised:
          "sqlalchemy.exc.IntegrityError: (sqlite3.IntegrityError) UNIQUE constraint failed: user.email",
        says: "(user.email)",
        mend: "roll back",
      },
      "django.db.utils.IntegrityError: (1062, \"Duplicate entry 'x' for key 'auth_user.username'\")",
    ],
  },
  {
    name: "row-refused",
    code: "app-code",
    when: told(
      /NOT NULL constraint failed: ([\w.]+)|null value in column "([^"]+)"|\(1048, "Column '(\w+)' cannot be null|\(1364, "Field '(\w+)' doesn't have a default|FOREIGN KEY constraint failed|violates foreign key constraint|\(145[12],|value too long for type|\(1406,|Data too long for column|violates check constraint|CHECK constraint failed|\(1264,|(?:integer|numeric field|smallint|bigint) out of range|numeric field overflow|invalid input syntax for type/,
    ),
    claim: ({ line, groups }) => {
      const column = groups.find((each) => each !== undefined);
      const isNull = column !== undefined;
      const isForeign = /FOREIGN KEY|foreign key|\(145[12],/.test(line);
      const isLong = /too long|\(1406,/.test(line);
      return {
        says:
          `The database refuses a row, as its table does not allow it: ${line}`,
        mend: isNull
          ? `Give "${column}" a value where the row is made, or let the table do without one, by a migration (null=True, nullable=True) or a default`
          : isForeign
          ? "The row names another that is not there, or is one that others still name: make the other one first, or take away first what names it"
          : isLong
          ? "Cut the text or refuse it in the form (max_length), or let the column be longer, by a migration; SQLite does not count letters, and other databases do"
          : "See what comes there, as from a form, and check it before; SQLite takes what other databases refuse",
      };
    },
    examples: [
      {
        raised:
          "django.db.utils.IntegrityError: NOT NULL constraint failed: shop_item.price",
        mend: 'Give "shop_item.price" a value',
      },
      {
        raised:
          "sqlalchemy.exc.DataError: (psycopg2.errors.StringDataRightTruncation) value too long for type character varying(50)",
        mend: "max_length",
      },
      {
        raised:
          'psycopg2.errors.ForeignKeyViolation: insert or update on table "a" violates foreign key constraint "a_b_fkey"',
        mend: "make the other one first",
      },
    ],
  },
  {
    name: "extension-missing",
    code: "database-not-migrated",
    when: told(
      /type "(\w+)" does not exist|function (?:\w+\.)?(\w+)\([^)]*\) does not exist|could not open extension control file|extension "(\w+)" is not available|permission denied to create extension "(\w+)"/,
    ),
    claim: ({ groups, line, text }) => {
      const name = groups.find((each) => each !== undefined) ?? "";
      const extension = Object.hasOwn(EXTENSIONS, name.toLowerCase())
        ? EXTENSIONS[name.toLowerCase()]
        : undefined;
      if (/not available|control file/.test(text)) {
        return {
          says:
            `The server of PostgreSQL has not the files of an extension: ${line}`,
          mend:
            "Ask its administrators to install it (for PostGIS and pgvector a package of its own); only then can it be made in the database",
        };
      }
      if (/permission denied/.test(text)) {
        return {
          says: `The application's user may not make an extension: ${line}`,
          mend:
            `Let an administrator of the database run, once: \`CREATE EXTENSION IF NOT EXISTS ${name}\`; then start the migrations again`,
        };
      }
      return extension && {
        says:
          `The database does not know "${name}", which the extension ${extension} of PostgreSQL brings`,
        mend:
          `Let the owner of the database run in it, once: \`CREATE EXTENSION IF NOT EXISTS ${extension}\`${
            name === "gen_random_uuid"
              ? "; PostgreSQL 13 and later have that function without it"
              : ""
          }`,
      };
    },
    examples: [
      {
        raised: 'psycopg2.errors.UndefinedObject: type "vector" does not exist',
        mend: "CREATE EXTENSION IF NOT EXISTS vector",
      },
      {
        raised:
          "psycopg2.errors.UndefinedFunction: function uuid_generate_v4() does not exist",
        mend: '"uuid-ossp"',
      },
      {
        raised:
          'django.db.utils.ProgrammingError: permission denied to create extension "hstore"',
        mend: "Let an administrator",
      },
    ],
    not: ['psycopg2.errors.UndefinedObject: type "mood" does not exist'],
  },
  {
    name: "types-differ",
    code: "app-code",
    when: told(
      /operator does not exist: ([\w ]+ [=<>~!]+ [\w ]+)|column "?\w+"? is of type \w+ but expression is of type|COALESCE types .* cannot be matched/,
    ),
    claim: {
      says: "PostgreSQL compares and stores only what is of one type: {line}",
      mend:
        "Give a value of the column's own type, as a number for a number (`int(…)`), or say it in the statement (`value::text`, `CAST(… AS integer)`); SQLite and MySQL are less strict",
    },
    examples: [
      "psycopg2.errors.UndefinedFunction: operator does not exist: character varying = integer\nLINE 1",
    ],
  },
  {
    name: "table-there-already",
    code: "database-not-migrated",
    when: told(
      /table "?[\w.]+"? already exists|relation "[^"]+" already exists|\(1050,|Table '[^']+' already exists|\(1060,|Duplicate column name|duplicate column name|column "[^"]+" of relation "[^"]+" already exists/,
    ),
    claim: ({ line }, scene) => {
      const manage = [scene.directory, ...scene.folders]
        .map((folder) => join(folder, "manage.py"))
        .find((file) => exists(file, scene));
      return {
        says:
          `A table or column is to be made that the database has already: ${line}`,
        mend: manage
          ? `Where the tables were made outside of the migrations and fit them: \`${
            shellCommand(scene.python, manage, "migrate", "--fake-initial")
          }\`; see with \`${
            shellCommand(scene.python, manage, "showmigrations")
          }\` what counts as applied`
          : "Make tables only where they are not there (`db.create_all()`, `CREATE TABLE IF NOT EXISTS`), and in one process; with migrations leave `create_all()` out, and tell them once what is there already (`flask db stamp head`, `alembic stamp head`)",
      };
    },
    examples: [
      {
        raised: "sqlite3.OperationalError: table posts already exists",
        mend: "IF NOT EXISTS",
      },
      {
        raised:
          'django.db.utils.ProgrammingError: relation "auth_user" already exists',
        files: { "APP/manage.py": "" },
        mend: "PYTHON APP/manage.py migrate --fake-initial",
      },
    ],
  },
  {
    name: "value-of-no-column",
    code: "app-code",
    when: told(
      /Error binding parameter|can't adapt type '([\w.]+)'|cannot adapt type '([\w.]+)'|Python (?:type )?'?(\w+)'? cannot be converted|type '(\w+)' is not supported|dict can not be used as parameter|cannot encode object: |Incorrect number of bindings supplied/,
    ),
    claim: ({ line, groups }) => {
      const kind = groups.find((each) => each !== undefined);
      return {
        says:
          `A value is given to the database that it has no type for: ${line}`,
        mend: /Incorrect number/.test(line)
          ? "Give the values as a tuple with one for each `?`: a text alone counts as many letters, so write `(value,)` with the comma"
          : kind && /numpy|int64|float64|Timestamp/.test(kind)
          ? "Make a plain value of it before, as with `int(…)`, `float(…)` or `.item()`"
          : "Give a text, a number, bytes or None: a list or a dictionary as `json.dumps(value)`, a path or an address as `str(value)`; what has several values goes into rows of its own",
      };
    },
    examples: [
      {
        raised:
          "sqlite3.ProgrammingError: Error binding parameter 1: type 'list' is not supported",
        mend: "json.dumps(value)",
      },
      {
        raised: "psycopg2.ProgrammingError: can't adapt type 'numpy.int64'",
        mend: "`.item()`",
      },
      {
        raised:
          "sqlite3.ProgrammingError: Incorrect number of bindings supplied. The current statement uses 1, and there are 5 supplied.",
        mend: "`(value,)`",
      },
    ],
  },
  {
    name: "database-closed-by-code",
    code: "app-code",
    over: "database-closed-idle",
    when: told(
      /^(?:\([\w.]+\) )?(?:Cannot operate on a closed (?:database|cursor)|cursor already closed|the cursor is closed|Cursor is not connected|Connection already opened|Error, database must be initialized|Cannot perform the operation on closed)|You have not defined a default connection|A connection with alias|Already closed$/,
    ),
    claim: ({ text }) =>
      /Already closed|already closed|closed (?:database|cursor)|cursor is closed|not connected|on closed/
          .test(text)
        ? {
          says:
            "The application uses a connection or a cursor that it has closed before: {line}"
              .replace("{line}", text.split("\n")[0]!),
          mend:
            "Open it in the function that answers the request, and close it at the end of that (`with`, `g` and `teardown_appcontext` in Flask); one that the module opens once must not be closed by a request",
        }
        : /already opened/.test(text)
        ? {
          says:
            "Peewee is to open a connection that is open: an earlier request did not close it",
          mend:
            "Close it when a request ends, as in `@app.teardown_request` with `if not db.is_closed(): db.close()`, or write `db.connect(reuse_if_open=True)`",
        }
        : /must be initialized/.test(text)
        ? {
          says:
            "Peewee is asked before it knows its database: nobody has called `init()`",
          mend:
            'Call `db.init(…)` where the application is made, above what asks the database, and not below `if __name__ == "__main__":`',
        }
        : {
          says:
            "MongoEngine is asked before it is told of a database, or of another one under that alias",
          mend:
            'Call `connect(host=…)` where the application is made, above what asks the database, and not below `if __name__ == "__main__":`; each process must come to that line',
        },
    examples: [
      {
        raised:
          "sqlite3.ProgrammingError: Cannot operate on a closed database.",
        failure: { problem: "request-raised" },
        mend: "teardown_appcontext",
      },
      {
        raised: "peewee.OperationalError: Connection already opened.",
        mend: "reuse_if_open=True",
      },
      {
        raised:
          "mongoengine.connection.ConnectionFailure: You have not defined a default connection",
        mend: "Call `connect(host=…)`",
      },
    ],
  },
];

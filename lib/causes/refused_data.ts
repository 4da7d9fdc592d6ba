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
import { exists, lineOf } from "./scene.ts";

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

/** What each database has in place of functions of others. */
const POSTGRES: Readonly<Record<string, string>> = {
  curdate: "`CURRENT_DATE`",
  date_format: "`to_char(time, 'YYYY-MM-DD')`",
  datetime: "`now()`, or a cast, `x::timestamp`",
  getdate: "`now()`",
  group_concat: "`string_agg(a::text, ',')`",
  ifnull: "`COALESCE(a, b)`",
  instr: "`strpos(a, b)`",
  isnull: "`COALESCE(a, b)`, or `a IS NULL`",
  julianday: "a difference of times, `a - b`",
  last_insert_id: "`INSERT … RETURNING id`",
  last_insert_rowid: "`INSERT … RETURNING id`",
  month: "`EXTRACT(MONTH FROM time)`",
  rand: "`random()`",
  strftime: "`to_char(time, 'YYYY-MM-DD')`",
  unix_timestamp: "`EXTRACT(EPOCH FROM time)`",
  year: "`EXTRACT(YEAR FROM time)`",
};
const SQLITE: Readonly<Record<string, string>> = {
  concat: "`a || b`",
  curdate: "`date('now')`",
  date_format: "`strftime('%Y-%m-%d', time)`",
  date_trunc: "`strftime('%Y-%m-01', time)`",
  getdate: "`datetime('now')`",
  greatest: "`max(a, b)`",
  isnull: "`ifnull(a, b)`, or `a IS NULL`",
  least: "`min(a, b)`",
  left: "`substr(a, 1, n)`",
  now: "`datetime('now')`",
  rand: "`random()`",
  regexp:
    '`LIKE`, or give SQLite that function: `connection.create_function("REGEXP", 2, …)`',
  string_agg: "`group_concat(a, ',')`",
  to_char: "`strftime('%Y-%m-%d', time)`",
  unix_timestamp: "`strftime('%s', time)`",
  year: "`strftime('%Y', time)`",
};
const MYSQL: Readonly<Record<string, string>> = {
  array_agg: "`JSON_ARRAYAGG(a)`",
  datetime: "`NOW()`",
  json_table:
    "a statement without JSON_TABLE, which came with MySQL 8.0 and MariaDB 10.6",
  random: "`RAND()`",
  strftime: "`DATE_FORMAT(time, '%Y-%m-%d')`",
  string_agg: "`GROUP_CONCAT(a)`",
  to_char: "`DATE_FORMAT(time, '%Y-%m-%d')`",
};

/** Words that SQLite knows only from some version on. */
const NEW_WORDS =
  /^(?:RETURNING|ON|UPSERT|OVER|WINDOW|STRICT|NULLS|GENERATED|->>?)$/i;
const RESERVED =
  /^(?:user|order|group|table|column|index|key|desc|limit|offset|check|default|references|rank|rows?|values?|to|from|primary|end|all|case)$/i;

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
      /NOT NULL constraint failed: ([\w.]+)|null value in column "([^"]+)"|\(1048, "Column '(\w+)' cannot be null|\(1364, "Field '(\w+)' doesn't have a default|FOREIGN KEY constraint failed|violates foreign key constraint|\(145[12],|value too long for type|\(1406,|Data too long for column|violates check constraint|CHECK constraint failed|\(1264,|(?:integer|numeric field|smallint|bigint) out of range|numeric field overflow|invalid input syntax for type|date\/time field value out of range|Incorrect (?:integer|decimal|double|date|datetime|time) value|ORA-12899|ORA-01438|ORA-01400: cannot insert NULL into \("[^"]+"\."[^"]+"\."([^"]+)"|String or binary data would be truncated|Document failed validation/,
    ),
    claim: ({ line, groups }) => {
      const column = groups.find((each) => each !== undefined);
      const isNull = column !== undefined;
      const isForeign = /FOREIGN KEY|foreign key|\(145[12],/.test(line);
      const isLong = /too long|\(1406,|ORA-12899|would be truncated/.test(line);
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
          "pymysql.err.DataError: (1366, \"Incorrect integer value: '' for column 'age' at row 1\")",
        mend: "check it before",
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
    name: "function-of-other-database",
    code: "app-code",
    when: told(
      /function (?:\w+\.)?(\w+)\([^)]*\) does not exist|no such function: (\w+)|FUNCTION (?:\w+\.)?(\w+) does not exist/,
    ),
    claim: ({ groups }) => {
      const [ofPostgres, ofSqlite, ofMysql] = groups;
      const name = ofPostgres ?? ofSqlite ?? ofMysql ?? "";
      const [database, table] = ofPostgres
        ? ["PostgreSQL", POSTGRES] as const
        : ofSqlite
        ? ["SQLite", SQLITE] as const
        : ["MySQL", MYSQL] as const;
      const key = name.toLowerCase();
      const instead = Object.hasOwn(table, key) ? table[key] : undefined;
      return instead && {
        says:
          `${database} has no function "${name}": the statement was written for another database`,
        mend:
          `Write ${instead}; what is to run on several databases is better left to the framework (\`func\` of SQLAlchemy, \`Func\` of Django)`,
      };
    },
    examples: [
      {
        raised:
          "psycopg2.errors.UndefinedFunction: function ifnull(integer, integer) does not exist\nLINE 1: select ifnull(1, 2)\nHINT:  No function matches the given name and argument types. You might need to add explicit type casts.",
        mend: "`COALESCE(a, b)`",
      },
      {
        raised: "sqlite3.OperationalError: no such function: NOW",
        mend: "`datetime('now')`",
      },
      {
        raised:
          "pymysql.err.OperationalError: (1305, 'FUNCTION shop.string_agg does not exist')",
        mend: "GROUP_CONCAT",
      },
    ],
    not: [
      "psycopg2.errors.UndefinedFunction: function shop_total(integer) does not exist",
      "sqlite3.OperationalError: no such function: shop_total",
    ],
  },
  {
    name: "types-differ",
    code: "app-code",
    when: told(
      /operator does not exist: ([\w ]+ [=<>~!]+ [\w ]+)|invalid input for query argument \$\d+|function (?:round|sum|avg|max|min|lower|upper|length|substring|date_trunc|to_char|trim|date_part)\([^)]*\) does not exist|column "?\w+"? is of type \w+ but expression is of type|COALESCE types .* cannot be matched/,
    ),
    claim: {
      says: "PostgreSQL compares and stores only what is of one type: {line}",
      mend:
        "Give a value of the column's own type, as a number for a number (`int(…)`), or say it in the statement (`value::text`, `CAST(… AS integer)`); SQLite and MySQL are less strict",
    },
    examples: [
      "psycopg2.errors.UndefinedFunction: operator does not exist: character varying = integer\nLINE 1",
      "psycopg2.errors.UndefinedFunction: function round(double precision, integer) does not exist\nLINE 1: select round(x, 2)\nHINT:  No function matches the given name and argument types.",
      "asyncpg.exceptions.DataError: invalid input for query argument $1: '1' ('str' object cannot be interpreted as an integer)",
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
    when: [
      told(
        /Error binding parameter|can't adapt type '([\w.]+)'|cannot adapt type '([\w.]+)'|Python (?:type )?'?(\w+)'? cannot be converted|type '(\w+)' is not supported|dict can not be used as parameter|cannot encode object: |Incorrect number of bindings supplied/,
      ),
      {
        type: /^bson\.errors\./,
        message: /^cannot encode object: [^\n]{0,200}<class '(?:\w+\.)*(\w+)'>/,
      },
    ],
    claim: ({ line, groups }) => {
      const kind = groups.find((each) => each !== undefined);
      return {
        says: /Incorrect number/.test(line)
          ? `The statement is given more or fewer values than it has places for: ${line}`
          : `A value is given to the database that it has no type for: ${line}`,
        mend: /Incorrect number/.test(line)
          ? "Give the values as a tuple with one for each `?`: a text alone counts as many letters, so write `(value,)` with the comma"
          : kind === "date"
          ? "MongoDB keeps points in time, and no days: make one of it with `datetime.combine(day, time.min)`, or a text with `isoformat()`"
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
        raised:
          "bson.errors.InvalidDocument: cannot encode object: datetime.date(2024, 1, 1), of type: <class 'datetime.date'>",
        mend: "datetime.combine",
      },
      {
        raised: "psycopg2.ProgrammingError: can't adapt type 'numpy.int64'",
        mend: "`.item()`",
      },
      {
        raised:
          "sqlite3.ProgrammingError: Incorrect number of bindings supplied. The current statement uses 1, and there are 5 supplied.",
        says: "more or fewer values",
        mend: "`(value,)`",
      },
    ],
  },
  {
    name: "statement-refused",
    code: "app-code",
    when: told(
      /\(1064,|error in your SQL syntax|syntax error at or near "([^"]*)"|syntax error at end of input|near "([^"]*)": syntax error|\(1055,|only_full_group_by|\(1071,|Specified key was too long|must appear in the GROUP BY clause|no results to fetch|does not return rows|Unread result found|\((?:1170|1215|3780|1118),|errno: 150\b|cannot be cast automatically|You can only execute one statement at a time|too many (?:SQL variables|terms in compound SELECT)|\d+ values for \d+ columns|has \d+ columns but \d+ values were supplied|number of query values and destination fields|INSERT has more (?:expressions|target columns) than|Column count doesn't match value count|the last operation didn't produce/,
    ),
    claim: ({ line, groups, text }) => {
      const near = groups.find((each) => each !== undefined) ?? "";
      // What a driver puts there itself is told elsewhere.
      if (/^\$\d/.test(near) || NEW_WORDS.test(near)) return undefined;
      return {
        says: `The database does not take the statement: ${line}`,
        mend: /1055|full_group_by|GROUP BY clause/.test(text)
          ? "Name each column that is shown in GROUP BY as well, or put it into a function such as `MAX()`: SQLite, and older versions of MySQL, are less strict"
          : /1071|too long/.test(text)
          ? "Make the column shorter (191 letters in utf8mb4), or let the index take a part of it; a later MySQL or MariaDB takes longer ones"
          : /end of input/.test(text) && /LINE \d+: [^\n]{0,300}\?/.test(text)
          ? "Write `%s` in place of `?` for each value: `?` is of sqlite3, and psycopg hands it on as it is (asyncpg takes `$1`)"
          : /only execute one/.test(text)
          ? "Write `executescript(…)` for several statements in one text, or call `execute()` for each"
          : /too many (?:SQL|terms)/.test(text)
          ? "Ask for less in one statement: give the values in parts of some hundreds, or use `executemany()`, or a table of its own to join with"
          : /values? for|columns but|query values|has more|count doesn't match/
              .test(
                text,
              )
          ? "Name the columns in the statement, `INSERT INTO t (a, b) VALUES (?, ?)`, with one value for each: a table that was made by an older version of the code has other columns"
          : /\(1170,/.test(text)
          ? "MySQL indexes a text only with a length: let the column be a VARCHAR (`String(255)`, CharField), or take its index away"
          : /\(1118,/.test(text)
          ? "The columns of a row are longer together than MySQL takes: let long ones be TEXT"
          : /\((?:1215|3780),|errno: 150/.test(text)
          ? "A foreign key and the column that it names must have just the same type, sign and collation, and both tables the engine InnoDB; the table that is named must be made first"
          : /cast automatically/.test(text)
          ? "Say how old values become new ones (`ALTER COLUMN … TYPE … USING …`, in Alembic `postgresql_using=`), or add a new column and take the old one away"
          : /no results|didn't produce|not return rows/.test(text)
          ? "Ask for rows after a SELECT or RETURNING alone: other statements give none"
          : /Unread result/.test(text)
          ? "Fetch all rows of a cursor before it is used again, or make it with `cursor(buffered=True)`"
          : RESERVED.test(near) ||
              RESERVED.test(/near '(\w+)/.exec(text)?.[1] ?? "")
          ? 'That is a word of SQL itself: write a table or column of such a name in quotation marks, `"user"` (in MySQL `` `order` ``), or give it another name'
          : "See at the place that is named; the databases differ in their words, so that a statement for SQLite or MySQL may not do for another: give values as parameters (`%s`, `?`, `:name`), never by putting texts together",
      };
    },
    examples: [
      {
        raised:
          'psycopg2.errors.SyntaxError: syntax error at or near "user"\nLINE 1: SELECT * FROM user',
        mend: "a word of SQL itself",
      },
      {
        raised:
          "pymysql.err.OperationalError: (1055, \"Expression #1 of SELECT list is not in GROUP BY clause and contains nonaggregated column 'x' which is incompatible with sql_mode=only_full_group_by\")",
        mend: "GROUP BY as well",
      },
      {
        raised: 'sqlite3.OperationalError: near "FORM": syntax error',
        mend: "never by putting texts together",
      },
      {
        raised:
          "pymysql.err.OperationalError: (3780, \"Referencing column 'user_id' and referenced column 'id' in foreign key constraint 'fk' are incompatible.\")",
        mend: "just the same type",
      },
      {
        raised:
          "psycopg2.errors.SyntaxError: syntax error at end of input\nLINE 1: select * from users where id = ?",
        mend: "Write `%s`",
      },
      {
        raised:
          "sqlite3.ProgrammingError: You can only execute one statement at a time.",
        mend: "executescript",
      },
      {
        raised:
          "sqlite3.OperationalError: table posts has 3 columns but 2 values were supplied",
        mend: "Name the columns",
      },
      {
        raised: "mysql.connector.errors.InternalError: Unread result found",
        mend: "buffered=True",
      },
    ],
  },
  {
    name: "mongo-name-missing",
    code: "app-setting-missing",
    when: {
      type: /^(?:pymongo|mongoengine)\./,
      message:
        /No default database name defined|database name cannot be the empty string|collection names? cannot be empty/,
    },
    claim: {
      says: "The address of MongoDB names no database, and nor does the code",
      mend:
        'Write its name behind the host, as in `mongodb+srv://NAME:PASSWORD@HOST/shop`, or ask for it by name: `client["shop"]`; a variable that is not set leaves it empty',
    },
    examples: [
      "pymongo.errors.ConfigurationError: No default database name defined or provided.",
    ],
  },
  {
    name: "mongo-number-wrong",
    code: "app-code",
    when: { type: "InvalidId", message: /is not a valid ObjectId/ },
    claim: {
      says: "What came as the number of a document is none: {line}",
      mend:
        "Ask `ObjectId.is_valid(text)` before, and answer with 404 where it is none; a name in the address of a page may reach a view that is meant for numbers",
    },
    examples: [
      "bson.errors.InvalidId: 'x' is not a valid ObjectId, it must be a 12-byte input or a 24-character hex string",
    ],
  },
  {
    name: "mysql-not-connected",
    code: "database-unreachable",
    when: {
      type: "AttributeError",
      message: /^'NoneType' object has no attribute '(cursor|commit|ping)'/,
    },
    claim: ({ own, groups: [name] }, scene) =>
      new RegExp(`\\bmysql\\.connection\\.${name}`).test(lineOf(own, scene)) &&
        {
          says:
            "Flask-MySQLdb has no connection there: it makes one in a request alone, and with the settings MYSQL_HOST, MYSQL_USER, MYSQL_PASSWORD and MYSQL_DB",
          mend:
            "Ask `mysql.connection` in the function that answers a request, not while the file is imported; and see that `MySQL(app)` is given the application that serves the site, after its settings",
        } || undefined,
    examples: [{
      raised: "AttributeError: 'NoneType' object has no attribute 'cursor'",
      files: { "APP/app.py": "\n\ncur = mysql.connection.cursor()\n" },
      mend: "MySQL(app)",
    }],
    not: [{
      raised: "AttributeError: 'NoneType' object has no attribute 'cursor'",
      files: { "APP/app.py": "\n\ncur = db.cursor()\n" },
    }],
  },
  {
    name: "database-closed-by-code",
    code: "app-code",
    over: "database-closed-idle",
    when: told(
      /^(?:\([\w.]+\) )?(?:This Connection is closed|Cannot operate on a closed (?:database|cursor)|cursor already closed|the cursor is closed|Cursor is not connected|Connection already opened|Error, database must be initialized|Cannot perform the operation on closed)|You have not defined a default connection|A connection with alias|Already closed$/,
    ),
    claim: ({ text }) =>
      /Already closed|already closed|closed (?:database|cursor)|(?:cursor|Connection) is closed|not connected|on closed/
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
      "sqlalchemy.exc.ResourceClosedError: This Connection is closed",
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

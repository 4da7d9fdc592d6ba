/**
 * Words that a driver of today does not know, or reads otherwise: code for
 * psycopg2 on psycopg 3, and values that Redis does not take.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { versionOf } from "./installed.ts";
import type { Rule, When } from "./rule.ts";
import { lineOf } from "./scene.ts";

/** What psycopg2 has, and what does its work in psycopg 3. */
const OF_PSYCOPG2: Readonly<Record<string, string>> = {
  callproc: '`cursor.execute("SELECT * FROM name(%s)", …)`',
  copy_expert: '`with cursor.copy("COPY … FROM STDIN") as copy: copy.write(…)`',
  copy_from: '`with cursor.copy("COPY … FROM STDIN") as copy: copy.write(…)`',
  copy_to: '`with cursor.copy("COPY … TO STDOUT") as copy:`',
  cursor_factory:
    "`connection.cursor(row_factory=psycopg.rows.dict_row)`, for rows that are dictionaries",
  errorcodes: "`psycopg.errors`",
  extensions:
    "`connection.autocommit`, `psycopg.IsolationLevel` and others of `psycopg` itself",
  extras:
    "`psycopg.rows.dict_row` in place of RealDictCursor and DictCursor, `cursor.executemany()` in place of execute_values and execute_batch, `psycopg.types.json.Jsonb` in place of Json",
  get_backend_pid: "`connection.info.backend_pid`",
  get_dsn_parameters: "`connection.info.get_parameters()`",
  get_parameter_status: "`connection.info.parameter_status(…)`",
  get_transaction_status: "`connection.info.transaction_status`",
  mogrify: "`psycopg.ClientCursor(connection).mogrify(…)`",
  pool: "the package psycopg_pool: `psycopg_pool.ConnectionPool(…)`",
  set_client_encoding: "`client_encoding=…` where it is connected",
  set_session:
    "`connection.autocommit`, `connection.read_only` and `connection.isolation_level`",
};
const NAMES = Object.keys(OF_PSYCOPG2).join("|");

const OF_OLDER: readonly When[] = [
  {
    type: "ModuleNotFoundError",
    message: new RegExp(`^No module named 'psycopg\\.(${NAMES})\\b`),
  },
  {
    type: "AttributeError",
    message: new RegExp(
      `^(?:module 'psycopg'|'(?:Client|Server)?(?:Cursor|Connection)' object) has no attribute '(${NAMES})'`,
    ),
  },
  {
    type: "TypeError",
    message:
      /^(?:Connection\.)?cursor\(\) got an unexpected keyword argument '(cursor_factory)'/,
  },
];

/** The rules of words that drivers do not know. */
export const driverWords = (): Rule[] => [
  {
    name: "psycopg2-on-psycopg",
    code: "package-conflict",
    over:
      "package-part-missing package-part-gone name-lost-in-package attribute-undefined submodule-not-imported package-name-missing arguments-wrong",
    when: OF_OLDER,
    claim: ({ groups: [name = ""] }, scene) => {
      const installed = versionOf("psycopg", scene);
      return installed === undefined ? undefined : {
        says:
          `"${name}" is of psycopg2; installed and imported is psycopg ${installed}, which is another package and has none`,
        mend: `Write for psycopg 3 ${
          OF_PSYCOPG2[name]
        }; or import psycopg2, and write psycopg2-binary into the requirements of the site`,
      };
    },
    examples: [
      {
        raised: "ModuleNotFoundError: No module named 'psycopg.extras'",
        facts: { name: "psycopg.extras" },
        files: {
          "PACKAGES/psycopg/__init__.py": "",
          "PACKAGES/psycopg-3.2.1.dist-info/METADATA": "Name: psycopg\n",
        },
        says: '"extras" is of psycopg2',
        mend: "`psycopg.rows.dict_row`",
      },
      {
        raised: "AttributeError: 'Cursor' object has no attribute 'mogrify'",
        files: {
          "PACKAGES/psycopg/__init__.py": "",
          "PACKAGES/psycopg-3.2.1.dist-info/METADATA": "Name: psycopg\n",
        },
        mend: "`psycopg.ClientCursor(connection).mogrify(…)`",
      },
      {
        raised:
          "TypeError: Connection.cursor() got an unexpected keyword argument 'cursor_factory'",
        files: {
          "PACKAGES/psycopg/__init__.py": "",
          "PACKAGES/psycopg-3.2.1.dist-info/METADATA": "Name: psycopg\n",
        },
        mend: "row_factory=psycopg.rows.dict_row",
      },
    ],
    not: ["AttributeError: 'Cursor' object has no attribute 'mogrify'"],
  },
  {
    name: "psycopg-parameters",
    code: "app-code",
    when: {
      type: /^(?:psycopg\.errors|django\.db|sqlalchemy\.exc)\./,
      message:
        /(?:syntax error at or near "\$\d+"|could not determine data type of parameter \$\d+)/,
    },
    claim: ({ line }) => ({
      says:
        `PostgreSQL does not take a parameter at that place: ${line}; psycopg 3 hands parameters to the server apart from the text, which psycopg2 did not`,
      mend: /data type/.test(line)
        ? "Say of which type it is, as `%s::text`; or let the code write texts itself with `psycopg.sql`"
        : "Write `= ANY(%s)` with a list in place of `IN %s` with a tuple; names of tables, and statements that take none (SET, CREATE, NOTIFY), are made with `psycopg.sql`, or run by a `psycopg.ClientCursor`",
    }),
    examples: [
      {
        raised:
          'psycopg.errors.SyntaxError: syntax error at or near "$1"\nLINE 1: SELECT * FROM a WHERE id IN $1',
        mend: "`= ANY(%s)`",
      },
      {
        raised:
          "psycopg.errors.IndeterminateDatatype: could not determine data type of parameter $1",
        mend: "`%s::text`",
      },
    ],
    not: ['psycopg.errors.SyntaxError: syntax error at or near "FORM"'],
  },
  {
    name: "redis-value",
    code: "app-code",
    when: [
      {
        type: /^redis\.(?:exceptions\.)?DataError$/,
        message: /^Invalid input of type: '(\w+)'/,
      },
      {
        type: "AttributeError",
        message: /^'\w+' object has no attribute '(items)'/,
        in: /\/redis\/(?:commands\/\w+|client)\.py zadd$/,
      },
    ],
    claim: ({ groups: [kind = ""], own }, scene) =>
      kind === "items"
        ? {
          says:
            "`zadd()` takes the names and their scores as a dictionary since redis-py 3.0",
          mend: 'Write `r.zadd("key", {"name": 1})`',
        }
        : {
          says:
            `Redis keeps texts, bytes and numbers alone, and is given a ${kind}: redis-py makes no text of others since 3.0`,
          mend: kind === "NoneType"
            ? `Something is None there that should be kept${
              /\b(?:getenv|environ)\b/.test(lineOf(own, scene))
                ? ", as of a variable that is not set"
                : ""
            }: see where it comes from; to take a key away, \`r.delete(key)\``
            : kind === "bool"
            ? 'Write `int(value)`, and compare with `b"1"` or `1` where it is read'
            : "Write `json.dumps(value)`, and `json.loads(…)` where it is read; parts of a dictionary one by one, `r.hset(key, mapping=…)`",
        },
    examples: [
      {
        raised:
          "redis.exceptions.DataError: Invalid input of type: 'dict'. Convert to a bytes, string, int or float first.",
        in: "PACKAGES/redis/_parsers/encoders.py encode",
        mend: "json.dumps(value)",
      },
      {
        raised: "AttributeError: 'str' object has no attribute 'items'",
        in: "PACKAGES/redis/commands/core.py zadd",
        says: "as a dictionary since redis-py 3.0",
        mend: "r.zadd(",
      },
    ],
    not: [{
      raised: "AttributeError: 'str' object has no attribute 'items'",
      in: "PACKAGES/redis/commands/core.py hset",
    }],
  },
  {
    name: "redis-other-kind",
    code: "app-code",
    when: { type: /^(?:redis|valkey)\./, message: /^WRONGTYPE / },
    claim: {
      says:
        "Under that key Redis keeps a value of another kind, as a text where a list, a set or a hash is asked",
      mend:
        "Two parts of the code, two sites, or an older version of it use the same key: give each keys of its own, with a word before them, or another number of the database (`/1` at the end of the address); a key that is only a cache may be deleted",
    },
    examples: [
      "redis.exceptions.ResponseError: WRONGTYPE Operation against a key holding the wrong kind of value",
    ],
  },
];

/**
 * Everyday exceptions of Python whose cause is in the line that raised them.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { statementAt } from "./origins.ts";
import type { Rule, Subject } from "./rule.ts";
import { linesOf, type Scene, textOf, whereSet } from "./scene.ts";

/** What a class has that is called as its module. */
const HELD: Readonly<Record<string, string>> = {
  datetime:
    "now today utcnow strptime strftime fromtimestamp fromisoformat combine utcfromtimestamp",
  tqdm: "write pandas",
};

/** How libraries give rows, and what lets names be asked of them. */
const ROWS: readonly { module: string; gives: string; mend: string }[] = [
  {
    module: "sqlite3",
    gives: "sqlite3 gives as a tuple",
    mend:
      "Write `connection.row_factory = sqlite3.Row` after the connection is made; or ask by number: `row[0]`",
  },
  {
    module: "(?:flask_)?sqlalchemy",
    gives: "SQLAlchemy gives as a tuple with names since 2.0",
    mend:
      'Write `row.name`, or `row._mapping["name"]`, or let the result give dicts: `execute(…).mappings()`',
  },
  {
    module: "(?:pymysql|MySQLdb|flask_mysqldb|flaskext\\.mysql)",
    gives: "the driver of MySQL gives as a tuple",
    mend:
      "Let the cursor give dicts: `cursorclass=pymysql.cursors.DictCursor`, or `MySQLdb.cursors.DictCursor`; or ask by number: `row[0]`",
  },
  {
    module: "mysql\\.connector",
    gives: "the driver of MySQL gives as a tuple",
    mend:
      "Let the cursor give dicts: `connection.cursor(dictionary=True)`; or ask by number: `row[0]`",
  },
  {
    module: "psycopg2?",
    gives: "the driver of PostgreSQL gives as a tuple",
    mend:
      "Let the cursor give dicts: `cursor_factory=psycopg2.extras.RealDictCursor`, with psycopg 3 `row_factory=psycopg.rows.dict_row`; or ask by number: `row[0]`",
  },
];

/** The line that reads a file whole, for a name that a statement uses. */
function ownReads(
  { own }: Subject,
  scene: Scene,
): { file: string; line: number } | undefined {
  if (!own) return undefined;
  const statement = statementAt(own, scene);
  const lines = linesOf(own.file, scene);
  const found = lines.flatMap((each, at) => {
    const [, name] = /^\s*(\w+)\s*=(?!=)/.exec(each) ?? [];
    const isUsed = at + 1 === own.line ||
      name !== undefined && new RegExp(`\\b${name}\\b`).test(statement);
    return isUsed &&
        /\.(?:read|read_text|readline)\([^()]*\)(?!\s*\.\s*(?:r?strip|split))/
          .test(
            each,
          )
      ? [{ file: own.file, line: at + 1 }]
      : [];
  });
  return found.length === 1 ? found[0] : undefined;
}

/** The rules of everyday exceptions. */
export const everyday = (): Rule[] => [
  {
    name: "module-for-class",
    code: "app-code",
    over: "name-lost-in-python attribute-undefined name-lost-in-package",
    when: [
      {
        type: "AttributeError",
        message:
          /^module '()(datetime|time|glob|copy|pprint|tqdm|shutil|random|decimal)' has no attribute '(\w+)'/,
      },
      {
        type: "AttributeError",
        message:
          /^type object '(datetime\.)(datetime|date|time)' has no attribute '(datetime|date|timedelta|timezone|time|strptime|now|UTC)'/,
      },
    ],
    claim: ({ groups: [isClass, name = "", asked = ""] }) => {
      if (isClass) {
        return {
          says:
            `"${name}" is the class here, and "${asked}" is asked of it as of the module "datetime"`,
          mend:
            `Write \`import datetime\` and \`datetime.${asked}\`; or \`from datetime import ${name}, ${asked}\` and \`${asked}\` alone`,
        };
      }
      const members = HELD[name];
      return members?.split(" ").includes(asked)
        ? {
          says:
            `"${name}" is the module here, and "${asked}" is asked of it as of "${name}" in it`,
          mend:
            `Write \`from ${name} import ${name}\`, or \`${name}.${name}.${asked}\``,
        }
        : undefined;
    },
    examples: [
      {
        raised: "AttributeError: module 'datetime' has no attribute 'now'",
        mend: "`from datetime import datetime`",
      },
      {
        raised:
          "AttributeError: type object 'datetime.datetime' has no attribute 'timedelta'",
        mend: "`import datetime`",
      },
    ],
    not: ["AttributeError: module 'datetime' has no attribute 'nows'"],
  },
  {
    name: "warning-as-error",
    code: "login-variable",
    over: "name-gone-told optional-dependency version-told",
    when: { type: /(?:^|\.)(?!.*Error$)\w*Warning\w*$/ },
    claim: ({ line, kind, own }, scene) => {
      const name = ["PYTHONWARNINGS"].find((each) =>
        /(?:^|,)\s*e(?:rror)?\b/.test(
          scene.site.config?.environment[each] ?? scene.host.env[each] ?? "",
        )
      );
      const where = name && whereSet(name, scene);
      const says =
        `A warning stops the application, as warnings are made errors: ${kind}: ${line}`;
      return name && where
        ? {
          code: scene.site.config?.environment[name] !== undefined
            ? "config-value"
            : "login-variable",
          seen: `${says}; ${name} does that, which is set in ${where}`,
          ...scene.site.config?.environment[name] !== undefined &&
            { place: scene.site.placeOf(`environment.${name}`) },
          mend:
            `Take ${name} out of ${where}, or write "default" there; what the warning tells is for later, and no fault of the package`,
        }
        : {
          code: "app-code",
          says,
          mend:
            `Look for \`warnings.simplefilter("error")\` or \`filterwarnings("error")\` in the application${
              own ? "" : " and its settings"
            }, and for PYTHONWARNINGS and \`python -W error\`: take that out; what the warning tells is for later, and no fault of the package`,
        };
    },
    examples: [
      {
        raised:
          "DeprecationWarning: 'cgi' is deprecated and slated for removal in Python 3.13",
        in: [
          "PACKAGES/django/http/request.py <module>",
          "PYTHON/cgi.py <module>",
        ],
        env: { PYTHONWARNINGS: "error", IN_PASSENGER: "1" },
        says: "PYTHONWARNINGS does that, which is set in the login files",
        mend: "Take PYTHONWARNINGS out",
      },
      {
        raised:
          "sqlalchemy.exc.MovedIn20Warning: Deprecated API features detected!",
        in: "PACKAGES/sqlalchemy/util/deprecations.py f",
        code: "app-code",
        mend: 'simplefilter("error")',
      },
    ],
  },
  {
    name: "encoding-read",
    code: "text-encoding",
    when: { type: "UnicodeDecodeError", message: /^'([\w-]+)'/ },
    claim: ({ groups: [codec], line }) => ({
      says: `A text is read as ${codec}, and is not: ${line}`,
      mend: codec === "ascii"
        ? 'Say which encoding the file has, as with `open(path, encoding="utf-8")`; the web server may start Python with a plain locale (LC_ALL in the login files, or PYTHONUTF8 = "1" under [environment])'
        : 'The file that is read there is not UTF-8: convert it, or say what it is, as with `open(path, encoding="latin-1")`; a picture or an archive is opened with "rb"',
    }),
    examples: [
      {
        raised:
          "UnicodeDecodeError: 'utf-8' codec can't decode byte 0xe9 in position 3: unexpected end of data",
        mend: "is not UTF-8",
      },
      {
        raised:
          "UnicodeDecodeError: 'ascii' codec can't decode byte 0xc3 in position 3: ordinal not in range(128)",
        mend: 'encoding="utf-8"',
      },
    ],
  },
  {
    name: "encoding-write",
    code: "text-encoding",
    when: { type: "UnicodeEncodeError", message: /^'([\w-]+)'/ },
    claim: {
      says: "A text is written as $1, which has no such letters: {line}",
      mend:
        'Say which encoding to write, as with `open(path, "w", encoding="utf-8")`; names of files and what is printed follow the locale: write under [environment] PYTHONUTF8 = "1"',
    },
    examples: [
      "UnicodeEncodeError: 'ascii' codec can't encode character '\\xe9' in position 3",
    ],
  },
  {
    name: "locale-ascii",
    code: "text-encoding",
    when: {
      message:
        /was configured to use ASCII as encoding|Unable to set the locale/,
    },
    claim: {
      says: "Python was started with a locale that knows ASCII only",
      mend:
        'Write under [environment] in config.toml: LC_ALL = "C.UTF-8"; an LC_ALL or LANG in the login files may be what sets another',
    },
    examples: [
      "RuntimeError: Click will abort further execution because Python was configured to use ASCII as encoding for the environment.",
    ],
  },
  {
    name: "empty-number",
    code: "app-code",
    last: true,
    when: {
      type: "ValueError",
      message: /^invalid literal for int\(\) with base 10: ''/,
    },
    claim: {
      says: "A number is expected, and the text is empty",
      mend:
        "The variable or field that it comes from is not set: give it a value, or a default",
    },
    examples: ["ValueError: invalid literal for int() with base 10: ''"],
  },
  {
    name: "line-end-in-value",
    code: "app-code",
    when: [
      { type: "InvalidHeader", message: /return character/ },
      {
        type: "ValueError LocalProtocolError",
        message:
          /^(?:Invalid|Illegal) header value b?(['"]).*\\[rn]\1|^Header values (?:must|may) not contain (?:newline|linefeed)/,
      },
      {
        type: "BadHeaderError",
        message: /^Header values can't contain newlines/,
      },
      { type: "InvalidURL", message: /control characters\..*\\[rn]/ },
    ],
    claim: (subject, scene) => {
      const { line, own, kind } = subject;
      const read = ownReads(subject, scene);
      const says =
        `A value with a line end in it goes where none may be: ${line}`;
      if (read) {
        return {
          seen:
            `${says}; line ${read.line} of ${read.file} reads a file with the line end at its end`,
          place: read,
          mend:
            `Write \`.strip()\` behind the reading on line ${read.line} of ${read.file}`,
        };
      }
      return {
        says,
        mend: kind === "BadHeaderError"
          ? 'Make one line of it before it goes into the mail: `" ".join(subject.split())`'
          : `Write \`.strip()\` where the value is read${
            own ? "" : " by the application"
          }: what comes from a file or a form often ends with a line end`,
      };
    },
    examples: [
      {
        raised:
          "requests.exceptions.InvalidHeader: Invalid leading whitespace, reserved character(s), or return character(s) in header value: 'Bearer x\\n'",
        in: "PACKAGES/requests/utils.py _validate_header_part",
        files: {
          "APP/app.py":
            'KEY = open("key.txt").read()\n\nrequests.get(URL, headers={"X": KEY})\n',
        },
        says: "line 1 of APP/app.py reads a file",
        mend: "`.strip()`",
      },
      {
        raised: "ValueError: Invalid header value b'Bearer x\\n'",
        in: "PYTHON/http/client.py putheader",
        files: {
          "APP/app.py":
            'KEY = open("key.txt").read().strip()\n\nurlopen(Request(URL, headers={"X": KEY}))\n',
        },
        says: "A value with a line end in it",
      },
      {
        raised:
          "django.core.mail.message.BadHeaderError: Header values can't contain newlines (got 'A\\n' for header 'Subject')",
        in: "PACKAGES/django/core/mail/message.py forbid_multi_line_headers",
        mend: '" ".join(',
      },
    ],
  },
  {
    name: "patched-too-late",
    code: "app-code",
    when: [
      {
        type: "RecursionError",
        in:
          /\/ssl\.py \w*(?:minimum_version|maximum_version|options|verify_mode|verify_flags)$/,
      },
      {
        type: /Warning$/,
        message: /^Monkey-patching ssl after ssl has already been imported/,
      },
    ],
    claim: {
      says:
        "gevent has put something of its own in the place of Python's `ssl` after that was imported, so that its classes call each other without an end",
      mend:
        "Write `from gevent import monkey` and `monkey.patch_all()` as the very first lines of the module that [wsgi] of config.toml names, above all other imports; or leave them out: the web server runs the application without gevent",
    },
    examples: [{
      raised: "RecursionError: maximum recursion depth exceeded",
      in: ["PYTHON/ssl.py minimum_version", "PYTHON/ssl.py minimum_version"],
      failure: { problem: "request-raised" },
      mend: "`monkey.patch_all()` as the very first lines",
    }],
    not: ["RecursionError: maximum recursion depth exceeded"],
  },
  {
    name: "row-by-name",
    code: "app-code",
    when: {
      type: "TypeError",
      message: /^tuple indices must be integers or slices, not str/,
    },
    claim: ({ own }, scene) => {
      const text = textOf(own?.file, scene);
      const found = ROWS.filter(({ module }) =>
        new RegExp(`^\\s*(?:import|from) ${module}\\b`, "m").test(text)
      );
      const [row] = found;
      return row && found.length === 1
        ? {
          says: "What is asked by a name there is a tuple",
          probably: `it is a row of the database, which ${row.gives}`,
          mend: row.mend,
        }
        : undefined;
    },
    examples: [
      {
        raised: "TypeError: tuple indices must be integers or slices, not str",
        files: { "APP/app.py": "import sqlite3\n\nx = row['a']\n" },
        says: "sqlite3 gives as a tuple",
        mend: "row_factory",
      },
      {
        raised: "TypeError: tuple indices must be integers or slices, not str",
        files: {
          "APP/app.py": "from sqlalchemy import text\n\nx = row['a']\n",
        },
        mend: ".mappings()",
      },
    ],
    not: ["TypeError: tuple indices must be integers or slices, not str"],
  },
];

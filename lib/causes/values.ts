/**
 * Values that are none, or that a condition asks for in vain, as the variable
 * that they are made of is not set.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { isOfDriver } from "./drivers.ts";
import { packageOf } from "./installed.ts";
import {
  type Read,
  statementAt,
  unsetBehind,
  unsetBehindSetting,
  unsetInLine,
} from "./origins.ts";
import type { Claim, Rule, Subject } from "./rule.ts";
import { linesOf, type Scene } from "./scene.ts";
import { isUnset, missingVariables } from "./unset.ts";

/** Messages that tell of None, or of nothing, as of what a call was given. */
const GIVEN_REGEXP =
  /\b(?:got|given|not) '?None(?:Type)?\b|['"]None['":/]|\bbase 10: '(?:None)?'|NoneType given/;

/** What was read nowhere is told as a guess at what is behind a failure. */
function guessed(
  reads: readonly Read[],
  subject: Subject,
  scene: Scene,
): Claim | undefined {
  const claim = missingVariables(
    reads.map(({ name }) => name),
    subject,
    scene,
  );
  const [first] = reads;
  if (!claim || !first || typeof claim.mend !== "string") return undefined;
  const told = "seen" in claim ? claim.seen : claim.says;
  return {
    says:
      `What is given there is no value to go on with: ${subject.kind}: ${subject.line}`,
    probably:
      `the variable "${first.name}" is behind it, which line ${first.line} of ${first.file} reads: ${
        told[0]!.toLowerCase()
      }${told.slice(1)}`,
    place: claim.place,
    mend: claim.mend,
  };
}

/** The condition of the block that a line stands in, where that is an `if`. */
function conditionAbove(
  lines: readonly string[],
  line: number,
): { text: string; line: number } | undefined {
  const depth = (text: string) => /^\s*/.exec(text)![0].length;
  const own = depth(lines[line - 1] ?? "");
  for (let at = line - 2; at >= 0 && at > line - 12; at--) {
    const text = lines[at]!;
    if (text.trim() === "" || depth(text) >= own) continue;
    return /^\s*(?:el)?if\b/.test(text) ? { text, line: at + 1 } : undefined;
  }
  return undefined;
}

/** The rules of values that are made of variables. */
export const values = (): Rule[] => [
  {
    name: "none-from-variable",
    code: "variable-missing",
    over: "django-setup sqlalchemy-uri-missing sqlalchemy-dialect",
    when: [
      { message: /\bNone(?:Type)?\b/ },
      // Later versions do not show the text (sqlalchemy/engine/url.py).
      { message: /URL from (?:given URL string|string '')$/ },
      { message: /^invalid literal for int\(\) with base 10: ''/ },
    ],
    claim: (subject, scene) => {
      const strict = unsetBehind(subject, scene)
        .filter(({ hasDefault }) => !hasDefault);
      // What connects was made of it before.
      const reads = strict.length > 0 ||
          !subject.raised.frames.some((frame) =>
            packageOf(frame.file) !== undefined &&
            /^_?(?:re)?connect$|^parse_url$|connection$/.test(frame.function)
          ) || !GIVEN_REGEXP.test(subject.text) ||
          isOfDriver(subject.raised.type)
        ? strict
        : unsetBehind(subject, scene, true)
          .filter(({ hasDefault }) => !hasDefault);
      const names = reads.map(({ name }) => name);
      const file = subject.raised.frames.at(-1)?.file ?? "";
      // Inside of a package, something else may be None.
      return packageOf(file) === undefined || GIVEN_REGEXP.test(subject.text)
        ? missingVariables(names, subject, scene)
        : guessed(reads, subject, scene);
    },
    examples: [
      {
        raised:
          "sqlalchemy.exc.ArgumentError: Expected string or URL object, got None",
        files: {
          "APP/app.py":
            'import os\n\nx = create_engine(os.environ.get("DB_URL"))\n',
        },
        in: "PACKAGES/sqlalchemy/engine.py f",
        says: '"DB_URL" is not set',
      },
      ...["given URL string", "string ''"].map((what) => ({
        raised:
          `sqlalchemy.exc.ArgumentError: Could not parse SQLAlchemy URL from ${what}`,
        files: {
          "APP/app.py":
            'import os\n\nx = create_engine(os.getenv("DB_URL", ""))\n',
        },
        in: "PACKAGES/sqlalchemy/engine/url.py _parse_url",
        says: '"DB_URL" is not set',
      })),
      {
        raised: "AttributeError: 'NoneType' object has no attribute 'split'",
        files: {
          "APP/app.py":
            'import os\nurl = os.environ.get("DB_URL")\nparts = url.split(":")\n',
        },
        says: '"DB_URL" is not set',
        mend: "[environment]",
      },
      ...["from config import DB_URL", "import config"].map((line) => ({
        raised:
          "sqlalchemy.exc.ArgumentError: Expected string or URL object, got None",
        in: "PACKAGES/sqlalchemy/engine.py f",
        files: {
          "APP/config.py": 'import os\nDB_URL = os.getenv("DATABASE_URL")\n',
          "APP/app.py": `${line}\n\nx = create_engine(${
            line.startsWith("from") ? "" : "config."
          }DB_URL)\n`,
        },
        says: '"DATABASE_URL" is not set',
      })),
      {
        raised: 'TypeError: can only concatenate str (not "NoneType") to str',
        files: {
          "APP/app.py":
            'import os\napp.config["TOKEN"] = os.getenv("BOT_TOKEN")\nx = "https://" + app.config["TOKEN"]\n',
        },
        says: '"BOT_TOKEN" is not set',
      },
      {
        raised: "AttributeError: 'NoneType' object has no attribute 'encode'",
        files: {
          "APP/app.py":
            'import os\n\nx = sign(os.getenv("KEY").encode(), data.get("a"))\n',
        },
        says: '"KEY" is not set',
      },
    ],
    not: [
      // Of the request, and not of the environment.
      ...[
        'x = request.environ.get("REMOTE_USER").upper()',
        'x = environ.get("HTTP_X_TOKEN").upper()',
      ].map((line) => ({
        raised: "AttributeError: 'NoneType' object has no attribute 'upper'",
        files: { "APP/app.py": `\n\n${line}\n` },
      })),
      // A function made None of it, or of something else.
      {
        raised: "AttributeError: 'NoneType' object has no attribute 'name'",
        files: {
          "APP/app.py": 'user = find(os.getenv("ADMIN"))\n\nx = user.name\n',
        },
      },
      {
        raised: "TypeError: 'NoneType' object is not subscriptable",
        frames: ["APP/app.py view", "APP/rows.py render"],
        files: {
          "APP/app.py": "\n".repeat(8) +
            'x = render(row, os.getenv("LABEL"))\n',
          "APP/rows.py": "\n".repeat(7) +
            "def render(row, label):\n    return row[0]\n",
        },
      },
      // What was asked for the attribute is not what was read.
      ...[
        'x = find(os.getenv("KEY")).split(":")',
        'x = sign(os.getenv("KEY"), data.get("a").split(":"))',
      ].map((line) => ({
        raised: "AttributeError: 'NoneType' object has no attribute 'split'",
        files: { "APP/app.py": `import os\n\n${line}\n` },
      })),
      // It is set, so that something else was None.
      {
        raised: "AttributeError: 'NoneType' object has no attribute 'split'",
        files: {
          "APP/app.py": '\n\nx = find(os.getenv("GREETING")).split(":")\n',
        },
      },
      "TypeError: 'NoneType' object is not iterable",
    ],
  },
  {
    name: "variable-tested",
    code: "variable-missing",
    last: true,
    when: { message: /^/ },
    claim: (subject, scene) => {
      const { own, raised, kind } = subject;
      const inner = raised.frames.at(-1);
      if (!own || inner?.file !== own.file || inner.line !== own.line) {
        return undefined;
      }
      const lines = linesOf(own.file, scene);
      const line = lines[own.line - 1] ?? "";
      const tested = /^\s*assert\b/.test(line)
        ? { text: statementAt(own, scene), line: own.line }
        : /^\s*(?:raise\b|(?:sys\.)?exit\()/.test(line)
        ? conditionAbove(lines, own.line)
        : undefined;
      if (!tested) return undefined;
      const reads = [
        ...unsetInLine(tested.text, { ...own, line: tested.line }, scene)
          .filter(({ hasDefault }) => !hasDefault).map(({ name }) => name),
        ...[...tested.text.matchAll(/["'](\w+)["'] (?:not )?in os\.environ\b/g)]
          .map(([, name]) => name!).filter((name) => isUnset(name, scene)),
      ];
      return missingVariables(
        reads,
        subject,
        scene,
        `The application raises ${kind}${
          subject.line ? `, "${subject.line}"` : ""
        }, as line ${tested.line} asks for a variable: `,
      );
    },
    examples: [
      {
        raised: "ValueError: No token was given",
        files: {
          "APP/app.py":
            'TOKEN = os.getenv("BOT_TOKEN")\nif not TOKEN:\n    raise ValueError("No token was given")\n',
        },
        says:
          'as line 2 asks for a variable: The environment variable "BOT_TOKEN" is not set',
      },
      {
        raised: "AssertionError",
        files: {
          "APP/app.py": '\n\nassert "API_URL" in os.environ\n',
        },
        says: '"API_URL" is not set',
      },
    ],
    not: [
      // The other way round: it is the variable that is set which is refused.
      {
        raised: "ValueError: Not here",
        files: {
          "APP/app.py":
            'x = 1\nif os.getenv("GREETING"):\n    raise ValueError("Not here")\n',
        },
      },
      {
        raised: "ValueError: Not here",
        files: {
          "APP/app.py":
            'if user.name:\n    x = os.getenv("A")\nraise ValueError("Not here")\n',
        },
      },
    ],
  },
  {
    name: "value-from-variable",
    code: "variable-missing",
    last: true,
    when: {
      type:
        /(?:Type|Value|Attribute|Argument|Configuration|Auth\w*|Credentials?|Address|URL|URI|Host|Data)Error$|ImproperlyConfigured$|\.(?:Invalid|Missing)\w+$/,
    },
    claim: (subject, scene) => {
      const { raised, kind, text } = subject;
      const file = raised.frames.at(-1)?.file ?? "";
      if (
        packageOf(file) === undefined ||
        /^(?:jinja2|django\.(?:template|urls))\.|SSLError$/.test(raised.type) ||
        kind === "ValueError" && /^Unable to /.test(text) ||
        // How a function is called, no value of a variable decides.
        /unexpected keyword argument|required positional argument|positional arguments? but|multiple values for argument/
          .test(text)
      ) return undefined;
      const reads = unsetBehind(subject, scene)
        .filter(({ hasDefault }) => !hasDefault);
      return guessed(reads, subject, scene);
    },
    examples: [
      {
        raised: "TypeError: Expected a string or bytes value",
        in: "PACKAGES/jwt/utils.py force_bytes",
        files: {
          "APP/app.py":
            'import os\n\ntoken = jwt.encode(data, os.getenv("JWT_SECRET"))\n',
        },
        says:
          'Expected a string or bytes value; probably the variable "JWT_SECRET" is behind it',
        mend: "JWT_SECRET_FILE",
      },
    ],
    not: [
      {
        raised: "TypeError: Expected a string or bytes value",
        in: "PACKAGES/jwt/utils.py force_bytes",
        files: {
          "APP/app.py":
            'import os\n\ntoken = jwt.encode(data, os.getenv("GREETING"))\n',
        },
      },
      {
        raised: "TypeError: encode() got an unexpected keyword argument 'salt'",
        in: "PACKAGES/jwt/api_jwt.py encode",
        files: {
          "APP/app.py":
            'import os\n\ntoken = jwt.encode(data, os.getenv("JWT_SECRET"))\n',
        },
      },
      // It says nothing of what it was given.
      {
        raised: "stripe._error.CardError: Your card was declined.",
        in: "PACKAGES/stripe/_api_requestor.py request",
        files: {
          "APP/app.py":
            'import os\n\nstripe.Charge.create(1, label=os.getenv("LABEL"))\n',
        },
      },
      // Something stands in for it.
      {
        raised: "TypeError: Expected a string or bytes value",
        in: "PACKAGES/jwt/utils.py force_bytes",
        files: {
          "APP/app.py":
            'import os\n\ntoken = jwt.encode(data, os.getenv("KEY", "abc"))\n',
        },
      },
      // A file of variables gives it, and is loaded.
      {
        raised: "TypeError: Expected a string or bytes value",
        in: "PACKAGES/jwt/utils.py force_bytes",
        files: {
          "APP/.env": "KEY=abc\n",
          "APP/app.py":
            'load_dotenv()\n\ntoken = jwt.encode(data, os.getenv("KEY"))\n',
        },
      },
    ],
  },
  {
    name: "setting-from-variable",
    code: "variable-missing",
    over:
      "django-databases sqlalchemy-uri-missing django-setup django-secret-key session-without-key",
    when: [
      {
        message:
          /'(SQLALCHEMY_DATABASE_URI)' or '(?:SQLALCHEMY_BINDS)' must be set/,
      },
      { message: /^The (SECRET_KEY) setting must not be empty/ },
      { message: /^settings\.(DATABASES) is improperly configured/ },
      { message: /no (secret key) was set|[Aa] (secret key) is required/ },
      {
        message:
          /\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\b.*\b(?:must (?:not )?be|is (?:required|missing|not set|empty|None))\b/,
      },
      {
        message:
          /^(?:You )?(?:[Mm]ust|[Nn]eed to|[Hh]ave to|[Ss]hould|[Pp]lease) (?:set|define|provide|specify|configure|give)\b[^.]*?\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\b/,
      },
      {
        message:
          /^No [`'"]?([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)[`'"]? (?:is |was )?(?:set|configured|defined|given|provided|found)\b/,
      },
      {
        message:
          /(?:must be set|is not set|is required|requires)[^.]*\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\b/,
      },
    ],
    claim: (subject, scene) => {
      const setting = subject.groups.find((each) => each !== undefined)!
        .toUpperCase().replace(/ /g, "_");
      const read = unsetBehindSetting(setting, scene) ??
        // Frameworks have attributes for some of them.
        unsetBehindSetting(setting.toLowerCase(), scene);
      if (!read) return undefined;
      const claim = missingVariables([read.name], subject, scene);
      return claim && {
        ...claim,
        place: { file: read.file, line: read.line },
      };
    },
    examples: [
      {
        raised:
          "RuntimeError: Either 'SQLALCHEMY_DATABASE_URI' or 'SQLALCHEMY_BINDS' must be set.",
        in: "PACKAGES/flask_sqlalchemy/extension.py init_app",
        files: {
          "APP/app.py":
            'import os\napp = Flask(1)\napp.config["SQLALCHEMY_DATABASE_URI"] = os.environ.get("DATABASE_URL")\n',
        },
        says: '"DATABASE_URL" is not set',
      },
      {
        raised: "RuntimeError: A secret key is required to use CSRF.",
        failure: { problem: "request-raised" },
        files: {
          "APP/app.py":
            "from config import Config\n\napp.config.from_object(Config)\n",
          "APP/config.py":
            'import os\n\nclass Config:\n    SECRET_KEY = os.environ.get("SECRET_KEY")\n',
        },
        says: '"SECRET_KEY" is not set for the application',
        mend: 'os.environ["SECRET_KEY_FILE"]',
      },
      {
        raised:
          "django.core.exceptions.ImproperlyConfigured: The SECRET_KEY setting must not be empty.",
        files: {
          "APP/mysite/settings.py":
            'import os\nSECRET_KEY = os.getenv("DJANGO_KEY", "")\n',
        },
        says: '"DJANGO_KEY"',
        mend: "[secret_files]",
      },
      ...[
        "ValueError: No SECRET_KEY set for Flask application",
        "RuntimeError: You must set SECRET_KEY",
      ].map((raised) => ({
        raised,
        files: {
          "APP/app.py":
            'import os\nSECRET_KEY = os.environ.get("SECRET_KEY")\n',
        },
        says: 'variable "SECRET_KEY" is not set',
      })),
      {
        raised:
          "RuntimeError: The session is unavailable because no secret key was set.  Set the secret_key on the application to something unique and secret.",
        in: "PACKAGES/flask/sessions.py _fail",
        files: {
          "APP/app.py":
            'import os\napp.secret_key = os.getenv("FLASK_SECRET")\nsession["a"] = 1\n',
        },
        says: 'variable "FLASK_SECRET" is not set',
        mend: "FLASK_SECRET_FILE",
      },
    ],
    not: [
      "RuntimeError: Either 'SQLALCHEMY_DATABASE_URI' or 'SQLALCHEMY_BINDS' must be set.",
      {
        raised:
          "RuntimeError: Either 'SQLALCHEMY_DATABASE_URI' or 'SQLALCHEMY_BINDS' must be set.",
        files: {
          "APP/app.py":
            'x["SQLALCHEMY_DATABASE_URI"] = os.environ.get("GREETING")\n',
        },
      },
    ],
  },
];

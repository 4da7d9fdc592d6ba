/**
 * Configuration that never arrived: variables of the environment that are not
 * set, whoever reads them, and what a bare system lacks.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { dirname, join } from "node:path";
import { isSecretName } from "../site/secret_words.ts";
import { firstLine, isLibraryFile } from "../python/failure.ts";
import { suggest } from "../text/suggestion.ts";
import { quoted } from "../text/wrap.ts";
import type { Claim, Rule, Subject } from "./rule.ts";
import { guardedLine } from "./target.ts";
import { classOf, exists, type Scene, searchSite, textOf } from "./scene.ts";
import { namesIn } from "../machine/host.ts";

/** How packages for settings say that a variable is not set. */
const TOLD: readonly RegExp[] = [
  /^Set the (\w+) environment variable/,
  /^(\w+) not found\. Declare it as envvar/,
  /^Environment variable "(\w+)" (?:not set|is not set|invalid: \['?(?:Missing data|Field may not be null))/,
  /^(?:The )?(?:required )?environment variable [`'"]?(\w+)[`'"]? (?:is not set|is missing|must be set|not set|not found|is required|is not defined)/i,
  /^(?:The )?[`'"]?(\w+)[`'"]? (?:environment|env) (?:variable|var) (?:is not set|is missing|must be set|not set|not found|is required|needs to be set|is not defined)/i,
  /^(?:Missing|Undefined|Please set|You must set|Please define|No) (?:the )?(?:required )?(?:environment|env) variable:? [`'"]?(\w+)/i,
  /\bset (?:the |an? )?(?:environment|env) (?:variable|var) [`'"]?(\w+)/i,
  /^"?Config '(\w+)' is missing, and has no default/,
  /\bset(?:ting)? the [`'"]?(\w+)[`'"]?(?: or [`'"]?\w+[`'"]?)? environment variable/i,
  /\b(?:[Pp]lease set|HINT: set) [`'"]?([A-Z][A-Z0-9]*_[A-Z0-9_]+)[`'"]?/,
  /^The environment options? "([A-Z_]+)".* (?:is|are) missing/,
  // Without the word for it, only capital letters tell a variable.
  /^[`'"]?([A-Z][A-Z0-9_]{2,})[`'"]? (?:is not set|not set|must be set|is missing|is required|is not defined)(?: in (?:the )?environment| in env \w+)?\.?$/,
];

/** A line that reads a variable and makes do with None. */
const READS_REGEXP =
  /(?:environ\.get|getenv|\benv(?:\.\w+)?|\bconfig)\(\s*["'](\w+)["']\s*(?:,\s*(?:default\s*=\s*)?(?:None|["']{2})\s*)?\)/g;

/** A variable that is read, with any value in its place. */
const READ_REGEXP =
  /(?:environ(?:\.get)?|getenv|\benv(?:\.\w+)?|\bconfig)\s*[([]\s*["'](\w+)["']/g;

const FIELDS_REGEXP = /^\d+ validation errors? for (\w+)\n/;
const FIELD_REGEXP = /\n([A-Za-z_]\w*)\n\s+[Ff]ield required/g;
/** Pydantic's classes of settings; in its first version compiled. */
const SETTINGS_CLASS =
  /\/pydantic_settings\/|(?:^|\/)pydantic\/(?:v1\/)?env_settings\.py /;

/** The variables behind the fields that a class of settings asks for. */
function missingFields(
  { text, raised }: Subject,
  scene: Scene,
): string[] | undefined {
  const [, name] = FIELDS_REGEXP.exec(text) ?? [];
  if (!name) return undefined;
  const source = raised.frames.map(({ file }) => file)
    .filter((file) => !isLibraryFile(file)).reverse()
    .map((file) => textOf(file, scene))
    .map((each) =>
      new RegExp(`^class ${name}\\b[\\s\\S]*?(?=^\\S|(?![\\s\\S]))`, "m")
        .exec(each)?.[0]
    )
    .find((each) => each !== undefined) ?? "";
  const prefix = /\benv_prefix\s*=\s*["'](\w*)["']/.exec(source)?.[1] ?? "";
  return [...text.matchAll(FIELD_REGEXP)].map(([, field = ""]) => {
    const named = new RegExp(
      `^\\s+${field}\\s*:.*\\b(?:env|validation_alias|alias)\\s*=\\s*["'](\\w+)["']`,
      "m",
    ).exec(source)?.[1];
    return (named ?? prefix + field).toUpperCase();
  });
}

/** A variable that chooses, and what is taken without it. */
const CHOICE_REGEXP =
  /(?:environ\.get|getenv|environ)\s*[([]\s*["'](\w+)["']\s*(?:,\s*["']([\w-]+)["'])?/g;

/** The keys of a dictionary that is written out in one of the site's files. */
function keysOf(name: string, text: string, scene: Scene): string[] {
  const texts = [
    text,
    ...scene.folders.flatMap((folder) =>
      ["config.py", "settings.py", `${name}.py`, "config/__init__.py"]
        .map((file) => textOf(join(folder, file), scene))
    ),
  ];
  const found =
    texts.map((each) =>
      new RegExp(`^${name}\\s*(?::[^=\\n]+)?=\\s*(?:dict\\()?\\{?([^}]*)`, "m")
        .exec(each)?.[1]
    ).find((each) => each !== undefined) ?? "";
  return [...found.matchAll(/["']([\w-]+)["']\s*:/g)].map(([, key]) => key!);
}

/** The rules of settings. */
export const settings = (): Rule[] => [
  {
    name: "variable-missing",
    code: "variable-missing",
    over:
      "django-setup django-secret-key optional-dependency credentials-missing",
    when: [
      {
        type: "KeyError",
        message: /^'(\w+)'$/,
        in: /(?:(?:^|\/)os\.py|^<frozen os>) __getitem__$/,
      },
      // What CGI alone has is asked by name in many ways.
      {
        type: "KeyError",
        message:
          /^'((?:REQUEST_METHOD|SERVER_PROTOCOL|PATH_INFO|SCRIPT_NAME|QUERY_STRING|DOCUMENT_ROOT|HTTP_HOST))'$/,
        problem: "import-raised factory-raised",
      },
      ...TOLD.map((message) => ({ message })),
      {
        message: FIELDS_REGEXP,
        through: SETTINGS_CLASS,
      },
    ],
    claim: (subject, scene) => {
      const fields = missingFields(subject, scene);
      const found = subject.groups.length === 0 || fields
        ? fields?.[0]
        : subject.groups.find((each) => each !== undefined);
      if (!found) return undefined;
      // Words alone may mean something else, such as a value that is wrong.
      if (subject.kind !== "KeyError" && scene.host.env[found]) {
        return undefined;
      }
      const claim = missingVariable(found, subject, scene);
      const others = (fields ?? []).slice(1);
      if (!claim || others.length === 0) return claim;
      const also = `; neither ${others.length > 1 ? "are" : "is"} ${
        quoted(others)
      }`;
      return "seen" in claim
        ? { ...claim, seen: claim.seen + also }
        : { ...claim, says: claim.says + also };
    },
    examples: [
      {
        raised: "KeyError: 'STRIPE_URL'",
        in: "PYTHON/os.py __getitem__",
        files: {
          "SITE/.env": "STRIPE_URL=x\n",
          "APP/app.py": 'load_dotenv(".env")\n\nx = os.environ["STRIPE_URL"]\n',
        },
        says: 'line 1 of APP/app.py looks for ".env" in another place',
        mend: 'load_dotenv("SITE/.env")',
      },
      {
        raised: "KeyError: 'DJANGO_SECRET_KEY'",
        in: "PYTHON/os.py __getitem__",
        says: '"DJANGO_SECRET_KEY" is not set',
        mend: 'DJANGO_SECRET_KEY_FILE = "SITE/secrets/django_secret_key"',
      },
      {
        raised: "KeyError: 'DATABASE_URL'",
        in: "<frozen os> __getitem__",
        mend: "[environment]",
      },
      {
        raised: "KeyError: 'GREETINGS'",
        in: "PYTHON/os.py __getitem__",
        says: 'config.toml sets "GREETING"',
      },
      {
        raised: "KeyError: 'KEY'",
        in: "PYTHON/os.py __getitem__",
        says: "the file in CREDENTIALS holds it",
        mend: 'dotenv.load_dotenv(os.environ["CREDENTIALS"])',
      },
      {
        raised: "KeyError: 'API_URL'",
        in: "PYTHON/os.py __getitem__",
        files: { "APP/.env": "API_URL=x\n" },
        says: "APP/.env holds it",
        mend: 'dotenv.load_dotenv("APP/.env")',
      },
      {
        raised: "KeyError: 'API_URL'",
        in: "PYTHON/os.py __getitem__",
        files: { "/home/jdoe/.bashrc": "export API_URL=x\n" },
        says: "/home/jdoe/.bashrc sets it for shells",
      },
      {
        raised: "KeyError: 'API_URL'",
        in: "PYTHON/os.py __getitem__",
        files: { "/home/jdoe/.profile": "API_URL=x\n" },
        says: "/home/jdoe/.profile gives it a value without `export`",
      },
      ...["DISPLAY", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR"].map((name) => ({
        raised: `KeyError: '${name}'`,
        in: "PYTHON/os.py __getitem__",
        says: "a desktop sets",
        mend: "Leave out what needs a desktop",
      })),
      ...["REQUEST_METHOD", "HTTP_HOST"].map((name) => ({
        raised: `KeyError: '${name}'`,
        in: "PYTHON/os.py __getitem__",
        says: "of CGI",
        mend: "`environ` of WSGI",
      })),
      {
        raised: "KeyError: 'REQUEST_METHOD'",
        in: "PYTHON/wsgiref/handlers.py setup_environ",
        says: "of CGI",
      },
      {
        raised: "KeyError: 'APPDATA'",
        in: "PYTHON/os.py __getitem__",
        says: "that Windows sets",
        mend: "a folder of the site",
      },
      "django.core.exceptions.ImproperlyConfigured: Set the SECRET_KEY environment variable",
      {
        raised:
          "openai.OpenAIError: Missing credentials. Please pass an `api_key`, or set the `OPENAI_API_KEY` or `OPENAI_ADMIN_KEY` environment variable.",
        says: '"OPENAI_API_KEY"',
        mend: "`chmod 600`",
      },
      "decouple.UndefinedValueError: DEBUG_MODE not found. Declare it as envvar or define a default value.",
      {
        raised:
          "RuntimeError: The environment variable 'SHOP_SETTINGS' is not set and as such configuration could not be loaded. Set this variable and make it point to a configuration file",
        in: "PACKAGES/flask/config.py from_envvar",
        says: '"SHOP_SETTINGS"',
      },
      "RuntimeError: DATABASE_URL is not set",
      "ValueError: Environment variable MAIL_HOST is required",
      {
        raised:
          "pydantic_core._pydantic_core.ValidationError: 1 validation error for Settings\ndatabase_url\n  Field required [type=missing]",
        in: "PACKAGES/pydantic_settings/main.py f",
        says: '"DATABASE_URL"',
      },
      {
        raised:
          "pydantic_core._pydantic_core.ValidationError: 2 validation errors for Settings\ndatabase_url\n  Field required [type=missing, input_value={}, input_type=dict]\n    For further information visit https://errors.pydantic.dev/2.9/v/missing\napi_url\n  Field required [type=missing, input_value={}, input_type=dict]",
        in: "PACKAGES/pydantic_settings/main.py __init__",
        files: {
          "APP/app.py":
            'class Settings(BaseSettings):\n    model_config = SettingsConfigDict(env_prefix="shop_")\n    database_url: str\n',
        },
        says:
          'The environment variable "SHOP_DATABASE_URL" is not set for the application; neither is "SHOP_API_URL"',
      },
      {
        raised:
          "pydantic.error_wrappers.ValidationError: 1 validation error for Settings\ndb\n  field required (type=value_error.missing)",
        in:
          "pydantic/env_settings.py pydantic.env_settings.BaseSettings.__init__",
        files: {
          "APP/app.py":
            'class Settings(BaseSettings):\n    db: str = Field(..., env="DATABASE_URL")\n',
        },
        says: '"DATABASE_URL" is not set',
      },
    ],
    not: [
      "KeyError: 'DATABASE_URL'",
      // Somebody's own dictionary in a file called os.py elsewhere.
      {
        raised: "KeyError: 'DATABASE_URL'",
        in: "PACKAGES/pkg/cos.py __getitem__",
      },
      // Set in config.toml: the application has removed it.
      { raised: "KeyError: 'GREETING'", in: "PYTHON/os.py __getitem__" },
      "ValueError: 1 validation error for Order\nid\n  Field required",
      "ValueError: name is required",
    ],
  },
  {
    name: "none-from-variable",
    code: "variable-missing",
    over: "django-setup sqlalchemy-uri-missing",
    when: [
      { message: /\bNone(?:Type)?\b/ },
      { message: /^invalid literal for int\(\) with base 10: ''/ },
    ],
    claim: (subject, scene) => {
      const { own } = subject;
      const text = textOf(own?.file, scene);
      const line = text.split(/\r?\n/)[(own?.line ?? 0) - 1] ?? "";
      const name = readIn(line) ??
        // The line above gave the name in this line its value.
        givenTo(line, text);
      if (!name || scene.host.env[name] !== undefined) return undefined;
      return missingVariable(name, subject, scene);
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
      {
        raised: "AttributeError: 'NoneType' object has no attribute 'split'",
        files: {
          "APP/app.py":
            'import os\nurl = os.environ.get("DB_URL")\nparts = url.split(":")\n',
        },
        says: '"DB_URL" is not set',
        mend: "[environment]",
      },
    ],
    not: [
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
      { message: /no (secret key) was set/ },
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
      const setting = subject.groups[0]!.toUpperCase().replace(/ /g, "_");
      const read = variableBehind(setting, scene);
      if (!read) return undefined;
      const claim = missingVariable(read.name, subject, scene);
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
  {
    name: "configuration-chosen",
    code: "config-value",
    when: { type: "KeyError", message: /^'([\w-]+)'$/ },
    claim: ({ groups: [key = ""], own }, scene) => {
      const text = textOf(own?.file, scene);
      const line = text.split(/\r?\n/)[(own?.line ?? 0) - 1] ?? "";
      const read = [...text.matchAll(CHOICE_REGEXP)].find(([, name, other]) =>
        (scene.host.env[name!] ?? other) === key
      );
      const dictionary = /\b(\w+)\s*\[/.exec(line)?.[1];
      if (!read || !dictionary) return undefined;
      const name = read[1]!;
      const isSet = scene.host.env[name] !== undefined;
      const keys = keysOf(dictionary, text, scene);
      return {
        says: isSet
          ? `The variable ${name} has the value "${key}", and ${dictionary} has no configuration of that name`
          : `The variable ${name} is not set, and ${dictionary} has no configuration "${key}", which the code takes then`,
        ...isSet && scene.site.config?.environment[name] !== undefined &&
          { place: scene.site.placeOf(`environment.${name}`) },
        mend: `Write under [environment] in config.toml: ${name} = "${
          keys[0] ?? "…"
        }"${
          keys.length > 1 ? `; there are ${quoted(keys)}` : ""
        }; or add "${key}" to ${dictionary}`,
      };
    },
    examples: [
      {
        raised: "KeyError: 'live'",
        files: {
          "APP/app.py":
            'import os\nfrom config import config\napp.config.from_object(config[os.getenv("FLASK_ENV", "live")])\n',
          "APP/config.py":
            'config = {\n    "development": Dev,\n    "production": Prod,\n}\n',
        },
        says: "The variable FLASK_ENV is not set",
        mend: 'there are "development" and "production"',
      },
      {
        raised: "KeyError: 'hello'",
        files: {
          "APP/app.py":
            'import os\nname = os.environ["GREETING"]\napp.config.from_object(configs[name])\n',
        },
        env: { GREETING: "hello" },
        says: 'GREETING has the value "hello"',
      },
    ],
    not: [{
      raised: "KeyError: 'users'",
      files: { "APP/app.py": '\n\nx = data["users"]\n' },
    }],
  },
  {
    name: "variable-invalid",
    code: "config-value",
    when: [
      {
        message:
          /^Environment variable "(\w+)" invalid: \['?((?!Missing data|Field may not)[^'\]]*)/,
      },
      {
        message:
          /^\d+ validation errors? for [\s\S]*?\n([A-Za-z_]\w*)\n\s+(Input should be [^\n[]*)/,
        through: /\/pydantic_settings\//,
      },
    ],
    claim: ({ groups }, scene) => {
      const [name = "", why = ""] = groups.filter((each) => each !== undefined);
      const key = [name, name.toUpperCase()].find((each) =>
        scene.site.config?.environment[each] !== undefined
      );
      return {
        says: `The value of the variable "${
          key ?? name
        }" is not what the application takes: ${why.trim()}`,
        ...key && { place: scene.site.placeOf(`environment.${key}`) },
        mend: `Correct it ${
          key ? "under [environment] in config.toml" : "where it is set"
        }; an empty text is a value, too`,
      };
    },
    examples: [{
      raised:
        "environs.EnvValidationError: Environment variable \"PORT\" invalid: ['Not a valid integer.']",
      says: '"PORT" is not what',
    }],
    not: [
      "pydantic_core._pydantic_core.ValidationError: 1 validation error for Item\nprice\n  Input should be a valid number [type=float_parsing]",
    ],
  },
  {
    name: "setting-of-dynaconf",
    code: "app-setting-missing",
    over: "name-lost-in-package",
    when: {
      type: "AttributeError KeyError",
      message:
        /^(?:'(?:Settings|LazySettings)' object has no attribute )?'([A-Za-z]\w*)'/,
      through: /\/dynaconf\//,
    },
    claim: {
      says: 'The settings of dynaconf have no "$1"',
      mend:
        "Look whether settings.toml and .secrets.toml lie where dynaconf looks, in the working directory and above it, and were copied to this machine; or write under [environment] in config.toml the variable for it: DYNACONF_$1, where the code sets no other prefix",
    },
    examples: [{
      raised: "AttributeError: 'Settings' object has no attribute 'API_URL'",
      in: "PACKAGES/dynaconf/base.py __getattr__",
      says: 'no "API_URL"',
      mend: "DYNACONF_API_URL",
    }],
    not: [{
      raised: "AttributeError: 'Settings' object has no attribute 'API_URL'",
      in: "PACKAGES/django/conf/__init__.py __getattr__",
    }],
  },
  {
    name: "object-of-settings-missing",
    code: "module-not-here",
    when: {
      type: "ImportStringError",
      message:
        /failed for '([\w.:]+)'[\s\S]*(?:No module named '([\w.]+)'|has no attribute '(\w+)')/,
    },
    claim: ({ groups: [asked = "", module, name] }, scene) => {
      if (name) {
        const owner = asked.split(/[.:]/).slice(0, -1).join(".");
        const file = scene.folders.flatMap((folder) => [
          `${join(folder, ...owner.split("."))}.py`,
          join(folder, ...owner.split("."), "__init__.py"),
        ]).find((each) => exists(each, scene));
        const classes = [
          ...textOf(file, scene).matchAll(/^(?:class )?([A-Z]\w*)\s*[(:=]/gm),
        ].map(([, each]) => each!);
        const near = suggest(name, classes) ?? classes[0];
        return {
          code: "import-name-missing",
          says: `The configuration "${asked}" is asked for, and ${
            file ?? `the module "${owner}"`
          } has no "${name}"${near ? `; it has "${near}"` : ""}`,
          mend: near
            ? `Write "${owner}.${near}", if that is meant; else define \`${name}\` there`
            : `Define \`${name}\` there, or correct the name`,
        };
      }
      const way = `${(module ?? asked).replaceAll(".", "/")}.py`;
      const found = searchSite(
        scene,
        (_, folder) => exists(join(folder, way), scene),
      ).find((folder) => !scene.folders.includes(folder));
      return found
        ? {
          seen:
            `The configuration "${asked}" is asked for, and Python looks for it in ${
              scene.folders.join(" and ")
            }; ${way} lies in ${found}`,
          mend: `Write in [wsgi] of config.toml: chdir = "${found}"`,
        }
        : {
          says:
            `The configuration "${asked}" is asked for, and there is no ${way} in ${
              scene.folders.join(" and ")
            }`,
          mend:
            `Copy ${way} to this machine, if it is a part of your code that was not uploaded or that .gitignore names; else correct the name`,
        };
    },
    examples: [
      {
        raised:
          "werkzeug.utils.ImportStringError: import_string() failed for 'config.Prod'. Possible reasons are:\n\nOriginal exception:\n\nModuleNotFoundError: No module named 'config'",
        says: "there is no config.py in APP",
        mend: "Copy config.py",
      },
      {
        raised:
          "werkzeug.utils.ImportStringError: import_string() failed for 'config.Prod'. Possible reasons are:\n\nOriginal exception:\n\nImportError: module 'config' has no attribute 'Prod'",
        files: { "APP/config.py": "class Config:\n    X = 1\n" },
        code: "import-name-missing",
        says: 'APP/config.py has no "Prod"; it has "Config"',
        mend: '"config.Config"',
      },
    ],
  },
  {
    name: "key-malformed",
    code: "config-value",
    when: [
      {
        type: "ValueError",
        message: /^Fernet key must be 32 url-safe base64-encoded bytes/,
      },
      {
        type: "Error",
        message: /^(?:Incorrect padding|Invalid base64-encoded string)/,
        through: /\/cryptography\/fernet\.py /,
      },
      { type: "BadDsn", message: /[\s\S]/ },
      {
        message: /^(?:HMAC key must not be empty|Expected a string value$)/,
        through: /\/jwt\//,
      },
    ],
    claim: (subject, scene) => {
      const { line, kind } = subject;
      const read = unsetVariable(
        kind === "BadDsn" ? /DSN/ : /KEY|SECRET|FERNET/,
        subject,
        scene,
      );
      const what = kind === "BadDsn" ? "address (DSN)" : "key";
      return {
        says: `The ${what} that is given there cannot be one: ${line}${
          read
            ? `; the variable "${read.name}", which line ${read.line} of ${read.file} reads, is not set`
            : ""
        }`,
        mend: read
          ? `Give "${read.name}" to the application: keep it in a file that [secret_files] of config.toml names, and read that`
          : `See that it is whole, with no line end, quotes or spaces around it (\`.strip()\`), where it is read from a file or a variable`,
      };
    },
    examples: [
      {
        raised:
          "ValueError: Fernet key must be 32 url-safe base64-encoded bytes.",
        in: "PACKAGES/cryptography/fernet.py __init__",
        files: {
          "APP/app.py":
            'import os\n\nf = Fernet(os.getenv("FERNET_KEY", ""))\n',
        },
        says: '"FERNET_KEY", which line 3',
      },
      {
        raised: "sentry_sdk.utils.BadDsn: Unsupported scheme ''",
        in: "PACKAGES/sentry_sdk/utils.py __init__",
        mend: ".strip()",
      },
    ],
  },
  {
    name: "framework-key-missing",
    code: "app-setting-missing",
    when: { type: "KeyError", message: /^'([A-Z][A-Z0-9_]*)'$/ },
    claim: ({ groups: [name = ""], own }, scene) => {
      const asked = new RegExp(`config\\[["']${name}["']\\]`);
      const line =
        textOf(own?.file, scene).split(/\r?\n/)[(own?.line ?? 0) - 1];
      if (!line || !asked.test(line)) return undefined;
      const below = guardedLine(
        new RegExp(`${name}["']\\]\\s*=`),
        scene.site.config?.wsgi?.module,
        scene,
      );
      const behind = variableBehind(name, scene);
      return below
        ? {
          seen:
            `"${name}" of the application's configuration is set on line ${below.line} of ${below.file}, below \`if __name__ == "__main__":\`, which runs only when the file is started by hand`,
          mend: `Move line ${below.line} out of that block`,
        }
        : {
          says: `The application's configuration has no "${name}"${
            behind ? `, which is made of the variable ${behind.name}` : ""
          }`,
          mend:
            `Set \`app.config["${name}"]\` above that line; a file of settings that was not copied to this machine, or a variable under [environment] in config.toml, may be what should set it`,
        };
    },
    examples: [{
      raised: "KeyError: 'MAIL_SERVER'",
      files: { "APP/app.py": "\n\nserver = app.config['MAIL_SERVER']\n" },
      says: 'configuration has no "MAIL_SERVER"',
    }],
    not: ["KeyError: 'MAIL_SERVER'"],
  },
  {
    name: "credentials-missing",
    code: "credentials-missing",
    over: "file-missing-told file-missing",
    when: [
      {
        type:
          "NoCredentialsError PartialCredentialsError NoRegionError ProfileNotFound CredentialRetrievalError DefaultCredentialsError TokenRetrievalError",
      },
      {
        message:
          /^(?:No API key provided|Credentials are required to create|You must provide an? (?:API )?(?:key|token)|API key (?:is )?(?:missing|not (?:set|found|provided)|required)|Missing (?:API key|credentials))/i,
      },
    ],
    claim: (subject, scene) => {
      const { raised, line } = subject;
      const reads = unsetReads(subject, scene);
      if (reads.length > 0) {
        const claim = missingVariable(reads[0]!, subject, scene);
        const also = reads.slice(1);
        const says =
          `The application finds no credentials for another service: ${line}; `;
        const rest = also.length > 0
          ? `; neither ${also.length > 1 ? "are" : "is"} ${quoted(also)}`
          : "";
        if (claim) {
          return "seen" in claim
            ? {
              ...claim,
              code: "variable-missing",
              seen: says + claim.seen + rest,
            }
            : {
              ...claim,
              code: "variable-missing",
              says: says + claim.says + rest,
            };
        }
      }
      const home = scene.host.env.HOME ??
        scene.host.user(scene.host.identity.uid)?.home ?? "";
      const isAmazon = /boto/.test(raised.type);
      const isGoogle = /google/.test(raised.type);
      return {
        says:
          `The application finds no credentials for another service: ${line}`,
        mend: isAmazon
          ? `They are read from variables (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_DEFAULT_REGION) or from ${home}/.aws, the home folder of the user that runs the site: name a file with them as AWS_SHARED_CREDENTIALS_FILE in [secret_files] of config.toml, and the region under [environment]`
          : isGoogle
          ? "Name the file with the key as GOOGLE_APPLICATION_CREDENTIALS in [secret_files] of config.toml: the variable holds its path"
          : "Keep the key in a file that [secret_files] of config.toml names, and let the code read it from there; what is set in a shell does not reach the web server",
      };
    },
    examples: [
      {
        raised:
          "twilio.base.exceptions.TwilioException: Credentials are required to create a TwilioClient",
        in: "PACKAGES/twilio/rest/__init__.py __init__",
        files: {
          "APP/app.py":
            'sid = os.environ.get("TWILIO_SID")\ntoken = os.environ.get("TWILIO_TOKEN")\nclient = Client(sid, token)\n',
        },
        code: "variable-missing",
        says:
          '"TWILIO_SID" is not set for the application; neither is "TWILIO_TOKEN"',
        mend: "[environment]",
      },
      {
        raised:
          "botocore.exceptions.NoCredentialsError: Unable to locate credentials",
        mend: "AWS_SHARED_CREDENTIALS_FILE",
      },
      {
        raised:
          "google.auth.exceptions.DefaultCredentialsError: File /home/x/key.json was not found.",
        mend: "GOOGLE_APPLICATION_CREDENTIALS",
      },
      "stripe.error.AuthenticationError: No API key provided. (HINT: set your API key using",
    ],
  },
  {
    name: "configuration-file-broken",
    code: "data-damaged",
    when: [
      {
        type:
          "MissingSectionHeaderError ParsingError DuplicateOptionError DuplicateSectionError TOMLDecodeError TomlDecodeError ScannerError ComposerError ConstructorError",
      },
      { type: /^yaml\.parser\.ParserError$/ },
    ],
    claim: ({ text }) => ({
      says: `A file of settings cannot be read: ${
        text.replace(/\s+/g, " ").slice(0, 300)
      }`,
      mend: "Correct the line that is named, in the file that is read there",
    }),
    examples: [
      'yaml.scanner.ScannerError: mapping values are not allowed here\n  in "config.yml", line 3, column 8',
    ],
  },
  {
    name: "logging-misconfigured",
    code: "logging-misconfigured",
    last: true,
    when: {
      type: "ValueError",
      message:
        /^Unable to (?:configure|add|set) (handler|logger|formatter|filter|root logger)(?: ('[^']*'))?/,
    },
    claim: ({ raised, groups: [what, name] }) => {
      const inner = raised.cause;
      return {
        says: `The settings of logging are wrong${
          name ? ` at the ${what} ${name}` : ""
        }${inner ? `: ${classOf(inner)}: ${firstLine(inner.message)}` : ""}`,
        mend: "Correct that entry in the dictionary or file for logging",
      };
    },
    examples: [{
      raised: "ValueError: Unable to configure handler 'file'",
      facts: {
        cause: {
          type: "ValueError",
          message: "Cannot resolve 'x.Y'",
          frames: [],
        },
      },
      says: "at the handler 'file': ValueError: Cannot resolve 'x.Y'",
      mend: "logging",
    }],
    not: [{
      raised: "ValueError: Unable to configure handler 'file'",
      facts: {
        cause: {
          type: "FileNotFoundError",
          message: "[Errno 2] No such file",
          errno: "ENOENT",
          filename: "/nowhere/x.log",
          frames: [],
        },
      },
    }],
  },
  {
    name: "locale-missing",
    code: "locale-missing",
    when: { type: "locale.Error", message: /unsupported locale/ },
    claim: {
      says: "The application asks for a locale that this machine does not have",
      mend:
        "See which there are with `locale -a`; use one of these, such as C.UTF-8, or ask the administrators for another",
    },
    examples: [{
      raised: "locale.Error: unsupported locale setting",
      mend: "locale -a",
    }],
  },
  {
    name: "time-zone-missing",
    code: "time-zone-missing",
    over: "django-setup",
    when: [
      {
        type: "ZoneInfoNotFoundError",
        message: /No time zone found with key ([\w/+-]+)/,
      },
      { type: "ZoneInfoNotFoundError", message: /([\w/+-]+)/ },
      { type: "UnknownTimeZoneError", message: /'([\w/+-]+)'/ },
      { message: /^Incorrect timezone setting: ([\w/+-]+)/ },
    ],
    claim: ({ groups: [key = ""], kind }, scene) => {
      const today = OLD_ZONES[key];
      const known = "/usr/share/zoneinfo";
      const hasZones = exists(`${known}/UTC`, scene);
      const near = hasZones && !today && zoneNear(key, scene);
      if (near) {
        return {
          seen: `There is no time zone "${key}"; "${near}" is one`,
          mend: `Write "${near}", if that is meant`,
        };
      }
      const rest = today
        ? `write the present name of the zone, "${today}"`
        : `correct the name: zones are written as "Europe/Berlin"`;
      return {
        says: `The data of time zones have no "${key}"${
          today ? `, an old name of "${today}"` : ""
        }${
          hasZones || kind === "UnknownTimeZoneError"
            ? ""
            : "; this machine has none at all"
        }`,
        mend: kind === "UnknownTimeZoneError"
          ? `${rest[0]!.toUpperCase()}${rest.slice(1)}`
          : { install: "tzdata", or: rest },
      };
    },
    examples: [
      {
        raised:
          "zoneinfo._common.ZoneInfoNotFoundError: 'No time zone found with key US/Eastern'",
        files: { "/usr/share/zoneinfo/UTC": "" },
        says: '"US/Eastern", an old name of "America/New_York"',
        mend: "pip install tzdata",
      },
      {
        raised:
          "zoneinfo._common.ZoneInfoNotFoundError: 'No time zone found with key Europe/Berlin'",
        says: "this machine has none at all",
        mend: "tzdata",
      },
      {
        raised:
          "zoneinfo._common.ZoneInfoNotFoundError: 'No time zone found with key europe/Berlin'",
        files: {
          "/usr/share/zoneinfo/UTC": "",
          "/usr/share/zoneinfo/Europe/Berlin": "",
        },
        says: '"Europe/Berlin" is one',
      },
    ],
  },
];

/** Zones that newer systems keep in a package of their own (backward names). */
const OLD_ZONES: Readonly<Record<string, string>> = {
  "Asia/Calcutta": "Asia/Kolkata",
  "Asia/Katmandu": "Asia/Kathmandu",
  "Asia/Rangoon": "Asia/Yangon",
  "Asia/Saigon": "Asia/Ho_Chi_Minh",
  "Canada/Eastern": "America/Toronto",
  "Europe/Kiev": "Europe/Kyiv",
  "GB": "Europe/London",
  "Japan": "Asia/Tokyo",
  "PRC": "Asia/Shanghai",
  "Singapore": "Asia/Singapore",
  "Turkey": "Europe/Istanbul",
  "US/Alaska": "America/Anchorage",
  "US/Arizona": "America/Phoenix",
  "US/Central": "America/Chicago",
  "US/Eastern": "America/New_York",
  "US/Hawaii": "Pacific/Honolulu",
  "US/Mountain": "America/Denver",
  "US/Pacific": "America/Los_Angeles",
};

/** The zone of that name in other letters. */
function zoneNear(key: string, scene: Scene): string | undefined {
  const parts: string[] = [];
  for (const part of key.split("/")) {
    const names = namesIn(join("/usr/share/zoneinfo", ...parts), scene.host);
    const found = suggest(part.replaceAll(/[ -]/g, "_"), names);
    if (!found) return undefined;
    parts.push(found);
  }
  const near = parts.join("/");
  return near === key ? undefined : near;
}

/** A line that loads a file of variables by a path that begins nowhere. */
function relativeLoad(
  { own }: Subject,
  scene: Scene,
): { file: string; line: number; path: string } | undefined {
  const lines = textOf(own?.file, scene).split(/\r?\n/);
  for (const [at, line] of lines.entries()) {
    const path =
      /\b(?:load_dotenv|dotenv_values|read_env|read_dotenv|RepositoryEnv)\(\s*(?:dotenv_path\s*=\s*)?["']([^"'/][^"']*)["']/
        .exec(line)?.[1];
    if (path && own) return { file: own.file, line: at + 1, path };
  }
  return undefined;
}

/** What is said of a variable; nothing where config.toml sets it. */
function missingVariable(
  name: string,
  subject: Subject,
  scene: Scene,
): Claim | undefined {
  const { config, host } = scene.site;
  const environment = { ...config?.environment, ...config?.secretFiles };
  // It is set for the application, which has taken it out or asks elsewhere.
  if (Object.hasOwn(environment, name)) return undefined;
  const elsewhere = variableOfOther(name);
  if (elsewhere) return { ...elsewhere, place: subject.place };
  const near = suggest(name, Object.keys(environment));
  const holder = Object.entries(config?.secretFiles ?? {})
    .find(([, file]) => defines(file, name, scene));
  const file = [
    ...new Set([
      scene.directory,
      ...dirname(scene.directory).startsWith(
          scene.site.layout.siteDirectory,
        )
        ? [dirname(scene.directory)]
        : [],
      scene.site.layout.siteDirectory,
      ...searchSite(
        scene,
        (names) => names.some((each) => /^\.env|^\.flaskenv$/.test(each)),
      ),
    ]),
  ].flatMap((folder) =>
    [".env", ".flaskenv", ".envrc", ".env.local", ".env.production"]
      .map((each) => join(folder, each))
  ).find((path) => defines(path, name, scene));
  const home = host.user(host.identity.uid)?.home;
  const login = home
    ? [".bashrc", ".profile", ".bash_profile", ".zshrc"]
      .map((each) => join(home, each))
      .find((path) => defines(path, name, scene))
    : undefined;
  const secret = join(
    scene.site.layout.siteDirectory,
    "secrets",
    name.toLowerCase(),
  );
  const says =
    `The environment variable "${name}" is not set for the application`;
  const relative = file && relativeLoad(subject, scene);
  const known = holder
    ? `; the file in ${holder[0]} holds it, and nothing has loaded that file`
    : file
    ? relative
      ? `; ${file} holds it, and line ${relative.line} of ${relative.file} looks for "${relative.path}" in another place: a relative path begins at the working directory, ${scene.directory}`
      : `; ${file} holds it, and nothing has loaded that file`
    : login
    ? isExported(login, name, scene)
      ? `; ${login} sets it for shells, and not for the web server`
      : `; ${login} gives it a value without \`export\`, so that no program gets it`
    : near
    ? `; config.toml sets "${near}"`
    : "";
  const path = holder ? `os.environ["${holder[0]}"]` : `"${file}"`;
  const mend = holder || file
    ? `Load the file before the variable is read, as with \`dotenv.load_dotenv(${path})\`; or write under [environment] in config.toml what is no secret`
    : isSecretName(name)
    ? `Write it into a file of its own, as ${secret}, closed with \`chmod 600\`; name the file in config.toml below [secret_files]: \`${name}_FILE = "${secret}"\`; and read it in the code: \`${name} = open(os.environ["${name}_FILE"]).read().strip()\``
    : `Write it in config.toml: under [environment], ${name} = "…"; for a secret, keep it in a file of its own, and name the file in [secret_files]`;
  return {
    ...known ? { seen: says + known } : { says },
    place: subject.place,
    mend,
  };
}

const DESKTOP_REGEXP =
  /^(?:(?:WAYLAND_)?DISPLAY|XAUTHORITY|XDG_(?:RUNTIME_DIR|CURRENT_DESKTOP|SEAT|VTNR|SESSION_\w+)|DBUS_SESSION_BUS_ADDRESS|DESKTOP_SESSION|SESSION_MANAGER|WINDOWID|GNOME_\w+|KDE_\w+)$/;
const TERMINAL_REGEXP =
  /^(?:SSH_(?:AUTH_SOCK|AGENT_PID|TTY|CONNECTION|CLIENT)|TERM|TERM_PROGRAM|COLUMNS|LINES|SUDO_(?:USER|UID|GID))$/;
const CGI_REGEXP =
  /^(?:REQUEST_(?:METHOD|URI|SCHEME)|SERVER_(?:NAME|PORT|PROTOCOL|SOFTWARE|ADDR)|PATH_(?:INFO|TRANSLATED)|SCRIPT_(?:NAME|FILENAME)|QUERY_STRING|CONTENT_(?:TYPE|LENGTH)|HTTP_[A-Z_]+|REMOTE_(?:ADDR|HOST|PORT|USER)|DOCUMENT_ROOT|GATEWAY_INTERFACE)$/;
const WINDOWS_REGEXP =
  /^(?:(?:LOCAL)?APPDATA|USERPROFILE|PROGRAM(?:FILES|DATA)|SYSTEM(?:ROOT|DRIVE)|WINDIR|COMSPEC|HOME(?:PATH|DRIVE)|COMPUTERNAME)$/i;

/** A variable that no server has: a value for it would be a lie. */
function variableOfOther(
  name: string,
): { says: string; mend: string } | undefined {
  const owner = DESKTOP_REGEXP.test(name)
    ? {
      what: "that a desktop sets for the programs on its screen",
      mend:
        "Leave out what needs a desktop, such as windows, the clipboard or a keyring; libraries that draw can mostly write to files",
    }
    : TERMINAL_REGEXP.test(name)
    ? {
      what: "that somebody's login in a terminal sets",
      mend: "Leave out what needs a terminal, or let the code do without",
    }
    : CGI_REGEXP.test(name)
    ? {
      what: "of CGI, set anew for each request",
      mend:
        "Read it in the function that answers a request, from what that is given: `environ` of WSGI, `request` of the framework; where CGIHandler or `cgi` is used, leave that out, as `app` in config.toml names the application itself",
    }
    : WINDOWS_REGEXP.test(name)
    ? {
      what: "that Windows sets",
      mend:
        "Let the code take a folder of the site where it is not on Windows, as with `Path(__file__).parent`",
    }
    : undefined;
  return owner && {
    says:
      `The variable "${name}" is one ${owner.what}: under a web server there is none, and setting it by hand mends nothing`,
    mend: owner.mend,
  };
}

/** Whether a login file hands a variable on to what the shell starts. */
function isExported(file: string, name: string, scene: Scene): boolean {
  return new RegExp(
    `^\\s*(?:export|declare -x|typeset -x)\\b.*\\b${name}\\b|^\\s*set -\\w*a`,
    "m",
  ).test(textOf(file, scene));
}

/** Tells whether a file of settings gives the variable a value. */
function defines(file: string, name: string, scene: Scene): boolean {
  return new RegExp(`^\\s*(?:export\\s+)?${name}\\s*[=:]`, "m")
    .test(textOf(file, scene));
}

/** The variable that a line reads; with two of them, either may be the one. */
function readIn(line: string): string | undefined {
  if (/\bdj_database_url\.config\(\s*(?:\)|\w)/.test(line)) {
    return "DATABASE_URL";
  }
  const asked = [...line.matchAll(READS_REGEXP)];
  return asked.length === 1 ? asked[0]![1] : undefined;
}

/** The variable that gave a name in a line its value, elsewhere in the text. */
function givenTo(line: string, text: string): string | undefined {
  const names = new Set(line.match(/\b[A-Za-z_]\w*\b/g));
  const found = new Set(
    text.split(/\r?\n/).flatMap((each) => {
      const name = /^\s*(\w+)\s*(?::[^=]+)?=(?!=)/.exec(each)?.[1];
      return name && names.has(name) ? readIn(each) ?? [] : [];
    }),
  );
  return found.size === 1 ? [...found][0] : undefined;
}

/** Files in which frameworks' settings are written. */
const SETTINGS_FILES =
  /^(?:settings|config|configuration|base|production|prod|local|default|defaults|conf|app|wsgi|main|__init__|extensions|db|database|core)\.py$/;

/** Where the site reads a variable of such a name that is not set. */
export function unsetVariable(
  wanted: RegExp,
  { own }: Subject,
  scene: Scene,
): { name: string; file: string; line: number } | undefined {
  const files = new Set([...own ? [own.file] : [], ...settingsFiles(scene)]);
  for (const file of files) {
    for (const [index, line] of textOf(file, scene).split(/\r?\n/).entries()) {
      if (/^\s*#/.test(line)) continue;
      const name = [...line.matchAll(READ_REGEXP)].map(([, each]) => each!)
        .find((each) => wanted.test(each) && !scene.host.env[each]);
      if (name) return { name, file, line: index + 1 };
    }
  }
  return undefined;
}

/** The variables that lines above or at the failing one read, and are not set. */
function unsetReads({ own }: Subject, scene: Scene): string[] {
  const lines = textOf(own?.file, scene).split(/\r?\n/);
  const line = lines[(own?.line ?? 0) - 1] ?? "";
  const names = new Set(line.match(/\b[A-Za-z_]\w*\b/g));
  const found = lines.slice(0, own?.line).flatMap((each, at) => {
    const given = /^\s*(\w+)\s*(?::[^=]+)?=(?!=)/.exec(each)?.[1];
    return at + 1 === own?.line || given && names.has(given)
      ? [...each.matchAll(READ_REGEXP)].map(([, name]) => name!)
      : [];
  });
  return [...new Set(found)].filter((name) => !scene.host.env[name]);
}

/** The files of the site that mostly hold its settings. */
function settingsFiles(scene: Scene): string[] {
  const module = scene.site.config?.wsgi?.module;
  const folders = [scene.directory];
  for (const name of namesIn(scene.directory, scene.host)) {
    if (!name.includes(".") && !/^(?:venv|node_modules)/.test(name)) {
      folders.push(join(scene.directory, name));
      folders.push(join(scene.directory, name, "settings"));
    }
  }
  return [
    ...new Set([
      ...module?.startsWith("/") ? [module] : [],
      ...folders.slice(0, 60).flatMap((folder) =>
        namesIn(folder, scene.host).filter((name) => SETTINGS_FILES.test(name))
          .map((name) => join(folder, name))
      ),
    ].filter((file) => !isLibraryFile(file))),
  ];
}

/** Where a framework's setting is read from a variable that is not set. */
function variableBehind(
  setting: string,
  scene: Scene,
): { name: string; file: string; line: number } | undefined {
  const given = new RegExp(
    `(?:^|[\\s\\["'.])${setting}(?:["']\\])?\\s*(?::[^=]+)?=(?!=)`,
  );
  for (const file of settingsFiles(scene)) {
    const text = textOf(file, scene);
    for (const [index, line] of text.split(/\r?\n/).entries()) {
      if (!given.test(line)) continue;
      const name = readIn(line) ?? givenTo(line.replace(/^[^=]*=/, ""), text);
      if (name && scene.host.env[name] === undefined) {
        return { name, file, line: index + 1 };
      }
    }
  }
  return undefined;
}

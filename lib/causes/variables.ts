/**
 * Variables of the environment that never arrived, whoever reads them.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { join } from "node:path";
import { quoted } from "../text/wrap.ts";
import type { Rule } from "./rule.ts";
import { type Scene, textOf } from "./scene.ts";
import { unsetBehind } from "./origins.ts";
import { isUnset, missingVariables, unsetVariable } from "./unset.ts";

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
  /\b(?:[Mm]issing|[Uu]ndefined|[Uu]nset) (?:os |system |required )*(?:environment|enviroment|env) (?:variable|var):? [`'"]?([A-Z]\w*)/,
  /^['"]?(?:[Ee]nvironment|[Ee]nv) (?:variable|var) [`'"]?([A-Z]\w*)[`'"]? (?:was )?(?:not found|missing|is missing|is empty|is unset)/,
  /^['"]?([A-Z][A-Z0-9_]{2,}) (?:environment|env) (?:variable|var) (?:missing|not found|not provided|is empty|is unset)/,
  /^The environment options? "([A-Z_]+)".* (?:is|are) missing/,
  /\b(?:[Mm]issing|[Uu]ndefined|[Uu]nset|[Rr]equired|[Ss]et)\b.{0,20}\b(?:environment|env) (?:variables|vars)\b(?: (?:are )?(?:missing|not set|unset))?:? \[?['"]?([A-Z][A-Z0-9_]*(?:['"]?(?:,| and) ?['"]?[A-Z][A-Z0-9_]+)*)/,
  /\badd an? (?:environment|env) (?:variable|var) [`'"]?(\w+)/,
  /^[`'"]?([A-Z][A-Z0-9_]{2,})[`'"]? (?:is |was )?(?:not found|missing|not set|not defined|not provided) (?:in|from) (?:the |your )?(?:environment|env)\b/,
  /^[`'"]?([A-Z][A-Z0-9]*_[A-Z0-9_]+)[`'"]? (?:is |was )?not set\b/,
  // Without the word for it, only capital letters tell a variable.
  /^[`'"]?([A-Z][A-Z0-9_]{2,})[`'"]? (?:is not set|not set|must be set|is missing|is required|is not defined)(?: in (?:the )?environment| in env \w+)?\.?$/,
];

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

/** The rules of variables. */
export const variables = (): Rule[] => [
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
    ],
    claim: (subject, scene) => {
      const told = subject.groups.find((each) => each !== undefined);
      const names = told?.match(/\w+/g)?.filter((each) => each !== "and");
      const found = names?.find((each) =>
        subject.kind === "KeyError" || !scene.host.env[each]
      );
      if (!found) return undefined;
      // Words alone may mean something else, such as a value that is wrong.
      if (subject.kind !== "KeyError" && scene.host.env[found]) {
        return undefined;
      }
      // Words of the application's own about something else, as a field.
      if (
        subject.failure.problem === "request-raised" &&
        subject.kind !== "KeyError" && !/env/i.test(subject.text) &&
        subject.raised.frames.at(-1)?.file === subject.own?.file &&
        !unsetVariable(new RegExp(`^${found}$`), subject, scene)
      ) return undefined;
      // A package names the variable that it would read by itself.
      const given = subject.kind === "KeyError"
        ? []
        : unsetBehind(subject, scene)
          .filter(({ hasDefault }) => !hasDefault).map(({ name }) => name);
      return missingVariables(
        given.length > 0 ? given : [
          found,
          ...(names ?? []).filter((each) =>
            each !== found && isUnset(each, scene)
          ),
        ],
        subject,
        scene,
      );
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
        raised: "KeyError: 'STRIPE_URL'",
        in: "PYTHON/os.py __getitem__",
        files: {
          "SITE/compose.yaml":
            "services:\n  web:\n    environment:\n      STRIPE_URL: x\n",
        },
        says: "line 4 of SITE/compose.yaml sets it for containers of Docker",
      },
      ...[
        "load_dotenv()",
        'load_dotenv("/home/anna/shop/.env")',
        'dotenv.load_dotenv(dotenv_path="conf/.env")',
      ].map((line) => ({
        raised: "KeyError: 'STRIPE_URL'",
        in: "PYTHON/os.py __getitem__",
        files: {
          "APP/app.py":
            `from dotenv import load_dotenv\n${line}\nx = os.environ["STRIPE_URL"]\n`,
        },
        says: "line 2 of APP/app.py loads a file of variables, and there is no",
        mend: ".gitignore mostly names it",
      })),
      {
        raised: "KeyError: 'STRIPE_URL'",
        in: "PYTHON/os.py __getitem__",
        files: {
          "APP/.env": "STRIPE_URL=x\n",
          "APP/manage.py": "import dotenv\ndotenv.load_dotenv()\n",
        },
        says: "line 2 of APP/manage.py alone loads that file",
        mend: "Load the file before",
      },
      {
        raised: "KeyError: 'STRIPE_URL'",
        in: "PYTHON/os.py __getitem__",
        files: { "APP/.env": "\uFEFFSTRIPE_URL=x\n" },
        says: "behind a byte order mark (BOM)",
        mend: "without a BOM",
      },
      {
        raised:
          "decouple.UndefinedValueError: API_URL not found. Declare it as envvar or define a default value.",
        in: "PACKAGES/decouple.py get",
        files: { "APP/conf/.env": "API_URL=x\n" },
        says: "APP/conf/.env holds it",
        mend: 'RepositoryEnv("APP/conf/.env")',
      },
      {
        raised: "KeyError: 'STRIPE_URL'",
        frames: [
          "APP/app.py <module>",
          "APP/settings.py <module>",
          "PYTHON/os.py __getitem__",
        ],
        files: {
          "APP/.env": "STRIPE_URL=x\n",
          "APP/app.py":
            "import os\nfrom dotenv import load_dotenv\nimport settings\nload_dotenv()\n",
          "APP/settings.py": 'x = os.environ["STRIPE_URL"]\n',
        },
        says: "line 4 of APP/app.py loads that file only after line 3",
        mend: "Move line 4 of APP/app.py above line 3",
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
        files: { "APP/.env.txt": "API_URL=x\n" },
        says: "APP/.env.txt holds it, and programs look for a file named",
        mend: 'Give APP/.env.txt the name ".env"',
      },
      {
        raised: "KeyError: 'API_URL'",
        in: "/os.py __getitem__",
        files: { "APP/.env.example": "API_URL=\n" },
        says: 'APP/.env.example names it, as a pattern for a file ".env"',
        mend: "`cp -n APP/.env.example APP/.env`",
      },
      {
        raised: "KeyError: 'API_KEY'",
        in: "PYTHON/os.py __getitem__",
        files: {
          "APP/.env": "DEBUG=1\nAPI_KEY: abc\n",
          "APP/app.py": 'load_dotenv()\n\nos.environ["API_KEY"]\n',
        },
        says: "line 2 of APP/.env writes it with a colon",
        mend: "`API_KEY=…`",
      },
      {
        raised: "KeyError: 'API_URL'",
        in: "/os.py __getitem__",
        files: { "APP/.env": "API_URL=x\n", "APP/.env.txt": "API_URL=y\n" },
        says: "APP/.env holds it",
        mend: 'dotenv.load_dotenv("APP/.env")',
      },
      {
        raised: "KeyError: 'API_URL'",
        in: "PYTHON/os.py __getitem__",
        files: {
          "/home/jdoe/.bashrc": "export API_URL=x\n",
          "/home/jdoe/.profile": ". ~/.bashrc\n",
        },
        says: "line 1 of /home/jdoe/.bashrc sets it for shells",
      },
      {
        raised: "KeyError: 'API_URL'",
        in: "PYTHON/os.py __getitem__",
        files: {
          "/home/jdoe/.bashrc": '[ -z "$PS1" ] && return\nexport API_URL=x\n',
        },
        says:
          "a shell that logs in, as that of the web server, does not read that file",
        mend: "write that line into /home/jdoe/.profile as well",
      },
      {
        raised: "KeyError: 'API_URL'",
        in: "PYTHON/os.py __getitem__",
        files: {
          "/home/jdoe/.bashrc": "export API_URL=x\n",
          "/home/jdoe/.bash_profile": "umask 022\n",
          "/home/jdoe/.profile": ". ~/.bashrc\n",
        },
        says: "/home/jdoe/.bash_profile does not name it",
        mend: "write that line into /home/jdoe/.bash_profile as well",
      },
      ...[
        "# If not running interactively\ncase $- in\n  *i*) ;;\n  *) return;;\nesac\n",
        '[ -z "$PS1" ] && return\n\n\n\n\n',
        "\n[[ $- != *i* ]] &&\n  return\n\n\n",
        'if [ -z "$PS1" ]; then\n  return\nfi\n\n\n',
      ].map((guard) => ({
        raised: "KeyError: 'API_URL'",
        in: "PYTHON/os.py __getitem__",
        files: {
          "/home/jdoe/.bashrc": `${guard}export API_URL=x\n`,
          "/home/jdoe/.bash_profile": "[ -f ~/.bashrc ] && . ~/.bashrc\n",
        },
        says: "line 6 of /home/jdoe/.bashrc sets it, below line",
        mend: "move line 6 of .bashrc above line",
      })),
      {
        raised: "KeyError: 'API_URL'",
        in: "PYTHON/os.py __getitem__",
        files: {
          "/home/jdoe/.profile": "export API_URL=x\n",
          "/home/jdoe/.bash_profile": "umask 022\n",
        },
        says: "bash does not read that file where there is /home/jdoe/.bash_",
      },
      {
        raised: "KeyError: 'API_URL'",
        in: "PYTHON/os.py __getitem__",
        files: {
          "/home/jdoe/.profile":
            'if [ -f "$HOME/.bashrc" ]; then\n    . "$HOME/.bashrc"\nfi\n',
          "/home/jdoe/.bashrc":
            '[ -z "$PS1" ] || PS1="$ "\n\nreturn_to() { :; }\nexport API_URL=x\n',
        },
        says: "line 4 of /home/jdoe/.bashrc sets it for shells",
      },
      {
        raised: "KeyError: 'API_URL'",
        in: "PYTHON/os.py __getitem__",
        files: { "/home/jdoe/.profile": "API_URL=x\n" },
        says: "line 1 of /home/jdoe/.profile gives it a value without `export`",
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
      ...([
        ["DYNO", "that Heroku sets", 'os.environ.get("DYNO")'],
        ["RENDER_EXTERNAL_HOSTNAME", "that Render sets", "write your own"],
        ["TEMP", "that Windows sets", "tempfile.gettempdir()"],
        ["HOSTNAME", "a container has", "socket.gethostname()"],
        ["CONDA_PREFIX", "activates", "sys.prefix"],
        ["HEROKU_API_KEY", "is not set for the application", "chmod 600"],
      ] as const).map(([name, says, mend]) => ({
        raised: `KeyError: '${name}'`,
        in: "PYTHON/os.py __getitem__",
        says,
        mend,
      })),
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
      "OSError: APP_ENV not set. Please set it to production or development",
      "ValueError: API_URL not found in environment variables",
      {
        raised:
          "ValueError: Did not find openai_api_key, please add an environment variable `OPENAI_API_KEY` which contains it",
        in: "PACKAGES/langchain_core/utils/env.py get_from_env",
        says: '"OPENAI_API_KEY"',
      },
      {
        raised:
          "google.auth.exceptions.DefaultCredentialsError: Could not automatically determine credentials. Please set GOOGLE_APPLICATION_CREDENTIALS or explicitly create credentials",
        mend: "GOOGLE_APPLICATION_CREDENTIALS = ",
      },
      {
        raised: "OSError: Missing environment variables: API_URL, API_NAME",
        says: '"API_URL" is not set for the application; neither is "API_NAME"',
      },
      {
        raised: "KeyError: 'PORT'",
        in: "PYTHON/os.py __getitem__",
        says: "platforms such as Heroku",
        mend: '`os.environ.get("PORT", "8000")`',
      },
      {
        raised: "KeyError: 'HOME'",
        in: "PYTHON/os.py __getitem__",
        mend: 'HOME = "/home/jdoe"',
      },
      {
        raised: "KeyError: 'VIRTUAL_ENV'",
        in: "PYTHON/os.py __getitem__",
        mend: "`sys.prefix`",
      },
      {
        raised: "KeyError: 'USER'",
        in: "PYTHON/os.py __getitem__",
        mend: "getpass.getuser()",
      },
      "Exception: Missing os enviroment variable 'API_URL'",
      "ValueError: DATABASE_URL environment variable missing",
      "KeyError: 'Environment variable API_URL not found'",
      "ValueError: Environment variable MAIL_HOST is required",
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
      "ValueError: name is required",
      {
        raised: "ValueError: PRICE must be set",
        failure: { problem: "request-raised" },
        files: {
          "APP/app.py": '\n\n    raise ValueError("PRICE must be set")\n',
        },
      },
    ],
  },
  {
    name: "variable-told-at-exit",
    code: "variable-missing",
    over: "exit-called script-for-application",
    when: {
      problem: "import-exited",
      output:
        /^([^\n]{0,200}\b(?:[Pp]lease|[Mm]issing|not set|not defined|not found|required|must be set|[Ss]et|[Gg]ive|[Dd]efine|export)\b[^\n]{0,200})/m,
    },
    claim: (subject, scene) => {
      const lines = (subject.failure.output ?? []).slice(-5).filter((line) =>
        /\b(?:please|missing|not set|not defined|not found|required|must be|set|give|define|export)\b/i
          .test(line)
      );
      const names = [
        ...new Set(
          lines.flatMap((line) =>
            line.match(/\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\b/g) ?? []
          ),
        ),
      ].filter((name) =>
        isUnset(name, scene) &&
        unsetVariable(new RegExp(`^${name}$`), subject, scene) !== undefined
      );
      return missingVariables(
        names,
        subject,
        scene,
        "The application ended itself: ",
      );
    },
    examples: [{
      raised: "SystemExit: 1",
      failure: {
        problem: "import-exited",
        status: 1,
        output: ["Please give 'SHOP_DOMAIN' environment variable"],
      },
      files: {
        "APP/app.py":
          'import os, sys\nif not os.getenv("SHOP_DOMAIN"):\n    sys.exit(1)\n',
      },
      says:
        'The application ended itself: The environment variable "SHOP_DOMAIN" is not set',
    }],
    not: [{
      raised: "SystemExit: 1",
      failure: {
        problem: "import-exited",
        status: 1,
        output: ["Please give SHOP_DOMAIN"],
      },
    }],
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
          /^Environment variable "(\w+)" invalid: (?:\{\d+: )?(?:\['?)?((?!Missing data|Field may not)[^'\]]*)/,
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
    }, {
      raised:
        "environs.exceptions.EnvValidationError: Environment variable \"NUMS\" invalid: {1: ['Not a valid integer.']}",
      says: "Not a valid integer.",
    }],
  },
];

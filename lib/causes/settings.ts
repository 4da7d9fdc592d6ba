/**
 * Settings of frameworks, keys for other services and files of settings that
 * are not there, or that are wrong.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { join } from "node:path";
import { firstLine } from "../python/failure.ts";
import { suggest } from "../text/suggestion.ts";
import { quoted } from "../text/wrap.ts";
import type { Rule } from "./rule.ts";
import {
  classOf,
  exists,
  linesOf,
  readBy,
  searchSite,
  textOf,
} from "./scene.ts";
import { guardedLine } from "./appointed.ts";
import { unsetBehind, unsetBehindSetting } from "./origins.ts";
import {
  configurationUnloaded,
  missingVariables,
  unsetVariable,
} from "./unset.ts";

/** Variables that the packages of services read by themselves. */
const SERVICES: Readonly<Record<string, string>> = {
  anthropic: "ANTHROPIC_API_KEY",
  cohere: "CO_API_KEY",
  groq: "GROQ_API_KEY",
  mistralai: "MISTRAL_API_KEY",
  openai: "OPENAI_API_KEY",
  sendgrid: "SENDGRID_API_KEY",
};

/** The rules of settings. */
export const settings = (): Rule[] => [
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
        const short = (each: string) =>
          each.replace(/(?:Config|Settings?)$/, "").toLowerCase();
        const near = suggest(name, classes) ??
          classes.find((each) =>
            short(each).length > 2 && short(name).startsWith(short(each)) ||
            short(name).length > 2 && short(each).startsWith(short(name))
          ) ?? (classes.length === 1 ? classes[0] : undefined);
        const others = classes.filter((each) => each !== near);
        return {
          code: "import-name-missing",
          says: `The configuration "${asked}" is asked for, and ${
            file ?? `the module "${owner}"`
          } has no "${name}"${
            near
              ? `; it has "${near}"${
                others.length > 0 ? ` besides ${quoted(others, 4)}` : ""
              }`
              : others.length > 0
              ? `; it has ${quoted(others, 5)}`
              : ""
          }`,
          mend: near
            ? `Write "${owner}.${near}", if that is meant; else define \`${name}\` there`
            : others.length > 0
            ? `Name one of those, as "${owner}.${
              others[0]
            }", or define \`${name}\` there`
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
      {
        raised:
          "werkzeug.utils.ImportStringError: import_string() failed for 'config.ProductionConfig'. Possible reasons are:\n\nOriginal exception:\n\nImportError: module 'config' has no attribute 'ProductionConfig'",
        files: {
          "APP/config.py":
            "class Config:\n    X = 1\nclass DevConfig(Config):\n    X = 2\nclass ProdConfig(Config):\n    X = 3\n",
        },
        code: "import-name-missing",
        says: 'it has "ProdConfig" besides "Config" and "DevConfig"',
        mend: '"config.ProdConfig"',
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
        message:
          /Could not deserialize key data|^Could not parse the provided (?:public|private) key|Unable to load PEM file|No key could be detected/,
      },
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
        raised:
          "ValueError: ('Could not deserialize key data. The data may be in an incorrect format', [<OpenSSLError>])",
        mend: "line end",
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
    claim: (subject, scene) => {
      const { groups: [name = ""], own } = subject;
      const asked = new RegExp(`config\\[["']${name}["']\\]`);
      const line = linesOf(own?.file, scene)[(own?.line ?? 0) - 1];
      if (!line || !asked.test(readBy(line))) return undefined;
      const below = guardedLine(
        new RegExp(`${name}["']\\]\\s*=`),
        scene.site.config?.wsgi?.module,
        scene,
      );
      const behind = unsetBehindSetting(name, scene);
      const unloaded = behind || below
        ? undefined
        : configurationUnloaded(`no "${name}"`, subject, scene);
      if (unloaded) return unloaded;
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
    }, {
      raised: "KeyError: 'MAIL_SERVER'",
      files: {
        "APP/app.py":
          "import os\napp.config.from_object(os.environ.get('APP_SETTINGS'))\nserver = app.config['MAIL_SERVER']\n",
      },
      says: 'from what the variable "APP_SETTINGS" names',
      mend: "APP_SETTINGS =",
    }],
    not: [
      "KeyError: 'MAIL_SERVER'",
      {
        raised: "KeyError: 'MAIL_SERVER'",
        in: "PYTHON/os.py __getitem__",
        files: {
          "APP/app.py":
            '\n\napp.config["MAIL_SERVER"] = os.environ["MAIL_SERVER"]\n',
        },
      },
    ],
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
      { message: /Could not resolve authentication method/ },
      {
        message:
          /^(?:No API key provided|Credentials are required to create|You must provide an? (?:API )?(?:key|token)|API key (?:is )?(?:missing|not (?:set|found|provided)|required)|Missing (?:API key|credentials))/i,
      },
    ],
    claim: (subject, scene) => {
      const { raised, line } = subject;
      const reads = unsetBehind(subject, scene, true).map(({ name }) => name);
      const service = Object.entries(SERVICES).find(([module]) =>
        raised.frames.at(-1)?.file.includes(`/site-packages/${module}/`)
      )?.[1];
      const claim = missingVariables(
        reads.length > 0 || !service || scene.host.env[service]
          ? reads
          : [service],
        subject,
        scene,
        `The application finds no credentials for another service: ${line}; `,
      );
      if (claim) return { ...claim, code: "variable-missing" };
      const home = scene.host.env.HOME ??
        scene.host.user(scene.host.identity.uid)?.home ?? "";
      const isAmazon = /boto/.test(raised.type);
      const isGoogle = /google/.test(raised.type);
      const given = isGoogle && scene.host.env.GOOGLE_APPLICATION_CREDENTIALS;
      if (given && !exists(given, scene)) {
        const at = "environment.GOOGLE_APPLICATION_CREDENTIALS";
        const isOurs = scene.site.config?.environment
          .GOOGLE_APPLICATION_CREDENTIALS !== undefined;
        return {
          seen: `The variable GOOGLE_APPLICATION_CREDENTIALS${
            isOurs ? ", set under [environment] in config.toml," : ""
          } names a file that is not on this machine: ${given}`,
          place: isOurs ? scene.site.placeOf(at) : subject.place,
          mend:
            "Copy that file to this machine, for its user alone to read, and name it as GOOGLE_APPLICATION_CREDENTIALS in [secret_files] of config.toml, and no more where the variable is set now",
        };
      }
      return {
        says: `${
          /NoRegionError/.test(raised.type)
            ? "Nothing tells the client of Amazon's services their region"
            : "The application finds no credentials for another service"
        }: ${line}`,
        mend: /NoRegionError/.test(raised.type)
          ? 'Name the region: under [environment] in config.toml, AWS_DEFAULT_REGION = "eu-central-1", or as `region_name=` where the client is made'
          : /ProfileNotFound/.test(raised.type)
          ? `A profile is one of ${home}/.aws, the home folder of the user that runs the site: take AWS_PROFILE or \`profile_name=\` out, and name a file with the keys as AWS_SHARED_CREDENTIALS_FILE in [secret_files] of config.toml`
          : isAmazon
          ? `They are read from variables (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_DEFAULT_REGION) or from ${home}/.aws, the home folder of the user that runs the site: name a file with them as AWS_SHARED_CREDENTIALS_FILE in [secret_files] of config.toml, and the region under [environment]`
          : isGoogle
          ? "Name the file with the key as GOOGLE_APPLICATION_CREDENTIALS in [secret_files] of config.toml: the variable holds its path"
          : "Keep the key in a file that [secret_files] of config.toml names, and let the code read it from there; what is set in a shell does not reach the web server",
      };
    },
    examples: [
      {
        raised:
          "google.auth.exceptions.DefaultCredentialsError: The file was not found.",
        env: { GOOGLE_APPLICATION_CREDENTIALS: "/Users/ann/sa.json" },
        config: 'GOOGLE_APPLICATION_CREDENTIALS = "/Users/ann/sa.json"',
        says: "names a file that is not on this machine",
        mend: "Copy that file",
      },
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
        raised: "botocore.exceptions.NoRegionError: You must specify a region.",
        says: "their region: You must",
        mend: "AWS_DEFAULT_REGION =",
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
      {
        raised:
          'TypeError: "Could not resolve authentication method. Expected one of api_key, auth_token, or credentials to be set."',
        in: "PACKAGES/anthropic/_client.py _validate_headers",
        code: "variable-missing",
        says: '"ANTHROPIC_API_KEY" is not set',
      },
      "stripe.error.AuthenticationError: No API key provided. (HINT: set your API key using",
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
];

/**
 * Settings of Flask that are written, and not where the application takes its
 * configuration from: in another class, inside of one, or in small letters.
 *
 * Reads files of settings to tell a line, and never shows them.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { dirname, join } from "node:path";
import type { Claim, Rule, Subject } from "./rule.ts";
import {
  exists,
  lineOf,
  linesOf,
  readBy,
  type Scene,
  textOf,
} from "./scene.ts";

import { isUnset } from "./unset.ts";

/** The rules of Flask's configuration. */
export const flaskConfiguration = (): Rule[] => [
  {
    name: "flask-configuration-elsewhere",
    code: "app-setting-missing",
    over: "framework-key-missing session-without-key sqlalchemy-uri-missing",
    when: [
      { type: "KeyError", message: /^'([A-Z][A-Z0-9_]*)'$/ },
      { message: /no secret key was set/i },
      { message: /^A secret key is required to use/ },
      { message: /'SQLALCHEMY_DATABASE_URI' or .* must be set/ },
    ],
    claim: (subject, scene) => {
      const { groups: [asked], text, own } = subject;
      const name = asked ??
        (/SQLALCHEMY/.test(text) ? "SQLALCHEMY_DATABASE_URI" : "SECRET_KEY");
      if (
        asked !== undefined &&
        !new RegExp(`config\\[["']${name}["']\\]`).test(
          readBy(lineOf(own, scene)),
        )
      ) return undefined;
      return elsewhere(name, subject, scene) ??
        (asked && fromVariables(name, subject, scene)) ??
        fromNoFile(name, subject, scene);
    },
    examples: [
      ...([
        ["", "FLASK_DB_URI"],
        ['"SHOP"', "SHOP_DB_URI"],
      ] as const).map(([prefix, variable]) => ({
        raised: "KeyError: 'DB_URI'",
        files: {
          "APP/app.py":
            `app.config.from_prefixed_env(${prefix})\n\nuri = app.config["DB_URI"]\n`,
        },
        code: "variable-missing" as const,
        says: `line 1 of APP/app.py takes it from the variable "${variable}"`,
        mend: `${variable} = "…"`,
      })),
      {
        raised: "KeyError: 'DB_URI'",
        files: {
          "APP/app.py":
            'app.config.from_pyfile("live.cfg", silent=True)\n\nuri = app.config["DB_URI"]\n',
        },
        code: "file-missing",
        says: "says nothing where that is not there",
        mend: "Copy live.cfg",
      },
      {
        raised: "KeyError: 'MAIL_SERVER'",
        files: {
          "APP/app.py":
            'app.config.from_object("config")\n\nserver = app.config["MAIL_SERVER"]\n',
          "APP/config.py": "class Config:\n    MAIL_SERVER = 1\n",
        },
        says: 'line 2 of APP/config.py sets it inside of the class "Config"',
        mend: '`from_object("config.Config")`',
      },
      {
        raised: "KeyError: 'MAIL_SERVER'",
        files: {
          "APP/app.py":
            "from config import Config\napp.config.from_object(Config)\nserver = app.config['MAIL_SERVER']\n",
          "APP/config.py":
            "class Config:\n    A = 1\nclass ProductionConfig(Config):\n    MAIL_SERVER = 1\n",
        },
        says: 'the class "ProductionConfig"',
        mend: '`from_object("config.ProductionConfig")`',
      },
      {
        raised:
          "RuntimeError: The session is unavailable because no secret key was set.  Set the secret_key on the application",
        failure: { problem: "request-raised" },
        files: {
          "APP/app.py": "import config\napp.config.from_object(config)\n",
          "APP/config.py": "secret_key = 1\n",
        },
        says: "line 1 of APP/config.py writes it in small letters",
        mend: "in capital letters",
      },
      {
        raised:
          "RuntimeError: Either 'SQLALCHEMY_DATABASE_URI' or 'SQLALCHEMY_BINDS' must be set.",
        files: {
          "APP/app.py":
            "from config import DevConfig\napp.config.from_object(DevConfig())\n\n",
          "APP/config.py":
            "class DevConfig:\n    def __init__(self):\n        self.SQLALCHEMY_DATABASE_URI = 1\n",
        },
        says: "in a function",
        mend: "directly below the class",
      },
    ],
    not: [
      {
        raised: "KeyError: 'MAIL_SERVER'",
        files: {
          "APP/app.py":
            'app.config.from_object("config.Live")\n\nserver = app.config["MAIL_SERVER"]\n',
          "APP/config.py":
            "class Config:\n    MAIL_SERVER = 1\nclass Live(Config):\n    A = 1\n",
        },
      },
      {
        raised: "KeyError: 'MAIL_SERVER'",
        files: {
          "APP/app.py":
            'app.config.from_object("config")\n\nserver = app.config["MAIL_SERVER"]\n',
          "APP/config.py": "A = 1\n",
        },
      },
    ],
  },
];

/** The line that takes all variables with a prefix; this one is not set. */
function fromVariables(
  name: string,
  { own }: Pick<Subject, "own">,
  scene: Scene,
): Claim | undefined {
  for (const { file, line, index } of configuring(own, scene)) {
    const [call, prefix = "FLASK"] =
      /^[^#]*\.from_prefixed_env\(\s*(?:prefix\s*=\s*)?(?:["'](\w+)["'])?/
        .exec(line) ?? [];
    const variable = `${prefix}_${name}`;
    if (call === undefined || !isUnset(variable, scene)) continue;
    return {
      code: "variable-missing",
      seen: `The application's configuration has no "${name}": line ${
        index + 1
      } of ${file} takes it from the variable "${variable}", and that is not set for the application`,
      mend:
        `Write under [environment] in config.toml: ${variable} = "…"; keep a secret in a file of its own, which [secret_files] names and the code reads`,
    };
  }
  return undefined;
}

/** The line that loads a file of settings, and goes on without it. */
function fromNoFile(
  name: string,
  { own }: Pick<Subject, "own">,
  scene: Scene,
): Claim | undefined {
  for (const { file, line, index } of configuring(own, scene)) {
    const [, path] =
      /^[^#]*\.from_(?:pyfile|file|json)\(\s*["']([^"'{}]+)["'][^#]*\bsilent\s*=\s*True/
        .exec(line) ?? [];
    if (!path) continue;
    // Relative to the module of the application, or to its instance folder.
    const places = path.startsWith("/")
      ? [path]
      : [dirname(file), scene.directory, join(scene.directory, "instance")]
        .map((folder) => join(folder, path));
    if (places.some((each) => exists(each, scene))) continue;
    return {
      code: "file-missing",
      seen: `The application's configuration has no "${name}": line ${
        index + 1
      } of ${file} loads ${path}, which is not on this machine, and says nothing where that is not there (\`silent=True\`)`,
      place: { file, line: index + 1 },
      mend:
        `Copy ${path} to where that line looks for it, beside the application or in its folder instance; a file that .gitignore names does not come along with git`,
    };
  }
  return undefined;
}

/** The lines that may configure the application. */
function configuring(
  own: Subject["own"],
  scene: Scene,
): { file: string; line: string; index: number }[] {
  const module = scene.site.config?.wsgi?.module;
  const files = [own?.file, module?.startsWith("/") ? module : undefined]
    .filter((each) => each !== undefined);
  return [...new Set(files)].flatMap((file) =>
    linesOf(file, scene).map((line, index) => ({ file, line, index }))
  );
}

interface Found {
  /** The class that it is in; none at the left margin. */
  of?: string;
  line: number;
  /** As it is written. */
  name: string;
  inFunction: boolean;
}

function elsewhere(
  name: string,
  { own }: Pick<Subject, "own">,
  scene: Scene,
): Claim | undefined {
  const module = scene.site.config?.wsgi?.module;
  const files = [own?.file, module?.startsWith("/") ? module : undefined]
    .filter((each) => each !== undefined);
  for (const file of new Set(files)) {
    for (const [index, line] of linesOf(file, scene).entries()) {
      const [, given] = /^[^#]*\.from_object\(\s*([\w."']+)(?:\(\))?\s*\)/
        .exec(line) ?? [];
      const source = given && sourceOfConfiguration(given, file, scene);
      if (!source) continue;
      const text = textOf(source.file, scene);
      const all = settingsIn(text);
      const heard = all.filter(({ of, inFunction }) =>
        !inFunction && isHeard(of, source.of, text)
      );
      if (heard.some((each) => each.name === name)) return undefined;
      const small = heard.find((each) => each.name.toUpperCase() === name);
      const other = all.find((each) => each.name === name);
      const found = small ?? other;
      if (!found) return undefined;
      const taken = `line ${index + 1} of ${file} takes it from ${
        source.of ? `the class "${source.of}"` : `the module ${source.dotted}`
      }`;
      return {
        seen:
          `The application's configuration has no "${name}": ${taken}, and line ${found.line} of ${source.file} ${
            small
              ? "writes it in small letters, which Flask passes over"
              : found.inFunction
              ? "sets it in a function, which Flask does not look into"
              : found.of
              ? `sets it ${
                source.of ? "in" : "inside of"
              } the class "${found.of}"`
              : "sets it outside of that class"
          }`,
        place: { file: source.file, line: found.line },
        mend: small
          ? `Write \`${name}\` in capital letters on line ${found.line} of ${source.file}`
          : found.inFunction
          ? `Write \`${name} = …\` directly below the class in ${source.file}`
          : found.of
          ? `Write \`from_object("${source.dotted}.${found.of}")\` on line ${
            index + 1
          } of ${file}, if that is the configuration for this machine; or set ${name} in the one that is taken`
          : `Move line ${found.line} of ${source.file} into the class "${source.of}"`,
      };
    }
  }
  return undefined;
}

/** The file, and the class in it, that `from_object` is given. */
function sourceOfConfiguration(
  given: string,
  file: string,
  scene: Scene,
): { file: string; of?: string; dotted: string } | undefined {
  const text = textOf(file, scene);
  const [, quoted] = /^["']([\w.]+)["']$/.exec(given) ?? [];
  const [first = "", ...rest] = given.split(".");
  const [, around, as] = new RegExp(
    `^from[ \\t]+([\\w.]+)[ \\t]+import[ \\t]+(?:[^\\n]*[,\\s])?(?:(\\w+)[ \\t]+as[ \\t]+)?${first}[ \\t]*(?:,|#|$)`,
    "m",
  ).exec(text) ?? [];
  const dotted = quoted ??
    (around
      ? [around.replace(/^\.+/, ""), as ?? first, ...rest].join(".")
      : new RegExp(`^import[ \\t]+${first}[ \\t]*(?:#.*)?$`, "m").test(text)
      ? given
      : undefined);
  if (!dotted || !/^[\w.]+$/.test(dotted)) return undefined;
  const parts = dotted.split(".").filter((part) => part !== "");
  for (const count of [parts.length, parts.length - 1]) {
    const way = parts.slice(0, count).join("/");
    const found = way && scene.folders.flatMap((folder) => [
      join(folder, `${way}.py`),
      join(folder, way, "__init__.py"),
    ]).find((each) => exists(each, scene));
    if (found) {
      return {
        file: found,
        of: parts[count],
        dotted: parts.slice(0, count).join("."),
      };
    }
  }
  return undefined;
}

/** What a file sets, in which class. */
function settingsIn(text: string): Found[] {
  const found: Found[] = [];
  let of: string | undefined;
  let depth = 0;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const [, indent = "", kind, head] =
      /^(\s*)(?:(class|def|async def)\s+(\w+)|)/
        .exec(line) ?? [];
    if (line.trim() === "" || /^\s*#/.test(line)) continue;
    if (indent === "") {
      of = kind === "class" ? head : undefined;
      depth = 0;
      if (kind && kind !== "class") depth = 1;
    } else if (kind && kind !== "class") depth = indent.length;
    const [, name] = /^\s*(?:self\.)?([A-Za-z]\w*)\s*(?::[^=]+)?=(?!=)/
      .exec(line) ?? [];
    if (name) {
      const inFunction = depth > 0 && indent.length > depth;
      if (depth > 0 && !inFunction) depth = 0;
      found.push({ of, line: index + 1, name, inFunction });
    }
  }
  return found;
}

/** Tells whether a class is the one that is taken, or one above it. */
function isHeard(
  of: string | undefined,
  taken: string | undefined,
  text: string,
  depth = 0,
): boolean {
  if (of === taken) return true;
  if (taken === undefined || depth > 5) return false;
  const [, bases = ""] = new RegExp(`^class[ \\t]+${taken}\\(([^)]*)\\)`, "m")
    .exec(text) ?? [];
  return bases.split(",").map((each) => each.trim()).filter((each) => each)
    .some((each) => isHeard(of, each.split(".").at(-1), text, depth + 1));
}

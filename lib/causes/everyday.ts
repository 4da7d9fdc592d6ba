/**
 * Everyday exceptions of Python whose cause is in the line that raised them.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { isLibraryFile } from "../python/failure.ts";
import { isStandardModule } from "../python/package_names.ts";
import type { Rule } from "./rule.ts";

/** Names that everybody imports from the same place. */
const HOMES: Readonly<Record<string, string>> = {
  Blueprint: "flask",
  Flask: "flask",
  Optional: "typing",
  Path: "pathlib",
  create_engine: "sqlalchemy",
  dataclass: "dataclasses",
  datetime: "datetime",
  defaultdict: "collections",
  get_wsgi_application: "django.core.wsgi",
  jsonify: "flask",
  load_dotenv: "dotenv",
  redirect: "flask",
  render_template: "flask",
  request: "flask",
  session: "flask",
  url_for: "flask",
};

const ABBREVIATIONS: Readonly<Record<string, string>> = {
  np: "numpy",
  pd: "pandas",
  plt: "matplotlib.pyplot",
};

/** The functions and types that only Python 2 had. */
const PYTHON_2 =
  /^(?:unicode|basestring|xrange|raw_input|long|reduce|unichr|file|execfile|reload|cmp)$/;

/** The rules of everyday exceptions. */
export const everyday = (): Rule[] => [
  {
    name: "name-of-python-2",
    code: "code-for-python-2",
    over: "name-undefined-here recipe-activate-this",
    when: { type: "NameError", message: /^name '(\w+)' is not defined/ },
    claim: ({ groups: [name = ""] }) =>
      PYTHON_2.test(name) && name !== "execfile"
        ? {
          says: `"${name}" was part of Python 2 only`,
          mend:
            "Use a version of the code for Python 3, or convert it with the tool 2to3",
        }
        : undefined,
    examples: ["NameError: name 'unicode' is not defined"],
  },
  {
    name: "name-undefined-here",
    code: "app-code",
    when: { type: "NameError", message: /^name '(\w+)' is not defined/ },
    claim: ({ groups: [name = ""], raised }) => {
      // Inside of a package, something else comes before it.
      if (isLibraryFile(raised.frames.at(-1)?.file ?? "")) return undefined;
      const home = Object.hasOwn(HOMES, name) ? HOMES[name] : undefined;
      const whole = Object.hasOwn(ABBREVIATIONS, name)
        ? ABBREVIATIONS[name]
        : undefined;
      const line = whole
        ? `import ${whole} as ${name}`
        : home
        ? `from ${home} import ${name}`
        : isStandardModule(name)
        ? `import ${name}`
        : undefined;
      return {
        says: `The name "${name}" is used and not defined`,
        mend: line
          ? `Import it at the top of the file: \`${line}\``
          : `Give \`${name}\` a value above that line, import it, or correct its spelling; capital letters count`,
      };
    },
    examples: [
      {
        raised: "NameError: name 'Flask' is not defined",
        mend: "`from flask import Flask`",
      },
      { raised: "NameError: name 'os' is not defined", mend: "`import os`" },
      {
        raised: "NameError: name 'np' is not defined",
        mend: "`import numpy as np`",
      },
      {
        raised: "NameError: name 'constructor' is not defined",
        mend: "Give `constructor` a value",
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
    name: "program-failed",
    code: "program-failed",
    when: {
      type: "CalledProcessError",
      message: /returned non-zero exit status (\d+)/,
    },
    claim: ({ groups: [status], text, failure: { output = [] } }, scene) => {
      const said = output.filter((line) => /\S/.test(line)).at(-1)?.trim();
      const name = /Command '(?:\['|)(python[\d.]*|pip\d?)\b/.exec(text)?.[1];
      return status === "127"
        ? {
          says:
            "A shell that the application started found no such program (status 127)",
          mend:
            "Name it by its absolute path, or let PATH under [environment] of config.toml hold its folder",
        }
        : name
        ? {
          says:
            `A program that the application started, \`${name}\`, ended with status ${status}${
              said ? `; the last that was printed is "${said}"` : ""
            }`,
          probably:
            `it is another Python than the site's: PATH decides which "${name}" is run, and the packages of ${scene.python} are not its own`,
          mend: `Write \`sys.executable\` in place of "${name}"${
            name.startsWith("pip")
              ? ', as `[sys.executable, "-m", "pip", …]`'
              : ""
          }: that is the Python which runs the application; or let PATH under [environment] of config.toml begin with the folder of ${scene.python}`,
        }
        : {
          says:
            `A program that the application started ended with status ${status}${
              said ? `; the last that was printed is "${said}"` : ""
            }`,
          mend:
            "What it printed is in the log; try it in a shell as the site's user",
        };
    },
    examples: [
      {
        raised:
          "subprocess.CalledProcessError: Command 'x' returned non-zero exit status 127.",
        says: "no such program",
      },
      "subprocess.CalledProcessError: Command 'x' returned non-zero exit status 1.",
      {
        raised:
          "subprocess.CalledProcessError: Command '['python3', '-c', 'import flask']' returned non-zero exit status 1.",
        failure: { output: ["No module named flask"] },
        says: 'the last that was printed is "No module named flask"; probably',
        mend: "sys.executable",
      },
    ],
  },
];

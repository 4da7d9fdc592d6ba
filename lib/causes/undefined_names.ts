/**
 * Names that a file of the application's own uses, and that are not defined
 * where it does: set elsewhere, later, or under a condition; or never imported.
 *
 * Reads lines as text. Runs on Node and Deno.
 *
 * @module
 */

import { basename, dirname, join, relative } from "node:path";
import { namesIn } from "../machine/host.ts";
import { isLibraryFile } from "../python/failure.ts";
import { isPublicPackage, isStandardModule } from "../python/package_names.ts";
import { suggest } from "../text/suggestion.ts";
import { askerOf } from "./asked.ts";
import {
  findInstalled,
  ownerInWords,
  ownerOf,
  packageOf,
} from "./installed.ts";
import { mayInstall } from "./installing.ts";
import { isOwn } from "./missing.ts";
import { FACTORY } from "./appointed.ts";
import { type Binding, bindingsOf, callsOf } from "./bindings.ts";
import { definedIn, isModuleName } from "./own_modules.ts";
import { importFor } from "./usual_imports.ts";
import type { Claim, Rule, Subject, When } from "./rule.ts";
import { exists, isInside, linesOf, type Scene, textOf } from "./scene.ts";

const UNDEFINED: When = {
  type: "NameError",
  message: /^name '(\w+)' is not defined/,
};
const MAIN = '`if __name__ == "__main__":`';

/** The functions and types that only Python 2 had. */
const PYTHON_2 =
  /^(?:unicode|basestring|xrange|raw_input|long|reduce|unichr|file|reload|cmp)$/;

/** What takes the place of such names today. */
const TODAY: Readonly<Record<string, string>> = {
  basestring: "str",
  file: "open",
  long: "int",
  raw_input: "input",
  reduce: "functools.reduce",
  reload: "importlib.reload",
  unichr: "chr",
  unicode: "str",
  xrange: "range",
};

/** Names of other languages, and of notebooks. */
const FOREIGN: Readonly<Record<string, string>> = {
  False: "",
  NULL: "None",
  console: "print",
  false: "False",
  nil: "None",
  null: "None",
  true: "True",
  undefined: "None",
};

/** The rules of names that are not defined. */
export const undefinedNames = (): Rule[] => [
  {
    name: "name-of-python-2",
    code: "code-for-python-2",
    over: "name-undefined-here recipe-activate-this",
    when: UNDEFINED,
    claim: (subject, scene) => {
      const { groups: [name = ""], own, raised } = subject;
      if (!PYTHON_2.test(name)) return undefined;
      const inner = packageOf(raised.frames.at(-1)?.file ?? "");
      const asker = inner && askerOf(subject, "python");
      if (asker) {
        return {
          code: "package-conflict",
          says: `The package "${asker}" (${
            ownerInWords(asker, scene)
          }) uses "${name}", which was part of Python 2 only: it is not written for Python 3`,
          mend: `Install a later version of ${
            ownerOf(asker, scene).name
          }, or use another package in its place`,
        };
      }
      // What follows it has no counterpart: a converted line only fails later.
      const isEncoding = name === "reload" &&
        /\bsetdefaultencoding\b/.test(textOf(own?.file, scene));
      const today = Object.hasOwn(TODAY, name) ? TODAY[name] : undefined;
      return {
        says: `"${name}" was part of Python 2 only`,
        mend: isEncoding
          ? "Remove that line and the one with `sys.setdefaultencoding()`: the texts of Python 3 are Unicode by themselves"
          : today
          ? `Write \`${today}\` in its place, or use a version of the code for Python 3; the tool 2to3 converts whole files`
          : "Use a version of the code for Python 3, or convert it with the tool 2to3",
      };
    },
    examples: [
      {
        raised: "NameError: name 'reload' is not defined",
        files: {
          "APP/app.py":
            'import sys\n\nreload(sys)\nsys.setdefaultencoding("utf8")\n',
        },
        mend: "Remove that line and the one with `sys.setdefaultencoding()`",
      },
      {
        raised: "NameError: name 'xrange' is not defined",
        mend: "`range`",
      },
      "NameError: name 'unicode' is not defined",
      {
        raised: "NameError: name 'unicode' is not defined",
        in: "PACKAGES/old/text.py f",
        files: { "PACKAGES/old-1.0.dist-info/METADATA": "Name: old\n" },
        code: "package-conflict",
        says: 'The package "old" (old 1.0) uses "unicode"',
        mend: "a later version of old",
      },
    ],
  },
  {
    name: "name-of-notebook",
    code: "app-code",
    over: "name-undefined-here",
    when: UNDEFINED,
    claim: ({ groups: [name = ""], own }, scene) => {
      if (!own) return undefined;
      const text = textOf(own.file, scene);
      if (
        /^(?:null|true|false)$/.test(name) &&
        /^\s*\{\s*"(?:cells|nbformat|metadata)"\s*:/.test(text)
      ) {
        return {
          seen:
            `${own.file} is a notebook of Jupyter (JSON), and no file of Python`,
          mend:
            "Make a file of Python from the notebook where Jupyter is: `jupyter nbconvert --to script NAME.ipynb`; or copy the code of its cells into a file",
        };
      }
      return /^(?:get_ipython|display)$/.test(name)
        ? {
          says:
            `"${name}" exists only in a notebook (Jupyter, Colab or IPython), and the code was taken from one`,
          mend: name === "display"
            ? "Leave the line out, or let a view give what it shows: a web application has no output of a cell"
            : "Remove the lines with `get_ipython()`: what they install belongs into the requirements of the site, and what they set for a notebook has nothing to do here",
        }
        : undefined;
    },
    examples: [
      {
        raised: "NameError: name 'null' is not defined",
        files: { "APP/app.py": '{\n "cells": [\n {"a": null}]}\n' },
        says: "a notebook of Jupyter",
        mend: "nbconvert",
      },
      {
        raised: "NameError: name 'get_ipython' is not defined",
        mend: "Remove the lines with `get_ipython()`",
      },
    ],
  },
  {
    name: "name-set-elsewhere",
    code: "app-code",
    over: "name-undefined-here",
    when: UNDEFINED,
    claim: (subject, scene) => {
      const { groups: [name = ""], own, raised } = subject;
      // Inside of a package, something else comes before it.
      if (!own || raised.frames.at(-1)?.file !== own.file) return undefined;
      // What such a one sees of a class around it, its lines do not tell.
      return /^<(?:\w+comp|genexpr|lambda)>$/.test(own.function)
        ? undefined
        : explainBinding(name, subject, scene);
    },
    examples: [
      {
        raised: "NameError: name 'model' is not defined",
        in: "APP/app.py predict",
        failure: { problem: "request-raised" },
        files: {
          "APP/app.py":
            'app = Flask(1)\ndef predict():\n    return model.predict(1)\nif __name__ == "__main__":\n    model = load("m")\n    app.run()\n',
        },
        says:
          '"model" is set on line 5 of APP/app.py, below `if __name__ == "__main__":`',
        mend: "Move line 5, with what it needs, to the left margin above",
      },
      {
        raised: "NameError: name 'model' is not defined",
        in: "APP/app.py predict",
        failure: { problem: "request-raised" },
        files: {
          "APP/app.py":
            'def start():\n    global model\n    model = load("m")\ndef predict():\n    return model.predict(1)\nif __name__ == "__main__":\n    start()\n    app.run()\n',
        },
        says: "by start(), which is called on line 7",
        mend: "Call start() at the left margin",
      },
      {
        raised: "NameError: name 'db' is not defined",
        files: {
          "APP/app.py": "import x\n\ndb.init_app(app)\ndb = SQLAlchemy()\n",
        },
        says: "line 4 of APP/app.py sets it, which comes after line 3",
        mend: "Move line 4 above line 3",
      },
      {
        raised: "NameError: name 'redis' is not defined",
        files: {
          "APP/app.py":
            "try:\n    import redis\nexcept ImportError: pass\nredis.Redis()\n",
        },
        code: "package-missing",
        says: "the `except` on line 3 passes over it",
        mend: "pip install redis",
      },
      {
        raised: "NameError: name 'User' is not defined",
        files: {
          "APP/app.py":
            "if TYPE_CHECKING:\n    from models import User\ndef f(x: User): pass\n",
        },
        says: "only for checkers of types",
        mend: "from __future__ import annotations",
      },
      {
        raised: "NameError: name 'path' is not defined",
        files: {
          "APP/app.py": 'if os.getenv("X"):\n    path = 1\nprint(path)\n',
        },
        says: "only where the condition of line 1 holds",
      },
      {
        raised: "NameError: name 'total' is not defined",
        in: "APP/app.py show",
        files: {
          "APP/app.py":
            "def count():\n    total = 1\n\ndef show():\n\n\n\n\n    return total\n",
        },
        says: "inside of the function count()",
        mend: "`return total`",
      },
      {
        raised: "NameError: name 'limit' is not defined",
        in: "APP/app.py show",
        files: {
          "APP/app.py":
            "class Shop:\n    limit = 1\n\n    def show(self):\n\n\n\n\n        return limit\n",
        },
        says: "belongs to the class Shop",
        mend: "`self.limit`",
      },
      {
        raised: "NameError: name 'e' is not defined",
        files: {
          "APP/app.py": "try: x()\nexcept ValueError as e: pass\nprint(e)\n",
        },
        says: "Python takes it away at the end of that block",
      },
    ],
    not: [
      {
        raised: "NameError: name 'db' is not defined",
        files: { "APP/app.py": "import x\n\ndb.init_app(app)\n" },
      },
      // It was there: something else is wrong.
      {
        raised: "NameError: name 'db' is not defined",
        files: { "APP/app.py": "db = 1\n\ndb.init_app(app)\n" },
      },
      {
        raised: "NameError: name 'db' is not defined",
        in: "PACKAGES/pkg/a.py f",
        files: { "APP/app.py": "import x\n\ndb.init_app(app)\ndb = 1\n" },
      },
    ],
  },
  {
    name: "name-undefined-here",
    code: "app-code",
    when: UNDEFINED,
    claim: ({ groups: [name = ""], own, raised }, scene) => {
      // Inside of a package, something else comes before it.
      if (isLibraryFile(raised.frames.at(-1)?.file ?? "")) return undefined;
      const says = `The name "${name}" is used and not defined`;
      const foreign = Object.hasOwn(FOREIGN, name) && FOREIGN[name];
      if (foreign) {
        return {
          says: `${says}: it is another language's`,
          mend: `Write \`${foreign}\` in its place`,
        };
      }
      if (name === "self") {
        return {
          says: `${says}: it is the first parameter of a method`,
          mend:
            "Write `self` as the first parameter of the function, `def name(self, …):`, and indent it below its class; outside of a class there is none",
        };
      }
      const usual = importFor(name, textOf(own?.file, scene));
      if (usual) {
        return {
          says,
          mend: "line" in usual
            ? `Import it at the top of the file: \`${usual.line}\``
            : usual.advice,
        };
      }
      if (isStandardModule(name)) {
        return {
          says,
          mend: `Import it at the top of the file: \`import ${name}\``,
        };
      }
      const beside = own && importBeside(name, own.file, scene);
      if (beside) {
        return {
          seen: `${says} in ${own.file}; it is in ${beside.file}`,
          mend: `Import it at the top of the file: \`${beside.line}\``,
        };
      }
      if (findInstalled(name, scene) || isPublicPackage(name)) {
        return {
          says,
          mend: `Import it at the top of the file: \`import ${name}\``,
        };
      }
      const star = /^\s*from\s+([\w.]+)\s+import\s+\*/m
        .exec(textOf(own?.file, scene))?.[1];
      if (star) {
        return {
          says:
            `${says}; \`from ${star} import *\` in that file does not bring it`,
          mend:
            `Give \`${name}\` a value in ${star}, which may be another copy of the file here than where it ran before, or above that line`,
        };
      }
      const near = name.length < 3 ? undefined : suggest(name, [
        ...own ? definedIn(own.file, scene) : [],
        ...BUILTINS,
      ]);
      const isOther = near !== undefined && near !== name;
      return {
        says: isOther ? `${says}; "${near}" is` : says,
        mend: isOther
          ? `Write \`${near}\`, if that is meant; else give \`${name}\` a value above that line, or import it`
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
      {
        raised: "NameError: name 'true' is not defined",
        mend: "`True`",
      },
      {
        raised: "NameError: name 'pritn' is not defined",
        says: '"print" is',
      },
      {
        raised: "NameError: name 'redirect' is not defined",
        files: {
          "APP/app.py":
            "from django.shortcuts import render\n\nx = redirect(1)\n",
        },
        mend: "`from django.shortcuts import redirect`",
      },
      {
        raised: "NameError: name 'request' is not defined",
        files: {
          "APP/app.py":
            "from django.shortcuts import render\n\nx = request.user\n",
        },
        mend: "`def view(request):`",
      },
      {
        raised: "NameError: name 'price' is not defined",
        files: {
          "APP/app.py": "import x\n\nprice(1)\n",
          "APP/tools.py": "def price(x):\n    pass\n",
        },
        says: "it is in APP/tools.py",
        mend: "`from tools import price`",
      },
      {
        raised: "NameError: name 'views' is not defined",
        frames: ["APP/shop/urls.py <module>"],
        files: {
          "APP/shop/urls.py": "from django.urls import path\n",
          "APP/shop/__init__.py": "",
          "APP/shop/views.py": "",
        },
        mend: "`from . import views`",
      },
      {
        raised: "NameError: name 'API_KEY' is not defined",
        files: { "APP/app.py": "from conf import *\n\nprint(API_KEY)\n" },
        says: "`from conf import *` in that file does not bring it",
      },
    ],
  },
];

const BUILTINS = [
  ..."print input open range len str int float list dict set tuple bool sorted isinstance enumerate zip map filter super type True False None Exception ValueError TypeError KeyError ImportError staticmethod classmethod property round sum min max any all"
    .split(" "),
];

/** A module of the same folder that has a name, or is called so. */
function importBeside(
  name: string,
  file: string,
  scene: Scene,
): { file: string; line: string } | undefined {
  const folder = dirname(file);
  const names = namesIn(folder, scene.host)
    .filter((each) => each !== basename(file));
  const isPackage = exists(join(folder, "__init__.py"), scene);
  const way = scene.folders.find((each) => isInside(folder, each));
  const home = scene.folders.includes(folder)
    ? ""
    : way
    ? relative(way, folder).replaceAll("/", ".")
    : undefined;
  const called = names.find((each) => isModuleName(each, name));
  if (called && home !== undefined) {
    return {
      file: join(folder, called),
      line: home === ""
        ? `import ${name}`
        : `from ${isPackage ? "." : home} import ${name}`,
    };
  }
  const defines = new RegExp(
    `^(?:(?:async )?def|class) +${name}\\b|^${name} *=(?!=)`,
    "m",
  );
  const found = names.filter((each) => /^[a-z]\w*\.py$/i.test(each))
    .slice(0, 40).map((each) => join(folder, each))
    .find((each) => defines.test(textOf(each, scene)));
  const module = found && basename(found, ".py");
  return found && home !== undefined
    ? {
      file: found,
      line: `from ${
        home === "" ? module : isPackage ? `.${module}` : `${home}.${module}`
      } import ${name}`,
    }
    : undefined;
}

/** Where a name is set in the file that lacks it. */
function explainBinding(
  name: string,
  { own, raised }: Subject,
  scene: Scene,
): Claim | undefined {
  if (!own) return undefined;
  const { file } = own;
  const lines = linesOf(file, scene);
  const bindings = bindingsOf(name, lines);
  const [first] = bindings;
  if (!first) return undefined;
  const place = (line: number) => ({ place: { file, line } });
  const main = bindings.find((each) =>
    each.around.some(({ kind }) => kind === "main") && !each.inFunction
  );
  if (main) {
    return {
      ...place(main.line),
      seen:
        `"${name}" is set on line ${main.line} of ${file}, below ${MAIN}, which runs only when the file is started by hand, and not when the web server imports it`,
      mend:
        `Move line ${main.line}, with what it needs, to the left margin above ${MAIN}`,
    };
  }
  const shared = bindings.find(({ isGlobal, inFunction }) =>
    isGlobal && inFunction
  );
  if (shared) {
    const setter = shared.inFunction!;
    // Who else calls it, only its decorator knows.
    if (isDecorated(setter, lines)) return undefined;
    const calls = callsOf(setter, lines);
    const [call] = calls;
    return call && calls.every(({ isMain }) => isMain)
      ? {
        ...place(call.line),
        seen:
          `"${name}" is set by ${setter}(), which is called on line ${call.line} of ${file}, below ${MAIN}: that runs only when the file is started by hand, and not when the web server imports it`,
        mend:
          `Call ${setter}() at the left margin above ${MAIN}, where it does not start a server of its own`,
      }
      : call
      ? undefined
      : {
        ...place(shared.line),
        seen:
          `"${name}" is set by ${setter}() (line ${shared.line} of ${file}), which nothing in that file calls`,
        mend: `Call ${setter}() before "${name}" is used`,
      };
  }
  const outer = bindings.filter((each) => !each.inFunction && !each.inClass);
  const caught = outer.find(({ how }) => how === "caught");
  if (caught && bindings.length === 1) {
    return {
      ...place(caught.line),
      seen:
        `"${name}" is the exception that \`except\` on line ${caught.line} of ${file} catches, and Python takes it away at the end of that block`,
      mend:
        `Use it inside of the block, or keep it under another name: \`error = ${name}\``,
    };
  }
  const using = raised.frames.findLast((frame) =>
    frame.file === file && frame.function === "<module>"
  );
  const plain = outer.filter(({ around }) => around.length === 0);
  if (plain.length > 0) {
    const later = plain.every(({ line }) => using && line > using.line)
      ? plain[0]
      : undefined;
    return later && using
      ? {
        ...place(later.line),
        seen:
          `"${name}" is used before it is there: line ${later.line} of ${file} sets it, which comes after line ${using.line}`,
        mend: `Move line ${later.line} above line ${using.line}`,
      }
      : undefined;
  }
  const [only] = outer;
  if (only) return explainCondition(name, only, file, scene);
  const scopes = new Set(
    bindings.map((each) => each.inFunction ?? each.inClass),
  );
  return scopes.size === 1 ? explainScope(name, first, file) : undefined;
}

function isDecorated(name: string, lines: readonly string[]): boolean {
  const at = lines.findIndex((each) =>
    new RegExp(`^\\s*(?:async )?def ${name}\\b`).test(each)
  );
  return at > 0 && /^\s*@/.test(lines[at - 1]!);
}

/** A name that is set at the margin of a file, and not in all cases. */
function explainCondition(
  name: string,
  { line, around, how, module }: Binding,
  file: string,
  scene: Scene,
): Claim | undefined {
  const [outer] = around;
  if (!outer) return undefined;
  if (outer.kind === "types") {
    return {
      place: { file, line },
      seen:
        `"${name}" is imported on line ${line} of ${file} only for checkers of types (TYPE_CHECKING), and not when the program runs`,
      mend:
        "Write `from __future__ import annotations` at the top of the file, or put the annotation between quotes; where it is used for more, import it without that condition",
    };
  }
  const failing = around.find(({ kind }) => kind === "try");
  if (failing) {
    const passes = failing.except;
    const top = module?.split(".")[0] ?? "";
    const isMissing = how === "import" && top !== "" &&
      !findInstalled(top, scene) && !isOwn(top, scene) &&
      !isStandardModule(top);
    const seen = `"${name}" is ${
      how === "import" ? "imported" : "set"
    } on line ${line} of ${file} below \`try:\`, which failed, and the \`except\` on line ${passes} passes over it`;
    return !passes ? undefined : {
      ...isMissing && { code: "package-missing" as const },
      place: { file, line },
      seen: isMissing
        ? `${seen}; the package "${top}" is not installed for ${scene.python}`
        : seen,
      mend: isMissing && mayInstall({ module: top }, scene)
        ? { module: top }
        : isMissing
        ? `Install what brings "${top}", or leave out what uses "${name}"`
        : `Let the \`except\` tell what it passes over (\`import traceback\` and \`traceback.print_exc()\`), and see to that; or leave \`try:\` away`,
    };
  }
  if (outer.kind === "for" || outer.kind === "while") {
    return {
      place: { file, line },
      seen:
        `"${name}" is set on line ${line} of ${file} in the loop of line ${outer.line}, which has not run once`,
      mend:
        `Give \`${name}\` a value above line ${outer.line}, and see why there is nothing for the loop`,
    };
  }
  return outer.kind === "if"
    ? {
      place: { file, line },
      seen:
        `"${name}" is set on line ${line} of ${file} only where the condition of line ${outer.line} holds, and it does not hold here`,
      mend:
        `See why the condition of line ${outer.line} does not hold here, such as a variable or a setting of the old machine; or give \`${name}\` a value for the other case, in \`else:\` or above`,
    }
    : undefined;
}

/** A name that only a function or a class has. */
function explainScope(
  name: string,
  { line, inFunction, inClass, how }: Binding,
  file: string,
): Claim | undefined {
  if (inFunction && how === "import") {
    return {
      place: { file, line },
      seen:
        `"${name}" is imported inside of the function ${inFunction}() (line ${line} of ${file}), and known there alone`,
      mend: `Move the import on line ${line} to the top of the file`,
    };
  }
  if (
    inFunction && FACTORY.test(inFunction) && /^app(?:lication)?$/.test(name)
  ) {
    return {
      place: { file, line },
      seen:
        `"${name}" is made by the factory ${inFunction}() (line ${line} of ${file}), and known in that alone`,
      mend:
        `Write \`${name} = ${inFunction}()\` above the line that uses it; or move the views into a blueprint (router) that ${inFunction}() registers, with \`current_app\` where Flask's own is meant`,
    };
  }
  if (inFunction) {
    return {
      place: { file, line },
      seen:
        `"${name}" is set inside of the function ${inFunction}() (line ${line} of ${file}), and known there alone`,
      mend:
        `Let ${inFunction}() give it back, \`return ${name}\`, and take it where it is needed; or set it where it is used, or at the left margin of the file`,
    };
  }
  return inClass
    ? {
      place: { file, line },
      seen:
        `"${name}" belongs to the class ${inClass} (line ${line} of ${file}), and its methods know it only by that`,
      mend:
        `Write \`self.${name}\`, or \`${inClass}.${name}\` outside of a method`,
    }
    : undefined;
}

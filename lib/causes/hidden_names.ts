/**
 * Names that a file takes from elsewhere, or that Python brings, and that the
 * application's own code hides by giving them to something of its own.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { join } from "node:path";
import { isLibraryFile } from "../python/failure.ts";
import { isStandardModule } from "../python/package_names.ts";
import { statementAt } from "./origins.ts";
import type { Rule } from "./rule.ts";
import { exists, type Scene, textOf } from "./scene.ts";

/** Functions and types of Python that are often hidden. */
const BUILTINS = new Set(
  ("abs all any bool bytes dict dir enumerate filter float format hash hex " +
    "id input int isinstance iter len list map max min next object open " +
    "print property range repr reversed round set slice sorted str sum " +
    "super tuple type vars zip").split(" "),
);

/** Where a name is from, and what hides it. */
interface Hidden {
  name: string;
  file: string;
  /** Where it was got from; none for one of Python's. */
  from?: { line: number; isImport: boolean };
  by: { line: number; isFunction: boolean };
}

/** The rules of names that are hidden. */
export const hiddenNames = (): Rule[] => [
  {
    // What reports an exception needs some of Python's modules itself.
    name: "python-ended-by-hidden-module",
    code: "module-shadowed",
    over: "process-ended",
    when: {
      problem: "exited",
      output:
        /cannot import name '\w+' from (?:partially initialized module )?'(\w+)'(?: \([^()/]*\))? \((\/[^()]+)\)|module '(\w+)' (?:from '(\/[^']+)' )?has no attribute/,
    },
    claim: ({ groups: [name, path, other, from] }, scene) => {
      const top = name ?? other ?? "";
      const file = path ?? from ??
        scene.folders.map((each) => join(each, `${top}.py`))
          .find((each) => exists(each, scene));
      if (!file || !isStandardModule(top) || isLibraryFile(file)) {
        return undefined;
      }
      return {
        seen:
          `${file} hides Python's own module "${top}", which Python itself needs, so that it ended before it could say more`,
        place: { file },
        mend:
          `Rename it, as to my_${top}.py, and the imports of it in your own code`,
      };
    },
    examples: [{
      failure: {
        problem: "exited",
        status: 1,
        output: [
          "ImportError: cannot import name 'EXACT_TOKEN_TYPES' from 'token' (/srv/site/myapp/token.py)",
        ],
      },
      files: { "APP/token.py": "" },
      says: 'hides Python\'s own module "token"',
      mend: "my_token.py",
    }],
    not: [{
      failure: {
        problem: "exited",
        status: 1,
        output: [
          "ImportError: cannot import name 'x' from 'shop' (/srv/site/myapp/shop.py)",
        ],
      },
    }],
  },
  {
    name: "name-hidden-by-own",
    code: "app-code",
    over: "name-lost-in-package name-of-later-package",
    when: [
      {
        type: "TypeError",
        message:
          /^(\w+)\(\) (?:takes |missing \d|got an unexpected keyword|got multiple values)/,
      },
      { type: "TypeError", message: /^'[\w.]+' object is not callable/ },
      {
        type: "AttributeError",
        message: /^'(?:function|method)' object has no attribute '(\w+)'/,
      },
      { type: "RecursionError" },
    ],
    claim: ({ groups: [word], own, raised, kind }, scene) => {
      // Inside of a package, something else is called.
      if (!own || raised.frames.at(-1)?.file !== own.file) return undefined;
      const statement = statementAt(own, scene);
      const used = kind === "AttributeError"
        ? new RegExp(`(?<![\\w.])(\\w+)\\.${word}\\b`, "g")
        : /(?<![\w.])(\w+)\(/g;
      const names = new Set(
        [...statement.matchAll(used)].map(([, name]) => name!),
      );
      const asked = kind === "TypeError" && word
        ? names.has(word) ? [word] : []
        : [...names];
      const found = asked.flatMap((name) => {
        const hidden = hiddenName(name, own, scene);
        // What is called and cannot be, is no function.
        return hidden && (kind !== "TypeError" || word || !hidden.by.isFunction)
          ? [hidden]
          : [];
      });
      const [hidden] = found;
      if (!hidden || found.length > 1) return undefined;
      const { name, file, from, by } = hidden;
      const what = from
        ? from.isImport
          ? `the one that line ${from.line} imports`
          : `the one that line ${from.line} makes`
        : `the one of Python itself`;
      return {
        seen: `Line ${by.line} of ${file} ${
          by.isFunction
            ? `defines a function of its own named "${name}"`
            : `gives the name "${name}" to something else`
        }, which hides ${what}: it is used in its place`,
        place: { file, line: by.line },
        mend: by.isFunction
          ? `Give the function on line ${by.line} another name, such as \`${name}_page\`; its address may stay, and \`url_for()\` wants the new name`
          : `Give what is named \`${name}\` on line ${by.line} another name`,
      };
    },
    examples: [
      {
        raised:
          "TypeError: redirect() takes 0 positional arguments but 1 was given",
        files: {
          "APP/app.py":
            'from flask import Flask, redirect\ndef redirect():\n    return redirect("/home")\n',
        },
        says:
          'Line 2 of APP/app.py defines a function of its own named "redirect", which hides the one that line 1 imports',
        mend: "`redirect_page`",
      },
      {
        raised:
          "TypeError: login_user() missing 1 required positional argument: 'name'",
        files: {
          "APP/app.py":
            "from flask_login import (\n    login_user, logout_user)\nlogin_user()\ndef login_user(name):\n    pass\n",
        },
        says: "Line 4 of APP/app.py",
      },
      {
        raised: "TypeError: 'list' object is not callable",
        files: {
          "APP/app.py": "list = [1]\n\nx = list(range(3))\n",
        },
        says:
          'gives the name "list" to something else, which hides the one of Python itself',
        mend: "on line 1",
      },
      {
        raised: "TypeError: 'str' object is not callable",
        files: {
          "APP/app.py": "def view(id,\n        str='x'):\n    return str(id)\n",
        },
        says: 'the name "str"',
      },
      {
        raised: "AttributeError: 'function' object has no attribute 'form'",
        files: {
          "APP/app.py":
            'from flask import request\n\nname = request.form["name"]\ndef request():\n    pass\n',
        },
        says: "Line 4 of APP/app.py",
      },
      {
        raised: "RecursionError: maximum recursion depth exceeded",
        files: {
          "APP/app.py":
            "from shop import total\ndef total(x):\n    return total(x)\n",
        },
        says: "Line 2 of APP/app.py",
      },
    ],
    not: [
      {
        raised:
          "TypeError: total() missing 1 required positional argument: 'x'",
        files: { "APP/app.py": "def total(x):\n    pass\ntotal()\n" },
      },
      {
        raised: "TypeError: 'int' object is not callable",
        files: {
          "APP/app.py": "def other():\n    sum = 1\nx = sum(5)\n",
        },
      },
      {
        raised:
          "TypeError: redirect() takes 0 positional arguments but 1 was given",
        in: "PACKAGES/flask/app.py dispatch",
        files: {
          "APP/app.py":
            'from flask import redirect\ndef redirect():\n    return redirect("/home")\n',
        },
      },
      {
        raised:
          "TypeError: shop.total() missing 1 required positional argument: 'x'",
        files: { "APP/app.py": "import shop\n\nshop.total()\n" },
      },
      // The import comes last, and wins.
      {
        raised:
          "TypeError: total() missing 1 required positional argument: 'x'",
        files: {
          "APP/app.py": "def total(x): pass\nfrom shop import total\ntotal()\n",
        },
      },
      {
        raised: "TypeError: 'NoneType' object is not callable",
        files: {
          "APP/app.py": "from shop import make\n\nx = make()()\n",
        },
      },
    ],
  },
];

/** What hides a name that a line uses, as far as its file tells. */
function hiddenName(
  name: string,
  { file, line }: { file: string; line: number },
  scene: Scene,
): Hidden | undefined {
  const text = textOf(file, scene);
  const lines = text.split(/\r?\n/);
  const at = (index: number) => text.slice(0, index).split("\n").length;
  const last = (expression: RegExp) =>
    [...text.matchAll(expression)].map(({ index }) => at(index)).at(-1);
  const imported = last(
    new RegExp(
      `^(?:from[ \\t]+\\S+[ \\t]+)?import[ \\t]+(?:\\((?:[^()]*[\\s,])?|(?:[^\\n#]*[\\s,])?)${name}(?=[ \\t]*(?:[,)#\\n\\r]|$))(?![ \\t]+as\\b)`,
      "gm",
    ),
  );
  const made = last(new RegExp(`^${name}[ \\t]*(?::[^=\\n]+)?=(?!=)`, "gm"));
  const defined = last(
    new RegExp(`^(?:async[ \\t]+)?(?:def|class)[ \\t]+${name}\\b`, "gm"),
  );
  if (BUILTINS.has(name) && imported === undefined) {
    const inside = boundInFunction(name, line, lines);
    const by = inside ?? made;
    return by === undefined || defined !== undefined && defined > by
      ? defined === undefined
        ? undefined
        : { name, file, by: { line: defined, isFunction: true } }
      : { name, file, by: { line: by, isFunction: false } };
  }
  const first = imported ?? made;
  if (first === undefined) return undefined;
  const from = { line: first, isImport: imported !== undefined };
  return defined !== undefined && defined > first
    ? { name, file, from, by: { line: defined, isFunction: true } }
    : from.isImport && made !== undefined && made > first
    ? { name, file, from, by: { line: made, isFunction: false } }
    : undefined;
}

/** The line of the function around another that binds a name in it. */
function boundInFunction(
  name: string,
  line: number,
  lines: readonly string[],
): number | undefined {
  const indent = (text: string) => /^\s*/.exec(text)![0].length;
  const depth = indent(lines[line - 1] ?? "");
  const head = lines.slice(0, line - 1).findLastIndex((each) =>
    /^\s*(?:async\s+)?def\s/.test(each) && indent(each) < depth
  );
  if (head < 0) return undefined;
  const bound = new RegExp(
    `^\\s+(?:for\\s+)?${name}\\s*(?::[^=]+)?(?:=(?!=)|\\bin\\b)`,
  );
  const parameter = new RegExp(`[(,\\s]${name}\\s*[,):=]`);
  const end = lines.slice(head, line).findIndex((each) => /:\s*$/.test(each));
  const found = lines.slice(head, line - 1).findIndex((each, at) =>
    (at <= end && parameter.test(each)) || (at > end && bound.test(each))
  );
  return found < 0 ? undefined : head + found + 1;
}

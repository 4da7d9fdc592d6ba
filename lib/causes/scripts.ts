/**
 * Programs that are named as the application and answer no visitors: loops
 * and scripts that run once.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { join } from "node:path";
import { startupFileOf } from "../site/adoption.ts";
import { codeLines } from "../python/code_lines.ts";
import { type Failure, type Frame, isLibraryFile } from "../python/failure.ts";
import {
  callableOf,
  findApplication,
  moduleOf,
  placeOf,
  sourceOf,
} from "./appointed.ts";
import type { Rule } from "./rule.ts";
import { exists, type Scene, textOf } from "./scene.ts";

/** What speaks of the web in a source. */
const WEB =
  /\b(?:flask|django|bottle|fastapi|starlette|quart|litestar|falcon|pyramid|cherrypy|tornado|webapp2|dash|streamlit|gradio|nicegui|aiohttp\.web|web\.py|werkzeug|webob|wsgi\w*|asgi\w*|start_response)\b|^\s*(?:import|from)\s+web\b|^\s*from aiohttp import web\b/im;

/** The rules of programs that are no web applications. */
export const scripts = (): Rule[] => [
  {
    name: "loop-for-application",
    code: "app-hung",
    over: "app-hung",
    when: { problem: "hung" },
    claim: ({ raised }, scene) => {
      const loop = raised.frames
        .filter(({ file }) => file.startsWith("/") && !isLibraryFile(file))
        .map((frame) => loopAround(frame, scene)).find((each) => each);
      if (!loop) return undefined;
      const { file, line, head, at } = loop;
      return {
        says:
          `Line ${line} of ${file} begins a loop that never ends (\`${head}\`), and it runs while the file is imported${
            at === line ? "" : `, where it stands at line ${at}`
          }: what comes after it is never reached, and nothing answers visitors`,
        place: { file, line },
        mend: `${
          WEB.test(sourceOf(scene))
            ? `Move the loop below \`if __name__ == "__main__":\`, or into a program of its own`
            : `A program that runs for ever is no web application: name one in [wsgi] of config.toml, and run this one beside it`
        }; what is to be done again and again is started by cron, or runs as a service (ask the administrators)`,
      };
    },
    examples: [
      {
        failure: {
          problem: "hung",
          seconds: 30,
          stack: [
            { file: "/srv/site/myapp/app.py", line: 7, function: "<module>" },
            { file: "/srv/site/myapp/app.py", line: 3, function: "check" },
          ],
        },
        files: {
          "APP/app.py":
            "import time\ndef check():\n    time.sleep(3)\n\nwhile True:\n    # once more\n    check()\n    time.sleep(10)\n",
        },
        says:
          "Line 5 of APP/app.py begins a loop that never ends (`while True:`)",
        mend: "no web application",
      },
      {
        failure: {
          problem: "hung",
          seconds: 30,
          stack: [
            { file: "/srv/site/myapp/app.py", line: 9, function: "<module>" },
            { file: "/srv/site/myapp/app.py", line: 6, function: "work" },
          ],
        },
        files: {
          "APP/app.py":
            "import time\nfrom flask import Flask\napp = Flask(1)\ndef work():\n    while 1:\n        time.sleep(3)\n\n\nwork()\n",
        },
        says: "Line 5 of APP/app.py",
        mend: "Move the loop below",
      },
    ],
    not: [{
      // It ends, when what it waits for has come.
      failure: {
        problem: "hung",
        seconds: 30,
        stack: [
          { file: "/srv/site/myapp/app.py", line: 7, function: "<module>" },
        ],
      },
      files: {
        "APP/app.py":
          "import time\nwhile True:\n    try:\n        connect()\n        break\n    except OSError:\n        time.sleep(3)\n",
      },
    }],
  },
  {
    name: "script-for-application",
    code: "app-callable-missing",
    over: "callable-missing",
    when: { problem: "attribute-missing import-exited" },
    claim: ({ failure, raised, line, place }, scene) => {
      const source = sourceOf(scene);
      const { candidates = [], problem } = failure;
      if (
        source.trim() === "" || WEB.test(source) ||
        candidates.length > 0 || startupFileOf(scene.site) ||
        importsOwn(source, scene) ||
        problem === "import-exited" &&
          (raised.type !== "SystemExit" || definesCallable(source, failure) ||
            raised.frames.some(({ file }) => isLibraryFile(file))) ||
        findApplication(scene)
      ) return undefined;
      const code = codeLines(source);
      const isCgi = /content-type: */i.test(source) &&
        /^\s*(?:print\b|sys\.stdout\.write)/m.test(source);
      // Classes and functions alone are a library.
      const runs = code.some((each) =>
        /^[\w.]+ *\(|^(?:for|while|with|if(?! *__name__))\b/.test(each)
      );
      if (!isCgi && !runs) return undefined;
      const name = callableOf(failure).replace(/\W.*/, "");
      const what = isCgi
        ? "is a CGI program, which runs once for each request and prints its answer"
        : /^\s*(?:from|import) (?:setuptools|distutils)\b/m.test(source)
        ? "installs a package (setup.py)"
        : /^\s*(?:from|import) (?:unittest|pytest)\b/m.test(source)
        ? "holds tests"
        : "is a script, which runs once from its first line to its last";
      return {
        code: problem === "import-exited" ? "app-exited" : undefined,
        says: problem === "import-exited"
          ? `${moduleOf(scene)} ${what}; it ended itself${
            place ? ` on line ${place.line}` : ""
          }${
            line && !/^\d+$/.test(line) ? ` (${line})` : ""
          }, and has nothing that could answer a visitor`
          : `${
            moduleOf(scene)
          } ${what}: it has no "${name}", which the web server would call for each request`,
        place: problem === "import-exited" ? place : placeOf(scene),
        mend: /^(?:installs|holds)/.test(what)
          ? "Let `module` in [wsgi] of config.toml name the file that makes the application"
          : `Write it as a web application: what it does, in a function that returns its answer, as \`def ${name}(environ, start_response):\` with \`start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])\` and \`return [text.encode()]\` in it, or as a view of a framework such as Flask; or name the module that has the application`,
      };
    },
    examples: [
      {
        failure: { problem: "attribute-missing", subject: "app" },
        files: { "APP/app.py": 'name = "x"\nprint("Hello", name)\n' },
        says:
          'is a script, which runs once from its first line to its last: it has no "app"',
        mend: "`def app(environ, start_response):`",
      },
      {
        failure: { problem: "attribute-missing", subject: "application" },
        files: {
          "APP/app.py":
            'import os\nprint("Content-Type: text/html")\nprint()\nprint("x")\n',
        },
        says: "is a CGI program",
      },
      {
        failure: { problem: "attribute-missing", subject: "app" },
        files: {
          "APP/app.py": 'from setuptools import setup\nsetup(name="x")\n',
        },
        says: "installs a package",
        mend: "`module` in [wsgi]",
      },
      {
        raised: "SystemExit: 0",
        failure: { problem: "import-exited", status: 0 },
        files: { "APP/app.py": "import sys\nprint(1)\nsys.exit(0)\n" },
        code: "app-exited",
        says: "it ended itself on line 3",
      },
    ],
    not: [
      {
        failure: { problem: "attribute-missing", subject: "application" },
        files: {
          "APP/app.py":
            'import sys\nsys.path.insert(0, "/x")\nfrom shop import *\n',
          "APP/shop.py": "",
        },
      },
      {
        failure: { problem: "attribute-missing", subject: "app" },
        files: { "APP/app.py": "def helper():\n    return 1\n" },
      },
      {
        raised: "SystemExit: 1",
        failure: { problem: "import-exited", status: 1 },
        files: {
          "APP/app.py":
            "import sys\nfrom flask import Flask\nsys.exit(1)\napp = Flask(1)\n",
        },
      },
    ],
  },
];

/** Tells whether a source imports other files of the site: those may be meant. */
function importsOwn(source: string, scene: Scene): boolean {
  return [...source.matchAll(/^\s*(?:from|import)\s+(\.*\w*)/gm)]
    .some(([, name = ""]) =>
      name.startsWith(".") ||
      scene.folders.some((folder) =>
        exists(join(folder, `${name}.py`), scene) ||
        exists(join(folder, name), scene)
      )
    );
}

/** A loop around a line that nothing ends. */
function loopAround(
  frame: Frame,
  scene: Scene,
): { file: string; line: number; head: string; at: number } | undefined {
  const { file, line = 0 } = frame;
  const lines = codeLines(textOf(file, scene));
  const indent = (text: string) => /^\s*/.exec(text)![0].length;
  let depth = indent(lines[line - 1] ?? "");
  for (let at = line - 1; at >= 0; at--) {
    const text = lines[at] ?? "";
    if (text.trim() === "" || at < line - 1 && indent(text) >= depth) continue;
    depth = indent(text);
    const head = /^\s*(while\s+\(?(?:True|1|not\s+False)\)?\s*:)/.exec(text)
      ?.[1];
    if (head === undefined) {
      if (/^\s*(?:async )?(?:def|class)\b/.test(text)) return undefined;
      continue;
    }
    const rest = lines.slice(at + 1);
    const end = rest.findIndex((each) =>
      each.trim() !== "" && indent(each) <= depth
    );
    const body = rest.slice(0, end < 0 ? rest.length : end).join("\n");
    return /^\s*(?:break|return)\b|:\s*(?:break|return)\b/m.test(body)
      ? undefined
      : { file, line: at + 1, head: head.replace(/\s+/g, " "), at: line };
  }
  return undefined;
}

/** Tells whether the application itself stands below what ended Python. */
function definesCallable(source: string, failure: Failure): boolean {
  const name = callableOf(failure).replace(/\W.*/, "");
  return new RegExp(
    `^(?:(?:async )?def|class) +${name}\\b|^${name}(?: *:[^=]+)? *=(?!=)`,
    "m",
  ).test(source);
}

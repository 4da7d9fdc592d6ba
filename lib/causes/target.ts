/**
 * What `[wsgi]` names and Python does not find.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { basename, dirname, join, relative } from "node:path";
import { namesIn } from "../machine/host.ts";
import { startupFileOf } from "../site/adoption.ts";
import { suggest } from "../text/suggestion.ts";
import {
  appIs,
  appoint,
  FACTORY,
  findApplication,
  type FoundApplication,
  guardedLine,
  moduleOf,
  placeOf,
  sourceOf,
} from "./appointed.ts";
import type { Rule } from "./rule.ts";
import { exists, linesOf, type Scene, searchSite } from "./scene.ts";

/** The rules of the target. */
export const target = (): Rule[] => [
  {
    name: "target-missing",
    code: "app-module-missing",
    when: { problem: "module-missing" },
    claim: ({ failure: { subject = "" } }, scene) => {
      const { site, folders, host } = scene;
      if (subject === "" || subject.includes("/")) return undefined;
      const parts = subject.split(".");
      const home = searchSite(scene, (names, folder) => {
        if (!names.includes(parts[0]!) && !names.includes(`${parts[0]}.py`)) {
          return false;
        }
        const last = parts.at(-1)!;
        const inside = namesIn(dirname(join(folder, ...parts)), host);
        return inside.includes(`${last}.py`) || inside.includes(last);
      }).find((each) => !folders.includes(each));
      const place = site.placeOf(
        site.config?.wsgi?.module === undefined ? "wsgi.app" : "wsgi.module",
      );
      return {
        seen: `Python finds no module "${subject}" in ${folders.join(" and ")}${
          home ? `; it lies in ${home}` : ""
        }`,
        place,
        mend: home
          ? `Write in [wsgi] of config.toml: chdir = "${home}"`
          : "Correct the name, or write the absolute path of the file as module",
      };
    },
    examples: [{
      failure: { problem: "module-missing", subject: "core.wsgi" },
      files: { "SITE/core/wsgi.py": "" },
      says: "it lies in SITE",
      mend: 'chdir = "SITE"',
    }],
  },
  {
    name: "target-file-gone",
    code: "app-module-missing",
    when: { problem: "module-missing" },
    claim: ({ failure: { subject = "" } }, scene) => {
      if (!subject.includes("/")) return undefined;
      const near = suggest(
        basename(subject),
        namesIn(dirname(subject), scene.host),
      );
      return {
        says: `There is no file ${subject}, which [wsgi] in config.toml names${
          near ? `; in the same folder there is "${near}"` : ""
        }`,
        place: scene.site.placeOf("wsgi.module"),
        mend: near
          ? `Write module = "${join(dirname(subject), near)}", if that is meant`
          : "Copy the file to this machine, or write the path of the one that holds the application as `module`",
      };
    },
    examples: [{
      failure: { problem: "module-missing", subject: "/srv/site/myapp/ap.py" },
      says: 'there is "app.py"',
      mend: 'module = "APP/app.py"',
    }],
  },
  {
    name: "directory-not-entered",
    code: "app-directory",
    when: { problem: "directory" },
    claim: ({ failure: { subject = "" }, line }, { site }) => ({
      says: `Cannot enter the working directory ${subject}: ${line}`,
      place: site.placeOf("wsgi.chdir"),
      mend:
        "Correct chdir in [wsgi] of config.toml; let the folder be there and open to the site's user; after a deployment that replaces it, restart the site",
    }),
    examples: [{
      raised: "FileNotFoundError: [Errno 2] No such file or directory: '/x'",
      facts: { errno: "ENOENT", filename: "/x" },
      failure: { problem: "directory", subject: "/x" },
      mend: "Correct chdir",
    }],
  },
  {
    name: "socket-path-long",
    code: "worker-socket",
    when: { problem: "socket", message: /path too long|ENAMETOOLONG/ },
    claim: {
      says:
        "The path of the socket through which requests come is too long for the system",
      mend:
        "Ask the administrators for a shorter temporary folder or instance folder of Passenger (TMPDIR in the login files may name a long one), or give the site a shorter path",
    },
    examples: [{
      raised: "OSError: AF_UNIX path too long",
      failure: { problem: "socket" },
    }],
  },
  {
    name: "callable-below-guard",
    code: "app-callable-missing",
    over: "callable-missing server-of-framework",
    when: { problem: "attribute-missing" },
    claim: ({ failure: { subject = "app" } }, scene) => {
      const line = guardedLine(
        new RegExp(`^\\s+${subject.split(".")[0]}\\s*(?::[^=]+)?=(?!=)`),
        scene.site.config?.wsgi?.module,
        scene,
      );
      return line && {
        seen:
          `"${subject}" is made on line ${line.line} of ${line.file}, below \`if __name__ == "__main__":\`, which runs only when the file is started by hand, and not when the web server imports it`,
        place: line,
        mend:
          `Move line ${line.line} and what belongs to it out of that block, to the left margin; only \`app.run()\` stays in it`,
      };
    },
    examples: [{
      failure: { problem: "attribute-missing", subject: "app" },
      files: {
        "APP/app.py":
          'from flask import Flask\n\nif __name__ == "__main__":\n    app = Flask(__name__)\n    app.run()\n',
      },
      says: '"app" is made on line 4',
      mend: "out of that block",
    }],
    not: [{
      failure: { problem: "attribute-missing", subject: "app" },
      files: {
        "APP/app.py":
          "def make():\n    app = Flask(__name__)\n    return app\n",
      },
    }],
  },
  {
    name: "callable-in-try",
    code: "app-callable-missing",
    over: "callable-missing server-of-framework",
    when: { problem: "attribute-missing" },
    claim: ({ failure: { subject = "app" } }, scene) => {
      const file = targetFile(scene);
      const caught = file && caughtLine(subject.split(".")[0]!, file, scene);
      return caught && {
        seen:
          `"${subject}" is set on line ${caught.line} of ${file}, within a \`try\` whose \`except\` on line ${caught.handler} goes on without it: what fails there is passed over, and the module has no "${subject}"`,
        place: { file, line: caught.line },
        mend:
          `Take \`try\` and \`except\` away around line ${caught.line}, or end the \`except\` with \`raise\`: then what it catches is told here`,
      };
    },
    examples: [{
      failure: { problem: "attribute-missing", subject: "application" },
      files: {
        "APP/app.py":
          "import sys\n\ntry:\n    application = get_wsgi_application()\nexcept Exception:\n    print('x')\n",
      },
      says: "within a `try` whose `except` on line 5",
      mend: "around line 4",
    }],
    not: [{
      failure: { problem: "attribute-missing", subject: "app" },
      files: {
        "APP/app.py":
          "try:\n    import x\nexcept ImportError:\n    x = None\napplication = x\n",
      },
    }],
  },
  {
    name: "callable-in-function",
    code: "app-callable-missing",
    over: "callable-missing server-of-framework",
    when: { problem: "attribute-missing" },
    claim: ({ failure: { subject = "app", candidates = [] } }, scene) => {
      const file = scene.site.config?.wsgi?.module;
      const lines = linesOf(file, scene);
      const made = new RegExp(
        `^\\s+${
          subject.split(".")[0]
        }\\s*=\\s*(?:\\w+\\.)?(?:Flask|Bottle|Dash|FastAPI|create_app|make_app)\\(`,
      );
      const at = lines.findIndex((line) => made.test(line));
      const inside = lines.slice(0, at + 1).findLast((line) =>
        /^\S/.test(line)
      );
      const name = /^def +(\w+)\s*\(/.exec(inside ?? "")?.[1];
      if (!file || at < 0 || !name || candidates.includes(name)) {
        return undefined;
      }
      return {
        seen: `"${subject}" is made on line ${
          at + 1
        } of ${file}, inside of the function ${name}(), so that the module itself has none`,
        place: { file, line: at + 1 },
        mend: `${
          appoint(
            `${name}()`,
            scene,
            `End that function with \`return ${subject}\``,
          )
        }; or make the application at the left margin; no call of run() may stay outside of \`if __name__ == "__main__":\``,
      };
    },
    examples: [{
      failure: { problem: "attribute-missing", subject: "app" },
      files: {
        "APP/app.py":
          "def main():\n    app = Flask(__name__)\n    app.run()\n\nmain()\n",
      },
      says: "inside of the function main()",
      mend: 'app = "main()"',
    }],
  },
  {
    name: "bottle-default",
    code: "app-callable-missing",
    over: "callable-missing callable-in-function callable-below-guard",
    when: { problem: "attribute-missing" },
    claim: ({ failure: { subject = "app", candidates = [] } }, scene) => {
      const text = sourceOf(scene);
      return candidates.length === 0 &&
          /^\s*(?:from bottle import|import bottle\b)/m.test(text) &&
          /^\s*@(?:bottle\.)?(?:route|get|post|put|delete|view)\b/m.test(
            text,
          ) &&
          !/\b(?:Bottle|default_app)\(/.test(text)
        ? {
          seen: `${
            moduleOf(scene)
          } has no "${subject}": Bottle keeps the routes that are written with \`@route\` in an application of its own, which no name holds`,
          place: scene.site.placeOf("wsgi.app"),
          mend:
            `Write at the end of the module, and not below \`if __name__ == "__main__":\`: \`import bottle\` and \`${
              /^\w+$/.test(subject) ? subject : "app"
            } = bottle.default_app()\``,
        }
        : undefined;
    },
    examples: [{
      failure: { problem: "attribute-missing", subject: "app" },
      files: {
        "APP/app.py":
          'from bottle import route, run\n\n@route("/")\ndef index():\n    return "x"\n',
      },
      mend: "app = bottle.default_app()",
    }],
    not: [{
      failure: { problem: "attribute-missing", subject: "app" },
      files: { "APP/app.py": "from bottle import Bottle\nx = Bottle()\n" },
    }],
  },
  {
    name: "cgi-in-startup-file",
    code: "app-callable-missing",
    over: "callable-missing",
    when: { problem: "attribute-missing" },
    claim: ({ failure: { subject = "application" } }, scene) => {
      const file = startupFileOf(scene.site) ?? scene.site.config?.wsgi?.module;
      const lines = linesOf(file, scene);
      const run =
        /^(?:\w+\.)*(?:CGIHandler|IISCGIHandler|run_with_cgi)\((?:\)\.run\()?([\w.]+(?:\(\))?)\)/;
      const at = lines.findIndex((line) => run.test(line));
      const app = run.exec(lines[at] ?? "")?.[1];
      return file && app && {
        seen: `Line ${
          at + 1
        } of ${file} answers one request as a CGI program, and ends; this server calls "${subject}" for each, and the file has none`,
        place: { file, line: at + 1 },
        mend: `Write in place of line ${at + 1}: ${subject} = ${app}`,
      };
    },
    examples: [{
      failure: {
        problem: "attribute-missing",
        subject: "application",
        candidates: ["app"],
      },
      files: {
        "APP/app.py":
          "from wsgiref.handlers import CGIHandler\nfrom shop import app\nCGIHandler().run(app)\n",
      },
      says: "Line 3 of APP/app.py answers one request as a CGI program",
      mend: "in place of line 3: application = app",
    }],
    not: [{
      failure: { problem: "attribute-missing", subject: "application" },
      files: {
        "APP/app.py": 'if __name__ == "__main__":\n    CGIHandler().run(app)\n',
      },
    }],
  },
  {
    name: "callable-missing",
    code: "app-callable-missing",
    when: { problem: "attribute-missing" },
    claim: ({ failure: { subject = "app", candidates = [] } }, scene) => {
      const place = placeOf(scene);
      const first = candidates[0];
      if (first) {
        const isFactory = FACTORY.test(first.split(".").at(-1)!);
        return {
          says: `${moduleOf(scene)} has no "${subject}"; it has ${
            candidates.map((name) => `"${name}"`).join(", ")
          }`,
          place,
          mend: appoint(
            isFactory
              ? `${first}()`
              : new RegExp(`^${first}\\s*=\\s*(?:dash\\.)?Dash\\(`, "m")
                  .test(sourceOf(scene))
              ? `${first}.server`
              : first,
            scene,
          ),
        };
      }
      const other = findApplication(scene);
      return {
        says: `${
          moduleOf(scene)
        } has no "${subject}", and nothing else that could be the application${
          other ? `; "${other.name}" in ${other.file} could be` : ""
        }`,
        place,
        mend: other
          ? writeTarget(other, scene)
          : `Let ${appIs(scene)} the application${
            startupFileOf(scene.site)
              ? ""
              : ", and `module` the file that it is in"
          }`,
      };
    },
    examples: [
      {
        failure: {
          problem: "attribute-missing",
          subject: "application",
          candidates: ["create_app"],
        },
        says:
          'The module "APP/app.py" has no "application"; it has "create_app"',
        mend: 'app = "create_app()"',
      },
      {
        failure: {
          problem: "attribute-missing",
          subject: "server",
          candidates: ["app"],
        },
        files: { "APP/app.py": "import dash\napp = dash.Dash(__name__)\n" },
        mend: 'app = "app.server"',
      },
      {
        failure: { problem: "attribute-missing", subject: "application" },
        files: {
          "APP/main.py": "from flask import Flask\napp = Flask(__name__)\n",
        },
        says: '"app" in APP/main.py could be',
        mend: '`module = "APP/main.py"` and `app = "app"`',
      },
      {
        failure: { problem: "attribute-missing", subject: "application" },
        files: {
          "APP/manage.py": "",
          "APP/mysite/wsgi.py": "application = get_wsgi_application()\n",
        },
        says: '"application" in APP/mysite/wsgi.py could be',
        mend: 'and `chdir = "APP"`',
      },
      {
        failure: { problem: "attribute-missing", subject: "application" },
        files: { "APP/main.py": "app = 1\n" },
        says: "nothing else",
        mend: "Let `app` in config.toml name the application, and `module`",
      },
    ],
  },
];

/** The file that holds the application, where the settings tell it. */
function targetFile({ site, folders, ...scene }: Scene): string | undefined {
  const target = site.application?.target;
  if (!target) return undefined;
  if ("file" in target) return target.file;
  const path = target.module.replaceAll(".", "/");
  return folders.flatMap((folder) => [
    join(folder, `${path}.py`),
    join(folder, path, "__init__.py"),
  ]).find((file) => exists(file, { ...scene, site, folders }));
}

/** Where a name is set in a `try` at the left margin that passes failures over. */
function caughtLine(
  name: string,
  file: string,
  scene: Scene,
): { line: number; handler: number } | undefined {
  const lines = linesOf(file, scene);
  const set = new RegExp(
    `^\\s+(?:${name}\\s*=(?!=)|(?:from\\s.*)?\\bimport\\s+(?:.*\\bas\\s+)?${name}\\s*$)`,
  );
  const line = lines.findIndex((each) => set.test(each));
  const begin = lines.slice(0, line + 1).findLastIndex((each) =>
    /^\S/.test(each)
  );
  if (line < 0 || !/^try\s*:/.test(lines[begin]!)) return undefined;
  const handler = lines.findIndex((each, index) =>
    index > line && /^except\b/.test(each)
  );
  const rest = lines.slice(handler + 1);
  const end = rest.findIndex((each) => /^\S/.test(each));
  const body = rest.slice(0, end < 0 ? rest.length : end).join("\n");
  return handler < 0 ||
      new RegExp(`^\\s+(?:raise\\b|${name}\\s*=)`, "m").test(body)
    ? undefined
    : { line: line + 1, handler: handler + 1 };
}

function writeTarget(
  { file, name, directory }: FoundApplication,
  scene: Scene,
): string {
  const startup = startupFileOf(scene.site);
  if (startup) {
    const module = relative(directory ?? dirname(startup), file)
      .replace(/\.py$/, "").replaceAll("/", ".");
    const alias = name === "application" ? "" : ` as application`;
    return `Write in ${startup}: from ${module} import ${name}${alias}`;
  }
  const chdir = directory ? `, and \`chdir = "${directory}"\`` : "";
  return `Write in [wsgi] of config.toml: \`module = "${file}"\` and \`app = "${name}"\`${chdir}`;
}

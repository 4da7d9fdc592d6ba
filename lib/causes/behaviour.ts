/**
 * What a program may do and a web application may not: run a server of its
 * own, ask the keyboard, end the process, be an answer of another kind.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { codeLines } from "../python/code_lines.ts";
import type { Place } from "../findings/finding.ts";
import type { Frame } from "../python/failure.ts";
import { ANYWHERE } from "./missing.ts";
import type { Claim, Rule } from "./rule.ts";
import { platformOf } from "./set_elsewhere.ts";
import { lineOf, linesOf, type Scene, textOf } from "./scene.ts";

const SERVER_FILE =
  /\/(?:socketserver|wsgiref\/simple_server|http\/server|asyncio\/base_events|eventlet\/wsgi|hypercorn\/\w+\/run)\.py$|\/(?:werkzeug\/serving|waitress\/\w+|gunicorn\/\w+|uvicorn\/\w+|hypercorn\/\w+|cheroot\/\w+|gevent\/(?:base)?server|tornado\/(?:tcp|http)server|bottle|aiohttp\/web|cherrypy\/(?:__init__|_cpserver|process\/\w+)|sanic\/\w+(?:\/\w+)*|gradio\/\w+|streamlit\/web\/\w+|django\/core\/servers\/\w+|flask\/app)\.py$/;
const SERVE_FUNCTION =
  /^(?:serve_forever|run_simple|run|serve|run_server|run_app|quickstart|launch|block|handle_request|server_bind|bind_sockets?|listen)$/;

/** Other ways to a server; their functions have names that many have. */
const LISTENING =
  /\/(?:cheroot\/server\.py start|web\/(?:application\.py run|httpserver\.py runsimple|wsgi\.py runwsgi)|eventlet\/wsgi\.py server|flup\/server\/\w+\.py run|socket\.py accept|xmlrpc\/server\.py handle_request)$/;

/** Tells whether code of the application was starting a server. */
function findServerStart(frames: readonly Frame[]): Frame | undefined {
  return frames.find((frame) =>
    SERVER_FILE.test(frame.file) && SERVE_FUNCTION.test(frame.function) ||
    LISTENING.test(`${frame.file} ${frame.function}`)
  );
}

/** What is said of an application that runs a server. */
const SERVER_START: Claim = {
  says:
    "The application starts a web server of its own while it is imported, as with app.run()",
  mend: 'Move that call below `if __name__ == "__main__":`, or remove it',
};

/** What makes the application where only the call of a server did. */
function applicationOf(text: string): string | undefined {
  const cherry =
    /^\s*(?:\w+ *= *)?cherrypy\.quickstart\(\s*([\w.]+(?:\([^()]*\))?)/m.exec(
      text,
    );
  if (cherry) {
    return `in its place write \`application = cherrypy.Application(${
      cherry[1]
    }, "/")\`, and name that as \`app\` in [wsgi] of config.toml`;
  }
  if (
    /^from bottle import|^import bottle/m.test(text) && !/\bBottle\(/.test(text)
  ) {
    return "Bottle keeps the routes in an application of its own: in its place write `application = bottle.default_app()`, and name that as `app` in [wsgi] of config.toml";
  }
  const made =
    /\b(?:make_server|WSGIServer|serve|run_simple)\([^\n]*?(\w+\(\w*\))\s*[,)]/
      .exec(text);
  return made && /app/i.test(made[1]!)
    ? `in its place write \`application = ${
      made[1]
    }\`, and name that as \`app\` in [wsgi] of config.toml`
    : undefined;
}

const HEADER_MEND =
  "Headers are ASCII without line ends; encode other text, as with urllib.parse.quote, and never put what a visitor sent into one unseen";

/** What mends an answer, by the worker's word for what it refuses. */
const ANSWERS: Readonly<Record<string, string>> = {
  "body-none":
    'End the application with `return [body]`, where body is bytes, after start_response("200 OK", headers)',
  "block-str":
    'Return bytes in a list: `return [body.encode("utf-8")]`; a dict as JSON: `return [json.dumps(data).encode("utf-8")]`',
  "body-str": 'Return bytes in a list: `return [body.encode("utf-8")]`',
  "body-type": "Return an iterable of bytes: `return [body]`",
  "headers-type":
    'Give the headers as a list of tuples: `[("Content-Type", "text/html")]`; of a dict, `list(headers.items())`',
  "head-type": "Give status, names and values of headers as str",
  "status-text":
    'Write the status as number and words: `start_response("200 OK", headers)`',
  "header-text": HEADER_MEND,
  "length-text":
    "Leave Content-Length out, or give it once, as the number of bytes of the body: `str(len(body))`",
  "start-order":
    'Call `start_response("200 OK", headers)` once, before the body is returned',
  "hop-by-hop": "Leave the headers of the connection to the server",
};

const RECIPES: readonly { line: RegExp; what: string; mend: string }[] = [
  {
    line: /\bos\.exec[lv]\w*\s*\(/,
    what: "starts Python anew with os.exec…()",
    mend:
      "Remove that line and what leads to it (INTERP): passenger_python in config.toml names the interpreter",
  },
  {
    line: /activate_this(?:\.py)?\b/,
    what: "switches to a virtual environment with activate_this.py",
    mend:
      "Remove these lines: passenger_python in config.toml names the interpreter of the virtual environment",
  },
  {
    line:
      /(?:subprocess\.\w+|os\.system|os\.popen)\s*\(.*\b(?:pipenv|poetry|conda|source|activate)\b/,
    what: "asks pipenv, poetry or a shell for an environment",
    mend:
      "Remove these lines: passenger_python in config.toml names the interpreter of the virtual environment",
  },
  {
    line: /\bos\.fork\s*\(|\bdaemon(?:ize)?\s*\(|DaemonContext\(/,
    what: "goes into the background",
    mend: "Remove that: the web server keeps the application running",
  },
];

/**
 * The last line of a recipe to enter an environment, which begins with one
 * that asks for a variable; nothing where the variable is for something else.
 */
function recipeEnd(
  own: { file: string; line?: number },
  variable: string,
  scene: Scene,
): number | undefined {
  const lines = linesOf(own.file, scene);
  const start = (own.line ?? 0) - 1;
  const first = lines[start] ?? "";
  if (!first.includes(variable)) return undefined;
  const name = /^(\w+)\s*=/.exec(first)?.[1];
  const near = lines.slice(start, start + 10);
  const ofPlatform = platformOf(variable) !== undefined;
  const names = near.findIndex((each) =>
    /activate_this/.test(each) && (each === first || ofPlatform ||
      name !== undefined && new RegExp(`\\b${name}\\b`).test(each))
  );
  if (names < 0) return undefined;
  const run = near.findLastIndex((each) =>
    /\b(?:execfile|exec|runpy)\b/.test(each)
  );
  let end = start + Math.max(names, run);
  // What belongs to the `try` around it goes with it.
  while (
    /^[ \t]+\S|^(?:except|else|finally|with)\b/.test(lines[end + 1] ?? "")
  ) end++;
  // What stands between and is for something else must stay.
  return lines.slice(start, end + 1).every((each) =>
      /^\s|^$|^(?:try|except|else|finally|with)\b|^#|virt|venv|activate|exec|PYTHON_EGG_CACHE/
        .test(each) || each === first && name !== undefined
    )
    ? end + 1
    : undefined;
}

/** Python was given the lines that a shell reads to enter an environment. */
function shellActivated(
  { filename = "" }: { filename?: string },
  line: string,
  place: Place | undefined,
  scene: Scene,
): Claim | undefined {
  const isOf = (each: string) =>
    /\bactivate(?:_this)?(?:\.\w+)?["']/.test(each);
  if (
    !place?.file || !/\b(?:exec|execfile|open|run_path)\s*\(/.test(line) ||
    !isOf(line) && !/(?:^|\/)activate(?:\.\w+)?$/.test(filename) &&
      filename.startsWith("/")
  ) return undefined;
  const at = codeLines(textOf(place.file, scene)).findIndex((each) =>
    isOf(each)
  );
  return at < 0 ? undefined : {
    says: `Line ${
      at + 1
    } of ${place.file} names a file that activates a virtual environment in a shell: it is written for shells, and Python cannot run it`,
    place,
    mend: `Remove that line${
      at + 1 === place.line ? "" : ", and those that read and run the file"
    }: passenger_python in config.toml names the interpreter of the virtual environment, and with it all its packages`,
  };
}

/** A line of an old recipe in the application's own file. */
function findRecipe(
  scene: Scene,
  file = scene.site.config?.wsgi?.module,
):
  | { place: { file: string; line: number }; what: string; mend: string }
  | undefined {
  if (!file?.startsWith("/")) return undefined;
  for (const [index, line] of codeLines(textOf(file, scene)).entries()) {
    const recipe = RECIPES.find((each) => each.line.test(line));
    if (recipe) {
      return { ...recipe, place: { file, line: index + 1 } };
    }
  }
  return undefined;
}

/** The rules of behaviour. */
export const behaviour = (): Rule[] => [
  {
    name: "development-server-renamed",
    code: "app-runs-server",
    over: "name-gone-told",
    when: {
      problem: "import-raised factory-raised",
      message: /\brun_server has been replaced by /,
    },
    claim: {
      says:
        "The application starts the development server of Dash while it is imported, by a name that is gone, `run_server`",
      mend:
        'Move that call below `if __name__ == "__main__":`, as `app.run()`, or remove it: the web server serves what `app` in config.toml names, `app.server`',
    },
    examples: [{
      raised:
        "dash.exceptions.ObsoleteAttributeException: app.run_server has been replaced by app.run",
      in: "PACKAGES/dash/_obsolete.py __getattr__",
      files: { "PACKAGES/dash-4.4.1.dist-info/METADATA": "Name: dash\n" },
      mend: "remove it",
    }],
  },
  {
    name: "server-of-its-own",
    code: "app-runs-server",
    over:
      `app-hung loop-for-application exit-called process-limit port-taken permission-denied thread-bound ${ANYWHERE}`,
    when: [
      { problem: "import-raised factory-raised import-exited hung" },
    ],
    claim: ({ raised, own }, scene) => {
      const start = findServerStart(raised.frames);
      if (!start) return undefined;
      const [, alone] = /\/(aiohttp|tornado|gradio|streamlit|nicegui)\//
        .exec(start.file) ?? [];
      if (alone) {
        return {
          says:
            `The application starts the web server of ${alone} while it is imported, and what is written with ${alone} runs in that server alone: this one calls applications of WSGI and ASGI`,
          mend:
            `Ask the administrators for a way to run ${alone} behind the web server, as a program of its own; or write the site with a framework that speaks WSGI or ASGI, such as Flask, Django or FastAPI`,
        };
      }
      const instead = applicationOf(textOf(own?.file, scene));
      return instead
        ? { ...SERVER_START, mend: `${SERVER_START.mend}; ${instead}` }
        : SERVER_START;
    },
    examples: [
      {
        failure: {
          problem: "hung",
          seconds: 30,
          stack: [
            { file: "/srv/site/myapp/app.py", line: 3, function: "<module>" },
            {
              file:
                "/srv/site/venv/lib/python3.11/site-packages/cherrypy/__init__.py",
              line: 9,
              function: "quickstart",
            },
          ],
        },
        files: {
          "APP/app.py": 'import cherrypy\n\ncherrypy.quickstart(Root(), "/")\n',
        },
        mend: 'application = cherrypy.Application(Root(), "/")',
      },
      {
        raised: "OSError: [Errno 98] Address already in use",
        facts: { errno: "EADDRINUSE" },
        in: "PYTHON/socketserver.py server_bind",
        says: "a web server of its own",
        mend: "__main__",
      },
      {
        failure: {
          problem: "hung",
          seconds: 30,
          stack: [
            { file: "/srv/site/myapp/app.py", line: 3, function: "<module>" },
            {
              file:
                "/srv/site/venv/lib/python3.11/site-packages/aiohttp/web.py",
              line: 9,
              function: "run_app",
            },
          ],
        },
        says: "runs in that server alone",
        mend: "Ask the administrators",
      },
      {
        raised: "ModuleNotFoundError: No module named 'cheroot'",
        in: [
          "PACKAGES/web/application.py run",
          "PACKAGES/web/httpserver.py runsimple",
        ],
        mend: "__main__",
      },
      {
        raised: "SystemExit: 1",
        in: "PACKAGES/werkzeug/serving.py run_simple",
        failure: { problem: "import-exited", status: 1 },
      },
      {
        failure: {
          problem: "hung",
          seconds: 30,
          stack: [
            { file: "/srv/site/myapp/app.py", line: 3, function: "<module>" },
            {
              file: "/usr/lib/python3.11/socketserver.py",
              line: 9,
              function: "serve_forever",
            },
          ],
        },
      },
    ],
    not: ["ValueError: too bad"],
  },
  {
    name: "recipe-of-fastcgi",
    code: "module-of-other-server",
    over:
      "package-missing module-unknown own-part-missing package-part-missing module-mistyped module-elsewhere own-module-absent namespace-part-missing package-in-other-environment",
    when: {
      type: "ModuleNotFoundError",
      message: /No module named '(flup|fcgi|flipflop|paste\.servers)\b/,
    },
    claim: {
      says:
        'The module "$1" is for FastCGI, another way to run an application, and nothing here needs it',
      mend:
        "Take the lines with it and with its `WSGIServer(…).run()` away: `app` in config.toml names the application itself, and the web server asks that",
    },
    examples: [
      "ModuleNotFoundError: No module named 'flup'",
      {
        raised: "ModuleNotFoundError: No module named 'flup.server'",
        facts: { name: "flup.server" },
      },
      "ModuleNotFoundError: No module named 'flipflop'",
    ],
  },
  {
    name: "command-line-read",
    code: "app-reads-keyboard",
    when: {
      type: "IndexError",
      message: /^list index out of range/,
      problem: "import-raised factory-raised",
    },
    claim: ({ own }, scene) =>
      /\bsys\.argv\s*\[/.test(lineOf(own, scene)) && {
          says:
            "The application reads its command line (`sys.argv`) while it is imported, and under a web server there is none",
          mend:
            'Move that below `if __name__ == "__main__":`, or read a variable that config.toml sets under [environment]',
        } || undefined,
    examples: [{
      raised: "IndexError: list index out of range",
      files: { "APP/app.py": "\n\nport = int(sys.argv[1])\n" },
      says: "command line",
    }],
    not: ["IndexError: list index out of range"],
  },
  {
    name: "port-taken",
    code: "app-runs-server",
    when: { errno: "EADDRINUSE", problem: "import-raised factory-raised" },
    claim: {
      says:
        "The application listens on a port of its own while it is imported, and that port is in use already",
      mend:
        'Move that below `if __name__ == "__main__":`, or remove it: the web server listens',
    },
    examples: [{
      raised: "OSError: [Errno 98] Address already in use",
      facts: { errno: "EADDRINUSE" },
    }],
  },
  {
    name: "keyboard-asked",
    code: "app-reads-keyboard",
    when: [
      { type: "EOFError", message: /^EOF when reading a line$/ },
      { type: "EOFError", in: /\/getpass\.py / },
    ],
    claim: {
      says:
        "The application asks for input from a keyboard, and a web server has none",
      mend:
        "Remove input() or the debugger; take settings from config.toml, in [environment] or [secret_files]",
    },
    examples: [
      { raised: "EOFError", in: "PYTHON/getpass.py _raw_input" },
      { raised: "EOFError: EOF when reading a line", mend: "input()" },
    ],
    not: ["EOFError: Ran out of input"],
  },
  {
    name: "debugger-entered",
    code: "app-reads-keyboard",
    when: { type: "BdbQuit" },
    claim: {
      says:
        "The application stops in a debugger, and a web server has no keyboard",
      mend: "Remove breakpoint() or pdb.set_trace()",
    },
    examples: ["bdb.BdbQuit"],
  },
  {
    name: "startup-file-loads-itself",
    code: "startup-file-loads-itself",
    when: { type: "RecursionError" },
    claim: ({ raised }, scene) => {
      const starter = raised.frames
        .find(({ file }) => /\/passenger_wsgi\.py$/.test(file));
      const again = raised.frames.filter((frame) =>
        frame.file === starter?.file && frame.function === "<module>"
      );
      return starter && again.length > 1
        ? {
          says: `${starter.file} loads itself over and over`,
          place: { file: starter.file, line: starter.line },
          mend:
            `Let module in [wsgi] of ${scene.site.layout.config} name the application's own file`,
        }
        : undefined;
    },
    examples: [{
      raised: "RecursionError: maximum recursion depth exceeded",
      frames: [
        "ROOT/passenger_wsgi.py <module>",
        "ROOT/passenger_wsgi.py <module>",
      ],
      says: "loads itself",
      mend: "module in [wsgi]",
    }],
    not: ["RecursionError: maximum recursion depth exceeded"],
  },
  {
    name: "recipe-left-over",
    code: "startup-file-restarts-python",
    over: "process-ended app-hung",
    when: { problem: "exited hung import-exited" },
    claim: (_, scene) => {
      const recipe = findRecipe(scene);
      return recipe && {
        seen:
          `Line ${recipe.place.line} of ${recipe.place.file} ${recipe.what}, as recipes for other servers do; that ends the process that wsgi-shim has started`,
        place: recipe.place,
        mend: recipe.mend,
      };
    },
    examples: [{
      failure: { problem: "exited", status: 1 },
      files: {
        "APP/app.py":
          'import os, sys\nINTERP = "/x"\nif sys.executable != INTERP:\n    os.execl(INTERP, INTERP, *sys.argv)\n',
      },
      says: "Line 4 of APP/app.py starts Python anew with os.exec…()",
      mend: "passenger_python",
    }],
    not: [{ failure: { problem: "exited", status: 1 } }],
  },
  {
    name: "recipe-activate-this",
    code: "startup-file-restarts-python",
    over:
      "file-missing file-missing-told module-unknown name-undefined-here source-syntax source-for-python-2 source-of-later-python",
    when: [
      { errno: "ENOENT", message: /activate_this|\/bin\/activate\b/ },
      { type: "SyntaxError IndentationError" },
      { type: "NameError", message: /^name 'execfile' is not defined/ },
    ],
    claim: ({ place, kind, raised }, scene) => {
      const line = place ? lineOf(place, scene) : "";
      if (kind !== "NameError" && !/activate_this/.test(raised.message)) {
        return shellActivated(raised, line, place, scene);
      }
      if (/execfile/.test(line) && !/activate_this/.test(line)) {
        return {
          code: "code-for-python-2",
          says: "execfile() was part of Python 2 only",
          mend:
            "Write `exec(open(PATH).read())` in its place, or import the file",
        };
      }
      return {
        says:
          "The file switches to a virtual environment with activate_this.py, which `python3 -m venv` does not make",
        mend:
          "Remove these lines: passenger_python in config.toml names the interpreter of the virtual environment",
      };
    },
    examples: [
      {
        raised:
          "FileNotFoundError: [Errno 2] No such file or directory: '/x/bin/activate_this.py'",
        facts: { errno: "ENOENT", filename: "/x/bin/activate_this.py" },
        mend: "Remove these lines",
      },
      {
        raised: "SyntaxError: invalid syntax (activate, line 4)",
        facts: { filename: "/srv/site/venv/bin/activate", line: 4 },
        files: {
          "APP/app.py": '#\n#\nexec(open("venv/bin/activate").read())\n',
        },
        says: "Line 3 of APP/app.py",
        mend: "Remove",
      },
      {
        raised: "SyntaxError: invalid syntax (<string>, line 4)",
        facts: { filename: "<string>", line: 4 },
        files: {
          "APP/app.py":
            'start = "/x/bin/activate_this.py"\nwith open(start) as f:\n    exec(f.read(), dict(__file__=start))\n',
        },
        says: "Line 1 of APP/app.py",
      },
    ],
    not: [{
      raised: "SyntaxError: invalid syntax (<string>, line 4)",
      facts: { filename: "<string>", line: 4 },
      files: { "APP/app.py": '#\n#\nexec(open("settings.txt").read())\n' },
    }],
  },
  {
    name: "recipe-of-variable",
    code: "startup-file-restarts-python",
    over: "variable-missing",
    when: { type: "KeyError", message: /^'?(\w+)'?$/ },
    claim: ({ own, groups: [name = ""] }, scene) => {
      const end = own ? recipeEnd(own, name, scene) : undefined;
      return own && end !== undefined
        ? {
          seen: `Lines ${own.line} to ${end} of ${own.file} are a recipe ${
            platformOf(name) ? `of ${platformOf(name)} ` : ""
          }to enter a virtual environment with activate_this.py; it asks for the variable "${name}", which is not set here, and is not needed`,
          place: own,
          mend:
            `Remove lines ${own.line} to ${end} of ${own.file}: passenger_python in config.toml names the interpreter of the virtual environment`,
        }
        : undefined;
    },
    examples: [{
      raised: "KeyError: 'OPENSHIFT_PYTHON_DIR'",
      in: ["APP/app.py <module>", "PYTHON/os.py __getitem__"],
      files: {
        "APP/app.py":
          'import os\n\nhome = os.environ["OPENSHIFT_PYTHON_DIR"] + "/virtenv"\nstart = os.path.join(home, "bin/activate_this.py")\ntry:\n    execfile(start, dict(__file__=start))\nexcept IOError:\n    pass\n\nfrom shop import app\n',
      },
      says: "Lines 3 to 8 of APP/app.py are a recipe of OpenShift",
      mend: "Remove lines 3 to 8",
    }, {
      raised: "KeyError: 'OPENSHIFT_PYTHON_DIR'",
      in: ["APP/app.py <module>", "PYTHON/os.py __getitem__"],
      files: {
        "APP/app.py":
          'import os\n\nos.environ["PYTHON_EGG_CACHE"] = os.environ["OPENSHIFT_PYTHON_DIR"] + "/virtenv/lib"\nvirtenv = os.environ["OPENSHIFT_PYTHON_DIR"]\nvirtualenv = virtenv + "/bin/activate_this.py"\ntry:\n    exec(open(virtualenv).read())\nexcept IOError:\n    pass\n',
      },
      mend: "Remove lines 3 to 9",
    }, {
      raised: "KeyError: 'WORKON_HOME'",
      in: ["APP/app.py <module>", "PYTHON/os.py __getitem__"],
      files: {
        "APP/app.py":
          'import os\n\nstart = os.environ["WORKON_HOME"] + "/x/bin/activate_this.py"\nexec(open(start).read(), {"__file__": start})\nimport shop\n',
      },
      mend: "Remove lines 3 to 4",
    }],
    not: [{
      // What the recipe is mixed with is needed.
      raised: "KeyError: 'OPENSHIFT_REPO_DIR'",
      in: ["APP/app.py <module>", "PYTHON/os.py __getitem__"],
      files: {
        "APP/app.py":
          'import os, sys\n\nsys.path.insert(0, os.environ["OPENSHIFT_REPO_DIR"])\nstart = "/x/bin/activate_this.py"\nexecfile(start)\n',
      },
    }, {
      // Another line of the file enters an environment, without the variable.
      raised: "KeyError: 'SHOP_MODE'",
      in: ["APP/app.py <module>", "PYTHON/os.py __getitem__"],
      files: {
        "APP/app.py":
          'import os\n\nmode = os.environ["SHOP_MODE"]\nstart = "/x/bin/activate_this.py"\nexec(open(start).read())\n',
      },
    }, {
      raised: "KeyError: 'OPENSHIFT_DATA_DIR'",
      in: ["APP/app.py <module>", "PYTHON/os.py __getitem__"],
      files: {
        "APP/app.py":
          'import os\n\nfiles = os.environ["OPENSHIFT_DATA_DIR"]\nimport shop\n',
      },
    }],
  },
  {
    name: "recipe-of-environment",
    code: "startup-file-restarts-python",
    over: "program-missing file-missing permission-denied recipe-activate-this",
    when: [
      { errno: "ENOENT EACCES ENOTDIR" },
      { type: "CalledProcessError" },
    ],
    claim: ({ own }, scene) => {
      if (!own) return undefined;
      const line = lineOf(own, scene);
      const recipe = RECIPES.find((each) => each.line.test(line)) ??
        (/\w+\(.*["'](?:pipenv|poetry|conda|virtualenv)["' ]/.test(line)
          ? RECIPES[2]
          : undefined);
      return recipe && {
        seen:
          `Line ${own.line} of ${own.file} ${recipe.what}, as recipes for other servers do`,
        mend: recipe.mend,
      };
    },
    examples: [
      {
        raised: "FileNotFoundError: [Errno 2] No such file: 'pipenv'",
        facts: { errno: "ENOENT", filename: "pipenv" },
        in: "PYTHON/subprocess.py _execute_child",
        files: {
          "APP/app.py": '\n\nvenv = check_output(["pipenv", "--venv"])\n',
        },
        says: "asks pipenv",
        mend: "passenger_python",
      },
      {
        raised: "FileNotFoundError: [Errno 2] No such file",
        facts: { errno: "ENOENT", filename: "/home/x/bin/python" },
        files: {
          "APP/app.py": "\n\nos.execl(INTERP, INTERP, *sys.argv)\n",
        },
        says: "starts Python anew",
      },
    ],
  },
  {
    name: "answer-invalid",
    code: "response-invalid",
    when: { problem: "request-raised" },
    claim: ({ raised: { refusal = "" }, text, place }, scene) =>
      Object.hasOwn(ANSWERS, refusal)
        ? {
          says: `This is no answer in WSGI: ${text}`,
          place: place ?? placeOfApplication(scene),
          mend: ANSWERS[refusal]!,
        }
        : undefined,
    examples: [
      {
        raised:
          "TypeError: headers are dict, not a list of (name, value) tuples",
        facts: { refusal: "headers-type" },
        failure: { problem: "request-raised" },
        says: "headers are dict",
        mend: "list(headers.items())",
      },
      {
        raised: "TypeError: application returned str, not bytes: encode it",
        facts: { refusal: "block-str" },
        frames: [],
        failure: { problem: "request-raised" },
        mend: "json.dumps",
      },
      {
        raised: "ValueError: Content-Length is 'x', not a number",
        facts: { refusal: "length-text" },
        failure: { problem: "request-raised" },
        mend: "str(len(body))",
      },
    ],
    not: [{
      raised: "TypeError: application returned str, not bytes: encode it",
      failure: { problem: "request-raised" },
    }],
  },
  {
    name: "arguments-not-wsgi",
    code: "app-not-wsgi",
    when: {
      problem: "request-raised",
      type: "TypeError",
      message:
        /^([\w.<>]+)\(\) (?:takes (?:from )?\d+(?: to \d+)? positional arguments? but \d+ (?:was|were) given|missing \d+ required (?:positional|keyword-only) arguments?)/,
    },
    claim: ({ failure, text }, { site }) =>
      (failure.exception?.frames.length ?? 0) === 0
        ? {
          says:
            `WSGI calls the application with two arguments, and it takes others: ${text}`,
          place: site.placeOf("wsgi.app"),
          mend:
            'Let `app` in config.toml name the application itself; a factory is written app = "create_app()"',
        }
        : undefined,
    examples: [{
      raised: "TypeError: app() takes 1 positional argument but 2 were given",
      frames: [],
      failure: { problem: "request-raised" },
      says: "two arguments",
      mend: "create_app()",
    }],
    not: [{
      raised: "TypeError: f() takes 1 positional argument but 2 were given",
      failure: { problem: "request-raised" },
    }],
  },
  {
    name: "address-outside-request",
    code: "app-setting-missing",
    when: {
      message:
        /^(?:Unable to build URLs outside an active request|Application was not able to create a URL adapter for request independent URL generation)/,
    },
    claim: {
      says:
        "An address is built with `url_for()` outside of a request, where Flask does not know the name of the site",
      mend:
        "Build it in the function that answers a request; for work outside of one, as for mail in a thread, build it before and hand it on, or do it within `with app.test_request_context(base_url=…):`",
    },
    examples: [
      "RuntimeError: Unable to build URLs outside an active request without 'SERVER_NAME' configured. Also configure 'APPLICATION_ROOT' and 'PREFERRED_URL_SCHEME' as needed.",
    ],
  },
  {
    name: "work-after-end",
    code: "thread-bound",
    when: {
      message:
        /^(?:cannot schedule new futures after (?:interpreter )?shutdown|can't register atexit after shutdown|can't create new thread at interpreter shutdown)/,
    },
    claim: {
      says:
        "Work in a thread goes on while the process is being ended, and Python begins nothing new then",
      mend:
        "The web server ends a process at a restart, and when nobody asks: keep work in a request short, let threads be daemons, and give what must be done to a program beside the web server",
    },
    examples: [
      "RuntimeError: cannot schedule new futures after interpreter shutdown",
    ],
  },
  {
    name: "times-with-and-without-zone",
    code: "app-code",
    when: {
      type: "TypeError",
      message:
        /^can't (?:compare|subtract) offset-naive and offset-aware datetimes/,
    },
    claim: {
      says:
        "A time with a time zone and one without are compared or subtracted",
      mend:
        "Give both a zone: `timezone.now()` in Django, `datetime.now(timezone.utc)` elsewhere; what comes out of a database without zones gets one by `.replace(tzinfo=timezone.utc)`, where it is meant so",
    },
    examples: [
      "TypeError: can't compare offset-naive and offset-aware datetimes",
      "TypeError: can't subtract offset-naive and offset-aware datetimes",
    ],
  },
  {
    name: "variable-of-another-server",
    code: "app-code",
    when: { problem: "request-raised" },
    claim: ({ own, text, kind }, scene) => {
      const asked = own && lastAsked(own, scene);
      if (!asked || !own) return undefined;
      const [name, at] = asked;
      // Whoever tests for it first, and says so, raises what he likes.
      const fits = kind === "KeyError" && text.includes(name) ||
        /object is not callable$/.test(text) ||
        /^\s*raise\b/.test(lineOf(own, scene));
      return fits
        ? {
          says:
            `Line ${at} of ${own.file} asks the request for "${name}", which ${
              name.startsWith("werkzeug")
                ? "the server of Flask for development gave, until Werkzeug 2.1"
                : `another server gives, ${name.split(/[._]/)[0]}`
            }; behind this web server no request has it`,
          place: { file: own.file, line: at },
          mend: name === "werkzeug.server.shutdown"
            ? "Take that address out, and what asks for it: the web server ends and starts the application by itself, after `wsgi-shim restart`"
            : `Go on without it where it is not there: \`environ.get("${name}")\``,
        }
        : undefined;
    },
    examples: [
      {
        raised: "RuntimeError: Not running with the Werkzeug Server",
        failure: { problem: "request-raised" },
        files: {
          "APP/app.py":
            'def stop():\n    func = request.environ.get("werkzeug.server.shutdown")\n    raise RuntimeError("Not running with the Werkzeug Server")\n    func()\n',
        },
        says: 'asks the request for "werkzeug.server.shutdown"',
        mend: "wsgi-shim restart",
      },
      {
        raised: "TypeError: 'NoneType' object is not callable",
        failure: { problem: "request-raised" },
        files: {
          "APP/app.py":
            'def stop():\n    func = request.environ.get("werkzeug.server.shutdown")\n    func()\n',
        },
        says: "until Werkzeug 2.1",
        mend: "Take that address out",
      },
      {
        raised: "KeyError: 'uwsgi.node'",
        failure: { problem: "request-raised" },
        files: { "APP/app.py": '\n\nnode = environ["uwsgi.node"]\n' },
        says: "another server gives, uwsgi",
        mend: 'environ.get("uwsgi.node")',
      },
    ],
    not: [{
      raised: "KeyError: 'name'",
      failure: { problem: "request-raised" },
      files: {
        "APP/app.py":
          'node = environ.get("uwsgi.node")\n\nname = names["name"]\n',
      },
    }],
  },
  {
    name: "exit-in-request",
    code: "request-exited",
    when: { problem: "request-raised", type: "SystemExit" },
    claim: {
      says:
        "The application called exit while it served a request; that ends a program, not a request",
      mend: "Return an answer in its place",
    },
    examples: [{
      raised: "SystemExit: 1",
      failure: { problem: "request-raised" },
    }],
  },
];

/** Where the application begins in its file; it left no frame of its own. */
function placeOfApplication(scene: Scene): Place {
  const { site } = scene;
  const { module: file, app = "" } = site.config?.wsgi ?? {};
  const name = /^[\w]+/.exec(app)?.[0];
  const text = name ? textOf(file, scene) : "";
  if (!file || text === "") return site.placeOf("wsgi.app");
  const begins = new RegExp(
    `^(?:(?:async )?def|class) +${name}\\b|^${name} *[:=]`,
  );
  const line = text.split(/\r?\n/).findIndex((each) => begins.test(each)) + 1;
  return line > 0 ? { file, line } : { file };
}

/** Variables of a request that one server alone gives. */
const OF_SERVER_REGEXP =
  /["']((?:werkzeug\.server\.shutdown|(?:mod_wsgi|uwsgi|gunicorn|waitress|eventlet|gevent)\.[\w.]+))["']/;

/** The last such variable that is asked for above a line, and where. */
function lastAsked(
  { file, line = 0 }: { file: string; line?: number },
  scene: Scene,
): [name: string, line: number] | undefined {
  const lines = linesOf(file, scene);
  for (let at = line; at > Math.max(0, line - 6); at--) {
    const [, name] = OF_SERVER_REGEXP.exec(lines[at - 1] ?? "") ?? [];
    if (name) return [name, at];
  }
  return undefined;
}

/**
 * What `[wsgi]` names and Python does not find, or cannot call.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { basename, dirname, join, relative } from "node:path";
import type { Place } from "../findings/finding.ts";
import { startupFileOf } from "../site/adoption.ts";
import { startupModuleAdvice } from "../site/application.ts";
import { namesIn, refused } from "../machine/host.ts";
import { suggest } from "../text/suggestion.ts";
import { listed } from "../text/wrap.ts";
import type { Claim, Rule } from "./rule.ts";
import { exists, type Scene, searchSite, textOf } from "./scene.ts";

const OWN_SERVER =
  /^\s*(?:import|from)\s+(streamlit|gradio|nicegui|chainlit|shiny|voila|panel|bokeh|tornado)\b/m;
/** Applications that only the server of their own package can run. */
const OWN_APPLICATION =
  /\b(aiohttp|tornado|sanic|gradio|nicegui|streamlit|panel|bokeh|shiny|chainlit)\./;
const FACTORY = /^(?:create|make|get|build|init|setup)(?:_|$)/;

/** Objects that hold their application in an attribute. */
const HOLDERS: readonly { kind: RegExp; attribute: string; what: string }[] = [
  { kind: /^dash\.|(?:^|\.)Dash$/, attribute: "server", what: "Dash" },
  {
    kind: /^connexion\.|(?:^|\.)(?:FlaskApp|App)$/,
    attribute: "app",
    what: "Connexion",
  },
  {
    kind: /^(?:flask_socketio|socketio)\.|(?:^|\.)SocketIO$/,
    attribute: "",
    what: "Flask-SocketIO",
  },
  {
    kind: /^(?:flask_restx|flask_restful|flask_restplus)\.|(?:^|\.)Api$/,
    attribute: "app",
    what: "an extension of Flask",
  },
  {
    kind: /^flask_appbuilder\.|AppBuilder$/,
    attribute: "app",
    what: "Flask-AppBuilder",
  },
  {
    kind: /^flask_sqlalchemy\.|SQLAlchemy$/,
    attribute: "",
    what: "an extension of Flask",
  },
  { kind: /Blueprint$/, attribute: "", what: "a blueprint of Flask" },
];

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
    name: "factory-wants-arguments",
    code: "app-factory-failed",
    when: {
      problem: "factory-raised",
      message: /missing \d+ required .*arguments?: (.*)$/,
    },
    claim: ({ failure, own, groups: [wanted = ""] }, scene) =>
      // Frames of the application's own: what the factory calls was meant.
      own ? undefined : wantsArguments(
        failure.subject ?? "",
        [...wanted.matchAll(/'(\w+)'/g)].map(([, name]) => name!),
        scene,
      ),
    examples: [
      {
        raised:
          "TypeError: create_app() missing 1 required positional argument: 'config'",
        frames: [],
        failure: { problem: "factory-raised", subject: "create_app" },
        says: "it wants config",
        mend: "`application = create_app(config=CONFIG)`",
      },
      {
        raised:
          "TypeError: create_app() missing 2 required positional arguments: 'config' and 'db'",
        frames: [],
        failure: { problem: "factory-raised", subject: "create_app" },
        says: "it wants config and db",
        mend: "`application = create_app(config=CONFIG, db=DB)`",
      },
    ],
  },
  {
    name: "asgi-refused",
    code: "app-not-wsgi",
    when: { problem: "not-wsgi factory-result", kind: /^ASGI application$/ },
    claim: ({ failure }, scene) => ({
      says: `"${
        callableOf(failure)
      }" is an ASGI application, as FastAPI, Starlette and Quart make them, and ${
        scene.site.native
          ? "the server that loads this file speaks WSGI"
          : 'config.toml says interface = "wsgi"'
      }`,
      place: scene.site.placeOf("wsgi.interface"),
      mend: scene.site.native
        ? "Wrap it at the end of the file: `from a2wsgi import ASGIMiddleware` and `application = ASGIMiddleware(application)`"
        : 'Leave `interface` out of config.toml, or write: interface = "auto"',
    }),
    examples: [
      {
        failure: {
          problem: "not-wsgi",
          subject: "app",
          kind: "ASGI application",
        },
        says: '"app" is an ASGI application',
        mend: 'interface = "auto"',
      },
      {
        failure: {
          problem: "factory-result",
          subject: "create_app",
          kind: "ASGI application",
        },
        says: '"create_app()" is an ASGI application',
      },
    ],
  },
  {
    name: "wsgi-refused",
    code: "app-not-asgi",
    when: { problem: "not-asgi" },
    claim: ({ failure: { subject = "app", kind } }, scene) => ({
      says: `"${subject}" is ${
        kind === undefined
          ? "called with two arguments, as WSGI wants it"
          : withArticle(kind)
      }, and config.toml says interface = "asgi", which calls it with scope, receive and send`,
      place: scene.site.placeOf("wsgi.interface"),
      mend: kind === "factory"
        ? appoint(`${subject}()`, scene)
        : kind === undefined
        ? 'Leave `interface` out of config.toml, or write: interface = "auto"'
        : `Let ${appIs(scene)} the application itself`,
    }),
    examples: [
      {
        failure: { problem: "not-asgi", subject: "app" },
        says: "as WSGI wants it",
        mend: 'interface = "auto"',
      },
      {
        failure: {
          problem: "not-asgi",
          subject: "create_app",
          kind: "factory",
        },
        says: '"create_app" is a factory',
        mend: 'app = "create_app()"',
      },
    ],
  },
  {
    name: "server-of-framework",
    code: "app-not-wsgi",
    over: "arguments-wrong callable-missing not-callable factory-result-wrong",
    when: [
      {
        problem: "not-wsgi not-callable factory-result",
        kind: OWN_APPLICATION,
      },
      {
        problem: "not-callable",
        kind:
          /^()(?:Application|Blocks|Interface|ChatInterface|TabbedInterface|App)$/,
      },
      { problem: "attribute-missing" },
    ],
    claim: ({ failure, groups: [named] }, scene) => {
      const server = named ||
        (failure.candidates?.length
          ? undefined
          : OWN_SERVER.exec(sourceOf(scene))?.[1]);
      return server === undefined ? undefined : {
        says:
          `The module is a program of ${server}, which runs a web server of its own, and has no WSGI application that this web server could call`,
        place: placeOf(scene),
        mend:
          `Ask the administrators for a way to run ${server} behind the web server, or write the site with a framework that speaks WSGI, such as Flask, Dash or Django`,
      };
    },
    examples: [
      {
        failure: {
          problem: "not-wsgi",
          subject: "app",
          kind: "object of type tornado.web.Application that takes 1 argument",
        },
        says: "a program of tornado, which runs a web server of its own",
        mend: "Ask the administrators",
      },
      {
        failure: { problem: "attribute-missing", subject: "application" },
        files: { "APP/app.py": "import streamlit as st\nst.write(1)\n" },
        says: "a program of streamlit",
      },
      {
        failure: { problem: "not-callable", subject: "demo", kind: "Blocks" },
        files: { "APP/app.py": "import gradio as gr\ndemo = gr.Blocks()\n" },
        says: "a program of gradio",
      },
    ],
  },
  {
    name: "cherrypy-root",
    code: "app-not-wsgi",
    over:
      "plain-class class-for-application arguments-wrong not-callable application-within",
    when: { problem: "not-wsgi not-callable" },
    claim: ({ failure: { subject = "app", kind } }, scene) => {
      if (!/^\s*(?:import|from) cherrypy\b/m.test(sourceOf(scene))) {
        return undefined;
      }
      const root = kind === "class" ? `${subject}()` : subject;
      return {
        says:
          `"${subject}" holds the pages of CherryPy, and is no WSGI application itself`,
        place: placeOf(scene),
        mend: appoint(
          "application",
          scene,
          `Add to the module \`application = cherrypy.Application(${root}, "/")\`, leave \`cherrypy.quickstart()\` below \`if __name__ == "__main__":\``,
        ),
      };
    },
    examples: [{
      failure: { problem: "not-wsgi", subject: "Root", kind: "class" },
      files: { "APP/app.py": "import cherrypy\nclass Root:\n    x = 1\n" },
      mend: "cherrypy.Application(Root(),",
    }],
  },
  {
    name: "application-within",
    code: "app-not-callable",
    over:
      "arguments-wrong not-callable factory-result-wrong class-for-application",
    when: { problem: "not-wsgi not-callable factory-result" },
    claim: ({ failure }, scene) => {
      const { subject = "app", kind = "" } = failure;
      const type = /([A-Za-z_][\w.]*)(?: that takes .*)?$/
        .exec(kind.replace(/ that takes .*/, ""))?.[1] ?? "";
      const text = sourceOf(scene);
      const holder = HOLDERS.find((each) => each.kind.test(type)) ??
        (type === "Dash" || new RegExp(
            `^${subject}\\s*=\\s*(?:dash\\.)?(?:Jupyter)?Dash\\(`,
            "m",
          ).test(text)
          ? HOLDERS[0]
          : undefined);
      if (!holder) return undefined;
      const flask = /^(\w+)\s*=\s*(?:flask\.)?Flask\(/m.exec(text)?.[1];
      const inside = holder.attribute
        ? `${callableOf(failure)}.${holder.attribute}`
        : undefined;
      // Where the file makes the application by itself, that is the one.
      const name = holder.what === "Dash" ? inside : flask ?? inside;
      return {
        says: `"${
          callableOf(failure)
        }" is an object of ${holder.what} (${type}), and no WSGI application itself${
          inside ? `; its attribute "${holder.attribute}" is` : ""
        }`,
        place: placeOf(scene),
        mend: name
          ? appoint(name, scene)
          : `Let ${appIs(scene)} the Flask application itself`,
      };
    },
    examples: [
      {
        failure: { problem: "not-callable", subject: "app", kind: "Dash" },
        says: 'its attribute "server" is',
        mend: 'app = "app.server"',
      },
      {
        failure: {
          problem: "not-callable",
          subject: "socketio",
          kind: "SocketIO",
        },
        files: {
          "APP/app.py": "app = Flask(__name__)\nsocketio = SocketIO(app)\n",
        },
        mend: 'app = "app"',
      },
    ],
    not: [{
      failure: { problem: "not-callable", subject: "app", kind: "str" },
    }],
  },
  {
    name: "command-line",
    code: "app-not-wsgi",
    over: "factory-result-wrong",
    when: {
      problem: "not-wsgi not-asgi factory-result",
      kind: /^command line of (\w+)$/,
    },
    claim: ({ failure, groups: [library] }, scene) => {
      const text = sourceOf(scene);
      const name = /^(\w+)\s*=\s*(?:\w+\.)?(?:Flask|FastAPI|create_app)\(/m
        .exec(text)?.[1];
      return {
        says: `"${
          callableOf(failure)
        }" is a command line, made with ${library}, and no web application`,
        place: placeOf(scene),
        mend: name
          ? appoint(name, scene)
          : `Let ${appIs(scene)} the application that the commands are about`,
      };
    },
    examples: [{
      failure: {
        problem: "not-wsgi",
        subject: "manager",
        kind: "command line of flask_script",
      },
      files: { "APP/app.py": "app = Flask(1)\nmanager = Manager(app)\n" },
      says: "a command line, made with flask_script",
      mend: 'app = "app"',
    }],
  },
  {
    name: "router-alone",
    code: "app-not-wsgi",
    over: "factory-result-wrong wsgi-refused",
    when: {
      problem: "not-wsgi not-asgi factory-result",
      kind: /^router of FastAPI$/,
    },
    claim: ({ failure }, scene) => {
      const name = /^(\w+)\s*=\s*(?:\w+\.)?FastAPI\(/m.exec(sourceOf(scene))
        ?.[1];
      const subject = callableOf(failure);
      return {
        says:
          `"${subject}" is a router of FastAPI (APIRouter), a part of an application and none itself`,
        place: placeOf(scene),
        mend: name
          ? appoint(name, scene)
          : `Let ${
            appIs(scene)
          } the application that includes it: \`application = FastAPI()\` and \`application.include_router(${subject})\``,
      };
    },
    examples: [{
      failure: {
        problem: "not-wsgi",
        subject: "router",
        kind: "router of FastAPI",
      },
      says: "a part of an application",
      mend: "include_router(router)",
    }],
  },
  {
    name: "worker-application",
    code: "app-not-callable",
    over: "not-callable factory-result-wrong",
    when: {
      problem: "not-callable factory-result",
      kind:
        /^(Celery|Huey|\w+Huey|TeleBot|Bot|Dispatcher|Updater|Client|\w*Scheduler)$/,
    },
    claim: ({ failure, groups: [kind] }, scene) => {
      const text = sourceOf(scene);
      const name = /^(\w+)\s*=\s*(?:\w+\.)?(?:Flask|FastAPI)\(/m.exec(text)
        ?.[1];
      return {
        says: `"${
          callableOf(failure)
        }" is an object of type ${kind}, which works in processes of its own and answers no visitors`,
        place: placeOf(scene),
        mend: name
          ? appoint(name, scene)
          : `Let ${
            appIs(scene)
          } the web application, and start the ${kind} beside the web server, by a program of its own`,
      };
    },
    examples: [
      {
        failure: { problem: "not-callable", subject: "app", kind: "Celery" },
        says: "an object of type Celery",
        mend: "beside the web server",
      },
      {
        failure: { problem: "not-callable", subject: "celery", kind: "Celery" },
        files: { "APP/app.py": "app = Flask(1)\ncelery = Celery(1)\n" },
        mend: 'app = "app"',
      },
    ],
  },
  {
    name: "web-py-application",
    code: "app-not-callable",
    over: "not-callable factory-result-wrong",
    when: { problem: "not-callable factory-result", kind: /^application$/ },
    claim: ({ failure: { subject = "app" } }, scene) =>
      !/^\s*(?:import web|from web import)\b/m.test(sourceOf(scene)) ? "" : {
        says:
          `"${subject}" is an application of web.py, whose WSGI application \`wsgifunc()\` makes`,
        place: placeOf(scene),
        mend: appoint(`${subject}.wsgifunc()`, scene),
      },
    examples: [{
      failure: { problem: "not-callable", subject: "app", kind: "application" },
      files: { "APP/app.py": "import web\napp = web.application(urls, 1)\n" },
      mend: 'app = "app.wsgifunc()"',
    }],
  },
  {
    name: "value-for-application",
    code: "app-not-callable",
    over: "not-callable",
    when: {
      problem: "not-callable",
      kind: /^(NoneType|tuple|list|coroutine|generator)$/,
    },
    claim: ({ failure: { subject = "app" }, groups: [kind] }, scene) => {
      const [, made] = new RegExp(
        `^${subject}\\s*(?::[^=\\n]+)?=\\s*([\\w.]+)\\(`,
        "m",
      ).exec(sourceOf(scene)) ?? [];
      const place = placeOf(scene);
      const maker = made ? `${made}()` : "the function that makes it";
      return kind === "NoneType"
        ? {
          says: made
            ? `"${subject}" is None: ${maker} returned nothing`
            : `"${subject}" is None when the module has been read`,
          place,
          mend: made
            ? `End the function ${made} with \`return\` and the application`
            : "Give it the application where the module is read, and not in a function that is called later",
        }
        : kind === "tuple" || kind === "list"
        ? {
          says:
            `"${subject}" is a ${kind} of several objects: ${maker} returns more than the application`,
          place,
          mend: made
            ? `Take the application out of it, as in \`${subject}, *_ = ${maker}\` where it is the first`
            : `Let ${appIs(scene)} the application alone`,
        }
        : {
          says: `"${subject}" is a ${kind}: ${maker} is ${
            kind === "coroutine" ? "an async function" : "a generator"
          }, which was called and has not run`,
          place,
          mend: kind === "coroutine"
            ? `Write \`${subject} = asyncio.run(${
              made ? maker : "…"
            })\`, or make it an ordinary function, without async`
            : "Write `return` in place of `yield`",
        };
    },
    examples: [
      {
        failure: { problem: "not-callable", subject: "app", kind: "NoneType" },
        files: { "APP/app.py": "app = make_app()\n" },
        says: "make_app() returned nothing",
        mend: "`return`",
      },
      {
        failure: { problem: "not-callable", subject: "app", kind: "tuple" },
        files: { "APP/app.py": "app = create_app()\n" },
        mend: "`app, *_ = create_app()`",
      },
      {
        failure: { problem: "not-callable", subject: "app", kind: "coroutine" },
        says: "an async function",
        mend: "asyncio.run",
      },
    ],
  },
  {
    name: "class-of-library",
    code: "app-not-wsgi",
    over: "class-for-application arguments-wrong asgi-refused",
    when: { problem: "not-wsgi not-asgi", kind: /^class$/ },
    claim: ({ failure: { subject = "app" } }, scene) => {
      const name = new RegExp(
        `^${subject}\\s*=\\s*((?:\\w+\\.)?(Flask|Bottle|Quart|FastAPI|Starlette|Sanic|Falcon|Dash))\\s*(?:#.*)?$`,
        "m",
      ).exec(sourceOf(scene));
      const isFlask = /^(?:Flask|Quart|Dash|Sanic)$/.test(name?.[2] ?? "");
      if (!name) return undefined;
      return {
        seen: `"${subject}" is the class ${
          name[2]
        } itself, and no application of it: the brackets are missing`,
        place: placeOf(scene),
        mend: `Write in the module: \`${subject} = ${name[1]}(${
          isFlask ? "__name__" : ""
        })\``,
      };
    },
    examples: [{
      failure: { problem: "not-wsgi", subject: "app", kind: "class" },
      files: { "APP/app.py": "from flask import Flask\napp = Flask\n" },
      says: "the class Flask itself",
      mend: "`app = Flask(__name__)`",
    }],
  },
  {
    name: "async-function",
    code: "app-not-wsgi",
    when: { problem: "not-wsgi factory-result", kind: /^async function$/ },
    claim: ({ failure }, scene) => ({
      says: `"${
        callableOf(failure)
      }" is an async function; WSGI calls an ordinary one and does not wait`,
      place: placeOf(scene),
      mend:
        "Write `def` in place of `async def`, and run with `asyncio.run(…)` what must be awaited in it; or let it take scope, receive and send, as ASGI wants it",
    }),
    examples: [{
      failure: { problem: "not-wsgi", subject: "app", kind: "async function" },
      says: '"app" is an async function',
      mend: "`def` in place of `async def`",
    }],
  },
  {
    name: "plain-class",
    code: "app-not-wsgi",
    over: "class-for-application arguments-wrong",
    when: { problem: "not-wsgi" },
    claim: ({ failure: { subject = "app" } }, scene) =>
      isPlainClass(subject, scene)
        ? {
          seen:
            `"${subject}" is a class without a method __call__, so neither it nor an object of it is an application`,
          place: placeOf(scene),
          mend: `Let ${
            appIs(scene)
          } the application itself, or give the class a method: \`def __call__(self, environ, start_response):\``,
        }
        : undefined,
    examples: [{
      failure: { problem: "not-wsgi", subject: "app", kind: "class" },
      files: { "APP/app.py": "import os\nclass app:\n    pass\n\nx = 1\n" },
      says: "a class without a method __call__",
      mend: "def __call__(self, environ, start_response)",
    }],
  },
  {
    name: "class-for-application",
    code: "app-not-wsgi",
    when: { problem: "not-wsgi", kind: /^(factory|class)$/ },
    claim: ({ failure: { subject = "app", kind } }, scene) => ({
      says: kind === "factory"
        ? `"${subject}" is a factory: a function that makes the application, and is none itself`
        : `"${subject}" is a class, not an application: WSGI calls an object of it`,
      place: placeOf(scene),
      mend: appoint(`${subject}()`, scene),
    }),
    examples: [{
      failure: { problem: "not-wsgi", subject: "app", kind: "class" },
      files: {
        "APP/app.py":
          "class app:\n    x = 1\n\n    def __call__(self, e, s):\n",
      },
      says: '"app" is a class, not an application',
      mend: 'app = "app()"',
    }],
  },
  {
    name: "factory-with-arguments",
    code: "app-not-wsgi",
    over: "arguments-wrong",
    when: { problem: "not-wsgi", kind: /^function that takes \d+ / },
    claim: ({ failure: { subject = "app", kind = "" } }, scene) => {
      const name = subject.split(".").at(-1)!;
      const names = FACTORY.test(name) ? parametersOf(name, scene) : [];
      return kind.startsWith(`function that takes ${names.length} `)
        ? wantsArguments(subject, names, scene)
        : undefined;
    },
    examples: [{
      failure: {
        problem: "not-wsgi",
        subject: "create_app",
        kind: "function that takes 1 argument",
      },
      files: {
        "APP/app.py": "def create_app(\n  mode: str, debug=False\n):\n  1",
      },
      says: "it wants mode",
      mend: "with your own value for MODE",
    }],
  },
  {
    name: "arguments-wrong",
    code: "app-not-wsgi",
    when: { problem: "not-wsgi", kind: / takes / },
    claim: ({ failure: { subject = "app", kind = "" } }, scene) => ({
      says: `"${subject}" is ${
        withArticle(kind)
      }; WSGI calls the application with two: environ and start_response`,
      place: placeOf(scene),
      mend: `Let ${appIs(scene)} the application itself${
        subject.includes(".")
          ? ": for a method, an object's, not its class's"
          : ""
      }`,
    }),
    examples: [
      {
        failure: {
          problem: "not-wsgi",
          subject: "A.m",
          kind: "function that takes 3 arguments",
        },
        says: "takes 3 arguments",
        mend: "an object's",
      },
      {
        failure: {
          problem: "not-wsgi",
          subject: "app",
          kind: "object of type hello.Site that takes 1 argument",
        },
        says:
          "is an object of type hello.Site that takes 1 argument; WSGI calls",
      },
      {
        failure: {
          problem: "not-wsgi",
          subject: "index",
          kind: "function that takes 1 argument",
        },
        files: { "APP/app.py": "def index(request):\n  1" },
        says: '"index" is a function that takes 1 argument',
      },
    ],
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
      const lines = textOf(file, scene).split(/\r?\n/);
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
          mend: appoint(isFactory ? `${first}()` : first, scene),
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
  {
    name: "not-callable",
    code: "app-not-callable",
    when: { problem: "not-callable" },
    claim: ({ failure: { subject = "app", kind } }, scene) => ({
      says:
        `"${subject}" is of type ${kind}, which cannot be called; the application is a function, or an object that can be called`,
      place: placeOf(scene),
      mend: kind === "module"
        ? `Name what is in the module, as in: app = "${subject}.${
          basename(subject)
        }"`
        : `Let ${appIs(scene)} the application itself`,
    }),
    examples: [{
      failure: { problem: "not-callable", subject: "app", kind: "str" },
      says: "of type str",
    }],
  },
  {
    name: "factory-result-wrong",
    code: "app-factory-result",
    when: { problem: "factory-result" },
    claim: ({ failure: { subject, kind = "" } }, scene) =>
      /^(?:ASGI application|async function)$/.test(kind) ? undefined : {
        says: `${subject}() returned ${
          kind === "NoneType"
            ? "None"
            : kind === "class" || kind === "factory" || kind.includes(" takes ")
            ? withArticle(kind)
            : `an object of type ${kind}`
        }, which is no application`,
        place: placeOf(scene),
        mend: kind === "NoneType"
          ? "End the function with `return app`"
          : kind === "coroutine"
          ? "Make it an ordinary function, without async"
          : "Let the function return the application",
      },
    examples: [
      {
        failure: {
          problem: "factory-result",
          subject: "create_app",
          kind: "class",
        },
        says: "create_app() returned a class, which is no application",
      },
      {
        failure: {
          problem: "factory-result",
          subject: "create_app",
          kind: "NoneType",
        },
        mend: "`return app`",
      },
    ],
  },
];

/** Where it is decided what the application is. */
function placeOf({ site }: Scene): Place {
  const file = startupFileOf(site);
  return file ? { file } : site.placeOf("wsgi.app");
}

/** How to say what the application is: `and` is to be done besides. */
function appoint(what: string, { site }: Scene, and?: string): string {
  const file = startupFileOf(site);
  return `${and === undefined ? "Write" : `${and}, and write`} ${
    file
      ? `at the end of ${file}: application = ${what}`
      : `in [wsgi] of config.toml: app = "${what}"`
  }`;
}

/** Begins what the application should be, after "Let". */
function appIs({ site }: Scene): string {
  const file = startupFileOf(site);
  return file ? `\`application\` in ${file} be` : "`app` in config.toml name";
}

function callableOf(
  { problem, subject = "app" }: { problem: string; subject?: string },
): string {
  return problem === "factory-result" ? `${subject}()` : subject;
}

function wantsArguments(
  factory: string,
  names: string[],
  scene: Scene,
): Claim {
  const { site } = scene;
  const { config, host, layout } = site;
  const values = names.map((name) => `${name}=${name.toUpperCase()}`);
  const advice = startupModuleAdvice(
    factory,
    values.join(", "),
    config!.wsgi!,
    layout,
    host,
  );
  return {
    says:
      `The factory ${factory} cannot be called without arguments: it wants ${
        listed(names)
      }`,
    place: placeOf(scene),
    mend: `${advice}, with your own ${
      names.length > 1 ? "values" : "value"
    } for ${listed(names.map((name) => name.toUpperCase()))}`,
  };
}

/** A line below the guard of `__main__` at the end of a file. */
export function guardedLine(
  wanted: RegExp,
  file: string | undefined,
  scene: Scene,
): { file: string; line: number } | undefined {
  if (!file?.startsWith("/")) return undefined;
  const lines = textOf(file, scene).split(/\r?\n/);
  let isBelow = false;
  for (const [index, line] of lines.entries()) {
    if (/^if\s+__name__\s*==\s*["']__main__["']\s*:/.test(line)) isBelow = true;
    else if (/^\S/.test(line) && !/^[#)\]}]/.test(line)) isBelow = false;
    if (isBelow && wanted.test(line)) return { file, line: index + 1 };
  }
  return undefined;
}

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
  const lines = textOf(file, scene).split(/\r?\n/);
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

const MOST_FILES = 50;
const MADE_REGEXP =
  /^(application|app)\s*=\s*(?:\w+\.)*(?:Flask|Bottle|Dash|DispatcherMiddleware|get_wsgi_application|App|create_app|make_app)\(|^def (application)\(\w+,\s*\w+\)/m;

/** An application that is found in a file. */
interface Target {
  file: string;
  name: string;
  directory?: string;
}

function writeTarget(
  { file, name, directory }: Target,
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

/** An application in another file of the folder that `module` is in. */
function findApplication(scene: Scene): Target | undefined {
  const { site: { config }, host } = scene;
  const { module } = config?.wsgi ?? {};
  if (!module?.startsWith("/")) return undefined;
  const status = host.stat(module);
  const folder = !refused(status) && status.kind === "folder"
    ? module
    : dirname(module);
  const names = namesIn(folder, host);
  const files = [
    ...names.filter((name) => name.endsWith(".py")),
    // Beside Django's manage.py lies the folder that holds it.
    ...names.filter((name) => !name.includes(".")).map((name) =>
      `${name}/wsgi.py`
    ),
  ].map((name) => join(folder, name)).slice(0, MOST_FILES);
  for (const file of files.filter((each) => each !== module)) {
    const found = MADE_REGEXP.exec(textOf(file, scene));
    if (!found) continue;
    const project = dirname(dirname(file));
    return {
      file,
      name: found[1] ?? found[2]!,
      directory: exists(join(project, "manage.py"), scene)
        ? project
        : undefined,
    };
  }
  return undefined;
}

/** The parameters without a default, as far as the source tells. */
function parametersOf(name: string, scene: Scene): string[] {
  const head = new RegExp(`^def\\s+${name}\\s*\\(([^()]*)\\)`, "m")
    .exec(sourceOf(scene))?.[1] ?? "";
  return head.split(",").filter((each) => !each.includes("="))
    .flatMap((each) => /^\s*(\w+)/.exec(each)?.[1] ?? []);
}

/** The module by its name in config.toml. */
function moduleOf({ site }: Scene): string {
  const module = site.config?.wsgi?.module;
  return module === undefined ? "The module" : `The module "${module}"`;
}

/** The text of the file that `module` names. */
function sourceOf(scene: Scene): string {
  return textOf(scene.site.config?.wsgi?.module, scene);
}

/** A class on its own that nothing can call an object of. */
function isPlainClass(name: string, scene: Scene): boolean {
  const body = new RegExp(
    `^class[ \\t]+${name}[ \\t]*(?:\\([ \\t]*(?:object)?[ \\t]*\\))?[ \\t]*:(.*(?:\\n(?:[ \\t].*|#.*)?$)*)`,
    "m",
  ).exec(sourceOf(scene))?.[1];
  return body !== undefined && !body.includes("__call__");
}

function withArticle(kind: string): string {
  return `${kind.startsWith("object") ? "an" : "a"} ${kind}`;
}

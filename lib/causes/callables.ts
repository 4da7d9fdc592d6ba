/**
 * What `[wsgi]` names and the web server cannot call as an application.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { join } from "node:path";
import { startupFileOf } from "../site/adoption.ts";
import { startupModuleAdvice } from "../site/application.ts";
import { listed } from "../text/wrap.ts";
import {
  appIs,
  appoint,
  callableOf,
  FACTORY,
  placeOf,
  sourceOf,
} from "./appointed.ts";
import type { Claim, Rule } from "./rule.ts";
import { exists, lineOf, type Scene, textOf } from "./scene.ts";

/** Classes whose objects no web server calls as an application. */
const OTHER_CLASS =
  /(?:^|\.)(?:\w*HTTPRequestHandler|\w*RequestHandler|WebSocketHandler|MethodView|\w*View|Resource|APIView|\w*ViewSet|Thread|TestCase|BaseModel|BaseSettings)$/;

/** The rules of what is no application. */
export const callables = (): Rule[] => [
  {
    name: "factory-wants-arguments",
    code: "app-factory-failed",
    when: {
      problem: "factory-raised",
      message: /missing \d+ required .*arguments?: (.*)$/,
    },
    claim: ({ failure, own, groups: [wanted = ""] }, scene) =>
      // Frames of the application's own: what the factory calls was meant.
      own ? undefined : isItself(wanted)
        ? {
          says:
            `"${failure.subject}" is the application itself, and no function that makes one: it is called without a request there`,
          place: placeOf(scene),
          mend: appoint(failure.subject ?? "app", scene),
        }
        : wantsArguments(
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
      {
        raised:
          "TypeError: Flask.__call__() missing 2 required positional arguments: 'environ' and 'start_response'",
        frames: [],
        failure: { problem: "factory-raised", subject: "app" },
        says: "the application itself",
        mend: 'app = "app"',
      },
    ],
  },
  {
    name: "application-called",
    code: "app-code",
    over: "arguments-wrong",
    when: {
      problem: "import-raised factory-raised",
      type: "TypeError",
      message:
        /^(\w+)\.?__call__\(\) missing \d+ required positional arguments?: (.*)$/,
    },
    claim: ({ groups: [kind, wanted = ""], own }, scene) =>
      own && isItself(wanted)
        ? {
          says:
            `An application (${kind}) is called as if it were a function that makes one`,
          mend: /\w\(\)/.test(lineOf(own, scene))
            ? "Take the brackets behind it away on that line"
            : "Name the application itself there, without a call of it",
        }
        : undefined,
    examples: [{
      raised:
        "TypeError: FastAPI.__call__() missing 3 required positional arguments: 'scope', 'receive', and 'send'",
      files: { "APP/app.py": "app = FastAPI()\n\napp = app()\n" },
      says: "An application (FastAPI) is called",
      mend: "brackets",
    }],
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
      const source = sourceOf(scene);
      if (
        !made && (kind === "list" || kind === "tuple") &&
        new RegExp(`^${subject}\\s*(?::[^=\\n]+)?=\\s*[[(]`, "m").test(source)
      ) {
        return {
          says: `"${subject}" is a ${kind}, and no application`,
          place,
          mend: subject === "urlpatterns"
            ? 'Let `module` in [wsgi] of config.toml name the wsgi.py of the project, and `app` be "application": the addresses of Django are found through its settings'
            : `Let ${appIs(scene)} the application itself`,
        };
      }
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
      {
        failure: {
          problem: "not-callable",
          subject: "urlpatterns",
          kind: "list",
        },
        files: { "APP/app.py": "urlpatterns = []\n" },
        says: "is a list, and no application",
        mend: "wsgi.py",
      },
    ],
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
    name: "view-for-application",
    code: "app-not-wsgi",
    over: "class-for-application arguments-wrong factory-with-arguments",
    when: { problem: "not-wsgi", kind: /^(?:factory|function that takes )/ },
    claim: ({ failure: { subject = "app" } }, scene) => {
      const file = startupFileOf(scene.site) ?? scene.site.config?.wsgi?.module;
      const text = textOf(file, scene);
      const view = new RegExp(
        `^@(\\w+)\\.(?:route|get|post|put|delete|page|errorhandler)\\b.*\\n(?:@.*\\n)*(?:async )?def ${subject}\\b`,
        "m",
      ).exec(text);
      const [whole, holder = ""] = view ?? [];
      // A blueprint is no application either.
      if (
        !file || !view || whole === undefined ||
        new RegExp(
          `^${holder}\\s*=\\s*(?:\\w+\\.)*(?:Blueprint|APIRouter)\\(`,
          "m",
        )
          .test(text)
      ) return undefined;
      const line = text.slice(0, view.index + whole.length).split("\n").length;
      const rename =
        `Give the function on line ${line} of ${file} another name`;
      return {
        seen:
          `"${subject}" is a view, the function on line ${line} of ${file}, and not the application`,
        place: { file, line },
        mend: holder === subject ? rename : appoint(holder, scene, rename),
      };
    },
    examples: [
      {
        failure: {
          problem: "not-wsgi",
          subject: "application",
          kind: "factory",
        },
        files: {
          "APP/app.py":
            'application = Flask(__name__)\n@application.route("/")\ndef application():\n    return "x"\n',
        },
        says: '"application" is a view, the function on line 3',
        mend: "another name",
      },
      {
        failure: {
          problem: "not-wsgi",
          subject: "index",
          kind: "function that takes 1 argument",
        },
        files: {
          "APP/app.py":
            'app = Flask(__name__)\n@app.route("/<a>")\ndef index(a):\n    return "x"\n',
        },
        says: "the function on line 3",
        mend: 'app = "app"',
      },
    ],
    not: [{
      failure: { problem: "not-wsgi", subject: "make_app", kind: "factory" },
      files: { "APP/app.py": "def make_app():\n    return 1\n" },
    }],
  },
  {
    name: "class-of-other-kind",
    code: "app-not-wsgi",
    over: "class-for-application plain-class arguments-wrong",
    when: { problem: "not-wsgi not-asgi", kind: /^class$/ },
    claim: ({ failure: { subject = "app" } }, scene) => {
      const [, bases = ""] = new RegExp(
        `^class[ \\t]+${subject}[ \\t]*\\(([^)]*)\\)`,
        "m",
      ).exec(sourceOf(scene)) ?? [];
      const base = bases.split(",").map((each) => each.trim())
        .find((each) => OTHER_CLASS.test(each));
      if (!base) return undefined;
      const made =
        /^(\w+)\s*=\s*(?:\w+\.)*(?:Flask|FastAPI|Starlette|Quart|Bottle|create_app)\(/m
          .exec(sourceOf(scene))?.[1];
      const isHandler = /Handler$/.test(base);
      return {
        says: `"${subject}" is a class of the kind ${base}, ${
          isHandler
            ? "which answers requests of another server, as that of http.server or of Vercel's functions"
            : "which is a part of an application"
        }, and no application itself`,
        place: placeOf(scene),
        mend: made
          ? appoint(made, scene)
          : isHandler
          ? `Write what it does as an application, in a function \`def app(environ, start_response):\` or with a framework such as Flask, and name that`
          : `Let ${appIs(scene)} the application that it belongs to`,
      };
    },
    examples: [
      {
        failure: { problem: "not-wsgi", subject: "handler", kind: "class" },
        files: {
          "APP/app.py":
            "from http.server import BaseHTTPRequestHandler\nclass handler(BaseHTTPRequestHandler):\n    def do_GET(self): pass\n",
        },
        says: "of the kind BaseHTTPRequestHandler",
        mend: "def app(environ, start_response)",
      },
      {
        failure: { problem: "not-wsgi", subject: "Index", kind: "class" },
        files: {
          "APP/app.py":
            "app = Flask(__name__)\nclass Index(MethodView):\n    x = 1\n",
        },
        says: "a part of an application",
        mend: 'app = "app"',
      },
    ],
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
    name: "module-for-application",
    code: "app-not-callable",
    over: "not-callable",
    when: { problem: "not-callable", kind: /^module$/ },
    claim: ({ failure: { subject = "app" } }, scene) => {
      const source = startupFileOf(scene.site) ??
        scene.site.config?.wsgi?.module;
      const text = textOf(source, scene);
      const [, around, part, plain] = new RegExp(
        `^(?:from[ \\t]+([\\w.]+)[ \\t]+import[ \\t]+(?:.*,[ \\t]*)?(\\w+)(?:[ \\t]+as[ \\t]+${subject})?|import[ \\t]+([\\w.]+)(?:[ \\t]+as[ \\t]+${subject})?)[ \\t]*(?:#.*)?$`,
        "m",
      ).exec(
        text.split(/\r?\n/).filter((line) =>
          new RegExp(`\\b${subject}\\s*(?:#.*)?$`).test(line)
        ).join("\n"),
      ) ?? [];
      const module = plain ?? (around && `${around}.${part}`);
      if (!source || !module) return undefined;
      const way = module.replace(/^\.+/, "").replaceAll(".", "/");
      const file = scene.folders.flatMap((folder) => [
        join(folder, `${way}.py`),
        join(folder, way, "__init__.py"),
      ]).find((each) => exists(each, scene));
      const names = [
        ...textOf(file, scene).matchAll(
          /^(\w+)\s*=\s*(?:\w+\.)*(?:Flask|Bottle|Dash|FastAPI|get_wsgi_application|create_app|make_app)\(/gm,
        ),
      ].map(([, name]) => name!);
      const name = names.find((each) => /^app(?:lication)?$/.test(each)) ??
        names[0];
      return name && {
        seen:
          `"${subject}" is the module ${file}, and not the application in it, "${name}"`,
        place: placeOf(scene),
        mend: `Write in ${source}: \`from ${module} import ${name}${
          name === subject ? "" : ` as ${subject}`
        }\``,
      };
    },
    examples: [
      {
        failure: {
          problem: "not-callable",
          subject: "application",
          kind: "module",
        },
        files: {
          "APP/app.py": "from shop import site as application\n",
          "APP/shop/site.py":
            "from flask import Flask\napp = Flask(__name__)\n",
        },
        says:
          'the module APP/shop/site.py, and not the application in it, "app"',
        mend: "`from shop.site import app as application`",
      },
      {
        failure: { problem: "not-callable", subject: "shop", kind: "module" },
        files: {
          "APP/app.py": "import shop\n",
          "APP/shop/__init__.py": "app = Flask(__name__)\n",
        },
        mend: "`from shop import app as shop`",
      },
    ],
  },
  {
    name: "not-callable",
    code: "app-not-callable",
    when: { problem: "not-callable" },
    claim: ({ failure: { subject = "app", kind } }, scene) => {
      const made = [
        ...sourceOf(scene).matchAll(
          /^(\w+)\s*=\s*(?:\w+\.)?(?:Flask|FastAPI|Starlette|Quart|Bottle|get_[aw]sgi_application|create_app)\(/gm,
        ),
      ].map(([, name]) => name!);
      const only = made.length === 1 && made[0] !== subject
        ? made[0]
        : undefined;
      return {
        says:
          `"${subject}" is of type ${kind}, which cannot be called; the application is a function, or an object that can be called`,
        place: placeOf(scene),
        mend: kind === "module"
          ? `Name what is in the module: \`from MODULE import app as ${subject}\`, with the name that the application has there`
          : only
          ? appoint(only, scene)
          : `Let ${appIs(scene)} the application itself`,
      };
    },
    examples: [{
      failure: {
        problem: "not-callable",
        subject: "login",
        kind: "LoginManager",
      },
      files: {
        "APP/app.py": "app = Flask(__name__)\nlogin = LoginManager(app)\n",
      },
      mend: 'app = "app"',
    }, {
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

/** What a server gives to an application, and nobody to a factory. */
function isItself(wanted: string): boolean {
  return /'(?:start_response|send)'/.test(wanted);
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

/** The parameters without a default, as far as the source tells. */
function parametersOf(name: string, scene: Scene): string[] {
  const head = new RegExp(`^def\\s+${name}\\s*\\(([^()]*)\\)`, "m")
    .exec(sourceOf(scene))?.[1] ?? "";
  return head.split(",").filter((each) => !each.includes("="))
    .flatMap((each) => /^\s*(\w+)/.exec(each)?.[1] ?? []);
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

/**
 * What Bottle, Falcon, Pyramid, CherryPy and Socket.IO say of applications,
 * routes and answers.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { appoint, placeOf, sourceOf } from "./appointed.ts";
import { findInstalled } from "./installed.ts";
import type { Rule } from "./rule.ts";

/** The rules of frameworks with few rules. */
export const smallFrameworks = (): Rule[] => [
  {
    name: "bottle-stack",
    code: "app-not-wsgi",
    over: "arguments-wrong class-for-application",
    when: { problem: "not-wsgi", kind: /\bbottle\.AppStack\b/ },
    claim: ({ failure: { subject = "app" } }, scene) => ({
      says:
        `"${subject}" is the stack of applications of Bottle, which \`from bottle import *\` brings, and no application itself`,
      place: placeOf(scene),
      mend: appoint(
        "application",
        scene,
        "Add to the module, below the routes, `import bottle` and `application = bottle.default_app()`",
      ),
    }),
    examples: [{
      failure: {
        problem: "not-wsgi",
        subject: "app",
        kind: "object of type bottle.AppStack that takes 0 arguments",
      },
      mend: "application = bottle.default_app()",
    }],
  },
  {
    name: "morepath-class",
    code: "app-not-wsgi",
    over: "class-for-application plain-class arguments-wrong",
    when: { problem: "not-wsgi", kind: /^class$/ },
    claim: ({ failure: { subject = "App" } }, scene) =>
      /^\w+$/.test(subject) &&
        new RegExp(`^class ${subject}\\(morepath\\.App\\)`, "m")
          .test(sourceOf(scene))
        ? {
          says:
            `"${subject}" is a class of Morepath: the application is an object of it, made when all is read`,
          place: placeOf(scene),
          mend: appoint(
            "application",
            scene,
            `Add at the end of the module \`${subject}.commit()\` and \`application = ${subject}()\`, before them \`morepath.autoscan()\` or \`morepath.scan()\` where views stand in other files`,
          ),
        }
        : undefined,
    examples: [{
      failure: { problem: "not-wsgi", subject: "App", kind: "class" },
      files: {
        "APP/app.py": "import morepath\nclass App(morepath.App):\n    pass\n",
      },
      mend: "`App.commit()`",
    }],
    not: [{
      failure: { problem: "not-wsgi", subject: "App", kind: "class" },
      files: { "APP/app.py": "class App(Base):\n    pass\n" },
    }],
  },
  {
    name: "pyramid-configurator",
    code: "app-not-callable",
    over: "not-callable",
    when: { problem: "not-callable", kind: /^Configurator$/ },
    claim: ({ failure: { subject = "config" } }, scene) => ({
      says:
        `"${subject}" is the Configurator of Pyramid, which makes the application and is none itself`,
      place: placeOf(scene),
      mend: appoint(`${subject}.make_wsgi_app()`, scene),
    }),
    examples: [{
      failure: {
        problem: "not-callable",
        subject: "config",
        kind: "Configurator",
      },
      mend: 'app = "config.make_wsgi_app()"',
    }],
  },
  {
    name: "pyramid-main",
    code: "app-not-wsgi",
    over:
      "arguments-wrong factory-with-arguments factory-wants-arguments class-for-application",
    when: { problem: "not-wsgi", kind: /^function that takes \d+ argument/ },
    claim: ({ failure: { subject = "main" } }, scene) => {
      if (!/^\w+$/.test(subject)) return undefined;
      const source = sourceOf(scene);
      const head = new RegExp(`^def ${subject}\\(([^()]*)\\)`, "m")
        .exec(source)?.[1] ?? "";
      const [first = ""] = /^\s*\w+/.exec(head) ?? [];
      const isPaste = /,\s*\*\*\w+/.test(head);
      if (isPaste && /\bConfigurator\(/.test(source)) {
        return {
          says:
            `"${subject}" is the function that makes an application of Pyramid, and wants its settings`,
          place: placeOf(scene),
          mend: appoint(
            "application",
            scene,
            `Add to the module \`application = ${subject}({})\`; where the settings stand in a file, \`from pyramid.paster import get_app\` and \`application = get_app("/…/production.ini", "main")\``,
          ),
        };
      }
      if (isPaste && /^\s*global_conf(?:ig)?$/.test(first)) {
        return {
          says:
            `"${subject}" is a function that makes the application for Paste Deploy, as TurboGears and Pylons have it: it wants the settings of an .ini file`,
          place: placeOf(scene),
          mend: appoint(
            "application",
            scene,
            'Add to the module `from paste.deploy import loadapp` and `application = loadapp("config:/…/production.ini")`',
          ),
        };
      }
      return /^\s*(?:from|import) pecan\b/m.test(source) &&
          first.trim() === "config"
        ? {
          says:
            `"${subject}" is the function that makes an application of Pecan, and wants its configuration`,
          place: placeOf(scene),
          mend: appoint(
            "application",
            scene,
            'Add to the module `from pecan.deploy import deploy` and `application = deploy("/…/config.py")`',
          ),
        }
        : undefined;
    },
    examples: [{
      failure: {
        problem: "not-wsgi",
        subject: "main",
        kind: "function that takes 1 argument",
      },
      files: {
        "APP/app.py":
          "from pyramid.config import Configurator\ndef main(global_config, **settings):\n    config = Configurator(settings=settings)\n",
      },
      mend: "`application = main({})`",
    }, {
      failure: {
        problem: "not-wsgi",
        subject: "make_app",
        kind: "function that takes 1 argument",
      },
      files: {
        "APP/app.py":
          "from shop.config.app_cfg import base_config\ndef make_app(global_conf, **app_conf):\n    return base_config.make_wsgi_app(global_conf, app_conf)\n",
      },
      mend: "`from paste.deploy import loadapp`",
    }, {
      failure: {
        problem: "not-wsgi",
        subject: "setup_app",
        kind: "function that takes 1 argument",
      },
      files: {
        "APP/app.py":
          "from pecan import make_app\ndef setup_app(config):\n    return make_app(1)\n",
      },
      mend: "`from pecan.deploy import deploy`",
    }],
    not: [{
      failure: {
        problem: "not-wsgi",
        subject: "setup_app",
        kind: "function that takes 1 argument",
      },
      files: { "APP/app.py": "def setup_app(config):\n    pass\n" },
    }, {
      failure: {
        problem: "not-wsgi",
        subject: "main",
        kind: "function that takes 1 argument",
      },
      files: { "APP/app.py": "def main(name):\n    pass\n" },
    }],
  },
  {
    name: "pyramid-answer",
    code: "app-code",
    when: {
      type: "ValueError",
      message:
        /^Could not convert return value of the view callable (?:function|method|class|object|instance)? ?([\w.<>]{1,100})[^\n]{0,100} into a response object\. The value returned was ([^\n]{1,60})/,
    },
    claim: ({ groups: [view, value = ""] }) => ({
      says: `The view ${view} of Pyramid returns what is no answer: ${
        value.startsWith("None")
          ? "None"
          : /^[{[]/.test(value)
          ? "a dict or a list"
          : "another value"
      }`,
      mend: value.startsWith("None")
        ? "Let each way through it end with `return`"
        : 'Return `Response(text)`, from pyramid.response; or let a renderer make the answer, in `@view_config(…, renderer="json")`, or "string", or a template that is given a dict',
    }),
    examples: [{
      raised:
        "ValueError: Could not convert return value of the view callable function shop.views.index into a response object. The value returned was {'a': 1}. You may have forgotten to define a renderer in the view configuration.",
      in: "PACKAGES/pyramid/viewderivers.py rendered_view",
      failure: { problem: "request-raised" },
      says: "The view shop.views.index of Pyramid returns what is no answer",
      mend: "renderer=",
    }],
  },
  {
    name: "pyramid-renderer",
    code: "app-code",
    when: {
      type: "ValueError",
      message: /^No such renderer factory (\.?\w*)/,
    },
    claim: ({ groups: [ending = ""] }, scene) => {
      const part = ({
        ".jinja2": "pyramid_jinja2",
        ".mak": "pyramid_mako",
        ".mako": "pyramid_mako",
        ".pt": "pyramid_chameleon",
        ".txt": "pyramid_chameleon",
      } as Record<string, string>)[ending];
      const isThere = part !== undefined && findInstalled(part, scene);
      return {
        says: `Pyramid does not know how to make a page of a template "${
          ending || "without an ending"
        }"`,
        mend: part
          ? `Write \`config.include("${part}")\` where the application is made${
            isThere
              ? ""
              : `, and ${
                part.replace("_", "-")
              } into the requirements of the site`
          }`
          : "Correct the name of the renderer, such as `json` or `string`; or include the package that brings it where the application is made",
      };
    },
    examples: [{
      raised: "ValueError: No such renderer factory .jinja2",
      in: "PACKAGES/pyramid/renderers.py renderer",
      failure: { problem: "request-raised" },
      files: { "PACKAGES/pyramid_jinja2/__init__.py": "" },
      mend: '`config.include("pyramid_jinja2")` where the application is made',
    }, {
      raised: "ValueError: No such renderer factory .pt",
      mend: "pyramid-chameleon into the requirements",
    }],
  },
  {
    name: "falcon-responder",
    code: "app-code",
    when: {
      type: "TypeError",
      message:
        /^(?:(\w+)\.)?(on_(?:get|post|put|delete|patch|head|options)\w*)\(\) (?:missing \d+ required positional arguments?|takes \d+ positional arguments? but (\d+))/,
    },
    claim: ({ groups: [named, method, given], text }, scene) => {
      const [, added] = /\.add_route\(\s*["'][^"'\n]*["']\s*,\s*(\w+)\s*[,)]/
        .exec(sourceOf(scene)) ?? [];
      const isClass = !given && (named === added || named === undefined) &&
        added !== undefined && /^[A-Z]/.test(added);
      return {
        says: isClass
          ? `\`add_route()\` is given the class ${added}, and wants an object of it`
          : `Falcon calls \`${method}()\` with the request and the answer, and it takes others: ${
            text.split("\n")[0]!.slice(0, 160)
          }`,
        mend: isClass
          ? `Write \`add_route("…", ${added}())\``
          : `Write \`def ${method}(self, req, resp):\`, with the names that the address has behind them`,
      };
    },
    examples: [
      {
        raised:
          "TypeError: Shop.on_get() missing 1 required positional argument: 'resp'",
        frames: ["falcon/app.py falcon.app.App.__call__"],
        failure: { problem: "request-raised" },
        files: {
          "APP/app.py": 'app = falcon.App()\napp.add_route("/", Shop)\n',
        },
        says: "the class Shop, and wants an object",
        mend: "Shop()",
      },
      {
        raised:
          "TypeError: Shop.on_get() takes 2 positional arguments but 3 were given",
        frames: ["falcon/app.py falcon.app.App.__call__"],
        failure: { problem: "request-raised" },
        mend: "`def on_get(self, req, resp):`",
      },
    ],
  },
  {
    name: "falcon-async",
    code: "app-code",
    when: {
      type: "TypeError",
      message: /responder must be a non-blocking async coroutine/,
    },
    claim: {
      says:
        "The application is `falcon.asgi.App`, whose methods begin with `async def`, and one does not",
      mend:
        "Write `async def on_get(self, req, resp):`; or make the application of the other kind, `falcon.App()`",
    },
    examples: [{
      raised:
        "TypeError: The <bound method Shop.on_get of <app.Shop object>> responder must be a non-blocking async coroutine (i.e., defined using async def) to avoid blocking the main request thread.",
      in: "PACKAGES/falcon/asgi/app.py f",
      mend: "`falcon.App()`",
    }],
  },
  {
    name: "socketio-server",
    code: "app-runs-server",
    when: {
      type: "RuntimeError",
      message: /^The Werkzeug web server is not designed to run in production/,
    },
    claim: {
      says:
        "The application starts a web server of its own while it is imported, with `run()` of Flask-SocketIO",
      mend:
        'Move that call below `if __name__ == "__main__":`, or remove it: this web server calls the application of Flask itself; `allow_unsafe_werkzeug=True` would only start the second server',
    },
    examples: [{
      raised:
        "RuntimeError: The Werkzeug web server is not designed to run in production. Pass allow_unsafe_werkzeug=True to the run() method to disable this error.",
      in: "PACKAGES/flask_socketio/__init__.py run",
      mend: 'below `if __name__ == "__main__":`',
    }],
  },
];

/**
 * Views and blueprints of Flask, and of Django where the fault is the same:
 * answers of another kind, modules in place of what is in them.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import type { Place } from "../findings/finding.ts";
import { isLibraryFile } from "../python/failure.ts";
import { versionOf } from "./installed.ts";
import { sourceOf } from "./appointed.ts";
import type { Rule } from "./rule.ts";
import { exists, lineOf, linesOf, type Scene, textOf } from "./scene.ts";

/** The rules of views. */
export const flaskViews = (): Rule[] => [
  {
    name: "view-answer-of-other-kind",
    code: "app-code",
    when: [
      {
        type: "TypeError",
        message:
          /^The view function (?:for '(\w+)' )?did not return a valid response\. The return type must be [\s\S]*, but it was an? (\w+)\./,
      },
      {
        type: "TypeError",
        message:
          /^The view function (?:for '(\w+)' )?did not return a valid response (tuple)\./,
      },
      {
        type: "TypeError",
        message: /^()'(\w+)' object is not iterable/,
        in: /\/bottle\.py _cast$/,
      },
      {
        type: "AttributeError",
        message:
          /^()'(str|dict|list|tuple|int|bytes|QuerySet)' object has no attribute '(?:status_code|headers|get|has_header|streaming|xframe_options_exempt|cookies|set_cookie|_resource_closers)'/,
        in:
          /\/django\/(?:middleware|core\/handlers|contrib\/\w+\/middleware|utils\/deprecation)[\w/]*\.py /,
      },
    ],
    claim: ({ groups: [view, kind], raised, text }, scene) => {
      const isDjango = text.includes("has no attribute");
      const isBottle = /\/bottle\.py$/.test(raised.frames.at(-1)?.file ?? "");
      return {
        says: `The view${view ? ` \`${view}\`` : ""}${
          kind === "bool" && !isDjango
            ? ", or a function that runs before it (`@app.before_request`),"
            : ""
        } returns ${
          kind === "tuple"
            ? isDjango
              ? "a tuple in place of an answer"
              : "a tuple that is no answer"
            : `${
              /^[aeiou]/.test(kind ?? "") ? "an" : "a"
            } ${kind} in place of an answer`
        }`,
        place: view ? placeOfFunction(view, scene) : undefined,
        mend: isDjango
          ? "Return an answer: `return HttpResponse(text)`, `return JsonResponse(data)`, `return render(request, …)`"
          : kind === "tuple"
          ? "Return the body, then the status, then headers: `return body, 200, headers`"
          : /^(?:DataFrame|Series|ndarray)$/.test(kind ?? "")
          ? `Make a page or data of it: ${
            kind === "ndarray"
              ? "`jsonify(array.tolist())`"
              : "`frame.to_html()`, or `frame.to_dict()` for JSON"
          }`
          : isBottle
          ? "Return a text, a dict, or what `template(…)` gives; a number as a text, `str(…)`"
          : kind === "bool"
          ? "Let a view return a text, a dict or a list; let what runs before it return nothing, or the answer that is to be given in its place"
          : "Return a text, a dict or a list, or `jsonify(…)`, `render_template(…)`, `make_response(…)`; a number as a text, `str(…)`",
      };
    },
    examples: [
      {
        raised:
          "TypeError: The view function did not return a valid response. The return type must be a string, dict, list, tuple with headers or status, Response instance, or WSGI callable, but it was a int.",
        frames: ["PACKAGES/flask/app.py make_response"],
        failure: { problem: "request-raised" },
        says: "returns an int",
        mend: "`str(…)`",
      },
      {
        raised:
          "TypeError: The view function for 'i' did not return a valid response tuple. The tuple must have the form (body, status, headers), (body, status), or (body, headers).",
        failure: { problem: "request-raised" },
        says: "`i` returns a tuple that is no answer",
      },
      {
        raised: "AttributeError: 'str' object has no attribute 'headers'",
        frames: [
          "PACKAGES/django/middleware/clickjacking.py process_response",
        ],
        failure: { problem: "request-raised" },
        says: "returns a str",
        mend: "`return HttpResponse(text)`",
      },
      {
        raised: "TypeError: 'int' object is not iterable",
        frames: ["PACKAGES/bottle.py _cast"],
        failure: { problem: "request-raised" },
        says: "returns an int",
        mend: "`str(…)`",
      },
    ],
    not: [{
      raised: "AttributeError: 'str' object has no attribute 'headers'",
      frames: ["APP/app.py index"],
      failure: { problem: "request-raised" },
    }],
  },
  {
    name: "flask-hook",
    code: "app-code",
    when: [
      {
        type: "TypeError",
        message: /^'(\w+)' object is not callable/,
        in: /\/flask\/(?:app|ctx)\.py wsgi_app$/,
      },
      {
        type: "TypeError",
        message: /^'(\w+)' object is not iterable/,
        in: /\/flask\/app\.py update_template_context$/,
      },
      {
        type: "TypeError",
        message: /^(\w+)\(\) takes 0 positional arguments but 1 was given/,
        in:
          /\/flask\/(?:app|sansio\/app)\.py (?:handle_(?:user_|http_)?exception|process_response|do_teardown_(?:request|appcontext))$/,
      },
    ],
    claim: ({ groups: [what = ""], raised, text }, scene) => {
      const at = raised.frames.at(-1)!.function;
      return /takes 0/.test(text)
        ? {
          says: /exception/.test(at)
            ? `The function \`${what}\` answers errors (\`@app.errorhandler\`), and does not take the exception that it is given`
            : `The function \`${what}\` runs after each request, and does not take what it is given`,
          place: placeOfFunction(what, scene),
          mend: `Write \`def ${what}(${
            /process/.test(at) ? "response" : "error"
          }):\``,
        }
        : at === "wsgi_app"
        ? {
          says:
            `A function that runs after each request (\`@app.after_request\`) returns ${
              what === "NoneType" ? "None" : `a ${what}`
            } in place of the answer`,
          place: lineWith(/\.after_(?:app_)?request\b/, scene),
          mend: "End it with `return response`, the one that it was given",
        }
        : {
          says:
            `A function that gives values to all templates (\`@app.context_processor\`) returns ${
              what === "NoneType" ? "None" : `a ${what}`
            }, and a dict is wanted`,
          place: lineWith(/\.(?:app_)?context_processor\b/, scene),
          mend: 'End it with a dict: `return {"user": user}`',
        };
    },
    examples: [
      {
        raised: "TypeError: 'NoneType' object is not callable",
        frames: ["PACKAGES/flask/app.py wsgi_app"],
        failure: { problem: "request-raised" },
        mend: "`return response`",
      },
      {
        raised: "TypeError: 'NoneType' object is not iterable",
        in: "PACKAGES/flask/app.py update_template_context",
        failure: { problem: "request-raised" },
        mend: "a dict",
      },
      {
        raised:
          "TypeError: lost() takes 0 positional arguments but 1 was given",
        frames: ["PACKAGES/flask/app.py handle_exception"],
        failure: { problem: "request-raised" },
        files: {
          "APP/app.py": "\n@app.errorhandler(500)\ndef lost():\n    return 1\n",
        },
        mend: "`def lost(error):`",
      },
    ],
    not: [{
      raised: "TypeError: 'NoneType' object is not callable",
      in: "APP/app.py index",
      failure: { problem: "request-raised" },
    }],
  },
  {
    name: "json-keys-unlike",
    code: "app-code",
    over: "everyday-mistake",
    when: {
      type: "TypeError",
      message: /^'<' not supported between instances of '(\w+)' and '(\w+)'/,
      in: /\/json\/encoder\.py /,
    },
    claim: {
      says:
        "A dict that is written as JSON has keys of different kinds ($1 and $2), and they are to be sorted",
      mend:
        "Make texts of all its keys, `str(key)`; or let them stand unsorted: `app.json.sort_keys = False` in Flask",
    },
    examples: [{
      raised:
        "TypeError: '<' not supported between instances of 'str' and 'int'",
      in: [
        "PACKAGES/flask/json/provider.py dumps",
        "PYTHON/json/encoder.py iterencode",
      ],
      failure: { problem: "request-raised" },
      mend: "sort_keys = False",
    }],
  },
  {
    name: "jwt-extended",
    code: "app-code",
    when: [
      {
        type: "RuntimeError",
        message: /^You must initialize a (JWTManager) with this flask/,
      },
      {
        type: "TypeError",
        message:
          /^(\w*jwt\w*required)\.<locals>\.wrapper\(\) missing 1 required positional argument: 'fn'/,
      },
    ],
    claim: ({ groups: [what = ""] }, scene) =>
      what === "JWTManager"
        ? {
          says:
            "Flask-JWT-Extended is asked for a token, and was not started for the application that serves the site",
          mend:
            'Write `JWTManager(app)`, or `jwt.init_app(app)`, where that application is made, and not below `if __name__ == "__main__":`',
        }
        : {
          code: "package-conflict",
          says:
            `\`@${what}\` stands without brackets, which Flask-JWT-Extended wants since 4.0`,
          place: lineWith(new RegExp(`@${what}\\s*$`), scene),
          mend:
            `Write \`@${what}()\`; where it was \`jwt_optional\` or its like before, \`@jwt_required(optional=True)\``,
        },
    examples: [
      {
        raised:
          "RuntimeError: You must initialize a JWTManager with this flask application before using this method",
        in: "PACKAGES/flask_jwt_extended/utils.py get_jwt_manager",
        failure: { problem: "request-raised" },
        mend: "`JWTManager(app)`",
      },
      {
        raised:
          "TypeError: jwt_required.<locals>.wrapper() missing 1 required positional argument: 'fn'",
        frames: ["PACKAGES/flask/app.py dispatch_request"],
        failure: { problem: "request-raised" },
        code: "package-conflict",
        mend: "`@jwt_required()`",
      },
    ],
  },
  {
    name: "form-validators",
    code: "app-code",
    when: [
      {
        type: "TypeError",
        message:
          /^<class '[\w.]*?(\w+)'> is not a valid validator because it is a class/,
      },
      {
        type: "TypeError",
        message: /^'(\w+)' object is not iterable/,
        in: /\/wtforms\/fields\/core\.py __init__$/,
      },
    ],
    claim: ({ groups: [name = ""], text }) => ({
      says: /^'/.test(text)
        ? "`validators` of a field of a form is not a list"
        : "A validator of a field of a form stands without its brackets",
      mend: `Write \`validators=[${name}()]\``,
    }),
    examples: [
      {
        raised: "TypeError: 'DataRequired' object is not iterable",
        in: "PACKAGES/wtforms/fields/core.py __init__",
        mend: "`validators=[DataRequired()]`",
      },
      {
        raised:
          "TypeError: <class 'wtforms.validators.DataRequired'> is not a valid validator because it is a class, it should be an instance",
        in: "PACKAGES/wtforms/fields/core.py check_validators",
        mend: "`validators=[DataRequired()]`",
      },
    ],
  },
  {
    name: "login-view-unknown",
    code: "app-code",
    over: "address-unbuilt",
    when: {
      type: "BuildError",
      message: /^Could not build url for endpoint '([^']+)'/,
      through: /\/flask_login\//,
    },
    claim: ({ groups: [name = ""], text }, scene) => {
      const [, near] = /Did you mean '([^']+)'/.exec(text) ?? [];
      const place = lineWith(/\.login_view\s*=/, scene);
      return {
        says:
          `\`login_view\` of Flask-Login names the route "${name}", to which it sends who is not logged in, and no route has that name`,
        place,
        mend:
          `Write the name of the function that shows the login, with that of its blueprint before it, as in \`login_manager.login_view = "auth.login"\`${
            near && near !== "static" ? ` ("${near}" is one)` : ""
          }`,
      };
    },
    examples: [{
      raised:
        "werkzeug.routing.exceptions.BuildError: Could not build url for endpoint 'login'. Did you mean 'auth.login' instead?",
      frames: [
        "PACKAGES/flask_login/login_manager.py unauthorized",
        "PACKAGES/flask/app.py url_for",
      ],
      failure: { problem: "request-raised" },
      files: { "APP/app.py": '\nlm.login_view = "login"\n' },
      says: '`login_view` of Flask-Login names the route "login"',
      mend: '("auth.login" is one)',
    }],
  },
  {
    name: "blueprint-of-module",
    code: "app-code",
    over: "attribute-undefined name-undefined package-name-missing",
    when: [
      {
        type: "AttributeError",
        message:
          /^(?:module '([\w.]+)'|'(\w+)' object) has no attribute '(?:register|_got_registered_once)'/,
        in: /\/flask\/\w*(?:\/\w+)?\.py register_blueprint$/,
      },
      {
        type: "AttributeError",
        message:
          /^(?:module '([\w.]+)'|'(\w+)' object) has no attribute '(?:routes|on_startup|prefix|lifespan_context)'/,
        in: /\/fastapi\/(?:applications|routing)\.py include_router$/,
      },
    ],
    claim: ({ groups: [module, kind], raised, own }, scene) => {
      const isRouter = /include_router/.test(raised.frames.at(-1)!.function);
      const what = isRouter ? "router" : "blueprint";
      const file = module &&
        scene.folders.map((folder) =>
          `${folder}/${module.replaceAll(".", "/")}.py`
        ).find((each) => exists(each, scene));
      const name = new RegExp(
        `^(\\w+)\\s*=\\s*(?:\\w+\\.)*(?:${
          isRouter ? "APIRouter" : "Blueprint"
        })\\(`,
        "m",
      ).exec(textOf(file || undefined, scene))?.[1];
      const given = /(?:register_blueprint|include_router)\(\s*([\w.]+)/
        .exec(lineOf(own, scene))?.[1];
      return {
        says: module
          ? `The module ${
            file || `"${module}"`
          } is given where a ${what} is wanted${
            name ? `, which is "${name}" in it` : ""
          }`
          : `An object of type ${kind} is given where a ${what} is wanted`,
        mend: name && given
          ? `Write \`${given}.${name}\` in place of \`${given}\` there`
          : `Name the ${what} that is in it, as in \`views.${
            isRouter ? "router" : "bp"
          }\``,
      };
    },
    examples: [{
      raised: "AttributeError: module 'views' has no attribute 'register'",
      in: [
        "PACKAGES/flask/sansio/scaffold.py wrapper_func",
        "PACKAGES/flask/sansio/app.py register_blueprint",
      ],
      files: {
        "APP/app.py": "\n\napp.register_blueprint(views)\n",
        "APP/views.py": 'pages = Blueprint("a", __name__)\n',
      },
      says: 'which is "pages" in it',
      mend: "`views.pages`",
    }, {
      raised: "AttributeError: module 'api' has no attribute 'routes'",
      in: "PACKAGES/fastapi/routing.py include_router",
      says: "where a router is wanted",
      mend: "`views.router`",
    }],
  },
  {
    name: "resource-object",
    code: "app-code",
    when: {
      type: "AttributeError",
      message:
        /^'(\w+)' object has no attribute '(?:__name__|as_view|endpoint)'/,
      through: /\/(?:flask_restful|flask_restx|flask_restplus)\//,
    },
    claim: {
      says:
        "`add_resource()` is given an object of the class $1, and wants the class itself",
      mend: "Leave the brackets out: `api.add_resource($1, …)`",
    },
    examples: [{
      raised: "AttributeError: 'Items' object has no attribute '__name__'",
      in: "PACKAGES/flask_restful/__init__.py _register_view",
      mend: "`api.add_resource(Items, …)`",
    }],
  },
  {
    name: "session-type",
    code: "app-setting-missing",
    when: {
      type: "ValueError NotImplementedError",
      message: /^Unrecognized value for SESSION_TYPE: (\S+)/,
    },
    claim: ({ groups: [kind = ""] }) => ({
      says: /^(?:null|None)$/.test(kind)
        ? "Flask-Session is started before it knows where sessions are kept: SESSION_TYPE is not set"
        : `Flask-Session knows no SESSION_TYPE "${kind}"`,
      mend:
        'Set `app.config["SESSION_TYPE"]` above the line that calls `Session(app)`, to one that it knows: "filesystem", "cachelib", "redis", "sqlalchemy"; the sessions of Flask itself need no such package',
    }),
    examples: [{
      raised: "ValueError: Unrecognized value for SESSION_TYPE: null",
      in: "PACKAGES/flask_session/__init__.py _get_interface",
      says: "SESSION_TYPE is not set",
      mend: "above the line",
    }],
  },
  {
    name: "dispatcher-without-default",
    code: "app-code",
    when: {
      type: "TypeError",
      message: /^'NoneType' object is not callable/,
      in: /\/werkzeug\/(?:middleware\/dispatcher|wsgi)\.py __call__$/,
    },
    claim: ({ failure }) => ({
      says: `DispatcherMiddleware has no application for the address${
        failure.request ? ` ${failure.request.path}` : ""
      }: what it is given first is None, or one of the others is`,
      mend:
        "Give it an application first, which answers all other addresses: `DispatcherMiddleware(app, {…})`; to answer 404 there, `NotFound()` of werkzeug.exceptions. Where the site is served below a path, the web server takes that away itself, and the dispatcher needs it not",
    }),
    examples: [{
      raised: "TypeError: 'NoneType' object is not callable",
      frames: ["PACKAGES/werkzeug/middleware/dispatcher.py __call__"],
      failure: { problem: "request-raised" },
      mend: "NotFound()",
    }],
  },
  {
    name: "blueprint-name",
    code: "app-code",
    when: {
      type: "ValueError",
      message: /^'name' may not (?:contain a dot '\.' character|be empty)/,
    },
    claim: ({ own }, scene) => ({
      says:
        "The name of a blueprint has a dot, or is empty: the dot parts the names of blueprints that lie in one another",
      mend: /\b__name__\b/.test(lineOf(own, scene))
        ? 'Give it a name of its own without a dot, as in `Blueprint("shop", __name__)`: the first is the name, and may be no dotted `__name__`'
        : 'Give it a name without a dot, as in `Blueprint("shop", __name__)`',
    }),
    examples: [{
      raised: "ValueError: 'name' may not contain a dot '.' character.",
      in: "PACKAGES/flask/blueprints.py __init__",
      files: { "APP/app.py": "\n\nbp = Blueprint(__name__, __name__)\n" },
      says: "has a dot",
      mend: "may be no dotted `__name__`",
    }],
  },
  {
    name: "json-encoder-unread",
    code: "package-conflict",
    over: "not-json json-of-kind",
    when: {
      type: "TypeError",
      message: /^Object of type ((?!coroutine)\w+) is not JSON serializable/,
      through: /\/flask\/json\//,
    },
    claim: ({ groups: [kind] }, scene) => {
      const version = versionOf("Flask", scene);
      const [major = 0, minor = 0] = (version ?? "").split(".").map(Number);
      const place = lineWith(/\.json_encoder\s*=/, scene);
      return place && (major > 2 || major === 2 && minor > 2)
        ? {
          seen:
            `Line ${place.line} of ${place.file} gives the application a \`json_encoder\`, which Flask reads no more since 2.3 (installed is ${version}), and without it a ${kind} cannot be written as JSON`,
          place,
          mend:
            "Write a class `class Provider(DefaultJSONProvider)` with a method `default(self, o)`, from flask.json.provider, and `app.json = Provider(app)`",
        }
        : undefined;
    },
    examples: [{
      raised: "TypeError: Object of type set is not JSON serializable",
      in: [
        "PACKAGES/flask/json/provider.py dumps",
        "PYTHON/json/encoder.py default",
      ],
      failure: { problem: "request-raised" },
      files: {
        "APP/app.py": "app = Flask(1)\napp.json_encoder = Mine\n",
        "PACKAGES/Flask-3.1.0.dist-info/METADATA": "Name: Flask\n",
      },
      says: "Line 2 of APP/app.py",
      mend: "app.json = Provider(app)",
    }],
    not: [{
      raised: "TypeError: Object of type set is not JSON serializable",
      in: "PACKAGES/flask/json/provider.py dumps",
      files: {
        "APP/app.py": "app = Flask(1)\n",
        "PACKAGES/Flask-3.1.0.dist-info/METADATA": "Name: Flask\n",
      },
    }],
  },
];

/** The first line of the application's module that fits. */
function lineWith(
  wanted: RegExp,
  scene: Scene,
): { file: string; line: number } | undefined {
  const file = scene.site.config?.wsgi?.module;
  const at = file && sourceOf(scene) !== ""
    ? linesOf(file, scene).findIndex((line) =>
      wanted.test(line) && !/^\s*#/.test(line)
    )
    : -1;
  return file && at >= 0 ? { file, line: at + 1 } : undefined;
}

/** Where a function of the application's module begins. */
function placeOfFunction(name: string, scene: Scene): Place | undefined {
  const place = lineWith(new RegExp(`^\\s*(?:async )?def ${name}\\(`), scene);
  return place && !isLibraryFile(place.file) ? place : undefined;
}

/**
 * What Flask and other frameworks say of applications that are set up by half.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { basename, dirname, join } from "node:path";
import { compareReleases } from "../python/version.ts";
import { shellCommand } from "../text/shell.ts";
import { findInstalled, packageOf, versionOf } from "./installed.ts";
import type { Rule } from "./rule.ts";
import { inOtherLetters } from "./paths.ts";
import { configurationUnloaded } from "./unset.ts";
import { exists, lineOf } from "./scene.ts";
import { guardedLine } from "./appointed.ts";
import { spotInTemplates } from "./templates.ts";

/** The rules of frameworks. */
export const frameworks = (): Rule[] => [
  {
    name: "session-without-key",
    code: "app-setting-missing",
    when: [
      { message: /no secret key was set/i },
      {
        message:
          /A secret key is required to use|Must provide secret_key|SECRET_KEY (?:must|is required)/i,
      },
    ],
    claim: (subject, scene) => {
      const { module } = scene.site.config?.wsgi ?? {};
      const below = guardedLine(/secret_key|SECRET_KEY/, module, scene);
      const unloaded = below
        ? undefined
        : configurationUnloaded("no secret key", subject, scene);
      if (unloaded) return unloaded;
      return below
        ? {
          seen:
            `The secret key is set on line ${below.line} of ${below.file}, below \`if __name__ == "__main__":\`, which runs only when the file is started by hand, and not when the web server imports it`,
          place: below,
          mend:
            `Move line ${below.line} out of that block, to below the line that makes the application; better, keep the key in a file that [secret_files] of config.toml names`,
        }
        : {
          says:
            "The application uses a session or forms, and has no secret key for them",
          mend:
            'Keep a key in a file that [secret_files] of config.toml names, and write: `app.secret_key = open(os.environ["SECRET_KEY"]).read().strip()`',
        };
    },
    examples: [
      {
        raised:
          "RuntimeError: The session is unavailable because no secret key was set.  Set the secret_key on the application to something unique and secret.",
        failure: { problem: "request-raised" },
        mend: "`app.secret_key = open(",
      },
      {
        raised:
          "RuntimeError: The session is unavailable because no secret key was set.",
        failure: { problem: "request-raised" },
        files: {
          "APP/app.py":
            'name = os.getenv("APP_SETTINGS")\napp.config.from_object(name)\n',
          "APP/config.py":
            "class Config:\n    A = 1\nclass LiveConfig(Config):\n    A = 2\nclass ProductionConfig(Config):\n    A = 3\n",
        },
        says: "has no secret key: line 2 of APP/app.py",
        mend: 'APP_SETTINGS = "config.ProductionConfig"',
      },
      {
        raised:
          "RuntimeError: The session is unavailable because no secret key was set.",
        failure: { problem: "request-raised" },
        files: {
          "APP/app.py":
            'app = Flask(1)\n\nif __name__ == "__main__":\n    app.secret_key = "x"\n    app.run()\n',
        },
        says: "set on line 4 of APP/app.py",
        mend: "Move line 4 out of that block",
      },
      "RuntimeError: A secret key is required to use CSRF.",
    ],
  },
  {
    name: "application-context",
    code: "app-code",
    when: { message: /^Working outside of application context/ },
    claim: ({ failure: { problem }, own }, scene) =>
      problem === "thread-raised"
        ? {
          says:
            "The line needs an application of Flask, and runs in a thread, which does not know the one of the request that started it",
          mend:
            "Give the thread the application, `args=(current_app._get_current_object(), …)`, and let what it does stand below `with app.app_context():`",
        }
        : problem === "factory-raised" &&
            /\bcurrent_app\./.test(lineOf(own, scene))
        ? {
          says:
            "The function that makes the application uses `current_app`, and that is known only while a request is answered",
          mend:
            "Name the application itself there, by its variable in that function, in place of `current_app`",
        }
        : {
          says:
            "The line needs an application of Flask, and runs outside of one, as while the file is imported",
          mend: "Put it below `with app.app_context():`, or into a view",
        },
    examples: [
      "RuntimeError: Working outside of application context.\n\nThis",
      {
        raised: "RuntimeError: Working outside of application context.",
        failure: { problem: "thread-raised" },
        mend: "current_app._get_current_object()",
      },
      {
        raised: "RuntimeError: Working outside of application context.",
        failure: { problem: "factory-raised" },
        files: { "APP/app.py": "\n\n    current_app.config['X'] = 1\n" },
        says: "The function that makes the application",
        mend: "Name the application itself",
      },
    ],
  },
  {
    name: "request-context",
    code: "app-code",
    when: { message: /^Working outside of request context/ },
    claim: ({ failure: { problem }, raised }) =>
      raised.frames.some(({ file, function: called }) =>
          /\/werkzeug\/(?:wsgi|wrappers\/response)\.py$/.test(file) &&
          /^(?:__next__|_?iter_encoded)$/.test(called)
        )
        ? {
          says:
            "The line needs a request, and runs in a generator: the parts of the answer are made after the view has returned, and the request is gone by then",
          mend:
            "Write `Response(stream_with_context(generate()))`, with `from flask import stream_with_context`; or take from `request` and `session` in the view what the generator needs; the session cannot be written to there",
        }
        : problem === "thread-raised"
        ? {
          says:
            "The line needs a request, and runs in a thread, which does not know the one that started it",
          mend:
            "Take from `request` and `session` in the view what the thread needs, and give it that as arguments",
        }
        : {
          says: "The line needs a request, and runs outside of one",
          mend: "Only a view has a request: move that line into one",
        },
    examples: [
      "RuntimeError: Working outside of request context.\n\nThis",
      {
        raised: "RuntimeError: Working outside of request context.",
        failure: { problem: "thread-raised" },
        mend: "as arguments",
      },
      {
        raised: "RuntimeError: Working outside of request context.",
        in: [
          "PACKAGES/werkzeug/wsgi.py __next__",
          "APP/app.py generate",
          "PACKAGES/werkzeug/local.py __get__",
        ],
        failure: { problem: "request-raised" },
        mend: "stream_with_context",
      },
    ],
  },
  {
    name: "endpoint-twice",
    code: "app-code",
    when: {
      type: "AssertionError",
      message:
        /^View function mapping is overwriting an existing endpoint function: (\S+)/,
    },
    claim: {
      says: "Two routes have a function with the name `$1`",
      mend:
        "Rename one, or give its route an `endpoint=`; a decorator of your own needs `functools.wraps`; a file that is imported twice under two names does this as well",
    },
    examples: [
      "AssertionError: View function mapping is overwriting an existing endpoint function: index",
    ],
  },
  {
    name: "blueprint-twice",
    code: "app-code",
    when: {
      message:
        /^The name '([^']+)' is already registered for (?:this|a different) blueprint/,
    },
    claim: {
      says: 'The blueprint "$1" is registered twice, or two have that name',
      mend: "Register it once, or give one of them another `name=`",
    },
    examples: [
      "ValueError: The name 'auth' is already registered for a different blueprint. Use 'name=' to provide a unique name.",
    ],
  },
  {
    name: "setup-after-first-request",
    code: "app-code",
    when: [
      {
        message:
          /^The setup method '(\w+)' can no longer be called on the (?:application|blueprint)/,
      },
      {
        type: "AssertionError",
        message:
          /^(A setup function) was called after the first request was handled/,
      },
    ],
    claim: {
      says:
        "`$1` is called when the application has answered a request already, or its blueprint is registered",
      mend:
        "Let everything be set up while the file is imported: move that call above `register_blueprint()`, and out of views",
    },
    examples: [
      "AssertionError: The setup method 'add_url_rule' can no longer be called on the application. It has already handled its first request",
    ],
  },
  {
    name: "extension-not-ready",
    code: "app-code",
    over: "setting-of-dynaconf name-lost-in-package",
    when: [
      {
        type: "KeyError",
        message: /^'(\w+)'/,
        in: /\/(flask_\w+)(?:\/[\w/]+)?\.py \w+$/,
        problem: "request-raised import-raised factory-raised",
      },
      {
        type: "AttributeError",
        message:
          /^'Flask' object has no attribute '(login_manager|extensions|mail|csrf|jwt_manager|babel_\w+)'/,
        problem: "request-raised import-raised factory-raised",
      },
    ],
    claim: ({ raised, groups: [key = ""] }, scene) => {
      const extension = raised.frames.map(({ file }) => packageOf(file))
        .findLast((each) => each?.startsWith("flask_"))?.replace(/\.py$/, "");
      const short = extension?.replace(/^flask_/, "");
      // Any other key is one of the extension's own.
      // As cache and flask_caching.
      const isIts = short !== undefined &&
        (key === "login_manager" || key.startsWith(short) ||
          short.startsWith(key) ||
          key.length > 3 && key.slice(0, 4) === short.slice(0, 4));
      const below = isIts &&
        guardedLine(/\.init_app\(/, scene.site.config?.wsgi?.module, scene);
      return extension && below
        ? {
          seen:
            `The extension ${extension} is used with an application that it was not given: init_app() on line ${below.line} of ${below.file} stands below \`if __name__ == "__main__":\`, which runs only when the file is started by hand`,
          place: below,
          mend:
            `Move line ${below.line} out of that block, to the left margin above it`,
        }
        : extension && isIts
        ? {
          says:
            `The extension ${extension} is used with an application that it was never given`,
          mend:
            'Call its `init_app(app)` where the application is made that `app` in config.toml names, and not below `if __name__ == "__main__":`',
        }
        : undefined;
    },
    examples: [
      {
        raised: "KeyError: 'mail'",
        in: "PACKAGES/flask_mail.py send",
        failure: { problem: "request-raised" },
        says: "flask_mail",
        mend: "init_app(app)",
      },
      {
        raised: "KeyError: 'cache'",
        in: "PACKAGES/flask_caching/__init__.py cache",
        files: {
          "APP/app.py":
            'cache = Cache()\n\nif __name__ == "__main__":\n    cache.init_app(app)\n    app.run()\n',
        },
        failure: { problem: "request-raised" },
        says: "init_app() on line 4",
        mend: "Move line 4 out of that block",
      },
      {
        raised:
          "AttributeError: 'Flask' object has no attribute 'login_manager'",
        in: "PACKAGES/flask_login/utils.py _load_user",
        failure: { problem: "request-raised" },
        says: "flask_login",
      },
    ],
    not: [{
      raised: "KeyError: 'user'",
      in: "PACKAGES/flask_mail.py send",
      failure: { problem: "request-raised" },
    }],
  },
  {
    name: "login-without-loader",
    code: "app-code",
    when: { message: /^Missing user_loader or request_loader/ },
    claim: {
      says: "Flask-Login is not told how a user is found",
      mend:
        "Write a function below `@login_manager.user_loader` that takes the id and returns the user, in a module that is imported where the application is made",
    },
    examples: [
      "Exception: Missing user_loader or request_loader. Refer to http://flask-login.readthedocs.io/#how-it-works for more info.",
    ],
  },
  {
    name: "relation-unknown",
    code: "app-code",
    when: {
      message:
        /expression '([\w.]+)' failed to locate a name|Could not (?:find table|locate table) '(\w+)' with which to generate a foreign key|could not find table '(\w+)' with which to generate/,
    },
    claim: ({ groups }) => {
      const name = groups.find((each) => each !== undefined);
      return {
        says:
          `A relation between models names "${name}", and no module with that has been imported`,
        mend:
          "Import all modules with models where the application is made, before the first query; or correct the name in `relationship()` or `ForeignKey()`",
      };
    },
    examples: [
      "sqlalchemy.exc.InvalidRequestError: When initializing mapper mapped class User->users, expression 'Order' failed to locate a name ('Order').",
      "sqlalchemy.exc.NoReferencedTableError: Foreign key associated with column 'a.b' could not find table 'users' with which to generate a foreign key to target column 'id'",
    ],
  },
  {
    name: "extension-twice",
    code: "app-code",
    when: {
      message:
        /^A '(\w+)' instance has already been registered on this Flask app/,
    },
    claim: {
      says: "Two objects `$1()` are bound to the same application",
      mend:
        "Make one in a module of its own, import that everywhere, and call `init_app(app)` once",
    },
    examples: [
      "RuntimeError: A 'SQLAlchemy' instance has already been registered on this Flask app. Import and use that instance instead.",
    ],
  },
  {
    name: "view-without-answer",
    code: "app-code",
    when: {
      type: "TypeError",
      message:
        /^The view function (?:for )?'?([\w.]+)'? did not return a valid response\. The function either returned None/,
    },
    claim: {
      says: "The view `$1` ends without an answer: it returns None",
      mend: "Let each way through it end with `return …`, also after an `if`",
    },
    examples: [
      "TypeError: The view function for 'index' did not return a valid response. The function either returned None or ended without a return statement.",
    ],
  },
  {
    name: "not-json",
    code: "app-code",
    when: {
      type: "TypeError",
      message: /^Object of type ((?!coroutine)\w+) is not JSON serializable/,
    },
    claim: ({ groups: [kind = ""] }) => {
      const what = {
        Undefined: "a variable that the template does not have",
        function: "a function",
        method: "a method",
        type: "a class",
      }[kind];
      return {
        says: `${
          what
            ? `${what[0]!.toUpperCase()}${what.slice(1)}`
            : `${
              /^(?!User|Uni|Use|One)[AEIOUaeiou]/.test(kind) ? "An" : "A"
            } ${kind}`
        } is to be written as JSON, which has no such thing`,
        mend: kind === "Undefined"
          ? "Give it to the template, or write `|default(…)` before `|tojson`"
          : what
          ? "Call it: its brackets may be missing"
          : "Write it as a text, a number, a list or a dict first, as with `str(…)`, `.isoformat()` or `.tolist()`; of rows of a database, take the fields",
      };
    },
    examples: [
      "TypeError: Object of type Order is not JSON serializable",
      {
        raised: "TypeError: Object of type Undefined is not JSON serializable",
        in: "PACKAGES/jinja2/utils.py htmlsafe_json_dumps",
        failure: { problem: "request-raised" },
        says: "A variable that the template does not have",
      },
      {
        raised: "TypeError: Object of type method is not JSON serializable",
        mend: "brackets",
      },
    ],
  },
  {
    name: "django-second-start",
    code: "django-settings",
    when: { type: "RuntimeError", message: /^populate\(\) isn't reentrant/ },
    claim: {
      says:
        "Django is started a second time after its first start has failed; what failed then is the cause",
      mend:
        "Look in the log for the exception before this one; code that catches it with `except` hides it",
    },
    examples: ["RuntimeError: populate() isn't reentrant"],
  },
  {
    name: "web2py-folder",
    code: "app-directory",
    when: { type: "RuntimeError", message: /^Running from the wrong folder/ },
    claim: ({ own, raised }, scene) => {
      const file = own?.file ?? raised.frames.at(-1)?.file ?? "";
      const folder = dirname(file);
      const top = dirname(folder);
      const copy = join(top, basename(file));
      return exists(join(top, "gluon"), scene) &&
          !exists(join(folder, "gluon"), scene)
        ? {
          seen:
            `${file} makes its own folder the working directory, and web2py is in ${top}`,
          mend: `Copy it there, \`${
            shellCommand("cp", "-n", file, copy)
          }\`, and write in [wsgi] of config.toml: module = "${copy}"`,
        }
        : {
          says: "web2py must be started in its own folder, and was in another",
          mend: `Write in [wsgi] of config.toml: chdir = "${folder}"`,
        };
    },
    examples: [
      "RuntimeError: Running from the wrong folder",
      {
        raised: "RuntimeError: Running from the wrong folder",
        frames: ["APP/handlers/wsgihandler.py <module>"],
        files: {
          "APP/gluon/main.py": "",
          "APP/handlers/wsgihandler.py": "os.chdir(path)\n",
        },
        says: "web2py is in APP",
        mend: "cp -n APP/handlers/wsgihandler.py APP/wsgihandler.py",
      },
    ],
  },
  {
    name: "module-twice",
    code: "app-code",
    when: [
      {
        message:
          /^Table '([^']+)' is already defined for this MetaData instance/,
      },
      { message: /^Conflicting '([^']+)' models in application/ },
      { message: /^Duplicated timeseries in CollectorRegistry/ },
    ],
    claim: ({ groups: [name] }) => ({
      says: `The same code runs twice${
        name ? `, so that "${name}" is defined a second time` : ""
      }: a module is imported under two names, or the file that makes the application is imported by another one`,
      mend:
        "Import each module by one name everywhere, and move what others import from the file of the application into a module of its own",
    }),
    examples: [
      "sqlalchemy.exc.InvalidRequestError: Table 'user' is already defined for this MetaData instance.",
    ],
  },
  {
    name: "sqlalchemy-unregistered",
    code: "app-code",
    when: {
      message:
        /not registered with this 'SQLAlchemy' instance|No application found\. Either work inside a view function/,
    },
    claim: {
      says:
        "Flask-SQLAlchemy is used without an application: `init_app(app)` was not called for this object, or there are two of them",
      mend:
        'Make one `db = SQLAlchemy()` in a module of its own, import it everywhere, and call `db.init_app(app)` where the application is made, not below `if __name__ == "__main__":`',
    },
    examples: [
      "RuntimeError: The Flask app is not registered with this 'SQLAlchemy' instance. Did you forget to call 'init_app', or did you create multiple 'SQLAlchemy' instances?",
    ],
  },
  {
    name: "address-unbuilt",
    code: "app-code",
    when: [
      {
        type: "BuildError",
        message: /^Could not build url for endpoint '([^']+)'/,
      },
      { type: "NoReverseMatch", message: /^Reverse for '([^']+)'/ },
      {
        type: "NoMatchFound",
        message: /^No route exists for name ["']([^"']+)["']/,
      },
    ],
    claim: ({ groups: [name = ""], kind, line, text, raised }, scene) => {
      // The exceptions of Django do not name the template.
      const spot =
        raised.frames.some(({ file }) =>
            file.endsWith("/django/template/defaulttags.py")
          )
          ? spotInTemplates(
            (each) =>
              /\{% *url /.test(each) &&
              (each.includes(`"${name}"`) || each.includes(`'${name}'`)),
            scene,
          )
          : "";
      const [, given] =
        / with (?:no )?(?:keyword )?arguments '?(.*?)'? not found\. \d+ pattern\(s\) tried/
          .exec(text) ?? [];
      const [, forgotten] = /Did you forget to specify values \['?([^\]]*?)'?\]/
        .exec(text) ?? [];
      if (given !== undefined || /pattern\(s\) tried/.test(text)) {
        const isEmpty = /(?:^\(|[:,] ?)(?:''|None)/.test(given ?? "");
        return {
          says:
            `The address "${name}" does not fit what it is given: ${line}${spot}`,
          mend: isEmpty
            ? "One of its arguments is empty: the template or the view has no such variable, or it is empty there, as for an object that was not stored; give it to the template, or ask `{% if … %}` first"
            : "Give it the arguments that its path in urls.py names, by these names and of that kind",
        };
      }
      return forgotten
        ? {
          says:
            `The route "${name}" wants values that it is not given: ${line}`,
          mend: `Write \`url_for("${name}", ${
            forgotten.split(/'?, '?/).map((each) => `${each}=…`).join(", ")
          })\``,
        }
        : {
          says: `No route has the name "${name}": ${line}${spot}`,
          mend: name.startsWith("/") && kind !== "BuildError"
            ? "Write the name of the route there, and not its address"
            : name.startsWith("/")
            ? `Write the name of the function that answers there, not the address: as \`url_for("login")\` for "/login"; an address itself is given to \`redirect("${name}")\` alone`
            : /\.html?$/.test(name)
            ? "Write the name of the function that shows the page, and not that of its template"
            : "Correct the name, with that of its blueprint or namespace before it; or register what holds the route",
        };
    },
    examples: [
      {
        raised:
          "django.urls.exceptions.NoReverseMatch: Reverse for 'detail' with arguments '('',)' not found. 1 pattern(s) tried: ['item/(?P<pk>[0-9]+)/\\Z']",
        failure: { problem: "request-raised" },
        says: "does not fit what it is given",
        mend: "One of its arguments is empty",
      },
      {
        raised:
          "werkzeug.routing.exceptions.BuildError: Could not build url for endpoint 'show'. Did you forget to specify values ['name']?",
        failure: { problem: "request-raised" },
        mend: '`url_for("show", name=…)`',
      },
      {
        raised:
          "werkzeug.routing.exceptions.BuildError: Could not build url for endpoint '/login'. Did you mean 'login' instead?",
        failure: { problem: "request-raised" },
        mend: "not the address",
      },
      {
        raised:
          "django.urls.exceptions.NoReverseMatch: Reverse for 'shopp' not found. 'shopp' is not a valid view function or pattern name.",
        in: [
          "PACKAGES/django/template/defaulttags.py render",
          "PACKAGES/django/urls/resolvers.py _reverse_with_prefix",
        ],
        failure: { problem: "request-raised" },
        files: {
          "APP/shop/templates/a.html": "<a href=\"{% url 'shopp' %}\">\n",
        },
        says: "(APP/shop/templates/a.html:1)",
      },
      "werkzeug.routing.exceptions.BuildError: Could not build url for endpoint 'auth.login'. Did you mean 'login' instead?",
      "django.urls.exceptions.NoReverseMatch: Reverse for 'index' not found. 'index' is not a valid view function or pattern name.",
    ],
  },
  {
    name: "socketio-mode",
    code: "package-missing",
    when: { type: "ValueError", message: /^Invalid async_mode specified/ },
    claim: ({ own }, scene) => {
      const [, mode] = /\basync_mode *= *["'](eventlet|gevent)["']/
        .exec(lineOf(own, scene)) ?? [];
      return mode && !findInstalled(mode, scene)
        ? {
          seen:
            `Socket.IO is asked for async_mode="${mode}", and the package "${mode}" is not installed`,
          mend:
            'Write `async_mode="threading"` in its place, which needs no other package and fits this server',
        }
        : {
          code: "package-conflict",
          says:
            "Socket.IO cannot use the async_mode that it is asked for: it does not know the name, or what that needs cannot be imported",
          mend:
            'Write `async_mode="threading"` in its place, which needs no other package and fits this server',
        };
    },
    examples: [
      {
        raised: "ValueError: Invalid async_mode specified",
        in: "PACKAGES/engineio/base_server.py __init__",
        files: {
          "APP/app.py": '\n\nio = SocketIO(app, async_mode="eventlet")\n',
        },
        says: 'the package "eventlet" is not installed',
        mend: 'async_mode="threading"',
      },
      {
        raised: "ValueError: Invalid async_mode specified",
        in: "PACKAGES/engineio/base_server.py __init__",
        code: "package-conflict",
        says: "cannot use the async_mode",
      },
    ],
  },
  {
    name: "passlib-bcrypt",
    code: "package-conflict",
    over: "package-name-missing",
    when: [
      {
        message: /password cannot be longer than 72 bytes/,
        through: /\/passlib\//,
      },
      {
        message: /module 'bcrypt' has no attribute '__about__'/,
      },
    ],
    claim: ({ kind }) => ({
      says:
        `The package passlib, which is no longer cared for, does not work with this version of bcrypt: ${
          kind === "AttributeError"
            ? "it asks for its version in a way that is gone since bcrypt 4.1"
            : "it tries a long password of its own, and bcrypt 5 refuses that; the password of the visitor is not at fault"
        }`,
      mend: {
        install: kind === "AttributeError" ? "bcrypt<4.1" : "bcrypt<5",
        or: "use bcrypt by itself, or argon2-cffi, in place of passlib",
      },
    }),
    examples: [{
      raised:
        "ValueError: password cannot be longer than 72 bytes, truncate manually if necessary (e.g. my_password[:72])",
      in: [
        "PACKAGES/passlib/hash.py _detect_wrap_bug",
        "PACKAGES/bcrypt/__init__.py hashpw",
      ],
      failure: { problem: "request-raised" },
      mend: "'bcrypt<5'",
    }],
    not: [{
      raised:
        "ValueError: password cannot be longer than 72 bytes, truncate manually if necessary (e.g. my_password[:72])",
      in: "PACKAGES/bcrypt/__init__.py hashpw",
    }],
  },
  {
    name: "dash-without-layout",
    code: "app-code",
    when: { type: "NoLayoutException" },
    claim: {
      says:
        'The application of Dash has no `layout` when a visitor comes: the line that gives it one was not reached, or stands below `if __name__ == "__main__":`, or belongs to another application',
      mend:
        "Write `app.layout = …` at the left margin of the module that is named in config.toml, or import the module that does so, below the line that makes the application",
    },
    examples: [{
      raised:
        "dash.exceptions.NoLayoutException: The layout was `None` at the time that `run` was called.",
      failure: { problem: "request-raised" },
      mend: "app.layout",
    }],
  },
  {
    name: "dash-pages-missing",
    code: "file-missing",
    when: {
      type: "Exception",
      message: /^A folder called [`'"]([^`'"]+)[`'"] does not exist/,
    },
    claim: ({ groups: [name = ""], own }, scene) => {
      const folder = join(own ? dirname(own.file) : scene.directory, name);
      const other = inOtherLetters(folder, scene);
      return other
        ? {
          seen:
            `Dash looks for its pages in ${folder}, which is not there; ${other} is, in other capital letters, which Linux tells apart`,
          mend: `Give ${other} the name "${name}", or write \`pages_folder="${
            basename(other)
          }"\``,
        }
        : {
          says: `Dash looks for its pages in ${folder}, which is not there`,
          mend:
            `Copy ${folder} from where the application ran before; one without pages is made without \`use_pages=True\``,
        };
    },
    examples: [
      {
        raised:
          'Exception: A folder called `pages` does not exist. If a folder for pages is not required in your application, set `pages_folder=""`.',
        in: "PACKAGES/dash/dash.py __init__",
        says: "APP/pages, which is not there",
        mend: "Copy APP/pages",
      },
      {
        raised:
          "Exception: A folder called `pages` does not exist. If a folder",
        in: "PACKAGES/dash/dash.py __init__",
        files: { "APP/Pages/home.py": "" },
        says: "APP/Pages is, in other capital letters",
        mend: 'the name "pages"',
      },
    ],
  },
  {
    name: "answer-of-older-falcon",
    code: "package-conflict",
    when: {
      type: "AttributeError",
      message: /^'Response' object has no attribute '(body|add_link)'/,
    },
    claim: ({ groups: [name = ""], own }, scene) => {
      const installed = versionOf("falcon", scene);
      // Other packages have a Response too, which nobody writes a body to.
      const isWritten = /\.body\s*=[^=]|\.add_link\(/.test(lineOf(own, scene));
      if (!installed || !isWritten || compareReleases(installed, "4.0") < 0) {
        return undefined;
      }
      return {
        seen:
          `An answer of Falcon has no "${name}" any more since Falcon 4.0; installed is Falcon ${installed}, and the code was written for an older one`,
        place: own,
        mend: `Write \`${
          name === "body" ? "text" : "append_link"
        }\` in place of \`${name}\`; or write falcon<4.0 into the requirements of the site`,
      };
    },
    examples: [
      {
        raised: "AttributeError: 'Response' object has no attribute 'body'",
        in: "APP/app.py on_get",
        files: {
          "APP/app.py": '\n\n        resp.body = "Hello"\n',
          "PACKAGES/falcon-4.0.2.dist-info/METADATA": "",
        },
        failure: { problem: "request-raised" },
        says: "since Falcon 4.0; installed is Falcon 4.0.2",
        mend: "Write `text`",
      },
    ],
    not: [
      {
        raised: "AttributeError: 'Response' object has no attribute 'body'",
        in: "APP/app.py on_get",
        files: {
          "APP/app.py": "\n\n    return requests.get(at).body\n",
          "PACKAGES/falcon-4.0.2.dist-info/METADATA": "",
        },
        failure: { problem: "request-raised" },
      },
    ],
  },
  {
    name: "requests-too-many-headers",
    code: "request-refused",
    when: { type: "RequestEntityTooLarge" },
    claim: {
      says:
        "A visitor sent more than the application takes (MAX_CONTENT_LENGTH, or the parts of a form)",
      mend:
        "Raise MAX_CONTENT_LENGTH or MAX_FORM_MEMORY_SIZE in the settings of Flask, if such uploads are wanted",
    },
    examples: [{
      raised:
        "werkzeug.exceptions.RequestEntityTooLarge: 413 Request Entity Too Large",
      failure: { problem: "request-raised" },
    }],
  },
];

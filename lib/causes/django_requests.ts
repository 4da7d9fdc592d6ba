/**
 * What Django raises while it answers, as its settings, addresses or views are
 * incomplete: middleware that is not named, or in a wrong order; views that
 * return nothing; classes in place of views.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import type { Place } from "../findings/finding.ts";
import { isLibraryFile } from "../python/failure.ts";
import { readDjangoSettings } from "./django_entries.ts";
import type { Rule } from "./rule.ts";
import { linesOf, type Scene } from "./scene.ts";

/** What a middleware gives to a request, and which one does. */
const GIVEN: Readonly<Record<string, string>> = {
  _messages: "django.contrib.messages.middleware.MessageMiddleware",
  accepted_renderer: "",
  htmx: "django_htmx.middleware.HtmxMiddleware",
  session: "django.contrib.sessions.middleware.SessionMiddleware",
  site: "django.contrib.sites.middleware.CurrentSiteMiddleware",
  tenant: "django_tenants.middleware.main.TenantMainMiddleware",
  toolbar: "debug_toolbar.middleware.DebugToolbarMiddleware",
  urlconf: "",
  user: "django.contrib.auth.middleware.AuthenticationMiddleware",
  csp_nonce: "csp.middleware.CSPMiddleware",
};
const SESSION = "django.contrib.sessions.middleware.SessionMiddleware";

/** The rules of Django's answers. */
export const djangoRequests = (): Rule[] => [
  {
    name: "django-middleware-absent",
    code: "django-settings",
    when: {
      type: "AttributeError",
      message: /^'(?:WSGI|ASGI|Http)Request' object has no attribute '(\w+)'/,
    },
    claim: ({ groups: [name = ""], text, raised }, scene) => {
      const wanted = Object.hasOwn(GIVEN, name) ? GIVEN[name] : undefined;
      if (!wanted || !/Request'/.test(text)) return undefined;
      const entry = findMiddleware(wanted, scene);
      // A middleware of one's own may ask for what a later one gives.
      const asking = raised.frames.findLast(({ file, function: called }) =>
        !isLibraryFile(file) && /^__call__$|^process_request$/.test(called)
      );
      return entry
        ? {
          says:
            `A request has no \`${name}\` when it is asked for, and "${wanted}", which gives it, is in Django's settings`,
          place: entry.place,
          probably: asking
            ? `the middleware in ${asking.file} stands above that one in MIDDLEWARE`
            : "a middleware above it asks, or the settings that are used here are others",
          mend:
            `Let "${wanted}" stand in MIDDLEWARE above what asks for \`request.${name}\``,
        }
        : {
          says:
            `A request has no \`${name}\`, which the middleware "${wanted}" gives, and MIDDLEWARE in Django's settings does not name that`,
          mend: `Add "${wanted}" to MIDDLEWARE${
            name === "user" || name === "_messages"
              ? `, below "${SESSION}"`
              : ""
          }`,
        };
    },
    examples: [
      {
        raised: "AttributeError: 'WSGIRequest' object has no attribute 'user'",
        failure: { problem: "request-raised" },
        files: {
          "APP/mysite/settings.py":
            'MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]\n',
        },
        says: "does not name that",
        mend:
          'Add "django.contrib.auth.middleware.AuthenticationMiddleware" to MIDDLEWARE',
      },
      {
        raised: "AttributeError: 'WSGIRequest' object has no attribute 'user'",
        frames: [
          "PACKAGES/django/core/handlers/exception.py inner",
          "APP/mysite/middleware.py __call__",
        ],
        failure: { problem: "request-raised" },
        files: {
          "APP/mysite/settings.py":
            'MIDDLEWARE = ["mysite.middleware.Log", "django.contrib.auth.middleware.AuthenticationMiddleware"]\n',
        },
        says: "the middleware in APP/mysite/middleware.py stands above",
        mend: "above what asks",
      },
    ],
    not: [
      {
        raised:
          "AttributeError: 'WSGIRequest' object has no attribute 'is_ajax'",
        failure: { problem: "request-raised" },
      },
      {
        raised:
          "AttributeError: 'WSGIRequest' object has no attribute 'basket'",
        failure: { problem: "request-raised" },
      },
    ],
  },
  {
    name: "django-middleware-wanted",
    code: "django-settings",
    over: "django-setup django-middleware-absent",
    when: [
      {
        message:
          /\brequires? [\w ]*middleware to be installed\. Edit your MIDDLEWARE(?:_CLASSES)? setting to insert '([\w.]+)'/,
      },
      {
        message:
          /^([\w.]+\.middleware\.[\w.]+) must be added to settings\.MIDDLEWARE/,
      },
      {
        type: "MessageFailure",
        message: /without installing ([\w.]+)/,
      },
      {
        message:
          /^([\w.]+\.\w+) is required but it was not found in MIDDLEWARE/,
      },
      {
        type: "ImproperlyConfigured",
        message:
          /^(\w+Middleware) must (?:be added|come|be placed|be) (?:after|before) (\w+)/,
      },
      {
        type: "ImproperlyConfigured",
        message: /^You must add '([\w.]+)' to (?:the )?MIDDLEWARE/i,
      },
    ],
    claim: ({ groups: [wanted = "", other], text, line }, scene) => {
      if (other !== undefined) {
        return {
          says:
            `The order of MIDDLEWARE in Django's settings is wrong: ${line}`,
          mend: `Move "${wanted}" to ${
            /\bafter\b/.test(text) ? "below" : "above"
          } "${other}"; where that one is not there, add it`,
        };
      }
      const entry = findMiddleware(wanted, scene);
      const [, below] = /before '([\w.]+)'/.exec(text) ?? [];
      return {
        says: `"${wanted}" must be in MIDDLEWARE of Django's settings${
          below ? ` above "${below}"` : ""
        }, and ${
          entry
            ? below ? "it stands below" : "is not where these settings are used"
            : "is not there"
        }`,
        place: entry?.place,
        mend: entry && below
          ? `Move "${wanted}" to above "${below}"`
          : `Add "${wanted}" to MIDDLEWARE${
            below
              ? `, above "${below}"`
              : /\.MessageMiddleware$/.test(wanted)
              ? `, below "${SESSION}"`
              : " in the settings, at its end where the documentation of the package names no other place"
          }`,
      };
    },
    examples: [
      {
        raised:
          "django.core.exceptions.ImproperlyConfigured: The Django authentication middleware requires session middleware to be installed. Edit your MIDDLEWARE setting to insert 'django.contrib.sessions.middleware.SessionMiddleware' before 'django.contrib.auth.middleware.AuthenticationMiddleware'.",
        frames: ["PACKAGES/django/contrib/auth/middleware.py process_request"],
        failure: { problem: "request-raised" },
        files: {
          "APP/mysite/settings.py":
            'MIDDLEWARE = ["django.contrib.auth.middleware.AuthenticationMiddleware",\n"django.contrib.sessions.middleware.SessionMiddleware"]\n',
        },
        says: "and it stands below",
        mend: "Move",
      },
      {
        raised:
          "django.core.exceptions.ImproperlyConfigured: allauth.account.middleware.AccountMiddleware must be added to settings.MIDDLEWARE",
        in: [
          "PACKAGES/django/__init__.py setup",
          "PACKAGES/allauth/account/apps.py ready",
        ],
        says:
          '"allauth.account.middleware.AccountMiddleware" must be in MIDDLEWARE',
        mend:
          'Add "allauth.account.middleware.AccountMiddleware" to MIDDLEWARE',
      },
      {
        raised:
          "django.contrib.messages.api.MessageFailure: You cannot add messages without installing django.contrib.messages.middleware.MessageMiddleware",
        in: "PACKAGES/django/contrib/messages/api.py add_message",
        failure: { problem: "request-raised" },
        mend: "below",
      },
      {
        raised:
          "django.core.exceptions.ImproperlyConfigured: ThemeMiddleware must be added after SiteMiddleware",
        says: "The order of MIDDLEWARE",
        mend: 'below "SiteMiddleware"',
      },
    ],
  },
  {
    name: "django-slash-of-form",
    code: "app-code",
    when: {
      type: "RuntimeError",
      message:
        /^You called this URL via (\w+), but the URL doesn't end in a slash and you have APPEND_SLASH set\.[\s\S]*?point to (\S+)/,
    },
    claim: {
      says:
        "A form or a script sends data ($1) to an address without its slash at the end; Django would send it on to the one with it, $2, and the data would be lost; with DEBUG off it does so, and the view gets a GET without data",
      mend:
        'Write the slash in the form or the script (`action="{% url … %}"` does so by itself), or add the address without it to urls.py',
    },
    examples: [{
      raised:
        "RuntimeError: You called this URL via POST, but the URL doesn't end in a slash and you have APPEND_SLASH set. Django can't redirect to the slash URL while maintaining POST data. Change your form to point to a.org/form/ (note the trailing slash), or set APPEND_SLASH=False in your Django settings.",
      frames: ["PACKAGES/django/middleware/common.py get_full_path_with_slash"],
      failure: { problem: "request-raised" },
      says: "a.org/form/",
      mend: "Write the slash",
    }],
  },
  {
    name: "django-view-without-answer",
    code: "app-code",
    when: {
      type: "ValueError",
      message:
        /^The view ([\w.]+) didn't return an HttpResponse object\. It returned (None|an unawaited coroutine) instead/,
    },
    claim: ({ groups: [view = "", what] }, scene) => ({
      says: what === "None"
        ? `The view ${view} ends without an answer: it returns None`
        : `The view ${view} begins with \`async def\` where Django calls it as an ordinary one, so that what it returns is never awaited`,
      place: placeOfView(view, scene),
      mend: what === "None"
        ? "Let each way through it end with `return` and an answer, as `return render(request, …)` or `return redirect(…)`, also after an `if request.method` and where a form is not valid"
        : "Write `def` in place of `async def`; or let the decorators above it, and middleware, be ones that know asynchronous views",
    }),
    examples: [{
      raised:
        "ValueError: The view shop.views.index didn't return an HttpResponse object. It returned None instead.",
      frames: [
        "PACKAGES/django/core/handlers/base.py check_response",
      ],
      failure: { problem: "request-raised" },
      files: {
        "APP/shop/views.py": "\ndef index(request):\n    pass\n",
      },
      says: "The view shop.views.index ends without an answer",
      mend: "`return render(request, …)`",
    }],
  },
  {
    name: "django-middleware-without-answer",
    code: "app-code",
    when: {
      type: "AttributeError",
      message:
        /^'NoneType' object has no attribute '(?:status_code|headers|get|has_header|streaming|set_cookie|cookies|_resource_closers|closed|render)'/,
      in:
        /\/django\/(?:middleware|core\/handlers|contrib\/\w+\/middleware|utils\/deprecation|views\/decorators)[\w/]*\.py /,
    },
    claim: (_, scene) => {
      const own = ownMiddleware(scene);
      return {
        says:
          "A middleware gets no answer from the one below it: that, or a decorator around a view, returns None in place of an answer",
        probably: own ? `the one in ${own.file} does` : undefined,
        place: own,
        mend:
          "End `__call__` of the middleware with `return response`, where `response = self.get_response(request)`; `process_response` ends so too",
      };
    },
    examples: [{
      raised:
        "AttributeError: 'NoneType' object has no attribute 'status_code'",
      frames: ["PACKAGES/django/middleware/common.py process_response"],
      failure: { problem: "request-raised" },
      files: {
        "APP/mysite/settings.py": 'MIDDLEWARE = ["shop.mw.Foo"]\n',
        "APP/shop/mw.py":
          "class Foo:\n    def __init__(self, get_response):\n        self.get_response = get_response\n    def __call__(self, request):\n        self.get_response(request)\n",
      },
      says: "probably the one in APP/shop/mw.py does",
      mend: "`return response`",
    }],
    not: [{
      raised:
        "AttributeError: 'NoneType' object has no attribute 'status_code'",
      frames: ["APP/shop/views.py index"],
      failure: { problem: "request-raised" },
    }],
  },
  {
    name: "django-class-for-view",
    code: "app-code",
    when: {
      type: "TypeError",
      message:
        /^(?:\w+\(\) takes no arguments|(?:\w+\.)?__init__\(\) (?:takes 1 positional argument but \d+ were given|got an unexpected keyword argument))/,
      in: /\/django\/core\/handlers\/base\.py _get_response(?:_async)?$/,
    },
    claim: (_, scene) => {
      const line = classInUrls(scene);
      return {
        says: `urls.py names a class where a view is wanted${
          line ? `: line ${line.line} of ${line.file}` : ""
        }`,
        place: line,
        mend: line
          ? `Write \`${line.name}.as_view()\` in place of \`${line.name}\` there`
          : "Write `.as_view()` behind the name of the class in urls.py",
      };
    },
    examples: [{
      raised:
        "TypeError: View.__init__() takes 1 positional argument but 2 were given",
      frames: ["PACKAGES/django/core/handlers/base.py _get_response"],
      failure: { problem: "request-raised" },
      files: {
        "APP/mysite/settings.py": "A = 1\n",
        "APP/mysite/urls.py":
          'urlpatterns = [\n    path("", views.IndexView),\n]\n',
      },
      says: "line 2 of APP/mysite/urls.py",
      mend: "`views.IndexView.as_view()`",
    }],
    not: [{
      raised:
        "TypeError: View.__init__() takes 1 positional argument but 2 were given",
      failure: { problem: "request-raised" },
    }],
  },
  {
    name: "django-pattern-of-other-kind",
    code: "app-code",
    when: {
      type: "AttributeError",
      message:
        /^'(tuple|str|list|function|module)' object has no attribute '(?:resolve|pattern|check)'/,
      in: /\/django\/(?:urls\/resolvers|core\/checks\/urls)\.py /,
    },
    claim: ({ groups: [kind] }) => ({
      says:
        `In \`urlpatterns\` of a urls.py stands a ${kind} where an address is wanted`,
      mend:
        'Write each as `path("address/", views.name)` or `path("address/", include("app.urls"))`; a `path` may be missing before the brackets',
    }),
    examples: [{
      raised: "AttributeError: 'tuple' object has no attribute 'resolve'",
      frames: ["PACKAGES/django/urls/resolvers.py resolve"],
      failure: { problem: "request-raised" },
      says: "stands a tuple",
      mend: "path(",
    }],
  },
  {
    name: "django-session-folder",
    code: "file-missing",
    over: "django-setup",
    when: {
      type: "ImproperlyConfigured",
      message: /^The session storage path '([^']+)' doesn't exist/,
    },
    claim: {
      says:
        "Django keeps sessions in files, and the folder for them, $1, is not there (SESSION_FILE_PATH)",
      mend:
        'Make that folder, so that the site\'s user alone may read and write in it, or name another one in the settings; or keep sessions in the database: `SESSION_ENGINE = "django.contrib.sessions.backends.db"`',
    },
    examples: [{
      raised:
        "django.core.exceptions.ImproperlyConfigured: The session storage path '/x/y' doesn't exist. Please set your SESSION_FILE_PATH setting",
      frames: ["PACKAGES/django/contrib/sessions/backends/file.py x"],
      failure: { problem: "request-raised" },
      says: "/x/y, is not there",
    }],
  },
  {
    name: "django-storage",
    code: "django-settings",
    when: {
      type: "InvalidStorageError",
      message: /^Could not find config for '(\w+)' in settings\.STORAGES/,
    },
    claim: ({ groups: [name = ""] }, scene) => ({
      says:
        `STORAGES in Django's settings has no "${name}": who writes STORAGES must name "default" and "staticfiles" both, as it takes the place of Django's own as a whole`,
      place: placeOfSetting("STORAGES", scene),
      mend: name === "staticfiles"
        ? 'Add to STORAGES: `"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}`, or the backend that is meant, such as that of whitenoise'
        : name === "default"
        ? 'Add to STORAGES: `"default": {"BACKEND": "django.core.files.storage.FileSystemStorage"}`'
        : `Add "${name}" to STORAGES, or correct the name that the code asks for`,
    }),
    examples: [{
      raised:
        "django.core.files.storage.handler.InvalidStorageError: Could not find config for 'staticfiles' in settings.STORAGES.",
      in: "PACKAGES/django/core/files/storage/handler.py __getitem__",
      failure: { problem: "request-raised" },
      mend: "StaticFilesStorage",
    }],
  },
];

/** An entry of MIDDLEWARE, as it is written last. */
function findMiddleware(
  wanted: string,
  scene: Scene,
): { place: Place } | undefined {
  for (const { file } of readDjangoSettings(scene)) {
    const lines = linesOf(file, scene);
    const begin = lines.findLastIndex((line) =>
      /^\s*MIDDLEWARE(?:_CLASSES)?\s*(?::[^=]+)?=/.test(line)
    );
    const at = lines.findIndex((line, index) =>
      index >= begin && !/^\s*#/.test(line) &&
      (line.includes(`"${wanted}"`) || line.includes(`'${wanted}'`))
    );
    if (at >= 0) return { place: { file, line: at + 1 } };
  }
  return undefined;
}

/** The function of a dotted name, as far as the source shows it. */
function placeOfView(view: string, scene: Scene): Place | undefined {
  const parts = view.split(".");
  const name = parts.pop()!;
  const file = scene.folders.map((folder) => `${folder}/${parts.join("/")}.py`)
    .find((each) => linesOf(each, scene).length > 0);
  const at = linesOf(file, scene).findIndex((line) =>
    new RegExp(`^\\s*(?:async )?(?:def|class) ${name}\\b`).test(line)
  );
  return file && at >= 0 ? { file, line: at + 1 } : undefined;
}

/** Where a setting is given its value. */
function placeOfSetting(name: string, scene: Scene): Place | undefined {
  for (const { file } of readDjangoSettings(scene)) {
    const at = linesOf(file, scene).findIndex((line) =>
      new RegExp(`^\\s*${name}\\s*(?::[^=]+)?=`).test(line)
    );
    if (at >= 0) return { file, line: at + 1 };
  }
  return undefined;
}

/** A middleware of the site's own that never returns what it got. */
function ownMiddleware(
  scene: Scene,
): { file: string; line: number } | undefined {
  const names = readDjangoSettings(scene).flatMap(({ text }) =>
    [...text.matchAll(/["']([\w.]+)\.\w+["']/g)].map(([, each]) => each!)
  );
  for (const name of new Set(names)) {
    for (const folder of scene.folders) {
      const file = `${folder}/${name.replaceAll(".", "/")}.py`;
      const lines = linesOf(file, scene);
      const at = lines.findIndex((line) =>
        /^\s+(?:async )?def (?:__call__|process_response)\(/.test(line)
      );
      if (at < 0) continue;
      const depth = /^\s*/.exec(lines[at]!)![0].length;
      const rest = lines.slice(at + 1);
      const end = rest.findIndex((line) =>
        line.trim() !== "" && /^\s*/.exec(line)![0].length <= depth
      );
      const body = rest.slice(0, end < 0 ? rest.length : end);
      if (!body.some((line) => /^\s*return\s+\S/.test(line))) {
        return { file, line: at + 1 };
      }
    }
  }
  return undefined;
}

/** A line of a urls.py beside the settings that names a class. */
function classInUrls(
  scene: Scene,
): { file: string; line: number; name: string } | undefined {
  for (const { file: settings } of readDjangoSettings(scene)) {
    const file = settings.replace(/[^/]+$/, "urls.py");
    for (const [index, line] of linesOf(file, scene).entries()) {
      const [, name] =
        /\bpath\(\s*r?["'][^"']*["'],\s*((?:\w+\.)*[A-Z]\w*)\s*[,)]/
          .exec(line) ?? [];
      if (name && !/^\s*#/.test(line)) return { file, line: index + 1, name };
    }
  }
  return undefined;
}

/**
 * What Django finds wrong in a project beyond its settings: models, middleware,
 * addresses, applications and templates, mostly after a step to a later version.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { join } from "node:path";
import { findLost } from "../python/package_changes.ts";
import { suggest } from "../text/suggestion.ts";
import { findEntry } from "./django_entries.ts";
import { findInstalled, ownerInWords, versionOf } from "./installed.ts";
import { quoted } from "../text/wrap.ts";
import type { Rule } from "./rule.ts";
import { exists, type Scene, textOf } from "./scene.ts";
import { spotOfTag } from "./templates.ts";

/** ` (installed is 4.2)`. */
function installedDjango(scene: Scene): string {
  const version = versionOf("Django", scene);
  return version ? ` (installed is ${version})` : "";
}

/** Template tags that Django no longer has, or only after a `{% load %}`. */
const TAGS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    "blocktrans blocktranslate endblocktrans trans translate language get_current_language get_available_languages get_language_info"
      .split(" ").map((tag) => [tag, "write `{% load i18n %}` above it"]),
  ),
  ...Object.fromEntries(
    "static get_static_prefix get_media_prefix".split(" ")
      .map((tag) => [tag, "write `{% load static %}` above it"]),
  ),
  ...Object.fromEntries(
    "cache".split(" ").map((tag) => [tag, "write `{% load cache %}` above it"]),
  ),
  ...Object.fromEntries(
    "localize localtime timezone get_current_timezone".split(" ")
      .map((tag) => [tag, "write `{% load l10n tz %}` above it"]),
  ),
  ifequal: "Django 4.0 took it away: write `{% if a == b %}`",
  ifnotequal: "Django 4.0 took it away: write `{% if a != b %}`",
};

/** Addresses that packages ask for by a namespace, and what gives them. */
const URLS_OF_PACKAGES: Readonly<Record<string, string>> = {
  admin: 'path("admin/", admin.site.urls)',
  djdt: 'path("__debug__/", include("debug_toolbar.urls"))',
  hijack: 'path("hijack/", include("hijack.urls"))',
  jet: 'path("jet/", include("jet.urls", "jet"))',
  oauth2_provider:
    'path("o/", include("oauth2_provider.urls", namespace="oauth2_provider"))',
  rest_framework: 'path("api-auth/", include("rest_framework.urls"))',
  silk: 'path("silk/", include("silk.urls", namespace="silk"))',
  social: 'path("", include("social_django.urls", namespace="social"))',
};

const BACKENDS = ["mysql", "oracle", "postgresql", "sqlite3"];
const MEANT_BACKENDS: Readonly<Record<string, string>> = {
  postgres: "postgresql",
  psycopg2: "postgresql",
  psycopg: "postgresql",
  sqlite: "sqlite3",
  mariadb: "mysql",
};

/** The rules of Django's projects. */
export const djangoProject = (): Rule[] => [
  {
    name: "django-user-model",
    code: "django-settings",
    over: "django-setup",
    when: [
      {
        message:
          /AUTH_USER_MODEL refers to model '(\w+)\.(\w+)' that has not been installed/,
      },
      { message: /AUTH_USER_MODEL must be of the form/ },
    ],
    claim: ({ groups: [label, model] }, scene) => {
      const entry = findEntry(
        label ? new RegExp(`^${label}\\.${model}$`) : /^(?!)/,
        scene,
      );
      if (!label) {
        return {
          says: "AUTH_USER_MODEL in Django's settings is no `app.Model`",
          mend:
            'Write it as the label of an application and a model of it, such as AUTH_USER_MODEL = "accounts.User"',
        };
      }
      const app = findEntry(
        new RegExp(`(?:^|\\.)${label}(?:\\.apps\\.|$)`),
        scene,
      );
      return {
        says: app
          ? `AUTH_USER_MODEL names "${label}.${model}", and Django has no such model when it is asked for`
          : `AUTH_USER_MODEL names "${label}.${model}", and no application "${label}" is in INSTALLED_APPS of Django's settings`,
        place: entry?.place,
        mend: app
          ? `Define the class \`${model}\` in models.py of "${label}", and import nothing there that asks for the user's model before it is defined: use \`settings.AUTH_USER_MODEL\` in models, and \`get_user_model()\` only in functions`
          : `Add "${label}" to INSTALLED_APPS, or correct AUTH_USER_MODEL; where the application is your own, see that its folder was copied to this machine`,
      };
    },
    examples: [
      {
        raised:
          "django.core.exceptions.ImproperlyConfigured: AUTH_USER_MODEL refers to model 'accounts.User' that has not been installed",
        says: 'no application "accounts" is in INSTALLED_APPS',
        mend: 'Add "accounts" to INSTALLED_APPS',
      },
      {
        raised:
          "django.core.exceptions.ImproperlyConfigured: AUTH_USER_MODEL refers to model 'accounts.User' that has not been installed",
        files: {
          "APP/mysite/settings.py":
            'INSTALLED_APPS = ["accounts"]\nAUTH_USER_MODEL = "accounts.User"\n',
        },
        says: "Django has no such model when it is asked for",
        mend: "`settings.AUTH_USER_MODEL`",
      },
      "django.core.exceptions.ImproperlyConfigured: AUTH_USER_MODEL must be of the form 'app_label.model_name'",
    ],
  },
  {
    name: "django-user-swapped",
    code: "app-code",
    when: {
      type: "AttributeError",
      message: /'([\w.]+)' has been swapped for '([\w.]+)'/,
    },
    claim: {
      says:
        'The code asks the model "$1", in whose place AUTH_USER_MODEL has put "$2"',
      mend:
        "Write `from django.contrib.auth import get_user_model` and `User = get_user_model()` in place of the import of that model",
    },
    examples: [
      "AttributeError: Manager isn't available; 'auth.User' has been swapped for 'accounts.User'",
    ],
  },
  {
    name: "django-check",
    code: "django-settings",
    over: "django-setup",
    when: { type: "SystemCheckError" },
    claim: ({ text }) => {
      const told = /^\S.*\((\w+\.E\d+)\)[\s\S]*?(?=\n\S|\n\nSystem|$)/m.exec(
        text,
      )?.[0].replace(/\s+/g, " ");
      return told && {
        says: `Django's own check of the project finds: ${told}`,
        mend: /clashes with reverse accessor/.test(told)
          ? "Two relations to the same model would have one name from there: give one of them a `related_name`; a user's model of your own is meant to take the place of Django's, by AUTH_USER_MODEL in the settings"
          : "Correct what it names; the others that it found stand in the log",
      };
    },
    examples: [{
      raised:
        "django.core.management.base.SystemCheckError: System check identified some issues:\n\nERRORS:\nauth.User.groups: (fields.E304) Reverse accessor 'Group.user_set' for 'auth.User.groups' clashes with reverse accessor for 'accounts.User.groups'.\n\tHINT: Add or change a related_name argument",
      says: "(fields.E304) Reverse accessor",
      mend: "AUTH_USER_MODEL",
    }],
  },
  {
    name: "django-name-in-module",
    code: "import-name-missing",
    over: "django-setup django-middleware-old",
    when: {
      message: /Module "([\w.]+)" does not define a "(\w+)" attribute\/class/,
    },
    claim: ({ groups: [module = "", name = ""] }, scene) => {
      const entry = findEntry(
        new RegExp(`^${module}.${name}$`.replaceAll(".", "\\.")),
        scene,
      );
      const where = entry ? "Django's settings name" : "Django is asked for";
      const lost = findLost(module, name);
      const line = entry
        ? `line ${entry.place.line} of ${entry.place.file}`
        : "the line of the settings that names it";
      if (lost) {
        return {
          code: "package-conflict",
          says:
            `${where} "${module}.${name}", which is gone since ${lost.package} ${lost.version}${
              installedDjango(scene)
            }`,
          place: entry?.place,
          mend: lost.now
            ? `Write "${lost.now}" in its place in ${line}`
            : `Take ${line} away: nothing else is needed in its place`,
        };
      }
      const top = module.split(".")[0]!;
      if (findInstalled(top, scene)) {
        return {
          code: "package-conflict",
          says: `${where} "${module}.${name}", and the installed ${
            ownerInWords(module, scene)
          } has no "${name}" in ${module}`,
          place: entry?.place,
          mend:
            `Correct ${line} as the documentation of that version tells, or write the version that has it into the requirements of the site`,
        };
      }
      const way = join(...module.split("."));
      const file = scene.folders.flatMap((folder) => [
        join(folder, `${way}.py`),
        join(folder, way, "__init__.py"),
      ]).find((each) => exists(each, scene));
      const near = suggest(
        name,
        [...textOf(file, scene).matchAll(/^(?:class|def) +(\w+)/gm)]
          .map(([, each]) => each!),
      );
      return {
        says: `${where} "${module}.${name}", and ${
          file ?? `the module "${module}"`
        } defines no "${name}"${near ? `; it has "${near}"` : ""}`,
        place: entry?.place,
        mend: near
          ? `Write "${module}.${near}" in ${line}, if that is meant`
          : `Define \`${name}\` there, or correct ${line}; an older copy of the file may lie on this machine`,
      };
    },
    examples: [
      {
        raised:
          'ImportError: Module "django.contrib.auth.middleware" does not define a "SessionAuthenticationMiddleware" attribute/class',
        in: "PACKAGES/django/utils/module_loading.py import_string",
        files: { "PACKAGES/django/__init__.py": "" },
        code: "package-conflict",
        says: "gone since Django 2.0",
        mend: "nothing else is needed",
      },
      {
        raised:
          'django.core.cache.backends.base.InvalidCacheBackendError: Could not find backend \'django.core.cache.backends.memcached.MemcachedCache\': Module "django.core.cache.backends.memcached" does not define a "MemcachedCache" attribute/class',
        code: "package-conflict",
        says: "gone since Django 4.1",
        mend: "PyMemcacheCache",
      },
      {
        raised:
          'ImportError: Module "shop.middleware" does not define a "LogMiddleware" attribute/class',
        files: {
          "APP/shop/middleware.py": "class LoggMiddleware:\n    pass\n",
          "APP/mysite/settings.py":
            '#\nMIDDLEWARE = ["shop.middleware.LogMiddleware"]\n',
        },
        says: 'APP/shop/middleware.py defines no "LogMiddleware"; it has',
        mend: "line 2 of APP/mysite/settings.py",
      },
      {
        raised:
          'ImportError: Module "whitenoise.django" does not define a "Old" attribute/class',
        files: {
          "PACKAGES/whitenoise/__init__.py": "",
          "PACKAGES/whitenoise-6.0.dist-info/METADATA": "Name: whitenoise\n",
        },
        code: "package-conflict",
        says: "the installed whitenoise 6.0 has no",
      },
    ],
  },
  {
    name: "django-middleware-old",
    code: "package-conflict",
    when: {
      type: "TypeError",
      message:
        /^(?:object|(\w+)(?:\.__init__)?)\(\) takes (?:no|1|exactly one|0)\b/,
      in: /\/django\/core\/handlers\/base\.py load_middleware$/,
    },
    claim: ({ groups: [name] }, scene) => ({
      says: `${
        name ? `The middleware "${name}"` : "A middleware of the settings"
      } is written as it was before Django 1.10: it does not take \`get_response\`${
        installedDjango(scene)
      }`,
      mend:
        "Give it `def __init__(self, get_response)` and `__call__(self, request)`, or let it inherit from `django.utils.deprecation.MiddlewareMixin`; where a package brings it, write a later version of that into the requirements of the site",
    }),
    examples: [
      {
        raised: "TypeError: object() takes no parameters",
        in: "PACKAGES/django/core/handlers/base.py load_middleware",
        mend: "MiddlewareMixin",
      },
      {
        raised: "TypeError: LogMiddleware() takes no arguments",
        in: "PACKAGES/django/core/handlers/base.py load_middleware",
        says: '"LogMiddleware"',
      },
    ],
    not: ["TypeError: object() takes no parameters"],
  },
  {
    name: "django-include",
    code: "package-conflict",
    over: "django-setup",
    when: {
      message:
        /^(?:Specifying a namespace in include\(\) without providing an app_name|Passing a 3-tuple to include\(\)|view must be a callable or a list\/tuple in the case of include\(\))/,
    },
    claim: ({ line }) => ({
      says:
        `urls.py is written for an older Django than the one installed: ${line}`,
      mend: /^view must/.test(line)
        ? 'Name the view itself and not its name as a text: `path("", views.index)`, with an import of `views`'
        : /^Passing/.test(line)
        ? 'Write `path("admin/", admin.site.urls)` in place of `include(admin.site.urls)`'
        : 'Write `app_name = "…"` into the urls.py that is included, or include a pair: `include(("shop.urls", "shop"), namespace="shop")`',
    }),
    examples: [
      {
        raised:
          "django.core.exceptions.ImproperlyConfigured: Specifying a namespace in include() without providing an app_name is not supported. Set",
        mend: "app_name",
      },
      {
        raised:
          "TypeError: view must be a callable or a list/tuple in the case of include().",
        mend: "views.index",
      },
      {
        raised:
          "django.core.exceptions.ImproperlyConfigured: Passing a 3-tuple to include() is not supported. Pass a 2-tuple",
        mend: "admin.site.urls",
      },
    ],
  },
  {
    name: "django-app-config",
    code: "django-settings",
    over: "django-setup optional-dependency",
    when: {
      message:
        /^Cannot import '([\w.]+)'\. Check that '([\w.]+)\.apps\.(\w+)\.name' is correct/,
    },
    claim: {
      says:
        'The class "$3" in $2/apps.py says that its application is "$1", and Python finds no such module',
      mend:
        'Write `name = "$2"` in that class: the dotted name as INSTALLED_APPS has it, from the folder of manage.py on',
    },
    examples: [{
      raised:
        "django.core.exceptions.ImproperlyConfigured: Cannot import 'core'. Check that 'myproject.core.apps.CoreConfig.name' is correct.",
      says: 'says that its application is "core"',
      mend: '`name = "myproject.core"`',
    }],
  },
  {
    name: "django-app-in-two-places",
    code: "django-settings",
    over: "django-setup",
    when: {
      message:
        /^The app module <module '([\w.]+)'.*> has (?:multiple filesystem locations \((.*?)\)|no filesystem location)/,
    },
    claim: ({ groups: [name = "", places] }) => ({
      says: `The application "${name}" of INSTALLED_APPS ${
        places
          ? `lies in several folders, ${
            places.replace(/[[\]']/g, "")
          }, none of which has an __init__.py`
          : "has no folder of its own"
      }`,
      mend:
        `Make an empty file __init__.py in the folder of "${name}" that is meant, or copy it to this machine; another folder of that name on the search path may be a leftover`,
    }),
    examples: [{
      raised:
        "django.core.exceptions.ImproperlyConfigured: The app module <module 'blog' (namespace)> has multiple filesystem locations (['/srv/a/blog', '/srv/b/blog']); you must configure this app with an AppConfig subclass",
      says: "/srv/a/blog, /srv/b/blog",
      mend: "__init__.py",
    }],
  },
  {
    name: "django-namespace",
    code: "app-code",
    when: {
      type: "NoReverseMatch",
      message: /^'(\w+)' is not a registered namespace/,
    },
    claim: ({ groups: [name = ""] }) => ({
      says:
        `An address of the namespace "${name}" is asked for, and the addresses of the site have none of that name`,
      mend: Object.hasOwn(URLS_OF_PACKAGES, name)
        ? `Write into the urls.py that ROOT_URLCONF names: \`${
          URLS_OF_PACKAGES[name]
        }\`; or take out what asks for it${
          name === "djdt"
            ? ": a server needs no debug_toolbar in INSTALLED_APPS and MIDDLEWARE"
            : ""
        }`
        : `Include that urls.py in the one that ROOT_URLCONF names, with \`app_name = "${name}"\` in it; or write the name without "${name}:"`,
    }),
    examples: [
      {
        raised:
          "django.urls.exceptions.NoReverseMatch: 'admin' is not a registered namespace",
        failure: { problem: "request-raised" },
        mend: "admin.site.urls",
      },
      "django.urls.exceptions.NoReverseMatch: 'shop' is not a registered namespace",
      {
        raised:
          "django.urls.exceptions.NoReverseMatch: 'djdt' is not a registered namespace",
        mend: 'include("debug_toolbar.urls")',
      },
    ],
  },
  {
    name: "django-alias",
    code: "django-settings",
    over: "django-setup",
    when: {
      type: "ConnectionDoesNotExist InvalidCacheBackendError",
      message: /^The connection '(\w+)' doesn't exist/,
    },
    claim: {
      says:
        'A database or cache "$1" is asked for, and Django\'s settings have none of that name',
      mend:
        'Define "$1" in DATABASES or CACHES of the settings that are used here (DJANGO_SETTINGS_MODULE), or ask for "default"',
    },
    examples: [
      "django.db.utils.ConnectionDoesNotExist: The connection 'replica' doesn't exist.",
    ],
  },
  {
    name: "django-on-delete",
    code: "package-conflict",
    over: "versions-clash arguments-wrong",
    when: {
      type: "TypeError",
      message:
        /__init__\(\) missing 1 required positional argument: 'on_delete'/,
    },
    claim: (_, scene) => ({
      says:
        `A relation of a model has no \`on_delete\`, which Django wants since 2.0${
          installedDjango(scene)
        }`,
      mend:
        "Write `on_delete=models.CASCADE`, as older versions did by themselves, into each ForeignKey and OneToOneField, also in migrations; where a package brings it, write a later version of that into the requirements of the site",
    }),
    examples: [{
      raised:
        "TypeError: __init__() missing 1 required positional argument: 'on_delete'",
      frames: ["APP/app.py <module>", "APP/models.py Meta"],
      mend: "on_delete=models.CASCADE",
    }],
  },
  {
    name: "django-meta",
    code: "package-conflict",
    when: {
      type: "TypeError",
      message: /^'class Meta' got invalid attribute\(s\): ([\w, ]+)/,
    },
    claim: ({ groups: [names = ""] }, scene) => ({
      says:
        `\`class Meta\` of a model has ${names}, which Django does not know${
          installedDjango(scene)
        }`,
      mend: /index_together/.test(names)
        ? "Django 5.1 took `index_together` away: write `indexes = [models.Index(fields=[…])]`, also where a migration makes the model"
        : "Correct the spelling, or leave it out; it may belong to another version of Django, or to a package that is not installed",
    }),
    examples: [{
      raised:
        "TypeError: 'class Meta' got invalid attribute(s): index_together",
      mend: "models.Index",
    }],
  },
  {
    name: "django-tag",
    code: "package-conflict",
    when: [
      {
        type: "TemplateSyntaxError",
        message: /^Invalid block tag (?:on line \d+)?:? ?'(\w+)'/,
      },
      { type: "TemplateSyntaxError", message: /^Invalid filter: '(\w+)'/ },
    ],
    claim: ({ groups: [name = ""], line }, scene) => {
      const known = Object.hasOwn(TAGS, name) ? TAGS[name] : undefined;
      return {
        code: known && !/took/.test(known) ? "app-code" : "package-conflict",
        says: `A template uses "${name}", which Django does not know there: ${
          line.slice(0, 200)
        }${installedDjango(scene)}${spotOfTag(line, scene)}`,
        mend: known
          ? `${known.charAt(0).toUpperCase()}${
            known.slice(1)
          }; a package that brings such a template needs a later version`
          : "Write the `{% load … %}` of the library that brings it at the top of that template, or correct the spelling",
      };
    },
    examples: [
      {
        raised:
          "django.template.exceptions.TemplateSyntaxError: Invalid block tag on line 9: 'ifequal', expected 'endblock'. Did you forget to register or load this tag?",
        failure: { problem: "request-raised" },
        mend: "`{% if a == b %}`",
      },
      {
        raised:
          "django.template.exceptions.TemplateSyntaxError: Invalid block tag on line 2: 'trans'. Did you forget to register or load this tag?",
        code: "app-code",
        mend: "`{% load i18n %}`",
      },
      "django.template.exceptions.TemplateSyntaxError: Invalid filter: 'money'",
      {
        raised:
          "django.template.exceptions.TemplateSyntaxError: Invalid filter: 'money'",
        files: { "APP/shop/templates/a.html": "<p>{{ price|money }}\n" },
        says: "(APP/shop/templates/a.html:1)",
      },
    ],
  },
  {
    name: "django-tags-broken",
    code: "django-settings",
    last: true,
    when: {
      type: "InvalidTemplateLibrary",
      message: /ImportError raised when trying to load '([\w.]+)': ([^\n]*)/,
    },
    claim: {
      says: "The template tags of $1 cannot be imported: $2",
      mend:
        "Correct the import in that file; where it belongs to a package, write a version of that package for this Django into the requirements of the site, or take it out of INSTALLED_APPS",
    },
    examples: [
      "django.template.library.InvalidTemplateLibrary: Invalid template library specified. ImportError raised when trying to load 'shop.templatetags.money': cannot import name 'z'",
    ],
  },
  {
    name: "django-backend",
    code: "django-settings",
    over: "django-setup package-damaged",
    when: {
      message:
        /^'(django\.db\.backends)\.(\w+)' isn't an available database backend/,
    },
    claim: (subject, scene) => {
      const [module = "", name = ""] = subject.groups;
      const lost = findLost(module, name);
      const entry = findEntry(
        new RegExp(`^django\\.db\\.backends\\.${name}$`),
        scene,
      );
      if (!lost) {
        // At the start, the line of the settings is named by another rule.
        if (
          subject.raised.frames.some(({ file, function: each }) =>
            each === "setup" && file.endsWith("/django/__init__.py")
          )
        ) return undefined;
        const meant = suggest(name, BACKENDS) ?? MEANT_BACKENDS[name];
        return {
          says:
            `ENGINE in Django's settings is "${module}.${name}", and Django has no such one`,
          place: entry?.place,
          mend: meant
            ? `Write "${module}.${meant}" in its place`
            : `Django has ${
              quoted(BACKENDS)
            } there; others come in packages of their own, which name them so in their documentation`,
        };
      }
      return {
        says:
          `ENGINE in Django's settings is "${module}.${name}", which is gone since Django ${lost.version}${
            installedDjango(scene)
          }`,
        place: entry?.place,
        mend: `Write "${lost.now}" in its place`,
      };
    },
    examples: [{
      raised:
        "django.core.exceptions.ImproperlyConfigured: 'django.db.backends.postgresql_psycopg2' isn't an available database backend or couldn't be imported. Check the above exception.",
      in: "PACKAGES/django/__init__.py setup",
      mend: '"django.db.backends.postgresql"',
    }, {
      raised:
        "django.core.exceptions.ImproperlyConfigured: 'django.db.backends.sqlite' isn't an available database backend or couldn't be imported.",
      in: "PACKAGES/django/db/utils.py load_backend",
      mend: '"django.db.backends.sqlite3"',
    }],
    not: [{
      raised:
        "django.core.exceptions.ImproperlyConfigured: 'django.db.backends.postgres' isn't an available database backend or couldn't be imported.",
      in: "PACKAGES/django/__init__.py setup",
    }],
  },
  {
    name: "django-server",
    code: "django-settings",
    last: true,
    when: {
      message: /^WSGI application '([\w.]+)' could not be loaded/,
    },
    claim: ({ groups: [name = ""] }, scene) => {
      const entry = findEntry(
        new RegExp(`^${name.replaceAll(".", "\\.")}$`),
        scene,
      );
      return {
        says:
          `WSGI_APPLICATION in Django's settings names "${name}", and that cannot be imported`,
        place: entry?.place,
        mend:
          "Correct the name, or what the module imports, such as a middleware; the exception before this one in the log tells which",
      };
    },
    examples: [
      "django.core.exceptions.ImproperlyConfigured: WSGI application 'mysite.wsgi.application' could not be loaded; Error importing module.",
    ],
  },
];

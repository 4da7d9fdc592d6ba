/**
 * Applications and other modules that Django's settings name.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { basename, dirname, join } from "node:path";
import type { Place } from "../findings/finding.ts";
import { namesIn } from "../machine/host.ts";
import { isLibraryFile } from "../python/failure.ts";
import { findLost } from "../python/package_changes.ts";
import { isPublicPackage } from "../python/package_names.ts";
import { shellCommand } from "../text/shell.ts";
import { suggest } from "../text/suggestion.ts";
import {
  findEntry,
  MODULES,
  nameOf,
  readDjangoSettings,
  SETTINGS,
} from "./django_entries.ts";
import { bringerOf, ownerInWords } from "./installed.ts";
import { asToday } from "./older_versions.ts";
import type { Rule } from "./rule.ts";
import { exists, linesOf, type Scene, searchSite, textOf } from "./scene.ts";

/** Applications that Django itself brings, by their labels. */
const CONTRIB =
  "admin admindocs auth contenttypes flatpages gis humanize messages postgres redirects sessions sitemaps sites staticfiles syndication"
    .split(" ");

/** The rules of Django's applications. */
export const djangoApps = (): Rule[] => [
  {
    name: "django-app-without-migrations",
    code: "database-not-migrated",
    over: "database-not-migrated",
    when: {
      type: /^django\.db\./,
      message:
        /no such table: (\w+)|relation "(\w+)" does not exist|Table '(?:[^'.]*\.)?(\w+)' doesn't exist/,
    },
    claim: ({ groups }, scene) => {
      const table = groups.find((each) => each !== undefined) ?? "";
      const [home] = searchSite(
        scene,
        (names, folder) =>
          (names.includes("models.py") || names.includes("models")) &&
          table.startsWith(`${basename(folder).toLowerCase()}_`),
      );
      if (!home) return undefined;
      const label = basename(home);
      const folder = join(home, "migrations");
      const isOtherwise =
        readDjangoSettings(scene).some(({ text }) =>
          text.includes("MIGRATION_MODULES")
        ) || /\bmanaged *= *False/.test(textOf(join(home, "models.py"), scene));
      const has = namesIn(folder, scene.host).some((name) =>
        /^(?!__init__\.).+\.pyc?$/.test(name)
      );
      if (isOtherwise || has) return undefined;
      const manage = [scene.directory, ...scene.folders]
        .map((each) => join(each, "manage.py"))
        .find((file) => exists(file, scene)) ?? "manage.py";
      const run = (...words: string[]) =>
        `\`${shellCommand(scene.python, manage, ...words)}\``;
      const ignoring = [home, dirname(home), scene.directory]
        .map((each) => join(each, ".gitignore"))
        .find((file) =>
          linesOf(file, scene).some((line) =>
            /^[^#!]*\bmigrations\b/.test(line)
          )
        );
      return {
        seen:
          `The database has no table ${table}, and the application "${label}" ${
            exists(folder, scene)
              ? `has no migration in ${folder}`
              : `has no folder ${folder}`
          }, so that \`migrate\` makes no table for it${
            ignoring
              ? `; ${ignoring} names migrations, so that git does not bring them along`
              : ""
          }`,
        mend:
          `Copy ${folder} with all its files from where the application ran before, and run ${
            run("migrate")
          }, as the site's user; where it never had any, make them first: ${
            run("makemigrations", label)
          }`,
      };
    },
    examples: [
      {
        raised: "django.db.utils.OperationalError: no such table: shop_product",
        files: {
          "APP/manage.py": "",
          "APP/shop/models.py": "",
          "APP/.gitignore": "*.pyc\n**/migrations/\n",
        },
        says: "APP/.gitignore names migrations",
        mend: "APP/manage.py makemigrations shop",
      },
      {
        raised:
          'django.db.utils.ProgrammingError: relation "shop_product" does not exist',
        files: {
          "APP/shop/models.py": "",
          "APP/shop/migrations/__init__.py": "",
        },
        says: "has no migration in APP/shop/migrations",
      },
    ],
    not: [
      {
        raised: "django.db.utils.OperationalError: no such table: shop_product",
        files: {
          "APP/shop/models.py": "",
          "APP/shop/migrations/0001_initial.py": "",
        },
      },
      "django.db.utils.OperationalError: no such table: auth_user",
    ],
  },
  {
    name: "django-apps-not-ready",
    code: "django-settings",
    when: {
      type: "AppRegistryNotReady",
      message: /(?:Apps|Models) aren't loaded yet/,
    },
    claim: ({ raised, place }) => {
      const populating = raised.frames.findIndex(({ file, function: called }) =>
        /\/django\/apps\/registry\.py$/.test(file) && called === "populate"
      );
      const early = raised.frames.slice(populating + 1).find(({ file }) =>
        !isLibraryFile(file) && file.startsWith("/")
      );
      // The startup file's line leads there; the models are right.
      const first = raised.frames.find(({ file }) =>
        !isLibraryFile(file) && file.startsWith("/")
      );
      return populating < 0
        ? {
          says: "Models of Django are used before Django has started",
          place: first && { file: first.file, line: first.line },
          mend:
            "Write `django.setup()`, or `get_wsgi_application()` of django.core.wsgi, above the import of the models",
        }
        : {
          says: `Models are imported while Django still loads its applications${
            early ? `: line ${early.line} of ${early.file} leads to it` : ""
          }`,
          place: early ? { file: early.file, line: early.line } : place,
          mend:
            "Take the import of models out of an __init__.py, apps.py or the settings: import them in views, in `ready()` of the AppConfig, or inside of the function that needs them",
        };
    },
    examples: [
      {
        raised:
          "django.core.exceptions.AppRegistryNotReady: Apps aren't loaded yet.",
        in: [
          "PACKAGES/django/__init__.py setup",
          "PACKAGES/django/apps/registry.py populate",
          "APP/shop/__init__.py <module>",
          "APP/shop/models.py <module>",
          "PACKAGES/django/apps/registry.py check_apps_ready",
        ],
        says: "line 9 of APP/shop/__init__.py",
        mend: "`ready()`",
      },
      "django.core.exceptions.AppRegistryNotReady: Apps aren't loaded yet.",
    ],
  },
  {
    name: "django-app-of-model",
    code: "django-settings",
    when: {
      type: "RuntimeError",
      message:
        /^Model class (\w+)\.[\w.]+ doesn't declare an explicit app_label/,
    },
    claim: ({ text, groups: [top = ""] }, scene) => {
      const [, app = top] = /^Model class ([\w.]+?)\.models?\b/.exec(text) ??
        [];
      const short = app.split(".").at(-1)!;
      const entry = short === app ? undefined : findEntry(
        new RegExp(`^${short}(?:\\.apps\\.\\w+)?$`),
        scene,
      );
      if (entry) {
        return {
          seen:
            `The models of "${short}" are imported by a second name, "${app}", and INSTALLED_APPS in Django's settings has them as "${entry.text}"`,
          mend:
            `Import them by one name everywhere: \`from ${short}.models import …\`, without "${
              app.slice(0, -short.length)
            }"`,
        };
      }
      return {
        says:
          `The models of "${app}" are used, and INSTALLED_APPS in Django's settings does not name it`,
        mend: `Add "${app}" to INSTALLED_APPS`,
      };
    },
    examples: [{
      raised:
        "RuntimeError: Model class shop.models.Item doesn't declare an explicit app_label and isn't in an application in INSTALLED_APPS.",
      says: "INSTALLED_APPS in Django's settings does not name it",
      mend: 'Add "shop" to INSTALLED_APPS',
    }, {
      raised:
        "RuntimeError: Model class mysite.shop.models.Item doesn't declare an explicit app_label and isn't in an application in INSTALLED_APPS.",
      files: { "APP/mysite/settings.py": 'INSTALLED_APPS = ["shop"]\n' },
      says: 'imported by a second name, "mysite.shop"',
      mend: "from shop.models import",
    }],
  },
  {
    name: "django-app-class",
    code: "django-settings",
    over: "name-undefined package-name-missing",
    when: {
      message: /^Module '[\w.]+' does not contain a '\w+' class/,
    },
    claim: {
      says: "An entry of INSTALLED_APPS is wrong: {line}",
      mend: "Correct the entry in INSTALLED_APPS of Django's settings",
    },
    examples: [{
      raised:
        "ImportError: Module 'blog.apps' does not contain a 'BlogConfg' class. Choices are: 'BlogConfig'.",
      in: "PACKAGES/django/apps/config.py create",
      says: "'BlogConfig'",
      mend: "Correct the entry",
    }],
  },
  {
    name: "django-comma-missing",
    code: "django-settings",
    over: `${MODULES} package-part-gone package-damaged`,
    when: {
      type: "ModuleNotFoundError",
      message: /No module named '([\w.]+)'/,
      in:
        /\/django\/(?:apps\/(?:config|registry)|utils\/module_loading)\.py |importlib/,
    },
    claim: (subject, scene) => {
      const joined = findJoined(nameOf(subject), scene);
      return joined && {
        seen:
          `A comma is missing after "${joined.entry}", so that Python joins it with the entry below it`,
        place: joined.place,
        mend:
          `Write a comma after "${joined.entry}" on line ${joined.place.line} of ${joined.place.file}`,
      };
    },
    examples: [{
      raised:
        "ModuleNotFoundError: No module named 'django.contrib.admindjango'",
      facts: { name: "django.contrib.admindjango" },
      in: "PACKAGES/django/apps/config.py create",
      files: {
        "APP/mysite/settings.py":
          "INSTALLED_APPS = [\n    'django.contrib.admin'  # here\n    'django.contrib.auth',\n]\n",
      },
      says: 'A comma is missing after "django.contrib.admin"',
      mend: "on line 2 of APP/mysite/settings.py",
    }],
  },
  {
    name: "django-named-module",
    code: "django-settings",
    over: MODULES,
    when: {
      type: "ModuleNotFoundError",
      message: /No module named '([\w.]+)'/,
      in: /\/django\/(?!conf\/__init__|apps\/)|importlib/,
    },
    claim: (subject, scene) => {
      const name = nameOf(subject);
      if (isPublicPackage(name)) return undefined;
      const entry = findEntry(new RegExp(`^${name}(?:\\.|$)`), scene);
      if (!entry) return undefined;
      const near = suggest(name, namesIn(scene.directory, scene.host));
      return {
        seen:
          `Django's settings name "${entry.text}", and Python finds no module "${name}"${
            near ? `; there is "${near}"` : ""
          }`,
        place: entry.place,
        mend:
          `Correct the name on line ${entry.place.line} of ${entry.place.file}, or copy the module that it names to this machine`,
      };
    },
    examples: [
      {
        raised: "ModuleNotFoundError: No module named 'mysit'",
        facts: { name: "mysit" },
        in: "PACKAGES/django/utils/module_loading.py import_string",
        failure: { problem: "request-raised" },
        files: SETTINGS,
        says:
          '"mysit.urls", and Python finds no module "mysit"; there is "mysite"',
        mend: "Correct the name on line 2 of APP/mysite/settings.py",
      },
      {
        raised: "ModuleNotFoundError: No module named 'mysite.midleware'",
        facts: { name: "mysite.midleware" },
        in: "PACKAGES/django/utils/module_loading.py import_string",
        files: SETTINGS,
        says: '"mysite.midleware.Log"',
      },
    ],
    not: [
      {
        raised: "ModuleNotFoundError: No module named 'whitenoise'",
        facts: { name: "whitenoise" },
        in: "PACKAGES/django/utils/module_loading.py import_string",
        files: SETTINGS,
      },
      // The code names it, and not Django's settings.
      {
        raised: "ModuleNotFoundError: No module named 'mysite.midleware'",
        facts: { name: "mysite.midleware" },
        files: SETTINGS,
      },
    ],
  },
  {
    name: "django-named-part",
    code: "django-settings",
    over: `${MODULES} package-part-gone package-damaged`,
    when: {
      type: "ModuleNotFoundError",
      message: /No module named '([\w.]+)'/,
      in: /\/django\/(?!conf\/__init__)|importlib/,
    },
    claim: (subject, scene) => {
      const name = nameOf(subject);
      const parts = name.split(".");
      const folder = scene.packages.map((each) =>
        join(each, ...parts.slice(0, -1))
      ).find((each) => parts.length > 1 && exists(each, scene));
      const entry = folder && findEntry(
        new RegExp(`^${name.replaceAll(".", "\\.")}(?:\\.|$)`),
        scene,
      );
      // What the package should have is lost from it, and rightly named.
      if (!folder || !entry || bringerOf(name, scene)) return undefined;
      const lost = asToday(
        findLost(parts.slice(0, -1).join("."), parts.at(-1)!),
        scene,
      );
      if (lost) {
        const line = `line ${entry.place.line} of ${entry.place.file}`;
        return {
          seen:
            `Django's settings name "${entry.text}", which is gone since ${lost.package} ${lost.version}; installed is ${
              ownerInWords(parts[0]!, scene)
            }`,
          place: entry.place,
          mend: lost.now
            ? `Write "${
              entry.text.replace(name, lost.now)
            }" in its place on ${line}`
            : `Take it away on ${line}: nothing else is needed in its place`,
        };
      }
      const near = suggest(
        parts.at(-1)!,
        namesIn(folder, scene.host).map((each) => each.replace(/\.py$/, "")),
      );
      const above = parts.slice(0, -1).join(".");
      return {
        seen: `Django's settings name "${entry.text}", and the installed ${
          ownerInWords(parts[0]!, scene)
        } has no module "${name}"${
          near ? `; there is "${above}.${near}"` : ""
        }`,
        place: entry.place,
        mend: near
          ? `Write "${
            entry.text.replace(name, `${above}.${near}`)
          }" on line ${entry.place.line} of ${entry.place.file}, if that is meant`
          : `Correct the name on line ${entry.place.line} of ${entry.place.file} as the documentation of that version tells`,
      };
    },
    examples: [{
      raised:
        "ModuleNotFoundError: No module named 'django.core.context_processors'",
      facts: { name: "django.core.context_processors" },
      in: "PACKAGES/django/utils/module_loading.py import_string",
      failure: { problem: "request-raised" },
      files: {
        "PACKAGES/django/core/wsgi.py": "",
        "PACKAGES/django/__init__.py": "",
        "APP/mysite/settings.py":
          'X = ["django.core.context_processors.request"]\n',
      },
      says: "which is gone since Django 1.10",
      mend: '"django.template.context_processors.request"',
    }, {
      raised:
        "ModuleNotFoundError: No module named 'django.core.cache.backends.reddis'",
      facts: { name: "django.core.cache.backends.reddis" },
      in: "PACKAGES/django/utils/module_loading.py import_string",
      files: {
        "PACKAGES/django/core/cache/backends/redis.py": "",
        "PACKAGES/django/__init__.py": "",
        "APP/mysite/settings.py":
          'CACHES = {"default": {"BACKEND": "django.core.cache.backends.reddis.RedisCache"}}\n',
      },
      says: 'there is "django.core.cache.backends.redis"',
      mend:
        'Write "django.core.cache.backends.redis.RedisCache" on line 1 of APP/mysite/settings.py',
    }],
    not: [
      // The package should have it.
      {
        raised:
          "ModuleNotFoundError: No module named 'django.core.cache.backends.redis'",
        facts: { name: "django.core.cache.backends.redis" },
        in: "PACKAGES/django/utils/module_loading.py import_string",
        files: {
          "PACKAGES/django/core/cache/backends/db.py": "",
          "PACKAGES/django/__init__.py": "",
          "PACKAGES/Django-5.2.dist-info/METADATA": "Name: Django\n",
          "PACKAGES/Django-5.2.dist-info/RECORD":
            "django/core/cache/backends/redis.py,sha256=x,1\n",
          "APP/mysite/settings.py":
            'CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache"}}\n',
        },
      },
    ],
  },
  {
    name: "django-app-labels-twice",
    code: "django-settings",
    over: "django-setup",
    when: {
      message:
        /^Application (labels|names) aren't unique, duplicates: ([\w.]+)/,
    },
    claim: ({ groups: [what, label = ""] }, scene) => {
      const entries = readDjangoSettings(scene).flatMap(({ file, text }) =>
        text.split(/\r?\n/).flatMap((line, index) =>
          /^\s*#/.test(line) ? [] : [...line.matchAll(/["']([\w.]+)["']/g)]
            .map(([, each]) => each!)
            .filter((each) =>
              what === "names"
                ? each === label
                : new RegExp(`(?:^|\\.)${label}(?:\\.apps\\.\\w+)?$`).test(each)
            ).map((each) => ({ each, file, line: index + 1 }))
        )
      );
      const second = entries[1];
      const isSame = entries.length > 1 &&
        new Set(entries.map(({ each }) => each.replace(/\.apps\.\w+$/, "")))
            .size === 1;
      const named = entries.slice(0, 4).map(({ each, line }) =>
        `"${each}" on line ${line}`
      ).join(", ");
      return {
        says:
          `INSTALLED_APPS in Django's settings holds the application "${label}" twice${
            named && entries.length > 1 ? `: ${named}` : ""
          }`,
        place: second && { file: second.file, line: second.line },
        mend: isSame || what === "names"
          ? "Remove one of the two entries"
          : `Remove one of the two; where both are meant, give one of them another label, in a class of its apps.py: \`label = "other_${label}"\``,
      };
    },
    examples: [
      {
        raised:
          "django.core.exceptions.ImproperlyConfigured: Application labels aren't unique, duplicates: shop",
        in: "PACKAGES/django/__init__.py setup",
        files: {
          "APP/mysite/settings.py":
            'INSTALLED_APPS = [\n  "shop",\n  "other.shop",\n]\n',
        },
        says: '"shop" on line 2, "other.shop" on line 3',
        mend: 'label = "other_shop"',
      },
      {
        raised:
          "django.core.exceptions.ImproperlyConfigured: Application labels aren't unique, duplicates: shop",
        in: "PACKAGES/django/__init__.py setup",
        files: {
          "APP/mysite/settings.py":
            'INSTALLED_APPS = ["shop", "shop.apps.ShopConfig"]\n',
        },
        mend: "Remove one of the two entries",
      },
    ],
  },
  {
    name: "django-text-for-list",
    code: "django-settings",
    over: "django-setup",
    when: [
      {
        type: "ImproperlyConfigured",
        message:
          /^The (INSTALLED_APPS|TEMPLATE_DIRS|LOCALE_PATHS|ALLOWED_HOSTS|STATICFILES_DIRS|\w+) setting (?:must be|is not) a (?:list or a )?tuple/,
      },
      {
        type: "ImportError",
        message: /^(.) doesn't look like a module path/,
        through: /\/django\//,
      },
    ],
    claim: ({ groups: [name = ""] }, scene) => {
      const setting = name.length > 1 ? name : textSetting(scene);
      return {
        says: setting
          ? `${setting} in Django's settings is no list, but a text or nothing at all`
          : `A list of names in Django's settings, such as MIDDLEWARE, is a text, so that each of its letters is taken for a name ("${name}")`,
        mend: `Write square brackets around it, as in \`${
          setting ?? "MIDDLEWARE"
        } = ["…", "…"]\`; round ones with a single entry need a comma behind that`,
      };
    },
    examples: [
      {
        raised:
          "django.core.exceptions.ImproperlyConfigured: The INSTALLED_APPS setting must be a list or a tuple.",
        in: "PACKAGES/django/__init__.py setup",
        says: "INSTALLED_APPS in Django's settings is no list",
      },
      {
        raised: "ImportError: e doesn't look like a module path",
        in: "PACKAGES/django/utils/module_loading.py import_string",
        files: {
          "APP/mysite/settings.py": 'MIDDLEWARE = ("django.x.Y")\n',
        },
        says: "MIDDLEWARE in Django's settings is no list",
        mend: "a comma behind",
      },
    ],
  },
  {
    name: "django-app-label",
    code: "django-settings",
    when: {
      type: "LookupError",
      message: /^No installed app with label '(\w+)'/,
    },
    claim: ({ groups: [label = ""] }) => {
      const known = CONTRIB.includes(label)
        ? `django.contrib.${label}`
        : undefined;
      return {
        says:
          `The code asks for the application "${label}", and INSTALLED_APPS in Django's settings names none of that label`,
        mend: known
          ? `Add "${known}" to INSTALLED_APPS`
          : `Add the dotted name of the application to INSTALLED_APPS, which ends in "${label}" mostly, or correct the name`,
      };
    },
    examples: [
      {
        raised: "LookupError: No installed app with label 'admin'.",
        mend: '"django.contrib.admin"',
      },
      "LookupError: No installed app with label 'shop'.",
    ],
  },
];

const JOINED_REGEXP =
  /(["'])([\w.]+)\1[ \t]*(?:#[^\n]*)?\r?\n\s*(["'])([\w.]+)\3/g;

/** A setting that is a text in brackets, where a list is wanted. */
function textSetting(scene: Scene): string | undefined {
  for (const { text } of readDjangoSettings(scene)) {
    const found =
      /^(MIDDLEWARE|AUTHENTICATION_BACKENDS|PASSWORD_HASHERS)\s*=\s*\(?\s*["'][\w.]+["']\s*\)?\s*$/m
        .exec(text);
    if (found) return found[1];
  }
  return undefined;
}

/** Two texts without a comma between them are one for Python. */
function findJoined(
  name: string,
  scene: Scene,
): { entry: string; place: Place & { line: number } } | undefined {
  for (const { file, text } of readDjangoSettings(scene)) {
    for (const found of text.matchAll(JOINED_REGEXP)) {
      const whole = `${found[2]}${found[4]}`;
      if (!`${whole}.`.startsWith(`${name}.`)) continue;
      const line = text.slice(0, found.index).split("\n").length;
      return { entry: found[2]!, place: { file, line } };
    }
  }
  return undefined;
}

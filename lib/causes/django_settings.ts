/**
 * What Django says of its settings, and of drivers that they ask for.
 *
 * Reads files of settings to tell a line, and never shows them.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { dirname, join, relative } from "node:path";
import { namesIn } from "../machine/host.ts";
import { suggest } from "../text/suggestion.ts";
import { quoted } from "../text/wrap.ts";
import {
  findEntry,
  MODULES,
  nameOf,
  readDjangoSettings,
  SETTINGS,
} from "./django_entries.ts";
import { findInstalled, versionOf } from "./installed.ts";
import type { Claim, Rule, Subject } from "./rule.ts";
import {
  exists,
  isInside,
  isLoadFailure,
  lineOf,
  linesOf,
  type Scene,
  searchSite,
  textOf,
  whereSet,
} from "./scene.ts";

/** What Django needs a driver for, by the module that it fails to load. */
const DRIVERS: Readonly<
  Record<string, { module: string; install: string; or: string }>
> = {
  MySQLdb: {
    module: "MySQLdb",
    install: "mysqlclient",
    or:
      "install PyMySQL, and write `import pymysql; pymysql.install_as_MySQLdb()` into the __init__.py beside the settings",
  },
  psycopg2: {
    module: "psycopg2",
    install: "psycopg2-binary",
    or: "install psycopg[binary], which Django knows from 4.2 on",
  },
  "psycopg2 or psycopg": {
    module: "psycopg",
    install: "psycopg[binary]",
    or: "install psycopg2-binary",
  },
  cx_Oracle: {
    module: "cx_Oracle",
    install: "oracledb",
    or: "use cx_Oracle with a Django before 5.0",
  },
  oracledb: {
    module: "oracledb",
    install: "oracledb",
    or: "use another database",
  },
};

/** The rules of Django's settings. */
export const djangoSettings = (): Rule[] => [
  {
    name: "django-driver",
    code: "package-missing",
    over: `django-setup ${MODULES} optional-dependency`,
    when: {
      message:
        /^Error loading (MySQLdb|psycopg2 or psycopg|psycopg2|cx_Oracle|oracledb) module(?:[.:]|$)/,
    },
    claim: ({ groups: [name = ""], raised }, scene) => {
      const driver = DRIVERS[name]!;
      // What is there and cannot be loaded is told by the cause below.
      if (isLoadFailure(raised.cause)) return undefined;
      if (
        findInstalled(driver.module, scene) ||
        versionOf(driver.install, scene) !== undefined
      ) return undefined;
      return {
        says:
          `Django's settings name a database whose driver, the package "${driver.install}", is not installed for ${scene.python}; the settings are right`,
        mend: { install: driver.install, or: driver.or },
      };
    },
    examples: [
      {
        raised:
          "django.core.exceptions.ImproperlyConfigured: Error loading MySQLdb module.\nDid you install mysqlclient?",
        says: '"mysqlclient", is not installed',
        mend: "pip install mysqlclient",
      },
      {
        raised:
          "django.core.exceptions.ImproperlyConfigured: Error loading psycopg2 or psycopg module",
        mend: "psycopg[binary]",
      },
    ],
    not: ["MySQLdb", "psycopg2", "cx_Oracle"].map((name) => ({
      raised:
        `django.core.exceptions.ImproperlyConfigured: Error loading ${name} module.\nDid you install it?`,
      in: "PACKAGES/django/__init__.py setup",
      facts: {
        cause: {
          type: "ImportError",
          message:
            "libwanted.so.21: cannot open shared object file: No such file or directory",
          frames: [],
        },
      },
    })),
  },
  {
    name: "django-mysql-too-old",
    code: "package-conflict",
    over: "django-setup",
    when: {
      message:
        /^mysqlclient (\S+) or newer is required; you have (\S+?)\.?$|^psycopg2? (?:version )?(\S+) or newer is required; you have (\S+?)\.?$/,
    },
    claim: ({ line, text }, scene) => {
      const isFake = /mysqlclient/.test(text) &&
        findInstalled("pymysql", scene) !== undefined;
      return {
        says: isFake
          ? `PyMySQL stands in for mysqlclient, and tells a version that Django takes for too old: ${line}`
          : `The driver of the database is too old for this Django: ${line}`,
        mend: isFake
          ? 'Write `pymysql.version_info = (2, 2, 1, "final", 0)` above `pymysql.install_as_MySQLdb()`; or install mysqlclient in its place'
          : "Write a later version of the driver into the requirements of the site, and install those",
      };
    },
    examples: [{
      raised:
        "django.core.exceptions.ImproperlyConfigured: mysqlclient 1.4.3 or newer is required; you have 1.0.3.",
      files: { "PACKAGES/pymysql/__init__.py": "" },
      says: "PyMySQL stands in",
      mend: "version_info",
    }],
  },
  {
    name: "django-settings-module",
    code: "django-settings",
    over: `${MODULES} own-file-is-no-package`,
    when: {
      type: "ModuleNotFoundError",
      message: /No module named '([\w.]+)'/,
      in: /\/django\/conf\/__init__\.py /,
    },
    claim: (subject, scene) => settingsModule(subject, scene),
    examples: [
      {
        raised: "ModuleNotFoundError: No module named 'mysite.setings'",
        facts: { name: "mysite.setings" },
        in: "PACKAGES/django/conf/__init__.py _setup",
        files: { "APP/mysite/settings.py": "" },
        says: '"mysite.setings"',
        mend: "Write mysite.settings in place of mysite.setings",
      },
      {
        raised: "ModuleNotFoundError: No module named 'other'",
        facts: { name: "other" },
        in: "PACKAGES/django/conf/__init__.py _setup",
        files: { "APP/mysite/settings.py": "" },
        env: { DJANGO_SETTINGS_MODULE: "other.settings", IN_PASSENGER: "1" },
        says: "as set in the login files",
        mend: "Take DJANGO_SETTINGS_MODULE out of the login files",
      },
      {
        raised: "ModuleNotFoundError: No module named 'mysite'",
        facts: { name: "mysite" },
        in: "PACKAGES/django/conf/__init__.py _setup",
        files: { "SITE/project/mysite/settings.py": "" },
        says: "it lies in SITE/project",
        mend: 'chdir = "SITE/project"',
      },
      {
        raised: "ModuleNotFoundError: No module named 'mysite.settings'",
        facts: { name: "mysite.settings" },
        in: "PACKAGES/django/conf/__init__.py _setup",
        files: { "APP/mysite/__init__.py": "" },
        mend: "Copy APP/mysite/settings.py to this machine",
      },
    ],
  },
  {
    name: "django-settings-unset",
    code: "django-settings",
    over: "django-setup setting-from-variable",
    when: {
      type: "ImproperlyConfigured",
      message: /settings are not configured/,
    },
    claim: ({ raised }, scene) => {
      // The file that sets it may come to that too late.
      for (const { file, line = 0, function: called } of raised.frames) {
        if (called !== "<module>") continue;
        const set = linesOf(file, scene).findIndex((each) =>
          /^[^#\s].*DJANGO_SETTINGS_MODULE/.test(each)
        ) + 1;
        if (set > line) {
          return {
            seen:
              `Line ${line} of ${file} needs Django's settings, and DJANGO_SETTINGS_MODULE is set below it, on line ${set}`,
            place: { file, line },
            mend:
              `Move line ${set} to above line ${line}; where models are used, \`django.setup()\` comes between`,
          };
        }
      }
      return {
        says:
          "Django does not know its settings: DJANGO_SETTINGS_MODULE is not set",
        mend:
          'Let module in [wsgi] name the wsgi.py of the project, which sets it; or write under [environment]: DJANGO_SETTINGS_MODULE = "mysite.settings"',
      };
    },
    examples: [
      "django.core.exceptions.ImproperlyConfigured: Requested setting DATABASES, but settings are not configured. You must",
      {
        raised:
          "django.core.exceptions.ImproperlyConfigured: Requested setting DATABASES, but settings are not configured. You must",
        in: "PACKAGES/django/conf/__init__.py _setup",
        files: {
          "APP/app.py":
            'import os\n\nfrom shop.models import Item\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")\n',
        },
        says: "Line 3 of APP/app.py needs Django's settings",
        mend: "Move line 4 to above line 3",
      },
    ],
  },
  {
    name: "django-secret-key",
    code: "django-settings",
    over: "django-setup",
    when: { message: /SECRET_KEY setting must not be empty/ },
    claim: ({ raised }, scene) => {
      const files = readDjangoSettings(scene).map(({ file }) => file);
      const reading = raised.frames.findLast((frame) =>
        frame.function === "<module>" && files.includes(frame.file)
      );
      return reading
        ? {
          seen:
            `Django's settings are asked for while they are still being read: what line ${reading.line} of ${reading.file} imports needs them, and SECRET_KEY is not there yet`,
          place: { file: reading.file, line: reading.line },
          mend:
            `Take that import out of the settings, or move it into the function that needs it: settings import nothing that uses \`django.conf.settings\`, models or forms`,
        }
        : {
          says: "SECRET_KEY in Django's settings is empty",
          mend:
            "Read it from a file that [secret_files] in config.toml names: the variable holds the path of the file",
        };
    },
    examples: [
      {
        raised:
          "django.core.exceptions.ImproperlyConfigured: The SECRET_KEY setting must not be empty.",
        in: [
          "PACKAGES/django/conf/__init__.py _setup",
          "APP/mysite/settings.py <module>",
          "APP/mysite/tools.py <module>",
          "PACKAGES/django/conf/__init__.py __getattr__",
        ],
        files: { "APP/mysite/settings.py": 'import tools\nSECRET_KEY = "x"\n' },
        says: "while they are still being read",
        mend: "Take that import out of the settings",
      },
      "django.core.exceptions.ImproperlyConfigured: The SECRET_KEY setting must not be empty.",
    ],
  },
  {
    name: "django-no-debug-hosts",
    code: "django-settings",
    when: {
      message: /You must set settings\.ALLOWED_HOSTS if DEBUG is False/,
    },
    claim: {
      says: "ALLOWED_HOSTS in Django's settings is empty, and DEBUG is off",
      mend:
        'Write the name of the site: ALLOWED_HOSTS = ["mysite.example.org"]',
    },
    examples: [
      "django.core.management.base.CommandError: You must set settings.ALLOWED_HOSTS if DEBUG is False.",
    ],
  },
  {
    name: "django-setting-missing",
    code: "django-settings",
    over: "name-lost-in-package",
    when: {
      type: "AttributeError",
      message:
        /^'(?:Settings|LazySettings|UserSettingsHolder)' object has no attribute '([A-Z]\w*)'/,
      through: /\/django\/conf\//,
    },
    claim: ({ groups: [name = ""] }, scene) => {
      const absent = readDjangoSettings(scene).flatMap(({ text }) =>
        [...text.matchAll(/from\s+\.?(\w*(?:local|secret|prod)\w*)\s+import/g)]
          .map(([, each]) => each!)
      ).find((module) =>
        !readDjangoSettings(scene).some(({ file }) =>
          exists(join(file, "..", `${module}.py`), scene)
        )
      );
      const part = emptySettings(name, scene);
      const near = suggest(
        name,
        readDjangoSettings(scene).flatMap(({ text }) =>
          [...text.matchAll(/^([A-Z]\w+)\s*=/gm)].map(([, each]) => each!)
        ).filter((each) => Math.abs(each.length - name.length) < 3),
      );
      return part ? part : absent
        ? {
          seen:
            `Django's settings have no "${name}"; they take more from the module "${absent}", which is not on this machine`,
          mend:
            `Copy ${absent}.py to this machine, beside the settings, or define ${name} in them`,
        }
        : near
        ? {
          says:
            `Django's settings have no "${name}", which the code asks for; they have "${near}"`,
          mend: `Write settings.${near}, if that is meant`,
        }
        : {
          says: `Django's settings have no "${name}", which the code asks for`,
          mend:
            `Define ${name} in the settings that DJANGO_SETTINGS_MODULE names; where several files of settings are there, see which one is used`,
        };
    },
    examples: [
      {
        raised:
          "AttributeError: 'Settings' object has no attribute 'STRIPE_KEY'",
        in: "PACKAGES/django/conf/__init__.py __getattr__",
        says: 'have no "STRIPE_KEY"',
      },
      {
        raised:
          "AttributeError: 'Settings' object has no attribute 'ROOT_URLCONF'",
        in: "PACKAGES/django/conf/__init__.py __getattr__",
        files: {
          "APP/app.py":
            'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")\n',
          "APP/mysite/settings/__init__.py": "",
          "APP/mysite/settings/base.py": 'ROOT_URLCONF = "mysite.urls"\n',
          "APP/mysite/settings/production.py": "from .base import *\n",
        },
        says: "a package whose __init__.py sets nothing",
        mend: '"mysite.settings.production"',
      },
      {
        raised:
          "AttributeError: 'Settings' object has no attribute 'ROOT_URLCONF'",
        in: "PACKAGES/django/conf/__init__.py __getattr__",
        files: {
          "APP/app.py":
            'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")\n',
          "APP/mysite/settings/base.py": 'ROOT_URLCONF = "mysite.urls"\n',
          "APP/mysite/settings/local.py": "from .base import *\n",
          "APP/mysite/settings/production.py": "",
        },
        says: 'sets nothing by itself, and "base.py" and "local.py" in it do',
        mend: 'as in "mysite.settings.base"',
      },
      {
        raised:
          "AttributeError: 'Settings' object has no attribute 'STRIPE_KEY'",
        in: "PACKAGES/django/conf/__init__.py __getattr__",
        files: {
          "APP/app.py":
            'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings.base")\n',
          "APP/mysite/settings/__init__.py": "",
          "APP/mysite/settings/base.py": "",
          "APP/mysite/settings/live.py": "STRIPE_KEY = 1\n",
        },
        says: 'have no "STRIPE_KEY", which the code asks for',
      },
      {
        raised:
          "AttributeError: 'Settings' object has no attribute 'STRIPE_KEY'",
        in: "PACKAGES/django/conf/__init__.py __getattr__",
        files: {
          "APP/mysite/settings.py":
            "try:\n    from .local_settings import *\nexcept ImportError:\n    pass\n",
        },
        says: '"local_settings", which is not on this machine',
      },
    ],
  },
  {
    name: "path-joined-wrongly",
    code: "app-code",
    when: {
      type: "TypeError",
      message:
        /^unsupported operand type\(s\) for ([+/]): '((?:Posix|Windows)?Path|str)' and '((?:Posix|Windows)?Path|str)'|^can only concatenate str \(not "PosixPath"\) to str()()/,
    },
    claim: ({ groups: [sign = "+", left = "str"], own }, scene) => {
      const [, name] = /(\b[A-Z_]*DIR|\bROOT|\b\w+)\s*[+/]/.exec(
        lineOf(own, scene),
      ) ?? [];
      const what = name ?? "the folder";
      // Numbers out of a form are texts as well.
      if (
        sign === "/" && left === "str" &&
        !/(?:dir|root|path|folder|base)\w*\s*\//i.test(lineOf(own, scene))
      ) return undefined;
      return sign === "/" && left === "str"
        ? {
          says:
            `A path is joined with \`/\`, and ${what} is a text: only paths of pathlib are joined so`,
          mend:
            `Write \`os.path.join(${what}, "…")\`; or make it a path: \`Path(${what}) / "…"\`, with \`from pathlib import Path\``,
        }
        : {
          says:
            `A path of pathlib and a text are put together with \`+\`, which works for texts alone`,
          mend:
            `Write \`${what} / "…"\` with the name of what lies in it, without a slash at its beginning; or \`str(${what}) + "/…"\``,
        };
    },
    examples: [
      {
        raised: "TypeError: unsupported operand type(s) for /: 'str' and 'str'",
        files: { "APP/app.py": '\n\nSTATIC_ROOT = BASE_DIR / "static"\n' },
        says: "BASE_DIR is a text",
        mend: "os.path.join(BASE_DIR",
      },
      {
        raised:
          "TypeError: unsupported operand type(s) for +: 'PosixPath' and 'str'",
        files: { "APP/app.py": '\n\nSTATIC_ROOT = BASE_DIR + "/static"\n' },
        mend: '`BASE_DIR / "…"`',
      },
    ],
    not: [{
      raised: "TypeError: unsupported operand type(s) for /: 'str' and 'str'",
      files: { "APP/app.py": "\n\nmean = total / count\n" },
    }],
  },
  {
    name: "django-language-unknown",
    code: "django-settings",
    when: {
      type: "OSError",
      message: /^No translation files found for default language (\S+?)\.?$/,
    },
    claim: ({ groups: [code = ""] }, scene) => ({
      says:
        `LANGUAGE_CODE in Django's settings is "${code}", and Django has no such language`,
      place: findEntry(new RegExp(`^${code.replace(/\W/g, "\\$&")}$`), scene)
        ?.place,
      mend:
        'Write the code of a language that Django has, in small letters with a hyphen, such as "en-us" or "de"; whoever installed Django may have left out its translations (`django/conf/locale`)',
    }),
    examples: [{
      raised: "OSError: No translation files found for default language xx.",
      in: "PACKAGES/django/utils/translation/trans_real.py _add_fallback",
      says: '"xx"',
      mend: '"en-us"',
    }],
  },
  {
    name: "django-databases",
    code: "django-settings",
    over: "django-setup",
    when: {
      message: /^settings\.DATABASES is improperly configured/,
    },
    claim: {
      says: "DATABASES in Django's settings name no database: {line}",
      mend:
        "Give it an ENGINE and a NAME; where the settings read it from a variable such as DATABASE_URL, write that under [environment] in config.toml",
    },
    examples: [
      "django.core.exceptions.ImproperlyConfigured: settings.DATABASES is improperly configured. Please supply the ENGINE value.",
    ],
  },
  {
    name: "django-setup",
    code: "django-settings",
    when: { type: "ImproperlyConfigured" },
    claim: (subject, scene) => {
      const { raised, own, text } = subject;
      // The settings are right, where a driver that they name does not load.
      if (/^Error loading /.test(text) && isLoadFailure(raised.cause)) {
        return undefined;
      }
      const called = own && raised.frames[
        raised.frames.findLastIndex(({ file, line }) =>
          file === own.file && line === own.line
        ) + 1
      ];
      // Deeper in code of the application's own, that line is the one to correct.
      if (!/\/django\/(?:__init__|core\/wsgi)\.py$/.test(called?.file ?? "")) {
        return undefined;
      }
      const quoted = [...text.matchAll(/'([\w.]+)'/g)].map(([, each]) => each!);
      const entry =
        quoted.slice(0, 1).map((each) =>
          findEntry(new RegExp(`^${each}$`), scene)
        )[0];
      return {
        says: `Django does not accept its settings: ${
          text.replace(/\s+/g, " ").slice(0, 400)
        }`,
        place: entry?.place ?? subject.place,
        mend: entry
          ? `Correct line ${entry.place.line} of ${entry.place.file}`
          : "Do in the settings of Django what that says",
      };
    },
    examples: [
      {
        raised:
          "django.core.exceptions.ImproperlyConfigured: 'django.db.backends.postgres' isn't an available database backend. XXX is one of:\n    'mysql', 'sqlite3'",
        in: [
          "PACKAGES/django/__init__.py setup",
          "PACKAGES/django/utils/module_loading.py import_string",
        ],
        files: SETTINGS,
        says: "XXX is one of: 'mysql', 'sqlite3'",
        mend: "Correct line 4 of APP/mysite/settings.py",
      },
      {
        raised:
          "django.core.exceptions.ImproperlyConfigured: LANGUAGES are not as wanted: shop",
        in: "PACKAGES/django/__init__.py setup",
        says: "not as wanted: shop",
        mend: "the settings of Django",
      },
    ],
    not: [
      // A view of the application's own is asked for what it lacks.
      {
        raised:
          "django.core.exceptions.ImproperlyConfigured: TemplateResponseMixin requires either a definition of 'template_name'",
        in: "PACKAGES/django/views/generic/base.py get_template_names",
        failure: { problem: "request-raised" },
      },
    ],
  },
];

function settingsModule(
  subject: Subject,
  scene: Scene,
): Claim {
  const name = nameOf(subject);
  const { environment } = scene.site.config ?? {};
  const variable = environment?.DJANGO_SETTINGS_MODULE ??
    scene.host.env.DJANGO_SETTINGS_MODULE;
  const where = whereSet("DJANGO_SETTINGS_MODULE", scene);
  const wanted = variable ?? name;
  const top = wanted.split(".")[0]!;
  const { folders } = scene;
  const home = searchSite(
    scene,
    (names, folder) =>
      names.includes(top) &&
      (exists(join(folder, top, "settings.py"), scene) ||
        exists(join(folder, top, "settings"), scene)),
  ).find((each) => !folders.includes(each));
  const project =
    searchSite(scene, (names) => names.includes("settings.py"))[0];
  // As a dotted name, where imports start from the folder above it.
  const base = folders.find((folder) => isInside(project ?? "/", folder));
  const found = base && project &&
    `${relative(base, project).replaceAll("/", ".")}.settings`;
  const file = folders.map((each) =>
    join(each, `${wanted.replaceAll(".", "/")}.py`)
  ).find((each) => wanted.includes(".") && exists(dirname(each), scene));
  return {
    seen:
      `Python does not find the module "${name}", in which Django's settings should be (DJANGO_SETTINGS_MODULE${
        where ? `, as set in ${where}` : ""
      }), in ${folders.join(" and ")}${home ? `; it lies in ${home}` : ""}`,
    place: subject.place ?? scene.site.placeOf("wsgi.chdir"),
    mend: home
      ? `Write in [wsgi] of config.toml: chdir = "${home}"`
      : found
      ? where && environment?.DJANGO_SETTINGS_MODULE === undefined
        ? `Take DJANGO_SETTINGS_MODULE out of ${where}, where it comes before what wsgi.py sets, such as "${found}"`
        : `Write ${found} in place of ${name}${
          where ? ` in ${where}` : ""
        }: there are settings in ${project}/settings.py`
      : project
      ? `Correct the name: there are settings in ${project}/settings.py`
      : file
      ? `Copy ${file} to this machine, or correct the name; a file of settings that .gitignore names does not come along with git`
      : 'Write in [wsgi] of config.toml chdir = "…", the folder that holds manage.py, or correct the name; a file of settings that .gitignore names does not come along with git',
  };
}

/** A package of settings that itself sets nothing, beside modules that do. */
export function emptySettings(
  name: string,
  scene: Scene,
): { seen: string; mend: string } | undefined {
  const dotted = settingsNamed(scene);
  const way = dotted?.replaceAll(".", "/");
  const folder = way && scene.folders.map((each) => join(each, way))
    .find((each) => namesIn(each, scene.host).length > 0);
  if (!folder) return undefined;
  const init = join(folder, "__init__.py");
  if (/^\s*(?:[A-Z]|from|import)/m.test(textOf(init, scene))) return undefined;
  const sets = new RegExp(`^${name}\\s*=`, "m");
  const modules = namesIn(folder, scene.host)
    .filter((each) => /^[a-z]\w*\.py$/.test(each))
    .map((each) => ({
      name: each.slice(0, -3),
      text: textOf(join(folder, each), scene),
    }));
  if (!modules.some(({ text }) => sets.test(text))) return undefined;
  const whole = modules.filter(({ text }) =>
    sets.test(text) || /^from\s+\S+\s+import\s+\*/m.test(text)
  ).map((each) => each.name);
  const live = whole.find((each) => /^(?:prod|production|live)$/.test(each));
  const is = exists(init, scene)
    ? "a package whose __init__.py sets nothing"
    : "a folder of modules, and sets nothing by itself";
  return {
    seen: `Django's settings have no "${name}": ${folder} is ${is}, and ${
      quoted(whole.map((each) => `${each}.py`))
    } in it ${whole.length > 1 ? "do" : "does"}`,
    mend: live
      ? `Name that module as DJANGO_SETTINGS_MODULE, where it is set: "${dotted}.${live}"`
      : `Name the module for this machine as DJANGO_SETTINGS_MODULE, where it is set, as in "${dotted}.${
        whole[0]
      }"`,
  };
}

/** The name of the settings that this start uses. */
function settingsNamed(scene: Scene): string | undefined {
  const { site, host } = scene;
  const target = site.application?.target;
  const files = !target
    ? []
    : "file" in target
    ? [target.file]
    : scene.folders.map((folder) =>
      `${join(folder, target.module.replaceAll(".", "/"))}.py`
    );
  return site.config?.environment.DJANGO_SETTINGS_MODULE ??
    host.env.DJANGO_SETTINGS_MODULE ??
    files.map((file) =>
      /DJANGO_SETTINGS_MODULE["']\s*[\],]\s*=?\s*["']([\w.]+)["']/
        .exec(textOf(file, scene))?.[1]
    ).find((each) => each);
}

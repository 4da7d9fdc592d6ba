/**
 * What Django says of its settings, and what they name.
 *
 * Reads files of settings to tell a line, and never shows them.
 * Runs on Node and Deno.
 *
 * @module
 */

import { basename, dirname, join, relative } from "node:path";
import type { Place } from "../findings/finding.ts";
import { isLibraryFile } from "../python/failure.ts";
import { isPublicPackage } from "../python/package_names.ts";
import { shellCommand } from "../text/shell.ts";
import { suggest } from "../text/suggestion.ts";
import { quoted } from "../text/wrap.ts";
import { findInstalled, versionOf } from "./installed.ts";
import type { Claim, Rule, Subject } from "./rule.ts";
import {
  exists,
  isInside,
  isLoadFailure,
  type Scene,
  searchSite,
  textOf,
  whereSet,
} from "./scene.ts";
import { namesIn } from "../machine/host.ts";

const MODULES =
  "package-missing module-unknown own-part-missing package-part-missing module-mistyped module-elsewhere own-module-absent module-name-case installed-app-missing package-in-other-environment namespace-part-missing";
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

/** Applications that Django itself brings, by their labels. */
const CONTRIB =
  "admin admindocs auth contenttypes flatpages gis humanize messages postgres redirects sessions sitemaps sites staticfiles syndication"
    .split(" ");

/** The rules of Django. */
export const django = (): Rule[] => [
  {
    name: "django-host",
    code: "host-not-allowed",
    when: {
      type: "DisallowedHost",
      message: /^Invalid HTTP_HOST header: '([^']*)'/,
    },
    claim: {
      says:
        'The site is asked for as "$1", which is not in ALLOWED_HOSTS of Django\'s settings',
      mend: 'Add it in the settings: ALLOWED_HOSTS = ["$1"]',
    },
    examples: [{
      raised:
        "django.core.exceptions.DisallowedHost: Invalid HTTP_HOST header: 'www.example.org'. You may need to add",
      failure: { problem: "request-raised" },
      says: '"www.example.org"',
      mend: 'ALLOWED_HOSTS = ["www.example.org"]',
    }],
  },
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
    claim: {
      says:
        "Django does not know its settings: DJANGO_SETTINGS_MODULE is not set",
      mend:
        'Let module in [wsgi] name the wsgi.py of the project, which sets it; or write under [environment]: DJANGO_SETTINGS_MODULE = "mysite.settings"',
    },
    examples: [
      "django.core.exceptions.ImproperlyConfigured: Requested setting DATABASES, but settings are not configured. You must",
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
      return populating < 0
        ? {
          says: "Models of Django are used before Django has started",
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
    name: "django-secret-key",
    code: "django-settings",
    over: "django-setup",
    when: { message: /SECRET_KEY setting must not be empty/ },
    claim: {
      says: "SECRET_KEY in Django's settings is empty",
      mend:
        "Read it from a file that [secret_files] in config.toml names: the variable holds the path of the file",
    },
    examples: [
      "django.core.exceptions.ImproperlyConfigured: The SECRET_KEY setting must not be empty.",
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
    claim: ({ text, groups: [top = ""] }) => {
      const [, app = top] = /^Model class ([\w.]+?)\.models?\b/.exec(text) ??
        [];
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
    name: "django-static-manifest",
    code: "static-files",
    over: "django-setup",
    when: [
      { message: /^Missing staticfiles manifest entry for '([^']+)'/ },
      {
        message: /^The file '([^']+)' could not be found with </,
        through: /\/staticfiles\//,
      },
    ],
    claim: ({ groups: [file] }, scene) => ({
      says:
        `Django looks for the static file "${file}" in the list that collectstatic writes, and it is not in there`,
      mend:
        `Collect the static files, as the site's user, and restart the site: \`${
          shellCommand(scene.python, manageFile(scene), "collectstatic")
        }\`; if the file is still missing then, correct its name in the template`,
    }),
    examples: [{
      raised: "ValueError: Missing staticfiles manifest entry for 'site.css'",
      in: "PACKAGES/django/contrib/staticfiles/storage.py stored_name",
      failure: { problem: "request-raised" },
      mend: "manage.py collectstatic",
    }],
  },
  {
    name: "django-static-root",
    code: "static-files",
    over: "django-setup setting-from-variable",
    when: {
      message:
        /using the staticfiles app without having set the (STATIC_ROOT|STATIC_URL) setting/,
    },
    claim: {
      says:
        "Django's settings do not say where static files are collected: $1 is not set",
      mend:
        'Write in the settings: STATIC_URL = "/static/" and STATIC_ROOT = BASE_DIR / "static"; the web server serves what lies in www/public',
    },
    examples: [
      "django.core.exceptions.ImproperlyConfigured: You're using the staticfiles app without having set the STATIC_ROOT setting to a filesystem path.",
    ],
  },
  {
    name: "django-site-row",
    code: "django-settings",
    over: "django-setup setting-from-variable django-setting-missing",
    when: [
      { type: /\bSite\.DoesNotExist$/ },
      {
        message:
          /sites framework" without having set the SITE_ID|^Site matching query does not exist/,
      },
    ],
    claim: ({ text }, scene) => {
      const set = settingIn(/^SITE_ID *= *(\d+)/m, scene);
      const manage = manageIn(scene);
      const list = `\`${
        manage ? shellCommand(scene.python, manage) : "python manage.py"
      } shell -c "from django.contrib.sites.models import Site; print(*Site.objects.values_list('id', 'domain'))"\``;
      const isUnset = /without having set/.test(text);
      return {
        says: isUnset
          ? "The sites framework of Django asks which site this is, and the settings have no SITE_ID"
          : `The sites framework of Django finds no row for this site in the table django_site${
            set ? `: SITE_ID is ${set.value}` : ""
          }`,
        ...!isUnset && set && { place: { file: set.file, line: set.line } },
        mend:
          `Let SITE_ID in the settings be the id of a row that is there, which ${list} lists; or make the row, in the admin or by loading your data, with the name of the site as its domain`,
      };
    },
    examples: [
      {
        raised:
          "django.contrib.sites.models.Site.DoesNotExist: Site matching query does not exist.",
        in: "PACKAGES/django/db/models/query.py get",
        failure: { problem: "request-raised" },
        files: { "APP/mysite/settings.py": "A = 1\nSITE_ID = 2\n" },
        says: "the table django_site: SITE_ID is 2",
        mend: "the id of a row",
      },
      {
        raised:
          'django.core.exceptions.ImproperlyConfigured: You\'re using the Django "sites framework" without having set the SITE_ID setting. Create a site in your database and set the SITE_ID setting or pass a request to Site.objects.get_current() to fix this error.',
        says: "have no SITE_ID",
      },
    ],
    not: [
      "myapp.models.Shop.DoesNotExist: Shop matching query does not exist.",
    ],
  },
  {
    name: "django-template-missing",
    code: "template-missing",
    when: { type: "TemplateDoesNotExist", message: /(\S+)/ },
    claim: ({ groups: [name = ""] }, scene) => {
      const home =
        searchSite(scene, (_, folder) => exists(join(folder, name), scene))[0];
      return home
        ? {
          seen:
            `Django does not find the template "${name}", which lies in ${home}`,
          mend: basename(home) === "templates"
            ? `Let the application that holds it stand in INSTALLED_APPS, with "APP_DIRS": True; or write ${home} into "DIRS" of TEMPLATES in the settings`
            : `Write ${home} into "DIRS" of TEMPLATES in the settings`,
        }
        : {
          says: `Django finds no template "${name}"`,
          mend:
            'Copy it to this machine, if it was left out: into `templates` of an application that INSTALLED_APPS names, or into a folder that "DIRS" of TEMPLATES names; capital letters count',
        };
    },
    examples: [
      {
        raised: "django.template.exceptions.TemplateDoesNotExist: index.html",
        files: { "APP/templates/index.html": "" },
        says: "which lies in APP/templates",
      },
      {
        raised: "django.template.exceptions.TemplateDoesNotExist: index.html",
        says: "finds no template",
      },
    ],
  },
  {
    name: "django-url-conf",
    code: "django-settings",
    over: "django-setup",
    when: {
      message:
        /The included URLconf '([^']+)' does not appear to have any patterns in it/,
    },
    claim: {
      says:
        'The module "$1", which holds the addresses of the site, has no list `urlpatterns`, or is imported while it is still being read',
      mend:
        "Write `urlpatterns = […]` into it; if it is there, something that it imports needs the addresses already: use `reverse_lazy()` there",
    },
    examples: [
      "django.core.exceptions.ImproperlyConfigured: The included URLconf 'mysite.urls' does not appear to have any patterns in it. If you see the 'urlpatterns' variable with valid patterns in the file then the issue is probably caused by a circular import.",
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
  {
    name: "django-tag-library",
    code: "django-settings",
    when: {
      type: "TemplateSyntaxError",
      message: /^'(\w+)' is not a registered tag library/,
    },
    claim: ({ groups: [library = ""], text }, scene) => {
      const app = library.replace(/_(?:tags|filters|extras)$/, "");
      const version = versionOf("Django", scene);
      const isOld = version !== undefined && /^[012]\./.test(version);
      if (/^(?:staticfiles|admin_static)$/.test(library) && !isOld) {
        return {
          says:
            `A template loads "${library}", which Django has no more from 3.0 on${
              version ? ` (installed is ${version})` : ""
            }`,
          mend:
            "Write `{% load static %}` in its place; a package that brings such a template needs a later version",
        };
      }
      const listed = text.split("Must be one of:")[1] ?? "";
      const near = suggest(library, listed.match(/\w+/g) ?? []);
      if (near && !findInstalled(app, scene)) {
        return {
          says:
            `A template loads "${library}", which no installed application brings; there is "${near}"`,
          mend: `Write \`{% load ${near} %}\`, if that is meant`,
        };
      }
      return findInstalled(app, scene)
        ? {
          seen:
            `A template loads "${library}", and INSTALLED_APPS in Django's settings does not name the package that brings it`,
          mend: `Add "${app}" to INSTALLED_APPS`,
        }
        : {
          says:
            `A template loads "${library}", which no installed application brings`,
          mend:
            `Add the application that brings it to INSTALLED_APPS, and to the requirements of the site; a library of your own lies in the folder \`templatetags\`, beside an __init__.py`,
        };
    },
    examples: [
      {
        raised:
          "django.template.exceptions.TemplateSyntaxError: 'crispy_forms_tags' is not a registered tag library. Must be one of:\nadmin_list",
        files: { "PACKAGES/crispy_forms/__init__.py": "" },
        mend: 'Add "crispy_forms" to INSTALLED_APPS',
      },
      ...["staticfiles", "admin_static"].map((library) => ({
        raised:
          `django.template.exceptions.TemplateSyntaxError: '${library}' is not a registered tag library. Must be one of:\nadmin_list\nstatic`,
        files: { "PACKAGES/Django-4.2.1.dist-info/METADATA": "" },
        says: "from 3.0 on (installed is 4.2.1)",
        mend: "`{% load static %}`",
      })),
      {
        raised:
          "django.template.exceptions.TemplateSyntaxError: 'i18m' is not a registered tag library. Must be one of:\nadmin_list\ni18n\nstatic",
        mend: "`{% load i18n %}`",
      },
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
      const absent = settingsFiles(scene).flatMap(({ text }) =>
        [...text.matchAll(/from\s+\.?(\w*(?:local|secret|prod)\w*)\s+import/g)]
          .map(([, each]) => each!)
      ).find((module) =>
        !settingsFiles(scene).some(({ file }) =>
          exists(join(file, "..", `${module}.py`), scene)
        )
      );
      const part = emptySettings(name, scene);
      return part ? part : absent
        ? {
          seen:
            `Django's settings have no "${name}"; they take more from the module "${absent}", which is not on this machine`,
          mend:
            `Copy ${absent}.py to this machine, beside the settings, or define ${name} in them`,
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
          "django.core.exceptions.ImproperlyConfigured: Application labels aren't unique, duplicates: shop",
        in: "PACKAGES/django/__init__.py setup",
        says: "duplicates: shop",
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

const SETTINGS = {
  "APP/mysite/settings.py":
    `# 'mysite.urls' and so on\nROOT_URLCONF = "mysit.urls"\nMIDDLEWARE = ["mysite.midleware.Log", "whitenoise.middleware.X"]\nDATABASES = {"default": {"ENGINE": "django.db.backends.postgres"}}\n`,
  "APP/mysite/__init__.py": "",
};

function nameOf({ raised, groups }: Subject): string {
  return raised.name ?? groups[0] ?? "";
}

/** What the exceptions below say. */
function manageFile(scene: Scene): string {
  return [scene.directory, ...scene.folders].map((each) =>
    join(each, "manage.py")
  ).find((file) => exists(file, scene)) ?? "manage.py";
}

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
function emptySettings(name: string, scene: Scene): Claim | undefined {
  const found = settingsFiles(scene);
  const empty = found.find(({ file, text }) =>
    file.endsWith("/__init__.py") && !/^\s*(?:[A-Z]|from|import)/m.test(text)
  );
  if (!empty) return undefined;
  const folder = dirname(empty.file);
  const modules = namesIn(folder, scene.host)
    .filter((each) => /^[a-z]\w*\.py$/.test(each))
    .map((each) => each.slice(0, -3));
  const live = modules.find((each) => /^(?:prod|production|live)$/.test(each));
  const sets = new RegExp(`^${name}\\s*=`, "m");
  const base = scene.folders.find((each) => isInside(folder, each));
  const dotted = base && relative(base, folder).replaceAll("/", ".");
  if (
    dotted !== settingsNamed(scene) ||
    !found.some(({ file, text }) => dirname(file) === folder && sets.test(text))
  ) return undefined;
  return {
    seen:
      `Django's settings have no "${name}": ${folder} is a package whose __init__.py sets nothing, and ${
        quoted(modules.map((each) => `${each}.py`))
      } in it ${modules.length > 1 ? "do" : "does"}`,
    mend: live
      ? `Name that module as DJANGO_SETTINGS_MODULE, where it is set: "${dotted}.${live}"`
      : `Name the module for this machine as DJANGO_SETTINGS_MODULE, where it is set, as in "${dotted}.${
        modules[0]
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

/** The files of settings on the site that can be read. */
function settingsFiles(scene: Scene): { file: string; text: string }[] {
  const found: string[] = [];
  searchSite(scene, (names, folder) => {
    found.push(
      ...names.filter((name) =>
        name === "settings.py" || name.endsWith("_settings.py") ||
        basename(folder) === "settings" && name.endsWith(".py")
      ).map((name) => join(folder, name)),
    );
    return false;
  });
  return found.slice(0, 20).map((file) => ({
    file,
    text: textOf(file, scene),
  }));
}

/** A text in a file of settings that the wanted one fits. */
export function findEntry(
  wanted: RegExp,
  scene: Scene,
): { text: string; place: Place } | undefined {
  for (const { file, text: all } of settingsFiles(scene)) {
    for (const [index, line] of all.split(/\r?\n/).entries()) {
      const text = [...line.matchAll(/(["'])([\w.]+)\1/g)]
        .map(([, , each]) => each!).find((each) => wanted.test(each));
      if (text && !/^\s*#/.test(line)) {
        return { text, place: { file, line: index + 1 } };
      }
    }
  }
  return undefined;
}

const JOINED_REGEXP =
  /(["'])([\w.]+)\1[ \t]*(?:#[^\n]*)?\r?\n\s*(["'])([\w.]+)\3/g;

/** Two texts without a comma between them are one for Python. */
function findJoined(
  name: string,
  scene: Scene,
): { entry: string; place: Place & { line: number } } | undefined {
  for (const { file, text } of settingsFiles(scene)) {
    for (const found of text.matchAll(JOINED_REGEXP)) {
      const whole = `${found[2]}${found[4]}`;
      if (!`${whole}.`.startsWith(`${name}.`)) continue;
      const line = text.slice(0, found.index).split("\n").length;
      return { entry: found[2]!, place: { file, line } };
    }
  }
  return undefined;
}

/** What a setting is given in a file of settings, and where. */
function settingIn(
  pattern: RegExp,
  scene: Scene,
): { file: string; line: number; value: string } | undefined {
  const folders = searchSite(
    scene,
    (names) => names.some((name) => /^settings.*\.py$/.test(name)),
  );
  for (const folder of folders) {
    for (const name of namesIn(folder, scene.host)) {
      if (!/^settings.*\.py$/.test(name)) continue;
      const file = join(folder, name);
      const text = textOf(file, scene);
      const found = pattern.exec(text);
      if (!found) continue;
      const line = text.slice(0, found.index).split("\n").length;
      return { file, line, value: found[1] ?? "" };
    }
  }
  return undefined;
}

function manageIn(scene: Scene): string | undefined {
  return [scene.directory, ...scene.folders]
    .map((folder) => join(folder, "manage.py"))
    .find((file) => exists(file, scene));
}

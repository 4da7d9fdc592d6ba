/**
 * What Django says of hosts, addresses, templates and static files.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { join } from "node:path";
import { namesIn } from "../machine/host.ts";
import { isLibraryFile } from "../python/failure.ts";
import { shellCommand } from "../text/shell.ts";
import { suggest } from "../text/suggestion.ts";
import { readDjangoSettings } from "./django_entries.ts";
import { findInstalled, versionOf } from "./installed.ts";
import { definedIn } from "./own_modules.ts";
import type { Rule } from "./rule.ts";
import { exists, type Scene, searchSite, textOf } from "./scene.ts";

/** The rules of Django. */
export const django = (): Rule[] => [
  {
    name: "django-host",
    code: "host-not-allowed",
    when: [
      {
        type: "DisallowedHost",
        message: /^Invalid HTTP_HOST header: ["']([^"']*)["']\.?([\s\S]*)/,
      },
      {
        problem: "request-refused",
        type: "DisallowedHost",
        message: /^Invalid HTTP_HOST header: ["']([^"']*)["']\.?([\s\S]*)/,
      },
    ],
    claim: ({ groups: [asked = "", rest = ""] }, scene) => {
      // Django compares names without a port.
      const host = asked.replace(/:\d*$/, "");
      if (/RFC 1034/.test(rest)) {
        return {
          says:
            `The site is asked for as "${asked}", which Django takes for no valid name of a host${
              host.includes("_") ? ': it has a "_"' : ""
            }; no setting lets it in`,
          mend:
            "Let visitors ask by a name of letters, digits, hyphens and dots; where a proxy asks by a name of its own (as of a container or an upstream), let it hand on that of the visitor, as with `ProxyPreserveHost On` of Apache",
        };
      }
      const written = hostWritten(host, scene);
      if (written) {
        return {
          seen:
            `The site is asked for as "${asked}", and line ${written.line} of ${written.file} has it as "${written.text}", which fits no request: ALLOWED_HOSTS wants the name alone`,
          place: { file: written.file, line: written.line },
          mend: `Write "${host}" in its place, without https://, port and path`,
        };
      }
      return {
        says:
          `The site is asked for as "${asked}", which is not in ALLOWED_HOSTS of Django's settings`,
        mend:
          `Where that is a name of the site, add it in the settings: ALLOWED_HOSTS = ["${host}"]; where it is none, whoever asked has made it up, and the refusal is right`,
      };
    },
    examples: [
      {
        raised:
          "django.core.exceptions.DisallowedHost: Invalid HTTP_HOST header: 'www.example.org'. You may need to add",
        failure: { problem: "request-raised" },
        says: '"www.example.org"',
        mend: 'ALLOWED_HOSTS = ["www.example.org"]',
      },
      {
        raised:
          "django.core.exceptions.DisallowedHost: Invalid HTTP_HOST header: 'www.example.org:8443'. You may need to add 'www.example.org' to ALLOWED_HOSTS.",
        failure: { problem: "request-raised" },
        mend: 'ALLOWED_HOSTS = ["www.example.org"]',
      },
      {
        raised:
          "django.core.exceptions.DisallowedHost: Invalid HTTP_HOST header: 'my_app:8000'. The domain name provided is not valid according to RFC 1034/1035.",
        failure: { problem: "request-raised" },
        says: 'it has a "_"',
        mend: "ProxyPreserveHost On",
      },
      {
        raised:
          "django.core.exceptions.DisallowedHost: Invalid HTTP_HOST header: 'www.example.org'. You may need to add",
        failure: { problem: "request-raised" },
        files: {
          "APP/mysite/settings.py":
            'A = 1\nALLOWED_HOSTS = ["https://www.example.org/"]\n',
        },
        says: 'line 2 of APP/mysite/settings.py has it as "https://www',
        mend: 'Write "www.example.org" in its place',
      },
      {
        raised:
          "django.core.exceptions.DisallowedHost: Invalid HTTP_HOST header: 'www.example.org'. You may need to add",
        failure: { problem: "request-refused" },
      },
    ],
  },
  {
    name: "django-host-blank",
    code: "host-not-allowed",
    over: "django-host",
    when: [
      {
        type: "DisallowedHost",
        message: /^Invalid HTTP_HOST header: '([^':]*)(?::\d+)?'/,
      },
      {
        problem: "request-refused",
        type: "DisallowedHost",
        message: /^Invalid HTTP_HOST header: '([^':]*)(?::\d+)?'/,
      },
    ],
    claim: ({ groups: [asked = ""] }, scene) => {
      const { environment = {} } = scene.site.config ?? {};
      const [name, value] = Object.entries({
        ...scene.host.env,
        ...environment,
      }).find(([name, value]) =>
        /HOST/.test(name) &&
        value?.split(",").some((each) =>
          each !== asked && each.trim() === asked
        )
      ) ?? [];
      return name === undefined ? undefined : {
        seen:
          `The site is asked for as "${asked}", and the variable "${name}" names that with a blank beside it: where the settings split it at the commas alone, ALLOWED_HOSTS holds the blank as well, and fits no request`,
        mend: `Write it without blanks${
          environment[name] === undefined
            ? ""
            : ` under [environment] in config.toml: ${name} = "${
              value!.split(",").map((each) => each.trim()).join(",")
            }"`
        }; or take them off in the settings: \`[name.strip() for name in ….split(",")]\``,
      };
    },
    examples: [{
      raised:
        "django.core.exceptions.DisallowedHost: Invalid HTTP_HOST header: 'b.example.org'. You may need to add",
      config: 'ALLOWED_HOSTS = "a.example.org, b.example.org"',
      failure: { problem: "request-raised" },
      says: "with a blank beside it",
      mend: 'ALLOWED_HOSTS = "a.example.org,b.example.org"',
    }],
    not: [{
      raised:
        "django.core.exceptions.DisallowedHost: Invalid HTTP_HOST header: 'c.example.org'. You may need to add",
      config: 'ALLOWED_HOSTS = "a.example.org, b.example.org"',
      failure: { problem: "request-raised" },
    }],
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
      { type: /\bdjango\.contrib\.sites\.models\.Site\.DoesNotExist$/ },
      { message: /sites framework" without having set the SITE_ID/ },
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
    name: "django-url-conf",
    code: "django-settings",
    over: "django-setup",
    when: {
      message:
        /The included URLconf '(?:<module ')?([^']+)'(?: from '([^']+)'>')? does not appear to have any patterns in it/,
    },
    claim: ({ groups: [name = "", path], raised }, scene) => {
      const way = name.replaceAll(".", "/");
      const file = path ??
        scene.folders.flatMap((folder) => [
          join(folder, `${way}.py`),
          join(folder, way, "__init__.py"),
        ]).find((each) => exists(each, scene));
      const defined = file ? definedIn(file, scene) : [];
      const [, kind] = /'(\w+)' object is not iterable/
        .exec(raised.cause?.message ?? "") ?? [];
      if (file && kind && kind !== "module") {
        return {
          says:
            `\`urlpatterns\` in ${file} is no list of addresses: it is a ${kind}`,
          place: { file },
          mend:
            "Write square brackets around the addresses: `urlpatterns = [path(…), …]`",
        };
      }
      const reading = raised.frames.findIndex((frame) =>
        frame.file === file && frame.function === "<module>"
      );
      const asking = raised.frames.slice(reading + 1).findLast((frame) =>
        !isLibraryFile(frame.file)
      );
      if (file && reading >= 0 && asking) {
        return {
          seen:
            `Line ${asking.line} of ${asking.file} asks for addresses of the site while ${file} is still being read, which imports it: \`urlpatterns\` is not there yet`,
          place: { file: asking.file, line: asking.line },
          mend:
            `Write \`reverse_lazy(…)\` in place of \`reverse(…)\` on that line, or move it into the function that needs it`,
        };
      }
      if (!file || defined.includes("urlpatterns")) {
        return {
          says:
            `The module "${name}", which holds the addresses of the site, has no list \`urlpatterns\`, or is imported while it is still being read`,
          mend:
            "Write `urlpatterns = […]` into it; if it is there, something that it imports needs the addresses already: use `reverse_lazy()` there",
        };
      }
      const near = suggest("urlpatterns", defined);
      return {
        seen: `${file}, which is to hold addresses of the site, ${
          textOf(file, scene).trim() === ""
            ? "is empty"
            : `has no list \`urlpatterns\`${near ? `; it has "${near}"` : ""}`
        }`,
        place: { file },
        mend: near
          ? `Name it \`urlpatterns\` in ${file}, in place of \`${near}\``
          : `Write \`urlpatterns = […]\` into ${file}, or copy it to this machine again; or take the \`include()\` that names it out`,
      };
    },
    examples: [
      "django.core.exceptions.ImproperlyConfigured: The included URLconf 'mysite.urls' does not appear to have any patterns in it. If you see the 'urlpatterns' variable with valid patterns in the file then the issue is probably caused by a circular import.",
      {
        raised:
          "django.core.exceptions.ImproperlyConfigured: The included URLconf '<module 'blog.urls' from 'APP/blog/urls.py'>' does not appear to have any patterns in it. If you see the 'urlpatterns' variable",
        in: "PACKAGES/django/urls/resolvers.py url_patterns",
        files: { "APP/blog/urls.py": "urlpattern = []\n" },
        says:
          'APP/blog/urls.py, which is to hold addresses of the site, has no list `urlpatterns`; it has "urlpattern"',
        mend: "Name it `urlpatterns`",
      },
      {
        raised:
          "django.core.exceptions.ImproperlyConfigured: The included URLconf 'blog.urls' does not appear to have any patterns in it.",
        files: { "APP/blog/urls.py": "" },
        says: "is empty",
      },
      {
        raised:
          "django.core.exceptions.ImproperlyConfigured: The included URLconf 'blog.urls' does not appear to have any patterns in it.",
        files: {
          "APP/blog/urls.py": "from . import views\nurlpatterns = []\n",
        },
        says: "or is imported while",
      },
      {
        raised:
          "django.core.exceptions.ImproperlyConfigured: The included URLconf 'blog.urls' does not appear to have any patterns in it.",
        facts: {
          cause: {
            type: "TypeError",
            message: "'URLPattern' object is not iterable",
            frames: [],
          },
        },
        files: { "APP/blog/urls.py": 'urlpatterns = path("", index)\n' },
        says: "is no list of addresses: it is a URLPattern",
        mend: "square brackets",
      },
      {
        raised:
          "django.core.exceptions.ImproperlyConfigured: The included URLconf 'blog.urls' does not appear to have any patterns in it.",
        frames: [
          "PACKAGES/django/urls/resolvers.py urlconf_module",
          "APP/blog/urls.py <module>",
          "APP/blog/views.py <module>",
          "PACKAGES/django/urls/base.py reverse",
          "PACKAGES/django/urls/resolvers.py url_patterns",
        ],
        files: {
          "APP/blog/urls.py": "from . import views\nurlpatterns = []\n",
          "APP/blog/views.py": "",
        },
        says: "asks for addresses of the site while APP/blog/urls.py is still",
        mend: "`reverse_lazy(…)`",
      },
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
];

/** A name in the settings that has more around it than a name. */
function hostWritten(
  host: string,
  scene: Scene,
): { file: string; line: number; text: string } | undefined {
  if (host === "") return undefined;
  for (const { file, text } of readDjangoSettings(scene)) {
    const lines = text.split(/\r?\n/);
    const begin = lines.findLastIndex((line) =>
      /^\s*ALLOWED_HOSTS\b/.test(line)
    );
    if (begin < 0) continue;
    for (const [index, line] of lines.slice(begin, begin + 20).entries()) {
      if (index > 0 && /^\w/.test(line)) break;
      if (/^\s*#/.test(line)) continue;
      const found = [...line.matchAll(/["']([^"']*)["']/g)]
        .map(([, each]) => each!)
        .find((each) =>
          each !== host &&
          each.replace(/^\w+:\/\//, "").replace(/[:/].*$/, "") === host
        );
      if (found) return { file, line: begin + index + 1, text: found };
    }
  }
  return undefined;
}

function manageFile(scene: Scene): string {
  return [scene.directory, ...scene.folders].map((each) =>
    join(each, "manage.py")
  ).find((file) => exists(file, scene)) ?? "manage.py";
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

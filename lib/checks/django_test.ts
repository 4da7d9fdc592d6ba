import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { createFakeHost } from "../../tests/worlds/machine.ts";
import { healthyFiles, ROOT } from "../../tests/worlds/site.ts";
import { readSite } from "../site/site.ts";
import { checkDjango, type DjangoRemark } from "./django.ts";

const SETTINGS = "/srv/site/myapp/settings.py";

function tell(remark: unknown, files: Record<string, string> = {}) {
  const site = readSite(
    ROOT,
    createFakeHost({ files: { ...healthyFiles(), ...files } }),
  );
  return checkDjango(site, [
    { file: SETTINGS, ...remark as object } as DjangoRemark,
  ]);
}

Deno.test("checkDjango() tells of settings by their line, and never shows a key", () => {
  const files = { [SETTINGS]: 'SECRET_KEY = "x"\nALLOWED_HOSTS = "a.org"\n' };
  for (
    const [what, code, place] of [
      ["hosts-text", "host-not-allowed", { file: SETTINGS, line: 2 }],
      ["no-hosts", "host-not-allowed", { file: SETTINGS, line: 2 }],
      ["no-urls", "django-settings", { file: SETTINGS }],
      ["key", "django-key", { file: SETTINGS }],
      ["origins", "django-origins", { file: SETTINGS }],
      ["sessions-memory", "session-cookie", { file: SETTINGS }],
    ] as const
  ) {
    const [found, ...more] = tell({ what }, files);
    assertEquals(more, []);
    assertEquals([found?.code, found?.place], [code, place]);
    assertEquals(found?.severity, "warning");
  }
});

Deno.test("checkDjango() tells of static files that nobody serves", () => {
  const folder = `${ROOT}/public/static`;
  const told = (root: string | null, files: Record<string, string> = {}) =>
    tell({ what: "static", root, url: "/app/static/" }, files)
      .map(({ code, severity }) => `${severity} ${code}`);
  assertEquals(told(null), ["warning django-static"]);
  assertEquals(told(folder), ["warning django-static"]);
  assertEquals(told("/srv/static", { "/srv/static/a.css": "" }), [
    "advice django-static",
  ]);
  assertEquals(told(folder, { [`${folder}/a.css`]: "" }), []);
  assertEquals(told(null, { [`${ROOT}/public/app/static/a.css`]: "" }), []);
  const [noise] = tell({
    what: "static",
    root: "/srv/x",
    url: "/static/",
    whitenoise: true,
  });
  assertStringIncludes(noise!.message, "whitenoise hands out");
});

Deno.test("checkDjango() tells of uploaded files that nobody serves", () => {
  const told = (root: string, files: Record<string, string> = {}) =>
    tell({ what: "media", root, url: "/media/" }, files)
      .map(({ code, severity }) => `${severity} ${code}`);
  assertEquals(told("/srv/site/media"), ["warning django-media"]);
  assertEquals(told(`${ROOT}/public/media`), []);
  assertEquals(told("/srv/m", { [`${ROOT}/public/media/a`]: "" }), []);
});

Deno.test("checkDjango() tells of pages that lead nowhere", () => {
  const codes = (remark: unknown) => tell(remark).map(({ code }) => code);
  assertEquals(codes({ what: "login-page", url: "/accounts/login/" }), [
    "routes-missing",
  ]);
  assertEquals(codes({ what: "logout-link", template: "/a.html", line: 3 }), [
    "link-of-other-method",
  ]);
  assertEquals(tell({ what: "https-alone" })[0]?.severity, "advice");
  assertEquals(codes({ what: "debug-text", value: "False" }), [
    "debug-enabled",
  ]);
  assertEquals(codes({ what: "no-key" }), ["django-settings"]);
  assertEquals(codes({ what: "no-migrations", app: "a", folder: "/a" }), [
    "django-migrations",
  ]);
  assertEquals(codes({ what: "manifest", manifest: "/x.json" }), [
    "django-static",
  ]);
  assertEquals(codes({ what: "changes", app: "shop", first: "Add field x" }), [
    "django-migrations",
  ]);
  assertEquals(
    codes({ what: "old-setting", name: "A", version: "5.1", now: "B" }),
    ["setting-without-effect"],
  );
  const mend = (name: string, message: string) =>
    JSON.stringify(
      tell({ what: "name", setting: "TEMPLATES", name, message })[0]?.fix,
    );
  assertStringIncludes(
    mend(
      "django.core.context_processors.request",
      "ModuleNotFoundError: No module named 'django.core.context_processors'",
    ),
    "django.template.context_processors.request",
  );
  assertStringIncludes(
    mend("shop.x.y", "ModuleNotFoundError: No module named 'redis'"),
    "which it imports",
  );
});

Deno.test("checkDjango() tells of migrations that are not applied", () => {
  const migrations = (facts: object) =>
    tell({
      what: "migrations",
      database: "/srv/site/db.sqlite3",
      empty: false,
      count: 2,
      first: "blog.0002_more",
      own: true,
      ...facts,
    }, { "/srv/site/myapp/manage.py": "" })[0]!;
  const behind = migrations({});
  assertEquals(behind.severity, "warning");
  assert(behind.message.includes("the first of them blog.0002_more"));
  assert(JSON.stringify(behind.fix).includes("manage.py migrate"));
  assert(migrations({ empty: true }).message.includes("is not there"));
  assertEquals(migrations({ empty: true, own: false }).severity, "advice");
});

Deno.test("checkDjango() names the part of settings that are a package", () => {
  const folder = "/srv/site/myapp/mysite/settings";
  const [found] = tell({ what: "no-urls", file: null }, {
    "/srv/site/myapp/app.py":
      'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")\n',
    [`${folder}/__init__.py`]: "",
    [`${folder}/base.py`]: 'ROOT_URLCONF = "mysite.urls"\n',
    [`${folder}/production.py`]: "from .base import *\n",
  });
  assert(JSON.stringify(found!.fix).includes("mysite.settings.production"));
});

Deno.test("checkDjango() tells what Django's own check says", () => {
  const check = { what: "check", id: "fields.E300", message: "No model." };
  const plain = tell({ ...check, hint: null, more: 0 })[0]!;
  assertEquals(plain.code, "django-check");
  assert(plain.message.endsWith("finds: No model (fields.E300)"));
  const more = tell({ ...check, hint: "Write one.", more: 2 })[0]!;
  assert(more.message.endsWith(", and 2 other mistakes"));
  assertEquals(more.fix, { text: "Write one" });
});

Deno.test("checkDjango() passes over what a host of another version tells", () => {
  assertEquals(tell({ what: "news" }), []);
});

Deno.test("checkDjango() tells of cookies and names that fit no visitor", () => {
  const cookie = (name: string) =>
    tell({ what: "cookie-domain", name, domain: "localhost" })[0]!.message;
  assert(cookie("SESSION_COOKIE_DOMAIN").includes("logged in"));
  assert(cookie("CSRF_COOKIE_DOMAIN").includes("403"));
  const [entry] = tell({ what: "hosts-form", entry: "https://a.org" });
  assertEquals([entry!.code, entry!.severity], ["host-not-allowed", "warning"]);
  // A proxy on this machine may ask by such a name, and a preview does.
  assertEquals(tell({ what: "hosts-local" })[0]!.severity, "advice");
  const [name] = tell({ what: "script-name", value: "/blog" });
  assertEquals(name!.code, "root-path-given");
});

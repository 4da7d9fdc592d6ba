import { assertEquals, assertStringIncludes } from "@std/assert";
import { codes, MODULE, only, ROOT, SITE } from "../../tests/worlds/site.ts";

Deno.test("checkExposure() finds private files in public/", () => {
  const file = (name: string, text = "x") =>
    codes({ files: { [`${ROOT}/public/${name}`]: { text } } });
  for (
    const name of [
      ".env",
      "db.sqlite3",
      "a/b/dump.sql",
      "wsgi-shim.log",
      "key.pem",
    ]
  ) {
    assertEquals(file(name), ["public-exposes"], name);
  }
  for (const name of ["style.css", "robots.txt", "a/keyboard.js", "log.html"]) {
    assertEquals(file(name), [], name);
  }
});

Deno.test("checkExposure() names folders of version control once", () => {
  const found = only({
    files: {
      [`${ROOT}/public/.git`]: {},
      [`${ROOT}/public/.git/config`]: "x",
    },
  });
  assertStringIncludes(found.message, '"/srv/site/www/public/.git"');
});

Deno.test("checkExposure() follows links to the site's private parts", () => {
  const link = (link: string) =>
    codes({ files: { [`${ROOT}/public/x`]: { link } } });
  assertEquals(link(SITE), ["public-exposes"]);
  assertEquals(link(`${ROOT}/config.toml`), ["public-exposes"]);
  assertEquals(link(`${SITE}/secrets/credentials.env`), ["public-exposes"]);
  assertEquals(link(`${SITE}/myapp`), []);
  assertEquals(link("x"), []);
});

Deno.test("checkExposure() finds the application itself in public/", () => {
  const module = `${ROOT}/public/app.py`;
  const found = only({
    config: [[MODULE, module]],
    files: { [module]: "app = 1\n" },
  });
  assertEquals(found.code, "public-exposes");
  assertEquals(found.fix, { command: `mv ${module} ${SITE}`, safe: false });
});

import { assertEquals, assertStringIncludes } from "@std/assert";
import { codes, only, ROOT } from "../../tests/worlds/site.ts";

Deno.test("checkHtaccess() reports lines that take the site down", () => {
  const line = (text: string) =>
    codes({ files: { [`${ROOT}/public/.htaccess`]: `# x\n${text}\n` } });
  assertEquals(line("PassengerPython /x"), ["htaccess-directive"]);
  assertEquals(line("PasengerEnabled on"), ["htaccess-directive"]);
  assertEquals(line("  passengerenabled off"), []);
  assertEquals(line("RewriteRule . /index.php [L]"), ["htaccess-rewrite"]);
  assertEquals(line("RewriteRule ^old$ /new [R=301]"), []);
});

Deno.test("checkHtaccess() tells of lines of other servers and modules", () => {
  const line = (text: string, files = {}) =>
    codes({ files: { [`${ROOT}/public/.htaccess`]: text, ...files } });
  for (
    const text of [
      "php_value upload_max_filesize 64M",
      "Order deny,allow\nDeny from all",
      "<Directory /srv>\n</Directory>",
      "WSGIScriptAlias / /srv/app.wsgi",
    ]
  ) assertEquals(line(text), ["htaccess-directive"], text);
  assertEquals(
    line("RewriteRule ^(.*)$ app.fcgi/$1 [QSA,L]"),
    ["htaccess-rewrite"],
  );
  for (
    const text of [
      "<IfModule mod_php.c>\nphp_value upload_max_filesize 64M\n</IfModule>",
      "<IfModule !mod_authz_core.c>\n  Order allow,deny\n</IfModule>",
      "Require all granted\nOptions -Indexes\nErrorDocument 404 /404.html",
      "DirectoryIndex index.php index.html",
      "<Files .env>\nRequire all denied\n</Files>",
    ]
  ) assertEquals(line(text), [], text);
  const loaded = { "/etc/apache2/mods-enabled/access_compat.load": "" };
  assertEquals(line("Order allow,deny\nAllow from all", loaded), []);
});

Deno.test("checkHtaccess() leaves to panels what they have written", () => {
  const mark = (which: string) =>
    `# DO NOT REMOVE. CLOUDLINUX PASSENGER CONFIGURATION ${which}\n`;
  const block = `${mark("BEGIN")}PassengerPython /x\n${mark("END")}`;
  const line = (text: string) =>
    codes({ files: { [`${ROOT}/public/.htaccess`]: text } });
  assertEquals(line(block), []);
  assertEquals(line(`${block}PassengerPython /x\n`), ["htaccess-directive"]);
});

Deno.test("checkHtaccess() says that a start page wins", () => {
  const found = only({ files: { [`${ROOT}/public/index.html`]: "<p>" } });
  assertEquals(found.code, "index-hides-application");
  assertStringIncludes(found.message, "index.html");
  assertEquals(codes({ files: { [`${ROOT}/public/logo.png`]: "x" } }), []);
});

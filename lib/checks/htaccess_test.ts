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

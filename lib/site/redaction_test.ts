import { assert, assertEquals } from "@std/assert";
import type { Secret } from "./redaction.ts";
import { makeSecrets } from "./secrets.ts";

const SITE = "/n/fs/p/site";

function clean(
  text: string,
  secrets: (string | Secret)[],
  kept: string[] = [],
): string {
  const values = secrets.map((one) =>
    typeof one === "string" ? { value: one } : one
  );
  return makeSecrets(() => values, { kept }).clean(text);
}

Deno.test("Secrets.clean() blanks a value wherever it stands", () => {
  const secrets = ["hunter2"];
  const table: [text: string, blanked: string][] = [
    ["hunter2", "•••"],
    ["xhunter2y", "x•••y"],
    ["hunter2hunter2 hunter2", "••• •••"],
    ["url=postgres://u:hunter2@db/x", "url=postgres://u:•••@db/x"],
    ["hunter", "hunter"],
    ["", ""],
  ];
  for (const [text, blanked] of table) {
    assertEquals(clean(text, secrets), blanked);
  }
});

Deno.test("Secrets.clean() blanks values that overlap as one", () => {
  assertEquals(clean("x abcdefgh y", ["abcdef", "cdefgh"]), "x ••• y");
  assertEquals(clean("abcd abcdef", ["abcd", "abcdef"]), "••• •••");
  assertEquals(clean("abababab!", ["abab"]), "•••!");
});

Deno.test("Secrets.clean() knows how programs print a value", () => {
  const table: [text: string, secret: string][] = [
    [String.raw`'two\nlines'`, "two\nlines"],
    [String.raw`'it\'s so'`, "it's so"],
    [String.raw`'say "no" to'`, 'say "no" to'],
    [String.raw`'back\\slash'`, "back\\slash"],
    ["'p%40ss%20word'", "p@ss word"],
    [String.raw`'esc\x1bape'`, "esc\x1bape"],
  ];
  for (const [text, secret] of table) {
    assertEquals(clean(text, [secret]), "'•••'");
  }
});

Deno.test("Secrets.clean() knows how Python encodes a value", () => {
  const table: [text: string, secret: string][] = [
    ["'hunter%21a/b%20c'", "hunter!a/b c"],
    ["'hunter%21a+b'", "hunter!a b"],
    [String.raw`'p\u00e4ss'`, "päss"],
    [String.raw`'p\xc3\xa4ss'`, "päss"],
    [String.raw`'it'\''s so'`, "it's so"],
    [String.raw`'gr\xfc\xdfe-2024'`, "grüße-2024"],
    [String.raw`'\U0001f511-1234'`, "🔑-1234"],
    [String.raw`'\udcfcber-alles'`, "\xfcber-alles"],
    ["'a%2fb%2Bc%3dd'", "a/b+c=d"],
    ["'a%252Fb'", "a/b"],
    ["'&lt;a &amp; b&#x27;s&gt;'", "<a & b's>"],
    ["'c&#39;a&quot;b&#34;c'", `c'a"b"c`],
    [String.raw`'{\"a\": \"x\\\"y\"}'`, `{"a": "x\\"y"}`],
    [String.raw`"'lock\\x00\\x01\\xe9key'"`, "lock\0\x01\xe9key"],
    ["'two lines'", "two\r\n  lines"],
    ["'HUNTER-two'", "hunter-TWO"],
    ["'a/b/c'", "a//b/c"],
  ];
  for (const [text, secret] of table) {
    const cleaned = clean(text, [secret]);
    assertEquals(cleaned.replace(/^["']{1,2}|["']{1,2}$/g, ""), "•••", text);
  }
});

Deno.test("Secrets.clean() knows base64 and hex, wherever a value begins", () => {
  for (const before of ["", "u:", "user", "me:"]) {
    const told = btoa(`${before}correct horse battery`);
    assert(clean(told, ["correct horse battery"]).includes("•••"), told);
  }
  const hex = [...new TextEncoder().encode("hunter2-more")]
    .map((byte) => byte.toString(16)).join("");
  assertEquals(clean(`x ${hex}`, ["hunter2-more"]), "x •••");
});

Deno.test("Secrets.clean() blanks a word only as a word", () => {
  const blank = (text: string) =>
    clean(text, [{ value: "abc1", isWord: true }]);
  assertEquals(blank("abc1 xabc1 abc12 ('abc1')"), "••• xabc1 abc12 ('•••')");
});

Deno.test("Secrets.clean() blanks a value behind the name of its variable", () => {
  const table: [text: string, blanked: string][] = [
    ["MODE=on", "MODE=•••"],
    ["{'MODE': 'on', 'X': 'on'}", "{'MODE': '•••', 'X': 'on'}"],
    ['{"MODE":"on"}', '{"MODE":"•••"}'],
    ["('MODE', 'on')", "('MODE', '•••')"],
    ["{b'MODE': b'on'}", "{b'MODE': b'•••'}"],
    ["environ['MODE'] = 'on'", "environ['MODE'] = '•••'"],
    ["MODE is on", "MODE is •••"],
    ["XMODE=on MODE=only on", "XMODE=on MODE=only on"],
  ];
  for (const [text, blanked] of table) {
    assertEquals(clean(text, [{ value: "on", after: "MODE" }]), blanked);
  }
});

Deno.test("Secrets.clean() takes half a surrogate pair", () => {
  assertEquals(clean("x \ud800abc y", ["\ud800abc"]), "x ••• y");
});

Deno.test("Secrets.clean() blanks the beginning of a value at a cut", () => {
  const text = "x".repeat(500);
  assertEquals(clean(`${text} hunter`, ["hunter2"]), `${text} •••`);
  assertEquals(clean(`${text} hunter…`, ["hunter2"]), `${text} •••…`);
  assertEquals(clean("was cut: hunter", ["hunter2"]), "was cut: hunter");
  const key = "abcdefghijklmnopqrstuvwxyz";
  assertEquals(clean("'abcdef...uvwxyz' is", [key]), "'•••...•••' is");
});

Deno.test("Secrets.clean() keeps paths of which a value is only a part", () => {
  const keep = [SITE, `${SITE}/venv/bin/python`];
  const table: [text: string, secret: string, blanked: string][] = [
    [`in ${SITE}/www`, "site", `in ${SITE}/www`],
    [`in ${SITE}/www`, SITE, `in ${SITE}/www`],
    [
      `${SITE}/venv/bin/python -m site`,
      "site",
      `${SITE}/venv/bin/python -m •••`,
    ],
    [`in ${SITE}/key-1234`, `${SITE}/key-1234`, "in /•••"],
    [`in ${SITE}/key-1234`, "site/key-1234", "in /n/fs/p/•••"],
  ];
  for (const [text, secret, blanked] of table) {
    assertEquals(clean(text, [secret], keep), blanked);
  }
});

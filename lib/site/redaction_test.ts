import { assertEquals } from "@std/assert";
import { blankSecrets } from "./redaction.ts";

const SITE = "/n/fs/p/site";

Deno.test("blankSecrets() blanks a value wherever it stands", () => {
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
    assertEquals(blankSecrets(text, secrets), blanked);
  }
});

Deno.test("blankSecrets() blanks values that overlap as one", () => {
  assertEquals(blankSecrets("x abcdefgh y", ["abcdef", "cdefgh"]), "x ••• y");
  assertEquals(blankSecrets("abcd abcdef", ["abcd", "abcdef"]), "••• •••");
  assertEquals(blankSecrets("abababab!", ["abab"]), "•••!");
});

Deno.test("blankSecrets() knows how programs print a value", () => {
  const table: [text: string, secret: string][] = [
    [String.raw`'two\nlines'`, "two\nlines"],
    [String.raw`'it\'s so'`, "it's so"],
    [String.raw`'say "no"'`, 'say "no"'],
    [String.raw`'back\\slash'`, "back\\slash"],
    ["'p%40ss%20word'", "p@ss word"],
    [String.raw`'esc\x1bape'`, "esc\x1bape"],
    ["'second line'", "first line\nsecond line\n"],
  ];
  for (const [text, secret] of table) {
    assertEquals(blankSecrets(text, [secret]), "'•••'");
  }
});

Deno.test("blankSecrets() knows how Python encodes a value", () => {
  const table: [text: string, secret: string][] = [
    ["'hunter%21a/b%20c'", "hunter!a/b c"],
    ["'hunter%21a+b'", "hunter!a b"],
    [String.raw`'p\u00e4ss'`, "päss"],
    [String.raw`'p\xc3\xa4ss'`, "päss"],
    [String.raw`'it'\''s so'`, "it's so"],
  ];
  for (const [text, secret] of table) {
    assertEquals(blankSecrets(text, [secret]), "'•••'");
  }
});

Deno.test("blankSecrets() blanks a word only as a word", () => {
  const blank = (text: string) =>
    blankSecrets(text, [{ value: "abc1", isWord: true }]);
  assertEquals(blank("abc1 xabc1 abc12 ('abc1')"), "••• xabc1 abc12 ('•••')");
});

Deno.test("blankSecrets() blanks a value behind the name of its variable", () => {
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
    assertEquals(blankSecrets(text, [{ value: "on", after: "MODE" }]), blanked);
  }
  const long = "x".repeat(500);
  assertEquals(
    blankSecrets(`${long} MODE=/a/b…`, [{ value: "/a/b/c", after: "MODE" }]),
    `${long} MODE=•••…`,
  );
});

Deno.test("blankSecrets() leaves text alone where a value is too short", () => {
  assertEquals(
    blankSecrets("debug is on", ["on", "1", "", "   \n  "]),
    "debug is on",
  );
});

Deno.test("blankSecrets() takes half a surrogate pair", () => {
  assertEquals(blankSecrets("x \ud800abc y", ["\ud800abc"]), "x ••• y");
});

Deno.test("blankSecrets() blanks the beginning of a value at a cut", () => {
  const text = "x".repeat(500);
  assertEquals(blankSecrets(`${text} hunter`, ["hunter2"]), `${text} •••`);
  assertEquals(blankSecrets(`${text} hunter…`, ["hunter2"]), `${text} •••…`);
  assertEquals(blankSecrets("was cut: hunter", ["hunter2"]), "was cut: hunter");
});

Deno.test("blankSecrets() keeps paths of which a value is only a part", () => {
  const keep = [SITE, `${SITE}/venv/bin/python`];
  const table: [text: string, secret: string, blanked: string][] = [
    [`in ${SITE}/www`, "site", `in ${SITE}/www`],
    [`in ${SITE}/www`, SITE, `in ${SITE}/www`],
    [
      `${SITE}/venv/bin/python -m site`,
      "site",
      `${SITE}/venv/bin/python -m •••`,
    ],
    [`in ${SITE}/key-1234`, `${SITE}/key-1234`, "in •••"],
    [`in ${SITE}/key-1234`, "site/key-1234", "in /n/fs/p/•••"],
  ];
  for (const [text, secret, blanked] of table) {
    assertEquals(blankSecrets(text, [secret], keep), blanked);
  }
});

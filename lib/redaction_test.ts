import { assertEquals } from "@std/assert";
import {
  blankException,
  blankNames,
  blankPaths,
  blankQuote,
  blankSecrets,
  blankSource,
} from "./redaction.ts";

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

Deno.test("blankPaths() leaves the last name below the site directory only", () => {
  const table: [text: string, blanked: string][] = [
    [`File "${SITE}/a.env" is open`, 'File "…/a.env" is open'],
    [`File ${SITE}/www/config.toml:6:2 is`, "File …/config.toml:6:2 is"],
    [`Look at ${SITE}/a.env, then ${SITE}/b.`, "Look at …/a.env, then …/b."],
    [`(${SITE}/www/)`, "(…/www)"],
    ["Folder /home/alice is closed", "Folder … is closed"],
    [`Folder "/home/alice" is closed`, 'Folder "…" is closed'],
    [`'${SITE}/../alice/x'`, "'…'"],
    [`${SITE}2/alice`, "…"],
    [`"${SITE}"`, '"…"'],
    ["~alice/x and ~/y", "… and …"],
    ["path=/a/b:/c/d", "path=…"],
    ["file:///home/alice/x", "file:…"],
    ["at / or n/a, and/or I/O", "at / or n/a, and/or I/O"],
    ["[Errno 2] No such file: '/a b/c d'", "[Errno 2] No such file: '…'"],
    ["No such file: /a b/c", "No such file: …"],
  ];
  for (const [text, blanked] of table) {
    assertEquals(blankPaths(text, SITE), blanked);
  }
});

Deno.test("blankPaths() recognises known paths with blanks in them", () => {
  const known = ["/srv/my big project/key.pem"];
  assertEquals(
    blankPaths("Key /srv/my big project/key.pem is open", SITE, known),
    "Key … is open",
  );
  assertEquals(
    blankPaths("In /srv/my big site/www/a.py now", "/srv/my big site"),
    "In …/a.py now",
  );
});

Deno.test("blankPaths() takes paths that mean something in a pattern", () => {
  assertEquals(blankPaths("In /s.(v+/[x]/a now", "/s.(v+/[x]"), "In …/a now");
});

Deno.test("blankNames() blanks whole words", () => {
  assertEquals(
    blankNames("mjw owns it, group mjw2, not mjw.", ["mjw", ""]),
    "… owns it, group mjw2, not ….",
  );
});

Deno.test("blankException() takes out what an exception says, and its causes", () => {
  const raised = {
    type: "ValueError",
    message: "token abc\nmore",
    frames: [],
    cause: { type: "KeyError", message: "'hunter'", frames: [] },
  };
  assertEquals(
    blankException("raised ValueError: token abc after 'hunter'", raised),
    "raised ValueError after …",
  );
  assertEquals(blankException("as it is", undefined), "as it is");
});

Deno.test("blankSource() leaves out what quotes the source", () => {
  const lines = [
    "    ^^^^^ the end of a cut traceback",
    "starting",
    "  an indented line",
    "Traceback (most recent call last):",
    '  File "/site/a.py", line 2, in f',
    '    connect("hunter2")',
    "    ~~~~~~~^^^^^^^^^^^",
    "ValueError: too bad",
    "",
    "The above exception was the direct cause of the following exception:",
    "",
    '  File "/site/a.py", line 3',
    "    def x(:",
    "          ^",
    "SyntaxError: invalid syntax",
    "/site/a.py:3: DeprecationWarning: old",
    '  password = "hunter2"',
    "  | Traceback (most recent call last):",
    '  |   File "/site/a.py", line 2, in f',
    '  |     connect("hunter2")',
    "  | ValueError: too bad",
    '│ ❱ 3 connect("hunter2") │',
    "> /site/a.py(3)<module>()",
    '-> connect("hunter2")',
    "KeyError: 'told anyway'",
    "done",
  ];
  const raised = { type: "KeyError", message: "'told anyway'", frames: [] };
  assertEquals(blankSource(lines, raised), [
    "starting",
    "  an indented line",
    "ValueError: too bad",
    "SyntaxError: invalid syntax",
    "/site/a.py:3: DeprecationWarning: old",
    "  | ValueError: too bad",
    "> /site/a.py(3)<module>()",
    "done",
  ]);
});

Deno.test("blankQuote() takes the line out of a SyntaxError's words", () => {
  const said = "Missing parentheses in call to 'print'";
  assertEquals(
    blankQuote("SyntaxError", `${said}. Did you mean print("hunter2")?`),
    said,
  );
  assertEquals(blankQuote("NameError", `x. Did you mean y?`).length, 18);
});

Deno.test("blankException() takes out a message that was cut", () => {
  const message = "{'A': 'b', ".repeat(60);
  const raised = { type: "ValueError", message, frames: [] };
  assertEquals(
    blankException(`Raised ValueError: ${message.slice(0, 500)}…`, raised),
    "Raised ValueError",
  );
  assertEquals(
    blankException(`It said "${message.slice(0, 90)}", and ended`, raised),
    'It said "…", and ended',
  );
});

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { findSyntaxFault, parseStatements } from "./toml_text.ts";

Deno.test("parseStatements() tells where headers and pairs stand", () => {
  const text = [
    "# [no]",
    "[a . 'b c']",
    '  "k" = [ # a comment',
    "    '#', \"]\",",
    "  ]",
    "x.y=1 # end",
    "",
  ].join("\r\n");
  assertEquals(
    parseStatements(text).map(({ path, line, column, value }) => ({
      path,
      line,
      column,
      value,
    })),
    [
      { path: ["a", "b c"], line: 2, column: 1, value: "[a . 'b c']" },
      {
        path: ["a", "b c", "k"],
        line: 3,
        column: 3,
        value: "[ \n    '#', \"]\",\n  ]",
      },
      { path: ["a", "b c", "x", "y"], line: 6, column: 1, value: "1" },
    ],
  );
});

Deno.test("parseStatements() reads texts over lines as one value", () => {
  const [pair, next] = parseStatements('a = """\n[x]\nb = 1\n"""\nc = 2\n');
  assertEquals(pair?.path, ["a"]);
  assertEquals([next?.path, next?.line], [["c"], 5]);
});

const faults: [text: string, line: number, column: number, words: string][] = [
  ["user = jdoe", 1, 8, "needs quotes"],
  ["user = “jdoe”", 1, 8, "typographic quotes"],
  ['user = "jdoe', 1, 8, "lacks its closing quote"],
  ['user = "a" "b"', 1, 8, "something follows"],
  ['user = "a\u0007b"', 1, 10, "cannot be seen (U+0007)"],
  ["\u00a0user = 1", 1, 1, "cannot be seen (U+00A0)"],
  ['path = "C:\\Users"', 1, 8, "backslash"],
  ["user =", 1, 7, "has no value"],
  ["threads = 4,", 1, 11, "followed by ,"],
  ['user = "jdoe";', 1, 8, "followed by ;"],
  ["passenger:", 1, 1, "not as in YAML"],
  ['{"user": 1}', 1, 1, "looks like JSON"],
  ["// hello", 1, 1, "begins with #"],
  ["export A=b", 1, 1, "without `export`"],
  ["user", 1, 1, "has no value"],
  ["user: jdoe", 1, 5, "joined by `=`"],
  ["[a", 1, 1, "section header"],
  ["x = 1\n<<<<<<< HEAD", 2, 1, "git merge"],
  ["x = 1\nx = 2", 2, 1, "second time, first on line 1"],
  ["[a]\n[b]\n[a]", 3, 1, "second time"],
  ["x = [1, 2", 1, 5, "bracket"],
];

for (const [text, line, column, words] of faults) {
  Deno.test(`findSyntaxFault() explains ${JSON.stringify(text)}`, () => {
    const fault = findSyntaxFault(text, new SyntaxError(""));
    assertEquals([fault.line, fault.column], [line, column]);
    assertStringIncludes(fault.message, words);
  });
}

Deno.test("findSyntaxFault() writes what was probably meant", () => {
  const correct = (text: string) => {
    const { correction } = findSyntaxFault(text, new SyntaxError(""));
    return correction && `${correction.name} = ${correction.value}`;
  };
  assertEquals(correct("user = jdoe"), 'user = "jdoe"');
  assertEquals(correct("user = “jdoe”"), 'user = "jdoe"');
  assertEquals(correct("user: jdoe"), 'user = "jdoe"');
  assertEquals(correct("threads = 4,"), "threads = 4");
  assertEquals(correct('user = "jdoe",'), 'user = "jdoe"');
  assertEquals(correct("export A=b"), 'A = "b"');
});

Deno.test("findSyntaxFault() takes a bounded time for what never ends", () => {
  const start = performance.now();
  findSyntaxFault("a = [\n".repeat(50_000), new SyntaxError(""));
  parseStatements("a = [\n".repeat(50_000));
  assert(performance.now() - start < 5_000);
});

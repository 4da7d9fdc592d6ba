import { assertEquals, assertStringIncludes } from "@std/assert";
import { parseToml } from "./toml.ts";

Deno.test("parseToml() reads what TOML 1.0 allows", () => {
  const { values } = parseToml(`
__proto__ = "a name as any other"
a.b = [ # a comment
  'x', 0x1F, -0, 1_0.5, true, { c.d = inf }
  , # and one more
]
[s.t]
long = """
two \\
   lines"""
[s]
"quoted \\u00e9" = 1979-05-27T07:32:00Z
[[list]]
[list.of]
tables = 1
[[list]]
`);
  const of = (parts: Record<string, unknown>) =>
    Object.assign(Object.create(null), parts);
  const root = of({});
  root["__proto__"] = "a name as any other";
  assertEquals(
    values,
    Object.assign(root, {
      a: of({ b: ["x", 31, 0, 10.5, true, of({ c: of({ d: Infinity }) })] }),
      s: of({
        t: of({ long: "two lines" }),
        "quoted é": new Date(Date.UTC(1979, 4, 27)),
      }),
      list: [of({ of: of({ tables: 1 }) }), of({})],
    }),
  );
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
  ["x = [\n  1,\n  two,\n]", 3, 3, "text needs quotes"],
  ["x = {a = 1, a = 2}", 1, 13, "brackets"],
  ["x = 1\nx.y = 2", 2, 1, "nothing can be added"],
  ["x = {y = 1}\n[x.z]", 2, 1, "nothing can be added"],
  ["x.y = 1\n[x]", 2, 1, "second time, first on line 1"],
  ["# a comment \u0007", 1, 13, "cannot be seen (U+0007)"],
  ['x = """\n\u0001"""', 2, 1, "cannot be seen (U+0001)"],
  ["x = 2026-02-29", 1, 5, "needs quotes"],
  ['x = "\\ud800"', 1, 5, "backslash"],
];

for (const [text, line, column, words] of faults) {
  Deno.test(`parseToml() explains ${JSON.stringify(text)}`, () => {
    const fault = parseToml(text).fault!;
    assertEquals([fault.line, fault.column], [line, column]);
    assertStringIncludes(fault.message, words);
  });
}

Deno.test("parseToml() writes what was probably meant", () => {
  const correct = (text: string) => {
    const { correction } = parseToml(text).fault!;
    return correction && `${correction.name} = ${correction.value}`;
  };
  assertEquals(correct("user = jdoe"), 'user = "jdoe"');
  assertEquals(correct("user = “jdoe”"), 'user = "jdoe"');
  assertEquals(correct("user: jdoe"), 'user = "jdoe"');
  assertEquals(correct("threads = 4,"), "threads = 4");
  assertEquals(correct('user = "jdoe",'), 'user = "jdoe"');
  assertEquals(correct("export A=b"), 'A = "b"');
});

const forms: [text: string, words: string, advice?: string][] = [
  ['x = "\\U000000e9"', "\\U and eight digits", "\\u00e9"],
  ['x = "\\U0001F600"', "\\U and eight digits", "the character itself"],
  ["x = 9007199254740993", "a number that is too large"],
  ['x = """a"""""', "two quotes before the three", "a blank"],
  ['x = """a\\ \nb"""', "a backslash and blanks", "Remove the blanks"],
  [`x = ${"[".repeat(60)}`, "brackets within each other"],
];

for (const [text, words, advice] of forms) {
  Deno.test(`parseToml() refuses what parsers differ on: ${text}`, () => {
    const fault = parseToml(text).fault!;
    assertStringIncludes(fault.message, words);
    if (advice) assertStringIncludes(fault.advice!, advice);
  });
}

import { assertEquals } from "@std/assert";
import { parseStatements } from "./toml_text.ts";

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

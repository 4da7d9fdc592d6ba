/** Tests of what of a Python file is run. */

import { assertEquals } from "@std/assert";
import { codeLines } from "./code_lines.ts";

Deno.test("codeLines() leaves out comments and texts of several lines", () => {
  assertEquals(codeLines("a = 1  # not b\n#c\nd"), ["a = 1  ", "", "d"]);
  assertEquals(codeLines('"""Never\nos.execl()"""\na'), ["''", "", "a"]);
  assertEquals(codeLines("'''x'''; y\r\nz"), ["''; y", "z"]);
});

Deno.test("codeLines() keeps a text in its line, whatever is in it", () => {
  for (const line of ['a = "#b"', "load('it\\'s # x')", `q = '"""'`, '"']) {
    assertEquals(codeLines(line), [line]);
  }
});

import { assertEquals, assertStringIncludes } from "@std/assert";
import { createFakeHost } from "../../tests/worlds/machine.ts";
import { findPasted } from "./pasted.ts";

function told(text: string, message = "invalid syntax", line = 1) {
  const host = createFakeHost({ files: { "/s/app.py": text } });
  const found = findPasted({ file: "/s/app.py", line, message }, host);
  return found && `${found.what}. ${found.advice}`;
}

Deno.test("findPasted() knows what is no Python, and where it comes from", () => {
  const table: [text: string, says: string][] = [
    [">>> import os\n", "Remove the prompt"],
    ["In [3]: x\n", "Remove the prompt"],
    ["```python\nimport os\n```\n", "Markdown"],
    ["pip install flask\n", "a command for a shell"],
    ["$ ls\n", "a command for a shell"],
    ["\n<!DOCTYPE html>\n", "a web page"],
    ["{\\rtf1\\ansi\n", "word processor (RTF)"],
  ];
  for (const [text, says] of table) assertStringIncludes(told(text)!, says);
  const quote = "invalid character '“' (U+201C)";
  assertStringIncludes(told("print(“a”)", quote)!, 'Write " in its place');
  const blank = "invalid non-printable character U+00A0";
  assertStringIncludes(told("x =\u00a01", blank)!, "U+00A0");
});

Deno.test("findPasted() leaves ordinary mistakes to Python's own words", () => {
  for (const text of ["if x\n", "x = = 1\n", "def f(:\n", "..."]) {
    assertEquals(told(text), undefined);
  }
  assertEquals(told("x\n\nif y\n", "expected ':'", 3), undefined);
});

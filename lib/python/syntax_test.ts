import { assertEquals, assertStringIncludes } from "@std/assert";
import { remedyFor } from "./syntax.ts";

function told(line: string, message = "invalid syntax", kind = "SyntaxError") {
  const found = remedyFor({ kind, message, line });
  return found && `${found.what ?? ""}. ${found.advice}`;
}

Deno.test("remedyFor() tells by the line what Python does not say", () => {
  const table: [line: string, says: string][] = [
    ["from flask-login import x", "no hyphen"],
    ["import my-app", "no hyphen"],
    ["import 2app", "begin with a digit"],
    ["from app.2024 import x", "begin with a digit"],
    ["import class", "a word of Python's own"],
    ["from .lambda import handler", "a word of Python's own"],
    ["import x from y", "JavaScript"],
    ["from a import b c", "comma"],
    ["else if x:", "Write `elif`"],
    ["const x = 1;", "JavaScript"],
    ["def index()", "colon"],
    ["if x = 1:", "`==`"],
    ["x++", "`x += 1`"],
    ["if a && b:", "Write `and`"],
    ["if x {", "braces"],
    ["def f(async=True):", "`async` is a word"],
    ["p = C:\\data", "without quotes"],
  ];
  for (const [line, says] of table) {
    assertStringIncludes(told(line) ?? "", says);
  }
});

Deno.test("remedyFor() tells by Python's words what mends a line", () => {
  const table: [line: string, message: string, says: string][] = [
    [
      'p = "C:\\Users"',
      "(unicode error) 'unicodeescape' codec can't decode bytes",
      "a path of Windows",
    ],
    [
      'p = "\\N"',
      "(unicode error) 'unicodeescape' codec can't decode bytes",
      "an r before the quote",
    ],
    ["p = 'C:\\a\\'", "unterminated string literal", "takes that quote"],
    ["x = 'it's'", "unterminated string literal", "an apostrophe"],
    ["x = 'abc", "unterminated string literal", "several lines"],
    [
      "x = 1 + \\ ",
      "unexpected character after line continuation character",
      "blanks",
    ],
    ["if x", "expected ':'", "Write `:`"],
    ["f(", "'(' was never closed", "Close it"],
    ["return 1", "'return' outside function", "Indent the line"],
    ["date(2024, 01, 02)", "leading zeros in decimal integer literals", "01"],
  ];
  for (const [line, message, says] of table) {
    assertStringIncludes(told(line, message) ?? "", says);
  }
});

Deno.test("remedyFor() is silent on what it does not know", () => {
  for (
    const line of [
      "x = = 1",
      "def f(:",
      'x = "a && b" 1',
      "import os  # x++",
      "from a import (b as c",
      "import a.b as c =",
      "x = {1: 2",
      "from . import views =",
      "print(x",
    ]
  ) assertEquals(told(line), undefined, line);
});

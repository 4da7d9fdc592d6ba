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
    ["%matplotlib inline\n", "a command of a notebook"],
    ["    !pip install flask\n", "a command of a notebook"],
    ["files = !ls\n", "a command of a notebook"],
    ["os.path?\n", "a command of a notebook"],
    ["1  import os\n2  import sys\n", "Remove the numbers"],
    ["<div class='x'>\n", "the line is HTML"],
    ["if a &lt; b:\n", "< for &lt;"],
    ["x = {{ value }}\n", "of a template"],
    ["x = {% if a %}\n", "of a template"],
    ["<?php\necho 1;\n", "PHP"],
    ["version https://git-lfs.github.com/spec/v1\noid x\n", "git lfs pull"],
    ["404: Not Found", "Download the file again"],
    ['{\n "cells": [\n', "nbconvert"],
    ["diff --git a/x b/x\n", "a patch"],
    ["+import os\n-import sys\n@@ -1 +1 @@\n", "a patch"],
    ["if a:\u00a0x = 1\n", "a no-break space (U+00A0)"],
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
  const texts = [
    "if x\n",
    "x = = 1\n",
    "def f(:\n",
    "...",
    "% x\n",
    "  %a b\n",
    "a[1\n",
  ];
  for (const text of [...texts, "x = '&lt;' 1", "12 if x else 3 4"]) {
    assertEquals(told(text), undefined);
  }
  assertEquals(told("x\n\nif y\n", "expected ':'", 3), undefined);
});

Deno.test("findPasted() finds the strange character that Python does not name", () => {
  const says = "invalid character in identifier";
  assertStringIncludes(told("print(“a”)", says)!, 'Write " in its place');
  assertStringIncludes(told("x = 1 → 2", says)!, "Write -> in its place");
  assertEquals(told("größe = 1 1", says), undefined);
  assertStringIncludes(
    told("x = 1\u200b", "invalid decimal literal")!,
    "grep -nP '\\xE2\\x80\\x8B' /s/app.py",
  );
});

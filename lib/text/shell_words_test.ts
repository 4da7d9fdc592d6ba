import { assertEquals } from "@std/assert";
import { shellCommand } from "./shell.ts";
import { splitCommand } from "./shell_words.ts";

Deno.test("splitCommand() takes apart what shellCommand() puts together", () => {
  const words = [
    "/a/b",
    "it's",
    'a "b" $c `d` \\e',
    "ünï cödé",
    "tab\there",
    "line\nbreak's \\",
    "*",
    "",
    "&&",
    "~",
    "a\u202eb",
  ];
  for (const word of words) {
    const line = shellCommand("chmod", "o+x", word);
    assertEquals(splitCommand(line), [["chmod", "o+x", word]], line);
  }
  assertEquals(splitCommand(shellCommand(...words)), [words]);
});

Deno.test("splitCommand() knows commands in a row", () => {
  assertEquals(splitCommand("mkdir /a && chmod 0755 '/a b'"), [
    ["mkdir", "/a"],
    ["chmod", "0755", "/a b"],
  ]);
});

Deno.test("splitCommand() refuses what only a shell could run", () => {
  const lines = [
    "",
    "&& a",
    "a &&",
    "a; b",
    "a | b",
    "a > b",
    "a $b",
    "a `b`",
    'a "b"',
    "a 'b",
    "a *",
    "a ~",
    "a\nb",
    "a & b",
    "a (b)",
    "a #b",
  ];
  for (const line of lines) assertEquals(splitCommand(line), undefined, line);
});

import { assertEquals } from "@std/assert";
import {
  alignRows,
  counted,
  listed,
  quoted,
  widthOf,
  wrapText,
} from "./wrap.ts";

Deno.test("wrapText() breaks at blanks and keeps long words whole", () => {
  assertEquals(
    wrapText("one two three four", { columns: 9 }),
    "one two\nthree\nfour",
  );
  assertEquals(
    wrapText("see /a/very/long/path now", {
      columns: 10,
      first: "- ",
      rest: "  ",
    }),
    "- see\n  /a/very/long/path\n  now",
  );
  assertEquals(wrapText(""), "");
});

Deno.test("wrapText() keeps code in backquotes whole", () => {
  assertEquals(
    wrapText("add `from app import f` and `f()` there", { columns: 12 }),
    "add\n`from app import f`\nand `f()`\nthere",
  );
  assertEquals(wrapText("a ` b c", { columns: 3 }), "a `\nb c");
});

Deno.test("widthOf() knows wide characters and marks", () => {
  const table: [string, number][] = [
    ["", 0],
    ["abc", 3],
    ["日本", 4],
    ["e\u0301", 1],
    ["ünï", 3],
  ];
  for (const [text, width] of table) assertEquals(widthOf(text), width, text);
});

Deno.test("alignRows() aligns and wraps the second column", () => {
  assertEquals(
    alignRows(
      [["a", `${"one two ".repeat(7)}three`], ["long", "x"], ["b", ""]],
      {
        columns: 64,
      },
    ),
    `  a     ${"one two ".repeat(6)}one two\n        three\n  long  x\n  b`,
  );
});

Deno.test("counted() and listed() make words", () => {
  assertEquals(counted(1, "error"), "1 error");
  assertEquals(counted(2, "piece", "pieces"), "2 pieces");
  assertEquals(listed([]), "");
  assertEquals(listed(["a"]), "a");
  assertEquals(listed(["a", "b", "c"]), "a, b and c");
  assertEquals(listed(["a", "b"], "or"), "a or b");
});

Deno.test("alignRows() puts the second column below where it is narrow", () => {
  assertEquals(
    alignRows([["--a-long-name VALUE", "what it does and why"], ["b", "x"]], {
      columns: 40,
    }),
    "  --a-long-name VALUE\n      what it does and why\n" +
      "  b                    x",
  );
});

Deno.test("quoted() shows the first names, and counts the rest", () => {
  assertEquals(quoted([]), "");
  assertEquals(quoted(["a"]), '"a"');
  assertEquals(quoted(["a", "b"]), '"a" and "b"');
  assertEquals(quoted(["a", "b", "c", "d", "e"]), '"a", "b", "c" and 2 more');
  assertEquals(quoted(["a", "b", "c"], 1), '"a" and 2 more');
});

import { assertEquals } from "@std/assert";
import { printable, quoteWord, shellCommand } from "./shell.ts";

Deno.test("quoteWord() leaves plain words alone, and quotes all others", () => {
  const table = [
    ["/srv/my-site_1.0/a,b", "/srv/my-site_1.0/a,b"],
    ["u=rwx,o+x", "u=rwx,o+x"],
    ["", "''"],
    ["a b", "'a b'"],
    ["it's", `'it'\\''s'`],
    ["$HOME;rm -rf *", "'$HOME;rm -rf *'"],
    ["~/x", "'~/x'"],
  ] as const;
  for (const [word, quoted] of table) assertEquals(quoteWord(word), quoted);
});

Deno.test("quoteWord() keeps a word with control characters on one visible line", () => {
  assertEquals(quoteWord("a\nb"), "$'a\\x0ab'");
  assertEquals(quoteWord("\x1b[2J'\\"), "$'\\x1b[2J\\'\\\\'");
  // Right-to-left override, in its bytes.
  assertEquals(quoteWord("a\u202eb"), "$'a\\xe2\\x80\\xaeb'");
});

Deno.test("shellCommand() quotes each word", () => {
  assertEquals(shellCommand("mv", "a b", "c"), "mv 'a b' c");
});

Deno.test("printable() spells out what a terminal obeys, and keeps the rest", () => {
  assertEquals(printable("zurück 12 €"), "zurück 12 €");
  assertEquals(
    printable("a\tb\r\n\x1b]0;x\x07"),
    "a\\x09b\\x0d\\x0a\\x1b]0;x\\x07",
  );
  assertEquals(printable(printable("\x9b\u2066")), printable("\x9b\u2066"));
});

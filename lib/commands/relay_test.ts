import { assertEquals } from "@std/assert";
import { Cleaner, relay } from "./relay.ts";

const encode = (text: string) => new TextEncoder().encode(text);

function cleaned(isColoured: boolean, ...parts: Uint8Array[]): string {
  const cleaner = new Cleaner(isColoured);
  return parts.map((part) => cleaner.take(part)).join("") + cleaner.end();
}

Deno.test("Cleaner lets text and colours through, and nothing else", () => {
  const red = "\x1b[1;31merror\x1b[0m é ✓\n";
  assertEquals(cleaned(true, encode(red)), `${red}\x1b[0m`);
  assertEquals(cleaned(false, encode(red)), "error é ✓\n");
  for (
    const [text, shown] of [
      ["\x1b]0;title\x07", "\\x1b]0;title\\x07"],
      ["\x1b[2J", "\\x1b[2J"],
      ["\x1b[8mhidden", "\\x1b[8mhidden"],
      ["\u009b2J", "\\xc2\\x9b2J"],
      ["a\rb\tc", "a\\x0db\tc"],
      ["a\u202eb", "a\\xe2\\x80\\xaeb"],
      ["the end \x1b[3", "the end \\x1b[3"],
    ] as const
  ) {
    assertEquals(cleaned(false, encode(text)), shown);
  }
});

Deno.test("Cleaner does the same wherever the bytes are parted", () => {
  const bytes = encode("é\x1b[1;31mx\x1b[0m\x1b[2J\u009b𝄞\n");
  const whole = cleaned(true, bytes);
  for (let at = 0; at <= bytes.length; at++) {
    const parts = [bytes.subarray(0, at), bytes.subarray(at)];
    assertEquals(cleaned(true, ...parts), whole);
  }
});

Deno.test("relay() writes all, also to a pipe that takes little", async () => {
  let written = "";
  const sink = {
    writeSync(bytes: Uint8Array) {
      written += new TextDecoder().decode(bytes.subarray(0, 1));
      return 1;
    },
  };
  await relay(new Blob(["one\ntwo\n"]).stream(), sink, false);
  assertEquals(written, "one\ntwo\n");
});

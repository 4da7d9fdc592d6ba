import { assertEquals } from "@std/assert";
import { decodeText } from "./encoding.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);

Deno.test("decodeText() reads what editors save", () => {
  const table: [bytes: number[] | Uint8Array, text: string | undefined][] = [
    [[], ""],
    [utf8("zurück um 12 €\n"), "zurück um 12 €\n"],
    [[0xef, 0xbb, 0xbf, 0x61], "a"],
    // The last letter is cut off.
    [utf8("a€").subarray(0, 3), "a"],
    [[0xff, 0xfe, 0x61, 0, 0xac, 0x20, 0x62], "a€"],
    [[0xfe, 0xff, 0, 0x61, 0x20, 0xac], "a€"],
    [[0x7a, 0xfc, 0x93, 0x80, 0x94], "zü“€”"],
    [utf8("\x1b[1mloud\x1b[0m"), "\x1b[1mloud\x1b[0m"],
    [[0x7f, 0x45, 0x4c, 0x46, 2, 1], undefined],
    [[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a], undefined],
    [[0x61, 0], undefined],
    [[0x61, 0x81], undefined],
  ];
  for (const [bytes, text] of table) {
    assertEquals(decodeText(Uint8Array.from(bytes)), text, String(bytes));
  }
});

import { assertEquals } from "@std/assert";
import { codes, MODULE } from "../../tests/worlds/site.ts";

Deno.test("checkSource() tells encodings apart", () => {
  const source = (text: string | Uint8Array) =>
    codes({ at: "startup", files: { [MODULE]: { text } } });
  const utf16 = Uint8Array.from([0xff, 0xfe, 0x78, 0, 0x0a, 0]);
  assertEquals(source(utf16), ["source-encoding"]);
  assertEquals(source(utf16.subarray(2)), ["source-encoding"]);
  assertEquals(source("x = 'a\0b'\n"), ["source-encoding"]);
  const latin = Uint8Array.from([0x23, 0xe9, 0x0a]);
  assertEquals(source(latin), ["source-encoding"]);
  const declared = new TextEncoder().encode("# -*- coding: latin-1 -*-\n");
  assertEquals(source(Uint8Array.from([...declared, ...latin])), []);
  assertEquals(source("\ufeffx = 'é'\r\n"), []);
});

Deno.test("checkSource() finds what a merge left, and not a line of equal signs", () => {
  const source = (text: string) => codes({ files: { [MODULE]: text } });
  assertEquals(source("x = 1\n<<<<<<< HEAD\n"), ["source-merge-markers"]);
  assertEquals(source('"""\nTitle\n=======\n"""\n'), []);
  assertEquals(source("x = 1 << 2\n"), []);
});

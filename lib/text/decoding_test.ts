import { assertEquals } from "@std/assert";
import { decode, spanOf } from "./decoding.ts";

function meaningOf(text: string): string {
  return decode(text).steps.at(-1)!.units;
}

Deno.test("decode() finds the same meaning in every form", () => {
  const table: [meaning: string, ...forms: string[]][] = [
    ["a b", "a b", "a\nb", "a\\nb", "a \\\\n b", "a%20b", "a&nbsp;b", "A\tB"],
    ["a'b", "a'b", 'a"b', "a\\'b", `a'"'"'b`, "a&#39;b", "a&quot;b", "a%27b"],
    ["a/b", "a/b", "a//b", "a\\/b", "a%2Fb", "a%2fb", "a%252fb"],
    ["über", "über", "\\xfcber", "\\xc3\\xbcber", "%C3%BCber", "%fcber"],
    ["über", "\\u00fcber", "&uuml;ber".replace("uuml", "#252"), "\udcfcber"],
    ["🔑", "🔑", "\\U0001f511", "\\ud83d\\udd11", "%F0%9F%94%91", "&#x1f511;"],
    ["<&>", "&lt;&amp;&gt;", "&amp;lt;&#x26;&gt;", "\\u003c\\u0026\\x3e"],
  ];
  for (const [meaning, ...forms] of table) {
    for (const form of forms) assertEquals(meaningOf(form), meaning, form);
  }
});

Deno.test("decode() knows where each part of the meaning stands", () => {
  const text = "x \\x61%62&#99; y";
  const step = decode(text).steps.at(-1)!;
  assertEquals(step.units, "x abc y");
  const [start, end] = spanOf(step, 2, 5);
  assertEquals(text.slice(start, end), "\\x61%62&#99;");
});

Deno.test("decode() ends, however often a text was encoded", () => {
  const nested = `%${"25".repeat(1_000)}41`;
  assertEquals(decode(nested).steps.length <= 6, true);
  assertEquals(meaningOf("100% of 5%, \\"), "100% of 5%, ");
  assertEquals(meaningOf("a&#x110000;b&#9999999;c"), "abc");
});

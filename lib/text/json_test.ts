import { assertEquals } from "@std/assert";
import { toJson } from "./json.ts";

Deno.test("toJson() spells out what could command a terminal", () => {
  const value = { a: ["\x1b]0;x\x07", "\u009b2J", "a\u202eb", "é ✓ 𝄞"], b: 1 };
  const text = toJson(value, 2);
  assertEquals(JSON.parse(text), value);
  assertEquals(
    // deno-lint-ignore no-control-regex -- they are what is looked for
    /[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/.test(text),
    false,
    text,
  );
  assertEquals(text.includes("é ✓ 𝄞"), true);
});

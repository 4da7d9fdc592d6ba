import { assertEquals } from "@std/assert";
import { suggest } from "./suggestion.ts";

Deno.test("suggest() finds slips of the keyboard", () => {
  const names = ["threads", "module", "chdir", "start_timeout"];
  assertEquals(suggest("thread", names), "threads");
  assertEquals(suggest("modlue", names), "module");
  assertEquals(suggest("CHDIR", names), "chdir");
  assertEquals(suggest("start-timeout", names), "start_timeout");
});

Deno.test("suggest() is silent where nothing is near", () => {
  assertEquals(suggest("port", ["threads", "module"]), undefined);
  assertEquals(suggest("", ["module"]), undefined);
  assertEquals(suggest("x".repeat(10_000), ["module"]), undefined);
});

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { sceneOf, spellOut, titleOf } from "../../tests/worlds/failing_site.ts";
import { hasOneMend, isCode } from "../findings/words.ts";
import { catalogue } from "./catalogue.ts";
import { claimsTo, findingOf } from "./engine.ts";
import type { Example } from "./rule.ts";

function rethrow(error: unknown) {
  throw error;
}

function claimsOf(example: Example) {
  const scene = sceneOf(example);
  return { scene, claims: claimsTo(catalogue(), scene, rethrow) };
}

for (const rule of catalogue()) {
  for (const example of rule.examples) {
    Deno.test(`the rule ${rule.name} claims, alone: ${titleOf(example)}`, () => {
      const { scene, claims } = claimsOf(example);
      assertEquals(claims.map((each) => each.rule.name), [rule.name]);
      const found = findingOf(claims[0]!, scene, rethrow);
      const given = typeof example === "string" ? {} : example;
      assertEquals(found.code, given.code ?? rule.code, found.message);
      assertStringIncludes(found.message, spellOut(given.says ?? ""));
      const { fix } = found;
      const mend = fix && "command" in fix ? fix.command : fix?.text ?? "";
      assert(mend.length > 0, "nothing mends it");
      assert(
        !/\{(?:line|type|user)\}/.test(found.message + mend),
        found.message,
      );
      assertStringIncludes(mend, spellOut(given.mend ?? ""));
    });
  }
  for (const example of rule.not ?? []) {
    Deno.test(`the rule ${rule.name} does not claim: ${titleOf(example)}`, () => {
      const { claims } = claimsOf(example);
      const claiming = claims.map((each) => each.rule.name);
      assert(!claiming.includes(rule.name), claiming.join(" "));
      assert(claiming.length < 2, claiming.join(" "));
    });
  }
}

Deno.test("every rule has a name of its own, an example, and goes before rules that there are", () => {
  const names = catalogue().map(({ name }) => name);
  assertEquals(names, [...new Set(names)]);
  for (const { name, examples, over } of catalogue()) {
    assert(examples.length > 0, name);
    const unknown = (over ?? "").split(" ")
      .filter((each) => each && !names.includes(each));
    assertEquals(unknown, [], `${name} goes before`);
  }
});

Deno.test("what the catalogue finds has no mend that would fit all of a code", async () => {
  const folder = new URL(".", import.meta.url);
  const codes: string[] = [];
  for await (const { name } of Deno.readDir(folder)) {
    const text = await Deno.readTextFile(new URL(name, folder));
    const quoted = text.matchAll(/"([a-z]+(?:-[a-z]+)+)"/g);
    if (!name.endsWith("_test.ts") && name !== "engine.ts") {
      codes.push(...[...quoted].map(([, word]) => word!).filter(isCode));
    }
  }
  assert(codes.length > 100);
  const sure = codes.filter((code) => hasOneMend(code));
  assertEquals([...new Set(sure)], []);
});

Deno.test("of two rules, never both go before the other", () => {
  const over = new Map(
    catalogue().map((rule) => [rule.name, rule.over?.split(" ") ?? []]),
  );
  for (const [name, below] of over) {
    const both = below.filter((each) => over.get(each)?.includes(name));
    assertEquals(both, [], name);
  }
});

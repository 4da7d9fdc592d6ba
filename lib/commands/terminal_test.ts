import { assertEquals } from "@std/assert";
import { mayColour } from "./terminal.ts";

Deno.test("mayColour() heeds what the environment says of colours", () => {
  const table: [boolean, Record<string, string>, boolean][] = [
    [true, {}, true],
    [false, {}, false],
    [true, { TERM: "dumb" }, false],
    [true, { NO_COLOR: "1" }, false],
    [true, { NO_COLOR: "" }, true],
    [true, { CLICOLOR: "0" }, false],
    [false, { FORCE_COLOR: "1" }, true],
    [false, { FORCE_COLOR: "true", TERM: "dumb" }, true],
    [true, { FORCE_COLOR: "0" }, false],
    [false, { CLICOLOR_FORCE: "1" }, true],
    [false, { CLICOLOR_FORCE: "0" }, false],
    [false, { FORCE_COLOR: "1", NO_COLOR: "1" }, false],
  ];
  for (const [isTerminal, env, wanted] of table) {
    assertEquals(mayColour(isTerminal, env), wanted, JSON.stringify(env));
  }
});

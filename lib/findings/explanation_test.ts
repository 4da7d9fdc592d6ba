import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  renderFindingsReference,
  renderRule,
  renderRuleIndex,
} from "./explanation.ts";
import { type Code, RULES } from "./rules.ts";

const CODES = Object.keys(RULES) as Code[];

Deno.test("renderRule() tells what, why, how to mend it, and an example", () => {
  assertEquals(
    renderRule("secret-missing"),
    `secret-missing (error)

A secret file is not there.

The application is told its path and will look for it. Secret files are kept out
of git, so they must be copied by hand.

What to do
Copy the file, or correct its path in config.toml.

Example
    CREDENTIALS = "/site/secrets/credentials.env"`,
  );
});

Deno.test("renderRule() keeps to the width", () => {
  for (const code of CODES) {
    const [prose] = renderRule(code, { width: 60 }).split("\nExample\n");
    for (const line of prose!.split("\n")) {
      assert(line.length <= 60 || !line.trim().includes(" "), line);
    }
  }
});

Deno.test("renderRuleIndex() lists every code once, within 80 columns", () => {
  const index = renderRuleIndex();
  for (const code of CODES) {
    assertEquals(index.split(`  ${code} `).length, 2, code);
  }
  for (const line of index.split("\n")) assert(line.length <= 80, line);
});

Deno.test("renderFindingsReference() has a page for every code", () => {
  const reference = renderFindingsReference();
  for (const code of CODES) assertStringIncludes(reference, `\n### ${code}\n`);
});

Deno.test("RULES have names in kebab-case and words on every page", () => {
  for (const code of CODES) {
    assert(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(code), code);
    const { title, why, mend, example } = RULES[code]!;
    for (const text of [title, why, mend, example]) assert(text.trim(), code);
    assert(!title.endsWith("."), title);
  }
});

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  renderExplanation,
  renderExplanationIndex,
  renderFindingsReference,
} from "./explanation.ts";
import { type Code, WORDS } from "./words.ts";

const CODES = Object.keys(WORDS) as Code[];

Deno.test("renderExplanation() tells what, why, how to mend it, and an example", () => {
  assertEquals(
    renderExplanation("secret-missing"),
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

Deno.test("renderExplanation() keeps to the width", () => {
  for (const code of CODES) {
    const [prose] = renderExplanation(code, { width: 60 }).split("\nExample\n");
    for (const line of prose!.split("\n")) {
      assert(line.length <= 60 || !line.trim().includes(" "), line);
    }
  }
});

Deno.test("renderExplanationIndex() lists every code once, within 80 columns", () => {
  const index = renderExplanationIndex();
  for (const code of CODES) {
    assertEquals(index.split(`  ${code} `).length, 2, code);
  }
  for (const line of index.split("\n")) assert(line.length <= 80, line);
});

Deno.test("renderFindingsReference() has a page for every code", () => {
  const reference = renderFindingsReference();
  for (const code of CODES) assertStringIncludes(reference, `\n### ${code}\n`);
});

Deno.test("WORDS have names in kebab-case and words on every page", () => {
  for (const code of CODES) {
    assert(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(code), code);
    const { title, why, mend, example } = WORDS[code]!;
    for (const text of [title, why ?? title, mend, example]) {
      assert(text.trim(), code);
    }
    assert(why !== `${title}.`, code);
    assert(!title.endsWith("."), title);
  }
});

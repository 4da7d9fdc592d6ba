/** Tests of what a guest is told. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { createFakeHost } from "../../tests/worlds/machine.ts";
import { healthyFiles, PYTHON, ROOT } from "../../tests/worlds/site.ts";
import { answerGuest, type GuestQuestion } from "./guest.ts";

function ask(question: Partial<GuestQuestion>, files = {}) {
  const host = createFakeHost({ files: { ...healthyFiles(), ...files } });
  const accept = "text/plain";
  return answerGuest(ROOT, host, { pid: 1, accept, ...question });
}

const stranger = { executable: "/opt/python3.12/bin/python", python: "3.12.1" };

Deno.test("answerGuest() names both interpreters to a stranger", async () => {
  const { page, orders } = await ask({ stranger });
  assertEquals(orders, undefined);
  assertStringIncludes(page!.status, "503");
  const text = page!.body.replaceAll(/\s+/g, " ");
  assertStringIncludes(text, "python-wrong-interpreter");
  assertStringIncludes(text, `${stranger.executable}, Python 3.12.1`);
  assertStringIncludes(text, PYTHON);
  assertStringIncludes(text, "with Python 3.12 beside this one");
});

Deno.test("answerGuest() says what it can of a Python without a path", async () => {
  const { page } = await ask({ stranger: { ...stranger, executable: "" } });
  const text = page!.body.replaceAll(/\s+/g, " ");
  assertStringIncludes(text, "The web server runs Python 3.12.1, in place of");
});

Deno.test("answerGuest() says that a stranger's Python is too old", async () => {
  const { page } = await ask({ stranger: { ...stranger, python: "3.7.1" } });
  assertStringIncludes(page!.body, "3.7");
  assertStringIncludes(page!.body, "3.8");
});

Deno.test("answerGuest() keeps a page until the site is mended", async () => {
  const failure = {
    problem: "import-raised" as const,
    exception: { type: "ValueError", message: "no cake", frames: [] },
    python: "3.11.2",
  };
  const first = await ask({ failure });
  assertStringIncludes(first.page!.body, "no cake");
  const state = JSON.parse(JSON.stringify(first.state));
  const again = await ask({ state });
  assertEquals(again.isMended, undefined);
  assertStringIncludes(again.page!.body, "no cake");
  const changed = await ask(
    { state },
    { [`${ROOT}/config.toml`]: undefined },
  );
  assertEquals(changed.isMended, undefined);
  assertStringIncludes(changed.page!.body, "config-missing");
});

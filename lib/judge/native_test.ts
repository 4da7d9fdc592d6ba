/** Tests of what findings mean on a site that runs without us. */

import { assertEquals } from "@std/assert";
import { createFakeHost } from "../../tests/worlds/machine.ts";
import { ROOT } from "../../tests/worlds/site.ts";
import { type Finding, finding } from "../findings/finding.ts";
import { readSite } from "../site/site.ts";
import { fitToSite } from "./native.ts";

const STARTUP = `${ROOT}/passenger_wsgi.py`;

function fit(found: Finding, files: Record<string, string>) {
  return fitToSite([found], readSite(ROOT, createFakeHost({ files })));
}

const NATIVE = { [STARTUP]: "application = 1\n" };
const OURS = { ...NATIVE, [`${ROOT}/config.toml`]: "" };

Deno.test("fitToSite() leaves out mends that write to our settings", () => {
  const place = { file: STARTUP };
  for (
    const text of [
      'Write passenger_python = "/opt/bin/python"',
      "Name the file in config.toml below [secret_files]",
      "Correct `chdir`",
    ]
  ) {
    const found = finding("python-missing", {
      message: "m",
      place,
      fix: { text },
    });
    assertEquals(fit(found, NATIVE)[0]?.fix, undefined, text);
    assertEquals(fit(found, OURS), [found]);
  }
  const fix = { command: "chmod o-w x", safe: true };
  const kept = finding("world-writable", { message: "m", place, fix });
  assertEquals(fit(kept, NATIVE), [kept]);
});

Deno.test("fitToSite() takes a variable that is missing for a warning", () => {
  const found = finding("variable-missing", { message: "m" });
  assertEquals(fit(found, NATIVE)[0]?.severity, "warning");
  assertEquals(fit(found, OURS)[0]?.severity, "error");
  const original = `${ROOT}/passenger_wsgi.app.py`;
  const adopted = {
    [original]: "",
    [`${ROOT}/config.toml`]: `[passenger]\n[wsgi]\nmodule = "${original}"\n`,
  };
  assertEquals(fit(found, adopted)[0]?.severity, "warning");
});

Deno.test("fitToSite() does not judge an interpreter that nothing names", () => {
  const found = finding("python-not-venv", { message: "m" });
  assertEquals(fit(found, NATIVE), []);
});

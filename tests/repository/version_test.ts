/**
 * One version everywhere: what is written down in `deno.json`, the programs,
 * the packages, the files on a site and the changelog say.
 *
 * @module
 */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { createRequire } from "node:module";
import { join } from "node:path";
import project from "../../deno.json" with { type: "json" };
import { version as libraryVersion } from "../../mod.ts";
import { makePackage } from "../../npm/package.ts";
import { importFlags, ROOT, runDeno } from "../../build/run_deno.ts";
import { version as runtimeVersion } from "../../runtime.ts";
import { readEmbedded } from "../../lib/commands/embedded.ts";
import { markText, readMarker } from "../../lib/site/marker.ts";
import { OWNED_FILES } from "../../lib/reports/scaffold.ts";

const { version } = project;

Deno.test("the version is of three numbers", () => {
  assertMatch(version, /^\d+\.\d+\.\d+(-[\w.]+)?$/);
});

Deno.test("library, runtime and package say the version of deno.json", () => {
  assertEquals(
    [libraryVersion, runtimeVersion, makePackage().version],
    [version, version, version],
  );
  assertEquals(makePackage().license, project.license);
});

Deno.test("the built runtime says the version of deno.json", () => {
  const runtime = createRequire(import.meta.url)("../../build/runtime.cjs");
  assertEquals(runtime.version, version);
});

Deno.test("the command line says the version of deno.json", async () => {
  const { stdout } = await runDeno([
    ...["run", "-A", "-q", ...await importFlags(), "cli.ts", "--version"],
  ]);
  assertEquals(stdout.split("\n")[0], `wsgi-shim ${version}`);
});

Deno.test("the files on a site say the version of deno.json", async () => {
  for (const file of OWNED_FILES) {
    const text = markText(await readEmbedded(file), version, file.comment);
    assertEquals(readMarker(text), { version, isIntact: true }, file.path);
  }
});

Deno.test("the changelog begins with the version of deno.json", async () => {
  const text = await Deno.readTextFile(join(ROOT, "CHANGELOG.md"));
  const newest = /^## (\S+) - (Unreleased|\d{4}-\d\d-\d\d)$/m.exec(text);
  assertEquals(newest?.[1], version);
  assertStringIncludes(text, "### Added");
});

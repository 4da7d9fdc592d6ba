/**
 * The package as JSR gets it and as its users run it from there, against a
 * JSR of our own on 127.0.0.1.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import project from "../../deno.json" with { type: "json" };
import { OWNED_FILES } from "../../lib/reports/scaffold.ts";
import { FACTS_PROGRAM } from "../../lib/python/facts.ts";
import { VERSION } from "../../lib/site/version.ts";
import { ROOT } from "../../build/run_deno.ts";
import { LocalJsr } from "../worlds/jsr.ts";

Deno.test("JSR gets what is needed, no more, and users run it", async (test) => {
  await using jsr = await LocalJsr.start();
  const folder = await Deno.makeTempDir();
  let paths: string[] = [];

  await test.step("deno publish takes the package as it is", async () => {
    const { code, stderr } = await deno(ROOT, [
      ...["publish", "--dry-run", "--allow-dirty", "--no-check"],
    ]);
    assertEquals([code, code === 0 ? "" : stderr], [0, ""]);
    paths = [...stderr.matchAll(/^\s+file:\/\/(\S+) \(/gm)]
      .map(([, path]) => path!.replace(ROOT, ""));
    const beside = paths.filter((path) => !path.startsWith("lib/")).sort();
    assertEquals(beside, [
      ...["CHANGELOG.md", "LICENSE", "README.md", "build/runtime.cjs"],
      ...["cli.ts", "deno.json", "mod.ts", "runtime.ts"],
    ]);
    assertEquals(paths.filter((path) => path.includes("_test.")), []);
    for (const { source } of [...OWNED_FILES, FACTS_PROGRAM]) {
      assert(paths.includes(join("lib", source)), source);
    }
  });

  await test.step("every export is documented", async () => {
    const entries = Object.values(project.exports);
    const { stderr } = await deno(ROOT, ["doc", "--lint", ...entries]);
    assertEquals(stderr, `Checked ${entries.length} files\n`);
  });

  await jsr.publish(paths);
  await test.step("the package by its name is the program", async () => {
    const { stdout } = await deno(folder, [
      ...["run", "-A", "-q", "jsr:@shim/cli", "--version"],
    ]);
    assertStringIncludes(stdout, `wsgi-shim ${VERSION}`);
  });

  await test.step("it installs a site", async () => {
    const { code, stderr } = await deno(folder, [
      ...["run", "-A", "-q", "jsr:@shim/cli", "install", "www"],
      ...["--python", "/usr/bin/python3"],
    ]);
    assertEquals([code, code === 0 ? "" : stderr], [0, ""]);
    for (const path of ["app.js", "shim/runtime.cjs", "shim/worker.py"]) {
      const text = await Deno.readTextFile(join(folder, "www", path));
      assertStringIncludes(text.slice(0, 200), `wsgi-shim ${VERSION}`);
    }
  });

  await test.step("its library and runtime load", async () => {
    const script = 'import { version } from "jsr:@shim/cli/mod";' +
      'import { start } from "jsr:@shim/cli/runtime";' +
      "console.log(version, typeof start);";
    const file = join(folder, "use.ts");
    await Deno.writeTextFile(file, script);
    const { stdout } = await deno(folder, ["run", "-A", "-q", file]);
    assertEquals(stdout, `${VERSION} function\n`);
  });
  await Deno.remove(folder, { recursive: true });

  async function deno(cwd: string, args: string[]) {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args,
      cwd,
      env: { JSR_URL: jsr.url, DENO_DIR: folder, NO_COLOR: "1" },
      stdin: "null",
    }).output();
    const [out, err] = [stdout, stderr].map((bytes) =>
      new TextDecoder().decode(bytes)
    ) as [string, string];
    return { code, stdout: out, stderr: err };
  }
});

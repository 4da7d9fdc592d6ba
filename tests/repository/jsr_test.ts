/**
 * The package as JSR gets it and as its users run it from there, against a
 * JSR of our own on 127.0.0.1, which takes the real upload.
 *
 * @module
 */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import project from "../../deno.json" with { type: "json" };
import { OWNED_FILES } from "../../lib/reports/scaffold.ts";
import { PYTHON_PROGRAMS } from "../../lib/python/programs.ts";
import { VERSION } from "../../lib/site/version.ts";
import { ROOT } from "../../build/run_deno.ts";
import { LocalJsr } from "../worlds/jsr.ts";

Deno.test("JSR gets what is needed, no more, and users run it", async (test) => {
  await using jsr = await LocalJsr.start();
  const folder = await Deno.makeTempDir();
  await test.step("deno publish takes the package as it is", async () => {
    const { code, stderr } = await deno(ROOT, [
      ...["publish", "--token", "any", "--allow-dirty", "--no-check"],
    ]);
    assertEquals([code, code === 0 ? "" : stderr], [0, ""]);
  });
  const published = jsr.filesOf(project.name);
  const paths = [...published.keys()].map((path) => path.slice(1));

  await test.step("it is complete, and has nothing else", () => {
    const beside = paths.filter((path) => !path.startsWith("lib/")).sort();
    assertEquals(beside, [
      ...["CHANGELOG.md", "LICENSE", "README.md", "build/texts.json"],
      ...["cli.ts", "deno.json", "mod.ts", "runtime.ts"],
    ]);
    assertEquals(paths.filter((path) => path.includes("_test.")), []);
    const texts = JSON.parse(published.get("/build/texts.json")!);
    for (const { source } of [...OWNED_FILES, ...PYTHON_PROGRAMS]) {
      const text = Deno.readTextFileSync(join(ROOT, "lib", source));
      assertEquals(texts[source], text, source);
    }
  });

  await test.step("only import specifiers differ from the tree", async () => {
    for (const path of paths) {
      const text = await Deno.readTextFile(join(ROOT, path));
      assertEquals(published.get(`/${path}`), withSpecifiers(text, path), path);
    }
  });

  await test.step("every export is documented", async () => {
    const entries = Object.values(project.exports);
    const { stderr } = await deno(ROOT, ["doc", "--lint", ...entries]);
    assertEquals(stderr, `Checked ${entries.length} files\n`);
  });

  await test.step("the package by its name is the program", async () => {
    const { stdout } = await deno(folder, [
      ...["run", "-A", "-q", "jsr:@shim/cli", "--version"],
    ]);
    assertStringIncludes(stdout, `wsgi-shim ${VERSION}`);
  });

  await test.step("it installs a site", async () => {
    const { code, stderr } = await deno(folder, [
      // It was run before, so that nothing is to be fetched any more.
      ...["run", "-A", "-q", "--cached-only"],
      ...["jsr:@shim/cli", "install", "www"],
      ...["--python", "/usr/bin/python3"],
    ]);
    assertEquals([code, code === 0 ? "" : stderr], [0, ""]);
    for (const { path } of OWNED_FILES) {
      const text = await Deno.readTextFile(join(folder, "www", path));
      assertStringIncludes(text.slice(0, 200), `wsgi-shim ${VERSION}`);
    }
  });

  await test.step("it says how to run the commands that it prints", async () => {
    const { stderr } = await deno(folder, [
      ...["run", "-A", "-q", "jsr:@shim/cli", "help", "check"],
    ]);
    assertStringIncludes(
      stderr.replace(/\s+/g, " "),
      "Write `deno run -A jsr:@shim/cli` in its place, or install it once: " +
        "`deno install -gA -n wsgi-shim jsr:@shim/cli`",
    );
  });

  await test.step("without -A it says what it needs", async () => {
    const { code, stderr } = await deno(folder, [
      ...["run", "--allow-read", "-q", "jsr:@shim/cli", "check", "www"],
    ]);
    assertEquals([code, stderr], [
      1,
      "error: Deno does not allow wsgi-shim to look at a site (env, write, " +
      "run, net, sys). Give it -A, as in: deno run -A jsr:@shim/cli check www\n",
    ]);
  });

  await test.step("check finds its files as they are to be", async () => {
    const { stdout } = await deno(folder, [
      ...["run", "-A", "-q", "jsr:@shim/cli", "check", "--json", "www"],
    ]);
    const codes: string[] = JSON.parse(stdout).findings
      .map((found: { code: string }) => found.code);
    assertEquals(codes.filter((code) => /^(shim|startup)-/.test(code)), []);
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
      // Somebody may have the command itself on the PATH.
      env: { JSR_URL: jsr.url, DENO_DIR: folder, NO_COLOR: "1", PATH },
      stdin: "null",
    }).output();
    const [out, err] = [stdout, stderr].map((bytes) =>
      new TextDecoder().decode(bytes)
    ) as [string, string];
    return { code, stdout: out, stderr: err };
  }
});

/** Where Python and the tools of the system are. */
const PATH = "/usr/bin:/bin";

/** A module as JSR is to have it: bare names are what `deno.json` makes them. */
function withSpecifiers(text: string, path: string): string {
  if (!path.endsWith(".ts")) return text;
  const imports: Record<string, string> = project.imports;
  return text.replace(
    /^((?:import|export) [^;]*?from )"(@[\w/]+)";/gm,
    (whole, before, name) =>
      imports[name] === undefined ? whole : `${before}"${imports[name]}";`,
  );
}

/**
 * The build of the runtime, in checkouts that are not as one would like.
 *
 * @module
 */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { ROOT } from "../../build/run_deno.ts";
import { inTempFolder } from "../worlds/fake_io.ts";
import { leaveOut, whyAsRoot } from "../worlds/left_out.ts";

const SOURCES = {
  "runtime.ts": `import { start } from "./lib/start/start.ts";
export { start };
export const early = start();
`,
  "lib/start/start.ts": `import { createHash } from "node:crypto";
import { explain } from "../causes/mod.ts";
export const start = () => explain(createHash("sha256"));
`,
  "lib/causes/mod.ts":
    "export const explain = (hash: object) => typeof hash;\n",
};

/** Runs a test on a small checkout, which has `build` and a source. */
function inCheckout(test: (checkout: Checkout) => Promise<void>) {
  return () =>
    inTempFolder(async (folder) => {
      for (const [path, text] of Object.entries(SOURCES)) {
        Deno.mkdirSync(dirname(`${folder}/${path}`), { recursive: true });
        Deno.writeTextFileSync(`${folder}/${path}`, text);
      }
      Deno.copyFileSync(`${ROOT}deno.json`, `${folder}/deno.json`);
      for (const part of ["build", "npm"]) {
        Deno.mkdirSync(`${folder}/${part}`);
        for (const { name, isFile } of Deno.readDirSync(`${ROOT}${part}`)) {
          if (!isFile || /^runtime\.cjs/.test(name)) continue;
          Deno.copyFileSync(
            `${ROOT}${part}/${name}`,
            `${folder}/${part}/${name}`,
          );
        }
      }
      await test({ folder, output: `${folder}/build/runtime.cjs` });
    });
}

interface Checkout {
  folder: string;
  output: string;
}

async function build({ folder }: Checkout) {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "-A", "--no-lock", "build/bundle_runtime.ts"],
    cwd: folder,
    env: { NO_COLOR: "1", DENO_TLS_CA_STORE: "mozilla,system" },
    stdin: "null",
  }).output();
  return { code, err: new TextDecoder().decode(stderr) };
}

Deno.test("the built runtime is the same on every machine: it names no folder of this one", () => {
  const text = Deno.readTextFileSync(`${ROOT}build/runtime.cjs`);
  assertEquals(text.match(/^\/\/ (?:\.\.|\/).*$/m), null);
});

Deno.test(
  "the build makes one file, and leaves the old one where it fails",
  inCheckout(async (checkout) => {
    const { folder, output } = checkout;
    assertEquals(await build(checkout), { code: 0, err: "" });
    const good = Deno.readTextFileSync(output);
    assertStringIncludes(good, '__lazily(() => require("node:crypto"))');
    assertStringIncludes(good, "__lazily(__causes)");
    const { start, early } = createRequire(output)(output);
    assertEquals([start(), early], ["object", "object"]);

    // Two files that are written in a row may have the same date.
    const past = new Date("2020-01-01");
    Deno.utimeSync(output, past, past);
    Deno.writeTextFileSync(`${folder}/runtime.ts`, "export const = 1;\n");
    const { code, err } = await build(checkout);
    assertEquals(code, 1, err);
    assertStringIncludes(err, "error: Cannot bundle runtime.ts: ");
    assertEquals(err.includes("Uncaught"), false, err);
    assertEquals(Deno.readTextFileSync(output), good);
    const drafts = [...Deno.readDirSync(`${folder}/build`)]
      .filter(({ name }) => name.startsWith("runtime.cjs."));
    assertEquals(drafts, []);
  }),
);

Deno.test({
  name: "the build is content with what is there where it may not write",
  ignore: leaveOut("a checkout that may not be written", whyAsRoot()),
  fn: inCheckout(async (checkout) => {
    const { folder, output } = checkout;
    Deno.chmodSync(`${folder}/build`, 0o555);
    const missing = await build(checkout);
    assertEquals(missing.code, 1);
    assertStringIncludes(
      missing.err,
      "error: build/runtime.cjs is missing, and",
    );
    assertEquals(missing.err.trim().split("\n").length, 1, missing.err);

    Deno.chmodSync(`${folder}/build`, 0o755);
    Deno.writeTextFileSync(output, "old");
    Deno.chmodSync(`${folder}/build`, 0o555);
    assertEquals(await build(checkout), { code: 0, err: "" });
    Deno.utimeSync(output, 1, 1);
    const older = await build(checkout);
    assertEquals(older.code, 0);
    assertStringIncludes(older.err, "warning: build/runtime.cjs is older than");
    assertEquals(Deno.readTextFileSync(output), "old");
  }),
});

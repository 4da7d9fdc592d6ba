/**
 * Builds the npm package `wsgi-shim` in `npm/dist` with dnt: ECMAScript
 * modules, CommonJS and types of `mod.ts` and `runtime.ts`; then loads both
 * in Node, as a user of the package would.
 *
 * dnt comes from JSR. Where it cannot be had, this says why and fails.
 *
 * @module
 */

import process from "node:process";
import { ENTRIES, finishPackage, makePackage } from "./package.ts";
import { ROOT } from "../build/run_deno.ts";

/** The part of dnt that is used. */
interface Dnt {
  build(options: Record<string, unknown>): Promise<void>;
  emptyDir(path: string): Promise<void>;
}

const OUTPUT = `${ROOT}npm/dist`;
// Not in the import itself: the types must check without JSR too.
const DNT = "@deno/dnt";

/** Loads dnt; a text is the reason why it cannot be had. */
async function loadDnt(): Promise<Dnt | string> {
  try {
    return await import(DNT);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function build({ build, emptyDir }: Dnt): Promise<void> {
  const json = makePackage(repositoryOf(process.env));
  await emptyDir(OUTPUT);
  await build({
    entryPoints: Object.entries(ENTRIES).map(([name, entry]) => ({
      name,
      path: `${ROOT}${entry}.ts`,
    })),
    outDir: OUTPUT,
    importMap: `${ROOT}deno.json`,
    // The library uses `node:` modules alone.
    shims: {},
    package: json,
    declaration: "inline",
    declarationMap: false,
    skipSourceOutput: true,
    // `deno check` has looked at the types; tests are not for Node.
    typeCheck: false,
    test: false,
    compilerOptions: { target: "ES2022", lib: ["ESNext"] },
    // dnt adds to `package.json`; what is published is ours alone.
    postBuild: () => finishPackage(OUTPUT, json),
  });
}

/** The address of the repository, where GitHub builds the package. */
function repositoryOf(env: typeof process.env): string | undefined {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name } = env;
  return server && name ? `${server}/${name}` : undefined;
}

/** Loads a package in Node by every way in; returns what went wrong. */
export async function smokeTest(folder: string): Promise<string | undefined> {
  const { name, version } = makePackage();
  // By its own name: Node then goes by `exports`, as it does for users.
  const script = `
    const assert = require("node:assert");
    const { version } = require("${name}");
    const { start } = require("${name}/runtime");
    assert.equal(version, "${version}");
    assert.equal(typeof start, "function");
    assert.match(require.resolve("${name}/runtime"), /runtime\\.cjs$/);
    Promise.all([import("${name}"), import("${name}/runtime")]).then(
      ([library, runtime]) => {
        assert.equal(library.version, version);
        assert.equal(typeof library.judgeSite, "function");
        assert.equal(typeof runtime.start, "function");
      },
    );`;
  const { code, stderr } = await new Deno.Command("node", {
    args: ["-e", script],
    cwd: folder,
  }).output();
  return code === 0 ? undefined : new TextDecoder().decode(stderr).trim();
}

if (import.meta.main) {
  const dnt = await loadDnt();
  if (typeof dnt === "string") {
    process.stderr.write(
      "Cannot build the npm package: dnt, which builds it, comes from JSR " +
        `alone, and cannot be loaded: ${dnt}\n`,
    );
    process.exit(1);
  }
  await build(dnt);
  const fault = await smokeTest(OUTPUT);
  if (fault !== undefined) {
    process.stderr.write(`Node cannot load the package: ${fault}\n`);
    process.exit(1);
  }
  process.stdout.write(`Built ${OUTPUT}\n`);
}

/**
 * Builds `npm/runtime.cjs`: `runtime.ts` as one CommonJS file that starts
 * fast in Node and stays small in its memory.
 *
 * @module
 */

import { bundle, ROOT } from "./run_deno.ts";

const OUTPUT = `${ROOT}npm/runtime.cjs`;

/** Modules that a healthy start does without; each costs milliseconds. */
const LAZY_REGEXP = /^var (import_\w+) = require\("(node:crypto)"\);$/gm;

const LAZILY = `
function __lazily(load) {
  let loaded;
  return new Proxy({}, { get: (_, name) => (loaded ??= load())[name] });
}
`;

await bundle("runtime.ts", OUTPUT, { format: "cjs" });
const bundled = await Deno.readTextFile(OUTPUT);
const lazy = bundled.replace(
  LAZY_REGEXP,
  'var $1 = __lazily(() => require("$2"));',
);
if (lazy === bundled) throw new Error("Cannot find what to load lazily");
await Deno.writeTextFile(OUTPUT, lazy + LAZILY);

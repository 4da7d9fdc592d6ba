/**
 * Builds `build/runtime.cjs`: `runtime.ts` as one CommonJS file that starts
 * fast in Node and stays small in its memory. In a checkout that may not be
 * written, what is there is used.
 *
 * @module
 */

import { bundle, ROOT } from "./run_deno.ts";

const OUTPUT = `${ROOT}build/runtime.cjs`;
const SHOWN = "build/runtime.cjs";

/** Files and folders that the output is made from. */
const SOURCES = ["runtime.ts", "lib", "build", "npm", "deno.json"];
const SOURCE_REGEXP = /\.(ts|json)$/;
const TEST_REGEXP = /_test\.ts$/;

/** Modules that a healthy start does without; each costs milliseconds. */
const LAZY_REGEXP = /^var (import_\w+) = require\("(node:crypto)"\);$/gm;

/** The catalogue of causes, likewise; V8 takes half of a start to parse it. */
const CAUSES = "../causes/mod.ts";
const CAUSES_REGEXP =
  /^var (import_\w+) = require\("\.\.\/causes\/mod\.ts"\);$/gm;

/** Where this machine keeps its packages: else each has a runtime of its own. */
const OUTSIDE_REGEXP = /^\/\/ \.\.\/.*\n/gm;

/** Failures that rules must and must not claim: for tests, and costly to read. */
const EXAMPLES_REGEXP =
  /^( +)(?:examples|not): \[(?:\n[\s\S]*?\n\1\]|.*\]),?\n/gm;

const LAZILY = `
function __lazily(load) {
  let loaded;
  return new Proxy({}, { get: (_, name) => (loaded ??= load())[name] });
}
var __causesLoaded;
function __causes() {
  if (!__causesLoaded) {
    __causesLoaded = { exports: {} };
    const text = __causesText() + "\\n//# sourceURL=causes.cjs";
    const run = new Function("module", "exports", "require", text);
    run(__causesLoaded, __causesLoaded.exports, require);
  }
  return __causesLoaded.exports;
}
`;

/** Builds beside the place, so that nobody ever loads half of it. */
async function build(draft: string): Promise<void> {
  await bundle("lib/causes/mod.ts", draft, { format: "cjs" });
  const causes = leanText(await Deno.readTextFile(draft));
  if (/^ +examples: /m.test(causes)) {
    throw new Error("Cannot leave out the examples of the catalogue of causes");
  }
  await bundle("runtime.ts", draft, { format: "cjs", external: CAUSES });
  const bundled = await Deno.readTextFile(draft);
  const lazy = bundled
    .replace(LAZY_REGEXP, 'var $1 = __lazily(() => require("$2"));')
    .replace(CAUSES_REGEXP, "var $1 = __lazily(__causes);");
  if (
    !lazy.includes("__lazily(() =>") || !lazy.includes("__lazily(__causes)")
  ) {
    throw new Error("Cannot find what to load lazily");
  }
  await Deno.writeTextFile(
    draft,
    // In a function: as a program, the runtime is at work before its last line.
    `${leanText(lazy)}${LAZILY}function __causesText() {\n  return ${
      JSON.stringify(causes)
    };\n}\n`,
  );
  await Deno.rename(draft, OUTPUT);
}

function leanText(bundled: string): string {
  return bundled.replace(EXAMPLES_REGEXP, "").replace(OUTSIDE_REGEXP, "");
}

/** Why a file cannot be created; undefined when it was. */
async function whyNotCreated(path: string): Promise<string | undefined> {
  try {
    await Deno.writeTextFile(path, "", { createNew: true });
  } catch (error) {
    return wordsOf(error);
  }
}

/** Milliseconds since 1970; undefined for a file that is not there. */
async function dateOf(path: string): Promise<number | undefined> {
  try {
    return (await Deno.stat(path)).mtime?.getTime();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

async function newestIn(path: string): Promise<number> {
  const status = await Deno.stat(path);
  if (!status.isDirectory) return status.mtime?.getTime() ?? 0;
  let newest = 0;
  for await (const { name, isDirectory } of Deno.readDir(path)) {
    const isSource = SOURCE_REGEXP.test(name) && !TEST_REGEXP.test(name);
    if (isSource || (isDirectory && name !== "dist")) {
      newest = Math.max(newest, await newestIn(`${path}/${name}`));
    }
  }
  return newest;
}

/** Whether what is there was made from the sources as they are. */
async function isCurrent(built: number): Promise<boolean> {
  const dates = SOURCES.map((source) => newestIn(`${ROOT}${source}`));
  return Math.max(...await Promise.all(dates)) <= built;
}

function wordsOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split(/\n\s*Stack backtrace:/)[0]!.trim();
}

function say(line: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`${line}\n`));
}

const draft = `${OUTPUT}.${crypto.randomUUID().slice(0, 8)}`;
const built = await dateOf(OUTPUT);
const refusal = await whyNotCreated(draft);
if (refusal !== undefined && built === undefined) {
  say(
    `error: ${SHOWN} is missing, and cannot be built here: ${refusal}. Let ` +
      "the owner of the checkout run: deno task build",
  );
  Deno.exit(1);
}
if (refusal !== undefined) {
  if (!await isCurrent(built!)) {
    say(
      `warning: ${SHOWN} is older than its sources, and cannot be built ` +
        `here: ${refusal}`,
    );
  }
  Deno.exit(0);
}
try {
  await build(draft);
} catch (error) {
  await Deno.remove(draft).catch(() => {});
  if (built === undefined || !await isCurrent(built)) {
    say(`error: ${wordsOf(error)}`);
    Deno.exit(1);
  }
  say(`warning: ${SHOWN} stays as it is: ${wordsOf(error)}`);
}

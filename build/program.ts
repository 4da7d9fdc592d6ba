/**
 * The main module of the compiled program. It runs the command line out of a
 * text, together with what V8 made of that text when it was compiled: so
 * nothing needs to be parsed, which takes longer than most commands do.
 * Where V8 does not take that, as on another kind of machine, it parses.
 *
 * `compile.ts` lays it into `lib/`, beside what it reads.
 *
 * @module
 */

import { createRequire } from "node:module";
import vm from "node:vm";
import type { main } from "../cli.ts";
import type { createIo } from "../lib/commands/terminal.ts";

/** The command line, as a module. */
export interface Program {
  main: typeof main;
  createIo: typeof createIo;
}

/** A program, and the script that it came from. */
export interface Loaded {
  program: Program;
  script: vm.Script;
}

/** Loads the program; `cachedData` is what V8 made of it. */
export function loadProgram(cachedData?: Uint8Array): Loaded {
  const text = Deno.readTextFileSync(at("program.txt"));
  const script = new vm.Script(text, { filename: "wsgi-shim", cachedData });
  const module = { exports: {} as Program };
  script.runInThisContext()(createRequire(import.meta.url), module);
  const { main, createIo } = module.exports;
  const program = {
    main,
    createIo: () => ({
      ...createIo(),
      embedded: ({ source }: { source: string }) =>
        Deno.readTextFile(at(source)),
    }),
  };
  return { program, script };
}

function at(path: string): URL {
  return new URL(path, import.meta.url);
}

function readCache(): Uint8Array | undefined {
  try {
    return Deno.readFileSync(at("program.cache"));
  } catch {
    return undefined;
  }
}

if (import.meta.main) {
  const { main, createIo } = loadProgram(readCache()).program;
  Deno.exit(await main(Deno.args, createIo()));
}

/**
 * Prints the flags that map the bare names of `deno.json` to npm packages
 * where JSR is out of reach, and nothing where all of them answer. Every task
 * asks it, from the top folder: `deno test -A $(deno run -A npm/imports.ts)`.
 *
 * With `WSGI_SHIM_JSR=required`, as releases are built, nothing is mapped and
 * the lock file holds: where a package cannot be had, or is not the one that
 * was tried, Deno fails.
 *
 * @module
 */

import process from "node:process";
import project from "../deno.json" with { type: "json" };

const PATIENCE_MS = 5_000;

/** What every task needs; dnt is for the npm package alone. */
const packages = Object.entries(project.imports)
  .filter(([name, specifier]) =>
    name.startsWith("@std/") && specifier.startsWith("jsr:")
  )
  .map(([name]) => name);

async function flags(): Promise<string> {
  if (process.env.WSGI_SHIM_JSR === "required") {
    return "--lock=deno.lock --frozen\n";
  }
  try {
    await Promise.race([
      Promise.all(packages.map((name) => import(name))),
      new Promise((_, reject) => setTimeout(reject, PATIENCE_MS)),
    ]);
    return "";
  } catch {
    return "--import-map=npm/import_map.json --lock=npm/deno.lock\n";
  }
}

await Deno.stdout.write(new TextEncoder().encode(await flags()));
Deno.exit(0);

/**
 * Builds `build/texts.json`: every text of ours that is no TypeScript, by
 * where it lies in the repository. From JSR the command line imports it: so
 * Deno keeps the texts with the modules, and checks them by their checksums.
 *
 * @module
 */

import { PYTHON_PROGRAMS } from "../lib/python/programs.ts";
import { OWNED_FILES } from "../lib/reports/scaffold.ts";
import { ROOT } from "./run_deno.ts";

const OUTPUT = `${ROOT}build/texts.json`;

/** Reads the texts, by their `source`. */
export async function readTexts(): Promise<Record<string, string>> {
  const texts: Record<string, string> = {};
  for (const { source } of [...OWNED_FILES, ...PYTHON_PROGRAMS]) {
    texts[source] = await Deno.readTextFile(`${ROOT}lib/${source}`);
  }
  return texts;
}

if (import.meta.main) {
  const text = JSON.stringify(await readTexts());
  try {
    await Deno.writeTextFile(OUTPUT, text);
  } catch (error) {
    // Only a publication needs it, and nobody publishes from such a checkout.
    const isClosed = error instanceof Deno.errors.PermissionDenied ||
      error instanceof Error && "code" in error && error.code === "EROFS";
    if (!isClosed) throw error;
  }
}

/**
 * The function of `@std/fs` that the builds use, over `fs-extra`, for networks
 * that do not reach JSR.
 *
 * @module
 */

// deno-lint-ignore no-import-prefix -- as in cli.ts
import fs from "npm:fs-extra@11.4.0/esm";

/** Creates a folder and its parents where they are missing. */
export async function ensureDir(path: string): Promise<void> {
  await fs.ensureDir(path);
}

/**
 * The function of `@std/fs` that the builds use, over `fs-extra`, for networks
 * that do not reach JSR.
 *
 * @module
 */

import fs from "fs-extra/esm";

/** Creates a folder and its parents where they are missing. */
export async function ensureDir(path: string): Promise<void> {
  await fs.ensureDir(path);
}

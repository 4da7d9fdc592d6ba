/**
 * The functions of `@std/fs` that the CLI uses, over `fs-extra`, for networks
 * that do not reach JSR.
 *
 * @module
 */

import fs from "fs-extra/esm";

/** Creates a folder and its parents where they are missing. */
export async function ensureDir(path: string): Promise<void> {
  await fs.ensureDir(path);
}

/** Removes a folder's contents, or creates it empty. */
export async function emptyDir(path: string): Promise<void> {
  await fs.emptyDir(path);
}

/** Tells whether a path exists. */
export async function exists(path: string): Promise<boolean> {
  return await fs.pathExists(path);
}

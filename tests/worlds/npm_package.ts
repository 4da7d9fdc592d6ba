/**
 * A stand-in for the npm package, for tests alone and never published: its
 * modules come from `deno bundle` instead of dnt, which needs JSR, and it has
 * no types. Everything else, `package.json` first, is what is published.
 *
 * @module
 */

import { join } from "node:path";
import { ENTRIES, finishPackage, makePackage } from "../../npm/package.ts";
import { bundle } from "../../build/run_deno.ts";

/** A packed package. */
export interface Packed {
  /** Path of the tarball. */
  tarball: string;
  /** Paths in it, sorted. */
  files: string[];
}

/** Builds the stand-in in an empty folder. */
export async function buildNpmPackage(folder: string): Promise<void> {
  for (const kind of ["esm", "script"]) await Deno.mkdir(join(folder, kind));
  await Promise.all(
    Object.values(ENTRIES).flatMap((entry) => [
      bundle(`${entry}.ts`, join(folder, "esm", `${entry}.js`)),
      bundle(`${entry}.ts`, join(folder, "script", `${entry}.js`), {
        format: "cjs",
      }),
    ]),
  );
  await finishPackage(folder, makePackage());
}

/** Packs a package as `npm publish` would, into the folder above it. */
export async function packNpmPackage(folder: string): Promise<Packed> {
  const { code, stdout, stderr } = await new Deno.Command("npm", {
    args: ["pack", "--json", "--ignore-scripts", "--pack-destination", ".."],
    cwd: folder,
  }).output();
  const decoder = new TextDecoder();
  if (code !== 0) throw new Error(`Cannot pack: ${decoder.decode(stderr)}`);
  const [packed] = JSON.parse(decoder.decode(stdout)) as [
    { filename: string; files: { path: string }[] },
  ];
  return {
    tarball: join(folder, "..", packed.filename),
    files: packed.files.map(({ path }) => path).sort(),
  };
}

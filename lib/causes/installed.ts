/**
 * What pip has installed for the site's interpreter, and how to have it
 * install more.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { join } from "node:path";
import { normalise, pipInstall } from "../python/pip.ts";
import type { Fix } from "../findings/finding.ts";
import { distributionOf } from "../python/package_names.ts";
import { namesIn, type Scene } from "./scene.ts";

/** `pip install …` as a fix. */
export function pip(scene: Scene, ...words: string[]): Fix {
  return { command: pipCommand(scene, ...words), safe: false };
}

/** `pip install …` with the pip of the site's interpreter. */
export function pipCommand(
  { python, host }: Scene,
  ...words: string[]
): string {
  return pipInstall(python, words, host);
}

/** The folder or file of an installed package. */
export function findInstalled(top: string, scene: Scene): string | undefined {
  return scene.packages.filter((folder) => holds(folder, top, scene))
    .map((folder) => join(folder, top))[0];
}

/** Tells whether a folder of packages has this module. */
export function holds(folder: string, top: string, { host }: Scene): boolean {
  return namesIn(folder, host).some((name) =>
    name === top || name === `${top}.py` || name.startsWith(`${top}.cpython-`)
  );
}

/** ` 3.1.8`, where pip wrote it down. */
export function versionSuffix(top: string, scene: Scene): string {
  const wanted = [top, distributionOf(top)].map(normalise);
  for (
    const name of scene.packages.flatMap((each) => namesIn(each, scene.host))
  ) {
    const parts = /^(.+)-([^-]+)\.dist-info$/.exec(name);
    if (parts && wanted.includes(normalise(parts[1]!))) return ` ${parts[2]}`;
  }
  return "";
}

/** The package that a file belongs to. */
export function packageOf(file: string): string | undefined {
  return /\/(?:site|dist)-packages\/([\w-]+)/.exec(file)?.[1];
}

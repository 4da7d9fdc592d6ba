/**
 * What is installed for the site's interpreter.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { join } from "node:path";
import { normalise } from "../python/pip.ts";
import { distributionOf } from "../python/package_names.ts";
import { type Scene, textOf } from "./scene.ts";
import { namesIn } from "../machine/host.ts";

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

/** Names and versions of the distributions that pip wrote down. */
export function distributions(
  scene: Scene,
): { name: string; version: string; folder: string }[] {
  return scene.packages.flatMap((folder) =>
    namesIn(folder, scene.host).flatMap((file) => {
      const [, name, version] = /^(.+)-([^-]+)\.dist-info$/.exec(file) ?? [];
      return name && version
        ? [{ name: normalise(name), version, folder: join(folder, file) }]
        : [];
    })
  );
}

/** The version of a distribution, where pip wrote it down. */
export function versionOf(
  distribution: string,
  scene: Scene,
): string | undefined {
  const wanted = normalise(bareName(distribution));
  return distributions(scene).find(({ name }) => name === wanted)?.version;
}

/** ` 3.1.8`: the version of a module's package, where pip wrote it down. */
export function versionSuffix(top: string, scene: Scene): string {
  const version = versionOf(top, scene) ??
    versionOf(distributionOf(top), scene);
  return version ? ` ${version}` : "";
}

/** `psycopg[binary]>=3` without all that is not the name. */
export function bareName(requirement: string): string {
  return requirement.replace(/[[<>=!~; ].*$/, "");
}

/** The package that a file belongs to. */
export function packageOf(file: string): string | undefined {
  return /\/(?:site|dist)-packages\/([\w-]+)/.exec(file)?.[1];
}

/** Tells whether an installed package says that it may need a distribution. */
export function isRequired(distribution: string, scene: Scene): boolean {
  const wanted = normalise(bareName(distribution));
  return distributions(scene).slice(0, 100).some(({ folder }) =>
    [
      ...textOf(join(folder, "METADATA"), scene)
        .matchAll(/^Requires-Dist: *([\w.-]+)/gm),
    ]
      .some(([, name]) => normalise(name!) === wanted)
  );
}

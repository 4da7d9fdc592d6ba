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
  return namesIn(folder, host).some((name) => isModuleFile(name, top));
}

function isModuleFile(name: string, module: string): boolean {
  return name === module || name === `${module}.py` ||
    name.startsWith(`${module}.cpython-`) ||
    name.startsWith(`${module}.abi3.`);
}

/** The file or folder of a dotted module below a folder of Python's search. */
export function partIn(
  folder: string,
  module: string,
  { host }: Scene,
): string | undefined {
  const parts = module.split(".");
  const home = join(folder, ...parts.slice(0, -1));
  const found = namesIn(home, host)
    .find((name) => isModuleFile(name, parts.at(-1)!));
  return found && join(home, found);
}

/** The distribution that, as pip wrote down (RECORD), brings a module. */
export function bringerOf(
  module: string,
  scene: Scene,
): { name: string; version: string } | undefined {
  const way = `\n${module.replaceAll(".", "/")}`;
  return distributions(scene).slice(0, MOST_RECORDS).find(({ folder }) => {
    const record = `\n${textOf(join(folder, "RECORD"), scene)}`;
    return ["/", ".py,", ".cpython-", ".abi3."]
      .some((end) => record.includes(way + end));
  });
}

const MOST_RECORDS = 200;

/** The folder that a distribution only links to; empty where it is not told. */
export function sourceOf(
  distribution: string,
  scene: Scene,
): string | undefined {
  const wanted = normalise(bareName(distribution));
  const folder = distributions(scene)
    .find(({ name }) => name === wanted)?.folder;
  const text = folder ? textOf(join(folder, "direct_url.json"), scene) : "";
  if (!/"editable": *true/.test(text)) return undefined;
  return /"url": *"file:\/\/(\/[^"]*)"/.exec(text)?.[1] ?? "";
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

/**
 * What is installed for the site's interpreter.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { basename, dirname, join } from "node:path";
import { normalise } from "../python/pip.ts";
import { BUILDS } from "../python/known_packages.ts";
import { distributionOf, isFamily } from "../python/package_names.ts";
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

/**
 * The distribution that, as pip wrote down (RECORD), brings a module; of a
 * name without dots its list of such names (top_level.txt) tells it as well.
 */
export function bringerOf(
  module: string,
  scene: Scene,
): { name: string; version: string } | undefined {
  const way = `\n${module.replaceAll(".", "/")}`;
  const all = distributions(scene).slice(0, MOST_RECORDS);
  const bringer = all.find(({ folder }) => {
    const record = `\n${recordOf(folder, scene)}`;
    return ["/", ".py,", ".cpython-", ".abi3."]
      .some((end) => record.includes(way + end));
  }) ??
    (module.includes(".")
      ? undefined
      : all.find(({ folder }) =>
        textOf(join(folder, "top_level.txt"), scene).split(/\s+/)
          .includes(module)
      ));
  return bringer &&
    { name: labelOf(bringer.folder, scene), version: bringer.version };
}

/** The distributions that, as pip wrote down, all wrote the same module. */
export function bringersOf(
  module: string,
  scene: Scene,
): { name: string; version: string }[] {
  const files = [`\n${module}/__init__.py,`, `\n${module}.py,`];
  const homes = scene.packages.map((folder) =>
    distributions(scene).slice(0, MOST_RECORDS).filter((each) =>
      dirname(each.folder) === folder
    ).filter((each) => {
      const record = `\n${recordOf(each.folder, scene)}`;
      return files.some((file) => record.includes(file));
    })
  );
  return (homes.find((all) => all.length > 1) ?? [])
    .map(({ folder, version }) => ({ name: labelOf(folder, scene), version }));
}

const MOST_RECORDS = 200;

const records = new WeakMap<Scene, Map<string, string>>();

/** What pip wrote down; many rules ask, and the lists are long. */
function recordOf(folder: string, scene: Scene): string {
  const known = records.get(scene) ?? new Map<string, string>();
  records.set(scene, known);
  const text = known.get(folder) ?? textOf(join(folder, "RECORD"), scene);
  known.set(folder, text);
  return text;
}

/** A distribution as it calls itself: `Pillow`. */
export function labelOf(folder: string, scene: Scene): string {
  const told = ["METADATA", "PKG-INFO"]
    .map((file) =>
      /^Name: *(\S+)/m.exec(textOf(join(folder, file), scene))?.[1]
    )
    .find((name) => name !== undefined);
  return told ?? basename(folder).split("-")[0]!;
}

/**
 * The distribution of an installed module by its name, with its version where
 * that is written down: by what is installed, else by what is usual.
 */
export function ownerOf(
  module: string,
  scene: Scene,
): { name: string; version?: string } {
  const parts = module.split(".");
  const bringer = parts
    .map((_, at) => parts.slice(0, parts.length - at).join("."))
    // What shares its first name with others is not told by that one alone.
    .filter((each) => each.includes(".") || !isShared(each, scene))
    .map((each) => bringerOf(each, scene))
    .find((each) => each !== undefined);
  const usual = bareName(distributionOf(module));
  const top = parts[0]!;
  const builds = Object.hasOwn(BUILDS, top) ? BUILDS[top]! : [];
  const own = [usual, module, ...builds].map((each) =>
    distributions(scene).find(({ name }) => name === normalise(each))
  ).find((each) => each !== undefined);
  return bringer ??
    (own
      ? { name: labelOf(own.folder, scene), version: own.version }
      : { name: usual });
}

/** `Pillow 10.3.0`: the distribution of an installed module, in words. */
export function ownerInWords(module: string, scene: Scene): string {
  const { name, version } = ownerOf(module, scene);
  return version ? `${name} ${version}` : name;
}

const SHARING_REGEXP =
  /declare_namespace|extend_path\s*\(\s*__path__|pkgutil\.extend_path/;

/**
 * Tells whether several distributions share a package: it has no file of its
 * own at the start, or one that says so.
 */
export function isShared(module: string, scene: Scene): boolean {
  const way = join(...module.split("."));
  const homes = scene.packages.map((folder) => join(folder, way))
    .filter((folder) => namesIn(folder, scene.host).length > 0);
  return homes.length > 0 && homes.every((home) => {
    const start = namesIn(home, scene.host)
      .find((name) => /^__init__\./.test(name));
    return start === undefined
      // What pip wrote down and is not there was lost, and never shared.
      ? bringerOf(`${module}.__init__`, scene) === undefined &&
        (isFamily(module) || versionOf(module, scene) === undefined)
      : isFamily(module) ||
        SHARING_REGEXP.test(textOf(join(home, start), scene));
  });
}

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

/** What pip wrote down of something installed. */
export interface Distribution {
  /** Its name as pip compares it. */
  name: string;
  version: string;
  /** The folder of what is written down. */
  folder: string;
}

/** The distributions that are written down. */
export function distributions(scene: Scene): Distribution[] {
  return scene.packages.flatMap((folder) =>
    namesIn(folder, scene.host).flatMap((file) => {
      const [, name, version] =
        /^(.+?)-(\d[^-]*)(?:-py[\d.]+)?\.(?:dist|egg)-info$/.exec(file) ?? [];
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

/** ` 3.1.8`: the version of a module's package, where it is written down. */
export function versionSuffix(top: string, scene: Scene): string {
  const version = versionOf(top, scene) ?? ownerOf(top, scene).version;
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

/** The versions of Python that the package of a module says it is for. */
export function pythonFor(module: string, scene: Scene): string | undefined {
  const wanted = normalise(ownerOf(module, scene).name);
  const folder = distributions(scene)
    .find(({ name }) => name === wanted)?.folder;
  return /^Requires-Python: *([<>=!~0-9., *]+?)\s*$/m
    .exec(textOf(folder && join(folder, "METADATA"), scene))?.[1];
}

/** Tells whether an installed package says that it may need a distribution. */
export function isRequired(distribution: string, scene: Scene): boolean {
  const wanted = normalise(bareName(distribution));
  return distributions(scene).slice(0, 400).some(({ folder }) =>
    [
      ...textOf(join(folder, "METADATA"), scene)
        .matchAll(/^Requires-Dist: *([\w.-]+)/gm),
    ]
      .some(([, name]) => normalise(name!) === wanted)
  );
}

/** Tells whether a distribution brings a module, as far as pip wrote it down. */
export function mayBring(
  distribution: string,
  module: string,
  scene: Scene,
): boolean {
  const wanted = normalise(bareName(distribution));
  const folder = distributions(scene)
    .find(({ name }) => name === wanted)?.folder;
  const record = folder ? `\n${recordOf(folder, scene)}` : "";
  return record.trim() === "" ||
    ["/", ".py,", ".cpython-", ".abi3."]
      .some((end) => record.includes(`\n${module}${end}`));
}

/**
 * What an installed distribution names as needed by some uses of it alone.
 *
 * @param extra The one use that is meant; without it, all
 */
export function extrasOf(
  distribution: string,
  scene: Scene,
  extra?: string,
): string[] {
  const wanted = normalise(bareName(distribution));
  const folder = distributions(scene)
    .find(({ name }) => name === wanted)?.folder;
  const text = folder ? textOf(join(folder, "METADATA"), scene) : "";
  return [
    ...text.matchAll(
      /^Requires-Dist: *([\w.-]+)[^\n]*\bextra *== *["']([\w.-]+)/gm,
    ),
  ].filter(([, , use]) => extra === undefined || use === extra)
    .map(([, name]) => name!);
}

/**
 * The versions of another distribution that an installed one asks for in any
 * case: `>=2.0,<3`.
 */
export function wantedBy(
  folder: string,
  distribution: string,
  scene: Scene,
): string | undefined {
  const wanted = normalise(distribution);
  return [
    ...textOf(join(folder, "METADATA"), scene).matchAll(
      /^Requires-Dist: *([\w.-]+)(?:\[[^\]]*\])? *\(?([<>=!~][^;()\r\n]*)\)? *$/gm,
    ),
  ].find(([, name]) => normalise(name!) === wanted)?.[2]?.trim();
}

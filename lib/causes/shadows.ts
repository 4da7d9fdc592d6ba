/**
 * Files of the site that hide a module of Python's own, of a package or of the
 * site itself.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { basename, dirname, join } from "node:path";
import { isLibraryFile } from "../python/failure.ts";
import { isPublicPackage, isStandardModule } from "../python/package_names.ts";
import { onPythonPath } from "./foreign.ts";
import { findInstalled } from "./installed.ts";
import { isModuleName } from "./own_modules.ts";
import type { Claim, Subject } from "./rule.ts";
import { exists, type Scene, textOf } from "./scene.ts";
import { namesIn } from "../machine/host.ts";

/**
 * A file of the site that hides a module of Python or of a package.
 *
 * @param module The module that was asked
 * @param path The file that answered, where it is told
 */
export function explainShadow(
  module: string,
  path: string | undefined,
  { raised }: Subject,
  scene: Scene,
): Claim | undefined {
  const top = module.split(".")[0]!;
  const isStandard = isStandardModule(top);
  // A file that imports from itself means a package of the same name.
  const importsItself = path !== undefined &&
    raised.frames.at(-1)?.file === path;
  const foreign = onPythonPath(top, path, scene);
  if (foreign) return foreign;
  const isWanted = isStandard || findInstalled(top, scene) ||
    (isPublicPackage(top) &&
      (importsItself || raised.message.endsWith("is not a package")));
  if (!isWanted) return undefined;
  const file = path ??
    scene.folders.flatMap((folder) =>
      namesIn(folder, scene.host).filter((name) => isModuleName(name, top))
        .map((name) => join(folder, name))
    )[0];
  if (!file || isLibraryFile(file) || !file.startsWith("/")) return undefined;
  const isPackage = basename(file) === "__init__.py";
  const hiding = isPackage ? dirname(file) : file;
  if (basename(hiding).replace(/\.py$/, "") !== top) return undefined;
  const renamed = join(dirname(hiding), `my_${basename(hiding)}`);
  return {
    code: isStandard ? "module-shadowed" : "package-shadowed",
    seen: `${hiding} hides ${
      isStandard ? "Python's own module" : "the package"
    } "${top}": it is imported in its place`,
    place: { file: hiding },
    mend: hiding === scene.site.config?.wsgi?.module
      ? `Rename it, as to ${
        basename(renamed)
      }, and write in [wsgi] of config.toml: module = "${renamed}"`
      : `Rename it, as to ${
        basename(renamed)
      }, and the imports of it in your own code`,
  };
}

/** A file `app.py` beside a folder `app`: Python takes the folder. */
export function explainTwins(
  name: string,
  module: string,
  path: string | undefined,
  scene: Scene,
): Claim | undefined {
  const top = module.split(".").at(-1)!;
  const folders = path
    ? [dirname(path), dirname(dirname(path))]
    : scene.folders;
  const home = folders.find((folder) =>
    exists(join(folder, `${top}.py`), scene) &&
    namesIn(folder, scene.host).includes(top)
  );
  if (home === undefined) return undefined;
  const file = join(home, `${top}.py`);
  const taken = join(home, top);
  if (path && dirname(path) !== taken) return undefined;
  const defines = new RegExp(
    `^(?:(?:async )?def|class) +${name}\\b|^${name} *(?::[^=\\n]+)?=|import .*\\b${name}\\b`,
    "m",
  );
  if (!defines.test(textOf(file, scene))) return undefined;
  return {
    code: "module-shadowed",
    seen:
      `The folder ${taken} hides ${file}: of two of the same name Python imports the folder, which has no "${name}", and the file has it`,
    mend:
      `Rename one of them: the file ${top}.py, as to ${top}_main.py, with the imports of it and \`module\` in config.toml; or the folder`,
  };
}

/**
 * Copies of packages that lie outside of those of the site and come before
 * them on Python's search path, and who has put them there.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { join } from "node:path";
import { isLibraryFile } from "../python/failure.ts";
import { isPublicPackage, isStandardModule } from "../python/package_names.ts";
import type { Code, Place } from "../findings/finding.ts";
import { findInstalled, partIn, versionSuffix } from "./installed.ts";
import { isModuleName } from "./own_modules.ts";
import type { Claim, Subject } from "./rule.ts";
import {
  exists,
  isInside,
  linesOf,
  type Scene,
  textOf,
  whereSet,
} from "./scene.ts";
import { namesIn, refused } from "../machine/host.ts";

/** A folder of PYTHONPATH, outside of the site, that comes before packages. */
export function onPythonPath(
  top: string,
  path: string | undefined,
  scene: Scene,
): Claim | undefined {
  const { host, site } = scene;
  const folder = pythonPath(scene).find((each) =>
    path
      ? isInside(path, each)
      : namesIn(each, host).some((name) => isModuleName(name, top))
  );
  const isKnown = isStandardModule(top) || isPublicPackage(top) ||
    findInstalled(top, scene) !== undefined;
  const { siteDirectory } = site.layout;
  if (!folder || !isKnown || isInside(folder, siteDirectory)) return undefined;
  const { where, code, place } = pythonPathSource(scene);
  return {
    code,
    seen:
      `"${top}" is imported from ${folder}, which PYTHONPATH (set in ${where}) names before the packages of the site`,
    place: place ?? { file: path ?? folder },
    mend: withoutFolder(folder, where),
  };
}

function withoutFolder(folder: string, where: string): string {
  return `Take ${folder} out of PYTHONPATH in ${where}; what lies there may belong to another project, and stays as it is`;
}

/** The folders that PYTHONPATH names for the application. */
function pythonPath({ host, site }: Scene): string[] {
  const own = site.config?.environment.PYTHONPATH;
  return (own ?? host.env.PYTHONPATH ?? "").split(":")
    .filter((each) => each.startsWith("/"))
    .map((each) => each.replace(/(?<=.)\/+$/, ""));
}

const LOGIN_FILES =
  ".bash_profile .bash_login .profile .bashrc .zshenv .zprofile .zlogin .pam_environment";

/** Who sets PYTHONPATH. */
function pythonPathSource(
  scene: Scene,
): { where: string; code: Code; place?: Place } {
  const { host, site } = scene;
  if (site.config?.environment.PYTHONPATH !== undefined) {
    return {
      where: "[environment] of config.toml",
      code: "config-value",
      place: site.placeOf("environment.PYTHONPATH"),
    };
  }
  const where = whereSet("PYTHONPATH", scene) ?? "the environment";
  if (host.env.IN_PASSENGER === undefined) {
    return { where, code: "login-variable" };
  }
  const home = site.user?.home;
  for (const name of home ? LOGIN_FILES.split(" ") : []) {
    const file = join(home!, name);
    const at = textOf(file, scene).split("\n")
      .findIndex((line) => /^[^#]*\bPYTHONPATH\b/.test(line));
    if (at < 0) continue;
    return {
      where: `line ${at + 1} of ${file}`,
      code: "login-variable",
      place: { file, line: at + 1 },
    };
  }
  return { where, code: "login-variable" };
}

/**
 * A package that came from a folder outside of the site's own packages, and
 * lacks what was asked of it there.
 *
 * @param asked What it lacks
 */
export function explainForeign(
  top: string,
  asked: string,
  { raised, place }: Subject,
  scene: Scene,
): Claim | undefined {
  const installed = findInstalled(top, scene);
  const home = raised.home ?? copyNamed(top, asked, scene);
  if (
    !home || isStandardModule(top) ||
    !isForeign(home, scene) && !(installed && isNamedCopy(home, scene))
  ) return undefined;
  // Modules of the owner's own may well be meant to lie there.
  if (!installed && !isPublicPackage(top)) return undefined;
  const found =
    `"${top}" is imported from ${home}, outside of the site's own packages: that copy has no "${asked}"${
      installed
        ? `, and hides the one that is installed, ${installed}${
          versionSuffix(top, scene)
        }`
        : `, and none is installed for ${scene.python}`
    }`;
  const own = installed
    ? ""
    : `Install for the site itself, in the version that the code is for, what brings "${top}"; and where nothing else there is needed: `;
  if (pythonPath(scene).some((each) => isSame(each, home, scene))) {
    const source = pythonPathSource(scene);
    return {
      code: source.code,
      seen: `${found}; PYTHONPATH names that folder (set in ${source.where})`,
      place: source.place ?? place,
      mend: isInside(home, scene.site.layout.siteDirectory)
        ? `Rename ${
          join(home, top)
        }, so that the installed one is imported; or take ${home} out of PYTHONPATH in ${source.where}, where nothing else there is needed`
        : own + withoutFolder(home, source.where),
    };
  }
  const list = listNaming(home, scene);
  if (list) {
    return {
      seen: `${found}; ${list} names that folder`,
      place: { file: list },
      mend: `${own}Take the line with ${home} out of ${list}`,
    };
  }
  if (/\/\.local\/lib\/python[\d.]+\/site-packages$/.test(home)) {
    return {
      seen:
        `${found}; that folder holds what \`pip install --user\` has installed for one user`,
      mend:
        `${own}Write under [environment] in config.toml: PYTHONNOUSERSITE = "1"`,
    };
  }
  return isLibraryFile(`${home}/`) ? undefined : {
    seen:
      `${found}; the search path of the application (sys.path) has that folder`,
    mend:
      `${own}Look in the application for what puts ${home} on \`sys.path\`, and leave that out; what lies there may belong to another project, and stays as it is`,
  };
}

/** Where PYTHONPATH has another copy of a package, without what is asked. */
function copyNamed(
  top: string,
  asked: string,
  scene: Scene,
): string | undefined {
  const search = [...scene.folders, ...pythonPath(scene)];
  const first = search
    .find((folder) => exists(join(folder, top, "__init__.py"), scene));
  const isLost = asked !== top && first !== undefined &&
    !partIn(first, asked, scene) &&
    scene.packages.some((folder) => partIn(folder, asked, scene));
  return isLost ? first : undefined;
}

/** A folder of the site that PYTHONPATH names, beside those of its packages. */
function isNamedCopy(home: string, scene: Scene): boolean {
  return ![...scene.packages, ...scene.folders]
    .some((each) => isSame(each, home, scene)) &&
    pythonPath(scene).some((each) => isSame(each, home, scene));
}

/** Tells whether a folder is none of those that the site itself has. */
function isForeign(home: string, scene: Scene): boolean {
  const { packages, folders, site: { layout } } = scene;
  return packages.length > 0 &&
    ![...packages, ...folders].some((each) => isSame(each, home, scene)) &&
    !isInside(home, layout.siteDirectory) &&
    !isInside(home, realOf(layout.siteDirectory, scene)) &&
    !/\/lib(?:64)?\/python[\d.]+(?:\/lib-dynload)?$/.test(home);
}

function isSame(one: string, other: string, scene: Scene): boolean {
  return one === other || realOf(one, scene) === realOf(other, scene);
}

function realOf(path: string, { host }: Scene): string {
  const real = host.realPath(path);
  return refused(real) ? path : real;
}

/** The list of folders (`.pth`) among the packages that names a folder. */
function listNaming(home: string, scene: Scene): string | undefined {
  return scene.packages.flatMap((folder) =>
    namesIn(folder, scene.host).filter((name) => name.endsWith(".pth"))
      .map((name) => join(folder, name))
  ).find((file) =>
    linesOf(file, scene).some((line) =>
      line.trim().replace(/(?<=.)\/+$/, "") === home
    )
  );
}

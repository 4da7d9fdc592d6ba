/**
 * Copies of packages that lie outside of those of the site and come before
 * them on Python's search path, and who has put them there.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { dirname, join } from "node:path";
import { isLibraryFile } from "../python/failure.ts";
import { isPublicPackage, isStandardModule } from "../python/package_names.ts";
import type { Code, Place } from "../findings/finding.ts";
import { normalise } from "../python/pip.ts";
import { findInstalled, ownerOf, partIn, versionSuffix } from "./installed.ts";
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
  const isNamed = pythonPath(scene).some((each) => isSame(each, home, scene)) ||
    listNaming(home, scene) !== undefined || USER_PACKAGES.test(home);
  // Python may have packages in more places than are known here.
  return !isNamed && isLibraryFile(`${home}/`)
    ? undefined
    : naming(home, top, found, own, place, scene);
}

/** Who has put a folder on Python's search path, and how it is taken off. */
function naming(
  home: string,
  top: string,
  found: string,
  before: string,
  place: Place | undefined,
  scene: Scene,
): Claim {
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
        : before + withoutFolder(home, source.where),
    };
  }
  const list = listNaming(home, scene);
  if (list) {
    return {
      seen: `${found}; ${list} names that folder`,
      place: { file: list },
      mend: `${before}Take the line with ${home} out of ${list}`,
    };
  }
  if (USER_PACKAGES.test(home)) {
    return {
      seen:
        `${found}; that folder holds what \`pip install --user\` has installed for one user`,
      mend:
        `${before}Write under [environment] in config.toml: PYTHONNOUSERSITE = "1"`,
    };
  }
  const line = lineAdding(home, scene);
  if (line) {
    return {
      seen:
        `${found}; line ${line.line} of ${line.file} puts that folder on \`sys.path\``,
      place: line,
      mend: before +
        (line.isFirst
          ? `Write \`sys.path.append(…)\` in place of \`insert\` on line ${line.line} of ${line.file}, so that what is installed comes first; or leave that line out, where nothing else there is needed`
          : `Leave line ${line.line} of ${line.file} out, where nothing else there is needed`),
    };
  }
  return {
    seen:
      `${found}; the search path of the application (sys.path) has that folder${
        found.includes(otherPython(home, scene)) ? "" : otherPython(home, scene)
      }`,
    mend:
      `${before}Look in the application for what puts ${home} on \`sys.path\`, and leave that out; what lies there may belong to another project, and stays as it is`,
  };
}

/** `, which is for Python 3.9`: of a folder of packages for another Python. */
function otherPython(home: string, { version }: Scene): string {
  const [, minor] = /\/python3\.(\d+)\/site-packages$/.exec(home) ?? [];
  return version && minor && Number(minor) !== version[1]
    ? `, which holds packages for Python 3.${minor}`
    : "";
}

const USER_PACKAGES = /\/\.local\/lib\/python[\d.]+\/site-packages$/;

/** The line of the application's own code that adds a folder to `sys.path`. */
function lineAdding(
  home: string,
  scene: Scene,
): { file: string; line: number; isFirst: boolean } | undefined {
  const { exception } = scene.failure;
  const entry = scene.site.config?.wsgi?.module;
  const files = new Set([
    ...(exception?.frames ?? []).map(({ file }) => file)
      .filter((file) => file.startsWith("/") && !isLibraryFile(file)),
    ...entry?.startsWith("/") ? [entry] : [],
  ]);
  for (const file of files) {
    if (isInside(file, home)) continue;
    for (const [at, each] of linesOf(file, scene).entries()) {
      const [, how] =
        /^[^#]*\bsys\.path\.(insert|append|extend)\(|^[^#]*\bsite\.(addsitedir)\(/
          .exec(each) ?? [];
      const named = [...each.matchAll(/["']([^"'\n]+)["']/g)]
        .map(([, path]) => path!.replace(/(?<=.)\/+$/, ""));
      const isNamed = named.some((path) =>
        path === home ||
        !path.startsWith("/") && path !== "." &&
          `${home}/`.endsWith(`/${path}/`)
      );
      if (/\bsys\.path\b|\baddsitedir\b/.test(each) && isNamed) {
        return { file, line: at + 1, isFirst: how === "insert" };
      }
    }
  }
  return undefined;
}

/** What is raised by code that its Python or its neighbours do not fit. */
const UNFIT: readonly { type: RegExp; message?: RegExp }[] = [
  {
    type:
      /^(?:ImportError|ModuleNotFoundError|SyntaxError|IndentationError|TabError)$/,
  },
  {
    type: /^AttributeError$/,
    message:
      /^(?:partially initialized )?module '|^'(?:dict|str|list|map|filter|generator|function|method|Thread|ElementTree)' object has no attribute '(?:iter\w*|view\w+|has_key|decode|next|sort|isAlive|getchildren|getiterator|im_\w+|func_\w+)'/,
  },
];
/** The same, where it is raised while the code is imported. */
const UNFIT_AT_IMPORT: typeof UNFIT = [
  { type: /^(?:AttributeError|NameError)$/ },
  {
    type: /^TypeError$/,
    message:
      /got an unexpected keyword|takes (?:\d|from|no)|missing \d+ required|not subscriptable|not callable|unsupported operand|multiple values|metaclass/,
  },
];

/**
 * A copy of a package from outside that fails by itself, in place of the one
 * that is installed for the site.
 */
export function explainCopy(
  subject: Subject,
  scene: Scene,
): Claim | undefined {
  const { raised, failure, kind, line } = subject;
  const isMeant = (each: (typeof UNFIT)[number]) =>
    each.type.test(kind) && (each.message?.test(raised.message) ?? true);
  if (
    !UNFIT.some(isMeant) &&
    (failure.problem !== "import-raised" || !UNFIT_AT_IMPORT.some(isMeant))
  ) return undefined;
  const copy = copyFailing(subject, scene);
  if (!copy) return undefined;
  const { top, home } = copy;
  if (isStandardModule(top)) {
    return naming(
      home,
      top,
      `"${top}" is imported from ${home}, and not the module of that name which is Python's own: that copy fails: ${kind}: ${line}`,
      "",
      subject.place,
      scene,
    );
  }
  const installed = findInstalled(top, scene);
  if (!installed) {
    // Only where the folder itself tells that it is for another Python.
    return otherPython(home, scene) === "" ? undefined : naming(
      home,
      top,
      `"${top}" is imported from ${home}${
        otherPython(home, scene)
      }, as none is installed for ${scene.python}, and fails: ${kind}: ${line}`,
      `Install for the site itself, in the version that the code is for, what brings "${top}"; and where nothing else there is needed: `,
      subject.place,
      scene,
    );
  }
  const version = versionIn(home, top, scene);
  const own = versionSuffix(top, scene);
  // The same copy would fail so from its own place.
  if (version !== undefined && ` ${version}` === own) return undefined;
  return naming(
    home,
    top,
    `"${top}"${
      version ? ` ${version}` : ""
    } is imported from ${home}, and not the one that is installed for the site, ${installed}${own}: that copy fails${
      raised.line && raised.filename
        ? ` on line ${raised.line} of ${raised.filename}`
        : ""
    }: ${kind}: ${line}`,
    "",
    subject.place,
    scene,
  );
}

/** A copy that this Python cannot read, where none is installed for the site. */
export function unreadableCopy(
  { raised: { type, filename = "" } }: Subject,
  scene: Scene,
): Claim | undefined {
  const folder = /^(?:Syntax|Indentation|Tab)Error$/.test(type)
    ? pythonPath(scene).find((each) => isInside(filename, each))
    : undefined;
  const top = folder &&
    filename.slice(folder.length + 1).split("/")[0]!.replace(/\.py$/, "");
  return top && !findInstalled(top, scene)
    ? onPythonPath(top, filename, scene)
    : undefined;
}

/** The copy from outside whose own code an exception comes from. */
function copyFailing(
  { raised }: Subject,
  scene: Scene,
): { top: string; home: string } | undefined {
  const isSyntax = /^(?:Syntax|Indentation|Tab)Error$/.test(raised.type);
  const file = isSyntax ? raised.filename : raised.frames
    .findLast((frame) =>
      frame.function !== "__getattr__" && !isPythons(frame.file, scene)
    )?.file;
  if (!file?.startsWith("/")) return undefined;
  const home = homeOf(file, scene);
  const top = file.slice(home.length + 1).split("/")[0]!.replace(/\.py$/, "");
  if (
    home === "/" ||
    scene.folders.some((each) => isSame(each, home, scene)) ||
    // Without an environment, these are the user's own way to install.
    !scene.venv && USER_PACKAGES.test(home)
  ) return undefined;
  const isOutside = isForeign(home, scene) || isNamedCopy(home, scene) ||
    isLibraryFile(file) === false &&
      isInside(home, scene.site.layout.siteDirectory) &&
      lineAdding(home, scene) !== undefined;
  return isOutside && isCopy(home, top, scene) ? { top, home } : undefined;
}

/** Tells whether a file is one of Python's own. */
function isPythons(file: string, scene: Scene): boolean {
  return isLibraryFile(file) && !/\/(?:site|dist)-packages\//.test(file) &&
    !pythonPath(scene).some((each) => isInside(file, each));
}

/** The folder on Python's search path that a source file comes from. */
function homeOf(file: string, scene: Scene): string {
  const named = pythonPath(scene).filter((each) => isInside(file, each))
    .sort((a, b) => b.length - a.length)[0];
  const [packages] = /^.*\/(?:site|dist)-packages(?=\/)/.exec(file) ?? [];
  if (named ?? packages) return (named ?? packages)!;
  let home = dirname(file);
  while (home !== "/" && exists(join(home, "__init__.py"), scene)) {
    home = dirname(home);
  }
  return home;
}

/**
 * Tells whether what lies there is of the same distribution as what is
 * installed: many have a module of their own that is called `utils`.
 */
function isCopy(home: string, top: string, scene: Scene): boolean {
  if (isStandardModule(top)) return true;
  if (otherPython(home, scene) !== "") return true;
  if (versionIn(home, top, scene) !== undefined) return true;
  if (
    isPublicPackage(top) && (isForeign(home, scene) || isNamedCopy(home, scene))
  ) return true;
  const names = (folder: string) =>
    namesIn(join(folder, top), scene.host)
      .filter((name) => /^[a-z]/i.test(name));
  const there = scene.packages.flatMap(names);
  return names(home).some((name) => there.includes(name));
}

/** The version of a package in a folder, where pip wrote it down there. */
function versionIn(
  home: string,
  top: string,
  scene: Scene,
): string | undefined {
  const wanted = normalise(ownerOf(top, scene).name);
  return namesIn(home, scene.host).map((file) =>
    /^(.+?)-(\d[^-]*)(?:-py[\d.]+)?\.(?:dist|egg)-info$/.exec(file)
  ).find((found) => found && normalise(found[1]!) === wanted)?.[2];
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

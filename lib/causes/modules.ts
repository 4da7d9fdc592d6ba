/**
 * Modules of the application's own: in another folder than Python looks in,
 * under another spelling, importing each other, or hiding somebody else's.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { basename, dirname, join } from "node:path";
import {
  type Frame,
  isLibraryFile,
  type PythonException,
} from "../python/failure.ts";
import type { Finding } from "../findings/finding.ts";
import { refused } from "../machine/host.ts";
import { openingFor } from "../machine/permission.ts";
import { shellCommand } from "../text/shell.ts";
import { isPublicPackage, isStandardModule } from "../python/package_names.ts";
import { findInstalled } from "./installed.ts";
import {
  cause,
  isInside,
  namesIn,
  ownFrame,
  placeIn,
  type Scene,
  searchSite,
} from "./scene.ts";

/**
 * Finds a module that Python did not find: hidden by a file of the same name,
 * spelled otherwise, or in another folder of the site.
 *
 * @param anywhere Also look in folders that Python does not look in
 */
export function findOwnModule(
  name: string,
  raised: PythonException,
  scene: Scene,
  anywhere: boolean,
): Finding | undefined {
  const { host, folders } = scene;
  const parts = name.split(".");
  const top = parts[0]!;
  const hiding = /; '([\w.]+)' is not a package$/.exec(raised.message)?.[1];
  if (hiding) return explainShadow(hiding, undefined, raised, scene);
  const beside = raised.frames.at(-1)?.file;
  const near = beside && !isLibraryFile(beside) ? [dirname(beside)] : [];
  for (const folder of new Set([...folders, ...near, ...scene.packages])) {
    const place = join(folder, ...parts.slice(0, -1));
    const last = parts.at(-1)!.toLowerCase();
    const twin = namesIn(place, host).find((each) =>
      isModuleName(each, last, (text) => text.toLowerCase()) &&
      !isModuleName(each, parts.at(-1)!)
    );
    if (twin) return explainSpelling(name, join(place, twin), raised, scene);
  }
  const unreadable = explainUnreadablePackage(top, undefined, raised, scene);
  if (unreadable) return unreadable;
  if (!anywhere || isStandardModule(top)) return undefined;
  if (
    folders.some((each) =>
      namesIn(each, host).some((one) => isModuleName(one, top))
    )
  ) {
    return undefined;
  }
  const homes = searchSite(
    scene,
    (names, folder) =>
      names.some((each) =>
        isModuleName(each, top) &&
        (each.endsWith(".py") ||
          namesIn(join(folder, each), host).some((one) => one.endsWith(".py")))
      ),
  ).filter((home) => !folders.includes(home));
  const home = homes[0];
  return home === undefined
    ? undefined
    : explainElsewhere(name, home, raised, scene);
}

function isModuleName(
  file: string,
  module: string,
  as: (text: string) => string = (text) => text,
): boolean {
  const name = as(file);
  return name === module || name === `${module}.py`;
}

function explainSpelling(
  name: string,
  twin: string,
  raised: PythonException,
  scene: Scene,
): Finding {
  const found = basename(twin);
  const meant = `${name.split(".").at(-1)}${
    found.endsWith(".py") ? ".py" : ""
  }`;
  return cause("module-name-case", {
    message:
      `The module "${name}" is imported, but what is there is called "${found}": Linux tells capital letters from small ones (${twin})`,
    place: placeIn(raised, scene) ?? { file: twin },
    fix: isLibraryFile(twin)
      ? { text: `Import \`${found.replace(/\.py$/, "")}\`` }
      : {
        command: shellCommand("mv", "-n", twin, join(dirname(twin), meant)),
        safe: false,
      },
  });
}

function explainElsewhere(
  name: string,
  home: string,
  raised: PythonException,
  scene: Scene,
): Finding {
  const top = name.split(".")[0]!;
  const deeper = scene.folders.find((folder) => isInside(home, folder));
  const way = deeper && home.slice(deeper.length + 1).replaceAll("/", ".");
  const { config } = scene.site;
  const around = isInside(config?.wsgi?.module ?? scene.directory, home);
  const search = config?.environment.PYTHONPATH;
  return cause("module-elsewhere", {
    message:
      `Python does not find the module "${top}": it lies in ${home}, and Python looks in ${
        scene.folders.join(" and ")
      }`,
    place: placeIn(raised, scene) ?? scene.site.placeOf("wsgi.chdir"),
    fix: {
      text: way
        ? `Write \`from ${way} import ${top}\`; or in [wsgi] of config.toml: chdir = "${home}"`
        : around
        ? `Write in [wsgi] of config.toml: chdir = "${home}"`
        : `Write under [environment] in config.toml: PYTHONPATH = "${
          search ? `${search}:` : ""
        }${home}"`,
    },
  });
}

/** Explains a file of the site that hides a module of Python or of a package. */
export function explainShadow(
  module: string,
  path: string | undefined,
  raised: PythonException,
  scene: Scene,
): Finding | undefined {
  const top = module.split(".")[0]!;
  const standard = isStandardModule(top);
  // A file that imports from itself means a package of the same name.
  const importsItself = path !== undefined &&
    raised.frames.at(-1)?.file === path;
  const isWanted = standard || findInstalled(top, scene) ||
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
  const rename = shellCommand("mv", "-n", hiding, renamed);
  return cause(standard ? "module-shadowed" : "package-shadowed", {
    message: `${hiding} hides ${
      standard ? "Python's own module" : "the package"
    } "${top}": it is imported in its place`,
    place: { file: hiding },
    fix: hiding === scene.site.config?.wsgi?.module
      ? {
        text:
          `Rename it (${rename}), and write in [wsgi] of config.toml: module = "${renamed}"`,
      }
      : { command: rename, safe: false },
  });
}

/** Explains an import with leading dots in a file that is no package's. */
export function explainRelativeImport(
  raised: PythonException,
  scene: Scene,
): Finding | undefined {
  if (
    !/^attempted relative import (?:with no known parent package|beyond top-level)/
      .test(raised.message)
  ) return undefined;
  const frame = ownFrame(raised.frames, scene);
  if (!frame) return undefined;
  const place = { file: frame.file, line: frame.line };
  const { base, module } = packageAround(frame, scene);
  if (!isEntry(frame.file, scene)) {
    return cause("import-relative", {
      message:
        `${frame.file} imports with more leading dots than there are packages around it; Python looks for packages in ${
          scene.folders.join(" and ")
        }`,
      place,
      fix: {
        text:
          "Import it by its name from there, without dots: `import util` in place of `from .. import util`",
      },
    });
  }
  return cause("import-relative", {
    message:
      `${frame.file} imports with leading dots, which works only in a module of a package, and it was not loaded as one`,
    place,
    fix: {
      text:
        `Write in [wsgi] of config.toml: module = "${module}" and chdir = "${base}"`,
    },
  });
}

/** Tells whether a file is the one that `module` in config.toml names. */
function isEntry(file: string, { site, directory }: Scene): boolean {
  const { module = "" } = site.config?.wsgi ?? {};
  return module === file ||
    join(directory, `${module.replaceAll(".", "/")}.py`) === file;
}

/** The outermost package of a file, by its files and by the dots of a line. */
function packageAround(
  { file, line }: Frame,
  { host }: Scene,
): { base: string; module: string } {
  const bytes = host.readBytes(file, 1_000_000);
  const text = refused(bytes)
    ? ""
    : new TextDecoder().decode(bytes).split(/\r?\n/)[line - 1] ?? "";
  const dots = /^\s*from\s+(\.+)/.exec(text)?.[1]?.length ?? 1;
  const parts = [basename(file, ".py")];
  let base = dirname(file);
  while (
    base !== "/" &&
    (parts.length <= dots || !refused(host.stat(join(base, "__init__.py"))))
  ) {
    parts.unshift(basename(base));
    base = dirname(base);
  }
  return { base, module: parts.join(".") };
}

/** A folder that cannot be read is imported as an empty package. */
export function explainUnreadablePackage(
  top: string,
  path: string | undefined,
  raised: PythonException,
  scene: Scene,
): Finding | undefined {
  if (path) return undefined;
  for (const folder of [...scene.folders, ...scene.packages]) {
    const home = join(folder, top);
    const names = scene.host.list(home);
    if (!refused(names) || !/^(?:EACCES|EPERM)$/.test(names.errno)) continue;
    const status = scene.host.stat(home);
    const { change } = refused(status)
      ? { change: "g+r" }
      : openingFor(status, scene.host.identity, "read");
    return cause("package-unreadable", {
      message:
        `The folder ${home} cannot be read, so Python takes it for an empty package`,
      place: placeIn(raised, scene) ?? { file: home },
      fix: {
        command: shellCommand("chmod", "-R", `${change}X`, home),
        safe: false,
      },
    });
  }
  return undefined;
}

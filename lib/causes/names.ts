/**
 * Names that a module does not have: asked too early, of the wrong module, or
 * of another version of it.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { basename } from "node:path";
import { normalise } from "../python/pip.ts";
import { isLibraryFile, type PythonException } from "../python/failure.ts";
import type { Finding } from "../findings/finding.ts";
import { refused } from "../machine/host.ts";
import { shellCommand } from "../text/shell.ts";
import { suggest } from "../text/suggestion.ts";
import { findInstalled, packageOf, pip, versionSuffix } from "./installed.ts";
import { explainShadow, explainUnreadablePackage } from "./modules.ts";
import {
  bornIn,
  distributionOf,
  isStandardModule,
  LOST_ATTRIBUTES,
  LOST_NAMES,
  LOST_PYTHON_NAMES,
} from "../python/package_names.ts";
import { cause, classOf, laterPython, placeIn, type Scene } from "./scene.ts";

const IMPORT_NAME_REGEXP =
  /^cannot import name '([^']+)' from (partially initialized module )?'([^']+)'(?: \(most likely due to a circular import\))?(?: \(([^()]*)\))?/;
const ATTRIBUTE_REGEXP =
  /^(?:(partially initialized) )?module '([^']+)' has no attribute '([^']+)'/;

/** Explains a name that a module does not have. */
export function explainMissingName(
  raised: PythonException,
  scene: Scene,
): Finding | undefined {
  const asked = askedName(raised);
  if (!asked) return explainLostAttribute(raised, scene);
  const { name, module, partial, path } = asked;
  const shadow = explainShadow(module, path, raised, scene);
  if (shadow) return shadow;
  const place = placeIn(raised, scene);
  if (partial) return explainCircle(name, module, path, raised, scene);
  const lost = LOST_NAMES.find((each) =>
    each.module.test(module) && each.name.test(name)
  );
  const top = module.split(".")[0]!;
  const version = versionSuffix(top, scene);
  if (lost) {
    return cause("package-conflict", {
      message: `"${name}" is gone from ${module} since ${lost.since}; ${
        version && `installed is ${top}${version}, and `
      }${importerOf(raised, top)} needs an older one`,
      place,
      fix: pip(scene, lost.install),
    });
  }
  const removed = LOST_PYTHON_NAMES.find((each) =>
    each.module.test(module) && each.name.test(name)
  );
  if (removed && scene.version && scene.version[1] >= removed.since) {
    const importer = packageOf(raised.frames.at(-1)?.file ?? "");
    return cause(importer ? "package-conflict" : "python-module-removed", {
      message:
        `"${name}" is gone from Python's module ${module} since Python 3.${removed.since}; ${
          importerOf(raised, module)
        } was written for an older one`,
      place,
      fix: importer ? pip(scene, "--upgrade", distributionOf(importer)) : {
        text:
          `Correct the import, or make the virtual environment with a Python before 3.${removed.since}`,
      },
    });
  }
  const since = bornIn(`${module}.${name}`);
  if (since && scene.version && scene.version[1] < since) {
    return cause("code-needs-later-python", {
      message:
        `Python's module ${module} has "${name}" from 3.${since} on, and this is Python ${
          scene.version.join(".")
        }`,
      place,
      fix: laterPython(since),
    });
  }
  return explainUnreadablePackage(top, path, raised, scene) ??
    explainRemains(top, raised, scene) ??
    explainUnknownName(asked, raised, scene);
}

/** A package that was removed or installed by half is an empty one to Python. */
function explainRemains(
  top: string,
  raised: PythonException,
  scene: Scene,
): Finding | undefined {
  const home = findInstalled(top, scene);
  if (!home || !raised.message.endsWith("(unknown location)")) return undefined;
  return cause("package-damaged", {
    message:
      `The package "${top}" is not whole: ${home} lacks the file with which it begins`,
    place: placeIn(raised, scene),
    fix: pip(scene, "--force-reinstall", distributionOf(top)),
  });
}

/** Explains what objects had in an earlier version of their package. */
function explainLostAttribute(
  raised: PythonException,
  scene: Scene,
): Finding | undefined {
  const [, kind = "", name = ""] = /^'(\w+)' object has no attribute '(\w+)'/
    .exec(raised.message) ?? [];
  const lost = LOST_ATTRIBUTES.find((each) =>
    each.kind.test(kind) && each.name.test(name)
  );
  const version = lost && versionSuffix(lost.package, scene);
  if (!version) return undefined;
  return cause("package-conflict", {
    message:
      `"${name}" is gone from ${kind} since ${lost.package} ${lost.since}; installed is ${lost.package}${version}, and ${
        importerOf(raised, lost.package)
      } needs an older one`,
    place: placeIn(raised, scene),
    fix: pip(scene, `${lost.package}<${lost.since}`),
  });
}

interface AskedName {
  name: string;
  module: string;
  partial: boolean;
  /** File of the module, where it is told. */
  path?: string;
  isImport: boolean;
}

function askedName(raised: PythonException): AskedName | undefined {
  if (classOf(raised) === "ImportError") {
    const [, name, partial, module, path] =
      IMPORT_NAME_REGEXP.exec(raised.message) ?? [];
    if (!name || !module) return undefined;
    const file = path?.startsWith("/") ? path : undefined;
    return {
      name,
      module,
      partial: Boolean(partial),
      path: file,
      isImport: true,
    };
  }
  if (classOf(raised) !== "AttributeError") return undefined;
  const [, partial, module, name] = ATTRIBUTE_REGEXP.exec(raised.message) ?? [];
  if (!name || !module) return undefined;
  return { name, module, partial: Boolean(partial), isImport: false };
}

function explainCircle(
  name: string,
  module: string,
  path: string | undefined,
  raised: PythonException,
  scene: Scene,
): Finding {
  const files = raised.frames.map(({ file }) => file)
    .filter((file) => file.startsWith("/") && !isLibraryFile(file));
  const start = files.findIndex((file) =>
    file === path || basename(file, ".py") === module.split(".").at(-1)
  );
  const circle = [...new Set(start < 0 ? files : files.slice(start))];
  return cause("circular-import", {
    message: `${
      circle.length > 1
        ? `${circle.join(" and ")} import each other`
        : `The module "${module}" is imported while it is still being read`
    }: "${name}" is asked of "${module}" before that has defined it`,
    place: placeIn(raised, scene),
    fix: {
      text:
        `Move what both need into a third module, or move one of the imports into the function that uses it`,
    },
  });
}

function explainUnknownName(
  { name, module, path, isImport }: AskedName,
  raised: PythonException,
  scene: Scene,
): Finding | undefined {
  if (!isImport || !path) return undefined;
  const place = placeIn(raised, scene);
  if (place?.file === path) {
    return cause("circular-import", {
      message:
        `${path} imports "${name}" from itself: "${module}" is this very file`,
      place,
      fix: {
        text:
          `Name the module that holds \`${name}\`; if another module "${module}" is meant, rename this file, and \`module\` in config.toml with it`,
      },
    });
  }
  const names = definedIn(path, scene);
  // Python itself does not see it where the application's own file is asked.
  if (!isLibraryFile(path) && names.includes(name)) {
    return explainCircle(name, module, path, raised, scene);
  }
  const near = suggest(name, names);
  const meant =
    `Import \`${near}\`, if that is meant: \`from ${module} import ${near}\``;
  if (!isLibraryFile(path)) {
    return cause("import-name-missing", {
      message: `${path} defines no "${name}", which is imported from it${
        near ? `; it has "${near}"` : ""
      }`,
      place,
      fix: {
        text: near ? meant : `Define \`${name}\` there, or correct the import`,
      },
    });
  }
  if (near && !packageOf(raised.frames.at(-1)?.file ?? "")) {
    return cause("import-name-missing", {
      message: `The module "${module}" has no "${name}"; it has "${near}"`,
      place,
      fix: { text: meant },
    });
  }
  if (isStandardModule(module)) return undefined;
  const top = module.split(".")[0]!;
  return cause("package-conflict", {
    message: `The installed ${top}${
      versionSuffix(top, scene)
    } has no "${name}" in ${module}; ${
      importerOf(raised, module)
    } was written for another version of it`,
    place,
    fix: {
      text:
        `Install a version that fits, and write it down in requirements.txt; see what is there with: \`${
          shellCommand(scene.python, "-m", "pip", "show", distributionOf(top))
        }\``,
    },
  });
}

const DEFINED_REGEXP =
  /^(?:(?:async )?def|class) +(\w+)|^(\w+) *(?::[^=\n]+)?=(?!=)|^from +\S+ +import +(?:\(([^)]*)\)|(.*))/gm;

/** The names that a source file defines or imports at its top level. */
function definedIn(path: string, { host }: Scene): string[] {
  const bytes = host.readBytes(path, 200_000);
  if (refused(bytes)) return [];
  const text = new TextDecoder().decode(bytes);
  return [...text.matchAll(DEFINED_REGEXP)].flatMap((
    [, made, given, many = "", one = many],
  ) =>
    made ?? given ??
      one.split(",").flatMap((each) =>
        /(\w+)\s*(?:#.*)?$/.exec(each.trim())?.[1] ?? []
      )
  ).filter((name) => !name.startsWith("_"));
}

/** Who asked a package; some raise by a `__getattr__` of their own. */
function importerOf(raised: PythonException, asked: string): string {
  const importer = raised.frames.map(({ file }) => packageOf(file))
    .findLast((each) =>
      each === undefined ||
      normalise(distributionOf(each)) !== normalise(distributionOf(asked))
    );
  return importer ? `the package "${importer}"` : "the code";
}

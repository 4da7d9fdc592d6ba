/**
 * Packages that are not there, or not there for this Python: what to install,
 * and with which pip.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { join } from "node:path";
import { closedPackages, requirementsOf } from "../python/pip.ts";
import type { PythonException } from "../python/failure.ts";
import type { Finding } from "../findings/finding.ts";
import { refused } from "../machine/host.ts";
import { shellCommand } from "../text/shell.ts";
import { suggest } from "../text/suggestion.ts";
import {
  findInstalled,
  holds,
  pip,
  pipCommand,
  versionSuffix,
} from "./installed.ts";
import { isLoadingApp } from "./django_apps.ts";
import { findOwnModule } from "./modules.ts";
import { explainWindow } from "./settings.ts";
import {
  distributionOf,
  isPublicPackage,
  isStandardModule,
  nearPackage,
  NEW_MODULES,
  OPTIONAL_MODULES,
  PYTHON_2_MODULES,
  REMOVED_MODULES,
} from "../python/package_names.ts";
import {
  cause,
  classOf,
  namesIn,
  packageFolders,
  placeIn,
  type Scene,
} from "./scene.ts";
import { venvFix } from "../python/venv.ts";

/** Explains a module that Python does not find. */
export function explainMissingModule(
  raised: PythonException,
  scene: Scene,
): Finding | undefined {
  const name = missingNameOf(raised);
  if (!name) return undefined;
  return explainPythonsOwn(name, raised, scene) ??
    findOwnModule(name, raised, scene, !isPublicPackage(name)) ??
    explainPartMissing(name, raised, scene) ??
    explainNotInstalled(name, raised, scene);
}

/** The dotted name of the module that was not found. */
function missingNameOf(raised: PythonException): string | undefined {
  if (!/^(?:ModuleNotFound|Import)Error$/.test(classOf(raised))) {
    return undefined;
  }
  // A package may list all that it misses, each in a line.
  const told =
    /(?:^|\n\w+: )(?:No module named '?([\w.]+)'?|import of (\w+) halted)/
      .exec(raised.message);
  return told ? raised.name ?? told[1] ?? told[2] : undefined;
}

/** Modules of Python itself that this Python has not. */
function explainPythonsOwn(
  name: string,
  raised: PythonException,
  scene: Scene,
): Finding | undefined {
  const top = name.split(".")[0]!;
  const place = placeIn(raised, scene);
  const minor = scene.version?.[1];
  const told = `Python ${scene.version?.join(".")}`;
  if (/^_?tkinter$/.test(top)) return explainWindow(raised, scene);
  if (Object.hasOwn(OPTIONAL_MODULES, top)) {
    return cause("python-incomplete", {
      message:
        `The Python behind ${scene.python} was built without its module "${top}"`,
      place,
      fix: {
        text:
          `Make the virtual environment with a complete Python; or install ${
            OPTIONAL_MODULES[top]
          }, build Python again and make the virtual environment anew`,
      },
    });
  }
  const today = Object.hasOwn(PYTHON_2_MODULES, top) && PYTHON_2_MODULES[top];
  if (today) {
    return cause("code-for-python-2", {
      message:
        `The module "${top}" was part of Python 2 only; today it is "${today}"`,
      place,
      fix: {
        text: `Import \`${today}\`, or use a version of the code for Python 3`,
      },
    });
  }
  const fresh = Object.hasOwn(NEW_MODULES, top) && NEW_MODULES[top];
  if (fresh && minor !== undefined && minor < fresh.since) {
    return cause("code-needs-later-python", {
      message:
        `The module "${top}" is part of Python from 3.${fresh.since} on, and this is ${told}`,
      place,
      fix: {
        text:
          `Make the virtual environment with Python 3.${fresh.since} or later, or let the code use the package ${fresh.install} instead`,
      },
    });
  }
  const gone = Object.hasOwn(REMOVED_MODULES, top) && REMOVED_MODULES[top];
  if (gone && minor !== undefined && minor >= gone.since) {
    return cause("python-module-removed", {
      message:
        `The module "${top}" is no longer part of Python since 3.${gone.since}, and this is ${told}`,
      place,
      fix: gone.install ? pip(scene, gone.install) : {
        text:
          `Use \`${gone.instead}\` in its place, a later version of the package that imports it, or an earlier Python`,
      },
    });
  }
  return undefined;
}

/** A part of a package that is installed. */
function explainPartMissing(
  name: string,
  raised: PythonException,
  scene: Scene,
): Finding | undefined {
  const top = name.split(".")[0]!;
  const home = findInstalled(top, scene);
  if (!home || !name.includes(".")) return undefined;
  const place = placeIn(raised, scene);
  const installed = `${top}${versionSuffix(top, scene)}`;
  const inPackages = scene.packages.some((each) => home.startsWith(each));
  const importer = raised.frames.at(-1)?.file ?? "";
  const folder = join(home, ...name.split(".").slice(1, -1));
  const last = name.split(".").at(-1)!;
  const compiled = namesIn(folder, scene.host).find((file) =>
    file.startsWith(`${last}.cpython-`)
  );
  const distribution = distributionOf(top);
  if (compiled) {
    return cause("package-binary-mismatch", {
      message:
        `The package "${installed}" was built for another Python or another kind of machine: there is ${compiled}, which this Python cannot load`,
      place,
      fix: pip(scene, "--force-reinstall", "--no-cache-dir", distribution),
    });
  }
  if (inPackages && importer.startsWith(`${home}/`)) {
    return cause("package-damaged", {
      message:
        `The package "${installed}" is installed, but lacks its own part "${name}"`,
      place,
      fix: pip(scene, "--force-reinstall", distribution),
    });
  }
  if (!inPackages) return undefined;
  return cause("package-conflict", {
    message:
      `The package "${installed}" has no part "${name}"; the code that imports it was written for another version`,
    place,
    fix: {
      text:
        `Install the version of ${distribution} that the code was written for: \`${
          pipCommand(scene, `${distribution}==`)
        }VERSION\``,
    },
  });
}

function explainNotInstalled(
  name: string,
  raised: PythonException,
  scene: Scene,
): Finding | undefined {
  const top = name.split(".")[0]!;
  if (isStandardModule(top)) return undefined;
  // Its first part was found: the name is one of a package's own parts.
  if (name.includes(".") && !NAMESPACES.has(top)) return undefined;
  const place = placeIn(raised, scene);
  const { venv, host, site } = scene;
  const distribution = distributionOf(name);
  const other = venv &&
    packageFolders(venv, host).find(([folder, minor]) =>
      minor !== scene.version?.[1] && holds(folder, top, scene)
    );
  if (venv && other && scene.version) {
    const anew = venvFix(scene.python, site);
    return cause("venv-other-version", {
      message: `The package "${top}" is installed for Python 3.${
        other[1]
      } in ${venv}, whose Python is ${scene.version.join(".")} now`,
      place,
      fix: "command" in anew
        ? {
          command: `${anew.command} && ${installCommand(scene, distribution)}`,
          safe: false,
        }
        : anew,
    });
  }
  const closed = closedPackages(scene.python, site);
  if (closed) return cause("package-unreadable", closed);
  const elsewhere = otherEnvironments(scene).find((prefix) =>
    packageFolders(prefix, host).some(([folder]) => holds(folder, top, scene))
  );
  if (elsewhere) {
    return cause("package-missing", {
      message:
        `The package "${top}" is not installed for ${scene.python}, which runs the site, but in ${elsewhere}`,
      place: site.placeOf("passenger.passenger_python"),
      fix: {
        text:
          `Write in config.toml: passenger_python = "${elsewhere}/bin/python"; or install it: \`${
            installCommand(scene, distribution)
          }\``,
      },
    });
  }
  const here = suggest(top, knownModules(scene));
  const near = here ?? nearPackage(top);
  const spelling = here && here !== top
    ? `; there is a module "${here}"`
    : near && near !== top
    ? `; "${near}" is a well-known package`
    : "";
  // A name that nobody knows may be anybody's on the index.
  const isKnown = isPublicPackage(top) ||
    listOf(distribution, scene) !== undefined;
  if (isLoadingApp(raised) && !isKnown) {
    return cause("package-missing", {
      message:
        `INSTALLED_APPS in Django's settings names "${top}", which is neither in ${scene.directory} nor installed${spelling}`,
      place,
      fix: {
        text:
          `Correct the entry, or copy the folder ${top} to ${scene.directory}; if it is a package: \`${
            installCommand(scene, distribution)
          }\``,
      },
    });
  }
  if (venv && spelling && !isKnown) {
    return cause("package-missing", {
      message:
        `The package "${top}" is imported, but not installed in the virtual environment ${venv}${spelling}`,
      place,
      fix: {
        text:
          `Import "${near}", if that is meant; else install the package: \`${
            installCommand(scene, distribution)
          }\``,
      },
    });
  }
  return cause("package-missing", {
    message: `The package "${top}" is imported, but not installed ${
      venv ? `in the virtual environment ${venv}` : `for ${scene.python}`
    }${spelling}`,
    place,
    fix: venv
      ? { command: installCommand(scene, distribution), safe: false }
      : {
        text:
          `Make a virtual environment and install ${distribution} into it: \`${
            shellCommand(
              "python3",
              "-m",
              "venv",
              join(site.layout.siteDirectory, "venv"),
            )
          } && ${
            shellCommand(
              join(site.layout.siteDirectory, "venv/bin/python"),
              "-m",
              "pip",
              "install",
              distribution,
            )
          }\`; then name its interpreter as passenger_python in config.toml`,
      },
  });
}

/** Names that several public packages share. */
const NAMESPACES = new Set(["azure", "backports", "google", "ruamel", "zope"]);

/** With the list of requirements, where that names the package. */
function installCommand(scene: Scene, distribution: string): string {
  const file = listOf(distribution, scene);
  return file ? pipCommand(scene, "-r", file) : pipCommand(scene, distribution);
}

/** The list of requirements that names a package. */
function listOf(distribution: string, scene: Scene): string | undefined {
  const folders = [scene.directory, scene.site.layout.siteDirectory];
  return requirementsOf([distribution], folders, scene.host);
}

function knownModules(scene: Scene): string[] {
  return scene.packages.concat(scene.folders)
    .flatMap((folder) => namesIn(folder, scene.host))
    .filter((name) => /^[a-z]\w*(?:\.py)?$/i.test(name))
    .map((name) => name.replace(/\.py$/, ""));
}

/** Virtual environments of the site that do not run it. */
function otherEnvironments({ host, site, venv, directory }: Scene): string[] {
  const folders = [...new Set([site.layout.siteDirectory, directory])];
  return folders.flatMap((folder) =>
    namesIn(folder, host).filter((name) => /^\.?(?:virtual)?v?env/.test(name))
      .map((name) => join(folder, name))
  ).filter((path) =>
    path !== venv && !refused(host.stat(join(path, "pyvenv.cfg")))
  );
}

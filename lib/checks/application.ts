/**
 * Reports what is wrong with the application before Python imports it: its
 * module, its working directory, its files.
 *
 * What only Python can tell of them is in `python_run.ts`.
 * Runs on Node and Deno.
 *
 * @module
 */

import { basename, dirname, join, resolve } from "node:path";
import { startupFileOf } from "../site/adoption.ts";
import { type Application, moduleKey } from "../site/application.ts";
import { type Finding, finding } from "../findings/finding.ts";
import { namesIn, refused } from "../machine/host.ts";
import { shellCommand } from "../text/shell.ts";
import type { Site } from "../site/site.ts";
import { firstMissing } from "../machine/way.ts";
import { suggest } from "../text/suggestion.ts";
import { quoted } from "../text/wrap.ts";
import { movedPath } from "./config.ts";
import type { CheckOptions } from "./check.ts";
import { checkImports } from "./imports.ts";
import { checkSample } from "./sample.ts";
import { checkSource } from "./source.ts";
import { checkTree } from "./tree.ts";

export function checkApplication(
  site: Site,
  { at, factsProgram }: CheckOptions,
  found: readonly Finding[],
): Finding[] {
  const { application, config } = site;
  if (!application) return [];
  if (found.some((one) => one.place?.key === "wsgi.module")) return [];
  const { target } = application;
  const module = "file" in target
    ? checkFile(target.file, site)
    : checkName(target.module, application, site);
  // A folder that is missing with its module is not a fault of its own.
  if (module.length > 0 && !config?.wsgi?.chdir) return module;
  return [
    ...module,
    ...checkDirectory(application, site),
    ...checkSample(site),
    ...(at === "shell"
      ? [
        ...checkImports(site, module, factsProgram),
        ...checkTree(application, site, found),
      ]
      : []),
  ];
}

function checkFile(file: string, site: Site): Finding[] {
  const { host, placeOf } = site;
  const status = host.stat(file);
  const place = placeOf("wsgi.module");
  if (refused(status)) {
    if (status.errno === "EACCES" || status.errno === "EPERM") return [];
    return movedPath(file, site) ? [] : [missingFile(file, site)];
  }
  if (status.kind !== "file") {
    return [finding("app-module-missing", {
      message: `\`module\` names "${file}", which is not a regular file`,
      place,
      fix: {
        text: "Write the path of the .py file that holds the application",
      },
    })];
  }
  if (status.size === 0) {
    return [finding("source-empty", {
      message: `"${file}" is empty (0 bytes), so there is no application in it`,
      place: { file },
      fix: { text: `Upload ${basename(file)} again, or restore it` },
    })];
  }
  if (file.endsWith(".ipynb")) {
    return [finding("app-module-missing", {
      message:
        `\`module\` names "${file}", a notebook of Jupyter; the web server needs a Python file`,
      place,
      fix: {
        text:
          `Write the application as a .py file; the code of the notebook is printed by: \`${
            shellCommand(
              "jupyter",
              "nbconvert",
              "--to",
              "script",
              "--stdout",
              file,
            )
          }\``,
      },
    })];
  }
  return checkSource(file, host);
}

/** The same file by the end of its path, where the site lies on this machine. */
function belowSite(
  file: string,
  { host, layout: { siteDirectory } }: Site,
): string | undefined {
  const parts = file.split("/").filter(Boolean);
  return [4, 3, 2].filter((count) => count < parts.length)
    .map((count) => join(siteDirectory, ...parts.slice(-count)))
    .find((each) => !refused(host.stat(each)));
}

function missingFile(file: string, site: Site): Finding {
  const { host, placeOf } = site;
  const place = placeOf("wsgi.module");
  const link = host.readLink(file);
  if (typeof link === "string") {
    return finding("app-module-missing", {
      message: `"${file}" is a link to "${link}", which cannot be followed`,
      place,
      fix: { text: `Restore ${link}, or name the file itself in \`module\`` },
    });
  }
  const folder = dirname(file);
  const names = host.list(folder);
  const beside = besideAppRoot(file, site);
  if (beside) {
    return finding("app-module-missing", {
      message:
        `There is no file "${file}": a relative path begins at the app root; "${beside}" is there`,
      place,
      fix: { text: `Write module = "${beside}"` },
    });
  }
  if (refused(names)) {
    const missing = firstMissing(folder, host);
    const link = host.readLink(missing);
    if (typeof link === "string") {
      const target = resolve(dirname(missing), link);
      const beside = namesIn(dirname(target), host);
      return finding("app-module-missing", {
        message:
          `There is no file "${file}": "${missing}" is a link to "${link}", which is not there${
            beside.length > 0
              ? `; in ${dirname(target)} there ${
                beside.length > 1 ? "are" : "is"
              } ${quoted(beside, 4)}`
              : ""
          }`,
        place,
        fix: {
          text:
            "Let the link lead to the folder that is meant, or name that in `module`",
        },
      });
    }
    const parent = host.list(dirname(missing));
    const near = refused(parent)
      ? undefined
      : suggest(basename(missing), parent);
    const moved = near ? undefined : belowSite(file, site);
    return finding("app-module-missing", {
      message:
        `There is no file "${file}": the folder "${missing}" does not exist${
          near ? `; "${near}" is there` : moved ? `; "${moved}" is there` : ""
        }`,
      place,
      fix: near
        ? {
          text: `Write ${join(dirname(missing), near)} in place of ${missing}`,
        }
        : {
          text: moved
            ? `Write ${moved}, if that is meant`
            : "Write the path of the .py file that holds the application",
        },
    });
  }
  const name = basename(file);
  const other = names.find((one) => one.toLowerCase() === name.toLowerCase());
  if (other) {
    return finding("app-module-missing", {
      message:
        `There is no file "${file}", but "${other}" is there; capital letters count`,
      place,
      fix: {
        command: shellCommand("mv", "-n", join(folder, other), file),
        safe: false,
      },
    });
  }
  const near = suggest(name, names) ??
    (names.includes(`${name}.py`) ? `${name}.py` : undefined);
  const isStartup = startupFileOf(site) === file;
  return finding("app-module-missing", {
    message: `There is no file "${file}"${
      near ? `; "${near}" is in the same folder` : ""
    }`,
    place,
    fix: near
      ? {
        text: isStartup
          ? `Give "${near}" that name again`
          : `Write module = "${join(folder, near)}"`,
      }
      : {
        text: isStartup
          ? `It is the startup file of before the adoption: restore ${name}`
          : "Write the path of the .py file that holds the application",
      },
  });
}

/** What was meant from the site directory: a relative path, most often. */
function besideAppRoot(
  file: string,
  { host, layout: { appRoot, siteDirectory } }: Site,
): string | undefined {
  if (!file.startsWith(`${appRoot}/`)) return undefined;
  const path = siteDirectory + file.slice(appRoot.length);
  return refused(host.stat(path)) ? undefined : path;
}

/**
 * A dotted name is looked for in the folders that come first. What is not
 * there may be an installed package, and is left to Python.
 */
function checkName(
  module: string,
  application: Application,
  site: Site,
): Finding[] {
  const { host, placeOf } = site;
  const parts = module.split(".");
  const home = application.path.find((folder) =>
    !refused(host.stat(join(folder, parts[0]!, "__init__.py"))) ||
    !refused(host.stat(join(folder, `${parts[0]}.py`)))
  );
  if (home === undefined) return [];
  let folder = home;
  for (const [index, part] of parts.entries()) {
    const file = join(folder, `${part}.py`);
    const last = index === parts.length - 1;
    if (!refused(host.stat(join(folder, part, "__init__.py")))) {
      folder = join(folder, part);
      if (last) return checkSource(join(folder, "__init__.py"), host);
      continue;
    }
    if (!refused(host.stat(file))) return last ? checkSource(file, host) : [];
    const names = host.list(folder);
    // A folder without __init__.py is a package as well; a compiled module too.
    if (
      refused(names) ||
      names.some((name) => name === part || name.startsWith(`${part}.`))
    ) return [];
    const modules = names.filter((name) => /^\w+\.py$/.test(name))
      .map((name) => name.slice(0, -3));
    const near = suggest(part, modules);
    return [finding("app-module-missing", {
      message: `There is no module "${part}" in "${folder}"${
        near ? `; "${near}" is there` : ""
      }`,
      place: placeOf(moduleKey(site)),
      fix: {
        text: near
          ? `Write ${near} in place of ${part}`
          : `Write the name of a module that is in ${folder}`,
      },
    })];
  }
  return [];
}

function checkDirectory(application: Application, site: Site): Finding[] {
  const { config, host, layout, placeOf } = site;
  const { directory } = application;
  const status = host.stat(directory);
  if (!refused(status) && status.kind === "folder") return [];
  if (refused(status) && /^(EACCES|EPERM)$/.test(status.errno)) return [];
  if (movedPath(directory, site) || directory === layout.siteDirectory) {
    return [];
  }
  const key = config?.wsgi?.chdir === undefined ? "wsgi.module" : "wsgi.chdir";
  return [finding("app-directory", {
    message: refused(status)
      ? `The application's working directory "${directory}" does not exist`
      : `The application's working directory "${directory}" is not a folder`,
    place: placeOf(key),
    fix: { text: "Write the path of a folder that is there in `chdir`" },
  })];
}

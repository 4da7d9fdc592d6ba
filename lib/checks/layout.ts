/**
 * Reports files and folders of a site that are missing, empty, or not ours.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { basename, dirname, join } from "node:path";
import { type Finding, finding, isOf } from "../findings/finding.ts";
import { type Host, namesIn, refused } from "../machine/host.ts";
import { checksumOf, isAdopted, readAdoption } from "../site/adoption.ts";
import { codeLines } from "../python/code_lines.ts";
import { layoutOf } from "../site/layout.ts";
import { shellCommand } from "../text/shell.ts";
import type { Site } from "../site/site.ts";
import { suggest } from "../text/suggestion.ts";
import type { CheckOptions } from "./check.ts";
import {
  checkForeignFile,
  checkOwnFiles,
  shimFilesOf,
  upgradeCommand,
} from "./own_files.ts";
import { quoted } from "../text/wrap.ts";

const STARTUP_BYTES_LIMIT = 64 * 1024;
/** Of an app root: Passenger's name of its processes adds " (production)". */
const APP_ROOT_BYTES_LIMIT = 242;
/** Every startup file that `install` writes says so. */
const OURS_REGEXP = /wsgi-shim/;
const PACKAGE_REGEXP = /["']wsgi-shim\/runtime["']/;

export function checkLayout(
  site: Site,
  { at, isForeseen = at === "shell" }: CheckOptions,
): Finding[] {
  const root = checkAppRoot(site, at);
  if (root) return [root];
  if (site.native) {
    return [
      ...isForeseen ? checkLength(site) : [],
      ...checkNativeFile(site.native.startupFile, site.host),
    ];
  }
  const found = [
    ...isForeseen ? checkLength(site) : [],
    ...checkStartupFile(site, isForeseen),
    ...checkShimFiles(site),
  ];
  return [
    ...found,
    ...checkOwnFiles(site, isForeseen, found),
    ...checkFolders(site),
  ];
}

function checkAppRoot(
  { host, layout }: Site,
  at: CheckOptions["at"],
): Finding | undefined {
  const { appRoot } = layout;
  const status = host.stat(appRoot);
  const place = { file: appRoot };
  if (!refused(status) && status.kind !== "folder") {
    return finding("app-root-missing", {
      message: `The app root "${appRoot}" is not a folder`,
      place,
      fix: {
        text: `Name the folder itself: ${dirname(appRoot)}, or another`,
      },
    });
  }
  if (!refused(status)) {
    // What is started there is one by that alone.
    if (at === "startup" || mayBeAppRoot(appRoot, host)) return undefined;
    return finding("app-root-missing", {
      message:
        `"${appRoot}" is no app root: it has neither config.toml nor a startup file`,
      place,
      fix: fixForOther(appRoot, host),
    });
  }
  // A folder above that is closed is told by the checks of access.
  if (status.errno === "EACCES" || status.errno === "EPERM") return undefined;
  const near = suggest(basename(appRoot), namesIn(dirname(appRoot), host));
  const link = host.readLink(appRoot);
  return finding("app-root-missing", {
    message: typeof link === "string"
      ? `The app root "${appRoot}" is a link to "${link}", which cannot be followed`
      : `The app root "${appRoot}" does not exist${
        near ? `; "${near}" is there` : ""
      }`,
    place,
    fix: {
      command: shellCommand("wsgi-shim", "install", appRoot),
      safe: false,
    },
  });
}

function checkLength({ layout: { appRoot } }: Site): Finding[] {
  const size = new TextEncoder().encode(appRoot).length;
  if (size <= APP_ROOT_BYTES_LIMIT) return [];
  return [finding("app-root-long", {
    message:
      `The path of the app root has ${size} bytes; Passenger fails above ${APP_ROOT_BYTES_LIMIT}`,
    place: { file: appRoot },
    fix: { text: "Move the site to a folder with a shorter path" },
  })];
}

/** A folder that may not be entered hides what is in it. */
function mayBeAppRoot(folder: string, host: Host): boolean {
  const { config, appJs, passengerWsgi } = layoutOf(folder);
  return [config, appJs, passengerWsgi].some((file) => {
    const status = host.lstat(file);
    return !refused(status) || !isMissing(status.errno);
  });
}

function fixForOther(folder: string, host: Host): Finding["fix"] {
  const names = host.list(folder);
  if (!refused(names) && names.length === 0) {
    return {
      command: shellCommand("wsgi-shim", "install", folder),
      safe: false,
    };
  }
  const inside = join(folder, "www");
  if (refused(host.lstat(inside))) {
    return {
      text: `Name the folder that holds config.toml, or make a site: \`${
        shellCommand("wsgi-shim", "install", inside)
      }\``,
    };
  }
  return mayBeAppRoot(inside, host)
    ? { command: shellCommand("wsgi-shim", "check", inside), safe: false }
    : { text: "Name the folder that holds config.toml" };
}

/** What keeps a startup file from loading before its first line counts. */
function checkNativeFile(file: string, host: Host): Finding[] {
  const status = host.stat(file);
  if (refused(status)) return [];
  const place = { file };
  if (status.kind !== "file") {
    return [finding("startup-file-missing", {
      message: `"${file}" is not a file, and should be the startup file`,
      place,
      fix: { text: `Put the startup file there: a Python file` },
    })];
  }
  // One of no bytes is told by the checks of the application.
  const bytes = status.size > 0 && host.readBytes(file, STARTUP_BYTES_LIMIT);
  if (!bytes || refused(bytes)) return [];
  const text = new TextDecoder().decode(bytes);
  if (text.trim() === "") {
    return [finding("startup-file-empty", {
      message: `The startup file "${file}" holds nothing but blank lines`,
      place,
      fix: { text: "Write what makes your application into it" },
    })];
  }
  const line = lineOf(LOADS_ITSELF_REGEXP, text);
  return line === undefined ? [] : [finding("startup-file-loads-itself", {
    message: `Line ${line} of "${file}" loads the file itself, without end`,
    place: { file, line },
    fix: {
      text: "Name the file that holds the application in its place",
    },
  })];
}

const LOADS_ITSELF_REGEXP =
  /(load_source|SourceFileLoader|spec_from_file_location|run_path)\s*\(.*passenger_wsgi(\.py)?['"]/;

function lineOf(pattern: RegExp, text: string): number | undefined {
  const index = codeLines(text).findIndex((line) => pattern.test(line));
  return index < 0 ? undefined : index + 1;
}

function checkStartupFile(site: Site, isForeseen: boolean): Finding[] {
  const { host, layout } = site;
  const type = site.config?.passenger.appType ?? "node";
  const file = type === "node" ? layout.appJs : layout.passengerWsgi;
  const place = { file };
  const fix = { command: replaceCommand([file], site), safe: false };
  const status = host.stat(file);
  if (refused(status)) {
    if (!isMissing(status.errno)) return [];
    const link = host.readLink(file);
    return [finding("startup-file-missing", {
      message: `The startup file "${file}" of app type "${type}" ${
        typeof link === "string"
          ? `is a link to "${link}", which does not exist`
          : "does not exist"
      }`,
      place,
      fix,
    })];
  }
  if (status.kind !== "file") {
    return [finding("startup-file-missing", {
      message: `"${file}" is not a file, and should be the startup file`,
      place,
      fix,
    })];
  }
  if (status.size === 0) {
    return [finding("startup-file-empty", {
      message:
        `The startup file "${file}" is empty (0 bytes), so there is no application in it`,
      place,
      fix,
    })];
  }
  const bytes = host.readBytes(file, STARTUP_BYTES_LIMIT);
  if (refused(bytes)) return [];
  const found = checkStartupText(new TextDecoder().decode(bytes), file, site);
  const broken = isForeseen &&
    found.some((one) => isOf(one, "startup-file-foreign")) &&
    checkForeignFile(file, site);
  return broken && broken.length > 0 ? broken : found;
}

/** Moves aside what `upgrade` does not write over, and lets it write. */
function replaceCommand(files: readonly string[], site: Site): string {
  const inTheWay = files.filter((file) => {
    const status = site.host.lstat(file);
    return !refused(status) && status.kind !== "file";
  });
  return [
    ...inTheWay.map((file) => shellCommand("mv", file, `${file}.old`)),
    upgradeCommand(site),
  ].join(" && ");
}

function checkStartupText(text: string, file: string, site: Site): Finding[] {
  if (text.trim() === "") {
    return [finding("startup-file-empty", {
      message: `The startup file "${file}" holds nothing but blank lines`,
      place: { file },
      fix: { command: upgradeCommand(site), safe: false },
    })];
  }
  if (OURS_REGEXP.test(text)) return [];
  const fix = {
    command: `${shellCommand("mv", file, `${file}.old`)} && ${
      upgradeCommand(site)
    }`,
    safe: false,
  };
  if (isAdopted(site.layout, site.host)) return [replaced(site)];
  const self = lineOf(LOADS_ITSELF_REGEXP, text);
  if (self) {
    return [finding("startup-file-loads-itself", {
      message: `Line ${self} of "${file}" loads the file itself, without end`,
      place: { file, line: self },
      fix,
    })];
  }
  const again = lineOf(/\bos\s*\.\s*exec[lv]/, text);
  if (again) {
    return [finding("startup-file-restarts-python", {
      message:
        `Line ${again} of "${file}" starts another Python in place of the one that the web server chose`,
      place: { file, line: again },
      fix,
    })];
  }
  return [finding("startup-file-foreign", {
    message:
      `The startup file "${file}" was not written by wsgi-shim, so config.toml has no effect`,
    place: { file },
    fix,
  })];
}

/** After an adoption: by a panel, by an upload, or it was cut short. */
function replaced({ host, layout }: Site): Finding {
  const { appRoot, passengerWsgi: file, original } = layout;
  const record = readAdoption(layout, host);
  const isAsBefore = record !== undefined &&
    checksumOf(file, host) === record.original.sha256;
  return finding("startup-file-replaced", {
    message: isAsBefore
      ? `"${file}" is the file of before the adoption, so the site runs without wsgi-shim`
      : `Something has replaced "${file}" since the adoption, so the site runs without wsgi-shim, and by another file than "${original}"`,
    place: { file },
    fix: {
      command: shellCommand("wsgi-shim", "adopt", "--again", appRoot),
      safe: false,
    },
  });
}

function checkShimFiles(site: Site): Finding[] {
  const { host, layout } = site;
  if (isRunFromPackage(site)) return [];
  if (takesPackage(site)) return [packageMissing(site)];
  const missing = shimFilesOf(site).filter((file) => {
    const status = host.stat(file);
    return refused(status)
      ? isMissing(status.errno)
      : status.kind !== "file" || status.size === 0;
  });
  if (missing.length === 0) return [];
  const folder = host.stat(layout.shim);
  const isWhole = refused(folder) && isMissing(folder.errno);
  return [finding("shim-file-missing", {
    message: isWhole
      ? `The folder "${layout.shim}" does not exist`
      : `${quoted(missing)} ${
        missing.length > 1 ? "are" : "is"
      } missing or empty`,
    place: { file: missing.length > 1 ? layout.shim : missing[0]! },
    fix: {
      command: replaceCommand(isWhole ? [layout.shim] : missing, site),
      safe: false,
    },
  })];
}

/** `app.js` takes the runtime from npm, and the package is there. */
function isRunFromPackage({ host, layout, config }: Site): boolean {
  if (config?.passenger.appType === "wsgi") return false;
  if (dirname(layout.host) === layout.shim) return false;
  const bytes = host.readBytes(layout.appJs, STARTUP_BYTES_LIMIT);
  return !refused(bytes) &&
    PACKAGE_REGEXP.test(new TextDecoder().decode(bytes));
}

/** `app.js` takes the runtime from npm, wherever the package is. */
function takesPackage({ host, layout, config }: Site): boolean {
  if (config?.passenger.appType === "wsgi") return false;
  const bytes = host.readBytes(layout.appJs, STARTUP_BYTES_LIMIT);
  return !refused(bytes) &&
    PACKAGE_REGEXP.test(new TextDecoder().decode(bytes));
}

/** `upgrade` would write files that such an `app.js` does not load. */
function packageMissing({ host, layout }: Site): Finding {
  let folder = layout.appRoot;
  let listed: string | undefined;
  while (listed === undefined) {
    const bytes = host.readBytes(
      join(folder, "package.json"),
      STARTUP_BYTES_LIMIT,
    );
    const isListed = !refused(bytes) &&
      /"wsgi-shim"\s*:/.test(new TextDecoder().decode(bytes));
    if (isListed) listed = folder;
    if (folder === dirname(folder)) break;
    folder = dirname(folder);
  }
  return finding("npm-package-missing", {
    message:
      `"${layout.appJs}" takes the runtime from the npm package wsgi-shim, and no folder node_modules on the way up from there has it`,
    place: { file: layout.appJs },
    fix: listed === undefined
      ? {
        text: `Install it: \`${
          shellCommand(
            "npm",
            "install",
            "--prefix",
            layout.appRoot,
            "wsgi-shim",
          )
        }\``,
      }
      : {
        command: shellCommand("npm", "install", "--prefix", listed),
        safe: false,
      },
  });
}

function checkFolders({ host, layout }: Site): Finding[] {
  const findings: Finding[] = [];
  const folders = [
    { path: layout.tmp, mode: "0755" },
    { path: layout.logDirectory, mode: "0750" },
    // An adopted site may have its static files anywhere.
    ...isAdopted(layout, host)
      ? []
      : [{ path: layout.publicDirectory, mode: "0755" }],
  ];
  for (const { path, mode } of folders) {
    const status = host.stat(path);
    const place = { file: path };
    if (refused(status)) {
      if (!isMissing(status.errno)) continue;
      const link = host.readLink(path);
      findings.push(finding("folder-missing", {
        message: typeof link === "string"
          ? `"${path}" is a link to "${link}", which does not exist`
          : `The folder "${path}" does not exist`,
        place,
        fix: typeof link === "string"
          ? { text: `Create ${link}, or replace the link by a folder` }
          : { command: shellCommand("mkdir", "-m", mode, path), safe: true },
      }));
    } else if (status.kind !== "folder") {
      findings.push(finding("folder-blocked", {
        message: `"${path}" is not a folder, and should be one`,
        place,
        fix: {
          command: `${shellCommand("mv", path, `${path}.old`)} && ${
            shellCommand("mkdir", "-m", mode, path)
          }`,
          safe: false,
        },
      }));
    }
  }
  return findings;
}

function isMissing(errno: string): boolean {
  return errno === "ENOENT" || errno === "ENOTDIR" || errno === "ELOOP";
}

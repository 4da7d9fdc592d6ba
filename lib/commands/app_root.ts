/**
 * The APPROOT argument: which folder a command works on.
 *
 * @module
 */

import { dirname, isAbsolute, join, resolve } from "node:path";
import { type Host, refused } from "../machine/host.ts";
import { layoutOf } from "../site/layout.ts";
import { readNative } from "../site/native.ts";
import { printable, quoteWord, shellCommand } from "../text/shell.ts";
import type { Io } from "./terminal.ts";
import { type ArgumentUsage, CommandError, UsageError } from "./command.ts";
import { errnoInWords } from "./errno.ts";

/** The argument of commands that take many sites. */
export const APP_ROOTS: ArgumentUsage = {
  name: "APPROOT",
  kind: "folder",
  isOptional: true,
  isRepeated: true,
};

/** The argument of nearly every command. */
export const APP_ROOT: ArgumentUsage = {
  name: "APPROOT",
  kind: "folder",
  isOptional: true,
};

const SIGNS = ["config.toml", "passenger_wsgi.py", "app.js"] as const;

/** What a command makes of a folder that is not there. */
export interface AppRootOptions {
  /** The command judges by itself what it finds there. @default {false} */
  mayBeMissing?: boolean;
  /** It means something to a site that runs without us. @default {false} */
  mayBeNative?: boolean;
}

/**
 * Resolves the argument to an absolute path, without resolving links: a site
 * is known by the path that its owner uses. Without an argument, the current
 * folder counts where it is an app root.
 */
export function resolveAppRoot(
  given: string | undefined,
  io: Io,
  options: AppRootOptions = {},
): string {
  if (given !== undefined) {
    if (given === "") throw new UsageError("APPROOT is empty");
    const path = givenPath(given, io);
    if (!options.mayBeMissing) refuseOther(path, io.host);
    if (!options.mayBeNative) refuseNative(path, io.host);
    return path;
  }
  const here = io.cwd();
  if (isAppRoot(here, io.host)) {
    if (!options.mayBeNative) refuseNative(here, io.host);
    return here;
  }
  const near = findNear(here, io.host);
  throw new UsageError(
    `The current folder, ${
      printable(here)
    }, is no app root: it has neither config.toml nor a startup file. ` +
      (near ?? "Name the app root, or make one with `wsgi-shim install`"),
  );
}

/** Makes a path absolute that somebody has typed. */
export function givenPath(path: string, io: Io): string {
  const absolute = absolutePath(path, io);
  const [first = ""] = path.split("/");
  // In `--python=~/venv` and in quotes, shells leave the tilde as it is.
  if (
    first.startsWith("~") && refused(io.host.lstat(absolutePath(first, io)))
  ) {
    const { HOME } = io.host.env;
    throw new UsageError(
      `The shell has not replaced the ~ in ${quoteWord(path)}; write ${
        first === "~" && HOME
          ? quoteWord(join(HOME, path.slice(1)))
          : "the whole path"
      }`,
    );
  }
  return absolute;
}

/** The site that a folder lies in, if there is one around it. */
export function siteAround(folder: string, host: Host): string | undefined {
  // Of other projects, many have one of these names.
  return foldersUp(dirname(folder)).find((site) =>
    ["config.toml", "passenger_wsgi.py"].every((name) =>
      !refused(host.lstat(join(site, name)))
    )
  );
}

/** A folder and all above it, the innermost first. */
function foldersUp(folder: string): string[] {
  const above = dirname(folder);
  return [folder, ...above === folder ? [] : foldersUp(above)];
}

/** A full path needs no current folder, which may be one without a name. */
export function absolutePath(path: string, io: Io): string {
  return isAbsolute(path) ? resolve(path) : resolve(io.cwd(), path);
}

/** A mistyped path must not become a site by the way. */
function refuseOther(path: string, host: Host): void {
  const shown = printable(path);
  const status = host.stat(path);
  if (!refused(status) && status.kind !== "folder") {
    throw new CommandError(
      `${shown} is not a folder; APPROOT is the folder that holds config.toml`,
    );
  }
  // A folder that may not be entered hides what is in it.
  const seen = refused(status) ? status : host.lstat(join(path, SIGNS[0]));
  if (refused(seen) && (seen === status || seen.errno !== "ENOENT")) {
    const reason = seen.errno === "ENOENT"
      ? "there is no such folder"
      : errnoInWords(seen.errno);
    throw new CommandError(`Cannot look into ${shown}: ${reason}`);
  }
  if (!isAppRoot(path, host)) {
    const near = findNear(path, host);
    throw new CommandError(
      `${shown} is no app root: it has neither config.toml nor a startup file`,
      ...near ? [near] : [],
    );
  }
}

/** What is ours to show or to change is not there. */
function refuseNative(appRoot: string, host: Host): void {
  const native = readNative(layoutOf(appRoot), host);
  if (!native) return;
  throw new CommandError(
    `${printable(appRoot)} does not run through wsgi-shim: ${
      printable(native.startupFile)
    } was made without it, and there is no config.toml`,
    `What is wrong with it, if anything: ${
      shellCommand("wsgi-shim", "check", appRoot)
    }`,
    `To let it run through wsgi-shim: ${
      shellCommand("wsgi-shim", "adopt", appRoot)
    }`,
  );
}

/** Asks for the app root that is nearest to a folder. */
function findNear(folder: string, host: Host): string | undefined {
  const near = foldersUp(folder)
    .flatMap((above) => [above, join(above, "www")])
    .find((above) => isAppRoot(above, host));
  return near && `Did you mean the folder ${printable(near)}?`;
}

/** Tells whether a folder has what only an app root has. */
export function isAppRoot(path: string, host: Host): boolean {
  return SIGNS.some((name) => !refused(host.lstat(join(path, name))));
}

/**
 * Writes a new site all or nothing: it is built in a hidden folder beside its
 * place and then moved there, so that nobody ever sees half of it, also when
 * the run is killed. An empty folder that is there is replaced, unless it is
 * one that cannot be made the same again: then the settings come last, and
 * without them it is no site.
 *
 * @module
 */

import { basename, dirname, join } from "node:path";
import { type FileStatus, refused } from "../machine/host.ts";
import type { ScaffoldEntry } from "../reports/scaffold.ts";
import { printable } from "../text/shell.ts";
import type { Io } from "./terminal.ts";
import { CommandError } from "./command.ts";
import { reasonOf } from "./errno.ts";
import { writeNew } from "./site_files.ts";

/** The run was interrupted from outside. */
export class Interruption extends Error {
  override name = "Interruption";
  /** What became of the things that had been made, in words. */
  rest = "";
}

/** Where a site is written. */
export interface StagingOptions {
  /** Absolute path of the app root: missing, or an empty folder. */
  appRoot: string;
  signal: AbortSignal;
}

/**
 * Writes the entries of a new site. On any failure what was made is removed
 * again; removing needs no room, so a full disk does not stand in the way.
 */
export async function writeSite(
  entries: readonly ScaffoldEntry[],
  io: Io,
  options: StagingOptions,
): Promise<void> {
  const { appRoot, signal } = options;
  const there = io.host.lstat(appRoot);
  const isThere = !refused(there);
  const isReplaced = isThere && mayReplace(appRoot, there, io);
  /** What this run has made, the newest first, by where it is now. */
  const made: (() => string)[] = [];

  async function step(act: () => Promise<void>, place?: () => string) {
    // Lets a signal that has arrived be heard.
    await new Promise((resolve) => setTimeout(resolve));
    if (signal.aborted) throw new Interruption();
    await act();
    if (place) made.unshift(place);
  }

  async function makeFolder(path: string, mode: number, place = () => path) {
    await step(() => Deno.mkdir(path, { mode }), place);
  }

  try {
    for (const folder of missingParents(appRoot, io)) {
      await makeFolder(folder, 0o755);
    }
    const staging = isThere && !isReplaced
      ? join(appRoot, stagingName())
      : join(dirname(appRoot), `.${basename(appRoot)}${stagingName()}`);
    const moved = new Set<string>();
    for (const entry of entries) {
      const path = join(staging, entry.path);
      const [top = ""] = entry.path.split("/");
      const place = () => join(moved.has(top) ? appRoot : staging, entry.path);
      if (entry.content === undefined) {
        await makeFolder(path, entry.mode, place);
        if (isReplaced && top === "") await step(() => copyRights(path, there));
      } else {
        const content = entry.content;
        await step(() => writeNew(path, content, entry.mode), place);
      }
    }
    if (isThere && !isReplaced) {
      await moveInto(appRoot, staging, { step, moved });
    } else {
      // The system puts it in the place of an empty folder, and of no other.
      await step(() => Deno.rename(staging, appRoot));
    }
  } catch (error) {
    const rest = restInWords(await removeAll(made.map((place) => place())));
    if (error instanceof Interruption) error.rest = rest;
    throw refusalOf(error, appRoot, rest);
  }
}

/** Folders above the app root that are not there yet, the outermost first. */
export function missingParents(appRoot: string, io: Io): string[] {
  const missing: string[] = [];
  for (
    let folder = dirname(appRoot);
    refused(io.host.stat(folder)) && folder !== dirname(folder);
    folder = dirname(folder)
  ) {
    missing.unshift(folder);
  }
  return missing;
}

/**
 * A folder that can be made anew just as it is. One that somebody stands in
 * would be gone for them.
 */
function mayReplace(appRoot: string, there: FileStatus, io: Io): boolean {
  const { host } = io;
  const parent = dirname(appRoot);
  const above = host.stat(parent);
  const [listed = ""] = host.run("ls", ["-ldn", "--", appRoot]).stdout
    .split(" ");
  const current = host.realPath(io.cwd());
  return !refused(above) && above.device === there.device &&
    there.uid === host.identity.uid &&
    host.identity.groups.includes(there.gid) &&
    host.run("test", ["-w", parent, "-a", "-x", parent]).status === 0 &&
    // More than mode bits: an access list, or a label.
    /^d[^+@.]*$/.test(listed) &&
    !refused(current) && current !== appRoot &&
    !current.startsWith(`${appRoot}/`);
}

async function copyRights(
  path: string,
  { mode, gid }: FileStatus,
): Promise<void> {
  await Deno.chown(path, null, gid);
  await Deno.chmod(path, mode);
}

interface Move {
  step(act: () => Promise<void>): Promise<void>;
  /** Gets the names of what is in its place. */
  moved: Set<string>;
}

/** An app root that was there stays the same folder, with its own mode. */
async function moveInto(
  appRoot: string,
  staging: string,
  { step, moved }: Move,
): Promise<void> {
  const names: string[] = [];
  for await (const entry of Deno.readDir(staging)) names.push(entry.name);
  names.sort((one, other) =>
    Number(one === "config.toml") - Number(other === "config.toml")
  );
  for (const name of names) {
    await step(async () => {
      await Deno.rename(join(staging, name), join(appRoot, name));
      moved.add(name);
    });
  }
  await step(() => Deno.remove(staging));
}

const STAGING = ".wsgi-shim-install-";

function stagingName(): string {
  return `${STAGING}${crypto.randomUUID().slice(0, 8)}`;
}

/** Tells by its name what is left of an install that was killed. */
export function isStaging(name: string): boolean {
  return name.startsWith(STAGING);
}

/**
 * Removes what was made; each may fail by itself.
 *
 * @returns what is still there
 */
async function removeAll(paths: readonly string[]): Promise<string[]> {
  const left: string[] = [];
  for (const path of paths) {
    try {
      await Deno.remove(path);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) left.push(path);
    }
  }
  return left;
}

/** A folder that is still there stands for what is in it. */
function restInWords(left: readonly string[]): string {
  const outermost = left.filter((path) =>
    !left.some((other) => path.startsWith(`${other}/`))
  );
  return outermost.length === 0
    ? "nothing was left behind"
    : `could not be removed again: ${outermost.map(printable).join(", ")}`;
}

function refusalOf(error: unknown, appRoot: string, rest: string): unknown {
  const reason = reasonOf(error);
  if (reason === undefined) return error;
  return new CommandError(
    `Cannot create ${printable(appRoot)}: ${reason}; ${rest}`,
  );
}

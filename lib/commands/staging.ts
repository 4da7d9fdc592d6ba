/**
 * Writes a new site all or nothing: it is built in a hidden folder beside its
 * place and then moved there, so that nobody ever sees half of it.
 *
 * Layer 5.
 *
 * @module
 */

import { basename, dirname, join } from "node:path";
import { refused } from "../host.ts";
import type { ScaffoldEntry } from "../scaffold.ts";
import { printable } from "../shell.ts";
import type { Io } from "../terminal.ts";
import { CommandError } from "./command.ts";
import { reasonOf } from "./errno.ts";
import { writeNew } from "./site_files.ts";

/** The run was interrupted from outside; what it had made is gone again. */
export class Interruption extends Error {
  override name = "Interruption";
}

/** Where a site is written, and as whose. */
export interface StagingOptions {
  /** Absolute path of the app root: missing, or an empty folder. */
  appRoot: string;
  /** Gives everything to this user and group; only root can. */
  owner?: { uid: number; gid: number };
  signal: AbortSignal;
}

/** Writes the entries of a new site; on any failure nothing is left behind. */
export async function writeSite(
  entries: readonly ScaffoldEntry[],
  io: Io,
  options: StagingOptions,
): Promise<void> {
  const { appRoot, owner, signal } = options;
  const isThere = !refused(io.host.lstat(appRoot));
  const undo: (() => Promise<void>)[] = [];

  async function step(act: () => Promise<void>, back?: () => Promise<void>) {
    // Lets a signal that has arrived be heard.
    await new Promise((resolve) => setTimeout(resolve));
    if (signal.aborted) throw new Interruption();
    await act();
    if (back) undo.unshift(back);
  }

  async function makeFolder(path: string, mode: number) {
    await step(() => Deno.mkdir(path, { mode }), () => removeFolder(path));
    if (owner) await step(() => give(path, owner));
  }

  try {
    for (const folder of missingParents(appRoot, io)) {
      await makeFolder(folder, 0o755);
    }
    const staging = isThere
      ? join(appRoot, stagingName())
      : join(dirname(appRoot), `.${basename(appRoot)}${stagingName()}`);
    for (const entry of entries) {
      const path = entry.path === "" ? staging : join(staging, entry.path);
      if (entry.content === undefined) await makeFolder(path, entry.mode);
      else {
        const content = entry.content;
        await step(
          () => writeNew(path, content, entry.mode),
          () => Deno.remove(path),
        );
        if (owner) await step(() => give(path, owner));
      }
    }
    if (isThere) await moveInto(appRoot, staging, step);
    else await step(() => Deno.rename(staging, appRoot));
  } catch (error) {
    for (const back of undo) await back();
    if (error instanceof Interruption) throw error;
    throw refusalOf(error, appRoot);
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

type Step = (
  act: () => Promise<void>,
  back?: () => Promise<void>,
) => Promise<void>;

/** An app root that was there stays the same folder, with its own mode. */
async function moveInto(
  appRoot: string,
  staging: string,
  step: Step,
): Promise<void> {
  const names: string[] = [];
  for await (const entry of Deno.readDir(staging)) names.push(entry.name);
  for (const name of names) {
    const from = join(staging, name);
    const to = join(appRoot, name);
    await step(() => Deno.rename(from, to), () => Deno.rename(to, from));
  }
  await step(() => Deno.remove(staging), () => Deno.mkdir(staging));
}

function stagingName(): string {
  return `.wsgi-shim-install-${crypto.randomUUID().slice(0, 8)}`;
}

/** What somebody else has put there in the meantime stays. */
async function removeFolder(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
  }
}

async function give(
  path: string,
  { uid, gid }: { uid: number; gid: number },
): Promise<void> {
  const { mode } = await Deno.stat(path);
  await Deno.chown(path, uid, gid);
  // chown takes setgid off; the folder inherited it for a reason.
  if (mode !== null) await Deno.chmod(path, mode & 0o7777);
}

function refusalOf(error: unknown, appRoot: string): unknown {
  const reason = reasonOf(error);
  if (reason === undefined) return error;
  return new CommandError(
    `Cannot create ${printable(appRoot)}: ${reason}; nothing was left behind`,
  );
}

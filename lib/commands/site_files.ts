/**
 * Changes files of a site that is there already: each change as a whole or
 * not at all, and refused before anything was changed.
 *
 * @module
 */

import { basename, dirname, join } from "node:path";
import { refused } from "../machine/host.ts";
import type { Layout } from "../site/layout.ts";
import { mayAccess } from "../machine/permission.ts";
import { printable } from "../text/shell.ts";
import type { Io } from "./terminal.ts";
import { CommandError } from "./command.ts";
import { reasonOf } from "./errno.ts";

/** Runs a change of one file, and tells in words where it is refused. */
export async function change<T>(
  path: string,
  act: () => Promise<T>,
): Promise<T> {
  try {
    return await act();
  } catch (error) {
    const reason = reasonOf(error);
    if (reason === undefined) throw error;
    throw new CommandError(`Cannot write ${printable(path)}: ${reason}`);
  }
}

/**
 * Refuses when somebody else's files would have to be changed, before the
 * first of several changes.
 */
export function refuseForeign(folders: readonly string[], io: Io): void {
  for (const folder of folders) {
    const status = io.host.stat(folder);
    if (refused(status)) continue;
    const { identity } = io.host;
    if (
      mayAccess(status, identity, "write") &&
      mayAccess(status, identity, "search")
    ) continue;
    const owner = io.host.user(status.uid)?.name ?? String(status.uid);
    throw new CommandError(
      `Cannot change ${printable(folder)}: it belongs to ${owner}, and you ` +
        "may not write there; nothing was changed",
    );
  }
}

/**
 * Writes a file that is not there yet, as a whole or not at all. Not `Deno.writeTextFile`, whose `mode`
 * goes over the umask.
 */
export async function writeNew(
  path: string,
  content: string,
  mode: number,
): Promise<void> {
  using file = await Deno.open(path, { write: true, createNew: true, mode });
  const bytes = new TextEncoder().encode(content);
  try {
    for (let written = 0; written < bytes.length;) {
      written += await file.write(bytes.subarray(written));
    }
  } catch (error) {
    // A full disk takes the file, but not what is to be in it.
    await Deno.remove(path).catch(() => {});
    throw error;
  }
}

/** What a run that was killed has left of `replaceFile()`. */
export async function removeDrafts(path: string, { host }: Io): Promise<void> {
  const [folder, begin] = [dirname(path), `.${basename(path)}.`];
  const names = host.list(folder);
  if (refused(names)) return;
  for (const name of names) {
    if (!name.startsWith(begin)) continue;
    if (!/^[0-9a-f]{8}$/.test(name.slice(begin.length))) continue;
    const draft = join(folder, name);
    const status = host.lstat(draft);
    if (refused(status) || status.kind !== "file") continue;
    await change(draft, () => Deno.remove(draft));
  }
}

/** Replaces a file, or creates it; readers see the old or the new one. */
export async function replaceFile(
  path: string,
  content: string,
  mode: number,
): Promise<void> {
  const draft = join(
    dirname(path),
    `.${basename(path)}.${crypto.randomUUID().slice(0, 8)}`,
  );
  await change(path, async () => {
    try {
      await writeNew(draft, content, mode);
      await Deno.rename(draft, path);
    } catch (error) {
      await Deno.remove(draft).catch(() => {});
      throw error;
    }
  });
}

/** Creates a folder of a site where it is missing. */
export async function makeFolder(path: string, io: Io): Promise<void> {
  if (!refused(io.host.stat(path))) return;
  await change(path, async () => {
    await Deno.mkdir(path, { mode: 0o755 });
  });
}

/**
 * Asks Passenger to start the application anew. It looks at the date of
 * `tmp/restart.txt` in whole seconds, so that must move by at least one.
 */
export async function touchRestart(layout: Layout, io: Io): Promise<void> {
  const path = layout.restart;
  await makeFolder(layout.tmp, io);
  const before = io.host.stat(path);
  if (refused(before)) {
    refuseForeign([layout.tmp], io);
    await replaceFile(path, "", 0o644);
    return;
  }
  if (before.kind !== "file") {
    throw new CommandError(`${printable(path)} is not a file`);
  }
  const now = Math.floor(io.host.now() / 1000);
  const last = Math.floor(before.modified / 1000);
  const next = now === last ? now + 1 : now;
  try {
    await Deno.utime(path, next, next);
  } catch (error) {
    if (reasonOf(error) === undefined) throw error;
    // Only its owner may set a date; whoever may write in tmp/ may put
    // another file in its place.
    refuseForeign([layout.tmp], io);
    await replaceFile(path, "", 0o644);
  }
}

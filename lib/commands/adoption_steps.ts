/**
 * Writes what an adoption adds to a site: all or nothing. It is built in a
 * hidden folder of the app root; the folder `shim`, with the record of all that
 * is to come, takes its place first, and the startup file last, each in one
 * move. So a run that is killed has made nothing, or `eject` knows what.
 *
 * @module
 */

import { dirname, join } from "node:path";
import { refused } from "../machine/host.ts";
import type { ScaffoldEntry } from "../reports/scaffold.ts";
import { type Adoption, checksum, checksumOf } from "../site/adoption.ts";
import type { Layout } from "../site/layout.ts";
import { printable } from "../text/shell.ts";
import { CommandError } from "./command.ts";
import { reasonOf } from "./errno.ts";
import { replaceFile, writeNew } from "./site_files.ts";
import { Interruption } from "./staging.ts";
import { stagingIn, takeBack } from "./take_back.ts";
import type { Io } from "./terminal.ts";

/** What an adoption is to write. */
export interface AdoptionPlan {
  layout: Layout;
  /** Files and folders that are ours, folders before what is in them. */
  entries: readonly ScaffoldEntry[];
  /** Folders and files that only have to be there. */
  places: readonly ScaffoldEntry[];
  record: Adoption;
  /** Looks at what is in place, before the startup file is changed. */
  inspect(): Promise<void>;
}

/** One step; nothing of it is done, or all. */
export type Step = () => Promise<void>;

/** Adopts a site. On any failure what was made is taken away again. */
export async function writeAdoption(
  plan: AdoptionPlan,
  io: Io,
  signal: AbortSignal,
): Promise<void> {
  const { layout } = plan;
  const staging = stagingIn(layout.appRoot);
  let isBegun = false;
  try {
    for (const step of stepsOf(plan, staging, io)) {
      // Lets a signal that has arrived be heard.
      await new Promise((resolve) => setTimeout(resolve));
      if (signal.aborted) throw new Interruption();
      await step();
      isBegun ||= readyFor(plan, io);
    }
  } catch (error) {
    await Deno.remove(staging, { recursive: true }).catch(() => {});
    if (isBegun) await takeBack(layout, plan.record, io, { isBegun });
    const rest = "nothing was changed";
    if (error instanceof Interruption) error.rest = rest;
    const reason = reasonOf(error);
    if (reason === undefined) throw error;
    throw new CommandError(
      `Cannot adopt ${printable(layout.appRoot)}: ${reason}; ${rest}`,
    );
  }
}

/** Whether the record in place is the one of this plan. */
function readyFor({ layout, record }: AdoptionPlan, { host }: Io): boolean {
  return checksumOf(layout.adoption, host) === checksum(recordText(record));
}

function recordText(record: Adoption): string {
  return `${JSON.stringify(record, null, 2)}\n`;
}

/** The steps, in an order that leaves the site as it is until the last. */
export function stepsOf(
  { layout, entries, places, record, inspect }: AdoptionPlan,
  staging: string,
  io: Io,
): Step[] {
  const at = (path: string) => join(staging, path);
  const { appRoot, original, passengerWsgi: startup } = layout;
  return [
    () => Deno.mkdir(staging, { mode: 0o700 }),
    ...entries.map(({ path, mode, content }): Step =>
      content === undefined
        ? () => Deno.mkdir(at(path), { mode })
        : () => writeNew(at(path), content, mode)
    ),
    () => writeNew(at("shim/adopted.json"), recordText(record), 0o600),
    // Only one of two can put a folder here that is not empty.
    () => Deno.rename(at("shim"), layout.shim),
    async () => {
      await refuseIfThere([layout.config, original], io);
      await Deno.rename(at("config.toml"), layout.config);
    },
    ...places.map(({ path, mode, content }): Step => () =>
      content === undefined
        ? Deno.mkdir(join(appRoot, path), { mode })
        : writeNew(join(appRoot, path), content, mode)
    ),
    () => exclude(record),
    () => keepOriginal(startup, original),
    inspect,
    async () => {
      if (checksumOf(startup, io.host) !== record.original.sha256) {
        throw new CommandError(
          `Somebody has just changed ${
            printable(startup)
          }; nothing was changed`,
        );
      }
      // A link is replaced, and what it leads to stays.
      await Deno.rename(at("passenger_wsgi.py"), startup);
    },
    () => Deno.remove(staging, { recursive: true }),
  ];
}

function refuseIfThere(paths: readonly string[], io: Io): Promise<void> {
  const found = paths.find((path) => !refused(io.host.lstat(path)));
  if (found !== undefined) {
    throw new CommandError(
      `Somebody has just made ${printable(found)}; nothing was changed`,
    );
  }
  return Promise.resolve();
}

/** The same file by another name, where the file system has that. */
export async function keepOriginal(
  startup: string,
  original: string,
): Promise<void> {
  try {
    await Deno.link(startup, original);
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) throw error;
    const status = await Deno.stat(startup);
    await Deno.copyFile(startup, original);
    await Deno.chmod(original, status.mode! & 0o7777);
    await Deno.utime(original, status.atime!, status.mtime!);
  }
}

/** Git need not tell of what is ours. */
async function exclude({ excluded }: Adoption): Promise<void> {
  if (!excluded) return;
  const { file, text } = excluded;
  await Deno.mkdir(dirname(file), { recursive: true });
  const before = await Deno.readTextFile(file).catch(() => "");
  await replaceFile(file, before + text, 0o644);
}

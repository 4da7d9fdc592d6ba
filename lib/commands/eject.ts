/**
 * `wsgi-shim eject`: gives an adopted site back as it was.
 *
 * @module
 */

import { namesIn } from "../machine/host.ts";
import { checksumOf, readAdoption } from "../site/adoption.ts";
import { layoutOf } from "../site/layout.ts";
import { printable, shellCommand } from "../text/shell.ts";
import { APP_ROOT, resolveAppRoot } from "./app_root.ts";
import { parseArguments } from "./arguments.ts";
import { command, CommandError, TRUST, type Usage } from "./command.ts";
import { isRunning } from "./live_site.ts";
import { pause } from "../text/moment.ts";
import { WHEN_NOTICED } from "./restart.ts";
import { change, refuseForeign } from "./site_files.ts";
import { isAdoptionStaging, startupStateOf, takeBack } from "./take_back.ts";
import type { ExitCode, Io } from "./terminal.ts";

/** What `eject` was asked for. */
export interface EjectOptions {
  appRoot?: string;
  force: boolean;
  purge: boolean;
}

/** A start that is under way still needs our files. */
const START_MS = 2_000;

export const ejectUsage: Usage = {
  name: "eject",
  summary: "Give an adopted site back as it was",
  arguments: [APP_ROOT],
  options: [
    {
      name: "force",
      meaning:
        "also where a startup file has been changed since; both are kept",
    },
    { name: "purge", meaning: "remove the log as well" },
    TRUST,
  ],
  description: [
    "Puts the startup file of before in its place, with its mode and date, " +
    "and removes what `wsgi-shim adopt` has made. The log is kept, and so " +
    "are settings that you have changed, in log/.",
  ],
  examples: [["wsgi-shim eject mysite", "give the site back"]],
};

/** Parses the arguments of `eject`. */
export function parseEject(argv: string[]): EjectOptions {
  const given = parseArguments(argv, ejectUsage);
  return {
    appRoot: given.positionals[0],
    force: given.has("force"),
    purge: given.has("purge"),
  };
}

/** Gives a site back. */
export async function runEject(
  options: EjectOptions,
  io: Io,
): Promise<ExitCode> {
  const appRoot = resolveAppRoot(options.appRoot, io, { mayBeNative: true });
  const layout = layoutOf(appRoot);
  const shown = printable(appRoot);
  const record = readAdoption(layout, io.host);
  if (!record) {
    if (await removeStagings(appRoot, io)) {
      io.out(`Removed what a run that was killed has left in ${shown}`);
      return 0;
    }
    throw new CommandError(
      `${shown} was not adopted, so there is nothing to give back`,
    );
  }
  const { force, purge } = options;
  refuseForeign([appRoot, layout.shim], io);
  const state = startupStateOf(layout, record, io);
  const sum = checksumOf(layout.original, io.host);
  if (!force) {
    const changed = state === "other"
      ? `${printable(layout.passengerWsgi)} is not the one that adopt wrote`
      : sum !== undefined && sum !== record.original.sha256
      ? `${printable(layout.original)} has been changed since`
      : state !== "original" && sum === undefined
      ? `${printable(layout.original)}, the startup file of before, is gone`
      : undefined;
    if (changed !== undefined) {
      throw new CommandError(
        `${changed}; nothing was changed`,
        ...sum === undefined ? [] : [
          `To put ${
            printable(layout.original)
          } in its place as it is now, and ` +
          `keep what is there: ${
            shellCommand("wsgi-shim", "eject", "--force", appRoot)
          }`,
        ],
      );
    }
  } else if (sum === undefined && (state === "ours" || state === "missing")) {
    throw new CommandError(
      `${printable(layout.original)}, the startup file of before, is gone; ` +
        "nothing was changed",
    );
  }
  const kept = await takeBack(layout, record, io, {
    force,
    purge,
    async onSwitched() {
      if (!isRunning(layout, io)) return;
      await pause(START_MS, new AbortController().signal);
    },
  });
  io.out(`${io.paint.good("Gave back")} ${shown}`);
  for (const one of kept) io.err(`Kept: ${printable(one)}`);
  io.narrate(WHEN_NOTICED);
  return 0;
}

async function removeStagings(appRoot: string, io: Io): Promise<boolean> {
  const names = namesIn(appRoot, io.host).filter(isAdoptionStaging);
  for (const name of names) {
    const path = `${appRoot}/${name}`;
    await change(path, () => Deno.remove(path, { recursive: true }));
  }
  return names.length > 0;
}

export const ejectCommand = command(ejectUsage, parseEject, runEject);

/**
 * `wsgi-shim restart`: lets Passenger start the application anew.
 *
 * @module
 */

import {
  findOtherRestartFolder,
  tellRestartFolder,
} from "../checks/restart.ts";
import { layoutOf } from "../site/layout.ts";
import { formatMode } from "../machine/permission.ts";
import { refused } from "../machine/host.ts";
import { printable, shellCommand } from "../text/shell.ts";
import type { ExitCode, Io } from "./terminal.ts";
import { APP_ROOT, resolveAppRoot } from "./app_root.ts";
import { parseAddress } from "./address.ts";
import { integerOf, parseArguments } from "./arguments.ts";
import { command, TRUST, type Usage, UsageError } from "./command.ts";
import { touchRestart } from "./site_files.ts";
import { waitForStart } from "./start_watch.ts";

/** What `restart` was asked for. */
export interface RestartOptions {
  appRoot?: string;
  /** Where the site answers: wait until the new process does. */
  wait?: URL;
  /** How many seconds at most. */
  timeout: number;
}

const WAIT_S = 120;
const MOST_WAIT_S = 86_400;

/** What Passenger does with a changed `restart.txt`, in words. */
export const WHEN_NOTICED =
  "Passenger notices on the next request, at most PassengerStatThrottleRate " +
  "seconds from now (10, if nothing else is set).";

export const restartUsage: Usage = {
  name: "restart",
  summary: "Let Passenger start the application anew",
  arguments: [APP_ROOT],
  options: [
    {
      name: "wait",
      value: "URL",
      meaning: "ask this address until the new process answers",
    },
    {
      name: "timeout",
      value: "SECONDS",
      meaning: `with --wait: give up after this time (default: ${WAIT_S})`,
    },
    TRUST,
  ],
  description: [
    "Touches tmp/restart.txt, and creates it where it is missing. " +
    WHEN_NOTICED + " Requests that are being served are finished first.",
    "With --wait, exit status 0 means that the new process was seen to start " +
    "and that the address answers without an error, by a status below 400.",
  ],
  examples: [
    ["wsgi-shim restart", "restart the site in the current folder"],
    [
      "wsgi-shim restart --wait https://www.example.org/ mysite/www",
      "restart, and say how the new start went",
    ],
  ],
};

/** Parses the arguments of `restart`. */
export function parseRestart(argv: string[]): RestartOptions {
  const given = parseArguments(argv, restartUsage);
  const wait = given.value("wait");
  const timeout = given.value("timeout");
  if (timeout !== undefined && wait === undefined) {
    throw new UsageError("--timeout is for --wait, which is not given");
  }
  return {
    appRoot: given.positionals[0],
    wait: wait === undefined ? undefined : parseAddress(wait, "--wait"),
    timeout: integerOf(timeout ?? String(WAIT_S), "--timeout", {
      least: 1,
      most: MOST_WAIT_S,
    }),
  };
}

/** Restarts a site. */
export async function runRestart(
  options: RestartOptions,
  io: Io,
): Promise<ExitCode> {
  const layout = layoutOf(
    resolveAppRoot(options.appRoot, io, { mayBeNative: true }),
  );
  const asked = io.host.now();
  await touchRestart(layout, io);
  io.out(`${io.paint.good("Touched")} ${printable(layout.restart)}`);
  warnOfMode(layout.restart, io);
  const other = findOtherRestartFolder({ host: io.host, layout });
  if (other) {
    const { message, fix } = tellRestartFolder(other, { layout });
    const mend = fix && "text" in fix ? `. ${fix.text}.` : "";
    io.narrate(`warning: ${printable(message + mend)}`);
  }
  if (options.wait) {
    return await waitForStart(layout, io, {
      url: options.wait,
      asked,
      limit: options.timeout,
    });
  }
  io.narrate(WHEN_NOTICED);
  return 0;
}

/** The web server sees the date only of what it can look at. */
export function warnOfMode(path: string, io: Io): void {
  const status = io.host.stat(path);
  if (refused(status) || (status.mode & 0o004) !== 0) return;
  io.err(
    `warning: it has mode ${formatMode(status.mode)}, and the web server ` +
      `may not read it: ${shellCommand("chmod", "a+r", path)}`,
  );
}

export const restartCommand = command(restartUsage, parseRestart, runRestart);

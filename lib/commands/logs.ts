/**
 * `wsgi-shim logs`: the newest lines of the log, and those that come.
 *
 * @module
 */

import type { Host } from "../machine/host.ts";
import { layoutOf } from "../site/layout.ts";
import { parseLogLine } from "../site/log.ts";
import type { Paint } from "../reports/paint.ts";
import { printable } from "../text/shell.ts";
import type { ExitCode, Io } from "./terminal.ts";
import { APP_ROOT, resolveAppRoot } from "./app_root.ts";
import { integerOf, parseArguments } from "./arguments.ts";
import { command, CommandError, type Usage } from "./command.ts";
import { followLog, readLastLines, whyUnread } from "./log_file.ts";

/** What `logs` was asked for. */
export interface LogsOptions {
  appRoot?: string;
  lines: number;
  follow: boolean;
}

const LINES = 40;
const MOST_LINES = 1_000_000;

export const logsUsage: Usage = {
  name: "logs",
  summary: "Show the log of the site",
  arguments: [APP_ROOT],
  options: [
    {
      name: "lines",
      short: "n",
      value: "LINES",
      meaning: `how many of the newest lines (default: ${LINES})`,
    },
    {
      name: "follow",
      short: "f",
      meaning: "go on with the lines that come, until Ctrl-C",
    },
  ],
  description: [
    "Shows log/wsgi-shim.log: every start and what came of it, every " +
    "failure with its incident number, and what the application printed. " +
    "Rotated logs are read as well where the newest one is too short.",
  ],
  examples: [
    ["wsgi-shim logs", "the newest lines"],
    ["wsgi-shim logs -n 200 mysite/www", "some more of them"],
    ["wsgi-shim logs --follow", "watch the site while it is used"],
  ],
};

/** Parses the arguments of `logs`. */
export function parseLogs(argv: string[]): LogsOptions {
  const given = parseArguments(argv, logsUsage);
  return {
    appRoot: given.positionals[0],
    lines: integerOf(given.value("lines") ?? String(LINES), "--lines", {
      least: 0,
      most: MOST_LINES,
    }),
    follow: given.has("follow"),
  };
}

/** Shows the log of a site. */
export async function runLogs(
  options: LogsOptions,
  io: Io,
): Promise<ExitCode> {
  const layout = layoutOf(resolveAppRoot(options.appRoot, io));
  // Anybody who may write to the log can write anything.
  const show = (line: string) => io.out(paintLine(printable(line), io.paint));
  const isThere = mayRead(layout.log, io.host);
  if (!options.follow) {
    if (!isThere) io.err(`There is no log yet: ${printable(layout.log)}`);
    readLastLines(layout.log, options.lines).lines.forEach(show);
    return 0;
  }
  if (!isThere) io.err(`Waiting for ${printable(layout.log)} …`);
  await io.interruptible((signal) =>
    followLog(layout.log, { lines: options.lines, signal, show })
  );
  return 0;
}

/** Tells whether the log is there; refuses one that may not be read. */
function mayRead(path: string, host: Host): boolean {
  const reason = whyUnread(path, host);
  if (reason === undefined) return true;
  if (reason === "") return false;
  throw new CommandError(`Cannot read ${printable(path)}: ${reason}`);
}

function paintLine(line: string, paint: Paint): string {
  const parsed = parseLogLine(line);
  if (!parsed) return line;
  const head = line.slice(0, line.length - parsed.text.length);
  switch (parsed.kind) {
    case "failure":
    case "death":
      return paint.quiet(head) + paint.error(parsed.text);
    case "warning":
      return paint.quiet(head) + paint.warning(parsed.text);
    case "ready":
      return paint.quiet(head) + paint.good(parsed.text);
    default:
      return paint.quiet(head) + parsed.text;
  }
}

export const logsCommand = command(logsUsage, parseLogs, runLogs);

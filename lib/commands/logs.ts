/**
 * `wsgi-shim logs`: the newest lines of the log, and those that come.
 *
 * @module
 */

import type { Host } from "../machine/host.ts";
import { layoutOf } from "../site/layout.ts";
import { type LogKind, parseLogLine } from "../site/log.ts";
import type { Paint } from "../reports/paint.ts";
import { toJson } from "../text/json.ts";
import { printable, quoteWord } from "../text/shell.ts";
import { COLUMNS, widthOf, wrapText } from "../text/wrap.ts";
import type { ExitCode, Io } from "./terminal.ts";
import { APP_ROOT, resolveAppRoot } from "./app_root.ts";
import { integerOf, parseArguments } from "./arguments.ts";
import { command, CommandError, type Usage, UsageError } from "./command.ts";
import { linesOfIncident } from "../site/history.ts";
import { followLog, readLastLines, whyUnread } from "./log_file.ts";
import { clockInWords, dayInWords, readMoment } from "../text/moment.ts";

/** What `logs` was asked for. */
export interface LogsOptions {
  appRoot?: string;
  /** How many of the newest; undefined: as many as is usual. */
  lines?: number;
  follow: boolean;
  /** Only what was written since, as `readMoment` reads it. */
  since?: string;
  /** Only what belongs to this incident. */
  incident?: string;
  json: boolean;
}

const LINES = 40;
const MOST_LINES = 1_000_000;

export const logsUsage: Usage = {
  name: "logs",
  isReading: true,
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
    {
      name: "since",
      value: "WHEN",
      meaning: "only lines since then: 10m, 2h, 3d, 14:30, 2026-11-22",
    },
    {
      name: "incident",
      value: "ID",
      meaning: "only what belongs to the number that a page shows",
    },
    { name: "json", meaning: "one JSON object a line" },
  ],
  description: [
    "Shows log/wsgi-shim.log: every start and what came of it, every " +
    "failure with its incident number, and what the application printed. " +
    "Rotated logs are read as well where the newest one is too short.",
    "A terminal shows the time here, without the number of the process; " +
    "elsewhere the lines come as they are written, with the time in UTC.",
  ],
  examples: [
    ["wsgi-shim logs", "the newest lines"],
    ["wsgi-shim logs -n 200 mysite/www", "some more of them"],
    ["wsgi-shim logs --follow", "watch the site while it is used"],
    ["wsgi-shim logs --incident 4f9c21ab", "what stands behind a page"],
  ],
};

/** Parses the arguments of `logs`. */
export function parseLogs(argv: string[]): LogsOptions {
  const given = parseArguments(argv, logsUsage);
  const lines = given.value("lines");
  const since = given.value("since");
  const incident = given.value("incident")?.replace(/^incident /, "");
  if (since !== undefined && readMoment(since, 0) === undefined) {
    throw new UsageError(
      "--since must be a span such as 10m, 2h or 3d, a time or a date, and " +
        `is ${quoteWord(since)}`,
    );
  }
  if (incident !== undefined && !/^[0-9a-f]{8}$/.test(incident)) {
    throw new UsageError(
      "--incident must be a number as a page shows it, such as 4f9c21ab, " +
        `and is ${quoteWord(incident)}`,
    );
  }
  if (incident !== undefined && given.has("follow")) {
    throw new UsageError("--incident and --follow cannot be given together");
  }
  return {
    appRoot: given.positionals[0],
    lines: lines === undefined ? undefined : integerOf(lines, "--lines", {
      least: 0,
      most: MOST_LINES,
    }),
    follow: given.has("follow"),
    since,
    incident,
    json: given.has("json"),
  };
}

/** Shows the log of a site. */
export async function runLogs(
  options: LogsOptions,
  io: Io,
): Promise<ExitCode> {
  const layout = layoutOf(resolveAppRoot(options.appRoot, io));
  const { incident, json } = options;
  const isThere = mayRead(layout.log, io.host);
  // Anybody who may write to the log can write anything.
  const show = json
    ? showJson(io)
    : io.isTerminal
    ? showBriefly(io)
    : (line: string) => io.out(paintLine(printable(line), io.paint));
  const since = options.since === undefined
    ? undefined
    : readMoment(options.since, io.host.now());
  // A part of the log is shown as a whole.
  const isPart = since !== undefined || incident !== undefined;
  const count = options.lines ?? (isPart ? MOST_LINES : LINES);
  if (options.follow) {
    if (!isThere) io.narrate(`Waiting for ${printable(layout.log)} …`);
    const isLate = afterwards(since);
    await io.interruptible((signal) =>
      followLog(layout.log, {
        lines: count,
        signal,
        show: (line) => isLate(line) && show(line),
      })
    );
    return 0;
  }
  if (!isThere) io.narrate(`There is no log yet: ${printable(layout.log)}`);
  const end = readLastLines(layout.log, isPart ? MOST_LINES : count);
  let lines = end.lines.filter(afterwards(since));
  if (incident !== undefined) {
    const told = new Map(
      lines.flatMap((line) => {
        const parsed = parseLogLine(line);
        return parsed ? [[parsed, line] as const] : [];
      }),
    );
    lines = linesOfIncident([...told.keys()], incident)
      .map((parsed) => told.get(parsed)!);
    if (lines.length === 0) {
      throw new CommandError(
        `${printable(layout.log)} knows of no incident ${incident}`,
        "It may be older than the log, or belong to another site.",
      );
    }
  }
  lines.slice(lines.length - Math.min(count, lines.length)).forEach(show);
  return 0;
}

/** Tells lines that were written since; a line without a time follows others. */
function afterwards(since: number | undefined): (line: string) => boolean {
  let isLate = since === undefined;
  return (line) => {
    if (since === undefined) return true;
    const parsed = parseLogLine(line);
    if (parsed) isLate = parsed.time >= since;
    return isLate;
  };
}

function showJson(io: Io): (line: string) => void {
  return (line) => {
    const parsed = parseLogLine(line);
    const time = parsed && new Date(parsed.time).toISOString();
    io.out(toJson(parsed ? { ...parsed, time } : { text: line }));
  };
}

const KIND_COLUMNS = 7;

/** Shows lines to somebody who looks: what is the same is said once. */
function showBriefly(io: Io): (line: string) => void {
  const { paint, columns } = io;
  let shownDay = "";
  return (line) => {
    const parsed = parseLogLine(printable(line));
    if (!parsed) {
      io.out(wrapText(printable(line), { columns }));
      return;
    }
    const { time, machine, kind, text } = parsed;
    const day = dayInWords(time);
    if (day !== shownDay) io.out(paint.quiet(day));
    shownDay = day;
    const where = machine === undefined ? "" : `${machine} `;
    const head = `${clockInWords(time)} ${where}${kind.padEnd(KIND_COLUMNS)} `;
    // Marks below a line of code that is wrapped say nothing.
    if (/^ +[~^]+$/.test(text) && head.length + text.length > columns) return;
    const beside = " ".repeat(head.length);
    const rest = columns < COLUMNS ? "    " : beside;
    const isLong = head.length + widthOf(text.split(" ")[0]!) > columns;
    const shown = isLong
      ? `\n${wrapText(text, { columns, first: rest, rest })}`
      : wrapText(text, { columns, first: beside, rest }).slice(head.length);
    const begin = isLong ? head.trimEnd() : head;
    io.out(paint.quiet(begin) + colourOf(kind, paint)(shown));
  };
}

/** Shows a line as it is, coloured where somebody wants colours. */
function paintLine(line: string, paint: Paint): string {
  const parsed = parseLogLine(line);
  if (!parsed) return line;
  const head = line.slice(0, line.length - parsed.text.length);
  return paint.quiet(head) + colourOf(parsed.kind, paint)(parsed.text);
}

function colourOf(kind: LogKind, paint: Paint): (text: string) => string {
  switch (kind) {
    case "failure":
    case "death":
      return paint.error;
    case "warning":
      return paint.warning;
    case "ready":
      return paint.good;
    default:
      return (text) => text;
  }
}

/** Tells whether the log is there; refuses one that may not be read. */
function mayRead(path: string, host: Host): boolean {
  const reason = whyUnread(path, host);
  if (reason === undefined) return true;
  if (reason === "") return false;
  throw new CommandError(`Cannot read ${printable(path)}: ${reason}`);
}

export const logsCommand = command(logsUsage, parseLogs, runLogs);

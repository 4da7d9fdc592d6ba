/**
 * `wsgi-shim status`: how a site is, at a glance.
 *
 * @module
 */

import { toJson } from "../text/json.ts";
import { refused } from "../machine/host.ts";
import { parseLogLine } from "../site/log.ts";
import { readMarker } from "../site/marker.ts";
import type { Plan } from "../judge/plan.ts";
import type { Outcome } from "../judge/visitors.ts";
import { kindInWords, outcomeInWords } from "../reports/report.ts";
import { printable, shellCommand } from "../text/shell.ts";
import { readSecrets } from "../site/secrets.ts";
import type { Site } from "../site/site.ts";
import type { ExitCode, Io } from "./terminal.ts";
import { VERSION } from "../site/version.ts";
import { alignRows, counted } from "../text/wrap.ts";
import { APP_ROOTS, resolveAppRoot } from "./app_root.ts";
import { parseArguments } from "./arguments.ts";
import { command, TRUST, type Usage } from "./command.ts";
import { examineSite } from "./examine.ts";
import { lastFailure, lastStart } from "../site/history.ts";
import type { PastFailure, PastStart } from "../site/history.ts";
import { readLastLines, whyUnread } from "./log_file.ts";
import { agoInWords, spanInWords, timeInWords } from "../text/moment.ts";
import { findWorkers, type WorkerProcess } from "./processes.ts";
import { heedOwner } from "./stranger.ts";

/** What `status` was asked for. */
export interface StatusOptions {
  appRoot?: string;
  json: boolean;
  /** Do not start the application. */
  noImport: boolean;
  /** Start what belongs to the site of a stranger. */
  trust: boolean;
}

/** How a site is. */
export interface Status {
  appRoot: string;
  plan: Plan;
  /** What a visitor gets after the next start; undefined if not known. */
  outcome?: Outcome;
  lastStart?: PastStart;
  lastFailure?: PastFailure;
  /** Undefined where processes cannot be seen. */
  processes?: WorkerProcess[];
  versions: Record<string, string | undefined>;
  /** What the one who asks may not read, and needs. */
  isHidden: { config: boolean; log: boolean };
}

const LOG_LINES = 20_000;
const FILE_BYTES_LIMIT = 20_000_000;

export const statusUsage: Usage = {
  name: "status",
  isReading: true,
  summary: "Show how the site is: plan, last start, last failure, versions",
  arguments: [APP_ROOTS],
  options: [
    { name: "json", meaning: "the same as JSON" },
    { name: "no-import", meaning: "do not start the application" },
    TRUST,
  ],
  description: [
    "Shows what visitors get, by what is there now: the site is checked, and " +
    "its application started once, as `wsgi-shim check` does it. Shows as " +
    "well whether the site is closed, what its log tells of the last start " +
    "and the last failure, which processes run on this machine, and the " +
    "versions of everything that takes part.",
    "Exit status, for a monitor: 0 the site serves its application, or the " +
    "page that is there before one; 1 it does not, would not after the next " +
    "start, or that cannot be told.",
    "Of many sites, a table tells: name them one after the other, or the " +
    "folder that holds them, or - for a list on standard input; with --json " +
    "each is one line.",
  ],
  examples: [
    ["wsgi-shim status", "the site in the current folder"],
    ["wsgi-shim status --json mysite/www", "for a program"],
    ["wsgi-shim status /srv/sites", "a table of all sites in a folder"],
  ],
};

/** Parses the arguments of `status`. */
export function parseStatus(argv: string[]): StatusOptions {
  const given = parseArguments(argv, statusUsage);
  return {
    appRoot: given.positionals[0],
    json: given.has("json"),
    noImport: given.has("no-import"),
    trust: given.has(TRUST.name),
  };
}

/** Shows how a site is. */
export async function runStatus(
  options: StatusOptions,
  terminal: Io,
): Promise<ExitCode> {
  const appRoot = resolveAppRoot(options.appRoot, terminal);
  const io = heedOwner(appRoot, terminal, options);
  const status = await readStatus(appRoot, options, io);
  io.out(
    options.json ? renderStatusJson(status) : renderStatus(status, io),
  );
  return serves(status) ? 0 : 1;
}

async function readStatus(
  appRoot: string,
  options: StatusOptions,
  io: Io,
): Promise<Status> {
  const { host } = io;
  const { site, plan, outcome } = await examineSite(appRoot, options, io);
  const { layout } = site;
  const isHidden = {
    config: outcome === undefined,
    log: Boolean(whyUnread(layout.log, host)),
  };
  const { lines } = isHidden.log
    ? { lines: [] }
    : readLastLines(layout.log, LOG_LINES);
  const parsed = lines.map(parseLogLine).filter((line) => line !== undefined);
  const failure = lastFailure(parsed);
  // An older version may have written what this one takes out.
  const { clean } = readSecrets(site);
  return {
    appRoot,
    plan,
    outcome,
    lastStart: lastStart(parsed),
    lastFailure: failure && {
      ...failure,
      finding: failure.finding && clean(failure.finding),
    },
    processes: findWorkers(workerPaths(site), host),
    versions: readVersions(site),
    isHidden,
  };
}

/** The site may be known by a link here and by its real path there. */
function workerPaths({ layout, config, host }: Site): string[] {
  const real = host.realPath(layout.hostMain);
  const configured = config?.passenger.appRoot;
  return [
    layout.hostMain,
    ...refused(real) ? [] : [real],
    ...configured ? [`${configured}/shim/host/__main__.py`] : [],
  ];
}

function readVersions(
  { layout, config, host }: Site,
): Record<string, string | undefined> {
  function marked(path: string): string | undefined {
    const bytes = host.readBytes(path, FILE_BYTES_LIMIT);
    if (refused(bytes)) return undefined;
    const marker = readMarker(new TextDecoder().decode(bytes));
    return marker && marker.version + (marker.isIntact ? "" : ", edited");
  }
  function asked(program: string | undefined): string | undefined {
    if (program === undefined || host.startsNothing) return undefined;
    const ended = host.run(program, ["--version"], { timeout: 5_000 });
    const text = (ended.stdout || ended.stderr).trim();
    return ended.status === 0
      ? text.replace(/^(Python |v)/, "").split("\n")[0]
      : undefined;
  }
  return {
    "wsgi-shim": VERSION,
    runtime: marked(layout.runtime),
    host: marked(layout.hostMain),
    python: asked(config?.passenger.python),
    node: asked(config?.passenger.nodejs ?? "node"),
  };
}

function renderStatus(status: Status, io: Io): string {
  const now = io.host.now();
  const { appRoot, plan, processes, isHidden } = status;
  const { paint } = io;
  const rows: (readonly [string, string])[] = [
    ["Site", printable(appRoot)],
    ["Serves", servesInWords(status)],
    [
      "Maintenance",
      plan.kind === "maintenance"
        ? `on, since ${timeInWords(plan.since)} (${
          agoInWords(plan.since, now)
        })`
        : "off",
    ],
    ...isHidden.log ? [["Log", "cannot be read"] as const] : [
      ["Last start", startInWords(status, now)] as const,
      ["Last failure", failureInWords(status.lastFailure, now)] as const,
    ],
    ["Processes", processesInWords(processes, now)],
    [
      "Versions",
      Object.entries(status.versions)
        .map(([name, version]) => `${name} ${version ?? "not found"}`)
        .join(", "),
    ],
  ];
  const text = alignRows(rows, { indent: 0, columns: io.columns });
  // What only the start has shown, a check may not see again.
  const kind = status.outcome?.kind;
  const source = kind === "error" || kind === "server"
    ? "check"
    : hasFailed(status)
    ? "logs"
    : undefined;
  if (!source) return text;
  const line = shellCommand("wsgi-shim", source, appRoot);
  return `${text}\n\n${paint.error("Why:")} ${line}`;
}

/** Tells whether visitors get the application, now and after a restart. */
function serves(status: Status): boolean {
  return status.outcome?.kind === "run" && !hasFailed(status);
}

/** The plan, unless the last start has shown that it does not come true. */
function servesInWords(status: Status): string {
  const { outcome, processes } = status;
  if (!outcome) return "unknown: you may not read config.toml";
  if (hasFailed(status)) {
    return "the error page, unless mended since: the last start failed";
  }
  const words = outcomeInWords(outcome);
  // A worker goes on with the code that it has.
  return outcome.kind === "error" && processes && processes.length > 0
    ? `what was started before; after the next start ${words}`
    : words;
}

/** Tells whether the application itself did not start, as the plan has it. */
function hasFailed({ plan, lastStart }: Status): boolean {
  return plan.kind === "run" && lastStart?.plan === "run" &&
    lastStart.outcome === "failed";
}

function startInWords({ lastStart, processes }: Status, now: number): string {
  const start = lastStart;
  if (!start) return "none in the log";
  const others = processes && processes.length > 0
    ? "; another process runs"
    : "";
  const outcome = {
    ready: `ready: ${start.text}`,
    failed: `failed: ${start.text}`,
    page: start.text,
    ended: `ended since: ${start.text}${others}`,
    starting: `not ready yet: ${start.text}`,
  }[start.outcome];
  return `${timeInWords(start.time)} (${agoInWords(start.time, now)}); ${
    printable(outcome)
  }`;
}

function failureInWords(
  failure: PastFailure | undefined,
  now: number,
): string {
  if (!failure) return "none in the log";
  const { time, incident, codes, finding } = failure;
  const name = incident === undefined ? "" : `incident ${incident}, `;
  return `${timeInWords(time)} (${agoInWords(time, now)}); ${name}${
    printable(finding ?? codes.join(", "))
  }`;
}

function processesInWords(
  processes: readonly WorkerProcess[] | undefined,
  now: number,
): string {
  if (!processes) return "cannot be seen here";
  if (processes.length === 0) return "none seen on this machine";
  const each = processes.map(({ pid, user, since }) =>
    `${pid} of ${user} for ${spanInWords(now - since)}`
  );
  return `${counted(processes.length, "worker")}: ${each.join(", ")}`;
}

/** Renders the status for programs. */
function renderStatusJson(status: Status): string {
  const { appRoot, plan, outcome, processes, versions, isHidden } = status;
  const iso = (time: number) => new Date(time).toISOString();
  const { lastStart, lastFailure } = status;
  return toJson(
    {
      version: 1,
      appRoot,
      serves: serves(status),
      plan: outcome?.kind ?? null,
      maintenance: plan.kind === "maintenance"
        ? { since: iso(plan.since), message: plan.message ?? null }
        : null,
      lastStart: lastStart ? { ...lastStart, time: iso(lastStart.time) } : null,
      lastFailure: lastFailure
        ? { ...lastFailure, time: iso(lastFailure.time) }
        : null,
      processes: processes?.map((one) => ({ ...one, since: iso(one.since) })) ??
        null,
      versions: Object.fromEntries(
        Object.entries(versions).map((
          [name, version],
        ) => [name, version ?? null]),
      ),
      unreadable: Object.entries(isHidden).filter(([, hidden]) => hidden)
        .map(([name]) => name),
    },
    2,
  );
}

/** What a table of sites says of one. */
export function rowOfStatus(answer: Record<string, unknown>) {
  const { serves, plan, maintenance, lastFailure } = answer;
  const at = (time: unknown) => timeInWords(Date.parse(String(time)));
  const since = isRecord(maintenance) ? ` since ${at(maintenance.since)}` : "";
  const failed = isRecord(lastFailure)
    ? `; last failure ${at(lastFailure.time)}`
    : "";
  const words = serves === true
    ? "serves"
    : `does not serve: ${kindInWords(plan)}${since}`;
  return { words: `${words}${failed}` };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

export const statusCommand = command(
  statusUsage,
  parseStatus,
  runStatus,
  rowOfStatus,
);

/**
 * Judges a site that is about to start: is its application to run, or is a
 * page to be shown, and why.
 *
 * Every way in (Passenger's doors, a guest, `serve`) asks here. Runs on Node
 * and Deno.
 *
 * @module
 */

import * as fs from "node:fs";
import { explainFailure } from "../causes/mod.ts";
import { type Finding, finding } from "../findings/finding.ts";
import {
  judge,
  type Judgement,
  judgeSite,
  type RunPlan,
} from "../judge/plan.ts";
import { type Host, refused } from "../machine/host.ts";
import type { Failure } from "../python/failure.ts";
import { type Log, openLog } from "../site/log.ts";
import { writeStart } from "../site/log_text.ts";
import { DEFAULTS } from "../site/settings_table.ts";
import { readSite, type Site } from "../site/site.ts";
import { shellCommand } from "../text/shell.ts";
import {
  type Door,
  findLogTrouble,
  logIncident,
  newIncident,
} from "./incident.ts";
import { probeInterpreter } from "./probe.ts";
import type { Reason } from "./stand_in.ts";

/** What a start needs to know. */
export interface StartOptions {
  /** Absolute path of the app root. */
  appRoot: string;
  host: Host;
  door: Door;
  /** The process that the log tells of. @default this one */
  pid?: number;
}

/** The application is to be run. */
export interface Run {
  kind: "run";
  site: Site;
  plan: RunPlan;
  log: Log;
}

/** A page is to be shown. */
export interface Stopped {
  kind: "stopped";
  reason: Reason;
  log: Log;
  /** What no look at the site shows: how its start failed. */
  failure?: Failure;
  /** Pause before the site is tried again unasked, in milliseconds. */
  retryMs?: number;
}

/** Pause before a site whose workers keep dying is tried again. */
const DEATHS_PAUSE_MS = 20_000;
const DEATHS_BYTES_LIMIT = 1_000_000;

/** Judges a start. Says in the log that there is one, and with which plan. */
export async function judgeStart(
  options: StartOptions,
): Promise<Run | Stopped> {
  const read = readSite(options.appRoot, options.host);
  const began = options.host.now();
  const probe = probeInterpreter(read);
  const judged = judgeRead(read, options);
  const { plan } = judged.kind === "run" ? judged : judged.reason.judgement;
  judged.log.write(
    "start",
    writeStart({ door: options.door, plan: plan.kind }),
  );
  if (judged.kind === "stopped") {
    probe?.cancel();
    return judged;
  }
  const failure = await probe?.failure;
  return failure ? judgeFailure({ ...failure, began }, options) : judged;
}

/** Judges a site by what can be seen of it, without a word in the log. */
export function judgeAgain(options: StartOptions): Run | Stopped {
  return judgeRead(readSite(options.appRoot, options.host), options);
}

function judgeRead(read: Site, { pid }: StartOptions): Run | Stopped {
  const judgement = judge(read, { at: "startup" });
  const { site, plan } = judgement;
  const log = logOf(site, pid);
  if (plan.kind !== "run") return stop(judgement, log);
  const dying = findDeaths(site);
  if (!dying) return { kind: "run", site, plan, log };
  return { ...stop(judgement, log, dying), retryMs: DEATHS_PAUSE_MS };
}

/** Judges a site whose start has failed. */
export function judgeFailure(
  failure: Failure,
  { appRoot, host, pid }: StartOptions,
): Stopped {
  const judgement = judgeSite(appRoot, host, { at: "startup" });
  const { site } = judgement;
  const log = logOf(site, pid);
  const findings = explainFailure(failure, site, faultsTo(log));
  return { ...stop(judgement, log, { failure, findings }), failure };
}

function stop(
  judgement: Judgement,
  log: Log,
  failed?: Reason["failed"],
): Stopped {
  const incident = newIncident();
  const reason = {
    judgement: withLogTrouble(judgement, log),
    incident,
    failed,
  };
  return { kind: "stopped", reason, log };
}

/** Writes to the log why a site does not run. */
export function logStopped({ log, reason }: Stopped): void {
  const { incident, failed, judgement: { plan, findings } } = reason;
  if (failed) logIncident(log, incident, failed.findings);
  else if (plan.kind === "error") logIncident(log, incident, findings);
}

/** Writes to the log that a site which does not run has another reason. */
export function logReason(log: Log, { judgement, incident }: Reason): void {
  const { plan, findings } = judgement;
  log.write("plan", plan.kind);
  if (plan.kind === "error") logIncident(log, incident, findings);
}

/** Adds what is wrong with the log. */
function withLogTrouble(judgement: Judgement, log: Log): Judgement {
  const { findings, site } = judgement;
  const trouble = findLogTrouble(log, site, findings);
  return { ...judgement, findings: [...findings, ...trouble] };
}

/** Logs hold a descriptor each, and a process may start its site often. */
const logs = new Map<string, Log>();

/** The log of a site, by its settings; the same as long as they are. */
export function logOf({ config, layout }: Site, pid?: number): Log {
  const { maxBytes, backups } = config?.log ?? DEFAULTS;
  const key = JSON.stringify([layout.log, maxBytes, backups, pid]);
  const log = logs.get(key) ?? openLog(layout.log, { maxBytes, backups, pid });
  logs.set(key, log);
  return log;
}

/** Lets the log tell what in wsgi-shim itself failed to explain a failure. */
export function faultsTo(log: Log): (error: unknown) => void {
  return (error) =>
    log.write(
      "warning",
      `a hint of wsgi-shim failed, please report it: ${
        error instanceof Error ? error.stack : error
      }`,
    );
}

/** What a host writes down when its workers keep dying. */
interface Deaths {
  /** Of the last one, in milliseconds since 1970. */
  time: number;
  count: number;
  /** In which they died. */
  seconds: number;
  failure: Failure;
}

/**
 * A site whose workers were lost again and again gets a pause, unless
 * something has been changed since.
 */
function findDeaths(site: Site): Reason["failed"] {
  const { host, layout } = site;
  const deaths = readDeaths(layout.deaths);
  if (!deaths || host.now() - deaths.time > DEATHS_PAUSE_MS) return undefined;
  if (lastChange(site) > deaths.time) return undefined;
  const { count, seconds, failure } = deaths;
  const { signal, status = 0 } = failure;
  const last = signal
    ? `it was killed by ${signal}`
    : `it ended with status ${status}`;
  const found: Finding = finding("worker-keeps-dying", {
    message:
      `Python died ${count} times in ${seconds} seconds; the last time, ${last}`,
    place: { file: layout.log },
    fix: {
      text: `Read what it printed before: \`${
        shellCommand("wsgi-shim", "logs", layout.appRoot)
      }\`; the site tries again by itself`,
    },
  });
  return { failure, findings: [found] };
}

function readDeaths(file: string): Deaths | undefined {
  try {
    const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = fs.constants;
    const descriptor = fs.openSync(file, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
    try {
      const status = fs.fstatSync(descriptor);
      if (!status.isFile() || status.size > DEATHS_BYTES_LIMIT) return;
      const read = JSON.parse(fs.readFileSync(descriptor, "utf8"));
      return typeof read?.time === "number" && read.failure ? read : undefined;
    } finally {
      fs.closeSync(descriptor);
    }
  } catch {
    return undefined; // Mostly, it is not there.
  }
}

/** When somebody last did something that may have mended the site. */
function lastChange({ host, layout, config, application }: Site): number {
  const target = application?.target;
  const paths = [layout.restart, layout.config, config?.passenger.python];
  if (target && "file" in target) paths.push(target.file);
  return Math.max(...paths.map((path) => {
    const status = path ? host.stat(path) : { errno: "" };
    return refused(status) ? 0 : status.changed;
  }));
}

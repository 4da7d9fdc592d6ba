/**
 * Starts a site: judges it, runs its application in a worker, or says why
 * that cannot be.
 *
 * Every way in (Passenger's doors, `serve`, the trial of `check`)
 * starts a site here. Runs on Node and Deno.
 *
 * @module
 */

import { explainFailure } from "../causes/explain.ts";
import type { Failure } from "../python/failure.ts";
import { finding } from "../findings/finding.ts";
import { type Host, refused } from "../machine/host.ts";
import {
  type Door,
  findLogTrouble,
  logIncident,
  newIncident,
  pageContext,
  PROVEN_BEFORE,
} from "./incident.ts";
import { type Log, openLog, readLogTail } from "../site/log.ts";
import { writeStart } from "../site/log_text.ts";
import {
  type Page,
  preferredFormat,
  renderExceptionPage,
  renderHelloPage,
} from "../pages/page.ts";
import { type Judgement, judgeSite, type RunPlan } from "../judge/plan.ts";
import { DEFAULTS } from "../site/settings_table.ts";
import { shellCommand } from "../text/shell.ts";
import type { Site } from "../site/site.ts";
import type { Reason } from "./stand_in.ts";
import { startWorker, type Worker, type WorkerOptions } from "./worker.ts";

/** What a start needs to know. */
export interface StartOptions {
  /** Absolute path of the app root. */
  appRoot: string;
  host: Host;
  door: Door;
  /** Path of the Unix socket that the worker listens on. */
  socket: string;
  /** What every request must carry. */
  password?: string;
  /** The application's output also goes to this process's own. */
  echo: boolean;
}

/** A site that runs, or the reason why not. */
export type Start =
  | { kind: "running"; worker: Worker; plan: RunPlan; site: Site; log: Log }
  | { kind: "stopped"; reason: Reason; log: Log; retryMs?: number };

const DEATHS_LIMIT = 3;
/** Of the log; an application may print much between two deaths. */
const DEATHS_BYTES = 1_000_000;
const DEATHS_MS = 60_000;
/** Pause before a site whose worker keeps dying is tried again. */
export const DEATHS_PAUSE_MS = 20_000;

/** Starts a site. */
export async function startSite(options: StartOptions): Promise<Start> {
  const { appRoot, host, door } = options;
  const judgement = judgeSite(appRoot, host, { at: "startup" });
  const { site, plan, findings } = judgement;
  const log = logOf(site);
  const incident = newIncident();
  log.write("start", writeStart({ door, plan: plan.kind }));
  if (plan.kind !== "run") {
    if (plan.kind === "error") logIncident(log, incident, findings);
    return stopped();
  }

  const dying = findDeaths(site);
  if (dying) return stopped(dying, DEATHS_PAUSE_MS);

  const began = host.now();
  const start = await startWorker(
    plan,
    workerOptions(site, { ...options, log }),
  );
  if ("worker" in start) {
    const { python, pid, threadsAlive } = start.worker;
    log.write("ready", `python ${python}, worker ${pid}`);
    if (threadsAlive.length > 0) {
      log.write(
        "warning",
        `threads that keep the process from ending: ${threadsAlive.join(", ")}`,
      );
    }
    return { kind: "running", worker: start.worker, plan, site, log };
  }
  return stopped({ ...failureReason(start.failure, site, log), began });

  function stopped(failed?: Reason["failed"], retryMs?: number): Start {
    if (failed) logIncident(log, incident, failed.findings);
    const reason = {
      judgement: withLogTrouble(judgement, log),
      incident,
      failed,
    };
    return { kind: "stopped", reason, log, retryMs };
  }
}

/** Writes to the log that a site which does not run has another reason. */
export function logReason(log: Log, { judgement, incident }: Reason): void {
  const { plan, findings } = judgement;
  log.write("plan", plan.kind);
  if (plan.kind === "error") logIncident(log, incident, findings);
}

/** Adds what is wrong with the log. */
export function withLogTrouble(judgement: Judgement, log: Log): Judgement {
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

/** How a start failed, with what that usually means. */
export function failureReason(
  failure: Failure,
  site: Site,
  log: Log,
): NonNullable<Reason["failed"]> {
  return { failure, findings: explainFailure(failure, site, faultsTo(log)) };
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

/** What a worker is started with, as far as the site decides it. */
export function workerOptions(
  site: Site,
  options: Pick<WorkerOptions, "socket" | "password" | "echo" | "log"> & {
    door: Door;
  },
): WorkerOptions {
  const { door, log } = options;
  return {
    ...options,
    file: site.layout.worker,
    appRoot: site.layout.appRoot,
    hello: renderHelloPage(site.feedback.details === "full"),
    explain(incident: string, failure: Failure, accept: string): Page {
      const findings = explainFailure(failure, site, faultsTo(log));
      logIncident(log, incident, findings);
      return renderExceptionPage(
        failure,
        [...findings, ...findLogTrouble(log, site, findings)],
        pageContext(site, door, incident),
        preferredFormat(accept),
      );
    },
  };
}

/**
 * A site whose worker was lost again and again gets a pause, unless something
 * has been changed since.
 */
export function findDeaths(site: Site): Reason["failed"] {
  const { host, layout } = site;
  const now = host.now();
  const since = Math.max(now - DEATHS_MS, lastChange(site));
  const deaths = readLogTail(layout.log, { bytes: DEATHS_BYTES, kind: "death" })
    .filter(({ time, text }) => time > since && !text.endsWith(PROVEN_BEFORE));
  const last = deaths.at(-1);
  if (!last || deaths.length < DEATHS_LIMIT) return undefined;
  if (now - last.time > DEATHS_PAUSE_MS) return undefined;
  return {
    failure: { problem: "exited", output: [last.text] },
    findings: [finding("worker-keeps-dying", {
      message: `Python died ${deaths.length} times in ${
        DEATHS_MS / 1_000
      } seconds; the last time, ${last.text}`,
      place: { file: layout.log },
      fix: {
        text: `Read what it printed before: \`${
          shellCommand("wsgi-shim", "logs", layout.appRoot)
        }\`; the site tries again by itself`,
      },
    })],
  };
}

/** When somebody last did something that may have mended the site. */
function lastChange({ host, layout, config }: Site): number {
  const module = config?.wsgi?.module;
  const paths = [layout.restart, layout.config, config?.passenger.python];
  if (module?.startsWith("/")) paths.push(module);
  return Math.max(...paths.map((path) => {
    const status = path ? host.stat(path) : { errno: "" };
    return refused(status) ? 0 : status.changed;
  }));
}

/**
 * What a process that is not ours needs to know to start a site, as JSON: the
 * plan, and either what to run or the page to show. `passenger_wsgi.py` asks
 * at its start, when the application failed, and while a page is up.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { checkVersion } from "../checks/venv.ts";
import type { Config } from "../site/config.ts";
import type { Failure } from "../python/failure.ts";
import { parseFaultDump } from "../python/fault_dump.ts";
import { finding } from "../findings/finding.ts";
import { explainFailure } from "../causes/explain.ts";
import type { Host } from "../machine/host.ts";
import { logIncident, newIncident, pageContext } from "./incident.ts";
import { type Log, SILENT_LOG } from "../site/log.ts";
import { writeStart } from "../site/log_text.ts";
import { renderExceptionPage, renderHelloPage } from "../pages/page.ts";
import {
  type Judgement,
  judgeSite,
  type Plan,
  type RunPlan,
} from "../judge/plan.ts";
import {
  DEATHS_PAUSE_MS,
  failureReason,
  faultsTo,
  findDeaths,
  logOf,
  logReason,
  withLogTrouble,
} from "./site_start.ts";
import {
  createStandIn,
  type Reason,
  type StandIn,
  type StandInState,
} from "./stand_in.ts";
import { VERSION } from "../site/version.ts";
import {
  type WirePage,
  wirePage,
  type WorkerSettings,
  workerSettings,
} from "./worker_messages.ts";

/** Who asks. */
export interface Caller {
  /** What happens is written to the log in its name; without, not at all. */
  pid?: number;
  /** Version of the Python that it is: `3.11.2`. */
  python?: string;
  /** Its interpreter, when it cannot go on in that of the site. */
  stuckIn?: string;
}

/** What is asked. */
export interface PreflightRequest {
  caller?: Caller;
  /** How the application failed, at its start or in a request. */
  failure?: Failure & {
    /** The number that the failure already has. */
    incident?: string;
    /** What faulthandler wrote. */
    dump?: string;
    /** When the start began, in milliseconds since 1970. */
    began?: number;
  };
  /** What an earlier answer gave: has the site been mended since? */
  state?: StandInState;
}

/** The answer. */
export interface Preflight {
  /** Of this answer's form; another number is not for the one who asks. */
  format: 1;
  /** Of wsgi-shim. */
  version: string;
  /** What a request will get. */
  plan: Plan["kind"];
  /** What to run; absent where a page is to be shown. */
  start?: {
    interpreter: string;
    environment: Record<string, string>;
    /** What `worker.py` understands. */
    settings: WorkerSettings;
    /** How the log is kept. */
    log: Config["log"];
  };
  /** What to show, as the visitor prefers. */
  pages?: { html: WirePage; json: WirePage };
  /** The page tells that the site is starting again: start it. */
  mended?: boolean;
  /** To be given back when asking again. */
  state?: StandInState;
}

/**
 * Answers a preflight.
 *
 * @param appRoot Absolute path of the app root
 */
export function preflight(
  appRoot: string,
  host: Host,
  { caller = {}, failure, state }: PreflightRequest = {},
): Preflight {
  const judgement = judgeSite(appRoot, host, { at: "startup" });
  const log = caller.pid === undefined
    ? SILENT_LOG
    : logOf(judgement.site, caller.pid);
  if (failure?.problem === "request-raised") {
    return tellException(judgement, log, failure);
  }
  if (failure) return tellFailure(judgement, log, failure);
  if (state) return lookAgain(judgement, log, state);
  log.write("start", writeStart({ door: "wsgi", plan: judgement.plan.kind }));
  return begin(judgement, log, caller);
}

/** Reads and answers a request in its written form, for the two programs. */
export function answerPreflight(
  appRoot: string,
  host: Host,
  written: { failure: boolean; again: boolean; caller?: string; input: string },
): string {
  const { caller, failure, again, input } = written;
  const request: PreflightRequest = {
    caller: caller === undefined ? undefined : JSON.parse(caller),
    failure: failure ? JSON.parse(input) : undefined,
    state: again ? JSON.parse(input) : undefined,
  };
  return JSON.stringify(preflight(appRoot, host, request));
}

/** What to do with a site that is about to start. */
function begin(judgement: Judgement, log: Log, caller: Caller): Preflight {
  const { site, plan, findings } = judgement;
  const incident = newIncident();
  if (plan.kind !== "run") {
    if (plan.kind === "error") logIncident(log, incident, findings);
    return stopped({ judgement: withLogTrouble(judgement, log), incident });
  }
  const wrong = caller.stuckIn === undefined
    ? undefined
    : wrongInterpreter(caller, plan, judgement);
  const failed = wrong ?? findDeaths(site);
  if (failed) {
    logIncident(log, incident, failed.findings);
    return stopped(
      { judgement: withLogTrouble(judgement, log), incident, failed },
      wrong ? undefined : DEATHS_PAUSE_MS,
    );
  }
  return {
    ...head(plan),
    start: {
      interpreter: plan.interpreter,
      environment: plan.environment,
      settings: workerSettings(plan, {
        appRoot: site.layout.appRoot,
        socket: "",
        hello: renderHelloPage(site.feedback.details === "full"),
      }),
      log: site.config!.log,
    },
  };
}

/** Passenger runs a Python that cannot host the application. */
function wrongInterpreter(
  { stuckIn = "Python", python = "" }: Caller,
  { interpreter }: RunPlan,
  { site }: Judgement,
): Reason["failed"] {
  const { host, layout } = site;
  const isConfigured = host.realPath(stuckIn) === host.realPath(interpreter);
  const place = site.placeOf("passenger.passenger_python");
  const old = checkVersion(interpreter, python, site)
    .find(({ severity }) => severity === "error");
  const found = isConfigured && old
    ? old
    : finding("python-wrong-interpreter", {
      message:
        `Passenger runs ${stuckIn}, Python ${python}, in place of ${interpreter}, and cannot be led there`,
      place,
      fix: {
        text:
          `Ask the administrators to set: PassengerPython ${layout.shimPython}`,
      },
    });
  return {
    failure: { problem: "unstartable", subject: stuckIn, python },
    findings: [found],
  };
}

/** The page for an application that did not start. */
function tellFailure(
  judgement: Judgement,
  log: Log,
  told: NonNullable<PreflightRequest["failure"]>,
): Preflight {
  const { incident = newIncident(), dump, began, ...failure } = told;
  const { site } = judgement;
  if (dump && !failure.stack) {
    const { passengerWsgi, shim, worker } = site.layout;
    failure.stack = parseFaultDump(dump, worker).filter(({ file }) =>
      file !== passengerWsgi && !file.startsWith(`${shim}/`) &&
      !file.endsWith("/wsgi-loader.py")
    );
  }
  const failed = { ...failureReason(failure, site, log), began };
  logIncident(log, incident, failed.findings);
  return stopped({
    judgement: withLogTrouble(judgement, log),
    incident,
    failed,
  });
}

/** The page for an exception while a request was served. */
function tellException(
  { site, plan }: Judgement,
  log: Log,
  told: NonNullable<PreflightRequest["failure"]>,
): Preflight {
  const { incident = newIncident(), ...failure } = told;
  const findings = explainFailure(failure, site, faultsTo(log));
  logIncident(log, incident, findings);
  const context = pageContext(site, "wsgi", incident);
  const render = (format: "html" | "json") =>
    wirePage(renderExceptionPage(failure, findings, context, format));
  return {
    ...head(plan),
    pages: { html: render("html"), json: render("json") },
  };
}

/** Whether what an earlier page told of has been mended since. */
function lookAgain(
  judgement: Judgement,
  log: Log,
  state: StandInState,
): Preflight {
  const { incident, failed, retryMs } = state;
  const standIn = createStandIn({ judgement, incident, failed }, {
    door: "wsgi",
    retryMs,
    resumed: state,
    onChange: (changed) => logReason(log, changed),
  });
  if (!standIn.isMended()) {
    return { ...shown(judgement.plan, standIn), state: standIn.state() };
  }
  log.write("stop", "the site starts again");
  return {
    ...head(judgement.plan),
    pages: {
      html: wirePage(standIn.restartingPage("text/html")),
      json: wirePage(standIn.restartingPage("application/json")),
    },
    mended: true,
  };
}

function stopped(reason: Reason, retryMs?: number): Preflight {
  const standIn = createStandIn(reason, {
    door: "wsgi",
    retryMs,
    onChange: () => {},
  });
  return { ...shown(reason.judgement.plan, standIn), state: standIn.state() };
}

function shown(plan: Plan, standIn: StandIn): Preflight {
  return {
    ...head(plan),
    pages: {
      html: wirePage(standIn.page("text/html")),
      json: wirePage(standIn.page("application/json")),
    },
  };
}

function head(plan: Plan): Preflight {
  return { format: 1, version: VERSION, plan: plan.kind };
}

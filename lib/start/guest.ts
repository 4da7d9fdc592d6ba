/**
 * What another server than Passenger is to show, when `passenger_wsgi.py` is
 * loaded there: the application, or a page.
 *
 * `shim/host/guest.py` asks at its start, when the application could not be
 * loaded, and while a page is up. Runs on Node and Deno.
 *
 * @module
 */

import { checkVersion } from "../checks/venv.ts";
import { finding, findingLine } from "../findings/finding.ts";
import type { Host } from "../machine/host.ts";
import type { Failure } from "../python/failure.ts";
import { runsOriginal } from "../site/adoption.ts";
import type { Site } from "../site/site.ts";
import { type WirePage, wirePage } from "./explaining.ts";
import { findDoubt } from "./doubt.ts";
import { newIncident } from "./incident.ts";
import { makeOrders, type Orders } from "./orders.ts";
import {
  createStandIn,
  type Reason,
  type StandIn,
  type StandInState,
} from "./stand_in.ts";
import {
  judgeAgain,
  judgeFailure,
  judgeStart,
  logReason,
  logStopped,
  type Stopped,
} from "./starting.ts";

/** What is asked. */
export interface GuestQuestion {
  /** The process that the log tells of. */
  pid: number;
  /** The `Accept` header of the request that waits. */
  accept: string;
  /** How the application failed to load. */
  failure?: Failure;
  /**
   * The interpreter that runs, and cannot load the site's packages; without a
   * path where Python is part of the server.
   */
  stranger?: { executable: string; python: string };
  /** What an earlier answer gave: has the site been mended since? */
  state?: StandInState;
}

/** The answer: orders, a page, or a doubt. */
export interface GuestAnswer {
  /** Why the startup file of before is to be loaded, by the server's Python. */
  doubt?: string;
  orders?: Orders;
  /** Absolute path of the site's interpreter, where there are orders. */
  interpreter?: string;
  /** What to show. */
  page?: WirePage;
  /** The page tells that the site is starting again: load it. */
  isMended?: boolean;
  /** To be given back when asking again. */
  state?: StandInState;
}

/** Answers a guest. */
export async function answerGuest(
  appRoot: string,
  host: Host,
  { pid, accept, failure, stranger, state }: GuestQuestion,
): Promise<GuestAnswer> {
  const options = { appRoot, host, door: "wsgi" as const, pid };
  if (state) return lookAgain(judgeAgain(options), state, accept);
  const start = failure
    ? judgeFailure(failure, options)
    : stranger
    ? judgeAgain(options)
    : await judgeStart(options);
  if (start.kind === "stopped") {
    const doubt = findDoubt(start);
    return doubt === undefined ? stopped(start, accept) : { doubt };
  }
  const { site, plan, log } = start;
  if (!stranger) {
    const orders = makeOrders(site, plan, { door: "wsgi" });
    return { orders, interpreter: plan.interpreter };
  }
  const judgement = { site, plan, findings: [] };
  const failed = wrongInterpreter(stranger, site);
  if (runsOriginal(site)) return { doubt: findingLine(failed.findings[0]!) };
  const incident = newIncident();
  return stopped(
    { kind: "stopped", reason: { judgement, incident, failed }, log },
    accept,
  );
}

/** The server runs a Python that cannot host the application. */
function wrongInterpreter(
  { executable, python }: NonNullable<GuestQuestion["stranger"]>,
  site: Site,
): NonNullable<Reason["failed"]> {
  const interpreter = site.config?.passenger.python ?? "";
  const old = checkVersion(interpreter, python, site)
    .find(({ severity }) => severity === "error");
  const server = executable
    ? `${executable}, Python ${python}`
    : `Python ${python}`;
  const version = python.split(".").slice(0, 2).join(".");
  const found = old ?? finding("python-wrong-interpreter", {
    message:
      `The web server runs ${server}, in place of ${interpreter}, and cannot load packages that were installed for that one`,
    place: site.placeOf("passenger.passenger_python"),
    fix: {
      text:
        `Let the server run ${interpreter}, or make a virtual environment with Python ${version} beside this one and name its bin/python in config.toml`,
    },
  });
  return {
    failure: {
      problem: "unstartable",
      subject: executable || undefined,
      python,
    },
    findings: [found],
  };
}

/** Whether what an earlier page told of has been mended since. */
function lookAgain(
  start: ReturnType<typeof judgeAgain>,
  state: StandInState,
  accept: string,
): GuestAnswer {
  const { incident, failed } = state;
  const judgement = start.kind === "run"
    ? { site: start.site, plan: start.plan, findings: [] }
    : start.reason.judgement;
  const standIn = createStandIn({ judgement, incident, failed }, {
    door: "wsgi",
    retryMs: state.retryMs,
    resumed: state,
    onChange: (changed) => logReason(start.log, changed),
  });
  if (!standIn.isMended()) return shown(standIn, accept);
  start.log.write("stop", "the site starts again");
  return { page: wirePage(standIn.restartingPage(accept)), isMended: true };
}

function stopped(start: Stopped, accept: string): GuestAnswer {
  logStopped(start);
  const standIn = createStandIn(start.reason, {
    door: "wsgi",
    retryMs: start.retryMs,
    onChange: () => {},
  });
  return shown(standIn, accept);
}

function shown(standIn: StandIn, accept: string): GuestAnswer {
  return { page: wirePage(standIn.page(accept)), state: standIn.state() };
}

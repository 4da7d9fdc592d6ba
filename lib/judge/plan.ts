/**
 * What the next request will get: the one judge of the shell, the preview and
 * the live page.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import type { Application } from "../site/application.ts";
import { type CheckOptions, runChecks } from "../checks/mod.ts";
import { type Finding, hasErrors, isOf } from "../findings/finding.ts";
import type { Host } from "../machine/host.ts";
import { type MaintenancePlan, readMaintenance } from "../site/maintenance.ts";
import { DEFAULTS } from "../site/settings_table.ts";
import { readSite, type Site } from "../site/site.ts";

export type { MaintenancePlan };

/** The application runs in a worker. */
export interface RunPlan {
  /** Tells this plan from the others. */
  kind: "run";
  /** Absolute path of the Python interpreter. */
  interpreter: string;
  /** Undefined: the Hello World page. */
  application?: Application;
  /** Requests that one worker serves at once. */
  threads: number;
  /** Seconds that the application may take to start. */
  startTimeout: number;
  /** Variables to set: `[environment]` and the paths of `[secret_files]`. */
  environment: Record<string, string>;
}

/** The site cannot run. */
export interface ErrorPlan {
  /** Tells this plan from the others. */
  kind: "error";
  /** Why. */
  findings: Finding[];
}

/** What a request will get. */
export type Plan = RunPlan | MaintenancePlan | ErrorPlan;

/** A site, what the checks say of it, and what follows. */
export interface Judgement {
  /** The site as it was read. */
  site: Site;
  /** What was found. */
  findings: Finding[];
  /** What a request will get. */
  plan: Plan;
}

/**
 * Reads a site, checks it and decides: all that happens before a start.
 *
 * @param appRoot Absolute path of the app root
 */
export function judgeSite(
  appRoot: string,
  host: Host,
  options: CheckOptions,
): Judgement {
  return judge(readSite(appRoot, host), options);
}

/** Checks a site that has been read, and decides. */
export function judge(site: Site, options: CheckOptions): Judgement {
  const findings = runChecks(site, options);
  return { site, findings, plan: makePlan(site, findings) };
}

/**
 * Tells whether a plan cannot be known: whoever asks may not read the
 * settings, and the site's user may.
 */
export function isPlanHidden(
  plan: Plan,
  { configFindings }: Site,
): boolean {
  return plan.kind === "error" &&
    configFindings.some((one) => isOf(one, "config-hidden"));
}

/**
 * Decides what a request will get. Maintenance wins, so that a site can be
 * closed while it is being repaired.
 */
export function makePlan(site: Site, findings: readonly Finding[]): Plan {
  // Nothing but our files looks for maint.txt.
  const maintenance = site.native ? undefined : readMaintenance(site);
  return maintenance ?? makeStartPlan(site, findings);
}

/** Decides what a request would get if the site were not closed. */
export function makeStartPlan(
  site: Site,
  findings: readonly Finding[],
): RunPlan | ErrorPlan {
  const { application, applicationFault, config } = site;
  const interpreter = config?.passenger.python;
  const isFaulty = applicationFault !== undefined || hasErrors(findings);
  if (!config || !interpreter || isFaulty) {
    return { kind: "error", findings: [...findings] };
  }
  return {
    kind: "run",
    interpreter,
    application,
    threads: config.wsgi?.threads ?? DEFAULTS.threads,
    startTimeout: config.wsgi?.startTimeout ?? DEFAULTS.startTimeout,
    environment: { ...config.secretFiles, ...config.environment },
  };
}

/**
 * Whether an application would start: it is loaded once by a host that
 * serves nothing, and let go. It gets the variables that the login shell hands
 * on, as under Passenger, and none that only the terminal has.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { checkDjango } from "../checks/django.ts";
import { checkSpoken } from "../checks/interface.ts";
import { checkUnanswered } from "../checks/unanswered.ts";
import { startLimited, withLimits } from "../checks/login_limits.ts";
import { tryLoginShell } from "../checks/login_shell.ts";
import { loginFilesOf } from "../site/login_files.ts";
import { cleanFailure } from "../python/clean_failure.ts";
import { type Failure, plainFailure } from "../python/failure.ts";
import type { Finding } from "../findings/finding.ts";
import { explainFailure } from "../causes/mod.ts";
import type { Plan, RunPlan } from "../judge/plan.ts";
import { readSecrets } from "../site/secrets.ts";
import type { Site } from "../site/site.ts";
import { startHost } from "./host_process.ts";
import { askInterpreter } from "./probe.ts";

/** What came of a trial. */
export interface Trial {
  /** What is wrong; of an application that would start, what it will not do. */
  findings: Finding[];
  /** How Python failed. */
  failure?: Failure;
}

/**
 * Tries to start the application of a site.
 *
 * @returns Nothing of note where it is not to be run
 */
export async function tryApplication(
  site: Site,
  plan: Plan,
): Promise<Trial> {
  if (plan.kind !== "run" || site.host.startsNothing) return { findings: [] };
  const { environment, limits } = tryLoginShell(site);
  const quiet: RunPlan = {
    ...plan,
    // A look at the application leaves nothing beside it.
    environment: { ...plan.environment, PYTHONDONTWRITEBYTECODE: "1" },
  };
  const startWith = (wrap?: (words: string[]) => string[]) =>
    startHost(site, quiet, {
      door: "serve",
      trial: true,
      echo: false,
      environment,
      wrap,
      explain: () => undefined,
    });
  const shell = site.user?.shell;
  let start = await startWith(
    limits && shell ? (words) => withLimits(limits, shell, words) : undefined,
  );
  if ("failure" in start && limits) {
    const { failure } = start;
    start = await startWith();
    if ("host" in start) {
      await start.host.ended;
      return {
        findings: [
          startLimited(limits, "The application", loginFilesOf(site)),
        ],
        failure,
      };
    }
  }
  if ("failure" in start) {
    const { host } = site;
    const tried: Site = {
      ...site,
      host: environment ? { ...host, env: environment } : host,
    };
    const failure: Failure = {
      ...cleanFailure(
        plainFailure(await askInterpreter(start.failure, site, environment)),
        readSecrets(tried),
      ),
      isTrial: true,
    };
    return { findings: explainFailure(failure, tried), failure };
  }
  await start.host.ended;
  const { interface: spoken, remarks, django, unanswered } = start.host;
  return {
    findings: [
      ...checkSpoken(site, spoken, remarks),
      ...checkDjango(site, django),
      ...checkUnanswered(site, unanswered),
    ],
  };
}

/**
 * All checks, in the order in which one explains the next: a site without a
 * `config.toml` has no interpreter to judge.
 *
 * Layer 2. Runs on Node and Deno.
 *
 * @module
 */

import { type Finding, sortFindings } from "../finding.ts";
import type { Site } from "../site.ts";
import { checkAccess } from "./access.ts";
import { checkApplication } from "./application.ts";
import { checkConfig } from "./config.ts";
import { checkEnvironment } from "./environment.ts";
import { checkExposure } from "./exposure.ts";
import { checkLayout } from "./layout.ts";
import { checkPassenger } from "./passenger.ts";
import { checkProtection } from "./protection.ts";
import { checkPython } from "./python.ts";
import { checkResources } from "./resources.ts";
import { checkSecrets } from "./secrets.ts";

/** Where the checks run. */
export interface CheckOptions {
  /**
   * `startup`: on the web server, before every start, in some tens of
   * milliseconds and without starting any program. `shell`: asked for by the
   * site's owner, with the checks that take longer.
   */
  at: "startup" | "shell";
}

/**
 * A function from a Site to findings.
 *
 * @param found What the checks before it found, so that one cause is said once
 */
export type Check = (
  site: Site,
  options: CheckOptions,
  found: readonly Finding[],
) => Finding[];

/** The families of checks, by the name that the report shows. */
export const CHECKS: Readonly<Record<string, Check>> = {
  layout: checkLayout,
  config: checkConfig,
  access: checkAccess,
  protection: checkProtection,
  python: checkPython,
  application: checkApplication,
  secrets: checkSecrets,
  environment: checkEnvironment,
  passenger: checkPassenger,
  resources: checkResources,
  exposure: checkExposure,
};

/** Runs every check on a site. */
export function runChecks(site: Site, options: CheckOptions): Finding[] {
  const found: Finding[] = [];
  for (const check of Object.values(CHECKS)) {
    found.push(...check(site, options, found));
  }
  return sortFindings(found);
}

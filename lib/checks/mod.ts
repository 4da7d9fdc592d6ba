/**
 * All checks, in the order in which one explains the next: a site without a
 * `config.toml` has no interpreter to judge.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { type Finding, isOf, sortFindings } from "../findings/finding.ts";
import { cleanFindings, readSecrets } from "../site/secrets.ts";
import type { Site } from "../site/site.ts";
import { checkAccess } from "./access.ts";
import { checkApplication } from "./application.ts";
import type { Check, CheckOptions } from "./check.ts";
import { checkConfig } from "./config.ts";
import { checkEnvironment } from "./environment.ts";
import { checkExposure } from "./exposure.ts";
import { checkLayout } from "./layout.ts";
import { checkPassenger } from "./passenger.ts";
import { checkProtection } from "./protection.ts";
import { checkPython } from "./python.ts";
import { checkResources } from "./resources.ts";
import { nameHelper } from "../machine/rights.ts";
import { checkSecrets } from "./secrets.ts";

export type { Check, CheckOptions };

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

/** What they look at is not there on a site that runs without us. */
const OURS_ALONE: readonly string[] = ["config", "secrets"];

/** Runs every check on a site. */
export function runChecks(site: Site, options: CheckOptions): Finding[] {
  const found: Finding[] = [];
  for (const [family, check] of Object.entries(CHECKS)) {
    if (site.native && OURS_ALONE.includes(family)) continue;
    options.begin?.(family);
    const more = check(site, options, found);
    options.end?.(family, more);
    found.push(...more);
    // Without a folder there is nothing else to look at.
    if (found.some((one) => isOf(one, "app-root-missing"))) break;
  }
  return sortFindings(
    cleanFindings(
      found.map((one) => nameHelper(one, site.host)),
      readSecrets(site),
      site.layout.appRoot,
    ),
  );
}

/**
 * Checks the site of a Python web application under Phusion Passenger, and
 * explains what is wrong with it.
 *
 * ```ts
 * import { createHost, judgeSite } from "@shim/cli/mod";
 *
 * const { plan, findings } = judgeSite("/srv/site/www", createHost(), {
 *   at: "shell",
 * });
 * ```
 *
 * Runs on Node and Deno.
 *
 * @module
 */

export type { Application, ApplicationFault } from "./lib/site/application.ts";
export type { Check, CheckOptions } from "./lib/checks/mod.ts";
export type {
  AppType,
  Config,
  Details,
  EventLoop,
  Feedback,
  Interface,
} from "./lib/site/config.ts";
export type { Finding, Fix, Place, Severity } from "./lib/findings/finding.ts";
export {
  type Accounts,
  createHost,
  type FileStatus,
  type Group,
  type Host,
  type Identity,
  type ReadOptions,
  type Refusal,
  type RunOptions,
  type RunResult,
  type Space,
  type User,
} from "./lib/machine/host.ts";
export type { Layout } from "./lib/site/layout.ts";
export {
  type ErrorPlan,
  type Judgement,
  judgeSite,
  type MaintenancePlan,
  type Plan,
  type RunPlan,
} from "./lib/judge/plan.ts";
export type { Native } from "./lib/site/native.ts";
export type { Site } from "./lib/site/site.ts";
export { VERSION as version } from "./lib/site/version.ts";

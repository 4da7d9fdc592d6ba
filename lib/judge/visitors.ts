/**
 * What a visitor gets: mostly what the plan says, and a page of the web
 * server itself where a request does not even reach us.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import type { Finding } from "../findings/finding.ts";
import type { Code } from "../findings/words.ts";
import type { Site } from "../site/site.ts";
import { isPlanHidden, type Plan } from "./plan.ts";

/** The web server answers by itself, or nobody does. */
export interface ServerAnswer {
  /** Tells this outcome from the plans. */
  kind: "server";
  /** Nobody answers at the address at all. */
  isSilent: boolean;
}

/** What a visitor gets. */
export type Outcome = Plan | ServerAnswer;

/** Errors that keep a request, or the start, from every file of ours. */
const BEFORE_US: readonly string[] = [
  "app-root-missing",
  "app-root-long",
  "startup-file-missing",
  "startup-file-empty",
  "startup-file-replaced",
  "web-server-blocked",
  "startup-file-closed",
  "htaccess-closed",
  "htaccess-directive",
  "login-shell-missing",
  "login-shell-exits",
  "login-shell-hangs",
  "login-environment-large",
  "login-limit-start",
  "node-missing",
  "package-json-invalid",
  "package-json-module",
  "outside-passenger-error",
  "outside-forbidden",
  "outside-other-site",
  "outside-overloaded",
  "outside-redirect",
  "outside-server-error",
] satisfies Code[];

/** The same where the place is the startup file, or a folder above it. */
const ON_THE_WAY: readonly string[] = [
  "shim-file-broken",
  "startup-file-loads-itself",
  "startup-file-restarts-python",
  "user-blocked",
  "user-unreadable",
] satisfies Code[];

const SILENT: readonly string[] = [
  "outside-name-unknown",
  "outside-unreachable",
] satisfies Code[];

/**
 * Tells what a visitor gets.
 *
 * @returns Undefined where it cannot be known
 */
export function foreseeOutcome(
  site: Site,
  findings: readonly Finding[],
  plan: Plan,
): Outcome | undefined {
  const has = (test: (found: Finding) => boolean) =>
    findings.some((found) => found.severity === "error" && test(found));
  if (has(({ code }) => SILENT.includes(code))) {
    return { kind: "server", isSilent: true };
  }
  const { appRoot, appJs, passengerWsgi } = site.layout;
  const startup = site.config?.passenger.appType === "wsgi"
    ? passengerWsgi
    : appJs;
  const isAbove = (file: string) =>
    file === startup || `${appRoot}/`.startsWith(file.replace(/\/?$/, "/"));
  const { publicDirectory } = site.layout;
  const isStopped = has(({ code, place }) =>
    // What a look from outside says of a file of public/ is not of the site.
    BEFORE_US.includes(code) &&
      !(code.startsWith("outside-") &&
        place?.file.startsWith(`${publicDirectory}/`)) ||
    (place !== undefined && ON_THE_WAY.includes(code) && isAbove(place.file))
  );
  const hasNoPage = site.native && plan.kind === "error";
  if (isStopped || hasNoPage) return { kind: "server", isSilent: false };
  return isPlanHidden(plan, site) ? undefined : plan;
}

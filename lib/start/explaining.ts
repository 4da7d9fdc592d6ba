/**
 * The page for an exception in a request: the host asks, this answers.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { explainFailure } from "../causes/mod.ts";
import {
  type Page,
  preferredFormat,
  renderExceptionPage,
} from "../pages/page.ts";
import type { Failure } from "../python/failure.ts";
import type { Site } from "../site/site.ts";
import {
  type Door,
  findLogTrouble,
  logIncident,
  pageContext,
} from "./incident.ts";
import { faultsTo, logOf } from "./starting.ts";

/** What a host asks. */
export interface Question {
  /** The number that the failure already has. */
  incident: string;
  failure: Failure;
  /** The `Accept` header of the request. */
  accept: string;
  /** The process that the log tells of. */
  pid: number;
}

/** A page as Python sends it. */
export interface WirePage {
  status: string;
  headers: [name: string, value: string][];
  body: string;
}

/** Explains an exception: in the log, and by the page to send for it. */
export function explainException(
  { incident, failure, accept, pid }: Question,
  site: Site,
  door: Door,
): WirePage {
  const log = logOf(site, pid);
  const findings = explainFailure(failure, site, faultsTo(log));
  logIncident(log, incident, findings);
  return wirePage(renderExceptionPage(
    failure,
    [...findings, ...findLogTrouble(log, site, findings)],
    pageContext(site, door, incident),
    preferredFormat(accept),
  ));
}

/** Makes a page fit for Python. */
export function wirePage(page: Page): WirePage {
  const reason = page.status === 500
    ? "Internal Server Error"
    : "Service Unavailable";
  return {
    status: `${page.status} ${reason}`,
    headers: Object.entries(page.headers),
    body: page.body,
  };
}

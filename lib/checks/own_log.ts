/**
 * What wsgi-shim itself has written to the log of a site, for checks.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { refused } from "../machine/host.ts";
import { type LogLine, parseLogLine } from "../site/log.ts";
import type { Site } from "../site/site.ts";

const LOG_BYTES_LIMIT = 4_000_000;
/** What most lines are not: those of the application. */
const OWN_REGEXP = /\] (?:start|ready|failure|finding|death|stop): /;

/** The oldest line first; none where the log cannot be read. */
export function readOwnLines({ host, layout }: Site): LogLine[] {
  const bytes = host.readBytes(layout.log, LOG_BYTES_LIMIT);
  if (refused(bytes)) return [];
  return new TextDecoder().decode(bytes).split("\n")
    .filter((line) => OWN_REGEXP.test(line)).map(parseLogLine)
    .filter((line) => line !== undefined);
}

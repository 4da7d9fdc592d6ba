/**
 * Reports limits of this process that a site runs into, on Linux. They are
 * those of the application only where its user asks.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { type Finding, finding } from "../findings/finding.ts";
import { countProcesses, LIMITS, readLimits } from "../machine/limits.ts";
import type { Site } from "../site/site.ts";

const OPEN_FILES_LEAST = 64;
/** Node sets aside address space that it never uses. */
const NODE_ADDRESS_BYTES_LEAST = 1_000_000_000;
const PYTHON_ADDRESS_BYTES_LEAST = 150_000_000;
/** What Node and Python take to start, with threads. */
const PROCESSES_NEEDED = 16;
const PROCESSES_LOOKED_AT = 5_000;

export function checkLimits(site: Site): Finding[] {
  const { config, host, identity } = site;
  if (host.identity.uid !== identity.uid || identity.uid === 0) return [];
  const limits = readLimits(host);
  const findings: Finding[] = [];
  const add = (message: string) =>
    findings.push(finding("limit-low", {
      message,
      place: { file: LIMITS },
      fix: { text: "Look at `ulimit -a`, and ask the administrators for more" },
    }));
  const files = limits.get("Max open files");
  if (files !== undefined && files < OPEN_FILES_LEAST) {
    add(
      `Only ${files} files may be open at once, and a site needs ${OPEN_FILES_LEAST} or more`,
    );
  }
  const least = config?.passenger.appType === "wsgi"
    ? PYTHON_ADDRESS_BYTES_LEAST
    : NODE_ADDRESS_BYTES_LEAST;
  const space = limits.get("Max address space");
  if (space !== undefined && space < least) {
    add(
      `A process may use ${
        Math.round(space / 1_000_000)
      } MB of address space, and needs ${least / 1_000_000} MB or more`,
    );
  }
  const processes = limits.get("Max processes");
  if (processes !== undefined && processes < PROCESSES_LOOKED_AT) {
    const running = countProcesses(identity.uid, host);
    if (running + PROCESSES_NEEDED > processes) {
      add(
        `${running} of ${processes} processes of this user are in use, and a start needs up to ${PROCESSES_NEEDED}`,
      );
    }
  }
  return findings;
}

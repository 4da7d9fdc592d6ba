/**
 * Reports limits of this process that a site runs into, on Linux. They are
 * those of the application only where its user asks.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { type Finding, finding } from "../findings/finding.ts";
import { refused } from "../machine/host.ts";
import type { Site } from "../site/site.ts";

const LIMITS = "/proc/self/limits";
const LIMITS_BYTES_LIMIT = 16 * 1024;
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
  const limits = readLimits(site);
  const findings: Finding[] = [];
  const report = (message: string) =>
    findings.push(finding("limit-low", {
      message,
      place: { file: LIMITS },
      fix: { text: "Look at `ulimit -a`, and ask the administrators for more" },
    }));
  const files = limits.get("Max open files");
  if (files !== undefined && files < OPEN_FILES_LEAST) {
    report(
      `Only ${files} files may be open at once, and a site needs ${OPEN_FILES_LEAST} or more`,
    );
  }
  const least = config?.passenger.appType === "wsgi"
    ? PYTHON_ADDRESS_BYTES_LEAST
    : NODE_ADDRESS_BYTES_LEAST;
  const space = limits.get("Max address space");
  if (space !== undefined && space < least) {
    report(
      `A process may use ${
        Math.round(space / 1_000_000)
      } MB of address space, and needs ${least / 1_000_000} MB or more`,
    );
  }
  const processes = limits.get("Max processes");
  if (processes !== undefined && processes < PROCESSES_LOOKED_AT) {
    const running = countProcesses(site);
    if (running + PROCESSES_NEEDED > processes) {
      report(
        `${running} of ${processes} processes of this user are in use, and a start needs up to ${PROCESSES_NEEDED}`,
      );
    }
  }
  return findings;
}

/** Soft limits by name; those without a limit are left out. */
function readLimits({ host }: Site): Map<string, number> {
  const bytes = host.readBytes(LIMITS, LIMITS_BYTES_LIMIT);
  const limits = new Map<string, number>();
  if (refused(bytes)) return limits;
  for (const line of new TextDecoder().decode(bytes).split("\n")) {
    const found = /^(Max [a-z ]+?)\s{2,}(\d+)\s/.exec(line);
    if (found) limits.set(found[1]!, Number(found[2]));
  }
  return limits;
}

function countProcesses({ host, identity }: Site): number {
  const names = host.list("/proc");
  if (refused(names)) return 0;
  return names.filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    const status = host.stat(`/proc/${name}`);
    return !refused(status) && status.uid === identity.uid;
  }).length;
}

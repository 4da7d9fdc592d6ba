/**
 * The limits of this process, and what of them is used up, on Linux.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { type Host, namesIn, refused } from "./host.ts";

/** Where Linux tells the limits of the process that asks. */
export const LIMITS = "/proc/self/limits";
const LIMITS_BYTES_LIMIT = 16 * 1024;

/** Soft limits by name; those without a limit are left out. */
export function readLimits(host: Host): Map<string, number> {
  const bytes = host.readBytes(LIMITS, LIMITS_BYTES_LIMIT);
  const limits = new Map<string, number>();
  if (refused(bytes)) return limits;
  for (const line of new TextDecoder().decode(bytes).split("\n")) {
    const found = /^(Max [a-z ]+?)\s{2,}(\d+)\s/.exec(line);
    if (found) limits.set(found[1]!, Number(found[2]));
  }
  return limits;
}

/** Counts the processes of a user. */
export function countProcesses(uid: number, host: Host): number {
  return namesIn("/proc", host).filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    const status = host.stat(`/proc/${name}`);
    return !refused(status) && status.uid === uid;
  }).length;
}

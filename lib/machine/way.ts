/**
 * The way to a path: each folder and each link that the system passes on it,
 * and whether somebody else could lead it elsewhere.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { dirname, join, parse as parsePath } from "node:path";
import { type FileStatus, type Host, refused } from "./host.ts";

/** What stands on a way, or at its end. */
export interface Step {
  /** Where it is, with no link before it. */
  path: string;
  /** What it is itself, a link too. */
  status: FileStatus;
}

/** A way, as far as it can be gone. */
export interface Way {
  steps: Step[];
  /** Why its end cannot be reached: an errno. */
  errno?: string;
}

/** As many links as Linux follows in one look-up. */
const MOST_LINKS = 40;
const STICKY = 0o1000;

/** Goes to an absolute path as the system does; the last step is its end. */
export function wayTo(path: string, host: Host): Way {
  const steps: Step[] = [];
  const pending = partsOf(path);
  let here = parsePath(path).root;
  let links = 0;
  for (let name: string | undefined = ""; name !== undefined;) {
    const next = name === ".." ? dirname(here) : join(here, name);
    const status = host.lstat(next);
    if (refused(status)) return { steps, errno: status.errno };
    steps.push({ path: next, status });
    if (status.kind === "link") {
      const target = host.readLink(next);
      if (refused(target)) return { steps, errno: target.errno };
      if (++links > MOST_LINKS) return { steps, errno: "ELOOP" };
      pending.unshift(...partsOf(target));
      if (target.startsWith("/")) here = parsePath(target).root;
    } else here = next;
    name = pending.shift();
  }
  return { steps };
}

/** The part of a path that is missing, and what is above it is there. */
export function firstMissing(path: string, host: Host): string {
  const parent = dirname(path);
  if (parent === path || !refused(host.stat(parent))) return path;
  return firstMissing(parent, host);
}

function partsOf(path: string): string[] {
  return path.split("/").filter((part) => part !== "" && part !== ".");
}

/**
 * Tells whether somebody who is neither root nor this user can change a file,
 * or exchange what is in a folder; in a sticky one only its owners can.
 */
export function isInOtherHands(
  { kind, mode, uid, gid }: FileStatus,
  user: number,
  host: Host,
): boolean {
  if (uid !== 0 && uid !== user) return true;
  if (kind === "link") return false;
  if (kind === "folder" && (mode & STICKY) !== 0) return false;
  return (mode & 0o002) !== 0 ||
    ((mode & 0o020) !== 0 && !isOwnGroup(gid, user, host));
}

/** The group that bears its user's name holds nobody else. */
function isOwnGroup(gid: number, user: number, host: Host): boolean {
  if (gid === 0) return true;
  const account = host.user(user);
  const group = host.group(gid);
  return account !== undefined && account.gid === gid &&
    group !== undefined && group.name === account.name &&
    group.members.every((name) => name === account.name);
}

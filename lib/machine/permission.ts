/**
 * Who may do what with a file, by its owner, group and mode bits.
 *
 * Judges for any user, not only for the one who asks.
 * Runs on Node and Deno.
 *
 * @module
 */

import { dirname, join, parse as parsePath } from "node:path";
import { type FileStatus, type Host, type Identity, refused } from "./host.ts";
import { shellCommand } from "../text/shell.ts";

/** What somebody wants to do: `search` enters a folder. */
export type Access = "read" | "write" | "search" | "execute";

const BITS: Record<Access, number> = {
  read: 4,
  write: 2,
  search: 1,
  execute: 1,
};

/**
 * A user that owns nothing and is in no group of the site: how the web server
 * looks at a site before it switches to the site's user.
 */
export const STRANGER: Identity = { uid: -1, gid: -1, groups: [] };

/** Tells whether the mode bits let somebody do this; root may do all. */
export function mayAccess(
  status: FileStatus,
  who: Identity,
  access: Access,
): boolean {
  if (who.uid === 0) {
    return access !== "execute" || (status.mode & 0o111) !== 0;
  }
  const shift = status.uid === who.uid
    ? 6
    : who.groups.includes(status.gid)
    ? 3
    : 0;
  return ((status.mode >> shift) & BITS[access]) !== 0;
}

/** A folder that stops somebody on the way to a path. */
export interface Barrier {
  /** The folder, behind all links. */
  folder: string;
  status: FileStatus;
}

/**
 * Walks a path from the root, following links, and returns the first folder
 * that somebody may not enter; undefined when all may be entered or when a
 * part of the path does not exist.
 */
export function findBarrier(
  path: string,
  who: Identity,
  host: Host,
): Barrier | undefined {
  return findBarriers(path, who, host)[0];
}

/** As `findBarrier()`, but every such folder that can be looked at. */
export function findBarriers(
  path: string,
  who: Identity,
  host: Host,
): Barrier[] {
  const barriers = new Map<string, Barrier>();
  const pending = partsOf(path);
  let folder = parsePath(path).root;
  // As many links as Linux follows in one look-up.
  for (let links = 0; pending.length > 0;) {
    const status = host.stat(folder);
    if (refused(status) || status.kind !== "folder") break;
    if (!mayAccess(status, who, "search")) {
      barriers.set(folder, { folder, status });
    }
    const name = pending.shift()!;
    if (name === "..") {
      folder = dirname(folder);
      continue;
    }
    const next = join(folder, name);
    const link = host.readLink(next);
    if (typeof link !== "string") {
      folder = next;
      continue;
    }
    if (++links > 40) break;
    pending.unshift(...partsOf(link));
    if (link.startsWith("/")) folder = parsePath(link).root;
  }
  return [...barriers.values()];
}

function partsOf(path: string): string[] {
  return path.split("/").filter((part) => part !== "" && part !== ".");
}

/** Mode bits as people read them: `0640`, `2755`. */
export function formatMode(mode: number): string {
  return mode.toString(8).padStart(4, "0");
}

/** `root:staff`, with numbers where there are no names. */
export function ownerOf(status: FileStatus, host: Host): string {
  const user = host.user(status.uid)?.name ?? status.uid;
  const group = host.group(status.gid)?.name ?? status.gid;
  return `${user}:${group}`;
}

/** `mode 0750, owner root:staff`. */
export function stateOf(status: FileStatus, host: Host): string {
  return `mode ${formatMode(status.mode)}, owner ${ownerOf(status, host)}`;
}

/** `chmod CHANGE PATH…`, quoted. */
export function chmod(change: string, ...paths: string[]): string {
  return shellCommand("chmod", change, ...paths);
}

/** What stops somebody from a path: a folder on the way, or the path itself. */
export interface Obstacle extends Barrier {
  /** It is a folder on the way to the path, not the path itself. */
  onTheWay: boolean;
  /** The mode bits allow it, and the system refuses all the same. */
  beyondMode: boolean;
}

/**
 * Finds what stops somebody from reading, entering or writing a path.
 *
 * Where somebody is this very process, the system itself is asked, which
 * knows access control lists and capabilities; otherwise mode bits decide.
 */
export function findObstacle(
  path: string,
  who: Identity,
  access: Access,
  host: Host,
): Obstacle | undefined {
  if (who === host.identity && isGranted(path, access, host)) return undefined;
  const barrier = findBarrier(path, who, host);
  if (barrier) return { ...barrier, onTheWay: true, beyondMode: false };
  const status = host.stat(path);
  if (refused(status)) return undefined;
  const at = host.realPath(path);
  const folder = refused(at) ? path : at;
  const denied = !mayAccess(status, who, access);
  const beyondMode = !denied && who === host.identity &&
    isDenied(path, access, host);
  if (!denied && !beyondMode) return undefined;
  return { folder, status, onTheWay: false, beyondMode };
}

/** The system has let this process do it just now. */
function isGranted(path: string, access: Access, host: Host): boolean {
  if (access === "read") return !refused(host.readBytes(path, 0));
  if (access === "search") return !refused(host.stat(`${path}/.`));
  return false;
}

function isDenied(path: string, access: Access, host: Host): boolean {
  if (access !== "read") return false;
  const answer = host.readBytes(path, 0);
  return refused(answer) && /^(EACCES|EPERM)$/.test(answer.errno);
}

const LETTERS: Record<Access, string> = {
  read: "r",
  write: "w",
  search: "x",
  execute: "x",
};

/**
 * The least that lets somebody do this with a file: the class of permissions
 * that counts for them, and the mode that the file would have.
 */
export function openingFor(
  status: FileStatus,
  who: Identity,
  access: Access,
): { change: string; mode: number } {
  const [letter, shift] = status.uid === who.uid
    ? ["u", 6]
    : who.groups.includes(status.gid)
    ? ["g", 3]
    : ["o", 0];
  return {
    change: `${letter}+${LETTERS[access]}`,
    mode: status.mode | (BITS[access] << (shift as number)),
  };
}

/**
 * As whom a new site runs, and whether the group of its files may be trusted
 * with them.
 *
 * @module
 */

import { dirname } from "node:path";
import { type FileStatus, refused, type User } from "../machine/host.ts";
import { printable } from "../text/shell.ts";
import type { Io } from "./terminal.ts";
import { CommandError } from "./command.ts";
import { missingParents } from "./staging.ts";

/** As whom a new site runs. */
export interface Owner {
  user: string;
  group: string;
  /** The group of the files holds nobody but those who may see them. */
  isGroupSafe: boolean;
  /** What the person in front of the screen should know. */
  notes: string[];
}

/** New folders inherit it, with the group. */
export const SETGID = 0o2000;

/** Chooses user and group of a new site. */
export function chooseOwner(
  appRoot: string,
  io: Io,
  options: { user?: string; group?: string } = {},
): Owner {
  const { host } = io;
  const self = host.user(host.identity.uid);
  const userName = options.user ?? self?.name;
  if (userName === undefined) {
    throw new CommandError(
      `Your user id ${host.identity.uid} has no name on this machine`,
      "Name the user that the application runs as: --user NAME",
    );
  }
  const notes: string[] = [];
  const user = host.user(userName);
  if (!user) {
    notes.push(`there is no user ${printable(userName)} on this machine`);
  } else if (user.uid === 0) {
    notes.push(
      "root is no user to run a site as; name another one with --user NAME",
    );
  }
  const parent = nearestParent(appRoot, io);
  const inherited = parent && (parent.mode & SETGID) !== 0
    ? parent.gid
    : undefined;
  const groupName = options.group ??
    host.group(inherited ?? (user ?? self)?.gid ?? host.identity.gid)?.name;
  if (groupName === undefined) {
    throw new CommandError(
      "The group of a new site has no name on this machine",
      "Name the group that the application runs as: --group NAME",
    );
  }
  const group = host.group(groupName);
  if (!group) {
    notes.push(`there is no group ${printable(groupName)} on this machine`);
  }
  const filesGid = inherited ?? host.identity.gid;
  return {
    user: userName,
    group: groupName,
    isGroupSafe: isSafe(filesGid, user ?? self, io),
    notes,
  };
}

/** Unsafe: a primary group that is not the user's own, such as `users`. */
function isSafe(gid: number, user: User | undefined, io: Io): boolean {
  if (!user || user.gid !== gid) return true;
  return io.host.group(gid)?.name === user.name;
}

/** The folder that decides on a new site: what is there of its path. */
export function nearestParent(appRoot: string, io: Io): FileStatus | undefined {
  const own = io.host.stat(appRoot);
  if (!refused(own)) return own;
  const outermost = missingParents(appRoot, io)[0] ?? appRoot;
  const status = io.host.stat(dirname(outermost));
  return refused(status) ? undefined : status;
}

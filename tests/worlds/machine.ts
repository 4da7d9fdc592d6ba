/**
 * A world in memory for tests of checks: files with owners and modes, users
 * and groups, programs that answer as told. Nothing of the real system is
 * looked at, so tests run the same as root and as anyone.
 *
 * @module
 */

import { dirname, join } from "node:path";
import type {
  FileStatus,
  Group,
  Host,
  Identity,
  Refusal,
  RunOptions,
  RunResult,
  Space,
  User,
} from "../../lib/machine/host.ts";
import { mayAccess } from "../../lib/machine/permission.ts";

/** A file, a folder or a link of the world. */
export interface Entry {
  /** Content of a file. A folder or link has none. */
  text?: string | Uint8Array;
  /** Target of a link. */
  link?: string;
  /** A FIFO, a socket or a device. */
  other?: true;
  mode?: number;
  /** `user:group`, by name or number. @default {"jdoe:jdoe"} */
  owner?: string;
  size?: number;
  modified?: number;
  device?: number;
}

/** A world; what is left out has sensible values. */
export interface World {
  /** By absolute path; a string is a file's content, undefined no file. */
  files: Record<string, Entry | string | undefined>;
  users?: User[];
  groups?: Group[];
  /** Name of the user who asks. @default {"jdoe"} */
  who?: string;
  identity?: Identity;
  env?: Record<string, string>;
  now?: number;
  nodeVersion?: string;
  space?: Record<string, Space>;
  run?: (
    program: string,
    args: string[],
    options?: RunOptions,
  ) => Partial<RunResult> | undefined;
}

/** The time in every world, unless it says otherwise. */
export const NOW = Date.UTC(2026, 5, 1);

export const USERS: User[] = [
  { name: "root", uid: 0, gid: 0, home: "/root", shell: "/bin/bash" },
  {
    name: "jdoe",
    uid: 1000,
    gid: 1000,
    home: "/home/jdoe",
    shell: "/bin/bash",
  },
  { name: "ann", uid: 1001, gid: 100, home: "/home/ann", shell: "/bin/bash" },
];
const GROUPS: Group[] = [
  { name: "root", gid: 0, members: [] },
  { name: "users", gid: 100, members: [] },
  { name: "jdoe", gid: 1000, members: [] },
  { name: "project", gid: 2000, members: ["jdoe", "ann"] },
];

interface Node extends FileStatus {
  bytes: Uint8Array;
  link?: string;
}

/** Makes a host that sees only the world. */
export function createFakeHost(world: World): Host {
  const users = world.users ?? USERS;
  const groups = world.groups ?? GROUPS;
  const user = (wanted: string | number) =>
    users.find((one) => one.name === wanted || one.uid === wanted);
  const group = (wanted: string | number) =>
    groups.find((one) => one.name === wanted || one.gid === wanted);
  const groupsOf = (one: User) => [
    one.gid,
    ...groups.filter((each) => each.members.includes(one.name))
      .map((each) => each.gid),
  ];
  const asking = user(world.who ?? "jdoe")!;
  const identity = world.identity ??
    { uid: asking.uid, gid: asking.gid, groups: groupsOf(asking) };
  const nodes = nodesOf(world, user, group);

  /** Walks as the system does, with its errors. */
  function find(path: string, follow: boolean): { path: string; node: Node } {
    const parts = path.split("/").filter((part) => part && part !== ".");
    let at = "/";
    for (let links = 0; parts.length > 0;) {
      const folder = nodes.get(at)!;
      if (folder.kind !== "folder") throw errno("ENOTDIR");
      if (!mayAccess(folder, identity, "search")) throw errno("EACCES");
      const name = parts.shift()!;
      const next = name === ".." ? dirname(at) : join(at, name);
      const node = nodes.get(next);
      if (!node) throw errno("ENOENT");
      if (node.link !== undefined && (follow || parts.length > 0)) {
        if (++links > 40) throw errno("ELOOP");
        parts.unshift(...node.link.split("/").filter((part) => part));
        if (node.link.startsWith("/")) at = "/";
      } else at = next;
    }
    const node = nodes.get(at)!;
    if (path.endsWith("/.") && node.kind !== "folder") throw errno("ENOTDIR");
    if (path.endsWith("/.") && !mayAccess(node, identity, "search")) {
      throw errno("EACCES");
    }
    return { path: at, node };
  }

  function attempt<T>(act: () => T): T | Refusal {
    try {
      return act();
    } catch (error) {
      if (error instanceof Refused) return { errno: error.message };
      throw error;
    }
  }

  function status(node: Node): FileStatus {
    const { bytes: _, link: __, ...rest } = node;
    return rest;
  }

  return {
    identity,
    env: world.env ?? {},
    nodeVersion: world.nodeVersion ?? "20.20.2",
    now: () => world.now ?? NOW,
    stat: (path) => attempt(() => status(find(path, true).node)),
    lstat: (path) => attempt(() => status(find(path, false).node)),
    realPath: (path) => attempt(() => find(path, true).path),
    readLink: (path) =>
      attempt(() => find(path, false).node.link ?? raise("EINVAL")),
    readBytes: (path, limit, { isInPlace = false } = {}) =>
      attempt(() => {
        const { node } = find(path, !isInPlace);
        if (node.link !== undefined) throw errno("ELOOP");
        if (node.kind === "folder") throw errno("EISDIR");
        if (node.kind !== "file") throw errno("EINVAL");
        if (!mayAccess(node, identity, "read")) throw errno("EACCES");
        return node.bytes.subarray(0, limit);
      }),
    list: (path) =>
      attempt(() => {
        const { path: folder, node } = find(path, true);
        if (node.kind !== "folder") throw errno("ENOTDIR");
        if (!mayAccess(node, identity, "read")) throw errno("EACCES");
        return [...nodes.keys()].filter((one) =>
          one !== "/" && dirname(one) === folder
        ).map((one) => one.slice(one.lastIndexOf("/") + 1)).sort();
      }),
    space: (path) =>
      attempt(() => {
        const { path: real } = find(path, true);
        return world.space?.[real] ??
          { freeBytes: 5e9, totalBytes: 1e10, freeFiles: 5e5, totalFiles: 1e6 };
      }),
    run: (program, args, options) => {
      const answer = world.run?.(program, args, options);
      return {
        ...(answer ? { status: 0 } : { errno: "ENOENT" }),
        stdout: "",
        stderr: "",
        ...answer,
      };
    },
    user,
    group,
    groupsOf,
  };
}

function nodesOf(
  world: World,
  user: (wanted: string) => User | undefined,
  group: (wanted: string) => Group | undefined,
): Map<string, Node> {
  const nodes = new Map<string, Node>();
  const folder: Entry = { mode: 0o755, owner: "root:root" };

  function add(path: string, entry: Entry): void {
    const [owner, owned] = (entry.owner ?? "jdoe:jdoe").split(":") as [
      string,
      string,
    ];
    const bytes = typeof entry.text === "string"
      ? new TextEncoder().encode(entry.text)
      : entry.text ?? new Uint8Array();
    const kind = entry.link !== undefined
      ? "link"
      : entry.other
      ? "other"
      : entry.text !== undefined
      ? "file"
      : "folder";
    const modes = { file: 0o644, folder: 0o755, link: 0o777, other: 0o600 };
    nodes.set(path, {
      kind,
      mode: entry.mode ?? modes[kind],
      uid: user(owner)?.uid ?? Number(owner),
      gid: group(owned)?.gid ?? Number(owned),
      size: entry.size ?? bytes.length,
      modified: entry.modified ?? NOW - 3_600_000,
      changed: entry.modified ?? NOW - 3_600_000,
      device: entry.device ?? 1,
      inode: nodes.size + 1,
      bytes,
      link: entry.link,
    });
  }

  add("/", folder);
  for (const [path, entry] of Object.entries(world.files)) {
    if (entry === undefined) continue;
    const above: string[] = [];
    for (let at = dirname(path); at !== "/"; at = dirname(at)) above.push(at);
    for (const one of above.reverse()) {
      if (!nodes.has(one) && !world.files[one]) add(one, folder);
    }
    add(path, typeof entry === "string" ? { text: entry } : entry);
  }
  return nodes;
}

class Refused extends Error {}

function errno(name: string): Refused {
  return new Refused(name);
}

function raise(name: string): never {
  throw errno(name);
}

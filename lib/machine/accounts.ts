/**
 * Users and groups of the system, by name or number.
 *
 * Part of the host, which brings what is needed to look.
 * Runs on Node and Deno.
 *
 * @module
 */

/** A user of the system. */
export interface User {
  /** Login name. */
  name: string;
  /** Number of the user. */
  uid: number;
  /** Primary group. */
  gid: number;
  /** Home folder. */
  home: string;
  /** Login shell. */
  shell: string;
}

/** A group of the system. */
export interface Group {
  /** Name of the group. */
  name: string;
  /** Number of the group. */
  gid: number;
  /** Names of the users that are in it by the group's own list. */
  members: string[];
}

/** The databases of users and groups. */
export interface Accounts {
  /** Looks a user up. */
  user(nameOrUid: string | number): User | undefined;
  /** Looks a group up. */
  group(nameOrGid: string | number): Group | undefined;
  /** All groups of a user, the primary one included. */
  groupsOf(user: User): number[];
}

/** What the databases are read with. */
export interface System {
  /** Runs a program to its end. */
  run(program: string, args: string[]): { status?: number; stdout: string };
  /** The text of a file; undefined where it cannot be read. */
  readText(path: string): string | undefined;
}

/**
 * Reads the databases of users and groups: the files first, then `getent`,
 * which knows directory services too but costs a process.
 */
export function createAccounts({ run, readText }: System): Accounts {
  const files = new Map<string, string[]>();
  const known = new Map<string, string | undefined>();

  function lines(database: string): string[] {
    let found = files.get(database);
    if (!found) {
      found = readText(`/etc/${database}`)?.split("\n") ?? [];
      files.set(database, found);
    }
    return found;
  }

  function entry(database: string, wanted: string | number) {
    const field = typeof wanted === "number" ? 2 : 0;
    const line = lines(database).find((line) =>
      line.split(":")[field] === String(wanted)
    );
    if (line !== undefined) return line.split(":");
    const id = `${database} ${wanted}`;
    if (!known.has(id)) {
      const asked = run("getent", [database, "--", String(wanted)]);
      known.set(id, asked.status === 0 ? asked.stdout.trim() : undefined);
    }
    return known.get(id)?.split(":");
  }

  function user(wanted: string | number): User | undefined {
    const fields = entry("passwd", wanted);
    if (!fields || fields.length < 7) return undefined;
    const [name = "", , uid, gid, , home = "", shell = ""] = fields;
    return { name, uid: Number(uid), gid: Number(gid), home, shell };
  }

  function group(wanted: string | number): Group | undefined {
    const fields = entry("group", wanted);
    if (!fields || fields.length < 4) return undefined;
    const [name = "", , gid, members = ""] = fields;
    return {
      name,
      gid: Number(gid),
      members: members.split(",").filter(Boolean),
    };
  }

  function groupsOf(user: User): number[] {
    const asked = run("id", ["-G", "--", user.name]);
    if (asked.status === 0) {
      const ids = asked.stdout.trim().split(/\s+/).map(Number);
      return [...new Set([user.gid, ...ids])];
    }
    const listed = lines("group").map((line) => line.split(":"))
      .filter((fields) => fields[3]?.split(",").includes(user.name))
      .map((fields) => Number(fields[2]));
    return [...new Set([user.gid, ...listed])];
  }

  return { user, group, groupsOf };
}

/**
 * The workers of a site that run on this machine, by what `/proc` tells.
 *
 * @module
 */

import { type Host, refused } from "../machine/host.ts";

/** A worker that runs. */
export interface WorkerProcess {
  pid: number;
  /** Name or number of its user. */
  user: string;
  /** When it began, in milliseconds since 1970. */
  since: number;
}

/** Clock ticks a second: the same on every Linux that we know. */
const TICKS = 100;
const BYTES_LIMIT = 100_000;

/**
 * Finds the workers that run one of the files; undefined where processes
 * cannot be seen.
 */
export function findWorkers(
  files: readonly string[],
  host: Host,
): WorkerProcess[] | undefined {
  const boot = bootTime(host);
  const names = host.list("/proc");
  if (boot === undefined || refused(names)) return undefined;
  const pids = names.filter((name) => /^\d+$/.test(name));
  const found = thatName(files, pids, host).flatMap((name) => {
    const words = read(`/proc/${name}/cmdline`, host)?.split("\0") ?? [];
    if (!words.some((word) => files.includes(word))) return [];
    const stat = read(`/proc/${name}/stat`, host);
    if (stat === undefined) return [];
    const status = host.stat(`/proc/${name}`);
    if (refused(status)) return [];
    return [{
      pid: Number(name),
      user: host.user(status.uid)?.name ?? String(status.uid),
      since: boot + startTicks(stat) / TICKS * 1000,
      parent: parentOf(stat),
    }];
  });
  // A supervisor names the file as well, and its worker is the one that counts.
  const parents = new Set(found.map(({ parent }) => parent));
  return found.filter(({ pid }) => !parents.has(pid))
    .map(({ parent: _, ...worker }) => worker)
    .sort((a, b) => a.since - b.since);
}

/**
 * The processes that name a file. One program looks at them all: of a busy
 * machine's, each by itself would take a second and more.
 */
function thatName(
  files: readonly string[],
  pids: readonly string[],
  host: Host,
): string[] {
  const { errno, stdout } = host.run("grep", [
    ...["-lsaF", ...files.flatMap((file) => ["-e", file]), "--"],
    ...pids.map((pid) => `/proc/${pid}/cmdline`),
  ]);
  if (errno !== undefined) return [...pids];
  return [...stdout.matchAll(/^\/proc\/(\d+)\//gm)].map(([, pid]) => pid!);
}

function parentOf(stat: string): number {
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
}

/** The name of the program, in brackets, may hold anything: proc(5). */
function startTicks(stat: string): number {
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]);
}

function bootTime(host: Host): number | undefined {
  const seconds = /^btime (\d+)$/m.exec(read("/proc/stat", host) ?? "")?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}

function read(path: string, host: Host): string | undefined {
  const bytes = host.readBytes(path, BYTES_LIMIT);
  return refused(bytes) ? undefined : new TextDecoder().decode(bytes);
}

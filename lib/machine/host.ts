/**
 * The world as checks see it: files, programs, users and the environment, all
 * read-only, so that a check is tested without root and without a site.
 *
 * `Host` is the contract; `createHost()` is the real one.
 * Runs on Node and Deno.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import process from "node:process";
import { type Accounts, createAccounts } from "./accounts.ts";

export type { Accounts, Group, User } from "./accounts.ts";

/** Why the system refused: an errno by name, such as `ENOENT`. */
export interface Refusal {
  /** The name of the error: `ENOENT`. */
  errno: string;
}

/** What `stat` tells of a file. */
export interface FileStatus {
  /** What it is. */
  kind: "file" | "folder" | "link" | "other";
  /** Permission bits, setuid, setgid and sticky: `0o2755`. */
  mode: number;
  /** Its owner. */
  uid: number;
  /** Its group. */
  gid: number;
  /** Bytes. */
  size: number;
  /** Milliseconds since 1970. */
  modified: number;
  /** Milliseconds since 1970; changes with mode and owner too. */
  changed: number;
  /** Number of the file system. */
  device: number;
  /** Number in the file system. */
  inode: number;
}

/** How a program ended. */
export interface RunResult {
  /** Exit status; undefined when it was killed or could not be started. */
  status?: number;
  /** What killed it: `SIGKILL`. */
  signal?: string;
  /** Set when it could not be started: an errno, `ETIMEDOUT` for too slow. */
  errno?: string;
  /** What it wrote to standard output. */
  stdout: string;
  /** What it wrote to standard error. */
  stderr: string;
}

/** Limits of a program run. */
export interface RunOptions {
  /** Its whole environment. @default the host's own */
  env?: Record<string, string>;
  /** Working folder. */
  cwd?: string;
  /** Milliseconds. @default {10_000} */
  timeout?: number;
}

/** How a file is read. */
export interface ReadOptions {
  /** A link at the end of the path is not followed: `ELOOP`. */
  isInPlace?: boolean;
}

/** Free room of a file system. */
export interface Space {
  /** What an ordinary user can still fill. */
  freeBytes: number;
  /** The size. */
  totalBytes: number;
  /** Files that can still be made. */
  freeFiles: number;
  /** Files that it can hold. */
  totalFiles: number;
}

/** Who this process is. */
export interface Identity {
  /** The user. */
  uid: number;
  /** The primary group. */
  gid: number;
  /** All groups, the primary one included. */
  groups: number[];
}

/** The world, read-only. Nothing here throws. */
export interface Host extends Accounts {
  /** Who asks. */
  readonly identity: Identity;
  /** Nothing that belongs to a site is started: it is a stranger's. */
  readonly startsNothing?: boolean;
  /** The environment of this process. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Version of the Node (or of Deno's Node) that runs this: `20.20.2`. */
  readonly nodeVersion: string;
  /** Milliseconds since 1970. */
  now(): number;
  /** Follows links. */
  stat(path: string): FileStatus | Refusal;
  /** Does not follow a link. */
  lstat(path: string): FileStatus | Refusal;
  /** The path behind all links. */
  realPath(path: string): string | Refusal;
  /** The text of a link. */
  readLink(path: string): string | Refusal;
  /** At most `limit` bytes from the start of a regular file. */
  readBytes(
    path: string,
    limit: number,
    options?: ReadOptions,
  ): Uint8Array | Refusal;
  /** Names in a folder, sorted. */
  list(path: string): string[] | Refusal;
  /** Free room of the file system that holds a path. */
  space(path: string): Space | Refusal;
  /** Runs a program to its end. */
  run(program: string, args: string[], options?: RunOptions): RunResult;
}

/** Tells a refusal from an answer. */
export function refused<T>(answer: T | Refusal): answer is Refusal {
  return typeof answer === "object" && answer !== null && "errno" in answer;
}

/** The names in a folder; none where it cannot be read. */
export function namesIn(folder: string, host: Host): string[] {
  const names = host.list(folder);
  return refused(names) ? [] : names;
}

/** The real world. */
export function createHost(): Host {
  let groups: number[] | undefined;
  return {
    identity: {
      uid: process.getuid?.() ?? 0,
      gid: process.getgid?.() ?? 0,
      get groups() {
        return groups ??= [
          ...new Set([process.getgid?.() ?? 0, ...ownGroups()]),
        ];
      },
    },
    env: process.env,
    nodeVersion: process.versions.node,
    now: () => Date.now(),
    stat: (path) => attempt(() => statusOf(fs.statSync(path))),
    lstat: (path) => attempt(() => statusOf(fs.lstatSync(path))),
    realPath: (path) => attempt(() => fs.realpathSync(path)),
    readLink: (path) => attempt(() => fs.readlinkSync(path)),
    readBytes: (path, limit, options) =>
      attempt(() => readAnywhere(path, limit, options)),
    list: (path) => attempt(() => fs.readdirSync(path).sort()),
    space: (path) => attempt(() => spaceOf(path)),
    run: runProgram,
    ...createAccounts({ run: runProgram, readText }),
  };
}

/** Deno has no `process.getgroups`. */
function ownGroups(): number[] {
  if (process.getgroups) return process.getgroups();
  const asked = runProgram("id", ["-G"]);
  return asked.status === 0 ? asked.stdout.trim().split(/\s+/).map(Number) : [];
}

function readText(path: string): string | undefined {
  const text = attempt(() => fs.readFileSync(path, "utf8"));
  return refused(text) ? undefined : text;
}

function attempt<T>(act: () => T): T | Refusal {
  try {
    return act();
  } catch (error) {
    return { errno: errnoOf(error) };
  }
}

function errnoOf(error: unknown): string {
  const code = (error as { code?: unknown }).code;
  if (typeof code === "string") return code;
  if (isWithheld(error)) return "EACCES";
  // Deno has no name for it: a process ends while its files are read.
  if (/\(os error 3\)$/.test((error as Error).message ?? "")) return "ESRCH";
  throw error;
}

/** Tells whether it is Deno that refuses, for want of a permission of its own. */
function isWithheld(error: unknown): boolean {
  return error instanceof Error && error.name === "NotCapable";
}

function statusOf(stat: fs.Stats): FileStatus {
  return {
    kind: stat.isFile()
      ? "file"
      : stat.isDirectory()
      ? "folder"
      : stat.isSymbolicLink()
      ? "link"
      : "other",
    mode: stat.mode & 0o7777,
    uid: stat.uid,
    gid: stat.gid,
    size: stat.size,
    modified: stat.mtimeMs,
    changed: stat.ctimeMs,
    device: stat.dev,
    inode: stat.ino,
  };
}

/**
 * The compiled program has named permissions, and Deno opens `/proc` and
 * `/sys` for nothing less than all; another program opens them for us.
 */
function readAnywhere(
  path: string,
  limit: number,
  options: ReadOptions = {},
): Uint8Array {
  try {
    return readStart(path, limit, options);
  } catch (error) {
    if (!isWithheld(error) || !fs.statSync(path).isFile()) throw error;
    if (path === "/proc/self/exe") return readStart(process.execPath, limit);
    const own = path.replace(/^\/proc\/self\//, `/proc/${process.pid}/`);
    const { status, stdout } = spawnSync(
      "head",
      ["-c", `${limit}`, "--", own],
      {
        env: environmentFor("head"),
      },
    );
    if (status !== 0) throw error;
    return new Uint8Array(stdout);
  }
}

function readStart(
  path: string,
  limit: number,
  { isInPlace = false }: ReadOptions = {},
): Uint8Array {
  const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = fs.constants;
  // Without O_NONBLOCK, opening a FIFO would wait for its other end.
  const file = fs.openSync(
    path,
    O_RDONLY | O_NONBLOCK | (isInPlace ? O_NOFOLLOW : 0),
  );
  try {
    const stat = fs.fstatSync(file);
    if (stat.isDirectory()) {
      throw Object.assign(new Error(), { code: "EISDIR" });
    }
    if (!stat.isFile()) throw Object.assign(new Error(), { code: "EINVAL" });
    // Files below /proc say that they are empty, and are not.
    const bytes = new Uint8Array(
      Math.min(limit, stat.size > 0 ? stat.size : 64 * 1024),
    );
    let length = 0;
    while (length < bytes.length) {
      const read = fs.readSync(
        file,
        bytes,
        length,
        bytes.length - length,
        null,
      );
      if (read === 0) break;
      length += read;
    }
    return bytes.subarray(0, length);
  } finally {
    fs.closeSync(file);
  }
}

function spaceOf(path: string): Space {
  const system = fs.statfsSync(path);
  return {
    freeBytes: system.bavail * system.bsize,
    totalBytes: system.blocks * system.bsize,
    freeFiles: system.ffree,
    totalFiles: system.files,
  };
}

/**
 * Deno's spawnSync waits for ever, whatever its time limit, and starts Deno's
 * own executable with other arguments than it was given: `timeout` stands
 * between, wherever there is one.
 */
function runProgram(
  program: string,
  args: string[],
  options: RunOptions = {},
): RunResult {
  const { timeout } = options;
  if (timeout === undefined || !("deno" in process.versions)) {
    return runDirectly(program, args, options);
  }
  const seconds = Math.ceil(timeout / 1_000);
  const since = performance.now();
  const run = runDirectly(
    "timeout",
    ["-s", "KILL", `${seconds}`, program, ...args],
    options,
  );
  // There is no `timeout`; or it says that it could not start the program.
  if (run.errno) return runDirectly(program, args, options);
  if (/^(?:\S*\/)?timeout: /.test(run.stderr)) {
    const errno = run.status === 127
      ? "ENOENT"
      : /Exec format/.test(run.stderr)
      ? "ENOEXEC"
      : "EACCES";
    return { stdout: "", stderr: "", errno };
  }
  const isOverdue = performance.now() - since >= seconds * 1_000 &&
    (run.signal === "SIGKILL" || run.status === 137);
  return isOverdue ? { ...run, errno: "ETIMEDOUT" } : run;
}

function runDirectly(
  program: string,
  args: string[],
  options: RunOptions,
): RunResult {
  const env = environmentFor(program, options.env);
  const ended = withOnly(env, () =>
    spawnSync(program, args, {
      env,
      cwd: options.cwd,
      stdio: ["ignore", "pipe", "pipe"],
      timeout: options.timeout ?? 10_000,
      killSignal: "SIGKILL",
      encoding: "utf8",
      maxBuffer: 16 * 1024 * 1024,
    }));
  return {
    status: ended.status ?? undefined,
    signal: ended.signal ?? undefined,
    errno: ended.error ? errnoOf(ended.error) : undefined,
    stdout: ended.stdout ?? "",
    stderr: ended.stderr ?? "",
  };
}

/**
 * Deno's spawnSync adds all variables of this process to those that it is
 * given: the others are out of the way for as long as it takes.
 */
function withOnly<T>(env: typeof process.env, act: () => T): T {
  const others = env === process.env || !("deno" in process.versions)
    ? []
    : Object.entries(process.env).filter(([name]) => !Object.hasOwn(env, name));
  try {
    for (const [name] of others) delete process.env[name];
    return act();
  } finally {
    for (const [name, value] of others) process.env[name] = value;
  }
}

/** Without a PATH, Deno finds no program; the system's own calls do. */
function environmentFor(program: string, env = process.env) {
  if (env.PATH || program.includes("/")) return env;
  return { ...env, PATH: "/usr/local/bin:/usr/bin:/bin" };
}

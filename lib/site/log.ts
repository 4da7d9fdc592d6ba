/**
 * `log/wsgi-shim.log`: what the site's owner reads in place of the server's
 * log. One line is `TIME [PID] kind: text`.
 *
 * Several processes write to one log, those of several machines too, whose
 * names the lines then have: `[PID@MACHINE]`. A log that cannot be written
 * never stops a site. Runs on Node and Deno.
 *
 * @module
 */

import * as fs from "node:fs";
import * as os from "node:os";
import process from "node:process";
import { printable } from "../text/shell.ts";

/**
 * What a line tells: `start`, a process begins; `plan`, what it will do;
 * `finding`; `ready`, the worker serves; `failure`, an incident with its
 * number; `death`, the worker is gone; `stop`; `out` and `err`, what the
 * application printed; `warning`, what it does wrong.
 */
export type LogKind =
  | "start"
  | "plan"
  | "finding"
  | "ready"
  | "failure"
  | "death"
  | "stop"
  | "out"
  | "err"
  | "warning";

/** A line of the log, taken apart. */
export interface LogLine {
  /** Milliseconds since 1970. */
  time: number;
  pid: number;
  /** The machine that it runs on, where several write to the log. */
  machine?: string;
  kind: LogKind;
  text: string;
}

/** A log to write to. */
export interface Log {
  /** Appends the text, a log line for each line of it. */
  write(kind: LogKind, text: string): void;
  /** Why the log cannot be written, as an errno; undefined while it can. */
  trouble(): string | undefined;
}

/** How a log is kept. */
export interface LogOptions {
  /** Size in bytes at which the log is rotated. */
  maxBytes: number;
  /** How many rotated logs are kept. */
  backups: number;
  /** Mode of a new log, narrowed by the umask. @default {0o640} */
  mode?: number;
  /** The process that speaks. @default this one */
  pid?: number;
  /** The machine that it runs on. @default this one */
  machine?: string;
}

const LINE_REGEXP = /^(\S+Z) \[(\d+)(?:@([\w.-]+))?\] (\w+): (.*)$/;
const LINE_LIMIT = 8_000;
const STALE_LOCK_MS = 10_000;
/** How long a line waits for the lock; it matters more. */
const TURN_MS = 100;
const MACHINES_LIMIT = 4_096;

/** Opens a log; the file is created with the first line. */
export function openLog(file: string, options: LogOptions): Log {
  const machine = nameOf(options.machine ?? os.hostname());
  const areSeveral = watchMachines(`${file}.machines`, machine);
  let descriptor: number | undefined;
  let trouble: string | undefined;

  function close() {
    if (descriptor !== undefined) fs.closeSync(descriptor);
    descriptor = undefined;
  }

  /** The file behind the path, also after another process rotated it. */
  function open(): number {
    if (descriptor !== undefined) {
      try {
        const now = fs.statSync(file);
        const ours = fs.fstatSync(descriptor);
        if (now.ino === ours.ino && now.dev === ours.dev) return descriptor;
      } catch (error) {
        if (!isErrno(error)) throw error;
      }
      close();
    }
    // O_NOFOLLOW: the log folder may be writable by the group. O_NONBLOCK: a
    // FIFO in its place would keep us waiting for a reader.
    const { O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_WRONLY } =
      fs.constants;
    const opened = fs.openSync(
      file,
      O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK,
      options.mode ?? 0o640,
    );
    if (!fs.fstatSync(opened).isFile()) {
      fs.closeSync(opened);
      throw Object.assign(new Error("not a file"), { code: "EINVAL" });
    }
    descriptor = opened;
    return opened;
  }

  function write(kind: LogKind, text: string): void {
    const pid = options.pid ?? process.pid;
    try {
      open();
      const isShared = areSeveral();
      const who = isShared ? `${pid}@${machine}` : pid;
      const head = `${new Date().toISOString()} [${who}] ${kind}: `;
      const lines = text.replace(/\n$/, "").split("\n")
        .map((line) => head + logText(line) + "\n").join("");
      if (isShared) appendInTurn(lines);
      else append(lines, () => rotate(file, options));
      trouble = undefined;
    } catch (error) {
      if (!isErrno(error)) throw error;
      trouble = error.code;
    }
  }

  function append(lines: string, rotate: () => void) {
    if (fs.fstatSync(open()).size > options.maxBytes) rotate();
    writeAll(open(), lines);
  }

  /**
   * Appends while no other machine does. A network file system knows where a
   * file ends only when it is opened, and has what was written only when it
   * is closed (nfs(5), "Data and metadata coherence").
   */
  function appendInTurn(lines: string) {
    const lock = `${file}.lock`;
    const isOurs = waitForLock(lock);
    try {
      close();
      append(lines, () => isOurs && rename(file, options.backups));
      close();
    } finally {
      if (isOurs) fs.rmdirSync(lock);
    }
  }

  return { write, trouble: () => trouble };
}

/** A name that stands in a line without doubt about its end. */
function nameOf(machine: string): string {
  return machine.replace(/[^A-Za-z0-9.-]/g, "_").slice(0, 64);
}

/**
 * The machines that write to a log, by their names in a file beside it; this
 * one is named there as well.
 *
 * @returns what tells whether there are others
 */
function watchMachines(file: string, machine: string): () => boolean {
  let known: number | undefined;
  let areSeveral = false;

  function look() {
    const { O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_RDWR } = fs.constants;
    const flags = O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK;
    const descriptor = fs.openSync(file, flags, 0o640);
    try {
      if (!fs.fstatSync(descriptor).isFile()) return;
      const bytes = new Uint8Array(MACHINES_LIMIT);
      const count = fs.readSync(descriptor, bytes, 0, MACHINES_LIMIT, 0);
      const names = new TextDecoder().decode(bytes.subarray(0, count))
        .split(/\s+/).filter((name) => name !== "");
      if (!names.includes(machine) && known! < MACHINES_LIMIT) {
        writeAll(descriptor, `${machine}\n`);
      }
      areSeveral = names.some((name) => name !== machine);
    } finally {
      fs.closeSync(descriptor);
    }
  }

  return () => {
    const size = fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    if (size === known) return areSeveral;
    known = size;
    try {
      look();
    } catch (error) {
      if (!isErrno(error)) throw error; // As if we were alone.
    }
    return areSeveral;
  };
}

/** One line, without control characters, and not without end. */
function logText(line: string): string {
  const bare = line.endsWith("\r") ? line.slice(0, -1) : line;
  if (bare.length <= LINE_LIMIT) return printable(bare);
  return `${printable(bare.slice(0, LINE_LIMIT))}… (${
    bare.length - LINE_LIMIT
  } more characters)`;
}

/** A nearly full disk takes a part of the bytes first. */
function writeAll(descriptor: number, text: string): void {
  let bytes = new TextEncoder().encode(text);
  while (bytes.length > 0) {
    bytes = bytes.subarray(fs.writeSync(descriptor, bytes));
  }
}

/** Takes a line of the log apart; undefined for anything else. */
export function parseLogLine(line: string): LogLine | undefined {
  const parts = LINE_REGEXP.exec(line);
  const time = Date.parse(parts?.[1] ?? "");
  if (!parts || Number.isNaN(time)) return undefined;
  return {
    time,
    pid: Number(parts[2]),
    ...parts[3] === undefined ? {} : { machine: parts[3] },
    kind: parts[4] as LogKind,
    text: parts[5]!,
  };
}

/** Which lines are read. */
export interface LogTailOptions {
  /** How much of the end of the file. @default {65_536} */
  bytes?: number;
  /** Only lines of this kind. */
  kind?: LogKind;
}

/**
 * Opens a log to read it: whoever may write to its folder can put a link, a
 * FIFO or a folder in its place.
 *
 * @returns undefined where there is no regular file that may be read
 */
export function openToRead(file: string): number | undefined {
  const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = fs.constants;
  let descriptor: number;
  try {
    descriptor = fs.openSync(file, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
  } catch (error) {
    if (!isErrno(error)) throw error;
    return undefined;
  }
  if (fs.fstatSync(descriptor).isFile()) return descriptor;
  fs.closeSync(descriptor);
  return undefined;
}

/** The newest lines of a log, those in its last bytes. */
export function readLogTail(
  file: string,
  { bytes = 65_536, kind }: LogTailOptions = {},
): LogLine[] {
  const descriptor = openToRead(file);
  if (descriptor === undefined) return [];
  try {
    const stat = fs.fstatSync(descriptor);
    const tail = new Uint8Array(Math.min(bytes, stat.size));
    const read = fs.readSync(
      descriptor,
      tail,
      0,
      tail.length,
      stat.size - tail.length,
    );
    const lines = new TextDecoder().decode(tail.subarray(0, read)).split("\n");
    const wanted = kind
      ? lines.filter((line) => line.includes(`] ${kind}: `))
      : lines;
    return wanted.map(parseLogLine).filter((line) => line !== undefined)
      .filter((line) => kind === undefined || line.kind === kind);
  } finally {
    fs.closeSync(descriptor);
  }
}

/**
 * Renames the log and its backups one up. A lock keeps two processes from
 * doing it at once; nothing is lost, because a process that still has the
 * renamed file open goes on writing to it until its next line. Where it fails
 * the log just grows: the line that is to be written matters more.
 */
function rotate(file: string, { maxBytes, backups }: LogOptions): void {
  const lock = `${file}.lock`;
  try {
    if (!takeLock(lock)) return;
    try {
      if (fs.statSync(file).size > maxBytes) rename(file, backups);
    } finally {
      fs.rmdirSync(lock);
    }
  } catch (error) {
    if (!isErrno(error)) throw error;
  }
}

function rename(file: string, backups: number): void {
  let free = 1;
  while (free < backups && fs.existsSync(`${file}.${free}`)) free++;
  for (let number = free; number > 1; number--) {
    fs.renameSync(`${file}.${number - 1}`, `${file}.${number}`);
  }
  if (backups > 0) fs.renameSync(file, `${file}.1`);
  else fs.truncateSync(file);
  // Those of a time when more were kept.
  for (let number = backups + 1; remove(`${file}.${number}`);) number++;
}

/** Tells whether there was something to remove. */
function remove(file: string): boolean {
  try {
    fs.unlinkSync(file);
    return true;
  } catch (error) {
    if (!isErrno(error)) throw error;
    return false;
  }
}

function takeLock(lock: string): boolean {
  try {
    fs.mkdirSync(lock, 0o700);
    return true;
  } catch (error) {
    if (!isErrno(error) || error.code !== "EEXIST") throw error;
  }
  // Left behind by a process that was killed while it rotated.
  const age = Date.now() - fs.statSync(lock).mtimeMs;
  if (age > STALE_LOCK_MS) fs.rmdirSync(lock);
  return false;
}

/** Tries for a while; tells whether the lock is ours. */
function waitForLock(lock: string): boolean {
  for (const deadline = Date.now() + TURN_MS; Date.now() <= deadline;) {
    try {
      if (takeLock(lock)) return true;
    } catch (error) {
      if (!isErrno(error)) throw error;
      // Otherwise it was given back at that moment.
      if (error.code !== "ENOENT") return false;
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
  }
  return false;
}

function isErrno(error: unknown): error is Error & { code: string } {
  return error instanceof Error &&
    typeof (error as { code?: unknown }).code === "string";
}

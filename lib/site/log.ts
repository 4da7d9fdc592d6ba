/**
 * `log/wsgi-shim.log`: what the site's owner reads in place of the server's
 * log. One line is `TIME [PID] kind: text`.
 *
 * Several processes write to one log; a log that cannot be written
 * never stops a site. Runs on Node and Deno.
 *
 * @module
 */

import * as fs from "node:fs";
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
}

/** A log that keeps nothing. */
export const SILENT_LOG: Log = { write: () => {}, trouble: () => undefined };

const LINE_REGEXP = /^(\S+Z) \[(\d+)\] (\w+): (.*)$/;
const LINE_LIMIT = 8_000;
const STALE_LOCK_MS = 10_000;

/** Opens a log; the file is created with the first line. */
export function openLog(file: string, options: LogOptions): Log {
  let descriptor: number | undefined;
  let trouble: string | undefined;

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
      fs.closeSync(descriptor);
      descriptor = undefined;
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
    const head = `${new Date().toISOString()} [${pid}] ${kind}: `;
    const lines = text.replace(/\n$/, "").split("\n")
      .map((line) => head + logText(line) + "\n");
    try {
      if (fs.fstatSync(open()).size > options.maxBytes) rotate(file, options);
      writeAll(open(), lines.join(""));
      trouble = undefined;
    } catch (error) {
      if (!isErrno(error)) throw error;
      trouble = error.code;
    }
  }

  return { write, trouble: () => trouble };
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
    kind: parts[3] as LogKind,
    text: parts[4]!,
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
      if (fs.statSync(file).size <= maxBytes) return;
      let free = 1;
      while (free < backups && fs.existsSync(`${file}.${free}`)) free++;
      for (let number = free; number > 1; number--) {
        fs.renameSync(`${file}.${number - 1}`, `${file}.${number}`);
      }
      if (backups > 0) fs.renameSync(file, `${file}.1`);
      else fs.truncateSync(file);
      // Those of a time when more were kept.
      for (let number = backups + 1; remove(`${file}.${number}`);) number++;
    } finally {
      fs.rmdirSync(lock);
    }
  } catch (error) {
    if (!isErrno(error)) throw error;
  }
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

function isErrno(error: unknown): error is Error & { code: string } {
  return error instanceof Error &&
    typeof (error as { code?: unknown }).code === "string";
}

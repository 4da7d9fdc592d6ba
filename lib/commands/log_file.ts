/**
 * Reads the log's file: its last lines across rotations, and the lines that
 * are added to it while it may be rotated at any moment.
 *
 * @module
 */

import * as fs from "node:fs";
import { openToRead } from "../site/log.ts";
import { type Host, refused } from "../machine/host.ts";
import { errnoInWords } from "./errno.ts";
import { pause } from "../text/moment.ts";

/** The end of a log. */
export interface LogEnd {
  lines: string[];
  /** Bytes of the newest file that were read. */
  position: number;
  /** The newest file; undefined where there is none. */
  inode?: number;
}

/** How a log is followed. */
export interface FollowOptions {
  /** How many of the lines that are there already. */
  lines: number;
  signal: AbortSignal;
  /** Called with each line. */
  show(line: string): void;
  /** Milliseconds between two looks. @default {250} */
  pauseMs?: number;
}

const MOST_ROTATIONS = 100;
const CHUNK = 65_536;
/** A log is rotated long before; a file without lines may be of any size. */
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * Looks whether a log can be read.
 *
 * @returns why not, in words; empty where there is none yet
 */
export function whyUnread(path: string, host: Host): string | undefined {
  const status = host.lstat(path);
  if (refused(status)) {
    return status.errno === "ENOENT" ? "" : errnoInWords(status.errno);
  }
  if (status.kind !== "file") {
    return status.kind === "link"
      ? "it is a link, and a log is read at its own place alone"
      : "it is not a regular file";
  }
  const bytes = host.readBytes(path, 1);
  return refused(bytes) ? errnoInWords(bytes.errno) : undefined;
}

/** Reads the last lines of a log, those of rotated files included. */
export function readLastLines(path: string, count: number): LogEnd {
  const newest = readEnd(path, count);
  let lines = newest.lines;
  for (
    let number = 1;
    lines.length < count && number <= MOST_ROTATIONS;
    number++
  ) {
    const older = readEnd(`${path}.${number}`, count - lines.length);
    if (older.inode === undefined) break;
    lines = [...older.lines, ...lines];
  }
  return { ...newest, lines };
}

/** Shows the last lines of a log and those that come, until interrupted. */
export async function followLog(
  path: string,
  options: FollowOptions,
): Promise<void> {
  const { signal, show, pauseMs = 250 } = options;
  const start = readLastLines(path, options.lines);
  start.lines.forEach(show);
  let file = openToRead(path);
  // A rotation between the two looks: the file is another one.
  let position = file !== undefined && fs.fstatSync(file).ino === start.inode
    ? start.position
    : 0;
  const decoder = new TextDecoder();
  let rest = "";

  function drain() {
    if (file === undefined) return;
    const { size } = fs.fstatSync(file);
    // Without backups the log is emptied in place.
    if (size < position) position = 0;
    while (position < size) {
      const bytes = readBytes(file, position, Math.min(size, position + CHUNK));
      position += bytes.length;
      const lines = (rest + decoder.decode(bytes, { stream: true }))
        .split("\n");
      rest = lines.pop()!;
      if (rest.length > MOST_BYTES) rest = "";
      lines.forEach(show);
      if (bytes.length === 0) return;
    }
  }

  try {
    while (!signal.aborted) {
      drain();
      const next = inodeOf(path);
      const current = file !== undefined && fs.fstatSync(file).ino;
      if (next !== undefined && next !== current) {
        // The last lines before the rotation.
        drain();
        if (file !== undefined) fs.closeSync(file);
        file = openToRead(path);
        position = 0;
        if (file !== undefined) continue;
      }
      await pause(pauseMs, signal);
    }
  } finally {
    if (file !== undefined) fs.closeSync(file);
  }
}

function inodeOf(path: string): number | undefined {
  try {
    return fs.lstatSync(path).ino;
  } catch {
    return undefined;
  }
}

function readEnd(path: string, count: number): LogEnd {
  const file = openToRead(path);
  if (file === undefined) return { lines: [], position: 0 };
  try {
    const { size, ino: inode } = fs.fstatSync(file);
    const least = Math.max(0, size - MOST_BYTES);
    let from = size;
    const parts: Uint8Array[] = [];
    // A line more than wanted, because the first one may be cut.
    while (from > least && countLines(parts) <= count) {
      const to = from;
      from = Math.max(least, from - CHUNK);
      parts.unshift(readBytes(file, from, to));
    }
    const lines = decode(parts).split("\n");
    if (lines.at(-1) === "") lines.pop();
    return {
      lines: count === 0 ? [] : lines.slice(-count),
      position: size,
      inode,
    };
  } finally {
    fs.closeSync(file);
  }
}

function countLines(parts: readonly Uint8Array[]): number {
  return parts.reduce(
    (sum, part) => sum + part.filter((byte) => byte === 0x0a).length,
    0,
  );
}

function readBytes(file: number, from: number, to: number): Uint8Array {
  const bytes = new Uint8Array(to - from);
  let length = 0;
  while (length < bytes.length) {
    const room = bytes.length - length;
    const read = fs.readSync(file, bytes, length, room, from + length);
    if (read === 0) break;
    length += read;
  }
  return bytes.subarray(0, length);
}

function decode(parts: readonly Uint8Array[]): string {
  const decoder = new TextDecoder();
  return parts.map((part) => decoder.decode(part, { stream: true })).join("") +
    decoder.decode();
}

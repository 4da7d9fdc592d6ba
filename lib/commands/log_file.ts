/**
 * Reads the log's file: its last lines across rotations, and the lines that
 * are added to it while it may be rotated at any moment.
 *
 * @module
 */

import { pause } from "./moment.ts";

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
const CHUNK_BYTES = 65_536;

/** Reads the last lines of a log, those of rotated files included. */
export async function readLastLines(
  path: string,
  count: number,
): Promise<LogEnd> {
  const newest = await readEnd(path, count);
  let lines = newest.lines;
  for (
    let number = 1;
    lines.length < count && number <= MOST_ROTATIONS;
    number++
  ) {
    const older = await readEnd(`${path}.${number}`, count - lines.length);
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
  const start = await readLastLines(path, options.lines);
  start.lines.forEach(show);
  let file = await orNothing(Deno.open(path));
  // A rotation between the two looks: the file is another one.
  let position = file && (await file.stat()).ino === start.inode
    ? start.position
    : 0;
  let rest = "";

  async function drain() {
    if (!file) return;
    const { size } = await file.stat();
    // Without backups the log is emptied in place.
    if (size < position) position = 0;
    const text = await readFrom(file, position, size);
    position = size;
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    lines.forEach(show);
  }

  try {
    while (!signal.aborted) {
      await drain();
      const next = await orNothing(Deno.stat(path));
      const current = file && await file.stat();
      if (next && next.ino !== current?.ino) {
        // The last lines before the rotation.
        await drain();
        file?.close();
        file = await orNothing(Deno.open(path));
        position = 0;
        continue;
      }
      await pause(pauseMs, signal);
    }
  } finally {
    file?.close();
  }
}

async function readEnd(path: string, count: number): Promise<LogEnd> {
  using file = await orNothing(Deno.open(path));
  if (!file) return { lines: [], position: 0 };
  const { size, ino } = await file.stat();
  const inode = ino ?? 0;
  let from = size;
  const parts: Uint8Array[] = [];
  // A line more than wanted, because the first one may be cut.
  while (from > 0 && countLines(parts) <= count) {
    const to = from;
    from = Math.max(0, from - CHUNK_BYTES);
    parts.unshift(await readBytes(file, from, to));
  }
  const lines = decode(parts).split("\n");
  if (lines.at(-1) === "") lines.pop();
  return {
    lines: count === 0 ? [] : lines.slice(-count),
    position: size,
    inode,
  };
}

function countLines(parts: readonly Uint8Array[]): number {
  return parts.reduce(
    (sum, part) => sum + part.filter((byte) => byte === 0x0a).length,
    0,
  );
}

async function readFrom(
  file: Deno.FsFile,
  from: number,
  to: number,
): Promise<string> {
  return to <= from ? "" : decode([await readBytes(file, from, to)]);
}

async function readBytes(
  file: Deno.FsFile,
  from: number,
  to: number,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(to - from);
  await file.seek(from, Deno.SeekMode.Start);
  let length = 0;
  while (length < bytes.length) {
    const read = await file.read(bytes.subarray(length));
    if (read === null) break;
    length += read;
  }
  return bytes.subarray(0, length);
}

function decode(parts: readonly Uint8Array[]): string {
  const decoder = new TextDecoder();
  return parts.map((part) => decoder.decode(part, { stream: true })).join("") +
    decoder.decode();
}

async function orNothing<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

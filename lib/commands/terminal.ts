/**
 * The terminal that a command runs in: its streams, its colours, where it
 * stands, and how it is interrupted. Commands get all of that as `Io`, so
 * that tests can run them within one process.
 *
 * @module
 */

import { reasonOf } from "./errno.ts";
import { readEmbedded } from "./embedded.ts";
import { createHost, type Host } from "../machine/host.ts";
import { type Paint, PLAIN } from "../reports/report.ts";
import type { OwnedFile } from "../reports/scaffold.ts";

/** How a run ends; listed in the help. `130`: interrupted from outside. */
export type ExitCode = 0 | 1 | 2 | 3 | 130;

/** What surrounds us is not as a command needs it: exit 1. */
export class TerminalError extends Error {
  override name = "TerminalError";
}

/** What a command may use of the world around it. */
export interface Io {
  /** Writes a line of the result to standard output. */
  out(line: string): void;
  /** Writes a line of narration to standard error. */
  err(line: string): void;
  /** Colours for standard output; none unless it is a terminal. */
  paint: Paint;
  /** Colours for standard error; none unless it is a terminal. */
  errPaint: Paint;
  /** Absolute path of the current folder. */
  cwd(): string;
  /** The world, read-only. */
  host: Host;
  /**
   * A command line that runs us again from anywhere; empty where there is no
   * lasting one, as when we run from source.
   */
  ownCommand: readonly string[];
  /** Texts of the files that an installed site gets from us. */
  embedded(file: OwnedFile): Promise<string>;
  /**
   * Runs work that Ctrl-C, SIGTERM and SIGHUP shall not cut short: it gets a
   * signal to look at, and cleans up by itself.
   */
  interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T>;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** The real terminal. */
export function createIo(): Io {
  return {
    out: writeResult,
    err: writeNarration,
    paint: paintFor(Deno.stdout),
    errPaint: paintFor(Deno.stderr),
    cwd: currentFolder,
    host: createHost(),
    ownCommand: Deno.build.standalone ? [Deno.execPath()] : [],
    embedded: readEmbedded,
    interruptible,
  };
}

function currentFolder(): string {
  // The task `cli` runs in the folder of deno.json, and says where it was
  // called.
  const told = Deno.env.get("WSGI_SHIM_CWD");
  let folder: string | undefined;
  try {
    folder = told || Deno.cwd();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      throw new TerminalError("The current folder does not exist any more");
    }
  }
  // What is no text arrives as this character, and names another folder.
  if (folder === undefined || (folder.includes("\ufffd") && !exists(folder))) {
    throw new TerminalError(
      "The path of the current folder is no UTF-8 text; go to another folder, " +
        "or rename this one",
    );
  }
  return folder;
}

function exists(path: string): boolean {
  try {
    return Boolean(Deno.statSync(path));
  } catch {
    return false;
  }
}

function writeResult(line: string): void {
  try {
    writeLine(Deno.stdout, line);
  } catch (error) {
    if (error instanceof Deno.errors.BrokenPipe) throw error;
    const reason = reasonOf(error);
    if (reason === undefined) throw error;
    throw new TerminalError(`Cannot write to standard output: ${reason}`);
  }
}

/** Where nobody can be told that, the work goes on. */
function writeNarration(line: string): void {
  try {
    writeLine(Deno.stderr, line);
  } catch (error) {
    if (error instanceof Deno.errors.BrokenPipe) throw error;
    if (reasonOf(error) === undefined) throw error;
  }
}

function writeLine(
  stream: { writeSync(bytes: Uint8Array): number },
  line: string,
): void {
  let bytes = new TextEncoder().encode(`${line}\n`);
  // A pipe may take less than it was given.
  while (bytes.length > 0) bytes = bytes.subarray(stream.writeSync(bytes));
}

/** See https://no-color.org: any value but an empty one turns colours off. */
function paintFor(stream: { isTerminal(): boolean }): Paint {
  const isPlain = Boolean(Deno.env.get("NO_COLOR")) ||
    Deno.env.get("TERM") === "dumb" || !stream.isTerminal();
  return isPlain ? PLAIN : COLOURS;
}

/** Colours of a terminal, with meaning and not for decoration. */
const COLOURS: Paint = {
  error: ansi(1, 31),
  warning: ansi(1, 33),
  advice: ansi(1, 36),
  good: ansi(32),
  strong: ansi(1),
  quiet: ansi(2),
};

function ansi(...codes: number[]): (text: string) => string {
  return (text) => `\x1b[${codes.join(";")}m${text}\x1b[0m`;
}

async function interruptible<T>(
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const interrupt = () => controller.abort();
  for (const name of SIGNALS) Deno.addSignalListener(name, interrupt);
  try {
    return await work(controller.signal);
  } finally {
    for (const name of SIGNALS) Deno.removeSignalListener(name, interrupt);
  }
}

/**
 * The terminal that a command runs in: its streams, its colours, where it
 * stands, and how it is interrupted. Commands get all of that as `Io`, so
 * that tests can run them within one process.
 *
 * @module
 */

import { reasonOf } from "./errno.ts";
import { type EmbeddedFile, readEmbedded } from "./embedded.ts";
import { createHost, type Host } from "../machine/host.ts";
import { type Paint, PLAIN } from "../reports/paint.ts";
import { COLUMNS, cutTo, wrapText } from "../text/wrap.ts";

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
  /** Writes a paragraph of narration, in lines of the terminal's width. */
  narrate(text: string): void;
  /**
   * Shows what is being done, on a line that is rewritten until something
   * else is written; nothing where standard error is no terminal. An empty
   * text takes the line away.
   */
  progress(text: string): void;
  /** Asks whether to go on; undefined where nobody can be asked. */
  confirm(question: string): boolean | undefined;
  /** Colours for standard output; none unless it is a terminal. */
  paint: Paint;
  /** Colours for standard error; none unless it is a terminal. */
  errPaint: Paint;
  /** Standard output is a terminal: somebody reads it as it comes. */
  isTerminal: boolean;
  /** How many columns a line of the result may take. */
  columns: number;
  /** Absolute path of the current folder. */
  cwd(): string;
  /** The world, read-only. */
  host: Host;
  /**
   * A command line that runs us again from anywhere; empty where there is no
   * lasting one, as when we run from source.
   */
  ownCommand: readonly string[];
  /** Texts of the files of ours that are no TypeScript. */
  embedded(file: EmbeddedFile): Promise<string>;
  /**
   * Runs work that Ctrl-C, SIGTERM and SIGHUP shall not cut short: it gets a
   * signal to look at, and cleans up by itself.
   */
  interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T>;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Which results are coloured, as `--color` says it. */
export const COLOUR_CHOICES = ["auto", "always", "never"] as const;

/** One of the choices. */
export type ColourChoice = typeof COLOUR_CHOICES[number];

/** The real terminal. */
export function createIo(): Io {
  const columns = columnsOf(Deno.stdout);
  const errColumns = columnsOf(Deno.stderr);
  const isWatched = Deno.stderr.isTerminal() && Deno.env.get("TERM") !== "dumb";
  let shown = "";

  function progress(text: string): void {
    if (!isWatched || (text === "" && shown === "")) return;
    shown = cutTo(text, errColumns - 1);
    writeNarration(`\r${shown}\x1b[K`);
  }

  const err = (line: string) => {
    progress("");
    writeNarration(`${line}\n`);
  };
  return {
    out: (line) => {
      progress("");
      writeResult(`${line}\n`);
    },
    err,
    narrate: (text) => err(wrapText(text, { columns: errColumns })),
    progress,
    confirm: (question) =>
      Deno.stdin.isTerminal() ? confirm(question) : undefined,
    paint: paintFor(Deno.stdout, "auto"),
    errPaint: paintFor(Deno.stderr, "auto"),
    isTerminal: Deno.stdout.isTerminal(),
    columns,
    cwd: currentFolder,
    host: createHost(),
    ownCommand: Deno.build.standalone ? [Deno.execPath()] : [],
    embedded: readEmbedded,
    interruptible,
  };
}

/** The same terminal with its colours as somebody has asked for them. */
export function withColours(io: Io, choice: ColourChoice): Io {
  return {
    ...io,
    paint: paintFor(Deno.stdout, choice),
    errPaint: paintFor(Deno.stderr, choice),
  };
}

/** Lines of less break every word, and longer ones are hard to read. */
const LEAST_COLUMNS = 40;
const MOST_COLUMNS = 120;

function columnsOf(stream: { isTerminal(): boolean }): number {
  try {
    const columns = stream.isTerminal()
      ? Deno.consoleSize().columns
      : Number(Deno.env.get("COLUMNS") ?? 0);
    // A terminal without a size, as some programs make them, says 0.
    if (!(columns >= 1)) return COLUMNS;
    return Math.min(Math.max(columns, LEAST_COLUMNS), MOST_COLUMNS);
  } catch {
    return COLUMNS;
  }
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

function writeResult(text: string): void {
  try {
    writeText(Deno.stdout, text);
  } catch (error) {
    if (error instanceof Deno.errors.BrokenPipe) throw error;
    const reason = reasonOf(error);
    if (reason === undefined) throw error;
    throw new TerminalError(`Cannot write to standard output: ${reason}`);
  }
}

/** Where nobody can be told that, the work goes on. */
function writeNarration(text: string): void {
  try {
    writeText(Deno.stderr, text);
  } catch (error) {
    if (error instanceof Deno.errors.BrokenPipe) throw error;
    if (reasonOf(error) === undefined) throw error;
  }
}

function writeText(
  stream: { writeSync(bytes: Uint8Array): number },
  text: string,
): void {
  let bytes = new TextEncoder().encode(text);
  // A pipe may take less than it was given.
  while (bytes.length > 0) bytes = bytes.subarray(stream.writeSync(bytes));
}

function paintFor(
  stream: { isTerminal(): boolean },
  choice: ColourChoice,
): Paint {
  const isColoured = choice === "auto"
    ? mayColour(stream.isTerminal(), Deno.env.toObject())
    : choice === "always";
  return isColoured ? COLOURS : PLAIN;
}

/**
 * Whether to colour, by what is said at https://no-color.org,
 * https://force-color.org and https://bixense.com/clicolors.
 */
export function mayColour(
  isTerminal: boolean,
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== "0";
  if (env.CLICOLOR_FORCE) return env.CLICOLOR_FORCE !== "0";
  return isTerminal && env.TERM !== "dumb" && env.CLICOLOR !== "0";
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

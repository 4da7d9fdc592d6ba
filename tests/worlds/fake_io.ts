/**
 * A terminal for tests of commands: what is written is kept, nothing is
 * coloured, and the files of ours are short texts.
 *
 * @module
 */

import { createHost } from "../../lib/machine/host.ts";
import { readEmbedded } from "../../lib/commands/embedded.ts";
import { FACTS_PROGRAM } from "../../lib/python/facts.ts";
import { PLAIN } from "../../lib/reports/paint.ts";
import type { Io } from "../../lib/commands/terminal.ts";
import { COLUMNS, wrapText } from "../../lib/text/wrap.ts";

/** A terminal that remembers. */
export interface FakeIo extends Io {
  /** What was written to standard output. */
  stdout(): string;
  /** What was written to standard error. */
  stderr(): string;
  /** What the line of progress said, one after another. */
  steps: string[];
}

/** What differs from a plain terminal. */
export interface FakeIoOptions {
  /** @default the folder of the test run */
  cwd?: string;
  /** The whole environment. @default only the PATH */
  env?: Record<string, string>;
  /** Stands in for Ctrl-C. */
  signal?: AbortSignal;
  /** Milliseconds since 1970. @default the real time */
  now?: () => number;
  /** Standard output is a terminal. @default {false} */
  isTerminal?: boolean;
  /** @default {80} */
  columns?: number;
}

/** Creates a terminal for one test. */
export function createFakeIo(options: FakeIoOptions = {}): FakeIo {
  const out: string[] = [];
  const err: string[] = [];
  const { env = { PATH: Deno.env.get("PATH") ?? "" }, signal, now } = options;
  const host = { ...createHost(), env };
  const { columns = COLUMNS, isTerminal = false } = options;
  const steps: string[] = [];
  return {
    out: (line) => void out.push(`${line}\n`),
    err: (line) => void err.push(`${line}\n`),
    narrate: (text) => void err.push(`${wrapText(text, { columns })}\n`),
    progress: (text) => void (text === "" || steps.push(text)),
    steps,
    confirm: () => undefined,
    paint: PLAIN,
    errPaint: PLAIN,
    isTerminal,
    columns,
    cwd: () => options.cwd ?? Deno.cwd(),
    host: now ? { ...host, now } : host,
    ownCommand: [],
    embedded: (file) =>
      file === FACTS_PROGRAM
        ? readEmbedded(file)
        : Promise.resolve(`text of ${file.source}\n`),
    interruptible: (work) => work(signal ?? new AbortController().signal),
    stdout: () => out.join(""),
    stderr: () => err.join(""),
  };
}

/** Runs a test in a temporary folder, known by its real path. */
export async function inTempFolder(
  test: (folder: string) => Promise<void> | void,
): Promise<void> {
  const folder = Deno.realPathSync(
    Deno.makeTempDirSync({ prefix: "wsgi-shim-test-" }),
  );
  try {
    await test(folder);
  } finally {
    await new Deno.Command("chmod", { args: ["-R", "u+rwX", folder] }).output();
    Deno.removeSync(folder, { recursive: true });
  }
}

/** Everything below a folder: `mode path`, sorted, links as such. */
export function listTree(folder: string): string[] {
  const found: string[] = [];
  function walk(path: string, name: string) {
    for (const entry of Deno.readDirSync(path)) {
      const inside = `${path}/${entry.name}`;
      const { mode } = Deno.lstatSync(inside);
      const bits = ((mode ?? 0) & 0o7777).toString(8).padStart(4, "0");
      const shown = name + entry.name + (entry.isDirectory ? "/" : "");
      found.push(`${bits} ${shown}`);
      if (entry.isDirectory) walk(inside, shown);
    }
  }
  walk(folder, "");
  return found.sort((a, b) => a.slice(5) < b.slice(5) ? -1 : 1);
}

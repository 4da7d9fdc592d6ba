/**
 * What a command is made of. Parsing, help, suggestions and completions are
 * all derived from its `usage`.
 *
 * @module
 */

import type { ExitCode, Io } from "./terminal.ts";

/** What kind of word an option or an argument takes, for completions. */
export type ValueKind =
  | "folder"
  | "file"
  | "text"
  | "user"
  | "group"
  | "code"
  | "command"
  | readonly string[];

/** One option of a command. */
export interface OptionUsage {
  /** Long name without dashes: `no-import`. */
  name: string;
  /** Short name without dash. */
  short?: string;
  /** What it takes, as the help shows it: `PATH`; absent for a switch. */
  value?: string;
  /** What kind of word it takes. @default {"text"} */
  kind?: ValueKind;
  /** What it does, in one line. */
  meaning: string;
}

/** Option of the commands that start what belongs to a site, or change it. */
export const TRUST: OptionUsage = {
  name: "trust",
  meaning: "trust whoever else can change or exchange the site",
};

/** One positional argument of a command. */
export interface ArgumentUsage {
  /** As the help shows it: `APPROOT`. */
  name: string;
  kind: ValueKind;
  isOptional?: boolean;
  /** Any number of them may be given; the last argument alone. */
  isRepeated?: boolean;
}

/** Everything that the help tells of a command. */
export interface Usage {
  name: string;
  /** Left out of help and completions: called by our own files only. */
  isHidden?: boolean;
  /** It changes nothing of a site. */
  isReading?: boolean;
  /** What it does, in one line. */
  summary: string;
  arguments: readonly ArgumentUsage[];
  options: readonly OptionUsage[];
  /** Paragraphs. */
  description: readonly string[];
  /** Command lines, with what they do. */
  examples: readonly (readonly [line: string, meaning: string])[];
}

/** A command of the CLI. */
export interface Command {
  usage: Usage;
  /** Parses the arguments after the command's name, and runs. */
  run(argv: string[], io: Io): Promise<ExitCode>;
  /** What a table of many sites says of one, by its answer as JSON. */
  row?: SiteRow;
}

/** Makes one line of a table of many sites. */
export type SiteRow = (answer: Record<string, unknown>) => {
  words: string;
  /** There is something to be heeded. */
  isWarned?: boolean;
};

/** Ties the three parts of a command together. */
export function command<Options>(
  usage: Usage,
  parse: (argv: string[]) => Options,
  run: (options: Options, io: Io) => Promise<ExitCode>,
  row?: SiteRow,
): Command {
  return { usage, run: async (argv, io) => await run(parse(argv), io), row };
}

/** The command was called in a way that it does not understand: exit 2. */
export class UsageError extends Error {
  override name = "UsageError";
}

/** The command was understood, but cannot be done: exit 1. */
export class CommandError extends Error {
  override name = "CommandError";
  /** What to do about it: sentences, or lines to paste. */
  readonly advice: readonly string[];

  constructor(message: string, ...advice: string[]) {
    super(message);
    this.advice = advice;
  }
}

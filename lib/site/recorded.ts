/**
 * What `install` records in the files of the wsgi door: how to run us on the
 * web server. A recorded line reads `NAME = value  # @NAME@`; it is valid as
 * it stands in our source, can be filled anew, and can be read back.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

/** What the files of the wsgi door need to know. */
export interface Recorded {
  /**
   * A command line that understands `door`, with absolute paths: the compiled
   * binary. Empty where there is none, and
   * Node does with `shim/runtime.cjs`.
   */
  command: readonly string[];
  /** Absolute path of Node; empty for the one that is found. */
  node: string;
  /** Absolute path of the site's interpreter. */
  python: string;
}

const LINE_REGEXP = /^(COMMAND|NODE|PYTHON)( ?= ?)(.*?)( +# @\1@)$/gm;

/** Fills the recorded lines of a file; others are left alone. */
export function fillRecorded(text: string, recorded: Recorded): string {
  const isShell = text.startsWith("#!/bin/sh");
  const { command, node, python } = recorded;
  const values: Record<string, string> = isShell
    ? {
      COMMAND: quote(command.map(quote).join(" ")),
      NODE: quote(node),
      PYTHON: quote(python),
    }
    : {
      COMMAND: JSON.stringify(command),
      NODE: JSON.stringify(node),
      PYTHON: JSON.stringify(python),
    };
  return text.replace(
    LINE_REGEXP,
    (_, name: string, equals: string, _old, mark: string) =>
      `${name}${equals}${values[name]}${mark}`,
  );
}

/** Reads what a file of either kind records; what it does not is left out. */
export function readRecorded(text: string): Partial<Recorded> {
  const isShell = text.startsWith("#!/bin/sh");
  const found: Partial<Recorded> = {};
  for (const [, name, , written] of text.matchAll(LINE_REGEXP)) {
    const value = isShell ? unquote(written!) : readJson(written!);
    if (name === "COMMAND") {
      const words = isShell ? unquoteWords(value) : value;
      const isList = Array.isArray(words) &&
        words.every((word) => typeof word === "string");
      if (isList) found.command = words as string[];
    } else if (typeof value === "string") {
      found[name === "NODE" ? "node" : "python"] = value;
    }
  }
  return found;
}

/** Reads the recorded command line of `passenger_wsgi.py`. */
export function readRecordedCommand(text: string): string[] | undefined {
  return readRecorded(text).command as string[] | undefined;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Quotes for any POSIX shell, `$'…'` excluded. */
function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

const QUOTED = "'[^']*'(?:\\\\''[^']*')*";
const QUOTED_REGEXP = new RegExp(`^${QUOTED}$`);
const QUOTED_WORDS_REGEXP = new RegExp(`^(?:${QUOTED}(?: (?=')|$))*$`);
const QUOTED_GLOBAL_REGEXP = new RegExp(QUOTED, "g");

/** Reads what `quote` wrote. */
function unquote(text: string): string | undefined {
  if (!QUOTED_REGEXP.test(text)) return undefined;
  return text.slice(1, -1).replaceAll("'\\''", "'");
}

function unquoteWords(text: unknown): (string | undefined)[] | undefined {
  if (typeof text !== "string" || !QUOTED_WORDS_REGEXP.test(text)) {
    return undefined;
  }
  return (text.match(QUOTED_GLOBAL_REGEXP) ?? []).map(unquote);
}

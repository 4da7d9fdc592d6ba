/**
 * What `install` records in the files of the wsgi door: how to run us on the
 * web server. A recorded line reads `NAME = value  # @NAME@`; it is valid as
 * it stands in our source, can be filled anew, and can be read back.
 *
 * Layer 0. Pure. Runs on Node and Deno.
 *
 * @module
 */

/** What the files of the wsgi door need to know. */
export interface Recorded {
  /**
   * A command line that understands `preflight`, `python` and `--version`,
   * with absolute paths: the compiled binary. Empty where there is none, and
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

/** Reads the recorded command line of `passenger_wsgi.py`. */
export function readRecordedCommand(text: string): string[] | undefined {
  for (const [, name, , value] of text.matchAll(LINE_REGEXP)) {
    if (name !== "COMMAND") continue;
    try {
      const words: unknown = JSON.parse(value!);
      const isList = Array.isArray(words) &&
        words.every((word) => typeof word === "string");
      return isList ? words : undefined;
    } catch {
      return undefined;
    }
  }
  return undefined;
}

/** Quotes for any POSIX shell, `$'…'` excluded. */
function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

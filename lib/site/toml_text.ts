/**
 * Where things stand in a TOML text: its headers and pairs, each with line and
 * column, also in a text that is not TOML in other places.
 *
 * A parser keeps no places of what it could read, and says little of what it
 * could not.
 * Runs on Node and Deno.
 *
 * @module
 */

import { readKey } from "./toml_value.ts";

/** A table header or a pair of key and value in a TOML text. */
export interface Statement {
  kind: "header" | "pair";
  /** The header's name, or the section of the pair joined with its key. */
  path: string[];
  /** How many parts of the path the header above the pair has. */
  sectionLength: number;
  /** Line of the key, from 1. */
  line: number;
  /** Column of the key, from 1. */
  column: number;
  /** Line and column where the value starts; those of the key for a header. */
  valueLine: number;
  valueColumn: number;
  /** The value as written, without comments. */
  value: string;
}

/** A line that is neither, nor blank or a comment. */
export interface BrokenLine {
  kind: "broken";
  /** From 1. */
  line: number;
  text: string;
}

const BARE_KEY = "[A-Za-z0-9_-]+";
const QUOTED_KEY = `"(?:[^"\\\\\\n]|\\\\.)*"|'[^'\\n]*'`;
const KEY = `(?:${BARE_KEY}|${QUOTED_KEY})`;
const DOTTED_KEY = `${KEY}(?:[ \\t]*\\.[ \\t]*${KEY})*`;
const HEADER_REGEXP = new RegExp(
  `^([ \\t]*)\\[(\\[?)[ \\t]*(${DOTTED_KEY})[ \\t]*\\](\\]?)[ \\t]*(#.*)?$`,
);
const PAIR_REGEXP = new RegExp(
  `^([ \\t]*)(${DOTTED_KEY})([ \\t]*=[ \\t]*)(.*)$`,
);
/** After so many values without an end, each is taken to end on its line. */
const UNCLOSED_LIMIT = 8;

/**
 * Tells a name from what may be a piece of a value, such as the last line of
 * a key in base64, which ends in equals signs.
 */
export function isPlainName(name: string): boolean {
  const digits = name.replace(/\D/g, "").length;
  return /^(?:[A-Z_][A-Z0-9_-]*|[a-z_][a-z0-9_-]*)$/.test(name) &&
    name.length <= LONGEST_NAME && digits * 3 < name.length;
}

const LONGEST_NAME = 48;

/** Of each text, pages and reports ask for one line after the other. */
let latest: { text: string; statements: readonly Statement[] } | undefined;

/** Lists the headers and pairs of a TOML text; lines that are neither, never. */
export function parseStatements(text: string): readonly Statement[] {
  if (latest?.text !== text) {
    const statements = [...readParts(text)]
      .filter((part) => part.kind !== "broken");
    latest = { text, statements };
  }
  return latest.statements;
}

/** Reads the parts of a text in their order. */
export function* readParts(text: string): Generator<Statement | BrokenLine> {
  const lines = text.split(/\r?\n/);
  let section: string[] = [];
  let unclosed = 0;
  for (let index = 0; index < lines.length; index++) {
    const text = lines[index]!;
    const line = index + 1;
    if (/^[ \t]*(#.*)?$/.test(text)) continue;
    const header = HEADER_REGEXP.exec(text);
    const name = header && header[2]!.length === header[4]!.length &&
      readKey(header[3]!);
    if (header && name) {
      section = name;
      const column = header[1]!.length + 1;
      yield {
        kind: "header",
        path: section,
        sectionLength: section.length,
        line,
        column,
        valueLine: line,
        valueColumn: column,
        value: text.trim(),
      };
      continue;
    }
    const pair = PAIR_REGEXP.exec(text);
    const key = pair && readKey(pair[2]!);
    if (!pair || !key) {
      yield { kind: "broken", line, text };
      continue;
    }
    const start = pair[1]!.length + pair[2]!.length + pair[3]!.length;
    const most = unclosed < UNCLOSED_LIMIT ? lines.length : index + 1;
    const end = endOfValue(lines, { index, start, most });
    if (!end.closed) unclosed++;
    yield {
      kind: "pair",
      path: [...section, ...key],
      sectionLength: section.length,
      line,
      column: pair[1]!.length + 1,
      valueLine: line,
      valueColumn: start + 1,
      value: end.value,
    };
    index = end.index;
  }
}

/** Follows a value over lines as far as open quotes and brackets demand. */
function endOfValue(
  lines: string[],
  { index: first, start, most }: { index: number; start: number; most: number },
): { value: string; index: number; closed: boolean } {
  let quote = "";
  let depth = 0;
  const value: string[] = [];
  for (let index = first; index < most; index++) {
    const text = index === first ? lines[index]!.slice(start) : lines[index]!;
    let at = 0;
    while (at < text.length) {
      const character = text[at]!;
      if (quote) {
        if (character === "\\" && quote.startsWith('"')) at += 2;
        else if (text.startsWith(quote, at)) {
          at += quote.length;
          // A long text may end in quotes of its own.
          const most = quote.length === 3 ? at + 2 : at;
          while (at < most && text[at] === quote[0]) at++;
          quote = "";
        } else at++;
        continue;
      }
      if (character === "#") break;
      if (character === '"' || character === "'") {
        const long = character.repeat(3);
        quote = text.startsWith(long, at) ? long : character;
        at += quote.length;
        continue;
      }
      if (character === "[" || character === "{") depth++;
      else if (character === "]" || character === "}") depth--;
      at++;
    }
    value.push(text.slice(0, at));
    if (quote.length === 1) quote = "";
    if (!quote && depth <= 0) {
      return { value: trimBlanks(value.join("\n")), index, closed: true };
    }
  }
  // Never closed: the line alone, so that the lines after it still count.
  return {
    value: trimBlanks(lines[first]!.slice(start)),
    index: first,
    closed: false,
  };
}

/** Only these are blanks in TOML. */
function trimBlanks(text: string): string {
  let end = text.length;
  while (text[end - 1] === " " || text[end - 1] === "\t") end--;
  return text.slice(0, end);
}

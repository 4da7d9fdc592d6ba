/**
 * Where things stand in a TOML text: its headers and pairs, each with line and
 * column, and the first place that is not TOML.
 *
 * A parser keeps no places of what it could read, and the parsers that this
 * project runs with word their errors differently; so places and the words of
 * a syntax error come from here, and only values come from the parser.
 * Runs on Node and Deno.
 *
 * @module
 */

import { parse } from "@std/toml";

/** A table header or a pair of key and value in a TOML text. */
export interface Statement {
  kind: "header" | "pair";
  /** The header's name, or the section of the pair joined with its key. */
  path: string[];
  /** Line of the key, from 1. */
  line: number;
  /** Column of the key, from 1. */
  column: number;
  /** Line and column where the value starts; those of the key for a header. */
  valueLine: number;
  valueColumn: number;
  /** The value as written, without a trailing comment. */
  value: string;
}

/** A place that is not TOML, and why; but for `correction`, without values. */
export interface SyntaxFault {
  line: number;
  column: number;
  /** What is wrong, in a few words. */
  message: string;
  /** What to write in its place, as far as that can be told. */
  correction?: Correction;
  /** What else mends it. */
  advice?: string;
}

/** A pair as it was probably meant. */
export interface Correction {
  /** Absent where it may be a part of a value. */
  name?: string;
  /** As TOML. It may be a secret. */
  value: string;
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
const KEY_REGEXP = new RegExp(KEY, "g");
const TYPOGRAPHIC_QUOTE_REGEXP =
  /[\u201c-\u201f\u2018-\u201b\u00ab\u00bb\u2033\u2032]/;
/** After so many values without an end, each is taken to end on its line. */
const UNCLOSED_LIMIT = 8;
const MERGE_MARKER_REGEXP = /^(<{7}|={7}|>{7}|\|{7})( |$)/;

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
/** A longer word on a line of its own may as well be a value. */
const LONE_VALUE = 8;

/** Lists the headers and pairs of a TOML text; lines that are neither, never. */
export function parseStatements(text: string): Statement[] {
  return [...scan(text)].filter((part): part is Statement => "kind" in part);
}

/**
 * Finds the first place that is not TOML.
 *
 * @param text Text that the parser refused
 * @param error What the parser threw, the last resort for the place
 */
export function findSyntaxFault(text: string, error: unknown): SyntaxFault {
  const seen = new Map<string, number>();
  for (const part of scan(text)) {
    if (!("kind" in part)) return part;
    const fault = part.kind === "pair" ? valueFault(part) : undefined;
    if (fault) return fault;
    const name = part.kind + JSON.stringify(part.path);
    const before = seen.get(name);
    if (before !== undefined && !part.value.startsWith("[[")) {
      const shown = part.kind === "header"
        ? `[${part.path.join(".")}]`
        : `\`${part.path.at(-1)}\``;
      return {
        line: part.line,
        column: part.column,
        message: `${shown} stands here a second time, first on line ${before}`,
        advice: part.kind === "header"
          ? `Move the lines below it to the section on line ${before}, and remove line ${part.line}`
          : `Keep line ${before} or line ${part.line}, and remove the other`,
      };
    }
    seen.set(name, part.line);
  }
  const place = /line (\d+), column (\d+)/.exec(String(error));
  return {
    line: Number(place?.[1] ?? 1),
    column: Number(place?.[2] ?? 1),
    message: "this is not TOML",
  };
}

function* scan(text: string): Generator<Statement | SyntaxFault> {
  const lines = text.split(/\r?\n/);
  let section: string[] = [];
  let unclosed = 0;
  for (let index = 0; index < lines.length; index++) {
    const text = lines[index]!;
    const line = index + 1;
    if (/^[ \t]*(#.*)?$/.test(text)) continue;
    const header = HEADER_REGEXP.exec(text);
    if (header && header[2]!.length === header[4]!.length) {
      section = keysOf(header[3]!);
      const column = header[1]!.length + 1;
      yield {
        kind: "header",
        path: section,
        line,
        column,
        valueLine: line,
        valueColumn: column,
        value: text.trim(),
      };
      continue;
    }
    const pair = PAIR_REGEXP.exec(text);
    if (!pair) {
      yield lineFault(text, line);
      continue;
    }
    const start = pair[1]!.length + pair[2]!.length + pair[3]!.length;
    const most = unclosed < UNCLOSED_LIMIT ? lines.length : index + 1;
    const end = endOfValue(lines, { index, start, most });
    if (!end.closed) unclosed++;
    yield {
      kind: "pair",
      path: [...section, ...keysOf(pair[2]!)],
      line,
      column: pair[1]!.length + 1,
      valueLine: line,
      valueColumn: start + 1,
      value: end.value,
    };
    index = end.index;
  }
}

function keysOf(dotted: string): string[] {
  return (dotted.match(KEY_REGEXP) ?? []).map((key) =>
    /^["']/.test(key) ? key.slice(1, -1) : key
  );
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
      return { value: value.join("\n").trim(), index, closed: true };
    }
  }
  // Never closed: the line alone, so that the lines after it still count.
  return {
    value: lines[first]!.slice(start).trim(),
    index: first,
    closed: false,
  };
}

function lineFault(text: string, line: number): SyntaxFault {
  const column = text.length - text.trimStart().length + 1;
  if (MERGE_MARKER_REGEXP.test(text)) {
    return { line, column: 1, message: "a git merge left its markers here" };
  }
  if (/^[ \t]*\[/.test(text)) {
    return {
      line,
      column,
      message: "a section header needs the form `[name]`",
    };
  }
  const comment = /^[ \t]*(\/\/|\/\*|;|--|<!--)/.exec(text)?.[1];
  if (comment) {
    return {
      line,
      column,
      message: `a comment begins with #, not with ${comment}`,
      advice: `Write # in place of ${comment}`,
    };
  }
  const shell =
    /^[ \t]*(export|set|declare|let|const|var)[ \t]+([A-Za-z0-9_-]+)[ \t]*=[ \t]*(.*)$/
      .exec(text);
  if (shell) {
    return {
      line,
      column,
      message: `a line begins with the name, without \`${shell[1]}\``,
      correction: correctionOf(shell[2]!, quoted(shell[3]!)),
    };
  }
  const colon = /^[ \t]*([A-Za-z0-9_-]+)[ \t]*:[ \t]*(.*)$/.exec(text);
  if (colon && /^(?:#.*)?$/.test(colon[2]!)) {
    return {
      line,
      column,
      message: `a section is written [${colon[1]}], and not as in YAML`,
      advice: `Write on line ${line}: [${colon[1]}]`,
    };
  }
  if (/^[ \t]*[{}]/.test(text)) {
    return {
      line,
      column,
      message: "this looks like JSON, and config.toml is TOML",
      advice:
        'Write [section] on a line of its own, and below it lines such as: name = "value"',
    };
  }
  if (colon) {
    return {
      line,
      column: text.indexOf(":") + 1,
      message: "a key and its value are joined by `=`, not by `:`",
      correction: correctionOf(colon[1]!, quoted(colon[2]!)),
    };
  }
  const unseen = unseenFault(text, line, 0);
  if (unseen) return unseen;
  const lone = /^[ \t]*([A-Za-z0-9_-]+)[ \t]*$/.exec(text);
  return {
    line,
    column,
    message: lone && isPlainName(lone[1]!) && lone[1]!.length < LONE_VALUE
      ? `\`${lone[1]}\` has no value`
      : "expected `name = value` or `[section]`",
  };
}

/** What an editor does not show, and TOML does not take. */
const UNSEEN_REGEXP =
  // deno-lint-ignore no-control-regex
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]|[\u00a0\u2000-\u200f\u2028\u2029\u202f\u205f\u2060\u3000\ufeff](?=[^"']*(?:["'][^"']*["'][^"']*)*$)/;

function unseenFault(
  text: string,
  line: number,
  before: number,
): SyntaxFault | undefined {
  const found = UNSEEN_REGEXP.exec(text);
  if (!found) return undefined;
  const code = found[0].charCodeAt(0).toString(16).toUpperCase()
    .padStart(4, "0");
  return {
    line,
    column: before + found.index + 1,
    message: `there is a character that cannot be seen (U+${code})`,
    advice: `Remove it, or write the line anew: what stands at column ${
      before + found.index + 1
    } is no ordinary blank`,
  };
}

function valueFault(pair: Statement): SyntaxFault | undefined {
  try {
    parse(`value = ${pair.value}`);
    return undefined;
  } catch {
    const key = pair.path.at(-1)!;
    const at = { line: pair.valueLine, column: pair.valueColumn };
    const value = pair.value;
    // The end of a key in base64 looks like a name.
    const isNamed = isPlainName(key) && value !== "=";
    const name = isNamed ? `\`${key}\`` : "this setting";
    const control = /^(?!"""|''')/.test(value) &&
      unseenFault(value, pair.valueLine, pair.valueColumn - 1);
    if (control) return control;
    if (value === "") return { ...at, message: `${name} has no value` };
    const bare = value.replace(/\s*[,;]+$/, "");
    if (bare !== value && isValue(bare)) {
      return {
        ...at,
        message: `the value of ${name} is followed by ${value.at(-1)}`,
        correction: correctionOf(key, bare),
        advice: `Remove the ${value.at(-1)} at the end of line ${at.line}`,
      };
    }
    if (SECOND_PAIR_REGEXP.test(value)) {
      return {
        ...at,
        message: `something follows the value of ${name} on its line`,
        advice:
          "Write each setting on a line of its own, with its value in quotes",
      };
    }
    if (TYPOGRAPHIC_QUOTE_REGEXP.test(value)) {
      return {
        ...at,
        message: `the value of ${name} has typographic quotes; TOML needs "`,
        correction: correctionOf(
          key,
          quoted(value.replace(new RegExp(TYPOGRAPHIC_QUOTE_REGEXP, "g"), "")),
        ),
      };
    }
    if (/^(["'])/.test(value)) {
      const unclosed = !/^("(?:[^"\\\n]|\\.)*"|'[^'\n]*')/.test(value);
      return {
        ...at,
        message: unclosed
          ? `the value of ${name} lacks its closing quote`
          : /\\/.test(value) && value.startsWith('"') && /"$/.test(value)
          ? `the value of ${name} has a backslash that TOML does not know; use '…' for text with backslashes`
          : `something follows the value of ${name} on its line`,
      };
    }
    if (/^[[{]/.test(value)) {
      return {
        ...at,
        message:
          `the value of ${name} opens a bracket that is not closed, or is not a TOML list`,
      };
    }
    return {
      ...at,
      message: `the value of ${name} needs quotes`,
      correction: correctionOf(isNamed ? key : "", quoted(value)),
    };
  }
}

/** `1 OTHER = "x"`: an equals sign within an address has no blank before. */
const SECOND_PAIR_REGEXP = /^[^\s]+[ \t,;]+[A-Za-z_][\w-]*[ \t]*=/;

function correctionOf(name: string, value: string): Correction {
  return { name: isPlainName(name) ? name : undefined, value };
}

/** Tells whether a text can stand behind the equals sign. */
export function isValue(text: string): boolean {
  try {
    parse(`value = ${text}`);
    return true;
  } catch {
    return false;
  }
}

function quoted(value: string): string {
  return JSON.stringify(value.replace(/^["']|["']$/g, ""));
}

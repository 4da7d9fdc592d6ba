/**
 * A value as TOML 1.0 writes it: whether a text is one, and which.
 *
 * Lists and inline tables are taken apart here; `@std/toml` reads the strings,
 * floats and booleans in them, one at a time. So it is read the same whichever
 * parser is beneath: they differ in which tables they let meet, in integers
 * and dates, and in the few forms that are refused here. And time grows with
 * the length of a text, not with its square.
 * Runs on Node and Deno.
 *
 * @module
 */

import { parse } from "@std/toml";

/** A value, or where in the text it stops to be one. */
export type ReadValue = { ok: true; value: unknown } | Refusal;

/** Why a text is no value that counts. */
export interface Refusal {
  ok: false;
  /** Characters before the place. */
  at: number;
  /** It is TOML, and not every parser reads it; what it is, in a few words. */
  form?: string;
  /** What to write in place of that form. */
  advice?: string;
}

/** The end of what was read, and what it is. */
interface Read {
  value: unknown;
  end: number;
}

/** Tabs alone, and in a long text the ends of lines. */
const CONTROL = String.raw`\u0000-\u0008\u000b-\u001f\u007f`;
const ESCAPE = String.raw`\\(?:[btnfr"\\]|u[\dA-Fa-f]{4}|U[\dA-Fa-f]{8})`;
const NUMBER_END = String.raw`(?=[ \t\n,\]}]|$)`;
const INTEGER = String.raw`[+-]?(?:0|[1-9](?:_?\d)*)`;
const DIGITS = String.raw`\d(?:_?\d)*`;

const BLANK_REGEXP = /[ \t]*/y;
const BLANK_LINES_REGEXP = /[ \t\n]*/y;
const BARE_KEY_REGEXP = /[A-Za-z0-9_-]+/y;
const BASIC_REGEXP = new RegExp(
  String.raw`"(?:[^"\\\n${CONTROL}]|${ESCAPE})*"`,
  "y",
);
const LITERAL_REGEXP = new RegExp(String.raw`'[^'\n${CONTROL}]*'`, "y");
const LONG_BASIC_REGEXP = new RegExp(
  String.raw`"""(?:[^"\\${CONTROL}]|${ESCAPE}|\\[ \t]*\n|"(?!""))*"{3,5}`,
  "y",
);
const LONG_LITERAL_REGEXP = new RegExp(
  `'''(?:[^'${CONTROL}]|'(?!''))*'{3,5}`,
  "y",
);
const INTEGER_REGEXP = new RegExp(
  `(?:${INTEGER}|0x[\\dA-Fa-f](?:_?[\\dA-Fa-f])*|0o[0-7](?:_?[0-7])*|` +
    `0b[01](?:_?[01])*)${NUMBER_END}`,
  "y",
);
const FLOAT_REGEXP = new RegExp(
  `(?:${INTEGER}(?:\\.${DIGITS}(?:[eE][+-]?${DIGITS})?|[eE][+-]?${DIGITS})|` +
    `[+-]?(?:inf|nan))${NUMBER_END}`,
  "y",
);
const BOOLEAN_REGEXP = new RegExp(`(?:true|false)${NUMBER_END}`, "y");
const TIME = String.raw`([01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?`;
const TIME_REGEXP = new RegExp(`${TIME}${NUMBER_END}`, "y");
const DATE_REGEXP = new RegExp(
  String.raw`(\d{4})-(\d\d)-(\d\d)(?:[Tt ]${TIME}` +
    String.raw`(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)?)?${NUMBER_END}`,
  "y",
);

/** Lists within lists within lists: who writes more means something else. */
const DEPTH_LIMIT = 50;

/**
 * Reads the text of a value, without comments.
 *
 * @param text Its lines are joined by `\n`
 */
export function readValue(text: string): ReadValue {
  const read = valueAt(text, 0, 0);
  if (isRefusal(read)) return read;
  return read.end === text.length
    ? { ok: true, value: read.value }
    : refusal(read.end);
}

/** Tells whether a text can stand behind the equals sign. */
export function isValue(text: string): boolean {
  return readValue(text).ok;
}

/** The parts of a dotted key as it is written; undefined where it is none. */
export function readKey(written: string): string[] | undefined {
  const read = keyAt(written, 0);
  return isRefusal(read) || read.end < written.length ? undefined : read.value;
}

function refusal(at: number, form?: string, advice?: string): Refusal {
  return { ok: false, at, form, advice };
}

function isRefusal(read: object): read is Refusal {
  return "ok" in read;
}

/** Where a regular expression that begins here ends, or undefined. */
function endOf(regexp: RegExp, text: string, at: number): number | undefined {
  regexp.lastIndex = at;
  return regexp.test(text) ? regexp.lastIndex : undefined;
}

function valueAt(text: string, at: number, depth: number): Read | Refusal {
  const first = text[at];
  if (first === '"' || first === "'") return stringAt(text, at);
  if (first === "[" || first === "{") {
    if (depth === DEPTH_LIMIT) {
      return refusal(at, `more than ${DEPTH_LIMIT} brackets within each other`);
    }
    return first === "["
      ? listAt(text, at + 1, depth + 1)
      : tableAt(text, at + 1, depth + 1);
  }
  const integer = endOf(INTEGER_REGEXP, text, at);
  if (integer !== undefined) {
    // One parser rounds what is too large, and makes a zero below zero of `-0`.
    const value = Number(text.slice(at, integer).replaceAll("_", "")) + 0;
    return Number.isSafeInteger(value)
      ? { value, end: integer }
      : refusal(at, "a number that is too large");
  }
  const plain = endOf(FLOAT_REGEXP, text, at) ??
    endOf(BOOLEAN_REGEXP, text, at);
  return plain === undefined ? dateAt(text, at) : plainAt(text, at, plain);
}

/** What the parser makes of a string, a float or a boolean. */
function plainAt(text: string, at: number, end: number): Read | Refusal {
  try {
    const { value } = parse(`value = ${text.slice(at, end)}`);
    return { value, end };
  } catch {
    return refusal(at);
  }
}

/** A date, or a time of day; no setting takes one, so that its day will do. */
function dateAt(text: string, at: number): Read | Refusal {
  const time = endOf(TIME_REGEXP, text, at);
  if (time !== undefined) return { value: new Date(0), end: time };
  DATE_REGEXP.lastIndex = at;
  const found = DATE_REGEXP.exec(text);
  if (!found) return refusal(at);
  const [year, month, day] = found.slice(1, 4).map(Number) as [
    number,
    number,
    number,
  ];
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && day > 0
    ? { value: date, end: DATE_REGEXP.lastIndex }
    : refusal(at);
}

function stringAt(text: string, at: number): Read | Refusal {
  const quote = text[at]!;
  const isLong = text.startsWith(quote.repeat(3), at);
  const regexp = quote === '"'
    ? isLong ? LONG_BASIC_REGEXP : BASIC_REGEXP
    : isLong
    ? LONG_LITERAL_REGEXP
    : LITERAL_REGEXP;
  const end = endOf(regexp, text, at);
  if (end === undefined) return refusal(at);
  const written = text.slice(at, end);
  const fault = quote === '"' ? escapeFault(written) : undefined;
  if (fault) return refusal(at, ...fault);
  // All of `""""""` is the quotes of an empty text.
  if (isLong && written.length > 6 && written.endsWith(quote.repeat(5))) {
    return refusal(
      at,
      "two quotes before the three that close a text",
      "Put a blank before the closing quotes, or write the text in other quotes",
    );
  }
  return plainAt(text, at, end);
}

/** Escapes that stand for no character, or that a parser reads wrongly. */
function escapeFault(
  written: string,
): [] | [form: string, advice: string] | undefined {
  for (
    const [, kind, digits, blanks] of written.matchAll(
      /\\(?:([uU])([\dA-Fa-f]{8}|[\dA-Fa-f]{4})|([ \t]+)\n|[^])/g,
    )
  ) {
    if (blanks) {
      return [
        "a backslash and blanks at the end of a line",
        "Remove the blanks",
      ];
    }
    if (kind === undefined) continue;
    const code = parseInt(digits!.slice(0, kind === "u" ? 4 : 8), 16);
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return [];
    if (kind === "U") {
      return [
        "a character as \\U and eight digits",
        code > 0xffff
          ? "Write the character itself"
          : `Write the character itself, or \\u${digits!.slice(4)}`,
      ];
    }
  }
}

function listAt(text: string, at: number, depth: number): Read | Refusal {
  const value: unknown[] = [];
  at = endOf(BLANK_LINES_REGEXP, text, at)!;
  while (text[at] !== "]") {
    const item = valueAt(text, at, depth);
    if (isRefusal(item)) return item;
    value.push(item.value);
    at = endOf(BLANK_LINES_REGEXP, text, item.end)!;
    if (text[at] === ",") at = endOf(BLANK_LINES_REGEXP, text, at + 1)!;
    else if (text[at] !== "]") return refusal(at);
  }
  return { value, end: at + 1 };
}

function tableAt(text: string, at: number, depth: number): Read | Refusal {
  const value = new InlineTable();
  at = endOf(BLANK_REGEXP, text, at)!;
  if (text[at] === "}") return { value: value.values, end: at + 1 };
  while (true) {
    const key = keyAt(text, at);
    if (isRefusal(key)) return key;
    const equals = endOf(BLANK_REGEXP, text, key.end)!;
    if (text[equals] !== "=") return refusal(equals);
    const item = valueAt(text, endOf(BLANK_REGEXP, text, equals + 1)!, depth);
    if (isRefusal(item)) return item;
    if (!value.set(key.value, item.value)) return refusal(at);
    at = endOf(BLANK_REGEXP, text, item.end)!;
    if (text[at] === "}") return { value: value.values, end: at + 1 };
    if (text[at] !== ",") return refusal(at);
    at = endOf(BLANK_REGEXP, text, at + 1)!;
  }
}

/** A key of more parts means something else, and costs more than it tells. */
const PARTS_LIMIT = 50;

function keyAt(
  text: string,
  at: number,
): { value: string[]; end: number } | Refusal {
  const value: string[] = [];
  while (value.length < PARTS_LIMIT) {
    const bare = endOf(BARE_KEY_REGEXP, text, at);
    if (bare !== undefined) {
      value.push(text.slice(at, bare));
      at = bare;
    } else if (/["']/.test(text[at] ?? "")) {
      if (text.startsWith(text[at]!.repeat(3), at)) return refusal(at);
      const part = stringAt(text, at);
      if (isRefusal(part)) return part;
      value.push(part.value as string);
      at = part.end;
    } else {
      return refusal(at);
    }
    const dot = endOf(BLANK_REGEXP, text, at)!;
    if (text[dot] !== ".") return { value, end: at };
    at = endOf(BLANK_REGEXP, text, dot + 1)!;
  }
  return refusal(at);
}

/** A table in braces, whose dotted keys may share their beginnings. */
class InlineTable {
  readonly values = emptyTable();
  /** What dotted keys have made, and others may add to. */
  #open = new Set<object>([this.values]);

  /** Whether the key was free. */
  set(path: readonly string[], value: unknown): boolean {
    let table = this.values;
    for (const part of path.slice(0, -1)) {
      const next = table[part] ??= this.#make();
      if (!this.#open.has(next as object)) return false;
      table = next as Record<string, unknown>;
    }
    const last = path.at(-1)!;
    if (last in table) return false;
    table[last] = value;
    return true;
  }

  #make(): Record<string, unknown> {
    const table = emptyTable();
    this.#open.add(table);
    return table;
  }
}

/** A table in which every name is free, `__proto__` and `toString` too. */
export function emptyTable(): Record<string, unknown> {
  return Object.create(null);
}

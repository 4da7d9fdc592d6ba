/**
 * What is taken out of a text before it is shown: configured values.
 *
 * Works on plain text, before any escaping. Runs on Node and Deno.
 *
 * @module
 */

import { printable } from "../text/shell.ts";

/** Stands where a configured value was. */
export const BLANK = "•••";

/** Shorter values are too likely to be part of any other word. */
export const SHORTEST_SECRET = 4;

/** From this length on, a text may have been cut in the middle of a value. */
const POSSIBLY_CUT = 500;

/** A value that must not be told. */
export interface Secret {
  value: string;
  /** Only where it stands as a word of its own. @default {false} */
  isWord?: boolean;
  /** Only right behind this name of a variable, however short it is. */
  after?: string;
}

/**
 * Takes values out of a text. The paths in `keep` stay readable where a value
 * is no more than a part of them: a value such as the site's own folder must
 * not make a finding unreadable.
 */
export type Blanker = (text: string, keep?: readonly string[]) => string;

/**
 * Prepares to blank values out of texts, also where one is part of a longer
 * word, quoted by Python, or percent-encoded.
 */
export function createBlanker(
  secrets: readonly (string | Secret)[],
): Blanker {
  const words: Word[] = [];
  for (const each of secrets) {
    const secret = typeof each === "string" ? { value: each } : each;
    const { value, isWord = false, after } = secret;
    const least = isWord || after ? 1 : SHORTEST_SECRET;
    for (const form of formsOf(value, least)) {
      // A form is one of the shell's words only as a whole.
      words.push({ form, isWord: isWord || after !== undefined, after });
    }
  }
  return (text, keep = []) => {
    const found = words.flatMap((word) => findWord(text, word));
    if (found.length === 0) return text;
    const kept = keep.flatMap((path) => spansOf(text, path));
    const blank = new Array<boolean>(text.length).fill(false);
    for (const [start, end] of found) {
      const isKept = kept.some(([from, to]) => from <= start && end <= to);
      if (!isKept) blank.fill(true, start, end);
    }
    return [...blank.keys()].map((index) => {
      if (!blank[index]) return text[index];
      return blank[index - 1] ? "" : BLANK;
    }).join("");
  };
}

/** Blanks values out of one text. */
export function blankSecrets(
  text: string,
  secrets: readonly (string | Secret)[],
  keep: readonly string[] = [],
): string {
  return createBlanker(secrets)(text, keep);
}

/** One way to write a value, and where it counts. */
interface Word {
  form: string;
  isWord: boolean;
  after?: string;
}

function findWord(text: string, { form, isWord, after }: Word): Span[] {
  if (after === undefined) {
    const spans = [...spansOf(text, form), ...cutOff(text, form)];
    return isWord ? spans.filter((span) => isApart(text, span)) : spans;
  }
  const uncut = text.replace(CUT_REGEXP, "").length;
  return spansOf(text, after).flatMap(([from, to]): Span[] => {
    if (WORD_REGEXP.test(text[from - 1] ?? "")) return [];
    const start = to + ASSIGNED_REGEXP.exec(text.slice(to, to + 16))![0].length;
    const span: Span = [start, start + form.length];
    if (start === to) return [];
    if (text.length >= POSSIBLY_CUT && span[1] > uncut && start < uncut) {
      const rest = text.slice(start, uncut);
      return form.startsWith(rest) ? [[start, uncut]] : [];
    }
    return text.startsWith(form, start) && isApart(text, span) ? [span] : [];
  });
}

/** How a text ends that was cut. */
const CUT_REGEXP = /(?:…|\.\.\.)$/;
/** What stands between the name of a variable and its value. */
const ASSIGNED_REGEXP = /^["'`\]]{0,2}\s*(?:=>?|:|,|->|is)?\s*(?:b?["'`(])?/;
const WORD_REGEXP = /[\p{L}\p{N}_]/u;

function isApart(text: string, [start, end]: Span): boolean {
  return !WORD_REGEXP.test(text[start - 1] ?? "") &&
    !WORD_REGEXP.test(text[end] ?? "");
}

/** The ways in which a program may print a value. */
function formsOf(secret: string, least: number): string[] {
  const lines = secret.split(/\r?\n/).map((line) => line.trim());
  const quoted = JSON.stringify(secret).slice(1, -1);
  const repr = quoted.replaceAll('\\"', '"');
  // Half a surrogate pair cannot be percent-encoded.
  const whole = secret.replace(/\p{Surrogate}/gu, "\ufffd");
  const encoded = encodeURIComponent(whole);
  const strict = encoded.replace(/[!'()*]/g, percent);
  const forms = [
    secret,
    ...lines.filter((line) => line.length >= SHORTEST_SECRET),
    quoted,
    repr,
    repr.replaceAll("'", "\\'"),
    printable(secret),
    secret.replaceAll("'", `'\\''`),
    encoded,
    strict,
    strict.replaceAll("%2F", "/"),
    strict.replaceAll("%20", "+"),
    ascii(repr, (unit) => `\\u${unit.toString(16).padStart(4, "0")}`),
    printableBytes(repr),
  ];
  return [...new Set(forms)].filter((form) => form.trim().length >= least);
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

function ascii(text: string, escape: (unit: number) => string): string {
  return text.replace(/[^\x20-\x7e]/g, (unit) => escape(unit.charCodeAt(0)));
}

/** As Python writes bytes. */
function printableBytes(text: string): string {
  return [...new TextEncoder().encode(text)].map((byte) =>
    byte < 0x80
      ? String.fromCharCode(byte)
      : `\\x${byte.toString(16).padStart(2, "0")}`
  ).join("");
}

type Span = [start: number, end: number];

function spansOf(text: string, word: string): Span[] {
  const spans: Span[] = [];
  if (word === "") return spans;
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    spans.push([at, at + word.length]);
  }
  return spans;
}

/** Where a long text ends in the beginning of a value. */
function cutOff(text: string, form: string): Span[] {
  if (text.length < POSSIBLY_CUT) return [];
  const end = text.replace(CUT_REGEXP, "").length;
  for (let size = form.length - 1; size >= SHORTEST_SECRET; size--) {
    const start = end - size;
    if (start >= 0 && text.startsWith(form.slice(0, size), start)) {
      return [[start, end]];
    }
  }
  return [];
}

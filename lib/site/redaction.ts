/**
 * Takes values out of texts, in whatever form a program shows them: as they
 * are, quoted by Python, the shell or JSON (also twice), as bytes, encoded for
 * an address or for HTML, in other letters, or cut off.
 *
 * Values and texts are not compared as they are written, but as what they
 * mean: both are decoded, step by step, until nothing is left to decode. So no
 * form has to be foreseen, nor any form of a form. Works on plain text,
 * before any escaping. Runs on Node and Deno.
 *
 * @module
 */

import {
  bytesOf,
  decode,
  type Decoded,
  type Span,
  spanOf,
  type Step,
} from "../text/decoding.ts";

/** Stands where a value was. */
export const BLANK = "•••";

/** A value that must not be told. */
export interface Secret {
  /** As text; of bytes, one character for each. */
  value: string;
  /** Only where it stands as a word of its own. @default {false} */
  isWord?: boolean;
  /** Only right behind this name of a variable, however short it is. */
  after?: string;
}

/** From this length on, a text may have been cut in the middle of a value. */
const POSSIBLY_CUT = 500;
/** A shorter part of a value, at a cut, may be a part of anything. */
const SHORTEST_CUT = 4;
/** More cuts than these are an ornament. */
const MOST_CUTS = 20;
/** Of longer values, or of more, base64 and hex are not looked for. */
const LONGEST_ENCODED = 10_000;
const MOST_ENCODED = 2_000;
/** Values are looked up by as many characters. */
const KEY = 8;

/** Values, ready to be found. */
export class Finder {
  /** By the length of their beginning, and by that. */
  readonly #words = new Map<number, Map<string, Word[]>>();
  readonly #assigned = new Map<string, string[]>();
  readonly #all: string[] = [];

  /** @param secrets What is to be found */
  constructor(secrets: Iterable<Secret>) {
    const seen = new Set<string>();
    let encoded = 0;
    for (const { value, isWord = false, after } of secrets) {
      const key = `${after ?? ""}\0${isWord}\0${value}`;
      if (seen.has(key)) continue;
      seen.add(key);
      const texts = writings(value);
      if (after !== undefined) {
        for (const text of texts) pushTo(this.#assigned, after, text);
        continue;
      }
      const mayEncode = value.length >= KEY &&
        value.length <= LONGEST_ENCODED && encoded++ < MOST_ENCODED;
      for (const text of texts) this.#add({ text, isWord });
      if (!mayEncode) continue;
      for (const text of new Set(encodings(value))) this.#add({ text, isWord });
    }
  }

  #add(word: Word) {
    const size = Math.min(KEY, word.text.length);
    const table = this.#words.get(size) ?? new Map<string, Word[]>();
    this.#words.set(size, table);
    pushTo(table, word.text.slice(0, size), word);
    if (word.text.length > SHORTEST_CUT) this.#all.push(word.text);
  }

  /** Finds the values in a text. */
  find(text: Decoded): Span[] {
    const found: Span[] = [];
    const last = text.steps.at(-1)!;
    for (const step of text.steps) this.#findWords(step, found);
    this.#findAssigned(last, text.text, found);
    this.#findCut(last, text.text.length, found);
    return found;
  }

  #findWords(step: Step, found: Span[]) {
    const { units } = step;
    for (const [size, table] of this.#words) {
      for (let at = 0; at + size <= units.length; at++) {
        const words = table.get(units.slice(at, at + size));
        if (words === undefined) continue;
        for (const { text, isWord } of words) {
          const end = at + text.length;
          if (!units.startsWith(text, at)) continue;
          if (isWord && !isApart(units, at, end)) continue;
          found.push(spanOf(step, at, end));
        }
      }
    }
  }

  #findAssigned(step: Step, text: string, found: Span[]) {
    if (this.#assigned.size === 0) return;
    const { units } = step;
    for (const { 0: whole, 1: name, index } of units.matchAll(NAME_REGEXP)) {
      if (whole.length === name!.length) continue;
      const [from, to] = spanOf(step, index, index + name!.length);
      const start = index + whole.length;
      for (const value of this.#assigned.get(text.slice(from, to)) ?? []) {
        const end = start + value.length;
        const isThere = units.startsWith(value, start) &&
          !WORD_REGEXP.test(units[end] ?? "");
        if (isThere) found.push(spanOf(step, start, end));
      }
    }
  }

  /** The beginning of a value before a cut, and its end behind one. */
  #findCut(step: Step, length: number, found: Span[]) {
    const { units } = step;
    const cuts = [...units.matchAll(/…|\.\.\.+/g)].slice(-MOST_CUTS)
      .map(({ 0: dots, index }): Span => [index, index + dots.length]);
    const end = units.length;
    if (length >= POSSIBLY_CUT && cuts.at(-1)?.[1] !== end) {
      cuts.push([end, end]);
    }
    for (const [before, behind] of cuts) {
      for (const value of this.#all) {
        const begun = beginningBefore(units, before, value);
        if (begun > 0) found.push(spanOf(step, before - begun, before));
        const ended = endingBehind(units, behind, value);
        if (ended > 0) found.push(spanOf(step, behind, behind + ended));
      }
    }
  }
}

/** One way to write a value. */
interface Word {
  text: string;
  isWord: boolean;
}

const WORD_REGEXP = /[\p{L}\p{N}]/u;
/** A name, and what stands between it and its value. */
const NAME_REGEXP =
  /(?<![a-z0-9_])([a-z_][a-z0-9_]*)[')\]]{0,3} ?(?:=>|->|:=|==?|:|,|is(?= ))? ?(?:[bruf]{0,2}'|\(')?/g;

function isApart(units: string, start: number, end: number): boolean {
  return !WORD_REGEXP.test(units[start - 1] ?? "") &&
    !WORD_REGEXP.test(units[end] ?? "");
}

function beginningBefore(units: string, cut: number, value: string): number {
  const most = Math.min(cut, value.length - 1);
  const from = cut - most;
  const head = value.slice(0, SHORTEST_CUT);
  for (
    let at = units.indexOf(head, from);
    at >= 0 && at <= cut - head.length;
  ) {
    if (value.startsWith(units.slice(at, cut))) return cut - at;
    at = units.indexOf(head, at + 1);
  }
  return 0;
}

function endingBehind(units: string, cut: number, value: string): number {
  const most = Math.min(units.length - cut, value.length - 1);
  const tail = value.slice(-SHORTEST_CUT);
  const window = units.slice(cut, cut + most);
  for (let at = window.lastIndexOf(tail); at >= 0;) {
    const size = at + tail.length;
    if (value.endsWith(window.slice(0, size))) return size;
    at = at === 0 ? -1 : window.lastIndexOf(tail, at - 1);
  }
  return 0;
}

/** How a value may be written, in small letters. */
function writings(value: string): string[] {
  if (PLAIN_REGEXP.test(value)) return [value.toLowerCase()];
  const steps = decode(value).steps.map(({ units }) => trim(units));
  const texts = new Set(steps);
  // In an address a blank is a plus, and a plus may be read as a blank.
  for (const each of [...texts]) {
    if (!/[ +]/.test(each)) continue;
    texts.add(each.replaceAll(" ", "+")).add(each.replaceAll("+", " "));
  }
  texts.delete("");
  return [...texts];
}

const PLAIN_REGEXP = /^[\w.,:;=#@!?*()[\]{}<>|~^$-]+$/;

/** Ends that may be dropped where a value is printed, or stand for nothing. */
function trim(units: string): string {
  return units.replace(/^['/ ]+|['/ ]+$/g, "");
}

/** In base64, wherever in a group of three bytes it begins, and in hex. */
function encodings(value: string): string[] {
  const isText = /[^\0-\xff]/.test(value) || !/[\x80-\xff]/.test(value);
  const all = isText
    ? [new TextEncoder().encode(value)]
    : [new TextEncoder().encode(value), bytesOf(value)];
  return all.flatMap((bytes) => {
    const base64 = [0, 1, 2].map((before) => {
      const padded = new Uint8Array(before + bytes.length);
      padded.set(bytes, before);
      const whole = Math.floor(padded.length / 3) * 3;
      const text = btoa(String.fromCharCode(...padded.subarray(0, whole)));
      // What the bytes before it have a part in is left out.
      return text.slice(before === 0 ? 0 : 4);
    });
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0"));
    // Where nothing follows, the last bytes may have a part of a group.
    base64.push(btoa(String.fromCharCode(...bytes)).replace(/=+$/, ""));
    return [
      ...base64,
      ...base64.map((one) => one.replaceAll("+", "-").replaceAll("/", "_")),
      hex.join(""),
    ];
  }).map((text) => text.toLowerCase()).filter((text) => text.length >= KEY);
}

/** Blanks spans out of a text, but those within a kept one. */
export function blankSpans(
  text: string,
  spans: readonly Span[],
  kept: readonly Span[] = [],
): string {
  const sorted = spans.filter(([start, end]) =>
    !kept.some(([from, to]) => from <= start && end <= to)
  ).sort(([a], [b]) => a - b);
  let told = "";
  let done = 0;
  let isBlank = false;
  for (const [start, end] of sorted) {
    if (end <= done) continue;
    // Two that touch are one.
    if (!isBlank || start > done) told += text.slice(done, start) + BLANK;
    done = end;
    isBlank = true;
  }
  return told + text.slice(done);
}

function pushTo<T>(map: Map<string, T[]>, key: string, value: T) {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

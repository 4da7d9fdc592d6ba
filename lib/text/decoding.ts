/**
 * What a text means, however it was encoded: by the strings of Python, JSON
 * and the shell, for an address or for HTML, once or several times.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

/** Part of a text: from a character, to before another. */
export type Span = [start: number, end: number];

/** Nobody encodes more often. */
const MOST_STEPS = 5;

/** A text as it was written, and decoded once, twice, and so on. */
export interface Decoded {
  text: string;
  steps: Step[];
}

/** What a text means, and where each character of that stands. */
export interface Step {
  units: string;
  from: number[];
  to: number[];
}

/** The part of the text behind some characters of its meaning. */
export function spanOf({ from, to }: Step, start: number, end: number): Span {
  return [from[start]!, to[end - 1]!];
}

/** Decodes a text until nothing is left to decode. */
export function decode(text: string): Decoded {
  const plain: Step = {
    units: text,
    from: Array.from({ length: text.length }, (_, at) => at),
    to: Array.from({ length: text.length }, (_, at) => at + 1),
  };
  const steps = [simplify(plain)];
  for (let left = MOST_STEPS; left > 0; left--) {
    const last = steps.at(-1)!;
    const next = simplify(
      rewrite(rewrite(last, ESCAPE_REGEXP, unescape), UTF8_REGEXP, fromUtf8),
    );
    if (next.units === last.units) break;
    steps.push(next);
  }
  return { text, steps: steps.map(inSmallLetters) };
}

function inSmallLetters({ units, ...places }: Step): Step {
  const small = units.replace(/[A-Z]+/g, (each) => each.toLowerCase());
  return { units: small, ...places };
}

/** One blank for many; one quote for any; one slash for two. */
function simplify(step: Step): Step {
  return rewrite(
    step,
    // deno-lint-ignore no-control-regex -- they count as blanks
    /[\s\0-\x1f\x7f]+|["'`]+|\/{2,}|(?<![\ud800-\udbff])[\udc80-\udcff]/g,
    ([match]) =>
      match[0] === "/" ? "/" : /["'`]/.test(match)
        ? "'"
        // A byte that is no text, as Python has it in the names of files.
        : match >= "\udc80"
        ? String.fromCharCode(match.charCodeAt(0) - 0xdc00)
        : " ",
  );
}

/**
 * Escapes of strings in most languages, of addresses and of HTML. Backslashes
 * mean nothing but what follows them.
 */
const ESCAPE_REGEXP =
  /\\+(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|(?:U|u\{)([\da-fA-F]{8}|[\da-fA-F]{1,6}(?=\}))\}?|([0-3][0-7]{2})|([abefnrtv]))?|%([\da-fA-F]{2})|&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|(amp|lt|gt|quot|apos|nbsp|sol|equals|plus));?/g;
const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
  sol: "/",
  equals: "=",
  plus: "+",
};

function unescape(match: RegExpExecArray): string {
  const [, byte, unit, braced, octal, control, percent, decimal, hex, name] =
    match;
  if (control) return " ";
  if (name) return ENTITIES[name]!;
  const code = octal
    ? parseInt(octal, 8)
    : decimal
    ? Number(decimal)
    : parseInt(byte ?? unit ?? braced ?? percent ?? hex ?? "", 16);
  if (Number.isNaN(code)) return "";
  return code > 0x10ffff ? "" : String.fromCodePoint(code);
}

/** Bytes, told one by one, that are a character together. */
const UTF8_REGEXP =
  /[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}/g;

function fromUtf8([bytes]: RegExpExecArray): string {
  return new TextDecoder().decode(bytesOf(bytes));
}

/** Replaces in a text, and knows of every character where it comes from. */
function rewrite(
  step: Step,
  regexp: RegExp,
  replace: (match: RegExpExecArray) => string,
): Step {
  let units = "";
  const from: number[] = [];
  const to: number[] = [];
  let done = 0;
  for (const match of step.units.matchAll(regexp)) {
    const [{ length }] = match;
    keep(match.index);
    done = match.index + length;
    const by = replace(match);
    for (let count = by.length; count > 0; count--) {
      from.push(step.from[match.index]!);
      to.push(step.to[done - 1]!);
    }
    units += by;
  }
  if (done === 0) return step;
  keep(step.units.length);
  return { units, from, to };

  function keep(end: number) {
    units += step.units.slice(done, end);
    for (let at = done; at < end; at++) {
      from.push(step.from[at]!);
      to.push(step.to[at]!);
    }
  }
}

/** Bytes that are told as one character each. */
export function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (each) => each.charCodeAt(0));
}

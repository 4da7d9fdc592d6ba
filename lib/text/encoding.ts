/**
 * Text files that are not UTF-8: how they are known, and what converts them.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { quoteWord } from "./shell.ts";

/** Tells whether a file begins with the mark of UTF-16. */
export function hasUtf16Mark(bytes: Uint8Array): boolean {
  return (bytes[0] === 0xff && bytes[1] === 0xfe) ||
    (bytes[0] === 0xfe && bytes[1] === 0xff);
}

/** The first line, from 1, that is not UTF-8; undefined where all are. */
export function firstBrokenLine(bytes: Uint8Array): number | undefined {
  if (isUtf8(bytes)) return undefined;
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const end = bytes.indexOf(0x0a, start);
    const stop = end < 0 ? bytes.length : end;
    if (!isUtf8(bytes.subarray(start, stop))) break;
    start = stop + 1;
  }
  return line;
}

/**
 * What a text of one byte a letter was probably saved as, by the lines that
 * are not UTF-8: Windows has quotes and dashes where Latin-1 has no letters.
 */
export function oldEncodingOf(bytes: Uint8Array): "LATIN1" | "WINDOWS-1252" {
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(0x0a, start);
    const line = bytes.subarray(start, end < 0 ? bytes.length : end);
    if (
      !isUtf8(line) && line.some((byte) => byte >= 0x80 && byte < 0xa0)
    ) return "WINDOWS-1252";
    start += line.length + 1;
  }
  return "LATIN1";
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** Bytes 80 to 9F of Windows' Latin-1; 0 where there is no letter. */
const WINDOWS = [
  ..."€\0‚ƒ„…†‡ˆ‰Š‹Œ\0Ž\0\0‘’“”•–—˜™š›œ\0žŸ",
];
// deno-lint-ignore no-control-regex -- they are what no text has
const BINARY_REGEXP = /[\0-\x08\x0e-\x1a\x1c-\x1f\x7f]/;

/**
 * Reads a text in whichever encoding it was saved: UTF-8, UTF-16 with its
 * mark, or else Latin-1 as Windows has it. The last letter may be cut off.
 *
 * @returns Undefined for what is no text
 */
export function decodeText(bytes: Uint8Array): string | undefined {
  const text = hasUtf16Mark(bytes)
    ? decodeUtf16(bytes)
    : decodeUtf8(bytes) ?? decodeWindows(bytes);
  return BINARY_REGEXP.test(text) ? undefined : text;
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true })
      .decode(bytes, { stream: true });
  } catch {
    return undefined;
  }
}

// Not TextDecoder below: a Node without its library of encodings knows few.

function decodeUtf16(bytes: Uint8Array): string {
  const [low, high] = bytes[0] === 0xff ? [0, 1] : [1, 0];
  const units: number[] = [];
  for (let at = 2; at + 1 < bytes.length; at += 2) {
    units.push(bytes[at + low]! | bytes[at + high]! << 8);
  }
  return String.fromCharCode(...units);
}

function decodeWindows(bytes: Uint8Array): string {
  return Array.from(
    bytes,
    (byte) => WINDOWS[byte - 0x80] ?? String.fromCharCode(byte),
  ).join("");
}

/** The command that converts a file to UTF-8 in place. */
export function conversionCommand(file: string, from: string): string {
  const name = quoteWord(file);
  return `iconv -f ${from} -t UTF-8 ${name} > ${name}.utf8 && mv ${name}.utf8 ${name}`;
}

/**
 * Text files that are not UTF-8: how they are known, and what converts them.
 *
 * Layer 0. Runs on Node and Deno.
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

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** The command that converts a file to UTF-8 in place. */
export function conversionCommand(file: string, from: string): string {
  const name = quoteWord(file);
  return `iconv -f ${from} -t UTF-8 ${name} > ${name}.utf8 && mv ${name}.utf8 ${name}`;
}

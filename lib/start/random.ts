/**
 * Random digits without `node:crypto`, which every process would pay for with
 * milliseconds of its start and memory for its life.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import * as fs from "node:fs";

/** Bytes that cannot be guessed, as hexadecimal digits. */
export function randomHex(size: number): string {
  const bytes = Buffer.alloc(size);
  const source = fs.openSync("/dev/urandom", fs.constants.O_RDONLY);
  try {
    for (let at = 0; at < size;) {
      at += fs.readSync(source, bytes, at, size - at, null);
    }
  } finally {
    fs.closeSync(source);
  }
  return bytes.toString("hex");
}

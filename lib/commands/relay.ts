/**
 * Passes on what another user's program says, as text: whatever else could
 * command a terminal is spelt out, and only colours of ours go through.
 *
 * @module
 */

import { printable } from "../text/shell.ts";

/** A stream to write to. */
export interface Sink {
  writeSync(bytes: Uint8Array): number;
}

// Colours and weights; none that hide a text.
// deno-lint-ignore no-control-regex -- it is what is looked for
const COLOUR = /\x1b\[(?:[012]|(?:1;)?3[1-6])m/;
const SPECIAL_REGEXP = new RegExp(`${COLOUR.source}|[^\\n\\t -~]`, "gu");
// deno-lint-ignore no-control-regex -- it is what is looked for
const BEGUN_REGEXP = /\x1b(?:\[[0-9;]{0,8})?$/;

/** Makes a stream of bytes safe for a terminal, part by part. */
export class Cleaner {
  readonly #decoder = new TextDecoder();
  #begun = "";

  constructor(readonly isColoured: boolean) {}

  /** What may be written by now. */
  take(bytes: Uint8Array): string {
    return this.#clean(this.#decoder.decode(bytes, { stream: true }), false);
  }

  /** What remains at the end. */
  end(): string {
    const rest = this.#clean(this.#decoder.decode(), true);
    return this.isColoured ? `${rest}\x1b[0m` : rest;
  }

  #clean(text: string, isEnd: boolean): string {
    const all = this.#begun + text;
    this.#begun = isEnd ? "" : BEGUN_REGEXP.exec(all)?.[0] ?? "";
    return all.slice(0, all.length - this.#begun.length).replace(
      SPECIAL_REGEXP,
      (found) =>
        COLOUR.test(found) ? this.isColoured ? found : "" : printable(found),
    );
  }
}

/** Passes a stream on to its end. */
export async function relay(
  from: ReadableStream<Uint8Array>,
  to: Sink,
  isColoured: boolean,
): Promise<void> {
  const cleaner = new Cleaner(isColoured);
  for await (const bytes of from) write(to, cleaner.take(bytes));
  write(to, cleaner.end());
}

function write(to: Sink, text: string): void {
  let bytes = new TextEncoder().encode(text);
  // A pipe may take less than it was given.
  while (bytes.length > 0) bytes = bytes.subarray(to.writeSync(bytes));
}

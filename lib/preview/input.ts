/**
 * Reads HTTP from a connection: heads, and bodies by their framing. All bytes
 * go through one buffer, so that a body of any size takes no memory.
 *
 * @module
 */

import { Buffer } from "node:buffer";

/** How the end of a body is known. */
export type Framing =
  | { kind: "length"; bytes: number }
  | { kind: "chunked" }
  | { kind: "end" };

/** What came is not HTTP, or is too much of it. */
export class HttpFault extends Error {
  /** @param status What a client is told */
  constructor(readonly status: 400 | 431 | 501, message: string) {
    super(message);
  }
}

/** As Passenger has it. */
const HEAD_LIMIT = 80 * 1_024;
const BUFFER_SIZE = 96 * 1_024;

/** The bytes that come in on a connection. */
export class Input {
  readonly #source: Pick<Deno.Conn, "read">;
  readonly #buffer = new Uint8Array(BUFFER_SIZE);
  #start = 0;
  #end = 0;
  #filling: Promise<boolean> | undefined;

  constructor(source: Pick<Deno.Conn, "read">) {
    this.#source = source;
  }

  /** All before an empty line; undefined where the connection ends before. */
  async head(): Promise<string | undefined> {
    let from = 0;
    while (true) {
      const pending = this.#buffer.subarray(this.#start, this.#end);
      const size = findEmptyLine(pending, from);
      if (size !== undefined) {
        this.#start += size.next;
        return Buffer.from(pending.subarray(0, size.end)).toString("latin1");
      }
      if (pending.length > HEAD_LIMIT) {
        throw new HttpFault(431, "The head is too long");
      }
      from = Math.max(0, pending.length - 3);
      if (!await this.#fill()) return undefined;
    }
  }

  /** The next bytes, good until the next call; empty at the end. */
  async some(most: number): Promise<Uint8Array> {
    if (this.#start === this.#end && !await this.#fill()) {
      return new Uint8Array();
    }
    const end = Math.min(this.#end, this.#start + most);
    const part = this.#buffer.subarray(this.#start, end);
    this.#start = end;
    return part;
  }

  /** A line without its end. */
  async line(): Promise<string> {
    let text = "";
    while (text.length < HEAD_LIMIT) {
      const part = await this.some(1);
      if (part.length === 0) break;
      if (part[0] === 0x0a) return text.replace(/\r$/, "");
      text += String.fromCharCode(part[0]!);
    }
    throw new HttpFault(400, "A line has no end");
  }

  /** Settles when the other side has left, or sends more than was taken. */
  async hasEnded(): Promise<boolean> {
    return this.#start === this.#end && !await this.#fill();
  }

  /** Takes in more; false at the end. */
  #fill(): Promise<boolean> {
    // Two reads at once would share the bytes among them.
    this.#filling ??= this.#read().finally(() => this.#filling = undefined);
    return this.#filling;
  }

  async #read(): Promise<boolean> {
    if (this.#start === this.#end) this.#start = this.#end = 0;
    else if (this.#end === BUFFER_SIZE) {
      this.#buffer.copyWithin(0, this.#start, this.#end);
      this.#end -= this.#start;
      this.#start = 0;
    }
    try {
      const count = await this.#source.read(this.#buffer.subarray(this.#end));
      this.#end += count ?? 0;
      return count !== null;
    } catch {
      return false; // The other side has cut it off, or we have closed it.
    }
  }
}

/**
 * Gives a body part by part; each is good until the next is asked for.
 *
 * @throws {HttpFault} when it is cut off or malformed
 */
export async function* readBody(
  input: Input,
  framing: Framing,
): AsyncGenerator<Uint8Array> {
  if (framing.kind === "length") {
    yield* readBytes(input, framing.bytes);
    return;
  }
  if (framing.kind === "end") {
    while (true) {
      const part = await input.some(Infinity);
      if (part.length === 0) return;
      yield part;
    }
  }
  while (true) {
    const line = await input.line();
    const size = /^[0-9a-f]{1,12}(?=\s*(;|$))/i.exec(line)?.[0];
    if (size === undefined) throw new HttpFault(400, "Not a chunk");
    if (/^0+$/.test(size)) break;
    yield* readBytes(input, parseInt(size, 16));
    if (await input.line() !== "") throw new HttpFault(400, "Not a chunk");
  }
  while (await input.line() !== "");
}

async function* readBytes(
  input: Input,
  bytes: number,
): AsyncGenerator<Uint8Array> {
  for (let left = bytes; left > 0;) {
    const part = await input.some(left);
    if (part.length === 0) throw new HttpFault(400, "The body is cut off");
    left -= part.length;
    yield part;
  }
}

/** Where a head ends, and where what follows it begins. */
function findEmptyLine(
  bytes: Uint8Array,
  from: number,
): { end: number; next: number } | undefined {
  for (let at = bytes.indexOf(0x0a, from); at >= 0;) {
    const next = bytes[at + 1] === 0x0d ? at + 2 : at + 1;
    if (bytes[next] === 0x0a) {
      return { end: bytes[at - 1] === 0x0d ? at - 1 : at, next: next + 1 };
    }
    at = bytes.indexOf(0x0a, at + 1);
  }
}

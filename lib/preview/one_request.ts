/**
 * One request to the socket of a host, and its whole answer.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { Input, readBody } from "./input.ts";
import { encodeVariables, parseResponseHead } from "./session.ts";

/** An answer as it came. */
export interface WholeAnswer {
  status: number;
  headers: [name: string, value: string][];
  body: Uint8Array;
}

/** What is asked, and how long an answer may take. */
export interface Asked {
  /** Variables of the request: `REQUEST_METHOD` and so on. */
  variables: Readonly<Record<string, string>>;
  timeoutMs: number;
}

/**
 * Asks a host.
 *
 * @param socket Path of its socket
 * @throws {Error} Where no whole answer comes
 */
export async function askOnce(
  socket: string,
  { variables, timeoutMs }: Asked,
): Promise<WholeAnswer> {
  const line = await Deno.connect({ transport: "unix", path: socket });
  let isOpen = true;
  const hangUp = () => {
    if (isOpen) line.close();
    isOpen = false;
  };
  const overdue = setTimeout(hangUp, timeoutMs);
  try {
    const block = encodeVariables(variables);
    for (let sent = 0; sent < block.length;) {
      sent += await line.write(block.subarray(sent));
    }
    const input = new Input(line);
    const text = await input.head();
    if (text === undefined) throw new Error("no answer came");
    const method = variables.REQUEST_METHOD ?? "GET";
    const { status, headers, framing } = parseResponseHead(text, method);
    const parts: Uint8Array[] = [];
    for await (const part of readBody(input, framing)) parts.push(part.slice());
    return { status, headers, body: Buffer.concat(parts) };
  } finally {
    clearTimeout(overdue);
    hangUp();
  }
}

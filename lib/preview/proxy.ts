/**
 * Passes HTTP requests on to a worker over the session protocol: what
 * Passenger's core does, for `serve`.
 *
 * @module
 */

import type { Visit } from "./http_server.ts";
import { HttpFault, Input, readBody } from "./input.ts";
import {
  encodeRequest,
  parseResponseHead,
  type ResponseHead,
} from "./session.ts";
import type { Spool } from "./spool.ts";

/** Where a request goes. */
export interface ProxyTarget {
  /** Path of the worker's socket. */
  socket: string;
  password?: string;
  /** Requests at once; more wait here. */
  concurrency: number;
}

/** Passes requests on; `false` when no connection could be made. */
export type Proxy = (visit: Visit) => Promise<boolean>;

/** How long it takes at most to see that a worker has died. */
const NOTICE_MS = 50;
const PART_SIZE = 64 * 1_024;

/** Creates a proxy to one worker. */
export function createProxy(target: ProxyTarget): Proxy {
  const waiting: (() => void)[] = [];
  let busy = 0;

  /** A worker serves that many connections at once, and no more. */
  async function enter() {
    if (busy >= target.concurrency) {
      await new Promise<void>((go) => waiting.push(go));
    } else busy++;
  }

  function leave() {
    const next = waiting.shift();
    if (next) next();
    else busy--;
  }

  return async (visit) => {
    await enter();
    try {
      // The visitor may have left while others were served.
      if (visit.left.aborted) return true;
      const line = await open(target.socket);
      if (!line) return false;
      await exchange(visit, line, target.password);
      return true;
    } finally {
      leave();
    }
  };
}

async function open(path: string): Promise<Deno.Conn | undefined> {
  try {
    return await Deno.connect({ transport: "unix", path });
  } catch {
    return undefined;
  }
}

/**
 * One request and its answer; settles when the worker has no more to do with
 * it, though the visitor may still read.
 */
async function exchange(
  visit: Visit,
  line: Deno.Conn,
  password: string | undefined,
): Promise<void> {
  let isOpen = true;
  const hangUp = () => {
    if (isOpen) line.close();
    isOpen = false;
  };
  visit.left.addEventListener("abort", hangUp);
  // An application need not take all, or anything, before it answers.
  const asked = ask(visit, line, password).catch(() => {});
  let out: Spool | undefined;
  try {
    const input = new Input(line);
    const head = await readHead(input, visit);
    if (!head) {
      await refuse(visit);
      return;
    }
    out = visit.begin(head);
    for await (const part of readBody(input, head.framing)) {
      if (!await out.write(part)) break;
    }
    out.end();
  } catch (error) {
    // What is not whole must be seen as cut.
    if (out) out.cut();
    else throw error;
  } finally {
    visit.left.removeEventListener("abort", hangUp);
    hangUp();
    await asked;
  }
}

async function ask(
  { body, request }: Visit,
  line: Deno.Conn,
  password: string | undefined,
): Promise<void> {
  await send(line, encodeRequest(request, password));
  const buffer = new Uint8Array(body.size > 0 ? PART_SIZE : 0);
  for (let left = body.size; left > 0;) {
    const count = await body.read(buffer);
    if (!count) return;
    left -= count;
    await send(line, buffer.subarray(0, count));
  }
}

async function send(line: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let rest = bytes; rest.length > 0;) {
    rest = rest.subarray(await line.write(rest));
  }
}

async function readHead(
  input: Input,
  { request }: Visit,
): Promise<ResponseHead | undefined> {
  try {
    const text = await input.head();
    return text === undefined
      ? undefined
      : parseResponseHead(text, request.method);
  } catch (error) {
    if (error instanceof HttpFault || error instanceof SyntaxError) return;
    throw error;
  }
}

async function refuse(visit: Visit): Promise<void> {
  if (visit.left.aborted) return;
  // A worker that dies takes connections for a moment more: whoever is told
  // asks again, and is to meet the next one.
  await new Promise((go) => setTimeout(go, NOTICE_MS));
  await visit.sendText(502, "The application ended before it answered.\n");
}

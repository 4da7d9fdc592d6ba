/**
 * Passes HTTP requests on to a worker over the session protocol: what
 * Passenger's core does, for `serve` and for hosts without a handoff.
 *
 * Layer 4. Runs on Node and Deno.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { IncomingMessage, ServerResponse } from "node:http";
import { connect, type Socket } from "node:net";
import {
  createDechunker,
  encodeRequest,
  parseResponseHead,
  type ResponseHead,
} from "./session.ts";

/** Where a request goes. */
export interface ProxyTarget {
  /** Path of the worker's socket. */
  socket: string;
  password?: string;
  /** Requests at once; more wait here. */
  concurrency: number;
  /** Name and port that the site is served under. */
  name: string;
  port: number;
}

/** Passes requests on; `false` when no connection could be made. */
export type Proxy = (
  request: IncomingMessage,
  response: ServerResponse,
) => Promise<boolean>;

const HEAD_LIMIT = 80 * 1_024;

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

  return async (request, response) => {
    await enter();
    try {
      const socket = await open(target.socket);
      if (!socket) return false;
      await exchange(request, response, socket, target);
      return true;
    } finally {
      leave();
    }
  };
}

function open(path: string): Promise<Socket | undefined> {
  return new Promise((settle) => {
    const socket = connect(path);
    socket.once("connect", () => settle(socket));
    socket.once("error", () => settle(undefined));
  });
}

/** One request and its answer; settles when both sides are done with it. */
function exchange(
  request: IncomingMessage,
  response: ServerResponse,
  socket: Socket,
  target: ProxyTarget,
): Promise<void> {
  return new Promise((settle) => {
    const reader = createReader(request, response, () => socket.destroy());
    socket.on("data", (bytes: Buffer) => {
      if (reader.take(bytes)) return;
      // The visitor reads more slowly than the application writes.
      socket.pause();
      response.once("drain", () => socket.resume());
    });
    socket.on("error", () => socket.destroy());
    socket.on("end", () => socket.destroy());
    socket.on("close", () => {
      reader.end();
      settle();
    });
    response.on("close", () => socket.destroy());
    socket.write(encodeRequest(request, target));
    sendBody(request, socket);
  });
}

function sendBody(request: IncomingMessage, socket: Socket) {
  const chunked = request.headers["transfer-encoding"] !== undefined;
  if (!chunked && !Number(request.headers["content-length"] ?? 0)) {
    request.resume();
    return;
  }
  request.on("data", (chunk: Buffer) => {
    // Node has taken the framing off; the worker was told that it is there.
    if (chunked) socket.write(chunk.length.toString(16) + "\r\n");
    const roomy = socket.write(chunk);
    if (chunked) socket.write("\r\n");
    if (roomy) return;
    request.pause();
    socket.once("drain", () => request.resume());
  });
  request.on("end", () => {
    if (chunked) socket.write("0\r\n\r\n");
    socket.end();
  });
}

/** Reads an answer piece by piece and passes it on. */
interface Reader {
  /** Takes the next bytes; false when the visitor cannot take more now. */
  take(bytes: Buffer): boolean;
  /** The worker sends no more. */
  end(): void;
}

/** @param done Called when the answer is complete, or is none */
function createReader(
  request: IncomingMessage,
  response: ServerResponse,
  done: () => void,
): Reader {
  let before = Buffer.alloc(0);
  let head: ResponseHead | undefined;
  let left = 0;
  const dechunk = createDechunker();

  function takeHead(bytes: Buffer): Buffer | undefined {
    before = Buffer.concat([before, bytes]);
    const end = before.indexOf("\r\n\r\n");
    if (end < 0) {
      if (before.length > HEAD_LIMIT) throw new SyntaxError("Head too long");
      return undefined;
    }
    head = parseResponseHead(
      before.toString("latin1", 0, end),
      request.method ?? "GET",
    );
    if (head.framing.kind === "length") left = head.framing.bytes;
    response.writeHead(head.status, head.reason, head.headers.flat());
    return before.subarray(end + 4);
  }

  function takeBody(bytes: Buffer): boolean {
    const { kind } = head!.framing;
    if (kind === "end") return bytes.length === 0 || response.write(bytes);
    if (kind === "length") {
      const part = bytes.subarray(0, left);
      left -= part.length;
      const roomy = part.length === 0 || response.write(part);
      if (left === 0) complete();
      return roomy;
    }
    const { data, ended } = dechunk(bytes);
    const roomy = data.map((part) => response.write(part)).every(Boolean);
    if (ended) complete();
    return roomy;
  }

  function complete() {
    response.end();
    done();
  }

  function take(bytes: Buffer): boolean {
    try {
      const rest = head ? bytes : takeHead(bytes);
      return rest === undefined ? true : takeBody(rest);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      done();
      return true;
    }
  }

  function end() {
    if (response.writableEnded || response.destroyed) return;
    // Without framing the end is the end; any other must be seen as a cut.
    if (head?.framing.kind === "end") response.end();
    else if (head) response.destroy();
    else {
      response.writeHead(502, {
        "Content-Type": "text/plain; charset=utf-8",
        "Connection": "close",
      });
      response.end("The application ended before it answered.\n");
    }
  }

  return { take, end };
}

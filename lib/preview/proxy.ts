/**
 * Passes HTTP requests on to a worker over the session protocol: what
 * Passenger's core does, for `serve`.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { connect, type Socket } from "node:net";
import { Readable } from "node:stream";
import type { HttpRequest, HttpResponse } from "../start/http_message.ts";
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
}

/** Passes requests on; `false` when no connection could be made. */
export type Proxy = (
  request: HttpRequest,
  response: HttpResponse,
) => Promise<boolean>;

const HEAD_LIMIT = 80 * 1_024;
/** How long it takes at most to see that a worker has died. */
const NOTICE_MS = 50;

/**
 * Sockets are paused as any stream is. The way that Deno's sockets have of
 * their own can let two reads fill one buffer: some bytes come twice, and
 * others never.
 */
const anyStream = Readable.prototype;

/** A connection to the worker, for one request after the other. */
interface Line {
  socket: Socket;
  /** Of the request that is under way. */
  user?: {
    /** Takes bytes of the answer. */
    take(bytes: Buffer): void;
    /** The connection is closed. */
    end(): void;
  };
}

/** Creates a proxy to one worker. */
export function createProxy(target: ProxyTarget): Proxy {
  const waiting: (() => void)[] = [];
  let kept: Line[] = [];
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
      // The visitor may have left while others were served.
      if (response.destroyed) return true;
      kept = kept.filter(({ socket }) => !socket.destroyed);
      const line = kept.pop() ?? await open(target.socket);
      if (!line) return false;
      if (await exchange(request, response, line, target)) kept.push(line);
      return true;
    } finally {
      leave();
    }
  };
}

function open(path: string): Promise<Line | undefined> {
  return new Promise((settle) => {
    const socket = connect(path);
    const line: Line = { socket };
    socket.once("connect", () => settle(line));
    socket.on("data", (bytes: Buffer) => {
      if (line.user) line.user.take(bytes);
      else socket.destroy();
    });
    socket.on("end", () => socket.destroy());
    socket.on("error", () => {
      socket.destroy();
      settle(undefined);
    });
    socket.on("close", () => line.user?.end());
  });
}

/**
 * One request and its answer; settles when both sides are done with it, and
 * tells whether the connection is good for another.
 */
function exchange(
  request: HttpRequest,
  response: HttpResponse,
  line: Line,
  target: ProxyTarget,
): Promise<boolean> {
  return new Promise((settle) => {
    const { socket } = line;
    const reader = createReader(request, response, (isKept) => {
      if (!isKept) return leave();
      line.user = undefined;
      anyStream.resume.call(socket);
      settle(true);
    });
    const user: Line["user"] = line.user = {
      take(bytes) {
        const isRoomy = reader.take(bytes);
        // The visitor may read more slowly than the application writes.
        if (!isRoomy && line.user === user) anyStream.pause.call(socket);
      },
      end() {
        line.user = undefined;
        reader.end();
        // What is left of an upload that nobody reads.
        request.resume();
        settle(false);
      },
    };
    const leave = () => {
      if (line.user === user) socket.destroy();
    };
    response.on("drain", () => {
      if (line.user === user) anyStream.resume.call(socket);
    });
    // A visitor who leaves is told to one or the other, by the moment.
    response.on("close", leave);
    response.on("error", leave);
    request.on("aborted", leave);
    request.on("error", leave);
    socket.write(encodeRequest(request, target.password));
    sendBody(request, socket);
  });
}

/**
 * Sends the body. The worker knows by its framing where it ends: a half-close
 * after it would say nothing new, and Deno ends both halves.
 */
function sendBody(request: HttpRequest, socket: Socket) {
  const isChunked = request.headers["transfer-encoding"] !== undefined;
  if (!isChunked && !Number(request.headers["content-length"] ?? 0)) {
    request.resume();
    return;
  }
  socket.on("drain", () => request.resume());
  request.on("data", (chunk: Buffer) => {
    if (socket.destroyed) return;
    // Node has taken the framing off; the worker was told that it is there.
    if (isChunked) socket.write(chunk.length.toString(16) + "\r\n");
    const isRoomy = socket.write(chunk);
    if (isChunked) socket.write("\r\n");
    if (!isRoomy) request.pause();
  });
  request.on("end", () => {
    if (isChunked && !socket.destroyed) socket.write("0\r\n\r\n");
  });
}

/** Reads an answer piece by piece and passes it on. */
interface Reader {
  /** Takes the next bytes; false when the visitor cannot take more now. */
  take(bytes: Buffer): boolean;
  /** The worker sends no more. */
  end(): void;
}

/**
 * @param done Called when the answer is complete, or is none; told whether the
 *   worker keeps the connection
 */
function createReader(
  request: HttpRequest,
  response: HttpResponse,
  done: (isKept: boolean) => void,
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
    const text = before.toString("latin1", 0, end);
    const read = parseResponseHead(text, request.method ?? "GET");
    response.writeHead(read.status, read.reason, read.headers.flat());
    head = read;
    if (head.framing.kind === "length") left = head.framing.bytes;
    return before.subarray(end + 4);
  }

  function takeBody(bytes: Buffer): boolean {
    const { kind } = head!.framing;
    if (kind === "end") return bytes.length === 0 || response.write(bytes);
    if (kind === "length") {
      const part = bytes.subarray(0, left);
      left -= part.length;
      if (left === 0) complete(part.length > 0 ? part : undefined);
      else if (part.length > 0) return response.write(part);
      return true;
    }
    const { data, ended } = dechunk(bytes);
    const roomy = data.map((part) => response.write(part)).every(Boolean);
    if (ended) complete();
    return roomy;
  }

  function complete(last?: Buffer) {
    response.end(last);
    done(head!.isKept);
  }

  function take(bytes: Buffer): boolean {
    try {
      const rest = head ? bytes : takeHead(bytes);
      return rest === undefined ? true : takeBody(rest);
    } catch {
      // It cannot be read, or not be passed on.
      done(false);
      return true;
    }
  }

  function end() {
    if (response.writableEnded || response.destroyed) return;
    // Without framing the end is the end; any other must be seen as a cut,
    // for which Deno wants to be given an error.
    if (head?.framing.kind === "end") response.end();
    else if (head) response.destroy(new Error("The answer is cut off"));
    // A worker that dies takes connections for a moment more: whoever is
    // told asks again, and is to meet the next one.
    else setTimeout(refuse, NOTICE_MS);
  }

  function refuse() {
    if (response.destroyed) return;
    response.writeHead(502, "Bad Gateway", [
      ...["Content-Type", "text/plain; charset=utf-8"],
      ...["Connection", "close"],
    ]);
    response.end("The application ended before it answered.\n");
  }

  return { take, end };
}

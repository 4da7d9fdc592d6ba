/**
 * The HTTP server of `serve`, which gives an application what Passenger gives
 * it behind Apache: bodies of any method, once they are whole; no compression;
 * an answer that a slow visitor reads while others are served.
 *
 * Deno's own servers keep the body of a GET to themselves, compress, and reset
 * the connection of a visitor who is answered early.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { STATUS_CODES } from "node:http";
import type { Page } from "../pages/page.ts";
import type { Listen } from "../start/page_server.ts";
import { type Framing, HttpFault, Input, readBody } from "./input.ts";
import type { HttpRequest, ResponseHead } from "./session.ts";
import { Spool } from "./spool.ts";

/** Answers a visit; it is over when it settles. */
export type Answer = (visit: Visit) => Promise<void>;

/** How a server is set up. */
export interface ServerOptions {
  /** Where bodies that nobody takes yet may wait, as files. */
  folder: string;
  answer: Answer;
  /** Told of what went wrong with a visit, other than by its visitor. */
  onFault: (error: unknown) => void;
}

/** A server that listens. */
export interface HttpServer {
  /** Of TCP. */
  port: number;
  /** Ends all connections, and listens no more. */
  stop(): Promise<void>;
  /** Listens no more; settles when all visitors have their answers. */
  finish(): Promise<void>;
}

/** How much is read of the answer, and sent, at once. */
const PART_SIZE = 64 * 1_024;
/** Room for the size of a chunk before it, and for the end of its line. */
const CHUNK_HEAD_SIZE = 10;

/** How long a visitor may go on sending who has been refused. */
const LINGER_MS = 2_000;

const encoder = new TextEncoder();

/**
 * Listens, and answers.
 *
 * @throws {Error} when it cannot listen there
 */
export function serveHttp(
  where: { hostname: string; port: number } | { path: string },
  options: ServerOptions,
): HttpServer {
  const listener: Deno.Listener = "path" in where
    ? Deno.listen({ transport: "unix", path: where.path })
    : Deno.listen(where);
  const address = listener.addr as Deno.NetAddr;
  const visitors = new Map<Deno.Conn, Promise<void>>();
  const accepting = accept();

  async function accept() {
    while (true) {
      let connection: Deno.Conn;
      try {
        connection = await listener.accept();
      } catch (error) {
        if (error instanceof Deno.errors.BadResource) return;
        // Out of descriptors, mostly: others are about to leave.
        options.onFault(error);
        await new Promise((go) => setTimeout(go, 100));
        continue;
      }
      visitors.set(
        connection,
        serveVisitor(connection, address.port, options)
          .catch(options.onFault)
          .finally(() => visitors.delete(connection)),
      );
    }
  }

  async function finish() {
    listener.close();
    await accepting;
    await Promise.all(visitors.values());
  }

  return {
    port: address.port,
    finish,
    async stop() {
      const finished = finish();
      for (const connection of visitors.keys()) close(connection);
      await finished;
    },
  };
}

/** Listens on a Unix socket, to answer with pages; for want of Node. */
export const listenOnSocket: Listen = (path, makePage) => {
  const server = serveHttp({ path }, {
    folder: "/tmp",
    answer: (visit) => visit.sendPage(makePage(visit.request.headers.accept)),
    onFault() {},
  });
  return Promise.resolve({ close: () => server.finish() });
};

/** Answers one request of a connection after the other. */
async function serveVisitor(
  connection: Deno.Conn,
  port: number,
  options: ServerOptions,
): Promise<void> {
  const input = new Input(connection);
  try {
    if ("setNoDelay" in connection) (connection as Deno.TcpConn).setNoDelay();
    while (true) {
      const head = await input.head();
      if (head === undefined) return;
      const remote = connection.remoteAddr as Deno.NetAddr;
      const { request, framing } = parseRequest(head, {
        remoteAddress: remote.hostname,
        remotePort: remote.port,
        localPort: port,
      });
      using body = new Spool(options.folder, Infinity);
      if (/^100-continue$/i.test(request.headers.expect ?? "")) {
        await send(connection, "HTTP/1.1 100 Continue\r\n\r\n");
      }
      for await (const part of readBody(input, framing)) await body.write(part);
      body.end();
      if (framing.kind === "chunked") tellLength(request, body.size);
      using visit = new Visit(connection, request, body, options.folder);
      const watching = input.hasEnded().then((hasLeft) => {
        if (hasLeft) visit.leave();
      });
      await options.answer(visit);
      if (!await visit.finished()) return;
      void watching;
    }
  } catch (error) {
    if (error instanceof HttpFault) await refuse(connection, input, error);
    else if (!isOfVisitor(error)) throw error;
  } finally {
    close(connection);
  }
}

/** A request, its body, and the way to its answer. */
export class Visit {
  readonly request: HttpRequest;
  /** The whole of it. */
  readonly body: Spool;
  readonly #connection: Deno.Conn;
  readonly #answer: Spool;
  readonly #left = new AbortController();
  #sending: Promise<boolean> | undefined;

  constructor(
    connection: Deno.Conn,
    request: HttpRequest,
    body: Spool,
    folder: string,
  ) {
    this.#connection = connection;
    this.request = request;
    this.body = body;
    this.#answer = new Spool(folder);
  }

  /** The visitor does not wait any more. */
  get left(): AbortSignal {
    return this.#left.signal;
  }

  /** Begins the answer; its body is written to what this returns. */
  begin(head: ResponseHead): Spool {
    this.#sending = this.#send(head).catch((error) => {
      this.leave();
      if (isOfVisitor(error)) return false;
      throw error;
    });
    // Whoever asks for the end of it hears of an error.
    this.#sending.catch(() => {});
    return this.#answer;
  }

  /** Answers with a sentence, for want of a page. */
  sendText(status: number, body: string): Promise<void> {
    const headers = { "Content-Type": "text/plain; charset=utf-8" };
    return this.sendPage({ status, headers, body });
  }

  /** Answers with a page. */
  async sendPage({ status, headers, body }: Page): Promise<void> {
    const bytes = encoder.encode(body);
    const isHead = this.request.method === "HEAD";
    const out = this.begin({
      status,
      reason: STATUS_CODES[status] ?? "",
      headers: [
        ...Object.entries(headers),
        ["Content-Length", String(bytes.length)],
        // A kept connection would outlive this server and meet nobody.
        ["Connection", "close"],
      ],
      framing: { kind: "length", bytes: isHead ? 0 : bytes.length },
    });
    if (!isHead) await out.write(bytes);
    out.end();
  }

  /** Takes note that the visitor is gone. */
  leave(): void {
    this.#answer.cut();
    this.#left.abort();
  }

  /** Settles when all is sent; true when another request may follow. */
  async finished(): Promise<boolean> {
    return await this.#sending ?? false;
  }

  /** Gives back what the answer has taken. */
  [Symbol.dispose](): void {
    this.#answer[Symbol.dispose]();
  }

  async #send(head: ResponseHead): Promise<boolean> {
    const { headers, framing } = head;
    const isOld = this.request.httpVersion === "1.0";
    const isChunked = framing.kind !== "length" && !isOld;
    const isLast = isOld ||
      /\bclose\b/i.test(this.request.headers.connection ?? "") ||
      headers.some(([name, value]) =>
        /^connection$/i.test(name) && /\bclose\b/i.test(value)
      );
    const lines = [
      `HTTP/1.1 ${head.status} ${head.reason}`,
      ...headers.filter(([name]) => !/^connection$/i.test(name))
        .map(([name, value]) => `${name}: ${value}`),
      ...headers.some(([name]) => /^date$/i.test(name))
        ? []
        : [`Date: ${new Date().toUTCString()}`],
      ...isChunked ? ["Transfer-Encoding: chunked"] : [],
      ...isLast ? ["Connection: close"] : [],
    ];
    await send(this.#connection, lines.join("\r\n") + "\r\n\r\n");
    const buffer = new Uint8Array(CHUNK_HEAD_SIZE + PART_SIZE + 2);
    while (true) {
      const count = await this.#answer.read(
        buffer.subarray(CHUNK_HEAD_SIZE, CHUNK_HEAD_SIZE + PART_SIZE),
      );
      if (count === undefined) return false;
      if (count === 0) break;
      await sendAll(
        this.#connection,
        isChunked
          ? asChunk(buffer, count)
          : buffer.subarray(CHUNK_HEAD_SIZE, CHUNK_HEAD_SIZE + count),
      );
    }
    if (isChunked) await send(this.#connection, "0\r\n\r\n");
    return !isLast;
  }
}

/** Puts the size before bytes that stand in a buffer, and an end after them. */
function asChunk(buffer: Uint8Array, count: number): Uint8Array {
  const head = encoder.encode(`${count.toString(16)}\r\n`);
  const start = CHUNK_HEAD_SIZE - head.length;
  buffer.set(head, start);
  buffer.set([0x0d, 0x0a], CHUNK_HEAD_SIZE + count);
  return buffer.subarray(start, CHUNK_HEAD_SIZE + count + 2);
}

/** @throws {HttpFault} when it is no request that can be answered */
function parseRequest(
  head: string,
  socket: HttpRequest["socket"],
): { request: HttpRequest; framing: Framing } {
  const [first, ...rest] = head.replace(/^[\r\n]+/, "").split(/\r?\n/);
  const line = /^([A-Z0-9!#$%&'*+.^_`|~-]+) ([!-~]+) HTTP\/(1\.[01])$/i
    .exec(first ?? "");
  if (!line) throw new HttpFault(400, "Not a request");
  const rawHeaders = rest.flatMap((header) => {
    const parts = /^([A-Z0-9!#$%&'*+.^_`|~-]+):[ \t]*(.*?)[ \t]*$/i
      .exec(header);
    // deno-lint-ignore no-control-regex
    if (!parts || /[\0-\x08\x0a-\x1f\x7f]/.test(parts[2]!)) {
      throw new HttpFault(400, "Not a header");
    }
    return [parts[1]!, parts[2]!];
  });
  const headers: Record<string, string> = {};
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!.toLowerCase();
    const before = Object.hasOwn(headers, name) ? `${headers[name]}, ` : "";
    headers[name] = before + rawHeaders[at + 1];
  }
  if (line[3] === "1.1" && headers.host === undefined) {
    throw new HttpFault(400, "No Host");
  }
  return {
    request: {
      method: line[1]!,
      url: line[2]!,
      httpVersion: line[3]!,
      headers,
      rawHeaders,
      socket,
    },
    framing: framingOf(headers),
  };
}

/** As Passenger does, which knows the length of what it has kept. */
function tellLength(request: HttpRequest, size: number): void {
  request.headers["content-length"] = String(size);
  const at = request.rawHeaders.findIndex((name, index) =>
    index % 2 === 0 && /^transfer-encoding$/i.test(name)
  );
  request.rawHeaders.splice(at, 2);
}

function framingOf(headers: Record<string, string>): Framing {
  const length = headers["content-length"];
  const encoding = headers["transfer-encoding"];
  if (encoding !== undefined) {
    if (length !== undefined) throw new HttpFault(400, "Two lengths");
    if (!/^chunked$/i.test(encoding)) throw new HttpFault(501, "Not chunked");
    return { kind: "chunked" };
  }
  if (length === undefined) return { kind: "length", bytes: 0 };
  if (!/^\d{1,15}$/.test(length)) throw new HttpFault(400, "Not a length");
  return { kind: "length", bytes: Number(length) };
}

async function refuse(
  connection: Deno.Conn,
  input: Input,
  { status, message }: HttpFault,
) {
  const body = `${message}.\n`;
  try {
    await send(
      connection,
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n` +
        "Content-Type: text/plain; charset=utf-8\r\n" +
        `Content-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
    );
    // With bytes that nobody has read, closing would take back the answer.
    const late = setTimeout(() => close(connection), LINGER_MS);
    await (connection as Deno.TcpConn).closeWrite();
    while ((await input.some(Infinity)).length > 0);
    clearTimeout(late);
  } catch (error) {
    if (!isOfVisitor(error)) throw error;
  }
}

function send(connection: Deno.Conn, text: string): Promise<void> {
  // A character is a byte.
  return sendAll(connection, Buffer.from(text, "latin1"));
}

async function sendAll(connection: Deno.Conn, bytes: Uint8Array) {
  for (let rest = bytes; rest.length > 0;) {
    rest = rest.subarray(await connection.write(rest));
  }
}

/** A visitor may leave at any time, and so may we. */
function isOfVisitor(error: unknown): boolean {
  return error instanceof Deno.errors.BrokenPipe ||
    error instanceof Deno.errors.ConnectionReset ||
    error instanceof Deno.errors.ConnectionAborted ||
    error instanceof Deno.errors.TimedOut ||
    error instanceof Deno.errors.Interrupted ||
    error instanceof Deno.errors.BadResource;
}

function close(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch {
    // It is closed.
  }
}

/**
 * The HTTP server of `serve`: Deno's own, whose requests and answers are made
 * to look like Node's. Deno's `node:http` takes whatever it is given and never
 * says that a visitor reads slowly, so that all of an answer would pile up in
 * memory.
 *
 * @module
 */

import { Readable, Writable } from "node:stream";
import type { HttpRequest, HttpResponse } from "../start/http_message.ts";
import type { Listen } from "../start/page_server.ts";

/** Answers a request, now or later. */
export type Handler = (
  request: HttpRequest,
  response: HttpResponse,
) => Promise<void>;

/** A server that listens. */
export interface HttpServer {
  port: number;
  /** Ends all connections, and listens no more. */
  stop(): Promise<void>;
}

/** An answer with one of these has no body (Fetch, "null body status"). */
const BODILESS = new Set([101, 103, 204, 205, 304]);

/**
 * Listens, and answers.
 *
 * @throws {Error} when it cannot listen there
 */
export function serveHttp(
  where: { hostname: string; port: number },
  answer: Handler,
): HttpServer {
  const stopping = new AbortController();
  const server: Deno.HttpServer<Deno.NetAddr> = Deno.serve(
    { ...where, signal: stopping.signal, onListen() {} },
    (request, { remoteAddr: { hostname, port } }) =>
      answered(request, answer, {
        remoteAddress: hostname,
        remotePort: port,
        localPort: server.addr.port,
      }),
  );
  return {
    port: server.addr.port,
    async stop() {
      stopping.abort();
      await server.finished;
    },
  };
}

/** Listens on a Unix socket; Deno's `node:http` cannot. */
export const listenOnSocket: Listen = (path, answer) => {
  const server = Deno.serve(
    { path, onListen() {} },
    (request) =>
      answered(request, (asked, response) => {
        answer(asked, response);
        return Promise.resolve();
      }, {}),
  );
  return Promise.resolve({ close: () => server.shutdown() });
};

function answered(
  request: Request,
  answer: Handler,
  socket: HttpRequest["socket"],
): Promise<Response> {
  return new Promise((send, fail) => {
    const response = new ServedResponse(send);
    // The visitor leaves, or has it all.
    request.signal.addEventListener("abort", () => response.destroy());
    answer(lookLikeNode(request, socket), response).catch(fail);
  });
}

function lookLikeNode(
  request: Request,
  socket: HttpRequest["socket"],
): HttpRequest {
  const { body, method, url } = request;
  // Deno keeps the body of a GET to itself: nobody must wait for it.
  const headers = [...request.headers].filter(([name]) =>
    body || !/^(content-length|transfer-encoding)$/.test(name)
  );
  const readable = body
    ? Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0])
    : new Readable({ read: () => readable.push(null) });
  // Node tells of a visitor who leaves only where somebody listens.
  readable.on("error", () => {});
  return Object.assign(readable, {
    method,
    // Without scheme and host.
    url: url.slice(url.indexOf("/", "https://".length)),
    headers: Object.fromEntries(headers),
    rawHeaders: headers.flat(),
    socket,
  });
}

/** An answer that takes more when the visitor has read what it has. */
class ServedResponse extends Writable implements HttpResponse {
  readonly #send: (response: Response) => void;
  #head: ResponseInit & { status: number } = { status: 200 };
  #body: ReadableStreamDefaultController<Uint8Array> | undefined;
  /** Called when there is room for more. */
  #more: (() => void) | undefined;

  constructor(send: (response: Response) => void) {
    super();
    this.#send = send;
  }

  writeHead(status: number, statusText: string, headers: string[]): this {
    if (status < 200 || status > 599) {
      throw new RangeError(`Deno cannot send the status ${status}`);
    }
    const pairs = headers.flatMap((name, at): [string, string][] =>
      at % 2 === 0 ? [[name, headers[at + 1]!]] : []
    );
    this.#head = { status, statusText, headers: pairs };
    return this;
  }

  override _write(bytes: Uint8Array, _encoding: string, more: () => void) {
    if (BODILESS.has(this.#head.status)) return more();
    this.#body ??= this.#begin();
    this.#more = more;
    this.#body.enqueue(bytes);
  }

  override _final(done: () => void) {
    if (this.#body) this.#body.close();
    else this.#send(new Response(null, this.#head));
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error) => void) {
    // What is not whole must be seen as cut.
    if (!this.writableFinished && !BODILESS.has(this.#head.status)) {
      this.#body ??= this.#begin();
      this.#body.error(error ?? new Error("The visitor has left"));
    }
    done();
  }

  #begin(): ReadableStreamDefaultController<Uint8Array> {
    let body: ReadableStreamDefaultController<Uint8Array>;
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => {
        body = controller;
      },
      pull: () => {
        const more = this.#more;
        this.#more = undefined;
        more?.();
      },
      cancel: () => {
        this.destroy();
      },
    });
    this.#send(new Response(stream, this.#head));
    return body!;
  }
}

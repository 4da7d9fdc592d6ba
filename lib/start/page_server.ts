/**
 * An HTTP server whose every answer is a page: maintenance or an error.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { createServer, STATUS_CODES } from "node:http";
import type { Page } from "../pages/page.ts";
import type { HttpRequest, HttpResponse } from "./http_message.ts";

/** Answers a request. */
export type Answer = (request: HttpRequest, response: HttpResponse) => void;

/** A server that listens. */
export interface Listener {
  /** Takes no more requests; settles when all are answered. */
  close(): Promise<void>;
}

/** Listens on a Unix socket, by its absolute path. */
export type Listen = (path: string, answer: Answer) => Promise<Listener>;

/** Listens by Node's own server. */
export const listenOnSocket: Listen = (path, answer) => listen(path, answer);

/**
 * Listens where Passenger's Node loader wants it: it replaces `listen`, and
 * announces the first server.
 */
export function listenInLoader(answer: Answer): Promise<Listener> {
  return listen(0, answer);
}

async function listen(
  where: string | number,
  answer: Answer,
): Promise<Listener> {
  const server = createServer(answer);
  await new Promise<void>((ready) => server.listen(where, ready));
  return {
    close: () => new Promise((closed) => server.close(() => closed())),
  };
}

/** Sends a page and ends the connection. */
export function sendPage(
  request: HttpRequest,
  response: HttpResponse,
  page: Page,
): void {
  const body = new TextEncoder().encode(page.body);
  response.writeHead(page.status, STATUS_CODES[page.status] ?? "", [
    ...Object.entries(page.headers).flat(),
    ...["Content-Length", String(body.length)],
    // A kept connection would outlive this server and meet nobody.
    ...["Connection", "close"],
  ]);
  response.end(request.method === "HEAD" ? undefined : body);
}

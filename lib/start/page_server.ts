/**
 * An HTTP server whose every answer is a page: maintenance or an error.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import {
  createServer,
  type IncomingMessage,
  type ServerResponse,
  STATUS_CODES,
} from "node:http";
import type { Page } from "../pages/page.ts";

/** Makes the page for a request with this `Accept` header. */
export type MakePage = (accept: string | undefined) => Page;

/** A server that listens. */
export interface Listener {
  /** Takes no more requests; settles when all are answered. */
  close(): Promise<void>;
}

/** Listens on a Unix socket, by its absolute path. */
export type Listen = (path: string, makePage: MakePage) => Promise<Listener>;

/** Listens by Node's own server. */
export const listenOnSocket: Listen = (path, makePage) =>
  listen(path, makePage);

/**
 * Listens where Passenger's Node loader wants it: it replaces `listen`, and
 * announces the first server.
 */
export function listenInLoader(makePage: MakePage): Promise<Listener> {
  return listen(0, makePage);
}

async function listen(
  where: string | number,
  makePage: MakePage,
): Promise<Listener> {
  const server = createServer((request, response) => {
    // A client that is still sending would not read the answer.
    request.resume();
    sendPage(request, response, makePage(request.headers.accept));
  });
  await new Promise<void>((ready) => server.listen(where, ready));
  return {
    close: () => new Promise((closed) => server.close(() => closed())),
  };
}

/** Sends a page and ends the connection. */
function sendPage(
  request: IncomingMessage,
  response: ServerResponse,
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

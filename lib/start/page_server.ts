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
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from "node:http";
import type { HttpRequest, HttpResponse } from "./http_message.ts";
import type { Page } from "../pages/page.ts";

/** Creates the server; the caller listens. */
export function createPageServer(
  answer: (request: IncomingMessage, response: ServerResponse) => Page,
): Server {
  return createServer((request, response) => {
    // A client that is still sending would not read the answer.
    request.resume();
    sendPage(request, response, answer(request, response));
  });
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

/**
 * A request to a site, as a visitor's browser makes it; on demand also where
 * the certificate would not be accepted.
 *
 * @module
 */

import { request } from "node:http";
import { type AddressInfo, createServer, isIP } from "node:net";
import { Readable } from "node:stream";
import { connect } from "node:tls";
import type { Visit } from "../judge/outside.ts";

/** How a site is visited. */
export interface VisitOptions {
  headers: Record<string, string>;
  signal: AbortSignal;
  /** @default {"follow"} */
  redirect?: "follow" | "manual";
  /** No certificate is judged. @default {false} */
  isInsecure?: boolean;
}

const MOST_REDIRECTIONS = 20;

/**
 * Asks an address.
 *
 * @throws {Error} Where no answer comes
 */
export async function visit(url: URL, options: VisitOptions): Promise<Visit> {
  const { headers, signal, redirect = "follow" } = options;
  if (!options.isInsecure) {
    return await fetch(url, { headers, signal, redirect });
  }
  let next = url;
  for (let count = 0; count <= MOST_REDIRECTIONS; count++) {
    const answer = next.protocol === "https:"
      ? await visitUnjudged(next, options)
      : await fetch(next, { headers, signal, redirect: "manual" });
    const location = answer.headers.get("Location");
    const isElsewhere = answer.status >= 300 && answer.status < 400;
    if (redirect === "manual" || !isElsewhere || location === null) {
      return answer;
    }
    await answer.body?.cancel();
    if (!URL.canParse(location, next)) break;
    next = new URL(location, next);
  }
  throw new Error("it redirects without end");
}

/**
 * `fetch` judges every certificate, and so does `node:https` on Deno,
 * whatever it is told; `node:tls` does not. So the request goes through a
 * port of this machine, behind which the connection to the site is made.
 */
function visitUnjudged(url: URL, options: VisitOptions): Promise<Visit> {
  const { headers, signal } = options;
  const host = url.hostname.replace(/^\[|\]$/g, "");
  return new Promise((resolve, reject) => {
    function fail(error: Error) {
      server.close();
      reject(signal.aborted ? signal.reason : error);
    }

    const server = createServer((near) => {
      server.close();
      const far = connect({
        host,
        port: Number(url.port || 443),
        rejectUnauthorized: false,
        ...isIP(host) === 0 && { servername: host },
      });
      far.on("error", (error) => {
        fail(error);
        near.destroy();
      });
      near.on("error", () => far.destroy());
      near.pipe(far).pipe(near);
    });
    server.on("error", fail);
    server.listen(0, "127.0.0.1", () => {
      const asked = request({
        host: "127.0.0.1",
        port: (server.address() as AddressInfo).port,
        path: url.pathname + url.search,
        headers: { ...headers, Host: url.host, Connection: "close" },
        signal,
      }, (response) => {
        const told = new Headers();
        for (const [name, value] of Object.entries(response.headers)) {
          for (const one of [value].flat()) told.append(name, one ?? "");
        }
        resolve({
          url: url.href,
          status: response.statusCode ?? 0,
          headers: told,
          body: Readable.toWeb(response) as ReadableStream<Uint8Array>,
        });
      });
      asked.on("error", fail);
      asked.end();
    });
  });
}

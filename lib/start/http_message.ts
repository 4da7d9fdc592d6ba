/**
 * A request and its answer, as far as they are needed here: Node's own are
 * such, and so is what another HTTP server is made to look like.
 *
 * @module
 */

import type { Readable, Writable } from "node:stream";

/** A request; what is read of it is its body. */
export interface HttpRequest extends Readable {
  method?: string;
  url?: string;
  /** By their names in lower case. */
  headers: {
    accept?: string;
    host?: string;
    "content-length"?: string;
    "content-type"?: string;
    [name: string]: string | string[] | undefined;
  };
  /** Names and values in turns, as they came. */
  rawHeaders: string[];
  socket: { remoteAddress?: string; remotePort?: number; localPort?: number };
}

/** The answer to a request; what is written to it is its body. */
export interface HttpResponse extends Writable {
  /** @param headers Names and values in turns */
  writeHead(status: number, reason: string, headers: string[]): unknown;
}

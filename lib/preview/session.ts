/**
 * Passenger's session protocol as the side that asks: a request's head as a
 * block of variables, the answer's head and body from an HTTP response.
 *
 * Facts from Passenger's `Controller/SendRequest.cpp` and
 * `ForwardResponse.cpp`.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { Framing } from "./input.ts";

/** The head of a request, taken apart. */
export interface HttpRequest {
  method: string;
  url: string;
  httpVersion: string;
  /** By their names in lower case. */
  headers: Record<string, string>;
  /** Names and values in turns, as they came. */
  rawHeaders: string[];
  socket: { remoteAddress?: string; remotePort?: number; localPort?: number };
}

/** The head of a response, taken apart. */
export interface ResponseHead {
  status: number;
  reason: string;
  headers: [name: string, value: string][];
  framing: Framing;
}

const HOP_BY_HOP = new Set(["connection", "keep-alive", "transfer-encoding"]);

/**
 * The block of variables that begins a session: four bytes of length, then
 * names and values, each ended by a NUL.
 */
export function encodeRequest(
  request: HttpRequest,
  password?: string,
): Buffer {
  const asked = request.url;
  // A client may send a whole URL, as to a proxy; its host is then the host.
  const absolute = /^https?:\/\/([^/?#]*)/i.exec(asked);
  const url = absolute ? asked.slice(absolute[0].length) || "/" : asked;
  const query = url.indexOf("?");
  const path = query < 0 ? url : url.slice(0, query);
  const host = absolute?.[1] ?? request.headers.host;
  const [name, port] = splitHost(host);
  const variables: [string, string | undefined][] = [
    ["REQUEST_URI", url],
    // `OPTIONS *` has no path.
    ["PATH_INFO", path.startsWith("/") ? path : ""],
    ["SCRIPT_NAME", ""],
    ["QUERY_STRING", query < 0 ? "" : url.slice(query + 1)],
    ["REQUEST_METHOD", request.method],
    ["SERVER_NAME", name],
    ["SERVER_PORT", port ?? String(request.socket.localPort ?? 80)],
    ["SERVER_SOFTWARE", "wsgi-shim"],
    ["SERVER_PROTOCOL", "HTTP/1.1"],
    ["REMOTE_ADDR", request.socket.remoteAddress ?? "127.0.0.1"],
    ["REMOTE_PORT", String(request.socket.remotePort ?? 0)],
    ["CONTENT_TYPE", request.headers["content-type"]],
    ["CONTENT_LENGTH", contentLength(request)],
    ["PASSENGER_CONNECT_PASSWORD", password],
    ...headerVariables(request),
  ];
  return encodeVariables(Object.fromEntries(variables));
}

/** The block itself, of variables that have a value. */
export function encodeVariables(
  variables: Readonly<Record<string, string | undefined>>,
): Buffer {
  const text = Object.entries(variables)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}\0${value}\0`).join("");
  // Headers are read as Latin-1: a character is a byte.
  const body = Buffer.from(text, "latin1");
  const block = Buffer.alloc(4 + body.length);
  block.writeUInt32BE(body.length);
  body.copy(block, 4);
  return block;
}

/** As Passenger does, which leaves it out for an empty body. */
function contentLength(request: HttpRequest): string | undefined {
  const length = request.headers["content-length"];
  return length === "0" ? undefined : length;
}

function headerVariables(request: HttpRequest): [string, string][] {
  const joined = new Map<string, string>();
  for (let at = 0; at < request.rawHeaders.length; at += 2) {
    const name = request.rawHeaders[at]!;
    const value = request.rawHeaders[at + 1]!;
    // Other characters could make two names one (CVE-2015-7519).
    if (!/^[A-Za-z0-9-]+$/.test(name)) continue;
    const variable = name.toUpperCase().replaceAll("-", "_");
    if (/^(CONTENT_TYPE|CONTENT_LENGTH|CONNECTION|PROXY)$/.test(variable)) {
      continue;
    }
    const before = joined.get(variable);
    const glue = variable === "COOKIE" ? "; " : ", ";
    joined.set(
      variable,
      before === undefined ? value : before + glue + value,
    );
  }
  return [...joined].map(([name, value]) => [`HTTP_${name}`, value]);
}

function splitHost(
  header: string | undefined,
): [name: string, port: string | undefined] {
  const parts = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(header ?? "");
  return [parts?.[1] || "localhost", parts?.[2]];
}

/**
 * Reads the head of a response.
 *
 * @param head All before the empty line
 * @param method Method of the request: a HEAD has no body
 * @throws {SyntaxError} when it is not the head of an HTTP response
 */
export function parseResponseHead(head: string, method: string): ResponseHead {
  const [first, ...rest] = head.split("\r\n");
  const line = /^HTTP\/1\.[01] (\d{3}) ?(.*)$/.exec(first ?? "");
  if (!line) throw new SyntaxError("Cannot read the worker's response");
  const status = Number(line[1]);
  const all = rest.map((header): [string, string] => {
    const colon = header.indexOf(":");
    return [header.slice(0, colon), header.slice(colon + 1).trim()];
  });
  const find = (name: string) =>
    all.find(([given]) => given.toLowerCase() === name)?.[1];
  const length = find("content-length");
  const bodiless = method === "HEAD" || status < 200 || status === 204 ||
    status === 304;
  return {
    status,
    reason: line[2]!,
    headers: all.filter(([name]) => !HOP_BY_HOP.has(name.toLowerCase())),
    framing: bodiless
      ? { kind: "length", bytes: 0 }
      : find("transfer-encoding")?.toLowerCase() === "chunked"
      ? { kind: "chunked" }
      : length !== undefined
      ? { kind: "length", bytes: Number(length) }
      : { kind: "end" },
  };
}

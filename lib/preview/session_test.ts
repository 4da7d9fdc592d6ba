import { assertEquals, assertThrows } from "@std/assert";
import type { Buffer } from "node:buffer";
import {
  encodeRequest,
  type HttpRequest,
  parseResponseHead,
} from "./session.ts";

/** A request as the server presents it. */
function request(
  url: string,
  headers: [name: string, value: string][] = [],
  method = "GET",
): HttpRequest {
  return {
    url,
    method,
    httpVersion: "1.1",
    rawHeaders: headers.flat(),
    headers: Object.fromEntries(
      headers.map(([name, value]) => [name.toLowerCase(), value]),
    ),
    socket: {
      remoteAddress: "192.0.2.1",
      remotePort: 4321,
      localPort: 8000,
    },
  };
}

/** The variables of a block, which must be well formed. */
function variables(block: Buffer): Map<string, string> {
  assertEquals(block.readUInt32BE(), block.length - 4);
  const parts = block.toString("latin1", 4).split("\0");
  assertEquals(parts.pop(), "");
  assertEquals(parts.length % 2, 0);
  const found = new Map<string, string>();
  for (let at = 0; at < parts.length; at += 2) {
    assertEquals(found.has(parts[at]!), false, parts[at]);
    found.set(parts[at]!, parts[at + 1]!);
  }
  return found;
}

Deno.test("encodeRequest() leaves paths encoded, and parts the query", () => {
  for (
    const [url, path, query] of [
      ["/", "/", ""],
      ["/a%2Fb%00?x=%20?y", "/a%2Fb%00", "x=%20?y"],
      ["/a?", "/a", ""],
      ["*", "", ""],
      ["http://example.org/a?b", "/a", "b"],
      ["http://example.org", "/", ""],
      ["//a/b", "//a/b", ""],
    ] as const
  ) {
    const told = variables(encodeRequest(request(url)));
    assertEquals([told.get("PATH_INFO"), told.get("QUERY_STRING")], [
      path,
      query,
    ]);
    assertEquals(told.get("SCRIPT_NAME"), "");
    assertEquals(told.get("REQUEST_METHOD"), "GET");
  }
});

Deno.test("encodeRequest() takes name and port from where the visitor went", () => {
  for (
    const [url, host, name, port] of [
      ["/", undefined, "localhost", "8000"],
      ["/", "e.org", "e.org", "8000"],
      ["/", "e.org:81", "e.org", "81"],
      ["/", "[::1]:81", "[::1]", "81"],
      ["/", "[::1]", "[::1]", "8000"],
      ["http://f.org:82/", "e.org:81", "f.org", "82"],
    ] as const
  ) {
    const headers: [string, string][] = host ? [["Host", host]] : [];
    const told = variables(encodeRequest(request(url, headers)));
    assertEquals([told.get("SERVER_NAME"), told.get("SERVER_PORT")], [
      name,
      port,
    ]);
  }
});

Deno.test("encodeRequest() makes variables of headers as Passenger does", () => {
  const headers: [string, string][] = [
    ["X-A", "1"],
    ["x-a", "2"],
    ["X_A", "not this"],
    ["Cookie", "a=1"],
    ["Cookie", "b=2"],
    ["Proxy", "http://evil"],
    ["Connection", "close"],
    ["Content-Type", "text/x"],
    ["Content-Length", "3"],
    ["X-Latin", "\u00e9"],
  ];
  const block = encodeRequest(request("/", headers, "POST"), "s3cret");
  const told = variables(block);
  const own = [...told].filter(([name]) =>
    /^(HTTP|CONTENT|PASSENGER)_/.test(name)
  );
  assertEquals(Object.fromEntries(own), {
    CONTENT_TYPE: "text/x",
    CONTENT_LENGTH: "3",
    PASSENGER_CONNECT_PASSWORD: "s3cret",
    HTTP_X_A: "1, 2",
    HTTP_COOKIE: "a=1; b=2",
    HTTP_X_LATIN: "\u00e9",
  });
  assertEquals(block.includes(0xe9), true);
});

Deno.test("encodeRequest() leaves the length out where there is no body", () => {
  for (const headers of [[], [["Content-Length", "0"]]]) {
    const told = variables(
      encodeRequest(request("/", headers as [string, string][])),
    );
    assertEquals(told.has("CONTENT_LENGTH"), false);
  }
});

Deno.test("parseResponseHead() tells how the body ends", () => {
  for (
    const [head, method, framing] of [
      ["200 OK\r\nContent-Length: 5", "GET", { kind: "length", bytes: 5 }],
      ["200 OK\r\nContent-Length: 5", "HEAD", { kind: "length", bytes: 0 }],
      ["204 No Content", "GET", { kind: "length", bytes: 0 }],
      ["304 Not Modified\r\nETag: x", "GET", { kind: "length", bytes: 0 }],
      ["200 OK\r\ntransfer-encoding: Chunked", "GET", { kind: "chunked" }],
      ["200 OK", "GET", { kind: "end" }],
    ] as const
  ) {
    assertEquals(
      parseResponseHead(`HTTP/1.1 ${head}`, method).framing,
      framing,
    );
  }
});

Deno.test("parseResponseHead() keeps headers but those of the connection", () => {
  assertEquals(
    parseResponseHead(
      "HTTP/1.1 299 Odd: one\r\nSet-Cookie: a=1\r\nSet-Cookie: b: 2\r\n" +
        "Connection: close\r\nTransfer-Encoding: chunked\r\nX-Empty:",
      "GET",
    ),
    {
      status: 299,
      reason: "Odd: one",
      headers: [["Set-Cookie", "a=1"], ["Set-Cookie", "b: 2"], ["X-Empty", ""]],
      framing: { kind: "chunked" },
    },
  );
});

Deno.test("parseResponseHead() refuses what is no head", () => {
  for (const head of ["", "hello", "HTTP/2 200", "HTTP/1.1 20 OK"]) {
    assertThrows(() => parseResponseHead(head, "GET"), SyntaxError);
  }
});

/**
 * One list of cases for every way to a WSGI application: what is sent, and
 * what must come back. Run through the handoff behind Apache and through the
 * proxy of `serve`; `conformance_report.ts` runs it through other servers
 * too, and tells where they differ.
 *
 * @module
 */

import {
  answer,
  ask,
  type Case,
  CLOSE,
  download,
  environ,
  get,
  method,
  path,
  post,
  status,
  textOf,
  told,
  upload,
} from "./case.ts";
import { CONNECTION_CASES } from "./connections.ts";
import { RawConnection } from "../worlds/raw_http.ts";

/** All cases. */
export const CASES: readonly Case[] = [
  ..."GET HEAD POST PUT DELETE OPTIONS PATCH PROPFIND".split(" ").map(method),
  path("UTF-8", "/caf%C3%A9", "/caf\u00c3\u00a9 "),
  path("encoded twice", "/a%2525b", "/a%25b "),
  path("a blank and a question mark", "/a%20b%3Fc?x=%20", "/a b?c x=%20"),
  {
    name: "path: an encoded slash",
    run: (ground) => environ(get(ground, "/a%2Fb"), "PATH_INFO"),
    expected: "/a/b",
    behindApache: {
      expected: "404",
      why: "Apache refuses it, unless AllowEncodedSlashes says otherwise",
    },
  },
  {
    name: "path: an encoded NUL",
    run: (ground) => environ(get(ground, "/a%00b"), "PATH_INFO"),
    expected: "/a\0b",
    behindApache: { expected: "404", why: "Apache refuses it by itself" },
  },
  {
    name: "path: two slashes",
    run: (ground) => environ(get(ground, "/a//b"), "PATH_INFO"),
    expected: "/a//b",
    behindApache: { expected: "/a/b", why: "Apache merges them" },
  },
  {
    name: "path: up a folder",
    run: (ground) => environ(get(ground, "/a/../b"), "PATH_INFO"),
    expected: "/a/../b",
    behindApache: { expected: "/b", why: "Apache resolves it" },
  },
  {
    name: "path: raw bytes",
    run: async (ground) => status(await get(ground, "/caf\u00e9")),
    expected: "400",
    behindApache: { expected: "200", why: "Apache lets them pass" },
    why: "a URL is ASCII; what is not is to be percent-encoded",
  },
  path("an empty query", "/a?", "/a "),
  {
    name: "OPTIONS *",
    run: async (ground) =>
      status(await ask(ground, `OPTIONS * HTTP/1.1\r\n${CLOSE}\r\n`)),
    expected: "200",
    why: "the validator refuses a PATH_INFO of *",
  },
  {
    name: "an absolute URL as target",
    run: (ground) =>
      environ(
        get(ground, "http://example.org/a?b"),
        "PATH_INFO",
        "QUERY_STRING",
      ),
    expected: "/a b",
  },
  {
    name: "host and port",
    run: (ground) =>
      environ(
        ask(
          ground,
          "GET / HTTP/1.1\r\nHost: e.org:81\r\nConnection: close\r\n\r\n",
        ),
        "SERVER_NAME",
        "SERVER_PORT",
        "HTTP_HOST",
      ),
    expected: "e.org 81 e.org:81",
    why: "SERVER_NAME and SERVER_PORT are what the visitor used",
  },
  {
    name: "headers: repeated, joined, of odd names",
    run: (ground) =>
      environ(
        get(
          ground,
          "/",
          "X-A: 1\r\nX-A: 2\r\nX_B: 3\r\nX-B: 4\r\nCookie: a=1\r\nCookie: b=2\r\nProxy: evil\r\n",
        ),
        "HTTP_X_A",
        "HTTP_X_B",
        "HTTP_COOKIE",
        "HTTP_PROXY",
      ),
    expected: "1, 2 4 a=1; b=2 -",
    behindApache: {
      expected: "1, 2 4 a=1, b=2 -",
      why:
        "Apache joins cookies with a comma, which is not to be undone: a cookie may hold one",
    },
    why: "X_B must not pass for X-B, nor Proxy for the variable HTTP_PROXY",
  },
  {
    name: "headers: of 6000 bytes",
    run: async (ground) =>
      told(
        await get(
          ground,
          "/?do=large_header",
          `X-Large: ${"v".repeat(6_000)}\r\n`,
        ),
      ),
    expected: "200 6000",
  },
  {
    name: "headers: ninety of them",
    run: (ground) =>
      environ(
        get(
          ground,
          "/",
          Array.from({ length: 90 }, (_, n) => `X-${n}: ${n}\r\n`).join(""),
        ),
        "HTTP_X_0",
        "HTTP_X_89",
      ),
    expected: "0 89",
  },
  {
    name: "an upload without a body",
    run: async (ground) => {
      const answer = await post(ground, "/?do=digest", "");
      return `${answer.status} ${textOf(answer).split(" ")[0]}`;
    },
    expected: "200 0",
    why: "read() must end by itself where there is no body",
  },
  {
    name: "a body by lines",
    run: async (ground) =>
      told(await post(ground, "/?do=lines", "one\ntwo\nthree")),
    expected: "200 one\n|two\n|three",
  },
  {
    name: "a body that nobody reads",
    run: async (ground) =>
      told(await post(ground, "/?do=unread", "x".repeat(300_000))),
    expected: "200 unread",
  },
  upload(1, "length"),
  upload(1 << 20, "length"),
  upload(1, "chunked"),
  upload(1 << 20, "chunked"),
  upload(70_000, "expect"),
  {
    name: "an upload that is cut off halfway",
    async run(ground) {
      await ground.clear();
      const connection = await RawConnection.open(ground.port);
      await connection.send(
        `POST /?do=digest HTTP/1.1\r\n${CLOSE}Content-Length: 1000000\r\n\r\n`,
      );
      await connection.send("x".repeat(500_000));
      connection.close();
      for (let tries = 0; tries < 40; tries++) {
        const cut = await ground.wrote("cut");
        if (cut) return `${cut}, ${status(await get(ground, "/?do=bare"))}`;
        await new Promise((go) => setTimeout(go, 50));
      }
      return `nothing, ${status(await get(ground, "/?do=bare"))}`;
    },
    expected: "nothing, 200",
    why:
      "half an upload must not pass for a whole one; Passenger keeps uploads, and begins with none that is not whole",
  },
  download(1 << 20, "large"),
  download(1 << 20, "large_known"),
  {
    name: "a block arrives before the next is made",
    async run(ground) {
      await ground.clear();
      const connection = await RawConnection.open(ground.port);
      let text = "";
      try {
        await connection.send(`GET /?do=stream HTTP/1.1\r\n${CLOSE}\r\n`);
        await connection.receive("GET", async (part) => {
          if (text === "") await ground.signal("go");
          text += new TextDecoder().decode(part);
        });
        return text.replace(/\.+/, " ");
      } finally {
        connection.close();
        await ground.clear();
      }
    },
    expected: "first second",
  },
  answer("write", "200 one two three"),
  answer("bare", "200 content-length=5 hello", {
    headers: ["content-length"],
    why: "with a length the connection can be kept",
  }),
  answer("hello", "200 content-length=5", {
    headers: ["content-length"],
    head: true,
  }),
  answer("bare", "200 content-length=5", {
    headers: ["content-length"],
    head: true,
  }),
  answer("empty", "200 content-length=0", { headers: ["content-length"] }),
  answer("no_content", "204 x-a=1 content-length=- transfer-encoding=-", {
    headers: ["x-a", "content-length", "transfer-encoding"],
  }),
  answer("not_modified", '304 etag="x" transfer-encoding=-', {
    headers: ["etag", "transfer-encoding"],
  }),
  answer("no_content_body", "204 content-length=-", {
    headers: ["content-length"],
  }),
  answer("replaced", "503 x-old=- x-new=1 replaced", {
    headers: ["x-old", "x-new"],
    why: "with exc_info the new headers take the place of the old",
  }),
  answer("too_late", "200 20004 bytes cut", {
    behindApache: { expected: "200 20004 bytes", why: "Apache frames it anew" },
  }),
  answer("raises", "500", { why: "an exception gets a page" }),
  answer("exits", "500", {
    why: "sys.exit() in a view must not end the site",
  }),
  answer("close_raises", "200 body", {
    why: "the answer was whole before close() failed",
  }),
  answer("file", "200", { head: true }),
  answer("cookies", "200 set-cookie=a=1, b=2; Path=/", {
    headers: ["set-cookie"],
  }),
  answer("unusual", "299 x-latin=\u00e9 x", { headers: ["x-latin"] }),
  answer("short", "200 short cut", {
    why: "too few bytes must show as a cut",
  }),
  answer("long", "200 hello", {
    why: "a surplus byte could begin the next visitor's answer",
  }),
  answer("value_lf", "500", { why: "an injected header" }),
  answer("name_lf", "500", { why: "an injected header" }),
  answer("status_lf", "500", { why: "an injected header" }),
  answer("hop", "500", { why: "PEP 3333 leaves these to the server" }),
  answer("text", "500", { why: "PEP 3333 forbids it" }),
  answer("none", "500", { why: "PEP 3333 forbids it" }),
  answer("twice", "500", { why: "PEP 3333 forbids it" }),
  ...CONNECTION_CASES,
];

/** The long ones: 200 MB both ways. */
export const LARGE_CASES: readonly Case[] = [
  upload(200 << 20, "length"),
  upload(200 << 20, "chunked"),
  download(200 << 20, "large"),
  download(200 << 20, "large_known"),
];

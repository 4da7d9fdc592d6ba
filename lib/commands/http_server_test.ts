import { assert, assertEquals } from "@std/assert";
import { RawConnection } from "../../tests/worlds/raw_http.ts";
import type { HttpRequest, HttpResponse } from "../start/http_message.ts";
import { type Handler, serveHttp } from "./http_server.ts";

/** Serves during a test. */
function test(
  name: string,
  answer: Handler,
  visit: (port: number) => Promise<void>,
) {
  Deno.test(`serveHttp() ${name}`, async () => {
    const server = serveHttp({ hostname: "127.0.0.1", port: 0 }, answer);
    try {
      await visit(server.port);
    } finally {
      await server.stop();
    }
  });
}

async function ask(port: number, request: string): Promise<string> {
  const connection = await RawConnection.open(port);
  try {
    await connection.send(request);
    const answer = await connection.receive(request.split(" ")[0]);
    const body = new TextDecoder().decode(answer.body);
    return `${answer.status} ${body}${answer.cut ? " cut" : ""}`.trim();
  } finally {
    connection.close();
  }
}

async function until(isSo: () => boolean) {
  for (let tries = 0; !isSo(); tries++) {
    assert(tries < 500, "waited in vain");
    await new Promise((go) => setTimeout(go, 10));
  }
}

async function textOf(request: HttpRequest): Promise<string> {
  let text = "";
  for await (const bytes of request) text += bytes;
  return text;
}

test("shows a request as Node does", async (request, response) => {
  const { method, url, headers, rawHeaders, socket } = request;
  response.writeHead(200, "OK", ["Content-Type", "text/plain"]);
  response.end(JSON.stringify([
    ...[method, url, headers["x-a"], rawHeaders.includes("x-a")],
    ...[socket.remoteAddress, await textOf(request)],
  ]));
}, async (port) => {
  const head = "Host: e.org\r\nConnection: close\r\nX-A: 1\r\n";
  assertEquals(
    await ask(
      port,
      `POST /a%2Fb?c HTTP/1.1\r\n${head}Content-Length: 3\r\n\r\nabc`,
    ),
    '200 ["POST","/a%2Fb?c","1",true,"127.0.0.1","abc"]',
  );
  // Deno does not give the body of a GET, and says nothing of its length.
  assertEquals(
    await ask(port, `GET / HTTP/1.1\r\n${head}Content-Length: 3\r\n\r\nabc`),
    '200 ["GET","/","1",true,"127.0.0.1",""]',
  );
});

test("waits for a visitor who does not read", async (_, response) => {
  response.writeHead(200, "OK", ["Content-Length", String(100 << 20)]);
  let taken = 0;
  while (taken < 100 << 20) {
    const isRoomy = response.write(new Uint8Array(1 << 20));
    taken += 1 << 20;
    if (isRoomy) continue;
    const isMoreWanted = await Promise.race([
      new Promise((go) => response.once("drain", () => go(true))),
      new Promise((go) => setTimeout(() => go(false), 500)),
    ]);
    if (!isMoreWanted) break;
  }
  held = taken;
  response.destroy();
}, async (port) => {
  const connection = await RawConnection.open(port);
  await connection.send("GET / HTTP/1.1\r\nHost: e.org\r\n\r\n");
  await until(() => held > 0);
  connection.close();
  assert(held < 50 << 20, `${held} bytes were taken`);
});
let held = 0;

test("sends the beginning before the end is made", (_, response) => {
  response.writeHead(200, "OK", []);
  response.write("one ");
  finish = () => response.end("two");
  return Promise.resolve();
}, async (port) => {
  const response = await fetch(`http://127.0.0.1:${port}/`);
  const reader = response.body!.getReader();
  const first = await reader.read();
  assertEquals(new TextDecoder().decode(first.value), "one ");
  finish();
  const second = await reader.read();
  assertEquals(new TextDecoder().decode(second.value), "two");
  await reader.read();
});
let finish = () => {};

test("tells of a visitor who leaves, at any time", (request, response) => {
  if (request.url === "/begun") {
    response.writeHead(200, "OK", []);
    response.write("one ");
  }
  response.on("close", () => left.push(request.url!));
  return Promise.resolve();
}, async (port) => {
  for (const path of ["/begun", "/waiting"]) {
    const connection = await RawConnection.open(port);
    await connection.send(`GET ${path} HTTP/1.1\r\nHost: e.org\r\n\r\n`);
    if (path === "/begun") await connection.some();
    else await new Promise((go) => setTimeout(go, 50));
    connection.close();
    await until(() => left.includes(path));
  }
});
const left: string[] = [];

test("lets a cut be seen, also before the first byte", (request, response) => {
  response.writeHead(200, "OK", ["Content-Length", "9"]);
  if (request.url === "/begun") response.write("one ");
  setTimeout(() => response.destroy(new Error("cut")), 20);
  return Promise.resolve();
}, async (port) => {
  for (const path of ["/begun", "/empty"]) {
    const said = await ask(port, `GET ${path} HTTP/1.1\r\nHost: e.org\r\n\r\n`);
    assert(/cut$|^0/.test(said), said);
  }
});

test("sends no body where there is none", (request, response) => {
  const status = Number(request.url!.slice(1));
  response.writeHead(status, "", ["Content-Length", "5"]);
  if (request.method === "HEAD" || status === 304) response.end();
  else response.end("hello");
  return Promise.resolve();
}, async (port) => {
  for (
    const [asked, said] of [
      ["GET /200", "200 hello"],
      ["HEAD /200", "200"],
      ["GET /304", "304"],
      ["GET /205", "205"],
    ] as const
  ) {
    const request = `${asked} HTTP/1.1\r\nHost: e.org\r\nConnection: close\r\n`;
    assertEquals((await ask(port, `${request}\r\n`)).slice(0, 9), said);
  }
});

Deno.test("serveHttp() refuses a status that Deno cannot send", async () => {
  let refusal: unknown;
  const server = serveHttp(
    { hostname: "127.0.0.1", port: 0 },
    (_, response: HttpResponse) => {
      try {
        response.writeHead(700, "", []);
      } catch (error) {
        refusal = error;
      }
      response.end();
      return Promise.resolve();
    },
  );
  await (await fetch(`http://127.0.0.1:${server.port}/`)).text();
  await server.stop();
  assert(refusal instanceof RangeError);
});

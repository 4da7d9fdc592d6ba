import { assert, assertEquals } from "@std/assert";
import { header, RawConnection } from "../../tests/worlds/raw_http.ts";
import { type Answer, serveHttp, type Visit } from "./http_server.ts";

/** Serves during a test. */
function test(
  name: string,
  answer: Answer,
  visit: (port: number) => Promise<void>,
) {
  Deno.test(`serveHttp() ${name}`, async () => {
    const faults: unknown[] = [];
    const server = serveHttp({ hostname: "127.0.0.1", port: 0 }, {
      folder: "/tmp",
      answer,
      onFault: (error) => faults.push(error),
    });
    try {
      await visit(server.port);
    } finally {
      await server.stop();
    }
    assertEquals(faults, []);
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

async function textOf({ body }: Visit): Promise<string> {
  let text = "";
  const buffer = new Uint8Array(1_000);
  while (true) {
    const count = await body.read(buffer);
    if (!count) return text;
    text += new TextDecoder().decode(buffer.subarray(0, count));
  }
}

const OK = { status: 200, reason: "OK", headers: [] };

test(
  "gives a request as it came, the body of any method too",
  async (visit) => {
    const { method, url, headers, rawHeaders, socket } = visit.request;
    await visit.sendText(
      200,
      JSON.stringify([
        ...[method, url, headers["x-a"], rawHeaders.includes("X-A")],
        ...[headers["accept-encoding"], headers["content-length"]],
        ...[socket.remoteAddress, await textOf(visit)],
      ]),
    );
  },
  async (port) => {
    const head = "Host: e.org\r\nX-A: 1\r\nAccept-Encoding: gzip\r\n";
    const told = (method: string) =>
      `200 ["${method}","/a%2Fb?c","1",true,"gzip","3","127.0.0.1","abc"]`;
    for (const method of ["POST", "GET", "DELETE"]) {
      const first = `${method} /a%2Fb?c HTTP/1.1\r\n${head}`;
      assertEquals(
        await ask(port, `${first}Content-Length: 3\r\n\r\nabc`),
        told(method),
      );
      assertEquals(
        await ask(
          port,
          `${first}Transfer-Encoding: chunked\r\n\r\n1;x=y\r\na\r\n2\r\nbc\r\n0\r\nT: 1\r\n\r\n`,
        ),
        told(method),
      );
    }
  },
);

test(
  "refuses what is no request, and says so to who still sends",
  (visit) => visit.sendText(200, "fine"),
  async (port) => {
    const cases: [request: string, status: string][] = [
      ["nonsense\r\n\r\n", "400"],
      ["GET / HTTP/1.1\r\n\r\n", "400"],
      ["GET /\u00e9 HTTP/1.1\r\nHost: a\r\n\r\n", "400"],
      ["GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n", "400"],
      ["GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1x\r\n\r\n", "400"],
      [
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "400",
      ],
      ["GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", "501"],
      [
        "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "400",
      ],
      [`GET / HTTP/1.1\r\nHost: a\r\nX: ${"x".repeat(500_000)}\r\n\r\n`, "431"],
      [`GET / HTTP/1.1\r\nHost: a\r\nX: ${"x".repeat(50_000)}\r\n\r\n`, "200"],
      ["\r\nGET / HTTP/1.1\nHost: a\n\n", "200"],
      ["GET / HTTP/1.0\r\n\r\n", "200"],
    ];
    for (const [request, status] of cases) {
      assertEquals((await ask(port, request)).slice(0, 3), status, request);
    }
  },
);

test("keeps a connection, and answers what was sent ahead", async (visit) => {
  const out = visit.begin({ ...OK, framing: { kind: "end" } });
  await out.write(new TextEncoder().encode(visit.request.url));
  out.end();
}, async (port) => {
  const connection = await RawConnection.open(port);
  const request = (path: string) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
  await connection.send(request("/a") + request("/b"));
  for (const path of ["/a", "/b"]) {
    const { body, headers } = await connection.receive("GET");
    assertEquals(new TextDecoder().decode(body), path);
    assertEquals(headers.some(([name]) => name === "date"), true);
  }
  connection.close();
});

test("knows where each kind of answer ends", async (visit) => {
  const isKnown = visit.request.url === "/known";
  const out = visit.begin({
    ...OK,
    headers: isKnown ? [["Content-Length", "5"]] : [],
    framing: isKnown ? { kind: "length", bytes: 5 } : { kind: "end" },
  });
  await out.write(new TextEncoder().encode("hello"));
  out.end();
}, async (port) => {
  for (
    const [request, framing] of [
      ["/known HTTP/1.1", "content-length"],
      ["/unknown HTTP/1.1", "transfer-encoding"],
      ["/unknown HTTP/1.0", undefined],
    ] as const
  ) {
    const connection = await RawConnection.open(port);
    await connection.send(`GET ${request}\r\nHost: a\r\n\r\n`);
    const answer = await connection.receive("GET");
    assertEquals(new TextDecoder().decode(answer.body), "hello");
    assertEquals(
      ["content-length", "transfer-encoding"].filter((name) =>
        header(answer, name) !== undefined
      ),
      framing ? [framing] : [],
    );
    connection.close();
  }
});

test("asks for a body that waits to be asked for", async (visit) => {
  await visit.sendText(200, await textOf(visit));
}, async (port) => {
  const connection = await RawConnection.open(port);
  await connection.send(
    "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n",
  );
  const asked = new TextDecoder().decode(await connection.some());
  assertEquals(asked, "HTTP/1.1 100 Continue\r\n\r\n");
  await connection.send("abc");
  const { body } = await connection.receive("POST");
  assertEquals(new TextDecoder().decode(body), "abc");
  connection.close();
});

test("sends the beginning before the end is made", async (visit) => {
  const out = visit.begin({ ...OK, framing: { kind: "end" } });
  await out.write(new TextEncoder().encode("one "));
  await new Promise<void>((go) => finish = go);
  await out.write(new TextEncoder().encode("two"));
  out.end();
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

test("tells of a visitor who leaves, at any time", async (visit) => {
  if (visit.request.url === "/begun") {
    const out = visit.begin({ ...OK, framing: { kind: "end" } });
    await out.write(new TextEncoder().encode("one "));
  }
  await new Promise((gone) => visit.left.addEventListener("abort", gone));
  left.push(visit.request.url);
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

test("lets a cut be seen, also before the first byte", async (visit) => {
  const out = visit.begin({ ...OK, framing: { kind: "end" } });
  if (visit.request.url === "/begun") {
    await out.write(new TextEncoder().encode("one "));
  }
  out.cut();
}, async (port) => {
  for (const [path, said] of [["/begun", "one "], ["/empty", ""]]) {
    assertEquals(
      await ask(port, `GET ${path} HTTP/1.1\r\nHost: e.org\r\n\r\n`),
      `200 ${said} cut`,
    );
  }
});

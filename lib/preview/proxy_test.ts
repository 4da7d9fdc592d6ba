import { assert, assertEquals } from "@std/assert";
import { createServer as createHttp, type Server } from "node:http";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { serveHttp } from "../commands/http_server.ts";
import type { HttpRequest, HttpResponse } from "../start/http_message.ts";
import { createProxy } from "./proxy.ts";

/** A worker that a test plays, and the address of the proxy to it. */
interface Stage {
  url: string;
  port: number;
  /** Connections that are open. */
  open(): number;
  /** What the proxy said of each request: whether it reached the worker. */
  reached: boolean[];
}

/** Plays a worker: gets the whole request text so far and a socket. */
type Play = (socket: Socket, received: string) => void;

/** Answers on a port, until it is ended. */
type Listen = (
  answer: (request: HttpRequest, response: HttpResponse) => Promise<void>,
) => Promise<{ port: number; end: () => unknown }>;

/** The HTTP servers that the proxy is used with. */
const HTTP: Record<string, Listen> = {
  "behind node:http": async (answer) => {
    const http = createHttp(answer);
    await listen(http, 0);
    const { port } = http.address() as AddressInfo;
    return {
      port,
      end() {
        // Deno does not always tell when they are closed.
        http.closeAllConnections();
        http.close();
      },
    };
  },
  "behind the server of `serve`": (answer) => {
    const http = serveHttp({ hostname: "127.0.0.1", port: 0 }, answer);
    return Promise.resolve({ port: http.port, end: () => http.stop() });
  },
};

type OnStage = (
  play: Play | undefined,
  act: (stage: Stage) => Promise<void>,
) => Promise<void>;

async function onStage(
  start: Listen,
  play: Play | undefined,
  act: (stage: Stage) => Promise<void>,
) {
  const folder = await Deno.makeTempDir({ dir: "/tmp", prefix: "proxy_" });
  const path = join(folder, "worker");
  let open = 0;
  const worker = createServer({ allowHalfOpen: true }, (socket) => {
    open++;
    let received = "";
    socket.on("data", (data) => {
      received += data.toString("latin1");
      play?.(socket, received);
    });
    socket.on("error", () => socket.destroy());
    socket.on("end", () => socket.end());
    socket.on("close", () => open--);
  });
  if (play) await listen(worker, path);
  const proxy = createProxy({ socket: path, concurrency: 2 });
  const reached: boolean[] = [];
  const { port, end } = await start(async (request, response) => {
    const isReached = await proxy(request, response);
    reached.push(isReached);
    if (isReached) return;
    response.writeHead(503, "", []);
    response.end("nobody");
  });
  try {
    await act({
      url: `http://127.0.0.1:${port}`,
      port,
      open: () => open,
      reached,
    });
  } finally {
    await end();
    if (play) worker.close();
    await Deno.remove(folder, { recursive: true });
  }
}

function listen(
  server: Server | ReturnType<typeof createServer>,
  where: string | number,
): Promise<void> {
  return new Promise((ready) => {
    if (typeof where === "string") server.listen(where, ready);
    else server.listen(where, "127.0.0.1", ready);
  });
}

async function until(isSo: () => boolean) {
  for (let tries = 0; !isSo(); tries++) {
    assert(tries < 500, "waited in vain");
    await new Promise((go) => setTimeout(go, 10));
  }
}

function test(name: string, run: (onStage: OnStage) => Promise<void>) {
  for (const [server, start] of Object.entries(HTTP)) {
    Deno.test({
      name: `${name}, ${server}`,
      sanitizeOps: false,
      sanitizeResources: false,
      fn: () => run((play, act) => onStage(start, play, act)),
    });
  }
}

test("createProxy() passes an answer on, by each framing", async (onStage) => {
  for (
    const [head, body] of [
      ["Connection: close\r\nContent-Length: 5", "hello"],
      [
        "Connection: close\r\nTransfer-Encoding: chunked",
        "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
      ],
      ["Connection: close", "hello"],
    ] as const
  ) {
    await onStage((socket) => {
      socket.write(`HTTP/1.1 201 Made\r\n${head}\r\nX-A: 1\r\n\r\n`);
      if (head === "Connection: close") socket.end(body);
      else socket.write(body);
    }, async ({ url, open, reached }) => {
      const response = await fetch(url);
      assertEquals(await response.text(), "hello");
      assertEquals(response.status, 201);
      assertEquals(response.headers.get("x-a"), "1");
      await until(() => open() === 0);
      assertEquals(reached, [true]);
    });
  }
});

test("createProxy() asks again on a connection that the worker keeps", async (onStage) => {
  let connections = 0;
  const seen = new Set<Socket>();
  await onStage((socket, received) => {
    if (!seen.has(socket)) connections++;
    seen.add(socket);
    // The last request of each connection so far.
    const path = received.match(/REQUEST_URI\0[^\0]*/g)!.at(-1)!.slice(12);
    const head = path === "/last" ? "Connection: close\r\n" : "";
    socket.write(
      `HTTP/1.1 200 OK\r\n${head}` +
        (path === "/chunked"
          ? "Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"
          : "Content-Length: 2\r\n\r\nok"),
    );
    if (path === "/dies") setTimeout(() => socket.destroy(), 20);
  }, async ({ url, open }) => {
    for (
      const [path, expected] of [
        ["/", 1],
        ["/chunked", 1],
        ["/last", 1],
        ["/", 2],
        ["/dies", 2],
        ["/", 3],
      ] as const
    ) {
      assertEquals(await (await fetch(url + path)).text(), "ok");
      if (path === "/last" || path === "/dies") await until(() => open() === 0);
      assertEquals(connections, expected, path);
    }
  });
});

test("createProxy() says when there is no worker", async (onStage) => {
  await onStage(undefined, async ({ url, reached }) => {
    assertEquals(await (await fetch(url)).text(), "nobody");
    assertEquals(reached, [false]);
  });
});

test("createProxy() answers for a worker that ends before it answers", async (onStage) => {
  for (const said of ["", "HTTP/1.1 200 OK\r\nContent-", "nonsense\r\n\r\n"]) {
    await onStage((socket) => socket.end(said), async ({ url }) => {
      const response = await fetch(url);
      await response.text();
      assertEquals(response.status, 502);
    });
  }
});

test("createProxy() lets a cut be seen", async (onStage) => {
  for (
    const head of ["Content-Length: 50", "Transfer-Encoding: chunked"]
  ) {
    await onStage((socket) => {
      socket.end(`HTTP/1.1 200 OK\r\n${head}\r\n\r\n5\r\nhello\r\n`);
    }, async ({ port }) => {
      const connection = await Deno.connect({ hostname: "127.0.0.1", port });
      const request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
      await connection.write(new TextEncoder().encode(request));
      const text = await new Response(connection.readable).text()
        .catch(() => "");
      assert(!text.endsWith("0\r\n\r\n"), text);
    });
  }
});

test("createProxy() passes a body on without an end that says nothing", async (onStage) => {
  const received: string[] = [];
  await onStage((socket, text) => {
    if (!text.endsWith("abc") && !text.endsWith("0\r\n\r\n")) return;
    received.push(text.slice(text.lastIndexOf("\0") + 1));
    // Both halves must still be open.
    setTimeout(
      () => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"),
      20,
    );
  }, async ({ url }) => {
    const stream = new Blob(["abc"]).stream();
    for (const body of ["abc", stream]) {
      const response = await fetch(url, { method: "POST", body });
      assertEquals(await response.text(), "ok");
    }
  });
  assertEquals(received, ["abc", "3\r\nabc\r\n0\r\n\r\n"]);
});

test("createProxy() asks no more at once than the worker serves", async (onStage) => {
  let running = 0;
  let most = 0;
  await onStage((socket) => {
    most = Math.max(most, ++running);
    setTimeout(() => {
      running--;
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    }, 20);
  }, async ({ url }) => {
    const all = Array.from(
      { length: 9 },
      async () => await (await fetch(url)).text(),
    );
    assertEquals(await Promise.all(all), Array(9).fill("ok"));
  });
  assertEquals(most, 2);
});

test("createProxy() leaves the worker when the visitor leaves", async (onStage) => {
  for (const body of [undefined, "x".repeat(50)]) {
    await onStage(() => {}, async ({ port, open }) => {
      const connection = await Deno.connect({ hostname: "127.0.0.1", port });
      const length = body ? "Content-Length: 100\r\n" : "";
      await connection.write(
        new TextEncoder().encode(
          `POST / HTTP/1.1\r\nHost: a\r\n${length}\r\n${body ?? ""}`,
        ),
      );
      await until(() => open() === 1);
      connection.close();
      await until(() => open() === 0);
    });
  }
});

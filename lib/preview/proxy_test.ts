import { assert, assertEquals } from "@std/assert";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { serveHttp } from "./http_server.ts";
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

async function onStage(
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
  if (play) await new Promise<void>((ready) => worker.listen(path, ready));
  const proxy = createProxy({ socket: path, concurrency: 2 });
  const reached: boolean[] = [];
  const { port, stop } = serveHttp({ hostname: "127.0.0.1", port: 0 }, {
    folder,
    async answer(visit) {
      const isReached = await proxy(visit);
      reached.push(isReached);
      if (!isReached) await visit.sendText(503, "nobody");
    },
    onFault(error) {
      throw error;
    },
  });
  try {
    await act({
      url: `http://127.0.0.1:${port}`,
      port,
      open: () => open,
      reached,
    });
  } finally {
    await stop();
    if (play) worker.close();
    await Deno.remove(folder, { recursive: true });
  }
}

async function until(isSo: () => boolean) {
  for (let tries = 0; !isSo(); tries++) {
    assert(tries < 500, "waited in vain");
    await new Promise((go) => setTimeout(go, 10));
  }
}

function test(name: string, run: () => Promise<void>) {
  Deno.test({ name, sanitizeOps: false, sanitizeResources: false, fn: run });
}

test("createProxy() passes an answer on, by each framing", async () => {
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

test("createProxy() says when there is no worker", async () => {
  await onStage(undefined, async ({ url, reached }) => {
    assertEquals(await (await fetch(url)).text(), "nobody");
    assertEquals(reached, [false]);
  });
});

test("createProxy() answers for a worker that ends before it answers", async () => {
  for (const said of ["", "HTTP/1.1 200 OK\r\nContent-", "nonsense\r\n\r\n"]) {
    await onStage((socket) => socket.end(said), async ({ url }) => {
      const response = await fetch(url);
      await response.text();
      assertEquals(response.status, 502);
    });
  }
});

test("createProxy() lets a cut be seen", async () => {
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

test("createProxy() passes a body on with its length", async () => {
  const received: string[] = [];
  await onStage((socket, text) => {
    if (!text.endsWith("abc")) return;
    received.push(/CONTENT_LENGTH\0(\d+)/.exec(text)![1]!);
    assert(!text.includes("TRANSFER_ENCODING"), text);
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
  assertEquals(received, ["3", "3"]);
});

test("createProxy() takes an answer that comes before the body was read", async () => {
  await onStage((socket, text) => {
    if (!text.includes("REQUEST_URI")) return;
    socket.end("HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno");
    socket.pause();
  }, async ({ url }) => {
    const response = await fetch(url, {
      method: "POST",
      body: new Uint8Array(5_000_000),
    });
    assertEquals([response.status, await response.text()], [403, "no"]);
  });
});

test("createProxy() is free again before a slow visitor has read", async () => {
  const size = 20 << 20;
  let served = 0;
  await onStage((socket) => {
    served++;
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`);
    socket.write(new Uint8Array(size));
  }, async ({ port }) => {
    const visit = async () => {
      const connection = await Deno.connect({ hostname: "127.0.0.1", port });
      await connection.write(
        new TextEncoder().encode("GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
      );
      return connection;
    };
    // Two at once, and nobody reads.
    const visitors = await Promise.all([visit(), visit(), visit(), visit()]);
    await until(() => served === 4);
    for (const visitor of visitors) visitor.close();
  });
});

test("createProxy() asks no more at once than the worker serves", async () => {
  let running = 0;
  let most = 0;
  await onStage((socket) => {
    most = Math.max(most, ++running);
    setTimeout(() => {
      running--;
      socket.end("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
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

test("createProxy() leaves the worker when the visitor leaves", async () => {
  await onStage(() => {}, async ({ port, open }) => {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port });
    await connection.write(
      new TextEncoder().encode(
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
      ),
    );
    await until(() => open() === 1);
    connection.close();
    await until(() => open() === 0);
  });
});

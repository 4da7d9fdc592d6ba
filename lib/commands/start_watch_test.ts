import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { createFakeIo, inTempFolder } from "../../tests/worlds/fake_io.ts";
import { layoutOf } from "../site/layout.ts";
import { UsageError } from "./command.ts";
import { parseRestart } from "./restart.ts";
import { waitForStart } from "./start_watch.ts";

async function wait(
  folder: string,
  options: {
    lines: string[];
    status?: number;
    headers?: Record<string, string>;
    limit?: number;
    signal?: AbortSignal;
  },
) {
  const layout = layoutOf(folder);
  Deno.mkdirSync(layout.logDirectory, { recursive: true });
  Deno.writeTextFileSync(layout.log, "");
  const asked = Date.now();
  let requests = 0;
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    () => {
      // As Passenger does it: the request is what starts the process.
      if (++requests === 2) {
        const time = new Date(Date.now()).toISOString();
        const text = options.lines.map((line) => `${time} [7] ${line}\n`);
        Deno.writeTextFileSync(layout.log, text.join(""));
      }
      return new Response("hello", {
        status: options.status,
        headers: options.headers,
      });
    },
  );
  const { port } = server.addr as Deno.NetAddr;
  const io = createFakeIo({ signal: options.signal });
  try {
    const code = await waitForStart(layout, io, {
      url: new URL(`http://127.0.0.1:${port}/`),
      asked,
      limit: options.limit ?? 20,
      pauseMs: 5,
    });
    const plain = (text: string) =>
      text.replace(/\d+\.\d s/g, "N s").replaceAll(String(port), "PORT")
        .replaceAll(folder, "FOLDER");
    assertStringIncludes(io.steps[0]!, "Waiting for the new process … 0 s");
    return { code, out: plain(io.stdout()), err: plain(io.stderr()) };
  } finally {
    await server.shutdown();
  }
}

const START = "start: wsgi-shim 0.1.0, door node, plan run";
const READY = [START, "ready: python 3.11.2, worker 4711"];

Deno.test("waitForStart() tells how the start went", () =>
  inTempFolder(async (folder) => {
    assertEquals(
      await wait(folder, {
        lines: READY,
      }),
      { code: 0, out: "Ready after N s: HTTP status 200 (OK)\n", err: "" },
    );
    for (const status of [400, 401, 403, 404, 500, 503]) {
      const { code, out, err } = await wait(folder, { lines: READY, status });
      assertEquals([code, err], [1, "Why: wsgi-shim logs FOLDER\n"]);
      assertStringIncludes(
        out,
        `Failed after N s: the application has started, and the answer is HTTP status ${status} (`,
      );
    }
    // Who is asked to log in sees that the site is there.
    const login = await wait(folder, {
      lines: READY,
      status: 401,
      headers: { "WWW-Authenticate": "Basic" },
    });
    assertEquals(login.code, 0);
    assertEquals(
      await wait(folder, {
        lines: [START, "failure: incident 1a2b3c4d app-exited"],
      }),
      {
        code: 1,
        out: "Failed after N s: incident 1a2b3c4d app-exited\n",
        err: "Why: wsgi-shim logs --incident 1a2b3c4d FOLDER\n",
      },
    );
  }));

Deno.test("waitForStart() gives up, or is told to", () =>
  inTempFolder(async (folder) => {
    const late = await wait(folder, { lines: [START], limit: 0.1 });
    assertEquals([late.code, late.out], [1, ""]);
    assertEquals(late.err.startsWith("No new start within N s"), true);
    const ended = await wait(folder, {
      lines: [START],
      signal: AbortSignal.abort(),
    });
    assertEquals([ended.code, ended.out], [130, ""]);
  }));

Deno.test("waitForStart() ends at once where no answer will come", () =>
  inTempFolder(async (folder) => {
    const layout = layoutOf(folder);
    Deno.mkdirSync(layout.logDirectory);
    const closed = Deno.listen({ port: 0, hostname: "127.0.0.1" });
    const { port } = closed.addr as Deno.NetAddr;
    closed.close();
    const asked = Date.now();
    // Somebody else's request may have started the new process.
    Deno.writeTextFileSync(
      layout.log,
      READY.map((line) => `${new Date().toISOString()} [7] ${line}\n`).join(""),
    );
    const table: [string, string][] = [
      ["http://name.invalid/", "The name name.invalid cannot be resolved"],
      [`http://127.0.0.1:${port}/`, "the connection is refused"],
    ];
    for (const [url, words] of table) {
      const io = createFakeIo();
      const options = { url: new URL(url), asked, limit: 60 };
      assertEquals(await waitForStart(layout, io, options), 1);
      assertStringIncludes(io.stdout(), "Failed after");
      assertStringIncludes(io.stdout(), words);
      assertEquals(io.stderr(), "");
    }
    assertEquals(Date.now() - asked < 10_000, true);
  }));

Deno.test("parseRestart() takes how long to wait", () => {
  const url = "http://a.b/";
  assertEquals(parseRestart(["--wait", url, "--timeout=5"]), {
    appRoot: undefined,
    wait: new URL(url),
    timeout: 5,
  });
  assertEquals(parseRestart(["--wait", url]).timeout, 120);
  for (const argv of [["--timeout=5"], ["--wait", url, "--timeout=0"]]) {
    assertThrows(() => parseRestart(argv), UsageError);
  }
});

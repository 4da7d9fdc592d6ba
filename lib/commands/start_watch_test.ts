import { assertEquals, assertStringIncludes } from "@std/assert";
import { createFakeIo, inTempFolder } from "../../tests/worlds/fake_io.ts";
import { layoutOf } from "../site/layout.ts";
import { waitForStart } from "./start_watch.ts";

async function wait(
  folder: string,
  options: {
    lines: string[];
    status?: number;
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
      return new Response("hello", { status: options.status });
    },
  );
  const { port } = server.addr as Deno.NetAddr;
  const io = createFakeIo({ signal: options.signal });
  try {
    const code = await waitForStart(layout, io, {
      url: new URL(`http://127.0.0.1:${port}/`),
      asked,
      limit: options.limit,
      pauseMs: 5,
    });
    const plain = (text: string) =>
      text.replace(/\d+\.\d s/g, "N s").replaceAll(String(port), "PORT")
        .replaceAll(folder, "FOLDER");
    return { code, out: plain(io.stdout()), err: plain(io.stderr()) };
  } finally {
    await server.shutdown();
  }
}

const START = "start: wsgi-shim 0.1.0, door node, plan run";
const ASKING =
  "Asking http://127.0.0.1:PORT/ until the new process answers …\n";

Deno.test("waitForStart() tells how the start went", () =>
  inTempFolder(async (folder) => {
    assertEquals(
      await wait(folder, {
        lines: [START, "ready: python 3.11.2, worker 4711"],
      }),
      { code: 0, out: "Ready after N s: HTTP status 200\n", err: ASKING },
    );
    assertEquals(
      await wait(folder, { lines: [START, "ready: python 3"], status: 500 }),
      {
        code: 1,
        out: "Failed after N s: the application answers with HTTP status 500\n",
        err: `${ASKING}Why: wsgi-shim logs FOLDER\n`,
      },
    );
    assertEquals(
      await wait(folder, {
        lines: [START, "failure: incident 1a2b3c4d app-exited"],
      }),
      {
        code: 1,
        out: "Failed after N s: incident 1a2b3c4d app-exited\n",
        err: `${ASKING}Why: wsgi-shim logs FOLDER\n`,
      },
    );
  }));

Deno.test("waitForStart() gives up, or is told to", () =>
  inTempFolder(async (folder) => {
    const late = await wait(folder, { lines: [START], limit: 0.1 });
    assertEquals([late.code, late.out], [1, ""]);
    assertEquals(late.err.startsWith(`${ASKING}No new start within N s`), true);
    const layout = layoutOf(folder);
    const io = createFakeIo();
    const url = new URL("http://name.invalid/");
    const options = { url, asked: Date.now(), limit: 0.1 };
    assertEquals(await waitForStart(layout, io, options), 1);
    assertStringIncludes(
      io.stderr().replaceAll("\n", " "),
      "the last answer: The name name.invalid cannot be resolved",
    );
    const ended = await wait(folder, {
      lines: [START],
      signal: AbortSignal.abort(),
    });
    assertEquals([ended.code, ended.out], [130, ""]);
  }));

import { assertEquals, assertMatch } from "@std/assert";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { inTempFolder } from "../../tests/worlds/fake_io.ts";
import { readOwned } from "../../tests/worlds/owned_files.ts";
import type { RunPlan } from "../judge/plan.ts";
import { createHost } from "../machine/host.ts";
import { askWorker } from "../../tests/worlds/session_client.ts";
import { readSite } from "../site/site.ts";
import type { Question } from "./explaining.ts";
import { type HostOptions, type HostStart, startHost } from "./host_process.ts";

/** Starts a host on a site that has no settings yet. */
async function start(
  interpreter: string,
  source: string,
  options: Partial<HostOptions> = {},
  act: (started: HostStart, folder: string) => Promise<void> = whenEnded,
) {
  let started: HostStart | undefined;
  await inTempFolder(async (folder) => {
    const appRoot = join(folder, "www");
    for (const [path, text] of readOwned()) {
      Deno.mkdirSync(dirname(join(appRoot, path)), { recursive: true });
      Deno.writeTextFileSync(join(appRoot, path), text);
    }
    const file = join(folder, "app.py");
    Deno.writeTextFileSync(file, source);
    const plan: RunPlan = {
      kind: "run",
      interpreter,
      application: {
        target: { file },
        attribute: "application",
        call: false,
        path: [folder],
        directory: folder,
      },
      threads: 1,
      startTimeout: 20,
      environment: {},
    };
    started = await startHost(readSite(appRoot, createHost()), plan, {
      door: "serve",
      trial: true,
      echo: false,
      explain: () => undefined,
      ...options,
      socket: options.socket && join(folder, options.socket),
    });
    await act(started, folder);
  });
  return started!;
}

async function whenEnded(started: HostStart) {
  if ("host" in started) await started.host.ended;
}

const PYTHON = "/usr/bin/python3";

Deno.test("startHost() tells of an application that loads", async () => {
  const started = await start(
    PYTHON,
    "import threading, time\n" +
      "threading.Thread(target=time.sleep, args=(9,), name='slow').start()\n" +
      "def application(environ, start_response): pass\n",
  );
  if ("failure" in started) throw new Error(JSON.stringify(started));
  assertEquals(started.host.threadsAlive, ["slow"]);
});

Deno.test("startHost() serves, asks for pages, and stops when it is told", async () => {
  const asked: Question[] = [];
  await start(
    PYTHON,
    "def application(environ, start_response):\n" +
      "    raise ValueError('no tea')\n",
    {
      trial: false,
      echo: true,
      socket: "socket",
      explain(question) {
        asked.push(question);
        const headers: [string, string][] = [["Content-Type", "text/plain"]];
        return { status: "500 Sorry", headers, body: "a page" };
      },
    },
    async (started, folder) => {
      if ("failure" in started) throw new Error(JSON.stringify(started));
      const { host } = started;
      assertEquals([host.interface, host.concurrency], ["wsgi", 1]);
      const answer = await askWorker(join(folder, "socket"), {
        REQUEST_METHOD: "GET",
        PATH_INFO: "/cup",
      });
      assertMatch(answer, /^HTTP\/1.1 500 Sorry\r\n[^]*\r\n\r\na page$/);
      await host.stop();
      assertEquals(existsSync(join(folder, "socket")), false);
    },
  );
  const [{ failure }] = asked as [Question];
  assertEquals(failure.problem, "request-raised");
  assertEquals(failure.exception?.message, "no tea");
});

Deno.test("startHost() leaves no orders behind an interpreter that reads none", async () => {
  await start("/bin/false", "", { socket: "socket" }, (_, folder) => {
    const names = [...Deno.readDirSync(folder)].map(({ name }) => name);
    assertEquals(names.sort(), ["app.py", "www"]);
    return Promise.resolve();
  });
});

Deno.test("startHost() tells how an application fails", async () => {
  const started = await start(PYTHON, "raise ValueError('no tea')\n");
  if ("host" in started) throw new Error("It started");
  assertEquals(started.failure.problem, "import-raised");
  assertEquals(started.failure.exception?.message, "no tea");
});

Deno.test({
  name: "startHost() tells of an interpreter that cannot be run",
  // Deno keeps the pipes of a child that never was.
  sanitizeResources: false,
  async fn() {
    const started = await start("/no/such/python", "");
    if ("host" in started) throw new Error("It started");
    assertEquals(started.failure.problem, "unstartable");
    assertEquals(started.failure.exception?.errno, "ENOENT");
  },
});

Deno.test("startHost() tells of an interpreter that ends by itself", async () => {
  const started = await start("/bin/false", "");
  if ("host" in started) throw new Error("It started");
  const { problem, status } = started.failure;
  assertEquals([problem, status], ["exited", 1]);
});

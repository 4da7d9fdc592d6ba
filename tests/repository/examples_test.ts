/**
 * The examples run: each is set up by the commands and settings of its own
 * README, in a folder of its own, and then asked for its pages.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { createHost } from "../../lib/machine/host.ts";
import { serveSite } from "../../lib/preview/site_server.ts";
import { ROOT } from "../../build/run_deno.ts";
import { makeSandbox, readDocument } from "./documents.ts";
import { leaveOut, whyNoModules } from "../worlds/left_out.ts";

/** An example that was set up and is served. */
interface Example {
  /** The folder of the site. */
  folder: string;
  get(path: string, init?: RequestInit): Promise<Response>;
}

testExample("plain", [], async ({ get }) => {
  assertStringIncludes(await textOf(await get("/")), "Hello, World");
  const page = await textOf(await get("/?name=%3Cb%3E"));
  assertStringIncludes(page, "Hello, &lt;b&gt;");
});

testExample("flask", ["flask"], async ({ folder, get }) => {
  const first = await get("/");
  const cookie = first.headers.get("set-cookie")?.split(";")[0];
  assertEquals(await textOf(first), "Visits of yours: 1\n");
  assert(cookie !== undefined, "no cookie");
  assertEquals(
    await textOf(await get("/", { headers: { cookie } })),
    "Visits of yours: 2\n",
  );
  const log = await Deno.readTextFile(join(folder, "log/myapp.log"));
  assertStringIncludes(log, "INFO The application has started.");
  assertStringIncludes(log, "INFO Visit 2 from 127.0.0.1");
  const { mode } = await Deno.stat(join(folder, "secrets/credentials.env"));
  assertEquals(mode! & 0o777, 0o600);
});

testExample("django", ["django"], async ({ folder, get }) => {
  assertStringIncludes(await textOf(await get("/")), "It works");
  const login = await get("/admin/login/");
  assertStringIncludes(await textOf(login), "csrfmiddlewaretoken");
  await Deno.stat(join(folder, "data/db.sqlite3"));
  await Deno.stat(join(folder, "www/public/static/admin/css/base.css"));
});

testExample("fastapi", ["fastapi"], async ({ folder, get }) => {
  assertEquals(await textOf(await get("/")), "[]");
  const added = await get("/", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: '{"text": "Buy cheese"}',
  });
  assertEquals([added.status, await added.text()], [201, '{"id":1}']);
  assertEquals(
    await textOf(await get("/")),
    '[{"id":1,"text":"Buy cheese"}]',
  );
  assertEquals(
    await textOf(await get("/events?count=2")),
    "data: 0\n\ndata: 1\n\n",
  );
  assertStringIncludes(await textOf(await get("/docs")), "swagger-ui");
  const log = await Deno.readTextFile(join(folder, "www/log/wsgi-shim.log"));
  assertStringIncludes(log, ", ASGI");
  assertStringIncludes(log, "Note 1 was added");
});

function testExample(
  name: string,
  packages: string[],
  ask: (example: Example) => Promise<void>,
): void {
  const path = `docs/examples/${name}/README.md`;
  Deno.test({
    name: `the example ${name} runs as its page says`,
    ignore: leaveOut(
      `the example ${name}`,
      whyNoModules(["venv", ...packages]),
    ),
    // The log of the site stays open, as it does in a process that serves.
    sanitizeResources: false,
    async fn() {
      await using sandbox = await makeSandbox();
      const { folder } = sandbox;
      for (const entry of Deno.readDirSync(join(ROOT, "docs/examples", name))) {
        if (!entry.isDirectory) continue;
        const source = join(ROOT, "docs/examples", name, entry.name);
        cpSync(source, join(folder, entry.name), { recursive: true });
      }
      const { blocks } = readDocument(path);
      const venv = { language: "sh", line: 0, text: "python3 -m venv venv\n" };
      const check = { language: "sh", line: 0, text: "wsgi-shim check www\n" };
      await sandbox.run([venv, ...blocks, check], path);
      const server = serveSite({
        appRoot: join(folder, "www"),
        host: createHost(),
        door: "serve",
        echo: false,
        where: { hostname: "127.0.0.1", port: 0 },
      });
      const { port } = server;
      try {
        await ask({
          folder,
          get: (path, init) => fetch(`http://127.0.0.1:${port}${path}`, init),
        });
      } finally {
        await server.stop();
      }
    },
  });
}

async function textOf(response: Response): Promise<string> {
  const text = await response.text();
  assertEquals(response.status, 200, text);
  return text;
}

import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { leaveOut } from "../../tests/worlds/left_out.ts";
import { readOwned } from "../../tests/worlds/owned_files.ts";
import { createHost } from "../machine/host.ts";
import { makeScaffold } from "../reports/scaffold.ts";
import { serveSite, type Start } from "./site_server.ts";
import { VERSION } from "../site/version.ts";

const PYTHON = "/usr/bin/python3";
const APPLICATION = `import os
def app(environ, start_response):
    if environ["PATH_INFO"] == "/kill": os.kill(os.getpid(), 9)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"%d" % os.getpid()]
`;

/** A site that is served on a port of its own. */
interface Scene {
  appRoot: string;
  module: string;
  starts: Start[];
  get(path?: string): Promise<{ status: number; text: string }>;
}

async function withServer(act: (scene: Scene) => Promise<void>) {
  const folder = await Deno.makeTempDir({ dir: "/tmp", prefix: "serve_" });
  const appRoot = join(folder, "www");
  const module = join(folder, "hello.py");
  const host = createHost();
  await Deno.chmod(folder, 0o755);
  await Deno.mkdir(join(folder, "venv/bin"), { recursive: true });
  await Deno.symlink(PYTHON, join(folder, "venv/bin/python"));
  await Deno.writeTextFile(
    join(folder, "venv/pyvenv.cfg"),
    "home = /usr/bin\nversion = 3.11.2\n",
  );
  await Deno.writeTextFile(module, APPLICATION);
  const entries = makeScaffold({
    settings: {
      appRoot,
      module,
      app: "app",
      python: join(folder, "venv/bin/python"),
      user: host.user(host.identity.uid)!.name,
      group: host.group(host.identity.gid)!.name,
      appType: "node",
    },
    owned: readOwned(),
    version: VERSION,
    isGroupSafe: true,
  });
  for (const { path, content, mode } of entries) {
    const file = join(appRoot, path);
    if (content === undefined) await Deno.mkdir(file);
    else await Deno.writeTextFile(file, content);
    await Deno.chmod(file, mode);
  }
  const starts: Start[] = [];
  const server = serveSite({
    appRoot,
    host: { ...host, env: { ...host.env } },
    door: "serve",
    echo: false,
    where: { hostname: "127.0.0.1", port: 0 },
    onStart: (start) => starts.push(start),
  });
  const { port } = server;
  try {
    await act({
      appRoot,
      module,
      starts,
      async get(path = "/") {
        const response = await fetch(`http://127.0.0.1:${port}${path}`, {
          headers: { accept: "application/json" },
        });
        return { status: response.status, text: await response.text() };
      },
    });
  } finally {
    await server.stop();
    await Deno.remove(folder, { recursive: true });
  }
}

function whyNot(): string | undefined {
  try {
    Deno.statSync(PYTHON);
  } catch {
    return `${PYTHON} is not there`;
  }
}

function test(name: string, act: (scene: Scene) => Promise<void>) {
  Deno.test({
    name: `serveSite() ${name}`,
    ignore: leaveOut("a site that is served", whyNot()),
    sanitizeOps: false,
    sanitizeResources: false,
    fn: () => withServer(act),
  });
}

test("starts with the first request, and once", async ({ get, starts }) => {
  assertEquals(starts.length, 0);
  const answers = await Promise.all([get(), get(), get()]);
  assertEquals(answers.map(({ status }) => status), [200, 200, 200]);
  assertEquals(new Set(answers.map(({ text }) => text)).size, 1);
  assertEquals(starts.length, 1);
});

test("starts anew when restart.txt changes", async (scene) => {
  const { appRoot, get } = scene;
  const before = await get();
  const time = new Date(Date.now() + 5_000);
  await Deno.utime(join(appRoot, "tmp/restart.txt"), time, time);
  const after = await get();
  assertEquals(after.status, 200);
  assert(after.text !== before.text);
  await assertGone(before.text);
});

test("starts anew for a restart that is asked for during a start", async (scene) => {
  const { appRoot, module, get, starts } = scene;
  const going = join(appRoot, "tmp/going");
  const go = join(appRoot, "tmp/go");
  await Deno.writeTextFile(
    module,
    `import os, time
open(${JSON.stringify(going)}, "a").close()
while not os.path.exists(${JSON.stringify(go)}):
    time.sleep(0.01)
` + APPLICATION,
  );
  const first = get();
  await until(() => exists(going));
  const time = new Date(Date.now() + 5_000);
  await Deno.utime(join(appRoot, "tmp/restart.txt"), time, time);
  const second = get();
  await Deno.writeTextFile(go, "");
  const answers = [await first, await second];
  assertEquals(answers.map(({ status }) => status), [200, 200]);
  assertEquals(starts.map(({ kind }) => kind), ["running", "running"]);
  const last = (await get()).text;
  for (const { text } of answers) if (text !== last) await assertGone(text);
  const log = await Deno.readTextFile(join(appRoot, "log/wsgi-shim.log"));
  assert(!/\] (death|failure): /.test(log), log);
});

test("goes on with another worker when one has died", async ({ get, starts }) => {
  const before = await get();
  assertEquals((await get("/kill")).status, 502);
  const after = await get();
  assertEquals(after.status, 200);
  assert(after.text !== before.text);
  assertEquals(starts.length, 1);
});

test("shows a page until the site is mended", async ({ module, get, starts }) => {
  await Deno.writeTextFile(module, "1 / 0\n");
  const page = await get();
  assertEquals(page.status, 503);
  assert(page.text.includes("ZeroDivisionError"), page.text);
  await Deno.writeTextFile(module, APPLICATION);
  await new Promise((go) => setTimeout(go, 1_100));
  assertEquals((await get()).status, 200);
  assertEquals(starts.length, 2);
});

test("shows maintenance, and leaves it", async ({ appRoot, get }) => {
  const maintenance = join(appRoot, "tmp/maint.txt");
  await Deno.writeTextFile(maintenance, "back at noon");
  const page = await get();
  assertEquals(page.status, 503);
  assert(page.text.includes("back at noon"), page.text);
  await Deno.remove(maintenance);
  await new Promise((go) => setTimeout(go, 1_100));
  assertEquals((await get()).status, 200);
});

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

async function until(isSo: () => boolean) {
  for (let tries = 0; !isSo(); tries++) {
    assert(tries < 1_000, "waited in vain");
    await new Promise((go) => setTimeout(go, 20));
  }
}

async function assertGone(pid: string) {
  for (let tries = 0; tries < 100; tries++) {
    try {
      Deno.statSync(`/proc/${pid}`);
    } catch {
      return;
    }
    await new Promise((go) => setTimeout(go, 20));
  }
  throw new Error(`Process ${pid} is still there`);
}

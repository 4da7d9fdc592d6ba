import { assert, assertEquals, assertRejects } from "@std/assert";
import { dirname, join } from "node:path";
import http from "node:http";
import process from "node:process";
import { inTempFolder } from "../../tests/worlds/fake_io.ts";
import { listened } from "../../tests/worlds/loader_listen.ts";
import { readOwned } from "../../tests/worlds/owned_files.ts";
import { listenOnSocket } from "../preview/http_server.ts";
import { createHost } from "../machine/host.ts";
import { type DoorCall, openNodeDoor, parseDoor, runDoor } from "./doors.ts";
import { readSpawn } from "./handoff.ts";
import { servePage } from "./page_process.ts";
import { judgeAgain, judgeFailure } from "./starting.ts";

const PYTHON = "/usr/bin/python3";
const HOST = createHost();
const APPLICATION = `def application(environ, start_response):
    start_response("200 OK", [])
    return [b"here"]
`;

/** A site on disk, and a spawn work directory that is being waited on. */
interface Scene {
  appRoot: string;
  spawn: string;
  write(path: string, text: string): void;
  read(path: string): string;
  ask(word: DoorCall["word"], input?: unknown): Promise<string>;
}

function testDoor(name: string, act: (scene: Scene) => Promise<void>) {
  Deno.test({
    name: `runDoor() ${name}`,
    // A log stays open as long as its process, as a page does.
    sanitizeResources: false,
    sanitizeOps: false,
    fn: () =>
      inTempFolder(async (folder) => {
        const scene = makeScene(folder);
        const former = process.env.PASSENGER_SPAWN_WORK_DIR;
        process.env.PASSENGER_SPAWN_WORK_DIR = scene.spawn;
        try {
          await act(scene);
        } finally {
          delete process.env.PASSENGER_SPAWN_WORK_DIR;
          if (former) process.env.PASSENGER_SPAWN_WORK_DIR = former;
        }
      }),
  });
}

function makeScene(folder: string): Scene {
  const appRoot = join(folder, "www");
  const spawn = join(folder, "spawn");
  const write = (path: string, text: string) => {
    Deno.mkdirSync(dirname(join(folder, path)), { recursive: true });
    Deno.writeTextFileSync(join(folder, path), text);
  };
  Deno.chmodSync(folder, 0o755);
  for (const [path, text] of readOwned()) write(`www/${path}`, text);
  for (const name of ["www/public", "www/log", "www/tmp", "venv/bin"]) {
    Deno.mkdirSync(join(folder, name), { recursive: true });
  }
  Deno.symlinkSync(PYTHON, join(folder, "venv/bin/python"));
  write("venv/pyvenv.cfg", "home = /usr/bin\nversion = 3.11.2\n");
  write("www/tmp/restart.txt", "");
  write("app.py", APPLICATION);
  write(
    "www/config.toml",
    `[passenger]
user = "${HOST.user(HOST.identity.uid)!.name}"
group = "${HOST.group(HOST.identity.gid)!.name}"
passenger_app_root = "${appRoot}"
passenger_python = "${folder}/venv/bin/python"
[wsgi]
module = "${folder}/app.py"
[environment]
PYTHONHASHSEED = "7"
MOTTO = "it's $HOME\\nand more"
`,
  );
  Deno.chmodSync(join(appRoot, "config.toml"), 0o640);
  write("spawn/args.json", JSON.stringify({ socket_dir: folder }));
  write("spawn/response/properties.json", "");
  return {
    appRoot,
    spawn,
    write,
    read: (path) => Deno.readTextFileSync(join(folder, path)),
    ask: async (word, input) => {
      const words = [word, appRoot, "--door", "wsgi", "--pid", "4711"];
      const call = parseDoor(words, ["/opt/judge", "door"])!;
      const answer = await runDoor(
        call,
        HOST,
        () => Promise.resolve(JSON.stringify(input)),
      );
      return answer!;
    },
  };
}

/** What a shell becomes after it was told so. */
async function evaluate(answer: string): Promise<string[]> {
  const script = `become() { printf '%s\\n' "$PYTHONHASHSEED" "$@"; }\n${
    answer.replace(/^exec /m, "become ")
  }`;
  const { stdout } = await new Deno.Command("/bin/sh", {
    args: ["-c", script],
  }).output();
  return new TextDecoder().decode(stdout).trimEnd().split("\n");
}

testDoor(
  "lets the shell become the host, with orders in a file",
  async (scene) => {
    const { appRoot, spawn, ask, read } = scene;
    const answer = await ask("judge");
    // Only what Python needs before its first line stands in the shell.
    assert(!answer.includes("and more"), answer);
    const [seed, python, main, file] = await evaluate(answer);
    assertEquals(seed, "7");
    assertEquals(python, `${dirname(appRoot)}/venv/bin/python`);
    assertEquals(main, `${appRoot}/shim/host/__main__.py`);
    assertEquals(dirname(file!), spawn);
    assertEquals(Deno.statSync(file!).mode! & 0o777, 0o600);
    const orders = JSON.parse(Deno.readTextFileSync(file!));
    assertEquals(orders.environment.MOTTO, "it's $HOME\nand more");
    assertEquals(orders.judge, ["/opt/judge", "door"]);
    assertEquals([orders.door, orders.spawn], ["wsgi", spawn]);
    assertEquals(orders.settings.target, {
      file: `${dirname(appRoot)}/app.py`,
    });
    const line = /^\S+Z \[4711\] start: wsgi-shim \S+, door wsgi, plan run$/m;
    assert(line.test(read("www/log/wsgi-shim.log")));
  },
);

testDoor(
  "lets the shell serve a page where the site is wrong",
  async (scene) => {
    const { appRoot, ask, write } = scene;
    write("www/config.toml", "[passenger\n");
    const answer = await ask("judge");
    const [, ...words] = await evaluate(answer);
    assertEquals(words, [
      ...["/opt/judge", "door", "page", appRoot, "--door", "wsgi"],
    ]);
  },
);

testDoor("sees an interpreter that does not start", async (scene) => {
  const { appRoot, ask, write, spawn } = scene;
  write("broken/encodings/__init__.py", "1 / 0\n");
  const folder = dirname(appRoot);
  write(
    "www/config.toml",
    scene.read("www/config.toml") + `PYTHONPATH = "${folder}/broken"\n`,
  );
  const words = await evaluate(await ask("judge"));
  assertEquals(words.slice(3, 5), ["page", appRoot]);
  assertEquals(words.slice(-2), [
    "--failure",
    `${spawn}/wsgi-shim-failure.json`,
  ]);
  const failure = JSON.parse(Deno.readTextFileSync(words.at(-1)!));
  assertEquals(failure.problem, "exited");
  assert(failure.output.join("\n").includes("encodings"), failure.output);
});

testDoor("gives a pause to a site whose workers keep dying", async (scene) => {
  const { appRoot, ask, write } = scene;
  const died = (ago: number) =>
    write(
      "www/log/deaths.json",
      JSON.stringify({
        time: HOST.now() - ago,
        count: 3,
        seconds: 60,
        failure: { problem: "killed", signal: "SIGKILL" },
      }),
    );
  const word = async () => (await evaluate(await ask("judge"))).at(3);
  // What the site is made of is older than that.
  await new Promise((go) => setTimeout(go, 20));
  died(0);
  assertEquals(await word(), "page");
  died(30_000);
  assert(await word() !== "page");
  // Deno tells changes by the second.
  died(2_000);
  Deno.utimeSync(`${appRoot}/tmp/restart.txt`, new Date(), new Date());
  assert(await word() !== "page");
  write("www/log/deaths.json", "torn");
  assert(await word() !== "page");
});

testDoor(
  "makes a page for an exception, in the form that is asked for",
  async (scene) => {
    const { ask, read } = scene;
    const question = {
      incident: "12345678",
      failure: {
        problem: "request-raised",
        exception: { type: "ValueError", message: "boom", frames: [] },
        request: { method: "GET", path: "/x" },
      },
      pid: 4711,
    };
    const html = JSON.parse(await ask("explain", { ...question, accept: "" }));
    assertEquals(html.page.status, "500 Internal Server Error");
    assert(html.page.body.includes("12345678"));
    const json = JSON.parse(
      await ask("explain", { ...question, accept: "application/json" }),
    );
    assertEquals(JSON.parse(json.page.body).status, 500);
    assert(read("www/log/wsgi-shim.log").includes("incident 12345678"));
  },
);

testDoor(
  "gives a guest orders, or a page until the site is mended",
  async (scene) => {
    const { ask, write, read } = scene;
    const guest = async (question: Record<string, unknown> = {}) =>
      JSON.parse(await ask("guest", { pid: 4711, accept: "", ...question }));
    const { orders } = await guest();
    assertEquals([orders.judge, orders.spawn], [null, null]);
    const failure = { problem: "import-exited", status: 3, python: "3.11.2" };
    const stopped = await guest({ failure });
    assertEquals(stopped.page.status, "503 Service Unavailable");
    const { state } = stopped;
    assertEquals((await guest({ state })).isMended, undefined);
    write("app.py", APPLICATION + "# mended\n");
    const mended = await guest({ state });
    assertEquals(mended.isMended, true);
    assert(mended.page.body.includes("starting again"), mended.page.body);
    const stranger = { executable: "/opt/python", python: "3.9.1" };
    const strange = await guest({ stranger, accept: "application/json" });
    assert(strange.page.body.includes("python-wrong-interpreter"));
    assert(read("www/log/wsgi-shim.log").includes("the site starts again"));
  },
);

testDoor(
  "refuses to judge or serve where Passenger did not start it",
  async (scene) => {
    delete process.env.PASSENGER_SPAWN_WORK_DIR;
    for (const word of ["judge", "page"] as const) {
      await assertRejects(
        () => scene.ask(word),
        Error,
        "no process of Passenger's",
      );
    }
  },
);

/** A process that a door may end or replace. */
function makeSelf() {
  const exited = Promise.withResolvers<number>();
  const listeners: (() => void)[] = [];
  return {
    exited: exited.promise,
    close: () => listeners.forEach((listener) => listener()),
    exit: (status: number) => exited.resolve(status),
    stdin: {
      on: (event: string, listener: () => void) =>
        event === "end" && listeners.push(listener),
      resume: () => {},
    },
  };
}

/** Waits on the FIFO as Passenger does; returns what the process told. */
async function announced(scene: Scene, act: () => Promise<void>) {
  const finish = join(scene.spawn, "response/finish");
  await new Deno.Command("mkfifo", { args: [finish] }).output();
  const reader = await Deno.open(finish, { read: true, write: true });
  try {
    await act();
    const told = new Uint8Array(1);
    await reader.read(told);
    assertEquals(new TextDecoder().decode(told), "1");
  } finally {
    reader.close();
  }
  const properties = scene.read("spawn/response/properties.json");
  const [{ address, protocol }] = JSON.parse(properties).sockets;
  return { socket: address.replace("unix:", ""), protocol };
}

/** Visits a page by its socket. */
function visit(socketPath: string): Promise<{ status: number; text: string }> {
  return new Promise((done, fail) => {
    http.get({ socketPath, path: "/" }, (response) => {
      let text = "";
      response.on("data", (chunk) => text += chunk);
      response.on("end", () => done({ status: response.statusCode!, text }));
    }).on("error", fail);
  });
}

testDoor("serves a page until the site is mended", async (scene) => {
  const { appRoot, spawn, write } = scene;
  write("app.py", "1 / 0\n");
  const failure = { problem: "import-exited" as const, status: 3 };
  const options = { appRoot, host: HOST, door: "wsgi" as const };
  const self = makeSelf();
  const { socket, protocol } = await announced(
    scene,
    () =>
      servePage(judgeFailure(failure, options), {
        door: "wsgi",
        spawn: readSpawn({ PASSENGER_SPAWN_WORK_DIR: spawn })!,
        isInLoader: false,
        self,
        listen: listenOnSocket,
      }),
  );
  assertEquals(protocol, "http");
  assertEquals(Deno.statSync(socket).mode! & 0o777, 0o600);
  assertEquals((await visit(socket)).status, 503);
  write("app.py", APPLICATION);
  await new Promise((go) => setTimeout(go, 1_100));
  assert((await visit(socket)).text.includes("starting again"));
  assertEquals(await self.exited, 0);
});

testDoor("ends the page when Passenger ends it", async (scene) => {
  const { appRoot, spawn, write } = scene;
  write("www/tmp/maint.txt", "Back at noon");
  const start = judgeAgain({ appRoot, host: HOST, door: "python" });
  const self = makeSelf();
  const { socket } = await announced(scene, () =>
    servePage(start, {
      door: "python",
      spawn: readSpawn({ PASSENGER_SPAWN_WORK_DIR: spawn })!,
      isInLoader: false,
      self,
      listen: listenOnSocket,
    }));
  assert((await visit(socket)).text.includes("Back at noon"));
  self.close();
  assertEquals(await self.exited, 0);
  await assertRejects(() => Deno.stat(socket), Deno.errors.NotFound);
});

testDoor("gives way to the host where Node can be replaced", async (scene) => {
  const { appRoot, spawn } = scene;
  const words: string[] = [];
  const self = {
    ...makeSelf(),
    execve: (_: string, args: readonly string[]): never => {
      words.push(...args);
      return undefined as never;
    },
  };
  const given = readSpawn({ PASSENGER_SPAWN_WORK_DIR: spawn })!;
  await openNodeDoor(appRoot, HOST, given, { on: () => {} }, self);
  assertEquals(words[1], `${appRoot}/shim/host/__main__.py`);
  const orders = JSON.parse(Deno.readTextFileSync(words[2]!));
  assertEquals(orders.judge.slice(1), [`${appRoot}/shim/runtime.cjs`, "door"]);
});

testDoor("shows the page in the process of Node's loader", async (scene) => {
  const { appRoot, spawn, write } = scene;
  const given = readSpawn({ PASSENGER_SPAWN_WORK_DIR: spawn })!;
  const open = (self: ReturnType<typeof makeSelf>) => async () =>
    await openNodeDoor(appRoot, HOST, given, { on: () => {} }, self);
  const status = async (url: string) => {
    const answer = await fetch(url);
    return [answer.status, await answer.text()] as const;
  };
  // Only a start shows it, to a Node that cannot be replaced.
  write("app.py", "raise SystemExit(3)\n");
  const failing = makeSelf();
  const [code, text] = await status(await listened(open(failing)));
  assertEquals(code, 503);
  assert(/incident/i.test(text), text);
  // Before any start.
  write("app.py", APPLICATION);
  write("www/tmp/maint.txt", "Back at noon");
  const closed = makeSelf();
  const url = await listened(open(closed));
  assert((await status(url))[1].includes("Back at noon"));
  Deno.removeSync(join(appRoot, "tmp/maint.txt"));
  await new Promise((go) => setTimeout(go, 1_100));
  assert((await status(url))[1].includes("starting again"));
  assertEquals(await closed.exited, 0);
});

testDoor("waits for the host as its child where Node cannot", async (scene) => {
  const { appRoot, spawn } = scene;
  const self = makeSelf();
  let end = () => {};
  const loader = { on: (_: "exit", listener: () => void) => end = listener };
  const { socket, protocol } = await announced(
    scene,
    () =>
      openNodeDoor(
        appRoot,
        HOST,
        readSpawn({ PASSENGER_SPAWN_WORK_DIR: spawn })!,
        loader,
        self,
      ),
  );
  assertEquals(protocol, "session");
  assert(Deno.statSync(socket).isSocket);
  end();
  assertEquals(await self.exited, 0);
  await assertRejects(() => Deno.stat(socket), Deno.errors.NotFound);
});

Deno.test("parseDoor() takes its own words and no others", () => {
  const judge = ["x"];
  const base = {
    ...{ appRoot: "/a", judge },
    ...{ pid: undefined, server: undefined, failure: undefined },
  };
  assertEquals(parseDoor(["page", "/a", "--failure", "/f"], judge), {
    ...base,
    word: "page",
    door: "python",
    failure: "/f",
  });
  assertEquals(parseDoor(["judge", "/a", "--door", "node"], judge), {
    ...base,
    word: "judge",
    door: "node",
  });
  assertEquals(parseDoor(["judge", "/a", "--server", "/p"], judge), {
    ...base,
    word: "judge",
    door: "python",
    server: "/p",
  });
  for (const words of [[], ["judge"], ["serve", "/a"]]) {
    assertEquals(parseDoor(words, judge), undefined);
  }
});

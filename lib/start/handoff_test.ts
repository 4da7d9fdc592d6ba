import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { Buffer } from "node:buffer";
import { join } from "node:path";
import { leaveOut, whyNoProgram } from "../../tests/worlds/left_out.ts";
import { announce, newSocketPath, readSpawn, type Spawn } from "./handoff.ts";

/** Calls back with a work directory that holds `args.json`. */
function withArguments(
  args: unknown,
  act: (env: Record<string, string>, directory: string) => void,
) {
  const directory = Deno.makeTempDirSync();
  try {
    const text = typeof args === "string" ? args : JSON.stringify(args);
    Deno.writeTextFileSync(join(directory, "args.json"), text);
    act({ PASSENGER_SPAWN_WORK_DIR: directory }, directory);
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}

function spawnAt(socketDirectory: string): Spawn {
  return { directory: "/nowhere", socketDirectory, socketPathLimit: 107 };
}

Deno.test("readSpawn() reads what Passenger tells", () => {
  const args = {
    socket_dir: "/i/apps.s",
    UNIX_PATH_MAX: 100,
    connect_password: "secret",
  };
  withArguments(args, (env, directory) => {
    assertEquals(readSpawn(env), {
      directory,
      socketDirectory: "/i/apps.s",
      socketPathLimit: 100,
      password: "secret",
    });
  });
});

Deno.test("readSpawn() does without a limit and a password", () => {
  withArguments({ socket_dir: "/i/apps.s" }, (env) => {
    const { socketPathLimit, password } = readSpawn(env)!;
    assertEquals({ socketPathLimit, password }, {
      socketPathLimit: 107,
      password: undefined,
    });
  });
});

Deno.test("readSpawn() sees where there is no handoff", () => {
  assertEquals(readSpawn({}), undefined);
  assertEquals(readSpawn({ PASSENGER_SPAWN_WORK_DIR: "/nowhere" }), undefined);
  // Passenger 5.3.0 and 5.3.1 have no folder for sockets.
  for (const args of [{}, { socket_dir: "" }, { socket_dir: 1 }, "{"]) {
    withArguments(args, (env) => assertEquals(readSpawn(env), undefined));
  }
});

Deno.test("newSocketPath() is as hard to guess as the limit allows", () => {
  for (const [length, expected] of [[20, 32], [62, 32], [70, 31], [93, 8]]) {
    const folder = `/${"f".repeat(length! - 1)}`;
    const path = newSocketPath(spawnAt(folder));
    assertMatch(path.slice(folder.length), /^\/shim\.[0-9a-f]+$/);
    assertEquals(path.length - `${folder}/shim.`.length, expected);
    assert(path.length <= 107, `${path.length} bytes`);
    assert(newSocketPath(spawnAt(folder)) !== path);
  }
});

Deno.test("newSocketPath() counts bytes, not letters", () => {
  const folder = `/${"\u00e9".repeat(40)}`;
  const path = newSocketPath(spawnAt(folder));
  assertEquals(Buffer.byteLength(path), 107);
});

Deno.test("newSocketPath() lets the worker tell that there is no room", () => {
  // Shorter, it could be guessed: the worker cannot listen there, and says so.
  const folder = `/${"f".repeat(120)}`;
  assertMatch(newSocketPath(spawnAt(folder)), /\/shim\.[0-9a-f]{8}$/);
});

Deno.test({
  name: "announce() tells the socket, and that it is ready",
  ignore: leaveOut("what Passenger is told", whyNoProgram("mkfifo")),
  async fn() {
    const directory = await Deno.makeTempDir();
    const at = (name: string) => join(directory, "response", name);
    try {
      await Deno.mkdir(join(directory, "response"));
      new Deno.Command("mkfifo", { args: [at("finish")] }).outputSync();
      // As Passenger does: the file is read when the byte has come.
      const script = `head -c 1 "$0/finish"; cat "$0/properties.json"`;
      const reader = new Deno.Command("/bin/sh", {
        args: ["-c", `exec 3<>"$0/finish"; echo; ${script}`, at("")],
        stdin: "null",
        stdout: "piped",
      }).spawn();
      const output = reader.stdout.getReader();
      await output.read(); // It holds the FIFO.
      const spawn = { ...spawnAt("/i/apps.s"), directory };
      const path = "/i/apps.s/shim.1";
      announce(spawn, { path, protocol: "session", concurrency: 4 });
      let text = "";
      for (let part; (part = await output.read()).value;) {
        text += new TextDecoder().decode(part.value);
      }
      await reader.status;
      assertEquals(text[0], "1");
      assertEquals(JSON.parse(text.slice(1)), {
        sockets: [{
          address: `unix:${path}`,
          protocol: "session",
          concurrency: 4,
          accept_http_requests: true,
        }],
      });
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  },
});

Deno.test({
  name: "announce() does not wait for a reader that is gone",
  ignore: leaveOut("an end of Passenger's", whyNoProgram("mkfifo")),
  fn() {
    withArguments({}, (_, directory) => {
      Deno.mkdirSync(join(directory, "response"));
      const finish = join(directory, "response/finish");
      new Deno.Command("mkfifo", { args: [finish] }).outputSync();
      const spawn = { ...spawnAt("/i/apps.s"), directory };
      const path = "/i/apps.s/shim.1";
      assertThrows(
        () => announce(spawn, { path, protocol: "session", concurrency: 1 }),
        Error,
        "ENXIO",
      );
    });
  },
});

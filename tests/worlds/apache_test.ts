/**
 * Tests of the Apache that other tests stand on, and of the fact that the
 * whole design rests on: a startup file for Node may hand the socket of
 * another process, which speaks the session protocol, to Passenger.
 *
 * @module
 */

import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { join } from "node:path";
import {
  type ApacheSite,
  startApache,
  virtualHost,
  whyNoApache,
} from "./apache.ts";
import { leaveOut } from "./left_out.ts";
import { asUser, makeSiteUser, type SiteUser } from "./site_user.ts";

const ignore = leaveOut("the start of Apache", whyNoApache());

const NODE_APP = `require("node:http").createServer((request, response) => {
  response.end("uid " + process.getuid() + " " + request.url);
}).listen(0);
`;

const WSGI_APP = `import os
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [("uid %d" % os.getuid()).encode()]
`;

// Never calls listen(), which is Passenger's usual handshake under Node.
const HANDOFF_APP = `const { spawn } = require("node:child_process");
const { randomUUID } = require("node:crypto");
const fs = require("node:fs");
const work = process.env.PASSENGER_SPAWN_WORK_DIR;
const args = JSON.parse(fs.readFileSync(work + "/args.json", "utf8"));
const socket = args.socket_dir + "/" + randomUUID();
const worker = spawn("/usr/bin/python3", [__dirname + "/worker.py", socket], {
  stdio: ["pipe", "pipe", "inherit"],
});
worker.stdout.once("data", () => {
  const address = "unix:" + socket;
  fs.writeFileSync(work + "/response/properties.json", JSON.stringify({
    sockets: [{
      address,
      protocol: "session",
      concurrency: 1,
      accept_http_requests: true,
    }],
  }));
  fs.writeFile(work + "/response/finish", "1", () => {});
});
PhusionPassenger.on("exit", () => worker.stdin.end());
worker.on("exit", () => process.exit(0));
`;

const HANDOFF_WORKER = `import os, socket, struct, sys, threading

def leave_with_parent():
    sys.stdin.read()
    os._exit(0)

os.umask(0o077)
server = socket.socket(socket.AF_UNIX)
server.bind(sys.argv[1])
server.listen(16)
threading.Thread(target=leave_with_parent, daemon=True).start()
print("ready", flush=True)
while True:
    connection = server.accept()[0]
    with connection, connection.makefile("rb") as stream:
        length = struct.unpack(">I", stream.read(4))[0]
        fields = stream.read(length).split(b"\\0")
        variables = dict(zip(fields[::2], fields[1::2]))
        body = b"Hello %s" % variables[b"PATH_INFO"]
        connection.sendall(
            b"HTTP/1.1 200 OK\\r\\nConnection: close\\r\\n"
            b"Content-Length: %d\\r\\n\\r\\n%s" % (len(body), body)
        )
`;

Deno.test("virtualHost() mounts a site below a base URI only", () => {
  const site: ApacheSite = {
    appRoot: "/srv/my site/www",
    user: "ann",
    group: "staff",
    appType: "wsgi",
    baseUri: "/app",
  };
  const text = virtualHost(site, 8080);
  const [before, within] = text.split("<Location /app>");
  assertStringIncludes(before!, "<VirtualHost 127.0.0.1:8080>");
  assertStringIncludes(before!, `Alias /app "/srv/my site/www/public"`);
  assert(!before!.includes("PassengerAppRoot"), text);
  assertStringIncludes(within!, `PassengerAppRoot "/srv/my site/www"`);
  assertStringIncludes(within!, "PassengerStartupFile passenger_wsgi.py");
});

Deno.test({
  name: "startApache() serves Node and WSGI sites as their user",
  ignore,
  async fn() {
    await using user = await makeSiteUser();
    const node = await makeSite(user, "node", { "app.js": NODE_APP });
    const files = { "passenger_wsgi.py": WSGI_APP, "public/a.txt": "static" };
    const wsgi = await makeSite(user, "wsgi", files);
    const mounted = { ...node, name: "mounted", baseUri: "/below" };
    await using apache = await startApache([node, wsgi, mounted]);
    assertEquals(new URL(apache.url()).port, String(apache.port));
    assertEquals(await get(`${apache.url()}/x`), `uid ${user.uid} /x`);
    assertEquals(await get(`${apache.url("wsgi")}/`), `uid ${user.uid}`);
    assertEquals(await get(`${apache.url(wsgi)}/a.txt`), "static");
    const below = await get(`${apache.url("mounted")}/x`);
    assertEquals(below, `uid ${user.uid} /below/x`);
    assertThrows(() => apache.url("other"), RangeError, "Cannot find");

    const before = apache.instanceDirectory;
    await apache.reload();
    assertNotEquals(apache.instanceDirectory, before);
    assertEquals(await get(`${apache.url()}/y`), `uid ${user.uid} /y`);
  },
});

Deno.test({
  name: "Apache.stop() leaves nothing behind",
  ignore,
  async fn() {
    await using user = await makeSiteUser();
    const good = await makeSite(user, "node", { "app.js": NODE_APP });
    const bad = await makeSite(user, "node", { "app.js": "process.exit(1);" });
    const apache = await startApache([good, bad]);
    const { directory, instanceDirectory } = apache;
    assertMatch(await get(apache.url(good)), /^uid /);
    assertStringIncludes(await get(apache.url(bad)), "something went wrong");
    const saved = /saved to: (\S+\.html)/.exec(await apache.errorLog());
    assert(await exists(saved![1]!));
    assert(await exists(instanceDirectory));
    await apache.stop();
    assert(!await exists(saved![1]!));
    assert(!await exists(directory));
    assertEquals(apache.processes(), []);
    assertEquals(await commandsWith(instanceDirectory), []);
    assertStringIncludes(await apache.errorLog(), "shutting down");
    await assertRejects(() => get(apache.url(good)), TypeError);
  },
});

Deno.test({
  name: "Apache.stop() rejects, and cleans up, if a process was orphaned",
  ignore,
  async fn() {
    await using user = await makeSiteUser();
    const orphan = `require("node:child_process").spawn("sleep", ["600"], ` +
      `{ stdio: "ignore", detached: true });\n`;
    const site = await makeSite(user, "node", { "app.js": orphan + NODE_APP });
    const apache = await startApache([site], { stopTimeout: 2000 });
    assertMatch(await get(apache.url()), /^uid /);
    await assertRejects(() => apache.stop(), Error, "sleep 600");
    assertEquals(apache.processes(), []);
    assert(!await exists(apache.directory));
  },
});

Deno.test({
  name: "startApache() tells why Apache does not start",
  ignore,
  async fn() {
    await assertRejects(
      () => startApache([], { directives: ["NoSuchDirective on"] }),
      Error,
      "Invalid command 'NoSuchDirective'",
    );
  },
});

Deno.test({
  name: "makeSiteUser() makes a user that asUser() runs commands as",
  ignore,
  async fn() {
    const user = await makeSiteUser();
    const script = `id -un; id -gn; id -Gn; pwd; env -u PWD | wc -l; exit 7`;
    const { code, stdout } = await asUser(user, "sh", ["-c", script]);
    await user.remove();
    const { name, home } = user;
    assertEquals(stdout.split("\n"), [name, name, name, home, "6", ""]);
    assertEquals(code, 7);
    assert(!await exists(home));
    const passwd = await Deno.readTextFile("/etc/passwd");
    assert(!passwd.includes(name));
  },
});

Deno.test({
  name: "Passenger takes the socket of a worker that Node hands over",
  ignore,
  async fn() {
    await using user = await makeSiteUser();
    const files = { "app.js": HANDOFF_APP, "worker.py": HANDOFF_WORKER };
    const site = await makeSite(user, "node", files);
    await using apache = await startApache([site]);
    const workers = () =>
      apache.processes().filter(({ command }) => command.includes("worker.py"));
    // Passenger does not decode the path: WSGI will have to.
    const url = `${apache.url()}/caf%C3%A9`;
    assertEquals(await get(url), "Hello /caf%c3%a9");
    assertEquals(await get(url), "Hello /caf%c3%a9");
    const [first, ...others] = workers();
    assertEquals([first!.uid, others], [user.uid, []]);

    await asUser(user, "sh", [
      ...["-c", `mkdir -p "$0/tmp" && touch "$0/tmp/restart.txt"`],
      site.appRoot,
    ]);
    assertEquals(await get(url), "Hello /caf%c3%a9");
    // The old worker leaves once its runtime hears Passenger's "exit".
    for (let tries = 0; tries < 100 && workers().length > 1; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assertEquals(workers().length, 1);
    assertNotEquals(workers()[0]!.pid, first!.pid);
  },
});

async function makeSite(
  user: SiteUser,
  appType: "node" | "wsgi",
  files: Record<string, string>,
): Promise<ApacheSite> {
  const appRoot = await Deno.makeTempDir({ dir: user.home, prefix: appType });
  await Deno.mkdir(join(appRoot, "public"));
  for (const [name, text] of Object.entries(files)) {
    await Deno.writeTextFile(join(appRoot, name), text);
  }
  await Deno.chmod(appRoot, 0o755);
  await Deno.chown(appRoot, user.uid, user.gid);
  const { name, group } = user;
  return { name: appType, appRoot, user: name, group, appType };
}

async function get(url: string): Promise<string> {
  const response = await fetch(url, { signal: AbortSignal.timeout(30_000) });
  return await response.text();
}

async function exists(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(() => true, () => false);
}

async function commandsWith(text: string): Promise<string[]> {
  const { stdout } = await new Deno.Command("ps", {
    args: ["-eww", "-o", "args="],
  }).output();
  const lines = new TextDecoder().decode(stdout).split("\n");
  return lines.filter((line) => line.includes(text));
}

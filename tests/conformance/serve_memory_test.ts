/**
 * A body that is larger than what a visitor or an application takes at once
 * waits where it comes from, not in the memory of `wsgi-shim serve`.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { importFlags, runDeno } from "../../build/run_deno.ts";
import { freePort, until } from "../worlds/background.ts";
import { CLOSE } from "./case.ts";
import { leaveOut } from "../worlds/left_out.ts";
import { RawConnection } from "../worlds/raw_http.ts";

const PYTHON = "/usr/bin/python3";
const BLOCK_SIZE = 65_536;
const BLOCKS = 2_400; // 150 MB
/** So many first: every process has some garbage before it collects it. */
const WARM_UP = 800;
const GROWTH_LIMIT_KB = 20_000;
/** How long nobody reads. */
const PAUSE_MS = 1_500;

const APPLICATION = `import hashlib, time

def application(environ, start_response):
    """Sends numbered blocks; takes an upload after a while."""
    count = int(environ["QUERY_STRING"] or 0)
    if environ["REQUEST_METHOD"] == "GET":
        headers = [("Content-Type", "application/octet-stream")]
        if environ["PATH_INFO"] == "/known":
            headers.append(("Content-Length", str(count * ${BLOCK_SIZE})))
        start_response("200 OK", headers)
        return (b"%015d\\n" % n * ${BLOCK_SIZE / 16} for n in range(count))
    time.sleep(count)
    digest = hashlib.sha1()
    for block in iter(lambda: environ["wsgi.input"].read(65536), b""):
        digest.update(block)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [digest.hexdigest().encode()]
`;

/** A server that runs as a process of its own. */
interface Running {
  port: number;
  /** The most memory that it ever held, in KB. */
  peak(): number;
}

/** Each with what starts it, given the app root and a port. */
const SERVERS: Record<
  string,
  (appRoot: string, port: number) => Promise<string[]>
> = {
  "wsgi-shim serve, on Deno,": async (appRoot, port) => [
    ...[Deno.execPath(), "run", "-q", "-A", ...await importFlags()],
    ...["cli.ts", "serve", appRoot, `--port=${port}`],
  ],
};

for (const [name, commandOf] of Object.entries(SERVERS)) {
  test(
    name,
    "a large answer waits for a slow reader",
    commandOf,
    async (server) => {
      for (const path of ["/known", "/unknown"]) {
        await download(server, path, WARM_UP, 0);
        const before = server.peak();
        assertEquals(await download(server, path, BLOCKS, PAUSE_MS), {
          status: 200,
          digest: digestOf(BLOCKS),
        });
        assertFlat(server.peak() - before, path);
      }
    },
  );

  test(
    name,
    "a large upload waits for a slow application",
    commandOf,
    async (server) => {
      for (const framing of ["length", "chunked"] as const) {
        await upload(server, framing, WARM_UP, 0);
        const before = server.peak();
        assertEquals(await upload(server, framing, BLOCKS, PAUSE_MS), {
          status: 200,
          digest: digestOf(BLOCKS),
        });
        assertFlat(server.peak() - before, framing);
      }
    },
  );
}

function test(
  name: string,
  what: string,
  commandOf: (appRoot: string, port: number) => Promise<string[]>,
  act: (server: Running) => Promise<void>,
) {
  const title = `${name} takes no memory for it: ${what}`;
  Deno.test({
    name: title,
    ignore: leaveOut(title, whyNot()),
    fn: () => withServer(commandOf, act),
  });
}

function whyNot(): string | undefined {
  if (Deno.build.os !== "linux") return "memory is read from /proc, of Linux";
}

async function withServer(
  commandOf: (appRoot: string, port: number) => Promise<string[]>,
  act: (server: Running) => Promise<void>,
) {
  const folder = await Deno.makeTempDir({ dir: "/tmp", prefix: "memory_" });
  const port = freePort();
  let child: Deno.ChildProcess | undefined;
  try {
    const appRoot = await makeSite(folder);
    const [command, ...args] = await commandOf(appRoot, port);
    child = new Deno.Command(command!, {
      args,
      cwd: new URL("../..", import.meta.url),
      env: { PORT: String(port), DENO_TLS_CA_STORE: "mozilla,system" },
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    await until(async () => {
      const response = await fetch(`http://127.0.0.1:${port}/?1`);
      return (await response.bytes()).length === BLOCK_SIZE;
    });
    const { pid } = child;
    await act({
      port,
      peak() {
        const text = Deno.readTextFileSync(`/proc/${pid}/status`);
        return Number(/VmHWM:\s+(\d+)/.exec(text)?.[1]);
      },
    });
  } finally {
    child?.kill("SIGTERM");
    await child?.status;
    await Deno.remove(folder, { recursive: true });
  }
}

async function makeSite(folder: string): Promise<string> {
  const appRoot = join(folder, "www");
  const python = join(folder, "venv/bin/python");
  const module = join(folder, "app.py");
  await Deno.chmod(folder, 0o755);
  await Deno.mkdir(join(folder, "venv/bin"), { recursive: true });
  await Deno.symlink(PYTHON, python);
  await Deno.writeTextFile(
    join(folder, "venv/pyvenv.cfg"),
    "home = /usr/bin\nversion = 3.11.2\n",
  );
  await Deno.writeTextFile(module, APPLICATION);
  const { code, stderr } = await runDeno([
    ...["run", "-q", "-A", ...await importFlags(), "cli.ts", "install"],
    ...[appRoot, "--python", python, "--module", module],
  ]);
  assertEquals(code, 0, stderr);
  return appRoot;
}

async function download(
  { port }: Running,
  path: string,
  blocks: number,
  pauseMs: number,
) {
  const connection = await RawConnection.open(port);
  const digest = createHash("sha1");
  try {
    await connection.send(`GET ${path}?${blocks} HTTP/1.1\r\n${CLOSE}\r\n`);
    await new Promise((go) => setTimeout(go, pauseMs));
    const { status } = await connection.receive("GET", (part) => {
      digest.update(part);
    });
    return { status, digest: digest.digest("hex") };
  } finally {
    connection.close();
  }
}

async function upload(
  { port }: Running,
  framing: "length" | "chunked",
  blocks: number,
  pauseMs: number,
) {
  const connection = await RawConnection.open(port);
  const isChunked = framing === "chunked";
  try {
    await connection.send(
      `POST /?${Math.ceil(pauseMs / 1_000)} HTTP/1.1\r\n${CLOSE}` +
        (isChunked
          ? "Transfer-Encoding: chunked\r\n\r\n"
          : `Content-Length: ${blocks * BLOCK_SIZE}\r\n\r\n`),
    );
    for (let number = 0; number < blocks; number++) {
      if (isChunked) await connection.send(`${BLOCK_SIZE.toString(16)}\r\n`);
      await connection.send(blockOf(number));
      if (isChunked) await connection.send("\r\n");
    }
    if (isChunked) await connection.send("0\r\n\r\n");
    const { status, body } = await connection.receive("POST");
    return { status, digest: new TextDecoder().decode(body) };
  } finally {
    connection.close();
  }
}

function blockOf(number: number): Uint8Array {
  const line = `${String(number).padStart(15, "0")}\n`;
  return new TextEncoder().encode(line.repeat(BLOCK_SIZE / line.length));
}

function digestOf(blocks: number): string {
  const digest = createHash("sha1");
  for (let number = 0; number < blocks; number++) {
    digest.update(blockOf(number));
  }
  return digest.digest("hex");
}

function assertFlat(growthKb: number, what: string) {
  assert(growthKb <= GROWTH_LIMIT_KB, `${what}: it grew by ${growthKb} KB`);
}

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { leaveOut, whyNoProgram } from "../../tests/worlds/left_out.ts";
import { askWorker } from "../../tests/worlds/session_client.ts";
import { SILENT_LOG } from "../site/log.ts";
import { startWorker, type Worker } from "./worker.ts";

const FILE = fileURLToPath(new URL("../shim/worker.py", import.meta.url));
const PYTHON = "/usr/bin/python3";
const APPLICATION = `def app(environ, start_response):
    if environ["PATH_INFO"] == "/raise":
        raise LookupError
    start_response("200 OK", [])
    return [b"hello"]
`;

/** Calls back with a worker that serves. */
async function withWorker(act: (worker: Worker) => Promise<void>) {
  const folder = await Deno.makeTempDir();
  const file = join(folder, "hello.py");
  await Deno.writeTextFile(file, APPLICATION);
  try {
    const start = await startWorker({
      kind: "run",
      interpreter: PYTHON,
      application: {
        target: { file },
        attribute: "app",
        call: false,
        path: [folder],
        directory: folder,
      },
      threads: 1,
      startTimeout: 30,
      environment: {},
    }, {
      file: FILE,
      appRoot: folder,
      socket: join(folder, "socket"),
      hello: "",
      log: SILENT_LOG,
      echo: false,
      explain: () => ({ status: 500, headers: {}, body: "a page" }),
    });
    assert("worker" in start, JSON.stringify(start));
    await act(start.worker);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function test(name: string, act: (worker: Worker) => Promise<void>) {
  Deno.test({
    name,
    ignore: leaveOut("a worker of its own", whyNoProgram("python3")),
    fn: () => withWorker(act),
  });
}

async function answers(worker: Worker, count: number, path = "/") {
  const status = path === "/raise" ? " 500 " : " 200 ";
  for (let number = 0; number < count; number++) {
    const answer = await askWorker(worker.socket, { PATH_INFO: path });
    assertStringIncludes(answer.split("\r\n")[0]!, status);
  }
}

test("Worker.ended tells a death before the twentieth answer", async (worker) => {
  await answers(worker, 19);
  Deno.kill(worker.pid, "SIGKILL");
  const { problem, signal, proven } = await worker.ended;
  assertEquals({ problem, signal, proven }, {
    problem: "killed",
    signal: "SIGKILL",
    proven: false,
  });
});

test("Worker.ended tells a death after it", async (worker) => {
  // One more, so that the worker has had the time to report the twentieth.
  await answers(worker, 21);
  Deno.kill(worker.pid, "SIGKILL");
  const { signal, proven } = await worker.ended;
  assertEquals({ signal, proven }, { signal: "SIGKILL", proven: true });
});

test("Worker.ended counts error pages as answers: it lives on", async (worker) => {
  await answers(worker, 21, "/raise");
  Deno.kill(worker.pid, "SIGKILL");
  assertEquals((await worker.ended).proven, true);
});

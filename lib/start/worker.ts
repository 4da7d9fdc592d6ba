/**
 * The Python process that hosts the application: starts it, waits until it is
 * ready or has failed, listens to what it reports, and sees it end.
 *
 * The other half is `worker.py`; `worker_messages.ts` has what the two
 * say to each other.
 * Runs on Node and Deno.
 *
 * @module
 */

import { type ChildProcess, spawn } from "node:child_process";
import * as os from "node:os";
import process from "node:process";
import type { Readable, Writable } from "node:stream";
import type { Failure } from "../python/failure.ts";
import { parseFaultDump } from "../python/fault_dump.ts";
import type { Log } from "../site/log.ts";
import type { Page } from "../pages/page.ts";
import type { RunPlan } from "../judge/plan.ts";
import {
  type Report,
  type SettingsOptions,
  wirePage,
  workerSettings,
} from "./worker_messages.ts";

/** What a worker is started with. */
export interface WorkerOptions extends SettingsOptions {
  /** Absolute path of `worker.py`. */
  file: string;
  log: Log;
  /** Where the application's output goes besides the log. */
  echo: boolean;
  /**
   * Variables besides those of the plan.
   * @default those of this process
   */
  environment?: Readonly<Record<string, string>>;
  /** Makes the page for an exception of the application. */
  explain: (incident: string, failure: Failure, accept: string) => Page;
}

/** A worker that serves. */
export interface Worker {
  pid: number;
  /** Version of Python: `3.11.2`. */
  python: string;
  /** Names of threads that keep the process alive when it should end. */
  threadsAlive: string[];
  socket: string;
  /** Settles when the process has ended, with how. */
  ended: Promise<Failure>;
  /** Lets it finish its requests and end; settles when it has. */
  stop(): Promise<void>;
}

/** A worker, or why there is none. */
export type WorkerStart = { worker: Worker } | { failure: Failure };

/** Time for the worker to say where it hangs, once it is overdue. */
const DUMP_MS = 1_000;
/** Time to finish requests; Passenger itself kills after 60 seconds. */
const STOP_MS = 55_000;
/** Time to read what an ended process has left in its pipes. */
const DRAIN_MS = 500;
const OUTPUT_LINES = 20;
const DUMP_LIMIT = 100_000;

/** Variables of the runtime's own start that mean nothing to Python. */
const OWN_VARIABLES = [
  "PASSENGER_SPAWN_WORK_DIR",
  "NODE_PATH",
  "NODE_OPTIONS",
  "NODE_CHANNEL_FD",
];

/**
 * Loads `worker.py` as a module: unlike a program, Python keeps a module
 * compiled, which saves each process about 4 ms and 2.5 MB. The working
 * directory, first on the path for `-c`, holds no modules of Python's. Every
 * Python from 2.7 on can read these lines, so that they can report one that is
 * too old.
 */
const LOADER = `import sys
if sys.version_info < (3, 8):
    import os
    version = ".".join(map(str, sys.version_info[:3]))
    report = '{"event": "failed", "failure": {"problem": "python-old", "python": "%s"}}\\n'
    os.write(3, (report % version).encode())
    sys.exit(1)
if sys.path[:1] == [""]: del sys.path[0]
from importlib.util import module_from_spec, spec_from_file_location
__file__ = sys.argv[1]
spec = spec_from_file_location("wsgi_shim_worker", __file__)
worker = sys.modules[spec.name] = module_from_spec(spec)
spec.loader.exec_module(worker)
sys.exit(worker.main())
`;

/** Starts a worker; settles when it serves, has failed or is overdue. */
export function startWorker(
  plan: RunPlan,
  options: WorkerOptions,
): Promise<WorkerStart> {
  const env: Record<string, string | undefined> = {
    ...options.environment ?? process.env,
  };
  for (const name of OWN_VARIABLES) delete env[name];
  Object.assign(env, plan.environment);
  const output: string[] = [];
  let dump = "";
  let proven = false;

  const child = spawn(plan.interpreter, ["-c", LOADER, options.file], {
    cwd: options.appRoot,
    env: env as Record<string, string>,
    // Input, output, errors, reports, and the dumps of faulthandler.
    stdio: ["pipe", "pipe", "pipe", "pipe", "pipe"],
  });

  return new Promise((settle) => {
    let failure: Failure | undefined;
    let settled = false;
    const overdue = setTimeout(giveUp, plan.startTimeout * 1_000 + DUMP_MS);
    const ended = new Promise<Failure>((done) => {
      // Not "exit" alone: what it printed last is still in its pipes. Not
      // "close" alone: a child of the application may hold them for hours.
      let left: ReturnType<typeof setTimeout> | undefined;
      child.on("exit", (code, signal) => {
        left = setTimeout(() => end(code, signal), DRAIN_MS);
      });
      child.on("close", end);
      function end(code: number | null, signal: string | null) {
        clearTimeout(left);
        if (options.trial) child.stdio.forEach((pipe) => pipe?.destroy());
        // The dumps show where Python stood, which only a signal needs.
        done({ ...endOf(code, signal), stack: stackOf(), output, proven });
      }
    });

    function finish(start: WorkerStart) {
      if (settled) return;
      settled = true;
      clearTimeout(overdue);
      settle(start);
    }

    function giveUp() {
      failure = {
        problem: "hung",
        seconds: plan.startTimeout,
        stack: stackOf(),
        output,
      };
      killGroup(child);
      finish({ failure });
    }

    function stackOf() {
      return dump ? parseFaultDump(dump, options.file) : undefined;
    }

    child.on("error", (error) => {
      finish({
        failure: {
          problem: "unstartable",
          subject: plan.interpreter,
          exception: {
            type: "OSError",
            message: error.message,
            errno: (error as { code?: string }).code,
            frames: [],
          },
        },
      });
    });
    ended.then((end) => finish({ failure: failure ?? end }));

    const pipes = child.stdio as unknown as [
      Writable,
      Readable,
      Readable,
      Readable,
      Readable,
    ];
    // A process that could not be started has no pipes.
    if (child.pid === undefined) return;
    // The worker may end before it has read; "close" tells all there is.
    for (const pipe of pipes) pipe.on("error", () => {});

    readLines(pipes[1], (lines) => tell("out", lines));
    readLines(pipes[2], (lines) => tell("err", lines));
    // All lines of a chunk at once: some applications print thousands.
    function tell(kind: "out" | "err", lines: string[]) {
      const text = lines.join("\n") + "\n";
      options.log.write(kind, text);
      output.push(...lines.slice(-OUTPUT_LINES));
      output.splice(0, output.length - OUTPUT_LINES);
      if (!options.echo) return;
      (kind === "out" ? process.stdout : process.stderr).write(text);
    }
    pipes[4].on("data", (chunk: Uint8Array) => {
      if (dump.length < DUMP_LIMIT) dump += new TextDecoder().decode(chunk);
    });
    readLines(pipes[3], (lines) => lines.forEach(takeReport));
    function takeReport(line: string) {
      const report = JSON.parse(line) as Report;
      switch (report.event) {
        case "ready":
          // What was dumped while loading says nothing of a later death.
          dump = "";
          finish({ worker: workerOf(child, report, ended, options) });
          break;
        case "proven":
          proven = true;
          break;
        case "failed":
          failure = { ...report.failure, output };
          break;
        case "warning":
          options.log.write("warning", report.text);
          break;
        case "exception": {
          const page = options.explain(
            report.id,
            report.failure,
            report.accept ?? "",
          );
          pipes[0].write(
            JSON.stringify({ id: report.id, page: wirePage(page) }),
          );
          pipes[0].write("\n");
          break;
        }
      }
    }

    pipes[0].write(JSON.stringify(workerSettings(plan, options)) + "\n");
  });
}

function workerOf(
  child: ChildProcess,
  report: Report & { event: "ready" },
  ended: Promise<Failure>,
  options: WorkerOptions,
): Worker {
  async function stop() {
    // The end of its input would leave running requests only a few seconds.
    child.kill("SIGTERM");
    const kill = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
    await ended;
    clearTimeout(kill);
  }
  return {
    pid: report.pid,
    python: report.python,
    threadsAlive: report.threads_alive ?? [],
    socket: options.socket,
    ended,
    stop,
  };
}

/** Kills a worker that hangs, and what the application has started in it. */
function killGroup(child: ChildProcess) {
  try {
    process.kill(-child.pid!, "SIGKILL");
  } catch {
    // Python has not come as far as to lead a group of its own.
    child.kill("SIGKILL");
  }
}

function endOf(code: number | null, signal: string | null): Failure {
  const byNumber = code !== null && code > 128 ? signalName(code - 128) : null;
  const name = signal ?? byNumber;
  return name
    ? { problem: "killed", signal: name }
    : { problem: "exited", status: code ?? 0 };
}

/** Deno tells a death by signal as exit status 128 and its number. */
function signalName(number: number): string | undefined {
  return Object.entries(os.constants.signals)
    .find(([, value]) => value === number)?.[0];
}

const LINE_LIMIT = 1_000_000;

/** Calls back with the lines of each chunk, the last even without newline. */
function readLines(stream: Readable, take: (lines: string[]) => void) {
  const decoder = new TextDecoder();
  let rest = "";
  stream.on("data", (chunk: Uint8Array) => {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop()!;
    if (rest.length > LINE_LIMIT) lines.push(rest), rest = "";
    if (lines.length > 0) take(lines);
  });
  stream.on("end", () => rest && take([rest]));
}

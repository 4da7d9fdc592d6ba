/**
 * A host as a child of this process: for `serve`, for the trial of `check`,
 * and under Passenger where Node cannot give way to it.
 *
 * The other half is `shim/host`: it reports in lines of JSON on descriptor 3,
 * and takes pages, and the end, on its standard input. Runs on Node and Deno.
 *
 * @module
 */

import { type ChildProcess, spawn } from "node:child_process";
import { Buffer } from "node:buffer";
import * as fs from "node:fs";
import * as os from "node:os";
import { dirname } from "node:path";
import process from "node:process";
import type { Readable, Writable } from "node:stream";
import type { Remark } from "../checks/interface.ts";
import type { DjangoRemark } from "../checks/django.ts";
import type { Unanswered } from "../checks/unanswered.ts";
import type { Failure } from "../python/failure.ts";
import type { Site } from "../site/site.ts";
import type { Question, WirePage } from "./explaining.ts";
import {
  earlyVariables,
  makeOrders,
  type OrderOptions,
  writeOrders,
} from "./orders.ts";
import type { RunPlan } from "../judge/plan.ts";

/** How a host is started as a child. */
export interface HostOptions extends Omit<OrderOptions, "judge"> {
  /** The application's output also goes to this process's own. */
  echo: boolean;
  /** Variables besides those of the plan. @default those of this process */
  environment?: Readonly<Record<string, string>>;
  /** What runs the interpreter, by the words that would run it. */
  wrap?: (words: string[]) => string[];
  /** Makes the page for an exception of the application. */
  explain: (question: Question) => WirePage | undefined;
}

/** A host that serves. */
export interface HostProcess {
  /** Process id of the first worker. */
  pid: number;
  /** Version of Python: `3.11.2`. */
  python: string;
  /** What the application speaks. */
  interface: "wsgi" | "asgi";
  /** What a trial has seen. */
  remarks: Remark[];
  /** What it has seen of Django's settings. */
  django: DjangoRemark[];
  /** Requests that it found to have no answer. */
  unanswered: Unanswered[];
  /** Requests that are served at once. */
  concurrency: number;
  /** Names of threads that keep the process alive when it should end. */
  threadsAlive: string[];
  /** Settles when the host has ended. */
  ended: Promise<void>;
  /** Lets it finish its requests and end; settles when it has. */
  stop(): Promise<void>;
}

/** A host that serves, or why there is none. */
export type HostStart = { host: HostProcess } | { failure: Failure };

type Event =
  | {
    event: "ready";
    pid: number;
    python: string;
    interface: "wsgi" | "asgi";
    remarks?: Remark[];
    django?: DjangoRemark[];
    unanswered?: Unanswered[];
    threads: number;
    threads_alive: string[];
  }
  | { event: "failed"; failure: Failure }
  | { event: "ended" }
  | { event: "exception" } & Question;

/** Time after a stop, until a host is killed; Passenger itself waits 60 s. */
const STOP_MS = 58_000;

/** `TMPDIR` may name a folder that is not there. */
function folderOfOrders(): string {
  const folder = os.tmpdir();
  return fs.existsSync(folder) ? folder : "/tmp";
}

/** Starts a host; settles when it serves or has failed. */
export function startHost(
  site: Site,
  plan: RunPlan,
  options: HostOptions,
): Promise<HostStart> {
  const orders = makeOrders(site, plan, options);
  const { socket } = options;
  // Beside the socket is a folder that nobody else can enter.
  const file = writeOrders(orders, socket ? dirname(socket) : folderOfOrders());
  const plain = [plan.interpreter, site.layout.hostMain, file];
  const [program, ...words] = options.wrap?.(plain) ?? plain;
  // Elsewhere than under Passenger somebody may stop to read, which this
  // process must see.
  const output = options.spawn ? "inherit" : options.echo ? "pipe" : "ignore";
  const child = spawn(program!, words, {
    cwd: orders.app_root,
    env: { ...options.environment ?? process.env, ...earlyVariables(orders) },
    stdio: ["pipe", output, output, "pipe"],
  });
  const ended = new Promise<void>((done) => {
    const end = () => {
      // The host removes it; an interpreter that did not come so far does not.
      fs.rmSync(file, { force: true });
      done();
    };
    child.on("exit", end);
    child.on("error", end);
  });
  return new Promise((settle) => {
    child.on("error", (error: Error & { code?: string }) => {
      const { message, code: errno } = error;
      const exception = { type: "OSError", message, errno, frames: [] };
      const subject = plan.interpreter;
      settle({ failure: { problem: "unstartable", subject, exception } });
    });
    child.on("exit", (status: number | null, signal: string | null) =>
      settle({
        failure: signal
          ? { problem: "killed", signal }
          : { problem: "exited", status: status ?? 0 },
      }));
    // A process that could not be started has no pipes.
    if (child.pid === undefined) return;
    child.stdout?.on("data", (chunk) => process.stdout.write(chunk));
    child.stderr?.on("data", (chunk) => process.stderr.write(chunk));
    const [input, , , reports] = child.stdio as unknown as [
      Writable,
      Readable | null,
      Readable | null,
      Readable,
    ];
    for (const pipe of [input, reports]) pipe.on("error", () => {});
    readLines(reports, (line) => {
      const told = parse(line);
      switch (told?.event) {
        case "ready":
          settle({
            host: {
              pid: told.pid,
              python: told.python,
              interface: told.interface,
              remarks: told.remarks ?? [],
              django: told.django ?? [],
              unanswered: told.unanswered ?? [],
              concurrency: told.threads,
              threadsAlive: told.threads_alive,
              ended,
              stop: () => stop(child, ended),
            },
          });
          break;
        case "failed":
          settle({ failure: told.failure });
          break;
        case "exception":
          input.write(`${JSON.stringify({ page: options.explain(told) })}\n`);
          break;
      }
    });
  });
}

function parse(line: string): Event | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined; // The host died while it wrote.
  }
}

async function stop(child: ChildProcess, ended: Promise<void>): Promise<void> {
  child.stdin?.end();
  const kill = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
  await ended;
  clearTimeout(kill);
}

/** Calls back with each line, the last even without its end. */
function readLines(stream: Readable, take: (line: string) => void) {
  let parts: Uint8Array[] = [];
  stream.on("data", (chunk: Uint8Array) => {
    parts.push(chunk);
    if (!chunk.includes(0x0a)) return;
    const lines = Buffer.concat(parts).toString("utf8").split("\n");
    parts = [Buffer.from(lines.pop()!)];
    lines.forEach(take);
  });
  stream.on("end", () => {
    const rest = Buffer.concat(parts).toString("utf8");
    if (rest !== "") take(rest);
  });
}

/**
 * The life of a process that Passenger starts: it hands a worker over, and
 * then is a quiet supervisor; or it serves a page until the site is mended,
 * and then ends, so that Passenger starts afresh.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import * as fs from "node:fs";
import type { Server } from "node:http";
import process from "node:process";
import type { Failure } from "../python/failure.ts";
import { announce, newSocketPath, type Spawn } from "./handoff.ts";
import type { Host } from "../machine/host.ts";
import { tellDeath } from "./incident.ts";
import { createPageServer } from "./page_server.ts";
import { logReason, type Start, startSite } from "./site_start.ts";
import { createStandIn } from "./stand_in.ts";

/** What a process under Passenger is started with. */
export interface PassengerOptions {
  /** Absolute path of the app root. */
  appRoot: string;
  host: Host;
  spawn: Spawn;
  /**
   * `node`: Passenger's Node loader runs in this process and announces the
   * first server that listens. `python`: this process stands in Python's
   * place, and announces all by itself.
   */
  door: "node" | "python";
  /** Calls back once, when Passenger wants the process to end. */
  onShutdown: (end: () => void) => void;
}

const RESPAWN_LIMIT = 3;
const RESPAWN_WINDOW_MS = 60_000;

/** Runs a site in a process that Passenger started. */
export async function runUnderPassenger(
  options: PassengerOptions,
): Promise<void> {
  const socket = newSocketPath(options.spawn);
  let end: () => void = () => process.exit(0);
  options.onShutdown(() => end());
  const start = await startSite({ ...startOptions(options), socket });
  if (start.kind === "stopped") {
    return await servePage(options, start, socket);
  }
  end = supervise(options, start, socket);
  announce(options.spawn, {
    path: socket,
    protocol: "session",
    concurrency: start.plan.threads,
  });
}

function startOptions({ appRoot, host, door, spawn }: PassengerOptions) {
  return { appRoot, host, door, password: spawn.password, echo: true };
}

/**
 * Keeps a worker alive: one that died is started again on the same socket.
 * One that dies often is left to the next process, whose start sees it in the
 * log. Returns what ends it all.
 */
function supervise(
  options: PassengerOptions,
  running: Extract<Start, { kind: "running" }>,
  socket: string,
): () => void {
  const { log } = running;
  const isTooMuch = createDeathCount();
  let ending = false;
  let worker = running.worker;
  watch();

  function watch() {
    worker.ended.then(async (failure) => {
      if (ending) return;
      log.write("death", tellDeath(worker.pid, failure));
      if (isTooMuch(failure, Date.now())) leave();
      const start = await startSite({ ...startOptions(options), socket });
      if (start.kind === "stopped") leave();
      else {
        worker = start.worker;
        if (ending) await worker.stop();
        else watch();
      }
    });
  }

  function leave(): never {
    removeSocket(socket);
    process.exit(0);
  }

  return () => {
    if (ending) return;
    ending = true;
    log.write("stop", `Passenger ends worker ${worker.pid}`);
    worker.stop().then(leave);
  };
}

/**
 * Counts the deaths of workers, and tells with each whether they are the rule
 * of the site by now. One that had answered well before has died by accident.
 */
export function createDeathCount(): (
  failure: Pick<Failure, "proven">,
  now: number,
) => boolean {
  let recent: number[] = [];
  return ({ proven }, now) => {
    if (!proven) recent.push(now);
    recent = recent.filter((time) => now - time < RESPAWN_WINDOW_MS);
    return recent.length >= RESPAWN_LIMIT;
  };
}

/** Serves the page, until the site is mended. */
async function servePage(
  options: PassengerOptions,
  { reason, log, retryMs }: Extract<Start, { kind: "stopped" }>,
  socket: string,
): Promise<void> {
  const standIn = createStandIn(reason, {
    door: options.door,
    retryMs,
    onChange: (changed) => logReason(log, changed),
  });
  const server = createPageServer((request, response) => {
    if (!standIn.isMended()) return standIn.page(request.headers.accept);
    log.write("stop", "the site starts again");
    // No new request may reach a process that is about to end: Passenger
    // meets a closed socket, and starts another process for it.
    server.close();
    response.on("close", () => process.exit(0));
    return standIn.restartingPage(request.headers.accept);
  });
  await listen(server, options, socket);
}

async function listen(
  server: Server,
  { door, spawn }: PassengerOptions,
  socket: string,
): Promise<void> {
  if (door === "node") {
    // Passenger's loader replaces `listen`, and announces the server.
    server.listen(0);
    return;
  }
  await new Promise<void>((ready) => server.listen(socket, ready));
  fs.chmodSync(socket, 0o600);
  announce(spawn, { path: socket, protocol: "http", concurrency: 0 });
}

function removeSocket(socket: string) {
  fs.rmSync(socket, { force: true });
}

/**
 * A process of Passenger's that serves a page until the site is mended, and
 * then ends, so that Passenger starts afresh.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import * as fs from "node:fs";
import process from "node:process";
import { announce, newSocketPath, type Spawn } from "./handoff.ts";
import { type Door, newIncident } from "./incident.ts";
import {
  type Listen,
  type Listener,
  listenInLoader,
  listenOnSocket,
  type MakePage,
} from "./page_server.ts";
import { createStandIn, type Reason } from "./stand_in.ts";
import { logReason, logStopped, type Run, type Stopped } from "./starting.ts";

/** The last answer may take so long. */
const ANSWER_MS = 2_000;

/** Where a page is served. */
export interface PageOptions {
  door: Door;
  spawn: Spawn;
  /**
   * Passenger's Node loader runs in this process: it announces the first
   * server that listens.
   */
  isInLoader: boolean;
  /** What ends with the page. @default this process */
  self?: Self;
  /** How a socket is listened on. @default Node's server */
  listen?: Listen;
}

/** A process, as far as a door needs it. */
export interface Self {
  exit(status: number): void;
  stdin: { on(event: string, listener: () => void): unknown; resume(): void };
}

/**
 * Serves the page of a site that does not run, or was mended a moment ago;
 * settles when it listens.
 */
export async function servePage(
  start: Stopped | Run,
  {
    door,
    spawn,
    isInLoader,
    self = process,
    listen = listenOnSocket,
  }: PageOptions,
): Promise<void> {
  const { log } = start;
  if (start.kind === "stopped") logStopped(start);
  const standIn = createStandIn(
    start.kind === "stopped" ? start.reason : mended(start),
    {
      door,
      retryMs: start.kind === "stopped" ? start.retryMs : undefined,
      onChange: (changed) => logReason(log, changed),
    },
  );
  let listener: Listener;
  let isEnding = false;
  const makePage: MakePage = (accept) => {
    if (start.kind === "stopped" && !standIn.isMended()) {
      return standIn.page(accept);
    }
    if (!isEnding) {
      isEnding = true;
      log.write("stop", "the site starts again");
      // No new request may reach a process that is about to end: Passenger
      // meets a closed socket, and starts another process for it.
      const late = new Promise((go) => setTimeout(go, ANSWER_MS));
      Promise.race([listener.close(), late]).then(() => self.exit(0));
    }
    return standIn.restartingPage(accept);
  };
  if (isInLoader) {
    listener = await listenInLoader(makePage);
    return;
  }
  const path = newSocketPath(spawn);
  listener = await listen(path, makePage);
  fs.chmodSync(path, 0o600);
  announce(spawn, { path, protocol: "http", concurrency: 0 });
  // Passenger says nothing on this pipe; its end is the message.
  const end = () => {
    fs.rmSync(path, { force: true });
    self.exit(0);
  };
  self.stdin.on("end", end);
  self.stdin.on("error", end);
  self.stdin.resume();
}

function mended({ site, plan }: Run): Reason {
  const judgement = { site, plan, findings: [] };
  return { judgement, incident: newIncident() };
}

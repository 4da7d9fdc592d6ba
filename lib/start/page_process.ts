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
import { createPageServer } from "./page_server.ts";
import { createStandIn, type Reason } from "./stand_in.ts";
import { logReason, logStopped, type Run, type Stopped } from "./starting.ts";

/** Where a page is served. */
export interface PageOptions {
  door: Door;
  spawn: Spawn;
  /**
   * Passenger's Node loader runs in this process: it announces the first
   * server that listens.
   */
  isInLoader: boolean;
}

/**
 * Serves the page of a site that does not run, or was mended a moment ago;
 * settles when it listens.
 */
export async function servePage(
  start: Stopped | Run,
  { door, spawn, isInLoader }: PageOptions,
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
  const server = createPageServer((request, response) => {
    if (start.kind === "stopped" && !standIn.isMended()) {
      return standIn.page(request.headers.accept);
    }
    log.write("stop", "the site starts again");
    // No new request may reach a process that is about to end: Passenger
    // meets a closed socket, and starts another process for it.
    server.close();
    response.on("close", () => process.exit(0));
    return standIn.restartingPage(request.headers.accept);
  });
  if (isInLoader) {
    server.listen(0);
    return;
  }
  const path = newSocketPath(spawn);
  await new Promise<void>((ready) => server.listen(path, ready));
  fs.chmodSync(path, 0o600);
  announce(spawn, { path, protocol: "http", concurrency: 0 });
  // Passenger says nothing on this pipe; its end is the message.
  const end = () => {
    fs.rmSync(path, { force: true });
    process.exit(0);
  };
  process.stdin.on("end", end).on("error", end).resume();
}

function mended({ site, plan }: Run): Reason {
  const judgement = { site, plan, findings: [] };
  return { judgement, incident: newIncident() };
}

/**
 * The runtime of a site: what Passenger's Node loads, by way of `app.js`, to
 * judge the site and give way to the host, or to serve a page.
 *
 * ```js
 * require("./shim/runtime.cjs").start(__dirname);
 * ```
 *
 * As a program it answers the other files of ours on a site:
 * `node shim/runtime.cjs door judge APPROOT`.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import process from "node:process";
import { createHost } from "./lib/machine/host.ts";
import {
  openNodeDoor,
  parseDoor,
  type PassengerLoader,
  runDoor,
} from "./lib/start/doors.ts";
import { readSpawn } from "./lib/start/handoff.ts";

export { VERSION as version } from "./lib/site/version.ts";

/**
 * Starts a site in this process: it gives way to the host, or shows the page
 * that says why not.
 *
 * @param appRoot Absolute path of the app root
 * @throws {Error} when Passenger (5.3 or later) has not started this process
 */
export async function start(appRoot: string): Promise<void> {
  const spawn = readSpawn(process.env);
  const { PhusionPassenger: loader } = globalThis as {
    PhusionPassenger?: PassengerLoader;
  };
  if (!spawn || !loader) {
    throw new Error(
      "Passenger 5.3 or later starts this; without it, use: wsgi-shim serve",
    );
  }
  await openNodeDoor(appRoot, createHost(), spawn, loader);
}

/** Runs the runtime as a program; sets the exit status. */
async function main([word, ...argv]: string[]): Promise<void> {
  const judge = [process.execPath, resolve(process.argv[1]!), "door"];
  const call = word === "door" ? parseDoor(argv, judge) : undefined;
  if (!call) {
    process.stderr.write(
      "Usage: node runtime.cjs door judge|page|explain|guest APPROOT\n",
    );
    process.exitCode = 2;
    return;
  }
  const answer = await runDoor(
    call,
    createHost(),
    () => Promise.resolve(readFileSync(0, "utf8")),
  );
  if (answer !== undefined) process.stdout.write(`${answer}\n`);
}

// A CommonJS bundle has no import.meta.main.
if (basename(process.argv[1] ?? "") === "runtime.cjs") {
  main(process.argv.slice(2)).catch((error) => {
    process.stderr.write(`${error?.stack ?? error}\n`);
    process.exit(3);
  });
}

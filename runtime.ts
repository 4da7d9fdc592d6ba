/**
 * The runtime of a site: what Passenger's Node loads, by way of `app.js`, to
 * host a Python application.
 *
 * ```js
 * require("./shim/runtime.cjs").start(__dirname);
 * ```
 *
 * As a program it serves the wsgi door:
 *
 * ```sh
 * node shim/runtime.cjs python APPROOT       # in Python's place
 * node shim/runtime.cjs preflight APPROOT    # the plan as JSON
 * ```
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import process from "node:process";
import { readSpawn } from "./lib/start/handoff.ts";
import { createHost } from "./lib/machine/host.ts";
import { runUnderPassenger } from "./lib/start/passenger_process.ts";
import { answerPreflight } from "./lib/start/preflight.ts";
import { startInPythonsPlace } from "./lib/start/python_door.ts";

export { VERSION as version } from "./lib/site/version.ts";

/** What Passenger's Node loader leaves in the global scope. */
interface PassengerLoader {
  on(event: "exit", listener: () => void): void;
}

/**
 * Starts a site in this process: hands its worker over to Passenger, or shows
 * the page that says why there is none.
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
  await runUnderPassenger({
    appRoot,
    host: createHost(),
    spawn,
    door: "node",
    // The loader ends this process at once unless somebody listens to it.
    onShutdown: (end) => loader.on("exit", end),
  });
}

/**
 * Hosts a site in a process that Passenger started in Python's place, as
 * `shim/python` does.
 *
 * @param appRoot Absolute path of the app root
 */
export async function python(appRoot: string): Promise<void> {
  if (await startInPythonsPlace(appRoot, createHost())) return;
  throw new Error("Cannot host the site: no spawn work directory is given");
}

/** Runs the runtime as a program; sets the exit status. */
async function main([command, ...argv]: string[]): Promise<void> {
  const failure = argv.includes("--failure");
  const again = argv.includes("--again");
  const callerAt = argv.indexOf("--caller");
  const caller = callerAt < 0 ? undefined : argv[callerAt + 1];
  const [appRoot] = argv.filter((word, at) =>
    !word.startsWith("--") && (callerAt < 0 || at !== callerAt + 1)
  );
  if (appRoot !== undefined && command === "python") {
    return await python(resolve(appRoot));
  } else if (appRoot !== undefined && command === "preflight") {
    const input = failure || again ? readFileSync(0, "utf8") : "";
    const written = { failure, again, caller, input };
    const answer = answerPreflight(resolve(appRoot), createHost(), written);
    process.stdout.write(answer + "\n");
    return;
  }
  process.stderr.write(
    "Usage: node runtime.cjs preflight APPROOT [--failure | --again]\n" +
      "       node runtime.cjs python APPROOT   (under Passenger only)\n",
  );
  process.exitCode = 2;
}

// A CommonJS bundle has no import.meta.main.
if (basename(process.argv[1] ?? "") === "runtime.cjs") {
  reportFailure(main(process.argv.slice(2)));
}

/** Lets a failure of ours be seen, and end the process. */
function reportFailure(running: Promise<void>): void {
  running.catch((error) => {
    process.stderr.write(`${error?.stack ?? error}\n`);
    process.exit(3);
  });
}

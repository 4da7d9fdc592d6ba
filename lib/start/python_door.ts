/**
 * The way in for `shim/python`: this process was started in the place of the
 * Python interpreter that Passenger wanted, and hosts the site.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { spawn as spawnProcess } from "node:child_process";
import process from "node:process";
import { readSpawn } from "./handoff.ts";
import type { Host } from "../machine/host.ts";
import { layoutOf } from "../site/layout.ts";
import { runUnderPassenger } from "./passenger_process.ts";

/**
 * Hosts a site in Python's place; without a spawn of Passenger's there is
 * nothing to host.
 *
 * @param appRoot Absolute path of the app root
 * @returns Whether Passenger started this process
 */
export async function startInPythonsPlace(
  appRoot: string,
  host: Host,
): Promise<boolean> {
  const spawn = readSpawn(process.env);
  if (!spawn) return false;
  await runUnderPassenger({
    appRoot,
    host,
    spawn,
    door: "python",
    onShutdown(end) {
      // Passenger says nothing on this pipe; its end is the message.
      process.stdin.resume();
      process.stdin.once("end", end);
      process.stdin.once("error", end);
    },
  });
  return true;
}

/**
 * Lets `shim/python` say in Python that the runtime failed, where it cannot
 * do so by itself: settles when that has ended.
 *
 * @param appRoot Absolute path of the app root
 * @returns The exit status
 */
export function explainInPython(
  appRoot: string,
  error: unknown,
): Promise<number> {
  const child = spawnProcess(layoutOf(appRoot).shimPython, [], {
    env: {
      ...process.env,
      WSGI_SHIM_TROUBLE: `${process.execPath}: the runtime failed: ${error}`,
    },
    stdio: "inherit",
  });
  return new Promise((done) => {
    child.on("exit", (status) => done(status ?? 1));
    child.on("error", () => done(1));
  });
}

/**
 * The runtime of a site: what Passenger's Node loads, by way of `app.js`, to
 * host a Python application.
 *
 * ```js
 * require("./shim/runtime.cjs").start(__dirname);
 * ```
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import process from "node:process";
import { readSpawn } from "./lib/handoff.ts";
import { createHost } from "./lib/host.ts";
import { runUnderPassenger } from "./lib/passenger_process.ts";
import { createSiteServer } from "./lib/site_server.ts";

export { VERSION as version } from "./lib/version.ts";

/** What Passenger's Node loader leaves in the global scope. */
interface PassengerLoader {
  on(event: "exit", listener: () => void): void;
}

/**
 * Starts a site in this process: hands its worker over to Passenger, or
 * listens where there is no handoff.
 *
 * @param appRoot Absolute path of the app root
 */
export async function start(appRoot: string): Promise<void> {
  const host = createHost();
  const spawn = readSpawn(process.env);
  const { PhusionPassenger: loader } = globalThis as {
    PhusionPassenger?: PassengerLoader;
  };
  if (spawn && loader) {
    await runUnderPassenger({
      appRoot,
      host,
      spawn,
      door: "node",
      // The loader ends this process at once unless somebody listens to it.
      onShutdown: (end) => loader.on("exit", end),
    });
    return;
  }
  const server = createSiteServer({ appRoot, host, door: "node", echo: true });
  const end = () => server.stop().then(() => process.exit(0));
  process.once("SIGTERM", end);
  loader?.on("exit", end);
  server.http.listen(Number(process.env.PORT) || 8000, "127.0.0.1");
}

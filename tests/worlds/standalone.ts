/**
 * Passenger Standalone with its builtin engine, for tests: one site on a free
 * port, without a web server. Needs root, and Debian's `passenger`.
 *
 * @module
 */

import { join } from "node:path";
import { end, freePort, startAsUser, until } from "./background.ts";
import { whyNoProgram } from "./left_out.ts";
import { killAll, processes } from "./processes.ts";
import type { TestSite } from "./site_on_disk.ts";

/** A site that Passenger Standalone serves. */
export interface Standalone extends AsyncDisposable {
  port: number;
}

/** Why Passenger Standalone cannot be started here. */
export function whyNoStandalone(): string | undefined {
  if (Deno.uid() !== 0) return "sites need users of their own: root";
  return whyNoProgram("passenger");
}

/** Serves a site by its node door, until it is disposed of. */
export async function startStandalone(site: TestSite): Promise<Standalone> {
  const port = freePort();
  // Sockets lie in it, whose paths must be short.
  const registry = await Deno.makeTempDir({ dir: "/tmp", prefix: "wsgi-" });
  await Deno.chown(registry, site.user.uid, site.user.gid);
  const log = join(registry, "log");
  const child = startAsUser(site.user, "/usr/bin/passenger", [
    ...["start", "--engine", "builtin", "--environment", "production"],
    ...["--address", "127.0.0.1", "--port", String(port)],
    ...["--app-type", "node", "--startup-file", "app.js"],
    ...["--instance-registry-dir", registry, "--log-file", log],
    // Both would speak to Phusion's servers.
    ...["--disable-security-update-check", "--disable-anonymous-telemetry"],
  ], { cwd: site.appRoot, env: { TMPDIR: registry } });
  async function stop() {
    await end(child);
    // Such as what looks after its temporary files.
    await killAll(() => processes((each) => each.command.includes(registry)));
    await Deno.remove(registry, { recursive: true });
  }
  try {
    await until(async () => {
      const response = await fetch(`http://127.0.0.1:${port}/`);
      await response.body?.cancel();
      return true;
    }, "Passenger Standalone answers");
  } catch (error) {
    const told = await Deno.readTextFile(log).catch(String);
    await stop();
    throw new Error(`${error}\n${told}`);
  }
  return { port, [Symbol.asyncDispose]: stop };
}

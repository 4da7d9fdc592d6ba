/**
 * What a command needs for a look at a site that runs without us: its
 * interpreter as the startup file names it, and a host for the trial.
 *
 * @module
 */

import { join } from "node:path";
import { readStartupFile, STARTUP_PROGRAM } from "../python/startup_file.ts";
import { HOST_FILES } from "../site/layout.ts";
import { readNativeSite, readSite, type Site } from "../site/site.ts";
import type { Io } from "./terminal.ts";

/** Reads a site of either kind. */
export async function readAnySite(appRoot: string, io: Io): Promise<Site> {
  const site = readSite(appRoot, io.host);
  const { native, layout } = site;
  if (!native) return site;
  const program = await io.embedded(STARTUP_PROGRAM);
  const { interpreter } = readStartupFile(native, site, program);
  return interpreter
    ? readNativeSite({ ...native, interpreter }, layout, io.host)
    : site;
}

/** Does something with a site that has a host for the time being. */
export async function withHost<T>(
  site: Site,
  io: Io,
  work: (site: Site) => Promise<T>,
): Promise<T> {
  const host = await Deno.makeTempDir({ prefix: "wsgi-shim-host-" });
  try {
    for (const name of HOST_FILES) {
      const text = await io.embedded({ source: `shim/host/${name}` });
      await Deno.writeTextFile(join(host, name), text);
    }
    const hostMain = join(host, "__main__.py");
    return await work({ ...site, layout: { ...site.layout, host, hostMain } });
  } finally {
    await Deno.remove(host, { recursive: true });
  }
}

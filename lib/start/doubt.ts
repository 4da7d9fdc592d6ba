/**
 * Whether an adopted site is better left to the Python of the server, by the
 * startup file that it had before: where that runs another Python than the one
 * that is recorded, and the recorded one cannot be started; and where that file
 * is back in its place.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { dirname, join } from "node:path";
import { findingLine } from "../findings/finding.ts";
import { type Host, refused } from "../machine/host.ts";
import { runsOriginal } from "../site/adoption.ts";
import type { Stopped } from "./starting.ts";

/**
 * Why the server's own Python is to run the site.
 *
 * @param server Absolute path of that Python; undefined where it is a part of
 *   the server
 */
export function findDoubt(
  { reason: { judgement, failed } }: Stopped,
  server?: string,
): string | undefined {
  const { site } = judgement;
  const recorded = site.config?.passenger.python;
  const errors = (failed?.findings ?? judgement.findings)
    .filter(({ severity }) => severity === "error");
  // It was given back while this start was under way: what is there now runs.
  const back = errors.find(({ code }) => code === "startup-file-replaced");
  if (back && server) return findingLine(back);
  if (!runsOriginal(site) || recorded === undefined || server === "") {
    return undefined;
  }
  const isOfPython = errors.length > 0 &&
    errors.every(({ code }) => /^(python|venv)-/.test(code));
  if (!isOfPython) return undefined;
  const isSame = server !== undefined &&
    prefixOf(server, site.host) === prefixOf(recorded, site.host);
  return isSame ? undefined : errors.map(findingLine).join("\n");
}

/** The environment of an interpreter; that of the system behind all links. */
function prefixOf(interpreter: string, host: Host): string {
  const prefix = dirname(dirname(interpreter));
  const isVenv = !refused(host.stat(join(prefix, "pyvenv.cfg")));
  const real = host.realPath(isVenv ? prefix : interpreter);
  return refused(real) ? prefix : real;
}

/**
 * Whether an application would start: it is loaded once in a worker that
 * serves nothing, and let go.
 *
 * Layer 4. Runs on Node and Deno.
 *
 * @module
 */

import { asSiteUser } from "./checks/errand.ts";
import type { Finding } from "./finding.ts";
import { explainFailure } from "./hints.ts";
import { SILENT_LOG } from "./log.ts";
import type { Plan } from "./plan.ts";
import type { Site } from "./site.ts";
import { workerOptions } from "./site_start.ts";
import { startWorker } from "./worker.ts";

/**
 * Tries to start the application of a site.
 *
 * @returns What is wrong; nothing for an application that would start, and
 *   nothing where the plan is not to run it or root cannot step down
 */
export async function tryApplication(
  site: Site,
  plan: Plan,
): Promise<Finding[]> {
  // The application's code is its user's: root must not run it as root.
  const launcher = asSiteUser([], site);
  if (plan.kind !== "run" || !launcher) return [];
  const start = await startWorker(plan, {
    ...workerOptions(site, {
      door: "serve",
      socket: "",
      echo: false,
      log: SILENT_LOG,
    }),
    trial: true,
    launcher,
  });
  if ("failure" in start) return explainFailure(start.failure, site);
  await start.worker.ended;
  return [];
}

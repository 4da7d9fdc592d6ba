/**
 * The ways from Passenger to the application, and how Apache is told of them.
 *
 * @module
 */

import { join } from "node:path";
import type { ApacheSite } from "./apache.ts";
import type { TestSite } from "./site_on_disk.ts";

/** `node`: app.js; `python`: shim/python; `wsgi`: the venv's interpreter. */
export const DOORS = ["node", "python", "wsgi"] as const;

/** One of the ways. */
export type Door = typeof DOORS[number];

/** How Apache serves a site through a door. */
export function hostOf(
  { appRoot, folder, user }: TestSite,
  door: Door,
): ApacheSite {
  return {
    name: appRoot,
    appRoot,
    user: user.name,
    group: user.group,
    appType: door === "node" ? "node" : "wsgi",
    python: door === "python"
      ? join(appRoot, "shim/python")
      : join(folder, "venv/bin/python"),
  };
}

/**
 * What a site itself tells of its `[passenger]`: by who owns it, where it
 * lies, and which environment is there. Advice names these.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { join } from "node:path";
import { type Host, refused } from "../machine/host.ts";
import type { Layout } from "./layout.ts";

/** Values by the keys of `[passenger]`; undefined where none is known. */
export interface KnownValues {
  /** Owner of the app root, unless that is root. */
  user?: string;
  group?: string;
  /** Where the app root lies. */
  passenger_app_root?: string;
  /** The interpreter of an environment beside it. */
  passenger_python?: string;
}

/** Looks at a site for what its settings ought to be. */
export function knownValues(layout: Layout, host: Host): KnownValues {
  const owner = host.stat(layout.appRoot);
  const isOwned = !refused(owner) && owner.uid !== 0;
  return {
    user: isOwned ? host.user(owner.uid)?.name : undefined,
    group: isOwned ? host.group(owner.gid)?.name : undefined,
    passenger_app_root: layout.appRoot,
    passenger_python: ["venv", ".venv", "env"]
      .map((name) => join(layout.siteDirectory, name, "bin", "python"))
      .find((path) => !refused(host.stat(path))),
  };
}

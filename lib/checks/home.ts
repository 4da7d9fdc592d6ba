/**
 * Home directories: what is in one was never meant for others, so that no
 * command is printed that opens it. That is its owner's to decide.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import type { Host } from "../machine/host.ts";
import type { Barrier } from "../machine/permission.ts";

/** Tells whether a folder is the home of the user that it belongs to. */
export function isHome({ folder, status }: Barrier, host: Host): boolean {
  const home = host.user(status.uid)?.home;
  return home !== undefined && home !== "/" &&
    (home === folder || host.realPath(home) === folder);
}

/** What to do where somebody must get through a closed home. */
export function homeAdvice(who: string): string {
  return `A home directory is better left closed: with permission to enter (o+x), everyone on this machine can reach all in it that is open to others and whose name they know. Move the site to a folder that ${who} may enter, such as a project space; or ask the administrators for an access control list that lets ${who} in and nobody else`;
}

/**
 * Programs that a check runs on behalf of the site's user.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { refused } from "../machine/host.ts";
import type { Site } from "./site.ts";

/** Not on the PATH that programs of a check get. */
const RUNUSER = ["/usr/sbin/runuser", "/sbin/runuser", "/usr/bin/runuser"];

/**
 * The command that runs words as the site's user: root steps down, because a
 * virtual environment can run whatever its owner put into it. Undefined when
 * it cannot be run as that user.
 */
export function asSiteUser(
  words: readonly string[],
  { host, identity, user }: Site,
): string[] | undefined {
  if (host.identity.uid === identity.uid || host.identity.uid !== 0) {
    return [...words];
  }
  const program = RUNUSER.find((path) => !refused(host.stat(path)));
  if (!user || !program) return undefined;
  return [program, "-u", user.name, "--", ...words];
}

/** Tells whether programs can be run as the site's user itself. */
export function canBeSiteUser({ host, identity, user }: Site): boolean {
  return user !== undefined &&
    (host.identity.uid === identity.uid || host.identity.uid === 0);
}

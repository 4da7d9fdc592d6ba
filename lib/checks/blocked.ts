/**
 * Whether a path lies behind a folder that has been told to be closed, so
 * that one closed folder is not also many missing files.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import type { Finding } from "../findings/finding.ts";
import { refused } from "../machine/host.ts";
import { mayAccess } from "../machine/permission.ts";
import type { Site } from "../site/site.ts";

/** Findings whose place may be a folder that the site's user cannot enter. */
const CLOSED = ["user-blocked", "web-server-blocked", "config-unreadable"];

/** Tells whether a finding names a folder that keeps the user from a path. */
export function isBehind(
  path: string,
  found: readonly Finding[],
  { host, identity }: Site,
): boolean {
  const real = host.realPath(path);
  return found.some(({ code, place }) => {
    if (!place || !CLOSED.includes(code)) return false;
    const below = [path, refused(real) ? path : real]
      .some((one) => one.startsWith(`${place.file}/`));
    const folder = host.stat(place.file);
    return below && !refused(folder) && folder.kind === "folder" &&
      !mayAccess(folder, identity, "search");
  });
}

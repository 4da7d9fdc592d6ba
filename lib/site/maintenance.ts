/**
 * What closes a site, and what its owner wrote for visitors meanwhile.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { refused } from "../machine/host.ts";
import { decodeText } from "../text/encoding.ts";
import type { Site } from "./site.ts";

/** What is read of a message for visitors, in bytes. */
export const MESSAGE_BYTES_LIMIT = 10_000;
const PAGE_BYTES_LIMIT = 1_000_000;

/** The owner has closed the site. */
export interface MaintenancePlan {
  /** Tells this plan from the others. */
  kind: "maintenance";
  /** Plain text for visitors. */
  message?: string;
  /** A page of the owner's own, in HTML. */
  html?: string;
  /** Since when, in milliseconds since 1970. */
  since: number;
}

/** Looks whether a site is closed; undefined where it is open. */
export function readMaintenance(
  { host, layout }: Site,
): MaintenancePlan | undefined {
  const status = host.stat(layout.maintenance);
  if (refused(status)) return undefined;
  const text = (path: string, limit: number, isInPlace = false) => {
    const bytes = host.readBytes(path, limit, { isInPlace });
    // What is no text is told by the checks, and not shown to visitors.
    return refused(bytes) ? undefined : decodeText(bytes)?.trim();
  };
  return {
    kind: "maintenance",
    // Whoever may write to tmp/ could let a link lead to a secret.
    message: text(layout.maintenance, MESSAGE_BYTES_LIMIT, true) || undefined,
    html: text(layout.maintenancePage, PAGE_BYTES_LIMIT) || undefined,
    since: status.modified,
  };
}

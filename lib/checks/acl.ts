/**
 * Access control lists: mode bits tell less than the truth where one is
 * present. Looked for only when something is about to be reported, because it
 * takes a program.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import type { Finding } from "../findings/finding.ts";
import type { Site } from "../site/site.ts";

const REASON =
  "judged by the mode alone; it has an access control list, which may say otherwise: see getfacl";

/**
 * A finding that rests on mode bits becomes a warning that says so where the
 * path has an access control list.
 */
export function heedAcl(
  found: Finding,
  path: string,
  site: Site,
  at: "startup" | "shell",
): Finding {
  if (at !== "shell" || !hasAcl(path, site)) return found;
  return {
    ...found,
    severity: found.severity === "error" ? "warning" : found.severity,
    message: `${found.message} (${REASON})`,
  };
}

/** `ls` marks such a path with a `+` behind its mode. */
function hasAcl(path: string, { host }: Site): boolean {
  const listed = host.run("ls", ["-ldn", "--", path], {
    env: { PATH: host.env.PATH ?? "/usr/bin:/bin", LC_ALL: "C" },
    timeout: 2_000,
  });
  return listed.status === 0 && /^\S{10}\+/.test(listed.stdout);
}

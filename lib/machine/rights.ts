/**
 * Says who can run the command that mends a finding, where whoever reads it
 * cannot: a mode is changed by the owner of a file, an owner by root.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import type { Finding } from "../findings/finding.ts";
import { type Host, refused } from "./host.ts";
import { splitCommand } from "../text/shell_words.ts";

/** Names who can run the command of a finding, unless this process can. */
export function nameHelper(found: Finding, host: Host): Finding {
  const { fix } = found;
  if (host.identity.uid === 0 || !fix || !("command" in fix)) return found;
  const steps = splitCommand(fix.command) ?? [];
  const helpers = new Set(steps.flatMap((step) => helpersFor(step, host)));
  const [helper] = helpers;
  if (helper === undefined) return found;
  // Of two owners neither can do all of it, and root can.
  const by = helpers.size > 1 || helper === "root"
    ? "root"
    : `${helper} or root`;
  return { ...found, fix: { command: fix.command, safe: false, by } };
}

/** Those who can take a step, where this process cannot. */
function helpersFor([program, ...args]: string[], host: Host): string[] {
  if (program === "chown") return ["root"];
  if (program !== "chmod" && program !== "chgrp") return [];
  return args.filter((word) => word.startsWith("/")).flatMap((path) => {
    const status = host.stat(path);
    if (refused(status) || status.uid === host.identity.uid) return [];
    if (status.uid === 0) return ["root"];
    return [host.user(status.uid)?.name ?? `uid ${status.uid}`];
  });
}

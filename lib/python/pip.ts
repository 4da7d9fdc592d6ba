/**
 * How packages are installed into a virtual environment: with its own pip, or
 * where it has none, with what made it; and whether they can be read there.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { dirname, join } from "node:path";
import type { FindingFacts } from "../findings/finding.ts";
import { type Host, refused } from "../machine/host.ts";
import {
  chmod,
  mayAccess,
  openingFor,
  stateOf,
} from "../machine/permission.ts";
import { shellCommand } from "../text/shell.ts";
import { type Site, userOf } from "../site/site.ts";
import { packageFolders } from "./venv.ts";

/** The command that installs packages for an interpreter. */
export function pipInstall(
  python: string,
  words: readonly string[],
  host: Host,
): string {
  const command = shellCommand(python, "-m", "pip", "install", ...words);
  const prefix = dirname(dirname(python));
  const settings = host.readBytes(join(prefix, "pyvenv.cfg"), 10_000);
  if (refused(settings) || hasPip(prefix, host)) return command;
  // Environments of uv have no pip, and their Python may lack ensurepip.
  return /^uv\s*=/m.test(new TextDecoder().decode(settings))
    ? shellCommand("uv", "pip", "install", "--python", python, ...words)
    : `${shellCommand(python, "-m", "ensurepip")} && ${command}`;
}

/** The name of a package as the index compares it. */
export function normalise(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, "-");
}

/** Also where that cannot be seen. */
function hasPip(prefix: string, host: Host): boolean {
  const folders = packageFolders(prefix, host).map(([path]) => host.list(path));
  return folders.length === 0 ||
    folders.some((names) => refused(names) || names.includes("pip"));
}

/**
 * The packages that the site's user cannot see: to Python, they are not
 * installed.
 */
export function closedPackages(
  python: string,
  site: Site,
): FindingFacts | undefined {
  const { host, identity } = site;
  const prefix = dirname(dirname(python));
  for (const [path] of packageFolders(prefix, host)) {
    const status = host.stat(path);
    if (
      refused(status) ||
      mayAccess(status, identity, "read") &&
        mayAccess(status, identity, "search")
    ) continue;
    const { change } = openingFor(status, identity, "read");
    return {
      message: `User "${
        userOf(site)
      }" cannot read "${path}", so Python finds no package in it: it has ${
        stateOf(status, host)
      }`,
      place: { file: path },
      fix: { command: chmod(`${change}x`, path), safe: false },
    };
  }
  return undefined;
}

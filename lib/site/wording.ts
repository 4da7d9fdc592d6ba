/**
 * How checks speak of paths, modes and owners, and which command opens or
 * closes what. One place, so that all families sound alike.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { dirname, join } from "node:path";
import type { Finding, Fix } from "../findings/finding.ts";
import { type FileStatus, type Host, refused } from "../machine/host.ts";
import { formatMode } from "../machine/permission.ts";
import { printable, shellCommand } from "../text/shell.ts";
import type { Site } from "./site.ts";

/** Turns an error into a warning where there is evidence that the site runs. */
export function soften(found: Finding, reason: string): Finding {
  if (found.severity !== "error") return found;
  return {
    ...found,
    severity: "warning",
    message: `${found.message} (${printable(reason)})`,
  };
}

/** `root:staff`, with numbers where there are no names. */
export function ownerOf(status: FileStatus, host: Host): string {
  const user = host.user(status.uid)?.name ?? status.uid;
  const group = host.group(status.gid)?.name ?? status.gid;
  return `${user}:${group}`;
}

/** `mode 0750, owner root:staff`. */
export function stateOf(status: FileStatus, host: Host): string {
  return `mode ${formatMode(status.mode)}, owner ${ownerOf(status, host)}`;
}

/** The site's user by name, or by number. */
export function userOf(site: Site): string {
  return site.user?.name ?? `uid ${site.identity.uid}`;
}

/** `chmod CHANGE PATH…`, quoted. */
export function chmod(change: string, ...paths: string[]): string {
  return shellCommand("chmod", change, ...paths);
}

/** The command that writes the files of wsgi-shim again. */
export function upgradeCommand(site: Site): string {
  return shellCommand("wsgi-shim", "upgrade", site.layout.appRoot);
}

/** The command that makes a virtual environment, anew where one is there. */
export function venvCommand(
  folder: string,
  anew: boolean,
  program = "python3",
): string {
  const words = [program, "-m", "venv"];
  return shellCommand(...words, ...(anew ? ["--clear"] : []), folder);
}

/** How to have an interpreter that can run, in place of one that cannot. */
export function venvFix(python: string, site: Site, program?: string): Fix {
  const folder = dirname(dirname(python));
  if (isOnlyVenv(folder, site)) {
    return { command: venvCommand(folder, true, program), safe: false };
  }
  const { host, layout } = site;
  const usual = join(layout.siteDirectory, "venv");
  const own = usual === folder ? `${usual}-new` : usual;
  const isThere = !refused(host.stat(join(own, "bin", "python")));
  return {
    text: `${
      isThere
        ? "Write"
        : `Make a virtual environment: \`${
          venvCommand(own, false, program)
        }\`; then write`
    } passenger_python = "${own}/bin/python"`,
  };
}

/** What venv, virtualenv and uv put into the folder that they make. */
const VENV_REGEXP =
  /^(?:bin|etc|include|lib|lib64|man|share|pyvenv\.cfg|\.gitignore|\.lock|CACHEDIR\.TAG)$/;

/**
 * Tells whether a folder holds a virtual environment and nothing else: many
 * make one amid their code, and `--clear` empties the folder.
 */
export function isOnlyVenv(folder: string, { host, layout }: Site): boolean {
  const isOfSite = folder.startsWith(`${layout.siteDirectory}/`);
  const names = host.list(folder);
  if (refused(names)) return isOfSite && names.errno === "ENOENT";
  return names.every((name) => VENV_REGEXP.test(name)) &&
    (isOfSite || names.includes("pyvenv.cfg"));
}

/** `"a", "b" and 3 more`. */
export function listed(names: readonly string[], most = 3): string {
  const shown = names.slice(0, most).map((name) => `"${name}"`);
  const rest = names.length - shown.length;
  if (rest > 0) return `${shown.join(", ")} and ${rest} more`;
  return shown.length < 2
    ? shown.join("")
    : `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`;
}

/**
 * The last look at a safe fix before it runs: does it keep what `check --fix`
 * promises, whatever the check that made it believes? It widens no access,
 * and follows no link out of the site.
 *
 * Pure, but for looking at files.
 *
 * @module
 */

import { dirname, relative, resolve } from "node:path";
import { type Host, refused } from "../machine/host.ts";

/** The only programs that a safe fix may need. */
const PROGRAMS = ["chmod", "mkdir", "touch"];
const CLAUSE_REGEXP = /^([ugoa]*)([-+=])([rwxXst]*)$/;

/**
 * Tells why a command must not run; undefined for one that may.
 *
 * @param siteDirectory Absolute path of the site
 */
export function whyNotRun(
  [program, ...args]: readonly string[],
  siteDirectory: string,
  host: Host,
): string | undefined {
  if (program === undefined || !PROGRAMS.includes(program)) {
    return "it is no program that a safe fix may need";
  }
  const paths = args.filter((word) => word.startsWith("/"));
  const astray = paths.find((path) => leadsOut(path, siteDirectory, host));
  if (astray !== undefined) return `${astray} leads out of the site`;
  if (program !== "chmod") return undefined;
  const mode = args.find((word) => !/^-[A-Zv-]/.test(word));
  return mode === undefined || widens(mode, paths, host)
    ? "it would widen access"
    : undefined;
}

function widens(mode: string, paths: readonly string[], host: Host): boolean {
  if (/^[0-7]+$/.test(mode)) {
    const wanted = parseInt(mode, 8);
    return paths.some((path) => {
      const status = host.stat(path);
      // The owner may open a file to themself.
      return refused(status) || (wanted & ~status.mode & ~0o700) !== 0;
    });
  }
  return mode.split(",").some((clause) => {
    const parts = CLAUSE_REGEXP.exec(clause);
    if (!parts) return true;
    const [, who, operation, bits] = parts;
    const isForOwner = who === "u" && !/[st]/.test(bits!);
    return operation !== "-" && bits !== "" && !isForOwner;
  });
}

/** A path in the site whose links lead elsewhere. */
function leadsOut(path: string, siteDirectory: string, host: Host): boolean {
  if (!isInside(resolve(path), siteDirectory)) return false;
  const site = host.realPath(siteDirectory);
  const real = host.realPath(path);
  // What is to be made is where its folder is.
  const place = refused(real) ? host.realPath(dirname(path)) : real;
  return refused(site) || refused(place) || !isInside(place, site);
}

function isInside(path: string, folder: string): boolean {
  const inside = relative(folder, path);
  return inside !== ".." && !inside.startsWith("../");
}

/**
 * Reports what others could change: the site's own files and folders, its
 * environment and its application.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { dirname } from "node:path";
import { type Finding, finding } from "../findings/finding.ts";
import { type FileStatus, refused } from "../machine/host.ts";
import { chmod, formatMode, ownerOf } from "../machine/permission.ts";
import { shellCommand } from "../text/shell.ts";
import { type Site, userOf } from "../site/site.ts";
import { heedAcl } from "./acl.ts";
import type { CheckOptions } from "./check.ts";
import { walkApplication, walkAppRoot } from "./tree.ts";
import { quoted } from "../text/wrap.ts";

const STICKY = 0o1000;
const SETGID = 0o2000;
/** A command line has its limits. */
const PATHS_LIMIT = 100;

/** A path of the site with what the system says of it. */
interface Part {
  path: string;
  /** The path behind all links. */
  real: string;
  status: FileStatus;
}

export function checkProtection(site: Site, { at }: CheckOptions): Finding[] {
  const parts = partsOf(site);
  const walked = at === "shell" ? walkedParts(parts, site) : [];
  return [
    ...checkWorld(parts, site),
    // A start does not look there, and is not stopped by it.
    ...checkWorld(walked, site)
      .map((found): Finding => ({ ...found, severity: "warning" })),
    ...checkGroup([...parts, ...walked], site, at),
    ...checkOwner(parts, site),
    ...checkParents(site),
    ...checkSetgid(site),
  ];
}

/** Tells whether a group is one that many share: see design, section 3. */
export function isUnsafeGroup(gid: number, { host, user }: Site): boolean {
  return user !== undefined && gid === user.gid &&
    host.group(gid)?.name !== user.name;
}

/** What every start looks at. */
function partsOf(site: Site): Part[] {
  const { application, config, host, layout } = site;
  const paths = [
    layout.siteDirectory,
    layout.appRoot,
    layout.config,
    layout.appJs,
    layout.passengerWsgi,
    layout.shim,
    layout.runtime,
    layout.host,
    layout.hostMain,
    layout.shimPython,
    layout.publicDirectory,
    layout.logDirectory,
    layout.tmp,
    layout.restart,
    layout.maintenance,
    layout.maintenancePage,
  ];
  const python = config?.passenger.python;
  if (python) paths.push(dirname(dirname(python)), dirname(python), python);
  if (application) {
    const { target } = application;
    paths.push(...application.path);
    if ("file" in target) paths.push(dirname(target.file), target.file);
  }
  const parts = new Map<string, Part>();
  for (const path of paths) {
    const status = host.stat(path);
    const real = host.realPath(path);
    if (refused(status) || refused(real) || real === "/") continue;
    parts.set(real, { path, real, status });
  }
  return [...parts.values()];
}

/** What else lies in the app root, and in the folder of the application. */
function walkedParts(parts: readonly Part[], site: Site): Part[] {
  const { application } = site;
  const entries = [
    ...walkAppRoot(site),
    ...application ? walkApplication(application, site) : [],
  ];
  const known = new Set(parts.map(({ real }) => real));
  return entries.flatMap(({ path, status }) => {
    if (status.kind !== "file" && status.kind !== "folder") return [];
    if (known.has(path)) return [];
    known.add(path);
    return [{ path, real: path, status }];
  });
}

function checkWorld(parts: readonly Part[], site: Site): Finding[] {
  const open = parts.filter(({ status }) =>
    (status.mode & 0o002) !== 0 && !isSticky(status)
  );
  return tellWritable("world-writable", "o-w", 0o002, open, site);
}

function checkGroup(
  parts: readonly Part[],
  site: Site,
  at: CheckOptions["at"],
): Finding[] {
  const open = parts.filter(({ status }) =>
    (status.mode & 0o020) !== 0 && !isSticky(status) &&
    status.uid === site.identity.uid && isUnsafeGroup(status.gid, site)
  );
  return tellWritable("group-writable", "g-w", 0o020, open, site)
    .map((found) => heedAcl(found, found.place!.file, site, at));
}

/** In a sticky folder nobody can replace what belongs to others. */
function isSticky({ kind, mode }: FileStatus): boolean {
  return kind === "folder" && (mode & STICKY) !== 0;
}

/** One finding for what lies in the site, one for what lies elsewhere. */
function tellWritable(
  code: "world-writable" | "group-writable",
  change: string,
  bit: number,
  open: readonly Part[],
  site: Site,
): Finding[] {
  const own = open.filter((part) => isInside(part, site));
  const elsewhere = open.filter((part) => !own.includes(part));
  return [{ parts: own, safe: true }, { parts: elsewhere, safe: false }]
    .flatMap(({ parts, safe }) => {
      const first = parts[0];
      if (!first) return [];
      const paths = parts.map((part) => part.real).slice(0, PATHS_LIMIT);
      const who = code === "world-writable"
        ? "Anyone on this machine"
        : `Everyone in the group "${
          site.host.group(first.status.gid)?.name ?? first.status.gid
        }", which many users may share,`;
      const modes = parts.length > 1
        ? `; "${first.real}" has mode ${
          formatMode(first.status.mode)
        }, and needs`
        : `: it has mode ${formatMode(first.status.mode)}, and needs`;
      return [finding(code, {
        message: `${who} can change ${quoted(paths)}${modes} ${
          formatMode(first.status.mode & ~bit)
        }`,
        place: { file: first.real },
        fix: { command: chmod(change, ...paths), safe },
      })];
    });
}

function isInside({ real }: Part, { host, layout }: Site): boolean {
  const site = host.realPath(layout.siteDirectory);
  return !refused(site) && (real === site || real.startsWith(`${site}/`));
}

function checkOwner(parts: readonly Part[], site: Site): Finding[] {
  const { host, identity, layout } = site;
  // An unknown user, or root, is told by the checks of config.toml.
  if (!site.user || site.user.uid === 0) return [];
  const foreign = parts.filter((part) =>
    part.status.uid !== 0 && part.status.uid !== identity.uid &&
    isInside(part, site) && part.path !== layout.siteDirectory
  );
  const first = foreign[0];
  if (!first) return [];
  const paths = foreign.map((part) => part.real).slice(0, PATHS_LIMIT);
  const user = userOf(site);
  return [finding("owner-foreign", {
    message: `${quoted(paths)} ${
      paths.length > 1 ? "belong" : "belongs"
    } to another user (${
      ownerOf(first.status, host)
    }), and should belong to "${user}"`,
    place: { file: first.real },
    fix: { command: shellCommand("chown", user, ...paths), safe: false },
  })];
}

function checkParents({ host, layout }: Site): Finding[] {
  const real = host.realPath(layout.siteDirectory);
  if (refused(real)) return [];
  for (let folder = dirname(real); folder !== "/"; folder = dirname(folder)) {
    const status = host.stat(folder);
    if (refused(status) || isSticky(status)) continue;
    if ((status.mode & 0o002) === 0) continue;
    return [finding("parent-writable", {
      message:
        `Anyone on this machine can replace the site, because "${folder}" above it has mode ${
          formatMode(status.mode)
        }, and should have ${formatMode(status.mode & ~0o002)}`,
      place: { file: folder },
      fix: { command: chmod("o-w", folder), safe: false },
    })];
  }
  return [];
}

function checkSetgid({ host, layout, user }: Site): Finding[] {
  const status = host.stat(layout.siteDirectory);
  if (!user || refused(status) || status.kind !== "folder") return [];
  // A folder of the user's own group, or of root's, is no project space.
  if (status.gid === user.gid || status.gid === 0) return [];
  if ((status.mode & SETGID) !== 0 || (status.mode & 0o020) === 0) return [];
  return [finding("setgid-missing", {
    message:
      `What is created in "${layout.siteDirectory}" will not belong to the group "${
        host.group(status.gid)?.name ?? status.gid
      }": it has mode ${formatMode(status.mode)}, and should have ${
        formatMode(status.mode | SETGID)
      }`,
    place: { file: layout.siteDirectory },
    fix: { command: chmod("g+s", layout.siteDirectory), safe: false },
  })];
}

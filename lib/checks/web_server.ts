/**
 * Reports what the web server cannot reach: it looks at a site under a user
 * of its own, who can go only where everyone can.
 *
 * Layer 2. Runs on Node and Deno.
 *
 * @module
 */

import { join } from "node:path";
import type { Finding } from "../finding.ts";
import { refused } from "../host.ts";
import { findBarrier, formatMode, mayAccess, STRANGER } from "../permission.ts";
import type { Site } from "../site.ts";
import { heedAcl } from "./acl.ts";
import type { CheckOptions } from "./check.ts";
import { chmod, stateOf, tell } from "./wording.ts";

/** Reports the first thing that stops the web server, or all that it misses. */
export function checkWebServer(site: Site, at: CheckOptions["at"]): Finding[] {
  const { host, layout } = site;
  const barrier = findBarrier(join(layout.appRoot, "."), STRANGER, host) ??
    closedFolder(layout.appRoot, site);
  if (barrier) {
    const { folder, status } = barrier;
    const wanted = formatMode(status.mode | 0o1);
    return [heedAcl(
      tell("web-server-blocked", {
        message: `The web server cannot enter "${folder}" on its way to ${
          folder === layout.appRoot ? "the site" : `"${layout.appRoot}"`
        }: it has ${stateOf(status, host)}, and needs mode ${wanted}`,
        place: { file: folder },
        fix: { command: chmod("o+x", folder), safe: false },
      }),
      folder,
      site,
      at,
    )];
  }
  return [
    ...checkStartupFile(site, at),
    ...checkRestart(site, at),
    ...checkPublic(site, at),
  ];
}

/** The folder itself, which a walk to it does not enter. */
function closedFolder(path: string, { host }: Site) {
  const status = host.stat(path);
  if (refused(status) || mayAccess(status, STRANGER, "search")) {
    return undefined;
  }
  const real = host.realPath(path);
  return { folder: refused(real) ? path : real, status };
}

function checkStartupFile(site: Site, at: CheckOptions["at"]): Finding[] {
  const { host, layout } = site;
  const file = site.config?.passenger.appType === "wsgi"
    ? layout.passengerWsgi
    : layout.appJs;
  const status = host.stat(file);
  if (refused(status) || mayAccess(status, STRANGER, "read")) return [];
  return [heedAcl(
    tell("startup-file-closed", {
      message: `The web server cannot read the startup file "${file}": it has ${
        stateOf(status, host)
      }, and needs mode ${formatMode(status.mode | 0o4)}`,
      place: { file },
      fix: { command: chmod("o+r", file), safe: false },
    }),
    file,
    site,
    at,
  )];
}

function checkRestart(site: Site, at: CheckOptions["at"]): Finding[] {
  const { host, layout } = site;
  const folder = host.stat(layout.tmp);
  const file = host.stat(layout.restart);
  const closed: { path: string; change: string; state: string }[] = [];
  if (!refused(folder) && !mayAccess(folder, STRANGER, "search")) {
    closed.push({
      path: layout.tmp,
      change: "o+rx",
      state: `${stateOf(folder, host)}, and needs mode ${
        formatMode(folder.mode | 0o5)
      }`,
    });
  }
  if (!refused(file) && !mayAccess(file, STRANGER, "read")) {
    closed.push({
      path: layout.restart,
      change: "o+r",
      state: `${stateOf(file, host)}, and needs mode ${
        formatMode(file.mode | 0o4)
      }`,
    });
  }
  if (closed.length === 0) return [];
  return [heedAcl(
    tell("restart-file-closed", {
      message: `The web server cannot see "${
        closed[0]!.path
      }", so a restart may never happen: it has ${closed[0]!.state}`,
      place: { file: closed[0]!.path },
      fix: {
        command: closed.map((one) => chmod(one.change, one.path)).join(" && "),
        safe: false,
      },
    }),
    closed[0]!.path,
    site,
    at,
  )];
}

function checkPublic(site: Site, at: CheckOptions["at"]): Finding[] {
  const { host, layout } = site;
  const path = layout.publicDirectory;
  const status = host.stat(path);
  if (refused(status) || status.kind !== "folder") return [];
  if (
    !mayAccess(status, STRANGER, "read") ||
    !mayAccess(status, STRANGER, "search")
  ) {
    return [heedAcl(
      tell("public-closed", {
        message: `The web server cannot read the folder "${path}": it has ${
          stateOf(status, host)
        }, and needs mode ${formatMode(status.mode | 0o5)}`,
        place: { file: path },
        fix: { command: chmod("o+rx", path), safe: false },
      }),
      path,
      site,
      at,
    )];
  }
  const file = join(path, ".htaccess");
  const access = host.stat(file);
  if (refused(access) || mayAccess(access, STRANGER, "read")) return [];
  return [heedAcl(
    tell("htaccess-closed", {
      message: `The web server cannot read "${file}": it has ${
        stateOf(access, host)
      }, and needs mode ${formatMode(access.mode | 0o4)}`,
      place: { file },
      fix: { command: chmod("o+r", file), safe: false },
    }),
    file,
    site,
    at,
  )];
}

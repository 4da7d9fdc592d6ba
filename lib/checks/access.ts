/**
 * Reports what the web server or the site's user cannot reach.
 *
 * The web server looks at a site under a user of its own, who can go only
 * where everyone can; the application runs as the site's user. Of each path
 * only the first folder that stops them is told.
 * Layer 2. Runs on Node and Deno.
 *
 * @module
 */

import { join } from "node:path";
import { isFault, readApplication } from "../application.ts";
import type { Finding } from "../finding.ts";
import { refused } from "../host.ts";
import {
  findBarrier,
  findObstacle,
  formatMode,
  mayAccess,
  type Obstacle,
  STRANGER,
} from "../permission.ts";
import type { Site } from "../site.ts";
import { heedAcl } from "./acl.ts";
import type { CheckOptions } from "./mod.ts";
import { chmod, openingFor, soften, stateOf, tell, userOf } from "./wording.ts";

const STARTED =
  "the site was started all the same, because the web server runs as root here; elsewhere it may not be";

export function checkAccess(site: Site, { at }: CheckOptions): Finding[] {
  const open = checkWebServer(site, at);
  // Being started proves the web server's way in, whatever the modes say.
  const seen = at === "startup"
    ? open.map((found) => soften(found, STARTED))
    : open;
  return [...seen, ...checkUser(site, at), ...checkLog(site, at)];
}

function checkWebServer(site: Site, at: CheckOptions["at"]): Finding[] {
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
      }", so a restart ${""}may never happen: it has ${closed[0]!.state}`,
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

/** What the site's user must read to start, in the order of the start. */
function checkUser(site: Site, at: CheckOptions["at"]): Finding[] {
  const { config, host, identity, layout } = site;
  const type = config?.passenger.appType ?? "node";
  const needed: { path: string; key?: string }[] = [
    { path: type === "node" ? layout.appJs : layout.passengerWsgi },
    // What this process could not read has been told already.
    ...(config ? [{ path: layout.config }] : []),
    { path: layout.runtime },
    { path: layout.worker },
  ];
  if (config?.passenger.python) {
    needed.push({
      path: config.passenger.python,
      key: "passenger.passenger_python",
    });
  }
  const application = config?.wsgi &&
    readApplication(config.wsgi, layout, host);
  if (application && !isFault(application)) {
    const { target, directory } = application;
    if ("file" in target) {
      needed.push({ path: target.file, key: "wsgi.module" });
    }
    needed.push({ path: join(directory, "."), key: "wsgi.chdir" });
  }
  const told = new Set<string>();
  const findings: Finding[] = [];
  for (const { path, key } of needed) {
    const access = key === "wsgi.chdir"
      ? "search"
      : key === "passenger.passenger_python"
      ? "execute"
      : "read";
    const obstacle = findObstacle(path, identity, access, host);
    if (!obstacle || told.has(obstacle.folder)) continue;
    // Nobody may execute it: that is told by the checks of Python.
    if (access === "execute" && !obstacle.onTheWay) continue;
    told.add(obstacle.folder);
    findings.push(
      heedAcl(blocked(obstacle, path, site), obstacle.folder, site, at),
    );
  }
  return findings;
}

function blocked(obstacle: Obstacle, path: string, site: Site): Finding {
  const { host, identity } = site;
  const { folder, status, onTheWay, beyondMode } = obstacle;
  const user = userOf(site);
  const place = { file: folder };
  if (beyondMode) {
    return tell("user-unreadable", {
      message:
        `The system refuses user "${user}" to read "${folder}", although its mode allows it (${
          stateOf(status, host)
        })`,
      place,
      fix: {
        text:
          `Look for an access control list (getfacl), a security label (ls -Z) or a network file system that refuses`,
      },
    });
  }
  const enters = onTheWay || status.kind === "folder";
  const opening = openingFor(status, identity, enters ? "search" : "read");
  const needs = `it has ${stateOf(status, host)}, and needs mode ${
    formatMode(opening.mode)
  }`;
  return tell(enters ? "user-blocked" : "user-unreadable", {
    message: enters
      ? `User "${user}" cannot enter "${folder}"${
        onTheWay ? ` on the way to "${path.replace(/\/\.$/, "")}"` : ""
      }: ${needs}`
      : `User "${user}" cannot read "${folder}": ${needs}`,
    place,
    fix: { command: chmod(opening.change, folder), safe: false },
  });
}

function checkLog(site: Site, at: CheckOptions["at"]): Finding[] {
  const { host, identity, layout } = site;
  for (const path of [layout.logDirectory, layout.log]) {
    const status = host.stat(path);
    if (refused(status)) continue;
    const denied = !mayAccess(status, identity, "write") ||
      (status.kind === "folder" && !mayAccess(status, identity, "search"));
    if (!denied) continue;
    const opening = openingFor(status, identity, "write");
    const folder = status.kind === "folder";
    return [heedAcl(
      tell("log-unwritable", {
        message: `User "${userOf(site)}" cannot write to "${path}": it has ${
          stateOf(status, host)
        }, and needs mode ${
          formatMode(opening.mode | (folder ? opening.mode >> 1 & 0o111 : 0))
        }`,
        place: { file: path },
        fix: {
          command: chmod(opening.change + (folder ? "x" : ""), path),
          safe: false,
        },
      }),
      path,
      site,
      at,
    )];
  }
  return [];
}

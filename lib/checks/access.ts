/**
 * Reports what the web server or the site's user cannot reach.
 *
 * The web server looks at a site under a user of its own, who can go only
 * where everyone can; the application runs as the site's user. Of each path
 * only the first folder that stops them is told.
 * Runs on Node and Deno.
 *
 * @module
 */

import { dirname, join } from "node:path";
import {
  type Finding,
  finding,
  type Fix,
  soften,
} from "../findings/finding.ts";
import { refused } from "../machine/host.ts";
import {
  chmod,
  findObstacle,
  formatMode,
  mayAccess,
  type Obstacle,
  openingFor,
  stateOf,
} from "../machine/permission.ts";
import { shellCommand } from "../text/shell.ts";
import { venvFix } from "../python/venv.ts";
import { type Site, userOf } from "../site/site.ts";
import { heedAcl } from "./acl.ts";
import { homeAdvice, isHome } from "./home.ts";
import type { CheckOptions } from "./check.ts";
import { checkSelinux } from "./selinux.ts";
import { checkWebServer } from "./web_server.ts";

const STARTED =
  "the site was started all the same; a web server that does not run as root could not do that";

export function checkAccess(
  site: Site,
  { at }: CheckOptions,
  found: readonly Finding[],
): Finding[] {
  const known = new Set(found.map((one) => one.place?.file));
  const open = checkWebServer(site, at)
    .filter((one) => !known.has(one.place?.file));
  // Being started proves the web server's way in, whatever the modes say.
  const seen = at === "startup"
    ? open.map((found) => soften(found, STARTED))
    : open;
  const told = new Set(
    [...found, ...seen].filter((one) => one.severity === "error")
      .map((one) => one.place?.file),
  );
  return [
    ...seen,
    ...checkUser(site, at, told),
    ...checkLog(site, at),
    ...(at === "shell" ? checkSelinux(site) : []),
  ];
}

/** What the site's user must read to start, in the order of the start. */
function checkUser(
  site: Site,
  at: CheckOptions["at"],
  told: Set<string | undefined>,
): Finding[] {
  const { application, config, host, identity, layout } = site;
  const type = config?.passenger.appType ?? "node";
  const needed: { path: string; key?: string }[] = [
    { path: type === "node" ? layout.appJs : layout.passengerWsgi },
    // What this process could not read has been told already.
    ...(config ? [{ path: layout.config }] : []),
    { path: layout.runtime },
    { path: layout.hostMain },
  ];
  if (config?.passenger.python) {
    needed.push({
      path: config.passenger.python,
      key: "passenger.passenger_python",
    });
  }
  if (application) {
    const { target, directory } = application;
    if ("file" in target) {
      needed.push({ path: target.file, key: "wsgi.module" });
    }
    const status = host.stat(directory);
    // A file in its place is told by the checks of the application.
    if (refused(status) || status.kind === "folder") {
      needed.push({ path: join(directory, "."), key: "wsgi.chdir" });
    }
  }
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
    if (access === "execute" && isElsewhere(obstacle.folder, site)) {
      findings.push(closedPython(obstacle, path, site));
      continue;
    }
    findings.push(
      heedAcl(blocked(obstacle, path, site), obstacle.folder, site, at),
    );
  }
  return findings;
}

/** The folder neither holds the site nor lies in it. */
function isElsewhere(folder: string, { host, layout }: Site): boolean {
  const real = host.realPath(layout.siteDirectory);
  const site = refused(real) ? layout.siteDirectory : real;
  return folder !== "/" && folder !== site &&
    !site.startsWith(`${folder}/`) && !folder.startsWith(`${site}/`);
}

/** To open another's home for a Python in it would be a poor mend. */
function closedPython(
  { folder, status }: Obstacle,
  python: string,
  site: Site,
): Finding {
  const real = site.host.realPath(python);
  return finding("user-blocked", {
    message: `User "${userOf(site)}" cannot run "${python}": it leads to ${
      refused(real) ? "a Python" : `"${real}"`
    }, behind "${folder}", which has ${stateOf(status, site.host)}`,
    place: site.placeOf("passenger.passenger_python"),
    fix: {
      text: `As user ${userOf(site)}, take a Python that everyone may run. ${
        inWords(venvFix(python, site, "/usr/bin/python3"))
      }`,
    },
  });
}

function inWords(fix: Fix): string {
  return "command" in fix ? `\`${fix.command}\`` : fix.text;
}

function blocked(obstacle: Obstacle, path: string, site: Site): Finding {
  const { host, identity } = site;
  const { folder, status, onTheWay, beyondMode } = obstacle;
  const user = userOf(site);
  const place = { file: folder };
  if (beyondMode) {
    return finding("user-unreadable", {
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
  return finding(enters ? "user-blocked" : "user-unreadable", {
    message: enters
      ? `User "${user}" cannot enter "${folder}"${
        onTheWay ? ` on the way to "${path.replace(/\/\.$/, "")}"` : ""
      }: ${needs}`
      : `User "${user}" cannot read "${folder}": ${needs}`,
    place,
    fix: opening.change.startsWith("o") && isHome(obstacle, host)
      ? { text: homeAdvice(`user "${user}"`) }
      : { command: chmod(opening.change, folder), safe: false },
  });
}

function checkLog(site: Site, at: CheckOptions["at"]): Finding[] {
  const { host, identity, layout } = site;
  for (const path of [layout.logDirectory, layout.log]) {
    const status = host.stat(path);
    if (refused(status)) continue;
    // Another thing in place of the folder is told by the checks of the layout.
    if (path === layout.log && status.kind !== "file") {
      return [finding("log-unwritable", {
        message: `The log cannot be written: "${path}" is not a regular file`,
        place: { file: path },
        fix: { command: asideCommand(path), safe: false },
      })];
    }
    const denied = !mayAccess(status, identity, "write") ||
      (status.kind === "folder" && !mayAccess(status, identity, "search"));
    if (!denied) continue;
    const opening = openingFor(status, identity, "write");
    const foreign = opening.change.startsWith("o");
    const folder = status.kind === "folder";
    return [heedAcl(
      finding("log-unwritable", {
        message: `User "${userOf(site)}" cannot write to "${path}": it has ${
          stateOf(status, host)
        }, and ${
          foreign ? "should belong to that user" : `needs mode ${
            formatMode(
              opening.mode | (folder ? opening.mode >> 1 & 0o111 : 0),
            )
          }`
        }`,
        place: { file: path },
        fix: {
          // Nobody but the site's user is to write it.
          command: !foreign
            ? chmod(opening.change + (folder ? "x" : ""), path)
            : mayRename(path, site)
            ? asideCommand(path, folder)
            : shellCommand("chown", userOf(site), path),
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

/** Whoever may write the folder may put its own in the place of another's. */
function mayRename(path: string, { host, identity }: Site): boolean {
  const parent = host.stat(dirname(path));
  return !refused(parent) && (parent.mode & 0o1000) === 0 &&
    mayAccess(parent, identity, "write");
}

function asideCommand(path: string, isFolder = false): string {
  const move = shellCommand("mv", path, `${path}.old`);
  return isFolder
    ? `${move} && ${shellCommand("mkdir", "-m", "0750", path)}`
    : move;
}

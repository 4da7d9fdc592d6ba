/**
 * Reports what the web server cannot reach: it looks at a site under a user
 * of its own, who can go only where everyone can.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { join } from "node:path";
import { type Finding, finding } from "../findings/finding.ts";
import { type FileStatus, refused } from "../machine/host.ts";
import {
  chmod,
  findBarriers,
  formatMode,
  mayAccess,
  stateOf,
  STRANGER,
} from "../machine/permission.ts";
import type { Site } from "../site/site.ts";
import { heedAcl } from "./acl.ts";
import { loginFilesOf } from "../site/login_files.ts";
import { homeAdvice, isHome } from "./home.ts";
import type { CheckOptions } from "./check.ts";
import { type Entry, walkAppRoot } from "./tree.ts";
import { quoted } from "../text/wrap.ts";

/** A command line has its limits. */
const PATHS_LIMIT = 100;

/** Reports all that stops the web server: one cause hides no other. */
export function checkWebServer(site: Site, at: CheckOptions["at"]): Finding[] {
  return [
    ...checkWay(site, at),
    ...checkStartupFile(site, at),
    ...checkRestart(site, at),
    ...checkPublic(site, at),
  ];
}

/** The folders down to the app root, and the app root itself. */
function checkWay(site: Site, at: CheckOptions["at"]): Finding[] {
  const { host, layout: { appRoot } } = site;
  const closed = findBarriers(join(appRoot, "."), STRANGER, host);
  const real = host.realPath(appRoot);
  const root = host.stat(appRoot);
  if (!refused(root) && !mayAccess(root, STRANGER, "search")) {
    closed.push({ folder: refused(real) ? appRoot : real, status: root });
  }
  const [first] = closed;
  if (!first) return [];
  const { folder, status } = first;
  const folders = closed.map((one) => one.folder);
  const isRoot = folder === appRoot || folder === real;
  const found = finding("web-server-blocked", {
    message: `The web server cannot enter ${quoted(folders)} on its way to ${
      isRoot ? "the site" : `"${appRoot}"`
    }: ${closed.length > 1 ? "the first" : "it"} has ${
      stateOf(status, host)
    }, and needs mode ${formatMode(status.mode | 0o1)}`,
    place: { file: folder },
    fix: closed.some((one) => isHome(one, host))
      ? { text: homeAdvice("the web server") }
      : { command: chmod("o+x", ...folders), safe: false },
  });
  return [heedAcl(found, folder, site, at)];
}

function checkStartupFile(site: Site, at: CheckOptions["at"]): Finding[] {
  const { host, layout } = site;
  const file = site.config?.passenger.appType === "wsgi"
    ? layout.passengerWsgi
    : layout.appJs;
  const status = host.stat(file);
  if (refused(status) || mayAccess(status, STRANGER, "read")) return [];
  return [heedAcl(
    finding("startup-file-closed", {
      message: `The web server cannot read the startup file "${file}": it has ${
        stateOf(status, host)
      }, and needs mode ${formatMode(status.mode | 0o4)}${
        closingUmask(status, site)
      }`,
      place: { file },
      fix: { command: chmod("o+r", file), safe: false },
    }),
    file,
    site,
    at,
  )];
}

/** The line of the login files by which the user's new files are so closed. */
function closingUmask(status: FileStatus, site: Site): string {
  if (status.uid !== site.user?.uid || (status.mode & 0o007) !== 0) return "";
  const line = loginFilesOf(site)
    .findLine(/(?:^|[;&|])\s*umask\s+0?[0-7]?[0-7]7\s*(?:$|[;&|#])/);
  return line
    ? `; line ${line.line} of "${line.file}" sets an umask by which new files are closed like this`
    : "";
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
    finding("restart-file-closed", {
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
  const file = join(path, ".htaccess");
  const access = host.stat(file);
  const htaccess = refused(access) || mayAccess(access, STRANGER, "read")
    ? []
    : [heedAcl(
      finding("htaccess-closed", {
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
  return [...checkStatic({ path, status }, site, at), ...htaccess];
}

/** The folder of static files; at the shell also what lies in it. */
function checkStatic(
  folder: Entry,
  site: Site,
  at: CheckOptions["at"],
): Finding[] {
  const { host } = site;
  const real = host.realPath(folder.path);
  const inside = at === "startup" || refused(real)
    ? []
    // Names with a dot are for the server itself, or for nobody.
    : walkAppRoot(site).filter(({ path }) =>
      path.startsWith(`${real}/`) &&
      !path.slice(real.length).includes("/.")
    );
  const closed = [folder, ...inside].filter(({ status }) =>
    status.kind === "folder"
      ? !mayAccess(status, STRANGER, "read") ||
        !mayAccess(status, STRANGER, "search")
      : status.kind === "file" && !mayAccess(status, STRANGER, "read")
  );
  const [first] = closed;
  if (!first) return [];
  const { path, status } = first;
  const isFolder = status.kind === "folder";
  const paths = closed.map((one) => one.path);
  // X opens folders, and no file.
  const command = chmod("o+rX", ...paths.slice(0, PATHS_LIMIT));
  return [heedAcl(
    finding("public-closed", {
      message: `The web server cannot read ${
        isFolder && paths.length === 1 ? "the folder " : ""
      }${quoted(paths)}: ${paths.length > 1 ? "the first" : "it"} has ${
        stateOf(status, host)
      }, and needs mode ${formatMode(status.mode | (isFolder ? 0o5 : 0o4))}${
        closingUmask(status, site)
      }`,
      place: { file: path },
      fix: { command, safe: false },
    }),
    path,
    site,
    at,
  )];
}

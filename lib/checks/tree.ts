/**
 * Reports what a walk through the application's folder shows: packages that
 * cannot be read, databases that cannot be written. Other checks judge what
 * such walks meet: files that others can change. Only at the shell, and within limits.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { basename, dirname, join } from "node:path";
import type { Application } from "../site/application.ts";
import { type Finding, finding } from "../findings/finding.ts";
import { type FileStatus, namesIn, refused } from "../machine/host.ts";
import {
  chmod,
  mayAccess,
  openingFor,
  stateOf,
} from "../machine/permission.ts";
import { shellCommand } from "../text/shell.ts";
import { type Site, userOf } from "../site/site.ts";
import { quoted } from "../text/wrap.ts";

const NAMES_LIMIT = 5_000;
const DEPTH_LIMIT = 5;
const SKIPPED_REGEXP =
  /^(\..*|__pycache__|node_modules|site-packages|venv|env|\.venv)$/;
/** What others wrote, and what is Git's own. */
const LIBRARIES_REGEXP =
  /^(\.git|__pycache__|node_modules|site-packages|venv|env|\.venv)$/;
const DATABASE_REGEXP = /\.(sqlite3?|db)$/i;

/** Something met on the walk. */
export interface Entry {
  path: string;
  status: FileStatus;
}

/**
 * @param found What the checks before found: a file that is told is not told
 *   again
 */
export function checkTree(
  application: Application,
  site: Site,
  found: readonly Finding[],
): Finding[] {
  const told = new Set(found.map((one) => one.place?.file));
  const entries = walkApplication(application, site)
    .filter(({ path }) => !told.has(path));
  return [
    ...checkReadable(entries, site),
    ...checkDatabases(entries, site),
  ];
}

const walks = new WeakMap<Site, Entry[]>();

/** What lies in the application's folder, links left out; once per site. */
export function walkApplication(
  application: Application,
  site: Site,
): readonly Entry[] {
  let entries = walks.get(site);
  if (!entries) {
    entries = rootsOf(application, site)
      .flatMap((root) => walk(root, SKIPPED_REGEXP, site));
    walks.set(site, entries);
  }
  return entries;
}

const ownWalks = new WeakMap<Site, Entry[]>();

/** What lies in the app root, behind all links to it; once per site. */
export function walkAppRoot(site: Site): readonly Entry[] {
  let entries = ownWalks.get(site);
  if (!entries) {
    const root = site.host.realPath(site.layout.appRoot);
    entries = refused(root) ? [] : walk(root, LIBRARIES_REGEXP, site);
    ownWalks.set(site, entries);
  }
  return entries;
}

/** The application's own folder; a site directory holds more than that. */
function rootsOf({ target, directory }: Application, site: Site): string[] {
  const { layout } = site;
  const root = "file" in target
    ? dirname(target.file)
    : join(directory, target.module.split(".")[0]!);
  const holdsSite = root === layout.siteDirectory ||
    layout.siteDirectory.startsWith(`${root}/`);
  return holdsSite || root === "/" ? [] : [root];
}

function walk(root: string, skipped: RegExp, site: Site): Entry[] {
  const { host, layout } = site;
  const entries: Entry[] = [];
  const pending = [{ folder: root, depth: 0 }];
  for (let next = pending.shift(); next; next = pending.shift()) {
    for (const name of namesIn(next.folder, host)) {
      if (entries.length >= NAMES_LIMIT) return entries;
      const path = join(next.folder, name);
      const status = host.lstat(path);
      if (
        refused(status) || status.kind === "link" || path === layout.appRoot
      ) {
        continue;
      }
      if (skipped.test(name)) continue;
      const isFolder = status.kind === "folder";
      if (isFolder && !refused(host.lstat(join(path, "pyvenv.cfg")))) continue;
      entries.push({ path, status });
      if (isFolder && next.depth < DEPTH_LIMIT) {
        pending.push({ folder: path, depth: next.depth + 1 });
      }
    }
  }
  return entries;
}

/** Python takes a folder that it cannot read for an empty package. */
function checkReadable(entries: readonly Entry[], site: Site): Finding[] {
  const { host, identity } = site;
  const closed = entries.filter(({ path, status }) => {
    const isPackage = status.kind === "folder" &&
      /^[A-Za-z_]\w*$/.test(basename(path));
    const isModule = status.kind === "file" && path.endsWith(".py");
    if (!isPackage && !isModule) return false;
    return !mayAccess(status, identity, "read") ||
      (isPackage && !mayAccess(status, identity, "search"));
  });
  // What lies in a closed folder is closed with it.
  const outer = closed.filter(({ path }) =>
    !closed.some((other) => path.startsWith(`${other.path}/`))
  );
  const first = outer[0];
  if (!first) return [];
  const { change } = openingFor(first.status, identity, "read");
  const paths = outer.map((entry) => entry.path);
  return [finding("package-unreadable", {
    message: `User "${userOf(site)}" cannot read ${quoted(paths)}: ${
      paths.length > 1 ? "the first" : "it"
    } has ${stateOf(first.status, host)}`,
    place: { file: first.path },
    fix: {
      command: shellCommand("chmod", "-R", `${change}X`, ...paths.slice(0, 20)),
      safe: false,
    },
  })];
}

/** SQLite writes the file, and a journal beside it. */
function checkDatabases(entries: readonly Entry[], site: Site): Finding[] {
  const { host, identity } = site;
  return entries.flatMap(({ path, status }) => {
    if (status.kind !== "file" || !DATABASE_REGEXP.test(path)) return [];
    const folder = host.stat(dirname(path));
    const closed = !mayAccess(status, identity, "write")
      ? { path, status }
      : !refused(folder) && !mayAccess(folder, identity, "write")
      ? { path: dirname(path), status: folder }
      : undefined;
    if (!closed) return [];
    const { change } = openingFor(closed.status, identity, "write");
    return [finding("database-unwritable", {
      message: `User "${
        userOf(site)
      }" cannot write to "${closed.path}", as the database "${path}" needs: it has ${
        stateOf(closed.status, host)
      }`,
      place: { file: closed.path },
      fix: {
        command: change.startsWith("o")
          ? shellCommand("chown", userOf(site), closed.path)
          : chmod(change, closed.path),
        safe: false,
      },
    })];
  });
}

/**
 * Why a folder is not to be adopted, before anything is tried.
 *
 * @module
 */

import { dirname, join } from "node:path";
import { type Host, namesIn, refused } from "../machine/host.ts";
import { mayAccess } from "../machine/permission.ts";
import { isAdopted, STARTUP_BYTES_LIMIT } from "../site/adoption.ts";
import type { Layout } from "../site/layout.ts";
import type { Panel } from "../site/panel.ts";
import type { Site } from "../site/site.ts";
import { printable, shellCommand } from "../text/shell.ts";
import { CommandError } from "./command.ts";

/** Names of folders that hosts show to everyone. */
const DOCUMENT_ROOTS = ["public_html", "httpdocs", "htdocs", "httpsdocs"];
const TEXT_LIMIT = 100_000;

/** Refuses a folder that holds no native site, or that others have a hand in. */
export function refuseUnfit(appRoot: string, site: Site): void {
  const { host, layout, native } = site;
  const shown = printable(appRoot);
  if (!native) throw new CommandError(...whyNotNative(layout, host));
  const inTheWay = [layout.shim, layout.original, layout.config]
    .find((path) => !refused(host.lstat(path)));
  if (inTheWay !== undefined) {
    throw new CommandError(
      `${printable(inTheWay)} is there already, and adopt would need its place`,
    );
  }
  if (isHome(appRoot, host)) {
    throw new CommandError(
      `${shown} is a home directory, which is no place for the files of a site`,
      "Let the web server use a folder of its own for the site, and adopt that.",
    );
  }
  refuseStartupFile(native.startupFile, host);
  const own = host.stat(appRoot);
  if (refused(own)) return;
  const { uid } = host.identity;
  const owner = host.user(own.uid)?.name ?? String(own.uid);
  if (own.uid !== uid) {
    throw new CommandError(
      `${shown} belongs to ${printable(owner)}, and only they can adopt it`,
    );
  }
  if (!mayAccess(own, host.identity, "write")) {
    throw new CommandError(`You may not write in ${shown}`);
  }
}

function whyNotNative(
  layout: Layout,
  host: Host,
): [message: string, ...advice: string[]] {
  const { appRoot } = layout;
  const shown = printable(appRoot);
  if (isAdopted(layout, host)) {
    return [
      `${shown} was adopted already`,
      `What is wrong with it, if anything: ${
        shellCommand("wsgi-shim", "check", appRoot)
      }`,
    ];
  }
  const names = namesIn(appRoot, host);
  if (!names.includes("passenger_wsgi.py")) {
    return [`${shown} has no passenger_wsgi.py, so there is nothing to adopt`];
  }
  const config = names.find((name) => name.startsWith("config.toml"));
  if (config === undefined || isOurs(layout, host)) {
    return [`${shown} is a site of wsgi-shim already`];
  }
  const text = textOf(layout.passengerWsgi, host);
  return /\bwsgi_shim\b/.test(text)
    ? [
      `${shown} is a site of the Python package wsgi-shim`,
      "How to move it: docs/moving.md",
    ]
    : [
      `${shown} holds ${
        printable(config)
      }, and adopt would write settings of its own by that name`,
    ];
}

function isOurs({ passengerWsgi, appJs }: Layout, host: Host): boolean {
  return [passengerWsgi, appJs].some((file) =>
    /wsgi-shim (?:install|upgrade)|wsgi-shim\/runtime/.test(textOf(file, host))
  );
}

function textOf(file: string, host: Host): string {
  const bytes = host.readBytes(file, TEXT_LIMIT);
  return refused(bytes) ? "" : new TextDecoder().decode(bytes);
}

function refuseStartupFile(file: string, host: Host): void {
  const status = host.stat(file);
  const shown = printable(file);
  if (refused(status) || status.kind !== "file") {
    throw new CommandError(`${shown} is no file that can be read`);
  }
  if (status.size > STARTUP_BYTES_LIMIT) {
    throw new CommandError(
      `${shown} has ${status.size} bytes, too many for a startup file`,
    );
  }
  const itself = host.lstat(file);
  if (!refused(itself) && itself.uid !== host.identity.uid) {
    const owner = host.user(itself.uid)?.name ?? String(itself.uid);
    throw new CommandError(
      `${shown} belongs to ${printable(owner)}, and could not be given back ` +
        "as it is",
    );
  }
}

function isHome(folder: string, host: Host): boolean {
  const own = host.stat(folder);
  const home = refused(own) ? undefined : host.user(own.uid)?.home;
  return home === folder ||
    (home !== undefined && host.realPath(home) === host.realPath(folder));
}

/**
 * Refuses a site of which the web server loads another file, or runs a Python
 * that cannot be told.
 */
export function refuseOtherServer({ startupFile, pythons }: Panel): void {
  const { name, source } = startupFile ?? {};
  if (name !== undefined && !/^(.*\/)?passenger_wsgi\.py$/.test(name)) {
    throw new CommandError(
      `${printable(source!.file)} says that the web server loads ${
        printable(name)
      }, and adopt knows passenger_wsgi.py only`,
    );
  }
  if (pythons.length < 2) return;
  throw new CommandError(
    "It is not clear which Python the web server runs:\n" +
      pythons.map(({ path, source: { file, line } }) =>
        `  ${printable(path)}, by ${printable(file)}${line ? `:${line}` : ""}`
      ).join("\n"),
    "Name the one that counts: --python PATH",
  );
}

/** The document root that an app root lies in, or is, by what is to be seen. */
export function documentRootOf(
  { appRoot }: Layout,
  { documentRoots }: Panel,
): string | undefined {
  if (documentRoots.includes(appRoot)) return appRoot;
  for (let at = appRoot; at !== dirname(at); at = dirname(at)) {
    if (DOCUMENT_ROOTS.some((name) => at === join(dirname(at), name))) {
      return at;
    }
  }
  return undefined;
}

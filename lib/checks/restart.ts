/**
 * Reports that a running site is not what lies on the disk, and a restart that
 * the web server would look for elsewhere.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { join, resolve } from "node:path";
import { type Finding, finding } from "../findings/finding.ts";
import { type Host, namesIn, refused } from "../machine/host.ts";
import type { LogLine } from "../site/log.ts";
import { findLastStart } from "../site/log_text.ts";
import type { Site } from "../site/site.ts";
import { shellCommand } from "../text/shell.ts";
import { quoted } from "../text/wrap.ts";
import { readOwnLines } from "./own_log.ts";

const SOURCES_BYTES_LIMIT = 2_000_000;
const SERVER_FILES_LIMIT = 300;
const SERVER_BYTES_LIMIT = 200_000;
/** Clocks of a file server and of the shell differ a little. */
const SLACK_MS = 2_000;
/** Where Debian's and Red Hat's servers have one file for each site. */
const SERVER_FOLDERS = [
  "/etc/apache2/sites-enabled",
  "/etc/httpd/conf.d",
  "/etc/nginx/sites-enabled",
  "/etc/nginx/conf.d",
];

/** The line of the last start by the web server; undefined if never. */
export function lastStart(site: Site): LogLine | undefined {
  return linesOfLife(site)[0];
}

/** From the last start on: when processes began, served and were ended. */
function linesOfLife(site: Site): LogLine[] {
  const lines = readOwnLines(site)
    .filter(({ kind }) => /^(?:start|ready|stop)$/.test(kind));
  const at = findLastStart(lines);
  return at < 0 ? [] : lines.slice(at);
}

/** What was started last is ended: the next start takes what is there then. */
function hasEnded(lines: readonly LogLine[]): boolean {
  const ready = lines.findIndex(({ kind }) => kind === "ready");
  if (ready < 0) return false;
  const { machine, pid } = lines[ready]!;
  return lines.slice(ready).some((line) =>
    line.kind === "stop" && line.pid === pid && line.machine === machine
  );
}

export function checkRestart(site: Site): Finding[] {
  const other = findOtherRestartFolder(site);
  return [
    ...other ? [tellRestartFolder(other, site)] : [],
    ...checkCode(site, other?.folder),
  ];
}

/** The finding about a restart folder that is not the one of the site. */
export function tellRestartFolder(
  { directive, file, folder, line }: NamedFolder,
  { layout }: Pick<Site, "layout">,
): Finding {
  return finding("restart-folder-differs", {
    message:
      `The web server looks for restart.txt in "${folder}", as line ${line} of "${file}" says, so \`wsgi-shim restart\` restarts nothing`,
    place: { file, line },
    fix: {
      text:
        `Ask the administrators for \`${directive} ${layout.tmp}\`; until then, restart by \`${
          shellCommand("touch", join(folder, "restart.txt"))
        }\``,
    },
  });
}

/** The code is newer than the last start, and no restart has been asked for. */
function checkCode(site: Site, otherFolder: string | undefined): Finding[] {
  const { host, layout } = site;
  const restartFile = join(otherFolder ?? layout.tmp, "restart.txt");
  const lines = linesOfLife(site);
  const started = lines[0]?.time;
  if (started === undefined || hasEnded(lines)) return [];
  if (!refused(host.stat(layout.maintenance))) return [];
  const restart = host.stat(restartFile);
  const asked = refused(restart) ? 0 : restart.modified;
  const imported = readImported(site, started);
  const byDate = [
    layout.config,
    ...(imported ? [] : moduleOf(site)),
  ].filter((file) => {
    const status = host.stat(file);
    // No restart is ever later than a date that lies in the future.
    return !refused(status) && status.kind === "file" &&
      status.modified > Math.max(started, asked) + SLACK_MS &&
      status.modified <= host.now();
  });
  // Another file may well have an older date: a copy brings its own.
  const byContent = [...imported?.files ?? []].filter(([file, date]) => {
    const status = host.stat(file);
    return !refused(status) && status.kind === "file" &&
      Math.abs(status.modified - date) > 1 &&
      (asked <= imported!.time || status.modified > asked + SLACK_MS);
  }).map(([file]) => file);
  const newer = [...new Set([...byDate, ...byContent])];
  if (newer.length === 0) return [];
  return [finding("restart-needed", {
    message: `${quoted(newer)} ${
      newer.length > 1 ? "were" : "was"
    } changed after the last start of the site`,
    place: { file: newer[0]! },
    fix: {
      command: otherFolder === undefined
        ? shellCommand("wsgi-shim", "restart", layout.appRoot)
        : shellCommand("touch", restartFile),
      safe: false,
    },
  })];
}

function moduleOf({ config }: Site): string[] {
  const module = config?.wsgi?.module;
  return module?.startsWith("/") ? [module] : [];
}

/** What the running worker has imported, with the dates of then. */
interface Imported {
  /** When the worker began, in milliseconds since 1970. */
  time: number;
  files: Map<string, number>;
}

/** Reads what `shim/host/sources.py` has told since the last start. */
function readImported(
  { host, layout }: Site,
  started: number,
): Imported | undefined {
  const bytes = host.readBytes(layout.sources, SOURCES_BYTES_LIMIT, {
    isInPlace: true,
  });
  if (refused(bytes)) return undefined;
  try {
    const { time, files } = JSON.parse(new TextDecoder().decode(bytes));
    if (!(time >= started)) return undefined;
    return {
      time,
      files: new Map(
        Object.entries<number>(files).filter(([file, date]) =>
          file.startsWith("/") && typeof date === "number"
        ),
      ),
    };
  } catch {
    return undefined; // It is being written.
  }
}

/** A restart folder as a file of the web server names it. */
export interface NamedFolder {
  file: string;
  line: number;
  directive: string;
  folder: string;
}

/**
 * The restart folder that the web server's own files name, where this machine
 * has them and it is another than that of the site.
 */
export function findOtherRestartFolder(
  { host, layout: { appRoot, tmp } }: Pick<Site, "host" | "layout">,
): NamedFolder | undefined {
  const files = SERVER_FOLDERS.flatMap((folder) =>
    namesIn(folder, host).map((name) => join(folder, name))
  );
  for (const file of files.slice(0, SERVER_FILES_LIMIT)) {
    const bytes = host.readBytes(file, SERVER_BYTES_LIMIT);
    if (refused(bytes)) continue;
    const found = readServerFile(new TextDecoder().decode(bytes), appRoot);
    if (found) {
      const isSame = realPath(found.folder, host) === realPath(tmp, host);
      return isSame ? undefined : { file, ...found };
    }
  }
}

function readServerFile(
  text: string,
  appRoot: string,
): Omit<NamedFolder, "file"> | undefined {
  let isOurs = false;
  let found: Omit<NamedFolder, "file"> | undefined;
  for (const [index, each] of text.split("\n").entries()) {
    // What one host is told says nothing of the next.
    if (/^\s*(<VirtualHost\b|server\s*\{)/i.test(each)) {
      if (isOurs && found) return found;
      isOurs = false;
      found = undefined;
    }
    const [, directive, quotedValue, value] =
      /^\s*(passenger_?(?:app_?root|restart_?dir))\s+(?:"([^"]*)"|([^\s;]+))/i
        .exec(each) ?? [];
    const told = quotedValue ?? value;
    if (directive === undefined || told === undefined) continue;
    if (/root$/i.test(directive)) isOurs = resolve(told) === appRoot;
    else found = { line: index + 1, directive, folder: resolve(appRoot, told) };
  }
  return isOurs ? found : undefined;
}

function realPath(path: string, host: Host): string {
  const real = host.realPath(path);
  return refused(real) ? path : real;
}

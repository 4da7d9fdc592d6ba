/**
 * What visitors get while the application does not run: a page that looks at
 * the site again, at most once a second, until the cause is mended.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { dirname } from "node:path";
import { type Failure, relatives } from "../python/failure.ts";
import type { Finding } from "../findings/finding.ts";
import { type Host, refused } from "../machine/host.ts";
import { type Door, newIncident, pageContext } from "./incident.ts";
import {
  type Page,
  preferredFormat,
  renderErrorPage,
  renderMaintenancePage,
  renderRestartingPage,
} from "../pages/page.ts";
import { type Judgement, judgeSite } from "../judge/plan.ts";
import type { Site } from "../site/site.ts";

/** Why the application does not run. */
export interface Reason {
  judgement: Judgement;
  /** Set when the plan was to run, and that failed. */
  failed?: {
    failure: Failure;
    findings: Finding[];
  };
  incident: string;
}

/** What answers while the application does not run. */
export interface StandIn {
  /** The page for a request with this `Accept` header. */
  page(accept: string | undefined): Page;
  /** The page that says that the site is starting again. */
  restartingPage(accept: string | undefined): Page;
  /**
   * Looks at the site again, unless that was done within the last second.
   * True when it should be started.
   */
  isMended(): boolean;
  /** What another process needs to go on looking. */
  state(): StandInState;
}

/** What a stand-in has seen so far; can be written as JSON. */
export interface StandInState {
  /** When it began, in milliseconds since 1970. */
  begun: number;
  retryMs: number;
  incident: string;
  failed?: Reason["failed"];
  /** The reason as text. */
  telling: string;
  /** State of the files that may have to do with a failed start. */
  stamp?: string;
}

/** What a stand-in is told besides the reason. */
export interface StandInOptions {
  door: Door;
  /** Called when the reason has changed. */
  onChange: (reason: Reason) => void;
  /**
   * Pause before a failed start is tried again unasked; longer after a start
   * that took long, as a visitor waits for each. @default {10_000}
   */
  retryMs?: number;
  /** The state of a stand-in in whose place this one goes on. */
  resumed?: StandInState;
}

const LOOK_MS = 1_000;
const RETRY_MS = 10_000;
const RETRY_MOST_MS = 300_000;
/** A start may take this part of the time at most. */
const RETRY_SHARE = 5;

/** Lets a page stand in for the application. */
export function createStandIn(
  reason: Reason,
  { door, onChange, retryMs: pauseMs = RETRY_MS, resumed }: StandInOptions,
): StandIn {
  const { host, layout } = reason.judgement.site;
  const begun = resumed?.begun ?? host.now();
  let looked = resumed ? -Infinity : begun;
  let telling = resumed?.telling ?? tellingOf(reason);
  let stamp = resumed ? resumed.stamp : reason.failed && stampOf(reason, host);
  const tookMs = begun - (reason.failed?.failure.began ?? begun);
  const retryMs = resumed?.retryMs ??
    Math.max(pauseMs, Math.min(RETRY_MOST_MS, RETRY_SHARE * tookMs));
  // What was changed while the start was still failing may have mended it.
  let isStale = !resumed && wasChangedSince(reason, host);
  let isGuess = false;

  function context() {
    return pageContext(reason.judgement.site, door, reason.incident);
  }

  function page(accept: string | undefined): Page {
    const { plan, findings } = reason.judgement;
    const format = preferredFormat(accept);
    switch (plan.kind) {
      case "maintenance":
        return renderMaintenancePage(plan, format);
      case "error":
        return renderErrorPage(findings, undefined, context(), format);
      case "run": {
        const { failed } = reason;
        return renderErrorPage(
          [...(failed?.findings ?? []), ...findings],
          failed?.failure,
          context(),
          format,
        );
      }
    }
  }

  function isMended(): boolean {
    if (host.now() - looked < LOOK_MS) return false;
    looked = host.now();
    const judgement = judgeSite(layout.appRoot, host, { at: "startup" });
    if (judgement.plan.kind === "run") {
      if (!reason.failed || !stamp || isStale) return true;
      // The checks saw nothing wrong before either: only a change, or time,
      // can have mended what made the start fail.
      if (stampOf({ ...reason, judgement }, host) !== stamp) return true;
      isGuess = host.now() - begun >= retryMs;
      return isGuess;
    }
    const changed = { judgement, incident: reason.incident };
    if (tellingOf(changed) !== telling) {
      reason = { judgement, incident: newIncident() };
      telling = tellingOf(reason);
      stamp = undefined;
      isStale = false;
      onChange(reason);
    }
    return false;
  }

  function state(): StandInState {
    const { incident, failed } = reason;
    const known = isStale ? undefined : stamp;
    return { begun, retryMs, incident, failed, telling, stamp: known };
  }

  return {
    page,
    isMended,
    state,
    restartingPage: (accept) =>
      renderRestartingPage(
        context(),
        preferredFormat(accept),
        !isGuess,
      ),
  };
}

/** The reason as text, to see whether it is another one. */
function tellingOf({ judgement: { plan }, failed }: Reason): string {
  return JSON.stringify([plan, failed?.findings]);
}

/** State of all files that may have to do with a failed start. */
function stampOf({ judgement: { site }, failed }: Reason, host: Host): string {
  const states = watchedPaths(site, failed!).flatMap((path) =>
    stateOf(path, host)
  );
  return createHash("sha256").update(JSON.stringify(states)).digest("hex");
}

/** A path that is not there is watched in the folder where it may appear. */
function stateOf(path: string, host: Host): unknown[] {
  const status = host.stat(path);
  if (refused(status)) {
    const parent = dirname(path);
    const above = parent === path ? [] : stateOf(parent, host);
    return [[path, status.errno], ...above];
  }
  const { modified, changed, size, inode } = status;
  return [[path, modified, changed, size, inode]];
}

/**
 * Only sources and settings count: what the application itself writes while
 * it fails would make it start over and over.
 */
function wasChangedSince({ judgement, failed }: Reason, host: Host): boolean {
  const { failure } = failed ?? {};
  const began = failure?.began;
  if (!failure || began === undefined) return false;
  const { config, layout } = judgement.site;
  const module = config?.wsgi?.module;
  const sources = [layout.config, ...filesOf(failure)];
  if (module?.startsWith("/")) sources.push(module);
  sources.push(...Object.values(config?.secretFiles ?? {}));
  return sources.some((path) => {
    const status = host.stat(path);
    return !refused(status) && status.kind === "file" &&
      status.changed > began;
  });
}

/** The source files that a failure speaks of. */
function filesOf({ stack = [], exception }: Failure): string[] {
  const files = stack.map(({ file }) => file);
  for (const each of relatives(exception)) {
    files.push(...each.frames.map(({ file }) => file));
    if (each.line && each.filename) files.push(each.filename);
  }
  return files.filter((file) => file.startsWith("/"));
}

function watchedPaths(
  { host, layout, config }: Site,
  { failure, findings }: NonNullable<Reason["failed"]>,
): string[] {
  const paths = [layout.config, layout.shim, layout.host];
  const python = config?.passenger.python;
  if (python) {
    paths.push(python, ...packageFolders(host, python));
  }
  const module = config?.wsgi?.module;
  if (module?.startsWith("/")) paths.push(module, dirname(module));
  if (config?.wsgi?.chdir) paths.push(config.wsgi.chdir);
  paths.push(...Object.values(config?.secretFiles ?? {}));
  for (const found of findings) {
    // The log grows by what this process writes to it.
    if (found.place && found.place.file !== layout.log) {
      paths.push(found.place.file);
    }
  }
  const folders = [config?.wsgi?.chdir, module && dirname(module)]
    .filter((folder) => folder !== undefined);
  for (const { filename, name } of relatives(failure.exception)) {
    if (filename) paths.push(filename);
    // A module that was not found may appear deep in a package.
    const way = name?.replaceAll(".", "/");
    if (way) paths.push(...folders.map((folder) => `${folder}/${way}`));
  }
  for (const file of filesOf(failure)) paths.push(file, dirname(file));
  return [...new Set(paths)].filter((path) => path.startsWith("/"));
}

/** Folders whose modification time tells that pip was at work. */
function packageFolders(host: Host, python: string): string[] {
  const lib = python.replace(/\/bin\/[^/]*$/, "/lib");
  const names = host.list(lib);
  if (refused(names)) return [lib];
  return names.map((name) => `${lib}/${name}/site-packages`);
}

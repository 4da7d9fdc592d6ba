/**
 * What visitors get while the application does not run: a page that looks at
 * the site again, at most once a second, until the cause is mended.
 *
 * Layer 4. Runs on Node and Deno.
 *
 * @module
 */

import type { Failure, PythonException } from "./failure.ts";
import type { Finding } from "./finding.ts";
import { type Host, refused } from "./host.ts";
import { type Door, newIncident, pageContext } from "./incident.ts";
import {
  type Page,
  preferredFormat,
  renderErrorPage,
  renderMaintenancePage,
  renderRestartingPage,
} from "./page.ts";
import { type Judgement, judgeSite } from "./plan.ts";
import type { Site } from "./site.ts";

/** Why the application does not run. */
export interface Reason {
  judgement: Judgement;
  /** Set when the plan was to run, and that failed. */
  failed?: { failure: Failure; findings: Finding[] };
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
}

/** What a stand-in is told besides the reason. */
export interface StandInOptions {
  door: Door;
  /** Called when the reason has changed. */
  onChange: (reason: Reason) => void;
  /** Pause before a failed start is tried again unasked. @default {10_000} */
  retryMs?: number;
}

const LOOK_MS = 1_000;
const RETRY_MS = 10_000;

/** Lets a page stand in for the application. */
export function createStandIn(
  reason: Reason,
  { door, onChange, retryMs = RETRY_MS }: StandInOptions,
): StandIn {
  const { host, layout } = reason.judgement.site;
  const begun = host.now();
  let looked = begun;
  let stamp = reason.failed && stampOf(reason, host);

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
      if (!reason.failed || !stamp) return true;
      // The checks saw nothing wrong before either: only a change, or time,
      // can have mended what made the start fail.
      if (host.now() - begun >= retryMs) return true;
      return stampOf({ ...reason, judgement }, host) !== stamp;
    }
    const changed = { judgement, incident: reason.incident };
    if (tellingOf(changed) !== tellingOf(reason)) {
      reason = { judgement, incident: newIncident() };
      stamp = undefined;
      onChange(reason);
    }
    return false;
  }

  return {
    page,
    isMended,
    restartingPage: (accept) =>
      renderRestartingPage(context(), preferredFormat(accept)),
  };
}

/** The reason as text, to see whether it is another one. */
function tellingOf({ judgement: { plan }, failed }: Reason): string {
  return JSON.stringify([plan, failed?.findings]);
}

/** State of all files that may have to do with a failed start. */
function stampOf({ judgement: { site }, failed }: Reason, host: Host): string {
  return JSON.stringify(
    watchedPaths(site, failed!).map((path) => {
      const status = host.stat(path);
      if (refused(status)) return [path, status.errno];
      const { modified, changed, size, inode } = status;
      return [path, modified, changed, size, inode];
    }),
  );
}

function watchedPaths(
  { host, layout, config }: Site,
  { failure, findings }: NonNullable<Reason["failed"]>,
): string[] {
  const paths = [layout.config, layout.shim, layout.worker];
  const python = config?.passenger.python;
  if (python) {
    paths.push(python, ...packageFolders(host, python));
  }
  const module = config?.wsgi?.module;
  if (module?.startsWith("/")) paths.push(module, `${module}/..`);
  if (config?.wsgi?.chdir) paths.push(config.wsgi.chdir);
  paths.push(...Object.values(config?.secretFiles ?? {}));
  for (const found of findings) if (found.place) paths.push(found.place.file);
  let exception: PythonException | undefined = failure.exception;
  for (; exception; exception = exception.cause) {
    if (exception.filename?.startsWith("/")) paths.push(exception.filename);
    for (const frame of exception.frames) {
      paths.push(frame.file, `${frame.file}/..`);
    }
  }
  for (const frame of failure.stack ?? []) paths.push(frame.file);
  return [...new Set(paths)].filter((path) => path.startsWith("/"));
}

/** Folders whose modification time tells that pip was at work. */
function packageFolders(host: Host, python: string): string[] {
  const lib = python.replace(/\/bin\/[^/]*$/, "/lib");
  const names = host.list(lib);
  if (refused(names)) return [lib];
  return names.map((name) => `${lib}/${name}/site-packages`);
}

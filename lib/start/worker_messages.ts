/**
 * What the runtime and `worker.py` say to each other, in lines of JSON: the
 * settings that go in first, the reports that come out, and the pages that
 * are sent for exceptions.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import type { Failure } from "../python/failure.ts";
import type { Page } from "../pages/page.ts";
import type { RunPlan } from "../judge/plan.ts";

/** The settings as `worker.py` reads them. */
export interface WorkerSettings {
  target: { file: string } | { module: string } | null;
  attribute: string;
  call: boolean;
  path: string[];
  directory: string;
  threads: number;
  start_timeout: number;
  socket: string;
  password: string | null;
  hello: string | null;
  trial: boolean;
}

/** What the plan does not say of a worker's settings. */
export interface SettingsOptions {
  /** The app root, working directory until the application's own is entered. */
  appRoot: string;
  /** Path of the Unix socket to listen on. */
  socket: string;
  /** What every request must carry. */
  password?: string;
  /** The Hello World page, for a site without an application. */
  hello: string;
  /** Load the application, say how that went, and end. @default {false} */
  trial?: boolean;
}

/** Makes the settings of a worker. */
export function workerSettings(
  { application, threads, startTimeout }: RunPlan,
  options: SettingsOptions,
): WorkerSettings {
  return {
    target: application?.target ?? null,
    attribute: application?.attribute ?? "",
    call: application?.call ?? false,
    path: application?.path ?? [],
    directory: application?.directory ?? options.appRoot,
    threads,
    start_timeout: startTimeout,
    socket: options.socket,
    password: options.password ?? null,
    hello: application ? null : options.hello,
    trial: options.trial ?? false,
  };
}

/** One line of what a worker reports. */
export type Report =
  | {
    event: "ready";
    pid: number;
    python: string;
    threads_alive?: string[];
  }
  | { event: "proven" }
  | { event: "failed"; failure: Failure }
  | { event: "warning"; text: string }
  | { event: "exception"; id: string; failure: Failure; accept?: string };

/** A page as Python sends it. */
export interface WirePage {
  status: string;
  headers: [name: string, value: string][];
  body: string;
}

/** Makes a page fit for Python. */
export function wirePage(page: Page): WirePage {
  const reason = page.status === 500
    ? "Internal Server Error"
    : "Service Unavailable";
  return {
    status: `${page.status} ${reason}`,
    headers: Object.entries(page.headers),
    body: page.body,
  };
}

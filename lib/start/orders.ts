/**
 * The orders of a host: what `shim/host` is given to run a site, as a file
 * that it reads once.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import * as fs from "node:fs";
import { join } from "node:path";
import type { RunPlan } from "../judge/plan.ts";
import { renderHelloPage } from "../pages/page.ts";
import type { EventLoop, Interface } from "../site/config.ts";
import { DEFAULTS } from "../site/settings_table.ts";
import { startupFileOf } from "../site/adoption.ts";
import type { Site } from "../site/site.ts";
import type { Door } from "./incident.ts";
import { randomHex } from "./random.ts";

/** What decides how a host runs, besides the site and its plan. */
export interface OrderOptions {
  door: Door;
  /** Absolute path of the socket; Passenger's spawn decides it otherwise. */
  socket?: string;
  /** The spawn work directory of Passenger. */
  spawn?: string;
  /**
   * The command line of the judge, which is asked for pages and takes this
   * process's place when the start fails. Without it the host speaks with
   * the process that started it.
   */
  judge?: readonly string[];
  /** Load the application, say how that went, and end. @default {false} */
  trial?: boolean;
}

/** What every server calls the startup file once it is loaded. */
const STARTUP_MODULE = "passenger_wsgi";

/** The orders as `shim/host` reads them. */
export interface Orders {
  app_root: string;
  door: Door;
  /** Where the host meets Passenger; null elsewhere. */
  spawn: string | null;
  judge: readonly string[] | null;
  /** Variables of `[environment]` and the paths of `[secret_files]`. */
  environment: Readonly<Record<string, string>>;
  /** How the log is kept; null for none. */
  log: { file: string; max_bytes: number; backups: number } | null;
  /** Where workers that keep dying are written down. */
  deaths: string;
  /** Where the imported source files are written down; null for nowhere. */
  sources: string | null;
  settings: WorkerSettings;
}

/** What a worker is told. */
export interface WorkerSettings {
  target: { file: string; name?: string } | { module: string } | null;
  attribute: string;
  /** The attribute is a factory. */
  call: boolean;
  interface: Interface;
  /** The event loop of an ASGI application. */
  loop: EventLoop;
  /** Folders for the front of `sys.path`. */
  path: string[];
  /** Working directory. */
  directory: string;
  threads: number;
  /** Seconds. */
  start_timeout: number;
  socket: string;
  /** The Hello World page, for a site without an application. */
  hello: string | null;
  trial: boolean;
}

/** Makes the orders for a plan. */
export function makeOrders(
  site: Site,
  plan: RunPlan,
  options: OrderOptions,
): Orders {
  const { config, layout } = site;
  const { application, threads, startTimeout } = plan;
  const { maxBytes, backups } = config?.log ?? DEFAULTS;
  const trial = options.trial ?? false;
  return {
    app_root: layout.appRoot,
    door: options.door,
    spawn: options.spawn ?? null,
    judge: options.judge ?? null,
    environment: plan.environment,
    log: trial ? null : { file: layout.log, max_bytes: maxBytes, backups },
    deaths: layout.deaths,
    // What no visitor has seen, no restart renews.
    sources: trial || options.door === "serve" ? null : layout.sources,
    settings: {
      target: targetOf(site, application),
      attribute: application?.attribute ?? "",
      call: application?.call ?? false,
      interface: config?.wsgi?.interface ?? DEFAULTS.interface,
      loop: config?.wsgi?.loop ?? DEFAULTS.loop,
      path: application?.path ?? [],
      directory: application?.directory ?? layout.appRoot,
      threads,
      start_timeout: startTimeout,
      socket: options.socket ?? "",
      hello: application
        ? null
        : renderHelloPage(site.feedback.details === "full"),
      trial,
    },
  };
}

/** Somebody else's startup file is the module that it always was. */
function targetOf(
  site: Site,
  application: RunPlan["application"],
): WorkerSettings["target"] {
  const { target = null } = application ?? {};
  return target && "file" in target && target.file === startupFileOf(site)
    ? { ...target, name: STARTUP_MODULE }
    : target;
}

/**
 * Writes orders where nobody else can read them.
 *
 * @param folder Absolute path
 * @returns Absolute path of the file, mode 0600; the host removes it
 */
export function writeOrders(
  orders: Orders,
  folder: string,
): string {
  const path = join(folder, `wsgi-shim-${randomHex(8)}.json`);
  fs.writeFileSync(path, JSON.stringify(orders), { mode: 0o600, flag: "wx" });
  return path;
}

/**
 * Variables that count before Python runs its first line: its own, and those
 * of the dynamic linker and the C library. The host sets all others itself.
 */
export function earlyVariables(
  { environment }: Orders,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => EARLY_REGEXP.test(name)),
  );
}

const EARLY_REGEXP =
  /^(PYTHON|LD_|DYLD_|MALLOC_|GLIBC_|LC_|LANG$|TZ$|HOME$|OPENSSL_)/;

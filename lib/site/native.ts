/**
 * A site that somebody else made: a startup file that is not ours, and no
 * `config.toml`. It is judged by the settings that it amounts to.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { join } from "node:path";
import { type Host, namesIn, refused } from "../machine/host.ts";
import type { Config } from "./config.ts";
import type { Layout } from "./layout.ts";
import { readPanel } from "./panel.ts";
import { DEFAULTS } from "./settings_table.ts";

/** What makes a site a native one. */
export interface Native {
  /** Absolute path of the startup file. */
  startupFile: string;
  /** How the interpreter is known. */
  interpreter: {
    /** Absolute path. */
    path: string;
    /** What names it; undefined where it is only what lies at hand. */
    source?: { file: string; line?: number };
  };
}

const BYTES_LIMIT = 100_000;
/** Every startup file that `install` writes says so; npm's names the runtime. */
const OURS_REGEXP = /wsgi-shim (?:install|upgrade)|wsgi-shim\/runtime/;

/** Recognises a native site; undefined for one of ours, and for none. */
export function readNative(layout: Layout, host: Host): Native | undefined {
  const { appRoot, passengerWsgi: startupFile } = layout;
  const names = namesIn(appRoot, host);
  if (!names.includes("passenger_wsgi.py")) return undefined;
  // One of them alone may be lost, and would be missed.
  if (names.some((name) => name.startsWith("config.toml"))) return undefined;
  if ([layout.runtime, layout.hostMain].some((file) => isThere(file, host))) {
    return undefined;
  }
  for (const file of [startupFile, layout.appJs]) {
    if (OURS_REGEXP.test(textOf(file, host) ?? "")) return undefined;
  }
  return { startupFile, interpreter: findInterpreter(layout, host) };
}

/** The settings that a native site amounts to. */
export function nativeConfig(native: Native, { appRoot }: Layout): Config {
  const { startupFile, interpreter } = native;
  const { loop, threads, startTimeout, maxBytes, backups } = DEFAULTS;
  return {
    passenger: { appRoot, python: interpreter.path, appType: "wsgi" },
    wsgi: {
      module: startupFile,
      app: "application",
      // No server that loads such a file speaks anything else.
      interface: "wsgi",
      loop,
      // Passenger's loader starts there, and looks there first for modules.
      chdir: appRoot,
      threads,
      startTimeout,
    },
    secretFiles: {},
    environment: {},
    log: { maxBytes, backups },
  };
}

/** The interpreter as a panel has recorded it, or the likeliest one. */
function findInterpreter(
  layout: Layout,
  host: Host,
): Native["interpreter"] {
  const [named] = readPanel(layout, host).pythons;
  if (named) return named;
  const near = [layout.appRoot, layout.siteDirectory].flatMap((folder) =>
    ["venv", ".venv", "env"].map((name) => join(folder, name, "bin", "python"))
  ).find((path) => isThere(path, host));
  return { path: near ?? "/usr/bin/python3" };
}

function textOf(file: string, host: Host): string | undefined {
  const bytes = host.readBytes(file, BYTES_LIMIT);
  return refused(bytes) ? undefined : new TextDecoder().decode(bytes);
}

function isThere(file: string, host: Host): boolean {
  return !refused(host.stat(file));
}

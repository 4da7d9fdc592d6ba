/**
 * A site that somebody else made: a startup file that is not ours, and no
 * `config.toml`. It is judged by the settings that it amounts to.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { join, relative } from "node:path";
import { type Host, namesIn, refused } from "../machine/host.ts";
import type { Config } from "./config.ts";
import type { Layout } from "./layout.ts";
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
/** As Apache reads it in a .htaccess file, panels write it there. */
const PASSENGER_PYTHON_REGEXP =
  /^[ \t]*PassengerPython[ \t]+(?:"([^"\n]+)"|(\S+))[ \t]*$/im;

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
  { appRoot, siteDirectory, publicDirectory }: Layout,
  host: Host,
): Native["interpreter"] {
  for (const folder of [appRoot, publicDirectory]) {
    const file = join(folder, ".htaccess");
    const text = textOf(file, host) ?? "";
    const found = PASSENGER_PYTHON_REGEXP.exec(text);
    const path = found?.[1] ?? found?.[2];
    if (path?.startsWith("/")) {
      const line = text.slice(0, found!.index).split("\n").length;
      return { path, source: { file, line } };
    }
  }
  const own = host.stat(appRoot);
  const home = refused(own) ? undefined : host.user(own.uid)?.home;
  // ~/virtualenv/APP/3.11, as CloudLinux's selector makes it for ~/APP.
  const below = home === undefined ? ".." : relative(home, appRoot);
  if (home !== undefined && !below.startsWith("..")) {
    const folder = join(home, "virtualenv", below);
    const versions = namesIn(folder, host)
      .filter((name) => /^\d+(\.\d+)*$/.test(name));
    if (versions.length === 1) {
      const path = join(folder, versions[0]!, "bin", "python");
      return { path, source: { file: join(folder, versions[0]!) } };
    }
  }
  const near = [appRoot, siteDirectory].flatMap((folder) =>
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

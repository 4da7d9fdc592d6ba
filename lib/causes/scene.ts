/**
 * What rules know about a failure besides the exception: the site, its
 * interpreter, where its modules are looked for, and whose code a frame is.
 *
 * Asks the host, in bounded ways. Runs on Node and Deno.
 *
 * @module
 */

import { dirname, join, relative } from "node:path";
import {
  type Failure,
  type Frame,
  isLibraryFile,
  type PythonException,
} from "../python/failure.ts";
import { type Host, namesIn, refused } from "../machine/host.ts";
import { loginFilesOf } from "../site/login_files.ts";
import type { Site } from "../site/site.ts";
import { shellCommand } from "../text/shell.ts";
import { packageFolders } from "../python/venv.ts";

/** The circumstances of a failure. */
export interface Scene {
  failure: Failure;
  site: Site;
  host: Host;
  /** Path of the interpreter. */
  python: string;
  /** Its version, as far as it was told: `[3, 11]`. */
  version?: [major: number, minor: number];
  /** The folder of the virtual environment, if the interpreter is in one. */
  venv?: string;
  /** Where the interpreter finds packages. */
  packages: string[];
  /** Working directory of the application. */
  directory: string;
  /** The application's own folders at the front of `sys.path`. */
  folders: string[];
}

/** Sets the scene of a failure. */
export function makeScene(failure: Failure, site: Site): Scene {
  const { application, config, host, layout } = site;
  const python = config?.passenger.python ?? "python3";
  const prefix = python.startsWith("/") ? dirname(dirname(python)) : undefined;
  const isVenv = prefix && !refused(host.stat(join(prefix, "pyvenv.cfg")));
  const numbers = /^(\d+)\.(\d+)/.exec(failure.python ?? "");
  const version: Scene["version"] = numbers
    ? [Number(numbers[1]), Number(numbers[2])]
    : undefined;
  return {
    failure,
    site,
    host,
    python,
    version,
    venv: isVenv ? prefix : undefined,
    packages: prefix
      ? [
        ...packageFolders(prefix, host).filter(([, minor]) =>
          !version || minor === version[1]
        ).map(([folder]) => folder),
        ...systemPackages(prefix, isVenv === true, host),
      ]
      : [],
    directory: failure.directory ?? application?.directory ??
      layout.siteDirectory,
    folders: application?.path ?? [layout.siteDirectory],
  };
}

/** The command that shows all that was printed. */
export function outputCommand({ failure, site }: Scene): string {
  // A trial writes no log; `serve` starts the same, and passes on what it says.
  const name = failure.isTrial ? "serve" : "logs";
  return shellCommand("wsgi-shim", name, site.layout.appRoot);
}

/** Where Debian keeps the packages of the system's Python. */
const SYSTEM_PACKAGES = [
  "/usr/local/lib/python3/dist-packages",
  "/usr/lib/python3/dist-packages",
];

/** The system's packages, where the interpreter sees them as well. */
function systemPackages(
  prefix: string,
  isVenv: boolean,
  host: Host,
): string[] {
  const settings = host.readBytes(join(prefix, "pyvenv.cfg"), 10_000);
  const text = refused(settings) ? "" : new TextDecoder().decode(settings);
  const sees = isVenv
    ? /^include-system-site-packages\s*=\s*true/mi.test(text) &&
      /^home\s*=\s*\/usr\/bin\s*$/mi.test(text)
    : prefix === "/usr";
  return sees
    ? SYSTEM_PACKAGES.filter((folder) => !refused(host.stat(folder)))
    : [];
}

/** The innermost frame of the application's own code. */
export function ownFrame(
  frames: readonly Frame[],
  { site: { layout } }: Pick<Scene, "site">,
): Frame | undefined {
  return frames.filter((frame) =>
    frame.file.startsWith("/") && !isLibraryFile(frame.file) &&
    !frame.file.startsWith(`${layout.shim}/`)
  ).at(-1);
}

/** Where a variable of the environment is set, as far as that is known. */
export function whereSet(
  name: string,
  { site, host }: Pick<Scene, "site" | "host">,
): string | undefined {
  return site.config?.environment[name] !== undefined
    ? "[environment] of config.toml"
    : host.env[name] === undefined
    ? undefined
    : loginLine(name, site) ??
      (host.env.IN_PASSENGER === undefined
        ? "the environment of this shell"
        : "the login files");
}

/** The line of the login files that gives a variable just this value. */
function loginLine(name: string, site: Site): string | undefined {
  const value = (site.host.env[name] ?? "").replace(
    /[\\^$.*+?()[\]{}|]/g,
    "\\$&",
  );
  const found = loginFilesOf(site).findLine(
    new RegExp(`\\b${name}=(["']?)${value}\\1\\s*(?:[;&#]|\\s\\w|$)`),
  );
  return found && `line ${found.line} of ${found.file}`;
}

/** The name of the class alone: `OperationalError`. */
export function classOf({ type }: PythonException): string {
  return type.slice(type.lastIndexOf(".") + 1);
}

/** Something was found, and failed when it was loaded. */
export function isLoadFailure(raised: PythonException | undefined): boolean {
  return raised !== undefined &&
    (/(?:^|\.)ImportError$/.test(raised.type) &&
        !/^No module named /.test(raised.message) ||
      isLoadFailure(raised.cause));
}

/** Who the application runs as, by name. */
export function runnerOf({ host }: Scene): string {
  const { uid } = host.identity;
  return host.user(uid)?.name ?? `uid ${uid}`;
}

/** Tells whether a path is a file or folder inside another folder. */
export function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== "" && !way.startsWith("..") && !way.startsWith("/");
}

const MOST_FOLDERS = 500;
const MOST_NAMES = 400;
const DEEPEST = 6;
const SKIPPED_REGEXP =
  /^(?:\..*|__pycache__|node_modules|site-packages|venv.*|env|log|tmp|shim)$/;

/**
 * Looks through the folders of the site, the nearest first, and gives those
 * for which the test on their names holds. Gives up early where a site is
 * large: what is not found is then not known.
 */
export function searchSite(
  { host, site: { layout }, directory }: Pick<
    Scene,
    "host" | "site" | "directory"
  >,
  test: (names: string[], folder: string) => boolean,
): string[] {
  // What lies beside the site's own folder belongs to other sites.
  const roots = directory === layout.siteDirectory ||
      isInside(directory, layout.siteDirectory)
    ? [layout.siteDirectory]
    : [dirname(directory), layout.siteDirectory];
  const found: string[] = [];
  let pending = [...new Set(roots)];
  let looked = 0;
  for (let depth = 0; depth < DEEPEST && pending.length > 0; depth++) {
    const next: string[] = [];
    for (const folder of pending) {
      if (looked++ >= MOST_FOLDERS) return found;
      const names = namesIn(folder, host).slice(0, MOST_NAMES);
      // Another virtual environment is full of modules that are not meant.
      if (names.includes("pyvenv.cfg")) continue;
      if (test(names, folder)) found.push(folder);
      for (const name of names) {
        if (SKIPPED_REGEXP.test(name) || /\.\w+$/.test(name)) continue;
        const path = join(folder, name);
        const status = host.lstat(path);
        if (!refused(status) && status.kind === "folder") next.push(path);
      }
    }
    pending = next;
  }
  return found;
}

interface ReadFile {
  text: string;
  lines?: readonly string[];
}

/** The files that were read for a scene: rules ask again and again. */
const READ = new WeakMap<Scene, Map<string, ReadFile>>();

function readOnce(file: string, scene: Scene): ReadFile {
  const read = READ.get(scene) ?? new Map<string, ReadFile>();
  READ.set(scene, read);
  const known = read.get(file);
  if (known) return known;
  const bytes = scene.host.readBytes(file, 1_000_000);
  const found: ReadFile = {
    text: refused(bytes) ? "" : new TextDecoder().decode(bytes),
  };
  read.set(file, found);
  return found;
}

/** The text of a file; empty where it cannot be read. */
export function textOf(file: string | undefined, scene: Scene): string {
  return file?.startsWith("/") ? readOnce(file, scene).text : "";
}

/** The lines of a text file; none where it cannot be read. */
export function linesOf(
  file: string | undefined,
  scene: Scene,
): readonly string[] {
  if (!file?.startsWith("/")) return [];
  const read = readOnce(file, scene);
  return read.lines ??= read.text.split(/\r?\n/);
}

/** A line of a source file; empty where there is none. */
export function lineOf(
  frame: { file: string; line?: number } | undefined,
  scene: Scene,
): string {
  return linesOf(frame?.file, scene)[(frame?.line ?? 0) - 1] ?? "";
}

/** What a line takes values from: without the place that it writes to. */
export function readBy(line: string): string {
  return line.replace(
    /^(\s*[^=[\]]{0,200}(?:\[[^[\]]{0,200}\])*?)\[[^[\]]{0,200}\]\s*=(?!=)/,
    "$1 ",
  );
}

/** Tells whether there is something at a path, as far as it can be seen. */
export function exists(path: string, { host }: Scene): boolean {
  return !refused(host.stat(path));
}

/**
 * What a hosting panel has written down of a site: lines of `.htaccess` in its
 * document root, and records in the home directory. All of it is only read.
 *
 * `.htaccess` as Apache reads it, where CloudLinux's selector and cPanel write;
 * `~/.cl.selector/python-selector.json` and `~/virtualenv/APP/3.11` as that
 * selector makes them. Runs on Node and Deno.
 *
 * @module
 */

import { join, relative } from "node:path";
import { type Host, namesIn, refused } from "../machine/host.ts";
import type { Layout } from "./layout.ts";

/** A Python, and what names it. */
export interface NamedPython {
  /** Absolute path. */
  path: string;
  source: { file: string; line?: number };
}

/** What a panel tells of a site. */
export interface Panel {
  /** In the order in which they count. */
  pythons: NamedPython[];
  /** Variables that the web server sets for the application. */
  environment: Record<string, string>;
  /** Below which path the site answers; empty for the root. */
  baseUri: string;
  /** The file that the web server loads, where that is said. */
  startupFile?: { name: string; source: NamedPython["source"] };
  /** Folders whose `.htaccess` is about this site. */
  documentRoots: string[];
}

const BYTES_LIMIT = 100_000;
const FOLDERS_LIMIT = 200;
const SELECTOR = [".cl.selector", "python-selector.json"];

/** Reads what panels have written down. */
export function readPanel(layout: Layout, host: Host): Panel {
  const { appRoot, publicDirectory } = layout;
  const panel: Panel = {
    pythons: [],
    environment: {},
    baseUri: "",
    documentRoots: [],
  };
  const home = homeAround(appRoot, host);
  const own = [appRoot, publicDirectory];
  for (const folder of [...new Set([...own, ...documentRoots(home, host)])]) {
    takeHtaccess(folder, own.includes(folder), layout, host, panel);
  }
  if (home !== undefined) takeSelector(home, appRoot, host, panel);
  return panel;
}

/** The home of the site's owner, where the site lies in it. */
function homeAround(appRoot: string, host: Host): string | undefined {
  const own = host.stat(appRoot);
  const home = refused(own) ? undefined : host.user(own.uid)?.home;
  if (home === undefined || home === "/") return undefined;
  const below = relative(home, appRoot);
  return below === "" || below.startsWith("..") ? undefined : home;
}

/** Where panels keep the folders that a web server shows. */
function documentRoots(home: string | undefined, host: Host): string[] {
  if (home === undefined) return [];
  const main = join(home, "public_html");
  return [
    main,
    ...[main, home].flatMap((folder) =>
      namesIn(folder, host).filter((name) => !name.startsWith("."))
        .slice(0, FOLDERS_LIMIT).map((name) => join(folder, name))
    ),
  ];
}

/** The words of a directive, without quotes. */
const WORD = `("[^"]*"|'[^']*'|\\S+)`;
const LINE_REGEXP = new RegExp(
  `^\\s*(Passenger\\w+|SetEnv)\\s+${WORD}(?:\\s+${WORD})?\\s*$`,
  "i",
);

function takeHtaccess(
  folder: string,
  isOwn: boolean,
  { appRoot }: Layout,
  host: Host,
  panel: Panel,
): void {
  const file = join(folder, ".htaccess");
  const bytes = host.readBytes(file, BYTES_LIMIT);
  if (refused(bytes)) return;
  const lines = new TextDecoder().decode(bytes).split(/\r?\n/)
    .map((text, index) => ({ found: LINE_REGEXP.exec(text), line: index + 1 }))
    .flatMap(({ found, line }) =>
      found
        ? [{
          name: found[1]!.toLowerCase(),
          value: unquoted(found[2]),
          more: unquoted(found[3]),
          source: { file, line },
        }]
        : []
    );
  const roots = lines.filter(({ name }) => name === "passengerapproot");
  const isNamed = roots.some(({ value }) => isSame(value, appRoot, host));
  if (!isNamed && (!isOwn || roots.length > 0)) return;
  panel.documentRoots.push(folder);
  for (const { name, value, more, source } of lines) {
    if (name === "passengerpython" && value.startsWith("/")) {
      panel.pythons.push({ path: value, source });
    } else if (name === "passengerbaseuri") {
      panel.baseUri = value.replace(/\/+$/, "");
    } else if (name === "passengerstartupfile") {
      panel.startupFile = { name: value, source };
    } else if (name === "setenv") panel.environment[value] = more;
  }
}

function unquoted(word = ""): string {
  return word.replace(/^(["'])(.*)\1$/, "$2");
}

function isSame(one: string, other: string, host: Host): boolean {
  const [first, second] = [host.realPath(one), host.realPath(other)];
  return one === other || (!refused(first) && first === second);
}

/** CloudLinux's selector: its list of applications, and its environments. */
function takeSelector(
  home: string,
  appRoot: string,
  host: Host,
  panel: Panel,
): void {
  const below = relative(home, appRoot);
  const file = join(home, ...SELECTOR);
  const bytes = host.readBytes(file, BYTES_LIMIT);
  const listed = refused(bytes) ? undefined : listedIn(bytes, below);
  const folder = join(home, "virtualenv", below);
  const versions = namesIn(folder, host)
    .filter((name) => /^\d+(\.\d+)*$/.test(name));
  const version = listed?.version ??
    (versions.length === 1 ? versions[0] : undefined);
  if (version !== undefined && versions.includes(version)) {
    panel.pythons.push({
      path: join(folder, version, "bin", "python"),
      source: { file: listed?.version ? file : join(folder, version) },
    });
  }
  Object.assign(panel.environment, listed?.environment);
}

interface Listed {
  version?: string;
  environment: Record<string, string>;
}

/** What the selector's list says of an application; somebody may edit it. */
function listedIn(bytes: Uint8Array, below: string): Listed | undefined {
  try {
    const one = JSON.parse(new TextDecoder().decode(bytes))?.[below];
    if (typeof one !== "object" || one === null) return undefined;
    const text = (value: unknown) =>
      typeof value === "string" && value !== "" ? value : undefined;
    return {
      version: text(one.python_version),
      environment: Object.fromEntries(
        Object.entries(one.env_vars ?? {})
          .filter(([, value]) => typeof value === "string"),
      ) as Record<string, string>,
    };
  } catch {
    return undefined;
  }
}

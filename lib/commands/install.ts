/**
 * `wsgi-shim install`: makes a new site.
 *
 * @module
 */

import { basename, dirname, join } from "node:path";
import { optionOf } from "../machine/mounts.ts";
import { refused } from "../machine/host.ts";
import { formatMode } from "../machine/permission.ts";
import {
  type ConfigValues,
  isInHost,
  makeScaffold,
  OWNED_FILES,
  type ScaffoldEntry,
} from "../reports/scaffold.ts";
import { serverSettingsOf } from "../reports/server_settings.ts";
import { renderSettings } from "../reports/settings_snippet.ts";
import { printable, shellCommand } from "../text/shell.ts";
import { readSite } from "../site/site.ts";
import type { ExitCode, Io } from "./terminal.ts";
import { VERSION } from "../site/version.ts";
import { alignRows, wrapText } from "../text/wrap.ts";
import { givenPath, siteAround } from "./app_root.ts";
import { oneOf, parseArguments } from "./arguments.ts";
import { command, CommandError, UsageError } from "./command.ts";
import type { Usage } from "./command.ts";
import { errnoInWords } from "./errno.ts";
import {
  callableIn,
  importsFrom,
  judgeApplication,
} from "./application_option.ts";
import {
  chooseInterpreter,
  type Interpreter,
  judgeNode,
} from "./interpreter.ts";
import { chooseOwner, nearestParent, SETGID } from "./owner.ts";
import {
  Interruption,
  isStaging,
  missingParents,
  writeSite,
} from "./staging.ts";

/** What `install` was asked for. */
export interface InstallOptions {
  appRoot: string;
  python?: string;
  user?: string;
  group?: string;
  appType: "node" | "wsgi";
  node?: string;
  module?: string;
  app?: string;
  /** Where imports begin. */
  chdir?: string;
  maintenance: boolean;
  dryRun: boolean;
}

const APP_TYPES = ["node", "wsgi"] as const;

export const installUsage: Usage = {
  name: "install",
  summary: "Make a new site",
  arguments: [{ name: "APPROOT", kind: "folder" }],
  options: [
    {
      name: "python",
      value: "PATH",
      kind: "file",
      meaning: "the interpreter of the virtual environment (default: " +
        "$VIRTUAL_ENV, then venv or .venv beside APPROOT)",
    },
    {
      name: "user",
      value: "NAME",
      kind: "user",
      meaning: "the user that the application runs as (default: you)",
    },
    {
      name: "group",
      value: "NAME",
      kind: "group",
      meaning: "its group (default: that of a setgid parent folder, else " +
        "the user's own)",
    },
    {
      name: "app-type",
      value: "TYPE",
      kind: APP_TYPES,
      meaning: "node or wsgi: Passenger's app type (default: node)",
    },
    {
      name: "node",
      value: "PATH",
      kind: "file",
      meaning: "the Node.js of the web server, where it is not on its PATH",
    },
    {
      name: "module",
      value: "MODULE",
      kind: "file",
      meaning: "your application: a .py file, a package folder, or the " +
        "dotted name of a module",
    },
    {
      name: "app",
      value: "NAME",
      meaning: "the callable in it (default: application)",
    },
    {
      name: "chdir",
      value: "FOLDER",
      kind: "folder",
      meaning: "where its imports begin (default: the module's folder, one " +
        "above it that its imports name, or that of Django's manage.py)",
    },
    { name: "maintenance", meaning: "close the site at first" },
    { name: "dry-run", meaning: "only say what would be made" },
  ],
  description: [
    "Makes the app root with its settings, startup file and folders: all of " +
    "it or nothing. APPROOT must not exist yet, or be an empty folder; " +
    "nothing is ever overwritten. Without --module the site shows a Hello " +
    "World page, served by Python.",
  ],
  examples: [
    ["wsgi-shim install mysite/www", "a site with the Hello World page"],
    [
      "wsgi-shim install mysite/www --module /home/me/mysite/app.py --app app",
      "a site for the Flask application app in app.py",
    ],
  ],
};

/** Parses the arguments of `install`. */
export function parseInstall(argv: string[]): InstallOptions {
  const given = parseArguments(argv, installUsage);
  const text = (name: string) => {
    const value = given.value(name);
    if (value !== undefined && (value.trim() === "" || value.includes("\0"))) {
      throw new UsageError(`--${name} is empty`);
    }
    return value;
  };
  const appRoot = given.positionals[0]!;
  if (appRoot === "") throw new UsageError("APPROOT is empty");
  return {
    appRoot,
    python: text("python"),
    user: text("user"),
    group: text("group"),
    appType: oneOf(text("app-type") ?? "node", APP_TYPES, "--app-type"),
    node: text("node"),
    module: text("module"),
    app: text("app"),
    chdir: text("chdir"),
    maintenance: given.has("maintenance"),
    dryRun: given.has("dry-run"),
  };
}

/** Makes a new site. */
export async function runInstall(
  options: InstallOptions,
  io: Io,
): Promise<ExitCode> {
  const given = givenPath(options.appRoot, io);
  const module = options.module && absoluteModule(options.module, io);
  const beginning = importsFrom(module, io.host);
  const chdir = options.chdir === undefined
    ? beginning?.folder
    : givenPath(options.chdir, io);
  if (chdir !== undefined && module === undefined && !options.app) {
    throw new UsageError("--chdir is for --module or --app");
  }
  const nodejs = options.node && givenPath(options.node, io);
  const offered = options.app ? undefined : callableIn(module, io.host);
  const app = options.app ?? offered;
  const notes = [
    ...judgeApplication({ module, app }, given, io.host),
    ...judgeNode(nodejs, io),
    ...beginning !== undefined && chdir === beginning.folder
      ? [`chdir is ${printable(chdir)}, ${beginning.because}`]
      : [],
    ...offered ? [`app is "${offered}", as ${printable(module!)} has it`] : [],
  ];
  const appRoot = freeAppRoot(given, io);
  refuseInside(appRoot, io);
  const python = chooseInterpreter(appRoot, io, options);
  const owner = chooseOwner(appRoot, io, options);
  const settings: ConfigValues = {
    appRoot,
    python: python.path,
    user: owner.user,
    group: owner.group,
    appType: options.appType,
    nodejs,
    module,
    chdir,
    app,
  };
  const entries = makeScaffold({
    settings,
    owned: await readOwned(io),
    version: VERSION,
    recorded: {
      command: io.ownCommand,
      node: settings.nodejs ?? "",
      python: settings.python,
    },
    maintenance: options.maintenance,
    isGroupSafe: owner.isGroupSafe,
  });
  for (const note of [...owner.notes, ...notes]) {
    io.narrate(`note: ${note}`);
  }
  const parents = missingParents(appRoot, io);
  if (options.dryRun) {
    refuseClosed(appRoot, parents, io);
    io.out(`Would make ${printable(appRoot)}:\n`);
    io.out(renderEntries(entries, { appRoot, parents }, io));
    return 0;
  }
  try {
    await io.interruptible((signal) =>
      writeSite(entries, io, { appRoot, signal })
    );
  } catch (error) {
    if (!(error instanceof Interruption)) throw error;
    io.narrate(`Interrupted: ${error.rest}`);
    return 130;
  }
  io.out(`${io.paint.good("Made")} ${printable(appRoot)}:\n`);
  io.out(renderEntries(entries, { appRoot, parents }, io));
  io.out(renderNext({ settings, python }, io));
  noteShut([...parents, appRoot], io);
  return 0;
}

/** The real path of an app root that may be made: missing or empty. */
function freeAppRoot(path: string, io: Io): string {
  const shown = printable(path);
  const status = io.host.stat(path);
  if (refused(status)) {
    if (typeof io.host.readLink(path) === "string") {
      throw new CommandError(
        `${shown} is a link that leads nowhere`,
        `Remove it first: ${shellCommand("rm", path)}`,
      );
    }
    return join(realParent(dirname(path), io), basename(path));
  }
  if (status.kind !== "folder") {
    throw new CommandError(`${shown} is there already, and is not a folder`);
  }
  const names = io.host.list(path);
  if (refused(names)) {
    throw new CommandError(
      `Cannot look into ${shown}: ${errnoInWords(names.errno)}`,
    );
  }
  if (names.length > 0) {
    const few = names.slice(0, 8).map(printable).join(", ") +
      (names.length > 8 ? `, and ${names.length - 8} more` : "");
    throw new CommandError(
      `${shown} is not empty: ${few}`,
      names.includes("config.toml")
        ? `It is a site already. To renew its files: ${
          shellCommand("wsgi-shim", "upgrade", path)
        }`
        : names.some(isStaging) && !names.every(isStaging)
        ? "An install that was killed has left that: move it away, and run " +
          "this again"
        : names.every(isStaging)
        ? `An install that was killed has left that. Remove it first: ${
          shellCommand("rm", "-r", ...names.map((name) => join(path, name)))
        }`
        : "Nothing is ever overwritten: name a folder that is new or empty",
    );
  }
  const real = io.host.realPath(path);
  return refused(real) ? path : real;
}

/** In `public` of another site it would be open to everyone. */
function refuseInside(appRoot: string, io: Io): void {
  const site = siteAround(appRoot, io.host);
  if (site === undefined) return;
  throw new CommandError(
    `${printable(appRoot)} lies inside of another site, ${printable(site)}`,
    "Name a folder outside of it",
  );
}

/** Resolves what is there of a path that is not there as a whole. */
function realParent(folder: string, io: Io): string {
  const real = io.host.realPath(folder);
  if (!refused(real)) return real;
  if (folder === dirname(folder)) return folder;
  return join(realParent(dirname(folder), io), basename(folder));
}

/** A path becomes absolute; a dotted name stays as it is. */
function absoluteModule(module: string, io: Io): string {
  const isPath = module.includes("/") || module.endsWith(".py");
  return isPath ? givenPath(module, io) : module;
}

async function readOwned(io: Io): Promise<Map<string, string>> {
  const texts = OWNED_FILES.map(async (file) =>
    [file.path, await io.embedded(file)] as const
  );
  return new Map(await Promise.all(texts));
}

/** Refuses a dry run where the real one would be refused at its first step. */
function refuseClosed(
  appRoot: string,
  parents: readonly string[],
  io: Io,
): void {
  const folder = refused(io.host.lstat(appRoot))
    ? dirname(parents[0] ?? appRoot)
    : appRoot;
  const status = io.host.stat(folder);
  // A program of the system knows of access lists and of read-only disks.
  const args = ["-w", folder, "-a", "-x", folder];
  const errno = refused(status)
    ? status.errno
    : status.kind !== "folder"
    ? "ENOTDIR"
    : io.host.run("test", args).status !== 1
    ? undefined
    : optionOf(folder, "ro", io.host)
    ? "EROFS"
    : "EACCES";
  if (errno === undefined) return;
  throw new CommandError(
    `Cannot create ${printable(appRoot)}: ${errnoInWords(errno)}`,
  );
}

/** What new files are not given; nothing where that is not known. */
function umaskOf({ host }: Io): number {
  const bytes = host.readBytes("/proc/self/status", 4096);
  const text = refused(bytes) ? "" : new TextDecoder().decode(bytes);
  return parseInt(/^Umask:\s*([0-7]+)/m.exec(text)?.[1] ?? "0", 8);
}

/** What was made: modes as they are now, or as they are planned. */
function renderEntries(
  entries: readonly ScaffoldEntry[],
  { appRoot, parents }: { appRoot: string; parents: string[] },
  io: Io,
): string {
  const name = basename(appRoot);
  const umask = ~umaskOf(io);
  const inherited = (nearestParent(appRoot, io)?.mode ?? 0) & SETGID;
  const rows = entries.filter(({ path }) => !isInHost(path)).map((entry) => {
    const path = join(appRoot, entry.path);
    const status = io.host.stat(path);
    const planned = entry.mode & umask |
      (entry.content === undefined ? inherited : 0);
    const mode = formatMode(refused(status) ? planned : status.mode);
    const shown = printable(join(name, entry.path)) +
      (entry.content === undefined ? "/" : "");
    return [`${mode}  ${shown}`, entry.meaning] as const;
  });
  const above = parents.map((folder) => {
    const status = io.host.stat(folder);
    const planned = 0o755 & umask | inherited;
    const mode = formatMode(refused(status) ? planned : status.mode);
    return `  ${mode}  ${printable(folder)}/`;
  });
  return [
    ...above,
    alignRows(rows.map(trimRoot), { columns: io.columns }),
  ].join("\n");
}

/** The trailing slash of the app root itself comes from `join`. */
function trimRoot([name, meaning]: readonly [string, string]) {
  return [name.replace(/\/+$/, "/"), meaning] as const;
}

/** A umask of 077, or an app root that was there before, shuts the site. */
function noteShut(folders: readonly string[], io: Io): void {
  for (const folder of folders) {
    const status = io.host.stat(folder);
    if (refused(status) || (status.mode & 0o001) !== 0) continue;
    io.narrate(
      `\nnote: ${printable(folder)} has mode ${formatMode(status.mode)}, so ` +
        "the web server cannot enter it. `wsgi-shim check` says what to open.",
    );
    return;
  }
}

interface Made {
  settings: ConfigValues;
  python: Interpreter;
}

function renderNext({ settings, python }: Made, io: Io): string {
  const { appRoot } = settings;
  const site = readSite(appRoot, io.host);
  const steps: [text: string, line: string][] = [];
  if (python.missingVenv) {
    steps.push([
      "Make the virtual environment, which is not there yet:",
      shellCommand("python3", "-m", "venv", python.missingVenv),
    ]);
  }
  steps.push(
    ["Check the site:", shellCommand("wsgi-shim", "check", appRoot)],
    [
      "Look at it on http://127.0.0.1:8000, without a web server:",
      shellCommand("wsgi-shim", "serve", appRoot),
    ],
    [
      "Send these settings to the administrators of the web server; other " +
      "forms:",
      shellCommand("wsgi-shim", "settings", "--help"),
    ],
  );
  const { strong } = io.paint;
  const next = steps.map(([text, line], index) =>
    [
      wrapText(text, {
        columns: io.columns,
        first: `  ${index + 1}. `,
        rest: "     ",
      }),
      `       ${strong(line)}`,
    ].join("\n")
  );
  const facts = alignRows([
    ["Runs as", printable(`${settings.user}, group ${settings.group}`)],
    ["Python", printable(`${python.path} (${python.origin})`)],
    ["Shows", settings.module ?? settings.app ?? "the Hello World page"],
  ], { columns: Infinity });
  const sent = serverSettingsOf(site, io.host);
  return [
    "",
    facts,
    "",
    "Next:",
    ...next,
    "",
    ...sent.settings
      ? [renderSettings(sent.settings, "text").replace(/^/gm, "       ")]
      : [],
  ].join("\n");
}

export const installCommand = command(installUsage, parseInstall, runInstall);

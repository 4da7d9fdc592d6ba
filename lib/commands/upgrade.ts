/**
 * `wsgi-shim upgrade`: renews the files of a site that are ours.
 *
 * @module
 */

import { dirname, join } from "node:path";
import { refused } from "../machine/host.ts";
import { compareVersions, readMarker } from "../site/marker.ts";
import { readRecorded, type Recorded } from "../site/recorded.ts";
import {
  isInHost,
  OWNED_FILES,
  type OwnedFile,
  ownedText,
} from "../reports/scaffold.ts";
import { printable, shellCommand } from "../text/shell.ts";
import { isAdopted } from "../site/adoption.ts";
import { readSite, type Site } from "../site/site.ts";
import type { ExitCode, Io } from "./terminal.ts";
import { VERSION } from "../site/version.ts";
import { alignRows, counted } from "../text/wrap.ts";
import { APP_ROOTS, resolveAppRoot } from "./app_root.ts";
import { parseArguments } from "./arguments.ts";
import { command, CommandError, TRUST, type Usage } from "./command.ts";
import { errnoInWords } from "./errno.ts";
import {
  makeFolder,
  refuseForeign,
  removeDrafts,
  replaceFile,
} from "./site_files.ts";

/** What `upgrade` was asked for. */
export interface UpgradeOptions {
  appRoot?: string;
}

/** What is to be done with one file of ours. */
interface Renewal {
  file: OwnedFile;
  path: string;
  /** The text that it is to have. */
  text: string;
  state:
    | { kind: "missing" }
    | { kind: "current" }
    | { kind: "outdated"; version: string }
    | { kind: "edited"; version?: string }
    | { kind: "newer"; version: string }
    | { kind: "unreadable"; errno: string };
}

/** Ours have some hundred kilobytes; more is not looked at. */
const BYTES_LIMIT = 20_000_000;

export const upgradeUsage: Usage = {
  name: "upgrade",
  summary: "Renew the files of the site that belong to wsgi-shim",
  arguments: [APP_ROOTS],
  options: [TRUST],
  description: [
    "Brings the startup files and shim/ to the version of this wsgi-shim, " +
    "each file as a whole. A file that was edited is kept, and named. " +
    "config.toml and your application are never touched.",
  ],
  examples: [["wsgi-shim upgrade", "renew the site in the current folder"]],
};

/** Parses the arguments of `upgrade`. */
export function parseUpgrade(argv: string[]): UpgradeOptions {
  return { appRoot: parseArguments(argv, upgradeUsage).positionals[0] };
}

/** Renews the files of a site. */
export async function runUpgrade(
  options: UpgradeOptions,
  io: Io,
): Promise<ExitCode> {
  const appRoot = resolveAppRoot(options.appRoot, io);
  const site = readSite(appRoot, io.host);
  const recorded = recordedFor(site, io);
  const facts = { version: VERSION, recorded };
  const files = OWNED_FILES.filter(({ path }) =>
    // It may tell the web server that the site is one of Node's.
    path !== "app.js" || !isAdopted(site.layout, io.host)
  );
  const renewals = await Promise.all(files.map(async (file) => {
    const path = join(appRoot, file.path);
    const text = ownedText(file, await io.embedded(file), facts);
    return { file, path, text, state: stateOf(path, text, io) };
  }));
  refuse(renewals, appRoot);
  const due = renewals.filter(({ state }) =>
    state.kind === "missing" || state.kind === "outdated"
  );
  const folders = new Set([appRoot, ...due.map(({ path }) => dirname(path))]);
  if (due.length > 0) refuseForeign([...folders], io);
  for (const { path } of renewals) await removeDrafts(path, io);
  for (const { path, text, file } of due) {
    await makeFolder(dirname(path), io);
    await replaceFile(path, text, file.mode);
  }
  io.out(alignRows(rowsOf(renewals), { columns: io.columns }));
  const edited = renewals.filter(({ state }) => state.kind === "edited");
  if (due.length > 0) {
    io.err(
      `\nRenewed ${counted(due.length, "file")}. Let the site use them: ${
        shellCommand("wsgi-shim", "restart", appRoot)
      }`,
    );
  }
  if (!site.config && recorded.python === "") {
    io.narrate(
      "\nwarning: config.toml cannot be read, so the files do not say which " +
        "Python the site has. Mend it, and run this again.",
    );
  }
  for (const { path } of edited) {
    io.err(`\n${printable(path)} was edited, and is kept.`);
    io.err("To get the new one, move yours away, and run this again:");
    io.err(`  ${shellCommand("mv", path, `${path}.old`)}`);
  }
  return 0;
}

/**
 * How we are run there: as now and as `config.toml` says, or else as an
 * earlier install has recorded.
 */
function recordedFor(site: Site, io: Io): Recorded {
  const { config, configFindings, layout } = site;
  const before = {
    ...recordedIn(layout.shimPython, io),
    ...recordedIn(layout.passengerWsgi, io),
  };
  // A setting that cannot be read is not one that was taken out.
  const isNodeUnknown = config === undefined ||
    configFindings.some(({ place }) =>
      place?.key === "passenger.passenger_nodejs"
    );
  return {
    command: io.ownCommand.length > 0 ? io.ownCommand : before.command ?? [],
    node: (isNodeUnknown ? before.node : config.passenger.nodejs) ?? "",
    python: config?.passenger.python ?? before.python ?? "",
  };
}

function recordedIn(path: string, io: Io): Partial<Recorded> {
  const bytes = io.host.readBytes(path, BYTES_LIMIT);
  return refused(bytes) ? {} : readRecorded(new TextDecoder().decode(bytes));
}

function stateOf(path: string, text: string, io: Io): Renewal["state"] {
  const bytes = io.host.readBytes(path, BYTES_LIMIT);
  if (refused(bytes)) {
    const isMissing = bytes.errno === "ENOENT" &&
      refused(io.host.lstat(path));
    return isMissing
      ? { kind: "missing" }
      : { kind: "unreadable", errno: bytes.errno };
  }
  const found = new TextDecoder().decode(bytes);
  // A full disk leaves empty files behind.
  if (found.trim() === "") return { kind: "missing" };
  if (found === text) return { kind: "current" };
  const marker = readMarker(found);
  if (!marker) return { kind: "edited" };
  const { version, isIntact } = marker;
  if (compareVersions(version, VERSION) > 0) return { kind: "newer", version };
  return isIntact ? { kind: "outdated", version } : { kind: "edited", version };
}

/** Refuses before anything is changed. */
function refuse(renewals: readonly Renewal[], appRoot: string): void {
  for (const { path, state } of renewals) {
    if (state.kind === "newer") {
      throw new CommandError(
        `${printable(path)} is of wsgi-shim ${state.version}, which is newer ` +
          `than this one, ${VERSION}; nothing was changed`,
        `Upgrade with a wsgi-shim that is at least as new: ${
          shellCommand("wsgi-shim", "upgrade", appRoot)
        }`,
      );
    }
    if (state.kind === "unreadable") {
      throw new CommandError(
        `Cannot read ${printable(path)}: ${
          errnoInWords(state.errno)
        }; nothing was changed`,
      );
    }
  }
}

/** What became of each file; of the host's in one line, where it is the same. */
function rowsOf(
  renewals: readonly Pick<Renewal, "file" | "state">[],
): [string, string][] {
  const host = renewals.filter(({ file }) => isInHost(file.path));
  const states = new Set(host.map(({ state }) => inWords(state)));
  const shown = states.size > 1
    ? renewals
    : renewals.filter((one) => !host.slice(1).includes(one));
  return shown.map(({ file, state }) => [
    states.size === 1 && isInHost(file.path) ? "shim/host" : file.path,
    inWords(state),
  ]);
}

function inWords(state: Renewal["state"]): string {
  switch (state.kind) {
    case "missing":
      return `${VERSION}, was missing`;
    case "current":
      return `${VERSION}, as it was`;
    case "outdated":
      return state.version === VERSION
        ? `${VERSION}, brought up to date`
        : `${VERSION}, from ${state.version}`;
    case "edited":
      return "kept: edited" +
        (state.version === undefined ? "" : `, from ${state.version}`);
    case "newer":
    case "unreadable":
      return "kept";
    default: {
      const unknown: never = state;
      throw new TypeError(`Unknown state: ${unknown}`);
    }
  }
}

export const upgradeCommand = command(upgradeUsage, parseUpgrade, runUpgrade);

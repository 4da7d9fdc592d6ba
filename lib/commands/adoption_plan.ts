/**
 * What an adoption would write: the settings that a native site amounts to,
 * our files, and the record of both.
 *
 * @module
 */

import { dirname, join, relative } from "node:path";
import { type Host, refused } from "../machine/host.ts";
import {
  makeScaffold,
  OWNED_FILES,
  type ScaffoldEntry,
} from "../reports/scaffold.ts";
import { type Adoption, checksum, checksumOf } from "../site/adoption.ts";
import type { Layout } from "../site/layout.ts";
import type { Site } from "../site/site.ts";
import { VERSION } from "../site/version.ts";
import type { AdoptionPlan } from "./adoption_steps.ts";
import { chooseOwner } from "./owner.ts";
import type { Io } from "./terminal.ts";

/** Parts of a new site that an adopted one has, or does without. */
const LEFT_OUT = ["", "app.js", "public"];
/** Parts that may be there before. */
const PLACES = ["log", "tmp", "tmp/restart.txt"];
/** Its own user alone reads the settings. */
const CONFIG_MODE = 0o600;

/** Plans the adoption of a native site. */
export async function planAdoption(
  site: Site,
  io: Io,
): Promise<Omit<AdoptionPlan, "inspect">> {
  const { layout, native, host } = site;
  const { appRoot, original, passengerWsgi } = layout;
  const python = native!.interpreter.path;
  const { user, group, isGroupSafe } = chooseOwner(appRoot, io);
  const texts = OWNED_FILES.map(async (file) =>
    [file.path, await io.embedded(file)] as const
  );
  const all = makeScaffold({
    settings: {
      appRoot,
      python,
      user,
      group,
      appType: "wsgi",
      module: original,
      chdir: appRoot,
    },
    owned: new Map(await Promise.all(texts)),
    version: VERSION,
    recorded: { command: io.ownCommand, node: "", python },
    isGroupSafe,
  }).filter(({ path }) => !LEFT_OUT.includes(path));
  const entries = all.filter(({ path }) => !PLACES.includes(path))
    .map((entry) =>
      entry.path === "config.toml" ? { ...entry, mode: CONFIG_MODE } : entry
    );
  const places = all.filter(({ path }) =>
    PLACES.includes(path) && refused(host.lstat(join(appRoot, path)))
  );
  const startup = host.stat(passengerWsgi);
  if (refused(startup)) throw new TypeError(`${passengerWsgi} is gone`);
  return {
    layout,
    entries,
    places,
    record: {
      version: 1,
      id: crypto.randomUUID(),
      original: {
        sha256: checksumOf(passengerWsgi, host) ?? "",
        mode: startup.mode,
        modified: startup.modified,
      },
      written: Object.fromEntries(
        entries.flatMap(({ path, content }) =>
          content === undefined ? [] : [[path, checksum(content)]]
        ),
      ),
      folders: places.map(({ path }) => path),
      excluded: exclusionIn(layout, places, host),
    },
  };
}

const TEXT_LIMIT = 1_000_000;

/** What git is told to leave out, where the site lies in a work tree. */
function exclusionIn(
  { appRoot, original }: Layout,
  places: readonly ScaffoldEntry[],
  host: Host,
): Adoption["excluded"] {
  const top = foldersUp(appRoot).find((folder) => {
    const status = host.lstat(join(folder, ".git"));
    return !refused(status) && status.kind === "folder" &&
      status.uid === host.identity.uid;
  });
  if (top === undefined) return undefined;
  const file = join(top, ".git", "info", "exclude");
  const bytes = host.readBytes(file, TEXT_LIMIT);
  const before = refused(bytes) ? "" : new TextDecoder().decode(bytes);
  const names = ["config.toml", "shim", relative(appRoot, original)];
  const lines = [...names, ...places.map(({ path }) => path)].map((name) =>
    `/${relative(top, join(appRoot, name))}`
  );
  const gap = before === "" || before.endsWith("\n") ? "" : "\n";
  return {
    file,
    text: `${gap}# wsgi-shim adopt\n${lines.join("\n")}\n`,
  };
}

function foldersUp(folder: string): string[] {
  const above = dirname(folder);
  return [folder, ...above === folder ? [] : foldersUp(above)];
}

/**
 * Gives an adopted site back: the startup file of before takes its place in
 * one move, and what the record says was made goes. It can be done again where
 * it was cut short, for the record goes last.
 *
 * @module
 */

import { join } from "node:path";
import { namesIn, refused } from "../machine/host.ts";
import { OWNED_FILES } from "../reports/scaffold.ts";
import { type Adoption, checksumOf } from "../site/adoption.ts";
import type { Layout } from "../site/layout.ts";
import { readMarker } from "../site/marker.ts";
import {
  change,
  removeDrafts,
  replaceFile,
  touchRestart,
} from "./site_files.ts";
import type { Io } from "./terminal.ts";

/** How a site is given back. */
export interface TakeBackOptions {
  /** The log goes as well. @default {false} */
  purge?: boolean;
  /** A startup file that is not ours is kept by another name. @default {false} */
  force?: boolean;
  /** It has only been begun: what is not ours is somebody else's. @default {false} */
  isBegun?: boolean;
  /** Called when the startup file is back, before what it replaced goes. */
  onSwitched?: () => Promise<void>;
}

/** What lies where the startup file of an adopted site should be. */
export type StartupState = "ours" | "original" | "other" | "missing";

const BYTES_LIMIT = 1_000_000;
const STAGING = ".wsgi-shim-adopt-";

/** A hidden folder of an app root for what is not in its place yet, or any more. */
export function stagingIn(appRoot: string): string {
  return join(appRoot, `${STAGING}${crypto.randomUUID().slice(0, 8)}`);
}

/** Tells by its name what is left of a run that was killed. */
export function isAdoptionStaging(name: string): boolean {
  return name.startsWith(STAGING);
}

/** Looks at the startup file of an adopted site. */
export function startupStateOf(
  { passengerWsgi }: Layout,
  { original, written }: Adoption,
  { host }: Io,
): StartupState {
  const sum = checksumOf(passengerWsgi, host);
  if (sum === undefined) return "missing";
  if (sum === written["passenger_wsgi.py"]) return "ours";
  if (sum === original.sha256) return "original";
  const bytes = host.readBytes(passengerWsgi, BYTES_LIMIT);
  const text = refused(bytes) ? "" : new TextDecoder().decode(bytes);
  // Renewed by `upgrade`.
  return readMarker(text)?.isIntact ? "ours" : "other";
}

/**
 * Gives a site back.
 *
 * @returns what was kept, in words
 */
export async function takeBack(
  layout: Layout,
  record: Adoption,
  io: Io,
  options: TakeBackOptions,
): Promise<string[]> {
  const kept: string[] = [];
  const state = startupStateOf(layout, record, io);
  await removeDrafts(layout.restart, io);
  if (record.excluded) await removeDrafts(record.excluded.file, io);
  const isSwitched = await giveBack(layout, record, state, options, kept, io);
  if (isSwitched) {
    await touchRestart(layout, io);
    await options.onSwitched?.();
  }
  await removeConfig(layout, record, options, kept, io);
  await removeLines(record);
  if (options.purge) await removeLog(layout, io);
  for (const path of [...record.folders].reverse()) {
    // The web server is to see its date.
    if (path === "tmp/restart.txt" && isSwitched) continue;
    if (path === "log" && !options.purge && !isEmpty(layout.logDirectory, io)) {
      kept.push(`${layout.logDirectory}, the log`);
      continue;
    }
    await removeEmpty(join(layout.appRoot, path));
  }
  await removeOwned(layout, record, kept, io);
  return kept;
}

/** Puts the startup file of before in its place. */
async function giveBack(
  layout: Layout,
  { original: before }: Adoption,
  state: StartupState,
  { force = false }: TakeBackOptions,
  kept: string[],
  io: Io,
): Promise<boolean> {
  const { passengerWsgi: startup, original, appRoot } = layout;
  if (refused(io.host.lstat(original))) return false;
  if (state === "original" || (state === "other" && !force)) {
    // Of a link, the copy is another link.
    await change(original, () => Deno.remove(original));
    return false;
  }
  if (state === "other") {
    const aside = freeName(join(appRoot, "passenger_wsgi.replaced.py"), io);
    await change(aside, () => Deno.rename(startup, aside));
    kept.push(`${aside}, which had taken the place of our startup file`);
  }
  const isAsBefore = checksumOf(original, io.host) === before.sha256;
  await change(startup, async () => {
    if (isAsBefore) await restoreTimes(original, before, io);
    await Deno.rename(original, startup);
  });
  return true;
}

/** Where it is another file than before, by a copy or an editor. */
async function restoreTimes(
  path: string,
  { mode, modified }: Adoption["original"],
  { host }: Io,
): Promise<void> {
  const status = host.stat(path);
  if (refused(status)) return;
  if (status.mode !== mode) await Deno.chmod(path, mode);
  if (Math.abs(status.modified - modified) >= 1) {
    await Deno.utime(path, modified / 1000, modified / 1000);
  }
}

/** A name that nothing has yet. */
export function freeName(path: string, io: Io): string {
  for (let count = 1;; count++) {
    const name = count === 1 ? path : `${path}.${count}`;
    if (refused(io.host.lstat(name))) return name;
  }
}

/** Settings that somebody has changed since are kept, in log/. */
async function removeConfig(
  { config, logDirectory }: Layout,
  { written }: Adoption,
  { isBegun }: TakeBackOptions,
  kept: string[],
  io: Io,
): Promise<void> {
  const sum = checksumOf(config, io.host);
  if (sum === undefined) return;
  if (sum === written["config.toml"]) {
    return await change(config, () => Deno.remove(config));
  }
  if (isBegun) return;
  const aside = freeName(join(logDirectory, "config.toml"), io);
  await change(aside, () => Deno.rename(config, aside));
  kept.push(`${aside}, your settings, which have been changed`);
}

async function removeLines({ excluded }: Adoption): Promise<void> {
  if (!excluded) return;
  const { file, text } = excluded;
  const before = await Deno.readTextFile(file).catch(() => "");
  const at = before.indexOf(text);
  if (at < 0) return;
  const rest = before.slice(0, at) + before.slice(at + text.length);
  if (rest === "") await Deno.remove(file);
  else await replaceFile(file, rest, 0o644);
}

/** What `log.ts` and the host write there. */
async function removeLog({ logDirectory }: Layout, io: Io): Promise<void> {
  const names = namesIn(logDirectory, io.host)
    .filter((name) => /^(wsgi-shim\.log.*|deaths\.json)$/.test(name));
  for (const name of names) {
    await change(name, () => Deno.remove(join(logDirectory, name)));
  }
}

function isEmpty(folder: string, io: Io): boolean {
  return namesIn(folder, io.host).length === 0;
}

/** A folder with something in it stays. */
async function removeEmpty(path: string): Promise<void> {
  await Deno.remove(path).catch(() => {});
}

/** Our files; those that somebody has changed or added stay. */
async function removeOwned(
  layout: Layout,
  { written }: Adoption,
  kept: string[],
  io: Io,
): Promise<void> {
  const { appRoot, adoption, shim, host: hostFolder } = layout;
  for (const { path } of OWNED_FILES) {
    if (!path.startsWith("shim/")) continue;
    const file = join(appRoot, path);
    const bytes = io.host.readBytes(file, 20 * BYTES_LIMIT);
    if (refused(bytes)) continue;
    const text = new TextDecoder().decode(bytes);
    const isOurs = checksumOf(file, io.host) === written[path] ||
      readMarker(text)?.isIntact;
    if (isOurs) await change(file, () => Deno.remove(file));
    else kept.push(`${file}, which was edited`);
  }
  await Deno.remove(join(hostFolder, "__pycache__"), { recursive: true })
    .catch(() => {});
  await removeEmpty(hostFolder);
  for (const name of namesIn(appRoot, io.host)) {
    if (!isAdoptionStaging(name)) continue;
    await Deno.remove(join(appRoot, name), { recursive: true });
  }
  const rest = namesIn(shim, io.host).map((name) => join(shim, name))
    .filter((path) => path !== adoption);
  if (rest.length > 0) {
    await change(adoption, () => Deno.remove(adoption));
    kept.push(...rest.filter((path) => path !== hostFolder));
    return;
  }
  // In one move: a folder without a record would be in the way of all.
  const aside = stagingIn(appRoot);
  await change(shim, () => Deno.rename(shim, aside));
  await change(aside, () => Deno.remove(aside, { recursive: true }));
}

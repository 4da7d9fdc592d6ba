/**
 * The record of an adoption: what was there before, and what was made, so that
 * `eject` can give a site back as it was.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { type Host, refused } from "../machine/host.ts";
import type { Layout } from "./layout.ts";
import type { Site } from "./site.ts";

/** What `adopt` writes down. */
export interface Adoption {
  version: 1;
  /** Tells one adoption from another. */
  id: string;
  /** The startup file of before. */
  original: {
    sha256: string;
    mode: number;
    /** Milliseconds since 1970. */
    modified: number;
  };
  /** Checksums of what was written, by path in the app root. */
  written: Record<string, string>;
  /** What was not there before, by path in the app root. */
  folders: string[];
  /** The file of git that leaves ours out, and what was added to it. */
  excluded?: { file: string; text: string };
}

const BYTES_LIMIT = 100_000;
/** Of a startup file; larger ones are no startup files. */
export const STARTUP_BYTES_LIMIT = 1_000_000;

/** Reads the record of an adoption; undefined where there is none. */
export function readAdoption(
  { adoption }: Layout,
  host: Host,
): Adoption | undefined {
  const bytes = host.readBytes(adoption, BYTES_LIMIT);
  if (refused(bytes)) return undefined;
  try {
    const read = JSON.parse(new TextDecoder().decode(bytes));
    const isWhole = read?.version === 1 &&
      typeof read.original?.sha256 === "string" &&
      typeof read.original.mode === "number" &&
      typeof read.original.modified === "number" &&
      typeof read.written === "object" && Array.isArray(read.folders);
    return isWhole ? read : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a site is one that was adopted. */
export function isAdopted({ adoption }: Layout, host: Host): boolean {
  return !refused(host.lstat(adoption));
}

/** The startup file of somebody else's by which a site is loaded. */
export function startupFileOf(
  { config, layout, native }: Site,
): string | undefined {
  if (native) return native.startupFile;
  const { original } = layout;
  return config?.wsgi?.module === original ? original : undefined;
}

/** Whether a site runs the startup file that it had before its adoption. */
export function runsOriginal(site: Site): boolean {
  const { host, layout } = site;
  return startupFileOf(site) === layout.original &&
    !refused(host.stat(layout.original));
}

/** The checksum of a file; undefined where there is none to be read. */
export function checksumOf(path: string, host: Host): string | undefined {
  const bytes = host.readBytes(path, STARTUP_BYTES_LIMIT + 1);
  return refused(bytes) ? undefined : checksum(bytes);
}

/** The checksum of some bytes, or of a text in UTF-8. */
export function checksum(content: Uint8Array | string): string {
  return createHash("sha256").update(content).digest("hex");
}

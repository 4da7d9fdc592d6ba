/**
 * How the file system that holds a path is mounted, on Linux.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { type Host, refused } from "./host.ts";

/** A mounted file system. */
export interface Mount {
  folder: string;
  /** `ext4`, `nfs4`. */
  type: string;
  options: string[];
}

const MOUNTS = "/proc/self/mounts";
const MOUNTS_BYTES_LIMIT = 1_000_000;

/** The mount that holds a path without links; undefined if not known. */
export function mountOf(path: string, host: Host): Mount | undefined {
  let nearest: Mount | undefined;
  for (const mount of readMounts(host)) {
    const { folder } = mount;
    const holds = folder === "/" || path === folder ||
      path.startsWith(`${folder}/`);
    // The last of several mounts in one place is the one that counts.
    if (holds && folder.length >= (nearest?.folder.length ?? 0)) {
      nearest = mount;
    }
  }
  return nearest;
}

/** The folders in which other file systems are mounted below a folder. */
export function mountsBelow(folder: string, host: Host): string[] {
  return readMounts(host).map((mount) => mount.folder)
    .filter((each) => each.startsWith(`${folder}/`));
}

/** The folder where the path's file system is mounted with the option. */
export function optionOf(
  path: string,
  option: string,
  host: Host,
): string | undefined {
  const mount = mountOf(path, host);
  return mount?.options.includes(option) ? mount.folder : undefined;
}

const read = new WeakMap<Host, Mount[]>();

function readMounts(host: Host): Mount[] {
  let mounts = read.get(host);
  if (!mounts) {
    const bytes = host.readBytes(MOUNTS, MOUNTS_BYTES_LIMIT);
    const text = refused(bytes) ? "" : new TextDecoder().decode(bytes);
    mounts = text.split("\n").flatMap((line) => {
      const [, folder, type, options] = line.split(" ");
      if (!folder || !type || !options) return [];
      return [{ folder: unescape(folder), type, options: options.split(",") }];
    });
    read.set(host, mounts);
  }
  return mounts;
}

/** The kernel writes spaces and the like as octal numbers. */
function unescape(text: string): string {
  return text.replace(
    /\\([0-7]{3})/g,
    (_, octal) => String.fromCharCode(parseInt(octal, 8)),
  );
}

/**
 * Reports what is used up, or nearly: room, files, limits.
 *
 * Layer 2. Runs on Node and Deno.
 *
 * @module
 */

import { join } from "node:path";
import type { Finding } from "../finding.ts";
import { refused } from "../host.ts";
import { shellCommand } from "../shell.ts";
import type { Site } from "../site.ts";
import { optionOf } from "./mounts.ts";
import { tell } from "./wording.ts";

const FREE_BYTES_LEAST = 10_000_000;
const FREE_FILES_LEAST = 100;
const LOG_BYTES_MOST = 100_000_000;

export function checkResources(site: Site): Finding[] {
  return [
    ...checkSpace(site),
    ...checkLogs(site),
  ];
}

function checkSpace({ host, layout }: Site): Finding[] {
  const seen = new Set<number>();
  return [layout.logDirectory, layout.tmp, layout.appRoot].flatMap((path) => {
    const status = host.stat(path);
    const real = host.realPath(path);
    if (refused(status) || refused(real) || seen.has(status.device)) return [];
    seen.add(status.device);
    const place = { file: path };
    const mount = optionOf(real, "ro", host);
    if (mount !== undefined) {
      return [tell("read-only-file-system", {
        message:
          `Nothing can be written to "${path}": the file system at "${mount}" is mounted read-only`,
        place,
        fix: { text: "Ask the administrators why it is read-only" },
      })];
    }
    const space = host.space(path);
    if (refused(space)) return [];
    const found: Finding[] = [];
    // File systems that do not count, such as some network ones, say zero.
    if (
      space.totalBytes > 0 && space.freeBytes < FREE_BYTES_LEAST &&
      space.freeBytes < space.totalBytes / 20
    ) {
      found.push(tell("disk-full", {
        message: `The file system of "${path}" has ${
          Math.floor(space.freeBytes / 1_000_000)
        } MB free of ${Math.ceil(space.totalBytes / 1_000_000)} MB`,
        place,
        fix: { text: "Remove what is not needed, or ask for more room" },
      }));
    }
    if (
      space.totalFiles > 0 && space.freeFiles < FREE_FILES_LEAST &&
      space.freeFiles < space.totalFiles / 2
    ) {
      found.push(tell("inodes-full", {
        message:
          `The file system of "${path}" has room for ${space.freeFiles} more files of ${space.totalFiles}, whatever their size`,
        place,
        fix: { text: "Remove folders with very many files, such as caches" },
      }));
    }
    return found;
  });
}

function checkLogs({ host, layout }: Site): Finding[] {
  const names = host.list(layout.logDirectory);
  if (refused(names)) return [];
  return names.slice(0, 200).flatMap((name) => {
    const file = join(layout.logDirectory, name);
    const status = host.lstat(file);
    if (refused(status) || status.kind !== "file") return [];
    if (status.size <= LOG_BYTES_MOST) return [];
    return [tell("log-large", {
      message: `"${file}" has grown to ${
        Math.round(status.size / 1_000_000)
      } MB`,
      place: { file },
      fix: { command: shellCommand("truncate", "-s", "0", file), safe: false },
    })];
  });
}

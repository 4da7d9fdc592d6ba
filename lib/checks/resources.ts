/**
 * Reports what is used up, or nearly: room, files, limits.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { join } from "node:path";
import { type Finding, finding } from "../findings/finding.ts";
import { namesIn, refused } from "../machine/host.ts";
import { shellCommand } from "../text/shell.ts";
import { type Site, userOf } from "../site/site.ts";
import { checkLimits } from "./limits.ts";
import { mountOf, optionOf } from "../machine/mounts.ts";

const FREE_BYTES_LEAST = 10_000_000;
const FREE_FILES_LEAST = 100;
const LOG_BYTES_MOST = 100_000_000;
const NFS_GROUPS_MOST = 16;

export function checkResources(site: Site): Finding[] {
  return [
    ...checkSpace(site),
    ...checkLogs(site),
    ...checkLimits(site),
    ...checkGroups(site),
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
      return [finding("read-only-file-system", {
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
      found.push(finding("disk-full", {
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
      found.push(finding("inodes-full", {
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
  return namesIn(layout.logDirectory, host).slice(0, 200).flatMap((name) => {
    const file = join(layout.logDirectory, name);
    const status = host.lstat(file);
    if (refused(status) || status.kind !== "file") return [];
    if (status.size <= LOG_BYTES_MOST) return [];
    return [finding("log-large", {
      message: `"${file}" has grown to ${
        Math.round(status.size / 1_000_000)
      } MB`,
      place: { file },
      fix: { command: shellCommand("truncate", "-s", "0", file), safe: false },
    })];
  });
}

/** NFS passes on sixteen groups; the primary one is not counted among them. */
function checkGroups(site: Site): Finding[] {
  const { host, identity, layout } = site;
  if (identity.groups.length <= NFS_GROUPS_MOST + 1) return [];
  const real = host.realPath(layout.siteDirectory);
  const mount = refused(real) ? undefined : mountOf(real, host);
  if (!mount?.type.startsWith("nfs")) return [];
  return [finding("groups-many", {
    message: `User "${
      userOf(site)
    }" is in ${identity.groups.length} groups, and the network file system at "${mount.folder}" may heed only ${NFS_GROUPS_MOST} of them`,
    place: { file: layout.siteDirectory },
    fix: {
      text:
        "Let `group` in config.toml be the group that the site's files need",
    },
  })];
}

/**
 * A site as it would be with some files more, for checks that look at it
 * before any of them is written.
 *
 * @module
 */

import { basename, dirname, join } from "node:path";
import {
  type FileStatus,
  type Host,
  type Refusal,
  refused,
} from "../machine/host.ts";
import type { ScaffoldEntry } from "../reports/scaffold.ts";
import type { Layout } from "../site/layout.ts";

/**
 * Shows a host with the files and folders of an adoption in their places, and
 * the startup file of before by its new name.
 */
export function stagedHost(
  host: Host,
  { appRoot, original, passengerWsgi: startup }: Layout,
  entries: readonly ScaffoldEntry[],
): Host {
  const staged = new Map(
    entries.map((entry) => [join(appRoot, entry.path), entry]),
  );
  /** Where something is that has another name now. */
  const behind = (path: string) => path === original ? startup : path;

  function statusOf(path: string): FileStatus | undefined {
    const entry = staged.get(path);
    const folder = host.stat(appRoot);
    if (!entry || refused(folder)) return undefined;
    const { content, mode } = entry;
    const bytes = new TextEncoder().encode(content ?? "");
    const [now, { uid, gid }] = [host.now(), host.identity];
    return {
      kind: content === undefined ? "folder" : "file",
      mode,
      uid,
      gid,
      size: bytes.length,
      modified: now,
      changed: now,
      device: folder.device,
      inode: 0,
    };
  }

  return {
    ...host,
    stat: (path) => statusOf(path) ?? host.stat(behind(path)),
    lstat: (path) => statusOf(path) ?? host.lstat(behind(path)),
    realPath(path) {
      const isNew = staged.has(path) || path === original;
      const folder = host.realPath(isNew ? appRoot : path);
      return isNew && !refused(folder)
        ? join(folder, path.slice(appRoot.length))
        : folder;
    },
    readLink: (path): string | Refusal =>
      staged.has(path) ? { errno: "EINVAL" } : host.readLink(behind(path)),
    readBytes(path, limit, options) {
      const { content } = staged.get(path) ?? {};
      return content === undefined
        ? host.readBytes(behind(path), limit, options)
        : new TextEncoder().encode(content).subarray(0, limit);
    },
    list(path) {
      const there = host.list(path);
      const added = [...staged.keys(), original]
        .filter((one) => dirname(one) === path).map((one) => basename(one));
      if (refused(there) && !staged.has(path)) return there;
      return [...new Set([...refused(there) ? [] : there, ...added])].sort();
    },
    run: (program, args, options) =>
      host.run(
        program,
        args.map((word) => word.replaceAll(original, startup)),
        options,
      ),
  };
}

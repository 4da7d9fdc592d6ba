/**
 * Reports what visitors could see and should not: private files in `public/`,
 * and debug modes.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { basename, dirname, join } from "node:path";
import { type Finding, finding } from "../findings/finding.ts";
import { type Host, namesIn, refused } from "../machine/host.ts";
import { shellCommand } from "../text/shell.ts";
import type { Site } from "../site/site.ts";
import { checkDebugMode } from "./debug_mode.ts";
import type { CheckOptions } from "./check.ts";
import { quoted } from "../text/wrap.ts";

const PRIVATE_NAME_REGEXP =
  /^(config\.toml.*|\.env.*|\.git|\.hg|\.svn|\.ssh|\.htpasswd|\.netrc|\.pgpass|id_(rsa|dsa|ecdsa|ed25519)|pyvenv\.cfg|passenger_wsgi\.py|wsgi-shim\.log.*|settings\.py|manage\.py|.*\.(sqlite3?|db|pem|key|p12|pfx|log)|(dump|backup)s?.*\.(sql|zip|gz|tar|tgz).*|.*\.sql(\.gz)?)$/i;
const FOLDERS_LIMIT = 200;
const NAMES_LIMIT = 2_000;
const DEPTH_LIMIT = 4;
const PATHS_LIMIT = 20;

export function checkExposure(site: Site, { at }: CheckOptions): Finding[] {
  return at === "shell" ? [...checkPublic(site), ...checkDebugMode(site)] : [];
}

function checkPublic(site: Site): Finding[] {
  const { host, layout } = site;
  const found = new Set(
    partsOf(site).filter((path) =>
      path.startsWith(`${layout.publicDirectory}/`)
    ),
  );
  const links: string[] = [];
  for (const path of walk(layout.publicDirectory, host)) {
    if (PRIVATE_NAME_REGEXP.test(basename(path))) found.add(path);
    else if (leadsOut(path, site)) links.push(path);
  }
  const all = [...found, ...links];
  const first = all[0];
  if (!first) return [];
  const away = [...found].slice(0, PATHS_LIMIT);
  const commands = [
    ...(away.length ? [shellCommand("mv", ...away, layout.siteDirectory)] : []),
    ...(links.length
      ? [shellCommand("rm", ...links.slice(0, PATHS_LIMIT))]
      : []),
  ];
  return [finding("public-exposes", {
    message: `Everyone can download ${quoted(all)}, because ${
      all.length > 1 ? "they lie" : "it lies"
    } in "${layout.publicDirectory}"`,
    place: { file: first },
    fix: { command: commands.join(" && "), safe: false },
  })];
}

/** What config.toml names and nobody should download. */
function partsOf({ config, host }: Site): string[] {
  const python = config?.passenger.python;
  return [
    config?.wsgi?.module,
    python && dirname(dirname(python)),
    ...Object.values(config?.secretFiles ?? {}),
  ].filter((path) => path !== undefined && !refused(host.stat(path)))
    .map(String);
}

/** A link to the site's own private parts is as bad as the part itself. */
function leadsOut(path: string, { config, host, layout }: Site): boolean {
  if (refused(host.readLink(path))) return false;
  const real = host.realPath(path);
  if (refused(real)) return false;
  const behindLinks = (one: string) => {
    const behind = host.realPath(one);
    return refused(behind) ? one : behind;
  };
  const parts = [
    layout.siteDirectory,
    layout.appRoot,
    layout.config,
    layout.logDirectory,
    ...Object.values(config?.secretFiles ?? {}),
  ].map(behindLinks);
  return parts.includes(real);
}

/** Every path below a folder, within limits; links are not followed. */
function* walk(folder: string, host: Host): Generator<string> {
  const pending = [{ folder, depth: 0 }];
  for (let folders = 0; folders < FOLDERS_LIMIT; folders++) {
    const next = pending.shift();
    if (!next) return;
    for (const name of namesIn(next.folder, host).slice(0, NAMES_LIMIT)) {
      const path = join(next.folder, name);
      yield path;
      if (next.depth >= DEPTH_LIMIT || PRIVATE_NAME_REGEXP.test(name)) continue;
      const status = host.lstat(path);
      if (!refused(status) && status.kind === "folder") {
        pending.push({ folder: path, depth: next.depth + 1 });
      }
    }
  }
}

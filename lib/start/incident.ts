/**
 * An incident: one failure as the page, the log and the owner speak of it.
 *
 * Joins what is known of the site with the page that tells it.
 * Runs on Node and Deno.
 *
 * @module
 */

import { visibleLine } from "../site/code_frame.ts";
import {
  type Finding,
  finding,
  findingLine,
  isOf,
} from "../findings/finding.ts";
import type { Log } from "../site/log.ts";
import { writeFailure } from "../site/log_text.ts";
import type { PageContext } from "../pages/page.ts";
import { randomHex } from "./random.ts";
import { readSecrets } from "../site/secrets.ts";
import { shellCommand } from "../text/shell.ts";
import type { Site } from "../site/site.ts";
import { VERSION } from "../site/version.ts";

/** What serves the page. */
export type Door = PageContext["door"];

/** A new number: eight hexadecimal digits. */
export function newIncident(): string {
  return randomHex(4);
}

/** Writes an incident to the log: its number, and a line for each finding. */
export function logIncident(
  log: Log,
  incident: string,
  findings: readonly Finding[],
): void {
  const errors = findings.filter((found) => found.severity === "error");
  const codes = [...new Set(errors.map((found) => found.code))];
  log.write("failure", writeFailure(incident, codes));
  for (const found of findings) log.write("finding", findingLine(found));
}

const LOG_TROUBLES: Readonly<Record<string, string>> = {
  EACCES: "its folder or the file is closed to this user",
  EDQUOT: "the quota is used up",
  EINVAL: "it is not a file",
  EISDIR: "it is a folder",
  ELOOP: "it is a link",
  ENOENT: "its folder does not exist",
  ENOSPC: "the disk is full",
  ENXIO: "it is not a file",
  EROFS: "its file system can only be read",
};

/**
 * A log that cannot be written stops nothing, and must be told all the same;
 * the checks may have done so.
 */
export function findLogTrouble(
  log: Log,
  { layout }: Site,
  found: readonly Finding[],
): Finding[] {
  const errno = log.trouble();
  if (!errno || found.some((one) => isOf(one, "log-unwritable"))) return [];
  const why = LOG_TROUBLES[errno] ?? errno;
  return [finding("log-unwritable", {
    message: `The log ${layout.log} cannot be written: ${why}`,
    place: { file: layout.log },
    fix: {
      text: `See what stands in the way: \`${
        shellCommand("wsgi-shim", "check", layout.appRoot)
      }\``,
    },
  })];
}

/** What a page needs to know about the site and its process. */
export function pageContext(
  site: Site,
  door: Door,
  incident: string,
): PageContext {
  const { host, layout } = site;
  const { uid, gid } = host.identity;
  return {
    ...site.feedback,
    incident,
    now: new Date(host.now()),
    appRoot: layout.appRoot,
    logFile: layout.log,
    user: host.user(uid)?.name ?? String(uid),
    group: host.group(gid)?.name ?? String(gid),
    interpreter: site.config?.passenger.python,
    version: VERSION,
    door,
    configLine: (line) => visibleLine(site.configText ?? "", line),
    secrets: readSecrets(site),
  };
}

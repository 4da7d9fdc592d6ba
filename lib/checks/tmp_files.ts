/**
 * Reports what is odd about the files in `tmp/` that speak to Passenger and to
 * us by being there, and about the message that they hold for visitors.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { join } from "node:path";
import { type Finding, finding } from "../findings/finding.ts";
import { refused } from "../machine/host.ts";
import { MESSAGE_BYTES_LIMIT } from "../site/maintenance.ts";
import { chmod, mayAccess, stateOf } from "../machine/permission.ts";
import { shellCommand } from "../text/shell.ts";
import { type Site, userOf } from "../site/site.ts";
import {
  conversionCommand,
  decodeText,
  firstBrokenLine,
  hasUtf16Mark,
} from "../text/encoding.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

export function checkTmpFiles(site: Site): Finding[] {
  return [
    ...checkAlwaysRestart(site),
    ...checkRestartFile(site),
    ...site.native ? [] : checkMaintenance(site),
  ];
}

function checkAlwaysRestart({ host, layout }: Site): Finding[] {
  const file = join(layout.tmp, "always_restart.txt");
  if (refused(host.stat(file))) return [];
  return [finding("always-restart", {
    message: `"${file}" makes every request start the application anew`,
    place: { file },
    fix: { command: shellCommand("rm", file), safe: false },
  })];
}

/** Passenger looks at the date of whatever is there. */
function checkRestartFile({ host, layout }: Site): Finding[] {
  const file = layout.restart;
  const status = host.stat(file);
  if (refused(status) || status.kind === "file") return [];
  return [finding("restart-not-a-file", {
    message: `"${file}" is ${
      status.kind === "folder"
        ? "a folder: the site restarts whenever something in it is added or removed, and `wsgi-shim restart` cannot"
        : "not a regular file, and `wsgi-shim restart` cannot use it"
    }`,
    place: { file },
    fix: {
      command: `${shellCommand("mv", file, `${file}.old`)} && ${
        shellCommand("wsgi-shim", "restart", layout.appRoot)
      }`,
      safe: false,
    },
  })];
}

function checkMaintenance(site: Site): Finding[] {
  const { host, layout } = site;
  const file = layout.maintenance;
  const status = host.stat(file);
  if (refused(status)) return [];
  const days = Math.floor((host.now() - status.modified) / DAY_MS);
  const forgotten = days < 1 ? [] : [finding("maintenance-forgotten", {
    message: `The site has been in maintenance for ${days} day${
      days === 1 ? "" : "s"
    }, because "${file}" exists`,
    place: { file },
    fix: {
      command: shellCommand("wsgi-shim", "maint", "off", layout.appRoot),
      safe: false,
    },
  })];
  return [
    ...forgotten,
    ...checkMessage(file, site),
    ...(refused(host.stat(layout.maintenancePage))
      ? []
      : checkMessage(layout.maintenancePage, site)),
  ];
}

/** Whether visitors see what the owner wrote for them. */
function checkMessage(file: string, site: Site): Finding[] {
  const { host, identity, layout } = site;
  const isPage = file === layout.maintenancePage;
  const instead = isPage
    ? "visitors see our maintenance page in its place"
    : "visitors read our own sentence in place of it";
  const found = (message: string, command: string) => [
    finding("maintenance-message", {
      message: `"${file}" ${message}`,
      place: { file },
      fix: { command, safe: false },
    }),
  ];
  if (!isPage && typeof host.readLink(file) === "string") {
    return found(
      `is a link, which is not followed; ${instead}`,
      shellCommand("wsgi-shim", "maint", "on", layout.appRoot),
    );
  }
  const status = host.stat(file);
  if (refused(status)) return [];
  if (status.kind !== "file") {
    const move = shellCommand("mv", file, `${file}.old`);
    return found(
      `is ${
        status.kind === "folder" ? "a folder" : "not a regular file"
      }; ${instead}, and \`wsgi-shim maint\` cannot use it`,
      isPage
        ? move
        : `${move} && ${
          shellCommand("wsgi-shim", "maint", "on", layout.appRoot)
        }`,
    );
  }
  if (!mayAccess(status, identity, "read")) {
    return found(
      `has ${stateOf(status, host)}, so that ${
        userOf(site)
      } cannot read it; ${instead}`,
      chmod("a+r", file),
    );
  }
  const bytes = host.readBytes(file, MESSAGE_BYTES_LIMIT);
  if (refused(bytes)) return [];
  if (decodeText(bytes) === undefined) {
    return found(
      `is not text, but something else; ${instead}`,
      isPage ? shellCommand("mv", file, `${file}.old`) : shellCommand(
        ...["wsgi-shim", "maint", "on", layout.appRoot],
        ...["--message", "We will be back soon"],
      ),
    );
  }
  const isUtf16 = hasUtf16Mark(bytes);
  const line = isUtf16 ? 1 : firstBrokenLine(bytes);
  // The limit may have cut the last letter.
  if (line === undefined || bytes.length === MESSAGE_BYTES_LIMIT) return [];
  return found(
    `is not UTF-8 text; it is shown as ${
      isUtf16 ? "UTF-16" : "Latin-1"
    }, which may be a wrong guess`,
    conversionCommand(file, isUtf16 ? "UTF-16" : "CP1252"),
  );
}

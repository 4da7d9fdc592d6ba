/**
 * Reports lines of `.htaccess` that take the site down or keep requests from
 * the application.
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
import { suggest } from "../suggestion.ts";
import { tell } from "./wording.ts";

const HTACCESS_BYTES_LIMIT = 256 * 1024;
/** What Passenger allows in .htaccess (passenger.md, section 8). */
const ALLOWED = [
  "PassengerEnabled",
  "PassengerBufferUpload",
  "PassengerBufferResponse",
  "PassengerErrorOverride",
  "PassengerHighPerformance",
  "PassengerAllowEncodedSlashes",
  "PassengerStickySessions",
  "PassengerStickySessionsCookieName",
  "PassengerStickySessionsCookieAttributes",
  "PassengerMaxRequestQueueTime",
  "PassengerMaxRequestTime",
];

export function checkHtaccess(site: Site): Finding[] {
  const { layout } = site;
  return [layout.publicDirectory, layout.appRoot].flatMap((folder) => [
    ...checkFile(join(folder, ".htaccess"), folder, site),
    ...(folder === layout.publicDirectory ? checkIndex(folder, site) : []),
  ]);
}

function checkFile(file: string, folder: string, { host }: Site): Finding[] {
  const bytes = host.readBytes(file, HTACCESS_BYTES_LIMIT);
  if (refused(bytes)) return [];
  const findings: Finding[] = [];
  const lines = new TextDecoder().decode(bytes).split(/\r?\n/);
  for (const [index, text] of lines.entries()) {
    const line = index + 1;
    const directive = /^\s*(Pass?enger\w*)\b/i.exec(text)?.[1];
    if (directive && !isAllowed(directive)) {
      const near = suggest(directive, ALLOWED);
      const mistyped = near && !/^passenger/i.test(directive);
      findings.push(tell("htaccess-directive", {
        message: mistyped
          ? `Line ${line} of "${file}" has an unknown directive ${directive}; did you mean ${near}?`
          : `Line ${line} of "${file}" has ${directive}, which Passenger does not allow in .htaccess`,
        place: { file, line },
        fix: {
          text: `Remove line ${line} of ${file}`,
        },
      }));
    }
    const target = /^\s*RewriteRule\s+\S+\s+\/?(\S+\.php)\b/i.exec(text)?.[1];
    if (target && refused(host.stat(join(folder, target)))) {
      findings.push(tell("htaccess-rewrite", {
        message:
          `Line ${line} of "${file}" sends requests to "/${target}", which does not exist`,
        place: { file, line },
        fix: {
          text: `Remove the rewrite rules around line ${line} of ${file}`,
        },
      }));
    }
  }
  return findings;
}

function isAllowed(directive: string): boolean {
  return ALLOWED.some((one) => one.toLowerCase() === directive.toLowerCase());
}

function checkIndex(folder: string, { host }: Site): Finding[] {
  const file = ["index.html", "index.htm"].map((name) => join(folder, name))
    .find((path) => !refused(host.stat(path)));
  if (!file) return [];
  return [tell("index-hides-application", {
    message:
      `"${file}" is served for the address of the site in place of the application's first page`,
    place: { file },
    fix: { command: shellCommand("mv", file, `${file}.old`), safe: false },
  })];
}

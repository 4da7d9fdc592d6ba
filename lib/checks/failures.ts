/**
 * Reports what has failed since the last start, in a request or in a thread: a
 * trial start asks for no page, so all may be well with it.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { type Finding, finding, messageOfLine } from "../findings/finding.ts";
import { refused } from "../machine/host.ts";
import { lastFailureSinceStart } from "../site/history.ts";
import type { Site } from "../site/site.ts";
import { timeInWords } from "../text/moment.ts";
import { shellCommand } from "../text/shell.ts";
import { readOwnLines } from "./own_log.ts";

export function checkFailures(site: Site): Finding[] {
  const { host, layout } = site;
  const failed = lastFailureSinceStart(readOwnLines(site));
  if (failed?.incident === undefined) return [];
  const restart = host.stat(layout.restart);
  if (!refused(restart) && restart.modified > failed.time) return [];
  return [finding("failed-since-start", {
    message: `The application failed at ${
      timeInWords(failed.time)
    }, incident ${failed.incident}${
      failed.finding === undefined ? "" : `: ${messageOfLine(failed.finding)}`
    }`,
    fix: {
      command: shellCommand(
        "wsgi-shim",
        "logs",
        "--incident",
        failed.incident,
        layout.appRoot,
      ),
      safe: false,
    },
  })];
}

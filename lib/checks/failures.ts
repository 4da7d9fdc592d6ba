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
import { parseLogLine } from "../site/log.ts";
import type { Site } from "../site/site.ts";
import { timeInWords } from "../text/moment.ts";
import { shellCommand } from "../text/shell.ts";

const LOG_BYTES_LIMIT = 4_000_000;
/** What most lines are not: the application's own. */
const TOLD_REGEXP = /\] (?:start|ready|failure|finding|death|stop): /;

export function checkFailures({ host, layout }: Site): Finding[] {
  const bytes = host.readBytes(layout.log, LOG_BYTES_LIMIT);
  if (refused(bytes)) return [];
  const failed = lastFailureSinceStart(
    new TextDecoder().decode(bytes).split("\n")
      .filter((line) => TOLD_REGEXP.test(line)).map(parseLogLine)
      .filter((line) => line !== undefined),
  );
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

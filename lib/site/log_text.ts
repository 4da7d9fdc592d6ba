/**
 * The lines of the log that are read again, each written and read in this one
 * place: a start, and a failure.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import type { LogLine } from "./log.ts";
import { VERSION } from "./version.ts";

/** What a process that begins says of itself. */
export interface StartText {
  /** The way in: `node`, `wsgi`, or `serve` for a trial without Passenger. */
  door: string;
  /** What a request will get: `run`, `maintenance` or `error`. */
  plan: string;
}

/** The text of a line of kind `start`. */
export function writeStart({ door, plan }: StartText): string {
  return `wsgi-shim ${VERSION}, door ${door}, plan ${plan}`;
}

/** Reads what a line of kind `start` says; undefined for another line. */
export function readStart({ kind, text }: LogLine): StartText | undefined {
  if (kind !== "start") return undefined;
  const word = (name: string) =>
    new RegExp(`, ${name} (\\w+)`).exec(text)?.[1] ?? "";
  return { door: word("door"), plan: word("plan") };
}

/**
 * Finds the last start in the lines of a log, the oldest line first. What
 * `serve` has started no visitor has seen, and no restart would renew.
 */
export function findLastStart(lines: readonly LogLine[]): number {
  return lines.findLastIndex((line) => {
    const start = readStart(line);
    return start !== undefined && start.door !== "serve";
  });
}

/** What stands behind a page or a worker that failed. */
export interface FailureText {
  /** Its number, as the page shows it; undefined where the line has none. */
  incident?: string;
  /** Codes of its findings. */
  codes: string[];
}

/** The text of a line of kind `failure`. */
export function writeFailure(
  incident: string,
  codes: readonly string[],
): string {
  return ["incident", incident, ...codes].join(" ");
}

/** Reads what a line of kind `failure` says; undefined for another line. */
export function readFailure({ kind, text }: LogLine): FailureText | undefined {
  if (kind !== "failure") return undefined;
  // The host may add why it has nothing more to say of it.
  const [word, incident, ...codes] = text.split(/[,;:]/)[0]!.split(" ")
    .filter(Boolean);
  return word === "incident" && /^[0-9a-f]+$/.test(incident ?? "")
    ? { incident, codes }
    : { codes: [] };
}

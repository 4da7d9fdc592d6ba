/**
 * Answers of a site before and after: what differs, apart from what differs
 * by itself from one time to the next.
 *
 * Pure. Runs on Node and Deno.
 *
 * @module
 */

import { printable } from "../text/shell.ts";
import { alignRows, cutTo } from "../text/wrap.ts";

/** An answer, or what the application raised in its place. */
export type Answer =
  | {
    status: number;
    headers: readonly (readonly [name: string, value: string])[];
    body: Uint8Array;
  }
  | { error: string };

/** One thing that is not as it was. */
export interface Difference {
  /** What was asked for. */
  path: string;
  /** `status`, `body`, or the name of a header. */
  what: string;
  before: string;
  after: string;
}

/** Of the connection, or of who sends it. */
const OF_TRANSPORT = [
  "connection",
  "content-length",
  "date",
  "keep-alive",
  "server",
  "status",
  "transfer-encoding",
];
const WORDS_LIMIT = 60;

/**
 * Compares the answers to one request.
 *
 * @param before Two of them: what they do not agree on counts for nothing
 */
export function compareAnswers(
  path: string,
  before: readonly [Answer, Answer],
  after: Answer,
): Difference[] {
  const [first, second] = before;
  const differ = (what: string, was: string, is: string) =>
    was === is ? [] : [{ path, what, before: was, after: is }];
  const statuses = before.map(statusOf);
  // Every server has a page of its own for an exception, and the pages of
  // debug modes show what goes on in the server.
  const isFailure = before.some((one) => Number(statusOf(one)) >= 500);
  if (
    isFailure || "error" in first || "error" in second || "error" in after
  ) {
    return statuses[0] === statuses[1]
      ? differ("status", statuses[0]!, statusOf(after))
      : [];
  }
  const headers = [first, second, after].map(headersOf);
  const names = [...new Set(headers.flatMap((each) => [...each.keys()]))];
  return [
    ...statuses[0] === statuses[1]
      ? differ("status", statuses[0]!, statusOf(after))
      : [],
    ...names.sort().flatMap((name) => {
      const [was, again, is] = headers.map((each) => each.get(name));
      // What varies is still there, or not.
      return was === again
        ? differ(name, was ?? "(none)", is ?? "(none)")
        : differ(name, "(there)", is === undefined ? "(none)" : "(there)");
    }),
    ...compareBodies(path, first.body, second.body, after.body),
  ];
}

function statusOf(answer: Answer): string {
  return "error" in answer ? "500" : String(answer.status);
}

/** Headers by their names; those that come several times in one. */
function headersOf(answer: Answer): Map<string, string> {
  const found = new Map<string, string>();
  if ("error" in answer) return found;
  for (const [given, value] of answer.headers) {
    const name = given.toLowerCase();
    if (OF_TRANSPORT.includes(name)) continue;
    const before = found.get(name);
    found.set(name, before === undefined ? value : `${before}\n${value}`);
  }
  return found;
}

/** Line by line, where lines vary by themselves. */
function compareBodies(
  path: string,
  ...bodies: [Uint8Array, Uint8Array, Uint8Array]
): Difference[] {
  const [first, second, after] = bodies.map((bytes) =>
    new TextDecoder("latin1").decode(bytes).split("\n")
  ) as [string[], string[], string[]];
  // With another number of lines each time, none can be held to be the same.
  if (first.length !== second.length) return [];
  const at = first.length === after.length
    ? first.findIndex((line, index) =>
      line === second[index] && line !== after[index]
    )
    : first.findIndex((line, index) => line !== after[index]);
  if (at < 0 && first.length === after.length) return [];
  const what = `body, line ${at < 0 ? first.length + 1 : at + 1}`;
  return [{
    path,
    what,
    before: first[at] ?? "(none)",
    after: after[at < 0 ? first.length : at] ?? "(none)",
  }];
}

/** A table of differences. */
export function renderDifferences(
  differences: readonly Difference[],
  columns: number,
): string {
  const word = (text: string) => cutTo(printable(text), WORDS_LIMIT);
  return differences.map(({ path, what, before, after }) =>
    [
      `${word(path)}: ${what}`,
      alignRows([["  before", word(before)], ["  after", word(after)]], {
        columns,
      }),
    ].join("\n")
  ).join("\n");
}

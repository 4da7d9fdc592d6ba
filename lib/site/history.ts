/**
 * What the log tells of a site's past: its last start and its last failure.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import type { LogLine } from "./log.ts";
import { findLastStart, readFailure, readStart } from "./log_text.ts";

/** A start of a site. */
export interface PastStart {
  /** Milliseconds since 1970. */
  time: number;
  pid: number;
  /** What the site was to show: `run`, `maintenance` or `error`. */
  plan?: string;
  /** `starting`: the log tells nothing more yet. */
  outcome: "ready" | "failed" | "page" | "ended" | "starting";
  /** What the log says of the outcome. */
  text: string;
}

/** A failure of a site. */
export interface PastFailure {
  /** Milliseconds since 1970. */
  time: number;
  /** Its number, as the page shows it. */
  incident?: string;
  /** Codes of its findings. */
  codes: string[];
  /** The first of its findings in words. */
  finding?: string;
}

/** Tells of the last start in the lines of a log, the oldest line first. */
export function lastStart(lines: readonly LogLine[]): PastStart | undefined {
  const at = findLastStart(lines);
  const start = lines[at];
  if (!start) return undefined;
  const own = linesOfStart(lines, at);
  const plan = readStart(start)?.plan || undefined;
  const { time, pid } = start;
  const past = { time, pid, plan };
  const ready = own.findLast(({ kind }) => kind === "ready");
  const failure = own.find(({ kind }) => kind === "failure");
  // A worker that died is started again: what came last counts.
  const last = own.findLast(({ kind }) =>
    kind === "ready" || kind === "death" || kind === "stop"
  );
  const end = last === ready ? undefined : last;
  // A failure after the site was ready was one of a request.
  if (failure && !own.slice(0, own.indexOf(failure)).some(isReady)) {
    return { ...past, outcome: "failed", text: failure.text };
  }
  if (end) return { ...past, outcome: "ended", text: end.text };
  if (ready) return { ...past, outcome: "ready", text: ready.text };
  const outcome = plan === "run" ? "starting" : "page";
  return { ...past, outcome, text: start.text };
}

/** How the first start after a moment went; undefined while it is under way. */
export function outcomeOf(
  lines: readonly LogLine[],
  asked: number,
): LogLine | undefined {
  // The old process may still fail or end in the meantime: what counts is
  // what the process with the new start says.
  for (const [at, start] of lines.entries()) {
    if (start.kind !== "start" || start.time < asked) continue;
    const outcome = linesOfStart(lines, at).find(({ kind }) =>
      kind === "ready" || kind === "failure"
    );
    if (outcome) return outcome;
    if (readStart(start)?.plan === "maintenance") return start;
  }
  return undefined;
}

function isReady({ kind }: LogLine): boolean {
  return kind === "ready";
}

/**
 * The lines of a start: those of its process, and of the host where that is a
 * process of its own, which says nothing of a start.
 *
 * @param at Which of the lines is the start
 */
export function linesOfStart(
  lines: readonly LogLine[],
  at: number,
): LogLine[] {
  const start = lines[at]!;
  const known = new Set(lines.slice(0, at).map(processOf));
  const rest = lines.slice(at);
  const next = rest.findIndex((line, index) =>
    index > 0 && line.kind === "start"
  );
  const first = rest.slice(0, next < 0 ? undefined : next)
    .find((line) =>
      line.kind === "ready" && !isOfSame(line, start) &&
      line.machine === start.machine && !known.has(processOf(line))
    );
  return rest.filter((line) =>
    isOfSame(line, start) || first && isOfSame(line, first)
  );
}

/** Two machines may well have processes of the same number. */
function processOf({ pid, machine = "" }: LogLine): string {
  return `${pid}@${machine}`;
}

function isOfSame(one: LogLine, other: LogLine): boolean {
  return processOf(one) === processOf(other);
}

/**
 * The lines of an incident: what the process said from the first word about
 * it, or from its start, to the findings that explain it.
 *
 * @param id Eight hexadecimal digits, as the page shows them
 */
export function linesOfIncident(
  lines: readonly LogLine[],
  id: string,
): LogLine[] {
  const names = ({ text }: LogLine) => new RegExp(`\\b${id}\\b`).test(text);
  const first = lines.find(names);
  if (!first) return [];
  const own = lines.filter((line) => isOfSame(line, first));
  const failure = own.findIndex((line) =>
    line.kind === "failure" && names(line)
  );
  const begun = own.indexOf(first);
  const start = failure === begun
    ? own.slice(0, begun).findLastIndex(({ kind }) => kind === "start")
    : begun;
  let end = Math.max(begun, failure) + 1;
  while (own[end]?.kind === "finding") end++;
  const told = own.slice(start < 0 ? begun : start, end);
  if (start < 0) return told;
  // A host that is a process of its own has begun since, tells why, and ends.
  const from = lines.indexOf(told[0]!);
  const to = lines.indexOf(told.at(-1)!) + 1;
  const others = new Set(
    [...lines.slice(0, from), ...lines.slice(to)].map(processOf),
  );
  return lines.slice(from, to).filter((line) =>
    told.includes(line) ||
    line.machine === first.machine && !others.has(processOf(line))
  );
}

/** Finds the last failure in the lines of a log. */
export function lastFailure(
  lines: readonly LogLine[],
): PastFailure | undefined {
  const at = lines.findLastIndex((line) => line.kind === "failure");
  const failure = lines[at];
  if (!failure) return undefined;
  const { incident, codes } = readFailure(failure)!;
  const found = lines.slice(at).find((line) =>
    line.kind === "finding" && isOfSame(line, failure)
  );
  return {
    time: failure.time,
    incident,
    codes,
    finding: found?.text ?? (incident ? undefined : failure.text),
  };
}

/**
 * Finds what has failed last since the last start, in a request or in a thread,
 * as far as that has been explained: one like it says no more than a number.
 */
export function lastFailureSinceStart(
  lines: readonly LogLine[],
): PastFailure | undefined {
  const start = findLastStart(lines);
  if (start < 0) return undefined;
  let isServing = false;
  const told = linesOfStart(lines, start).filter((line) => {
    if (isReady(line)) isServing = true;
    // What fails before the next worker is ready is its start.
    if (line.kind === "death" || line.kind === "stop") isServing = false;
    return isServing && (line.kind === "failure" || line.kind === "finding");
  });
  const explained = told.findLastIndex(({ kind }, at) =>
    kind === "failure" && told[at + 1]?.kind === "finding"
  );
  return lastFailure(explained < 0 ? told : told.slice(0, explained + 2));
}

/**
 * Waits for a site to start anew: asks its address, which makes Passenger
 * look, until the log tells of a start after the restart was asked for.
 *
 * @module
 */

import type { Layout } from "../site/layout.ts";
import { type LogLine, readLogTail } from "../site/log.ts";
import { judgeSilence } from "../judge/outside.ts";
import { shellCommand } from "../text/shell.ts";
import type { ExitCode, Io } from "./terminal.ts";
import { counted } from "../text/wrap.ts";
import { pause } from "./moment.ts";

/** What is waited for. */
export interface StartWatchOptions {
  url: URL;
  /** When the restart was asked for, in milliseconds since 1970. */
  asked: number;
  /** Seconds. @default {120} */
  limit?: number;
  /** Milliseconds between two looks. @default {500} */
  pauseMs?: number;
}

const PROGRESS_MS = 5_000;
const REQUEST_MS = 60_000;

/** Waits until the new process answers; tells how that went. */
export async function waitForStart(
  layout: Layout,
  io: Io,
  options: StartWatchOptions,
): Promise<ExitCode> {
  return await io.interruptible((signal) => watch(layout, io, options, signal));
}

async function watch(
  layout: Layout,
  io: Io,
  { url, asked, limit = 120, pauseMs = 500 }: StartWatchOptions,
  signal: AbortSignal,
): Promise<ExitCode> {
  const end = asked + limit * 1000;
  let told = io.host.now();
  io.err(`Asking ${url.href} until the new process answers …`);
  let answer: Answer = { status: 0, text: "no answer" };
  while (io.host.now() < end) {
    if (signal.aborted) return 130;
    answer = await ask(url, layout, signal);
    const outcome = outcomeOf(readLogTail(layout.log), asked);
    const seconds = ((io.host.now() - asked) / 1000).toFixed(1);
    if (outcome?.kind === "start") {
      io.out(`Started after ${seconds} s, ${outcome.text}: ${answer.text}`);
      return 0;
    }
    // The answer may be the last one of the old process.
    if (outcome?.kind === "ready") answer = await ask(url, layout, signal);
    if (outcome?.kind === "ready" && answer.status < 500) {
      io.out(`${io.paint.good("Ready")} after ${seconds} s: ${answer.text}`);
      return 0;
    }
    if (outcome) {
      const how = outcome.kind === "ready"
        ? `the application answers with ${answer.text}`
        : outcome.text;
      io.out(`${io.paint.error("Failed")} after ${seconds} s: ${how}`);
      io.err(`Why: ${shellCommand("wsgi-shim", "logs", layout.appRoot)}`);
      return 1;
    }
    if (io.host.now() - told >= PROGRESS_MS) {
      told = io.host.now();
      const old = answer.status === 0 ? "" : ", not from a new process";
      io.narrate(`  ${seconds} s: ${answer.text}${old}`);
    }
    await pause(pauseMs, signal);
  }
  io.narrate(
    `No new start within ${
      counted(limit, "second")
    }; the last answer: ${answer.text}. Does this address belong to this site?`,
  );
  return 1;
}

/** How the first start after a moment went; undefined while it is under way. */
export function outcomeOf(
  lines: readonly LogLine[],
  asked: number,
): LogLine | undefined {
  // The old process may still fail or end in the meantime: what counts is
  // what the process with the new start says.
  const starts = lines.filter((line) =>
    line.kind === "start" && line.time >= asked
  );
  for (const start of starts) {
    const own = lines.filter((line) =>
      line.pid === start.pid && line.time >= start.time
    );
    const outcome = own.find(({ kind }) =>
      kind === "ready" || kind === "failure"
    );
    if (outcome) return outcome;
    if (/plan maintenance/.test(start.text)) return start;
  }
  return undefined;
}

interface Answer {
  /** 0 where there was no answer. */
  status: number;
  text: string;
}

async function ask(
  url: URL,
  { appRoot }: Layout,
  signal: AbortSignal,
): Promise<Answer> {
  try {
    const response = await fetch(url, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(REQUEST_MS)]),
      redirect: "manual",
      headers: { "Cache-Control": "no-cache" },
    });
    await response.body?.cancel();
    const { status } = response;
    return { status, text: `HTTP status ${status}` };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const text = error.name === "TimeoutError"
      ? "no answer"
      : judgeSilence(url, error, appRoot).message;
    return { status: 0, text };
  }
}

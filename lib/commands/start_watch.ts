/**
 * Waits for a site to start anew: asks its address, which makes Passenger
 * look, until the log tells of a start after the restart was asked for.
 *
 * @module
 */

import type { Layout } from "../site/layout.ts";
import { outcomeOf } from "../site/history.ts";
import { readLogTail } from "../site/log.ts";
import { readFailure } from "../site/log_text.ts";
import { judgeSilence, statusInWords } from "../judge/outside.ts";
import type { Paint } from "../reports/paint.ts";
import { shellCommand } from "../text/shell.ts";
import type { ExitCode, Io } from "./terminal.ts";
import { counted, wrapText } from "../text/wrap.ts";
import { pause } from "../text/moment.ts";
import { showProgress } from "./progress.ts";
import { visit } from "./visit.ts";

/** What is waited for. */
export interface StartWatchOptions {
  url: URL;
  /** When the restart was asked for, in milliseconds since 1970. */
  asked: number;
  /** Seconds. */
  limit: number;
  /** Milliseconds between two looks. @default {500} */
  pauseMs?: number;
}

/** Waits until the new process answers; tells how that went. */
export async function waitForStart(
  layout: Layout,
  io: Io,
  options: StartWatchOptions,
): Promise<ExitCode> {
  let last = "";
  return await showProgress(
    io.interruptible((signal) =>
      watch(layout, io, {
        ...options,
        signal,
        note: (text) => void (last = text),
      })
    ),
    io,
    (seconds) => `Waiting for the new process … ${seconds} s${last}`,
  );
}

async function watch(
  layout: Layout,
  io: Io,
  options: StartWatchOptions & {
    signal: AbortSignal;
    /** Says what the last answer was. */
    note: (text: string) => void;
  },
): Promise<ExitCode> {
  const { url, asked, limit, pauseMs = 500, signal, note } = options;
  const end = asked + limit * 1000;
  const within = () =>
    AbortSignal.any([
      signal,
      AbortSignal.timeout(Math.max(0, end - io.host.now())),
    ]);
  const since = () => `${((io.host.now() - asked) / 1000).toFixed(1)} s`;
  /** Tells how it went; the first word has a colour. */
  const tell = (first: string, how: string, colour: Paint["good"]) => {
    const text = `${first} after ${since()}${how}`;
    const columns = io.isTerminal ? io.columns : Infinity;
    const lines = wrapText(text, { columns });
    io.out(colour(first) + lines.slice(first.length));
  };
  const fail = (how: string): ExitCode => {
    tell("Failed", `: ${how}`, io.paint.error);
    return 1;
  };
  let answer: Answer = { text: "none" };
  while (io.host.now() < end) {
    if (signal.aborted) return 130;
    answer = await ask(url, layout, within());
    const outcome = outcomeOf(readLogTail(layout.log), asked);
    if (answer.isFinal) return fail(answer.text);
    if (outcome?.kind === "start") {
      tell("Started", `, ${outcome.text}: ${answer.text}`, io.paint.strong);
      return 0;
    }
    // The answer may be the last one of the old process.
    if (outcome?.kind === "ready") answer = await ask(url, layout, within());
    if (signal.aborted) return 130;
    if (answer.isFinal) return fail(answer.text);
    if (outcome?.kind === "ready" && answer.isGood) {
      tell("Ready", `: ${answer.text}`, io.paint.good);
      return 0;
    }
    if (outcome) {
      fail(
        outcome.kind === "ready"
          ? `the application has started, and the answer is ${answer.text}`
          : outcome.text,
      );
      const { incident } = readFailure(outcome) ?? {};
      const more = incident === undefined ? [] : ["--incident", incident];
      const line = shellCommand("wsgi-shim", "logs", ...more, layout.appRoot);
      io.err(`Why: ${line}`);
      return 1;
    }
    note(
      answer.status === undefined ? "" : `, ${answer.text} from the old one`,
    );
    await pause(pauseMs, signal);
  }
  if (signal.aborted) return 130;
  io.narrate(
    `No new start within ${
      counted(limit, "second")
    }; the last answer: ${answer.text}. Does this address belong to this site?`,
  );
  return 1;
}

interface Answer {
  /** Undefined where there was no answer. */
  status?: number;
  /** Whether a visitor would see the page, or be asked to log in. */
  isGood?: boolean;
  /** No answer will come, however long one waits. */
  isFinal?: boolean;
  text: string;
}

async function ask(
  url: URL,
  { appRoot }: Layout,
  signal: AbortSignal,
): Promise<Answer> {
  try {
    const response = await visit(url, {
      signal,
      redirect: "manual",
      headers: { "Cache-Control": "no-cache" },
    });
    await response.body?.cancel();
    const { status, headers } = response;
    const isGood = status < 400 ||
      (status === 401 && headers.has("WWW-Authenticate"));
    return { status, isGood, text: `HTTP ${statusInWords(status)}` };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (signal.aborted) return { text: "none" };
    return { isFinal: true, text: judgeSilence(url, error, appRoot).message };
  }
}

/**
 * The live site before and after an adoption, as its visitors get it.
 *
 * @module
 */

import { findWorkers } from "./processes.ts";
import {
  type Answer,
  compareAnswers,
  type Difference,
} from "../reports/answers.ts";
import type { Adoption } from "../site/adoption.ts";
import type { Layout } from "../site/layout.ts";
import { readLogTail } from "../site/log.ts";
import { printable } from "../text/shell.ts";
import type { AdoptionPlan } from "./adoption_steps.ts";
import { CommandError } from "./command.ts";
import { pause } from "../text/moment.ts";
import { outcomeOf } from "../site/history.ts";
import { takeBack } from "./take_back.ts";
import type { Io } from "./terminal.ts";
import { visit } from "./visit.ts";

/** What an address answered. */
export interface LiveAnswers {
  url: URL;
  before: [Answer, Answer];
}

const ANSWER_MS = 60_000;
const START_MS = 60_000;
const PAUSE_MS = 500;
const BODY_LIMIT = 2_000_000;

/** Asks the live site twice. */
export async function askLive(url: URL, io: Io): Promise<LiveAnswers> {
  io.progress(`Asking ${printable(url.host)} …`);
  const before: [Answer, Answer] = [await ask(url), await ask(url)];
  io.progress("");
  const [first] = before;
  if ("error" in first) {
    throw new CommandError(
      `Nothing was changed: ${printable(url.host)} does not answer: ${
        printable(first.error)
      }`,
    );
  }
  return { url, before };
}

async function ask(url: URL): Promise<Answer> {
  try {
    const answer = await visit(url, {
      headers: { "Cache-Control": "no-cache", Accept: "text/html,*/*" },
      signal: AbortSignal.timeout(ANSWER_MS),
      redirect: "manual",
    });
    const body = new Uint8Array(
      await new Response(answer.body as ReadableStream<Uint8Array>)
        .arrayBuffer(),
    );
    return {
      status: answer.status,
      headers: [...answer.headers],
      body: body.subarray(0, BODY_LIMIT),
    };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

/** Refuses where everyone could read what is ours. */
export async function refuseShown(
  url: URL,
  { entries }: Pick<AdoptionPlan, "entries">,
): Promise<void> {
  const base = url.href.replace(/[?#].*$/, "").replace(/[^/]*$/, "");
  for (const name of ["config.toml", "shim/last_words.py"]) {
    const answer = await ask(new URL(name, base));
    const content = entries.find(({ path }) => path === name)?.content;
    if ("error" in answer || content === undefined) continue;
    const text = new TextDecoder().decode(answer.body);
    if (text.trim() === "" || !content.startsWith(text.trim().slice(0, 500))) {
      continue;
    }
    throw new CommandError(
      `Nothing was changed: everyone could read ${name} at ${
        printable(new URL(name, base).href)
      }`,
      "Let the web server show another folder than the app root, such as " +
        "public/ in it; or let it close config.toml, shim/ and log/.",
    );
  }
}

/**
 * Waits for the new start and compares; gives the site back where it answers
 * differently.
 */
export async function watchLive(
  { url, before }: LiveAnswers,
  { layout, record, asked }: {
    layout: Layout;
    record: Adoption;
    asked: number;
  },
  io: Io,
): Promise<Difference[]> {
  const end = asked + START_MS;
  let after = await ask(url);
  const compare = () => compareAnswers(url.pathname, before, after);
  // The old process answers as it did: what differs is of the new one.
  while (io.host.now() < end && compare().length === 0) {
    io.progress("Waiting for the new process …");
    if (outcomeOf(readLogTail(layout.log), asked)) break;
    await pause(PAUSE_MS, new AbortController().signal);
    after = await ask(url);
  }
  after = await ask(url);
  io.progress("");
  const differences = compare();
  if (differences.length > 0) await takeBack(layout, record, io, {});
  else if (!outcomeOf(readLogTail(layout.log), asked)) {
    io.narrate(
      `warning: no new start was seen within ${START_MS / 1000} seconds; ` +
        "the answer may be the one of the old process",
    );
  }
  return differences;
}

/** Whether a process of the site runs here that was started by us. */
export function isRunning({ hostMain }: Layout, io: Io): boolean {
  return (findWorkers([hostMain], io.host) ?? []).length > 0;
}

/**
 * The text that Python's `faulthandler` writes when a process hangs or dies.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import type { Frame } from "./failure.ts";

const FRAME_REGEXP = /^ {2}File "(.*)", line (\d+)(?: in (.*))?$/;
const THREAD_REGEXP = /^(Current thread|Thread) /;

/**
 * Reads where Python stood, the outermost frame first. Of several threads it
 * is the one that failed, or else the main thread, which comes last.
 *
 * @param ownFile The worker's own file, whose frames say nothing to a user
 */
export function parseFaultDump(text: string, ownFile: string): Frame[] {
  const threads: { current: boolean; frames: Frame[] }[] = [];
  for (const line of text.split("\n")) {
    const thread = THREAD_REGEXP.exec(line);
    if (thread) {
      threads.push({ current: thread[1] === "Current thread", frames: [] });
      continue;
    }
    const frame = FRAME_REGEXP.exec(line);
    if (!frame) continue;
    threads.at(-1)?.frames.unshift({
      file: frame[1]!,
      line: Number(frame[2]),
      function: frame[3] ?? "?",
    });
  }
  const told = threads.find((thread) => thread.current) ?? threads.at(-1);
  return (told?.frames ?? []).filter((frame) =>
    frame.file !== ownFile && !frame.file.startsWith("<")
  );
}

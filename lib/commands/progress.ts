/**
 * What a command does while somebody waits for it: one line of the terminal
 * that is rewritten.
 *
 * @module
 */

import type { Io } from "./terminal.ts";

const TICK_MS = 1_000;

/**
 * Tells of work until it is done.
 *
 * @param tell Makes the line, by the seconds since the work began
 */
export async function showProgress<T>(
  work: Promise<T>,
  io: Io,
  tell: (seconds: number) => string,
): Promise<T> {
  const begun = io.host.now();
  const show = () =>
    io.progress(tell(Math.round((io.host.now() - begun) / 1000)));
  show();
  const timer = setInterval(show, TICK_MS);
  try {
    return await work;
  } finally {
    clearInterval(timer);
    io.progress("");
  }
}

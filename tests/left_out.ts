/**
 * Tests that a machine cannot run are left out loudly, with the reason.
 *
 * @module
 */

import process from "node:process";

/** How a line begins that says what was left out; `all.ts` repeats them. */
export const LEFT_OUT = "left out: ";

/**
 * Says that tests are left out, if there is a reason.
 *
 * @returns whether there is, for the `ignore` of `Deno.test`
 */
export function leaveOut(what: string, reason: string | undefined): boolean {
  if (reason === undefined) return false;
  process.stderr.write(`${LEFT_OUT}${what}: ${reason}\n`);
  return true;
}

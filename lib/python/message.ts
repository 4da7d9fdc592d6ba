/**
 * Source lines, taken out of what Python says and prints: no page tells them.
 *
 * Works on plain text, before any escaping. Runs on Node and Deno.
 *
 * @module
 */

import { type PythonException, relatives } from "./failure.ts";

/**
 * Leaves out the tracebacks in what a program printed, and warnings' lines:
 * they quote the source. The exceptions' own words stay, but for those of the
 * one that is told anyway.
 */
export function blankSource(
  lines: readonly string[],
  raised?: PythonException,
): string[] {
  const told: string[] = [];
  const known: string[] = [];
  for (const each of relatives(raised)) {
    known.push(`${each.type}: ${each.message.split("\n")[0]}`);
  }
  // The first lines may be the rest of a traceback whose head is cut off.
  let quoted = true;
  for (const line of lines) {
    const bare = line.replace(GROUP_REGEXP, "");
    if (TRACEBACK_REGEXP.test(bare)) quoted = true;
    else if (!quoted || !/^\s/.test(bare)) {
      quoted = WARNING_REGEXP.test(bare);
      told.push(line);
    }
  }
  return told.filter((line) =>
    !DRAWN_REGEXP.test(line) && !known.includes(line)
  );
}

/** Marks of an exception group. */
const GROUP_REGEXP = /^(?: {2})*[|+](?:-+ \d+ -+$| ?)/;
const TRACEBACK_REGEXP =
  /^\s*File ".*", line \d+|^(?:Exception Group )?Traceback \(most recent|^(?:During handling of|The above exception was)|^\s*$/;
const WARNING_REGEXP = /:\d+: \w*Warning: /;
/** How debuggers and other programs show source. */
const DRAWN_REGEXP = /^\s*[│╭╰❱┃]|^(?:\(Pdb\) ?)*-> /;

/** Some messages of a SyntaxError end in a part of the line. */
export function blankQuote(type: string, message: string): string {
  return /^(?:Syntax|Indentation|Tab)Error$/.test(type)
    ? message.replace(/\. Did you mean [\s\S]*$/, "")
    : message;
}

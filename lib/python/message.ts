/**
 * What an exception says, taken out of the texts that repeat it: a page tells
 * it once, or not at all.
 *
 * Works on plain text, before any escaping. Runs on Node and Deno.
 *
 * @module
 */

import { LEFT_OUT } from "../site/redaction.ts";
import { printable } from "../text/shell.ts";
import { firstLine, type PythonException, relatives } from "./failure.ts";

/** A shorter message is too likely to be part of another word. */
const SHORTEST_SAID = 3;

/** From this length on, a message may be shortened where it is told. */
const LONG_SAID = 40;

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

/** Takes what an exception and its causes say out of a text. */
export function blankException(
  text: string,
  raised: PythonException | undefined,
): string {
  let rest = text;
  for (const each of relatives(raised)) {
    const said = printable(firstLine(each.message));
    if (said.length < SHORTEST_SAID) continue;
    rest = rest.replaceAll(`: ${said}`, "").replaceAll(said, LEFT_OUT);
    rest = withoutBeginning(rest, said);
  }
  return rest;
}

/** Takes out the beginning of a long text, which was cut. */
function withoutBeginning(text: string, said: string): string {
  if (said.length < LONG_SAID) return text;
  const start = text.indexOf(said.slice(0, LONG_SAID));
  if (start < 0) return text;
  let size = LONG_SAID;
  while (size < said.length && text[start + size] === said[size]) size++;
  const before = text.slice(0, start).replace(/: $/, "");
  const after = text.slice(start + size).replace(/^…/, "");
  return before.length < start ? before + after : before + LEFT_OUT + after;
}

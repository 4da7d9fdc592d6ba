/**
 * What is taken out of a text before it is shown: configured values at every
 * level of detail, paths and names of users where the settings ask for less.
 *
 * Layer 3. Works on plain text, before any escaping. Runs on Node and Deno.
 *
 * @module
 */

import { type PythonException, relatives } from "./failure.ts";
import { printable } from "./shell.ts";

/** Stands where a configured value was. */
export const BLANK = "•••";

/** Stands where a path or the name of a user was. */
const LEFT_OUT = "…";

/** Shorter values are too likely to be part of any other word. */
export const SHORTEST_SECRET = 4;

/** A shorter message is too likely to be part of another word. */
const SHORTEST_SAID = 3;

/** From this length on, a text may have been cut in the middle of a value. */
const POSSIBLY_CUT = 500;

/**
 * Blanks every configured value out of a text, also where it is part of a
 * longer word, quoted by Python, or percent-encoded. The paths in `keep` stay
 * readable where a value is no more than a part of them: a value such as the
 * site's own folder must not make a finding unreadable.
 */
export function blankSecrets(
  text: string,
  secrets: readonly string[],
  keep: readonly string[] = [],
): string {
  const forms = secrets.flatMap(formsOf);
  const kept = keep.flatMap((path) => spansOf(text, path));
  const blank = new Array<boolean>(text.length).fill(false);
  for (const form of forms) {
    for (
      const [start, end] of [...spansOf(text, form), ...cutOff(text, form)]
    ) {
      const isKept = kept.some(([from, to]) => from <= start && end <= to);
      if (!isKept) blank.fill(true, start, end);
    }
  }
  return [...blank.keys()].map((index) => {
    if (!blank[index]) return text[index];
    return blank[index - 1] ? "" : BLANK;
  }).join("");
}

/**
 * Blanks absolute paths out of a text. Below the site directory the last name
 * stays (`…/credentials.env`), as it tells the owner what is meant; elsewhere
 * even that could be the name of a person. `known` are paths that the text is
 * likely to hold; only by them, or by quotes, is a path with blanks in it
 * recognised as one.
 */
export function blankPaths(
  text: string,
  siteDirectory: string,
  known: readonly string[] = [],
): string {
  const shorten = (path: string) => shortPath(path, siteDirectory);
  let rest = text.replace(
    QUOTED_PATH_REGEXP,
    (_, quote, path) => quote + shorten(path) + quote,
  );
  for (const path of byLength([siteDirectory, ...known])) {
    if (!path.startsWith("/") || path === "/") continue;
    const start = escapeRegExp(path);
    rest = rest.replace(
      new RegExp(`${start}(?!\\w)[^\\s"'\`<>]*`, "g"),
      shorten,
    );
  }
  return rest.replace(PATH_REGEXP, shorten);
}

function shortPath(path: string, siteDirectory: string): string {
  const end = path.search(/[.,;:!?)\]}]+$/);
  const bare = end > 0 ? path.slice(0, end) : path;
  const trailing = path.slice(bare.length);
  const isInside = siteDirectory.length > 1 &&
    bare.startsWith(`${siteDirectory}/`) && !bare.includes("/..");
  const name = bare.slice(siteDirectory.length).split("/").filter(Boolean)
    .at(-1);
  return isInside && name !== undefined
    ? `${LEFT_OUT}/${name}${trailing}`
    : `${LEFT_OUT}${trailing}`;
}

/** Blanks the names of users and groups out of a text, as whole words. */
export function blankNames(text: string, names: readonly string[]): string {
  return byLength(names).filter((name) => name.length > 1).reduce(
    (rest, name) =>
      rest.replace(
        new RegExp(`(?<![\\w-])${escapeRegExp(name)}(?![\\w-])`, "g"),
        LEFT_OUT,
      ),
    text,
  );
}

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
    const said = printable(each.message.split("\n")[0]!).trim();
    if (said.length < SHORTEST_SAID) continue;
    rest = rest.replaceAll(`: ${said}`, "").replaceAll(said, LEFT_OUT);
  }
  return rest;
}

const QUOTED_PATH_REGEXP = /(["'`])(~?\/[^"'`\n]*|~[\w.-]+\/[^"'`\n]*)\1/g;
// A path in running text; a following word with a slash in it belongs to it,
// as it is more likely the rest of a path with a blank than anything else.
const PATH_REGEXP =
  /(?<![\w…/])(?:~[\w.-]*)?\/[^\s"'`<>]+(?:[ \t]+[^\s"'`<>…]*\/[^\s"'`<>]*)*/g;

/** The ways in which a program may print a value. */
function formsOf(secret: string): string[] {
  const lines = secret.split(/\r?\n/).map((line) => line.trim());
  const quoted = JSON.stringify(secret).slice(1, -1);
  const repr = quoted.replaceAll('\\"', '"');
  // Half a surrogate pair cannot be percent-encoded.
  const whole = secret.replace(/\p{Surrogate}/gu, "\ufffd");
  const forms = [
    secret,
    ...lines,
    quoted,
    repr,
    repr.replaceAll("'", "\\'"),
    printable(secret),
    encodeURIComponent(whole),
  ];
  return [...new Set(forms)]
    .filter((form) => form.trim().length >= SHORTEST_SECRET);
}

type Span = [start: number, end: number];

function spansOf(text: string, word: string): Span[] {
  const spans: Span[] = [];
  if (word === "") return spans;
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    spans.push([at, at + word.length]);
  }
  return spans;
}

/** Where a long text ends in the beginning of a value. */
function cutOff(text: string, form: string): Span[] {
  if (text.length < POSSIBLY_CUT) return [];
  const end = text.replace(/(?:…|\.\.\.)$/, "").length;
  for (let size = form.length - 1; size >= SHORTEST_SECRET; size--) {
    const start = end - size;
    if (start >= 0 && text.startsWith(form.slice(0, size), start)) {
      return [[start, end]];
    }
  }
  return [];
}

function byLength(words: readonly string[]): string[] {
  return [...words].sort((a, b) => b.length - a.length);
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
}

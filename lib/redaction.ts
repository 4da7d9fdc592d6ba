/**
 * What is taken out of a text before it is shown: configured values at every
 * level of detail, paths and names of users where the settings ask for less.
 *
 * Layer 3. Works on plain text, before any escaping. Runs on Node and Deno.
 *
 * @module
 */

import { printable } from "./shell.ts";

/** Stands where a configured value was. */
export const BLANK = "•••";

/** Stands where a path or the name of a user was. */
export const LEFT_OUT = "…";

/** Shorter values are too likely to be part of any other word. */
const SHORTEST_SECRET = 4;

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

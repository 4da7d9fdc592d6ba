/**
 * Shell commands that are safe to paste: every word quoted as needed.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

const PLAIN_WORD_REGEXP = /^[A-Za-z0-9_@%+=:,./-]+$/;
/**
 * Control characters, those of C1 too, line separators, and what turns the
 * direction of a text.
 */
export const UNPRINTABLE_REGEXP: RegExp =
  // deno-lint-ignore no-control-regex -- they are what is looked for
  /[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/;
const UNPRINTABLE_GLOBAL_REGEXP = new RegExp(UNPRINTABLE_REGEXP, "g");

/**
 * Quotes one word for a POSIX shell. Words with control characters use
 * `$'…'`, which bash, zsh and ksh understand, so that a command stays one
 * visible line.
 */
export function quoteWord(word: string): string {
  if (PLAIN_WORD_REGEXP.test(word)) return word;
  if (!UNPRINTABLE_REGEXP.test(word)) {
    return `'${word.replaceAll("'", `'\\''`)}'`;
  }
  const escaped = word.replaceAll("\\", "\\\\").replaceAll("'", "\\'");
  return `$'${escaped.replace(UNPRINTABLE_GLOBAL_REGEXP, escapeBytes)}'`;
}

/**
 * Joins words to a command line, quoting each; a path that begins with `-`
 * is kept from being read as an option.
 */
export function shellCommand(...words: string[]): string {
  return words.map(quoteWord).join(" ");
}

/** Makes a text safe to print on one line: control characters as `\xNN`. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE_GLOBAL_REGEXP, escapeBytes);
}

function escapeBytes(character: string): string {
  return [...new TextEncoder().encode(character)]
    .map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("");
}

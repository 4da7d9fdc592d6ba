/**
 * What is known of a kind of finding before any site is looked at: how bad it
 * is, and the words that `explain`, the documentation and the pages use.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

/** The rule behind the findings of one code. */
export interface Rule {
  /** How bad a finding of this code is. */
  severity: "error" | "warning" | "advice";
  /** What is wrong, in a few words: the heading of its page. */
  title: string;
  /** Why it matters to the owner of the site; one or two sentences. */
  why: string;
  /** How to mend it; one to four sentences. */
  mend: string;
  /** How it looks: a command, a line of a file, or a message. */
  example: string;
}

/** The rules of one family, by code. */
export type Rules = Readonly<Record<string, Rule>>;

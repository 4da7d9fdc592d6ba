/**
 * What is known of a kind of finding before any site is looked at: how bad it
 * is, and the words that `explain`, the documentation and the pages use.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { accessWords } from "./access.ts";
import { applicationWords } from "./application.ts";
import { causeWords } from "./cause.ts";
import { configWords } from "./config.ts";
import { environmentWords } from "./environment.ts";
import { exposureWords } from "./exposure.ts";
import { failureWords } from "./failure.ts";
import { layoutWords } from "./layout.ts";
import { outsideWords } from "./outside.ts";
import { passengerWords } from "./passenger.ts";
import { protectionWords } from "./protection.ts";
import { pythonWords } from "./python.ts";
import { resourcesWords } from "./resources.ts";
import { secretsWords } from "./secrets.ts";

/** What is said of all findings of one code. */
export interface Words {
  /** How bad a finding of this code is. */
  severity: "error" | "warning" | "advice";
  /** What is wrong, in a few words: the heading of its page. */
  title: string;
  /**
   * Why it matters to the owner of the site, in one or two sentences; absent
   * where the title says all.
   */
  why?: string;
  /**
   * What stands behind it, and so what mends it, is another from case to case:
   * `mend` is no more than what often does. Of all causes of a failure.
   */
  varies?: true;
  /** How to mend it; one to four sentences. */
  mend: string;
  /** How it looks: a command, a line of a file, or a message. */
  example: string;
}

/** Words by code. */
export type WordsByCode = Readonly<Record<string, Words>>;

/** The families, in the order in which a site is looked at. */
export const FAMILIES: readonly { title: string; codes: WordsByCode }[] = [
  { title: "Files and folders of the site", codes: layoutWords },
  { title: "config.toml", codes: configWords },
  { title: "Access", codes: accessWords },
  { title: "Protection", codes: protectionWords },
  { title: "Python", codes: pythonWords },
  { title: "The application's files", codes: applicationWords },
  { title: "The start of the application", codes: failureWords },
  { title: "What stands behind a failure", codes: causeWords },
  { title: "Secret files", codes: secretsWords },
  { title: "Environment and login files", codes: environmentWords },
  { title: "Passenger and the web server", codes: passengerWords },
  { title: "Resources", codes: resourcesWords },
  { title: "Exposure", codes: exposureWords },
  { title: "The site from outside", codes: outsideWords },
];

/** The name of what is wrong: stable, and never used for another. */
export type Code =
  | keyof typeof layoutWords
  | keyof typeof configWords
  | keyof typeof accessWords
  | keyof typeof protectionWords
  | keyof typeof pythonWords
  | keyof typeof applicationWords
  | keyof typeof failureWords
  | keyof typeof causeWords
  | keyof typeof secretsWords
  | keyof typeof environmentWords
  | keyof typeof passengerWords
  | keyof typeof resourcesWords
  | keyof typeof exposureWords
  | keyof typeof outsideWords;

/** The words of every code. */
export const WORDS = Object.assign(
  {},
  ...FAMILIES.map(({ codes }) => codes),
) as WordsByCode;

/** Tells whether a text is a code. */
export function isCode(text: string): text is Code {
  return Object.hasOwn(WORDS, text);
}

/** Tells whether a code's own mend is that of every finding of it. */
export function hasOneMend(code: string): boolean {
  return isCode(code) && !WORDS[code]!.varies &&
    !Object.hasOwn(causeWords, code) && !Object.hasOwn(failureWords, code);
}

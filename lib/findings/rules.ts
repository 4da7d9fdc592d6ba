/**
 * What is known of a kind of finding before any site is looked at: how bad it
 * is, and the words that `explain`, the documentation and the pages use.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { accessRules } from "./access.ts";
import { applicationRules } from "./application.ts";
import { causeRules } from "./cause.ts";
import { configRules } from "./config.ts";
import { environmentRules } from "./environment.ts";
import { exposureRules } from "./exposure.ts";
import { failureRules } from "./failure.ts";
import { layoutRules } from "./layout.ts";
import { outsideRules } from "./outside.ts";
import { passengerRules } from "./passenger.ts";
import { protectionRules } from "./protection.ts";
import { pythonRules } from "./python.ts";
import { resourcesRules } from "./resources.ts";
import { secretsRules } from "./secrets.ts";

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

/** Rules by code. */
export type Rules = Readonly<Record<string, Rule>>;

/** The families, in the order in which a site is looked at. */
export const FAMILIES: readonly { title: string; rules: Rules }[] = [
  { title: "Files and folders of the site", rules: layoutRules },
  { title: "config.toml", rules: configRules },
  { title: "Access", rules: accessRules },
  { title: "Protection", rules: protectionRules },
  { title: "Python", rules: pythonRules },
  { title: "The application's files", rules: applicationRules },
  { title: "The start of the application", rules: failureRules },
  { title: "What stands behind a failure", rules: causeRules },
  { title: "Secret files", rules: secretsRules },
  { title: "Environment and login files", rules: environmentRules },
  { title: "Passenger and the web server", rules: passengerRules },
  { title: "Resources", rules: resourcesRules },
  { title: "Exposure", rules: exposureRules },
  { title: "The site from outside", rules: outsideRules },
];

/** The name of a rule: stable, and never used for another. */
export type Code =
  | keyof typeof layoutRules
  | keyof typeof configRules
  | keyof typeof accessRules
  | keyof typeof protectionRules
  | keyof typeof pythonRules
  | keyof typeof applicationRules
  | keyof typeof failureRules
  | keyof typeof causeRules
  | keyof typeof secretsRules
  | keyof typeof environmentRules
  | keyof typeof passengerRules
  | keyof typeof resourcesRules
  | keyof typeof exposureRules
  | keyof typeof outsideRules;

/** Every rule by its code. */
export const RULES = Object.assign(
  {},
  ...FAMILIES.map(({ rules }) => rules),
) as Rules;

/** Tells whether a text is the code of a rule. */
export function isCode(text: string): text is Code {
  return Object.hasOwn(RULES, text);
}

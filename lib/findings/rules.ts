/**
 * All rules, family by family. `explain` and the reference of findings are
 * made from them.
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
import { failureRules } from "./failure.ts";
import { exposureRules } from "./exposure.ts";
import { layoutRules } from "./layout.ts";
import { outsideRules } from "./outside.ts";
import { passengerRules } from "./passenger.ts";
import { protectionRules } from "./protection.ts";
import { pythonRules } from "./python.ts";
import { resourcesRules } from "./resources.ts";
import { secretsRules } from "./secrets.ts";
import type { Code } from "./codes.ts";
import type { Rule } from "./rule.ts";

export type { Code };

const ALL = {
  ...layoutRules,
  ...accessRules,
  ...protectionRules,
  ...configRules,
  ...pythonRules,
  ...applicationRules,
  ...failureRules,
  ...causeRules,
  ...secretsRules,
  ...environmentRules,
  ...passengerRules,
  ...resourcesRules,
  ...outsideRules,
  ...exposureRules,
};

/** A rule whose code is missing from `codes.ts` does not pass here. */
type Named = { [Name in keyof typeof ALL]: Name extends Code ? Rule : never };

/** Every rule by its code. */
export const RULES: Readonly<Record<Code, Rule>> = ALL satisfies Named;

/** Tells whether a text is the code of a rule. */
export function isCode(text: string): text is Code {
  return Object.hasOwn(RULES, text);
}

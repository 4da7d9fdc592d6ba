/**
 * All rules, family by family. `explain` and the reference of findings are
 * made from them.
 *
 * Layer 0. Runs on Node and Deno.
 *
 * @module
 */

import { accessRules } from "./access.ts";
import { applicationRules } from "./application.ts";
import { configRules } from "./config.ts";
import { environmentRules } from "./environment.ts";
import { failureRules } from "./failure.ts";
import { exposureRules } from "./exposure.ts";
import { layoutRules } from "./layout.ts";
import { passengerRules } from "./passenger.ts";
import { protectionRules } from "./protection.ts";
import { pythonRules } from "./python.ts";
import { resourcesRules } from "./resources.ts";
import { secretsRules } from "./secrets.ts";
import type { Rule } from "./rule.ts";

const ALL = {
  ...layoutRules,
  ...accessRules,
  ...protectionRules,
  ...configRules,
  ...pythonRules,
  ...applicationRules,
  ...failureRules,
  ...secretsRules,
  ...environmentRules,
  ...passengerRules,
  ...resourcesRules,
  ...exposureRules,
};

/** The name of a rule: stable, and never used for another. */
export type Code = keyof typeof ALL;

/** Every rule by its code. */
export const RULES: Readonly<Record<Code, Rule>> = ALL;

/** Tells whether a text is the code of a rule. */
export function isCode(text: string): text is Code {
  return Object.hasOwn(RULES, text);
}

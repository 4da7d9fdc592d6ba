/**
 * The pages of the rules: for `wsgi-shim explain`, and all of them as
 * `docs/findings.md`. One source for both.
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
import { type Code, RULES } from "./rules.ts";
import { outsideRules } from "./outside.ts";
import { passengerRules } from "./passenger.ts";
import { protectionRules } from "./protection.ts";
import { pythonRules } from "./python.ts";
import { resourcesRules } from "./resources.ts";
import type { Rule, Rules } from "./rule.ts";
import { secretsRules } from "./secrets.ts";
import { alignRows, COLUMNS, wrapText } from "../text/wrap.ts";

/** How a page is written. */
export interface RenderRuleOptions {
  /** Columns of the text. @default {80} */
  width?: number;
}

/** The families, in the order in which a site is looked at. */
const FAMILIES: readonly { title: string; rules: Rules }[] = [
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

const SEVERITIES: Record<Rule["severity"], string> = {
  error: "Error: the site cannot or must not run.",
  warning: "Warning: the site runs, but this will cause trouble.",
  advice: "Advice: good practice.",
};

/** The page of a rule, as plain text. */
export function renderRule(
  code: Code,
  { width = COLUMNS }: RenderRuleOptions = {},
): string {
  const rule = RULES[code];
  const paragraph = (text: string) => wrapText(text, { columns: width });
  const example = rule.example.split("\n").map((line) => `    ${line}`);
  return [
    `${code} (${rule.severity})`,
    "",
    paragraph(`${rule.title}.`),
    "",
    paragraph(rule.why),
    "",
    "What to do",
    paragraph(rule.mend),
    "",
    "Example",
    ...example,
  ].join("\n");
}

/** All codes with their titles, family by family. */
export function renderRuleIndex(
  { width = COLUMNS }: RenderRuleOptions = {},
): string {
  const codes = Object.keys(RULES);
  const longest = Math.max(...codes.map((code) => code.length));
  const blocks = FAMILIES.map(({ title, rules }) => {
    const rows = Object.entries(rules).map(([code, rule]) =>
      [code.padEnd(longest), rule.title] as const
    );
    return `${title}\n${alignRows(rows, { columns: width })}`;
  });
  return blocks.join("\n\n");
}

/** Every page, as Markdown: `docs/findings.md`. */
export function renderFindingsReference(): string {
  const parts = [
    "# Findings",
    "",
    "Everything that `wsgi-shim check`, the error page and the log can report. Each finding has a code that never changes; `wsgi-shim explain CODE` prints its page.",
    "",
    "<!-- Made from lib/findings/: do not edit. -->",
    "",
  ];
  for (const severity of Object.values(SEVERITIES)) parts.push(`- ${severity}`);
  for (const { title, rules } of FAMILIES) {
    parts.push("", `## ${title}`);
    for (const [code, rule] of Object.entries(rules)) {
      parts.push("", ...renderMarkdown(code, rule));
    }
  }
  return parts.join("\n") + "\n";
}

function renderMarkdown(code: string, rule: Rule): string[] {
  return [
    `### ${code}`,
    "",
    `**${escapeMarkdown(rule.title)}** (${rule.severity})`,
    "",
    escapeMarkdown(rule.why),
    "",
    escapeMarkdown(rule.mend),
    "",
    "```text",
    rule.example,
    "```",
  ];
}

/** Outside of `code`, letters that Markdown would take for its own. */
function escapeMarkdown(text: string): string {
  return text.split(/(`[^`]*`)/).map((part) =>
    part.startsWith("`") ? part : part.replace(/[\\*_<>]/g, "\\$&")
  ).join("");
}

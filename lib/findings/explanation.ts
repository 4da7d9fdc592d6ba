/**
 * The pages of the rules: for `wsgi-shim explain`, and all of them as
 * `docs/findings.md`. One source for both.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { type Code, FAMILIES, type Rule, RULES } from "./rules.ts";
import { alignRows, COLUMNS, wrapText } from "../text/wrap.ts";

/** How a page is written. */
export interface RenderRuleOptions {
  /** Columns of the text. @default {80} */
  width?: number;
}

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
  const rule = RULES[code]!;
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

/** The page of a rule, for programs. */
export function renderRuleJson(code: Code): string {
  return JSON.stringify({ version: 1, code, ...RULES[code] }, null, 2);
}

/** All rules, for programs. */
export function renderRulesJson(): string {
  const findings = Object.entries(RULES)
    .map(([code, rule]) => ({ code, ...rule }));
  return JSON.stringify({ version: 1, findings }, null, 2);
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

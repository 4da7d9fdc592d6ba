/**
 * The pages of the codes: for `wsgi-shim explain`, and all of them as
 * `docs/findings.md`. One source for both.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { type Code, FAMILIES, WORDS, type Words } from "./words.ts";
import { alignRows, COLUMNS, wrapText } from "../text/wrap.ts";

/** How a page is written. */
export interface ExplanationOptions {
  /** Columns of the text. @default {80} */
  width?: number;
}

const SEVERITIES: Record<Words["severity"], string> = {
  error: "Error: the site cannot or must not run.",
  warning: "Warning: the site runs, but this will cause trouble.",
  advice: "Advice: good practice.",
};

/** The page of a code, as plain text. */
export function renderExplanation(
  code: Code,
  { width = COLUMNS }: ExplanationOptions = {},
): string {
  const words = WORDS[code]!;
  const paragraph = (text: string) => wrapText(text, { columns: width });
  const example = words.example.split("\n").map((line) => `    ${line}`);
  return [
    `${code} (${words.severity})`,
    "",
    paragraph(`${words.title}.`),
    "",
    ...words.why ? [paragraph(words.why), ""] : [],
    "What to do",
    paragraph(words.mend),
    "",
    "Example",
    ...example,
  ].join("\n");
}

/** All codes with their titles, family by family. */
export function renderExplanationIndex(
  { width = COLUMNS }: ExplanationOptions = {},
): string {
  const codes = Object.keys(WORDS);
  const longest = Math.max(...codes.map((code) => code.length));
  const blocks = FAMILIES.map(({ title, codes }) => {
    const rows = Object.entries(codes).map(([code, words]) =>
      [code.padEnd(longest), words.title] as const
    );
    return `${title}\n${alignRows(rows, { columns: width })}`;
  });
  return blocks.join("\n\n");
}

/** The page of a code, for programs. */
export function renderExplanationJson(code: Code): string {
  return JSON.stringify({ version: 1, ...toldOf(code) }, null, 2);
}

/** The pages of all codes, for programs. */
export function renderExplanationsJson(): string {
  const findings = (Object.keys(WORDS) as Code[]).map(toldOf);
  return JSON.stringify({ version: 1, findings }, null, 2);
}

function toldOf(code: Code) {
  const { severity, title, why, mend, example } = WORDS[code]!;
  return { code, severity, title, why, mend, example };
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
  for (const { title, codes } of FAMILIES) {
    parts.push("", `## ${title}`);
    for (const [code, words] of Object.entries(codes)) {
      parts.push("", ...renderMarkdown(code, words));
    }
  }
  return parts.join("\n") + "\n";
}

function renderMarkdown(code: string, words: Words): string[] {
  return [
    `### ${code}`,
    "",
    `**${escapeMarkdown(words.title)}** (${words.severity})`,
    "",
    ...words.why ? [escapeMarkdown(words.why), ""] : [],
    escapeMarkdown(words.mend),
    "",
    "```text",
    words.example,
    "```",
  ];
}

/** Outside of `code`, letters that Markdown would take for its own. */
function escapeMarkdown(text: string): string {
  return text.split(/(`[^`]*`)/).map((part) =>
    part.startsWith("`") ? part : part.replace(/[\\*_<>]/g, "\\$&")
  ).join("");
}

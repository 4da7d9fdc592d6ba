/**
 * `wsgi-shim explain`: the page of a finding.
 *
 * @module
 */

import {
  renderExplanation,
  renderExplanationIndex,
  renderExplanationJson,
  renderExplanationsJson,
} from "../findings/explanation.ts";
import { isCode, WORDS } from "../findings/words.ts";
import { quoteWord } from "../text/shell.ts";
import { suggest } from "../text/suggestion.ts";
import type { ExitCode, Io } from "./terminal.ts";
import { parseArguments } from "./arguments.ts";
import { command, type Usage, UsageError } from "./command.ts";

/** What `explain` was asked for. */
export interface ExplainOptions {
  /** Absent: the list of all codes. */
  code?: string;
  json: boolean;
}

export const explainUsage: Usage = {
  name: "explain",
  summary: "Explain a finding: why it matters, and what mends it",
  arguments: [{ name: "CODE", kind: "code", isOptional: true }],
  options: [{ name: "json", meaning: "the same as JSON" }],
  description: [
    "Shows the page of a finding, by the code that check and the error page " +
    "show; without CODE, the list of all.",
  ],
  examples: [
    ["wsgi-shim explain config-syntax", "one of them"],
    ["wsgi-shim explain", "the list"],
  ],
};

/** Parses the arguments of `explain`. */
export function parseExplain(argv: string[]): ExplainOptions {
  const words = parseArguments(argv, explainUsage);
  const [given] = words.positionals;
  // Copied from a report, a code may come with its severity: error[code].
  const code = given && (/\[([a-z0-9-]+)\]/.exec(given)?.[1] ?? given);
  return { code, json: words.has("json") };
}

/** Explains a finding. */
export function runExplain(
  { code, json }: ExplainOptions,
  io: Io,
): Promise<ExitCode> {
  if (code === undefined) {
    io.out(
      json
        ? renderExplanationsJson()
        : renderExplanationIndex({ width: io.columns }),
    );
    return Promise.resolve(0);
  }
  if (!isCode(code)) {
    const codes = Object.keys(WORDS);
    const words = code.split("-");
    const near = suggest(code, codes) ??
      codes.find((one) => words.every((word) => one.includes(word)));
    throw new UsageError(
      `There is no finding ${quoteWord(code)}; ${
        near ? `did you mean ${near}?` : "`wsgi-shim explain` lists all"
      }`,
    );
  }
  io.out(
    json
      ? renderExplanationJson(code)
      : renderExplanation(code, { width: io.columns }),
  );
  return Promise.resolve(0);
}

export const explainCommand = command(explainUsage, parseExplain, runExplain);

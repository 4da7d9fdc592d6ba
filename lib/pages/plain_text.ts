/**
 * A page as plain text, for those who ask for that: a terminal, a mail.
 *
 * Shows what `told.ts` has chosen, which holds nothing that may not be shown.
 * Runs on Node and Deno.
 *
 * @module
 */

import { runnerInWords } from "../findings/finding.ts";
import { printableLines } from "../text/markup.ts";
import { printable } from "../text/shell.ts";
import { alignRows, counted, wrapText } from "../text/wrap.ts";
import type { Told, ToldException, ToldFinding, ToldFrame } from "./told.ts";

const COLUMNS = 78;
const MARGIN = "  ";

/** What a page says to visitors, and what to its owner. */
export interface PlainText {
  title: string;
  /** Paragraphs. */
  sentences: readonly string[];
  owner?: Told;
}

/** Renders a page. */
export function renderPlainText(
  { title, sentences, owner }: PlainText,
): string {
  const parts = [
    title,
    ...sentences.map((text) => paragraph(text)),
    ...owner ? ownerParts(owner) : [],
  ];
  return `${printableLines(parts.join("\n\n"))}\n`;
}

function ownerParts(told: Told): string[] {
  const { findings, ending, exceptions, stack, output, facts } = told;
  const python = [
    ...ending ? [paragraph(`${ending}.`, MARGIN)] : [],
    ...exceptions.flatMap(exceptionLines),
    ...stack?.length
      ? [`${MARGIN}Where it stood:`, ...stack.map(frameLine)]
      : [],
  ];
  return [
    heading("For the owner of this site"),
    ...findings.map(findingText),
    ...python.length > 0
      ? [`What Python reported:\n\n${python.join("\n")}`]
      : [],
    ...output?.length
      ? [
        `The last lines that it printed:\n\n${
          output.map((line) => MARGIN + line).join("\n")
        }`,
      ]
      : [],
    alignRows(
      Object.entries(facts).map(([name, value]) => [name, printable(value)]),
      { indent: 0, columns: Infinity },
    ),
    `Read the log:\n\n${MARGIN}${told.commands.logs}`,
  ];
}

function heading(text: string): string {
  return `${text}\n${"-".repeat(text.length)}`;
}

function paragraph(text: string, margin = ""): string {
  return wrapText(text, { columns: COLUMNS, first: margin, rest: margin });
}

function findingText(found: ToldFinding): string {
  const { severity, code, title, message, place, fix, why } = found;
  const position = [place?.line, place?.line && place.column]
    .filter((part) => part !== undefined).map((part) => `:${part}`).join("");
  const key = place?.key ? ` (${place.key})` : "";
  const at = place?.file ? `${place.file}${position}${key}` : place?.key;
  return [
    `${severity}[${code}] ${title}`,
    ...message ? [paragraph(printable(message), MARGIN)] : [],
    ...at ? [`${MARGIN}at ${printable(at)}`] : [],
    ...fix && "command" in fix
      ? [`${MARGIN}What mends it:`, `${MARGIN}${MARGIN}${fix.command}`]
      : fix
      ? [paragraph(`What mends it: ${printable(fix.text)}`, MARGIN)]
      : [],
    ...fix && "by" in fix && fix.by
      ? [paragraph(printable(`${runnerInWords(fix.by)}.`), MARGIN + MARGIN)]
      : [],
    ...why ? [paragraph(`Why it matters: ${why}`, MARGIN)] : [],
  ].join("\n");
}

function exceptionLines(
  raised: ToldException,
  index: number,
): string[] {
  const { type, message, frames, framesLeftOut, incidental, inGroup } = raised;
  const relation = inGroup
    ? "One of the group:"
    : incidental
    ? "Raised while this was handled:"
    : "Caused by:";
  const [first = "", ...rest] = (message ?? "").trimEnd().split("\n");
  return [
    ...index > 0 ? ["", `${MARGIN}${relation}`] : [],
    ...framesLeftOut
      ? [
        `${MARGIN}${counted(framesLeftOut, "frame")} in the middle left out`,
      ]
      : [],
    ...(frames ?? []).map(frameLine),
    `${MARGIN}${type}${first && `: ${first}`}`,
    ...rest.map((line) => `${MARGIN}${MARGIN}${line}`),
  ];
}

function frameLine({ file, line, function: name }: ToldFrame): string {
  return `${MARGIN}${printable(file)}:${line} in ${printable(name)}`;
}

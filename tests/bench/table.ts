/**
 * The numbers as a table: aligned, fit for a terminal and for Markdown.
 *
 * @module
 */

import type { Case, Column, Target } from "./cases.ts";
import { median } from "./measures.ts";

/** The numbers of one case, by round. */
export type Rounds = Partial<Record<Column, number[]>>;

const HEADS: Record<Column, string> = {
  native: "Passenger's loader",
  shim: "wsgi-shim",
  mod_wsgi: "mod_wsgi",
  gunicorn: "gunicorn",
  other: "beside",
};

/** Renders all cases. */
export function renderTable(results: [Case, Rounds][]): string {
  const columns = (Object.keys(HEADS) as Column[]).filter((column) =>
    results.some(([, rounds]) => rounds[column] !== undefined)
  );
  const rows = [
    ["", ...columns.map((column) => HEADS[column]), "ours beside it", "target"],
    ...results.map(([one, rounds]) => [
      one.name,
      ...columns.map((column) => shown(rounds[column], one.unit)),
      ...verdict(one, rounds),
    ]),
  ];
  const widths = rows[0]!.map((_, at) =>
    Math.max(3, ...rows.map((row) => row[at]!.length))
  );
  const line = (row: string[]) =>
    `| ${row.map((cell, at) => cell.padEnd(widths[at]!)).join(" | ")} |`;
  const [head, ...rest] = rows as [string[], ...string[][]];
  return [head, widths.map((width) => "-".repeat(width)), ...rest]
    .map(line).join("\n");
}

function shown(values: number[] | undefined, unit: Case["unit"]): string {
  if (!values) return "";
  const middle = median(values);
  const digits = unit !== "/s" && middle < 100 ? 1 : 0;
  return `${middle.toFixed(digits)}${unit === "/s" ? unit : ` ${unit}`}`;
}

/** How ours compares, and whether that is enough. */
function verdict(
  { base = "native", target }: Case,
  rounds: Rounds,
): [compared: string, reached: string] {
  const ours = rounds.shim;
  if (!ours) return ["", ""];
  const theirs = rounds[base];
  // Of each round, so that what disturbed both disturbs neither number.
  const ratio = theirs && median(ours.map((value, at) => value / theirs[at]!));
  const more = theirs && median(ours) - median(theirs);
  const compared = target?.kind === "more"
    ? `${more! < 0 ? "" : "+"}${more!.toFixed(1)}`
    : ratio === undefined
    ? ""
    : `${ratio.toFixed(2)} ×`;
  if (!target) return [compared, ""];
  const value = target.kind === "ratio"
    ? ratio!
    : target.kind === "more"
    ? more!
    : median(ours);
  const isReached = "least" in target
    ? value >= target.least
    : value <= target.most;
  return [compared, `${wanted(target)}: ${isReached ? "yes" : "NO"}`];
}

function wanted(target: Target): string {
  if ("least" in target) return `≥ ${target.least} ×`;
  return target.kind === "ratio"
    ? `≤ ${target.most} ×`
    : target.kind === "more"
    ? `≤ +${target.most}`
    : `≤ ${target.most}`;
}

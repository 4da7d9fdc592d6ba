/**
 * Findings as the terminal shows them, and as JSON: the last step of `check`.
 *
 * Pure: from findings, plan and the text of `config.toml` to text.
 * Runs on Node and Deno.
 *
 * @module
 */

import { toJson } from "../text/json.ts";
import { basename, relative } from "node:path";
import { renderCodeFrame } from "../site/code_frame.ts";
import {
  type Finding,
  type Place,
  runnerInWords,
  SEVERITIES,
  type Severity,
} from "../findings/finding.ts";
import type { Outcome } from "../judge/visitors.ts";
import { WORDS } from "../findings/words.ts";
import { type Paint, PLAIN } from "./paint.ts";
import { renderFailure, type ToldFailure } from "./failure_text.ts";
import { renderSourceFrame, type SourceReader } from "./source_frame.ts";
import { printable, shellCommand } from "../text/shell.ts";
import { COLUMNS, counted, listed, widthOf, wrapText } from "../text/wrap.ts";

/** One of the things that were looked at. */
export interface Look {
  /** In a few words; the name of a family of checks. */
  subject: string;
  /** Undefined where there was nothing to be looked at. */
  found?: readonly Finding[];
}

/** What was found on a site. */
export interface Report {
  /** Absolute path. */
  appRoot: string;
  findings: readonly Finding[];
  /** What a visitor gets; undefined where it cannot be known. */
  outcome?: Outcome;
  /** The startup file of a site that runs without us. */
  startupFile?: string;
  /** It may be adopted. @default {false} */
  isNative?: boolean;
  /** The text of `config.toml`, for code frames. */
  configText?: string;
  /** Gives the lines of the site's own code, for the owner's terminal. */
  readSource?: SourceReader;
  /** How the trial start failed. */
  failure?: ToldFailure;
  /** What was looked at, in its order. */
  looks: readonly Look[];
  /** Nothing was found that fails the run. */
  isGood: boolean;
}

/** How a report is shown. */
export interface ReportOptions {
  /** @default {PLAIN} */
  paint?: Paint;
  /** How many columns a line may take. @default {80} */
  columns?: number;
  /** Only what fails the run, and no closing lines. @default {false} */
  isQuiet?: boolean;
  /** Warnings fail the run as well. @default {false} */
  isStrict?: boolean;
  /** Also a list of what was looked at. @default {false} */
  isVerbose?: boolean;
}

/** Renders a report for people. */
export function renderReport(
  report: Report,
  options: ReportOptions = {},
): string {
  const { paint = PLAIN, columns = COLUMNS, isQuiet } = options;
  const shown = shownOf(report, options);
  const explained = new Set<string>();
  const blocks = shown.map((found) => {
    // The reason of a code is told once, however often it was found.
    const why = explained.has(found.code) ? undefined : WORDS[found.code]?.why;
    explained.add(found.code);
    return renderFinding(found, report, { paint, columns, why });
  });
  const { failure, readSource = () => undefined } = report;
  const python = failure && renderFailure(failure, {
    readSource,
    paint,
    columns,
  });
  if (python) blocks.push(python);
  if (isQuiet) return blocks.join("\n\n");
  const ticks = options.isVerbose
    ? [renderTicks(report.looks, { paint, columns })]
    : [];
  return [...ticks, ...blocks, renderClosing(report, { paint, columns })].join(
    "\n\n",
  );
}

/** What of a report was asked for. */
function shownOf(
  { findings }: Report,
  { isQuiet, isStrict }: ReportOptions,
): readonly Finding[] {
  return findings.filter(({ severity }) =>
    !isQuiet || severity === "error" || (isStrict && severity === "warning")
  );
}

/** Renders a report for programs. */
export function renderJson(
  report: Report,
  options: ReportOptions = {},
): string {
  return toJson(
    {
      version: 1,
      appRoot: report.appRoot,
      ok: report.isGood,
      plan: report.outcome?.kind ?? null,
      findings: shownOf(report, options).map((
        { code, severity, message, place, fix },
      ) => ({
        code,
        severity,
        title: WORDS[code]?.title,
        why: WORDS[code]?.why,
        message,
        place,
        fix,
      })),
    },
    2,
  );
}

const KINDS: Readonly<Record<string, string>> = {
  run: "application",
  maintenance: "maintenance page",
  error: "error page",
  server: "the web server's own page",
};

/** What `plan` of an answer as JSON means, in a few words. */
export function kindInWords(plan: unknown): string {
  return KINDS[String(plan)] ?? "unknown";
}

/** What a visitor would get, in words. */
export function outcomeInWords(outcome: Outcome): string {
  switch (outcome.kind) {
    case "run":
      return outcome.application ? "your application" : "the Hello World page";
    case "maintenance":
      return "the maintenance page";
    case "error":
      return "the error page";
    case "server":
      return outcome.isSilent
        ? "nothing; nobody answers at the address"
        : "nothing; visitors get a page of the web server's own";
    default: {
      const unknown: never = outcome;
      throw new TypeError(`Unknown outcome: ${unknown}`);
    }
  }
}

/** How the parts of a report are shown. */
interface LookOptions {
  paint: Paint;
  columns: number;
}

function renderFinding(
  found: Finding,
  report: Report,
  { paint, columns, why }: LookOptions & { why: string | undefined },
): string {
  const colour = paint[found.severity];
  const head = `${found.severity}[${found.code}]`;
  const message = wrapText(`${head}: ${printable(found.message)}`, {
    columns,
    rest: "  ",
  });
  const lines = [colour(head) + message.slice(head.length)];
  const frame = frameOf(found, report, columns);
  const margin = " ".repeat(frame?.margin ?? 1);
  if (found.place) {
    const place = placeInWords(found.place, report.appRoot);
    lines.push(`${margin}${paint.quiet("-->")} ${place}`);
  }
  if (frame) {
    lines.push(...frame.lines.map((line) => paintFrame(line, paint)));
  }
  const rest = `${margin}        `;
  const first = (name: string) => `${margin} = ${name}: `;
  if (found.fix && "command" in found.fix) {
    // A command is never broken, so that it can be copied.
    lines.push(first("fix") + paint.strong(found.fix.command));
    if (found.fix.by) {
      lines.push(
        wrapText(runnerInWords(found.fix.by), { columns, first: rest, rest }),
      );
    }
  } else if (found.fix) {
    const text = printable(found.fix.text);
    lines.push(wrapText(text, { columns, first: first("fix"), rest }));
  }
  if (why) {
    lines.push(
      paint.quiet(wrapText(why, { columns, first: first("why"), rest })),
    );
  }
  return lines.join("\n");
}

const CONFIG = "config.toml";
/** What Python cannot read has mostly begun before. */
const LINES_BEFORE = 2;

function frameOf(
  { code, place }: Finding,
  report: Report,
  columns: number,
) {
  const { configText, appRoot, readSource } = report;
  if (!place?.line) return undefined;
  if (/\.pyw?$/.test(place.file) && readSource) {
    const { file, line, column } = place;
    const before = code === "source-syntax" ? LINES_BEFORE : 0;
    return renderSourceFrame(readSource, {
      ...{ file, line, column, before, columns },
    });
  }
  // Any other file may hold anything.
  if (configText === undefined || relative(appRoot, place.file) !== CONFIG) {
    return undefined;
  }
  return renderCodeFrame(configText, {
    line: place.line,
    column: place.column,
    hasKey: place.key !== undefined,
    columns,
  });
}

function paintFrame(line: string, paint: Paint): string {
  const bar = line.indexOf("|") + 1;
  const rest = line.slice(bar);
  return paint.quiet(line.slice(0, bar)) +
    (/^ *\^+$/.test(rest) ? paint.error(rest) : rest);
}

function placeInWords(place: Place, appRoot: string): string {
  const inside = relative(appRoot, place.file);
  const isInside = inside !== "" && !inside.startsWith("..");
  const name = printable(isInside ? inside : place.file);
  const line = [place.line, place.line && place.column]
    .filter((part) => part !== undefined).map((part) => `:${part}`).join("");
  return `${name}${line}${place.key ? ` (${printable(place.key)})` : ""}`;
}

/** What the families of checks look at; the rest says it itself. */
const SUBJECTS: Readonly<Record<string, string>> = {
  layout: "files and folders of the site",
  config: "every setting of config.toml",
  access: "what the web server and the site's user can reach",
  protection: "who else may write to the site",
  python: "interpreter and virtual environment",
  application: "module, its source, and what it imports",
  secrets: "secret files",
  environment: "variables and login files",
  passenger: "what Passenger, Node and Apache read",
  resources: "disk and limits",
  exposure: "what visitors should not be able to get",
};

/** A line for each thing that was looked at, with a mark for how it is. */
function renderTicks(
  looks: readonly Look[],
  { paint, columns }: LookOptions,
): string {
  return looks.map(({ subject, found }) => {
    const words = SUBJECTS[subject];
    const name = words === undefined ? subject : `${subject}: ${words}`;
    const severity = found &&
      SEVERITIES.find((one) => found.some((each) => each.severity === one));
    const [mark, colour, count] = found === undefined
      ? ["–", paint.quiet, "; not looked at"] as const
      : severity === undefined
      ? ["✓", paint.good, ""] as const
      : [
        severity === "error" ? "✗" : "!",
        paint[severity],
        `; ${countInWords(found)}`,
      ] as const;
    const line = wrapText(`${name}${count}`, {
      columns,
      first: "  ",
      rest: "    ",
    });
    return `${colour(mark)} ${line.slice(2)}`;
  }).join("\n");
}

/** Counts findings by their severity: `2 errors and 1 warning`. */
export function countInWords(findings: readonly Finding[]): string {
  const count = (severity: Severity) =>
    findings.filter((found) => found.severity === severity).length;
  const parts = [
    count("error") && counted(count("error"), "error"),
    count("warning") && counted(count("warning"), "warning"),
    count("advice") && counted(count("advice"), "piece", "pieces") +
      " of advice",
  ].filter((part) => typeof part === "string");
  return listed(parts);
}

/** Something else than the application was seen at the address. */
function isOtherwise({ code }: Finding): boolean {
  return code.startsWith("outside-") &&
    !/-(?:unproven|exposed|elsewhere)$/.test(code);
}

function renderClosing(
  report: Report,
  { paint, columns }: LookOptions,
): string {
  const { appRoot, findings, outcome, looks, isGood } = report;
  const { startupFile } = report;
  const adopting = report.isNative && isGood
    ? [
      beside(
        "To let it explain itself:",
        shellCommand("wsgi-shim", "adopt", appRoot),
      ),
    ]
    : [];
  const serves = startupFile
    ? `The web server would run: ${
      printable(basename(startupFile))
    } (not wsgi-shim).`
    : outcome
    ? `Passenger would serve: ${outcomeInWords(outcome)}${
      outcome.kind === "run" && findings.some(isOtherwise)
        ? ", by what is here; what the address shows is told above"
        : ""
    }.`
    : "What Passenger would serve cannot be told.";
  if (findings.length === 0) {
    const subjects = looks.filter(({ found }) => found !== undefined)
      .map(({ subject }) => subject);
    return [
      wrapText(`Looked at ${printable(appRoot)}: ${listed(subjects)}.`, {
        columns,
      }),
      beside("No problems found.", serves, paint.good, true),
      ...adopting,
    ].join("\n");
  }
  const sum = `Found ${countInWords(findings)}.`;
  const lines = [
    beside(sum, serves, isGood ? paint.strong : paint.error, true),
  ];
  const isFixable = findings.some((found) =>
    found.fix && "command" in found.fix && found.fix.safe
  );
  lines.push(
    isFixable
      ? beside(
        "Apply the safe fixes:",
        shellCommand("wsgi-shim", "check", "--fix", appRoot),
      )
      : beside("More about it:", `wsgi-shim explain ${findings[0]!.code}`),
  );
  return [...lines, ...adopting].join("\n");

  /** Two parts in a line, or in two where the terminal is narrow. */
  function beside(
    one: string,
    other: string,
    colour = PLAIN.strong,
    isSentence = false,
  ): string {
    if (widthOf(`${one} ${other}`) <= columns) return `${colour(one)} ${other}`;
    // A command stays whole, so that it can be copied.
    const below = isSentence ? wrapText(other, { columns }) : other;
    return `${colour(one)}\n${below}`;
  }
}

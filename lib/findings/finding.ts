/**
 * What a check says: one fact about a site that is wrong or risky.
 *
 * A check supplies the facts (message, place, fix); the severity and what is
 * said of all findings of a code stand in `words.ts`.
 * Runs on Node and Deno.
 *
 * @module
 */

import { printable } from "../text/shell.ts";
import { type Code, WORDS } from "./words.ts";

export type { Code };

/**
 * How bad a finding is: `error`, the site cannot or must not run; `warning`,
 * it runs but will bite; `advice`, good practice.
 */
export type Severity = "error" | "warning" | "advice";

/** Where a finding was made. */
export interface Place {
  /** Absolute path of the file or folder. */
  file: string;
  /** Line in the file, from 1. */
  line?: number;
  /** Column in the line, from 1, counted in characters. */
  column?: number;
  /** Dotted key in `config.toml`, such as `passenger.user`. */
  key?: string;
}

/**
 * What mends a finding: a shell command, quoted so that it can be pasted, or
 * one sentence where no command can do it. A command is `safe` when it cannot
 * widen access, change content or leave the site, so that `check --fix` may
 * run it. `by` names those who can run it, where this process cannot.
 */
export type Fix =
  | { command: string; safe: boolean; by?: string }
  | { text: string };

/** One fact about a site that is wrong or risky. */
export interface Finding {
  /** Stable name of what is wrong, in kebab-case; never reused. */
  code: string;
  /** How bad it is. */
  severity: Severity;
  /** What was found, where, and the wanted state, in one sentence. */
  message: string;
  /** Where it was found. */
  place?: Place;
  /** What mends it. */
  fix?: Fix;
}

/** Who must run a command, in a sentence. */
export function runnerInWords(by: string): string {
  return by === "root"
    ? "Only root can run this: ask the administrators of this machine"
    : `Only ${by} can run this`;
}

/** The facts of a finding: everything but what its code tells. */
export interface FindingFacts {
  message: string;
  place?: Place;
  fix?: Fix;
}

/** The worst first. */
export const SEVERITIES: readonly Severity[] = ["error", "warning", "advice"];

/**
 * Makes a finding from its code and facts; the severity is the code's. Its
 * texts are safe to print, whatever names a site has; commands are quoted.
 */
export function finding(code: Code, facts: FindingFacts): Finding {
  const { fix, message, ...rest } = facts;
  return {
    code,
    severity: WORDS[code]!.severity,
    message: printable(message),
    ...rest,
    ...fix && {
      fix: "text" in fix ? { text: printable(fix.text) } : fix,
    },
  };
}

/**
 * Orders findings by severity, file, line, column and code, and drops
 * repeats, so that the same site always gives the same list.
 */
export function sortFindings(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return [...findings].sort(compareFindings).filter((found) => {
    const identity = JSON.stringify([found.code, found.place, found.message]);
    return !seen.has(identity) && seen.add(identity);
  });
}

/** Turns an error into a warning where there is evidence that the site runs. */
export function soften(found: Finding, reason: string): Finding {
  if (found.severity !== "error") return found;
  return {
    ...found,
    severity: "warning",
    message: `${found.message} (${printable(reason)})`,
  };
}

/** Tells whether a finding is of one of these codes. */
export function isOf(found: Finding, ...codes: Code[]): boolean {
  return codes.some((code) => code === found.code);
}

/** Tells whether a site with these findings cannot run. */
export function hasErrors(findings: readonly Finding[]): boolean {
  return findings.some((found) => found.severity === "error");
}

/** A finding on one line: `error[code] FILE:LINE:COLUMN: message; fix: …`. */
export function findingLine(
  { severity, code, message, place, fix }: Finding,
): string {
  const where = [place?.file, place?.line, place?.column]
    .filter((part) => part !== undefined).join(":");
  const mend = fix && ("command" in fix ? fix.command : fix.text);
  const by = fix && "by" in fix && fix.by ? ` (by ${fix.by})` : "";
  return `${severity}[${code}]${where && ` ${where}`}: ${message}${
    mend ? `; fix${by}: ${mend}` : ""
  }`;
}

/** What `findingLine()` has written, without the code and what mends it. */
export function messageOfLine(line: string): string {
  return line.replace(/^[a-z]+\[[a-z-]+\]:? /, "")
    .replace(/; fix(?: \(by [^)]*\))?: .*$/, "");
}

function compareFindings(a: Finding, b: Finding): number {
  return SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
    compare(a.place?.file ?? "", b.place?.file ?? "") ||
    (a.place?.line ?? 0) - (b.place?.line ?? 0) ||
    (a.place?.column ?? 0) - (b.place?.column ?? 0) ||
    compare(a.code, b.code);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

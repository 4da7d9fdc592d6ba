/**
 * Which text of `config.toml` may be shown to others than its owner: only
 * headers, and settings of ours that cannot hold a secret. Pages, code frames
 * and the words of findings all ask here.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { SECTIONS, SETTINGS } from "./settings_table.ts";
import { isPlainName, parseStatements, type Statement } from "./toml_text.ts";
import { isValue } from "./toml_value.ts";

/** A line of `config.toml`, and how much of it may be shown. */
export interface VisibleLine {
  /** The line, without the comment at its end where that can be told. */
  source: string;
  /** What the line states, or ends to state. */
  statement?: Statement;
  /** All of `source` may be shown. */
  isShown: boolean;
  /** It sets something, and the name of that may be shown. */
  isNamed: boolean;
}

/**
 * Reads a line, empty beyond the text.
 *
 * @param line From 1
 */
export function readVisibleLine(text: string, line: number): VisibleLine {
  const written = text.split(/\r?\n/)[line - 1] ?? "";
  const statements = parseStatements(text);
  const statement = statements.find((one) =>
    one.valueLine === line || one.line === line
  );
  const source = withoutComment(written, statement);
  return {
    source,
    statement,
    isShown: statement
      ? isOpen(statement)
      : isOpenBroken(source, sectionAt(statements, line)),
    isNamed: statement?.kind === "pair" && statement.line === line &&
      (isValue(statement.value) ||
        isPlainName(statement.path.at(-1)!) && statement.value !== "="),
  };
}

/**
 * The values that a text sets, or seems to set, but for those that may be
 * shown, each with its name where it has one. Of a text that is no TOML, this
 * is all that is known of them.
 */
export function hiddenValues(
  text: string,
): [name: string | undefined, value: string][] {
  const statements = parseStatements(text);
  const values: [string | undefined, string][] = [];
  const stated = new Map<number, Statement>();
  for (const one of statements) {
    stated.set(one.line, one);
    // A path names a place for the secret, not the secret.
    const isPath = one.path[0] === "secret_files" && /^["']?\//.test(one.value);
    if (one.kind === "header" || isPath || isOpen(one)) continue;
    values.push([one.path.at(-1), one.value]);
    // What is no value holds others, or begins one.
    if (!isValue(one.value)) addParts(one.value.split(ASSIGNMENT_REGEXP));
    else if (/^[[{]/.test(one.value)) {
      addParts(one.value.match(/"[^"]*"|'[^']*'/g) ?? []);
    }
  }
  let section: string | undefined;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const trimmed = line.trim();
    const statement = stated.get(index + 1);
    if (statement?.kind === "header") section = statement.path[0];
    if (statement || /^(?:#|$)/.test(trimmed)) continue;
    if (isOpenBroken(trimmed, section)) continue;
    addParts(trimmed.split(ASSIGNMENT_REGEXP).slice(1));
    if (trimmed.length >= LONE_VALUE) addParts([trimmed]);
  }
  return values.map(([name, value]) => [name, withoutQuotes(value.trim())]);

  function addParts(parts: readonly string[]) {
    for (const part of parts) values.push([undefined, part]);
  }
}

/** A shorter text on a line of its own is rather a name without a value. */
const LONE_VALUE = 8;
const ASSIGNMENT_REGEXP = /(?:^|\s)[A-Za-z_][\w.-]*\s*:\s+|=\s*/;
const QUOTE_REGEXP = /["'\u201c-\u201f\u2018-\u201b\u00ab\u00bb\u2032\u2033]/;

/** A value without the quotes around it, and a comma after them. */
function withoutQuotes(value: string): string {
  const isQuote = (at: number) => QUOTE_REGEXP.test(value[at] ?? "");
  let start = 0;
  while (isQuote(start)) start++;
  let end = value.length;
  if (value.endsWith(",") && isQuote(end - 2)) end--;
  while (end > start && isQuote(end - 1)) end--;
  return value.slice(start, end);
}

/** The section that a line stands in; undefined above all headers. */
function sectionAt(
  statements: readonly Statement[],
  line: number,
): string | undefined {
  return statements.findLast((one) => one.kind === "header" && one.line <= line)
    ?.path[0];
}

function withoutComment(written: string, statement?: Statement): string {
  if (statement?.kind === "header") {
    return written.replace(/\][ \t]*#.*$/, "]");
  }
  if (!statement || statement.value.includes("\n")) return written;
  return written.slice(0, statement.valueColumn - 1) + statement.value;
}

/** Headers, and settings of ours in the section that they belong to. */
function isOpen(statement: Statement): boolean {
  if (statement.kind === "header") return true;
  const [section, key] = statement.path;
  return statement.path.length === 2 && isHarmless(section!, key!) &&
    isSingle(statement.value);
}

/** A line that is no TOML: shown where it is a harmless setting of ours. */
function isOpenBroken(source: string, section: string | undefined): boolean {
  const trimmed = source.trim();
  if (/^\[/.test(trimmed)) return /^\[+[A-Za-z_ .]{1,32}\]*$/.test(trimmed);
  const [, key, value = ""] = /^([A-Za-z_]+)\s*[=:]\s*(.*)$/.exec(trimmed) ??
    /^([A-Za-z_]+)$/.exec(trimmed) ?? [];
  return section !== undefined && key !== undefined &&
    isHarmless(section, key) && isSingle(value);
}

function isHarmless(section: string, key: string): boolean {
  const isFree = SECTIONS.some((one) => one.name === section && one.free);
  return !isFree && SETTINGS.some((setting) =>
    setting.section === section &&
    (setting.key === key || setting.aliases?.includes(key))
  );
}

/** One value, with or without its quotes: nothing else got onto the line. */
function isSingle(value: string): boolean {
  if (/^[[{]/.test(value)) return false;
  return SINGLE_REGEXP.test(value) || isValue(value);
}

const SINGLE_REGEXP =
  /^["'\u201c-\u201f\u2018-\u201b]?[^\s=@#"'\u2018-\u201f]*["'\u201c-\u201f\u2018-\u201b]?$/;

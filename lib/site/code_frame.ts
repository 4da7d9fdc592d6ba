/**
 * A line of `config.toml` with a mark below what is meant, as compilers show
 * it. Values that may be secret are blanked: only settings that are known to
 * be harmless are shown as they are.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { BLANK } from "./redaction.ts";
import { printable } from "../text/shell.ts";
import { readVisibleLine } from "./visible_line.ts";
import { COLUMNS, cutTo, widthOf } from "../text/wrap.ts";

/** What is pointed at. */
export interface CodeFrameOptions {
  /** From 1. */
  line: number;
  /** From 1; undefined where only the line is known. */
  column?: number;
  /** The place is a value with a key, not a fault in the text. */
  hasKey: boolean;
  /** How many columns a line may take. @default {80} */
  columns?: number;
}

/** The lines of a frame, and how far they are indented. */
export interface CodeFrame {
  lines: string[];
  /** Columns of the line number. */
  margin: number;
}

/** Renders the frame; undefined where nothing of the line may be shown. */
export function renderCodeFrame(
  text: string,
  { line, column, hasKey, columns = COLUMNS }: CodeFrameOptions,
): CodeFrame | undefined {
  const { source, statement: here, isShown, isNamed } = readVisibleLine(
    text,
    line,
  );
  if (source.trim() === "") return undefined;
  let shown: string;
  let start = (column ?? 1) - 1;
  // Where only the line is known, nothing of it is marked.
  let length = column === undefined ? 0 : 1;
  if (isShown) {
    shown = source;
    const isValue = here?.valueLine === line && here.valueColumn === column;
    if (hasKey && isValue && !here.value.includes("\n")) {
      length = [...here.value].length;
    }
    if (hasKey && here?.kind === "header") length = source.trim().length;
    if (hasKey && here?.kind === "pair" && here.column === column) {
      length = [...nameIn(source, here.column)].length;
    }
  } else if (here && isNamed) {
    const name = nameIn(source, here.column);
    shown = `${name} = ${BLANK}`;
    const isValue = column !== undefined && here.valueLine === line &&
      here.valueColumn <= column;
    start = isValue ? widthOf(name) + 3 : 0;
    length = isValue ? widthOf(BLANK) : widthOf(name);
  } else {
    return undefined;
  }
  return frame(shown, line, { start, length, columns });
}

/** The name that a line sets. */
function nameIn(source: string, column: number): string {
  return [...source].slice(column - 1).join("").replace(/\s*=.*$/s, "");
}

/**
 * A line as it may be shown: as it is, with its value blanked, or not at all.
 *
 * @param line From 1
 */
export function visibleLine(text: string, line: number): string | undefined {
  const { source, statement: here, isShown, isNamed } = readVisibleLine(
    text,
    line,
  );
  if (isShown) return source;
  if (!here || !isNamed) return undefined;
  return [...source].slice(0, here.valueColumn - 1).join("") + BLANK;
}

function frame(
  shown: string,
  line: number,
  mark: { start: number; length: number; columns: number },
): CodeFrame {
  const number = String(line);
  const margin = number.length;
  const blank = " ".repeat(margin);
  const room = mark.columns - margin - 3;
  const characters = [...shown.replaceAll("\t", " ")];
  const before = widthOf(printable(characters.slice(0, mark.start).join("")));
  const marked = characters.slice(mark.start, mark.start + mark.length);
  const width = mark.length === 0
    ? 0
    : Math.max(1, widthOf(printable(marked.join(""))));
  const visible = cutTo(printable(characters.join("")), room);
  const lines = [`${blank} |`, `${number} | ${visible}`];
  if (before < room && width > 0) {
    const carets = "^".repeat(Math.min(width, room - before));
    lines.push(`${blank} | ${" ".repeat(before)}${carets}`);
  }
  return { lines, margin };
}

/**
 * Lines of a Python file as the owner's own terminal shows them; no page ever
 * does.
 *
 * Pure. Runs on Node and Deno.
 *
 * @module
 */

import { printable } from "../text/shell.ts";
import { cutTo } from "../text/wrap.ts";

/** Gives a line of a source file, from 1; undefined where it is not read. */
export type SourceReader = (file: string, line: number) => string | undefined;

/** Which lines are shown, and what is pointed at. */
export interface SourceFrameOptions {
  file: string;
  /** From 1. */
  line: number;
  /** From 1; the whole line where it is not known. */
  column?: number;
  /** How many lines before it are shown as well. @default {0} */
  before?: number;
  columns: number;
}

/** The lines of a frame, and how far they are indented. */
export interface SourceFrame {
  lines: string[];
  /** Columns of the line numbers. */
  margin: number;
}

/** Renders lines of a file; undefined where they cannot be read. */
export function renderSourceFrame(
  read: SourceReader,
  { file, line, column, before = 0, columns }: SourceFrameOptions,
): SourceFrame | undefined {
  const source = shown(read(file, line));
  if (source === undefined || source.trim() === "") return undefined;
  const margin = String(line).length;
  const room = columns - margin - 3;
  const numbered = (number: number, text: string) =>
    `${String(number).padStart(margin)} | ${cutTo(text, room)}`.trimEnd();
  const lines: string[] = [];
  for (let number = Math.max(1, line - before); number < line; number++) {
    const text = shown(read(file, number));
    if (text !== undefined) lines.push(numbered(number, text));
  }
  const indent = source.length - source.trimStart().length;
  const start = column === undefined ? indent : column - 1;
  const size = column === undefined ? source.trim().length : 1;
  const carets = "^".repeat(Math.max(0, Math.min(size, room - start)));
  return {
    lines: [
      ...lines,
      numbered(line, source),
      ...before > 0 && carets
        ? [`${" ".repeat(margin)} | ${" ".repeat(start)}${carets}`]
        : [],
    ],
    margin,
  };
}

function shown(line: string | undefined): string | undefined {
  return line === undefined
    ? undefined
    : printable(line.replaceAll("\t", "    "));
}

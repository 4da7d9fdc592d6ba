/**
 * A whole TOML text: its values, or the first place that is not TOML.
 *
 * What is not TOML 1.0 is found here, by places and words of our own: a parser
 * such as `@std/toml` accepts a key that stands twice and takes the last,
 * refuses `[a]` below `[a.b]`, and grows slow with the square of the length;
 * another one does otherwise.
 * Runs on Node and Deno.
 *
 * @module
 */

import {
  controlFault,
  lineFault,
  type SyntaxFault,
  valueFault,
} from "./toml_fault.ts";
import { type BrokenLine, readParts, type Statement } from "./toml_text.ts";
import { emptyTable, readValue } from "./toml_value.ts";

/** What a text says, or why it says nothing. */
export type Toml =
  | { values: Record<string, unknown>; fault?: undefined }
  | { values?: undefined; fault: SyntaxFault };

/** Parses a TOML text to plain objects without a prototype. */
export function parseToml(text: string): Toml {
  const root = newTable("header", 1);
  const control = controlFault(text);
  let section = root;
  for (const part of readParts(text)) {
    if (control && control.line <= lastLine(part)) break;
    if (part.kind === "broken") return { fault: lineFault(part) };
    if (part.kind === "header") {
      const entered = enter(root, part);
      if ("before" in entered) return { fault: obstacleFault(part, entered) };
      section = entered;
      continue;
    }
    const read = readValue(part.value);
    if (!read.ok) return { fault: valueFault(part, read) };
    const obstacle = define(section, part, read.value);
    if (obstacle) return { fault: obstacleFault(part, obstacle) };
  }
  return control ? { fault: control } : { values: root.values };
}

function lastLine(part: Statement | BrokenLine): number {
  return part.kind === "pair"
    ? part.valueLine + part.value.split("\n").length - 1
    : part.line;
}

/**
 * A table, and how it came to be, which tells what may be added to it: one
 * with a header, one that the header of a table within it implies, or one that
 * dotted keys have made.
 */
interface Table {
  origin: "header" | "implied" | "dotted";
  line: number;
  values: Record<string, unknown>;
  /** What is in it by name; a number is the line of a plain value. */
  parts: Map<string, Table | Tables | number>;
}

/** The tables of `[[name]]`. */
interface Tables {
  line: number;
  list: Table[];
  values: unknown[];
}

function newTable(origin: Table["origin"], line: number): Table {
  return { origin, line, values: emptyTable(), parts: new Map() };
}

/** What stands in the way of a table or a key. */
interface Obstacle {
  /** Its line. */
  before: number;
  /** Its name, as far as it is that of the table or key. */
  path: readonly string[];
}

function isTable(part: Table | Tables | number): part is Table {
  return typeof part === "object" && "origin" in part;
}

function addTable(
  parent: Table,
  name: string,
  origin: Table["origin"],
  line: number,
): Table {
  const table = newTable(origin, line);
  parent.parts.set(name, table);
  parent.values[name] = table.values;
  return table;
}

/** The table of a header. */
function enter(
  root: Table,
  { path, line, value }: Statement,
): Table | Obstacle {
  let table = root;
  for (const [index, name] of path.slice(0, -1).entries()) {
    const next = table.parts.get(name) ??
      addTable(table, name, "implied", line);
    if (typeof next === "number") {
      return { before: next, path: path.slice(0, index + 1) };
    }
    table = isTable(next) ? next : next.list.at(-1)!;
  }
  const name = path.at(-1)!;
  const there = table.parts.get(name);
  const isList = value.startsWith("[[");
  if (there === undefined) {
    if (!isList) return addTable(table, name, "header", line);
    const tables: Tables = { line, list: [], values: [] };
    table.parts.set(name, tables);
    table.values[name] = tables.values;
    return addToList(tables, line);
  }
  if (typeof there === "number") return { before: there, path };
  if (!isTable(there)) {
    return isList ? addToList(there, line) : { before: there.line, path };
  }
  if (isList || there.origin !== "implied") return { before: there.line, path };
  there.origin = "header";
  there.line = line;
  return there;
}

function addToList(tables: Tables, line: number): Table {
  const table = newTable("header", line);
  tables.list.push(table);
  tables.values.push(table.values);
  return table;
}

/** Sets a key where nothing stands in its way. */
function define(
  section: Table,
  { path, sectionLength, line }: Statement,
  value: unknown,
): Obstacle | undefined {
  let table = section;
  for (let index = sectionLength; index < path.length - 1; index++) {
    const next = table.parts.get(path[index]!) ??
      addTable(table, path[index]!, "dotted", line);
    if (typeof next === "number") {
      return { before: next, path: path.slice(0, index + 1) };
    }
    if (!isTable(next) || next.origin === "header") {
      return { before: next.line, path: path.slice(0, index + 1) };
    }
    next.origin = "dotted";
    table = next;
  }
  const name = path.at(-1)!;
  const there = table.parts.get(name);
  if (there !== undefined) {
    return { before: typeof there === "number" ? there : there.line, path };
  }
  table.parts.set(name, line);
  table.values[name] = value;
}

function obstacleFault(
  { line, column, path, kind }: Statement,
  { before, path: found }: Obstacle,
): SyntaxFault {
  if (found.length < path.length) {
    const name = `\`${found.at(-1)}\``;
    return {
      line,
      column,
      message:
        `${name} stands on line ${before}, and nothing can be added to it here`,
      advice: `Write all of ${name} in one place`,
    };
  }
  const shown = kind === "header"
    ? `[${path.join(".")}]`
    : `\`${path.at(-1)}\``;
  return {
    line,
    column,
    message: `${shown} stands here a second time, first on line ${before}`,
    advice: kind === "header"
      ? `Move the lines below it to the section on line ${before}, and remove line ${line}; of a setting that both have, keep the one that is meant`
      : `Keep line ${before} or line ${line}, and remove the other`,
  };
}

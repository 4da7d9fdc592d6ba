/**
 * Text in lines of a terminal's width, and words for counts and lists.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

/** How many columns our output takes where no terminal says it. */
export const COLUMNS = 80;

/** How a text is broken into lines. */
export interface WrapOptions {
  /** @default {80} */
  columns?: number;
  /** Stands before the first line. @default {""} */
  first?: string;
  /** Stands before every other line. @default {""} */
  rest?: string;
}

// East Asian wide characters and emoji take two columns.
const WIDE_REGEXP =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
const MARK_REGEXP = /\p{Mark}/u;

/** A blank that does not stand between backquotes. */
const BREAK_REGEXP = / (?=(?:[^`]*`[^`]*`)*[^`]*$)/;

/**
 * Breaks a text at its blanks. What stands in backquotes, and a word that is
 * longer than a line, such as a path, stays whole, so that it can be copied.
 */
export function wrapText(text: string, options: WrapOptions = {}): string {
  const { columns = COLUMNS, first = "", rest = "" } = options;
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  const quotes = text.split("`").length - 1;
  const isPaired = quotes > 0 && quotes % 2 === 0;
  for (const word of text.split(isPaired ? BREAK_REGEXP : " ")) {
    if (!isEmpty && widthOf(line) + 1 + widthOf(word) > columns) {
      lines.push(line);
      line = rest;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line].join("\n");
}

/** Columns that a text takes on a terminal. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) {
    if (MARK_REGEXP.test(character)) continue;
    width += WIDE_REGEXP.test(character) ? 2 : 1;
  }
  return width;
}

/** Cuts a text that takes more columns, with a mark at its end. */
export function cutTo(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  let shown = "";
  for (const character of text) {
    if (widthOf(shown + character) > columns - 1) break;
    shown += character;
  }
  return `${shown}…`;
}

/** In fewer columns there is no room for two texts side by side. */
const NARROW = 60;
/** Beside a name as short as this one there is. */
const NARROW_NAME = 6;

/**
 * Lines of two columns. The second one is wrapped where it stands, or below
 * the first one in a narrow terminal.
 */
export function alignRows(
  rows: readonly (readonly [string, string])[],
  options: { indent?: number; columns?: number } = {},
): string {
  const { indent = 2, columns = COLUMNS } = options;
  const margin = " ".repeat(indent);
  const width = Math.max(...rows.map(([name]) => widthOf(name)), 0);
  const rest = " ".repeat(indent + width + 2);
  const below = " ".repeat(indent + 4);
  return rows.map(([name, text]) => {
    const padded = name + " ".repeat(width - widthOf(name));
    const first = `${margin}${padded}  `;
    if (
      columns < NARROW && width > NARROW_NAME && widthOf(first + text) > columns
    ) {
      const under = wrapText(text, { columns, first: below, rest: below });
      return `${margin}${name}\n${under}`;
    }
    return wrapText(text, { columns, first, rest }).trimEnd();
  }).join("\n");
}

/** Counts in words: `1 error`, `2 errors`. */
export function counted(
  count: number,
  one: string,
  many: string = `${one}s`,
): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Joins parts as a sentence does: `a, b and c`. */
export function listed(
  parts: readonly string[],
  last: "and" | "or" = "and",
): string {
  if (parts.length < 2) return parts.join("");
  return `${parts.slice(0, -1).join(", ")} ${last} ${parts.at(-1)}`;
}

/** Names in quotation marks, the first of them: `"a", "b" and 3 more`. */
export function quoted(names: readonly string[], most = 3): string {
  const rest = names.length - most;
  const shown = names.slice(0, most).map((name) => `"${name}"`);
  return listed(rest > 0 ? [...shown, `${rest} more`] : shown);
}

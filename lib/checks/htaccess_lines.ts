/**
 * The lines of `.htaccess` that count.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

/** Around what a panel has written, for its own web server. */
export const PANEL_REGEXP = /^# DO NOT REMOVE\b.*CLOUDLINUX.* (BEGIN|END)\s*$/;
/** Stands for a section of what every Apache but a few has. */
export const REWRITING = "<ifmodule mod_rewrite.c";

/** A line that is no comment. */
export interface Directive {
  /** As it is written; a section's begins with `<`. */
  name: string;
  /** In small letters, as Apache compares it. */
  key: string;
  /** What follows it. */
  rest: string;
  line: number;
  /** Keys of the sections around it. */
  within: readonly string[];
}

/** The lines that count; where a panel wrote them, its web server takes them. */
export function directivesIn(text: string): Directive[] {
  const found: Directive[] = [];
  const within: string[] = [];
  let isOfPanel = false;
  let continues = false;
  for (const [index, written] of text.split(/\r?\n/).entries()) {
    const mark = PANEL_REGEXP.exec(written);
    if (mark) isOfPanel = mark[1] === "BEGIN";
    const isContinued = continues;
    continues = written.endsWith("\\");
    const [, name, rest = ""] = /^\s*(<?\/?[\w-]+)\s*(.*)$/.exec(written) ?? [];
    if (name === undefined || isOfPanel || isContinued) continue;
    const key = name.toLowerCase();
    if (key.startsWith("</")) {
      within.pop();
      continue;
    }
    found.push({ name, key, rest, line: index + 1, within: [...within] });
    if (key.startsWith("<")) {
      within.push(
        key === "<ifmodule" &&
          /^"?(?:mod_rewrite\.c|rewrite_module)\b/i.test(rest)
          ? REWRITING
          : key,
      );
    }
  }
  return found;
}

/** The words of a line, as Apache takes them apart. */
export function wordsOf(rest: string): string[] {
  return [
    ...rest.matchAll(/"((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)'|((?:\\.|\S)+)/g),
  ]
    .map(([, double, single, plain]) => double ?? single ?? plain ?? "");
}

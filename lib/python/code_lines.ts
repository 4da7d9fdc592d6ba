/**
 * What of a Python file is run, line by line: recipes stand in comments, and
 * warnings of them in docstrings.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

const TEXT_REGEXP =
  /("""|''')[^]*?\1|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|#.*/g;

/** The lines of a file, without comments and without texts of several lines. */
export function codeLines(text: string): string[] {
  return text.replaceAll(
    TEXT_REGEXP,
    (found, quotes) =>
      quotes
        ? `''${found.replace(/[^\n]/g, "")}`
        : found.startsWith("#")
        ? ""
        : found,
  ).split(/\r?\n/);
}

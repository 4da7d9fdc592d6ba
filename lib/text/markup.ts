/**
 * HTML in which nothing is forgotten: a template tag that escapes every value
 * put into it, unless the value is markup itself.
 *
 * Pages are written with it, so that an exception message with tags
 * in it is text for the reader and nothing else. Runs on Node and Deno.
 *
 * @module
 */

import { printable } from "./shell.ts";

/** A piece of HTML that is safe to put into a page. */
export class Markup {
  readonly #text: string;

  /** Takes HTML of our own; anything from elsewhere goes through `markup`. */
  constructor(text: string) {
    this.#text = text;
  }

  /** Gives the HTML. */
  toString(): string {
    return this.#text;
  }
}

/** What a template takes: text to escape, markup, lists of both, or nothing. */
export type Content =
  | string
  | number
  | Markup
  | undefined
  | readonly Content[];

/** The template tag: `` markup`<p>${message}</p>` ``. */
export function markup(
  pieces: TemplateStringsArray,
  ...contents: Content[]
): Markup {
  const text = pieces.map((piece, index) => piece + render(contents[index]));
  return new Markup(text.join(""));
}

/**
 * Makes text of several lines safe to show: line ends stay, tabs become
 * blanks, every other control character and bidirectional override is
 * written out.
 */
export function printableLines(text: string): string {
  return text.split(/\r?\n/)
    .map((line) => printable(line.replaceAll("\t", "    "))).join("\n");
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function render(content: Content): string {
  if (content === undefined) return "";
  if (content instanceof Markup) return content.toString();
  if (typeof content === "object") return content.map(render).join("");
  return printableLines(String(content))
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}

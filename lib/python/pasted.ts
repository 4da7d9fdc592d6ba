/**
 * What gets into a Python file with copy and paste, and is no Python: quotes
 * of a word processor, a prompt, a fence, a whole web page.
 *
 * Looks at lines to tell what they are, and never shows them.
 * Runs on Node and Deno.
 *
 * @module
 */

import { type Host, refused } from "../machine/host.ts";

const BYTES_LIMIT = 1_000_000;

/** By how a line begins: what it is. */
const LINES: readonly { line: RegExp; what: string; advice: string }[] = [
  {
    line: /^\s*(?:>>> |>>>$|\.\.\. |In \[\d+\]:)/,
    what: "the line begins with a prompt of Python's",
    advice: "Remove the prompt (>>>, ... or In [1]:) from all lines",
  },
  {
    line: /^\s*(?:```|~~~)/,
    what: "the line is a mark around code in Markdown",
    advice: "Remove the lines that begin with ```",
  },
  {
    line:
      /^\s*(?:\$ |(?:sudo |python3? -m )?pip3? install |cd [~/.\w]|export \w+=)/,
    what: "the line is a command for a shell",
    advice: "Remove the line; run it in a shell where it is needed",
  },
];

/** By how a file begins: what it is. */
const FILES: readonly { start: RegExp; what: string; advice: string }[] = [
  {
    start: /^\s*<(?:!doctype|html)/i,
    what: "the file is a web page",
    advice:
      "Download the file itself, as the link Raw or Download gives it, and not the page that shows it",
  },
  {
    start: /^\{\\rtf/,
    what: "the file is a document of a word processor (RTF)",
    advice: "Save it as plain text",
  },
];

/** A syntax error that has to do with where the text came from. */
export interface Pasted {
  /** What it is, as a part of a sentence. */
  what: string;
  /** What mends it. */
  advice: string;
}

/** Looks at a line that Python cannot read; undefined for ordinary errors. */
export function findPasted(
  { file, line, message }: { file: string; line?: number; message: string },
  host: Host,
): Pasted | undefined {
  const sign =
    /^invalid (?:non-printable )?character (?:'.' \()?(U\+[0-9A-F]+)/u
      .exec(message)?.[1];
  if (sign) return ofCharacter(parseInt(sign.slice(2), 16), sign);
  const bytes = host.readBytes(file, BYTES_LIMIT);
  if (refused(bytes)) return undefined;
  const text = new TextDecoder().decode(bytes);
  const lines = text.split(/\r?\n/);
  const at = lines[(line ?? 1) - 1] ?? "";
  return FILES.find(({ start }) => start.test(text)) ??
    LINES.find((each) => each.line.test(at));
}

function ofCharacter(code: number, sign: string): Pasted {
  const character = String.fromCodePoint(code);
  const is = (group: string) => [...group].includes(character);
  const plain = is("“”„‟«»″")
    ? '"'
    : is("‘’‚‛′´")
    ? "'"
    : is("‐‑‒–—―−")
    ? "-"
    : is("×")
    ? "*"
    : is("，")
    ? ","
    : is("：")
    ? ":"
    : is("（")
    ? "("
    : is("）")
    ? ")"
    : undefined;
  if (plain) {
    return {
      what: `${character} is a character of word processors and web pages`,
      advice: `Write ${plain} in its place, in the whole file`,
    };
  }
  return {
    what: `there is the character ${sign}, which is none of Python's`,
    advice:
      "Write the line anew: such characters come with text from word processors and web pages, and often cannot be seen",
  };
}

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
import { shellCommand } from "../text/shell.ts";
import { codeOf, LONGEST_LINE } from "./syntax.ts";

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
  {
    line:
      /^%%?[a-z]\w*|^\s*(?:!\s*[\w./]|[\w.]+\?{1,2}\s*$|[A-Za-z_]\w*\s*=\s*(?:!\s*[\w./]|%[a-z]))/,
    what:
      "the line is a command of a notebook (Jupyter, Colab or IPython), and no Python",
    advice:
      "Remove the lines that begin with % or !; a package that such a line installs belongs into the requirements of the site, and `%matplotlib inline` has nothing to do on a server",
  },
  {
    line: /^\s*\d+[:.|]?\s+(?:(?:import|from|def|class|return)\s|@\w|#)/,
    what: "the numbers of the lines were copied along",
    advice:
      "Remove the numbers from all lines, or copy the file itself in place of what a page shows of it",
  },
  {
    line: /^\s*<\/?[a-z][\w-]*(?:\s[^<>]*)?>/i,
    what: "the line is HTML",
    advice:
      "Move it into a template of its own, or put it between quotes where it is a text",
  },
  {
    line: /^(?:[^"'#]|"[^"]*"|'[^']*')*&(?:lt|gt|amp|quot|nbsp|#\d+);/,
    what:
      "the line holds signs as web pages write them, such as `&lt;` for `<`",
    advice:
      "Write the signs themselves in the whole file: < for &lt;, > for &gt;, & for &amp;, and quotes for &quot; and &#39;",
  },
  {
    line:
      /^(?:[^"'#]|"[^"]*"|'[^']*')*(?:\{%-?\s*\w|\{\{\s*\w+\s*(?:\||\.|\}\}))/,
    what: "the line is of a template (Jinja, Django or cookiecutter)",
    advice:
      "Let the tool that the file is a template for make the file from it, or write the value itself in place of the braces",
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
    start: /^\s*<\?php\b/i,
    what: "the file is PHP",
    advice: "Name a file of Python in its place; PHP is another language",
  },
  {
    start: /^\s*\{\s*"(?:cells|nbformat|metadata)"\s*:/,
    what: "the file is a notebook of Jupyter (JSON), and no file of Python",
    advice:
      "Make a file of Python from the notebook where Jupyter is: `jupyter nbconvert --to script NAME.ipynb`; or copy the code of its cells into a file",
  },
  {
    start: /^version https:\/\/git-lfs\./,
    what:
      "the file is only a pointer of git LFS, and its content was not fetched",
    advice:
      "Fetch it in the repository, where git LFS is: `git lfs pull`; or copy the file itself to this machine",
  },
  {
    start: /^(?:404: Not Found|Not Found|<Error>|AccessDenied)\s*$/,
    what: "the file is the answer of a server that did not have it",
    advice: "Download the file again, from the address where it is",
  },
  {
    start:
      /^(?:diff --git |Index: |--- .*\n\+\+\+ |@@ -\d)|^[+-].*(?:\n[ +-].*)*\n@@ -\d/,
    what: "the file is a patch (diff), and no file of Python",
    advice:
      "Take the whole file from where the patch comes from, or apply the patch to the old file with `patch` or `git apply`",
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
  if (sign) return ofCharacter(parseInt(sign.slice(2), 16), sign, file);
  const bytes = host.readBytes(file, BYTES_LIMIT);
  if (refused(bytes)) return undefined;
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes)
    .replace(/^\ufeff/, "");
  const lines = text.split(/\r?\n/);
  const at = (lines[(line ?? 1) - 1] ?? "").slice(0, LONGEST_LINE);
  const strange = strangeIn(at, message);
  if (strange) {
    const code = strange.codePointAt(0)!;
    return ofCharacter(
      code,
      `U+${code.toString(16).toUpperCase().padStart(4, "0")}`,
      file,
    );
  }
  return FILES.find(({ start }) => start.test(text)) ??
    LINES.find((each) => each.line.test(at));
}

/** What looks like a blank, and is none to Python. */
const BLANKS: Readonly<Record<string, string>> = {
  "\u00a0": "a no-break space",
  "\u2002": "an en space",
  "\u2003": "an em space",
  "\u2009": "a thin space",
  "\u202f": "a narrow no-break space",
  "\u3000": "a wide space of Chinese and Japanese text",
};
/** What takes no room at all. */
const UNSEEN: Readonly<Record<string, string>> = {
  "\u00ad": "a soft hyphen",
  "\u200b": "a zero-width space",
  "\u200c": "a zero-width non-joiner",
  "\u200d": "a zero-width joiner",
  "\u200e": "a mark for the direction of text",
  "\u200f": "a mark for the direction of text",
  "\u2028": "a separator of lines",
  "\u2029": "a separator of paragraphs",
  "\u202a": "a mark for the direction of text",
  "\u202c": "a mark for the direction of text",
  "\u2060": "a word joiner",
  "\ufeff":
    "a byte order mark (BOM), as some editors on Windows put before a text",
};

function nameIn(
  names: Readonly<Record<string, string>>,
  character: string,
): string | undefined {
  return Object.hasOwn(names, character) ? names[character] : undefined;
}

/** A character of a line, outside of its texts, that Python stumbles over. */
function strangeIn(line: string, message: string): string | undefined {
  const code = codeOf(line);
  return [...code].find((each) =>
    nameIn(BLANKS, each) ?? nameIn(UNSEEN, each)
  ) ??
    // Before 3.9 Python does not say which one it is.
    (/^invalid character in identifier/.test(message)
      ? [...code].find((each) => /[^\0-\x7f\p{L}\p{N}\p{M}]/u.test(each))
      : undefined);
}

/** What word processors put in the place of plain signs. */
const PLAIN: readonly (readonly [string, string])[] = [
  ["“”„‟«»″＂", '"'],
  ["‘’‚‛′´＇", "'"],
  ["‐‑‒–—―−", "-"],
  ["×", "*"],
  ["…", "..."],
  ["→", "->"],
  ["≠", "!="],
  ["≤", "<="],
  ["≥", ">="],
  ["，、", ","],
  ["：", ":"],
  ["；", ";"],
  ["（", "("],
  ["）", ")"],
  ["［【", "["],
  ["］】", "]"],
  ["｛", "{"],
  ["｝", "}"],
  ["＝", "="],
  ["。．", "."],
];

function ofCharacter(code: number, sign: string, file: string): Pasted {
  const character = String.fromCodePoint(code);
  const is = (group: string) => [...group].includes(character);
  const blank = nameIn(BLANKS, character);
  const unseen = blank ?? nameIn(UNSEEN, character);
  if (unseen) {
    const bytes = [...new TextEncoder().encode(character)]
      .map((byte) => `\\x${byte.toString(16).toUpperCase()}`).join("");
    return {
      what: `there is ${unseen} (${sign}), which cannot be told by the eye`,
      advice: `${
        blank ? "Write an ordinary blank in its place" : "Remove it"
      }; this tells all lines that have it: \`LC_ALL=C ${
        shellCommand("grep", "-nP", bytes, file)
      }\``,
    };
  }
  const plain = PLAIN.find(([group]) => is(group!))?.[1];
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

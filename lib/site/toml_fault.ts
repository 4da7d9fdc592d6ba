/**
 * What is wrong with a line that is not TOML, in words that tell what its
 * writer meant, and how to write it.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { type BrokenLine, isPlainName, type Statement } from "./toml_text.ts";
import { isValue, type Refusal } from "./toml_value.ts";

/** A place that is not TOML, and why; but for `correction`, without values. */
export interface SyntaxFault {
  line: number;
  column: number;
  /** What is wrong, in a few words. */
  message: string;
  /** What to write in its place, as far as that can be told. */
  correction?: Correction;
  /** What else mends it. */
  advice?: string;
}

/** A pair as it was probably meant. */
export interface Correction {
  /** Absent where it may be a part of a value. */
  name?: string;
  /** As TOML. It may be a secret. */
  value: string;
}

const TYPOGRAPHIC_QUOTE_REGEXP =
  /[\u201c-\u201f\u2018-\u201b\u00ab\u00bb\u2033\u2032]/;
const MERGE_MARKER_REGEXP = /^(<{7}|={7}|>{7}|\|{7})( |$)/;
/** A longer word on a line of its own may as well be a value. */
const LONE_VALUE = 8;

/** Says what is wrong with a line that is no statement. */
export function lineFault({ text, line }: BrokenLine): SyntaxFault {
  const column = text.length - text.trimStart().length + 1;
  if (MERGE_MARKER_REGEXP.test(text)) {
    return { line, column: 1, message: "a git merge left its markers here" };
  }
  if (/^[ \t]*\[/.test(text)) {
    return {
      line,
      column,
      message: "a section header needs the form `[name]`",
    };
  }
  const comment = /^[ \t]*(\/\/|\/\*|;|--|<!--)/.exec(text)?.[1];
  if (comment) {
    return {
      line,
      column,
      message: `a comment begins with #, not with ${comment}`,
      advice: `Write # in place of ${comment}`,
    };
  }
  const shell =
    /^[ \t]*(export|set|declare|let|const|var)[ \t]+([A-Za-z0-9_-]+)[ \t]*=[ \t]*(.*)$/
      .exec(text);
  if (shell) {
    return {
      line,
      column,
      message: `a line begins with the name, without \`${shell[1]}\``,
      correction: correctionOf(shell[2]!, quoted(shell[3]!)),
    };
  }
  const colon = /^[ \t]*([A-Za-z0-9_-]+)[ \t]*:[ \t]*(.*)$/.exec(text);
  if (colon && /^(?:#.*)?$/.test(colon[2]!)) {
    return {
      line,
      column,
      message: `a section is written [${colon[1]}], and not as in YAML`,
      advice: `Write on line ${line}: [${colon[1]}]`,
    };
  }
  if (/^[ \t]*[{}]/.test(text)) {
    return {
      line,
      column,
      message: "this looks like JSON, and config.toml is TOML",
      advice:
        'Write [section] on a line of its own, and below it lines such as: name = "value"',
    };
  }
  if (colon) {
    return {
      line,
      column: text.indexOf(":") + 1,
      message: "a key and its value are joined by `=`, not by `:`",
      correction: correctionOf(colon[1]!, quoted(colon[2]!)),
    };
  }
  const unseen = unseenFault(text, line, 0);
  if (unseen) return unseen;
  const lone = /^[ \t]*([A-Za-z0-9_-]+)[ \t]*$/.exec(text);
  return {
    line,
    column,
    message: lone && isPlainName(lone[1]!) && lone[1]!.length < LONE_VALUE
      ? `\`${lone[1]}\` has no value`
      : "expected `name = value` or `[section]`",
  };
}

const CONTROL_REGEXP =
  // deno-lint-ignore no-control-regex
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]|\r(?!\n)/;
/** What an editor does not show, and TOML takes in quotes alone. */
const UNSEEN_REGEXP =
  /[\u00a0\u2000-\u200f\u2028\u2029\u202f\u205f\u2060\u3000\ufeff]/;
const IN_QUOTES_REGEXP = /"[^"]*"|'[^']*'/g;

/** The first character that no TOML text may hold, in a comment neither. */
export function controlFault(text: string): SyntaxFault | undefined {
  const at = text.search(CONTROL_REGEXP);
  if (at < 0) return undefined;
  const lines = text.slice(0, at).split("\n");
  return unseen(text[at]!, lines.length, lines.at(-1)!.length + 1);
}

function unseenFault(
  text: string,
  line: number,
  before: number,
): SyntaxFault | undefined {
  const bare = text.replace(
    IN_QUOTES_REGEXP,
    (found) => " ".repeat(found.length),
  );
  const at = bare.search(UNSEEN_REGEXP);
  return at < 0 ? undefined : unseen(bare[at]!, line, before + at + 1);
}

function unseen(character: string, line: number, column: number): SyntaxFault {
  const code = character.charCodeAt(0).toString(16).toUpperCase()
    .padStart(4, "0");
  return {
    line,
    column,
    message: `there is a character that cannot be seen (U+${code})`,
    advice:
      `Remove it, or write the line anew: what stands at column ${column} is no ordinary blank`,
  };
}

/** Says what is wrong with a value. */
export function valueFault(pair: Statement, refusal: Refusal): SyntaxFault {
  const key = pair.path.at(-1)!;
  const at = { line: pair.valueLine, column: pair.valueColumn };
  const { value } = pair;
  // The end of a key in base64 looks like a name.
  const isNamed = isPlainName(key) && value !== "=";
  const name = isNamed ? `\`${key}\`` : "this setting";
  if (refusal.form) {
    return {
      ...placeIn(pair, refusal.at),
      message: `the value of ${name} has ${refusal.form}`,
      advice: refusal.advice,
    };
  }
  const hidden = /^(?!"""|''')/.test(value) &&
    unseenFault(value, pair.valueLine, pair.valueColumn - 1);
  if (hidden) return hidden;
  if (value === "") return { ...at, message: `${name} has no value` };
  const bare = withoutEnd(value);
  if (bare !== value && isValue(bare)) {
    return {
      ...at,
      message: `the value of ${name} is followed by ${value.at(-1)}`,
      correction: correctionOf(key, bare),
      advice: `Remove the ${value.at(-1)} at the end of line ${at.line}`,
    };
  }
  if (SECOND_PAIR_REGEXP.test(value)) {
    return {
      ...at,
      message: `something follows the value of ${name} on its line`,
      advice:
        "Write each setting on a line of its own, with its value in quotes",
    };
  }
  if (TYPOGRAPHIC_QUOTE_REGEXP.test(value)) {
    return {
      ...at,
      message: `the value of ${name} has typographic quotes; TOML needs "`,
      correction: correctionOf(
        key,
        quoted(value.replace(new RegExp(TYPOGRAPHIC_QUOTE_REGEXP, "g"), "")),
      ),
    };
  }
  if (/^["']/.test(value)) {
    const unclosed = !/^("(?:[^"\\\n]|\\.)*"|'[^'\n]*')/.test(value);
    return {
      ...at,
      message: unclosed
        ? `the value of ${name} lacks its closing quote`
        : /\\/.test(value) && value.startsWith('"') && value.endsWith('"')
        ? `the value of ${name} has a backslash that TOML does not know; use '…' for text with backslashes`
        : `something follows the value of ${name} on its line`,
    };
  }
  if (/^[[{]/.test(value)) {
    return refusal.at < value.length
      ? {
        ...placeIn(pair, refusal.at),
        message:
          `the brackets of ${name} hold something that TOML does not know; text needs quotes`,
      }
      : {
        ...at,
        message:
          `the value of ${name} opens a bracket that is not closed, or is not a TOML list`,
      };
  }
  return {
    ...at,
    message: `the value of ${name} needs quotes`,
    correction: correctionOf(isNamed ? key : "", quoted(value)),
  };
}

/** Where the character of a value stands that has so many before it. */
function placeIn(
  { value, valueLine, valueColumn }: Statement,
  at: number,
): { line: number; column: number } {
  const lines = value.slice(0, at).split("\n");
  const before = lines.length > 1 ? 0 : valueColumn - 1;
  return {
    line: valueLine + lines.length - 1,
    column: before + lines.at(-1)!.length + 1,
  };
}

/** A value without what other languages end a line with. */
function withoutEnd(value: string): string {
  let end = value.length;
  while (/[,;]/.test(value[end - 1] ?? "")) end--;
  return value.slice(0, end).trimEnd();
}

/** `1 OTHER = "x"`: an equals sign within an address has no blank before. */
const SECOND_PAIR_REGEXP = /^\S*(?:[ \t][ \t,;]*|[,;])[A-Za-z_][\w-]*[ \t]*=/;

function correctionOf(name: string, value: string): Correction {
  return { name: isPlainName(name) ? name : undefined, value };
}

function quoted(value: string): string {
  return JSON.stringify(value.replace(/^["']|["']$/g, ""));
}

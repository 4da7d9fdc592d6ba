/**
 * Takes the command lines apart that `shell.ts` puts together, so that they
 * can be run without a shell.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

const WORD_REGEXP =
  /(?:[A-Za-z0-9_@%+=:,./-]|\\'|'[^']*'|\$'(?:[^'\\]|\\.)*')+/y;
const PART_REGEXP =
  /\\'|'([^']*)'|\$'((?:[^'\\]|\\.)*)'|([A-Za-z0-9_@%+=:,./-]+)/gy;

/**
 * Splits a line into its commands, joined by `&&`, and those into words;
 * undefined for anything that only a shell could run.
 */
export function splitCommand(line: string): string[][] | undefined {
  const commands: string[][] = [[]];
  let at = 0;
  while (at < line.length) {
    if (line[at] === " ") {
      at++;
      continue;
    }
    if (line.startsWith("&& ", at)) {
      commands.push([]);
      at += 3;
      continue;
    }
    WORD_REGEXP.lastIndex = at;
    const word = WORD_REGEXP.exec(line)?.[0];
    const end = at + (word?.length ?? 0);
    if (word === undefined || (end < line.length && line[end] !== " ")) {
      return undefined;
    }
    commands.at(-1)!.push(unquote(word));
    at = end;
  }
  return commands.every((words) => words.length > 0) ? commands : undefined;
}

function unquote(word: string): string {
  return [...word.matchAll(PART_REGEXP)].map(([part, single, ansi, plain]) =>
    plain ?? single ?? (ansi === undefined ? part.slice(1) : decodeAnsi(ansi))
  ).join("");
}

/** `$'…'` as `quoteWord` writes it: bytes as `\xNN`, `\\` and `\'`. */
function decodeAnsi(text: string): string {
  const bytes: number[] = [];
  for (
    const [part, hex] of text.matchAll(/\\x([0-9a-f]{2})|\\[\s\S]|[^\\]+/g)
  ) {
    if (hex !== undefined) bytes.push(parseInt(hex, 16));
    else {
      const literal = part.startsWith("\\") ? part.slice(1) : part;
      bytes.push(...new TextEncoder().encode(literal));
    }
  }
  return new TextDecoder().decode(new Uint8Array(bytes));
}

/**
 * Where a source file sets a name, and what stands around those lines: told by
 * the indentation, as text.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

/** A block around a line. */
export interface Block {
  kind: "main" | "types" | "if" | "try" | "except" | "else" | "for" | "while";
  line: number;
  /** The line of what catches the failure of a `try:`, and goes on. */
  except?: number;
}

/** A line that gives a name a value. */
export interface Binding {
  line: number;
  how: "import" | "defined" | "set" | "caught";
  /** The module that an import names. */
  module?: string;
  /** The blocks around it, the outermost first; none where it always runs. */
  around: Block[];
  /** The function around it, and the class where there is no function. */
  inFunction?: string;
  inClass?: string;
  /** The function says `global` of the name. */
  isGlobal: boolean;
}

const MOST_LINES = 20_000;

/** All lines of a file that give a name a value. */
export function bindingsOf(
  name: string,
  lines: readonly string[],
): Binding[] {
  const expressions: readonly (readonly [Binding["how"], RegExp])[] = [
    [
      "import",
      new RegExp(
        `^\\s*(?:from\\s+([\\w.]+)\\s+)?import\\s+(?:\\(?[\\w\\s,.]*\\bas\\s+${name}|\\(?(?:[\\w\\s,]*,\\s*)?${name})\\s*(?=[,)#.]|$)`,
      ),
    ],
    ["defined", new RegExp(`^\\s*(?:async\\s+)?(?:def|class)\\s+${name}\\b`)],
    [
      "set",
      new RegExp(
        `^\\s*(?:\\w+\\s*[,=]\\s*){0,6}${name}\\s*(?:,\\s*\\w+\\s*){0,6}(?::[^=]{1,80})?=(?!=)|^\\s*for\\s[^:]{0,40}\\b${name}\\b.{0,40}\\bin\\b|^\\s*(?:async\\s+)?with\\b.{0,200}\\bas\\s+${name}\\b`,
      ),
    ],
    ["caught", new RegExp(`^\\s*except\\b.{0,120}\\bas\\s+${name}\\s*:`)],
  ];
  return lines.slice(0, MOST_LINES).flatMap((text, at) => {
    if (!text.includes(name)) return [];
    for (const [how, expression] of expressions) {
      const found = expression.exec(text);
      if (!found) continue;
      return [{
        line: at + 1,
        how,
        ...how === "import" && { module: found[1] ?? name },
        ...surroundings(name, at, lines),
      }];
    }
    return [];
  });
}

/** The calls of a function at the margin of a file, or below the guard. */
export function callsOf(
  name: string,
  lines: readonly string[],
): { line: number; isMain: boolean }[] {
  const call = new RegExp(`(?<![\\w.])${name}\\s*\\(`);
  return lines.slice(0, MOST_LINES).flatMap((text, at) =>
    call.test(text) && !/^\s*(?:async\s+)?def\b|^\s*#/.test(text)
      ? [{
        line: at + 1,
        isMain: surroundings(name, at, lines).around
          .some(({ kind }) => kind === "main"),
      }]
      : []
  );
}

function surroundings(
  name: string,
  at: number,
  lines: readonly string[],
): Pick<Binding, "around" | "inFunction" | "inClass" | "isGlobal"> {
  const around: Block[] = [];
  let inFunction: string | undefined;
  let inClass: string | undefined;
  let isGlobal = false;
  let depth = indentOf(lines[at]!);
  let inner = at;
  for (let line = at - 1; line >= 0 && depth > 0; line--) {
    const text = lines[line]!;
    if (!/\S/.test(text) || /^\s*[#)\]}]/.test(text)) continue;
    const indent = indentOf(text);
    if (indent >= depth) continue;
    depth = indent;
    const [, made, called] =
      /^\s*(?:async\s+)?(def|class)\s+(\w+)/.exec(text) ?? [];
    if (made === "def") {
      inFunction = called;
      inClass = undefined;
      isGlobal ||= lines.slice(line, inner + 1).some((each) =>
        new RegExp(`^\\s*global\\b[^#]*\\b${name}\\b`).test(each)
      );
    } else if (made === "class") inClass ??= inFunction ? undefined : called;
    else {
      const block = blockOf(text, line, lines);
      if (block) around.unshift(block);
    }
    inner = line;
  }
  return { around, inFunction, inClass, isGlobal };
}

function blockOf(
  text: string,
  line: number,
  lines: readonly string[],
): Block | undefined {
  const at = { line: line + 1 };
  if (/^\s*if\s+__name__\s*==\s*["']__main__["']/.test(text)) {
    return { kind: "main", ...at };
  }
  if (/^\s*if\s+(?:\w+\.)?TYPE_CHECKING\b/.test(text)) {
    return { kind: "types", ...at };
  }
  const [, kind] = /^\s*(if|elif|else|try|except|for|while)\b/.exec(text) ?? [];
  if (kind === "try") {
    const indent = indentOf(text);
    const next = lines.slice(line + 1).findIndex((each) =>
      /\S/.test(each) && indentOf(each) <= indent && !/^\s*#/.test(each)
    );
    const found = next < 0 ? undefined : lines[line + 1 + next]!;
    return {
      kind,
      ...at,
      ...found && /^\s*except\b/.test(found) && { except: line + 2 + next },
    };
  }
  return kind === undefined
    ? undefined
    : { kind: kind === "elif" ? "if" : kind as Block["kind"], ...at };
}

function indentOf(text: string): number {
  return /^\s*/.exec(text)![0].replaceAll("\t", "        ").length;
}

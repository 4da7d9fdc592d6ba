/**
 * Where a login file gives a variable its value, and why that does not reach
 * the web server: below the line at which a shell without a terminal stops
 * reading, without `export`, or in a file that only other shells read.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { basename, dirname, join } from "node:path";
import { exists, linesOf, type Scene, textOf } from "./scene.ts";

/** The login files, those first which a login shell of bash reads first. */
const FILES = [
  ".bash_profile",
  ".bash_login",
  ".profile",
  ".bashrc",
  ".bash_aliases",
  ".zshenv",
  ".zprofile",
  ".zshrc",
];
/** Asks whether somebody types. */
const INTERACTIVE =
  /\$-|\$\{?PS1\b|\[\s*(?:!\s*)?-t\s+[012]\b|shopt\s+-q\s+login_shell/;
const MOST_LINES_OF_GUARD = 6;

/** A line that gives a variable its value, and what is to be said of it. */
export interface LoginLine {
  /** Follows "; ". */
  known: string;
  /** What else would mend it, as a sentence goes on; empty where nothing. */
  or: string;
}

/** The line of the login files that gives a variable its value. */
export function loginLineOf(
  name: string,
  scene: Scene,
): LoginLine | undefined {
  const { host } = scene.site;
  const home = host.user(host.identity.uid)?.home;
  if (!home) return undefined;
  const sets = new RegExp(
    `^\\s*(?:(export|declare -x|typeset -x)\\s+(?:\\w+=\\S*\\s+)*)?${name}=`,
  );
  for (const file of FILES.map((each) => join(home, each))) {
    const lines = linesOf(file, scene);
    const at = lines.findIndex((line) => sets.test(line));
    if (at < 0) continue;
    const spot = `line ${at + 1} of ${file}`;
    const isExported = sets.exec(lines[at]!)?.[1] !== undefined ||
      /^\s*set -\w*a/m.test(textOf(file, scene)) ||
      lines.some((line) =>
        new RegExp(`^\\s*export\\s+(?:\\w+\\s+)*${name}\\b`).test(line)
      );
    if (!isExported) {
      return {
        known:
          `${spot} gives it a value without \`export\`, so that no program gets it`,
        or: `; or write \`export\` before it on that line`,
      };
    }
    const login = FILES.slice(0, 3).map((each) => join(home, each));
    const first = login.find((each) => exists(each, scene));
    const isOfBash = /\/\.bash(?:rc|_aliases)$/.test(file);
    if (isOfBash && !isReached(file, first, scene)) {
      const into = first ?? join(home, ".profile");
      return {
        known:
          `${spot} sets it, and a shell that logs in, as that of the web server, does not read that file: ${
            first
              ? `${first} does not name it`
              : `there is no ${login.join(", ")} that names it`
          }`,
        or:
          `; or write that line into ${into} as well, which such a shell reads`,
      };
    }
    const guard = guardAbove(lines, at);
    if (guard !== undefined) {
      return {
        known:
          `${spot} sets it, below line ${guard}, at which a shell that nobody types in stops reading, as that of the web server`,
        or: `; or move line ${at + 1} of ${basename(file)} above line ${guard}`,
      };
    }
    const isPassed = /\/\.(?:profile|bash_login)$/.test(file) && first &&
      first !== file && !sources(first, file, scene);
    return {
      known: isPassed
        ? `${spot} sets it, and bash does not read that file where there is ${first}`
        : `${spot} sets it for shells, and not for the web server`,
      or: "",
    };
  }
  return undefined;
}

/** The line at which reading ends where nobody types, counted from 1. */
function guardAbove(
  lines: readonly string[],
  below: number,
): number | undefined {
  for (let at = 0; at < below; at++) {
    const line = lines[at]!;
    if (/^\s*#/.test(line) || !INTERACTIVE.test(line)) continue;
    const rest = lines.slice(at, Math.min(below, at + MOST_LINES_OF_GUARD));
    const end = rest.findIndex((each) => /^\s*(?:esac|fi)\b/.test(each));
    const block = (end < 0 ? rest.slice(0, 2) : rest.slice(0, end + 1))
      .filter((each) => !/^\s*#/.test(each));
    if (block.some((each) => /\b(?:return|exit)\b/.test(each))) return at + 1;
  }
  return undefined;
}

/** Tells whether a login shell of bash comes to a file, on whatever way. */
function isReached(
  file: string,
  first: string | undefined,
  scene: Scene,
): boolean {
  const pending = first ? [first] : [];
  // The list grows while it is walked through.
  for (const each of pending) {
    if (each === file) return true;
    for (const other of FILES.map((name) => join(dirname(file), name))) {
      if (!pending.includes(other) && sources(each, other, scene)) {
        pending.push(other);
      }
    }
  }
  return false;
}

function sources(file: string, other: string, scene: Scene): boolean {
  return linesOf(file, scene).some((line) =>
    !/^\s*#/.test(line) && line.includes(basename(other))
  );
}

/**
 * The limits that a login shell leaves to what it starts, and its umask: which
 * of them a site runs into sooner or later.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { type Finding, finding, type Place } from "../findings/finding.ts";
import type { FindLine } from "../site/login_files.ts";
import { counted } from "../text/wrap.ts";

/** Limits of a shell, by their letter for `ulimit`; those without are absent. */
export interface LoginLimits {
  values: Readonly<Record<string, number>>;
  umask?: number;
}

/** Precedes the limits in what the login shell prints. */
const LIMITS_MARK = "wsgi-shim-limits:";

/** Prints them, on descriptor 9, without a program or another process. */
export const LIMITS_SCRIPT =
  `printf "\\n${LIMITS_MARK} umask=" >&9; umask >&9; ` +
  `for l in ${"v u n t f"}; do printf " $l=" >&9; ulimit -S -$l >&9 2>/dev/null; done; `;

/** Reads what the script printed; undefined where it did not come so far. */
export function readLoginLimits(output: string): LoginLimits | undefined {
  const at = output.lastIndexOf(LIMITS_MARK);
  if (at < 0) return undefined;
  const told = output.slice(at + LIMITS_MARK.length).split("wsgi-shim-login:")[
    0
  ]!;
  const umask = /\bumask=([0-7]+)/.exec(told)?.[1];
  return {
    values: Object.fromEntries(
      [...told.matchAll(/ ([vuntf])=(\d+)/g)].map((
        [, letter, value],
      ) => [letter!, Number(value)]),
    ),
    ...umask && { umask: parseInt(umask, 8) },
  };
}

/** What a site runs into, where the value is below. */
const KINDS: readonly {
  letter: string;
  below: number;
  what: (value: number) => string;
}[] = [
  {
    letter: "v",
    below: 1_500_000,
    what: (value) =>
      `${
        Math.round(value / 1_000)
      } MB of address space for each process, of which Node alone sets aside 1000 MB`,
  },
  {
    letter: "u",
    below: 64,
    what: (value) =>
      `${value} processes and threads for all that the user runs`,
  },
  {
    letter: "n",
    below: 128,
    what: (value) => `${value} open files and connections for each process`,
  },
  {
    letter: "t",
    below: 86_400,
    what: (value) =>
      `${
        counted(value, "second")
      } of processor time for each process, after which it is killed, however well it works`,
  },
  {
    letter: "f",
    below: 20_000,
    what: (value) =>
      value === 0
        ? "files of 0 bytes, so that the application can write none and no log"
        // Bash counts in 1,024 bytes.
        : `files of about ${
          value < 1_000 ? `${value} kB` : `${Math.round(value / 1_000)} MB`
        }, the log among them`,
  },
];

/** The limits that are low, by letter. */
export function lowLimits({ values }: LoginLimits): string[] {
  return KINDS.filter(({ letter, below }) => (values[letter] ?? below) < below)
    .map(({ letter }) => letter);
}

/** Tells of low limits, and of files that the web server could not read. */
export function checkLoginLimits(
  limits: LoginLimits,
  { findLine, home, publicDirectory }: {
    findLine: FindLine;
    home: string;
    publicDirectory: string;
  },
): Finding[] {
  const found = KINDS.flatMap(({ letter, below, what }): Finding[] => {
    const value = limits.values[letter];
    if (value === undefined || value >= below) return [];
    const line = lineOfLimit(letter, findLine);
    return [finding("login-limit", {
      message: line
        ? `Line ${line.line} of "${line.file}" sets ulimit -${letter}, which leaves the application ${
          what(value)
        }`
        : `The login shell has ulimit -${letter}, which leaves the application ${
          what(value)
        }`,
      place: line ?? { file: home },
      fix: mendOf(line),
    })];
  });
  const line = findLine(/(^|[;&|]\s*)\s*umask\s+[0-7]/);
  // One that the system sets is its administrators' wish.
  if (line && limits.umask !== undefined && limits.umask & 0o005) {
    found.push(finding("login-umask", {
      message: `Line ${line.line} of "${line.file}" sets the umask ${
        limits.umask.toString(8).padStart(3, "0")
      }: what the application writes, such as uploads or static files in ${publicDirectory}, is closed to the web server`,
      place: line,
      fix: {
        text:
          'Set it for shells only: `[ -z "$IN_PASSENGER" ] && umask …`; or let the application open what the web server is to serve',
      },
    }));
  }
  // Whatever the web server reads, nobody else is to write.
  if (line && limits.umask !== undefined && !(limits.umask & 0o002)) {
    found.push(finding("login-umask-open", {
      message: `Line ${line.line} of "${line.file}" sets the umask ${
        limits.umask.toString(8).padStart(3, "0")
      }: what the application writes, everybody on this machine may change`,
      place: line,
      fix: { text: `Write \`umask 022\` on line ${line.line} of ${line.file}` },
    }));
  }
  return found;
}

/** A start that fails with the limits of the login shell, and not without. */
export function startLimited(
  limits: LoginLimits,
  what: "Node" | "No program" | "The application",
  { findLine, home }: { findLine: FindLine; home: string },
): Finding {
  const letters = lowLimits(limits);
  const line = letters.map((letter) => lineOfLimit(letter, findLine))
    .find((each) => each);
  const isOurs = what === "The application";
  return {
    ...finding(isOurs ? "login-limit" : "login-limit-start", {
      message: `${
        what === "No program" ? `${what} starts` : `${what} does not start`
      } with ${letters.map((letter) => `ulimit -${letter}`).join(" and ")} as ${
        line
          ? `line ${line.line} of "${line.file}" sets`
          : "the login shell has"
      } ${letters.length > 1 ? "them" : "it"}${
        what === "No program" ? "" : ", and starts without"
      }: ${
        letters.map((letter) =>
          KINDS.find((each) => each.letter === letter)!.what(
            limits.values[letter]!,
          )
        ).join("; ")
      }`,
      place: line ?? { file: home },
      fix: mendOf(line),
    }),
    severity: "error",
  };
}

function lineOfLimit(letter: string, findLine: FindLine) {
  return findLine(new RegExp(`\\bulimit\\s(?:.*\\s)?-[SH]*${letter}\\b`)) ??
    (letter === "f" ? findLine(/\bulimit\s+\d/) : undefined);
}

function mendOf(line: Place | undefined) {
  return {
    text: line
      ? 'Remove the line, or let it count for shells only: `[ -z "$IN_PASSENGER" ] && ulimit …`'
      : "Look for ulimit in /etc/profile and what it reads, and ask the administrators for more",
  };
}

/** The words that run a program with the low limits of a login shell. */
export function withLimits(
  limits: LoginLimits,
  shell: string,
  words: readonly string[],
): string[] {
  const set = lowLimits(limits)
    .map((letter) => `ulimit -${letter} ${limits.values[letter]}; `).join("");
  return [shell, "-c", `${set}exec "$0" "$@"`, ...words];
}

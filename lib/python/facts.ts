/**
 * Runs the interpreter once, on `facts.py`, and reads what it tells.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import type { RunResult } from "../machine/host.ts";
import { readSecrets } from "../site/secrets.ts";
import type { Site } from "../site/site.ts";

/**
 * Where the program lies that the interpreter runs, relative to `lib/`. What
 * Node loads cannot have its text, so whoever wants to ask brings it along.
 */
export const FACTS_PROGRAM = { source: "python/facts.py" };

/** Precedes the answer, as in `facts.py`. */
export const ANSWER_MARK = "wsgi-shim-facts:";

/** A line of a Python file. */
export interface SourceLine {
  file: string;
  line?: number;
}

/** What the interpreter tells; a part that failed is absent. */
export interface PythonFacts {
  version: number[];
  prefix: string;
  base: string;
  executable: string;
  /** Modules of the standard library that this Python lacks. */
  incomplete?: string[];
  /** Files that the application imports and Python cannot parse. */
  syntax?: (SourceLine & { column?: number; type: string; message: string })[];
  /** Imports that lead nowhere. */
  missing?: (SourceLine & { name: string })[];
  /** The first part of the configured module, which is not installed. */
  target_missing?: string;
  /** Variables that the application reads without a default. */
  needed?: (SourceLine & { name: string })[];
  /** Compiled copies that differ from their source. */
  stale?: { file: string; cached: string }[];
  /** Keys of sessions that each process makes for itself. */
  keys?: (SourceLine & { name: string })[];
  /** Files that hide a module of the standard library. */
  shadows?: string[];
  /** Distributions with files missing. */
  damaged?: { name: string; count: number; file: string }[];
  /** Distributions that ask for others than those installed. */
  conflicts?: {
    name: string;
    version: string;
    needs: string;
    has: string | null;
  }[];
}

/** The interpreter's answer, or how it failed to give one. */
export type PythonAnswer =
  | { facts: PythonFacts }
  | { failed: RunResult };

const TIMEOUT_MS = 20_000;
const answers = new WeakMap<Site, { answer: PythonAnswer | undefined }>();

/**
 * Asks the interpreter, once per site; undefined when it may not be run.
 *
 * @param program The text of `FACTS_PROGRAM`; without it, nothing is run
 */
export function readPythonFacts(
  python: string,
  site: Site,
  program: string | undefined,
): PythonAnswer | undefined {
  if (program === undefined) return undefined;
  let known = answers.get(site);
  if (!known) {
    known = { answer: ask(python, program, site) };
    answers.set(site, known);
  }
  return known.answer;
}

function ask(
  python: string,
  text: string,
  site: Site,
): PythonAnswer | undefined {
  if (site.host.startsNothing) return undefined;
  const { application, config, host } = site;
  const extra = (config?.environment.PYTHONPATH ?? "").split(":")
    .filter((folder) => folder.startsWith("/"));
  const question = JSON.stringify({
    target: application?.target,
    path: [...(application?.path ?? []), ...extra],
  });
  const args = ["-I", "-c", text, question];
  const options = { timeout: TIMEOUT_MS, cwd: "/" };
  // The web server's environment is not that of this shell.
  const bare = host.run(python, args, { ...options, env: bareEnv(site) });
  const first = factsOf(bare);
  if (first) return { facts: first };
  // What hangs once will hang again.
  const { cleanSaid } = readSecrets(site);
  const failed = { ...bare, stderr: cleanSaid(bare.stderr) };
  if (bare.errno === "ETIMEDOUT") return { failed };
  const second = factsOf(host.run(python, args, options));
  return second ? { facts: second } : { failed };
}

function bareEnv({ host, user }: Site): Record<string, string> {
  return {
    PATH: "/usr/local/bin:/usr/bin:/bin",
    HOME: user?.home ?? host.env.HOME ?? "/",
    LC_ALL: "C.UTF-8",
  };
}

function factsOf({ stdout }: RunResult): PythonFacts | undefined {
  const at = stdout.lastIndexOf(ANSWER_MARK);
  if (at < 0) return undefined;
  try {
    return JSON.parse(stdout.slice(at + ANSWER_MARK.length));
  } catch {
    return undefined;
  }
}

/** Why an interpreter gave no answer, in words. */
export function reasonOf(
  { errno, signal, status, stderr }: Omit<RunResult, "stdout">,
): string {
  if (errno === "ETIMEDOUT") return "it did not end within 20 seconds";
  if (errno === "EACCES") return "the system does not permit it";
  if (errno === "ENOEXEC") return "it is not a program for this system";
  if (errno === "ENOENT") return "the loader that it names does not exist here";
  if (errno) return `the system says ${errno}`;
  if (signal) return `it was ended by ${signal}`;
  const lines = stderr.split("\n").map((line) => line.trim()).filter(Boolean);
  const library =
    /error while loading shared libraries: (\S+?):|version `(\S+?)' not found/
      .exec(stderr);
  if (library?.[1]) return `the shared library ${library[1]} is missing`;
  if (library?.[2]) {
    return `it needs ${
      library[2]
    }, which the libraries of this system do not have`;
  }
  const encodings = lines.find((line) =>
    /No module named 'encodings'/.test(line)
  );
  if (encodings) return "its own library is gone (no module named 'encodings')";
  if (lines.length === 0 && !status) return "it does not answer as Python does";
  return `it ended with status ${status ?? "unknown"}${
    lines.length > 0 ? `: ${lines.at(-1)!.slice(0, 200)}` : ""
  }`;
}

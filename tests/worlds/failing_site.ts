/**
 * Failures of Python in the healthy site of `site.ts`, as the rules of the
 * catalogue give them for examples.
 *
 * @module
 */

import type { Failure, PythonException } from "../../lib/python/failure.ts";
import { plainFailure } from "../../lib/python/failure.ts";
import type { Example } from "../../lib/causes/rule.ts";
import { makeScene, type Scene } from "../../lib/causes/scene.ts";
import { readSite, type Site } from "../../lib/site/site.ts";
import { createFakeHost, type Entry } from "./machine.ts";
import { CONFIG, healthyFiles, MODULE, PYTHON, ROOT, SITE } from "./site.ts";

const PACKAGES = `${SITE}/venv/lib/python3.11/site-packages`;

const FULL = { freeBytes: 0, totalBytes: 10, freeFiles: 5, totalFiles: 10 };
const SPACE = {
  "/srv/full": FULL,
  [`${SITE}/full`]: FULL,
  "/srv/crowded": { ...FULL, freeBytes: 5, freeFiles: 0 },
};

/** Puts paths in place of the words that examples write for them. */
export function spellOut(text: string): string {
  return text.replace(/\bPACKAGES\b/g, PACKAGES)
    .replace(/\bPYTHON\//g, "/usr/lib/python3.11/")
    .replace(/\bPYTHON\b/g, PYTHON)
    .replace(/\bAPP\b/g, `${SITE}/myapp`)
    .replace(/\bROOT\b/g, ROOT)
    .replace(/\bSITE\b/g, SITE);
}

/** A failure, and the site on which it happened. */
export function stage(example: Example): { failure: Failure; site: Site } {
  const given = typeof example === "string" ? { raised: example } : example;
  const { raised, facts, failure, files = {}, config, env } = given;
  const host = createFakeHost({
    env,
    space: SPACE,
    files: {
      ...healthyFiles(),
      [`${ROOT}/config.toml`]: CONFIG + (config ? `${config}\n` : ""),
      ...Object.fromEntries(
        Object.keys(files).flatMap((path) =>
          foldersOf(spellOut(path)).map((folder) => [folder, {}])
        ),
      ),
      ...Object.fromEntries(
        Object.entries(files).map(([path, file]) =>
          [spellOut(path), file ?? undefined] as [string, Entry | undefined]
        ),
      ),
    },
  });
  const site = readSite(ROOT, host);
  if (!site.config) throw new Error(`No config.toml: ${config}`);
  const [, type = "", message = ""] = /^([\w.]+)(?:: ([\s\S]*))?$/
    .exec(spellOut(raised ?? "")) ?? [];
  const exception = {
    type,
    message,
    frames: framesOf(given),
    ...spelled(facts ?? {}),
  };
  return {
    failure: {
      problem: "import-raised",
      python: "3.11.2",
      ...raised && { exception },
      ...spelled(failure ?? {}),
    },
    site,
  };
}

/** The scene of an example. */
export function sceneOf(example: Example): Scene {
  const { failure, site } = stage(example);
  return makeScene(plainFailure(failure), site);
}

/** What an example calls itself. */
export function titleOf(example: Example): string {
  const given = typeof example === "string" ? { raised: example } : example;
  return (given.raised ?? given.failure?.problem ?? "").split("\n")[0]!
    .slice(0, 90);
}

/** The folders above a file, as far as they belong to the site's user. */
function foldersOf(path: string): string[] {
  const parts = path.split("/");
  return parts.map((_, at) => parts.slice(0, at).join("/"))
    .filter((each) => each.startsWith(`${SITE}/`));
}

function framesOf(
  given: { in?: string | readonly string[]; frames?: readonly string[] },
): PythonException["frames"] {
  const below = given.in === undefined ? [] : [given.in].flat();
  const frames = given.frames ?? [`${MODULE} <module>`, ...below];
  return frames.map((frame) => {
    const [file = "", name = "f"] = spellOut(frame)
      .split(/ (?=\S+$)/);
    return { file, line: file === MODULE ? 3 : 9, function: name };
  });
}

/** All texts of some facts, with paths in place of the words for them. */
function spelled<T>(facts: T): T {
  return JSON.parse(spellOut(JSON.stringify(facts)));
}

/**
 * Failures of Python in the healthy site of `site.ts`, and what the hints say
 * of them.
 *
 * @module
 */

import { assertEquals, assertStringIncludes } from "@std/assert";
import type {
  Failure,
  Frame,
  PythonException,
} from "../../lib/python/failure.ts";
import type { Finding } from "../../lib/findings/finding.ts";
import { explainFailure } from "../../lib/causes/explain.ts";
import { readSite } from "../../lib/site/site.ts";
import { createFakeHost, type World } from "./machine.ts";
import { CONFIG, healthyFiles, MODULE, ROOT, SITE } from "./site.ts";

export const PACKAGES = `${SITE}/venv/lib/python3.11/site-packages`;

/** The line of the application that stands in every traceback. */
export const OWN: Frame = { file: MODULE, line: 3, function: "<module>" };

/** A frame of an installed package. */
export function inPackage(path: string, name = "f"): Frame {
  return { file: `${PACKAGES}/${path}`, line: 9, function: name };
}

/** A frame of Python's own. */
export function inPython(path: string, name = "f"): Frame {
  return { file: `/usr/lib/python3.11/${path}`, line: 9, function: name };
}

/** An exception, and the world that it was raised in. */
export interface Case extends Partial<PythonException> {
  /** As Python prints it: `ValueError: too bad`. */
  raised?: string;
  /** Frames below the application's own. */
  below?: Frame[];
  failure?: Partial<Failure>;
  files?: World["files"];
  config?: string;
  world?: Partial<World>;
}

/** What the hints say. */
export function explain(given: Case): Finding {
  const { raised, below = [], failure, files, config, world, ...facts } = given;
  const [, type = "", message = ""] = /^([\w.]+)(?:: ([\s\S]*))?$/
    .exec(raised ?? "") ?? [];
  const exception = { type, message, frames: [OWN, ...below], ...facts };
  const host = createFakeHost({
    ...world,
    files: {
      ...healthyFiles(),
      [`${ROOT}/config.toml`]: CONFIG + (config ?? ""),
      ...files,
    },
  });
  const found = explainFailure(
    {
      problem: "import-raised",
      python: "3.11.2",
      ...raised && { exception },
      ...failure,
    },
    readSite(ROOT, host),
    (error) => {
      throw error;
    },
  );
  assertEquals(found.length, 1);
  assertEquals(found[0]!.severity, "error");
  return found[0]!;
}

/** A case, and what is to be said: code, parts of message and fix. */
export type Row = [
  given: Case,
  code: string,
  says: string,
  fix: string,
];

/** Registers a test for every row. */
export function testRows(subject: string, rows: Row[]) {
  for (const [given, code, says, fix] of rows) {
    const what = given.raised ?? given.failure?.problem ?? "";
    Deno.test(`${subject}: ${what.split("\n")[0]!.slice(0, 90)}`, () => {
      const found = explain(given);
      assertEquals(found.code, code, found.message);
      assertStringIncludes(found.message, says);
      const { fix: mend } = found;
      assertStringIncludes(
        mend === undefined ? "" : "command" in mend ? mend.command : mend.text,
        fix,
      );
    });
  }
}

/** Registers a test for failures whose cause is not to be guessed. */
export function testSilence(subject: string, cases: Case[]) {
  for (const given of cases) {
    Deno.test(`${subject} does not guess: ${given.raised}`, () => {
      const found = explain(given);
      assertEquals(
        found.code,
        given.failure?.problem === "request-raised"
          ? "app-request-failed"
          : "app-import-failed",
        found.message,
      );
      assertEquals(found.place, { file: OWN.file, line: OWN.line });
    });
  }
}

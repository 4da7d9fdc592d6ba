/**
 * The Python programs of ours that an interpreter is asked with.
 *
 * @module
 */

import { FACTS_PROGRAM } from "./facts.ts";
import { STARTUP_PROGRAM } from "./startup_file.ts";

/** Asks a site that runs without us. */
export const ANSWERS_PROGRAM = { source: "python/native_answers.py" };

/** Where they lie, relative to `lib/`. */
export const PYTHON_PROGRAMS: readonly { source: string }[] = [
  FACTS_PROGRAM,
  STARTUP_PROGRAM,
  ANSWERS_PROGRAM,
];

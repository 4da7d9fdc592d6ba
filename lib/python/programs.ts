/**
 * The Python programs of ours that an interpreter is asked with.
 *
 * @module
 */

import { FACTS_PROGRAM } from "./facts.ts";
import { STARTUP_PROGRAM } from "./startup_file.ts";

/** Where they lie, relative to `lib/`. */
export const PYTHON_PROGRAMS: readonly { source: string }[] = [
  FACTS_PROGRAM,
  STARTUP_PROGRAM,
];

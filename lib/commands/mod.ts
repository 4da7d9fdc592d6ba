/**
 * All commands, in the order of the help. Help, suggestions and completions
 * are made from this table.
 *
 * Layer 5.
 *
 * @module
 */

import { checkCommand } from "./check.ts";
import type { Command } from "./command.ts";
import { installCommand } from "./install.ts";

/** The commands. */
export const COMMANDS: readonly Command[] = [
  installCommand,
  checkCommand,
];

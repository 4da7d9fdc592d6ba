/**
 * All commands, in the order of the help. Help, suggestions and completions
 * are made from this table.
 *
 * @module
 */

import { adoptCommand } from "./adopt.ts";
import { checkCommand } from "./check.ts";
import type { Command } from "./command.ts";
import { makeCompletionsCommand } from "./completions.ts";
import { ejectCommand } from "./eject.ts";
import { explainCommand } from "./explain.ts";
import { installCommand } from "./install.ts";
import { logsCommand } from "./logs.ts";
import { maintCommand } from "./maint.ts";
import { doorCommand } from "./passenger_door.ts";
import { restartCommand } from "./restart.ts";
import { serveCommand } from "./serve.ts";
import { settingsCommand } from "./settings.ts";
import { statusCommand } from "./status.ts";
import { upgradeCommand } from "./upgrade.ts";

/** The commands. */
export const COMMANDS: readonly Command[] = [
  installCommand,
  adoptCommand,
  ejectCommand,
  checkCommand,
  serveCommand,
  restartCommand,
  maintCommand,
  statusCommand,
  logsCommand,
  settingsCommand,
  explainCommand,
  upgradeCommand,
  doorCommand,
  makeCompletionsCommand(() => COMMANDS),
];

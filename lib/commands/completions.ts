/**
 * `wsgi-shim completions`: a script that teaches a shell our commands.
 *
 * @module
 */

import type { ExitCode, Io } from "./terminal.ts";
import { oneOf, parseArguments } from "./arguments.ts";
import { type Command, command, type Usage } from "./command.ts";
import { renderCompletions, SHELLS } from "./completion_script.ts";
import { helpUsage } from "./help.ts";

/** What `completions` was asked for. */
export interface CompletionsOptions {
  shell: typeof SHELLS[number];
}

export const completionsUsage: Usage = {
  name: "completions",
  summary: "Print a script for the completion of commands in your shell",
  arguments: [{ name: "SHELL", kind: SHELLS }],
  options: [],
  description: [
    "Prints a script that completes commands, options, their values and " +
    "folders. Load it in the start file of your shell.",
  ],
  examples: [
    ["source <(wsgi-shim completions bash)", "in ~/.bashrc"],
    ["source <(wsgi-shim completions zsh)", "in ~/.zshrc, after compinit"],
    [
      "wsgi-shim completions fish | source",
      "in ~/.config/fish/config.fish",
    ],
  ],
};

/** Parses the arguments of `completions`. */
export function parseCompletions(argv: string[]): CompletionsOptions {
  const [shell] = parseArguments(argv, completionsUsage).positionals;
  return { shell: oneOf(shell!, SHELLS, "What follows completions") };
}

/** Makes the command, which knows all others by the table it stands in. */
export function makeCompletionsCommand(
  commands: () => readonly Command[],
): Command {
  function runCompletions(
    { shell }: CompletionsOptions,
    io: Io,
  ): Promise<ExitCode> {
    const usages = commands().map((one) => one.usage)
      .filter((usage) => !usage.isHidden);
    io.out(renderCompletions([...usages, helpUsage], shell));
    return Promise.resolve(0);
  }
  return command(completionsUsage, parseCompletions, runCompletions);
}

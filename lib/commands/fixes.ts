/**
 * `check --fix`: runs the safe commands that findings name, each shown before
 * it runs, and never through a shell.
 *
 * @module
 */

import { delimiter } from "node:path";
import type { Finding } from "../findings/finding.ts";
import { splitCommand } from "../text/shell_words.ts";
import type { Io } from "./terminal.ts";
import { whyNotRun } from "./fix_guard.ts";

/** One mended fault may uncover another. */
const MOST_ROUNDS = 5;

/**
 * Runs the safe fixes of what `look` finds, until nothing new can be mended.
 * Returns whether anything was run.
 */
export async function applyFixes(
  look: () => Finding[],
  io: Io,
  siteDirectory: string,
): Promise<boolean> {
  const done = new Set<string>();
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const commands = safeCommands(look()).filter((line) => !done.has(line));
    if (commands.length === 0) break;
    for (const line of commands) {
      done.add(line);
      io.err(`${io.errPaint.quiet("run")} ${line}`);
      const fault = await runLine(line, io, siteDirectory);
      if (fault !== undefined) io.err(`    ${fault}`);
    }
  }
  if (done.size === 0) io.err("There is nothing that can be mended safely.");
  return done.size > 0;
}

function safeCommands(findings: readonly Finding[]): string[] {
  const commands = findings.flatMap(({ fix }) =>
    fix && "command" in fix && fix.safe ? [fix.command] : []
  );
  return [...new Set(commands)];
}

/** Runs a line; returns why it failed. */
async function runLine(
  line: string,
  io: Io,
  siteDirectory: string,
): Promise<string | undefined> {
  const steps = splitCommand(line);
  if (!steps) return "not run: only a shell can read this";
  // A fix that says it is safe and is not is a mistake of ours, not a reason
  // to run it.
  for (const step of steps) {
    const reason = whyNotRun(step, siteDirectory, io.host);
    if (reason !== undefined) return `not run: ${reason}`;
  }
  for (const [program, ...args] of steps) {
    const fault = await run(program!, args);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

async function run(
  program: string,
  args: string[],
): Promise<string | undefined> {
  try {
    const ended = await new Deno.Command(program, {
      args,
      stdin: "null",
      env: { PATH: `/usr/bin${delimiter}/bin`, LC_ALL: "C" },
      cwd: "/",
    }).output();
    if (ended.success) return undefined;
    return new TextDecoder().decode(ended.stderr).trim() ||
      `${program} failed with status ${ended.code}`;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      return `there is no program ${program}`;
    }
    throw error;
  }
}

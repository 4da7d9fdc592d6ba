/**
 * The command line as a program that every user of the machine can run: a
 * bundle of the sources, the files that it installs, and Deno itself, in a
 * folder of their own.
 *
 * @module
 */

import { join } from "node:path";
import { bundle, ROOT } from "../../build/run_deno.ts";
import { PYTHON_PROGRAMS } from "../../lib/python/programs.ts";
import { OWNED_FILES } from "../../lib/reports/scaffold.ts";
import type { CommandResult } from "./site_user.ts";

/** How root's terminal is made up. */
export interface RootOptions {
  env?: Record<string, string>;
  cwd?: string;
  /** Seconds until it is killed. @default {60} */
  patience?: number;
}

/** The program, until it is disposed. */
export interface StagedProgram extends AsyncDisposable {
  /** The words that start it. */
  words: readonly string[];
  /** Runs a command line as root; a status of 137 is one that hangs. */
  asRoot(args: string[], options?: RootOptions): Promise<CommandResult>;
}

/** Makes the program. */
export async function stageProgram(): Promise<StagedProgram> {
  const folder = await Deno.makeTempDir({ prefix: "wsgi-shim-program-" });
  const deno = join(folder, "deno");
  await Deno.copyFile(Deno.execPath(), deno);
  const module = join(folder, "lib/commands/cli.js");
  await Deno.mkdir(join(folder, "lib/commands"), { recursive: true });
  await bundle(join(ROOT, "cli.ts"), module);
  for (const { source } of [...OWNED_FILES, ...PYTHON_PROGRAMS]) {
    const place = join(folder, "lib", source);
    await Deno.mkdir(join(place, ".."), { recursive: true });
    await Deno.copyFile(join(ROOT, "lib", source), place);
  }
  const open = ["-R", "a+rX", folder];
  await new Deno.Command("chmod", { args: open }).output();
  const words = [deno, "run", "-A", "--no-config", "--no-lock", module];
  return {
    words,
    asRoot: (args, options = {}) => runAsRoot([...words, ...args], options),
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

async function runAsRoot(
  words: readonly string[],
  { env = {}, cwd = "/", patience = 60 }: RootOptions,
): Promise<CommandResult> {
  const { code, stdout, stderr } = await new Deno.Command("/usr/bin/timeout", {
    args: ["-k", "5", `${patience}`, ...words],
    cwd,
    clearEnv: true,
    env: {
      PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      HOME: "/root",
      USER: "root",
      LANG: "C.UTF-8",
      ...env,
    },
    stdin: "null",
  }).output();
  const [out, err] = [stdout, stderr].map((it) => new TextDecoder().decode(it));
  return { code, stdout: out!, stderr: err! };
}

/** Why root cannot be tried out here. */
export function whyNoRoot(): string | undefined {
  if (Deno.build.os !== "linux") return "it is tried on Linux";
  if (Deno.uid() !== 0) return "it needs root";
  return undefined;
}

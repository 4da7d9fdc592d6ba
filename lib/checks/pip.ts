/**
 * How packages are installed into a virtual environment: with its own pip, or
 * where it has none, with what made it.
 *
 * Layer 2. Runs on Node and Deno.
 *
 * @module
 */

import { dirname, join } from "node:path";
import { type Host, refused } from "../host.ts";
import { shellCommand } from "../shell.ts";

/** The command that installs packages for an interpreter. */
export function pipInstall(
  python: string,
  words: readonly string[],
  host: Host,
): string {
  const command = shellCommand(python, "-m", "pip", "install", ...words);
  const prefix = dirname(dirname(python));
  const settings = host.readBytes(join(prefix, "pyvenv.cfg"), 10_000);
  if (refused(settings) || hasPip(prefix, host)) return command;
  // Environments of uv have no pip, and their Python may lack ensurepip.
  return /^uv\s*=/m.test(new TextDecoder().decode(settings))
    ? shellCommand("uv", "pip", "install", "--python", python, ...words)
    : `${shellCommand(python, "-m", "ensurepip")} && ${command}`;
}

/** Also where that cannot be seen. */
function hasPip(prefix: string, host: Host): boolean {
  const versions = host.list(join(prefix, "lib"));
  if (refused(versions)) return true;
  const folders = versions.filter((name) => /^(?:python|pypy)3/.test(name))
    .map((name) => host.list(join(prefix, "lib", name, "site-packages")));
  return folders.length === 0 ||
    folders.some((names) => refused(names) || names.includes("pip"));
}

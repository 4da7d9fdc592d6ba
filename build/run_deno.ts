/**
 * Runs Deno for the build scripts and the tests: the same Deno as this one,
 * with the flags that the network asks for.
 *
 * @module
 */

import { fileURLToPath } from "node:url";

/** The top folder of the repository, with a final slash. */
export const ROOT: string = fileURLToPath(new URL("..", import.meta.url));

/** How a run of Deno ended. */
export interface DenoResult {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs Deno from the top folder or another one, `without` some variables. */
export async function runDeno(
  args: string[],
  options: { cwd?: string; without?: string[] } = {},
): Promise<DenoResult> {
  const env = Deno.env.toObject();
  for (const name of options.without ?? []) delete env[name];
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    cwd: options.cwd ?? ROOT,
    clearEnv: true,
    env: { ...env, DENO_TLS_CA_STORE: "mozilla,system", NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return {
    code,
    stdout: decoder.decode(stdout),
    stderr: decoder.decode(stderr),
  };
}

/** The flags that `imports.ts` prints: none where JSR answers. */
export async function importFlags(): Promise<string[]> {
  const { stdout } = await runDeno(["run", "-q", "-A", "npm/imports.ts"]);
  return stdout.split(/\s+/).filter((word) => word !== "");
}

/**
 * Bundles an entry of ours to one file of ASCII: one character beyond Latin-1,
 * and V8 keeps the source in two bytes each, and reads it more slowly. They
 * are left only in strings and regular expressions, where an escape means the
 * same.
 */
export async function bundle(
  entry: string,
  output: string,
  options: {
    format?: "esm" | "cjs";
    minify?: boolean;
    /** A module that stays outside, by the words that import it. */
    external?: string;
  } = {},
): Promise<void> {
  const { code, stderr } = await runDeno([
    ...["bundle", "-q", "--platform", "deno"],
    ...["--format", options.format ?? "esm"],
    ...options.minify ? ["--minify"] : [],
    ...options.external ? ["--external", options.external] : [],
    ...await importFlags(),
    // What runs on this machine reads the texts where they lie.
    ...["--external", "../../build/texts.json"],
    ...["-o", output, entry],
  ]);
  if (code !== 0) throw new Error(`Cannot bundle ${entry}: ${stderr.trim()}`);
  await Deno.writeTextFile(output, escapeWide(await Deno.readTextFile(output)));
}

function escapeWide(text: string): string {
  return text.replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/**
 * Tests that a machine cannot run are left out loudly, with the reason; and
 * the reasons that several tests have.
 *
 * @module
 */

import process from "node:process";

/** How a line begins that says what was left out; `all.ts` repeats them. */
export const LEFT_OUT = "left out: ";

/**
 * Says that tests are left out, if there is a reason.
 *
 * @returns whether there is, for the `ignore` of `Deno.test`
 */
export function leaveOut(what: string, reason: string | undefined): boolean {
  if (reason === undefined) return false;
  process.stderr.write(`${LEFT_OUT}${what}: ${reason}\n`);
  return true;
}

/** Why a refusal cannot be seen here: root is refused nothing. */
export function whyAsRoot(): string | undefined {
  return Deno.uid() === 0 ? "root is refused nothing" : undefined;
}

/** Why a program of the PATH cannot be run. */
export function whyNoProgram(name: string): string | undefined {
  const folders = (Deno.env.get("PATH") ?? "").split(":");
  if (folders.some((folder) => isFile(`${folder}/${name}`))) return undefined;
  return `${name} cannot be found`;
}

/** Why modules of Python cannot be imported. */
export function whyNoModules(names: readonly string[]): string | undefined {
  const wanted = names.join(", ");
  const { success } = new Deno.Command("/usr/bin/python3", {
    args: ["-c", `import ${wanted}`],
    stderr: "null",
  }).outputSync();
  return success ? undefined : `/usr/bin/python3 cannot import ${wanted}`;
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

/** Long forms of tests are asked for: those that try again and again. */
export const isLong: boolean = Deno.env.get("WSGI_SHIM_TESTS") === "long";

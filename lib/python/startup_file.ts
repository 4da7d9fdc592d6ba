/**
 * What a startup file that is not ours says of its interpreter, by
 * `startup_file.py`: it is read and never run.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import type { Native } from "../site/native.ts";
import type { Site } from "../site/site.ts";

/** Where the program lies, relative to `lib/`. */
export const STARTUP_PROGRAM = { source: "python/startup_file.py" };

const MARK = "wsgi-shim-startup:";
const TIMEOUT_MS = 10_000;

/**
 * Finds the interpreter that a startup file starts in place of the one that
 * runs it (`os.execl(INTERP, …)`).
 *
 * @param program The text of `STARTUP_PROGRAM`
 */
export function findStartedPython(
  { startupFile }: Native,
  { host, user }: Site,
  program: string,
): Native["interpreter"] | undefined {
  if (host.startsNothing) return undefined;
  const home = user?.home ?? "/";
  const question = JSON.stringify({ file: startupFile, home });
  const { stdout } = host.run("python3", ["-I", "-c", program, question], {
    timeout: TIMEOUT_MS,
    cwd: "/",
  });
  const at = stdout.lastIndexOf(MARK);
  if (at < 0) return undefined;
  const { interpreter } = JSON.parse(stdout.slice(at + MARK.length));
  return interpreter
    ? {
      path: interpreter.path,
      source: { file: startupFile, line: interpreter.line },
    }
    : undefined;
}

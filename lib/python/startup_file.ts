/**
 * What a startup file that is not ours says of itself, by `startup_file.py`:
 * it is read and never run.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import type { NamedPython } from "../site/panel.ts";
import type { Native } from "../site/native.ts";
import type { Site } from "../site/site.ts";

/** Where the program lies, relative to `lib/`. */
export const STARTUP_PROGRAM = { source: "python/startup_file.py" };

/** What is known of a startup file. */
export interface StartupFile {
  /**
   * The interpreter that it starts in place of the one that runs it
   * (`os.execl(INTERP, …)`).
   */
  interpreter?: NamedPython;
  /** Whether it gives `application` a value; undefined where that is unknown. */
  defines?: boolean;
}

const MARK = "wsgi-shim-startup:";
const TIMEOUT_MS = 10_000;

/**
 * Reads a startup file.
 *
 * @param program The text of `STARTUP_PROGRAM`
 */
export function readStartupFile(
  { startupFile }: Native,
  { host, user }: Site,
  program: string,
): StartupFile {
  if (host.startsNothing) return {};
  const home = user?.home ?? "/";
  const question = JSON.stringify({ file: startupFile, home });
  const { stdout } = host.run("python3", ["-I", "-c", program, question], {
    timeout: TIMEOUT_MS,
    cwd: "/",
  });
  const at = stdout.lastIndexOf(MARK);
  if (at < 0) return {};
  const { interpreter, defines } = JSON.parse(stdout.slice(at + MARK.length));
  return {
    defines: defines ?? undefined,
    ...interpreter && {
      interpreter: {
        path: interpreter.path,
        source: { file: startupFile, line: interpreter.line },
      },
    },
  };
}

/**
 * Programs that the application starts and does not find, and its own output
 * opened as a file.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import type { PythonException } from "../python/failure.ts";
import type { Finding } from "../findings/finding.ts";
import { cause, classOf, placeIn, type Scene } from "./scene.ts";

/** Explains `/dev/stdout`, which cannot be opened where it is no file. */
export function explainOutput(
  raised: PythonException,
  scene: Scene,
): Finding | undefined {
  const { filename = "" } = raised;
  const name = /^\/dev\/(stdout|stderr|fd\/[12])$/.exec(filename)?.[1];
  if (!name) return undefined;
  const stream = name === "stderr" || name === "fd/2" ? "stderr" : "stdout";
  return cause("output-reopened", {
    message:
      `${filename} cannot be opened: the application's output is a connection to wsgi-shim, not a file`,
    place: placeIn(raised, scene),
    fix: {
      text:
        `Write to \`sys.${stream}\` instead, as with \`logging.StreamHandler(sys.${stream})\`; it goes to the log`,
    },
  });
}

/** Tells whether the exception met the start of a program. */
export function isProgramStart({ frames }: PythonException): boolean {
  const last = frames.at(-1);
  return last !== undefined && /(?:^|\/)subprocess\.py$/.test(last.file) &&
    last.function === "_execute_child";
}

/** Explains a program that is not there. */
export function explainProgram(
  raised: PythonException,
  scene: Scene,
): Finding | undefined {
  const { filename } = raised;
  const path = scene.site.config?.environment.PATH ?? scene.host.env.PATH ?? "";
  if (!filename || classOf(raised) !== "FileNotFoundError") return undefined;
  const isBare = !filename.includes("/");
  return cause("program-missing", {
    message: isBare
      ? `The program "${filename}" is in none of the folders of PATH: ${path}`
      : `The program ${filename} does not exist, or the one that its first line names`,
    place: placeIn(raised, scene),
    fix: {
      text: isBare
        ? `Name it by its absolute path; or let PATH hold its folder, in [environment] of config.toml`
        : `Correct the path; for a script, look at its first line and for Windows line endings`,
    },
  });
}

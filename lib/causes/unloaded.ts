/**
 * Files of variables that are named, and are not loaded: not there, not where
 * is looked, loaded too late, or by a program that the web server does not run.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { basename, dirname, isAbsolute, join } from "node:path";
import { isLibraryFile } from "../python/failure.ts";
import type { Subject } from "./rule.ts";
import { exists, linesOf, type Scene } from "./scene.ts";

/** A line of the source that is told of. */
export interface Line {
  file: string;
  line: number;
}

/** A file of variables that is named by a path which begins nowhere. */
export const LOADED_REGEXP =
  /(?:\b(?:load_dotenv|dotenv_values|read_env|read_dotenv|RepositoryEnv)\(\s*(?:dotenv_path\s*=\s*)?|\benv_file["']?\s*[=:]\s*\(?\s*)["']([^"'/][^"']*)["']/;
const ABSOLUTE_REGEXP =
  /\b(?:load_dotenv|dotenv_values|read_env|read_dotenv|RepositoryEnv)\(\s*(?:dotenv_path\s*=\s*)?["'](\/[^"']*)["']/;
const BARE_REGEXP =
  /\b(?:load_dotenv\(\s*(?:find_dotenv\(\s*\)\s*)?(?:,\s*)?(?:(?:override|verbose|encoding)\s*=\s*[\w"'-]+\s*,?\s*)*\)|read_dotenv\(\s*\)|\benv\.read_env\(\s*\))/;

/** A line that loads a file of variables by a path that begins nowhere. */
export function relativeLoad(
  holder: string,
  files: readonly string[],
  scene: Scene,
): Line & { path: string } | undefined {
  for (const file of files) {
    for (const [at, line] of linesOf(file, scene).entries()) {
      const path = /^\s*#/.test(line)
        ? undefined
        : LOADED_REGEXP.exec(line)?.[1];
      if (
        path && basename(path) === basename(holder) &&
        join(scene.directory, path) !== holder
      ) return { file, line: at + 1, path };
    }
  }
  return undefined;
}

/** A line that loads files of variables, below the one that was running. */
export function lateLoad(
  { raised }: Subject,
  scene: Scene,
): Line & { running: number } | undefined {
  for (const { file, line, function: name } of raised.frames) {
    if (name !== "<module>" || isLibraryFile(file)) continue;
    const at = linesOf(file, scene).findIndex((each) =>
      /^(?:\w+\s*=\s*)?(?:\w+\.)*(?:load_dotenv|read_env|read_dotenv)\(/.test(
        each,
      )
    );
    if (at >= line) return { file, line: at + 1, running: line };
  }
  return undefined;
}

/** A line of manage.py and its like that loads the file; the server runs none. */
export function loadOfOther(
  files: readonly string[],
  scene: Scene,
): Line | undefined {
  const loads = /^[^#]*\b(?:load_dotenv|read_env|read_dotenv)\(/;
  if (
    files.some((file) => linesOf(file, scene).some((each) => loads.test(each)))
  ) {
    return undefined;
  }
  for (const name of ["manage.py", "run.py", "main.py", "wsgi.py"]) {
    const file = join(scene.directory, name);
    if (files.includes(file)) continue;
    const at = linesOf(file, scene).findIndex((each) => loads.test(each));
    if (at >= 0) return { file, line: at + 1 };
  }
  return undefined;
}

/** A line that loads a file of variables which is not on this machine. */
export function absentLoad(
  files: readonly string[],
  scene: Scene,
): Line & { path: string } | undefined {
  for (const file of files) {
    for (const [at, line] of linesOf(file, scene).entries()) {
      if (/^\s*#/.test(line)) continue;
      const named = LOADED_REGEXP.exec(line)?.[1] ??
        ABSOLUTE_REGEXP.exec(line)?.[1];
      const path = named === undefined
        ? undefined
        : isAbsolute(named)
        ? named
        : join(scene.directory, named);
      if (path && !exists(path, scene)) return { file, line: at + 1, path };
      if (BARE_REGEXP.test(line) && !isAbove(file, scene)) {
        return { file, line: at + 1, path: join(dirname(file), ".env") };
      }
    }
  }
  return undefined;
}

/** Whether a file .env lies beside a source, or above it. */
function isAbove(file: string, scene: Scene): boolean {
  for (let at = dirname(file); at.length > 1; at = dirname(at)) {
    if (exists(join(at, ".env"), scene)) return true;
  }
  return false;
}

/** A line of such a file that gives the variable in a form which is not read. */
export function unreadLine(
  holder: string,
  name: string,
  { raised }: Subject,
  scene: Scene,
): { line: number; how: string } | undefined {
  if (!basename(holder).startsWith(".")) return undefined;
  const lines = linesOf(holder, scene);
  const find = (expression: string) =>
    lines.findIndex((line) => new RegExp(expression).test(line)) + 1;
  const start = `^\\s*(?:export\\s+)?${name}`;
  if (find(`${start}\\s*=`) === 0) {
    const line = find(`${start}\\s*:`);
    return line === 0 ? undefined : { line, how: "with a colon" };
  }
  const isEnviron = raised.frames.some(({ file }) =>
    /\/environ\/\w+\.py$/.test(file)
  );
  const line = isEnviron && find(`${start}=`) === 0 ? find(`${start}\\s+=`) : 0;
  return line === 0 ? undefined : { line, how: "with blanks before the `=`" };
}

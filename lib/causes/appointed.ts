/**
 * Where it is said what the application is, and the source that holds it.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import type { Place } from "../findings/finding.ts";
import { startupFileOf } from "../site/adoption.ts";
import { linesOf, type Scene, textOf } from "./scene.ts";

export const FACTORY = /^(?:create|make|get|build|init|setup)(?:_|$)/;

/** Where it is decided what the application is. */
export function placeOf({ site }: Scene): Place {
  const file = startupFileOf(site);
  return file ? { file } : site.placeOf("wsgi.app");
}

/** How to say what the application is: `and` is to be done besides. */
export function appoint(what: string, { site }: Scene, and?: string): string {
  const file = startupFileOf(site);
  return `${and === undefined ? "Write" : `${and}, and write`} ${
    file
      ? `at the end of ${file}: application = ${what}`
      : `in [wsgi] of config.toml: app = "${what}"`
  }`;
}

/** Begins what the application should be, after "Let". */
export function appIs({ site }: Scene): string {
  const file = startupFileOf(site);
  return file ? `\`application\` in ${file} be` : "`app` in config.toml name";
}

export function callableOf(
  { problem, subject = "app" }: { problem: string; subject?: string },
): string {
  return problem === "factory-result" ? `${subject}()` : subject;
}

/** A line below the guard of `__main__` at the end of a file. */
export function guardedLine(
  wanted: RegExp,
  file: string | undefined,
  scene: Scene,
): { file: string; line: number } | undefined {
  if (!file?.startsWith("/")) return undefined;
  const lines = linesOf(file, scene);
  let isBelow = false;
  for (const [index, line] of lines.entries()) {
    if (/^if\s+__name__\s*==\s*["']__main__["']\s*:/.test(line)) isBelow = true;
    else if (/^\S/.test(line) && !/^[#)\]}]/.test(line)) isBelow = false;
    if (isBelow && wanted.test(line)) return { file, line: index + 1 };
  }
  return undefined;
}

/** The module by its name in config.toml. */
export function moduleOf({ site }: Scene): string {
  const module = site.config?.wsgi?.module;
  return module === undefined ? "The module" : `The module "${module}"`;
}

/** The text of the file that `module` names. */
export function sourceOf(scene: Scene): string {
  return textOf(scene.site.config?.wsgi?.module, scene);
}

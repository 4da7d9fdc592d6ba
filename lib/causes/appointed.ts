/**
 * Where it is said what the application is, the source that holds it, and what
 * else could be it.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { dirname, join } from "node:path";
import type { Place } from "../findings/finding.ts";
import { namesIn, refused } from "../machine/host.ts";
import { startupFileOf } from "../site/adoption.ts";
import { exists, linesOf, type Scene, textOf } from "./scene.ts";

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
  const module = scene.site.config?.wsgi?.module ?? "";
  const way = module.replaceAll(".", "/");
  return (module.startsWith("/")
    ? [module, join(module, "__init__.py")]
    : scene.folders.flatMap((folder) => [
      join(folder, `${way}.py`),
      join(folder, way, "__init__.py"),
    ])).map((file) => textOf(file, scene)).find((text) => text !== "") ?? "";
}

const MOST_FILES = 50;

const MADE_REGEXP =
  /^(application|app)\s*=\s*(?:\w+\.)*(?:Flask|Bottle|Dash|DispatcherMiddleware|get_wsgi_application|App|create_app|make_app)\(|^def (application)\(\w+,\s*\w+\)/m;

/** An application that is found in a file. */
export interface FoundApplication {
  file: string;
  name: string;
  directory?: string;
}

/** An application in another file of the folder that `module` is in. */
export function findApplication(scene: Scene): FoundApplication | undefined {
  const { site: { config }, host } = scene;
  const { module } = config?.wsgi ?? {};
  if (!module?.startsWith("/")) return undefined;
  const status = host.stat(module);
  const folder = !refused(status) && status.kind === "folder"
    ? module
    : dirname(module);
  const names = namesIn(folder, host);
  const files = [
    ...names.filter((name) => name.endsWith(".py")),
    // Beside Django's manage.py lies the folder that holds it.
    ...names.filter((name) => !name.includes(".")).map((name) =>
      `${name}/wsgi.py`
    ),
  ].map((name) => join(folder, name)).slice(0, MOST_FILES);
  for (const file of files.filter((each) => each !== module)) {
    const found = MADE_REGEXP.exec(textOf(file, scene));
    if (!found) continue;
    const project = dirname(dirname(file));
    return {
      file,
      name: found[1] ?? found[2]!,
      directory: exists(join(project, "manage.py"), scene)
        ? project
        : undefined,
    };
  }
  return undefined;
}

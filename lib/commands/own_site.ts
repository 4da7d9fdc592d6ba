/**
 * Whether a site is root's as a whole: all that would be run of it, and every
 * folder that leads there, is in the hands of root alone.
 *
 * @module
 */

import { dirname, join } from "node:path";
import { type Host, refused } from "../machine/host.ts";
import { isInOtherHands, type Step, wayTo } from "../machine/way.ts";
import { readSite } from "../site/site.ts";

/** Some virtual environments have ten thousand files. */
const MOST_FILES = 200_000;
const STICKY = 0o1000;

/**
 * Finds a part of root's site that somebody else can change.
 *
 * @param appRoot Absolute path of the app root
 */
export function findForeignPart(appRoot: string, host: Host): Step | undefined {
  const known = new Set<string>();

  /** The way to a path, and all that is below it. */
  function atEnd(path: string): Step | undefined {
    const { steps, errno } = wayTo(path, host);
    const foreign = steps.find(({ status }) => isForeign(status));
    if (foreign || errno !== undefined) return foreign;
    return below(steps.at(-1)!);
  }

  function below(step: Step): Step | undefined {
    const { path, status } = step;
    // Nobody can exchange a file in a sticky folder, but add one.
    if (isForeign({ ...status, mode: status.mode & ~STICKY })) return step;
    if (known.has(path)) return undefined;
    known.add(path);
    if (known.size > MOST_FILES) return step;
    if (status.kind === "link") return atEnd(path);
    if (status.kind !== "folder") return undefined;
    const names = host.list(path);
    return refused(names) ? undefined : firstOf(names, (name) => {
      const inside = join(path, name);
      const status = host.lstat(inside);
      return refused(status) ? undefined : below({ path: inside, status });
    });
  }

  const isForeign = (status: Step["status"]) => isInOtherHands(status, 0, host);
  // What the settings name counts once only root can have written them.
  return atEnd(appRoot) ?? firstOf(partsOf(appRoot, host), atEnd);
}

/** What the settings name. */
function partsOf(appRoot: string, host: Host): string[] {
  const { application, config } = readSite(appRoot, host);
  const { python, nodejs } = config?.passenger ?? {};
  const venv = python && dirname(dirname(python));
  const isVenv = venv && !refused(host.lstat(join(venv, "pyvenv.cfg")));
  const paths = [
    python,
    isVenv ? venv : undefined,
    nodejs,
    application?.directory,
    ...application?.path ?? [],
    ...application && "file" in application.target
      ? [dirname(application.target.file)]
      : [],
    ...config?.environment.PYTHONPATH?.split(":") ?? [],
  ];
  return paths.filter((path) => path?.startsWith("/")) as string[];
}

function firstOf<One, Result>(
  all: readonly One[],
  look: (one: One) => Result | undefined,
): Result | undefined {
  for (const one of all) {
    const found = look(one);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * What is told of a path that an exception names: which one it is, and where.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { dirname, isAbsolute, join } from "node:path";
import type { Place } from "../findings/finding.ts";
import { refused } from "../machine/host.ts";
import type { Subject } from "./rule.ts";
import type { Scene } from "./scene.ts";

/** The absolute path that an exception names; relative ones are resolved. */
export function pathOf({ raised }: Subject, scene: Scene): string | undefined {
  const { filename } = raised;
  if (!filename) return undefined;
  return isAbsolute(filename) ? filename : join(scene.directory, filename);
}

/** ` (FILE:LINE)`, for a message whose place is another; else nothing. */
export function spotOf({ place }: Subject): string {
  return place ? ` (${place.file}:${place.line})` : "";
}

/** A link to nowhere, at a path or on the way to it, and where it leads. */
export function deadLink(
  path: string,
  { host }: Scene,
): { link: string; to: string } | undefined {
  for (let at = path; at.length > 1; at = dirname(at)) {
    if (!refused(host.stat(at))) return undefined;
    const to = host.readLink(at);
    if (typeof to === "string") return { link: at, to };
  }
  return undefined;
}

/** Where it was: the path itself, and the setting that names it. */
export function placeOfPath(path: string, scene: Scene): Place {
  const { config } = scene.site;
  // The setting that names the path is what its owner may want to change.
  const named = (values: Record<string, string> | undefined) =>
    Object.entries(values ?? {}).find(([, value]) => value === path)?.[0];
  const variable = named(config?.environment);
  const secret = named(config?.secretFiles);
  return {
    file: path,
    ...variable && { key: `environment.${variable}` },
    ...secret && { key: `secret_files.${secret}` },
  };
}

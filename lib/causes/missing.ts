/**
 * Modules that Python does not find: how its messages tell it, and which module
 * is meant.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { namesIn } from "../machine/host.ts";
import { isModuleName } from "./own_modules.ts";
import type { Subject, When } from "./rule.ts";
import { lineOf, type Scene } from "./scene.ts";

/** A package may list all that it misses, each in a line. */
export const MISSING: When = {
  type: "ModuleNotFoundError ImportError",
  message:
    /(?:^|\n\w+: | not found \()(?:No module named '?([\w.]+)'?|import of (\w+) halted)/,
};

/** The rules for any module, which those for certain ones go before. */
export const ANY_MISSING =
  "package-missing module-unknown own-part-missing package-part-missing module-mistyped module-in-other-home";
/** The same, with those that look all over the site. */
export const ANYWHERE = `${ANY_MISSING} module-elsewhere own-module-absent`;

/** The dotted name that was not found. */
export function nameOf({ raised, groups }: Subject): string {
  return raised.name ?? groups[0] ?? groups[1] ?? "";
}

/** The first part of it. */
export function topOf(subject: Subject): string {
  return nameOf(subject).split(".")[0]!;
}

/** The entry of a table for the module or the package that it is in. */
export function entryOf<T>(
  table: Readonly<Record<string, T>>,
  name: string,
): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** Whether the site's own folders hold a module of this name. */
export function isOwn(top: string, scene: Scene): boolean {
  return scene.folders.some((folder) =>
    namesIn(folder, scene.host).some((each) => isModuleName(each, top))
  );
}

/** The dotted names that were asked for: the missing one, and all of it. */
export function partsAsked(subject: Subject, scene: Scene): string[] {
  const [, name, module] =
    /^cannot import name '(\w+)' from '([\w.]+)'/.exec(subject.text) ?? [];
  const missing = module ? `${module}.${name}` : nameOf(subject);
  const whole = wholeAsked(lineOf(subject.own, scene), missing);
  return [missing, ...whole ? [whole] : []]
    .filter((each) => /^\w+(?:\.\w+)+$/.test(each));
}

/**
 * The module that a line asks for. What follows `import` is a name in it,
 * unless the line asks no deeper than for what is missing.
 */
export function moduleAsked(
  subject: Subject,
  scene: Scene,
): string | undefined {
  const [missing = "", asked] = partsAsked(subject, scene);
  const line = lineOf(subject.own, scene);
  const [, module = ""] = /^\s*from\s+([\w.]+)\s+import\b/.exec(line) ?? [];
  return module.startsWith(`${missing}.`) ? module : asked;
}

/** The dotted name that a line asks for, where the message only has its first. */
export function wholeAsked(line: string, name: string): string | undefined {
  const [, module, first] =
    /^\s*from\s+([\w.]+)\s+import\s+\(?\s*(\w+)/.exec(line) ?? [];
  if (module && `${module}.`.startsWith(`${name}.`) && first) {
    return `${module}.${first}`;
  }
  const whole = /^\s*import\s+([\w.]+)/.exec(line)?.[1] ?? module;
  return whole?.startsWith(`${name}.`) ? whole : undefined;
}

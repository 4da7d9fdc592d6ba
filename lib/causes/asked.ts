/**
 * Names that were asked of a module, a class or a function that has them not:
 * as Python's messages tell it.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { isLibraryFile } from "../python/failure.ts";
import { normalise } from "../python/pip.ts";
import { distributionOf } from "../python/package_names.ts";
import { packageOf } from "./installed.ts";
import type { Claim, Look, Subject, When } from "./rule.ts";
import type { Scene } from "./scene.ts";

/** Groups: name, whether the module is half-initialised, module, file. */
export const IMPORT_NAME: When = {
  type: "ImportError",
  message:
    /^cannot import name '([^']+)' from (partially initialized module )?'([^']+)'(?: \(most likely due to a circular import\))?(?: \(([^()]*)\))?/,
};
/** Groups: whether the module is half-initialised, module, name. */
export const ATTRIBUTE: When = {
  type: "AttributeError",
  message:
    /^(?:(partially initialized) )?module '([^']+)' has no attribute '([^']+)'/,
};
/** The rules for any name, which those for certain ones go before. */
export const ANY_NAME = "circular-import name-undefined package-name-missing";

/** Names that were asked of a module. */
export const ASKED: readonly When[] = [IMPORT_NAME, ATTRIBUTE];

/** A name, and the module that has it not. */
export interface Asked {
  name: string;
  module: string;
  isPartial: boolean;
  /** File of the module, where it is told. */
  path?: string;
  isImport: boolean;
}

/** What was asked, by the groups of the expressions above. */
export function askedIn({ kind, groups }: Subject): Asked {
  if (kind === "ImportError") {
    const [name = "", partial, module = "", path] = groups;
    return {
      name,
      module,
      isPartial: partial !== undefined,
      path: path?.startsWith("/") ? path : undefined,
      isImport: true,
    };
  }
  const [partial, module = "", name = ""] = groups;
  return { name, module, isPartial: partial !== undefined, isImport: false };
}

/** A look at a name that was asked of a module. */
export function asking(
  look: (asked: Asked, subject: Subject, scene: Scene) => Claim | undefined,
): Look {
  return (subject, scene) => look(askedIn(subject), subject, scene);
}

/** The package that asked another one; nothing where it was own code. */
export function askerOf(
  { raised }: Subject,
  asked: string,
): string | undefined {
  // Some raise by a `__getattr__` of their own, and Python's own modules only
  // stand between.
  const inner = raised.frames.findLastIndex((frame) =>
    frame.function !== "__getattr__"
  );
  return raised.frames.slice(0, inner + 1)
    .filter(({ file }) => packageOf(file) !== undefined || !isLibraryFile(file))
    .map(({ file }) => packageOf(file))
    .findLast((each) =>
      each === undefined ||
      normalise(distributionOf(each)) !== normalise(distributionOf(asked))
    )?.replace(/\.py$/, "");
}

/** The same, in words. */
export function askerInWords(subject: Subject, asked: string): string {
  const asker = askerOf(subject, asked);
  return asker ? `the package "${asker}"` : "the code";
}

/**
 * What is told of a path that an exception names: which one it is, and where.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { dirname, isAbsolute, join, relative } from "node:path";
import type { Place } from "../findings/finding.ts";
import { type Host, namesIn, refused } from "../machine/host.ts";
import { shellCommand } from "../text/shell.ts";
import type { Subject } from "./rule.ts";
import { lineOf, type Scene } from "./scene.ts";

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

const HIGHEST = 3;

/** How a file is named by the place of the code that names it. */
export function fromCode(
  file: string,
  { own }: Pick<Subject, "own">,
): string {
  if (!own) return `"${file}"`;
  const parts = relative(dirname(own.file), file).split("/");
  const up = parts.filter((each) => each === "..").length;
  return up > HIGHEST
    ? `"${file}"`
    : `\`Path(__file__)${".parent".repeat(up + 1)} / ${
      parts.slice(up).map((each) => `"${each}"`).join(" / ")
    }\``;
}

const WRITES =
  /\.write_(?:text|bytes)\(|\.save(?:fig)?\(|\.touch\(|\bimwrite\(|\.to_(?:csv|excel|json|parquet|pickle)\(|FileHandler\(|\bbasicConfig\(|\bopen\(.*(?:, *|\bmode=)["'][bt]?[wax][bt+]*["']|\.open\(["'][bt]?[wax][bt+]*["']/;

/** Tells whether a file is to be made, as a log is, and not to be read. */
export function isToBeMade({ own, raised }: Subject, scene: Scene): boolean {
  return raised.frames.some((frame) =>
    /\/logging\/__init__\.py$/.test(frame.file) && frame.function === "_open"
  ) || /^(?:mkdir|makedirs)$/.test(raised.frames.at(-1)?.function ?? "") ||
    WRITES.test(lineOf(own, scene));
}

/** The path that is there in other capital letters. */
export function inOtherLetters(
  path: string,
  { host }: Scene,
): string | undefined {
  return inOtherWriting(path, host, (name) => name.toLowerCase());
}

/** What is there by another name that looks the same. */
export interface Lookalike {
  path: string;
  /** How the two differ. */
  what: string;
  mend: string | { command: string };
}

/**
 * The path that is there in other signs which look the same: macOS writes
 * letters with marks as two signs, other systems as one.
 */
export function lookingAlike(
  path: string,
  { host, python }: Scene,
): Lookalike | undefined {
  const found = inOtherWriting(path, host, (name) => name.normalize("NFC"));
  if (found === undefined) return undefined;
  const isWantedWhole = path.normalize("NFC") === path;
  const old = dirname(found) === dirname(path) && isWantedWhole;
  return {
    path: found,
    what: isWantedWhole
      ? "its name looks the same, and has a letter and its mark as two signs, as macOS writes them (NFD), where the code has one (NFC)"
      : "its name looks the same, and has one sign (NFC) where the code has a letter and its mark as two (NFD), as macOS writes them",
    mend: old
      ? {
        command: shellCommand(
          python,
          "-c",
          `import os; os.rename(${spelt(found)}, ${spelt(path)})`,
        ),
      }
      : isWantedWhole
      ? "Give it and its folders names with one sign for each letter: `convmv -f utf-8 -t utf-8 --nfc -r --notest` with the folder does so"
      : 'Write the name anew in the code, or where it comes from: `unicodedata.normalize("NFC", name)` makes one sign of the two',
  };
}

/** A text of Python's in plain signs, so that it is pasted as it is. */
function spelt(text: string): string {
  return JSON.stringify(text).replace(
    /[^ -~]/gu,
    (each) => `\\U${each.codePointAt(0)!.toString(16).padStart(8, "0")}`,
  );
}

function inOtherWriting(
  path: string,
  host: Host,
  plain: (name: string) => string,
): string | undefined {
  let at = path;
  const rest: string[] = [];
  while (at.length > 1 && refused(host.stat(at))) {
    rest.unshift(at.slice(dirname(at).length).replace(/^\//, ""));
    at = dirname(at);
  }
  if (at.length <= 1) return undefined;
  for (const name of rest) {
    const found = namesIn(at, host)
      .find((each) => plain(each) === plain(name));
    if (!found) return undefined;
    at = join(at, found);
  }
  return at === path ? undefined : at;
}

/** A file on the way to a path, where a folder should be. */
export function fileOnWay(path: string, { host }: Scene): string | undefined {
  for (let at = dirname(path); at.length > 1; at = dirname(at)) {
    const status = host.stat(at);
    if (!refused(status)) return status.kind === "folder" ? undefined : at;
  }
  return undefined;
}

/** The highest folder on the way to a path that is not there. */
export function highestMissing(path: string, { host }: Scene): string {
  let at = path;
  while (dirname(at).length > 1 && refused(host.stat(dirname(at)))) {
    at = dirname(at);
  }
  return at;
}

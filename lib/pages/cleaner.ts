/**
 * Takes out of what a page tells whatever must not be told. Nothing that comes
 * from a check, a hint or an application gets onto a page but through here.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { type Failure, type Frame, relatives } from "../python/failure.ts";
import type { Finding, Fix } from "../findings/finding.ts";
import { createBlanker, type Secret } from "../site/redaction.ts";
import { SECTIONS, SETTINGS } from "../site/settings_table.ts";
import { shellCommand } from "../text/shell.ts";

/** What is known of a site's secrets, and of what is none. */
export interface Known {
  appRoot: string;
  /** Values that must not be told. */
  secrets: readonly (string | Secret)[];
  /** What must not be told of variables that the application has set. */
  secretsOf?: (variables: Record<string, string>) => readonly Secret[];
  /**
   * What the site is made of: a value that is a part of one of these paths is
   * no news.
   */
  paths?: readonly string[];
  /** Paths that `[environment]` names, for findings about them. */
  namedPaths?: readonly string[];
  /** Tells a source file from a name that an application made up. */
  isFile?: (path: string) => boolean;
}

/** Blanks what must not be told. */
export interface Cleaner {
  /** Cleans what an application said. */
  clean(text: string): string;
  /** Cleans all that a finding says. */
  cleanFinding(found: Finding): Finding;
  /** Cleans a frame. */
  cleanFrame(frame: Frame): Frame;
}

/**
 * Creates the cleaner of a page.
 *
 * @param failure What the page tells of
 */
export function createCleaner(
  { appRoot, secrets, secretsOf, paths = [], namedPaths = [], isFile }: Known,
  failure?: Failure,
): Cleaner {
  const raised = failure?.exception;
  const own = secretsOf?.(failure?.variables ?? {}) ?? [];
  const blank = createBlanker([...secrets, ...own]);
  const keep = withFolders([appRoot, ...paths]);
  const named = withFolders(namedPaths);
  const isSource = (file: string) =>
    /\.pyw?$/.test(file) && Boolean(isFile?.(file));
  /** An exception speaks of it, so that it may be a name made of a value. */
  const isSaid = (file: string) =>
    relatives(raised).some(({ filename, message, frames }) =>
      message.includes(file) || filename?.includes(file) ||
      (filename && file.includes(filename)) ||
      frames.some((frame) => frame.file === file)
    );

  function cleanFinding(found: Finding): Finding {
    const { message, place, fix } = found;
    const file = place?.file;
    const isKnown = file !== undefined && (isSource(file) || !isSaid(file));
    const kept = [...keep, ...named, ...isKnown ? withFolders([file]) : []];
    const clean = (text: string) => blank(text, kept);
    return {
      ...found,
      message: clean(message),
      place: place && {
        ...place,
        file: clean(place.file),
        ...place.key && { key: blank(place.key, OUR_KEYS) },
      },
      fix: fix && cleanFix(fix, clean),
    };
  }

  /** A command with a gap in it mends nothing. */
  function cleanFix(fix: Fix, clean: (text: string) => string): Fix {
    if ("text" in fix) return { text: clean(fix.text) };
    const command = clean(fix.command);
    if (command === fix.command) {
      return fix.by ? { ...fix, by: clean(fix.by) } : fix;
    }
    const logs = shellCommand("wsgi-shim", "logs", appRoot);
    return {
      text: `The command has a value in it that is not shown here: \`${logs}\``,
    };
  }

  function cleanFrame(frame: Frame): Frame {
    const kept = isSource(frame.file)
      ? [...keep, ...withFolders([frame.file])]
      : keep;
    return {
      file: blank(frame.file, kept),
      line: frame.line,
      function: blank(frame.function),
    };
  }

  return { clean: (text) => blank(text, keep), cleanFinding, cleanFrame };
}

/** Names of ours, which a value may be as well. */
const OUR_KEYS = [
  ...SECTIONS.map(({ name, free }) => free ? `${name}.` : name),
  ...SETTINGS.map(({ section, key }) => `${section}.${key}`),
];

/** Paths, and the folders that they are in. */
function withFolders(paths: readonly string[]): string[] {
  const folders = paths.flatMap((path) =>
    path.split("/").map((_, at, all) => all.slice(0, at + 1).join("/"))
  );
  return [...new Set(folders)].filter((path) => path.length > 1);
}

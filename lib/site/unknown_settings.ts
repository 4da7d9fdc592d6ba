/**
 * Names in `config.toml` that no setting has, and settings below the wrong
 * header.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import type { Code } from "../findings/finding.ts";
import { isTable } from "./setting_value.ts";
import { keysOf, SECTIONS, SETTINGS } from "./settings_table.ts";
import { suggest } from "../text/suggestion.ts";

/** Takes the facts of a finding about a dotted key. */
export type AddFinding = (
  code: Code,
  key: string,
  message: string,
  advice: string,
) => void;

/** A setting below a header that is not its own. */
interface Misplaced {
  key: string;
  /** As it stands in the file, with its section. */
  dotted: string;
  stands: string;
  /** The section that it belongs to. */
  home: string;
}

/** The line of a section's header that would count for a key, but is a comment. */
type FindComment = (section: string, dotted: string) => number | undefined;

/** Reports names that are not known, or not known where they stand. */
export function reportUnknown(
  values: Record<string, unknown>,
  tables: Map<string, Record<string, unknown>>,
  commentedHeader: FindComment,
  addFinding: AddFinding,
): void {
  const sections = SECTIONS.map((section) => section.name);
  const misplaced: Misplaced[] = [];
  for (const name of Object.keys(values)) {
    if (sections.includes(name)) continue;
    const home = homeOf(name);
    const near = suggest(name, sections);
    if (!isTable(values[name]) && home) {
      const stands = "above all section headers";
      misplaced.push({ key: name, dotted: name, stands, home });
    } else {
      addFinding(
        "config-unknown-section",
        name,
        `config.toml has an unknown ${
          isTable(values[name]) ? `section [${name}]` : `setting \`${name}\``
        }${near ? `; did you mean [${near}]?` : ""}`,
        near
          ? `Write [${near}]`
          : "Remove it, or turn it into a comment with #",
      );
    }
  }
  for (const { name: section, free } of SECTIONS) {
    for (const key of Object.keys(tables.get(section)!)) {
      const home = homeOf(key);
      if (home === section || (free && !home)) continue;
      const dotted = `${section}.${key}`;
      // In a free section a lower-case key of ours was meant for its own home.
      if (home) {
        misplaced.push({ key, dotted, stands: `in [${section}]`, home });
        continue;
      }
      const near = suggest(key, keysOf(section));
      addFinding(
        "config-unknown-key",
        dotted,
        `[${section}] has an unknown setting \`${key}\`${
          near ? `; did you mean \`${near}\`?` : ""
        }`,
        near
          ? `Write ${near} in place of ${key}`
          : `Remove it, or turn it into a comment with #; known here: ${
            keysOf(section).join(", ")
          }`,
      );
    }
  }
  reportMisplaced(misplaced, values, commentedHeader, addFinding);
}

/** A header that was left a comment is one mistake, however many it misses. */
function reportMisplaced(
  misplaced: Misplaced[],
  values: Record<string, unknown>,
  commentedHeader: FindComment,
  addFinding: AddFinding,
): void {
  const told = new Set<number>();
  for (const { key, dotted, stands, home } of misplaced) {
    const line = commentedHeader(home, dotted);
    if (line === undefined) {
      addFinding(
        "config-misplaced-key",
        dotted,
        `\`${key}\` stands ${stands}, but belongs to [${home}]`,
        values[home] === undefined
          ? `Write a line [${home}] at the end of the file, and move the line below it`
          : `Move the line below [${home}]`,
      );
    } else if (!told.has(line)) {
      told.add(line);
      addFinding(
        "config-misplaced-key",
        dotted,
        `\`${key}\` stands ${stands}, but belongs to [${home}], and line ${line} with that header is a comment`,
        `Take the # away from line ${line}, so that it reads: [${home}]`,
      );
    }
  }
}

/** The section that a key belongs to. */
export function homeOf(key: string): string | undefined {
  return SETTINGS.find((setting) =>
    setting.key === key || setting.aliases?.includes(key)
  )?.section;
}

/**
 * Names in `config.toml` that no setting has, and settings below the wrong
 * header.
 *
 * Layer 1. Runs on Node and Deno.
 *
 * @module
 */

import type { Finding } from "./finding.ts";
import { isTable } from "./setting_value.ts";
import { SECTIONS, SETTINGS } from "./settings_table.ts";
import { suggest } from "./suggestion.ts";

/** Takes the facts of a finding about a dotted key. */
export type Report = (
  code: Finding["code"],
  key: string,
  message: string,
  advice: string,
) => void;

/** Reports names that are not known, or not known where they stand. */
export function reportUnknown(
  values: Record<string, unknown>,
  tables: Map<string, Record<string, unknown>>,
  report: Report,
): void {
  const sections = SECTIONS.map((section) => section.name);
  for (const name of Object.keys(values)) {
    if (sections.includes(name)) continue;
    const home = homeOf(name);
    const near = suggest(name, sections);
    if (!isTable(values[name]) && home) {
      report(
        "config-misplaced-key",
        name,
        `\`${name}\` stands above all section headers, but belongs to [${home}]`,
        `Move the line below [${home}]`,
      );
    } else {
      report(
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
        report(
          "config-misplaced-key",
          dotted,
          `\`${key}\` stands in [${section}], but belongs to [${home}]`,
          `Move the line below [${home}]`,
        );
        continue;
      }
      const near = suggest(key, namesIn(section));
      report(
        "config-unknown-key",
        dotted,
        `[${section}] has an unknown setting \`${key}\`${
          near ? `; did you mean \`${near}\`?` : ""
        }`,
        near
          ? `Write ${near} in place of ${key}`
          : `Remove it, or turn it into a comment with #; known here: ${
            namesIn(section).join(", ")
          }`,
      );
    }
  }
}

function namesIn(section: string): string[] {
  return SETTINGS.filter((setting) => setting.section === section)
    .flatMap((setting) => [setting.key, ...(setting.aliases ?? [])]);
}

/** The section that a key belongs to. */
export function homeOf(key: string): string | undefined {
  return SETTINGS.find((setting) =>
    setting.key === key || setting.aliases?.includes(key)
  )?.section;
}

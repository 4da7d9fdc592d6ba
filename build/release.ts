/**
 * What a release needs to know, for the workflow that makes it:
 *
 * ```sh
 * deno run -A build/release.ts check v1.2.3    # may this tag be released?
 * deno run -A build/release.ts notes           # its part of the changelog
 * ```
 *
 * @module
 */

import process from "node:process";
import project from "../deno.json" with { type: "json" };
import { VERSION } from "../lib/site/version.ts";
import { ROOT } from "./run_deno.ts";

/** One version of the changelog. */
export interface Chapter {
  version: string;
  /** The day, or `Unreleased`. */
  date: string;
  /** What is below its heading. */
  text: string;
}

const HEADING_REGEXP = /^## (\S+) - (\S+)$/;

/** Reads the chapters of a changelog, the newest first. */
export function parseChangelog(text: string): Chapter[] {
  const chapters: Chapter[] = [];
  for (const line of text.split("\n")) {
    const heading = HEADING_REGEXP.exec(line);
    if (heading) {
      chapters.push({ version: heading[1]!, date: heading[2]!, text: "" });
    } else if (chapters.length > 0) {
      chapters.at(-1)!.text += `${line}\n`;
    }
  }
  return chapters.map((chapter) => ({ ...chapter, text: chapter.text.trim() }));
}

/** Says why a tag must not be released; nothing where it may. */
export function whyNotReleased(
  tag: string,
  version: string,
  chapters: readonly Chapter[],
): string | undefined {
  if (tag !== `v${version}`) {
    return `The tag is ${tag}, and deno.json has version ${version}`;
  }
  const [newest] = chapters;
  if (newest?.version !== version) {
    return `The changelog begins with ${
      newest?.version ?? "no version"
    }, and deno.json has version ${version}`;
  }
  if (!/^\d{4}-\d\d-\d\d$/.test(newest.date)) {
    return `The changelog has no day for ${version}: ${newest.date}`;
  }
}

/** Says why a lock file does not hold what a release is built from. */
export function whyNotLocked(
  lock: string | undefined,
  imports: Readonly<Record<string, string>>,
): string | undefined {
  const missing = Object.values(imports).filter((one) =>
    one.startsWith("jsr:") && !lock?.includes(`"${one.split("@^")[0]}@`)
  );
  return missing.length === 0
    ? undefined
    : `deno.lock does not hold ${missing.join(", ")}: run \`deno task lock\` ` +
      "where JSR answers, and commit the file";
}

async function readLock(): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(`${ROOT}deno.lock`);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

async function main([command, tag]: string[]): Promise<number> {
  const text = await Deno.readTextFile(`${ROOT}CHANGELOG.md`);
  const chapters = parseChangelog(text);
  if (command === "notes" && chapters[0]) {
    process.stdout.write(`${chapters[0].text}\n`);
    return 0;
  }
  const reason = command === "check" && tag !== undefined
    ? whyNotReleased(tag, VERSION, chapters) ??
      whyNotLocked(await readLock(), project.imports)
    : "Usage: release.ts check TAG, or release.ts notes";
  if (reason === undefined) return 0;
  process.stderr.write(`${reason}\n`);
  return 1;
}

if (import.meta.main) process.exit(await main(process.argv.slice(2)));

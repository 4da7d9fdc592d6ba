/**
 * What a check is, and where it runs.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import type { Finding } from "../findings/finding.ts";
import type { Site } from "../site/site.ts";

/** Where the checks run. */
export interface CheckOptions {
  /**
   * `startup`: on the web server, before every start, in some tens of
   * milliseconds and without starting any program. `shell`: asked for by the
   * site's owner, with the checks that take longer.
   */
  at: "startup" | "shell";
  /**
   * The start is foreseen, not under way: judge as well what a process of the
   * web server has been through already, the login shell and its own files.
   * @default {true} at the shell
   */
  isForeseen?: boolean;
  /**
   * The text of `lib/python/facts.py`, for checks at the shell that ask the
   * site's interpreter; without it, Python is not asked.
   */
  factsProgram?: string;
  /** Called before a family of checks runs, with its name. */
  begin?: (family: string) => void;
  /** Called after it, with what it found. */
  end?: (family: string, found: readonly Finding[]) => void;
}

/**
 * A function from a Site to findings.
 *
 * @param found What the checks before it found, so that one cause is said once
 */
export type Check = (
  site: Site,
  options: CheckOptions,
  found: readonly Finding[],
) => Finding[];

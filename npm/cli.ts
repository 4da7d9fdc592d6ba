/**
 * `parseArgs` of `@std/cli` over `minimist`, for networks that do not reach
 * JSR.
 *
 * @module
 */

// @ts-types="@types/minimist"
import minimist from "minimist";

/** The options of `parseArgs` that the CLI uses. */
export interface ParseOptions {
  string?: string[];
  boolean?: string[];
  "--"?: boolean;
  unknown?: (argument: string) => boolean;
}

/** Parses command-line arguments. */
export function parseArgs(
  args: string[],
  options: ParseOptions = {},
): { _: (string | number)[]; [name: string]: unknown } {
  return minimist(args, options);
}

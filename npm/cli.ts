/**
 * `parseArgs` of `@std/cli` over `minimist`, for networks that do not reach
 * JSR.
 *
 * @module
 */

// deno.json does not name it: Deno would fetch it before a task begins, and
// a task first says which certificates are to be trusted.
// @ts-types="npm:@types/minimist@1.2.5"
// deno-lint-ignore no-import-prefix
import minimist from "npm:minimist@1.2.8";

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

/**
 * `parse` of `@std/toml` over `smol-toml`, for networks that do not reach JSR.
 *
 * @module
 */

// deno-lint-ignore no-import-prefix -- as in cli.ts
import { parse as parseToml, TomlError } from "npm:smol-toml@1.9.1";

/**
 * Parses TOML text to plain objects.
 *
 * @throws {SyntaxError} with the place in its message, as `@std/toml` does.
 */
export function parse(text: string): Record<string, unknown> {
  try {
    return parseToml(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    throw new SyntaxError(
      `Parse error on line ${error.line}, column ${error.column}: ${error.message}`,
      { cause: error },
    );
  }
}

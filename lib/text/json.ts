/**
 * JSON that a terminal may show as it is.
 *
 * Pure.
 *
 * @module
 */

import { UNPRINTABLE_REGEXP } from "./shell.ts";

const EACH_REGEXP = new RegExp(UNPRINTABLE_REGEXP, "g");

/**
 * Writes a value as JSON. What could command a terminal stands as an escape
 * of JSON: JSON itself escapes only the first 32 characters.
 */
export function toJson(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, null, indent);
  return text.replace(
    EACH_REGEXP,
    (found) =>
      found === "\n"
        ? found
        : `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

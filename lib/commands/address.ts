/**
 * Addresses of a site, as options take them.
 *
 * @module
 */

import { quoteWord } from "../text/shell.ts";
import { UsageError } from "./command.ts";

/**
 * Reads the address of a site; a host name alone means https.
 *
 * @throws {UsageError} It is none, or a single word: rather the app root that
 *   was meant to stand behind the address
 */
export function parseAddress(text: string, option: string): URL {
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`;
  const url = URL.canParse(full) ? new URL(full) : undefined;
  const isWord = /^[^./:]+$/.test(text) && text !== "localhost";
  if (
    url && /^https?:$/.test(url.protocol) && /^[\w[]/.test(url.hostname) &&
    !isWord
  ) return url;
  throw new UsageError(
    `${option} must be an address such as https://www.example.org/, and is ${
      quoteWord(text)
    }`,
  );
}

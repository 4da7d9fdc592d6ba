/**
 * Addresses of a site, as options take them.
 *
 * @module
 */

import { quoteWord } from "../text/shell.ts";
import { UsageError } from "./command.ts";

/** Reads the address of a site; a host name alone means https. */
export function parseAddress(text: string, option: string): URL {
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`;
  const url = URL.canParse(full) ? new URL(full) : undefined;
  if (url && /^https?:$/.test(url.protocol) && url.hostname !== "") return url;
  throw new UsageError(
    `${option} must be an address such as https://www.example.org/, and is ${
      quoteWord(text)
    }`,
  );
}

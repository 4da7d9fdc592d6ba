/**
 * The lines of a site's own code, for the terminal of its owner.
 *
 * @module
 */

import { refused } from "../machine/host.ts";
import type { SourceReader } from "../reports/source_frame.ts";
import { readSecrets } from "../site/secrets.ts";
import type { Site } from "../site/site.ts";

const SOURCE_BYTES_LIMIT = 2_000_000;

/** Reads files of Python, each once; a secret may stand there as well. */
export function sourceReader(site: Site): SourceReader {
  const { host } = site;
  const { clean } = readSecrets(site);
  const files = new Map<string, string[]>();
  return (file, line) => {
    let lines = files.get(file);
    if (!lines) {
      const bytes = host.readBytes(file, SOURCE_BYTES_LIMIT);
      lines = refused(bytes) ? [] : new TextDecoder().decode(bytes)
        .split(/\r?\n/);
      files.set(file, lines);
    }
    const text = lines[line - 1];
    return text === undefined ? undefined : clean(text);
  };
}

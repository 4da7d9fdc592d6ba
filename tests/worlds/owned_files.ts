/**
 * The texts of the files of ours on a site, as they stand in the repository.
 *
 * @module
 */

import { OWNED_FILES } from "../../lib/reports/scaffold.ts";

const LIB = new URL("../../lib/", import.meta.url);

/** Reads the texts, by their place on a site. */
export function readOwned(): Map<string, string> {
  return new Map(
    OWNED_FILES.map(({ path, source }) => [
      path,
      Deno.readTextFileSync(new URL(source, LIB)),
    ]),
  );
}

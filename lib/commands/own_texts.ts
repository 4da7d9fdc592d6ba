/**
 * Compares the files of ours on a site with what this wsgi-shim writes: a
 * marker tells only that nobody has changed a file since it was written.
 *
 * @module
 */

import { join } from "node:path";
import { type Finding, finding } from "../findings/finding.ts";
import { refused } from "../machine/host.ts";
import { OWNED_FILES, ownedText } from "../reports/scaffold.ts";
import { readMarker } from "../site/marker.ts";
import { readRecorded } from "../site/recorded.ts";
import type { Site } from "../site/site.ts";
import { VERSION } from "../site/version.ts";
import { shellCommand } from "../text/shell.ts";
import { quoted } from "../text/wrap.ts";
import type { Io } from "./terminal.ts";

const BYTES_LIMIT = 8_000_000;

/** Reports files of this version that this version does not write. */
export async function compareOwnFiles(
  { host, layout }: Site,
  io: Io,
): Promise<Finding[]> {
  const other: string[] = [];
  for (const file of OWNED_FILES) {
    const path = join(layout.appRoot, file.path);
    const bytes = host.readBytes(path, BYTES_LIMIT);
    if (refused(bytes)) continue;
    const text = new TextDecoder().decode(bytes).replaceAll("\r\n", "\n");
    const marker = readMarker(text);
    if (marker?.version !== VERSION || !marker.isIntact) continue;
    const recorded = {
      ...{ command: [], node: "", python: "" },
      ...readRecorded(text),
    };
    const source = await io.embedded(file);
    if (ownedText(file, source, { version: VERSION, recorded }) !== text) {
      other.push(path);
    }
  }
  if (other.length === 0) return [];
  return [finding("shim-outdated", {
    message: `${quoted(other)} of the site: another wsgi-shim wrote ${
      other.length > 1 ? "them" : "it"
    }, though of the same version, ${VERSION}, as this one`,
    place: { file: other[0]! },
    fix: {
      command: shellCommand("wsgi-shim", "upgrade", layout.appRoot),
      safe: false,
    },
  })];
}

/**
 * The line by which a file of ours is known on a site: which version wrote
 * it, and whether somebody has edited it since.
 *
 * `install` writes it, `upgrade` and the checks read it.
 * Runs on Node and Deno.
 *
 * @module
 */

import { createHash } from "node:crypto";

/** What the marker of a file tells. */
export interface Marker {
  /** Version of wsgi-shim that wrote the file. */
  version: string;
  /** The rest of the file is as it was written. */
  readonly isIntact: boolean;
}

const MARKER_REGEXP =
  /^(?:\/\/|#) wsgi-shim (\d+\.\d+\.\d+\S*) sha256:([0-9a-f]{64})$/;

/** Adds the marker to a text, below a `#!` line if there is one. */
export function markText(
  text: string,
  version: string,
  comment: "//" | "#",
): string {
  const marker = `${comment} wsgi-shim ${version} sha256:${hashOf(text)}\n`;
  const at = text.startsWith("#!") ? text.indexOf("\n") + 1 : 0;
  return text.slice(0, at) + marker + text.slice(at);
}

/** Reads the marker of a text; undefined where it has none. */
export function readMarker(text: string): Marker | undefined {
  const lines = text.split("\n");
  const at = lines[0]!.startsWith("#!") ? 1 : 0;
  const found = MARKER_REGEXP.exec(lines[at]?.trimEnd() ?? "");
  if (!found) return undefined;
  const rest = lines.filter((_, index) => index !== at).join("\n");
  return {
    version: found[1]!,
    // Whoever asks for the version alone does without `node:crypto`.
    get isIntact() {
      // The system would look for an interpreter with CR in its name.
      return !/^#!.*\r/.test(text) && hashOf(rest) === found[2];
    },
  };
}

/** Orders two versions as semver does, without pre-release subtleties. */
export function compareVersions(a: string, b: string): number {
  const parts = (version: string) => version.split(/[.+-]/);
  const [left, right] = [parts(a), parts(b)];
  for (let index = 0; index < 3; index++) {
    const difference = Number(left[index]) - Number(right[index]);
    if (difference !== 0) return Math.sign(difference);
  }
  // 1.0.0-rc.1 comes before 1.0.0.
  return Number(right.length > 3) - Number(left.length > 3);
}

/** A copy whose line ends were changed on the way is not an edited one. */
function hashOf(text: string): string {
  return createHash("sha256").update(text.replaceAll("\r\n", "\n"))
    .digest("hex");
}

/**
 * A look at a site from outside: what a visitor's browser would get.
 *
 * Layer 5.
 *
 * @module
 */

import type { Finding } from "./finding.ts";
import type { Site } from "./site.ts";

/** Looks at the address of a site. */
export function lookFromOutside(_site: Site, _url: URL): Promise<Finding[]> {
  return Promise.resolve([]);
}

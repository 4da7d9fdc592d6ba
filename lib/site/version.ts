/**
 * The version of wsgi-shim; it is written down in `deno.json` alone.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import project from "../../deno.json" with { type: "json" };

/** Version of wsgi-shim: `1.2.3`. */
export const VERSION: string = project.version;

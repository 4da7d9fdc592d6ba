/**
 * The modules that an Apache on this machine could load.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { type Host, namesIn } from "../machine/host.ts";

/** Debian's, Red Hat's, and EasyApache's, which cPanel brings. */
const FOLDERS = [
  "/usr/lib/apache2/modules",
  "/usr/lib64/httpd/modules",
  "/usr/lib64/apache2/modules",
];

/** Finds them, by their short names; undefined on a machine without Apache. */
export function findApacheModules(host: Host): string[] | undefined {
  return FOLDERS.map((folder) =>
    namesIn(folder, host)
      .map((name) => /^(?:mod_|lib)([\w.]+)\.so$/.exec(name)?.[1])
      .filter((name) => name !== undefined)
  ).find((names) => names.length > 0);
}

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

/** Modules by their short names, and the folder where they are. */
export interface ApacheModules {
  names: string[];
  folder: string;
}

/** Finds them; undefined on a machine without Apache. */
export function findApacheModules(host: Host): ApacheModules | undefined {
  for (const folder of FOLDERS) {
    const names = namesIn(folder, host)
      .map((name) => /^(?:mod_|lib)([\w.]+)\.so$/.exec(name)?.[1])
      .filter((name) => name !== undefined);
    if (names.length > 0) return { names, folder };
  }
}

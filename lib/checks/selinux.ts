/**
 * Reports files whose SELinux label keeps the web server out, where SELinux
 * is enforced: modes look right, and access is refused all the same.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { type Finding, finding } from "../findings/finding.ts";
import { refused } from "../machine/host.ts";
import { shellCommand } from "../text/shell.ts";
import type { Site } from "../site/site.ts";

/** Labels that files keep when they are moved from a home or from /tmp. */
const PRIVATE_REGEXP =
  /:(user_home_t|user_home_dir_t|user_tmp_t|admin_home_t)(:|$)/;

export function checkSelinux({ host, layout }: Site): Finding[] {
  const enforced = host.readBytes("/sys/fs/selinux/enforce", 1);
  if (refused(enforced) || enforced[0] !== 0x31) return [];
  const listed = host.run("ls", ["-Zd", "--", layout.appRoot], {
    timeout: 2_000,
  });
  const label = PRIVATE_REGEXP.exec(listed.stdout.split(" ")[0] ?? "")?.[1];
  if (!label) return [];
  return [finding("selinux-label", {
    message:
      `"${layout.appRoot}" has the SELinux label ${label}, which a web server may usually not read`,
    place: { file: layout.appRoot },
    fix: {
      command: shellCommand("restorecon", "-Rv", layout.siteDirectory),
      safe: false,
    },
  })];
}

/**
 * Whose site a command works on: what belongs to somebody else is looked at,
 * and nothing of it is started, for it would run as whoever asks.
 *
 * @module
 */

import { type FileStatus, type Host, refused } from "../machine/host.ts";
import { layoutOf } from "../site/layout.ts";
import { printable } from "../text/shell.ts";
import { TRUST } from "./command.ts";
import type { Io } from "./terminal.ts";

/** Set to say that nothing of a site is to be started. */
export const LOOK_ONLY = "WSGI_SHIM_LOOK_ONLY";

/**
 * The terminal for a command on a site; its host starts nothing of a
 * stranger's, and the reason has been said.
 */
export function heedOwner(
  appRoot: string,
  io: Io,
  { trust }: { trust: boolean },
): Io {
  if (trust || io.host.startsNothing) return io;
  const host = stranger(io.host);
  if (io.host.env[LOOK_ONLY]) return { ...io, host };
  const reason = whoElse(appRoot, io.host);
  if (reason === undefined) return io;
  io.narrate(
    `note: ${reason}, so nothing of this site is started: it would run with ` +
      `your rights. If you trust it, add --${TRUST.name}.`,
  );
  return { ...io, host };
}

/** Programs of the system, which are given nothing but paths. */
const HARMLESS = ["grep", "ls", "test"];

/** Also where a check forgets to ask, nothing is started. */
function stranger(host: Host): Host {
  return {
    ...host,
    startsNothing: true,
    run: (program, args, options) =>
      HARMLESS.includes(program)
        ? host.run(program, args, options)
        : { errno: "EPERM", stdout: "", stderr: "" },
  };
}

/** Who but root and the one who asks says what is started. */
function whoElse(appRoot: string, host: Host): string | undefined {
  const { config } = layoutOf(appRoot);
  for (const path of [appRoot, config]) {
    const status = host.stat(path);
    if (refused(status)) continue;
    if (!isOwn(status, host)) {
      const owner = host.user(status.uid)?.name ?? `user ${status.uid}`;
      return printable(`${path} belongs to ${owner}`);
    }
    if ((status.mode & 0o002) !== 0) {
      return printable(`everyone on this machine can change ${path}`);
    }
  }
  return undefined;
}

function isOwn({ uid }: FileStatus, host: Host): boolean {
  return uid === 0 || uid === host.identity.uid;
}

/**
 * The command line as `deno run jsr:@shim/cli` starts it: Deno must let it do
 * its work, and the commands that it prints have another name there.
 *
 * @module
 */

import { join } from "node:path";
import { refused } from "../machine/host.ts";
import type { Io } from "./terminal.ts";

/** What looking at a site takes; with less, wrong things would be told. */
const NEEDED = ["env", "read", "write", "run", "net", "sys"] as const;

/** What to write in place of `wsgi-shim`, and what makes it a command. */
const RUN = "deno run -A jsr:@shim/cli";
const INSTALL = "deno install -gA -n wsgi-shim jsr:@shim/cli";

/** Says what Deno does not allow; nothing where it allows all. */
export function whyNotAllowed(): string | undefined {
  const missing = NEEDED.filter((name) =>
    Deno.permissions.querySync({ name }).state !== "granted"
  );
  return missing.length === 0
    ? undefined
    : `Deno does not allow wsgi-shim to look at a site (${
      missing.join(", ")
    }). Give it -A, as in: ${RUN} check www`;
}

/** A terminal that remembers whether commands of ours were printed. */
export interface CountingIo {
  io: Io;
  /** Says how to run them where `wsgi-shim` is no command here. */
  explain(): void;
}

/** Counts the commands that are printed. */
export function countCommands(io: Io): CountingIo {
  let isNamed = false;
  const seen = <T extends string>(write: (text: T) => void) => (text: T) => {
    isNamed ||= /\bwsgi-shim [a-z]/.test(text);
    write(text);
  };
  return {
    io: {
      ...io,
      out: seen(io.out),
      err: seen(io.err),
      narrate: seen(io.narrate),
    },
    explain() {
      if (!isNamed || isOnPath(io)) return;
      io.narrate(
        `\nnote: wsgi-shim is no command here. Write \`${RUN}\` in its place, ` +
          `or install it once: \`${INSTALL}\``,
      );
    },
  };
}

function isOnPath({ host }: Io): boolean {
  return (host.env.PATH ?? "").split(":").some((folder) =>
    folder !== "" && !refused(host.stat(join(folder, "wsgi-shim")))
  );
}

/**
 * Servers that run beside a test: as the site's user, on a free port, until
 * they are ended.
 *
 * @module
 */

import type { SiteUser } from "./site_user.ts";

const START_DEADLINE_MS = 20_000;

/** Starts a command as a user; it mostly ends with this process, if not before. */
export function startAsUser(
  user: SiteUser,
  command: string,
  args: string[],
  options: { cwd: string; env?: Record<string, string> },
): Deno.ChildProcess {
  const { name, group, home } = user;
  return new Deno.Command("/usr/bin/setpriv", {
    args: ["--reuid", name, "--regid", group, "--init-groups"]
      .concat("--pdeathsig", "TERM", "--", command, args),
    cwd: options.cwd,
    clearEnv: true,
    env: {
      ...{ HOME: home, PATH: "/usr/bin:/bin", LANG: "C.UTF-8" },
      ...options.env,
    },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
}

/** Ends a command that was started, and waits until it has. */
export async function end(child: Deno.ChildProcess): Promise<void> {
  try {
    child.kill("SIGTERM");
  } catch {
    // It has ended by itself.
  }
  await child.status;
}

/** A port on 127.0.0.1 that nobody listens on. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** Waits until something is so; what it throws means not yet. */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  what: string | (() => string) = "a server answers",
  limitMs = START_DEADLINE_MS,
): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (!await Promise.resolve().then(isSo).catch(() => false)) {
    if (Date.now() > deadline) {
      const wanted = typeof what === "string" ? what : what();
      throw new Error(`Waited in vain until ${wanted}`);
    }
    await new Promise((go) => setTimeout(go, 50));
  }
}

/**
 * Ordinary users of the system, made for a test and gone with it. Needs root.
 *
 * @module
 */

import { ifItWorks, killAll, pause, processes } from "./processes.ts";

const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const LOCK_DEADLINE_MS = 20_000;

/** An ordinary user of the system, made for a test. */
export interface SiteUser extends AsyncDisposable {
  name: string;
  group: string;
  uid: number;
  gid: number;
  /** Home directory, world-traversable, a good place for a site. */
  home: string;
  /** Ends the user's processes and removes user, group and home. */
  remove(): Promise<void>;
}

/**
 * Makes a user with a home below `/tmp`; with `group`, an existing one, in
 * place of a group of its own.
 */
export async function makeSiteUser(
  options: { name?: string; group?: string } = {},
): Promise<SiteUser> {
  const random = crypto.randomUUID().slice(-8);
  const { name = `wsgishim${random}`, group } = options;
  const home = `/tmp/${name}-${random}`;
  await account("/usr/sbin/useradd", [
    ...["--home-dir", home, "--create-home", "--shell", "/bin/bash"],
    ...group === undefined ? ["--user-group"] : ["--gid", group],
    name,
  ]);
  await Deno.chmod(home, 0o755);
  const { uid, gid } = await Deno.stat(home) as { uid: number; gid: number };
  const remove = async () => {
    await killAll(() => processes((each) => each.uid === uid));
    await account("/usr/sbin/userdel", [name]);
    await ifItWorks(Deno.remove(home, { recursive: true }));
  };
  const dispose = { remove, [Symbol.asyncDispose]: remove };
  return { name, group: group ?? name, uid, gid, home, ...dispose };
}

/** How a command ended, and what it printed. */
export interface CommandResult {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a command as a user, in the user's home and a bare environment. */
export async function asUser(
  user: Pick<SiteUser, "name" | "group" | "home">,
  command: string,
  args: string[] = [],
  options: { cwd?: string; env?: Record<string, string> } = {},
): Promise<CommandResult> {
  const { name, group, home } = user;
  const rights = ["--reuid", name, "--regid", group, "--init-groups"];
  return await run("/usr/bin/setpriv", [...rights, "--", command, ...args], {
    cwd: options.cwd ?? home,
    env: {
      ...{ HOME: home, USER: name, LOGNAME: name, SHELL: "/bin/bash" },
      ...{ PATH: "/usr/local/bin:/usr/bin:/bin", LANG: "C.UTF-8" },
      ...options.env,
    },
  });
}

async function run(
  command: string,
  args: string[],
  options: { cwd: string; env: Record<string, string> },
): Promise<CommandResult> {
  const { code, stdout, stderr } = await new Deno.Command(command, {
    ...options,
    args,
    clearEnv: true,
    stdin: "null",
  }).output();
  const [out, err] = [stdout, stderr].map((it) => new TextDecoder().decode(it));
  return { code, stdout: out!, stderr: err! };
}

// Runs useradd or userdel; another test may hold the lock (1), and a process
// of the user that was just killed may still be on the list (8).
async function account(command: string, args: string[]): Promise<void> {
  const deadline = Date.now() + LOCK_DEADLINE_MS;
  while (true) {
    const { code, stderr } = await run(command, args, {
      cwd: "/",
      env: { PATH },
    });
    if (code === 0) return;
    if (![1, 8].includes(code) || Date.now() > deadline) {
      throw new Error(`Cannot run ${command}: ${stderr}`);
    }
    await pause();
  }
}

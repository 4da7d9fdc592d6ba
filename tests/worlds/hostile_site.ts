/**
 * Sites whose owner wants more than is theirs: with a program that leaves its
 * mark wherever a path may stand, and with links to what belongs to others.
 *
 * @module
 */

import { join } from "node:path";
import { makeTestSite, type TestSite } from "./site_on_disk.ts";
import { makeSiteUser, type SiteUser } from "./site_user.ts";

/** What must never come out of root's folder. */
export const TREASURE = "the-combination-is-12-7-49";
/** A variable of root's, which no program of a site may see. */
export const ROOT_VARIABLE = "ROOT_ONLY";

/** A machine with an attacker, a victim, and a folder of root's. */
export interface HostileMachine extends AsyncDisposable {
  mallory: SiteUser;
  victim: SiteUser;
  victimSite: TestSite;
  /** A folder of root's alone, with a file `secret`. */
  treasure: string;
  /** An empty folder of root's. */
  empty: string;
  /** A folder of root's that everybody may write to. */
  open: string;
  /** A program that leaves a mark; its name says where it stands. */
  marker(name: string, says?: string): string;
  /** The marks since the last look: `UID NAME VARIABLE`. */
  takeMarks(): string[];
  /** All that mallory must not change, file by file. */
  snapshot(): string[];
}

/** Makes the machine. */
export async function makeHostileMachine(): Promise<HostileMachine> {
  const mallory = await makeSiteUser();
  const victim = await makeSiteUser();
  const victimSite = await makeTestSite(victim, "site");
  const folder = await Deno.makeTempDir({ prefix: "wsgi-shim-hostile-" });
  await Deno.chmod(folder, 0o755);
  const treasure = join(folder, "treasure");
  await Deno.mkdir(treasure, { mode: 0o700 });
  await Deno.writeTextFile(join(treasure, "secret"), TREASURE, { mode: 0o600 });
  await Deno.writeTextFile(join(treasure, "restart.txt"), "", { mode: 0o600 });
  const empty = join(folder, "empty");
  await Deno.mkdir(empty);
  const open = join(folder, "open");
  await Deno.mkdir(open);
  await Deno.chmod(open, 0o777);
  const marks = join(folder, "marks");
  await Deno.writeTextFile(marks, "");
  await Deno.chmod(marks, 0o666);
  return {
    mallory,
    victim,
    victimSite,
    treasure,
    empty,
    open,
    marker(name, says = "exit 0") {
      const path = join(mallory.home, `marker-${name}`);
      const text =
        `#!/bin/sh\necho "$(/usr/bin/id -u) ${name} $${ROOT_VARIABLE}" >> ${marks}\n${says}\n`;
      Deno.writeTextFileSync(path, text);
      Deno.chmodSync(path, 0o755);
      return path;
    },
    takeMarks() {
      const lines = Deno.readTextFileSync(marks).trim().split("\n");
      Deno.writeTextFileSync(marks, "");
      return lines.filter((line) => line !== "");
    },
    snapshot: () => [treasure, empty, open, victim.home].flatMap(look),
    async [Symbol.asyncDispose]() {
      await mallory.remove();
      await victim.remove();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

function look(path: string): string[] {
  const status = Deno.lstatSync(path);
  const { mode, uid, gid, size, mtime } = status;
  // What reads a folder changes nothing of it; its cache is its own affair.
  const line = [path, mode?.toString(8), uid, gid, size, mtime?.getTime()];
  const inside = status.isDirectory
    ? [...Deno.readDirSync(path)].map(({ name }) => name).sort()
    : [];
  return [
    line.join(" "),
    ...inside.flatMap((name) => look(join(path, name))),
  ];
}

/** Makes a site hostile in one way. */
type Arm = (site: TestSite, machine: HostileMachine) => Promise<void> | void;

/** Puts a link in the place of what is there. */
function link(path: string, target: (machine: HostileMachine) => string): Arm {
  return (site, machine) => {
    const place = join(site.folder, path);
    if (exists(place)) Deno.removeSync(place, { recursive: true });
    Deno.symlinkSync(target(machine), place);
    run("chown", "-h", site.user.name, place);
  };
}

function exists(path: string): boolean {
  try {
    return Boolean(Deno.lstatSync(path));
  } catch {
    return false;
  }
}

function run(program: string, ...args: string[]): void {
  const { success, stderr } = new Deno.Command(program, { args }).outputSync();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}

const secretOf = ({ treasure }: HostileMachine) => join(treasure, "secret");

/** Sets a key of `[passenger]`. */
function setting(key: string, value: (machine: HostileMachine) => string): Arm {
  return async (site, machine) => {
    const path = join(site.appRoot, "config.toml");
    const lines = (await Deno.readTextFile(path)).split("\n")
      .filter((line) => !line.startsWith(`${key} =`));
    const line = `${key} = "${value(machine)}"`;
    lines.splice(lines.indexOf("[passenger]") + 1, 0, line);
    await Deno.writeTextFile(path, lines.join("\n"));
  };
}

/** Escapes that would rename a window, and clear it. */
const ESCAPES = "\x1b]0;pwned\x07\x1b[2J\u009b2J";

/** The ways, by what they are. */
export const ARMS: Readonly<Record<string, Arm>> = {
  "a program as passenger_nodejs": setting(
    "passenger_nodejs",
    ({ marker }) => marker("node"),
  ),
  "a program as passenger_python": setting(
    "passenger_python",
    ({ marker }) => marker("python"),
  ),
  "a Python that knows no -I": setting(
    "passenger_python",
    ({ marker }) =>
      marker("old-python", 'echo "Unknown option: -I" >&2; exit 2'),
  ),
  "a program as COMMAND of passenger_wsgi.py": async (site, machine) => {
    await setting("passenger_app_type", () => "wsgi")(site, machine);
    const command = machine.marker("command");
    await site.edit(
      "www/passenger_wsgi.py",
      /^COMMAND = .*$/m,
      `COMMAND = ["${command}"]  # @COMMAND@`,
    );
  },
  "code in the application": async (site, machine) => {
    const program = machine.marker("application");
    await site.write(
      "myapp/hello.py",
      `import subprocess\nsubprocess.run(["${program}"])\n` +
        "def application(environ, start_response):\n" +
        '    start_response("200 OK", [])\n    return [b"hello"]\n',
    );
  },
  "code in the login files": (site, machine) => {
    const file = join(site.user.home, ".profile");
    Deno.writeTextFileSync(file, `${machine.marker("login")}\n`);
  },
  "root as its user": setting("user", () => "root"),
  "another user as its user": setting("user", ({ victim }) => victim.name),
  "settings that are a link to root's file": link(
    "www/config.toml",
    secretOf,
  ),
  "settings that are a FIFO": (site) => {
    const path = join(site.appRoot, "config.toml");
    Deno.removeSync(path);
    run("mkfifo", path);
  },
  "settings with escapes": setting(
    "passenger_app_root",
    () => "/a\\u001b]0;pwned\\u0007\\u009b2Jb",
  ),
  "a log that is a link to root's file": link(
    "www/log/wsgi-shim.log",
    secretOf,
  ),
  "an older log that is a FIFO": async (site) => {
    await site.write("www/log/wsgi-shim.log", "a line\n");
    run("mkfifo", join(site.appRoot, "log/wsgi-shim.log.1"));
  },
  "an older log that is a folder": async (site) => {
    await site.write("www/log/wsgi-shim.log", "a line\n");
    Deno.mkdirSync(join(site.appRoot, "log/wsgi-shim.log.1"));
  },
  "a log with escapes": (site) =>
    site.write(
      "www/log/wsgi-shim.log",
      `2026-01-01T00:00:00.000Z [1] failure: ${ESCAPES}\n${ESCAPES}\n`,
    ),
  "a message with escapes": (site) => site.write("www/tmp/maint.txt", ESCAPES),
  "a message that is a link to root's file": link(
    "www/tmp/maint.txt",
    secretOf,
  ),
  "a tmp that is root's": link("www/tmp", ({ treasure }) => treasure),
  "a tmp that is another user's": link(
    "www/tmp",
    ({ victimSite }) => join(victimSite.appRoot, "tmp"),
  ),
  "a restart.txt that is root's": link(
    "www/tmp/restart.txt",
    ({ treasure }) => join(treasure, "restart.txt"),
  ),
  "a shim that is root's": link("www/shim", ({ treasure }) => treasure),
  "a shim that is another user's": link(
    "www/shim",
    ({ victimSite }) => join(victimSite.appRoot, "shim"),
  ),
  "a log folder that is root's": link("www/log", ({ treasure }) => treasure),
  "an app root that is another user's": link(
    "www",
    ({ victimSite }) => victimSite.appRoot,
  ),
};

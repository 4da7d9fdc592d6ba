/**
 * Races: the owner of a site exchanges a folder for a link to what is root's
 * or another user's, at the moment when a command of root looks at it.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import {
  type HostileMachine,
  makeHostileMachine,
} from "../worlds/hostile_site.ts";
import { isLong, leaveOut } from "../worlds/left_out.ts";
import { makeTestSite, type TestSite } from "../worlds/site_on_disk.ts";
import { stageProgram, whyNoRoot } from "../worlds/staged_program.ts";

const EXCHANGER = fileURLToPath(
  new URL("../worlds/exchanger.py", import.meta.url),
);
const TRIES = isLong ? 30 : 3;

/** A race that a site's owner runs with root. */
interface Race {
  line: string;
  /** The folder that is watched, below the site's, and the name in it. */
  folder: string;
  name: string;
  target(machine: HostileMachine): string;
  /** Gives the command something to do. */
  prepare?(site: TestSite): void;
}

const roots = ({ empty }: HostileMachine) => empty;
const withoutRestart = ({ appRoot }: TestSite) =>
  Deno.removeSync(join(appRoot, "tmp/restart.txt"));

const RACES: Readonly<Record<string, Race>> = {
  "check --fix, for the log folder": {
    line: "check --fix --no-import www",
    folder: "www",
    name: "log",
    target: ({ open }) => open,
    prepare: ({ appRoot }) => Deno.chmodSync(join(appRoot, "log"), 0o777),
  },
  "restart, for the tmp folder": {
    line: "restart www",
    folder: "www",
    name: "tmp",
    target: roots,
    prepare: withoutRestart,
  },
  "maint on, for the tmp folder": {
    line: "maint on www",
    folder: "www",
    name: "tmp",
    target: roots,
  },
  "maint on, for the site": {
    line: "maint on www",
    folder: ".",
    name: "www",
    target: ({ victimSite }) => victimSite.appRoot,
  },
  "maint on, for the folder of the site": {
    line: "maint on www",
    folder: "..",
    name: "race",
    target: ({ victimSite }) => victimSite.folder,
  },
  "upgrade, for the shim folder": {
    line: "upgrade www",
    folder: "www",
    name: "shim",
    target: roots,
    prepare: ({ appRoot }) =>
      Deno.removeSync(join(appRoot, "shim/last_words.py")),
  },
  "upgrade, for another user's shim folder": {
    line: "upgrade www",
    folder: "www",
    name: "shim",
    target: ({ victimSite }) => join(victimSite.appRoot, "shim"),
    prepare: ({ appRoot }) =>
      Deno.removeSync(join(appRoot, "shim/last_words.py")),
  },
  "install, for a folder that it makes": {
    line: "install --user mallory fresh",
    folder: ".",
    name: "",
    target: roots,
  },
};

Deno.test({
  name: "nobody wins a race with a command of root",
  ignore: leaveOut("races with commands of root", whyNoRoot()),
  async fn(test) {
    await using program = await stageProgram();
    await using machine = await makeHostileMachine();
    for (const [name, race] of Object.entries(RACES)) {
      await test.step(name, async () => {
        let won = 0;
        for (let attempt = 0; attempt < TRIES; attempt++) {
          const site = await makeTestSite(machine.mallory, "race");
          race.prepare?.(site);
          const before = machine.snapshot();
          await using _ = await startExchanger(race, site, machine);
          const words = race.line.split(" ").map((word) =>
            ({
              www: site.appRoot,
              fresh: join(site.folder, "fresh"),
              mallory: machine.mallory.name,
            })[word] ?? word
          );
          await program.asRoot(words);
          if (machine.snapshot().join() !== before.join()) won++;
          await _[Symbol.asyncDispose]();
          Deno.removeSync(site.folder, { recursive: true });
        }
        assertEquals(won, 0, `${won} of ${TRIES} were won`);
      });
    }
  },
});

async function startExchanger(
  { folder, name, target }: Race,
  site: TestSite,
  machine: HostileMachine,
): Promise<AsyncDisposable> {
  const { mallory } = machine;
  const child = new Deno.Command("/usr/bin/setpriv", {
    args: [
      ...["--reuid", mallory.name, "--regid", mallory.group, "--init-groups"],
      ...["--pdeathsig", "KILL", "--", "/usr/bin/python3", EXCHANGER],
      ...[join(site.folder, folder), name, target(machine)],
    ],
    stdin: "null",
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  let ended: Promise<void> | undefined;
  const end = async () => {
    child.kill("SIGKILL");
    await reader.cancel();
    await child.status;
    // It may have been in the middle of an exchange.
    const place = join(site.folder, folder, name);
    if (name === "" || await Deno.lstat(place).then(isFolder, () => false)) {
      return;
    }
    await Deno.remove(place).catch(() => {});
    await Deno.rename(`${place}.aside`, place).catch(() => {});
  };
  return { [Symbol.asyncDispose]: () => ended ??= end() };
}

function isFolder({ isDirectory }: Deno.FileInfo): boolean {
  return isDirectory;
}

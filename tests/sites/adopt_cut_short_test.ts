/**
 * An adoption or an eject that is killed, interrupted or finds the disk full,
 * and two who adopt at once: nothing was made, or `eject` takes it back.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { parseAdopt, runAdopt } from "../../lib/commands/adopt.ts";
import { readForAdoption } from "../../lib/commands/adopt_reading.ts";
import { planAdoption } from "../../lib/commands/adoption_plan.ts";
import { writeAdoption } from "../../lib/commands/adoption_steps.ts";
import { CommandError } from "../../lib/commands/command.ts";
import { parseEject, runEject } from "../../lib/commands/eject.ts";
import { Interruption } from "../../lib/commands/staging.ts";
import { leaveOut, whyNoProgram } from "../worlds/left_out.ts";
import { type Grounds, lasting, onGrounds } from "../worlds/native_grounds.ts";

const ignore = leaveOut(
  "adoptions that are cut short",
  whyNoProgram("node"),
);

const SITE = {
  "passenger_wsgi.py": `def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"plain"]
`,
  ".git/info/exclude": "mine\n",
};

/** What changes files; a process that was killed does nothing of it. */
const CHANGES = [
  ...["chmod", "copyFile", "link", "mkdir", "open", "remove", "rename"],
  "utime",
] as const;
class Killed extends Error {}

/** Lets only so many changes of files happen; says how many were wanted. */
async function withChanges(
  limit: number,
  work: () => Promise<unknown>,
): Promise<number> {
  // deno-lint-ignore no-explicit-any -- their signatures do not matter here
  const system = Deno as any;
  const before = CHANGES.map((name) => [name, system[name]] as const);
  let count = 0;
  for (const [name, change] of before) {
    system[name] = (...words: unknown[]) => {
      if (++count > limit) throw new Killed();
      return change(...words);
    };
  }
  try {
    await work();
  } catch (error) {
    if (limit === Infinity) throw error;
  } finally {
    for (const [name, change] of before) system[name] = change;
  }
  return count;
}

/** Writes adoptions without another look at the site. */
async function adopterOf({ root, io }: Grounds) {
  const { site } = await readForAdoption(root, { noImport: true }, io);
  return async (signal = new AbortController().signal) => {
    const plan = await planAdoption(site, io);
    const inspect = () => Promise.resolve();
    await writeAdoption({ ...plan, inspect }, io, signal);
  };
}

/** What a site holds; the date of git's file is nobody's concern. */
function contentOf(root: string): string[] {
  return lasting(root).map((line) => line.replace(/(exclude \d+) \d+/, "$1"));
}

/** Gives back what there may be to give back. */
async function takeBack({ root, eject }: Grounds, seen: string[]) {
  if (contentOf(root).join() !== seen.join()) await eject("--purge");
}

/** The site answers, and can be taken back to what it was. */
async function assertWhole(grounds: Grounds, seen: string[], what: string) {
  const { root, io, ask, read } = grounds;
  if (read("passenger_wsgi.py") !== SITE["passenger_wsgi.py"]) {
    assertEquals(ask()[0]!.text, "plain", what);
  }
  await takeBack(grounds, seen);
  assertEquals(contentOf(root), seen, `${what}: ${io.stderr()}`);
}

Deno.test({
  name: "adopt that is killed at any change has made nothing, or eject knows",
  ignore,
  fn: () =>
    onGrounds({ files: SITE }, async (grounds) => {
      const adopt = await adopterOf(grounds);
      const seen = contentOf(grounds.root);
      const all = await withChanges(Infinity, adopt);
      await takeBack(grounds, seen);
      assert(all > 30, String(all));
      for (let count = 0; count < all; count++) {
        await withChanges(count, adopt);
        await assertWhole(grounds, seen, `${count} of ${all}`);
      }
    }),
});

Deno.test({
  name: "eject that is killed at any change can be done again",
  ignore,
  fn: () =>
    onGrounds({ files: SITE }, async (grounds) => {
      const { eject } = grounds;
      const adopt = await adopterOf(grounds);
      const seen = contentOf(grounds.root);
      await adopt();
      const all = await withChanges(Infinity, () => eject("--purge"));
      assert(all > 30, String(all));
      for (let count = 0; count < all; count++) {
        await adopt();
        await withChanges(count, () => eject("--purge"));
        await assertWhole(grounds, seen, `${count} of ${all}`);
      }
    }),
});

Deno.test({
  name: "adopt that is interrupted at any step has changed nothing",
  ignore,
  fn: () =>
    onGrounds({ files: SITE }, async (grounds) => {
      const adopt = await adopterOf(grounds);
      const seen = contentOf(grounds.root);
      const after = (count: number) => {
        let asked = 0;
        return {
          get aborted() {
            return ++asked > count;
          },
        } as AbortSignal;
      };
      let count = 0;
      const isInterrupted = () =>
        adopt(after(count)).then(() => false, (error) => {
          if (!(error instanceof Interruption)) throw error;
          return true;
        });
      for (; await isInterrupted(); count++) {
        assertEquals(contentOf(grounds.root), seen, String(count));
      }
      assert(count > 30, String(count));
    }),
});

Deno.test({
  name: "of two who adopt at once, one is refused and nothing is lost",
  ignore,
  fn: () =>
    onGrounds({ files: SITE }, async (grounds) => {
      const { root, ask } = grounds;
      const adopt = await adopterOf(grounds);
      const seen = contentOf(root);
      const ends = await Promise.allSettled([adopt(), adopt()]);
      assertEquals(
        ends.map(({ status }) => status).sort(),
        ["fulfilled", "rejected"],
      );
      assertEquals(ask()[0]!.text, "plain");
      await takeBack(grounds, seen);
      assertEquals(contentOf(root), seen);
    }),
});

const DISK = 4_000_000;

Deno.test({
  name: "adopt on a disk that gets full changes nothing, and eject needs none",
  ignore: ignore || leaveOut(
    "adoptions on a full disk",
    Deno.uid() === 0 ? whyNoMount() : "only root can mount one",
  ),
  fn: () =>
    onGrounds({ files: SITE }, async ({ home, io, root }) => {
      const disk = `${home}/disk`;
      Deno.mkdirSync(disk);
      run("mount", "-t", "tmpfs", "-o", `size=${DISK}`, "tmpfs", disk);
      try {
        const site = `${disk}/site`;
        run("cp", "-a", root, site);
        const seen = contentOf(site);
        const adopt = () =>
          runAdopt(parseAdopt(["--yes", "--no-import", site]), io);
        const leave = (bytes: number) =>
          Deno.writeFileSync(`${disk}/filler`, new Uint8Array(DISK - bytes));
        for (const bytes of [40_000, 200_000, 600_000, 1_000_000]) {
          leave(bytes);
          await assertRejects(adopt, CommandError, "the disk is full");
          assertEquals(contentOf(site), seen, String(bytes));
        }
        leave(DISK);
        await adopt();
        fill(`${disk}/filler`);
        assertEquals(await runEject(parseEject(["--purge", site]), io), 0);
        assertEquals(contentOf(site), seen);
      } finally {
        run("umount", disk);
      }
    }),
});

function run(command: string, ...args: string[]): void {
  const { success, stderr } = new Deno.Command(command, { args }).outputSync();
  assert(success, new TextDecoder().decode(stderr));
}

/** Why no file system can be mounted, as in a container. */
function whyNoMount(): string | undefined {
  const { success } = new Deno.Command("unshare", {
    args: ["-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt"],
    stderr: "null",
  }).outputSync();
  return success ? undefined : "nothing can be mounted here";
}

/** Takes all that is left of a disk. */
function fill(path: string): void {
  for (let size = 1 << 20; size > 0; size >>= 1) {
    try {
      for (;;) {
        Deno.writeFileSync(path, new Uint8Array(size), { append: true });
      }
    } catch {
      // No more of that size.
    }
  }
}

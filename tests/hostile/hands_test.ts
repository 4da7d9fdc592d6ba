/**
 * In whose hands a site is: neighbours in a shared folder, sites of strangers,
 * and sites that are root's own.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import {
  type HostileMachine,
  makeHostileMachine,
} from "../worlds/hostile_site.ts";
import { leaveOut } from "../worlds/left_out.ts";
import { makeTestSite, type TestSite } from "../worlds/site_on_disk.ts";
import { asUser, type SiteUser } from "../worlds/site_user.ts";
import { stageProgram, whyNoRoot } from "../worlds/staged_program.ts";

/** A site whose application leaves its mark; where, the machine knows. */
async function makeMarkingSite(
  user: SiteUser,
  name: string,
  { marker }: HostileMachine,
): Promise<TestSite> {
  const site = await makeTestSite(user, name);
  await site.write(
    "myapp/hello.py",
    `import subprocess\nsubprocess.run(["${marker(name)}"])\n` +
      "def application(environ, start_response):\n" +
      '    start_response("200 OK", [])\n    return [b"hello"]\n',
  );
  return site;
}

/** Lines are broken where the terminal ends. */
function assertTells(text: string, words: string): void {
  assertStringIncludes(text.replace(/\s+/g, " "), words);
}

/** The same site in a folder that others share. */
function moveTo(folder: string, site: TestSite): string {
  const place = join(folder, "site");
  Deno.renameSync(site.folder, place);
  // Its settings name it where it was.
  Deno.symlinkSync(place, site.folder);
  return join(place, "www");
}

Deno.test({
  name: "root looks at hands before it starts anything",
  ignore: leaveOut("sites in the hands of others, as root", whyNoRoot()),
  async fn(test) {
    await using program = await stageProgram();
    await using machine = await makeHostileMachine();
    const { victim, mallory } = machine;
    const shared = Deno.makeTempDirSync({ prefix: "wsgi-shim-shared-" });
    const check = async (appRoot: string, ...options: string[]) =>
      await program.asRoot(["check", ...options, appRoot]);
    const markedBy = () => machine.takeMarks().map((one) => one.split(" ")[0]);

    const site = await makeMarkingSite(victim, "shared", machine);
    const appRoot = moveTo(shared, site);

    await test.step("in a sticky folder neighbours can exchange nothing", async () => {
      Deno.chmodSync(shared, 0o1777);
      const { stderr } = await check(appRoot);
      assert(!stderr.includes("exchange"), stderr);
      assertEquals(markedBy(), [`${victim.uid}`]);
    });

    await test.step("in one that is not, it is looked at and not changed", async () => {
      for (const mode of [0o777, 0o775]) {
        Deno.chmodSync(shared, mode);
        Deno.chownSync(shared, 0, mallory.gid);
        const { stderr, stdout } = await check(appRoot);
        assertTells(stderr, "could exchange the site");
        assertStringIncludes(stdout, "Passenger would serve");
        assertEquals(markedBy(), []);
        for (const line of ["maint on", "restart", "upgrade"]) {
          const { code, stderr } = await program.asRoot([
            ...line.split(" "),
            appRoot,
          ]);
          assertEquals(code, 1);
          assertStringIncludes(stderr, "--trust");
        }
      }
    });

    await test.step("--trust says that its neighbours may be trusted", async () => {
      await check(appRoot, "--trust");
      assertEquals(markedBy(), [`${victim.uid}`]);
      const { code } = await program.asRoot(["restart", "--trust", appRoot]);
      assertEquals(code, 0);
    });

    await test.step("a folder in another's folder is not that other's", async () => {
      Deno.chmodSync(shared, 0o755);
      Deno.chownSync(shared, mallory.uid, mallory.gid);
      await check(appRoot);
      assertEquals(markedBy(), []);
    });

    Deno.removeSync(shared, { recursive: true });

    await test.step("a closed folder of root's stays closed", async () => {
      const closed = Deno.makeTempDirSync({ prefix: "wsgi-shim-closed-" });
      const own = await makeMarkingSite(victim, "closed", machine);
      const appRoot = moveTo(closed, own);
      assertEquals((await check(appRoot)).code, 1);
      assertEquals(markedBy(), []);
      const { code, stderr } = await program.asRoot(["restart", appRoot]);
      assertEquals(code, 1);
      assertTells(stderr, "permission denied");
      Deno.removeSync(closed, { recursive: true });
    });
  },
});

Deno.test({
  name: "an ordinary user starts nothing of a stranger's site",
  ignore: leaveOut("sites of strangers", whyNoRoot()),
  async fn(test) {
    await using program = await stageProgram();
    await using machine = await makeHostileMachine();
    const { victim, mallory } = machine;
    const site = await makeMarkingSite(mallory, "stranger", machine);
    Deno.chmodSync(join(site.appRoot, "config.toml"), 0o644);
    const [deno, ...words] = program.words as [string, ...string[]];
    const run = (...args: string[]) =>
      asUser(victim, deno, [...words, ...args]);
    const marks = () => machine.takeMarks();

    for (const line of ["check", "status", "check --json"]) {
      await test.step(`${line} looks, and says why`, async () => {
        const { stderr, stdout } = await run(...line.split(" "), site.appRoot);
        assertEquals(marks(), []);
        assertStringIncludes(stderr, `belongs to ${mallory.name}`);
        assertStringIncludes(stderr, "--trust");
        assert(stdout.length > 0);
      });
    }
    await test.step("serve is refused", async () => {
      const { code } = await run("serve", site.appRoot);
      assertEquals([code, marks()], [1, []]);
    });
    await test.step("--trust starts it", async () => {
      await run("check", "--trust", site.appRoot);
      assertEquals(marks().map((one) => one.split(" ")[0]), [`${victim.uid}`]);
    });
    await test.step("settings that everybody can write are everybody's", async () => {
      const own = await makeMarkingSite(victim, "open", machine);
      Deno.chmodSync(join(own.appRoot, "config.toml"), 0o666);
      const { stderr } = await run("check", own.appRoot);
      assertEquals(marks(), []);
      assertTells(stderr, "everyone on this machine");
    });
  },
});

Deno.test({
  name: "a site that is root's as a whole runs as root",
  ignore: leaveOut("sites of root's own", whyNoRoot()),
  async fn(test) {
    await using program = await stageProgram();
    await using machine = await makeHostileMachine();
    const { mallory } = machine;
    const folder = Deno.makeTempDirSync({ prefix: "wsgi-shim-own-" });
    const appRoot = join(folder, "www");
    const config = join(appRoot, "config.toml");

    await test.step("it is installed, checked and served", async () => {
      await new Deno.Command("/usr/bin/python3", {
        args: ["-m", "venv", "--without-pip", join(folder, "venv")],
      }).output();
      const made = await program.asRoot(["install", appRoot]);
      assertEquals(made.code, 0, made.stderr);
      const checked = await program.asRoot(["check", appRoot]);
      assertStringIncludes(checked.stderr, "root's own");
      assertStringIncludes(checked.stdout, "user-root");
      const served = await program.asRoot(
        ["serve", "--port", "0", appRoot],
        { patience: 3 },
      );
      assertStringIncludes(served.stdout, "Serving");
    });

    const foreign: Record<string, [() => void, () => void]> = {
      "a file of its environment": [
        () => Deno.chownSync(join(folder, "venv/pyvenv.cfg"), mallory.uid, 0),
        () => Deno.chownSync(join(folder, "venv/pyvenv.cfg"), 0, 0),
      ],
      "a file of ours": [
        () => Deno.chmodSync(join(appRoot, "shim/last_words.py"), 0o666),
        () => Deno.chmodSync(join(appRoot, "shim/last_words.py"), 0o644),
      ],
      "the folder above": [
        () => Deno.chownSync(folder, mallory.uid, mallory.gid),
        () => Deno.chownSync(folder, 0, 0),
      ],
      "a program that its settings name": [
        () => edit(/^passenger_python = .*$/m, machine.marker("own")),
        () => edit(/^passenger_python = .*$/m, join(folder, "venv/bin/python")),
      ],
      "a program that is not there yet": [
        () => edit(/^passenger_python = .*$/m, join(mallory.home, "later")),
        () => edit(/^passenger_python = .*$/m, join(folder, "venv/bin/python")),
      ],
    };

    function edit(line: RegExp, value: string) {
      const text = Deno.readTextFileSync(config);
      Deno.writeTextFileSync(
        config,
        text.replace(line, () => `passenger_python = "${value}"`),
      );
    }

    for (const [what, [give, take]] of Object.entries(foreign)) {
      await test.step(`it is refused when others can change ${what}`, async () => {
        give();
        for (const line of ["check", "status", "restart"]) {
          const { code, stderr } = await program.asRoot([line, appRoot]);
          assertEquals(code, 1, `${line}\n${stderr}`);
          assertTells(stderr, "others could change");
        }
        assertEquals(machine.takeMarks(), []);
        take();
        const { stderr } = await program.asRoot(["restart", appRoot]);
        assert(!/others\s+could/.test(stderr), stderr);
      });
    }
    Deno.removeSync(folder, { recursive: true });
  },
});

Deno.test({
  name: "install by root makes a site that is its user's",
  ignore: leaveOut("sites that root makes for others", whyNoRoot()),
  async fn(test) {
    await using program = await stageProgram();
    await using machine = await makeHostileMachine();
    const { victim } = machine;
    const folder = Deno.makeTempDirSync({ prefix: "wsgi-shim-install-" });
    Deno.chmodSync(folder, 0o755);
    const install = (...args: string[]) =>
      program.asRoot(["install", "--user", victim.name, ...args]);

    await test.step("in a folder that this user may write", async () => {
      const appRoot = join(victim.home, "fresh/www");
      const { code, stderr } = await install(appRoot);
      assertEquals(code, 0, stderr);
      for (const path of ["..", ".", "config.toml", "shim/runtime.cjs"]) {
        assertEquals(Deno.statSync(join(appRoot, path)).uid, victim.uid, path);
      }
    });

    await test.step("elsewhere it says the line that makes such a folder", async () => {
      const appRoot = join(folder, "site/www");
      const { code, stderr } = await install(appRoot);
      assertEquals(code, 1);
      const line = /^ +(install -d .*)$/m.exec(stderr)?.[1];
      assert(line, stderr);
      await new Deno.Command("sh", { args: ["-c", line] }).output();
      assertEquals((await install(appRoot)).code, 0);
      assertEquals(Deno.statSync(appRoot).uid, victim.uid);
    });

    await test.step("without a name it makes none in another's folder", async () => {
      const appRoot = join(victim.home, "nameless");
      const { code, stderr } = await program.asRoot(["install", appRoot]);
      assertEquals(code, 1);
      assertStringIncludes(stderr, `--user ${victim.name}`);
    });
    Deno.removeSync(folder, { recursive: true });
  },
});

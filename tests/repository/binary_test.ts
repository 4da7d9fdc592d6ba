/**
 * The compiled program as its users get it: copied alone to a fresh folder,
 * run by an ordinary user with an empty environment, and a site that it has
 * installed behind Passenger.
 *
 * @module
 */

import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertStringIncludes,
} from "@std/assert";
import { dirname, join } from "node:path";
import { readMarker } from "../../lib/site/marker.ts";
import { OWNED_FILES } from "../../lib/reports/scaffold.ts";
import { VERSION } from "../../lib/site/version.ts";
import { compile, CompileError } from "../../build/compile.ts";
import { type ApacheSite, startApache, whyNoApache } from "../worlds/apache.ts";
import { leaveOut } from "../worlds/left_out.ts";
import { asUser, makeSiteUser, type SiteUser } from "../worlds/site_user.ts";

const NOWHERE = ["-i"];
const BUILT = join(await Deno.makeTempDir(), "wsgi-shim");
const ADDRESS_REGEXP = /http:\/\/127\.0\.0\.1:\d+\//;

/** Compiles the program once for all tests; or tells why that cannot be. */
async function build(output: string): Promise<string | undefined> {
  if (Deno.build.os !== "linux") return "it is tried on Linux";
  if (Deno.uid() !== 0) return "making an ordinary user needs root";
  try {
    await compile(output);
  } catch (error) {
    if (error instanceof CompileError) return error.message;
    throw error;
  }
}

/** A program in the home of a user, and nothing beside it. */
class Fixture implements AsyncDisposable {
  private constructor(readonly user: SiteUser, readonly program: string) {}

  static async make(): Promise<Fixture> {
    const user = await makeSiteUser();
    const program = join(user.home, "bin", "wsgi-shim");
    await Deno.mkdir(join(user.home, "bin"));
    await Deno.copyFile(BUILT, program);
    const fixture = new Fixture(user, program);
    await fixture.shell("mkdir site");
    return fixture;
  }

  async [Symbol.asyncDispose]() {
    await this.user.remove();
  }

  /** Runs the program with nothing in its environment. */
  async run(...args: string[]) {
    return await asUser(this.user, "/usr/bin/env", [
      ...NOWHERE,
      this.program,
      ...args,
    ]);
  }

  async shell(line: string) {
    const { code, stderr } = await asUser(this.user, "sh", ["-c", line]);
    assertEquals([code, stderr], [0, ""]);
  }

  /** Makes a site with a virtual environment beside its app root. */
  async install(name: string, ...options: string[]): Promise<string> {
    const folder = join(this.user.home, "site", name);
    await this.shell(
      `mkdir ${folder} && python3 -m venv --without-pip ` +
        `${folder}/venv`,
    );
    const appRoot = join(folder, "www");
    const { code, stderr } = await this.run("install", ...options, appRoot);
    assertEquals([code, stderr], [0, ""]);
    return appRoot;
  }
}

const ignore = leaveOut("the compiled program", await build(BUILT));
const noApache = ignore ||
  leaveOut("a site of the compiled program", whyNoApache());
globalThis.addEventListener("unload", () => {
  Deno.removeSync(dirname(BUILT), { recursive: true });
});

Deno.test({
  name: "the compiled program does the main job alone",
  ignore,
  async fn(test) {
    await using fixture = await Fixture.make();
    const { user } = fixture;
    let appRoot = "";

    await test.step("it tells its version", async () => {
      const { stdout } = await fixture.run("--version");
      assertEquals(stdout.split("\n")[0], `wsgi-shim ${VERSION}`);
    });

    await test.step("it installs a site", async () => {
      appRoot = await fixture.install("one");
      for (const { path } of OWNED_FILES) {
        const file = join(appRoot, path);
        if (!await exists(file)) continue;
        const marker = readMarker(await Deno.readTextFile(file));
        assertEquals(marker?.version, VERSION, path);
        assertEquals((await Deno.stat(file)).uid, user.uid, path);
      }
      assert(await exists(join(appRoot, "shim", "runtime.cjs")));
    });

    await test.step("it finds the site healthy", async () => {
      const { code, stdout, stderr } = await fixture.run("check", appRoot);
      assertStringIncludes(stdout, "No problems found");
      assertEquals([code, stderr], [0, ""]);
    });

    await test.step("it keeps its door for Passenger", async () => {
      const { code, stderr } = await fixture.run("door", "judge", appRoot);
      assertEquals(code, 1);
      assertStringIncludes(stderr, "no process of Passenger's");
    });

    await test.step("it tells the status, explains and completes", async () => {
      const status = await fixture.run("status", appRoot);
      assertStringIncludes(status.stdout, appRoot);
      assertEquals(status.code, 0);
      const rule = await fixture.run("explain", "config-missing");
      assertStringIncludes(rule.stdout, "config.toml");
      const script = await fixture.run("completions", "bash");
      const file = join(user.home, "completions");
      await Deno.writeTextFile(file, script.stdout);
      await fixture.shell(`bash -n ${file}`);
    });

    await test.step("it goes on as the owner where root runs it", async () => {
      const { code, stdout } = await new Deno.Command(fixture.program, {
        args: ["maint", "on", appRoot],
      }).output();
      assertEquals(code, 0);
      assertStringIncludes(
        new TextDecoder().decode(stdout),
        "Maintenance is on",
      );
      const { uid } = await Deno.stat(join(appRoot, "tmp/maint.txt"));
      assertEquals(uid, user.uid);
      assertEquals((await fixture.run("maint", "off", appRoot)).code, 0);
    });

    await test.step("it leaves nothing in /tmp", () => {
      const left = [...Deno.readDirSync("/tmp")].filter(({ name }) =>
        name.startsWith("deno-compile-wsgi-shim")
      );
      assertEquals(left, []);
    });

    await test.step("it serves a site, breaks with it and mends", async () => {
      await tryServe(fixture, appRoot);
    });
  },
});

/** `serve`: the page by Python, the page of a fault, and Python again. */
async function tryServe({ user, program }: Fixture, appRoot: string) {
  const serving = new Deno.Command("/usr/bin/setpriv", {
    args: [
      ...["--reuid", user.name, "--regid", user.group, "--init-groups"],
      // Ends with the test, whatever becomes of it.
      ...["--pdeathsig", "TERM", "--", "/usr/bin/env", ...NOWHERE],
      ...[program, "serve", "--port", "0", appRoot],
    ],
    clearEnv: true,
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const out = serving.stdout.getReader();
  try {
    const { value } = await out.read();
    const said = new TextDecoder().decode(value);
    assertMatch(said, ADDRESS_REGEXP);
    const url = ADDRESS_REGEXP.exec(said)![0];
    assertMatch((await get(url)).text, /Hello World[^]*Python/);

    const config = join(appRoot, "config.toml");
    const settings = await Deno.readTextFile(config);
    await Deno.writeTextFile(config, settings + "\n[broken\n");
    await Deno.utime(join(appRoot, "tmp/restart.txt"), 1, 1);
    const broken = await until(() => get(url), ({ status }) => status === 503);
    assertStringIncludes(broken.text, "config.toml");

    await Deno.writeTextFile(config, settings);
    const mended = await until(() => get(url), ({ status }) => status === 200);
    assertStringIncludes(mended.text, "Hello World");
  } finally {
    serving.kill("SIGTERM");
    await out.cancel();
    await serving.status;
  }
}

Deno.test({
  name: "Passenger serves what the compiled program installed",
  ignore: noApache,
  async fn() {
    await using fixture = await Fixture.make();
    const { name: user, group } = fixture.user;
    const node = await fixture.install("node");
    const wsgi = await fixture.install("wsgi", "--app-type", "wsgi");
    // As on a server without Node: only the program can judge the site.
    const script = join(wsgi, "shim", "python");
    const text = await Deno.readTextFile(script);
    const without = text.replace(/^for node in .*; do$/m, "for node in; do");
    assertNotEquals(without, text);
    await Deno.writeTextFile(script, without);
    const sites: ApacheSite[] = [
      { name: "node", appRoot: node, appType: "node", user, group },
      {
        name: "in Python's place",
        appRoot: wsgi,
        appType: "wsgi",
        python: script,
        user,
        group,
      },
    ];
    await using apache = await startApache(sites);
    for (const site of sites) {
      const { status, text } = await get(`${apache.url(site)}/`);
      assertEquals([site.name, status], [site.name, 200]);
      assertStringIncludes(text, "Hello World");
      assertStringIncludes(text, user);
    }
    // It has given way to the host.
    const ours = apache.processes().filter(({ command }) =>
      command.startsWith(fixture.program)
    );
    assertEquals(ours, []);
  },
});

async function get(url: string): Promise<{ status: number; text: string }> {
  const response = await fetch(url, { signal: AbortSignal.timeout(30_000) });
  return { status: response.status, text: await response.text() };
}

/** Asks again and again, for ten seconds. */
async function until<T>(
  ask: () => Promise<T>,
  isWanted: (answer: T) => boolean,
): Promise<T> {
  const deadline = Date.now() + 10_000;
  while (true) {
    const answer = await ask();
    if (isWanted(answer) || Date.now() > deadline) return answer;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function exists(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(() => true, () => false);
}

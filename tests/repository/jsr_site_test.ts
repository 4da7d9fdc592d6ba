/**
 * A site that an ordinary user makes with the package on JSR, behind Passenger
 * at every door: it runs, explains itself and is mended.
 *
 * @module
 */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { ROOT } from "../../build/run_deno.ts";
import { type ApacheSite, startApache, whyNoApache } from "../worlds/apache.ts";
import { until } from "../worlds/background.ts";
import { LocalJsr } from "../worlds/jsr.ts";
import { leaveOut } from "../worlds/left_out.ts";
import { asUser, makeSiteUser } from "../worlds/site_user.ts";

Deno.test({
  name: "Passenger serves what the package on JSR installed",
  ignore: leaveOut("a site of the package on JSR", whyNoApache()),
  async fn(test) {
    await using jsr = await LocalJsr.start();
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["publish", "--token", "any", "--allow-dirty", "--no-check"],
      cwd: ROOT,
      env: { JSR_URL: jsr.url },
      stdin: "null",
    }).output();
    assertEquals(code, 0, new TextDecoder().decode(stderr));

    await using user = await makeSiteUser();
    const deno = join(user.home, "deno");
    await Deno.copyFile(Deno.execPath(), deno);
    // Where to find the JSR of this test; sites' login shells read it, too.
    await Deno.writeTextFile(
      join(user.home, ".bash_profile"),
      `export JSR_URL=${jsr.url} NO_COLOR=1\n`,
    );
    const run = (...args: string[]) =>
      asUser(user, deno, ["run", "-A", "-q", "jsr:@shim/cli", ...args], {
        env: { JSR_URL: jsr.url, NO_COLOR: "1" },
      });

    const sites: ApacheSite[] = [];
    for (const name of ["node", "wsgi", "python"]) {
      const appRoot = join(user.home, name, "www");
      const appType = name === "node" ? "node" : "wsgi";
      await test.step(`it installs a site: ${name}`, async () => {
        const venv = ["-m", "venv", "--without-pip", `${name}/venv`];
        assertEquals((await asUser(user, "/usr/bin/python3", venv)).code, 0);
        const installed = await run("install", appRoot, "--app-type", appType);
        assertEquals(installed.code, 0, installed.stderr);
      });
      const python = name === "python"
        ? join(appRoot, "shim/python")
        : undefined;
      const { name: owner, group } = user;
      sites.push({ name, appRoot, appType, user: owner, group, python });
    }

    await test.step("check finds it healthy", async () => {
      const { stdout } = await run("check", sites[0]!.appRoot);
      assertStringIncludes(stdout, "No problems found");
    });

    await using apache = await startApache(sites);
    for (const site of sites) {
      await test.step(`it runs, explains, is mended: ${site.name}`, () =>
        breakAndMend(site, `${apache.url(site)}/`));
    }
  },
});

async function breakAndMend({ appRoot }: ApacheSite, url: string) {
  const { status, text } = await get(url);
  assertEquals([status, text.includes("Hello World")], [200, true]);

  const config = join(appRoot, "config.toml");
  const settings = await Deno.readTextFile(config);
  await Deno.writeTextFile(config, `${settings}[broken\n`);
  await Deno.utime(join(appRoot, "tmp/restart.txt"), 1, 1);
  const broken = await get(url);
  assertEquals(broken.status, 503);
  const line = settings.split("\n").length;
  assertStringIncludes(broken.text, `config.toml:${line}`);

  await Deno.writeTextFile(config, settings);
  await until(
    async () => (await get(url)).status === 200,
    () => "the mended site answers",
  );
}

async function get(url: string): Promise<{ status: number; text: string }> {
  const response = await fetch(url, {
    headers: { accept: "text/plain" },
    signal: AbortSignal.timeout(60_000),
  });
  return { status: response.status, text: await response.text() };
}

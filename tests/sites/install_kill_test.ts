/**
 * An install that is killed at any moment has made all of a site or nothing
 * of it, also in an empty folder that was there.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { importFlags, ROOT } from "../../build/run_deno.ts";
import { inTempFolder, listTree } from "../worlds/fake_io.ts";
import { isLong } from "../worlds/left_out.ts";

const TRIES = isLong ? 30 : 5;

Deno.test("install into an empty folder is all or nothing when it is killed", () =>
  inTempFolder(async (folder) => {
    Deno.chmodSync(folder, 0o755);
    const flags = await importFlags();
    const install = (appRoot: string) =>
      new Deno.Command(Deno.execPath(), {
        args: ["run", "-q", "-A", ...flags, "cli.ts", "install", appRoot],
        cwd: ROOT,
        stdin: "null",
        stdout: "null",
        stderr: "null",
      }).spawn();
    const make = (name: string) => {
      const appRoot = join(folder, name, "www");
      Deno.mkdirSync(appRoot, { recursive: true });
      return appRoot;
    };
    const model = make("whole");
    await install(model).status;
    const whole = listTree(model);
    assert(whole.length > 5);
    let halves = 0;
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const appRoot = make(`${attempt}`);
      const child = install(appRoot);
      await untilBusy(join(appRoot, ".."));
      // Writing it takes some milliseconds.
      const end = performance.now() + attempt % 10;
      while (performance.now() < end);
      child.kill("SIGKILL");
      await child.status;
      const found = listTree(appRoot);
      if (found.length > 0) assertEquals(found, whole);
      else halves++;
      if (found.length > 0) continue;
      assertEquals((await install(appRoot).status).code, 0);
      assertEquals(listTree(appRoot), whole);
    }
    assert(halves > 0, "it was always too late");
  }));

/** Until something else than the app root is there. */
async function untilBusy(folder: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  while ([...Deno.readDirSync(folder)].length < 2 && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

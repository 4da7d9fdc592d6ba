/**
 * A site that runs under Passenger without us is adopted while it is visited,
 * explains itself, runs as before where nothing of ours can be run, and is
 * given back; no request is lost.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { startApache, whyNoApache } from "../worlds/apache.ts";
import { until } from "../worlds/background.ts";
import { leaveOut } from "../worlds/left_out.ts";
import { NATIVE_SITES } from "../worlds/native_sites.ts";
import { makeSiteUser } from "../worlds/site_user.ts";
import { stageProgram } from "../worlds/staged_program.ts";

const ignore = leaveOut(
  "the adoption of a site behind Apache",
  whyNoApache(),
);
const PYTHON = "/usr/bin/python3";

Deno.test({
  name: "adopt and eject lose no request, and a site explains itself between",
  ignore,
  async fn() {
    await using user = await makeSiteUser();
    await using program = await stageProgram();
    const root = join(user.home, "site");
    const { files } = NATIVE_SITES["code beside the startup file"]!;
    const own = (path: string) => Deno.chown(path, user.uid, user.gid);
    for (const [name, text] of Object.entries(files)) {
      const path = join(root, name);
      for (const folder of [root, join(path, "..")]) {
        await Deno.mkdir(folder, { recursive: true });
        await own(folder);
      }
      await Deno.writeTextFile(path, text);
      await own(path);
    }
    const startup = join(root, "passenger_wsgi.py");
    await Deno.utime(startup, 1_600_000_000, 1_600_000_000);
    const before = Deno.statSync(startup);
    const { name, group } = user;
    await using apache = await startApache([{
      ...{ appRoot: root, user: name, group },
      ...{ appType: "wsgi", python: PYTHON },
    }]);
    const url = apache.url();
    const get = async (path: string) => {
      const headers = { Accept: "application/json" };
      const answer = await fetch(url + path, { headers });
      return { status: answer.status, text: await answer.text() };
    };
    const paths = ["/", "/module", "/place", "/nothing"];
    const ask = () => Promise.all(paths.map(get));
    const native = await ask();
    const log = () =>
      Deno.readTextFile(join(root, "log/wsgi-shim.log")).catch(() => "");
    const run = async (...words: string[]) => {
      const ended = await program.asRoot([...words, root]);
      assertEquals(ended.code, 0, ended.stdout + ended.stderr);
      return ended.stdout;
    };

    const visits = startVisits(`${url}/`);
    await run("adopt", "--yes", "--url", `${url}/`);
    assertStringIncludes(await log(), "ready");
    assertEquals(await ask(), native);
    // A start that is under way when it is given back.
    await run("restart");
    const out = await run("eject");
    assertStringIncludes(out, "Gave back");
    await get("/");
    const { lost, count } = await visits.stop();
    assertEquals(lost, []);
    assert(count > 10, `${count} visits`);
    assertEquals(await ask(), native);
    const after = Deno.statSync(startup);
    assertEquals(
      [after.mode, after.mtime, after.uid, Deno.readTextFileSync(startup)],
      [before.mode, before.mtime, before.uid, files["passenger_wsgi.py"]],
    );

    const earlier = (await log()).split(" ready: ").length;
    await run("adopt", "--yes", "--no-import");
    await until(async () => {
      await get("/");
      return (await log()).split(" ready: ").length > earlier;
    });
    const app = join(root, "app.py");
    const whole = await Deno.readTextFile(app);
    await Deno.writeTextFile(app, `import no_such_package\n${whole}`);
    await run("restart");
    await until(async () => (await get("/")).status === 503);
    assertStringIncludes((await get("/")).text, "no_such_package");
    await Deno.writeTextFile(app, whole);
    await until(async () => (await get("/")).status === 200);

    // Node cannot load it, and there is no command.
    await Deno.writeTextFile(join(root, "shim/runtime.cjs"), "null.no_such;");
    await run("restart");
    await until(async () => {
      await get("/");
      return (await log()).includes("The site runs without wsgi-shim");
    });
    assertEquals(await ask(), native);
    assertStringIncludes(await log(), "no_such");
  },
});

/** Visits an address again and again. */
function startVisits(url: string) {
  const lost: string[] = [];
  let count = 0;
  let isOver = false;
  const visitor = async () => {
    while (!isOver) {
      const told = await fetch(url).then(
        async (answer) => {
          const text = await answer.text();
          return answer.status === 200 ? undefined : answer.status + text;
        },
        (error) => String(error),
      );
      count++;
      if (told !== undefined) lost.push(told);
      await new Promise((go) => setTimeout(go, 20));
    }
  };
  const visitors = [visitor(), visitor()];
  return {
    async stop() {
      isOver = true;
      await Promise.all(visitors);
      return { lost, count };
    },
  };
}

/**
 * A site whose path is long, below a Passenger whose own path is as long as
 * it can be: the path of a Unix socket has no more than 107 bytes.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { importFlags, ROOT } from "../../build/run_deno.ts";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { startApache, whyNoApache } from "../worlds/apache.ts";
import { end, freePort, until } from "../worlds/background.ts";
import { leaveOut } from "../worlds/left_out.ts";
import { DOORS, hostOf } from "../worlds/doors.ts";
import { makeSiteUser, type SiteUser } from "../worlds/site_user.ts";
import {
  assertMatches,
  eventually,
  type Expectation,
  makeTestSite,
  type RunningSite,
  runningSite,
  type TestSite,
} from "../worlds/site_on_disk.ts";

const SERVE = fileURLToPath(
  new URL("../conformance/serve.ts", import.meta.url),
);
const ignore = leaveOut("sites with long paths", whyNoApache());

const SOCKET_BYTES = 107;
/** One more byte, and Passenger itself does not start. */
const INSTANCE_BYTES = 85;
/** One more byte, and Passenger 6.0.17's core aborts. */
const APP_ROOT_BYTES = 242;
const GREETING: Expectation = { status: 200, tells: ["Hello from"] };

Deno.test({
  name: "a site of a long path is served by every door",
  ignore,
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(t) {
    await using user = await makeSiteUser();
    const all = await Promise.all(DOORS.map(async (door) => {
      const site = await makeLongSite(user, door);
      await site.write("www/tmp/maint.txt", "Back at noon");
      return { door, site, host: hostOf(site, door) };
    }));
    const bare = await makeLongSite(user, "bare");
    await bare.remove("www/shim/runtime.cjs");
    const bareHost = hostOf(bare, "python");
    await using apache = await startApache(
      [...all.map(({ host }) => host), bareHost],
      { instanceBytes: INSTANCE_BYTES },
    );
    assertEquals(apache.instanceDirectory.length, INSTANCE_BYTES);

    const outcomes = await Promise.allSettled(all.map(({ site, host }) => {
      return passThroughLife(runningSite(site, apache.url(host)));
    }));
    for (const [index, { door }] of all.entries()) {
      await t.step(door, () => {
        const outcome = outcomes[index]!;
        if (outcome.status === "rejected") throw outcome.reason;
      });
    }
    await t.step("what nobody may guess is as long as can be", () => {
      const folder = `${apache.instanceDirectory}/apps.s`;
      const lengths = [...Deno.readDirSync(folder)].map(({ name }) =>
        `${folder}/${name}`.length
      );
      assertEquals(new Set(lengths), new Set([SOCKET_BYTES]));
    });
    await t.step("shim/python, without a runtime", async () => {
      const { status, text } = await runningSite(bare, apache.url(bareHost))
        .get();
      assertStringIncludes(text, "runtime.cjs");
      assertEquals(status, 503);
    });
  },
});

/** Both kinds of sockets: a page's, and a worker's that is made anew. */
async function passThroughLife(site: RunningSite) {
  assertMatches(await site.get(), { status: 503, kind: "maintenance" });
  await site.remove("www/tmp/maint.txt");
  await eventually(site, GREETING);
  await site.get("/kill");
  await eventually(site, GREETING);
}

/** A plain site, whose app root has as long a path as Passenger bears. */
async function makeLongSite(user: SiteUser, name: string): Promise<TestSite> {
  const parent = `${name}${"a".repeat(100)}`;
  const rest = APP_ROOT_BYTES - `${user.home}/${parent}//www`.length;
  const site = await makeTestSite(user, `${parent}/${"b".repeat(rest)}`);
  assertEquals(site.appRoot.length, APP_ROOT_BYTES);
  return site;
}

Deno.test({
  name: "a site of a long path is served without Passenger",
  ignore,
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    await using user = await makeSiteUser();
    const site = await makeLongSite(user, "alone");
    const short = `${user.home}/short`;
    const long = `${user.home}/${"t".repeat(SOCKET_BYTES)}`;
    for (const folder of [short, long]) {
      await Deno.mkdir(folder);
      await Deno.chown(folder, user.uid, user.gid);
    }
    for (const folder of [short, long, `${user.home}/missing`]) {
      const port = freePort();
      const child = new Deno.Command(Deno.execPath(), {
        args: ["run", "-q", "-A", ...await importFlags(), SERVE, site.appRoot],
        cwd: ROOT,
        env: { PORT: String(port), TMPDIR: folder },
        stdin: "null",
        stdout: "null",
        stderr: "null",
      }).spawn();
      const running = runningSite(site, `http://127.0.0.1:${port}`);
      try {
        await until(async () => (await running.get()).status > 0);
        assertMatches(await running.get(), GREETING);
      } finally {
        await end(child);
      }
    }
    // Nor is anything left there.
    for (const folder of [short, long]) {
      assertEquals([...Deno.readDirSync(folder)], []);
    }
  },
});

/**
 * What is killed while a site starts, from outside, as a limit of memory
 * does: the worker that loads the application, or the supervisor that waits
 * for it. Nothing is left running, and the site comes back.
 *
 * `SURVIVAL=long` waits for what otherwise a change brings about.
 *
 * @module
 */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { type Apache, startApache, whyNoApache } from "../worlds/apache.ts";
import { until } from "../worlds/background.ts";
import { type Door, DOORS, hostOf } from "../worlds/doors.ts";
import { leaveOut } from "../worlds/left_out.ts";
import type { Process } from "../worlds/processes.ts";
import { makeSiteUser } from "../worlds/site_user.ts";
import {
  assertMatches,
  eventually,
  makeTestSite,
  type RunningSite,
  runningSite,
} from "../worlds/site_on_disk.ts";

const NODE_MAJOR = Number(
  new TextDecoder().decode(
    new Deno.Command("/usr/bin/node", { args: ["--version"] }).outputSync()
      .stdout,
  ).slice(1).split(".")[0],
);
const isLong = Deno.env.get("SURVIVAL") === "long";
const GREETING = { status: 200, tells: ["Hello from"] };

/** Tells who loads it, and takes as long as a file is there. */
const APPLICATION = `import os, time

# Not beside this file, where a change would be taken for a mend.
state = os.path.dirname(os.path.dirname(__file__)) + "/state"
with open(state + "/loading", "w") as file:
    file.write(str(os.getpid()))
while os.path.exists(state + "/hold"):
    time.sleep(0.01)

def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"Hello from %d" % os.getpid()]
`;

/** A site that starts when it is told to. */
interface StartingSite extends RunningSite {
  door: Door;
  /** Its processes. */
  processes(): Process[];
  /** The process that loads the application now. */
  loading(): Promise<number>;
}

Deno.test({
  name: "what is killed while a site starts leaves nothing, and it comes back",
  ignore: leaveOut("kills while a site starts", whyNoApache()),
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(t) {
    await using user = await makeSiteUser();
    const all = await Promise.all(DOORS.map(async (door) => {
      const site = await makeTestSite(user, door);
      await site.write("myapp/hello.py", APPLICATION);
      await site.write("state/loading", "");
      return { door, site, host: hostOf(site, door) };
    }));
    await using apache = await startApache(all.map(({ host }) => host));
    // Side by side, for most of the time is waiting.
    const lives = all.map(async ({ door, site, host }) => {
      const running = runningSite(site, apache.url(host));
      const starting = startingSite(running, apache, door);
      await killSupervisor(starting);
      await killSecond(starting);
      await killWorker(starting);
    });
    const outcomes = await Promise.allSettled(lives);
    for (const [index, { door }] of all.entries()) {
      await t.step(door, () => {
        const outcome = outcomes[index]!;
        if (outcome.status === "rejected") throw outcome.reason;
      });
    }
  },
});

function startingSite(
  site: RunningSite,
  apache: Apache,
  door: Door,
): StartingSite {
  return {
    ...site,
    door,
    processes: () =>
      apache.processes().filter(({ environment }) =>
        environment.includes(`PWD=${site.appRoot}`)
      ),
    async loading() {
      let pid = 0;
      await until(async () => {
        pid = Number(await site.read("state/loading"));
        return pid > 0;
      }, "the application is loaded");
      await site.remove("state/loading");
      return pid;
    },
  };
}

/**
 * Where the supervisor is the process that Passenger knows, nobody is left who
 * could speak: Passenger does, and starts it anew.
 */
async function killSupervisor(site: StartingSite) {
  await site.write("state/hold", "");
  const asked = site.get();
  Deno.kill(parentOf(await site.loading()), "SIGKILL");
  if (isNodeLeft(site)) {
    assertMatches(await asked, {
      status: 503,
      kind: "error",
      codes: ["app-died"],
      tells: ["SIGKILL"],
    });
    await site.remove("state/hold");
    await site.write("myapp/hello.py", APPLICATION);
    await eventually(site, GREETING);
    return;
  } else {
    const { status, headers, text } = await asked;
    assertEquals([status, headers.get("x-wsgi-shim")], [500, null]);
    assertStringIncludes(text, "something went wrong");
    // The worker hangs in its import, and goes all the same.
    await until(() => site.processes().length === 0, "no process is left");
  }
  await site.remove("state/hold");
  await eventually(site, GREETING);
}

/** Whether Node waits for the host, because it cannot give way to it. */
function isNodeLeft({ door }: StartingSite): boolean {
  return door === "node" && NODE_MAJOR < 22;
}

/** The supervisor gives up; the next visitor gets another one. */
async function killSecond(site: StartingSite) {
  const first = await site.loading();
  await site.write("state/hold", "");
  Deno.kill(first, "SIGKILL");
  Deno.kill(await site.loading(), "SIGKILL");
  await until(() => site.processes().length === 0, "no process is left");
  await site.remove("state/hold");
  // No more than what Passenger keeps open is lost.
  await site.get();
  assertMatches(await site.get(), GREETING);
  await untilServed(site);
}

/** Supervisor and worker are there, and Node where it must wait. */
async function untilServed(site: StartingSite) {
  const count = isNodeLeft(site) ? 3 : 2;
  await until(() => site.processes().length === count, "all are there");
}

/** The page says what has happened, and tries again after a pause. */
async function killWorker(site: StartingSite) {
  await site.loading();
  await site.write("state/hold", "");
  await site.write("www/tmp/restart.txt", "");
  const later = new Date(Date.now() + 5_000);
  await Deno.utime(join(site.appRoot, "tmp/restart.txt"), later, later);
  const asked = site.get();
  const worker = await site.loading();
  Deno.kill(worker, "SIGKILL");
  assertMatches(await asked, {
    status: 503,
    kind: "error",
    codes: ["app-died"],
    tells: ["SIGKILL"],
  });
  const isHost = ({ command }: Process) => command.includes("shim/host/");
  assertEquals(site.processes().filter(isHost), []);
  await site.remove("state/hold");
  if (!isLong) await site.write("myapp/hello.py", APPLICATION);
  await eventually(site, GREETING);
  await untilServed(site);
}

function parentOf(pid: number): number {
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  return Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]);
}

/**
 * A site behind real Passenger under load, while its worker and its runtime
 * are killed, it is restarted, and maintenance goes to and fro: no visitor
 * ever gets another's answer or half of one, only requests in flight are
 * lost, and nothing is left behind.
 *
 * `SURVIVAL=long` kills a hundred times in a row where the usual run kills a
 * few times.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { type Apache, startApache, whyNoApache } from "./apache.ts";
import { until } from "./background.ts";
import { FeedbackSite } from "./feedback_site.ts";
import { leaveOut } from "./left_out.ts";
import { makeSiteUser } from "./site_user.ts";

const isLong = Deno.env.get("SURVIVAL") === "long";
const KILLS = isLong ? 100 : 10;
const ROUNDS = isLong ? 20 : 4;
const THREADS = 4;
const VISITORS = 8;
const PADDING = 3_000;
const PROVEN = 30;

// An answer belongs to its request alone, and is long enough to be cut.
const APPLICATION = `import os
def app(environ, start_response):
    number = environ["QUERY_STRING"]
    headers = [("Content-Type", "text/plain"), ("X-Pid", str(os.getpid()))]
    start_response("200 OK", headers)
    return [("%s:" % number).encode() + b"x" * ${PADDING} + (":%s" % number).encode()]
`;

/** What the visitors have met. */
interface Tally {
  right: number;
  /** Passenger's own words for a worker that is gone, or no answer at all. */
  lost: number;
  /** Pages of ours that say that the site is closed or starts again. */
  pages: number;
  /** Anything else: must stay empty. */
  wrong: string[];
}

/** Visitors who ask without a pause, until they are told to stop. */
class Visitors {
  readonly tally: Tally = { right: 0, lost: 0, pages: 0, wrong: [] };
  /** Answers by the process that made them. */
  readonly #byPid = new Map<number, number>();
  #isStopping = false;
  readonly #all: Promise<void>[];
  #next = 0;

  constructor(url: string) {
    this.#all = Array.from({ length: VISITORS }, () => this.#visit(url));
  }

  async stop(): Promise<Tally> {
    this.#isStopping = true;
    await Promise.all(this.#all);
    return this.tally;
  }

  /** A worker that has answered so often, and so is neither new nor gone. */
  async proven(scene: Scene): Promise<number> {
    const find = () =>
      scene.workers().find((pid) => (this.#byPid.get(pid) ?? 0) >= PROVEN);
    await until(() => find() !== undefined, "a worker serves well", 60_000);
    return find() ?? await this.proven(scene);
  }

  async #visit(url: string) {
    while (!this.#isStopping) {
      const number = ++this.#next;
      try {
        const response = await fetch(`${url}/?${number}`);
        this.#judge(number, response, await response.text());
      } catch {
        this.tally.lost++;
      }
    }
  }

  #judge(number: number, { status, headers }: Response, text: string) {
    const { tally } = this;
    const right = `${number}:${"x".repeat(PADDING)}:${number}`;
    if (status === 200 && text === right) {
      tally.right++;
      const pid = Number(headers.get("x-pid"));
      this.#byPid.set(pid, (this.#byPid.get(pid) ?? 0) + 1);
    } else if (status === 503 && headers.has("x-wsgi-shim")) tally.pages++;
    else if (status === 502) tally.lost++;
    else if (tally.wrong.length < 5) {
      tally.wrong.push(`${number}: ${status} ${text.slice(0, 200)}`);
    }
  }
}

/** A site under load. */
interface Scene {
  site: FeedbackSite;
  apache: Apache;
  visitors: Visitors;
  /** Processes of the site: the runtime, and the workers. */
  runtimes(): number[];
  workers(): number[];
}

async function openScene(act: (scene: Scene) => Promise<void>) {
  await using user = await makeSiteUser();
  const site = new FeedbackSite(user, "site");
  await site.create();
  await site.write("myapp/hello.py", APPLICATION);
  await site.write(
    "www/config.toml",
    site.config().replace(/^#?threads = .*$/m, `threads = ${THREADS}`),
  );
  // One process: a second one would hide what becomes of the first.
  const directives = ["PassengerMaxInstancesPerApp 1"];
  await using apache = await startApache([site.served], { directives });
  site.apache = apache;
  const pids = (word: string) => () =>
    apache.processes().filter(({ uid, command }) =>
      uid === user.uid && command.includes(word)
    ).map(({ pid }) => pid);
  const scene = {
    site,
    apache,
    runtimes: pids("NodeApp"),
    workers: pids("shim/worker.py"),
  };
  await until(async () => (await site.get("/?0")).status === 200);
  const before = facts(scene);
  const visitors = new Visitors(apache.url(site.directory));
  await until(() => visitors.tally.right > 100, "visitors are served");
  await act({ ...scene, visitors });
  const tally = await visitors.stop();
  assertEquals(tally.wrong, []);
  // Whatever happened, one runtime and one worker serve in the end.
  await until(async () => (await site.get("/?0")).status === 200);
  await until(
    () => scene.runtimes().length === 1 && scene.workers().length === 1,
    "no more than one runtime and one worker are left",
  );
  const after = facts(scene);
  if (isLong) {
    const numbers = JSON.stringify({ ...tally, before, after });
    await Deno.stderr.write(new TextEncoder().encode(` ${numbers} `));
  }
  assertEquals(after.sockets, 1);
  assert(
    after.descriptors <= before.descriptors + 4,
    JSON.stringify({ before, after }),
  );
  assert(
    after.memory <= before.memory + 8_000,
    JSON.stringify({ before, after }),
  );
}

/** What would grow if something leaked; memory in KB. */
function facts(
  { apache, site, runtimes, workers }: Pick<
    Scene,
    "apache" | "site" | "runtimes" | "workers"
  >,
) {
  const pids = [...runtimes(), ...workers()];
  let descriptors = 0;
  let memory = 0;
  for (const pid of pids) {
    descriptors += [...Deno.readDirSync(`/proc/${pid}/fd`)].length;
    const rollup = Deno.readTextFileSync(`/proc/${pid}/smaps_rollup`);
    memory += Number(/^Private_Dirty:\s+(\d+)/m.exec(rollup)?.[1]);
  }
  const folder = `${apache.instanceDirectory}/apps.s`;
  const sockets = [...Deno.readDirSync(folder)].length;
  return { site: site.appRoot, descriptors, memory, sockets };
}

function test(name: string, act: (scene: Scene) => Promise<void>) {
  const reason = whyNoApache();
  Deno.test({
    name: `survival: ${name}`,
    ignore: leaveOut("survival under load", reason),
    sanitizeOps: false,
    sanitizeResources: false,
    fn: () => openScene(act),
  });
}

/** Waits until so many more visitors have been served. */
async function served({ tally }: Visitors, more: number) {
  const wanted = tally.right + more;
  await until(() => tally.right >= wanted, "visitors are served again", 60_000);
}

for (const signal of ["SIGKILL", "SIGSEGV"] as const) {
  test(`${KILLS} times ${signal} of the worker`, async (scene) => {
    const { visitors, site } = scene;
    for (let kill = 0; kill < KILLS; kill++) {
      Deno.kill(await visitors.proven(scene), signal);
      await served(visitors, 50);
    }
    const { lost, pages } = visitors.tally;
    // What is in flight, and at most one on each connection that was kept.
    const most = KILLS * 2 * THREADS;
    assert(lost <= most, `lost ${lost} in ${KILLS} deaths`);
    assertEquals(pages, 0);
    const log = await site.log();
    const deaths = log.match(/ death: .*after many answers$/gm) ?? [];
    assertEquals(deaths.length, KILLS);
  });
}

test("a worker that dies at every request is given a pause", async (scene) => {
  const { visitors, site, workers } = scene;
  await site.write(
    "myapp/hello.py",
    "import os\ndef app(e, s):\n    os.kill(os.getpid(), 9)\n",
  );
  await site.restart();
  await until(() => visitors.tally.pages > 0, "a page explains it");
  const page = await site.until(({ status }) => status === 503, 10_000);
  assertEquals(page.problem?.findings?.[0]?.code, "worker-keeps-dying");
  await until(() => workers().length === 0, "no worker is tried");
  await site.write("myapp/hello.py", APPLICATION);
  await site.restart();
  await served(visitors, 100);
});

test(`${ROUNDS} times SIGKILL of the runtime`, async (scene) => {
  const { visitors, workers } = scene;
  for (let round = 0; round < ROUNDS; round++) {
    const worker = await visitors.proven(scene);
    // Not one that is about to start: Passenger itself tells of those.
    const status = Deno.readTextFileSync(`/proc/${worker}/status`);
    Deno.kill(Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]), "SIGKILL");
    await until(() => !workers().includes(worker), "the worker has left");
    await served(visitors, 50);
  }
});

test("restart.txt touched every second", async ({ visitors, site }) => {
  for (let round = 0; round < ROUNDS; round++) {
    await site.restart();
    await new Promise((go) => setTimeout(go, 1_000));
  }
  await served(visitors, 100);
  const { lost, pages } = visitors.tally;
  assertEquals({ lost, pages }, { lost: 0, pages: 0 });
});

test("maintenance to and fro", async ({ visitors, site }) => {
  for (let round = 0; round < ROUNDS; round++) {
    const before = visitors.tally.pages;
    await site.write("www/tmp/maint.txt", "");
    await site.restart();
    await until(() => visitors.tally.pages > before, "the site is closed");
    await site.shell(`rm ${site.appRoot}/tmp/maint.txt`);
    await site.restart();
    await served(visitors, 100);
  }
  assertEquals(visitors.tally.lost, 0);
});

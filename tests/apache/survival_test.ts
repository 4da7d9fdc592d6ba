/**
 * A site behind real Passenger under load, while its worker and its supervisor
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
import { type Apache, startApache, whyNoApache } from "../worlds/apache.ts";
import { until } from "../worlds/background.ts";
import { FeedbackSite } from "../worlds/feedback_site.ts";
import { leaveOut } from "../worlds/left_out.ts";
import { makeSiteUser } from "../worlds/site_user.ts";

const ignore = leaveOut("survival under load", whyNoApache());

const isLong = Deno.env.get("SURVIVAL") === "long";
const KILLS = isLong ? 100 : 10;
const ROUNDS = isLong ? 20 : 4;
const THREADS = 4;
const VISITORS = 8;
const PADDING = 3_000;
const PROVEN = 30;
const REQUESTS = isLong ? 2_000 : 100;
/** Deaths after which a supervisor has done all that it ever does. */
const WARM = 3;

// An answer belongs to its request alone, and is long enough to be cut.
const APPLICATION = `import os
def app(environ, start_response):
    number = environ["QUERY_STRING"]
    headers = [("Content-Type", "text/plain"), ("X-Pid", str(os.getpid()))]
    start_response("200 OK", headers)
    return [("%s:" % number).encode() + b"x" * ${PADDING} + (":%s" % number).encode()]
`;

// Whatever a request can make of a process, besides killing it.
const BUSY = `import os
def app(environ, start_response):
    path = environ["PATH_INFO"]
    if path == "/raise": raise LookupError("x" * 5000)
    if path == "/upload": size = len(environ["wsgi.input"].read())
    if path == "/print": print("x" * 5000)
    headers = [("Content-Type", "text/plain"), ("X-Pid", str(os.getpid()))]
    start_response("200 OK", headers)
    if path == "/stream": return (b"x" * 10000 for _ in range(20))
    if path == "/cut": return cut()
    return [b"hello"]

def cut():
    yield b"x" * 10000
    raise LookupError("too late")
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
  /** Processes of the site that host it. */
  supervisors(): number[];
  workers(): number[];
}

/** A site that answers; nobody visits it yet. */
type Site = Omit<Scene, "visitors">;

async function openSite(
  application: string,
  act: (site: Site) => Promise<void>,
) {
  await using user = await makeSiteUser();
  const site = new FeedbackSite(user, "site");
  await site.create();
  await site.write("myapp/hello.py", application);
  await site.write(
    "www/config.toml",
    site.config().replace(/^#?threads = .*$/m, `threads = ${THREADS}`)
      .replace(/^#?max_bytes = .*$/m, "max_bytes = 100000"),
  );
  // One process: a second one would hide what becomes of the first.
  const directives = ["PassengerMaxInstancesPerApp 1"];
  await using apache = await startApache([site.served], { directives });
  site.apache = apache;
  /** A worker is a supervisor's child, and looks like it. */
  const pids = (isWorker: boolean) => () => {
    const all = apache.processes().filter(({ uid, command }) =>
      uid === user.uid && command.includes("shim/host/__main__.py")
    );
    const known = new Set(all.map(({ pid }) => pid));
    return all.filter(({ parent }) => known.has(parent) === isWorker)
      .map(({ pid }) => pid);
  };
  await until(async () => (await site.get("/?0")).status === 200);
  await act({
    site,
    apache,
    supervisors: pids(false),
    workers: pids(true),
  });
}

async function openScene(act: (scene: Scene) => Promise<void>) {
  await openSite(APPLICATION, async (scene) => {
    const { site, apache, supervisors, workers } = scene;
    const visitors = new Visitors(apache.url(site.directory));
    await until(() => visitors.tally.right > 100, "visitors are served");
    await act({ ...scene, visitors });
    const tally = await visitors.stop();
    assertEquals(tally.wrong, []);
    // Whatever happened, one supervisor and one worker serve in the end.
    await until(async () => (await site.get("/?0")).status === 200);
    await until(
      () => supervisors().length === 1 && workers().length === 1,
      "no more than one supervisor and one worker are left",
    );
    await tell(tally);
    const folder = `${apache.instanceDirectory}/apps.s`;
    assertEquals([...Deno.readDirSync(folder)].length, 1);
  });
}

/** In the long form, the numbers are told. */
async function tell(numbers: unknown) {
  if (!isLong) return;
  const text = ` ${JSON.stringify(numbers)} `;
  await Deno.stderr.write(new TextEncoder().encode(text));
}

/** What would grow in a process if something leaked; memory in KB. */
interface Level {
  descriptors: number;
  memory: number;
}

function levelOf(pid: number): Level {
  const rollup = Deno.readTextFileSync(`/proc/${pid}/smaps_rollup`);
  return {
    descriptors: [...Deno.readDirSync(`/proc/${pid}/fd`)].length,
    memory: Number(/^Private_Dirty:\s+(\d+)/m.exec(rollup)?.[1]),
  };
}

function declare(name: string, fn: () => Promise<void>) {
  Deno.test({
    name: `survival: ${name}`,
    ignore,
    sanitizeOps: false,
    sanitizeResources: false,
    fn,
  });
}

/** A test under the load of visitors. */
function test(name: string, act: (scene: Scene) => Promise<void>) {
  declare(name, () => openScene(act));
}

/** A test that visits the site itself, and looks at what its processes keep. */
function testAlone(
  name: string,
  application: string,
  act: (site: Site) => Promise<void>,
) {
  declare(name, () => openSite(application, act));
}

/** Waits until so many more visitors have been served. */
async function served({ tally }: Visitors, more: number) {
  const wanted = tally.right + more;
  await until(() => tally.right >= wanted, "visitors are served again", 60_000);
}

for (const signal of ["SIGKILL", "SIGSEGV"] as const) {
  test(`${KILLS} times ${signal} of the worker`, async (scene) => {
    const { visitors, site, workers } = scene;
    for (let kill = 0; kill < KILLS; kill++) {
      const worker = await visitors.proven(scene);
      Deno.kill(worker, signal);
      // While one thread of it writes where it stood, the others may answer.
      await until(() => !workers().includes(worker), "the worker has left");
      await served(visitors, 50);
    }
    const { lost, pages } = visitors.tally;
    // What is in flight, and at most one on each connection that was kept.
    const most = KILLS * 2 * THREADS;
    assert(lost <= most, `lost ${lost} in ${KILLS} deaths`);
    assertEquals(pages, 0);
    const deaths = async () =>
      (await site.log()).match(/ death: .*after many answers$/gm)?.length ?? 0;
    await until(async () => await deaths() >= KILLS, "each death is logged");
    assertEquals(await deaths(), KILLS);
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

test(`${ROUNDS} times SIGKILL of the supervisor`, async (scene) => {
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

/** Growth that is no leak, in KB. */
const GROWTH = { supervisor: 2_000, worker: 2_000 };

function assertLevel(
  name: keyof typeof GROWTH,
  { before, after }: { before: Level; after: Level },
) {
  const told = `${name}: ${JSON.stringify({ before, after })}`;
  assert(after.memory <= before.memory + GROWTH[name], told);
  // Of a worker, Passenger may keep a connection for each thread.
  const more = name === "worker" ? THREADS : 0;
  assert(after.descriptors <= before.descriptors + more, told);
}

testAlone(
  `a supervisor is level after ${KILLS} deaths of its worker`,
  APPLICATION,
  async (scene) => {
    const { site, supervisors } = scene;
    const supervisor = only(supervisors());
    const live = async (deaths: number) => {
      for (let death = 0; death < deaths; death++) {
        const worker = await readyWorker(site);
        // Proven; what Passenger's kept connections still hold is lost first.
        for (let asked = 0; asked < PROVEN; asked++) await site.get("/?1");
        Deno.kill(worker, "SIGKILL");
        // Nobody asks meanwhile, or Passenger would start another process.
        await until(async () => await readyWorker(site) !== worker);
      }
      assertEquals(only(supervisors()), supervisor);
      return levelOf(supervisor);
    };
    const levels = { before: await live(WARM), after: await live(KILLS) };
    await tell(levels);
    assertLevel("supervisor", levels);
  },
);

testAlone(
  `both are level after ${REQUESTS} requests of each kind`,
  BUSY,
  async (scene) => {
    const { site, supervisors, workers } = scene;
    const pids = { supervisor: only(supervisors()), worker: only(workers()) };
    const kinds = ["/", "/raise", "/upload", "/print", "/stream", "/cut"];
    const upload = { method: "POST", body: "x".repeat(50_000) };
    async function ask(path: string) {
      const init = path === "/upload" ? upload : undefined;
      // Apache hides a cut, or passes it on.
      const reply = await site.get(path, init).catch(() => undefined);
      const status = reply?.status ?? 200;
      assertEquals(status, path === "/raise" ? 500 : 200, path);
    }
    async function live(requests: number) {
      let left = requests;
      await Promise.all(Array.from({ length: VISITORS }, async () => {
        while (left-- > 0) for (const path of kinds) await ask(path);
      }));
      assertEquals(
        { supervisor: only(supervisors()), worker: only(workers()) },
        pids,
      );
      return {
        supervisor: levelOf(pids.supervisor),
        worker: levelOf(pids.worker),
      };
    }
    const before = await live(50);
    const after = await live(REQUESTS);
    await tell({ before, after });
    for (const name of ["supervisor", "worker"] as const) {
      assertLevel(name, { before: before[name], after: after[name] });
    }
  },
);

function only(pids: number[]): number {
  assertEquals(pids.length, 1, `${pids}`);
  return pids[0]!;
}

/** The worker that was ready last. */
async function readyWorker(site: FeedbackSite): Promise<number> {
  const ready = [...(await site.log()).matchAll(/ ready: .*worker (\d+)/g)];
  return Number(ready.at(-1)?.[1]);
}

/**
 * Two sites of one user in one Apache, as a project and its trial often are:
 * neither gets anything that is the other's, and what befalls one is not
 * felt by the other.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type Apache, startApache, whyNoApache } from "../worlds/apache.ts";
import { until } from "../worlds/background.ts";
import { FeedbackSite } from "../worlds/feedback_site.ts";
import { leaveOut } from "../worlds/left_out.ts";
import { askWorker } from "../worlds/session_client.ts";
import { makeSiteUser } from "../worlds/site_user.ts";

const ignore = leaveOut("two sites of one user", whyNoApache());

const NAMES = ["left", "right"] as const;
type Name = typeof NAMES[number];

const REQUESTS = 200;

/** Tells all that it knows; both have modules of the same names. */
const APPLICATION = `import json, os, sys
import helper

def app(environ, start_response):
    number = environ["QUERY_STRING"]
    if environ["PATH_INFO"] == "/raise":
        raise LookupError("a fault on the " + helper.NAME)
    print("asked on the", helper.NAME)
    start_response("200 OK", [("Content-Type", "application/json")])
    strings = {k: v for k, v in environ.items() if isinstance(v, str)}
    facts = {
        "name": helper.NAME, "number": number, "pid": os.getpid(),
        "environ": strings, "variables": dict(os.environ),
        "folder": os.getcwd(), "path": sys.path,
    }
    return [json.dumps(facts).encode()]
`;

interface Facts {
  name: Name;
  number: string;
  pid: number;
  variables: Record<string, string>;
  folder: string;
  path: string[];
}

/** One of the two. */
class Neighbour extends FeedbackSite {
  /** Asks for a number, and gets the facts. */
  async ask(number: number | string = ""): Promise<Facts> {
    const { status, text } = await this.get(`/?${number}`);
    assertEquals(status, 200, text);
    return JSON.parse(text);
  }

  /** Its worker and its supervisor. */
  async pids(): Promise<{ worker: number; supervisor: number }> {
    const { pid: worker } = await this.ask();
    const status = Deno.readTextFileSync(`/proc/${worker}/status`);
    const supervisor = Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]);
    assertStringIncludes(
      Deno.readTextFileSync(`/proc/${supervisor}/cmdline`),
      "shim/host/__main__.py",
    );
    return { worker, supervisor };
  }
}

type Both = Record<Name, Neighbour> & { apache: Apache };

const STEPS: { name: string; act: (both: Both) => Promise<void> }[] = [];

/** Adds a step; they share the two sites, and run in their order. */
function step(name: string, act: (both: Both) => Promise<void>) {
  STEPS.push({ name, act });
}

Deno.test({
  name: "two sites of one user have nothing in common",
  ignore,
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(t) {
    await using user = await makeSiteUser();
    const left = new Neighbour(user, "left");
    const right = new Neighbour(user, "right");
    await Promise.all([
      furnish(left, "left"),
      furnish(right, "right"),
    ]);
    // One process of each, so that another one must have a reason.
    await using apache = await startApache([left.served, right.served], {
      directives: ["PassengerMaxInstancesPerApp 1"],
    });
    left.apache = right.apache = apache;
    for (const { name, act } of STEPS) {
      await t.step(name, () => act({ left, right, apache }));
    }
  },
});

async function furnish(site: Neighbour, name: Name) {
  await site.create();
  await site.write("myapp/hello.py", APPLICATION);
  await site.write("myapp/helper.py", `NAME = "${name}"\n`);
  const own = `[environment]\nTOKEN = "the ${name} token"\n` +
    `OF_THE_${name.toUpperCase()} = "yes"\n`;
  const config = site.config().replace("[environment]\n", own);
  await site.write("www/config.toml", config);
}

step("each gets its own answers, environment and modules", async (both) => {
  const { left, right } = both;
  for (const name of NAMES) {
    const other = name === "left" ? right : left;
    const facts = await both[name].ask();
    const { variables } = facts;
    assertEquals(facts.name, name);
    assertEquals(facts.folder, `${both[name].directory}/myapp`);
    assertEquals(variables.TOKEN, `the ${name} token`);
    const own = Object.keys(variables).filter((each) => /^OF_THE/.test(each));
    assertEquals(own, [`OF_THE_${name.toUpperCase()}`]);
    // Nor does anything else speak of the other, its folder or its values.
    const told = JSON.stringify(facts);
    assert(!told.includes(`${other.directory}/`), told);
    assert(!told.includes(name === "left" ? "right" : "left"), told);
  }
  // Under load as well, when both answer at once.
  const asked = Array.from({ length: REQUESTS }, (_, number) => {
    const name = NAMES[number % 2]!;
    return async () => {
      const facts = await both[name].ask(number);
      assertEquals([facts.name, facts.number], [name, String(number)]);
    };
  });
  async function visit() {
    for (let ask = asked.shift(); ask; ask = asked.shift()) await ask();
  }
  await Promise.all(Array.from({ length: 8 }, visit));
});

step(
  "each has pipes and sockets of its own",
  async ({ left, right, apache }) => {
    const [one, two] = [await left.pids(), await right.pids()];
    assertEquals(new Set(Object.values({ ...one, two })).size, 3);
    const ends = [one, two].map(({ worker, supervisor }) =>
      new Set([...channels(worker), ...channels(supervisor)])
    );
    assert(ends[0]!.size > 5, "channels are seen at all");
    assertEquals(ends[0]!.intersection(ends[1]!), new Set());
    const folder = `${apache.instanceDirectory}/apps.s`;
    const sockets = [...Deno.readDirSync(folder)].map(({ name }) => name);
    assertEquals(sockets.length, 2);
    for (const name of sockets) {
      // Who is not Passenger gets nothing there, not even the other site.
      const mode = Deno.statSync(`${folder}/${name}`).mode! & 0o777;
      assertEquals(mode, 0o600);
      assertStringIncludes(await askWorker(`${folder}/${name}`), " 403 ");
    }
  },
);

step("each has its own lines in its own log", async (both) => {
  for (const name of NAMES) {
    await both[name].ask();
    assertEquals((await both[name].get("/raise")).status, 500);
  }
  for (const name of NAMES) {
    const other = name === "left" ? "right" : "left";
    await both[name].logged(new RegExp(`out: asked on the ${name}`));
    const fault = new RegExp(`LookupError: a fault on the ${name}`);
    const log = await both[name].logged(fault);
    assertEquals(log.match(/ start: /g)!.length, 1);
    assert(!log.includes(other), `the log of the ${name} names the ${other}`);
  }
});

step("what befalls one is not felt by the other", async ({ left, right }) => {
  const before = { left: await left.pids(), right: await right.pids() };
  const logged = events(await right.log());
  const other = visit(right, before.right.worker);
  /** The processes of the left, once they are as wanted. */
  async function back(isWanted: (now: typeof before.left) => boolean) {
    let now = before.left;
    await until(async () => isWanted(now = await left.pids()), "it is back");
    return now;
  }

  const first = before.left;
  Deno.kill(first.worker, "SIGKILL");
  const second = await back(({ worker }) => worker !== first.worker);
  Deno.kill(second.supervisor, "SIGKILL");
  await back(({ supervisor }) => supervisor !== second.supervisor);
  await left.write("www/tmp/maint.txt", "");
  await left.restart();
  await left.until(({ status }) => status === 503, 10_000);
  await left.write("myapp/hello.py", "import no_such_package\n");
  await left.shell(`rm ${left.appRoot}/tmp/maint.txt`);
  await left.until(({ text }) => text.includes("no_such_package"), 10_000);

  const { answers, wrong } = await other.stop();
  assertEquals(wrong, []);
  assert(answers > 50, `the other was asked ${answers} times only`);
  assertEquals(await right.pids(), before.right);
  assertEquals(events(await right.log()), logged);
});

/** The lines of a log that tell of more than what the application prints. */
function events(log: string): string[] {
  return log.split("\n").filter((line) => !/ (?:out|err): /.test(line));
}

/** Asks a site without a pause; each answer must come from that worker. */
function visit(site: Neighbour, worker: number) {
  const seen = { answers: 0, wrong: [] as string[] };
  let isOver = false;
  async function ask() {
    while (!isOver) {
      const number = String(++seen.answers);
      const asked = await site.ask(number).catch((error) => `${error}`);
      const isRight = typeof asked === "object" && asked.name === "right" &&
        asked.number === number && asked.pid === worker;
      if (!isRight) seen.wrong.push(JSON.stringify(asked));
    }
  }
  const asking = ask();
  return {
    async stop() {
      isOver = true;
      await asking;
      return seen;
    },
  };
}

/** The pipes and sockets that a process holds, as the system numbers them. */
function channels(pid: number): string[] {
  return [...Deno.readDirSync(`/proc/${pid}/fd`)]
    .map(({ name }) => Deno.readLinkSync(`/proc/${pid}/fd/${name}`))
    .filter((target) => /^(?:pipe|socket):/.test(target));
}

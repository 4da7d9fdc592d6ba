/**
 * A site as a guest of servers that import `passenger_wsgi.py`, which stand
 * for LiteSpeed's lswsgi and its like: it serves, breaks, explains itself as
 * at Passenger's doors, and comes back in the same process.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { end, freePort, startAsUser, until } from "../worlds/background.ts";
import { makeDjango } from "../worlds/django_site.ts";
import { leaveOut, whyNoModules, whyNoProgram } from "../worlds/left_out.ts";
import { makeSiteUser } from "../worlds/site_user.ts";
import {
  assertMatches,
  eventually,
  makeTestSite,
  type RunningSite,
  runningSite,
  type TestSite,
} from "../worlds/site_on_disk.ts";
import { runScenario, SCENARIOS } from "./scenarios.ts";

const why = Deno.uid() === 0
  ? whyNoModules(["gunicorn", "waitress", "flask", "django"]) ??
    whyNoProgram("node")
  : "only root can make users";
const ignore = leaveOut("guests of gunicorn and waitress", why);

/** A server that runs Debian's Python, which is not the site's. */
interface Server {
  name: string;
  words(port: number): string[];
}

const GUNICORN = [
  "-m",
  "gunicorn",
  "passenger_wsgi",
  "--threads",
  "2",
  "--graceful-timeout",
  "1",
];
const SERVERS: Server[] = [
  {
    name: "gunicorn",
    words: (port) => [...GUNICORN, "-b", `127.0.0.1:${port}`],
  },
  {
    name: "gunicorn --preload",
    words: (port) => [
      ...[...GUNICORN, "-b", `127.0.0.1:${port}`, "-w", "2", "--preload"],
    ],
  },
  {
    name: "waitress",
    words: (port) => [
      ...["-m", "waitress", "--listen", `127.0.0.1:${port}`],
      "passenger_wsgi:application",
    ],
  },
];

/** What differs most in how it is found; the rest is the judge's alone. */
const CHOSEN = [
  "anyone may write to config.toml",
  "the import raises an exception",
  "the import calls sys.exit",
  "the import waits for input, and ends",
  "the callable is not there",
  "what `app` names cannot be called",
];

/** waitress closes a connection after it, which must not be used again. */
const HEAD = {
  method: "HEAD",
  client: Deno.createHttpClient({ poolMaxIdlePerHost: 0 }),
};

const FLASK = `import flask

application = flask.Flask(__name__)

@application.route("/")
def index():
    return "Hello from Flask"

@application.route("/again")
def again():
    import passenger_wsgi
    return str(passenger_wsgi.application)
`;

/** Changes a site, and takes the change back. */
interface Fault {
  name: string;
  break(site: TestSite): Promise<void>;
  mend(site: TestSite): Promise<void>;
  kind: string;
  codes?: string[];
  tells: string[];
}

function faultsOf(file: string): Fault[] {
  const line = (name: string, text: string, tells: string[]): Fault => ({
    name,
    kind: "error",
    break: (site) => site.edit(file, /^/, `${text}\n`),
    mend: (site) => site.edit(file, `${text}\n`, ""),
    tells: [...tells, file],
  });
  return [
    {
      name: "a setting of the wrong type",
      kind: "error",
      codes: ["config-type"],
      break: (site) =>
        site.edit("www/config.toml", "[wsgi]", "[wsgi]\nthreads = 'x'"),
      mend: (site) => site.edit("www/config.toml", "threads = 'x'\n", ""),
      tells: ["threads"],
    },
    {
      name: "maintenance",
      kind: "maintenance",
      break: (site) => site.write("www/tmp/maint.txt", "Back at noon\n"),
      mend: (site) => site.remove("www/tmp/maint.txt"),
      tells: ["Back at noon"],
    },
    line("a missing module", "import no_such_package", ["no_such_package"]),
    line("a syntax error", "def x(:", ["SyntaxError"]),
  ];
}

/** Runs a site in a server while something is done. */
async function serving(
  server: Server,
  site: TestSite,
  work: (site: RunningSite) => Promise<void>,
): Promise<void> {
  const port = freePort();
  const child = startAsUser(
    site.user,
    "/usr/bin/python3",
    server.words(port),
    { cwd: site.appRoot },
  );
  try {
    const running = runningSite(site, `http://127.0.0.1:${port}`);
    await until(async () => (await running.get()).status > 0);
    await work(running);
    const ended = await Promise.race([child.status, Promise.resolve("runs")]);
    assertEquals(ended, "runs", "the server has ended");
  } finally {
    await end(child);
  }
}

for (const server of SERVERS) {
  Deno.test({
    name: `a guest of ${server.name} explains itself, mended, comes back`,
    ignore,
    async fn(t) {
      await using user = await makeSiteUser();
      const flask = await makeTestSite(user, "flask");
      await flask.write("myapp/hello.py", FLASK);
      const django = await makeTestSite(user, "django");
      await makeDjango(django);
      const sites = [
        {
          site: flask,
          faults: faultsOf("myapp/hello.py"),
          well: { status: 200, tells: ["Hello from Flask"] },
        },
        {
          site: django,
          faults: faultsOf("django/mysite/settings.py"),
          well: { status: 200, tells: ["Log in"] },
        },
      ];
      for (const { site, faults, well } of sites) {
        await t.step(site.folder.split("/").at(-1)!, async () => {
          await faults[0]!.break(site);
          await serving(server, site, async (running) => {
            for (const [index, fault] of faults.entries()) {
              const { kind, codes, tells } = fault;
              const page = { status: 503, kind, codes, tells };
              // Each process for itself.
              for (let visit = 0; visit < 6; visit++) {
                await eventually(running, page);
              }
              const head = await running.get("/", HEAD);
              assertEquals([head.status, head.text], [503, ""]);
              await faults[index + 1]?.break(site);
              await fault.mend(site);
            }
            for (let visit = 0; visit < 6; visit++) {
              await eventually(running, well);
            }
          });
        });
      }
      await t.step(
        "`import passenger_wsgi` gives the application",
        () =>
          serving(server, flask, async (running) => {
            assertStringIncludes(
              (await running.get("/again")).text,
              "Flask 'hello'",
            );
          }),
      );
    },
  });
}

Deno.test({
  name: "a guest goes through the scenarios of Passenger's doors",
  ignore,
  async fn(t) {
    const scenarios = SCENARIOS.filter(({ name }) => CHOSEN.includes(name));
    assertEquals(scenarios.length, CHOSEN.length, "one has another name");
    await using user = await makeSiteUser();
    for (const [number, scenario] of scenarios.entries()) {
      await t.step(scenario.name, async () => {
        const site = await makeTestSite(user, `site${number}`);
        await scenario.arrange?.(site);
        await serving(
          SERVERS[2]!,
          site,
          (running) => runScenario(scenario, running),
        );
      });
    }
  },
});

Deno.test({
  name:
    "a guest of a server whose Python cannot load the site's packages says so",
  ignore,
  async fn() {
    await using user = await makeSiteUser();
    const site = await makeTestSite(user, "site");
    const lib = `${site.folder}/venv/lib`;
    const [version] = [...Deno.readDirSync(lib)].map(({ name }) => name);
    await Deno.rename(`${lib}/${version}`, `${lib}/python3.999`);
    await serving(SERVERS[2]!, site, async (running) => {
      assertMatches(await running.get(), {
        status: 503,
        kind: "error",
        codes: ["python-wrong-interpreter"],
        tells: ["/usr/bin/python3", `${site.folder}/venv/bin/python`],
      });
      await Deno.rename(`${lib}/python3.999`, `${lib}/${version}`);
      await site.edit("www/config.toml", /$/, "\n");
      await eventually(running, { status: 200, tells: ["Hello from"] });
    });
  },
});

Deno.test({
  name: "a guest that no judge can be run for says so, and tries again",
  ignore,
  async fn() {
    await using user = await makeSiteUser();
    const site = await makeTestSite(user, "site", { node: "" });
    const runtime = await site.read("www/shim/runtime.cjs");
    await site.write("www/shim/runtime.cjs", "module.exports = {");
    await site.edit(
      "www/shim/last_words.py",
      "RETRY_SECONDS = 10",
      "RETRY_SECONDS = 1",
    );
    await serving(SERVERS[1]!, site, async (running) => {
      const accept = { headers: { Accept: "text/html" } };
      for (let visit = 0; visit < 3; visit++) {
        assertMatches(await running.get("/", accept), {
          status: 503,
          kind: "error",
          tells: ["wsgi-shim itself", "SyntaxError"],
        });
        await new Promise((go) => setTimeout(go, 600));
      }
      const log = await site.read("www/log/wsgi-shim.log");
      const said = log.split("wsgi-shim cannot be run").length - 1;
      assert(said <= 2, log);
      await site.write("www/shim/runtime.cjs", runtime);
      await eventually(running, { status: 200, tells: ["Hello from"] });
    });
  },
});

/**
 * What only the wsgi door can meet: its files cannot do their work, or
 * Passenger starts the wrong interpreter. What all doors share is in
 * `scenarios_test.ts`.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import {
  type Apache,
  type ApacheSite,
  startApache,
  whyNoApache,
} from "../worlds/apache.ts";
import { leaveOut } from "../worlds/left_out.ts";
import { makeSiteUser } from "../worlds/site_user.ts";
import {
  assertMatches,
  eventually,
  makeTestSite,
  type RunningSite,
  runningSite,
  type TestSite,
  untilLogged,
} from "../worlds/site_on_disk.ts";

const ignore = leaveOut("the wsgi door behind Apache", whyNoApache());

const GREETING = { status: 200, tells: ["Hello from"] };

/** Runs a test on a site of app type wsgi. */
function testDoor(
  name: string,
  python: (site: TestSite) => string,
  arrange: (site: TestSite) => Promise<void>,
  test: (site: RunningSite, apache: Apache) => Promise<void>,
) {
  Deno.test({
    name,
    ignore,
    async fn() {
      await using user = await makeSiteUser();
      const site = await makeTestSite(user, "site");
      await arrange(site);
      const host: ApacheSite = {
        appRoot: site.appRoot,
        user: user.name,
        group: user.group,
        appType: "wsgi",
        python: python(site),
      };
      // Leaving the block also asserts that no process is left behind.
      await using apache = await startApache([host]);
      await test(runningSite(site, apache.url()), apache);
    },
  });
}

const shimPython = ({ appRoot }: TestSite) => join(appRoot, "shim/python");
const venvPython = ({ folder }: TestSite) => join(folder, "venv/bin/python");

testDoor(
  "shim/python explains that the interpreter is gone",
  shimPython,
  (site) => site.remove("venv/bin"),
  async (site) => {
    assertMatches(await site.get(), {
      status: 503,
      kind: "error",
      codes: ["python-missing"],
      tells: ["venv/bin/python"],
    });
    await Deno.mkdir(join(site.folder, "venv/bin"));
    await Deno.symlink("/usr/bin/python3", venvPython(site));
    await eventually(site, GREETING);
  },
);

testDoor(
  "shim/python falls back to a page in Python when no Node will do",
  shimPython,
  async (site) => {
    await site.edit("www/shim/runtime.cjs", /^/, "null.too_old; ");
    await site.edit(
      "www/shim/last_words.py",
      "RETRY_SECONDS = 10",
      "RETRY_SECONDS = 2",
    );
  },
  async (site) => {
    const page = await site.get();
    assertMatches(page, {
      status: 503,
      kind: "error",
      tells: ["wsgi-shim itself", "/usr/bin/node: it ended with", "too_old"],
    });
    assertEquals((await site.get("/", { method: "HEAD" })).status, 503);
    await untilLogged(site, "wsgi-shim cannot be run");
    await site.edit("www/shim/runtime.cjs", "null.too_old; ", "");
    // Nothing tells it: it ends after a while, and Passenger tries anew.
    await eventually(site, GREETING);
  },
);

testDoor(
  "shim/python explains a runtime that is cut off",
  shimPython,
  (site) => site.write("www/shim/runtime.cjs", "module.exports = {"),
  async (site) => {
    const page = await site.get();
    assertMatches(page, {
      status: 503,
      kind: "error",
      tells: ["/usr/bin/node: it ended with status 1", "SyntaxError"],
    });
  },
);

testDoor(
  "shim/python takes the recorded command where Node does not run it",
  shimPython,
  async (site) => {
    await site.write(
      "bin/runtime.cjs",
      await site.read("www/shim/runtime.cjs"),
    );
    await site.write("www/shim/runtime.cjs", "module.exports = {");
    await site.write(
      "bin/our shim",
      `#!/bin/sh\necho "as $*" >> ${site.folder}/myapp/calls\n` +
        `exec /usr/bin/node "${site.folder}/bin/runtime.cjs" "$@"\n`,
      0o755,
    );
    const command = `'\\''${site.folder}/bin/our shim'\\''`;
    await site.edit("www/shim/python", "COMMAND=''", `COMMAND='${command}'`);
  },
  async (site) => {
    assertMatches(await site.get(), GREETING);
    assertStringIncludes(
      await site.read("myapp/calls"),
      `as door judge ${site.appRoot} --door python --pid `,
    );
  },
);

testDoor(
  "passenger_wsgi.py tells which command cannot be run, as whom, and why",
  venvPython,
  async (site) => {
    await site.remove("www/shim/runtime.cjs");
    await site.edit(
      "www/shim/python",
      "COMMAND=''",
      "COMMAND='/no/such/wsgi-shim'",
    );
  },
  async (site, apache) => {
    const page = await site.get("/", { headers: { Accept: "text/html" } });
    assertMatches(page, {
      status: 503,
      kind: "error",
      tells: [
        "/no/such/wsgi-shim: there is no such file",
        "/usr/bin/node: it ended with status 1",
        "Cannot find module",
        `User ${site.user.uid}, group ${site.user.gid}`,
        `wsgi-shim upgrade ${site.appRoot}`,
      ],
    });
    await untilLogged(site, "/no/such/wsgi-shim: there is no such file");
    assertStringIncludes(await apache.errorLog(), "/no/such/wsgi-shim");
    const runtime = new URL("../../build/runtime.cjs", import.meta.url);
    await site.write("www/shim/runtime.cjs", await Deno.readTextFile(runtime));
    await eventually(site, GREETING);
  },
);

testDoor(
  "passenger_wsgi.py rotates the log of a talkative application",
  venvPython,
  async (site) => {
    await site.edit(
      "www/config.toml",
      "[passenger]",
      "[log]\nmax_bytes = 10000\nbackups = 1\n\n[passenger]",
    );
    await site.write(
      "myapp/hello.py",
      `def application(environ, start_response):
    for number in range(200):
        print("talk", "x" * 100, flush=True)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"Hello World\\n"]
`,
    );
  },
  async (site) => {
    for (let request = 0; request < 3; request++) {
      assertMatches(await site.get(), { status: 200 });
    }
    const names = () =>
      [...Deno.readDirSync(`${site.appRoot}/log`)].map((one) => one.name)
        .filter((name) => /\.log(\.\d+)?$/.test(name)).sort().join(" ");
    const rotated = "wsgi-shim.log wsgi-shim.log.1";
    // The parent of the application writes when it comes to it, and for a
    // moment of each rotation there is only the old one.
    let seen = names();
    for (let look = 0; look < 100 && seen !== rotated; look++) {
      await new Promise((go) => setTimeout(go, 100));
      seen = names();
    }
    assertEquals(seen, rotated);
  },
);

testDoor(
  "passenger_wsgi.py keeps details to itself when asked to",
  venvPython,
  async (site) => {
    await site.remove("www/shim/runtime.cjs");
    await site.edit("www/config.toml", /$/, '[feedback]\ndetails = "none"\n');
  },
  async (site) => {
    const { status, text } = await site.get();
    assertEquals(status, 503);
    assert(!/node|owner|tmp/.test(text), text);
  },
);

testDoor(
  "passenger_wsgi.py goes on in the interpreter of the site",
  () => "/usr/bin/python3",
  (site) =>
    site.write(
      "myapp/hello.py",
      `import sys

def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [sys.prefix.encode()]
`,
    ),
  async (site) => {
    assertEquals((await site.get()).text, join(site.folder, "venv"));
  },
);

testDoor(
  "passenger_wsgi.py repairs what the loader does to applications",
  venvPython,
  (site) =>
    site.write(
      "myapp/hello.py",
      `import logging, os, sys, warnings

logging.basicConfig(stream=sys.stdout, format="LOG %(message)s")
sys.stdin.close()
os.system("echo from a child")
found = [logging.root.handlers[0].stream is sys.stdout, len(logging.root.handlers),
         os.getcwd(), [path for path in sys.path if path.endswith("/www")],
         "PASSENGER_CONNECT_PASSWORD"]

def application(environ, start_response):
    logging.warning("a warning")
    found[-1] = environ.get("PASSENGER_CONNECT_PASSWORD")
    write = start_response("200 OK", [("Content-Type", "text/plain")])
    write(repr(found).encode())
    return Answer()

class Answer:
    def __iter__(self):
        yield b" and more"
    def close(self):
        print("closed", flush=True)
`,
    ),
  async (site, apache) => {
    const { text } = await site.get();
    const folder = join(site.folder, "myapp");
    assertEquals(text, `[True, 1, '${folder}', [], None] and more`);
    assertEquals((await site.get()).text, text);
    const told = ["out: from a child", "out: LOG a warning", "out: closed"];
    await untilLogged(site, ...told);
    assertStringIncludes(await apache.errorLog(), "output: from a child");
  },
);

testDoor(
  "passenger_wsgi.py shows every visitor the page of the same exception",
  venvPython,
  async () => {},
  async (site) => {
    const incidents = new Set<string | null>();
    for (const accept of ["text/html", "text/html", "application/json"]) {
      const answer = await site.get("/raise", { headers: { accept } });
      assertEquals(answer.status, 500);
      assertStringIncludes(answer.text, "LookupError");
      const mark = answer.headers.get("x-wsgi-shim");
      assertStringIncludes(answer.text, mark!.split("incident=")[1]!);
      incidents.add(mark);
    }
    assertEquals(incidents.size, 3);
  },
);

testDoor(
  "passenger_wsgi.py writes the deaths of the application to the log",
  venvPython,
  (site) => site.edit("myapp/hello.py", "os.getpid(), 9", "os.getpid(), 11"),
  async (site) => {
    await eventually(site, GREETING);
    await site.get("/kill");
    await untilLogged(site, "was killed by SIGSEGV");
    await eventually(site, GREETING);
  },
);

Deno.test({
  name: "shim/python is the interpreter of the site without Passenger",
  ignore,
  async fn() {
    await using user = await makeSiteUser();
    const site = await makeTestSite(user, "a site");
    const asked = await site.run(
      shimPython(site),
      "-c",
      "import sys; print(sys.prefix, sys.argv[1:])",
      "one two",
    );
    assertEquals(
      asked.stdout,
      `${join(site.folder, "venv")} ['one two']\n`,
      asked.stderr,
    );
  },
});

testDoor(
  "passenger_wsgi.py lets Python look where PYTHONPATH of config.toml says",
  venvPython,
  async (site) => {
    await site.write("lib/shared.py", "");
    await site.edit(
      "www/config.toml",
      /$/,
      `[environment]
PYTHONPATH = "${site.folder}/lib"
`,
    );
    await site.edit("myapp/hello.py", "import os", "import os, shared");
  },
  async (site) => assertMatches(await site.get(), GREETING),
);

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { createHost, type Host } from "../machine/host.ts";
import {
  answerPreflight,
  type Preflight,
  preflight,
  type PreflightRequest,
} from "./preflight.ts";
import { OWNED_FILES } from "../reports/scaffold.ts";

/** A site on disk, and a clock that only tests move. */
interface Fixture {
  appRoot: string;
  folder: string;
  host: Host;
  /** Moves the clock. */
  pass(ms: number): void;
  ask(request?: PreflightRequest): Preflight;
  config(wsgi: string): Promise<void>;
  log(): Promise<string>;
}

/** A log stays open as long as its process. */
function testSite(
  name: string,
  test: (site: Fixture) => Promise<void> | void,
) {
  Deno.test({
    name,
    sanitizeResources: false,
    fn: () => withSite(async (site) => await test(site)),
  });
}

async function withSite(test: (site: Fixture) => Promise<void>) {
  const folder = await Deno.makeTempDir({ dir: "/tmp", prefix: "preflight_" });
  try {
    await Deno.chmod(folder, 0o755);
    const appRoot = join(folder, "www");
    for (
      const path of ["www/shim", "www/tmp", "www/log", "www/public", "myapp"]
    ) {
      await Deno.mkdir(join(folder, path), { recursive: true, mode: 0o755 });
    }
    await Deno.mkdir(join(folder, "venv/bin"), { recursive: true });
    await Deno.symlink("/usr/bin/python3", join(folder, "venv/bin/python"));
    await Deno.writeTextFile(
      join(folder, "venv/pyvenv.cfg"),
      "home = /usr/bin\nversion = 3.11.2\n",
    );
    for (const { path, source } of OWNED_FILES) {
      const file = join(appRoot, path);
      if (source.startsWith("../build/")) {
        await Deno.writeTextFile(file, "//\n");
      } else {await Deno.copyFile(
          new URL(`../${source}`, import.meta.url),
          file,
        );}
    }
    await Deno.writeTextFile(join(appRoot, "tmp/restart.txt"), "");
    await Deno.writeTextFile(join(folder, "myapp/hello.py"), "app = 1\n");

    const real = createHost();
    const { uid, gid } = real.identity;
    // The files that were just made are an hour old.
    let now = Date.now() + 3_600_000;
    const host = { ...real, env: {}, now: () => now };
    const config = (wsgi: string) =>
      Deno.writeTextFile(
        join(appRoot, "config.toml"),
        `[passenger]
passenger_user = "${real.user(uid)?.name}"
passenger_group = "${real.group(gid)?.name}"
passenger_app_root = "${appRoot}"
passenger_python = "${folder}/venv/bin/python"
${wsgi}`,
        { mode: 0o640 },
      );
    await config(`[wsgi]\nmodule = "${folder}/myapp/hello.py"\napp = "app"\n`);
    await test({
      appRoot,
      folder,
      host,
      pass: (ms) => now += ms,
      ask: (request) => preflight(appRoot, host, request),
      config,
      log: () => Deno.readTextFile(join(appRoot, "log/wsgi-shim.log")),
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function tellsOf(answer: Preflight): string[] {
  const { findings } = JSON.parse(answer.pages!.json.body);
  return findings.filter((found: { severity: string }) =>
    found.severity === "error"
  ).map((found: { code: string }) => found.code);
}

testSite("preflight() tells what to run", async (site) => {
  await site.config(`[wsgi]
module = "${site.folder}/myapp/hello.py"
app = "create_app()"
start_timeout = 7
[environment]
COLOUR = "blue"
`);
  const { start, ...rest } = site.ask();
  assertEquals({ ...rest, version: "" }, {
    format: 1,
    version: "",
    plan: "run",
  });
  assertEquals(start, {
    interpreter: `${site.folder}/venv/bin/python`,
    environment: { COLOUR: "blue" },
    settings: {
      target: { file: `${site.folder}/myapp/hello.py` },
      attribute: "create_app",
      call: true,
      path: [`${site.folder}/myapp`],
      directory: `${site.folder}/myapp`,
      threads: 1,
      start_timeout: 7,
      socket: "",
      password: null,
      hello: null,
      trial: false,
    },
    log: { maxBytes: 1_000_000, backups: 3 },
  });
});

testSite(
  "preflight() gives a site without an application Hello World",
  async (site) => {
    await site.config("");
    const { start } = site.ask();
    assertEquals(start?.settings.target, null);
    assertStringIncludes(start?.settings.hello ?? "", "Hello World");
  },
);

testSite(
  "preflight() understands the settings of the Python package",
  async (site) => {
    const told: [wsgi: string, target: unknown, attribute: string][] = [
      // 0.0.x
      [
        `module = "${site.folder}/myapp/hello.py"\napp = "app"`,
        { file: `${site.folder}/myapp/hello.py` },
        "app",
      ],
      // Later ones.
      [
        `chdir = "${site.folder}/myapp"\napp = "hello.app"`,
        { module: "hello" },
        "app",
      ],
      [
        `chdir = "${site.folder}"\napp = "myapp.hello.app"`,
        { module: "myapp.hello" },
        "app",
      ],
      [`app = "myapp.hello.app"`, { module: "myapp.hello" }, "app"],
    ];
    for (const [wsgi, target, attribute] of told) {
      await site.config(`[wsgi]\n${wsgi}\n`);
      const answer = site.ask();
      assertEquals(answer.plan, "run", JSON.stringify(answer));
      assertEquals(answer.start?.settings.target, target);
      assertEquals(answer.start?.settings.attribute, attribute);
    }
  },
);

testSite(
  "preflight() gives the page of a site with errors, in both formats",
  async (site) => {
    await site.config("[wsgi]\napp = broken\n");
    const answer = site.ask();
    assertEquals(answer.plan, "error");
    assertEquals(answer.start, undefined);
    const { html, json } = answer.pages!;
    assertEquals([html.status, json.status], [
      "503 Service Unavailable",
      "503 Service Unavailable",
    ]);
    assertStringIncludes(html.body, "<!DOCTYPE html>");
    assertEquals(tellsOf(answer), ["config-syntax"]);
    assertEquals(new Map(json.headers).get("Vary"), "Accept");
  },
);

testSite(
  "preflight() with a failure gives its page, and the incident's number",
  async (site) => {
    const answer = site.ask({
      caller: { pid: 4711 },
      failure: {
        problem: "killed",
        signal: "SIGSEGV",
        incident: "0badcafe",
        dump: `Fatal Python error: Segmentation fault

Current thread 0x00007f (most recent call first):
  File "${site.folder}/myapp/hello.py", line 3 in inner
  File "${site.appRoot}/shim/worker.py", line 1 in load
  File "${site.appRoot}/shim/wsgi_door.py", line 1 in run
  File "${site.appRoot}/passenger_wsgi.py", line 1 in begin
  File "/usr/share/passenger/helper-scripts/wsgi-loader.py", line 1 in <module>
`,
      },
    });
    assertEquals(tellsOf(answer), ["app-died"]);
    const page = JSON.parse(answer.pages!.json.body);
    assertEquals(page.instance, "urn:wsgi-shim:incident:0badcafe");
    assertEquals(page.stack.map((frame: { file: string }) => frame.file), [
      `${site.folder}/myapp/hello.py`,
    ]);
    assertStringIncludes(
      await site.log(),
      "[4711] failure: incident 0badcafe app-died",
    );
  },
);

testSite(
  "preflight() tells an exception in a request with status 500",
  (site) => {
    const answer = site.ask({
      failure: {
        problem: "request-raised",
        incident: "0badcafe",
        request: { method: "GET", path: "/x" },
        exception: { type: "KeyError", message: "'x'", frames: [] },
      },
    });
    assertEquals(answer.pages!.html.status, "500 Internal Server Error");
    assertEquals(answer.state, undefined);
  },
);

testSite(
  "preflight() with a state keeps the page while nothing is mended",
  async (site) => {
    await site.config("[wsgi]\napp = broken\n");
    const first = site.ask();
    site.pass(60_000);
    const second = site.ask({ state: first.state });
    assertEquals(second.mended, undefined);
    assertEquals(
      JSON.parse(second.pages!.json.body).instance,
      JSON.parse(first.pages!.json.body).instance,
    );
  },
);

testSite(
  "preflight() with a state tells another reason, with another number",
  async (site) => {
    await site.config("[wsgi]\napp = broken\n");
    const first = site.ask();
    await site.config("[wsgi]\nap = 1\n");
    const second = site.ask({ caller: { pid: 4711 }, state: first.state });
    assert(second.state!.incident !== first.state!.incident);
    assertStringIncludes(await site.log(), second.state!.incident);
    const third = site.ask({ state: second.state });
    assertEquals(third.state!.incident, second.state!.incident);
  },
);

testSite(
  "preflight() with a state sees that the site is mended",
  async (site) => {
    await site.config("[wsgi]\napp = broken\n");
    const { state } = site.ask();
    await site.config("");
    const answer = site.ask({ caller: { pid: 4711 }, state });
    assertEquals(answer.mended, true);
    assertStringIncludes(answer.pages!.html.body, "starting again");
    assertStringIncludes(
      await site.log(),
      "[4711] stop: the site starts again",
    );
  },
);

testSite(
  "preflight() tries a failed start again after a change, or a while",
  async (site) => {
    const failure = {
      problem: "import-raised" as const,
      exception: {
        type: "ValueError",
        message: "no",
        frames: [{
          file: `${site.folder}/myapp/hello.py`,
          line: 1,
          function: "<module>",
        }],
      },
    };
    // As the state comes back: through JSON.
    const state = JSON.parse(JSON.stringify(site.ask({ failure }).state));
    site.pass(2_000);
    assertEquals(site.ask({ state }).mended, undefined);
    site.pass(9_000);
    assertEquals(site.ask({ state }).mended, true);

    const later = JSON.parse(JSON.stringify(site.ask({ failure }).state));
    await Deno.writeTextFile(join(site.folder, "myapp/hello.py"), "app = 2 \n");
    assertEquals(site.ask({ state: later }).mended, true);
  },
);

testSite(
  "preflight() tells an interpreter that cannot host the site",
  (site) => {
    const python = `${site.folder}/venv/bin/python`;
    const told: [stuckIn: string, version: string, code: string][] = [
      ["/bin/sh", "3.13.0", "python-wrong-interpreter"],
      [python, "3.6.15", "python-too-old"],
    ];
    for (const [stuckIn, version, code] of told) {
      const answer = site.ask({ caller: { stuckIn, python: version } });
      assertEquals(tellsOf(answer), [code]);
      assertEquals(answer.start, undefined);
    }
  },
);

testSite("preflight() gives a site that keeps dying a pause", async (site) => {
  const time = (ms: number) => new Date(site.host.now() - ms).toISOString();
  await Deno.writeTextFile(
    join(site.appRoot, "log/wsgi-shim.log"),
    [30_000, 20_000, 10_000].map((ms) =>
      `${time(ms)} [1] death: worker 2 was killed by SIGKILL\n`
    ).join(""),
  );
  const answer = site.ask();
  assertEquals(tellsOf(answer), ["worker-keeps-dying"]);
  site.pass(11_000);
  assertEquals(site.ask({ state: answer.state }).mended, undefined);
  site.pass(11_000);
  assertEquals(site.ask({ state: answer.state }).mended, true);
});

testSite("preflight() writes nothing for a person who asks", async (site) => {
  site.ask();
  assertEquals([...Deno.readDirSync(join(site.appRoot, "log"))], []);
  site.ask({ caller: { pid: 4711 } });
  assertStringIncludes(
    await site.log(),
    "[4711] start: wsgi-shim ",
  );
});

testSite("answerPreflight() reads and writes JSON", (site) => {
  const plain = answerPreflight(site.appRoot, site.host, {
    failure: false,
    again: false,
    input: "",
  });
  assertEquals(JSON.parse(plain).plan, "run");
  const failed = answerPreflight(site.appRoot, site.host, {
    failure: true,
    again: false,
    caller: '{"python":"3.11.2"}',
    input: '{"problem":"exited","status":3}',
  });
  assertEquals(tellsOf(JSON.parse(failed)), ["app-died"]);
});

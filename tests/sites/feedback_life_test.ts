/**
 * The life of a site behind real Passenger: exceptions and deaths in
 * requests, maintenance, trouble with the log, and what each level of detail
 * keeps to itself.
 *
 * @module
 */

import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { startApache, whyNoApache } from "../worlds/apache.ts";
import { until } from "../worlds/background.ts";
import { FeedbackSite, HELLO } from "../worlds/feedback_site.ts";
import { leaveOut } from "../worlds/left_out.ts";
import { PYTHON_MINOR } from "../worlds/python_version.ts";
import { makeSiteUser } from "../worlds/site_user.ts";

const ignore = leaveOut("the life of a site behind Apache", whyNoApache());

/** An application that does what it is asked to. */
const WILD = `import os, sys, ctypes
SECRET = "source-line-secret"
def app(environ, start_response):
    path = environ["PATH_INFO"]
    if path == "/raise": raise RuntimeError("boom with hunter2-value")
    if path == "/kill": os.kill(os.getpid(), 9)
    if path == "/segv": ctypes.string_at(0)
    if path == "/exit": os._exit(3)
    if path == "/print": print("\\x1b[31mred", file=sys.stderr); sys.stdout.write("y" * 20000 + "\\n")
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"hello"]
`;
const ENVIRONMENT: [string, string] = [
  "[environment]\n",
  '[environment]\nTOKEN = "hunter2-value"\n',
];

async function withSite(act: (site: FeedbackSite) => Promise<void>) {
  await using user = await makeSiteUser();
  const site = new FeedbackSite(user, "site");
  await site.create();
  await using apache = await startApache([site.served]);
  site.apache = apache;
  await act(site);
}

function test(name: string, act: (site: FeedbackSite) => Promise<void>) {
  Deno.test({
    name: `feedback: ${name}`,
    ignore,
    sanitizeOps: false,
    sanitizeResources: false,
    fn: () => withSite(act),
  });
}

/** Sets what pages tell. */
async function tell(site: FeedbackSite, details: string, before = "") {
  const text = site.config().replace(...ENVIRONMENT)
    .replace('#details = "full"', `details = "${details}"`);
  assertStringIncludes(text, `\ndetails = "${details}"`);
  await site.write("www/config.toml", text);
  await site.write("myapp/hello.py", before + WILD);
  await site.restart();
}

function isHtml(headers: Headers): boolean {
  return headers.get("content-type")!.startsWith("text/html");
}

const html = { headers: { accept: "text/html" } };

test("each level keeps to itself what it must, in requests and at the start", async (site) => {
  for (const details of ["full", "summary", "none"]) {
    for (const before of ["", 'raise ValueError("bad hunter2-value")\n']) {
      await tell(site, details, before);
      const path = "/raise?<script>alert(1)</script>";
      const pages = [
        await site.get(path, html),
        await site.get(path),
        await site.get(path, { method: "POST", body: "x=1", ...html }),
        await site.get(path, { method: "PROPFIND", ...html }),
      ];
      const type = before ? "ValueError" : "RuntimeError";
      for (const { text, status, headers } of pages) {
        assertEquals(status, before ? 503 : 500);
        assertEquals(headers.get("cache-control"), "no-store");
        assertEquals(headers.get("retry-after"), before ? "30" : null);
        assertMatch(text, /[0-9a-f]{8}/);
        for (const never of ["hunter2", "source-line", "<script", "def app"]) {
          assert(!text.includes(never), `${details} tells ${never}: ${text}`);
        }
        const told = {
          type: text.includes(type),
          command: text.includes("wsgi-shim logs") || !isHtml(headers),
          message: /boom|bad •/.test(text),
          paths: text.includes(site.directory),
        };
        const owner = details !== "none";
        const full = details === "full";
        const wanted = {
          type: owner,
          command: owner || !isHtml(headers),
          message: full,
          paths: full,
        };
        assertEquals(told, wanted, `${details}: ${text}`);
      }
      const head = await site.get(path, { method: "HEAD", ...html });
      assertEquals(head.text, "");
      assertEquals(head.status, before ? 503 : 500);
      const incident = /[0-9a-f]{8}/.exec(
        pages[0]!.headers.get("x-wsgi-shim") ?? "",
      );
      await site.logged(new RegExp(incident![0]));
    }
  }
});

test("huge headers and odd paths get a page", async (site) => {
  await tell(site, "full", "raise ValueError\n");
  const paths = ["/%00%ff", "/<svg onload=alert(1)>", `/${"x".repeat(200)}`];
  for (const path of paths) {
    const { text, status } = await site.get(path, {
      headers: { accept: "text/html", "x-big": "y".repeat(7_000) },
    });
    // Apache itself refuses a NUL in a path.
    assert(status === 503 || path.includes("%00"), `${status} for ${path}`);
    assert(!text.includes("<svg"));
  }
});

test("an exception leaves the worker alive and a traceback in the log", async (site) => {
  await tell(site, "full");
  assertEquals((await site.get()).text, "hello");
  const { problem } = await site.get("/raise");
  assertEquals(problem!.findings![0]!.code, "app-request-failed");
  assertEquals(problem!.exception!.message, "boom with •••");
  assertEquals((await site.get()).text, "hello");
  await site.get("/print");
  await until(
    async () => (await site.apache!.errorLog()).includes("y".repeat(1_000)),
    "what it prints reaches Passenger's log as well",
  );
  await site.logged(/ out: yyy/);
  const log = await site.logged(/ err: \\x1b\[31mred$/m);
  assertStringIncludes(log, "err: RuntimeError: boom with");
  assertEquals(log.match(/ ready: /g)!.length, 1);
  // deno-lint-ignore no-control-regex -- they are what is looked for
  assert(!/[\x00-\x09\x0b-\x1f]/.test(log));
});

test("a worker that dies costs its own request, and dying again a pause", async (site) => {
  await tell(site, "full");
  assertEquals((await site.get()).text, "hello");
  assertEquals((await site.get("/kill")).status, 502);
  const next = await site.until(({ text }) => text === "hello", 20_000);
  assertEquals(next.status, 200);
  assertEquals((await site.get("/segv")).status, 502);
  await site.until(({ text }) => text === "hello", 20_000);
  assertEquals((await site.get("/exit")).status, 502);
  const page = await site.until(({ problem }) => problem !== undefined, 20_000);
  const [found] = page.problem!.findings!;
  assertEquals(found!.code, "worker-keeps-dying");
  assertStringIncludes(found!.message, "ended with status 3");
  await site.logged(/death: worker \d+ was killed by SIGKILL/);
  await site.logged(
    /death: worker \d+ was killed by SIGSEGV at \S+hello.py:\d/,
  );
  // A change ends the pause before its time.
  await site.write("myapp/hello.py", HELLO);
  await site.until(({ text }) => text === "hello", 7_000);
});

test("maintenance comes and goes, also over an error", async (site) => {
  const maint = join(site.appRoot, "tmp/maint.txt");
  await site.write("myapp/hello.py", "import nothing_like_that\n");
  await site.write("www/tmp/maint.txt", "Back at <b>noon</b>");
  await site.restart();
  const closed = await site.get("/", html);
  assertEquals(closed.status, 503);
  assertStringIncludes(closed.text, "Back at &lt;b&gt;noon&lt;/b&gt;");
  await Deno.remove(maint);
  await site.until(({ problem }) => problem?.findings !== undefined, 8_000);
  await site.write("www/tmp/maint.txt", "Closed again");
  await site.until(({ text }) => text.includes("Closed again"), 8_000);
  await site.write("myapp/hello.py", HELLO);
  await Deno.remove(maint);
  await site.until(({ text }) => text === "hello", 8_000);
});

test("an error that becomes another one is told anew", async (site) => {
  const config = site.config();
  await site.write("www/config.toml", config.replace('app = "app"', "app = x"));
  await site.restart();
  const first = (await site.get()).problem!.findings![0]!;
  assertEquals(first.code, "config-syntax");
  await site.write("www/config.toml", config.replace("hello.py", "helo.py"));
  const second = await site.until(
    ({ problem }) => problem?.findings?.[0]?.code === "app-module-missing",
    5_000,
  );
  assertStringIncludes(second.text, "hello.py");
  await site.write("www/config.toml", config);
  await site.until(({ text }) => text === "hello", 7_000);
});

test("a change made while a start is still failing is not missed", async (site) => {
  const begun = `${site.directory}/begun`;
  await site.write(
    "myapp/hello.py",
    `import os, time
seen = os.stat(__file__).st_mtime_ns
open(${JSON.stringify(begun)}, "w").close()
while os.stat(__file__).st_mtime_ns == seen: time.sleep(0.01)
raise ValueError("old")
`,
  );
  await site.restart();
  const asked = site.get();
  await until(() => existsSync(begun), "the start has begun");
  await site.write("myapp/hello.py", HELLO);
  assertStringIncludes((await asked).text, "ValueError");
  await site.until(({ text }) => text === "hello", 20_000);
});

test("errors that Django keeps to itself reach the log", async (site) => {
  const django = `venv/lib/python${PYTHON_MINOR}/site-packages/django`;
  await site.write(`${django}/__init__.py`, "");
  await site.write(`${django}/utils/__init__.py`, "");
  await site.write(
    `${django}/utils/log.py`,
    `import logging
class RequireDebugTrue(logging.Filter):
    def filter(self, record): return False
class RequireDebugFalse(logging.Filter): pass
class AdminEmailHandler(logging.Handler):
    def emit(self, record): pass
`,
  );
  const app = (more: string) =>
    `import logging, sys
from django.utils.log import AdminEmailHandler, RequireDebugTrue
console = logging.StreamHandler()
console.addFilter(RequireDebugTrue())
log = logging.getLogger("django")
log.addHandler(console)
log.addHandler(AdminEmailHandler())
${more}
def app(environ, start_response):
    logging.getLogger("django.request").warning("Not Found: /")
    logging.getLogger("django.security.DisallowedHost").error(
        "Invalid HTTP_HOST header: 'x'. You may need to add 'x' to ALLOWED_HOSTS.")
    print("all is told", file=sys.stderr)
    start_response("200 OK", [])
    return [b"hello"]
`;
  await site.write("myapp/hello.py", app(""));
  assertEquals((await site.get()).text, "hello");
  const told = / err: Invalid HTTP_HOST header: 'x'\. You may need to add/g;
  const log = await site.logged(/ err: all is told/);
  assertEquals(log.match(told)?.length, 1, log);
  assert(!log.includes("Not Found"), log);
  // Who has a handler of their own hears it once, and there.
  const own = 'log.addHandler(logging.FileHandler("own.log"))';
  await site.write("myapp/hello.py", app(own));
  await site.restart();
  assertEquals((await site.get()).text, "hello");
  const both = await site.logged(/ err: all is told.*? err: all is told/s);
  assertEquals(both.match(told)!.length, 1, both);
});

test("a log that cannot be written stops nothing, and is told", async (site) => {
  const log = join(site.appRoot, "log");
  await Deno.remove(log, { recursive: true });
  await Deno.mkdir(log);
  await Deno.chmod(log, 0o555);
  await site.restart();
  assertEquals((await site.get()).text, "hello");
  await site.write("myapp/hello.py", "raise ValueError\n");
  await site.restart();
  const page = await site.until(({ problem }) => problem !== undefined, 20_000);
  const codes = page.problem!.findings!.map(({ code }) => code);
  assertEquals(codes, ["app-import-failed", "log-unwritable"]);
});

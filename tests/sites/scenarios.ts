/**
 * What can happen to a site, once for all doors: how the site is made, what a
 * visitor gets, what mends it, and what a visitor gets then. A scenario knows
 * nothing of the door; `scenarios_test.ts` runs each through all of them.
 *
 * @module
 */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { makeDjango } from "../worlds/django_site.ts";
import {
  assertMatches,
  eventually,
  type Expectation,
  HELLO,
  type RunningSite,
  type TestSite,
  untilLogged,
} from "../worlds/site_on_disk.ts";

/** One thing that can happen to a site. */
export interface Scenario {
  name: string;
  /** Changes a plain site before its first visitor. */
  arrange?(site: TestSite): Promise<void>;
  /** What the first visitor gets; a plain site greets. */
  expected: Expectation;
  /** What happens then, beyond breaking and mending. */
  further?(site: RunningSite): Promise<void>;
  mend?(site: TestSite): Promise<void>;
  /** After mending. @default the greeting of a plain site */
  after?: Expectation;
}

const GREETING: Expectation = { status: 200, tells: ["Hello from"] };

/** Breaks the application with one more line, and takes it away. */
function broken(
  name: string,
  line: string,
  expected: Omit<Expectation, "status" | "kind">,
): Scenario {
  return {
    name,
    arrange: (site) => site.write("myapp/hello.py", `${line}\n${HELLO}`),
    expected: { status: 503, kind: "error", ...expected },
    mend: (site) => site.write("myapp/hello.py", HELLO),
  };
}

const FASTAPI = `import asyncio
from fastapi import BackgroundTasks, FastAPI, Request, Response, UploadFile
from fastapi.responses import PlainTextResponse, StreamingResponse
from pydantic import BaseModel

application = FastAPI()

class Item(BaseModel):
    name: str

@application.on_event("startup")
async def startup():
    print("started")

@application.get("/", response_class=PlainTextResponse)
async def index():
    return "Hello from FastAPI"

@application.post("/items/{number}")
async def items(number: int, item: Item, q: str, request: Request):
    path = request.url.path
    return {"number": number, "name": item.name, "q": q, "path": path}

@application.post("/upload")
async def upload(file: UploadFile):
    return len(await file.read())

@application.get("/stream")
async def stream():
    async def numbers():
        for number in range(5):
            yield "%d," % number
            await asyncio.sleep(0.01)
    return StreamingResponse(numbers())

@application.get("/empty", status_code=204)
async def empty():
    return Response(status_code=204)

@application.get("/sync")
def sync():
    return "from a thread"

@application.get("/task")
async def task(tasks: BackgroundTasks):
    async def later():
        await asyncio.sleep(0.1)
        print("done later")
    tasks.add_task(later)
    return "soon"

@application.get("/fault")
async def fault():
    raise LookupError("no tea")
`;

const MISBEHAVING = `async def application(scope, receive, send):
    async def start(*headers):
        await send({"type": "http.response.start", "status": 200, "headers": headers})
    async def body(data, more=False):
        await send({"type": "http.response.body", "body": data, "more_body": more})
    path = scope["path"][1:]
    if path == "none":
        return
    if path == "exit":
        raise SystemExit(3)
    if path == "early":
        await body(b"early")
    if path in ("short", "long"):
        await start((b"content-length", b"5"))
        await body(b"1" if path == "short" else b"123456789")
        return
    if path == "chunked":
        await start((b"transfer-encoding", b"chunked"))
        await body(b"own framing")
        return
    if path == "inject":
        await start((b"x-one", b"1\\r\\nx-two: 2"))
    if path == "words":
        await start(("content-type", "text/plain"))
    await start((b"content-type", b"text/plain"))
    if path == "again":
        await start()
    if path == "text":
        await body("text")
    if path == "raise":
        raise LookupError("no tea")
    if path == "head":
        return
    if path == "cut":
        await body(b"begun", True)
        raise LookupError("no tea")
    if path == "twice":
        await body(b"once")
        await start()
        await body(b"twice")
    await body(b"Hello from ASGI")
`;

/** All that is expected of every door. */
export const SCENARIOS: readonly Scenario[] = [
  {
    name: "config.toml is not TOML",
    arrange: (site) => site.edit("www/config.toml", 'app = "', "app = "),
    expected: { status: 503, kind: "error", codes: ["config-syntax"] },
    mend: (site) => site.edit("www/config.toml", "app = ", 'app = "'),
  },
  {
    name: "anyone may write to config.toml",
    arrange: (site) => site.chmod("www/config.toml", 0o666),
    expected: {
      status: 503,
      kind: "error",
      codes: ["world-writable"],
      tells: ["chmod o-w "],
    },
    mend: (site) => site.chmod("www/config.toml", 0o644),
  },
  {
    name: "a secret file is open to others",
    async arrange(site) {
      await site.write("secrets/key", "hunter2-secret\n", 0o644);
      await site.edit(
        "www/config.toml",
        /$/,
        `[secret_files]\nKEY = "${site.folder}/secrets/key"\n`,
      );
    },
    expected: { status: 503, kind: "error", codes: ["secret-too-open"] },
    mend: (site) => site.chmod("secrets/key", 0o600),
  },
  broken("a package is missing", "import no_such_package", {
    tells: ["no_such_package"],
  }),
  broken("the import raises an exception", 'raise ValueError("no cake")', {
    tells: ["ValueError", "no cake", "myapp/hello.py"],
  }),
  broken("the source has a syntax error", "def x(:", {
    tells: ["SyntaxError", "myapp/hello.py"],
  }),
  broken("the import calls sys.exit", "import sys; sys.exit(7)", {
    codes: ["app-exited"],
    tells: ["status 7"],
  }),
  broken("the import waits for input, and ends", "input('Name? ')", {
    tells: ["EOFError"],
  }),
  {
    name: "the callable is not there",
    arrange: (site) =>
      site.edit("www/config.toml", '"application"', '"aplication"'),
    expected: {
      status: 503,
      kind: "error",
      codes: ["app-callable-missing"],
      tells: ["aplication", "application"],
    },
    mend: (site) => site.edit("www/config.toml", "aplication", "application"),
  },
  {
    name: "what `app` names cannot be called",
    arrange: (site) =>
      site.edit("myapp/hello.py", /$/, "\napplication = 'text'\n"),
    expected: { status: 503, kind: "error", codes: ["app-not-callable"] },
    mend: (site) => site.write("myapp/hello.py", HELLO),
  },
  {
    name: "the import hangs",
    async arrange(site) {
      await site.edit("www/config.toml", "[wsgi]", "[wsgi]\nstart_timeout = 4");
      await site.write(
        "myapp/hello.py",
        `import time\ntime.sleep(600)\n${HELLO}`,
      );
    },
    expected: {
      status: 503,
      kind: "error",
      codes: ["app-hung"],
      tells: ["4 seconds", "myapp/hello.py"],
    },
    mend: (site) => site.write("myapp/hello.py", HELLO),
  },
  broken("the import crashes", "import ctypes; ctypes.string_at(0)", {
    codes: ["app-died"],
    tells: ["SIGSEGV", "myapp/hello.py"],
  }),
  {
    name: "the site is closed for maintenance",
    arrange: (site) => site.write("www/tmp/maint.txt", "Back at noon <soon>\n"),
    expected: { status: 503, kind: "maintenance", tells: ["Back at noon"] },
    mend: (site) => site.remove("www/tmp/maint.txt"),
  },
  {
    name: "the worker is killed",
    expected: GREETING,
    async further(site) {
      const { status } = await site.get("/kill");
      assertEquals(status, 502);
      await eventually(site, GREETING);
      await untilLogged(site, "was killed by SIGKILL");
    },
  },
  {
    name: "requests raise, exit, are cut short, and have no body",
    expected: GREETING,
    async further(site) {
      const raised = await site.get("/raise");
      assertEquals(raised.status, 500);
      assertMatches(raised, {
        status: 500,
        kind: "exception",
        codes: ["app-request-failed"],
        tells: ["LookupError"],
      });
      const exited = await site.get("/exit");
      assertEquals(exited.status, 500);
      // Apache makes the cut look like an end; the log tells.
      await site.get("/cut").catch(() => {});
      assertEquals((await site.get("/body")).text, " and no more");
      const empty = await site.get("/body", { method: "POST", body: "" });
      assertEquals(empty.text, " and no more");
      const sent = await site.get("/body", { method: "POST", body: "some" });
      assertEquals(sent.text, "some and no more");
      const large = "x".repeat(1_000_000);
      const uploaded = await site.get("/body", { method: "POST", body: large });
      assertEquals(uploaded.text.length, large.length + " and no more".length);
      const coded = await site.get("/caf%C3%A9");
      assertStringIncludes(coded.text, "/café");
      await untilLogged(site, "no such cake", "no end", "out: visited /");
    },
  },
  {
    name: "Flask, with a log file and a secret",
    async arrange(site) {
      await site.write("secrets/key", "open sesame\n", 0o600);
      await site.write(
        "myapp/hello.py",
        `import logging, os, pathlib
import flask

logging.basicConfig(filename=os.environ["LOG_FILE"], level=logging.INFO)
key = pathlib.Path(os.environ["KEY"]).read_text().strip()
application = flask.Flask(__name__)

@application.route("/")
def index():
    logging.info("visited with %d letters", len(key))
    return flask.jsonify(greeting="Hello from Flask")

@application.post("/sum")
def add():
    return str(sum(int(value) for value in flask.request.form.values()))
`,
      );
      await site.edit(
        "www/config.toml",
        /$/,
        `[secret_files]\nKEY = "${site.folder}/secrets/key"\n` +
          `[environment]\nLOG_FILE = "${site.folder}/myapp/app.log"\n`,
      );
    },
    expected: GREETING,
    async further(site) {
      const log = await site.read("myapp/app.log");
      assertStringIncludes(log, "INFO:root:visited with 11 letters");
      const body = new URLSearchParams({ a: "20", b: "22" });
      const { text } = await site.get("/sum", { method: "POST", body });
      assertEquals(text, "42");
    },
  },
  {
    name: "FastAPI: bodies, uploads, streams, tasks, exceptions",
    arrange: (site) => site.write("myapp/hello.py", FASTAPI),
    expected: GREETING,
    async further(site) {
      const item = await site.get("/items/7?q=caf%C3%A9", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: '{"name": "tea"}',
      });
      assertEquals(
        item.text,
        '{"number":7,"name":"tea","q":"café","path":"/items/7"}',
      );
      const form = new FormData();
      form.set("file", new Blob(["x".repeat(3_000_000)]), "large");
      const sent = await site.get("/upload", { method: "POST", body: form });
      assertEquals(sent.text, "3000000");
      assertEquals((await site.get("/stream")).text, "0,1,2,3,4,");
      assertEquals((await site.get("/empty")).status, 204);
      assertEquals((await site.get("/none")).status, 404);
      assertEquals((await site.get("/sync")).text, '"from a thread"');
      assertEquals((await site.get("/task")).text, '"soon"');
      const fault = await site.get("/fault");
      assertEquals(fault.status, 500);
      assertEquals(fault.text, "Internal Server Error");
      await untilLogged(
        site,
        ", ASGI",
        "out: started",
        "out: done later",
        "GET /fault, answered by the application",
        `finding: error[app-request-failed] ${site.folder}/myapp/hello.py:`,
      );
    },
  },
  {
    name: "an ASGI application breaks the rules",
    arrange: (site) => site.write("myapp/hello.py", MISBEHAVING),
    expected: GREETING,
    async further(site) {
      const answered = "none text early raise exit head inject words again";
      for (const path of answered.split(" ")) {
        const expected: Expectation = { status: 500, kind: "exception" };
        await eventually(site, expected, `/${path}`);
        // The next question to the judge has to wait a second.
        await new Promise((go) => setTimeout(go, 1100));
      }
      // Apache makes a cut look like an end; the log tells.
      await site.get("/cut").catch(() => {});
      await site.get("/short").catch(() => {});
      assertEquals((await site.get("/long")).text, "12345");
      assertEquals((await site.get("/twice")).text, "once");
      assertEquals((await site.get("/chunked")).text, "own framing");
      assertEquals((await site.get("/")).text, "Hello from ASGI");
      await untilLogged(site, "has 1 bytes", "the surplus is dropped");
    },
  },
  {
    name: "a startup handler raises",
    arrange: (site) =>
      site.write(
        "myapp/hello.py",
        FASTAPI.replace('print("started")', 'raise LookupError("no tea")'),
      ),
    expected: {
      status: 503,
      kind: "error",
      codes: ["app-startup-failed"],
      tells: ["LookupError", "no tea", "myapp/hello.py"],
    },
    mend: (site) => site.write("myapp/hello.py", FASTAPI),
  },
  {
    name: "a startup handler hangs",
    async arrange(site) {
      await site.edit("www/config.toml", "[wsgi]", "[wsgi]\nstart_timeout = 2");
      await site.write(
        "myapp/hello.py",
        FASTAPI.replace('print("started")', "await asyncio.sleep(600)"),
      );
    },
    expected: {
      status: 503,
      kind: "error",
      codes: ["app-hung"],
      tells: ["2 seconds", "myapp/hello.py"],
    },
    mend: (site) => site.write("myapp/hello.py", FASTAPI),
  },
  {
    name: "Quart and its exceptions",
    arrange: (site) =>
      site.write(
        "myapp/hello.py",
        `import quart

application = quart.Quart(__name__)

@application.route("/")
async def index():
    return "Hello from Quart"

@application.post("/body")
async def body():
    return str(len(await quart.request.get_data()))

@application.route("/fault")
async def fault():
    raise LookupError("no tea")
`,
      ),
    expected: GREETING,
    async further(site) {
      const body = "x".repeat(1_000_000);
      const sent = await site.get("/body", { method: "POST", body });
      assertEquals(sent.text, "1000000");
      assertEquals((await site.get("/fault")).status, 500);
      await untilLogged(site, "LookupError: no tea");
    },
  },
  {
    name: "Django, with its admin and static files",
    arrange: (site) => makeDjango(site),
    expected: { status: 200, tells: ["Log in", "Django administration"] },
    async further(site) {
      const style = await site.get("/static/admin/css/base.css");
      assertEquals(style.status, 200);
      const form = await site.get("/admin/login/");
      const token = /csrftoken=([^;]+)/.exec(
        form.headers.get("set-cookie") ?? "",
      )?.[1] ?? "";
      const entered = await site.get("/admin/login/?next=/admin/", {
        method: "POST",
        redirect: "manual",
        headers: { Cookie: `csrftoken=${token}` },
        body: new URLSearchParams({
          csrfmiddlewaretoken: token,
          username: "ann",
          password: "ann-s-password",
        }),
      });
      assertEquals(entered.status, 302);
      const session = /sessionid=([^;]+)/.exec(
        entered.headers.getSetCookie().join("\n"),
      )?.[1];
      const inside = await site.get("/admin/", {
        headers: { Cookie: `sessionid=${session}` },
      });
      assertStringIncludes(inside.text, "Site administration");
      const fault = await site.get("/fault");
      assertEquals(fault.status, 500);
      assertStringIncludes(fault.text, "Server Error");
      await untilLogged(
        site,
        "GET /fault, answered by the application",
        "ZeroDivisionError: division by zero",
        `finding: error[app-request-failed] ${site.folder}/django/mysite/urls.py:`,
      );
    },
  },
];

/** Runs a scenario on a site that has been arranged. */
export async function runScenario(
  scenario: Scenario,
  site: RunningSite,
): Promise<void> {
  const { expected, further, mend, after = GREETING } = scenario;
  if (expected.kind === "exception") await eventually(site, expected);
  else assertMatches(await site.get(), expected);
  if (expected.kind) {
    const page = await site.get("/any", { headers: { Accept: "text/html" } });
    assertEquals(page.headers.get("content-type"), "text/html; charset=utf-8");
    assertMatches(page, expected);
  }
  await further?.(site);
  if (!mend) return;
  await mend(site);
  await eventually(site, after);
}

import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import type { Failure, PythonException } from "../python/failure.ts";
import type { Finding } from "../findings/finding.ts";
import { hasOneMend, WORDS } from "../findings/words.ts";
import { makeSecrets } from "../site/secrets.ts";
import {
  type PageContext,
  type PageFormat,
  renderErrorPage,
  renderExceptionPage,
  renderHelloPage,
  renderMaintenancePage,
  renderRestartingPage,
} from "./page.ts";

const SITE = "/n/fs/project/site";
const APP_ROOT = `${SITE}/www`;
const CONFIG = `${APP_ROOT}/config.toml`;
const SECRET = "hunter2-and-more";
const EVIL = `<script>alert("1")</script>'&\u202e\x1b[31m`;

const CONTEXT: PageContext = {
  details: "full",
  requestDetails: "full",
  incident: "4f9c21ab",
  now: new Date("2026-08-05T14:03:22Z"),
  appRoot: APP_ROOT,
  logFile: `${APP_ROOT}/log/wsgi-shim.log`,
  user: "mjw",
  group: "project",
  interpreter: `${SITE}/venv/bin/python`,
  version: "1.2.3",
  door: "node",
  configLine: (line) => line === 6 ? `user = "nobody" # why` : undefined,
  secrets: makeSecrets(() => [{ value: SECRET }], { kept: [APP_ROOT] }),
};

const FINDINGS: Finding[] = [
  {
    code: "config-missing",
    severity: "error",
    message: `User mjw cannot read "${SITE}/key.env"`,
    place: { file: CONFIG, line: 6, column: 8, key: "passenger.user" },
    fix: { command: `chmod o= ${SITE}/key.env`, safe: true },
  },
  {
    code: "config-unreadable",
    severity: "warning",
    message: `Folder "/home/alice" of mjw is odd`,
    place: { file: "/home/alice" },
    fix: { text: "Move `/home/alice` elsewhere." },
  },
];

const FRAMES = [
  { file: `${APP_ROOT}/shim/host/__main__.py`, line: 9, function: "main" },
  { file: "<frozen importlib>", line: 8, function: "import_" },
  { file: `${SITE}/myapp/wsgi.py`, line: 7, function: "load" },
  {
    file: `${SITE}/venv/lib/python3.11/site-packages/django/conf.py`,
    line: 6,
    function: "setup",
  },
];

const FAILURE: Failure = {
  problem: "request-raised",
  request: { method: "GET", path: `/reset/${SECRET}` },
  exception: {
    type: "django.ImproperlyConfigured",
    message: `Bad key x${SECRET}y in ${SITE}`,
    frames: FRAMES,
    cause: { type: "KeyError", message: `'${SECRET}'`, frames: [] },
  },
  output: ["loading", `token=${SECRET}`],
  python: "3.11.2",
};

function bodies(context: Partial<PageContext>): Record<PageFormat, string> {
  const body = (format: PageFormat) =>
    renderErrorPage(FINDINGS, FAILURE, { ...CONTEXT, ...context }, format).body;
  return { html: body("html"), json: body("json"), text: body("text") };
}

function assertLacks(text: string, parts: readonly string[]) {
  for (const part of parts) {
    assert(!text.includes(part), `Expected no ${JSON.stringify(part)}`);
  }
}

Deno.test("renderErrorPage() tells the owner all that mends the site", () => {
  const { html } = bodies({});
  for (
    const part of [
      "<h1>This site is not available at the moment</h1>",
      "For the owner of this site",
      "config-missing",
      "passenger.user",
      `<code>chmod o= ${SITE}/key.env</code>`,
      `6 | </i>user = &quot;nobody&quot; # why`,
      `<i>  | </i>       <b>^^^^^^^^</b>`,
      "1 more finding, not the cause of this page",
      "Move <code>/home/alice</code> elsewhere.",
      "<b>django.ImproperlyConfigured</b>",
      "Caused by",
      "2 frames of libraries",
      "1 frame of libraries",
      "2026-08-05 14:03:22 UTC",
      "user mjw, group project",
      "3.11.2",
      "1.2.3",
      `wsgi-shim logs ${APP_ROOT}`,
      "it looks again by\nitself",
    ]
  ) assertStringIncludes(html, part);
  assertMatch(html, /<li class="last">.*wsgi\.py:7/);
});

Deno.test("renderErrorPage() is plain text for those who ask for that", () => {
  const page = renderErrorPage(FINDINGS, FAILURE, CONTEXT, "text");
  assertEquals(page.headers["Content-Type"], "text/plain; charset=utf-8");
  for (
    const part of [
      "This site is not available at the moment\n\nPlease try again later.",
      "\nFor the owner of this site\n--------------------------\n",
      `    chmod o= ${SITE}/key.env\n`,
      `${SITE}/myapp/wsgi.py:7 in load\n`,
      "  django.ImproperlyConfigured: Bad key x•••y in",
      "  Caused by:\n  KeyError: '•••'\n",
      "  token=•••\n",
      `  wsgi-shim logs ${APP_ROOT}\n`,
    ]
  ) assertStringIncludes(page.body, part);
  const closed = renderMaintenancePage({ message: "Back <soon>" }, "text");
  assertEquals(
    closed.body,
    "This site is being worked on\n\nBack <soon>\n",
  );
  const none = { ...CONTEXT, details: "none" as const };
  assertLacks(renderErrorPage(FINDINGS, FAILURE, none, "text").body, [
    "owner of",
  ]);
});

Deno.test("renderErrorPage() keeps paths, frames and people off a summary", () => {
  for (const text of Object.values(bodies({ details: "summary" }))) {
    for (
      const part of [
        "config-missing",
        WORDS["config-missing"]!.title,
        "config.toml",
        "passenger.user",
        "django.ImproperlyConfigured",
        "KeyError",
        "4f9c21ab",
      ]
    ) assertStringIncludes(text, part);
    assertLacks(text, [SITE, "/n/fs", "alice", "mjw", "key.env", "wsgi.py"]);
    assertLacks(text, ["nobody", "Bad key", "loading", "/reset", "1.2.3"]);
  }
});

Deno.test("renderErrorPage() gives no mend in a summary that only fits some findings of a code", () => {
  const context: PageContext = { ...CONTEXT, details: "summary" };
  for (const [code, { mend }] of Object.entries(WORDS)) {
    const found = { ...FINDINGS[0]!, code };
    for (const format of ["text", "json"] as const) {
      const page = renderErrorPage([found], undefined, context, format).body
        .replace(/\s+/g, " ");
      const told = format === "json" ? JSON.stringify(mend).slice(1, -1) : mend;
      assertEquals(page.includes(told.slice(0, 30)), hasOneMend(code), code);
      assertEquals(page.includes("depends on the case"), !hasOneMend(code));
    }
  }
});

Deno.test("renderErrorPage() gives the incident number alone for none", () => {
  for (const text of Object.values(bodies({ details: "none" }))) {
    assertStringIncludes(text, "This site is not available at the moment");
    assertStringIncludes(text, "4f9c21ab");
    assertLacks(text, [SITE, "/home", "mjw", "owner of this site"]);
    assertLacks(text, ["config", "django", "KeyError", "2026", "1.2.3"]);
  }
});

Deno.test("renderErrorPage() never shows configured values", () => {
  const secretive: Finding = {
    code: "config-missing",
    severity: "error",
    message: `Import raised KeyError: '${SECRET}'`,
    place: { file: CONFIG, line: 6, column: 1 },
    fix: { command: `pip install ${SECRET}`, safe: false },
  };
  const configLine = () => `KEY = "${SECRET}"`;
  for (const details of ["full", "summary", "none"] as const) {
    const context = { ...CONTEXT, details, configLine };
    for (const format of ["html", "json"] as const) {
      const { body, headers } = renderErrorPage(
        [secretive, { ...secretive, fix: { text: SECRET } }],
        FAILURE,
        context,
        format,
      );
      assertLacks(body, [SECRET]);
      assertLacks(JSON.stringify(headers), [SECRET]);
    }
  }
  assertStringIncludes(bodies({}).html, "Bad key x•••y in");
  assertStringIncludes(bodies({}).html, "GET /reset/•••");
});

Deno.test("renderErrorPage() escapes markup and overrides in every field", () => {
  const exception: PythonException = {
    type: EVIL,
    message: EVIL,
    frames: [{ file: EVIL, line: 1, function: EVIL }],
  };
  const failure: Failure = {
    problem: "request-raised",
    exception: { ...exception, cause: exception },
    request: { method: EVIL, path: EVIL },
    stack: exception.frames,
    output: [EVIL],
    python: EVIL,
  };
  const evil = { ...FINDINGS[0], message: EVIL } as Finding;
  const place = { file: CONFIG, line: 1, column: 9, key: EVIL };
  const findings: Finding[] = [
    { ...evil, place, fix: { command: EVIL, safe: true } },
    { ...evil, place: { file: EVIL, key: EVIL }, fix: { text: EVIL } },
  ];
  for (const details of ["full", "summary", "none"] as const) {
    const { body } = renderErrorPage(findings, failure, {
      ...CONTEXT,
      details,
      incident: EVIL,
      appRoot: APP_ROOT,
      logFile: EVIL,
      user: EVIL,
      group: EVIL,
      interpreter: EVIL,
      version: EVIL,
      configLine: () => EVIL,
    }, "html");
    assertLacks(body, ["<script", `"1"`, "'&", "\u202e", "\x1b"]);
  }
  const { body } = renderMaintenancePage({ message: EVIL }, "html");
  assertLacks(body, ["<script", `"1"`, "'&", "\u202e", "\x1b"]);
});

Deno.test("renderErrorPage() is a 503 that nobody stores or indexes", () => {
  const page = renderErrorPage(FINDINGS, undefined, CONTEXT, "html");
  assertEquals(page.status, 503);
  const { headers } = page;
  assertEquals(headers["Content-Type"], "text/html; charset=utf-8");
  assertEquals(headers["Cache-Control"], "no-store");
  assertEquals(headers["X-Robots-Tag"], "noindex");
  assertEquals(headers["X-Content-Type-Options"], "nosniff");
  assertEquals(headers["Referrer-Policy"], "no-referrer");
  assertEquals(headers["X-WSGI-Shim"], "error; incident=4f9c21ab");
  assertMatch(headers["Retry-After"] ?? "", /^\d+$/);
  assertMatch(headers["Content-Security-Policy"] ?? "", /^default-src 'none';/);
});

Deno.test("renderErrorPage() writes problem details as RFC 9457 has them", () => {
  const page = renderErrorPage(FINDINGS, FAILURE, CONTEXT, "json");
  assertMatch(
    page.headers["Content-Type"] ?? "",
    /^application\/problem\+json/,
  );
  const problem = JSON.parse(page.body);
  assertEquals(problem.type, "urn:wsgi-shim:error");
  assertEquals(problem.title, "This site is not available at the moment");
  assertEquals(problem.status, 503);
  assertEquals(problem.instance, "urn:wsgi-shim:incident:4f9c21ab");
  assertEquals(problem.findings[0].fix, FINDINGS[0]?.fix);
  assertEquals(problem.exception.frames.length, 4);
  assertEquals(problem.exception.causes[0].type, "KeyError");
  const none = JSON.parse(bodies({ details: "none" }).json);
  assertEquals(
    Object.keys(none).sort(),
    ["detail", "instance", "status", "title", "type"],
  );
});

Deno.test("renderErrorPage() needs no restart, whatever the door", () => {
  for (const door of ["node", "python", "wsgi", "serve"] as const) {
    assertLacks(bodies({ door }).html, ["wsgi-shim restart"]);
  }
});

Deno.test("renderErrorPage() tells how Python ended without an exception", () => {
  const told: [Failure, string][] = [
    [{ problem: "hung", seconds: 30, stack: FRAMES }, "within 30 seconds"],
    [{ problem: "killed", signal: "SIGSEGV" }, "the signal SIGSEGV"],
    [{ problem: "exited", status: 3 }, "exit status 3"],
  ];
  for (const [failure, sentence] of told) {
    const { body } = renderErrorPage([], failure, CONTEXT, "html");
    assertStringIncludes(body, sentence);
  }
});

Deno.test("renderErrorPage() shortens the frames of a recursion", () => {
  const frames = Array.from({ length: 1000 }, (_, line) => ({
    file: `${SITE}/a.py`,
    line,
    function: "f",
  }));
  const exception = { type: "RecursionError", message: "", frames };
  const failure: Failure = { problem: "import-raised", exception };
  const { body } = renderErrorPage([], failure, CONTEXT, "html");
  assertStringIncludes(body, "940 frames in the middle left out");
  assertEquals(body.split("a.py").length - 1, 60);
});

Deno.test("renderExceptionPage() has a level of its own", () => {
  for (const format of ["html", "json"] as const) {
    const page = (requestDetails: PageContext["requestDetails"]) => {
      const context = { ...CONTEXT, requestDetails };
      return renderExceptionPage(FAILURE, FINDINGS, context, format).body;
    };
    assertStringIncludes(page("full"), "Bad key");
    assertStringIncludes(page("summary"), "django.ImproperlyConfigured");
    assertLacks(page("summary"), ["Bad key", SITE, "/reset", "loading"]);
    assertLacks(page("none"), ["django", "config-missing"]);
  }
});

Deno.test("renderErrorPage() names no key in a summary that is none of ours", () => {
  const found = (key: string): Finding => ({
    ...FINDINGS[0]!,
    place: { file: CONFIG, line: 6, key },
  });
  const table: [key: string, isTold: boolean][] = [
    ["wsgi.module", true],
    ["passenger.passenger_user", true],
    ["environment.DB_HOST", true],
    ["secret_files", true],
    ["environment.hunter2 and more", false],
    ["enviroment.DB_HOST", false],
    ["passenger.hunter2", false],
  ];
  const context: PageContext = { ...CONTEXT, details: "summary" };
  for (const [key, isTold] of table) {
    const { body } = renderErrorPage([found(key)], undefined, context, "html");
    assertEquals(body.includes(key), isTold, key);
  }
});

Deno.test("renderExceptionPage() is a 500 without Retry-After", () => {
  const page = renderExceptionPage(FAILURE, FINDINGS, CONTEXT, "html");
  assertEquals(page.status, 500);
  assertEquals(page.headers["Retry-After"], undefined);
  assertEquals(page.headers["X-WSGI-Shim"], "exception; incident=4f9c21ab");
  assertStringIncludes(page.body, `wsgi-shim restart ${APP_ROOT}`);
});

Deno.test("renderMaintenancePage() tells visitors what the owner wrote", () => {
  const page = renderMaintenancePage({ message: " Back at 9 \n" }, "html");
  assertEquals(page.status, 503);
  assertEquals(page.headers["X-WSGI-Shim"], "maintenance");
  assertStringIncludes(page.body, `<p class="message">Back at 9</p>`);
  const { body } = renderMaintenancePage({ message: "Back at 9" }, "json");
  assertEquals(JSON.parse(body).detail, "Back at 9");
  assertStringIncludes(
    renderMaintenancePage({ message: " \n" }, "html").body,
    "It will be back soon.",
  );
});

Deno.test("renderMaintenancePage() gives way to a page of the owner", () => {
  const html = "<!DOCTYPE html><title>Closed</title><img src=/logo.png>";
  const page = renderMaintenancePage({ message: "no", html }, "html");
  assertEquals(page.body, html);
  assertEquals(page.headers["Content-Security-Policy"], undefined);
  assertEquals(page.headers["Cache-Control"], "no-store");
  assertLacks(renderMaintenancePage({ html }, "json").body, ["DOCTYPE"]);
});

Deno.test("renderRestartingPage() reloads by itself", () => {
  const page = renderRestartingPage(CONTEXT, "html");
  assertEquals(page.headers["Retry-After"], "1");
  assertStringIncludes(page.body, `<meta http-equiv="refresh" content="1">`);
  assertLacks(page.body, [SITE, "mjw"]);
});

Deno.test("renderHelloPage() leaves its tokens to the worker", () => {
  for (const token of ["@python@", "@executable@", "@user@"]) {
    assertEquals(renderHelloPage().split(token).length, 2);
  }
});

Deno.test("pages need nothing from outside and no script", () => {
  const pages = [
    bodies({}).html,
    renderExceptionPage(FAILURE, [], CONTEXT, "html").body,
    renderMaintenancePage({}, "html").body,
    renderRestartingPage(CONTEXT, "html").body,
    renderHelloPage(),
  ];
  for (const page of pages) {
    assertMatch(page, /^<!DOCTYPE html>\n<html lang="en">/);
    assertLacks(page, ["://", "<script", "@import", "url(", " src="]);
    assertStringIncludes(page, `<meta name="robots" content="noindex">`);
    assertEquals(page.split("<h1").length, 2);
  }
});

Deno.test("renderErrorPage() tells what a group holds, and who can run a command", () => {
  const group = [
    { type: "KeyError", message: `'${SECRET}'`, frames: [] },
    { type: "OSError", message: "too full", frames: [] },
  ];
  const failure: Failure = {
    problem: "import-raised",
    exception: { type: "ExceptionGroup", message: "two", frames: [], group },
    output: ["OSError: too full"],
  };
  const fix = { command: "chown jo /x", safe: false, by: "root" };
  const finding: Finding = { ...FINDINGS[0]!, fix };
  const page = (format: PageFormat, details: PageContext["details"]) =>
    renderErrorPage([finding], failure, { ...CONTEXT, details }, format).body;
  const html = page("html", "full");
  assertEquals(html.split("One of the group").length, 3);
  assert(html.includes("<b>OSError</b>: <span>too full</span>"));
  assert(html.includes("Only root can run this"));
  // It is told above already.
  assertLacks(html, [SECRET, "The last lines"]);
  const told = JSON.parse(page("json", "summary"));
  assertLacks(JSON.stringify(told), [SECRET, "too full", "chown"]);
});

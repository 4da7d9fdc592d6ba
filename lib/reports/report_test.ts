import { assertEquals } from "@std/assert";
import { type Code, type Finding, finding } from "../findings/finding.ts";
import type { Outcome } from "../judge/visitors.ts";
import { WORDS } from "../findings/words.ts";
import {
  renderJson,
  renderReport,
  type Report,
  type ReportOptions,
} from "./report.ts";

const APP_ROOT = "/srv/site/www";
const CONFIG = `[passenger]
user = "jo"
threads = 1
[wsgi]
threads = "4"
`;
const ERROR: Outcome = { kind: "error", findings: [] };

const wrongType = finding("config-type", {
  message: "`threads` in [wsgi] must be an integer from 1 to 64, and is a " +
    "string",
  place: {
    file: `${APP_ROOT}/config.toml`,
    line: 5,
    column: 11,
    key: "wsgi.threads",
  },
  fix: { text: "Write, for example: threads = 1" },
});
const missing = finding("config-missing", {
  message: "There is no config.toml in /srv/site/www",
  fix: { command: "touch '/srv/it'\\''s site/config.toml'", safe: true },
});
const unknown = finding("config-unknown-key", {
  message: "[passenger] has an unknown setting `threads`",
  place: { file: "/elsewhere/config.toml", line: 3, column: 1 },
});

function report(findings: Finding[], more: Partial<Report> = {}): Report {
  return {
    appRoot: APP_ROOT,
    findings,
    outcome: ERROR,
    configText: CONFIG,
    looks: ["layout", "config", "access"].map((subject) => ({
      subject,
      found: [],
    })),
    isGood: false,
    ...more,
  };
}

Deno.test("renderReport() shows what, where, fix and why", () => {
  assertEquals(
    renderReport(report([wrongType])),
    `error[config-type]: \`threads\` in [wsgi] must be an integer from 1 to 64, and is
  a string
 --> config.toml:5:11 (wsgi.threads)
  |
5 | threads = "4"
  |           ^^^
  = fix: Write, for example: threads = 1
  = why: The value cannot be used, and guessing another would hide the mistake.

Found 1 error. Passenger would serve: the error page.
More about it: wsgi-shim explain config-type`,
  );
});

Deno.test("renderReport() tells a reason once and shows no other file", () => {
  const again = { ...wrongType, message: "Once more", place: undefined };
  assertEquals(
    renderReport(report([wrongType, again, unknown, missing])),
    `error[config-type]: \`threads\` in [wsgi] must be an integer from 1 to 64, and is
  a string
 --> config.toml:5:11 (wsgi.threads)
  |
5 | threads = "4"
  |           ^^^
  = fix: Write, for example: threads = 1
  = why: The value cannot be used, and guessing another would hide the mistake.

error[config-type]: Once more
  = fix: Write, for example: threads = 1

warning[config-unknown-key]: [passenger] has an unknown setting \`threads\`
 --> /elsewhere/config.toml:3:1
  = why: It has no effect: the default is used in its place.

error[config-missing]: There is no config.toml in /srv/site/www
  = fix: touch '/srv/it'\\''s site/config.toml'
  = why: config.toml tells which Python and which application the site runs;
         without it there is nothing to start.

Found 3 errors and 1 warning. Passenger would serve: the error page.
Apply the safe fixes: wsgi-shim check --fix /srv/site/www`,
  );
});

Deno.test("renderReport() is short where all is well", () => {
  const plans: [Outcome, string][] = [
    [{ kind: "maintenance", since: 0 }, "the maintenance page"],
    [
      { kind: "server", isSilent: false },
      "nothing; visitors get a page of the web server's own",
    ],
    [ERROR, "the error page"],
    [
      {
        kind: "run",
        interpreter: "/py",
        threads: 1,
        startTimeout: 30,
        environment: {},
      },
      "the Hello World page",
    ],
  ];
  for (const [plan, words] of plans) {
    assertEquals(
      renderReport(report([], { outcome: plan, isGood: true }), {
        columns: 120,
      }),
      `Looked at /srv/site/www: layout, config and access.
No problems found. Passenger would serve: ${words}.`,
    );
  }
});

Deno.test("renderReport() does not promise what the address does not show", () => {
  const outcome: Outcome = {
    kind: "run",
    interpreter: "/py",
    threads: 1,
    startTimeout: 30,
    environment: {},
  };
  const closing = (code: Code) =>
    renderReport(report([finding(code, { message: "x" })], { outcome }))
      .replace(/\s+/g, " ").includes(
        "by what is here; what the address shows is told above",
      );
  assertEquals(closing("outside-error-page"), true);
  assertEquals(closing("outside-failure"), true);
  assertEquals(closing("outside-unproven"), false);
  assertEquals(closing("log-large"), false);
});

Deno.test("renderReport() is quiet about what does not fail the run", () => {
  const all = report([wrongType, unknown]);
  const count = (text: string) => text.match(/^\w+\[/gm)?.length ?? 0;
  assertEquals(count(renderReport(all, { isQuiet: true })), 1);
  assertEquals(
    count(renderReport(all, { isQuiet: true, isStrict: true })),
    2,
  );
  assertEquals(renderReport(report([unknown]), { isQuiet: true }), "");
});

Deno.test("renderReport() keeps a message on its own lines", () => {
  const odd = finding("config-missing", {
    message: "There is no \x1b[31mfile\nhere",
    place: { file: "/a\nb" },
  });
  const lines = renderReport(report([odd])).split("\n");
  assertEquals(
    lines[0],
    "error[config-missing]: There is no \\x1b[31mfile\\x0ahere",
  );
  assertEquals(lines[1], " --> /a\\x0ab");
});

Deno.test("renderReport() stays within 80 columns, commands excepted", () => {
  const long = finding("config-missing", {
    message: "word ".repeat(60).trim(),
    fix: { text: "advice ".repeat(40).trim() },
  });
  for (const line of renderReport(report([long, wrongType])).split("\n")) {
    assertEquals([...line].length <= 80, true, line);
  }
});

Deno.test("renderJson() has the agreed form", () => {
  const json = JSON.parse(renderJson(report([wrongType, missing])));
  assertEquals(json, {
    version: 1,
    appRoot: APP_ROOT,
    ok: false,
    plan: "error",
    findings: [
      {
        code: "config-type",
        severity: "error",
        title: WORDS["config-type"]?.title,
        why: WORDS["config-type"]?.why,
        message: wrongType.message,
        place: { ...wrongType.place },
        fix: { ...wrongType.fix },
      },
      {
        code: "config-missing",
        severity: "error",
        title: WORDS["config-missing"]?.title,
        why: WORDS["config-missing"]?.why,
        message: missing.message,
        fix: { ...missing.fix },
      },
    ],
  });
});

Deno.test("renderJson() leaves out what --quiet leaves out", () => {
  const codes = (options: ReportOptions) =>
    JSON.parse(renderJson(report([missing, unknown]), options)).findings
      .map((found: { code: string }) => found.code);
  assertEquals(codes({ isQuiet: true }), ["config-missing"]);
  assertEquals(codes({ isQuiet: true, isStrict: true }), [
    "config-missing",
    "config-unknown-key",
  ]);
});

Deno.test("renderReport() says who must run a command", () => {
  const fix = { command: "chown jo /srv/site", safe: false, by: "ann or root" };
  const lines = renderReport(report([{ ...missing, fix }])).split("\n");
  const at = lines.findIndex((line) => line.includes("= fix: "));
  assertEquals(lines.slice(at, at + 2), [
    "  = fix: chown jo /srv/site",
    "         Only ann or root can run this",
  ]);
});

Deno.test("renderReport() takes the columns that there are", () => {
  assertEquals(
    renderReport(report([wrongType]), { columns: 40 }),
    `error[config-type]: \`threads\` in [wsgi]
  must be an integer from 1 to 64, and
  is a string
 --> config.toml:5:11 (wsgi.threads)
  |
5 | threads = "4"
  |           ^^^
  = fix: Write, for example: threads = 1
  = why: The value cannot be used, and
         guessing another would hide the
         mistake.

Found 1 error.
Passenger would serve: the error page.
More about it:
wsgi-shim explain config-type`,
  );
});

Deno.test("renderReport() breaks what visitors get between words", () => {
  const told = (columns: number) =>
    renderReport(
      report([wrongType], { outcome: { kind: "server", isSilent: false } }),
      { columns },
    ).split("\n").slice(-5).filter((line) => /[Pp]assenger|page/.test(line));
  assertEquals(told(40), [
    "Passenger would serve: nothing; visitors",
    "get a page of the web server's own.",
  ]);
  assertEquals(told(120), [
    "Found 1 error. Passenger would serve: nothing; visitors get a page of the web server's own.",
  ]);
});

Deno.test("renderReport() shows the line that Python cannot read", () => {
  const file = "/srv/site/myapp/app.py";
  const found = finding("source-syntax", {
    message: "SyntaxError",
    place: { file, line: 3, column: 5 },
  });
  const source = ["a = (", "  1,", "def f():"];
  const readSource = (_: string, line: number) => source[line - 1];
  assertEquals(
    renderReport(report([found], { readSource })).split("\n").slice(0, 6),
    [
      "error[source-syntax]: SyntaxError",
      ` --> ${file}:3:5`,
      "1 | a = (",
      "2 |   1,",
      "3 | def f():",
      "  |     ^",
    ],
  );
  // Where nobody reads files, only the place is told.
  assertEquals(renderReport(report([found])).includes(" | "), false);
});

Deno.test("renderReport() names a column only where there is one", () => {
  const place = { file: `${APP_ROOT}/config.toml`, line: 5 };
  const shown = renderReport(report([{ ...wrongType, place }])).split("\n");
  assertEquals(shown.slice(2, 5), [
    " --> config.toml:5",
    "  |",
    '5 | threads = "4"',
  ]);
  assertEquals(shown.some((line) => line.includes("^")), false);
});

Deno.test("renderReport() lists on demand what was looked at", () => {
  const looks = [
    { subject: "layout", found: [] },
    { subject: "config", found: [wrongType, unknown] },
    { subject: "access", found: [unknown] },
    { subject: "start of the application" },
  ];
  assertEquals(
    renderReport(report([wrongType], { looks }), { isVerbose: true })
      .split("\n\n")[0],
    `✓ layout: files and folders of the site
✗ config: every setting of config.toml; 1 error and 1 warning
! access: what the web server and the site's user can reach; 1 warning
– start of the application; not looked at`,
  );
});

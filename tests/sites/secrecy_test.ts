/**
 * Secrets stay secret: whatever is wrong with a site, and wherever a secret
 * got to, no page of any level and form holds it.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Details } from "../../lib/site/config.ts";
import type { Failure, PythonException } from "../../lib/python/failure.ts";
import { explainFailure } from "../../lib/causes/explain.ts";
import { pageContext } from "../../lib/start/incident.ts";
import { renderErrorPage, renderExceptionPage } from "../../lib/pages/page.ts";
import { judgeSite } from "../../lib/judge/plan.ts";
import { createFakeHost } from "../worlds/machine.ts";
import { CONFIG, healthyFiles, MODULE, ROOT, SITE } from "../worlds/site.ts";

const LEVELS: readonly Details[] = ["full", "summary", "none"];
const FORMATS = ["html", "json"] as const;

/** Pages of a site with this `config.toml`, at every level and in every form. */
function pagesOf(config: string): { text: string; details: Details }[] {
  return LEVELS.flatMap((details) => {
    const files = {
      ...healthyFiles(),
      [`${ROOT}/config.toml`]: {
        text: `[feedback]\ndetails = "${details}"\n${config}`,
        mode: 0o640,
      },
    };
    const host = createFakeHost({ files });
    const { site, findings } = judgeSite(ROOT, host, { at: "startup" });
    assertEquals(site.feedback.details, details);
    assert(findings.length > 0, config);
    const context = pageContext(site, "node", "1234abcd");
    return FORMATS.map((format) => ({
      details,
      text: renderErrorPage(findings, undefined, context, format).body,
    }));
  });
}

const SECRETS = [
  "hunter2-SeKrEt",
  "correcthorse",
  "MIIEvQ0bAd4GHk",
  "sw0rd,fish",
];

/** Ways to get a line with a secret wrong; `@` is the secret. */
const BROKEN = [
  "DB_PASSWORD = @",
  "DB_PASSWORD=@",
  'DB_PASSWORD: "@"',
  "DB_PASSWORD: @",
  "DB_PASSWORD : '@'",
  "API_KEY = “@”",
  "API_KEY = ‘@’",
  "API_KEY = «@»",
  'A=1 API_KEY = "@"',
  'A = "1", API_KEY = "@"',
  'A = "1" API_KEY = "@"',
  "URL = postgres://u:@@h/db",
  "URL = postgres://u:@@h/db?sslmode=require",
  'DB_PASSWORD = "@',
  "DB_PASSWORD = '@",
  'DB_PASSWORD = @"',
  'DB_PASSWORD = "@" # and "@"',
  'DB_PASSWORD = "@",',
  'DB_PASSWORD = "@";',
  'DB_PASSWORD = "@\\q"',
  'DB_PASSWORD = """@',
  'DB_PASSWORD = ["@"',
  'DB_PASSWORD = ["@", x]',
  'DB_PASSWORD = {a = "@"',
  'export DB_PASSWORD="@"',
  "export DB_PASSWORD=@",
  "set DB_PASSWORD = @",
  "DB_PASSWORD @",
  'DB_PASSWORD "@"',
  'DB_PASSWORD =\n"@"',
  "DB_PASSWORD =\n@",
  'GREETING = "x"\n@',
  'A = "x"\n@==',
  "// DB_PASSWORD = @",
  "; DB_PASSWORD = @",
  'DB_PASSWORD == "@"',
  'DB_PASSWORD => "@"',
  'DB PASSWORD = "@"',
  'DB.PASSWORD = "@"\nDB = 1',
  '"DB PASSWORD" = "@"',
  'DB_PASSWORD = "@"\nDB_PASSWORD = "@"',
  'DB_PASSWORD = "@"\n<<<<<<< HEAD',
  'DB_PASSWORD = "\u00a0" "@"',
  "DB_PASSWORD\u00a0=\u00a0@",
  '[wsgi] DB_PASSWORD = "@"',
  '["@", "b"]',
  "[environment",
  '[wsgi]\nthreads = 1 API_KEY = "@"',
  "[secret_files]\nKEY = @",
  '[more]\nPASSWORD = "@',
  'PASSWORD = "@"\n[[[',
  "- DB_PASSWORD=@",
  'DB_PASSWORD="@"; OTHER="@"',
  "DB_PASSWORD = $(echo @)",
  'DB_PASSWORD = "a"@"b"',
];

/** Right as TOML, and wrong as settings. */
const UNFIT = [
  'TOKEN = {password = "@"}',
  'TOKEN = ["@"]',
  '[environment.MORE]\nTOKEN = "@"',
  '[enviroment]\nPASSWORD = "@"',
  '[passenger2]\nuser = "@"',
  'user = "@"',
  'MY-KEY = "@"',
  'TOKEN = "@\\u0000"',
  '[secret_files]\nKEY = "@"',
  '[secret_files]\nKEY = " @"',
  "[secret_files]\nKEY = \"'@'\"",
  '[secret_files]\nKEY = "~@"',
  '[secret_files]\nKEY = "$@"',
  '[secret_files]\nKEY = "${@}"',
  '[secret_files]\nKEY = "C:@"',
  '[secret_files]\nKEY = "file:///@"',
];

const BEFORE = CONFIG.replace(/\[secret_files\][^[]*/, "");

for (const line of [...BROKEN, ...UNFIT]) {
  Deno.test(`pages keep the secret in ${JSON.stringify(line)}`, () => {
    for (const secret of SECRETS) {
      const written = line.replaceAll("@", () => secret);
      // An `@` of an address itself.
      const config = `${BEFORE}\n${
        written.replace(`${secret}${secret}h/`, `${secret}@h/`)
      }\n`;
      for (const { text, details } of pagesOf(config)) {
        const where = text.split("\n").filter((one) => one.includes(secret));
        assertEquals(where, [], `${details}: ${written}`);
      }
    }
  });
}

Deno.test("pages still tell how to mend a line that may hold a secret", () => {
  const [full] = pagesOf(`${BEFORE}\nDB_PASSWORD = hunter2-SeKrEt\n`);
  assertStringIncludes(
    full!.text,
    "the value of <code>DB_PASSWORD</code> needs quotes",
  );
  assertStringIncludes(full!.text, "DB_PASSWORD = &quot;…&quot;");
  const [user] = pagesOf(CONFIG.replace('"jdoe"', "jdoe"));
  assertStringIncludes(user!.text, "user = &quot;jdoe&quot;");
});

/** What an application does with a secret, `@`, that it was given. */
const RAISED: Partial<PythonException>[] = [
  { type: "ValueError", message: "{'A': '@', 'B': '2'}" },
  { type: "KeyError", message: "'@'" },
  { type: "x@y.Error", message: "" },
  missing("/nope/x-@"),
  missing("/proc/@"),
  missing("x-@/y"),
  missing(`${SITE}/data/@.sqlite3`),
  missing(`${SITE}/@/data.txt`),
  missing(`${ROOT}/log/@`),
  { ...missing("/etc/@"), type: "PermissionError", errno: "EACCES" },
  { ...missing(`${SITE}/@`), type: "IsADirectoryError", errno: "EISDIR" },
  { ...missing(`${SITE}/@`), type: "FileExistsError", errno: "EEXIST" },
  { type: "ModuleNotFoundError", message: "No module named '@'", name: "@" },
  {
    type: "ImportError",
    message: `cannot import name '@' from 'app' (${MODULE})`,
    name: "@",
  },
  { type: "NameError", message: "name '@' is not defined", name: "@" },
  { type: "AttributeError", message: "no attribute '@'", name: "@" },
  { type: "sqlite3.OperationalError", message: "unable to open @" },
  {
    type: "sqlalchemy.exc.OperationalError",
    message: "could not connect to postgres://u:@/db",
  },
  { type: "UnicodeDecodeError", message: "'utf-8' codec: b'@'" },
  {
    type: "SyntaxError",
    message: "invalid syntax (@, line 1)",
    filename: "/made/up/@.py",
    line: 1,
  },
  { type: "RuntimeError", message: "x", frames: [frameIn("/made/up/@.py")] },
  { type: "RuntimeError", message: "x", frames: [frameIn("<string @>")] },
  {
    type: "django.core.exceptions.ImproperlyConfigured",
    message: "The SECRET_KEY setting must not be @",
  },
];

function missing(filename: string): Partial<PythonException> {
  const message = `[Errno 2] No such file or directory: '${filename}'`;
  return { type: "FileNotFoundError", message, filename, errno: "ENOENT" };
}

function frameIn(file: string) {
  return { file, line: 1, function: "f@" };
}

/** Where an application gets a secret from, `@`. */
const SOURCES: readonly [name: string, world: World][] = [
  ["[environment]", { lines: 'TOKENX = "@"' }],
  ["an address in [environment]", { lines: 'DB = "pg://u:@:5432/d"' }],
  ["a secret file", { contents: "PW=@\n" }],
  ["a secret file of JSON", { contents: '{"a": ["@"], "b": 1}' }],
  ["the login files", { env: { DB_PASSWORD: "@" } }],
  ["a variable of any name", { env: { THING: "@" } }],
  ["a file of the application's own", { variables: { DOT: "@" } }],
  ["an address in the login files", { env: { DATABASE_URL: "pg://u:@/d" } }],
];

interface World {
  lines?: string;
  contents?: string;
  env?: Record<string, string>;
  /** Those that the application sets. */
  variables?: Record<string, string>;
}

for (const [source, world] of SOURCES) {
  Deno.test(`pages keep a secret that comes from ${source}`, () => {
    const address = source.includes("address");
    for (
      const secret of ["filesecret-98765", "p4ss-W0rd/x+y=", "it's-1-Ünïcode"]
    ) {
      const given = fill(world, address ? `${secret}@h` : secret);
      const told = address ? secret.split("/")[0]! : secret;
      for (const raised of RAISED) {
        if (address && secret.includes("/")) continue;
        for (const problem of ["import-raised", "request-raised"] as const) {
          const failure: Failure = fill({
            problem,
            exception: {
              type: "",
              message: "",
              frames: [{ file: MODULE, line: 3, function: "load" }],
              ...raised,
              cause: { type: "KeyError", message: "'@'", frames: [] },
            },
            stack: [frameIn("/made/up/@.py")],
            request: { method: "GET", path: "/reset/@" },
            output: ["token=@", "x@y"],
          }, told);
          const { variables } = given;
          assertKept(given, { ...failure, variables }, told);
        }
      }
    }
  });
}

function fill<T>(value: T, secret: string): T {
  const quoted = JSON.stringify(secret).slice(1, -1);
  return JSON.parse(JSON.stringify(value).replaceAll("@", () => quoted));
}

function assertKept(world: World, failure: Failure, secret: string) {
  for (const details of LEVELS) {
    const { lines = "", contents = "", env = {} } = world;
    const text = `[feedback]\ndetails = "${details}"\n${CONFIG}${lines}\n`;
    const host = createFakeHost({
      env,
      files: {
        ...healthyFiles(),
        [`${ROOT}/config.toml`]: { text, mode: 0o640 },
        [`${SITE}/secrets/credentials.env`]: { text: contents, mode: 0o600 },
      },
    });
    const { site, findings } = judgeSite(ROOT, host, { at: "startup" });
    const found = [...explainFailure(failure, site), ...findings];
    const context = pageContext(site, "wsgi", "1234abcd");
    for (const format of FORMATS) {
      const render = failure.problem === "request-raised"
        ? renderExceptionPage(failure, found, context, format)
        : renderErrorPage(found, failure, context, format);
      const { body } = render;
      const plain = body.replaceAll("&#39;", "'").replaceAll("<wbr>", "")
        .replaceAll(/<\/?span>/g, "");
      for (const form of [body, plain]) {
        const where = form.split("\n").filter((one) => one.includes(secret));
        assertEquals(where, [], `${details} ${failure.exception?.type}`);
      }
    }
  }
}

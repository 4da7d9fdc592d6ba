import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
} from "@std/assert";
import { createHost, type Host } from "../machine/host.ts";
import { makePlan } from "../judge/plan.ts";
import { accessWords } from "../findings/access.ts";
import { applicationWords } from "../findings/application.ts";
import { configWords } from "../findings/config.ts";
import { environmentWords } from "../findings/environment.ts";
import { exposureWords } from "../findings/exposure.ts";
import { layoutWords } from "../findings/layout.ts";
import { passengerWords } from "../findings/passenger.ts";
import { protectionWords } from "../findings/protection.ts";
import { pythonWords } from "../findings/python.ts";
import { resourcesWords } from "../findings/resources.ts";
import { secretsWords } from "../findings/secrets.ts";
import { readSite } from "../site/site.ts";
import { createFakeHost } from "../../tests/worlds/machine.ts";
import {
  check,
  CONFIG,
  healthyFiles,
  programs,
  ROOT,
  seen,
  SITE,
} from "../../tests/worlds/site.ts";
import { runChecks } from "./mod.ts";
import "./access_test.ts";
import "./application_test.ts";
import "./config_test.ts";
import "./debug_mode_test.ts";
import "./environment_test.ts";
import "./exposure_test.ts";
import "./htaccess_test.ts";
import "./imports_test.ts";
import "./failures_test.ts";
import "./layout_test.ts";
import "./limits_test.ts";
import "./login_shell_test.ts";
import "./passenger_test.ts";
import "./protection_test.ts";
import "./python_test.ts";
import "./python_run_test.ts";
import "./resources_test.ts";
import "./restart_test.ts";
import "./secrets_test.ts";
import "./source_test.ts";
import "./tmp_files_test.ts";
import "./tree_test.ts";
import "./venv_test.ts";

/** The codes of checks; a start and a look from outside have others. */
const OURS = Object.keys({
  ...accessWords,
  ...applicationWords,
  ...configWords,
  ...environmentWords,
  ...exposureWords,
  ...layoutWords,
  ...passengerWords,
  ...protectionWords,
  ...pythonWords,
  ...resourcesWords,
  ...secretsWords,
});
/**
 * Tested beside what tells them: a guest, a trial, and what a machine's own
 * settings and an application's interface mean.
 */
const ELSEWHERE = [
  "python-wrong-interpreter",
  "startup-file-fails",
  "setting-limited",
  "machine-settings",
  "threads-without-effect",
  "asgi-wrapped",
  "django-asgi-sync",
  "websockets-refused",
  "root-path-given",
  "routes-missing",
  "session-cookie",
  "template-unusable",
  "django-check",
  "django-key",
  "django-migrations",
  "django-origins",
  "django-static",
  "django-media",
  "https-redirect",
  "setting-without-effect",
  "sample-application",
  "redirect-without-end",
  "link-of-other-method",
  "login-shell-slow",
];

function random(seed: number): () => number {
  // A plain linear congruence: the same mutations on every run.
  let state = seed;
  return () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
}

Deno.test("runChecks() never throws, whatever config.toml holds", () => {
  const next = random(20260601);
  const pieces = [
    '"',
    "'",
    "[",
    "]",
    "=",
    "#",
    "\n",
    "\\",
    "{",
    "}",
    ",",
    ".",
    "\t",
    "é",
    "\u0000",
    "\u202e",
    "'''",
    '"""',
    "[[",
    "0x",
    "1e999",
    "9".repeat(40),
    "1979-05-27",
    "inf",
    "__proto__",
    "constructor",
    "\r",
    "<<<<<<< HEAD\n",
  ];
  const pick = <T>(list: readonly T[]) =>
    list[Math.floor(next() * list.length)]!;
  const rounds = Deno.env.get("WSGI_SHIM_TESTS") === "long" ? 5_000 : 1_000;
  for (let round = 0; round < rounds; round++) {
    let text = CONFIG;
    for (let change = 0; change <= next() * 4; change++) {
      const at = Math.floor(next() * text.length);
      const cut = next() < 0.5 ? Math.floor(next() * 12) : 0;
      text = text.slice(0, at) + (next() < 0.7 ? pick(pieces) : "") +
        text.slice(at + cut);
    }
    const host = createFakeHost({
      files: {
        ...healthyFiles(),
        [`${ROOT}/config.toml`]: { text, mode: 0o640 },
      },
      run: programs(),
    });
    const site = readSite(ROOT, host);
    const at = round % 2 ? "startup" : "shell";
    makePlan(site, runChecks(site, { at, factsProgram: "facts" }));
  }
});

Deno.test("runChecks() keeps to itself what it reads", () => {
  const secret = "hunter2-very-secret";
  for (const key of ["GREETING", "CREDENTIALS"]) {
    const found = check({
      env: { [key]: secret },
      append: `TOKEN = "${secret}"\nPORT = 1\n`,
      files: {
        [`${SITE}/secrets/credentials.env`]: {
          text: `A = ${secret}\r\n`,
          mode: 0o644,
        },
      },
    });
    assert(found.length > 2);
    assertEquals(JSON.stringify(found).includes(secret), false);
  }
});

Deno.test("runChecks() quotes odd names in commands, and prints them on one line", () => {
  const odd = "/srv/o'd d\n\u202e-$(x)`é";
  const files = Object.fromEntries(
    Object.entries(healthyFiles()).map((
      [path, entry],
    ) => [path.replace(SITE, odd), entry]),
  );
  const text = CONFIG.replaceAll(
    SITE,
    odd.replace("\n", "\\n").replace("\u202e", "\\u202E"),
  );
  const at = `${odd}/www`;
  const host = createFakeHost({
    files: {
      ...files,
      [`${at}/config.toml`]: { text, mode: 0o640 },
      [at]: { mode: 0o777 },
      [`${at}/app.js`]: undefined,
      [`${odd}/secrets/credentials.env`]: { text: "K=v", mode: 0o644 },
    },
    run: programs(),
  });
  const found = runChecks(readSite(at, host), { at: "shell" });
  assert(found.length >= 3);
  for (const { message, fix } of found) {
    assertEquals(/[\n\u202e]/.test(message), false, message);
    const text = fix && "command" in fix ? fix.command : fix?.text ?? "";
    assertEquals(/[\n\u202e]/.test(text), false, text);
  }
  const mode = found.find((one) => one.code === "secret-too-open")!;
  assertMatch((mode.fix as { command: string }).command, /^chmod o= \$'\/srv/);
});

Deno.test("runChecks() bears loops, FIFOs, endless folders and vanishing files", () => {
  const many = Object.fromEntries(
    Array.from({ length: 6000 }, (_, at) => [`${SITE}/myapp/f${at}.py`, "x"]),
  );
  check({
    files: {
      ...many,
      [`${SITE}/myapp/loop`]: { link: "." },
      [`${SITE}/myapp/self`]: { link: "self" },
      [`${SITE}/myapp/fifo.py`]: { other: true },
      [`${ROOT}/public/up`]: { link: ".." },
      [`${ROOT}/package.json`]: { other: true },
      [`${ROOT}/tmp/restart.txt`]: { link: "restart.txt" },
    },
  });
  for (let step = 0; step < 400; step += 7) {
    const host = createFakeHost({ files: healthyFiles(), run: programs() });
    let looks = 0;
    const gone = <T>(answer: T) =>
      ++looks > step ? { errno: "ENOENT" } : answer;
    const vanishing: Host = {
      ...host,
      stat: (path) => gone(host.stat(path)),
      lstat: (path) => gone(host.lstat(path)),
      readBytes: (path, limit) => gone(host.readBytes(path, limit)),
      list: (path) => gone(host.list(path)),
      realPath: (path) => gone(host.realPath(path)),
    };
    const site = readSite(ROOT, vanishing);
    runChecks(site, { at: "shell" });
  }
});

Deno.test("runChecks() looks at a real folder as at one in memory", () => {
  const folder = Deno.makeTempDirSync({ prefix: "wsgi-shim-checks-" });
  try {
    Deno.mkdirSync(`${folder}/www/tmp`, { recursive: true });
    Deno.writeTextFileSync(`${folder}/www/config.toml`, "[passenger]\n");
    Deno.symlinkSync("loop", `${folder}/www/loop`);
    const site = readSite(`${folder}/www`, createHost());
    const codes = runChecks(site, { at: "startup" }).map((one) => one.code);
    assert(codes.includes("config-key-missing"));
    assert(codes.includes("startup-file-missing"));
    assertNotEquals(
      makePlan(site, runChecks(site, { at: "startup" })).kind,
      "run",
    );
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("runChecks() has a test for every code, and a fix for every error", () => {
  const fired = new Set<string>(seen.map((found) => found.code));
  const untested = OURS.filter((code) =>
    !fired.has(code) && !ELSEWHERE.includes(code)
  );
  assertEquals(untested, []);
  for (const found of seen) {
    if (found.severity === "error") assert(found.fix, found.message);
    assertMatch(found.message, /[^.]$/, "no final period");
  }
});

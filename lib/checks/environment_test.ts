import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  check,
  codes,
  healthyFiles,
  loggedIn,
  only,
  programs,
  ROOT,
  SITE,
} from "../../tests/worlds/site.ts";
import { createFakeHost, USERS } from "../../tests/worlds/machine.ts";
import { readSite } from "../site/site.ts";
import { tryLoginShell } from "./login_shell.ts";

const PROFILE = "/home/jdoe/.bash_profile";

Deno.test("checkEnvironment() names both places of a variable, and no value", () => {
  const env = { IN_PASSENGER: "1", PATH: "/bin", GREETING: "hunter2" };
  const found = only({ at: "startup", env });
  assertEquals(found.code, "environment-conflict");
  assertStringIncludes(found.message, "[environment] of config.toml");
  assertStringIncludes(found.message, "the web server's process");
  assert(!JSON.stringify(found).includes("hunter2"));
  const same = { ...env, GREETING: "Hello" };
  assertEquals(codes({ at: "startup", env: same }), []);
});

Deno.test("checkEnvironment() tells what only this terminal has, where it counts", () => {
  const env = { GREETING: "other", PYTHONHOME: "/x" };
  const found = only({ env });
  assertEquals([found.code, found.severity], [
    "environment-conflict",
    "warning",
  ]);
  assertStringIncludes(found.message, "this terminal");
  const preview = only({ env, at: "startup" });
  assertEquals([preview.code, preview.severity], [
    "environment-conflict",
    "error",
  ]);
  assertStringIncludes(preview.message, "the environment of this process");
  assertEquals(codes({ env, at: "startup", isForeseen: true }), []);
});

Deno.test("checkEnvironment() judges what the login shell hands on", () => {
  const run = programs({ login: loggedIn({ GREETING: "third" }) });
  const login = only({ run });
  assertEquals(login.severity, "error");
  assertStringIncludes(login.message, "the login files");
  assertEquals(codes({ run, at: "startup" }), []);
  assertEquals(codes({ run, at: "startup", isForeseen: true }), [
    "environment-conflict",
  ]);
});

Deno.test("checkEnvironment() lets config.toml replace what every process has", () => {
  const env = { PATH: "/bin", TZ: "UTC", LC_ALL: "C", IN_PASSENGER: "1" };
  const append =
    'PATH = "/usr/bin:/bin"\nTZ = "Asia/Tokyo"\nLC_ALL = "C.UTF-8"\n';
  const run = programs({ login: loggedIn(env) });
  assertEquals(codes({ run, append }), []);
  assertEquals(codes({ env, append, at: "startup" }), []);
});

Deno.test("checkEnvironment() knows that no shell reads config.toml", () => {
  for (
    const [value, word] of [
      ["$HOME/bin:$PATH", "$HOME"],
      ["/opt/bin:${PATH}", "${PATH}"],
      ["~/data", "~"],
      ["/bin:~/bin", "~"],
    ] as const
  ) {
    const found = only({ append: `FOLDERS = "${value}"\n` });
    assertEquals(found.code, "environment-shell-words");
    assertStringIncludes(found.message, `holds ${word}, which`);
  }
  for (const value of ["$5 a month", "${levelname}", "a~b", "$PATHS", "~"]) {
    assertEquals(
      codes({ append: `FOLDERS = "${value}"\n` }).length,
      +(value === "~"),
    );
  }
});

Deno.test("checkEnvironment() follows the paths of logs", () => {
  const log = (path: string, files = {}) =>
    codes({ append: `LOG_FILENAME = "${path}"\n`, files });
  assertEquals(log(`${SITE}/logs/app.log`), ["environment-path-missing"]);
  const closed = { [`${SITE}/logs`]: { owner: "root:root" } };
  assertEquals(log(`${SITE}/logs/app.log`, closed), [
    "environment-path-missing",
  ]);
  assertEquals(log(`${SITE}/logs/app.log`, { [`${SITE}/logs`]: {} }), []);
  assertEquals(log("INFO"), []);
});

Deno.test("tryLoginShell() tells a shell that ends from one that waits", () => {
  const login = (status: number, text: string) =>
    only({
      files: { [PROFILE]: text },
      run: programs({
        login: { stdout: `\nwsgi-shim-status: ${status}\n` },
      }),
    });
  const exits = login(0, "# exit\nexit 0\n");
  assertEquals(exits.code, "login-shell-exits");
  assertEquals(exits.place, { file: PROFILE, line: 2 });
  assertEquals(exits.fix, {
    command: `sed -i '1i [ -n "$IN_PASSENGER" ] && return 0' ${PROFILE}`,
    safe: false,
  });
  assertEquals(login(137, "read answer\n").code, "login-shell-hangs");
});

Deno.test("tryLoginShell() does not mind a greeting", () => {
  assertEquals(codes({ run: programs({ login: loggedIn({}) }) }), []);
});

Deno.test("tryLoginShell() looks at what is handed on", () => {
  const login = (environment: Record<string, string>) =>
    only({ run: programs({ login: loggedIn(environment) }) });
  assertEquals(login({ PATH: "/nonexistent" }).code, "login-path");
  assertEquals(login({ NODE_OPTIONS: "--x" }).code, "login-variable");
  const secret = login({ DB_PASSWORD: "hunter2" });
  assertEquals(secret.code, "login-secret");
  assert(!JSON.stringify(secret).includes("hunter2"));
});

Deno.test("checkEnvironment() looks at what the web server handed on", () => {
  const env = (env: Record<string, string>) =>
    codes({ at: "startup", env: { IN_PASSENGER: "1", ...env } });
  assertEquals(env({ PATH: "/opt/x" }), ["login-path"]);
  assertEquals(env({ PATH: "/bin", PYTHONHOME: "/x" }), ["login-variable"]);
  assertEquals(env({ PATH: "/usr/local/bin:/usr/bin" }), []);
});

Deno.test("tryLoginShell() knows an environment that no program can be given", () => {
  const stdout =
    "wsgi-shim-login:\nbash: line 1: /usr/bin/env: Argument list too long\n\nwsgi-shim-status: 126\n";
  assertEquals(
    only({ run: programs({ login: { stdout } }) }).code,
    "login-environment-large",
  );
});

Deno.test("tryLoginShell() judges the shell itself", () => {
  const shell = (shell: string) =>
    codes({ users: USERS.map((one) => ({ ...one, shell })) });
  assertEquals(shell("/opt/bin/bash"), ["login-shell-missing"]);
  assertEquals(shell("/usr/bin/fish"), ["login-shell-skipped"]);
  assertEquals(shell("/usr/sbin/nologin"), []);
  // Then the application gets what Passenger gives, and nothing of ours.
  const host = createFakeHost({
    files: healthyFiles(),
    users: USERS.map((one) => ({ ...one, shell: "/usr/bin/fish" })),
    env: { DATABASE_URL: "x" },
  });
  const { environment = {} } = tryLoginShell(readSite(ROOT, host));
  assertEquals(Object.keys(environment).sort(), [
    "HOME",
    "IN_PASSENGER",
    "LOGNAME",
    "PATH",
    "SHELL",
    "USER",
  ]);
});

Deno.test("tryLoginShell() is left out where nobody can be that user", () => {
  assertEquals(
    check({
      who: "ann",
      run: (program, args) => {
        if (args.includes("/bin/bash")) throw new Error("Ran a login shell");
        return programs()(program, args);
      },
    }).filter((one) => one.code.startsWith("login")),
    [],
  );
});

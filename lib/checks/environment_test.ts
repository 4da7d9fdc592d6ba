import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  codes,
  loggedIn,
  only,
  programs,
  SITE,
} from "../../tests/worlds/site.ts";

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

Deno.test("checkEnvironment() looks at what the web server handed on", () => {
  const env = (env: Record<string, string>) =>
    codes({ at: "startup", env: { IN_PASSENGER: "1", ...env } });
  assertEquals(env({ PATH: "/opt/x" }), ["login-path"]);
  assertEquals(env({ PATH: "/bin", PYTHONHOME: "/x" }), ["login-variable"]);
  assertEquals(env({ PATH: "/usr/local/bin:/usr/bin" }), []);
});

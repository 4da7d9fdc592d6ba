import { assert, assertEquals } from "@std/assert";
import {
  check,
  codes,
  healthyFiles,
  loggedIn,
  only,
  programs,
  ROOT,
} from "../../tests/worlds/site.ts";
import { createFakeHost, USERS } from "../../tests/worlds/machine.ts";
import { readSite } from "../site/site.ts";
import { tryLoginShell } from "./login_shell.ts";

const PROFILE = "/home/jdoe/.bash_profile";

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

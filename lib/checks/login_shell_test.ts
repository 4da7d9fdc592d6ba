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

/** What a login shell prints that has limits, and files that set them. */
function limited(
  limits: string,
  line: string,
  more: Record<string, string> = {},
) {
  const { stdout } = loggedIn(more);
  return check({
    files: { [PROFILE]: `# ulimit -v 1\n${line}\n` },
    run: programs({
      login: {
        stdout: stdout!.replace(
          "wsgi-shim-login:",
          `wsgi-shim-output:\nwsgi-shim-limits: umask=0022\n${limits}\nwsgi-shim-login:`,
        ),
      },
    }),
  });
}

Deno.test("tryLoginShell() tells of limits that are low, and of their line", () => {
  const kinds: [limits: string, line: string, what: RegExp][] = [
    [" v=200000", "ulimit -v 200000", /200 MB of address space/],
    [" v=unlimited\n u=20", "ulimit -Su 20", /20 processes/],
    [" n=10", "ulimit -n 10", /10 open files/],
    [" t=1", "ulimit -S -t 1", /1 second of processor time/],
    [" f=0", "ulimit 0", /files of 0 bytes/],
  ];
  for (const [limits, line, what] of kinds) {
    const [found, ...more] = limited(limits, line);
    assertEquals(more, []);
    assertEquals(found?.code, "login-limit");
    assertEquals(found?.severity, "warning");
    assertEquals(found?.place, { file: PROFILE, line: 2 });
    assert(what.test(found!.message), found!.message);
  }
  for (const fine of [" v=unlimited\n n=1024", " v=8000000\n u=4096", ""]) {
    assertEquals(limited(fine, "ulimit -n 1024"), []);
  }
});

Deno.test("tryLoginShell() tells of an umask that a login file sets, and of no other", () => {
  const { stdout } = loggedIn({});
  const login = (umask: string, text: string) =>
    codes({
      files: { [PROFILE]: text },
      run: programs({
        login: {
          stdout:
            `wsgi-shim-output:\nwsgi-shim-limits: umask=${umask}\n${stdout}`,
        },
      }),
    });
  assertEquals(login("0077", "umask 077\n"), ["login-umask"]);
  assertEquals(login("0022", "umask 022\n"), []);
  assertEquals(login("0000", "umask 000\n"), ["login-umask-open"]);
  assertEquals(login("0002", "umask 002\n"), []);
  assertEquals(login("0000", ""), []);
  assertEquals(login("0077", ""), []);
});

Deno.test("tryLoginShell() tells of an output that goes elsewhere", () => {
  const { stdout } = loggedIn({});
  assertEquals(
    codes({
      files: { [PROFILE]: "exec >/dev/null 2>&1\n" },
      run: programs({
        login: { stdout: `wsgi-shim-limits: umask=0022\n${stdout}` },
      }),
    }),
    ["login-output"],
  );
});

Deno.test("tryLoginShell() tells of folders and packages that variables name", () => {
  const login = (environment: Record<string, string>) =>
    codes({
      files: { "/home/jdoe/lib/json.py": "", "/home/jdoe/own/mine.py": "" },
      run: programs({ login: loggedIn(environment) }),
    });
  assertEquals(login({ HOME: "/nowhere" }), ["login-variable"]);
  assertEquals(login({ TMPDIR: "/nowhere" }), ["login-variable"]);
  assertEquals(login({ PYTHONPATH: "/home/jdoe/lib" }), ["login-variable"]);
  assertEquals(login({ PYTHONPATH: "/home/jdoe/own" }), []);
  assertEquals(login({ HOME: "/home/jdoe" }), []);
});

Deno.test("tryLoginShell() names the line that bash came to last", () => {
  const login = (trace: string) =>
    only({
      files: { [PROFILE]: "exit 3\n. ~/.env\n" },
      run: (program, args, options) =>
        options?.env?.BASH_XTRACEFD
          ? { stdout: trace }
          : programs({ login: { stdout: "\nwsgi-shim-status: 3\n" } })(
            program,
            args,
          ),
    });
  const found = login(
    `wsgi-shim-at:${PROFILE}:2: . /home/jdoe/.env\nwsgi-shim-at:/home/jdoe/.env:3: exit 3\nwsgi-shim-at:/home/jdoe/.bash_logout:1: clear\n`,
  );
  assertEquals(found.place, { file: "/home/jdoe/.env", line: 3 });
  assert(found.message.startsWith('Line 3 of "/home/jdoe/.env" ends'));
  assert(login("").message.startsWith("Probably line 1"));
  const foreign = login("wsgi-shim-at:/etc/profile.d/x.sh:1: exit 3\n");
  assert(JSON.stringify(foreign.fix).includes("administrators"));
});

Deno.test("tryLoginShell() tells of login files that are read in part", () => {
  const login = (said: string, more = {}, text = "A=1\n") => {
    const { stdout } = loggedIn(more);
    return codes({
      files: { [PROFILE]: text },
      run: programs({ login: { stdout: `${said}\n${stdout}` } }),
    });
  };
  const broken = ["login-file-broken"];
  assertEquals(
    login(`${PROFILE}: line 9: syntax error: unexpected end of file`),
    broken,
  );
  assertEquals(login(`${PROFILE}: line 2: A_HOME: unbound variable`), broken);
  const { stdout } = loggedIn({});
  const cut = `${PROFILE}: line 3: syntax error: unexpected end of file`;
  const { fix } = only({
    files: { [PROFILE]: "if true; then\r\nfi\r\n" },
    run: programs({ login: { stdout: `${cut}\n${stdout}` } }),
  });
  assertEquals(fix, {
    command: `sed -i 's/\\r$//' ${PROFILE}`,
    safe: false,
  });
  assertEquals(login("", { A: "1\r" }, "export A=1\r\n"), broken);
  assertEquals(login(`${PROFILE}: line 2: nvm: command not found`), []);
});

Deno.test("tryLoginShell() knows limits with which no program starts", () => {
  assertEquals(
    only({
      files: { [PROFILE]: "ulimit -v 1000\n" },
      run: programs({
        login: {
          stdout:
            "wsgi-shim-output:\nwsgi-shim-limits: umask=0022\n v=1000\nwsgi-shim-login:\nenv: cannot allocate memory\n\nwsgi-shim-status: 126\n",
        },
      }),
    }).code,
    "login-limit-start",
  );
});

Deno.test("tryLoginShell() tells of login files that take long", () => {
  let time = 0;
  const host = createFakeHost({
    files: { ...healthyFiles(), [PROFILE]: "sleep 3\n" },
    run: programs({ login: loggedIn({}) }),
  });
  const slow = { ...host, now: () => time += 3_000 };
  const { findings } = tryLoginShell(readSite(ROOT, slow));
  assertEquals(findings.map(({ code }) => code), ["login-shell-slow"]);
  assertEquals(findings[0]!.place, { file: PROFILE, line: 1 });
});

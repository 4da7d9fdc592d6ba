import { assertEquals, assertStringIncludes } from "@std/assert";
import { check, loggedIn, programs, SITE } from "../../tests/worlds/site.ts";

const WSGI = `${SITE}/myapp/app.py`;

/** What is said of variables that login files set. */
function told(environment: Record<string, string>, files = {}, append = "") {
  return check({
    files: {
      "/usr/share/zoneinfo/UTC": "",
      "/usr/share/zoneinfo/Europe/Berlin": "",
      "/usr/share": { owner: "root:root", mode: 0o755 },
      "/tmp": { owner: "root:root", mode: 0o1777 },
      "/etc/ca.pem": "",
      "/proc/net/tcp":
        "  sl  local_address\n   0: 0100007F:0C38 00000000:0000 0A 00000000\n   1: 0100007F:1F90 0100007F:0C39 01 00000000\n",
      ...files,
    },
    append,
    run: (program, args) =>
      program === "locale"
        ? { status: 0, stdout: "C\nC.utf8\nde_DE.utf8\n" }
        : programs({ login: loggedIn(environment) })(program, args),
  }).map(({ message }) => message);
}

Deno.test("checkLoginVariables() tells what does harm to an application", () => {
  const harmful: [Record<string, string>, string][] = [
    [{ TMPDIR: "/nowhere" }, '"/nowhere", which does not exist'],
    [{ TMPDIR: "/usr/share" }, "may not write"],
    [{ HOME: "/usr/share" }, "may not write"],
    [{ TZ: "Europe/Berln" }, "no time zone"],
    [{ PYTHONWARNINGS: "default,error::DeprecationWarning" }, "makes errors"],
    [{ PYTHONOPTIMIZE: "2" }, "docstrings"],
    [{ PYTHONVERBOSE: "1" }, "slow"],
    [{ REQUESTS_CA_BUNDLE: "/nowhere.pem" }, "certificates"],
    [{ https_proxy: "http://127.0.0.1:8080" }, "port 8080, where no program"],
    [{ LANG: "xx_YY.UTF-8" }, '"xx_YY.UTF-8"'],
  ];
  for (const [environment, what] of harmful) {
    const [message = "", ...more] = told(environment);
    assertEquals(more, []);
    assertStringIncludes(message, what);
    assertStringIncludes(message, Object.keys(environment)[0]!);
  }
});

Deno.test("checkLoginVariables() leaves in peace what does none", () => {
  const harmless = {
    HOME: "/home/jdoe",
    TMPDIR: "/tmp",
    TZ: "Europe/Berlin",
    PYTHONWARNINGS: "ignore::error.Strange,default",
    PYTHONOPTIMIZE: "0",
    PYTHONDONTWRITEBYTECODE: "1",
    PYTHONNOUSERSITE: "1",
    PYTHONSTARTUP: "/nowhere.py",
    PYTHONIOENCODING: "ascii",
    REQUESTS_CA_BUNDLE: "/etc/ca.pem",
    http_proxy: "http://localhost:3128",
    https_proxy: "http://proxy.example.org:3128",
    LANG: "de_DE.UTF-8",
    LC_CTYPE: "C.UTF-8",
    FLASK_APP: "other.py",
  };
  assertEquals(told(harmless), []);
  assertEquals(told({ TZ: ":/etc/localtime", LC_ALL: "C" }), []);
  // What config.toml sets comes later; with LC_ALL, no other counts.
  assertEquals(told({ TZ: "A/B" }, {}, 'TZ = "UTC"\n'), []);
  assertEquals(told({ LC_ALL: "de_DE.utf8", LANG: "xx_YY" }), []);
});

Deno.test("checkLoginVariables() knows the settings of another project", () => {
  const files = {
    [WSGI]:
      'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")\n\n\ndef app(e, s): pass\n',
  };
  const [message = "", ...more] = told(
    { DJANGO_SETTINGS_MODULE: "other.settings" },
    files,
  );
  assertEquals(more, []);
  assertStringIncludes(message, `line 2 of "${WSGI}"`);
  assertEquals(told({ DJANGO_SETTINGS_MODULE: "mysite.settings" }, files), []);
  assertEquals(told({ DJANGO_SETTINGS_MODULE: "other.settings" }), []);
});

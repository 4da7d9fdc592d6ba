import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  check,
  codes,
  MODULE,
  only,
  programs,
  PYTHON,
  ROOT,
  SITE,
} from "../../tests/worlds/site.ts";

Deno.test("checkAccess() names the folder that stops the web server, once", () => {
  const found = only({ files: { [SITE]: { mode: 0o750 } } });
  assertEquals(found.code, "web-server-blocked");
  assertEquals(found.fix, { command: `chmod o+x ${SITE}`, safe: false });
  assertStringIncludes(found.message, "mode 0750, owner jdoe:jdoe");
  assertStringIncludes(found.message, "needs mode 0751");
});

Deno.test("checkAccess() prints no command that opens a home directory", () => {
  const found = only({ files: { [SITE]: { mode: 0o700 } } });
  assertEquals("command" in found.fix!, true);
  const users = [
    { name: "jdoe", uid: 1000, gid: 1000, home: SITE, shell: "/bin/bash" },
  ];
  const home = check({
    users,
    files: {
      [SITE]: { mode: 0o700 },
      [ROOT]: { mode: 0o700 },
      [`${ROOT}/app.js`]: undefined,
    },
  }).find(({ code }) => code === "web-server-blocked");
  assertStringIncludes(
    (home?.fix as { text: string }).text,
    "A home directory is better left closed",
  );
});

Deno.test("checkAccess() tells all at once what a umask of 077 has closed", () => {
  const found = check({
    files: {
      [SITE]: { mode: 0o700 },
      [ROOT]: { mode: 0o700 },
      [`${ROOT}/app.js`]: { text: "// wsgi-shim", mode: 0o600 },
      [`${ROOT}/public`]: { mode: 0o700 },
      [`${ROOT}/tmp`]: { mode: 0o700 },
      [`${ROOT}/tmp/restart.txt`]: { text: "", mode: 0o600 },
    },
  });
  assertEquals(
    found.map(({ code, fix }) => [
      code,
      fix && "command" in fix && fix.command,
    ]),
    [
      ["web-server-blocked", `chmod o+x ${SITE} ${ROOT}`],
      ["startup-file-closed", `chmod o+r ${ROOT}/app.js`],
      ["public-closed", `chmod o+rX ${ROOT}/public`],
      [
        "restart-file-closed",
        `chmod o+rx ${ROOT}/tmp && chmod o+r ${ROOT}/tmp/restart.txt`,
      ],
    ],
  );
});

Deno.test("checkAccess() names the umask of a login file that closes new files", () => {
  const told = (mode: number, profile: string) =>
    check({
      files: {
        [`${ROOT}/public/a.html`]: { text: "a", mode },
        "/home/jdoe/.profile": profile,
      },
    }).find(({ code }) => code === "public-closed")!.message.split("; ")[1];
  assertEquals(
    told(0o600, "# umask 077\nA=1; umask 0077\n"),
    'line 2 of "/home/jdoe/.profile" sets an umask by which new files are closed like this',
  );
  assertEquals(told(0o600, "umask 022\n"), undefined);
  assertEquals(told(0o600, "# umask 077\n"), undefined);
  // Somebody has closed this one otherwise.
  assertEquals(told(0o641, "umask 077\n"), undefined);
});

Deno.test("checkAccess() looks for static files that the web server cannot read", () => {
  const files = {
    [`${ROOT}/public/a.html`]: { text: "a", mode: 0o600 },
    [`${ROOT}/public/b`]: { mode: 0o700 },
    [`${ROOT}/public/.mine`]: { text: "c", mode: 0o600 },
    [`${ROOT}/data.txt`]: { text: "d", mode: 0o600 },
  };
  const found = only({ files });
  assertEquals(found.code, "public-closed");
  assertEquals(found.fix, {
    command: `chmod o+rX ${ROOT}/public/a.html ${ROOT}/public/b`,
    safe: false,
  });
  assertEquals(codes({ files, at: "startup" }), []);
});

Deno.test("checkAccess() follows a linked app root to the folder that blocks", () => {
  const found = only({
    appRoot: "/srv/linked/www",
    files: {
      "/srv/linked/www": { link: ROOT },
      [SITE]: { mode: 0o700 },
    },
  });
  assertEquals(found.place?.file, SITE);
});

Deno.test("checkAccess() needs no listing for the web server", () => {
  assertEquals(codes({ files: { [SITE]: { mode: 0o711 } } }), []);
  assertEquals(codes({ files: { [ROOT]: { mode: 0o711 } } }), []);
});

Deno.test("checkAccess() warns only, when the site was started all the same", () => {
  const found = only({ at: "startup", files: { [ROOT]: { mode: 0o700 } } });
  assertEquals(found.code, "web-server-blocked");
  assertEquals(found.severity, "warning");
});

Deno.test("checkAccess() says so where an access control list may let the web server in", () => {
  const found = only({
    files: { [ROOT]: { mode: 0o750 } },
    run: programs({ mode: "drwxr-x---+" }),
  });
  assertEquals(found.severity, "warning");
  assertStringIncludes(found.message, "access control list");
});

Deno.test("checkAccess() wants startup file, restart.txt, public and .htaccess world-readable", () => {
  const closed = (path: string, mode: number, text?: string) =>
    only({ files: { [path]: { mode, text } } });
  assertEquals(
    closed(`${ROOT}/app.js`, 0o640, "// wsgi-shim").code,
    "startup-file-closed",
  );
  assertEquals(closed(`${ROOT}/tmp`, 0o700).code, "restart-file-closed");
  assertEquals(
    closed(`${ROOT}/tmp/restart.txt`, 0o600, "").code,
    "restart-file-closed",
  );
  assertEquals(closed(`${ROOT}/public`, 0o750).code, "public-closed");
  assertEquals(
    closed(`${ROOT}/public/.htaccess`, 0o600, "# x").code,
    "htaccess-closed",
  );
});

Deno.test("checkAccess() tells which file the site's user cannot read", () => {
  const found = only({
    files: {
      [`${ROOT}/shim/host/__main__.py`]: {
        text: "# wsgi-shim",
        owner: "root:root",
        mode: 0o600,
      },
    },
  });
  assertEquals(found.code, "user-unreadable");
  assertEquals(found.fix, {
    command: `chmod o+r ${ROOT}/shim/host/__main__.py`,
    safe: false,
    by: "root",
  });
});

Deno.test("checkAccess() judges for the site's user when root asks", () => {
  const file = { text: "x = 1\n", owner: "root:root", mode: 0o600 };
  for (const who of ["root", "jdoe"]) {
    assertEquals(codes({ who, files: { [MODULE]: file } }), [
      "user-unreadable",
    ]);
  }
  assertEquals(codes({ who: "root" }), []);
});

Deno.test("checkAccess() tells one folder for all that lies behind it", () => {
  const found = only({
    files: { [`${SITE}/myapp`]: { owner: "root:root", mode: 0o700 } },
  });
  assertEquals(found.code, "user-blocked");
  assertEquals(found.place?.file, `${SITE}/myapp`);
});

Deno.test("checkAccess() says once that the whole site is closed to its user", () => {
  const files = { [SITE]: { owner: "root:root", mode: 0o700 } };
  assertEquals(codes({ who: "root", files }), ["web-server-blocked"]);
  const startup = check({ at: "startup", files });
  assertEquals(startup.map((one) => one.code), ["config-unreadable"]);
});

Deno.test("checkAccess() does not open root's home for a Python in it", () => {
  const found = only({
    files: {
      "/root": { owner: "root:root", mode: 0o700 },
      "/root/python3.11": { text: "x", owner: "root:root", mode: 0o755 },
      [`${SITE}/venv/bin/python3`]: { link: "/root/python3.11" },
    },
  });
  assertEquals(found.code, "user-blocked");
  assert(found.fix && "text" in found.fix);
  assertStringIncludes(found.fix.text, `-m venv ${SITE}/venv-new`);
  assertStringIncludes(found.message, PYTHON);
});

Deno.test("checkAccess() reports a log that the site's user cannot write", () => {
  const found = only({
    files: { [`${ROOT}/log`]: { owner: "root:root", mode: 0o755 } },
  });
  assertEquals(found.code, "log-unwritable");
  assertEquals(found.severity, "warning");
  // Never opened to everyone, and in the hands of the site's user.
  assertEquals(found.fix, {
    command: `mv ${ROOT}/log ${ROOT}/log.old && mkdir -m 0750 ${ROOT}/log`,
    safe: false,
  });
  const folder = only({ files: { [`${ROOT}/log/wsgi-shim.log`]: {} } });
  assertEquals(folder.code, "log-unwritable");
  assertStringIncludes(folder.message, "not a regular file");
});

Deno.test("checkAccess() looks at security labels where SELinux is enforced", () => {
  const enforced = {
    "/sys/fs/selinux/enforce": { text: "1", owner: "root:root" },
  };
  const label = (type: string) =>
    codes({
      files: enforced,
      run: programs({ label: `unconfined_u:object_r:${type}:s0` }),
    });
  assertEquals(label("user_home_t"), ["selinux-label"]);
  assertEquals(label("httpd_sys_content_t"), []);
});

Deno.test("runChecks() reports two independent faults", () => {
  assertEquals(
    check({
      files: {
        [ROOT]: { mode: 0o750 },
        [`${SITE}/secrets/credentials.env`]: { text: "K=v\n", mode: 0o644 },
      },
    }).map((found) => found.code),
    ["secret-too-open", "web-server-blocked"],
  );
});

import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  codes,
  MODULE,
  only,
  PROGRAM,
  ROOT,
  SITE,
} from "../../tests/worlds/site.ts";

Deno.test("checkProtection() reports what anyone can change as one finding", () => {
  const found = only({
    files: {
      [ROOT]: { mode: 0o777 },
      [`${ROOT}/tmp`]: { mode: 0o777 },
    },
  });
  assertEquals(found.code, "world-writable");
  assertEquals(found.fix, {
    command: `chmod o-w ${ROOT} ${ROOT}/tmp`,
    safe: true,
  });
  assertStringIncludes(found.message, "needs 0775");
});

Deno.test("checkProtection() leaves a link out of the site to its owner", () => {
  const found = only({
    files: {
      "/data/log": { mode: 0o777 },
      [`${ROOT}/log`]: { link: "/data/log" },
    },
  });
  assertEquals(found.fix, { command: "chmod o-w /data/log", safe: false });
});

Deno.test("checkProtection() walks through the application at the shell", () => {
  const files = { [`${SITE}/myapp/util.py`]: { text: "x = 1\n", mode: 0o666 } };
  assertEquals(codes({ files }), ["world-writable"]);
  assertEquals(
    codes({ files: { [MODULE]: { text: "app = 1\n", mode: 0o666 } } }),
    ["world-writable"],
  );
});

Deno.test("checkProtection() walks through the app root, and a start does not", () => {
  const files = {
    [`${ROOT}/public/a.html`]: { text: "a", mode: 0o666 },
    [`${ROOT}/public/st`]: { mode: 0o777 },
    [`${ROOT}/data`]: { mode: 0o777 },
    [`${ROOT}/data/link`]: { link: "/srv" },
    [`${ROOT}/drop`]: { mode: 0o1777 },
  };
  const found = only({ files });
  assertEquals(found.code, "world-writable");
  // What a start does not see cannot stop it.
  assertEquals(found.severity, "warning");
  assertEquals(codes({ files, at: "startup" }), []);
  assertEquals(found.fix, {
    command: `chmod o-w ${ROOT}/data ${ROOT}/public/a.html ${ROOT}/public/st`,
    safe: true,
  });
});

Deno.test("checkProtection() knows a group that many share", () => {
  const shared = {
    config: [['"jdoe"', '"ann"'], ['"jdoe"', '"users"']] as [string, string][],
    who: "ann",
  };
  const files = { [ROOT]: { owner: "ann:users", mode: 0o775 } };
  const found = codes({ ...shared, files });
  assertEquals(found.includes("group-writable"), true);
  // Of a project's group, or of the user's own, everyone is meant.
  assertEquals(codes({ files: { [ROOT]: { mode: 0o775 } } }), []);
  assertEquals(
    codes({ files: { [ROOT]: { owner: "jdoe:project", mode: 0o2775 } } }),
    [],
  );
});

Deno.test("checkProtection() reports owners that are neither the user nor root", () => {
  const found = only({
    files: { [MODULE]: { text: "app = 1\n", owner: "ann:project" } },
  });
  assertEquals(found.code, "owner-foreign");
  assertEquals(found.fix, {
    command: `chown jdoe ${MODULE}`,
    safe: false,
    by: "root",
  });
  assertEquals(
    codes({ files: { [MODULE]: { text: "app = 1\n", owner: "root:root" } } }),
    [],
  );
});

Deno.test("checkProtection() looks above the site, and spares sticky folders", () => {
  const above = (mode: number) =>
    codes({ files: { "/srv": { owner: "root:root", mode } } });
  assertEquals(above(0o777), ["parent-writable"]);
  assertEquals(above(0o1777), []);
});

Deno.test("checkProtection() advises setgid in a project space only", () => {
  const mode = (mode: number, owner = "jdoe:project") =>
    codes({ files: { [SITE]: { owner, mode } } });
  assertEquals(mode(0o775), ["setgid-missing"]);
  assertEquals(mode(0o2775), []);
  assertEquals(mode(0o755, "jdoe:jdoe"), []);
});

Deno.test("checkProtection() is silent about a linked interpreter of the system", () => {
  assertEquals(
    codes({
      files: {
        "/usr/bin/python3.11": {
          text: PROGRAM,
          owner: "root:root",
          mode: 0o755,
        },
      },
    }),
    [],
  );
});

/** Tests of what makes a site a native one. */

import { assertEquals } from "@std/assert";
import { createFakeHost } from "../../tests/worlds/machine.ts";
import { layoutOf } from "./layout.ts";
import { readNative } from "./native.ts";
import { readSite } from "./site.ts";

const ROOT = "/home/ann/shop";
const STARTUP = `${ROOT}/passenger_wsgi.py`;
const TEXT = "from app import app as application\n";

const ANN = {
  ...{ name: "ann", uid: 1000, gid: 1000 },
  ...{ home: "/home/ann", shell: "/bin/sh" },
};

function native(files: Record<string, string | undefined> = {}) {
  const host = createFakeHost({
    users: [ANN],
    groups: [{ name: "ann", gid: 1000, members: [] }],
    who: "ann",
    files: {
      "/home/ann": { owner: "1000:1000" },
      [ROOT]: { owner: "1000:1000" },
      [STARTUP]: TEXT,
      ...files,
    },
  });
  return { read: readNative(layoutOf(ROOT), host), host };
}

Deno.test("readNative() knows a startup file that is not ours", () => {
  assertEquals(native().read, {
    startupFile: STARTUP,
    interpreter: { path: "/usr/bin/python3" },
  });
});

Deno.test("readNative() leaves a site of ours alone, whatever it has lost", () => {
  for (
    const files of [
      { [STARTUP]: "# Written by `wsgi-shim install`.\n" },
      { [`${ROOT}/config.toml`]: "" },
      { [`${ROOT}/config.toml.bak`]: "" },
      { [`${ROOT}/app.js`]: 'require("wsgi-shim/runtime");\n' },
      { [`${ROOT}/shim/runtime.cjs`]: "x" },
      { [STARTUP]: undefined },
    ]
  ) {
    assertEquals(native(files).read, undefined, Object.keys(files)[0]);
  }
});

Deno.test("readNative() finds the interpreter that a panel has recorded", () => {
  const htaccess = `${ROOT}/public/.htaccess`;
  const line = `# begin\nPassengerAppRoot ${ROOT}\n`;
  for (const path of ['"/opt/env/bin/python"', "/opt/env/bin/python"]) {
    const text = `${line}PassengerPython ${path}\n`;
    assertEquals(native({ [htaccess]: text }).read?.interpreter, {
      path: "/opt/env/bin/python",
      source: { file: htaccess, line: 3 },
    });
  }
  const made = "/home/ann/virtualenv/shop/3.11";
  assertEquals(native({ [`${made}/bin/python`]: "" }).read?.interpreter, {
    path: `${made}/bin/python`,
    source: { file: made },
  });
});

Deno.test("readNative() takes an environment that lies at hand as likely", () => {
  const path = `${ROOT}/.venv/bin/python`;
  assertEquals(native({ [path]: "" }).read?.interpreter, { path });
});

Deno.test("readSite() reads a native site by what it amounts to", () => {
  const site = readSite(ROOT, native().host);
  assertEquals(site.configFindings, []);
  assertEquals(site.user?.name, "ann");
  assertEquals(site.application?.target, { file: STARTUP });
  assertEquals(site.application?.directory, ROOT);
  assertEquals(site.application?.attribute, "application");
});

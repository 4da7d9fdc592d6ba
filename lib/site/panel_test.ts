/** Tests of what is read from the records of panels. */

import { assertEquals } from "@std/assert";
import { createFakeHost } from "../../tests/worlds/machine.ts";
import { layoutOf } from "./layout.ts";
import { readPanel } from "./panel.ts";

const ROOT = "/home/ann/apps/shop";
const LIST = "/home/ann/.cl.selector/python-selector.json";
const ANN = {
  ...{ name: "ann", uid: 1000, gid: 1000 },
  ...{ home: "/home/ann", shell: "/bin/sh" },
};

function panel(files: Record<string, string>) {
  const host = createFakeHost({
    users: [ANN],
    groups: [{ name: "ann", gid: 1000, members: [] }],
    who: "ann",
    files: { [ROOT]: { owner: "1000:1000" }, ...files },
  });
  return readPanel(layoutOf(ROOT), host);
}

const NOTHING = {
  ...{ pythons: [], environment: {}, baseUri: "", documentRoots: [] },
};

Deno.test("readPanel() reads the lines that are about this site", () => {
  const file = "/home/ann/public_html/shop/.htaccess";
  const text = [
    "# begin",
    `PassengerAppRoot "${ROOT}"`,
    "PassengerBaseURI /shop/",
    "PassengerPython '/opt/my env/bin/python'",
    "<IfModule Litespeed>",
    'SetEnv SECRET "two words"',
    "</IfModule>",
    "SetEnv EMPTY",
  ].join("\n");
  assertEquals(panel({ [file]: text }), {
    pythons: [{ path: "/opt/my env/bin/python", source: { file, line: 4 } }],
    environment: { SECRET: "two words", EMPTY: "" },
    baseUri: "/shop",
    documentRoots: ["/home/ann/public_html/shop"],
  });
  const other = text.replace(ROOT, "/home/ann/other");
  assertEquals(panel({ [file]: other }), NOTHING);
  // In the site's own folders it need not be named.
  const own = `${ROOT}/public/.htaccess`;
  assertEquals(panel({ [own]: "SetEnv A b\n" }).environment, { A: "b" });
  assertEquals(panel({ [own]: other }), NOTHING);
  assertEquals(panel({ [file]: "SetEnv A b\n" }), NOTHING);
});

Deno.test("readPanel() reads the list of the selector, whatever it holds", () => {
  const made = (version: string) =>
    `/home/ann/virtualenv/apps/shop/${version}/bin/python`;
  const both = { [made("3.9")]: "", [made("3.11")]: "" };
  const list = (one: unknown) => JSON.stringify({ "apps/shop": one });
  const app = {
    python_version: "3.11",
    // What the panel's own passenger_wsgi.py loads.
    startup_file: "run.py",
    env_vars: { SECRET: "x", NUMBER: 1 },
  };
  assertEquals(panel({ ...both, [LIST]: list(app) }), {
    ...NOTHING,
    pythons: [{ path: made("3.11"), source: { file: LIST } }],
    environment: { SECRET: "x" },
  });
  assertEquals(panel({ [made("3.9")]: "" }).pythons, [{
    path: made("3.9"),
    source: { file: "/home/ann/virtualenv/apps/shop/3.9" },
  }]);
  for (
    const text of ["", "{", "[]", "null", list(null), list([]), list("x")]
  ) {
    assertEquals(panel({ ...both, [LIST]: text }).pythons, [], text);
  }
  assertEquals(
    panel({ [LIST]: list({ python_version: "3.12", env_vars: 1 }) }),
    NOTHING,
  );
});

/** Tests of when an adopted site is left to the Python of the server. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { createFakeHost } from "../../tests/worlds/machine.ts";
import {
  CONFIG,
  healthyFiles,
  MODULE,
  programs,
  PYTHON,
  ROOT,
  SITE,
} from "../../tests/worlds/site.ts";
import { findDoubt } from "./doubt.ts";
import { judgeAgain } from "./starting.ts";

const ORIGINAL = `${ROOT}/passenger_wsgi.app.py`;
const SERVER = "/opt/server/bin/python3";

/** What an adopted site without the file or folder at a path is doubted for. */
function doubt(
  missing: string,
  server?: string,
  module = ORIGINAL,
  startup = "",
) {
  const text = CONFIG.replace(MODULE, module)
    .replace("[passenger]", '[passenger]\npassenger_app_type = "wsgi"');
  const host = createFakeHost({
    run: programs(),
    files: {
      ...healthyFiles(),
      [ORIGINAL]: "def app(environ, start_response):\n    return []\n",
      [SERVER]: { link: "/usr/bin/python3.11" },
      [`${ROOT}/config.toml`]: { text, mode: 0o640 },
      ...startup === "" ? {} : {
        [`${ROOT}/passenger_wsgi.py`]: startup,
        [`${ROOT}/shim/adopted.json`]: "{}",
      },
      [missing]: undefined,
    },
  });
  const judged = judgeAgain({ appRoot: ROOT, host, door: "wsgi" });
  if (judged.kind === "run") throw new Error("the site would run");
  return findDoubt(judged, server);
}

Deno.test("a site whose own Python is gone is left to the server's", () => {
  assertStringIncludes(doubt(PYTHON, SERVER)!, PYTHON);
});

Deno.test("a server that embeds Python is another Python", () => {
  assertStringIncludes(doubt(PYTHON)!, PYTHON);
});

Deno.test("nothing is left to the Python that cannot be started", () => {
  assertEquals(doubt(`${SITE}/venv/bin/python3`, PYTHON), undefined);
});

Deno.test("nothing is left to a server whose Python is not known", () => {
  assertEquals(doubt(PYTHON, ""), undefined);
});

Deno.test("a site that was not adopted is never left to the server", () => {
  assertEquals(doubt(PYTHON, SERVER, MODULE), undefined);
});

Deno.test("a site that is given back while it starts is left to its startup file", () => {
  const back = "def application(environ, start_response):\n    return []\n";
  assertStringIncludes(
    doubt(ORIGINAL, SERVER, ORIGINAL, back)!,
    "startup-file-replaced",
  );
  // Where nobody knows how the server would load it, it stays a page.
  assertEquals(doubt(ORIGINAL, "", ORIGINAL, back), undefined);
});

Deno.test("what is not the fault of a Python stays a page", () => {
  assertEquals(doubt(`${SITE}/secrets/credentials.env`, SERVER), undefined);
});

import { assertEquals } from "@std/assert";
import { createFakeHost } from "../../tests/worlds/machine.ts";
import {
  healthyFiles,
  loggedIn,
  programs,
  ROOT,
  SITE,
} from "../../tests/worlds/site.ts";
import type { Entry, World } from "../../tests/worlds/machine.ts";
import { runChecks } from "../checks/mod.ts";
import { type Code, finding } from "../findings/finding.ts";
import { readSite } from "../site/site.ts";
import { makePlan } from "./plan.ts";
import { foreseeOutcome } from "./visitors.ts";

function outcome(
  files: Record<string, Entry | string | undefined>,
  run: World["run"] = programs(),
): string | undefined {
  const all = { ...healthyFiles(), ...files };
  const there = Object.fromEntries(
    Object.entries(all).filter(([, entry]) => entry !== undefined),
  ) as Record<string, Entry | string>;
  const site = readSite(ROOT, createFakeHost({ files: there, run }));
  const findings = runChecks(site, { at: "shell" });
  return foreseeOutcome(site, findings, makePlan(site, findings))?.kind;
}

Deno.test("foreseeOutcome() tells when the web server answers by itself", () => {
  assertEquals(outcome({}), "run");
  assertEquals(outcome({ [SITE]: { mode: 0o750 } }), "server");
  assertEquals(outcome({ [`${ROOT}/app.js`]: undefined }), "server");
  assertEquals(
    outcome({ [`${ROOT}/package.json`]: '{"type": "module"}' }),
    "server",
  );
  const exits = programs({
    login: { stdout: "Welcome\nwsgi-shim-status: 1\n" },
  });
  assertEquals(outcome({}, exits), "server");
  // Closed by its owner, and nobody gets so far.
  const closed = { [`${ROOT}/tmp/maint.txt`]: "" };
  assertEquals(outcome(closed), "maintenance");
  assertEquals(outcome(closed, exits), "server");
});

Deno.test("foreseeOutcome() expects our page where we are reached", () => {
  assertEquals(outcome({ [`${SITE}/myapp/app.py`]: undefined }), "error");
  // The user cannot get at the application, and does get at app.js.
  assertEquals(
    outcome({ [`${SITE}/myapp`]: { mode: 0o700, owner: "root:root" } }),
    "error",
  );
  assertEquals(outcome({}, programs({ login: loggedIn({}) })), "run");
});

Deno.test("foreseeOutcome() heeds that nobody answers", () => {
  const site = readSite(
    ROOT,
    createFakeHost({ files: healthyFiles(), run: programs() }),
  );
  const found = finding("outside-unreachable", { message: "no answer" });
  assertEquals(foreseeOutcome(site, [found], makePlan(site, [])), {
    kind: "server",
    isSilent: true,
  });
});

Deno.test("foreseeOutcome() tells the application's own files from the startup file", () => {
  const site = readSite(
    ROOT,
    createFakeHost({ files: healthyFiles(), run: programs() }),
  );
  const kindWith = (code: Code, file: string) => {
    const found = finding(code, { message: "x", place: { file } });
    return foreseeOutcome(site, [found], makePlan(site, [found]))?.kind;
  };
  for (
    const code of [
      "startup-file-restarts-python",
      "startup-file-loads-itself",
    ] as const
  ) {
    assertEquals(kindWith(code, `${SITE}/myapp/app.py`), "error");
    assertEquals(kindWith(code, `${ROOT}/passenger_wsgi.py`), "error");
    assertEquals(kindWith(code, `${ROOT}/app.js`), "server");
  }
});

Deno.test("foreseeOutcome() takes a folder of public/ for no answer of the site", () => {
  const site = readSite(
    ROOT,
    createFakeHost({ files: healthyFiles(), run: programs() }),
  );
  const kindOf = (file?: string, code: Code = "outside-forbidden") => {
    const place = file === undefined ? undefined : { file };
    const found = finding(code, { message: "x", place });
    return foreseeOutcome(site, [found], makePlan(site, []))?.kind;
  };
  assertEquals(kindOf(`${ROOT}/public/static`), "run");
  assertEquals(kindOf(), "server");
  const htaccess = `${ROOT}/public/.htaccess`;
  assertEquals(kindOf(htaccess, "htaccess-directive"), "server");
});

import { assert, assertEquals } from "@std/assert";
import { createFakeHost, type Entry } from "../../tests/worlds/machine.ts";
import {
  CONFIG,
  healthyFiles,
  MODULE,
  PYTHON,
  ROOT,
  SITE,
} from "../../tests/worlds/site.ts";
import { finding } from "../findings/finding.ts";
import { readSite } from "../site/site.ts";
import { isPlanHidden, judgeSite, makePlan, makeStartPlan } from "./plan.ts";

const MAINT = `${ROOT}/tmp/maint.txt`;
const WRONG = finding("python-missing", { message: "no Python" });

function hostWith(files: Record<string, Entry | string | undefined> = {}) {
  return createFakeHost({ files: { ...healthyFiles(), ...files } });
}

function siteWith(files?: Parameters<typeof hostWith>[0]) {
  return readSite(ROOT, hostWith(files));
}

Deno.test("judgeSite() lets a healthy site run as its config.toml says", () => {
  const { plan, findings } = judgeSite(ROOT, hostWith(), { at: "startup" });
  assertEquals(findings, []);
  assertEquals(plan, {
    kind: "run",
    interpreter: PYTHON,
    application: {
      target: { file: MODULE },
      attribute: "app",
      call: false,
      path: [`${SITE}/myapp`],
      directory: `${SITE}/myapp`,
    },
    threads: 1,
    startTimeout: 30,
    environment: {
      CREDENTIALS: `${SITE}/secrets/credentials.env`,
      GREETING: "Hello",
    },
  });
});

Deno.test("makePlan() says hello where there is no [wsgi]", () => {
  const text = CONFIG.replace(/\[wsgi\]\n(?:.+\n)+/, "");
  const plan = makePlan(siteWith({ [`${ROOT}/config.toml`]: text }), []);
  assert(plan.kind === "run");
  assertEquals(plan.application, undefined);
});

Deno.test("makePlan() starts nothing that cannot run", () => {
  assertEquals(makePlan(siteWith(), [WRONG]), {
    kind: "error",
    findings: [WRONG],
  });
  const config = (text: string | undefined) =>
    makePlan(siteWith({ [`${ROOT}/config.toml`]: text }), []).kind;
  assertEquals(config(undefined), "error");
  assertEquals(config(CONFIG.replace(/passenger_python.*/, "")), "error");
  // Whatever was found: a callable that cannot be read cannot be called.
  assertEquals(config(CONFIG.replace('app = "app"', 'app = "a b"')), "error");
});

Deno.test("makePlan() runs a site with warnings", () => {
  const warning = finding("log-large", { message: "large" });
  assertEquals(makePlan(siteWith(), [warning]).kind, "run");
});

Deno.test("makePlan() lets maintenance win over everything", () => {
  const site = siteWith({ [MAINT]: " Back at noon\n" });
  const plan = makePlan(site, [WRONG]);
  assert(plan.kind === "maintenance");
  assertEquals(plan.message, "Back at noon");
  assertEquals(makeStartPlan(site, [WRONG]).kind, "error");
});

Deno.test("isPlanHidden() where the site's user may read more than we do", () => {
  const config = { text: CONFIG, mode: 0o600 };
  const host = createFakeHost({
    files: { ...healthyFiles(), [`${ROOT}/config.toml`]: config },
    who: "ann",
  });
  const site = readSite(ROOT, host);
  assert(isPlanHidden(makePlan(site, []), site));
  assert(!isPlanHidden(makePlan(siteWith(), []), siteWith()));
});

Deno.test("makePlan() shows visitors no text that is none", () => {
  const plan = (text: number[]) =>
    makePlan(
      readSite(
        ROOT,
        createFakeHost({
          files: {
            ...healthyFiles(),
            [MAINT]: { text: Uint8Array.from(text) },
            [`${ROOT}/maint.html`]: { text: Uint8Array.from(text) },
          },
        }),
      ),
      [],
    );
  const none = plan([0x7f, 0x45, 0x4c, 0x46, 0]);
  assertEquals(none.kind === "maintenance" && none.message, undefined);
  assertEquals(none.kind === "maintenance" && none.html, undefined);
  const latin = plan([0x7a, 0xfc]);
  assertEquals(latin.kind === "maintenance" && latin.message, "zü");
});

/**
 * Settings that were made to keep a look at the site busy: the answer comes
 * soon, and says what is wrong.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { runChecks } from "../../lib/checks/mod.ts";
import { PLAIN } from "../../lib/reports/paint.ts";
import { renderReport } from "../../lib/reports/report.ts";
import { readSite } from "../../lib/site/site.ts";
import { createFakeHost } from "../worlds/machine.ts";
import { CONFIG, healthyFiles, ROOT } from "../worlds/site.ts";

/** Far above what it takes, far below what it took. */
const MOST_MS = 4_000;

function lines(count: number, line: (number: number) => string): string {
  return Array.from({ length: count }, (_, number) => line(number)).join("\n");
}

/** The section that every site has. */
const PASSENGER = CONFIG.slice(0, CONFIG.indexOf("[wsgi]"));

const HOSTILE: Record<string, [code: string, added: string]> = {
  "130,000 equals signs on a line": ["config-too-large", "=".repeat(130_000)],
  "30,000 secret files that are missing": [
    "config-too-large",
    `[secret_files]\n${lines(30_000, (each) => `A${each} = "/no/${each}"`)}`,
  ],
  "0.9 MB of variables": [
    "config-too-large",
    `[environment]\n${lines(60_000, (each) => `A${each} = "x"`)}`,
  ],
  "60,000 equals signs on a line": ["config-syntax", "=".repeat(60_000)],
  "as many missing secret files as there is room for": [
    "secret-missing",
    `[secret_files]\n${lines(3_000, (each) => `A${each}="/no/${each}"`)}`,
  ],
  "as many unknown settings as there is room for": [
    "config-unknown-key",
    `[wsgi]\n${lines(3_000, (each) => `k${each} = ${each}`)}`,
  ],
  "20,000 brackets": ["config-syntax", `x = ${"[".repeat(20_000)}`],
  "20,000 settings without a value": [
    "config-syntax",
    lines(20_000, () => "x="),
  ],
};

for (const [name, [code, added]] of Object.entries(HOSTILE)) {
  Deno.test(`checks and their report are done with ${name} soon`, () => {
    const files = {
      ...healthyFiles(),
      [`${ROOT}/config.toml`]: `${PASSENGER}\n${added}\n`,
    };
    const began = performance.now();
    const site = readSite(ROOT, createFakeHost({ files }));
    const findings = runChecks(site, { at: "shell" });
    renderReport({
      appRoot: ROOT,
      findings,
      configText: site.configText,
      looks: [],
      isGood: false,
    }, { paint: PLAIN });
    const took = performance.now() - began;
    assertEquals(
      findings.some((one) => one.code === code),
      true,
      [
        ...new Set(findings.map((one) => one.code)),
      ].join(),
    );
    assert(took < MOST_MS, `${took} ms`);
  });
}

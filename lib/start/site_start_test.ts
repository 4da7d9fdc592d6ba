import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { createFakeHost, NOW } from "../../tests/worlds/machine.ts";
import { healthyFiles, MODULE, ROOT } from "../../tests/worlds/site.ts";
import type { Failure } from "../python/failure.ts";
import { tellDeath } from "./incident.ts";
import { findDeaths, logOf } from "./site_start.ts";
import { readSite } from "../site/site.ts";

/** A death in the log: how long ago, in seconds, and how. */
interface Death {
  ago: number;
  how?: Partial<Failure>;
}

const PROVEN: Partial<Failure> = { signal: "SIGKILL", proven: true };

/** What a start makes of the deaths that it finds in the log. */
function judged(
  deaths: Death[],
  { changed, printed = "" }: { changed?: [string, number]; printed?: string } =
    {},
): string | undefined {
  const files = healthyFiles();
  // The others were changed an hour ago.
  if (changed) {
    const [path, ago] = changed;
    files[path] = { text: "", modified: NOW - ago * 1_000 };
  }
  const site = readSite(ROOT, createFakeHost({ files }));
  const folder = Deno.makeTempDirSync();
  try {
    const log = join(folder, "wsgi-shim.log");
    const lines = deaths.map(({ ago, how = { signal: "SIGKILL" } }, at) => {
      const time = new Date(NOW - ago * 1_000).toISOString();
      const text = tellDeath(100 + at, { problem: "killed", ...how });
      return `${time} [1] death: ${text}\n${printed}`;
    });
    Deno.writeTextFileSync(log, lines.join(""));
    const found = findDeaths({ ...site, layout: { ...site.layout, log } });
    return found?.findings.map(({ code, message }) => `${code}: ${message}`)
      .join("; ");
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

Deno.test("findDeaths() gives a pause to a worker that died three times", () => {
  const message = judged([{ ago: 50 }, { ago: 30 }, { ago: 1 }]);
  assertStringIncludes(message!, "worker-keeps-dying: Python died 3 times");
  assertStringIncludes(message!, "worker 102 was killed by SIGKILL");
  assertEquals(judged([{ ago: 30 }, { ago: 1 }]), undefined);
});

Deno.test("findDeaths() does not count a worker that had answered well", () => {
  const twice = [{ ago: 30 }, { ago: 1 }];
  const well = (ago: number): Death => ({ ago, how: PROVEN });
  assertEquals(judged([well(3), well(2), well(1), well(0)]), undefined);
  assertEquals(judged([well(40), ...twice, well(0)]), undefined);
  const message = judged([{ ago: 40 }, well(35), ...twice, well(0)]);
  assertStringIncludes(message!, "Python died 3 times");
  // The last of those that count, not the last of all.
  assertStringIncludes(message!, "worker 103 ");
});

Deno.test("findDeaths() tells a proven death however it came about", () => {
  const ways: Partial<Failure>[] = [
    { signal: "SIGKILL" },
    { signal: "SIGXCPU" },
    { status: 3 },
    { signal: "SIGSEGV", stack: [{ file: MODULE, line: 7, function: "f" }] },
  ];
  for (const way of ways) {
    const deaths = [3, 2, 1].map((ago) => ({ ago, how: way }));
    assertStringIncludes(judged(deaths)!, "worker-keeps-dying");
    const proven = deaths.map(({ ago, how }) => ({
      ago,
      how: { ...how, proven: true },
    }));
    assertEquals(judged(proven), undefined, JSON.stringify(way));
  }
});

Deno.test("findDeaths() forgets deaths after a minute, and the pause after 20 s", () => {
  assertEquals(judged([{ ago: 61 }, { ago: 30 }, { ago: 1 }]), undefined);
  assertEquals(judged([{ ago: 40 }, { ago: 30 }, { ago: 21 }]), undefined);
});

Deno.test("findDeaths() begins anew when somebody has done something", () => {
  const deaths = [{ ago: 50 }, { ago: 30 }, { ago: 5 }];
  for (
    const path of [MODULE, `${ROOT}/config.toml`, `${ROOT}/tmp/restart.txt`]
  ) {
    assertEquals(judged(deaths, { changed: [path, 40] }), undefined, path);
    assertStringIncludes(judged(deaths, { changed: [path, 55] })!, "3 times");
  }
});

Deno.test("findDeaths() finds them between all that is printed", () => {
  const printed = "2026-01-01T00:00:00.000Z [1] out: x\n".repeat(5_000);
  const deaths = [{ ago: 50 }, { ago: 30 }, { ago: 1 }];
  assertStringIncludes(judged(deaths, { printed })!, "3 times");
});

Deno.test("logOf() opens one log for a site, however often it starts", () => {
  const read = () => readSite(ROOT, createFakeHost({ files: healthyFiles() }));
  const [first, second, other] = [
    logOf(read()),
    logOf(read()),
    logOf(read(), 1234),
  ];
  assert(first === second);
  assert(first !== other, "lines of another process bear its number");
});

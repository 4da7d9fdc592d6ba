/**
 * Every case of `conformance.ts`, through the handoff behind Apache and
 * through the proxy of `serve`.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { whyNoApache } from "../worlds/apache.ts";
import { CASES, LARGE_CASES } from "./cases.ts";
import { type GroundName, Grounds, OURS } from "./grounds.ts";
import { leaveOut } from "../worlds/left_out.ts";
import { makeSiteUser } from "../worlds/site_user.ts";

const ignore = leaveOut("conformance to PEP 3333", whyNoApache());

/** Of a worker, and of what passes bytes on. */
const GROWTH_KB = { worker: 8_000, proxy: 30_000 };

function test(
  name: string,
  config: Record<string, string>,
  act: (grounds: Grounds) => Promise<void>,
) {
  Deno.test({
    name: `conformance: ${name}`,
    ignore,
    sanitizeOps: false,
    sanitizeResources: false,
    async fn() {
      await using user = await makeSiteUser();
      await using grounds = await Grounds.open(user, OURS, config);
      await act(grounds);
    },
  });
}

for (const threads of ["1", "4"]) {
  test(`all cases, threads = ${threads}`, { threads }, async (grounds) => {
    const told: Record<string, string> = {};
    const expected: Record<string, string> = {};
    await Promise.all(OURS.map(async (name) => {
      for (const one of CASES) {
        const key = `${name}: ${one.name}`;
        told[key] = await one.run(grounds.ground(name));
        expected[key] =
          (name === "handoff" ? one.behindApache?.expected : undefined) ??
            one.expected;
      }
    }));
    assertEquals(sorted(told), sorted(expected));
  });
}

test("200 MB both ways take no memory", {}, async (grounds) => {
  for (const name of OURS) {
    const ground = grounds.ground(name);
    // Once small, so that everything is loaded.
    for (const one of CASES.filter(({ name }) => /^(up|down)load/.test(name))) {
      await one.run(ground);
    }
    const before = peaks(grounds, name);
    for (const one of LARGE_CASES) {
      const got = await one.run(ground);
      assertEquals(got, one.expected, `${name}: ${one.name}: ${got}`);
    }
    for (const [pid, peak] of peaks(grounds, name)) {
      const command = commandOf(pid);
      const growth = peak - (before.get(pid) ?? 0);
      const isWorker = command.includes("shim/host/");
      const limit = GROWTH_KB[isWorker ? "worker" : "proxy"];
      assert(growth <= limit, `${name}: ${command} grew by ${growth} KB`);
    }
  }
});

/** The most memory that each process of a server ever held, in KB. */
function peaks(grounds: Grounds, name: GroundName): Map<number, number> {
  return new Map(
    grounds.pids(name).map((pid) => {
      const text = Deno.readTextFileSync(`/proc/${pid}/status`);
      return [pid, Number(/VmHWM:\s+(\d+)/.exec(text)?.[1])];
    }),
  );
}

function commandOf(pid: number): string {
  return Deno.readTextFileSync(`/proc/${pid}/cmdline`).replaceAll("\0", " ");
}

function sorted(values: Record<string, string>) {
  return Object.entries(values).sort(([a], [b]) => a < b ? -1 : 1);
}

/**
 * Every scenario through every door, behind an Apache with Passenger.
 * Scenarios run side by side, for most of the time is waiting.
 *
 * @module
 */

import { startApache, whyNoApache } from "../worlds/apache.ts";
import { leaveOut } from "../worlds/left_out.ts";
import { DOORS, hostOf } from "../worlds/doors.ts";
import { runScenario, SCENARIOS } from "./scenarios.ts";
import { makeSiteUser } from "../worlds/site_user.ts";
import { makeTestSite, runningSite } from "../worlds/site_on_disk.ts";

const ignore = leaveOut("the doors behind Apache", whyNoApache());
const AT_ONCE = 4;

Deno.test({
  name: "every scenario goes the same way through every door",
  ignore,
  async fn(t) {
    await using user = await makeSiteUser();
    const cases = await Promise.all(
      SCENARIOS.flatMap((scenario, number) =>
        DOORS.map(async (door) => {
          const site = await makeTestSite(user, `${door}${number}`);
          await scenario.arrange?.(site);
          return { scenario, door, site, host: hostOf(site, door) };
        })
      ),
    );
    await using apache = await startApache(
      cases.map(({ host }) => host),
      { directives: ["PassengerMaxPoolSize 100"] },
    );
    const outcomes = runAll(cases.map(({ scenario, site, host }) => () => {
      return runScenario(scenario, runningSite(site, apache.url(host)));
    }));
    for (const [index, { scenario, door, site }] of cases.entries()) {
      await t.step(`${door}: ${scenario.name}`, async () => {
        const error = await outcomes[index];
        if (error === undefined) return;
        const log = await site.read("www/log/wsgi-shim.log").catch(String);
        throw new Error(`${error}\n\n${log}`, { cause: error });
      });
    }
  },
});

/** Starts the runs in order, a few at once; each settles with its error. */
function runAll(runs: (() => Promise<void>)[]): Promise<unknown>[] {
  const ends = runs.map(() => Promise.withResolvers<unknown>());
  let next = 0;
  async function work() {
    for (let index = next++; index < runs.length; index = next++) {
      const settle = ends[index]!.resolve;
      await runs[index]!().then(() => settle(undefined), settle);
    }
  }
  for (let count = 0; count < AT_ONCE; count++) work();
  return ends.map(({ promise }) => promise);
}

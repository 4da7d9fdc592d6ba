/**
 * Prints how many milliseconds it takes to judge the site that is named:
 * bundled by the benchmarks, and run by Node.
 *
 * @module
 */

import process from "node:process";
import { createHost } from "../../lib/machine/host.ts";
import { judgeSite } from "../../lib/judge/plan.ts";

const host = createHost();
const begun = performance.now();
const { plan } = judgeSite(process.argv[2]!, host, { at: "startup" });
const time = performance.now() - begun;
if (plan.kind !== "run") throw new Error(`The plan is ${plan.kind}`);
process.stdout.write(`${time}\n`);

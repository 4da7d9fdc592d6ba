/**
 * Runs the cases of `conformance.ts` on all servers, ours and others, and
 * writes where they differ, as a table:
 * `deno run -A … tests/conformance_report.ts [FILE] [NAME OF A CASE]`.
 *
 * @module
 */

import process from "node:process";
import { makeSiteUser } from "../worlds/site_user.ts";
import type { Case } from "./case.ts";
import { CASES } from "./cases.ts";
import { type GroundName, Grounds, OTHERS, OURS } from "./grounds.ts";

const [output, wanted = ""] = Deno.args;
const names = (Deno.env.get("SERVERS")?.split(" ") ??
  [...OURS, ...OTHERS]) as GroundName[];

const SLOW_MS = 4_000;

function say(text: string) {
  process.stderr.write(`${text}\n`);
}

/** One line for a cell. */
function cell(text: string): string {
  const shown = JSON.stringify(text).slice(1, -1).replaceAll("|", "\\|");
  return shown.length > 70 ? `${shown.slice(0, 67)}...` : shown;
}

async function attempt(one: Case, grounds: Grounds, name: GroundName) {
  const begun = Date.now();
  const isOurs = OURS.includes(name as "serve");
  const limit = isOurs ? 25_000 : SLOW_MS;
  try {
    return await Promise.race([
      one.run(grounds.ground(name)),
      new Promise<string>((give) => setTimeout(give, limit, "HANGS")),
    ]);
  } catch (error) {
    return `failed: ${error instanceof Error ? error.message : error}`;
  } finally {
    const took = Date.now() - begun;
    if (took > SLOW_MS && isOurs) say(`slow: ${name}: ${one.name}: ${took} ms`);
    // Passenger's loader that waits for a body does so for ever.
    if (took >= SLOW_MS && name === "native") {
      for (const pid of grounds.pids(name)) Deno.kill(pid, "SIGKILL");
      await new Promise((go) => setTimeout(go, 500));
    }
  }
}

await using user = await makeSiteUser();
await using grounds = await Grounds.open(user, names);
const rows: string[] = [];
let wrong = 0;
for (const one of CASES.filter(({ name }) => name.includes(wanted))) {
  const results = new Map<GroundName, string>();
  for (const name of names) {
    const result = await attempt(one, grounds, name);
    const isBehindApache = name === "handoff" || name === "native";
    const expected = isBehindApache && one.behindApache
      ? one.behindApache.expected
      : one.expected;
    if (result === expected) continue;
    results.set(name, result);
    if (OURS.includes(name as "serve")) {
      wrong++;
      say(
        `WRONG ${name}: ${one.name}: ${cell(result)} / ${cell(expected)}`,
      );
    }
  }
  if (results.size === 0) continue;
  const cells = names.map((name) => cell(results.get(name) ?? "="));
  rows.push(
    `| ${
      [one.name, cell(one.expected), ...cells, one.why ?? ""].join(" | ")
    } |`,
  );
}
const head = ["case", "right", ...names, "why"];
const table = [
  `| ${head.join(" | ")} |`,
  `|${head.map(() => "---").join("|")}|`,
  ...rows,
].join("\n");
const text =
  `${CASES.length} cases; = is right. Behind Apache, right is what Apache leaves of it.\n\n${table}\n`;
if (output) await Deno.writeTextFile(output, text);
else process.stdout.write(text);
say(`${wrong} wrong of ours`);
process.exitCode = wrong > 0 ? 1 : 0;

/**
 * The benchmarks: `deno task bench`. All servers run side by side, and each
 * gets its turn in every round.
 *
 * ```sh
 * deno task bench                      # all, about five minutes
 * deno task bench --rounds=3 Hello     # fewer, and the cases so named
 * ```
 *
 * Needs root, Apache with Passenger, and wrk; leaves nothing behind. The
 * loads go to 127.0.0.1 alone and end by themselves.
 *
 * @module
 */

import process from "node:process";
import { fileURLToPath } from "node:url";
import { whyNoApache } from "../worlds/apache.ts";
import { makeSiteUser } from "../worlds/site_user.ts";
import { type Case, CONTENDERS, makeCases } from "./cases.ts";
import { Field, whyAbsent } from "./contenders.ts";
import { load, timeRequest, troubles, whyNoLoads } from "./measures.ts";
import { renderTable, type Rounds } from "./table.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const BINARY = Deno.env.get("WSGI_SHIM_BINARY") ?? `${ROOT}dist/wsgi-shim`;

const option = (name: string, usual: number) =>
  Number(
    Deno.args.find((word) => word.startsWith(`--${name}=`))?.split("=")[1] ??
      usual,
  );
const rounds = option("rounds", 7);
const seconds = option("seconds", 1);
const wanted = Deno.args.filter((word) => !word.startsWith("--"));

const reason = whyNoApache() ?? whyNoLoads();
if (reason !== undefined) {
  say(`Cannot run: ${reason}`);
  process.exit(1);
}
await run();

async function run() {
  for (const kind of ["mod_wsgi", "gunicorn"] as const) {
    const absent = whyAbsent(kind);
    if (absent) say(`left out: ${kind}: ${absent}`);
  }
  const binary = exists(BINARY) ? BINARY : undefined;
  if (!binary) say(`left out: start of the binary: ${BINARY} is not there`);
  await using user = await makeSiteUser();
  const present = CONTENDERS.filter(({ kind }) => !whyAbsent(kind));
  await using field = await Field.open(user, present);
  const direct = await field.openDirect(binary);
  const judge = await bundleJudge();
  for (const name of field.names) {
    // The first start ever compiles Python's modules; the next ones do not.
    await timeRequest(field.url(name));
    await field.site(name).restart();
    await timeRequest(field.url(name));
    await load({ url: field.url(name), connections: 1, seconds });
  }
  const results: [Case, Rounds][] = [];
  for (const one of makeCases({ field, seconds, direct, binary, judge })) {
    if (!wanted.every((word) => one.name.includes(word))) continue;
    say(`measuring: ${one.name}`);
    results.push([one, await measure(one)]);
  }
  await Deno.remove(judge);
  for (const name of field.names) {
    for (const [trouble, count] of troubles) {
      if (!trouble.startsWith(field.url(name))) continue;
      say(`trouble: ${name}: ${trouble}: ${count}`);
    }
  }
  process.stdout.write(
    `\n${machine()}; medians of ${rounds} rounds\n\n${renderTable(results)}\n`,
  );
}

/** Makes one file for Node of the judge, as the runtime is made. */
async function bundleJudge(): Promise<string> {
  const file = await Deno.makeTempFile({ suffix: ".cjs" });
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "-q", "--format", "cjs", "--platform", "deno"]
      .concat("--import-map=npm/import_map.json", "--lock=npm/deno.lock")
      .concat("-o", file, "tests/bench/judge.ts"),
    cwd: ROOT,
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return file;
}

async function measure({ columns, once }: Case): Promise<Rounds> {
  const numbers: Rounds = {};
  for (let round = 0; round < (once ? 1 : rounds); round++) {
    const turns = Object.entries(columns);
    // Nobody is always the one after the most disturbing other.
    for (let at = 0; at < turns.length; at++) {
      const [column, take] = turns[(at + round) % turns.length]!;
      (numbers[column as keyof Rounds] ??= []).push(await take());
    }
  }
  return numbers;
}

function machine(): string {
  const info = Deno.readTextFileSync("/proc/cpuinfo");
  const model = /^model name\s*: (.*)$/m.exec(info)?.[1] ?? "unknown";
  const load = Deno.loadavg().map((one) => one.toFixed(1)).join(" ");
  return `${navigator.hardwareConcurrency} cores of ${model}, load ${load}`;
}

function exists(file: string): boolean {
  try {
    return Deno.statSync(file).isFile;
  } catch {
    return false;
  }
}

function say(text: string) {
  process.stderr.write(text + "\n");
}

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

const HELP = `Measures this checkout beside other servers, in turns.

  deno task bench [--rounds=N] [--seconds=N] [WORD...]

  --rounds=N   how often each is measured (default: 7)
  --seconds=N  how long each load takes (default: 1)
  WORD         only the cases whose names have all of the words

It needs root, Apache with Passenger, and wrk, takes about five minutes, and
leaves nothing behind.
`;

const options = { rounds: 7, seconds: 1 };
const wanted: string[] = [];
for (const word of Deno.args) {
  if (word === "--help" || word === "-h") {
    process.stdout.write(HELP);
    process.exit(0);
  }
  const given = /^--(rounds|seconds)=([1-9]\d*)$/.exec(word);
  if (given) options[given[1] as keyof typeof options] = Number(given[2]);
  else if (!word.startsWith("-")) wanted.push(word);
  else {
    say(`error: ${word} is no option of the benchmarks; see --help`);
    process.exit(2);
  }
}
const { rounds, seconds } = options;

const reason = whyNoApache() ?? whyNoLoads();
if (reason !== undefined) {
  say(`Cannot run: ${reason}`);
  process.exit(1);
}
await run();

async function run() {
  for (const kind of ["mod_wsgi", "gunicorn", "uvicorn"] as const) {
    const absent = whyAbsent(kind);
    if (absent) say(`left out: ${kind}: ${absent}`);
  }
  const binary = exists(BINARY) ? BINARY : undefined;
  if (!binary) say(`left out: start of the binary: ${BINARY} is not there`);
  await using user = await makeSiteUser();
  const present = CONTENDERS.filter(({ kind, app }) =>
    !whyAbsent(app === "fastapi_app.py" ? "uvicorn" : kind)
  );
  const nodes = await Deno.makeTempDir({ dir: "/tmp", prefix: "bench_node_" });
  const nodejs = await installNode(nodes);
  if (nodejs) {
    const [name, kind, app] = ["node24", "shim", "app.py"] as const;
    present.push({ name, kind, app, threads: 1, nodejs });
  } else say("left out: Node 24: npm cannot install it");
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
  await Deno.remove(nodes, { recursive: true });
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

/** Installs a Node that can give way to another program, from npm. */
async function installNode(folder: string): Promise<string | undefined> {
  await Deno.chmod(folder, 0o755);
  const { success } = await new Deno.Command("npm", {
    args: ["install", "--silent", "--prefix", folder, "node@24"],
    stdout: "null",
    stderr: "null",
  }).output();
  return success ? `${folder}/node_modules/node/bin/node` : undefined;
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

/**
 * How long many sites take: makes them in a temporary folder, and looks at
 * all of them with one command.
 *
 * ```sh
 * deno run -A tests/bench/sites.ts        # 200 sites
 * deno run -A tests/bench/sites.ts 20
 * ```
 *
 * Run it as an ordinary user; root would own the sites. Uses the binary in
 * `dist/`, or the one that WSGI_SHIM_BINARY names; leaves nothing behind.
 *
 * @module
 */

import process from "node:process";
import { fileURLToPath } from "node:url";

const BINARY = Deno.env.get("WSGI_SHIM_BINARY") ??
  fileURLToPath(new URL("../../dist/wsgi-shim", import.meta.url));

const [given = "200"] = Deno.args;
const count = Number(given);
if (!Number.isInteger(count) || count < 1) {
  process.stderr.write(`error: ${given} is no number of sites\n`);
  process.exit(2);
}
if (Deno.uid() === 0) {
  process.stderr.write("Cannot run: root would own the sites\n");
  process.exit(1);
}

const folder = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "sites-" }));
try {
  Deno.chmodSync(folder, 0o755);
  await run(
    "/usr/bin/python3",
    "-m",
    "venv",
    "--without-pip",
    `${folder}/venv`,
  );
  Deno.mkdirSync(`${folder}/sites`);
  for (let number = 1; number <= count; number++) {
    const appRoot = `${folder}/sites/s${number}/www`;
    await run(BINARY, "install", appRoot, `--python=${folder}/venv/bin/python`);
  }
  for (const words of [["check", "--no-import"], ["check"], ["status"]]) {
    const begun = performance.now();
    const spent = processorTime();
    const out = await run(BINARY, ...words, `${folder}/sites`);
    const seconds = (performance.now() - begun) / 1000;
    // Other work on the machine makes the former longer, not the latter.
    const each = Math.round((processorTime() - spent) * 1000 / count);
    process.stdout.write(
      `${words.join(" ")}: ${count} sites in ${
        seconds.toFixed(1)
      } s on ${navigator.hardwareConcurrency} processors, ${each} ms of processor time for each\n${
        out.trimEnd().split("\n").at(-1)
      }\n`,
    );
  }
} finally {
  Deno.removeSync(folder, { recursive: true });
}

/** Seconds of all programs that have ended, by `proc(5)` in ticks of 10 ms. */
function processorTime(): number {
  const stat = Deno.readTextFileSync("/proc/self/stat");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[13]) + Number(fields[14])) / 100;
}

async function run(program: string, ...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, { args })
    .output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  if (!success) {
    throw new Error(`${program} ${args.join(" ")}: ${text(stderr)}`);
  }
  return text(stdout);
}

/**
 * Compiles the command line to one program that needs nothing else: for this
 * machine to `dist/wsgi-shim`, or with `--all` for every system that we
 * release for, to `dist/wsgi-shim-<target>`. `--output` names another file
 * or, with `--all`, another folder.
 *
 * `deno compile` downloads its runtime part, denort, from Deno's own server;
 * `DENORT_BIN` names one for this machine where that is out of reach.
 *
 * @module
 */

import { ensureDir } from "@std/fs";
import { dirname, join, resolve } from "node:path";
import process from "node:process";
import { OWNED_FILES } from "../lib/reports/scaffold.ts";
import { PYTHON_PROGRAMS } from "../lib/python/programs.ts";
import { listed } from "../lib/text/wrap.ts";
import { bundle, importFlags, ROOT, runDeno } from "./run_deno.ts";

/** The Deno that released programs carry: the newest that was tried. */
export const RELEASE_DENO = "2.9.6";

/** What we release for, by Deno's names. */
const TARGETS = [
  "x86_64-unknown-linux-gnu",
  "aarch64-unknown-linux-gnu",
  "x86_64-apple-darwin",
  "aarch64-apple-darwin",
] as const;

/**
 * What the program may do. Files, interpreters and addresses are the site's,
 * so they cannot be listed here; but it loads no foreign code (`ffi`), and of
 * the system it may ask only who runs it, and how full a disk is.
 */
const PERMISSIONS = [
  "--allow-read",
  "--allow-write",
  "--allow-run",
  "--allow-env",
  "--allow-net",
  "--allow-sys=uid,gid,statfs,hostname",
  // All that it imports is in it.
  "--deny-import",
  // A question would be asked of nobody: Passenger runs it too.
  "--no-prompt",
] as const;

/** A program could not be made, for a reason that is not in our source. */
export class CompileError extends Error {
  override name = "CompileError";
}

/** Compiles for a target; without one, for this machine. */
export async function compile(
  output: string,
  target: string = Deno.build.target,
): Promise<void> {
  const stage = await Deno.makeTempDir({ prefix: "wsgi-shim-compile-" });
  try {
    const included = await fillStage(stage);
    const job = { stage, target, included };
    if (target === Deno.build.target) {
      included.push(await makeCache(job));
    }
    await runCompile({ ...job, main: "lib/program.ts", output });
  } finally {
    await Deno.remove(stage, { recursive: true });
  }
}

interface Job {
  /** Folder that holds all that goes into the program. */
  stage: string;
  target: string;
  /** Files that the program reads, by their paths in the stage. */
  included: readonly string[];
}

async function runCompile(
  { stage, target, included, main, output }: Job & {
    main: string;
    output: string;
  },
): Promise<void> {
  const { code, stderr } = await runDeno([
    ...["compile", "-q", "--target", target, "--output", resolve(output)],
    // The stage holds all there is, and nothing needs a look at types.
    ...["--no-config", "--no-check", "--no-lock", "--no-remote"],
    // Deno's own cache would be a file of code in /tmp, of a name that any
    // user of the machine can take first.
    "--no-code-cache",
    // `serve` hears only of visitors who leave before they have an answer.
    "--unstable-no-legacy-abort",
    ...PERMISSIONS,
    ...included.flatMap((path) => ["--include", path]),
    main,
    // DENORT_BIN is for this machine, and Deno takes it for any.
  ], {
    cwd: stage,
    without: target === Deno.build.target ? [] : ["DENORT_BIN"],
  });
  if (code !== 0) throw new CompileError(reasonOf(stderr));
}

/** Lays out what is compiled in as it lies in the repository. */
async function fillStage(stage: string): Promise<string[]> {
  const included = [...OWNED_FILES, ...PYTHON_PROGRAMS]
    .map(({ source }) => join("lib", source));
  for (const path of included) {
    await ensureDir(dirname(join(stage, path)));
    await Deno.copyFile(join(ROOT, path), join(stage, path));
  }
  for (const name of ["program.ts", "warm.ts"]) {
    await Deno.copyFile(join(ROOT, "build", name), join(stage, "lib", name));
  }
  const entry = join(stage, "entry.ts");
  const from = (path: string) => JSON.stringify(join(ROOT, path));
  await Deno.writeTextFile(
    entry,
    `export { main } from ${from("cli.ts")};\n` +
      `export { createIo } from ${from("lib/commands/terminal.ts")};\n`,
  );
  const bundled = join(stage, "bundle.cjs");
  await bundle(entry, bundled, { format: "cjs", minify: true });
  await Deno.writeTextFile(
    join(stage, "lib/program.txt"),
    `(function(require,module){${await Deno.readTextFile(bundled)}\n})`,
  );
  return [...included, "lib/program.txt"];
}

/** Has the program's V8 parse it beforehand. */
async function makeCache(job: Job): Promise<string> {
  const path = "lib/program.cache";
  const program = join(job.stage, "warm");
  const folder = join(job.stage, "scratch");
  await runCompile({ ...job, main: "lib/warm.ts", output: program });
  await Deno.mkdir(folder);
  const ran = await start(program, [join(job.stage, path), folder]);
  const made = await Deno.stat(join(job.stage, path)).catch(() => undefined);
  if (!ran.success || made === undefined) {
    throw new CompileError(
      "what was made does not run, as when DENORT_BIN names a denort of " +
        `another Deno than ${Deno.version.deno}`,
    );
  }
  return path;
}

async function start(
  program: string,
  args: string[],
): Promise<{ success: boolean }> {
  const output = new Deno.Command(program, {
    args,
    stdin: "null",
    stderr: "null",
  }).output();
  return await output.catch(() => ({ success: false }));
}

function reasonOf(stderr: string): string {
  if (stderr.includes("error sending request")) {
    return "Deno's server, which has the runtime part of compiled programs, " +
      "is out of reach, and DENORT_BIN names none that would do";
  }
  const lines = stderr.split("\n").map((line) => line.trim());
  const cause = lines.slice(lines.indexOf("Caused by:") + 1).find(Boolean);
  return cause?.replace(/^\d+: /, "") ?? "Deno does not say why";
}

async function main(argv: string[]): Promise<number> {
  const all = argv.includes("--all");
  const named = argv[argv.indexOf("--output") + 1];
  const output = argv.includes("--output") && named !== undefined
    ? resolve(named)
    : join(ROOT, all ? "dist" : "dist/wsgi-shim");
  const targets = all ? TARGETS : [Deno.build.target];
  const failed = new Map<string, string[]>();
  if ((await importFlags()).some((flag) => flag.startsWith("--import-map"))) {
    process.stderr.write(
      "note: JSR is out of reach here, so the programs carry stand-ins for " +
        "its packages (npm/import_map.json).\n",
    );
  }
  if (Deno.version.deno !== RELEASE_DENO) {
    process.stderr.write(
      `note: the programs carry Deno ${Deno.version.deno}; released ones ` +
        `carry Deno ${RELEASE_DENO}, with the mends since.\n`,
    );
  }
  for (const target of targets) {
    const file = all ? join(output, `wsgi-shim-${target}`) : output;
    await ensureDir(dirname(file));
    try {
      await compile(file, target);
      const { size } = await Deno.stat(file);
      process.stdout.write(`${file}: ${(size / 1e6).toFixed(1)} MB\n`);
    } catch (error) {
      if (!(error instanceof CompileError)) throw error;
      failed.set(error.message, [...failed.get(error.message) ?? [], target]);
    }
  }
  for (const [reason, targets] of failed) {
    process.stderr.write(
      `Cannot compile for ${listed(targets)}: ${reason}.\n`,
    );
  }
  return failed.size > 0 ? 1 : 0;
}

if (import.meta.main) process.exit(await main(process.argv.slice(2)));

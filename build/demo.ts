/**
 * The demo: makes a site in `demo/`, checks it, and serves it until Ctrl-C.
 *
 * It comes up wherever the checkout lies, also where no web server could get
 * at it: what would matter behind a web server alone is told after the
 * address. A run that was interrupted is taken up by the next one.
 *
 * @module
 */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { CommandError, UsageError } from "../lib/commands/command.ts";
import { reasonOf } from "../lib/commands/errno.ts";
import { parseInstall, runInstall } from "../lib/commands/install.ts";
import { parseServe, runServe, serveUsage } from "../lib/commands/serve.ts";
import { isStaging } from "../lib/commands/staging.ts";
import { createIo, type ExitCode, type Io } from "../lib/commands/terminal.ts";
import { parseUpgrade, runUpgrade } from "../lib/commands/upgrade.ts";
import { runChecks } from "../lib/checks/mod.ts";
import { type Finding, hasErrors } from "../lib/findings/finding.ts";
import { WORDS } from "../lib/findings/words.ts";
import { makeStartPlan } from "../lib/judge/plan.ts";
import { renderReport } from "../lib/reports/report.ts";
import { readSite } from "../lib/site/site.ts";
import { tryApplication } from "../lib/start/trial.ts";
import { printable, shellCommand } from "../lib/text/shell.ts";
import { alignRows } from "../lib/text/wrap.ts";
import { ROOT } from "./run_deno.ts";

/** The words that a user types before the arguments of a task. */
const TASK = [
  ...Deno.env.get("npm_command") === "exec"
    ? ["npx", "-y", `deno@${Deno.version.deno}`, "task"]
    : ["deno", "task"],
  // From outside of the checkout, a task is found by its file alone.
  ...`${Deno.env.get("INIT_CWD") ?? Deno.cwd()}/`.startsWith(ROOT)
    ? []
    : ["--config", `${ROOT}deno.json`],
];

const HELP = [
  "Makes a site in demo/, checks it, and serves it until Ctrl-C.",
  "",
  `  ${shellCommand(...TASK, "demo")} [options]`,
  "",
  alignRows(
    serveUsage.options.map(({ name, value, meaning }) => [
      `--${name}${value === undefined ? "" : ` ${value}`}`,
      meaning,
    ]),
  ),
].join("\n");

/** How long another run may take to let go of the folder as it ends. */
const PATIENCE_MS = 500;

/**
 * Makes the demo in a folder, or takes up what is there, and serves it.
 *
 * @param folder Absolute path, in which everything is made
 * @param argv Options of `serve`
 */
export async function runDemo(
  folder: string,
  argv: string[],
  io: Io,
): Promise<ExitCode> {
  // After "--" the word is no option, and `serve` takes one folder alone.
  const options = parseServe([...argv, "--", join(folder, "www")]);
  const appRoot = join(folder, "www");
  using occupied = await occupy(folder);
  await makeEnvironment(join(folder, "venv"), io);
  await makeSite(folder, io);
  const { stops, rest } = await judge(appRoot, io);
  if (hasErrors(stops)) {
    io.err(renderReport({
      appRoot,
      findings: stops,
      configText: readSite(appRoot, io.host).configText,
      looks: [],
      isGood: false,
    }, { paint: io.errPaint, isQuiet: true }));
    throw new CommandError(
      `The site in ${printable(folder)} cannot be served as it is`,
      ...beginAnew(folder),
    );
  }
  return await runServe(options, io, {
    commandWith: (other) => shellCommand(...TASK, "demo", ...other),
    onListening(address) {
      occupied.tell(address);
      if (rest.length === 0) return;
      io.err(
        `\nFor a web server this would have to change: ${rest.join("; ")}.`,
      );
      io.err(
        `More about it: ${
          shellCommand(...TASK, "-q", "cli", "check", appRoot)
        }`,
      );
    },
  });
}

/**
 * Keeps other runs out of the folder. The lock goes with the process, however
 * that ends.
 */
async function occupy(folder: string) {
  const path = join(folder, "address");
  const file = await openFor(folder, path);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const isOurs = await Promise.race([
    // Some network file systems know no locks.
    file.lock(true).then(() => true, () => true),
    new Promise<false>((go) => {
      timer = setTimeout(go, PATIENCE_MS, false);
    }),
  ]);
  clearTimeout(timer);
  if (!isOurs) {
    file.close();
    const address = (await Deno.readTextFile(path)).trim();
    throw new CommandError(
      address === ""
        ? "Another run is making the demo just now"
        : `The demo runs already, on ${printable(address)}`,
      "End that run with Ctrl-C to start another one",
    );
  }
  file.truncateSync();
  return {
    tell: (address: string) => void file.writeSync(encode(`${address}\n`)),
    [Symbol.dispose]: () => file.close(),
  };
}

async function openFor(folder: string, path: string): Promise<Deno.FsFile> {
  try {
    await Deno.mkdir(folder, { recursive: true });
    return await Deno.open(path, { read: true, write: true, create: true });
  } catch (error) {
    const reason = reasonOf(error);
    if (reason === undefined) throw error;
    throw new CommandError(
      `Cannot write to ${printable(folder)}: ${reason}`,
      ...isThere(folder) ? beginAnew(folder) : [],
    );
  }
}

/** Makes the virtual environment, unless there is a whole one. */
async function makeEnvironment(venv: string, io: Io): Promise<void> {
  // The script is the last thing that `venv` writes; other tools make
  // environments without it, and without the file.
  const isHalf = existsSync(join(venv, "pyvenv.cfg")) &&
    !existsSync(join(venv, "bin/activate"));
  if (isHalf) {
    io.err("An earlier run was interrupted: making the rest anew.");
  } else if (isThere(join(venv, "bin/python"))) return;
  io.err(`Making a Python environment in ${printable(venv)} …`);
  // Without pip, which takes most of a minute on a small machine, and which
  // Debian's Python has only with the package python3-venv.
  const args = ["-m", "venv", "--without-pip", ...isHalf ? ["--clear"] : []];
  const trouble = await runPython([...args, venv]);
  if (trouble === undefined) return;
  throw new CommandError(
    `Python cannot make an environment in ${printable(venv)}`,
    trouble.trim(),
  );
}

/** Runs Python; gives what it printed when it fails. */
async function runPython(args: string[]): Promise<string | undefined> {
  try {
    const { success, stdout, stderr } = await new Deno.Command("python3", {
      args,
      stdin: "null",
    }).output();
    return success ? undefined : decode(stdout) + decode(stderr);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new CommandError(
      "There is no python3 on the PATH; the demo needs Python 3.8 or later",
    );
  }
}

/** Makes the site, or brings the files of ours up to date. */
async function makeSite(folder: string, io: Io): Promise<void> {
  const appRoot = join(folder, "www");
  for (const { name } of Deno.readDirSync(folder)) {
    // What an interrupted run has left; there is no other run now.
    if (!name.startsWith(".www") || !isStaging(name.slice(".www".length))) {
      continue;
    }
    await Deno.remove(join(folder, name), { recursive: true });
  }
  // Both say at length what is of no use here.
  const silent = () => {};
  const quiet: Io = { ...io, out: silent, err: silent, narrate: silent };
  try {
    if (isThere(appRoot)) {
      await runUpgrade(parseUpgrade([appRoot]), quiet);
      return;
    }
    io.err(`Making a site in ${printable(appRoot)} …`);
    const python = join(folder, "venv/bin/python");
    await runInstall(parseInstall(["--python", python, appRoot]), quiet);
  } catch (error) {
    if (!(error instanceof CommandError || error instanceof UsageError)) {
      throw error;
    }
    throw new CommandError(error.message, ...beginAnew(folder));
  }
}

/** What stops the site here, and in words what would only elsewhere. */
async function judge(appRoot: string, io: Io) {
  const site = readSite(appRoot, io.host);
  const here = runChecks(site, { at: "startup" });
  const plan = makeStartPlan(site, here);
  const stops: Finding[] = plan.kind === "error"
    ? plan.findings
    : (await tryApplication(site, plan)).findings;
  const others = runChecks(site, { at: "shell" })
    .filter(({ severity }) => severity !== "advice")
    .map(({ code }) => WORDS[code]!.title);
  return { stops, rest: [...new Set(others)] };
}

/** Nothing is lost by it. */
function beginAnew(folder: string): string[] {
  return [
    `To begin anew: ${shellCommand("mv", folder, `${folder}.old`)}`,
  ];
}

/** Also of a link that leads nowhere: it is somebody's. */
function isThere(path: string): boolean {
  try {
    return Boolean(Deno.lstatSync(path));
  } catch {
    return false;
  }
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

async function main(argv: string[]): Promise<ExitCode> {
  const io = createIo();
  if (argv.includes("--help") || argv.includes("-h")) {
    io.out(HELP);
    return 0;
  }
  try {
    return await runDemo(join(ROOT, "demo"), argv, io);
  } catch (error) {
    const isUsage = error instanceof UsageError;
    if (!isUsage && !(error instanceof CommandError)) throw error;
    io.narrate(`${io.errPaint.error("error:")} ${error.message}`);
    const advice = isUsage
      ? [`See: ${shellCommand(...TASK, "demo", "--help")}`]
      : error.advice;
    for (const line of advice) io.err(line);
    return isUsage ? 2 : 1;
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));

/**
 * `wsgi-shim adopt`: takes over a site that runs without us, so that it
 * explains itself; its answers stay the same.
 *
 * @module
 */

import type { Difference } from "../reports/answers.ts";
import { readSite } from "../site/site.ts";
import { printable, shellCommand } from "../text/shell.ts";
import { alignRows } from "../text/wrap.ts";
import { parseAddress } from "./address.ts";
import { planAgain } from "./adopt_again.ts";
import {
  compareBoth,
  refuseBroken,
  refuseDifferences,
} from "./adopt_comparing.ts";
import { type Found, readForAdoption } from "./adopt_reading.ts";
import { documentRootOf } from "./adopt_refusals.ts";
import { planAdoption } from "./adoption_plan.ts";
import { type AdoptionPlan, writeAdoption } from "./adoption_steps.ts";
import { APP_ROOT, resolveAppRoot } from "./app_root.ts";
import { parseArguments } from "./arguments.ts";
import {
  command,
  CommandError,
  TRUST,
  type Usage,
  UsageError,
} from "./command.ts";
import {
  askLive,
  type LiveAnswers,
  refuseShown,
  watchLive,
} from "./live_site.ts";
import { WHEN_NOTICED } from "./restart.ts";
import { touchRestart } from "./site_files.ts";
import { Interruption } from "./staging.ts";
import { heedOwner } from "./stranger.ts";
import type { ExitCode, Io } from "./terminal.ts";

/** What `adopt` was asked for. */
export interface AdoptOptions {
  appRoot?: string;
  python?: string;
  url?: URL;
  dryRun: boolean;
  noImport: boolean;
  yes: boolean;
  again: boolean;
  trust: boolean;
}

export const adoptUsage: Usage = {
  name: "adopt",
  summary: "Take over a site that runs without wsgi-shim",
  arguments: [APP_ROOT],
  options: [
    { name: "dry-run", meaning: "only say what would be made" },
    {
      name: "python",
      value: "PATH",
      kind: "file",
      meaning: "the interpreter that the web server runs, where it is in doubt",
    },
    {
      name: "url",
      value: "URL",
      meaning: "ask the live site before and after as well, and go back " +
        "where it answers differently",
    },
    {
      name: "no-import",
      meaning: "do not start the application, and compare no answers",
    },
    { name: "yes", meaning: "do not ask whether to go on" },
    {
      name: "again",
      meaning: "after something else has replaced passenger_wsgi.py",
    },
    TRUST,
  ],
  description: [
    "Makes a site of ours from one with a passenger_wsgi.py by hand or by a " +
    "panel. The startup file is read without being run; then the site is " +
    "started as it is and as it would be, and asked for / and for a path " +
    "that does not exist. Where an answer differs, nothing is changed.",
    "Your startup file is kept as passenger_wsgi.app.py, and is what runs. " +
    "Where wsgi-shim itself cannot be run on the web server, the site runs " +
    "as before. `wsgi-shim eject` gives it back.",
  ],
  examples: [
    ["wsgi-shim adopt --dry-run", "see what it would do here"],
    [
      "wsgi-shim adopt --url https://www.example.org/ mysite",
      "adopt it, and look at the live site before and after",
    ],
  ],
};

/** Parses the arguments of `adopt`. */
export function parseAdopt(argv: string[]): AdoptOptions {
  const given = parseArguments(argv, adoptUsage);
  const url = given.value("url");
  if (given.has("again") && given.value("python") !== undefined) {
    throw new UsageError("--python is not for --again: config.toml says it");
  }
  return {
    appRoot: given.positionals[0],
    python: given.value("python"),
    url: url === undefined ? undefined : parseAddress(url, "--url"),
    dryRun: given.has("dry-run"),
    noImport: given.has("no-import"),
    yes: given.has("yes"),
    again: given.has("again"),
    trust: given.has(TRUST.name),
  };
}

/** Adopts a site. */
export async function runAdopt(
  options: AdoptOptions,
  terminal: Io,
): Promise<ExitCode> {
  const appRoot = resolveAppRoot(options.appRoot, terminal, {
    mayBeNative: true,
  });
  const io = heedOwner(appRoot, terminal, options);
  if (io.host.startsNothing) {
    throw new CommandError("Only a site of your own can be adopted");
  }
  const { url } = options;
  if (options.again) {
    const again = await planAgain(appRoot, options, io);
    if (again) {
      const live = url && await askLive(url, io);
      if (!options.noImport) await compareBoth(again, url, io);
      io.out(again.text);
      if (options.dryRun) return 0;
      if (!options.yes && !agrees(io)) return 1;
      const record = await again.write();
      return await finish({ layout: again.site.layout, record }, live, io);
    }
  }
  const found = await readForAdoption(appRoot, options, io);
  const { site } = found;
  const plan = await planAdoption(site, io);
  refuseBroken(site, plan, io);
  const shown = documentRootOf(site.layout, found.panel);
  if (shown !== undefined && !url) {
    throw new CommandError(
      `${printable(appRoot)} lies in ${
        printable(shown)
      }, which the web server seems to show to everyone, and so would be ` +
        "config.toml and shim/",
      "Add --url with the address of the site: adopt then looks whether they " +
        "are closed, before anything counts.",
    );
  }
  const live = url && await askLive(url, io);
  if (!options.noImport) await compareBoth(found, url, io);
  io.out(renderPlan(found, plan, options, io));
  if (options.dryRun) return 0;
  if (!options.yes && !agrees(io)) return 1;
  try {
    await io.interruptible((signal) =>
      writeAdoption(
        {
          ...plan,
          inspect: () => url ? refuseShown(url, plan) : Promise.resolve(),
        },
        io,
        signal,
      )
    );
  } catch (error) {
    if (!(error instanceof Interruption)) throw error;
    io.narrate(`Interrupted: ${error.rest}`);
    return 130;
  }
  return await finish(plan, live, io);
}

type Parts = Pick<AdoptionPlan, "entries" | "layout" | "places">;

function agrees(io: Io): boolean {
  const answer = io.confirm("Adopt this site?");
  if (answer === undefined) {
    io.narrate("Nothing was changed. To go on, add --yes.");
  } else if (!answer) io.narrate("Nothing was changed.");
  return answer === true;
}

function renderPlan(
  { site }: Found,
  { layout, entries, places }: Parts,
  { noImport }: AdoptOptions,
  io: Io,
): string {
  const { interpreter } = site.native!;
  const { source } = interpreter;
  const named = source
    ? `${source.file}${source.line ? `:${source.line}` : ""}`
    : "which lies at hand; nothing names it";
  const made = [...entries, ...places].map(({ path }) => path)
    .filter((path) => !path.includes("/") || path === "tmp/restart.txt");
  return alignRows([
    ["Site", printable(layout.appRoot)],
    ["Python", printable(`${interpreter.path} (${named})`)],
    ["Answers", noImport ? "not compared" : "the same as before"],
    ["Makes", made.filter((path) => path !== "passenger_wsgi.py").join(", ")],
    ["Keeps", "passenger_wsgi.py, as passenger_wsgi.app.py"],
    ["Then", "our passenger_wsgi.py takes its place"],
  ], { columns: io.columns });
}

/** Lets the site restart, and looks at it from outside. */
async function finish(
  { layout, record }: Pick<AdoptionPlan, "layout" | "record">,
  live: LiveAnswers | undefined,
  io: Io,
): Promise<ExitCode> {
  const asked = io.host.now();
  await touchRestart(layout, io);
  const { appRoot } = layout;
  const differences: Difference[] | undefined = live &&
    await watchLive(live, { layout, record, asked }, io);
  if (differences && differences.length > 0) {
    const why = "The site was given back: it has answered differently";
    refuseDifferences(differences, why, readSite(appRoot, io.host), io);
  }
  io.out(`${io.paint.good("Adopted")} ${printable(appRoot)}`);
  if (!live) io.narrate(WHEN_NOTICED);
  io.err(`Look at it:       ${shellCommand("wsgi-shim", "check", appRoot)}`);
  io.err(`To give it back:  ${shellCommand("wsgi-shim", "eject", appRoot)}`);
  return 0;
}

export const adoptCommand = command(adoptUsage, parseAdopt, runAdopt);

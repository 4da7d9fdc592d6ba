/**
 * `wsgi-shim check`: everything that is wrong or risky about a site.
 *
 * The same checks and the same planner decide on the live page.
 *
 * @module
 */

import { dirname } from "node:path";
import { runChecks } from "../checks/mod.ts";
import {
  type Finding,
  hasErrors,
  isOf,
  SEVERITIES,
} from "../findings/finding.ts";
import {
  countInWords,
  kindInWords,
  renderJson,
  renderReport,
  type Report,
  type ReportOptions,
} from "../reports/report.ts";
import { type Host, refused } from "../machine/host.ts";
import { FACTS_PROGRAM } from "../python/facts.ts";
import { readSecrets } from "../site/secrets.ts";
import { readSite, type Site } from "../site/site.ts";
import type { ExitCode, Io } from "./terminal.ts";
import { parseAddress } from "./address.ts";
import { APP_ROOTS, resolveAppRoot } from "./app_root.ts";
import { parseArguments } from "./arguments.ts";
import { command, TRUST, type Usage, UsageError } from "./command.ts";
import { examineSite } from "./examine.ts";
import { applyFixes } from "./fixes.ts";
import { sourceReader } from "./source_reader.ts";
import { heedOwner } from "./stranger.ts";

/** What `check` was asked for. */
export interface CheckCommandOptions {
  appRoot?: string;
  json: boolean;
  fix: boolean;
  strict: boolean;
  /** Do not start the application. */
  noImport: boolean;
  /** Where the site answers. */
  url?: URL;
  /** No certificate is judged there. */
  insecure: boolean;
  quiet: boolean;
  verbose: boolean;
  /** Start what belongs to the site of a stranger. */
  trust: boolean;
}

export const checkUsage: Usage = {
  name: "check",
  isReading: true,
  summary: "Find out what is wrong with a site, and what mends it",
  arguments: [APP_ROOTS],
  options: [
    { name: "json", meaning: "the findings as JSON" },
    { name: "fix", meaning: "apply the safe fixes, and check again" },
    { name: "strict", meaning: "fail on warnings as well" },
    { name: "no-import", meaning: "do not start the application" },
    {
      name: "url",
      value: "URL",
      meaning: "look at the site from outside as well",
    },
    {
      name: "insecure",
      meaning: "with --url: look also where the certificate is not accepted",
    },
    { name: "quiet", short: "q", meaning: "only what fails the check" },
    { name: "verbose", meaning: "a list of all that was looked at as well" },
    TRUST,
  ],
  description: [
    "Looks at everything that the site needs, and starts the application " +
    "once to see that it can. The same checks decide what the web server " +
    "shows. Nothing is changed without --fix, which runs chmod, mkdir and " +
    "touch only, and says each command.",
    "Exit status: 0 no errors, 1 errors (with --strict also warnings).",
    "Of many sites, a table tells: name them one after the other, or the " +
    "folder that holds them, or - for a list on standard input. They are " +
    "looked at side by side; with --json each is one line.",
  ],
  examples: [
    ["wsgi-shim check", "check the site in the current folder"],
    ["wsgi-shim check --fix mysite/www", "mend what can be mended safely"],
    ["wsgi-shim check && wsgi-shim restart", "restart only what is well"],
    ["wsgi-shim check --no-import /srv/sites", "a quick look at all sites"],
  ],
};

/** Parses the arguments of `check`. */
export function parseCheck(argv: string[]): CheckCommandOptions {
  const given = parseArguments(argv, checkUsage);
  const url = given.value("url");
  const insecure = given.has("insecure");
  if (given.has("quiet") && given.has("verbose")) {
    throw new UsageError("--quiet and --verbose cannot be given together");
  }
  if (insecure && url === undefined) {
    throw new UsageError("--insecure is for --url, which is not given");
  }
  return {
    appRoot: given.positionals[0],
    json: given.has("json"),
    fix: given.has("fix"),
    strict: given.has("strict"),
    noImport: given.has("no-import"),
    url: url === undefined ? undefined : parseAddress(url, "--url"),
    insecure,
    quiet: given.has("quiet"),
    verbose: given.has("verbose"),
    trust: given.has(TRUST.name),
  };
}

/** Checks a site. */
export async function runCheck(
  options: CheckCommandOptions,
  terminal: Io,
): Promise<ExitCode> {
  const appRoot = resolveAppRoot(options.appRoot, terminal, {
    mayBeMissing: true,
    mayBeNative: true,
  });
  const io = heedOwner(appRoot, terminal, options);
  let report = await examine(appRoot, options, io);
  if (options.fix) {
    const factsProgram = await io.embedded(FACTS_PROGRAM);
    const isChanged = await applyFixes(
      () =>
        runChecks(readSite(appRoot, io.host), { at: "shell", factsProgram }),
      io,
      siteFolderOf(appRoot, io.host),
    );
    if (isChanged) report = await examine(appRoot, options, io);
  }
  const how: ReportOptions = {
    paint: io.paint,
    columns: io.columns,
    isQuiet: options.quiet,
    isStrict: options.strict,
    isVerbose: options.verbose,
  };
  const text = options.json
    ? renderJson(report, how)
    : renderReport(report, how);
  if (text !== "") io.out(text);
  return report.isGood ? 0 : 1;
}

/** A folder of the same owner; what others share is not of the site. */
function siteFolderOf(appRoot: string, host: Host): string {
  const folder = dirname(appRoot);
  const [above, own] = [host.stat(folder), host.stat(appRoot)];
  const isShared = refused(above) || refused(own) || above.uid !== own.uid;
  return isShared ? appRoot : folder;
}

/** Looks at a site as `check` was told to. */
async function examine(
  appRoot: string,
  options: CheckCommandOptions,
  io: Io,
): Promise<Report> {
  const { site, findings, outcome, looks, failure } = await examineSite(
    appRoot,
    options,
    io,
  );
  const { clean } = readSecrets(site);
  return {
    appRoot,
    findings,
    outcome,
    isNative: site.native !== undefined,
    startupFile: runsWithoutUs(site, findings),
    configText: site.configText,
    readSource: sourceReader(site),
    failure: failure && { failure, clean },
    looks,
    isGood: !fails(findings, options.strict),
  };
}

/** The startup file of a site that the web server runs without us. */
function runsWithoutUs(
  { native, layout }: Site,
  findings: readonly Finding[],
): string | undefined {
  return findings.some((found) => isOf(found, "startup-file-replaced"))
    ? layout.passengerWsgi
    : native?.startupFile;
}

function fails(findings: readonly Finding[], isStrict: boolean): boolean {
  return hasErrors(findings) ||
    (isStrict && findings.some((found) => found.severity === "warning"));
}

/** What a table of sites says of one. */
export function rowOfCheck(answer: Record<string, unknown>) {
  const findings = Array.isArray(answer.findings) ? answer.findings : [];
  const worst = SEVERITIES.find((one) =>
    findings.some(({ severity }) => severity === one)
  );
  const codes = new Set(
    findings.filter(({ severity }) => severity === worst)
      .map(({ code }) => String(code)),
  );
  const told = worst === undefined || worst === "advice"
    ? ""
    : `; ${countInWords(findings)}: ${[...codes].join(", ")}`;
  return {
    words: `${kindInWords(answer.plan)}${told}`,
    isWarned: worst === "warning",
  };
}

export const checkCommand = command(
  checkUsage,
  parseCheck,
  runCheck,
  rowOfCheck,
);

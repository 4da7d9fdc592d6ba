/**
 * A whole look at a site: all checks, a trial start of its application and,
 * on demand, the answer of its address. `check` tells all of it, `status`
 * what follows from it.
 *
 * @module
 */

import { CHECKS, runChecks } from "../checks/mod.ts";
import {
  type Finding,
  hasErrors,
  isOf,
  sortFindings,
} from "../findings/finding.ts";
import { lookFromOutside } from "../judge/outside.ts";
import { makePlan, makeStartPlan, type Plan } from "../judge/plan.ts";
import { foreseeOutcome, type Outcome } from "../judge/visitors.ts";
import { fitToSite } from "../judge/native.ts";
import type { Failure } from "../python/failure.ts";
import type { Look } from "../reports/report.ts";
import { FACTS_PROGRAM } from "../python/facts.ts";
import { cleanFindings, readSecrets } from "../site/secrets.ts";
import type { Site } from "../site/site.ts";
import { tryStartupFile } from "../start/startup_trial.ts";
import { tryApplication } from "../start/trial.ts";
import { compareOwnFiles } from "./own_texts.ts";
import { printable } from "../text/shell.ts";
import { showProgress } from "./progress.ts";
import type { Io } from "./terminal.ts";
import { visit } from "./visit.ts";
import { readAnySite, withHost } from "./native_site.ts";

/** How thoroughly a site is looked at. */
export interface ExamineOptions {
  /** Do not start the application. */
  noImport: boolean;
  /** Where the site answers. */
  url?: URL;
  /** No certificate is judged there. */
  insecure?: boolean;
  /** The site as it was read. @default it is read here */
  site?: Site;
}

/** A site and what was found. */
export interface Examination {
  site: Site;
  findings: Finding[];
  plan: Plan;
  /** What a visitor gets; undefined where it cannot be known. */
  outcome?: Outcome;
  /** What was looked at, in its order. */
  looks: Look[];
  /** How the trial start failed. */
  failure?: Failure;
}

/** Reads a site, judges it, and starts its application once. */
export async function examineSite(
  appRoot: string,
  options: ExamineOptions,
  io: Io,
): Promise<Examination> {
  const site = options.site ?? await readAnySite(appRoot, io);
  const looks: Look[] = [];
  let failure: Failure | undefined;
  let findings = runChecks(site, {
    at: "shell",
    factsProgram: await io.embedded(FACTS_PROGRAM),
    begin: (family) => io.progress(`Looking at ${family} …`),
    end: (family, found) => void looks.push({ subject: family, found }),
  });
  io.progress("");
  const seen = new Set(looks.map(({ subject }) => subject));
  looks.push(
    ...Object.keys(CHECKS).filter((subject) => !seen.has(subject))
      .map((subject) => ({ subject })),
  );
  if (!site.native) {
    findings = [...findings, ...await compareOwnFiles(site, io)];
  }
  if (!options.noImport) {
    findings = joinTrial(findings, tryStartupFile(site, findings));
  }
  // A closed site is looked at as if it were open: it is to be opened again.
  const start = makeStartPlan(site, findings);
  const foreseen = findings;
  const mayStart = start.kind === "run" && !options.noImport &&
    !io.host.startsNothing;
  if (mayStart) {
    const seen = await showProgress(
      site.native
        ? withHost(site, io, (hosted) => tryApplication(hosted, start))
        : tryApplication(site, start),
      io,
      (seconds) =>
        `Starting the application … ${seconds} of ${start.startTimeout} s`,
    );
    findings = joinTrial(findings, seen.findings);
    failure = seen.failure;
    noteInterpreter(site, io);
    looks.push({ subject: START, found: seen.findings });
  } else {
    looks.push({ subject: START });
  }
  findings = fitToSite(findings, site);
  // What is seen from outside changes nothing about what the site would do.
  const plan = makePlan(site, failure?.caught ? foreseen : findings);
  const { url } = options;
  if (url) {
    const secrets = readSecrets(site).and({ URL: url.href });
    const address = secrets.clean(url.href);
    const outside = await showProgress(
      lookFromOutside(site, url, {
        plan,
        visit: (one, more) =>
          visit(one, { ...more, isInsecure: options.insecure }),
      }),
      io,
      (seconds) => `Asking ${address} … ${seconds} s`,
    );
    // The address may have a password in it.
    const seen = cleanFindings(outside, secrets, appRoot);
    findings = [...findings, ...seen];
    const aside = options.insecure ? ", its certificate aside" : "";
    looks.push({ subject: `the answer of ${address}${aside}`, found: seen });
  }
  // What cannot start is not to be restarted.
  if (hasErrors(findings)) {
    findings = findings.filter((found) => !isOf(found, "restart-needed"));
  }
  findings = sortFindings(findings);
  const outcome = foreseeOutcome(site, findings, plan);
  return { site, findings, plan, outcome, looks, failure };
}

/** A trial shows what would be so with another Python. */
function noteInterpreter({ native }: Site, io: Io): void {
  if (!native || native.interpreter.source) return;
  io.narrate(
    `note: nothing here says which Python the web server runs; the ` +
      `application was started with ${printable(native.interpreter.path)}`,
  );
}

/** What the look at a trial start is called. */
export const START = "start of the application";

/** What the trial saw happen replaces what the checks foresaw there. */
function joinTrial(foreseen: Finding[], seen: Finding[]): Finding[] {
  const isSeen = ({ code, place }: Finding) =>
    seen.some((one) =>
      place !== undefined && one.place?.file === place.file &&
      (one.code === code
        ? place.key === one.place.key
        : place.line !== undefined && one.place.line === place.line)
    );
  return [...foreseen.filter((one) => !isSeen(one)), ...seen];
}

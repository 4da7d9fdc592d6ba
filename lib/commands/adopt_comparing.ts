/**
 * Whether a site may be adopted as far as trying tells: what would be an error
 * once it is ours, and what it would answer differently.
 *
 * @module
 */

import { runChecks } from "../checks/mod.ts";
import { type Finding, findingLine } from "../findings/finding.ts";
import { fitToSite } from "../judge/native.ts";
import {
  compareAnswers,
  type Difference,
  renderDifferences,
} from "../reports/answers.ts";
import { readSecrets } from "../site/secrets.ts";
import { readSite, type Site } from "../site/site.ts";
import { printable, shellCommand } from "../text/shell.ts";
import type { Found } from "./adopt_reading.ts";
import type { AdoptionPlan } from "./adoption_steps.ts";
import { CommandError } from "./command.ts";
import { examineSite, START } from "./examine.ts";
import { askAdopted, askNative, type Questions } from "./site_answers.ts";
import { stagedHost } from "./staged_host.ts";
import type { Io } from "./terminal.ts";

type Parts = Pick<AdoptionPlan, "entries" | "layout" | "places">;

/** What keeps it from running, or would on a site of ours. */
export function refuseBroken(
  site: Site,
  { entries, places, layout }: Parts,
  io: Io,
): void {
  refuseErrors(
    runChecks(site, { at: "startup" }),
    "the site as it is has errors",
    site,
  );
  const staged = stagedHost(io.host, layout, [...entries, ...places]);
  refuseErrors(
    runChecks(readSite(layout.appRoot, staged), { at: "startup" }),
    "with wsgi-shim the site would show an error page",
    site,
  );
}

function refuseErrors(
  findings: readonly Finding[],
  why: string,
  site: Site,
): void {
  const errors = fitToSite(findings, site)
    .filter(({ severity }) => severity === "error");
  if (errors.length === 0) return;
  throw new CommandError(
    `Nothing was changed: ${why}`,
    ...errors.map(findingLine),
    `More about it: ${shellCommand("wsgi-shim", "check", site.layout.appRoot)}`,
  );
}

/** A path that no site has. */
const NO_SUCH_PATH = "/wsgi-shim-asks-for-what-is-not-there";

/** Asks the site as it is, twice, and as it would be. */
export async function compareBoth(
  { site, panel }: Found,
  url: URL | undefined,
  io: Io,
): Promise<void> {
  const given = url && url.pathname.startsWith(`${panel.baseUri}/`)
    ? url.pathname.slice(panel.baseUri.length) + url.search
    : "/";
  const questions: Questions = {
    paths: [...new Set(["/", given]), NO_SUCH_PATH],
    baseUri: panel.baseUri,
    url,
    environment: panel.environment,
  };
  io.progress("Asking the site as it is …");
  const first = await askNative(site, questions, io);
  if ("failed" in first) {
    // Where it would not start either way, that is explained.
    const { findings, looks } = await examineSite(
      site.layout.appRoot,
      { noImport: false, site },
      { ...io, narrate: () => {} },
    );
    const trial = looks.find(({ subject }) => subject === START)?.found;
    refuseErrors(trial ?? findings, "the site as it is does not start", site);
    throw cannotAsk(first.failed, site);
  }
  const second = await askNative(site, questions, io);
  if ("failed" in second) throw cannotAsk(second.failed, site);
  io.progress("Asking the site as it would be …");
  const after = await askAdopted(site, questions, io);
  io.progress("");
  if ("failed" in after) {
    throw new CommandError(
      `Nothing was changed: with wsgi-shim, the site does not start: ${
        printable(after.failed)
      }`,
    );
  }
  const differences = questions.paths.flatMap((path, index) =>
    compareAnswers(
      panel.baseUri + path,
      [first.answers[index]!, second.answers[index]!],
      after.answers[index]!,
    )
  );
  const why =
    "Nothing was changed: with wsgi-shim, the site would answer differently";
  refuseDifferences(differences, why, site, io);
}

function cannotAsk(why: string, site: Site): CommandError {
  return new CommandError(
    `Nothing was changed: the site cannot be loaded here: ${
      readSecrets(site).clean(printable(why))
    }`,
    "Where only the web server gives it what it lacks here, add --no-import, " +
      "which compares no answers, and --url, which looks at the live site.",
  );
}

export function refuseDifferences(
  differences: readonly Difference[],
  why: string,
  site: Site,
  io: Io,
): void {
  if (differences.length === 0) return;
  const { clean } = readSecrets(site);
  throw new CommandError(
    why,
    clean(renderDifferences(differences, io.columns)),
  );
}

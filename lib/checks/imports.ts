/**
 * Reports what Python found in the files that the application imports, without
 * importing them.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { type Finding, finding } from "../findings/finding.ts";
import { explainSyntax, explainUnset } from "../causes/mod.ts";
import { shellCommand } from "../text/shell.ts";
import type { Site } from "../site/site.ts";
import { tryLoginShell } from "./login_shell.ts";
import { readPythonFacts } from "../python/facts.ts";
import { checkSource } from "./source.ts";
import { quoted } from "../text/wrap.ts";

/**
 * Needs an interpreter that runs; what keeps it from running is told by the
 * checks of Python.
 *
 * @param told What was found in the application's own file
 */
export function checkImports(
  site: Site,
  told: readonly Finding[],
  factsProgram: string | undefined,
): Finding[] {
  const python = site.config?.passenger.python;
  const answer = python && readPythonFacts(python, site, factsProgram);
  if (!python || !answer || "failed" in answer) return [];
  const { facts } = answer;
  const known = new Set(told.map((found) => found.place?.file));
  return [
    ...(facts.syntax ?? []).filter(({ file }) => !known.has(file))
      .flatMap((fault): Finding[] => {
        // A merge or an encoding is the cause, and the syntax error its effect.
        const cause = checkSource(fault.file, site.host);
        const version = facts.version.join(".");
        return cause.length > 0 ? cause : [explainSyntax(fault, version, site)];
      }),
    ...(facts.stale ?? []).map(({ file, cached }) =>
      finding("stale-bytecode", {
        message:
          `Python runs an old copy of "${file}": time and size are the same, and the content is not`,
        place: { file: cached },
        fix: { command: shellCommand("touch", file), safe: false },
      })
    ),
    ...(facts.keys ?? []).map(({ name, file, line }) =>
      finding("session-key-renewed", {
        message:
          `Line ${line} of "${file}" makes ${name} anew in each process of the site: a session of one is unknown to the others, and to all after a restart`,
        place: { file, line },
        fix: {
          text: `Make a key once, as \`${
            shellCommand(
              python,
              "-c",
              "import secrets; print(secrets.token_hex(32))",
            )
          }\` prints it; keep it in a file that [secret_files] names, and read that on line ${line}`,
        },
      })
    ),
    ...checkShadows(facts.shadows ?? []),
    ...checkNeeded(facts.needed ?? [], site),
  ];
}

function checkShadows(shadows: readonly string[]): Finding[] {
  const first = shadows[0];
  if (!first) return [];
  return [finding("module-shadowed", {
    message: `${quoted(shadows)} ${
      shadows.length > 1 ? "hide modules" : "hides a module"
    } of Python's own with the same name`,
    place: { file: first },
    fix: { text: `Give ${first} another name` },
  })];
}

/** Variables that are read without a default when the application starts. */
function checkNeeded(
  needed: readonly { name: string; file: string; line?: number }[],
  site: Site,
): Finding[] {
  const { config, host } = site;
  const login = tryLoginShell(site).environment ?? {};
  const seen = new Set<string>();
  return needed.flatMap(({ name, file, line }) => {
    const set = config!.environment[name] ?? config!.secretFiles[name];
    const isSet = set !== undefined || login[name] !== undefined;
    if (isSet || seen.has(name) || isGiven(name)) return [];
    seen.add(name);
    const here = host.env[name] !== undefined;
    // What the same variable leads to when the application starts.
    const { fix } = explainUnset({ name, file, line }, site);
    return [finding("environment-missing", {
      message: `Line ${line} of "${file}" needs ${name}, which ${
        here ? "this shell has, but config.toml does not set" : "is not set"
      }`,
      place: { file, line },
      fix,
    })];
  });
}

/** What Passenger and the login shell always set. */
function isGiven(name: string): boolean {
  return /^(HOME|USER|LOGNAME|SHELL|PATH|PWD|IN_PASSENGER|PASSENGER_\w+|PYTHON\w*|WSGI_ENV|RACK_ENV|RAILS_ENV|NODE_ENV)$/
    .test(name);
}

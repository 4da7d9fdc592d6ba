/**
 * Reports variables that stand in two places, and paths in variables that
 * cannot be used. Names and places are told, values never.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { dirname } from "node:path";
import { type Finding, finding } from "../findings/finding.ts";
import { refused } from "../machine/host.ts";
import {
  findBarrier,
  findObstacle,
  mayAccess,
  openingFor,
  stateOf,
} from "../machine/permission.ts";
import { shellCommand } from "../text/shell.ts";
import { type Site, userOf } from "../site/site.ts";
import { movedPath } from "./config.ts";
import { tryLoginShell } from "./login_shell.ts";
import { checkVariables } from "./login_variables.ts";
import type { CheckOptions } from "./check.ts";

export function checkEnvironment(
  site: Site,
  options: CheckOptions,
  found: readonly Finding[],
): Finding[] {
  // What is said of a folder is not said again of a path in it.
  const told = new Set(found.map((one) => one.place?.file));
  const unread = checkShellWords(site);
  return [
    ...unread,
    ...checkGiven(site, options),
    ...checkPaths(site, told),
  ];
}

/**
 * Judges the variables that the application has besides those of config.toml:
 * at a start those of this process, at the shell those that the login shell
 * hands on. What a terminal has beyond them reaches no web server, but `serve`.
 */
function checkGiven(site: Site, { at, isForeseen }: CheckOptions): Finding[] {
  const { env } = site.host;
  if (at === "startup" && !isForeseen) {
    if (env.IN_PASSENGER === undefined) {
      return checkConflicts(site, env, "the environment of this process");
    }
    const source = "the environment of the web server's process";
    return [
      ...checkConflicts(site, env, source),
      ...checkVariables(env, "the web server's process", site),
    ];
  }
  const { environment, findings } = tryLoginShell(site);
  const given = environment
    ? checkConflicts(site, environment, "the login files")
    : [];
  return [
    ...findings,
    ...given,
    ...at === "shell" ? checkTerminal(site, given) : [],
  ];
}

/** What stands in the way of a preview from this terminal, and nowhere else. */
function checkTerminal(site: Site, told: readonly Finding[]): Finding[] {
  const keys = new Set(told.map(({ place }) => place?.key));
  return checkConflicts(
    site,
    site.host.env,
    "this terminal, which the web server does not see; `serve` would",
  ).filter(({ place }) => !keys.has(place?.key)).map((found) => ({
    ...found,
    severity: "warning",
  }));
}

/** What the system gives every process; who sets it anew wants to replace it. */
const GIVEN_REGEXP =
  /^(?:PATH|HOME|USER|LOGNAME|SHELL|PWD|OLDPWD|SHLVL|_|IN_PASSENGER|LANG|LANGUAGE|LC_\w+|TZ|TMPDIR)$/;

/** What people write for a shell to replace. */
const SHELL_REGEXP =
  /\$(?:\{(?:HOME|PATH|USER|PWD|VIRTUAL_ENV)\}|(?:HOME|PATH|USER|PWD|VIRTUAL_ENV)\b)|^~(?=\/|$)|:~(?=\/)/;

/** No shell reads config.toml, so `$PATH` stays what it is. */
function checkShellWords({ config, placeOf }: Site): Finding[] {
  return Object.entries(config?.environment ?? {}).flatMap(([name, value]) => {
    const word = SHELL_REGEXP.exec(value)?.[0].replace(/^:/, "");
    if (word === undefined) return [];
    return [finding("environment-shell-words", {
      message:
        `${name} in [environment] holds ${word}, which only a shell replaces; the application gets these letters as they are`,
      place: placeOf(`environment.${name}`),
      fix: {
        text: `Write in place of ${word} what this prints in a shell: \`echo "${
          word === "~" ? "$HOME" : word
        }"\``,
      },
    })];
  });
}

function checkConflicts(
  { config, placeOf }: Site,
  environment: Readonly<Record<string, string | undefined>>,
  source: string,
): Finding[] {
  if (!config) return [];
  const sections = [
    ["secret_files", config.secretFiles],
    ["environment", config.environment],
  ] as const;
  return sections.flatMap(([section, variables]) =>
    Object.entries(variables).flatMap(([name, value]) => {
      const present = Object.hasOwn(environment, name)
        ? environment[name]
        : undefined;
      if (present === undefined || present === value) return [];
      if (GIVEN_REGEXP.test(name)) return [];
      return [finding("environment-conflict", {
        message:
          `${name} is set in [${section}] of config.toml, and with another value in ${source}`,
        place: placeOf(`${section}.${name}`),
        fix: {
          text:
            `Remove ${name} from config.toml, or from where it is set besides: the login files of the site's user, or \`unset ${name}\` in this terminal`,
        },
      })];
    })
  );
}

/** Variables that name a file which the application will write: a log. */
function checkPaths(
  site: Site,
  told: ReadonlySet<string | undefined>,
): Finding[] {
  const { config, host, identity, placeOf } = site;
  return Object.entries(config?.environment ?? {}).flatMap(([name, path]) => {
    if (!path.startsWith("/") || !/LOG/i.test(name)) return [];
    const key = `environment.${name}`;
    const status = host.stat(path);
    const folder = !refused(status) && status.kind === "folder"
      ? path
      : dirname(path);
    if (told.has(folder) || told.has(path) || movedPath(folder, site)) {
      return [];
    }
    const barrier = findBarrier(path, identity, host);
    if (barrier && told.has(barrier.folder)) return [];
    const home = host.stat(folder);
    if (refused(home)) {
      if (home.errno !== "ENOENT") return [];
      return [finding("environment-path-missing", {
        message:
          `${name} in [environment] names a file in "${folder}", which does not exist`,
        place: placeOf(key),
        fix: { command: shellCommand("mkdir", "-p", folder), safe: false },
      })];
    }
    const target = refused(status) ? home : status;
    const at = refused(status) ? folder : path;
    if (
      mayAccess(target, identity, "write") &&
      !findObstacle(folder, identity, "search", host)
    ) return [];
    return [finding("environment-path-missing", {
      message: `${name} in [environment] names a file that user "${
        userOf(site)
      }" cannot write: "${at}" has ${stateOf(target, host)}`,
      place: placeOf(key),
      fix: {
        command: openingFor(target, identity, "write").change.startsWith("o")
          ? shellCommand("chown", userOf(site), at)
          : shellCommand(
            "chmod",
            openingFor(target, identity, "write").change,
            at,
          ),
        safe: false,
      },
    })];
  });
}

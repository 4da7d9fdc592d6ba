/**
 * Reports variables that stand in two places, and paths in variables that
 * cannot be used. Names and places are told, values never.
 *
 * Layer 2. Runs on Node and Deno.
 *
 * @module
 */

import { dirname } from "node:path";
import type { Finding } from "../finding.ts";
import { refused } from "../host.ts";
import { findObstacle, mayAccess } from "../permission.ts";
import { shellCommand } from "../shell.ts";
import type { Site } from "../site.ts";
import { checkLoginShell } from "./login_shell.ts";
import type { CheckOptions } from "./mod.ts";
import { openingFor, stateOf, tell, userOf } from "./wording.ts";

export function checkEnvironment(
  site: Site,
  options: CheckOptions,
): Finding[] {
  return [
    ...checkConflicts(site, options),
    ...checkPaths(site),
    ...checkLoginShell(site, options),
  ];
}

function checkConflicts(site: Site, { at }: CheckOptions): Finding[] {
  const { config, host, placeOf } = site;
  if (!config) return [];
  const sections = [
    ["secret_files", config.secretFiles],
    ["environment", config.environment],
  ] as const;
  return sections.flatMap(([section, variables]) =>
    Object.entries(variables).flatMap(([name, value]) => {
      const present = Object.hasOwn(host.env, name)
        ? host.env[name]
        : undefined;
      if (present === undefined || present === value) return [];
      return [tell("environment-conflict", {
        message:
          `${name} is set in [${section}] of config.toml, and with another value in the environment of ${
            at === "shell" ? "this shell" : "the web server's process"
          }`,
        place: placeOf(`${section}.${name}`),
        fix: {
          text: at === "shell"
            ? `Remove ${name} from config.toml or from your login files; if only this shell has it: unset ${name}`
            : `Remove ${name} from config.toml, or from the login files of the site's user`,
        },
      })];
    })
  );
}

/** Variables that name a file which the application will write: a log. */
function checkPaths(site: Site): Finding[] {
  const { config, host, identity, placeOf } = site;
  return Object.entries(config?.environment ?? {}).flatMap(([name, path]) => {
    if (!path.startsWith("/") || !/LOG/i.test(name)) return [];
    const key = `environment.${name}`;
    const status = host.stat(path);
    const folder = !refused(status) && status.kind === "folder"
      ? path
      : dirname(path);
    const home = host.stat(folder);
    if (refused(home)) {
      if (home.errno !== "ENOENT") return [];
      return [tell("environment-path-missing", {
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
    return [tell("environment-path-missing", {
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

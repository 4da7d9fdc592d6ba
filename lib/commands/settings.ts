/**
 * `wsgi-shim settings`: what to send to the administrators of the web server.
 *
 * @module
 */

import { serverSettingsOf } from "../reports/server_settings.ts";
import {
  type Address,
  renderSettings,
  SETTINGS_FORMATS,
  type SettingsFormat,
  whyNotRendered,
} from "../reports/settings_snippet.ts";
import { printable, quoteWord, shellCommand } from "../text/shell.ts";
import {
  MACHINE_FILE,
  machineInWords,
  readMachine,
} from "../site/machine_settings.ts";
import { readSite, type Site } from "../site/site.ts";
import type { ExitCode, Io } from "./terminal.ts";
import { listed } from "../text/wrap.ts";
import { APP_ROOT, resolveAppRoot } from "./app_root.ts";
import { oneOf, parseArguments } from "./arguments.ts";
import { command, CommandError, type Usage, UsageError } from "./command.ts";

/** What `settings` was asked for. */
export interface SettingsOptions {
  appRoot?: string;
  format: SettingsFormat;
  address: Address;
}

export const settingsUsage: Usage = {
  name: "settings",
  isReading: true,
  summary: "Show what the administrators of the web server must set",
  arguments: [APP_ROOT],
  options: [
    {
      name: "format",
      value: "FORM",
      kind: SETTINGS_FORMATS,
      meaning: "text, apache, nginx, puppet or json (default: text)",
    },
    {
      name: "name",
      value: "HOST",
      meaning: "the name of the site; others, after a comma, lead there too",
    },
    {
      name: "tls",
      meaning: "with a certificate, and a redirection from plain HTTP",
    },
  ],
  description: [
    "Shows what the web server must know of the site, as [passenger] in " +
    "config.toml says it: as a text for a mail, or ready for an Apache " +
    "virtual host, an nginx server block or a Puppet manifest.",
  ],
  examples: [
    ["wsgi-shim settings", "as a text"],
    [
      "wsgi-shim settings --format apache --name www.example.org --tls " +
      "mysite/www",
      "as a virtual host",
    ],
  ],
};

/** RFC 1123, with the asterisk of a certificate for all names below one. */
const HOST_NAME_REGEXP =
  /^(?=.{1,253}$)(?:\*\.)?[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/i;

/** Parses the arguments of `settings`. */
export function parseSettings(argv: string[]): SettingsOptions {
  const given = parseArguments(argv, settingsUsage);
  const names = given.value("name")?.split(",");
  const wrong = names?.find((name) => !HOST_NAME_REGEXP.test(name));
  if (wrong !== undefined) {
    throw new UsageError(
      "--name must be the name of a host such as www.example.org, and is " +
        quoteWord(wrong),
    );
  }
  return {
    appRoot: given.positionals[0],
    format: oneOf(
      given.value("format") ?? "text",
      SETTINGS_FORMATS,
      "--format",
    ),
    address: { names, isTls: given.has("tls") },
  };
}

/** Shows the settings of a site. */
export function runSettings(
  options: SettingsOptions,
  io: Io,
): Promise<ExitCode> {
  const appRoot = resolveAppRoot(options.appRoot, io);
  const site = readSite(appRoot, io.host);
  const { settings, missing } = serverSettingsOf(site, io.host);
  if (!settings) {
    throw new CommandError(
      whyUnknown(site, missing),
      `See: ${shellCommand("wsgi-shim", "check", "--no-import", appRoot)}`,
    );
  }
  const reason = whyNotRendered(settings, options.format);
  if (reason !== undefined) {
    throw new CommandError(
      `Cannot write this as ${options.format}: ${printable(reason)}`,
      "The forms text and json can hold it.",
    );
  }
  const limits = machineInWords(readMachine(io.host));
  if (limits.length > 0) {
    io.narrate(
      `note: ${MACHINE_FILE} sets for all sites: ${limits.join("; ")}`,
    );
  }
  io.out(renderSettings(settings, options.format, options.address));
  return Promise.resolve(0);
}

/** A setting that is there, but means nothing, is not one that is missing. */
function whyUnknown(site: Site, missing: readonly string[]): string {
  const { config, configFindings, layout } = site;
  if (!config) return configFindings[0]?.message ?? "There is no config.toml";
  const fault = configFindings.find(({ place }) =>
    missing.some((key) => place?.key === `passenger.${key}`)
  );
  return fault?.message ??
    `${printable(layout.config)} does not say ${
      listed(missing)
    } in [passenger]`;
}

export const settingsCommand = command(
  settingsUsage,
  parseSettings,
  runSettings,
);

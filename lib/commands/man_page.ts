/**
 * The manual page of the program, made from the same table as the help.
 *
 * Written in the macros of man(7). Pure.
 *
 * @module
 */

import type { OptionUsage, Usage } from "./command.ts";

/** What the page is made of. */
export interface ManPage {
  version: string;
  /** Those that people call, in their order. */
  commands: readonly Usage[];
  /** Options that every command takes. */
  common: readonly OptionUsage[];
  /** Exit statuses with their meaning. */
  statuses: readonly (readonly [status: string, meaning: string])[];
}

/** Renders the page. */
export function renderManPage(
  { version, commands, common, statuses }: ManPage,
): string {
  return [
    `.TH WSGI-SHIM 1 "" "wsgi-shim ${version}" "User Commands"`,
    ".SH NAME",
    roff(
      "wsgi-shim - run a Python web application under Phusion Passenger, and say what is wrong",
    ),
    ".SH SYNOPSIS",
    ".B wsgi-shim",
    ".I command",
    "[options] [APPROOT]",
    ".SH DESCRIPTION",
    roff(
      "APPROOT is the folder with config.toml; by default the current folder.",
    ),
    ".SH COMMANDS",
    ...commands.flatMap(renderCommand),
    ".SH OPTIONS OF ALL COMMANDS",
    ...common.flatMap(renderOption),
    ".SH EXIT STATUS",
    ...statuses.flatMap(([status, meaning]) => [
      ".TP",
      `.B ${roff(status)}`,
      roff(meaning),
    ]),
    ".SH ENVIRONMENT",
    ...renderEntry(
      "NO_COLOR, FORCE_COLOR, CLICOLOR_FORCE",
      "decide on colours where --color does not",
    ),
    ...renderEntry("WSGI_SHIM_DEBUG", "1: show where a fault of wsgi-shim is"),
    ".SH FILES",
    ...renderEntry("APPROOT/config.toml", "the settings of a site"),
    ...renderEntry("APPROOT/log/wsgi-shim.log", "what it has done"),
    ...renderEntry("/etc/wsgi-shim.toml", "defaults and limits of a machine"),
    "",
  ].join("\n");
}

function renderCommand(usage: Usage): string[] {
  const words = usage.arguments.map(
    ({ name, kind, isOptional, isRepeated }) => {
      const word = typeof kind === "string" ? name : kind.join("|");
      const many = isRepeated ? `${word}...` : word;
      return isOptional ? `[${many}]` : many;
    },
  );
  return [
    `.SS ${roff(["wsgi-shim", usage.name, "[options]", ...words].join(" "))}`,
    ...usage.description.flatMap((text, index) => [
      ...index > 0 ? [".PP"] : [],
      roff(text),
    ]),
    ...usage.options.flatMap(renderOption),
    ...usage.examples.flatMap(([line, meaning]) => [
      ".PP",
      `${roff(meaning)}:`,
      ".PP",
      ".RS 4",
      ".nf",
      roff(line),
      ".fi",
      ".RE",
    ]),
  ];
}

function renderOption({ name, short, value, meaning }: OptionUsage): string[] {
  const names = [`--${name}`, ...short === undefined ? [] : [`-${short}`]]
    .join(", ");
  return [
    ".TP",
    `\\fB${roff(names)}\\fR${
      value === undefined ? "" : ` \\fI${roff(value)}\\fR`
    }`,
    roff(meaning),
  ];
}

function renderEntry(name: string, meaning: string): string[] {
  return [".TP", `.B ${roff(name)}`, roff(meaning)];
}

/** Escapes what the macros would take for their own. */
function roff(text: string): string {
  return text.replaceAll("\\", "\\e").replaceAll("-", "\\-")
    .replaceAll("…", "...").replace(/^(?=[.'])/gm, "\\&");
}

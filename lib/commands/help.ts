/**
 * `wsgi-shim help`, `--help` on every command, and `--version`.
 *
 * @module
 */

import { readMarker } from "../site/marker.ts";
import { type Paint, PLAIN } from "../reports/paint.ts";
import { OWNED_FILES } from "../reports/scaffold.ts";
import { COLOUR_CHOICES, type Io } from "./terminal.ts";
import { VERSION } from "../site/version.ts";
import { alignRows, wrapText } from "../text/wrap.ts";
import type { Command, OptionUsage, Usage } from "./command.ts";

/** The option that `cli.ts` takes out of every command line. */
export const COLOUR_OPTION: OptionUsage = {
  name: "color",
  value: "WHEN",
  kind: COLOUR_CHOICES,
  meaning: "auto, always or never (default: auto)",
};

/** Options that every command takes. */
export const COMMON_OPTIONS: readonly OptionUsage[] = [
  COLOUR_OPTION,
  { name: "help", short: "h", meaning: "show this help" },
];

/** How help is shown. */
export interface HelpOptions {
  /** @default {PLAIN} */
  paint?: Paint;
  /** @default {80} */
  columns?: number;
}

export const helpUsage: Usage = {
  name: "help",
  summary: "Show the help of a command",
  arguments: [{ name: "COMMAND", kind: "command", isOptional: true }],
  options: [
    { name: "man", meaning: "all of the help as a manual page, for man" },
  ],
  description: ["Shows the help of a command, or the list of all commands."],
  examples: [
    ["wsgi-shim help check", "the help of check"],
    [
      "wsgi-shim help --man > /usr/local/share/man/man1/wsgi-shim.1",
      "install the manual page",
    ],
  ],
};

/** How every command ends. */
export const EXIT_STATUSES: readonly (readonly [string, string])[] = [
  ["0", "fine; there may be warnings"],
  ["1", "errors were found, or the command failed"],
  ["2", "the command was not understood"],
  ["3", "a fault of wsgi-shim itself"],
];

/** Renders what `wsgi-shim` alone says. */
export function renderHelp(
  commands: readonly Command[],
  { paint = PLAIN, columns }: HelpOptions = {},
): string {
  const { strong } = paint;
  return [
    wrapText(
      "wsgi-shim runs a Python web application under Phusion Passenger, and " +
        "says what is wrong when it does not run.",
      { columns },
    ),
    "",
    strong("Usage"),
    "  wsgi-shim <command> [options] [APPROOT]",
    "",
    wrapText(
      "APPROOT is the folder with config.toml; by default the current folder.",
      { columns, first: "  ", rest: "  " },
    ),
    "",
    strong("Commands"),
    alignRows(
      commands.filter(({ usage }) => !usage.isHidden)
        .map(({ usage }) => [usage.name, usage.summary]),
      { columns },
    ),
    "",
    strong("Options"),
    alignRows([
      ["--help, -h", "show this help, or that of a command"],
      ["--version, -v", "show the versions of wsgi-shim and what it runs on"],
      [`${nameOf(COLOUR_OPTION)}`, COLOUR_OPTION.meaning],
    ], { columns }),
    "",
    strong("Exit status"),
    alignRows(EXIT_STATUSES, { columns }),
    "",
    strong("Examples"),
    "  wsgi-shim install mysite/www",
    "  wsgi-shim check mysite/www",
    "  wsgi-shim help install",
  ].join("\n");
}

/** Renders the help of one command. */
export function renderUsage(
  usage: Usage,
  { paint = PLAIN, columns }: HelpOptions = {},
): string {
  const { strong } = paint;
  const options = [...usage.options, ...COMMON_OPTIONS];
  return [
    ...usage.description.flatMap((paragraph) => [
      wrapText(paragraph, { columns }),
      "",
    ]),
    strong("Usage"),
    `  ${renderSynopsis(usage)}`,
    "",
    strong("Options"),
    alignRows(options.map((option) => [nameOf(option), option.meaning]), {
      columns,
    }),
    "",
    strong(usage.examples.length === 1 ? "Example" : "Examples"),
    ...usage.examples.map(([line, meaning]) =>
      `  ${line}\n${
        wrapText(meaning, { columns, first: MARGIN, rest: MARGIN })
      }`
    ),
  ].join("\n");
}

const MARGIN = " ".repeat(6);

/** How a command is called: `wsgi-shim check [options] [APPROOT]`. */
function renderSynopsis(usage: Usage): string {
  const words = usage.arguments.map(
    ({ name, kind, isOptional, isRepeated }) => {
      const word = typeof kind === "string" ? name : kind.join("|");
      const many = isRepeated ? `${word}…` : word;
      return isOptional ? `[${many}]` : many;
    },
  );
  return ["wsgi-shim", usage.name, "[options]", ...words].join(" ");
}

/** Renders the versions of everything that is ours or runs us. */
export async function renderVersion(io: Io): Promise<string> {
  const file = OWNED_FILES.find(({ path }) => path === "shim/runtime.cjs")!;
  let runtime: string;
  try {
    runtime = readMarker(await io.embedded(file))?.version ?? VERSION;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    runtime = "not built";
  }
  return [
    `wsgi-shim ${VERSION}`,
    `runtime   ${runtime}`,
    `Deno      ${Deno.version.deno}`,
  ].join("\n");
}

function nameOf(option: OptionUsage): string {
  const value = option.value === undefined ? "" : ` ${option.value}`;
  const short = option.short === undefined ? "" : `, -${option.short}`;
  return `--${option.name}${short}${value}`;
}

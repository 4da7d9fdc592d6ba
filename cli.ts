/**
 * The command line: `wsgi-shim <command> [options] [APPROOT]`, which runs a
 * Python web application under Phusion Passenger, checks the site, and
 * explains what is wrong with it.
 *
 * ```sh
 * deno run -A jsr:@shim/cli install www    # makes a site in the folder www
 * deno run -A jsr:@shim/cli check www      # says what is wrong with it
 * ```
 *
 * Install it once, and it is the command `wsgi-shim`:
 *
 * ```sh
 * deno install -gA -n wsgi-shim jsr:@shim/cli
 * ```
 *
 * From a checkout it runs with `deno task -q cli <command>`. A command returns
 * how it went; errors become words and an exit status here and nowhere else.
 *
 * @module
 */

import {
  type Command,
  CommandError,
  UsageError,
} from "./lib/commands/command.ts";
import { oneOf, parseArguments } from "./lib/commands/arguments.ts";
import {
  COLOUR_OPTION,
  COMMON_OPTIONS,
  EXIT_STATUSES,
  helpUsage,
  renderHelp,
  renderUsage,
  renderVersion,
} from "./lib/commands/help.ts";
import { stepDown } from "./lib/commands/step_down.ts";
import { countCommands, whyNotAllowed } from "./lib/commands/from_jsr.ts";
import { renderManPage } from "./lib/commands/man_page.ts";
import { VERSION } from "./lib/site/version.ts";
import { COMMANDS } from "./lib/commands/mod.ts";
import { runForSites } from "./lib/commands/sites.ts";
import { printable, quoteWord } from "./lib/text/shell.ts";
import { suggest } from "./lib/text/suggestion.ts";
import {
  COLOUR_CHOICES,
  createIo,
  type ExitCode,
  type Io,
  TerminalError,
  withColours,
} from "./lib/commands/terminal.ts";

/**
 * Runs a command line and returns the exit status.
 *
 * @internal The tests run it so; users run the program.
 */
export async function main(argv: string[], io: Io): Promise<ExitCode> {
  try {
    return await dispatch(argv, io);
  } catch (error) {
    return explain(error, argv, io);
  }
}

async function dispatch(given: string[], plain: Io): Promise<ExitCode> {
  const { argv, io } = takeColours(given, plain);
  const [name, ...rest] = argv;
  switch (name) {
    case undefined:
    case "--help":
    case "-h":
      io.out(renderHelp(COMMANDS, io));
      return 0;
    case "help":
      return help(rest, io);
    case "version":
    case "--version":
    case "-V":
    case "-v":
      io.out(await renderVersion(io));
      return 0;
  }
  const command = findCommand(name);
  if (asksForHelp(rest)) {
    io.out(renderUsage(command.usage, io));
    return 0;
  }
  return await runForSites(command, rest, io) ??
    await stepDown(command.usage, rest, io) ?? await command.run(rest, io);
}

function help(argv: string[], io: Io): ExitCode {
  if (asksForHelp(argv)) argv = ["help"];
  const given = parseArguments(argv, helpUsage);
  if (given.has("man")) {
    const usages = COMMANDS.map(({ usage }) => usage);
    io.out(renderManPage({
      version: VERSION,
      commands: [...usages.filter(({ isHidden }) => !isHidden), helpUsage],
      common: COMMON_OPTIONS,
      statuses: EXIT_STATUSES,
    }));
    return 0;
  }
  const [name] = given.positionals;
  io.out(
    name === undefined ? renderHelp(COMMANDS, io) : renderUsage(
      name === "help" ? helpUsage : findCommand(name).usage,
      io,
    ),
  );
  return 0;
}

function findCommand(name: string): Command {
  const command = COMMANDS.find(({ usage }) => usage.name === name);
  if (command) return command;
  const isOption = name.startsWith("-");
  const names = isOption ? ["--help", "--version"] : [
    "help",
    "version",
    ...COMMANDS.map(({ usage }) => usage)
      .filter((usage) => !usage.isHidden).map((usage) => usage.name),
  ];
  const near = name === "" ? undefined : suggest(name, names) ??
    names.find((known) => known.startsWith(name));
  const kind = isOption ? "option" : "command";
  throw new UsageError(
    `There is no ${kind} ${quoteWord(name)}${
      near ? `; did you mean ${near}?` : ""
    }`,
  );
}

/** Takes the option that all commands have in common, wherever it stands. */
function takeColours(given: string[], io: Io): { argv: string[]; io: Io } {
  const word = `--${COLOUR_OPTION.name}`;
  const end = given.indexOf("--");
  const options = given.slice(0, end < 0 ? undefined : end);
  const at = options.findIndex((one) =>
    one === word || one.startsWith(`${word}=`)
  );
  if (at < 0) return { argv: given, io };
  const isApart = options[at] === word;
  const value = isApart ? options[at + 1] : options[at]!.slice(word.length + 1);
  if (value === undefined) {
    throw new UsageError(`${word} needs a value: ${COLOUR_OPTION.value}`);
  }
  const choice = oneOf(value, COLOUR_CHOICES, word);
  const rest = given.toSpliced(at, isApart ? 2 : 1);
  return takeColours(rest, withColours(io, choice));
}

/** Words after `--` are not options. */
function asksForHelp(words: string[]): boolean {
  const end = words.indexOf("--");
  return words.slice(0, end < 0 ? undefined : end)
    .some((word) => word === "--help" || word === "-h");
}

function explain(error: unknown, argv: string[], io: Io): ExitCode {
  const title = io.errPaint.error("error:");
  if (error instanceof UsageError) {
    const known = COMMANDS.some(({ usage }) => usage.name === argv[0]);
    io.narrate(`${title} ${error.message}`);
    io.err(`See: wsgi-shim ${known ? `help ${argv[0]}` : "--help"}`);
    return 2;
  }
  if (error instanceof CommandError) {
    io.narrate(`${title} ${error.message}`);
    for (const line of error.advice) io.err(line);
    return 1;
  }
  if (error instanceof TerminalError) {
    io.narrate(`${title} ${error.message}`);
    return 1;
  }
  // `wsgi-shim logs | head` ends like this, and all is well.
  if (error instanceof Deno.errors.BrokenPipe) return 0;
  const message = error instanceof Error ? error.message : String(error);
  io.narrate(`${title} ${printable(message)}`);
  io.narrate(
    "This is a fault of wsgi-shim. Please report it to its authors.",
  );
  const isDebug = io.host.env.WSGI_SHIM_DEBUG === "1";
  if (isDebug && error instanceof Error) io.err(error.stack ?? "");
  else io.err("With WSGI_SHIM_DEBUG=1 it shows where it happened.");
  return 3;
}

async function runAsProgram(): Promise<ExitCode> {
  const reason = whyNotAllowed();
  if (reason !== undefined) {
    Deno.stderr.writeSync(new TextEncoder().encode(`error: ${reason}\n`));
    return 1;
  }
  if (import.meta.url.startsWith("file:")) return main(Deno.args, createIo());
  const { io, explain } = countCommands(createIo());
  const code = await main(Deno.args, io);
  explain();
  return code;
}

// No `await`: the compiled program runs this file as CommonJS.
if (import.meta.main) runAsProgram().then(Deno.exit);

/**
 * `wsgi-shim preflight`: the plan as JSON, for `passenger_wsgi.py`; and
 * `wsgi-shim python`, which hosts a site for `shim/python`. Both are called by
 * files on the site, not by people.
 *
 * Layer 5.
 *
 * @module
 */

import { answerPreflight } from "../preflight.ts";
import { explainInPython, startInPythonsPlace } from "../python_door.ts";
import type { ExitCode, Io } from "../terminal.ts";
import { APP_ROOT, resolveAppRoot } from "./app_root.ts";
import { parseArguments } from "./arguments.ts";
import { command, CommandError, type Usage, UsageError } from "./command.ts";

/** What `preflight` was asked for. */
export interface PreflightOptions {
  appRoot?: string;
  /** A failure is on standard input; the page for it is wanted. */
  failure: boolean;
  /** An earlier answer's state is; is the site mended since? */
  again: boolean;
  /** Who asks, as JSON. */
  caller?: string;
}

export const preflightUsage: Usage = {
  name: "preflight",
  summary: "Show the plan as JSON, for passenger_wsgi.py",
  arguments: [APP_ROOT],
  options: [
    {
      name: "failure",
      meaning: "make the page for a failure, JSON on standard input",
    },
    {
      name: "again",
      meaning: "look again, with the state of an earlier answer on " +
        "standard input",
    },
    {
      name: "caller",
      value: "JSON",
      meaning: "who asks; with its pid, the log tells what happens",
    },
  ],
  description: [
    "Tells what the site would do if it were started now: run, with all that " +
    "is needed for it, or show a page, which is part of the answer. The " +
    "startup file passenger_wsgi.py asks this; people may rather want " +
    "wsgi-shim check.",
  ],
  examples: [
    ["wsgi-shim preflight mysite/www", "what passenger_wsgi.py would get"],
  ],
};

/** Parses the arguments of `preflight`. */
export function parsePreflight(argv: string[]): PreflightOptions {
  const given = parseArguments(argv, preflightUsage);
  const failure = given.has("failure");
  const again = given.has("again");
  if (failure && again) {
    throw new UsageError("--failure and --again cannot be given together");
  }
  return {
    appRoot: given.positionals[0],
    failure,
    again,
    caller: given.value("caller"),
  };
}

/** Answers a preflight. */
export async function runPreflight(
  options: PreflightOptions,
  io: Io,
): Promise<ExitCode> {
  const { failure, again, caller } = options;
  const appRoot = resolveAppRoot(options.appRoot, io);
  const input = failure || again
    ? await new Response(Deno.stdin.readable).text()
    : "";
  try {
    io.out(
      answerPreflight(appRoot, io.host, { failure, again, caller, input }),
    );
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new UsageError(
      `What preflight was given is no JSON: ${error.message}`,
    );
  }
  return 0;
}

export const preflightCommand = command(
  preflightUsage,
  parsePreflight,
  runPreflight,
);

export const pythonUsage: Usage = {
  name: "python",
  isHidden: true,
  summary: "Host a site in Python's place, for shim/python",
  arguments: [APP_ROOT],
  options: [],
  description: [
    "Passenger starts shim/python as its Python interpreter, and that script " +
    "starts this. There is no other use for it.",
  ],
  examples: [],
};

/** Hosts a site; ends when Passenger ends it. */
export async function runPython(
  given: string | undefined,
  io: Io,
): Promise<ExitCode> {
  const appRoot = resolveAppRoot(given, io);
  let isStarted = false;
  try {
    isStarted = await startInPythonsPlace(appRoot, io.host);
  } catch (error) {
    io.err(`error: ${error instanceof Error ? error.stack : error}`);
    return await explainInPython(appRoot, error) === 0 ? 0 : 3;
  }
  if (isStarted) return await new Promise<never>(() => {});
  throw new CommandError(
    "This is no process of Passenger's: it names no spawn work directory",
    "To run the site here, use: wsgi-shim serve",
  );
}

export const pythonCommand = command(
  pythonUsage,
  (argv) => parseArguments(argv, pythonUsage).positionals[0],
  runPython,
);

/**
 * `wsgi-shim preflight`: the plan as JSON, for `passenger_wsgi.py`; and
 * `wsgi-shim python`, which hosts a site for `shim/python`. Both are called by
 * files on the site, not by people.
 *
 * @module
 */

import { PROBLEMS } from "../python/failure.ts";
import { answerPreflight } from "../start/preflight.ts";
import { explainInPython, startInPythonsPlace } from "../start/python_door.ts";
import type { ExitCode, Io } from "./terminal.ts";
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
  if (failure) refuseUnless(isFailure, input, "A failure");
  if (again) refuseUnless(isState, input, "A state");
  if (caller !== undefined) refuseUnless(isRecord, caller, "A caller");
  io.out(answerPreflight(appRoot, io.host, { failure, again, caller, input }));
  return 0;
}

/** What our own files write is as it should be; people try other things. */
function refuseUnless(
  isGood: (value: unknown) => boolean,
  json: string,
  what: string,
): void {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new UsageError(
      `What preflight was given is no JSON: ${
        error instanceof Error ? error.message : error
      }`,
    );
  }
  if (!isGood(value)) {
    throw new UsageError(
      `${what} has another form than what preflight was given`,
    );
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isFailure(value: unknown): boolean {
  return isRecord(value) &&
    PROBLEMS.some((problem) => problem === value.problem) &&
    (value.exception === undefined || isException(value.exception));
}

function isException(value: unknown): boolean {
  return isRecord(value) && typeof value.type === "string" &&
    typeof value.message === "string" && Array.isArray(value.frames);
}

function isState(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { begun, retryMs, incident, telling, failed } = value;
  return typeof begun === "number" && typeof retryMs === "number" &&
    typeof incident === "string" && typeof telling === "string" &&
    (failed === undefined ||
      isRecord(failed) && isFailure(failed.failure) &&
        Array.isArray(failed.findings));
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

/**
 * What a page may tell the owner of a site: findings and failures, cut down to
 * the level of detail that the settings allow, without configured values.
 *
 * HTML and JSON are both made from what is told and from nothing else,
 * so that this file alone decides what leaves the site. Runs on Node and Deno.
 *
 * @module
 */

import type { Feedback } from "../site/config.ts";
import {
  type Failure,
  type Frame,
  isLibraryFile,
  type PythonException,
} from "../python/failure.ts";
import {
  type Finding,
  type Fix,
  type Severity,
  sortFindings,
} from "../findings/finding.ts";
import { layoutOf } from "../site/layout.ts";
import { cleanFailure } from "../python/clean_failure.ts";
import { blankQuote, blankSource } from "../python/message.ts";
import { cleanFindings, type Secrets } from "../site/secrets.ts";
import { SECTIONS, SETTINGS } from "../site/settings_table.ts";
import { hasOneMend, WORDS } from "../findings/words.ts";
import { printable, shellCommand } from "../text/shell.ts";
import { counted } from "../text/wrap.ts";

/** When, where and as whom a page is made. */
export interface PageContext extends Feedback {
  /** Eight hexadecimal digits that stand in the log as well. */
  incident: string;
  /** What must not be told. */
  secrets: Secrets;
  appRoot: string;
  now: Date;
  logFile: string;
  user: string;
  group: string;
  /** The venv's interpreter, where it is known. */
  interpreter?: string;
  /** Version of wsgi-shim. */
  version: string;
  /** What serves the page; `python` is the script in Python's place. */
  door: "node" | "wsgi" | "serve" | "python";
  /**
   * Gives a line of `config.toml`, from 1, with the values of
   * `[environment]` and `[secret_files]` blanked.
   */
  configLine?: (line: number) => string | undefined;
}

/** A line of `config.toml`, with the part that is meant. */
export interface CodeFrame {
  line: number;
  text: string;
  /** First marked character, from 1. */
  column: number;
  /** Number of marked characters. */
  width: number;
}

/** A finding as a page tells it. */
export interface ToldFinding {
  code: string;
  severity: Severity;
  title: string;
  /** What was found here; left out of a summary. */
  message?: string;
  place?: { file?: string; line?: number; column?: number; key?: string };
  codeFrame?: CodeFrame;
  /** What mends it: a command to paste, or sentences. */
  fix?: Fix;
  why?: string;
}

/** A frame, with whose code it is. */
export interface ToldFrame extends Frame {
  library: boolean;
}

/** An exception as a page tells it. */
export interface ToldException {
  type: string;
  message?: string;
  frames?: ToldFrame[];
  /** Number of frames that are left out in the middle. */
  framesLeftOut?: number;
  /** It was only being handled when the one before it was raised. */
  incidental?: boolean;
  /** An ExceptionGroup above it holds it. */
  inGroup?: boolean;
}

/** What a page may tell the owner. */
export interface Told {
  findings: ToldFinding[];
  /** How the process ended, in a sentence, where no exception tells it. */
  ending?: string;
  /** The exception, followed by what its group holds and what caused it. */
  exceptions: ToldException[];
  /** Where Python stood when it hung or was killed. */
  stack?: ToldFrame[];
  /** The last lines that the process printed. */
  output?: string[];
  /** Facts about the run, by name. */
  facts: Record<string, string>;
  /** Commands, complete with the app root where paths are told. */
  commands: { check: string; fix: string; logs: string; restart: string };
}

/**
 * Chooses what is told, or nothing where the owner asked for no details.
 *
 * @param findings As they are; secrets are taken out here once more
 * @param failure The same
 */
export function chooseTold(
  findings: readonly Finding[],
  failure: Failure | undefined,
  context: PageContext,
): Told | undefined {
  const { appRoot, details, secrets } = context;
  if (details === "none") return undefined;
  return tell(
    cleanFindings(sortFindings(findings), secrets, appRoot),
    failure && cleanFailure(failure, secrets),
    context,
  );
}

function tell(
  findings: readonly Finding[],
  failure: Failure | undefined,
  context: PageContext,
): Told {
  const isFull = context.details === "full";
  const output = blankSource(failure?.output ?? [], failure?.exception)
    .slice(-MAX_OUTPUT_LINES);
  return {
    findings: findings.map((found) =>
      isFull ? tellFinding(found, context) : summarise(found, context)
    ),
    ending: tellEnding(failure, isFull),
    exceptions: tellExceptions(failure?.exception, context),
    stack: isFull
      ? failure?.stack?.map((frame) => tellFrame(frame, context))
      : undefined,
    output: isFull && output.length > 0 ? output : undefined,
    facts: tellFacts(failure, context),
    commands: tellCommands(isFull ? [context.appRoot] : []),
  };
}

const CONFIG_NAME = "config.toml";
const MAX_EXCEPTIONS = 10;
const MAX_OUTPUT_LINES = 50;
/** A recursion has a thousand frames; its two ends tell all. */
const MAX_FRAMES = { first: 20, last: 40 };

const DOORS: Readonly<Record<PageContext["door"], string>> = {
  node: "Passenger, startup file app.js",
  wsgi: "Passenger, startup file passenger_wsgi.py",
  python: "Passenger, through shim/python",
  serve: "wsgi-shim serve",
};

function tellFinding(
  found: Finding,
  context: PageContext,
): ToldFinding {
  const { config } = layoutOf(context.appRoot);
  const { message, place, fix } = found;
  return {
    ...basicsOf(found),
    message,
    place,
    codeFrame: found.place?.file === config
      ? frameOf(found.place, context)
      : undefined,
    fix,
  };
}

/**
 * Tells a finding by what its words say of all findings like it: words of ours
 * that hold no path, no name and nothing that an exception says.
 */
function summarise(found: Finding, { appRoot }: PageContext): ToldFinding {
  const { place } = found;
  const key = place?.key !== undefined && isKnownKey(place.key)
    ? place.key
    : undefined;
  // One of several ways would be a claim that nobody has looked at.
  const mend = hasOneMend(found.code)
    ? WORDS[found.code]!.mend
    : "That depends on the case, which this page does not tell: `wsgi-shim check` and the log do";
  // A line of any other file would be a frame, and its name a path.
  const shown = place?.file === layoutOf(appRoot).config
    ? { ...place, file: CONFIG_NAME, key }
    : key && { key };
  return {
    ...basicsOf(found),
    place: shown || undefined,
    fix: { text: mend },
  };
}

/** A key of ours, or the name of a variable; anything else may be a value. */
function isKnownKey(key: string): boolean {
  const [section, name = ""] = key.split(/\.(.*)/s);
  return SECTIONS.some((one) =>
    one.name === section && (name === "" ||
      (one.free
        ? /^[A-Za-z_]\w*$/.test(name)
        : SETTINGS.some((each) =>
          each.section === section &&
          [each.key, ...each.aliases ?? []].includes(name)
        )))
  );
}

function basicsOf(found: Finding) {
  // A finding from another version of the shim may have a code unknown here.
  const words = WORDS[found.code];
  return {
    code: found.code,
    severity: found.severity,
    title: words?.title ?? found.code,
    why: words?.why,
  };
}

function frameOf(
  place: NonNullable<Finding["place"]>,
  { configLine, secrets }: PageContext,
): CodeFrame | undefined {
  if (place.line === undefined) return undefined;
  const line = configLine?.(place.line);
  if (line === undefined) return undefined;
  const text = printable(secrets.clean(line.replaceAll("\t", " ")));
  const column = Math.min(place.column ?? 1, text.length + 1);
  const token = MARKED_REGEXP.exec(text.slice(column - 1))?.[0] ?? "";
  return { line: place.line, text, column, width: Math.max(1, token.length) };
}

/** A quoted string, or a word: what stands at the place of a finding. */
const MARKED_REGEXP = /^(?:"(?:\\.|[^"\\])*"?|'[^']*'?|[^\s=,\]}#]+)/;

function tellExceptions(
  raised: PythonException | undefined,
  context: PageContext,
): ToldException[] {
  const told: ToldException[] = [];
  tell(raised, {});
  return told;

  function tell(
    exception: PythonException | undefined,
    relation: Pick<ToldException, "incidental" | "inGroup">,
  ) {
    if (!exception || told.length >= MAX_EXCEPTIONS) return;
    told.push({
      type: exception.type,
      ...relation,
      ...context.details === "full" && {
        message: blankQuote(exception.type, exception.message),
        ...tellFrames(exception.frames, context),
      },
    });
    exception.group?.forEach((each) => tell(each, { inGroup: true }));
    const { cause, incidental } = exception;
    tell(cause, incidental ? { incidental } : {});
  }
}

function tellFrames(
  frames: readonly Frame[],
  context: PageContext,
) {
  const { first, last } = MAX_FRAMES;
  const told = frames.map((frame) => tellFrame(frame, context));
  const framesLeftOut = told.length - first - last;
  return framesLeftOut <= 0 ? { frames: told } : {
    frames: [...told.slice(0, first), ...told.slice(-last)],
    framesLeftOut,
  };
}

function tellFrame(
  frame: Frame,
  context: PageContext,
): ToldFrame {
  const { shim } = layoutOf(context.appRoot);
  const library = isLibraryFile(frame.file) ||
    frame.file.startsWith(`${shim}/`);
  return { ...frame, library };
}

function tellEnding(
  failure: Failure | undefined,
  isFull: boolean,
): string | undefined {
  const { problem, request, seconds, signal, status } = failure ?? {};
  switch (problem) {
    case "request-raised":
      return isFull && request
        ? `While it served ${request.method} ${request.path}`
        : undefined;
    case "hung":
      return seconds === undefined
        ? "It did not answer in time"
        : `It did not answer within ${counted(seconds, "second")}`;
    case "killed":
      return signal && `It was ended by the signal ${signal}`;
    case "exited":
    case "import-exited":
      return status === undefined
        ? undefined
        : `It ended with exit status ${status}`;
    default:
      return undefined;
  }
}

function tellFacts(failure: Failure | undefined, context: PageContext) {
  const facts: Record<string, string> = {
    "Incident": context.incident,
    "When": `${context.now.toISOString().slice(0, 19).replace("T", " ")} UTC`,
  };
  if (context.details !== "full") return facts;
  facts["Runs as"] = `user ${context.user}, group ${context.group}`;
  if (context.interpreter) facts["Interpreter"] = context.interpreter;
  if (failure?.python) facts["Python"] = failure.python;
  facts["App root"] = context.appRoot;
  facts["Started by"] = DOORS[context.door];
  facts["wsgi-shim"] = context.version;
  facts["Log"] = context.logFile;
  return facts;
}

function tellCommands(appRoot: string[]): Told["commands"] {
  return {
    check: shellCommand("wsgi-shim", "check", ...appRoot),
    fix: shellCommand("wsgi-shim", "check", "--fix", ...appRoot),
    logs: shellCommand("wsgi-shim", "logs", ...appRoot),
    restart: shellCommand("wsgi-shim", "restart", ...appRoot),
  };
}

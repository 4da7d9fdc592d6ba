/**
 * How Python failed: the facts that the worker, or its death, reports. Pages,
 * log and findings are made from them.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

/** One line of a traceback, the outermost first. */
export interface Frame {
  /** Path of the source file. */
  file: string;
  /** Line in the file, from 1. */
  line: number;
  /** Name of the function, `<module>` at the top level of a file. */
  function: string;
}

/**
 * What went wrong:
 * - `directory`: the working directory cannot be entered;
 * - `module-missing`: the configured module or file itself is not there;
 * - `import-raised`, `import-exited`: the import raised, or called `exit`;
 * - `attribute-missing`, `not-callable`, `not-wsgi`: the callable is not
 *   there, is not callable, or cannot be a WSGI callable;
 * - `not-asgi`: the settings say ASGI, and it cannot be called so;
 * - `factory-raised`, `factory-result`: the factory raised, or gave something
 *   that cannot be a WSGI callable;
 * - `startup-raised`: an ASGI application failed at lifespan.startup;
 * - `request-raised`: the application raised while serving a request;
 * - `request-refused`: Django answered a request by a refusal that its
 *   settings demand;
 * - `thread-raised`: an exception has ended a thread of the application;
 * - `socket`: the worker cannot listen;
 * - `python-old`: the interpreter is older than the worker can be run with;
 * - `hung`: no answer within the start time;
 * - `exited`, `killed`: the process ended without a report;
 * - `unstartable`: the interpreter cannot be started at all.
 */
export type Problem = typeof PROBLEMS[number];

/** The problems by name. */
const PROBLEMS = [
  "directory",
  "module-missing",
  "import-raised",
  "import-exited",
  "attribute-missing",
  "not-callable",
  "not-wsgi",
  "not-asgi",
  "factory-raised",
  "factory-result",
  "startup-raised",
  "request-raised",
  "request-refused",
  "thread-raised",
  "socket",
  "python-old",
  "hung",
  "exited",
  "killed",
  "unstartable",
] as const;

/** An exception as Python reports it. */
export interface PythonException {
  /** Name of its class, with the module where it is not a builtin. */
  type: string;
  /** `str()` of it; at most 2000 characters. */
  message: string;
  /** Its traceback. */
  frames: Frame[];
  /** `name` of an ImportError, NameError or AttributeError. */
  name?: string;
  /**
   * The folder from which came the package that lacks what was asked, of an
   * ImportError or AttributeError.
   */
  home?: string;
  /** `filename` of an OSError, or the file of a SyntaxError. */
  filename?: string;
  /** Line of a SyntaxError, from 1. */
  line?: number;
  /** Column of a SyntaxError in that line, in characters, from 1. */
  column?: number;
  /** What the worker refused of an answer: `status-text`. */
  refusal?: string;
  /** `errno` of an OSError, by name: `EACCES`. */
  errno?: string;
  /** The exception that caused it, by `__cause__` or `__context__`. */
  cause?: PythonException;
  /** `cause` was only being handled (`__context__`): it need not matter. */
  incidental?: boolean;
  /** The first of the exceptions that an ExceptionGroup holds. */
  group?: PythonException[];
}

/** An exception, what its groups hold, and what caused it. */
export function relatives(raised?: PythonException): PythonException[] {
  return raised === undefined ? [] : [
    raised,
    ...(raised.group ?? []).flatMap(relatives),
    ...relatives(raised.cause),
  ];
}

/** How Python failed. */
export interface Failure {
  problem: Problem;
  /** It was a trial, which writes no log. */
  isTrial?: true;
  /** The exception, where there was one. */
  exception?: PythonException;
  /** What the settings name (a module, a file, a callable, a folder); a thread. */
  subject?: string;
  /** Callables that the module does have, for a missing one. */
  candidates?: string[];
  /** What was found in place of a WSGI callable: `str`, `ASGI application`. */
  kind?: string;
  /** Exit status, for `import-exited` and `exited`. */
  status?: number;
  /** Name of the signal, for `killed`: `SIGSEGV`. */
  signal?: string;
  /** Seconds that were waited, for `hung`. */
  seconds?: number;
  /** When the start began, in milliseconds since 1970. */
  began?: number;
  /** Where Python stood, for `hung` and `killed`; the outermost first. */
  stack?: Frame[];
  /** It had answered well for a while, for `exited` and `killed`. */
  proven?: boolean;
  /** The working directory by then: an application may have changed it. */
  directory?: string;
  /** The startup file has caught it, and serves a page of its own. */
  caught?: true;
  /** The request, for `request-raised`. */
  request?: { method: string; path: string };
  /**
   * Variables that the application itself has set, perhaps from a file that
   * only it knows; to be kept off the page.
   */
  variables?: Record<string, string>;
  /** The last lines that the process printed. */
  output?: string[];
  /** Version of Python that reported it, `3.11.2`. */
  python?: string;
}

const LIBRARY_REGEXP =
  /\/(?:site|dist)-packages\/|\/lib(?:64)?\/python\d[\d.]*\/|\/lib\/python\d+\.zip\/|^</;

/** Tells whether a source file is Python's own or an installed package's. */
export function isLibraryFile(file: string): boolean {
  return LIBRARY_REGEXP.test(file);
}

/**
 * The first line of a message that says something; some begin with a frame,
 * and what ends in a colon says in the next line what it is about.
 */
export function firstLine(message: string): string {
  const lines = sayingLines(message);
  const last = lines.findIndex((line) => !line.endsWith(":"));
  return lines.slice(0, last < 0 ? lines.length : last + 1).join(" ");
}

/** More than that does not help, and hides what stands around it. */
const LONGEST_MESSAGE = 500;

/**
 * All lines of a message that say something, as one; of a long message the
 * first lines and the last, each as a whole, as that is often what counts.
 */
export function wholeMessage(message: string): string {
  const lines = sayingLines(message).map((line) =>
    line.length > LONGEST_MESSAGE ? `${line.slice(0, LONGEST_MESSAGE)}…` : line
  );
  if (lines.join(" ").length <= LONGEST_MESSAGE) return lines.join(" ");
  const last = lines.pop() ?? "";
  const first: string[] = [];
  let room = LONGEST_MESSAGE - last.length;
  for (const line of lines) {
    room -= line.length + 1;
    if (room < 0) break;
    first.push(line);
  }
  const isWhole = first.length === lines.length;
  return [...first, ...isWhole ? [] : ["…"], last].join(" ");
}

function sayingLines(message: string): string[] {
  return message.split("\n").map((line) => line.trim())
    .filter((line) => /[\p{L}\p{N}]/u.test(line));
}

/** What a terminal takes for colours and the like. */
const COLOUR_REGEXP =
  // deno-lint-ignore no-control-regex -- they are what is looked for
  /\x1b(?:\[[0-9;?]*[A-Za-z]|\][^\x07\x1b]*(?:\x07|\x1b\\))/g;

/** A failure without what packages put into texts for terminals. */
export function plainFailure(failure: Failure): Failure {
  return {
    ...failure,
    ...failure.exception && { exception: plainException(failure.exception) },
    ...failure.output && { output: failure.output.map(plainText) },
  };
}

function plainException(raised: PythonException): PythonException {
  return {
    ...raised,
    message: plainText(raised.message),
    ...raised.cause && { cause: plainException(raised.cause) },
    ...raised.group && { group: raised.group.map(plainException) },
  };
}

function plainText(text: string): string {
  return text.replace(COLOUR_REGEXP, "");
}

/**
 * What a Python failure usually means on a site like this, and what mends it.
 *
 * Layer 3. Failure in, findings out. Runs on Node and Deno.
 *
 * @module
 */

import type { Failure, Problem, PythonException } from "./failure.ts";
import { type Code, type Finding, finding, type Fix } from "./finding.ts";
import { quoteWord, shellCommand } from "./shell.ts";
import type { Site } from "./site.ts";

const CODES: Record<Problem, Code> = {
  "directory": "app-directory",
  "module-missing": "app-module-missing",
  "import-raised": "app-import-failed",
  "import-exited": "app-exited",
  "attribute-missing": "app-callable-missing",
  "not-callable": "app-not-callable",
  "not-wsgi": "app-not-wsgi",
  "factory-raised": "app-factory-failed",
  "factory-result": "app-factory-result",
  "request-raised": "app-request-failed",
  "socket": "worker-socket",
  "hung": "app-hung",
  "exited": "app-died",
  "killed": "app-died",
  "unstartable": "python-unstartable",
};

/** Explains a failure: at least one finding. */
export function explainFailure(failure: Failure, site: Site): Finding[] {
  const place = placeOf(failure, site);
  return [finding(CODES[failure.problem], {
    message: messageOf(failure),
    place,
    fix: fixOf(failure, site, place),
  })];
}

function messageOf(failure: Failure): string {
  const raised = failure.exception ? summary(failure.exception) : "";
  const subject = failure.subject ?? "the application";
  switch (failure.problem) {
    case "directory":
      return `Cannot enter the working directory ${subject}: ${raised}`;
    case "module-missing":
      return `Cannot find the module ${subject}`;
    case "import-raised":
      return `Importing ${subject} raised ${raised}`;
    case "import-exited":
      return `${subject} called exit with status ${
        failure.status ?? 0
      } while it was imported`;
    case "attribute-missing": {
      const there = failure.candidates?.length
        ? `; it has ${failure.candidates.join(", ")}`
        : "";
      return `The module has no callable ${subject}${there}`;
    }
    case "not-callable":
      return `${subject} cannot be called: it is of type ${failure.kind}`;
    case "not-wsgi":
      return `${subject} is not a WSGI callable: it is ${
        withArticle(failure.kind ?? "something else")
      }`;
    case "factory-raised":
      return `Calling ${subject} raised ${raised}`;
    case "factory-result":
      return `${subject} returned no WSGI application, but ${failure.kind}`;
    case "request-raised":
      return `The application raised ${raised}`;
    case "socket":
      return `The worker cannot listen on its socket: ${raised}`;
    case "hung":
      return `The application did not start within ${failure.seconds} seconds`;
    case "exited":
      return `Python ended with status ${
        failure.status ?? 0
      } before the application was ready`;
    case "killed":
      return `Python was killed by ${failure.signal} before the application was ready`;
    case "unstartable":
      return `Cannot start the interpreter ${subject}: ${raised}`;
  }
}

function fixOf(
  failure: Failure,
  site: Site,
  place: Finding["place"],
): Fix {
  const python = site.config?.passenger.python ?? "python3";
  const { exception } = failure;
  if (
    exception?.type === "ModuleNotFoundError" && exception.name &&
    failure.problem !== "module-missing"
  ) {
    const name = exception.name.split(".")[0]!;
    return {
      command: shellCommand(python, "-m", "pip", "install", name),
      safe: false,
    };
  }
  switch (failure.problem) {
    case "attribute-missing":
      return {
        text: failure.candidates?.length
          ? `Write in config.toml: app = "${failure.candidates[0]}"`
          : "Let `app` in config.toml name the application",
      };
    case "not-wsgi":
      return {
        text: failure.kind === "factory"
          ? `Write in config.toml: app = "${failure.subject}()"`
          : failure.kind === "ASGI application"
          ? "Wrap it: install a2wsgi, and write application = a2wsgi.ASGIMiddleware(app)"
          : "Let `app` in config.toml name a function of two arguments, environ and start_response",
      };
    case "unstartable":
      return {
        command: `python3 -m venv --clear ${
          quoteWord(python.replace(/\/bin\/[^/]*$/, ""))
        }`,
        safe: false,
      };
    default:
      return {
        text: place
          ? `Correct ${place.file}${place.line ? `, line ${place.line}` : ""}`
          : `Read the log: ${
            shellCommand("wsgi-shim", "logs", site.layout.appRoot)
          }`,
      };
  }
}

/** The innermost frame of the application's own code, or config.toml. */
function placeOf(failure: Failure, site: Site): Finding["place"] {
  const { exception } = failure;
  if (exception?.type === "SyntaxError" && exception.filename) {
    return { file: exception.filename, line: exception.line };
  }
  const frames = exception?.frames.length ? exception.frames : failure.stack;
  const own =
    frames?.filter((frame) =>
      !/\/(site|dist)-packages\/|\/lib\/python[\d.]+\//.test(frame.file)
    ).at(-1) ?? frames?.at(-1);
  if (own) return { file: own.file, line: own.line };
  switch (failure.problem) {
    case "module-missing":
      return site.placeOf("wsgi.module");
    case "attribute-missing":
    case "not-callable":
    case "not-wsgi":
    case "factory-result":
      return site.placeOf("wsgi.app");
    case "directory":
      return site.placeOf("wsgi.chdir");
    case "unstartable":
      return site.placeOf("passenger.passenger_python");
    default:
      return undefined;
  }
}

function summary(exception: PythonException): string {
  const first = exception.message.split("\n")[0];
  return first ? `${exception.type}: ${first}` : exception.type;
}

function withArticle(noun: string): string {
  return `${/^[aeiou]/i.test(noun) ? "an" : "a"} ${noun}`;
}

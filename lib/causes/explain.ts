/**
 * What a Python failure means on a site like this, and what mends it.
 *
 * Failure in, findings out. The causes are known in the catalogue; where none
 * of its rules claims a failure, the exception and the place in the
 * application's own code are told, and no more. Runs on Node and Deno.
 *
 * @module
 */

import { cleanFailure } from "../python/clean_failure.ts";
import { cleanFindings, readSecrets } from "../site/secrets.ts";
import { nameHelper } from "../machine/rights.ts";
import {
  type Failure,
  plainFailure,
  type Problem,
  type PythonException,
  wholeMessage,
} from "../python/failure.ts";
import type { Code, Finding } from "../findings/finding.ts";
import { startupFileOf } from "../site/adoption.ts";
import type { Site } from "../site/site.ts";
import { catalogue } from "./catalogue.ts";
import { claimsTo, findingOf, makeCause, type OnFault } from "./engine.ts";
import { makeScene, ownFrame, type Scene } from "./scene.ts";
import { adviceFor } from "./unknown.ts";

const CODES: Record<Problem, Code> = {
  "directory": "app-directory",
  "module-missing": "app-module-missing",
  "import-raised": "app-import-failed",
  "import-exited": "app-exited",
  "attribute-missing": "app-callable-missing",
  "not-callable": "app-not-callable",
  "not-wsgi": "app-not-wsgi",
  "not-asgi": "app-not-asgi",
  "factory-raised": "app-factory-failed",
  "factory-result": "app-factory-result",
  "startup-raised": "app-startup-failed",
  "request-raised": "app-request-failed",
  "request-refused": "form-refused",
  "thread-raised": "thread-failed",
  "socket": "worker-socket",
  "python-old": "python-too-old",
  "hung": "app-hung",
  "exited": "app-died",
  "killed": "app-died",
  "unstartable": "python-unstartable",
};

/**
 * Explains a failure: at least one finding.
 *
 * @param onFault Called with what a rule of ours threw. The facts come from a
 *   strange program: a rule that stumbles over them must not cost the page
 *   that tells them, and is passed over
 */
export function explainFailure(
  failure: Failure,
  site: Site,
  onFault: OnFault = () => {},
): Finding[] {
  const secrets = readSecrets(site);
  const clean = cleanFailure(plainFailure(failure), secrets);
  const found = findCause(makeScene(clean, site), onFault);
  return cleanFindings([found], secrets, site.layout.appRoot);
}

function findCause(scene: Scene, onFault: OnFault): Finding {
  const [claimed] = claimsTo(catalogue(), scene, onFault);
  const found = claimed
    ? findingOf(claimed, scene, onFault)
    : tellFailure(scene);
  const { failure, host, site } = scene;
  return nameHelper(failure.caught ? caughtBy(site, found) : found, host);
}

/** Where the owner looks in vain for it: the visitors see another page. */
function caughtBy(site: Site, found: Finding): Finding {
  return {
    ...found,
    message: `${found.message}; ${
      startupFileOf(site)
    } catches that, and shows its visitors an error of its own`,
  };
}

/** What is known without a cause: the exception, and where it met our code. */
function tellFailure(scene: Scene): Finding {
  const { failure, site } = scene;
  const { exception, problem } = failure;
  const frames = exception?.frames ?? failure.stack ?? [];
  const own = ownFrame(frames, scene);
  const at = own ?? frames.at(-1);
  const place = at
    ? { file: at.file, line: at.line }
    : problem === "directory"
    ? site.placeOf("wsgi.chdir")
    : undefined;
  return makeCause(CODES[problem], {
    message: messageOf(failure),
    place,
    fix: { text: adviceFor(exception, frames, own, scene) },
  });
}

function messageOf({ problem, exception, subject }: Failure): string {
  const raised = exception ? summary(exception) : "an exception";
  switch (problem) {
    case "directory":
      return `Cannot enter the working directory ${subject}: ${raised}`;
    case "module-missing":
      return `Cannot find the module ${subject}`;
    case "factory-raised":
      return `Calling ${subject}() raised ${raised}`;
    case "startup-raised":
      return exception?.type === "lifespan.startup.failed"
        ? `The application's own start (lifespan) failed: ${
          wholeMessage(exception.message) || "it gave no reason"
        }`
        : `The application's own start (lifespan) raised ${raised}`;
    case "request-raised":
      return `The application raised ${raised}`;
    case "request-refused":
      return `Django refused a form: ${exception?.message ?? ""}`;
    case "thread-raised":
      return `A thread of the application, ${subject}, was ended by ${raised}`;
    case "socket":
      return `The worker cannot listen on its socket: ${raised}`;
    case "not-wsgi":
      return `"${subject}" cannot be a WSGI application`;
    case "not-asgi":
      return `"${subject}" cannot be an ASGI application`;
    default:
      return `Importing the application raised ${raised}`;
  }
}

function summary(exception: PythonException): string {
  const [inner] = exception.group ?? [];
  // A group by itself only tells how many it holds.
  if (inner) return `${exception.type} of ${summary(inner)}`;
  const message = wholeMessage(exception.message);
  const own = message ? `${exception.type}: ${message}` : exception.type;
  const { cause, incidental } = exception;
  // What was only being handled may have nothing to do with it.
  return cause && !incidental && !message.includes(cause.message.trim())
    ? `${own}, because of ${summary({ ...cause, cause: undefined })}`
    : own;
}

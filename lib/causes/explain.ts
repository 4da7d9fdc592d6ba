/**
 * What a Python failure usually means on a site like this, and what mends it.
 *
 * Failure in, findings out. The causes are known in the files beside it, by
 * subject; a hint that is not sure says nothing, and the finding then tells
 * the exception and the place in the application's own code.
 * Runs on Node and Deno.
 *
 * @module
 */

import { cleanFailure } from "../python/clean_failure.ts";
import { cleanFindings, readSecrets } from "../site/secrets.ts";
import { nameHelper } from "../machine/rights.ts";
import {
  type Failure,
  firstLine,
  type Frame,
  type Problem,
  type PythonException,
} from "../python/failure.ts";
import type { Code, Finding } from "../findings/finding.ts";
import { explainAnswer, explainBehaviour } from "./behaviour.ts";
import { explainBinary } from "./binaries.ts";
import { explainDatabase } from "./databases.ts";
import { explainInstalledApps } from "./django_apps.ts";
import { explainDjango, explainDjangoSetup } from "./django_settings.ts";
import { explainEnding } from "./endings.ts";
import { explainFile } from "./files.ts";
import { packageOf, pipCommand } from "./installed.ts";
import { explainLimit } from "./limits.ts";
import { explainRelativeImport } from "./modules.ts";
import { explainMissingName } from "./names.ts";
import { explainMissingModule } from "./packages.ts";
import { plainAdvice } from "./plain_advice.ts";
import { explainFactoryCall } from "./target.ts";
import {
  cause,
  classOf,
  type Hint,
  makeScene,
  ownFrame,
  type Scene,
} from "./scene.ts";
import {
  explainLogging,
  explainSurroundings,
  explainVariable,
} from "./settings.ts";
import { explainNewerUse, explainSource } from "./source.ts";
import { distributionOf } from "../python/package_names.ts";
import { shellCommand } from "../text/shell.ts";
import type { Site } from "../site/site.ts";

/** From the particular to the general: the first that is sure is believed. */
const HINTS: readonly Hint[] = [
  explainInstalledApps,
  explainDjango,
  explainVariable,
  explainSource,
  explainNewerUse,
  explainRelativeImport,
  explainMissingName,
  explainMissingModule,
  explainBinary,
  explainDatabase,
  explainAnswer,
  explainBehaviour,
  explainLimit,
  explainSurroundings,
  explainFile,
  explainDjangoSetup,
];

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
  "python-old": "python-too-old",
  "hung": "app-hung",
  "exited": "app-died",
  "killed": "app-died",
  "unstartable": "python-unstartable",
};

/**
 * Explains a failure: at least one finding.
 *
 * @param onFault Called with what a hint of ours threw. The facts come from a
 *   strange program: a hint that stumbles over them must not cost the page
 *   that tells them, and is passed over
 */
export function explainFailure(
  failure: Failure,
  site: Site,
  onFault: (error: unknown) => void = () => {},
): Finding[] {
  const secrets = readSecrets(site);
  const found = findCause(cleanFailure(failure, secrets), site, onFault);
  return cleanFindings([found], secrets, site.layout.appRoot);
}

function findCause(
  failure: Failure,
  site: Site,
  onFault: (error: unknown) => void,
): Finding {
  const scene = makeScene(failure, site);
  const attempt: Attempt = (hint) => {
    try {
      return hint();
    } catch (error) {
      onFault(error);
      return undefined;
    }
  };
  const found = explainException(failure, scene, attempt) ??
    attempt(() => explainFactoryCall(scene)) ??
    attempt(() => explainEnding(scene)) ??
    tellFailure(scene);
  return nameHelper(found, site.host);
}

/** Asks a hint; one that throws says nothing. */
type Attempt = (hint: () => Finding | undefined) => Finding | undefined;

/** The problems whose exception is news, not a consequence. */
const RAISING: readonly Problem[] = [
  "import-raised",
  "factory-raised",
  "request-raised",
];

const LONGEST_CHAIN = 6;

function explainException(
  { problem, exception }: Failure,
  scene: Scene,
  attempt: Attempt,
): Finding | undefined {
  if (!RAISING.includes(problem)) return undefined;
  for (const raised of suspects(exception)) {
    for (const hint of HINTS) {
      const found = attempt(() => hint(raised, scene));
      if (found) return locate(found, exception!, scene);
    }
  }
  return exception && attempt(() => explainLogging(exception, scene));
}

/** The exceptions that may tell the cause, the outermost first. */
function suspects(raised?: PythonException, depth = 0): PythonException[] {
  if (!raised || depth >= LONGEST_CHAIN) return [];
  // What was only being handled may have nothing to do with it.
  const isCause = !raised.incidental || isWrapper(raised) ||
    isStumble(raised);
  return [
    raised,
    ...(raised.group ?? []).flatMap((each) => suspects(each, depth + 1)),
    ...(isCause ? suspects(raised.cause, depth + 1) : []),
  ];
}

/** Exceptions that stand for the one below them, however they were raised. */
function isWrapper(raised: PythonException): boolean {
  return /^(?:django|sqlalchemy|werkzeug|flask|celery)\./.test(raised.type) ||
    (classOf(raised) === "ValueError" &&
      /^Unable to (?:configure|add|set) /.test(raised.message));
}

/** A package that went on without what it could not import, and fell. */
function isStumble({ cause, frames }: PythonException): boolean {
  return packageOf(frames.at(-1)?.file ?? "") !== undefined &&
    /^(?:ModuleNotFound|Import)Error$/.test(cause?.type ?? "");
}

/** An inner exception may have no frames of the application's own. */
function locate(
  found: Finding,
  outer: PythonException,
  scene: Scene,
): Finding {
  if (found.place) return found;
  const frame = ownFrame(outer.frames, scene);
  return frame
    ? { ...found, place: { file: frame.file, line: frame.line } }
    : found;
}

/** What is known without a cause: the exception, and where it met our code. */
function tellFailure(scene: Scene): Finding {
  const { failure, site } = scene;
  const { exception, problem } = failure;
  const frames = exception?.frames ?? failure.stack ?? [];
  const own = ownFrame(frames, scene);
  const at = own ?? frames.at(-1);
  const failing = own && failingPackage(frames, own);
  const place = at
    ? { file: at.file, line: at.line }
    : problem === "directory"
    ? site.placeOf("wsgi.chdir")
    : undefined;
  return cause(CODES[problem], {
    message: messageOf(failure),
    place,
    fix: {
      text: failing
        ? `That is raised by the package "${failing}" itself while it is imported: do what it says, or install another version of it: \`${
          pipCommand(scene, "--upgrade", distributionOf(failing))
        }\``
        : own
        ? (exception && plainAdvice(exception)) ??
          "Correct the line that is named, or what it depends on"
        : `Read the log: \`${
          shellCommand("wsgi-shim", "logs", site.layout.appRoot)
        }\``,
    },
  });
}

/** The package that fails by itself: the line only imports it. */
function failingPackage(
  frames: readonly Frame[],
  own: Frame,
): string | undefined {
  const next = frames[frames.indexOf(own) + 1];
  return next?.function === "<module>" ? packageOf(next.file) : undefined;
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
    case "request-raised":
      return `The application raised ${raised}`;
    case "socket":
      return `The worker cannot listen on its socket: ${raised}`;
    case "not-wsgi":
      return `"${subject}" cannot be a WSGI application`;
    default:
      return `Importing the application raised ${raised}`;
  }
}

/** More than that does not help, and hides what stands around it. */
const LONGEST_MESSAGE = 500;

function summary(exception: PythonException): string {
  const [inner] = exception.group ?? [];
  // A group by itself only tells how many it holds.
  if (inner) return `${exception.type} of ${summary(inner)}`;
  const line = firstLine(exception.message);
  const first = line.length > LONGEST_MESSAGE
    ? `${line.slice(0, LONGEST_MESSAGE)}…`
    : line;
  return first ? `${exception.type}: ${first}` : exception.type;
}

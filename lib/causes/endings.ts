/**
 * How a start came to its end: it hung, exited, was killed, or there was
 * nothing to call.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { reasonOf } from "../python/facts.ts";
import { firstLine, type Frame, isLibraryFile } from "../python/failure.ts";
import type { Finding, Place } from "../findings/finding.ts";
import { shellCommand } from "../text/shell.ts";
import { counted } from "../text/wrap.ts";
import { explainServerStart, findServerStart } from "./behaviour.ts";
import { explainFatal } from "./fatal.ts";
import { packageOf, pipCommand } from "./installed.ts";
import { explainOpenBlas, hasOpenBlasTrouble } from "./limits.ts";
import { explainCallable, explainMissingTarget } from "./target.ts";
import { cause, ownFrame, placeIn, type Scene } from "./scene.ts";
import { laterFix, tooOldInWords, venvFix } from "../python/venv.ts";

/** Explains a start that did not come to an exception, as far as it can. */
export function explainEnding(scene: Scene): Finding | undefined {
  switch (scene.failure.problem) {
    case "hung":
      return explainHang(scene);
    case "killed":
    case "exited":
      return explainDeath(scene);
    case "import-exited":
      return explainExit(scene);
    case "module-missing":
      return explainMissingTarget(scene);
    case "attribute-missing":
    case "not-callable":
    case "not-wsgi":
    case "factory-result":
      return explainCallable(scene);
    case "unstartable":
      return explainUnstartable(scene);
    case "python-old":
      return explainOldPython(scene);
    default:
      return undefined;
  }
}

function placeOfStack(
  stack: readonly Frame[] | undefined,
  scene: Scene,
): Place | undefined {
  const frame = ownFrame(stack ?? [], scene);
  return frame && { file: frame.file, line: frame.line };
}

/** What the innermost code of Python's own waits for. */
const WAITING: readonly { file: RegExp; what: string }[] = [
  {
    file:
      /\/(?:socket|ssl|http\/client|urllib\/request|smtplib|ftplib)\.py$|\/(?:urllib3|requests|httpx|httpcore|psycopg2?|pymysql|redis|pymongo)\//,
    what: "for an answer from the network",
  },
  { file: /\/subprocess\.py$/, what: "for another program to end" },
  { file: /\/(?:multiprocessing|concurrent)\//, what: "for another process" },
  { file: /\/(?:threading|queue)\.py$/, what: "for a lock or another thread" },
  {
    file: /\/(?:asyncio|selectors)/,
    what: "in an event loop that does not end",
  },
  { file: /\/(?:getpass|pdb|cmd|code)\.py$/, what: "for a keyboard" },
  { file: /\/fcntl|\/filelock|\/portalocker/, what: "for the lock of a file" },
];

function explainHang(scene: Scene): Finding {
  const { seconds, stack = [] } = scene.failure;
  const place = placeOfStack(stack, scene);
  if (findServerStart(stack)) return explainServerStart(place);
  const inner = stack.at(-1);
  const waits = inner && isLibraryFile(inner.file)
    ? WAITING.find(({ file }) => file.test(inner.file))?.what
    : undefined;
  const where = place ? `; it stands at ${place.file}:${place.line}` : "";
  return cause("app-hung", {
    message: `The application did not start within ${
      counted(seconds ?? 0, "second")
    }${where}${waits ? `, and waits ${waits}` : ""}`,
    place,
    fix: {
      text: `${
        place ? `Look at ${place.file}, line ${place.line}: move` : "Move"
      } slow work out of the import; if it only needs longer, write in [wsgi] of config.toml: start_timeout = ${
        Math.min(300, Math.max(60, Math.round((seconds ?? 30) * 2)))
      }`,
    },
  });
}

const SIGNALS: Readonly<Record<string, { what: string; fix: string }>> = {
  SIGKILL: {
    what: "from outside; that is mostly done by a limit of memory",
    fix:
      "Ask the administrators whether a limit of memory was reached, or let the application load less",
  },
  SIGSEGV: {
    what: "because a compiled package failed",
    fix:
      "Install the compiled package that is named in the frames again, in another version",
  },
  SIGBUS: {
    what:
      "because a file that it had mapped into memory was cut off, or the disk is full",
    fix: "Look at the free space, and install the compiled packages again",
  },
  SIGILL: {
    what:
      "because a compiled package uses instructions that this processor does not have",
    fix: "Install a build of the package for older processors",
  },
  SIGABRT: {
    what: "because a compiled package gave up",
    fix: "Read what it printed before",
  },
  SIGXCPU: {
    what: "because its limit of processor time was used up",
    fix:
      "Let the application do less while it starts, or ask the administrators to raise the limit (ulimit -t)",
  },
  SIGXFSZ: {
    what: "because a file grew larger than its limit",
    fix:
      "Let the application write less, or ask the administrators to raise the limit (ulimit -f)",
  },
  SIGSYS: {
    what: "because it made a system call that is not allowed here",
    fix: "Ask the administrators which calls are allowed",
  },
};

/** What an interpreter says that cannot even start. */
const UNSTARTED_REGEXP =
  /lib[\w.+-]+\.so[\w.]*: cannot open shared object file|version [`']GLIBC_[\w.]+' not found|^Fatal Python error: /m;

function explainDeath(scene: Scene): Finding {
  const { signal, status = 0, stack, output = [] } = scene.failure;
  const place = placeOfStack(stack, scene);
  if (hasOpenBlasTrouble(scene) && (signal || status !== 0)) {
    return { ...explainOpenBlas(scene), place };
  }
  const inner = stack?.at(-1);
  const where = inner ? `, at ${inner.file}:${inner.line}` : "";
  const owner = packageOf(inner?.file ?? "");
  const known = signal ? SIGNALS[signal] : undefined;
  const stderr = output.join("\n");
  const fatal = !signal && status !== 0 && explainFatal(scene);
  if (fatal) return fatal;
  if (!signal && UNSTARTED_REGEXP.test(stderr)) {
    return cause("python-cannot-run", {
      message: `Cannot run Python "${scene.python}": ${
        reasonOf({ status, stderr })
      }`,
      place: scene.site.placeOf("passenger.passenger_python"),
      fix: venvFix(scene.python, scene.site),
    });
  }
  if (signal) {
    return cause("app-died", {
      message:
        `Python was killed by ${signal} before the application was ready${where}${
          known ? `, ${known.what}` : ""
        }`,
      place,
      fix: {
        text: signal === "SIGSEGV" && owner
          ? `Install the package "${owner}" again: \`${
            pipCommand(scene, "--force-reinstall", owner)
          }\``
          : known?.fix ?? `Read what it printed: \`${logsCommand(scene)}\``,
      },
    });
  }
  return cause("app-died", {
    message:
      `Python ended with status ${status} while it loaded the application, without an exception${
        status === 0
          ? ": as os._exit() or a program in its place does, or code that closes all open files to become a daemon"
          : ""
      }`,
    place,
    fix: {
      text: /^Traceback \(most recent call last\):$/m.test(stderr)
        ? `Read the traceback in the log: \`${
          logsCommand(scene)
        }\`; what the application puts in place of Python's own functions may have broken the worker`
        : `Look for os._exit() and os.exec…() in the application; what it printed is in the log: \`${
          logsCommand(scene)
        }\``,
    },
  });
}

function explainExit(scene: Scene): Finding {
  const { exception, status = 0 } = scene.failure;
  const frames = exception?.frames ?? [];
  const place = exception && placeIn(exception, scene);
  if (findServerStart(frames)) return explainServerStart(place);
  const where = place ? ` at ${place.file}:${place.line}` : "";
  const parser = frames.some(({ file }) => /\/argparse\.py$/.test(file))
    ? "argparse"
    : frames.some(({ file }) => /\/(?:click|typer)\//.test(file))
    ? "click"
    : frames.some(({ file }) =>
        /\/(?:optparse|docopt|absl\/app)\.py$/.test(file)
      )
    ? "a parser of the command line"
    : undefined;
  const said = exception?.message && !/^\d+$/.test(exception.message)
    ? `, saying "${firstLine(exception.message)}"`
    : "";
  return cause("app-exited", {
    message: parser
      ? `The application reads a command line with ${parser} while it is imported${where}, and ${parser} ended it with status ${status}`
      : `The application called exit with status ${status} while it was imported${where}${said}`,
    place,
    fix: {
      text: said && !parser
        ? "See to what it says; where a web application cannot start, it raises an exception in place of an exit"
        : 'Move that code below `if __name__ == "__main__":`, or remove it',
    },
  });
}

function explainUnstartable(scene: Scene): Finding {
  const { subject = scene.python, exception } = scene.failure;
  const errno = exception?.errno ?? "";
  const why: Readonly<Record<string, string>> = {
    ENOENT: "it, or what it refers to, does not exist",
    EACCES: "it may not be run",
    ENOEXEC: "it is no program for this machine",
    EAGAIN: "the limit of processes is reached",
    ENOMEM: "there is not enough memory",
    E2BIG: "the environment is too large",
  };
  const place = scene.site.placeOf("passenger.passenger_python");
  const message = `The interpreter ${subject} cannot be started: ${
    why[errno] ?? exception?.message ?? "unknown reason"
  }`;
  const limit = errno === "EAGAIN"
    ? "limit-processes"
    : errno === "ENOMEM"
    ? "limit-memory"
    : undefined;
  return cause(limit ?? "python-unstartable", {
    message,
    place,
    fix: limit || errno === "E2BIG"
      ? { text: "Ask the administrators which limits hold, or use less of it" }
      : venvFix(scene.python, scene.site),
  });
}

function explainOldPython(
  { failure, python, site }: Scene,
): Finding | undefined {
  return failure.python === undefined ? undefined : cause("python-too-old", {
    message: tooOldInWords(python, `Python ${failure.python}`),
    place: site.placeOf("passenger.passenger_python"),
    fix: laterFix(python, site),
  });
}

function logsCommand({ site }: Scene): string {
  return shellCommand("wsgi-shim", "logs", site.layout.appRoot);
}

/**
 * Limits of the server that a Python process runs into: memory, processes and
 * threads, open files.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import type { PythonException } from "../python/failure.ts";
import type { Finding } from "../findings/finding.ts";
import { cause, classOf, placeIn, runnerOf, type Scene } from "./scene.ts";

const THREAD_REGEXP =
  /can't start new thread|pthread_create failed|Cannot create (?:a )?thread/;
const FORK_FUNCTION_REGEXP =
  /^(?:_execute_child|_fork_exec|fork|forkpty|_launch)$/;

/** Explains an exception that a limit raised. */
export function explainLimit(
  raised: PythonException,
  scene: Scene,
): Finding | undefined {
  const kind = classOf(raised);
  const { message, errno } = raised;
  if (kind === "MemoryError" || errno === "ENOMEM") {
    return memory(raised, scene);
  }
  if (kind === "RuntimeError" && THREAD_REGEXP.test(message)) {
    return processes("start another thread", raised, scene);
  }
  if (kind === "KeyboardInterrupt" && hasOpenBlasTrouble(scene)) {
    return explainOpenBlas(scene, raised);
  }
  if (errno === "EAGAIN" && isFork(raised)) {
    return processes("start another process", raised, scene);
  }
  if (errno === "EMFILE" || errno === "ENFILE") {
    return cause("limit-open-files", {
      message: errno === "EMFILE"
        ? "The application has as many files and connections open as the system allows it"
        : "The whole machine has as many files open as it can",
      place: placeIn(raised, scene),
      fix: {
        text:
          "Let the application close what it opens, as with `with open(…)`; or ask the administrators to raise the limit (ulimit -n)",
      },
    });
  }
  return undefined;
}

function memory(raised: PythonException, scene: Scene): Finding {
  return cause("limit-memory", {
    message: "There is not enough memory for the application",
    place: placeIn(raised, scene),
    fix: {
      text:
        "Let the application hold less in memory at a time, or ask the administrators to raise its limit (ulimit -v, or the limit of the account)",
    },
  });
}

function processes(
  what: string,
  raised: PythonException | undefined,
  scene: Scene,
): Finding {
  const runner = runnerOf(scene);
  return cause("limit-processes", {
    message:
      `The system does not let ${runner} ${what}: the number of processes and threads of ${runner} has reached its limit`,
    place: raised && placeIn(raised, scene),
    fix: {
      text:
        `See what runs with \`ps -L -u ${runner}\`, and end what is left over; or ask the administrators to raise the limit (ulimit -u)`,
    },
  });
}

/** Tells whether OpenBLAS, below numpy, has complained in the output. */
export function hasOpenBlasTrouble({ failure }: Scene): boolean {
  return failure.output?.some((line) =>
    /OpenBLAS (?:blas_thread_init|warning).*|OpenBLAS error/.test(line)
  ) ?? false;
}

/** Explains numpy's library, which starts a thread for each processor. */
export function explainOpenBlas(
  scene: Scene,
  raised?: PythonException,
): Finding {
  const found = processes(
    "start the threads of numpy's OpenBLAS",
    raised,
    scene,
  );
  return {
    ...found,
    fix: {
      text:
        'Write under [environment] in config.toml: OPENBLAS_NUM_THREADS = "1"; OMP_NUM_THREADS = "1" helps other libraries of that kind',
    },
  };
}

function isFork({ frames }: PythonException): boolean {
  const last = frames.at(-1);
  return last !== undefined &&
    (FORK_FUNCTION_REGEXP.test(last.function) ||
      /\/subprocess\.py$|\/multiprocessing\//.test(last.file));
}

/**
 * Limits of the server that a Python process runs into: memory, processor
 * time, processes and threads, open files.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import type { Rule } from "./rule.ts";
import type { Scene } from "./scene.ts";

const THREAD =
  /can't start new thread|pthread_create failed|Cannot create (?:a )?thread|Thread creation failed|thread: Resource temporarily unavailable|ThreadPoolBuildError|failed to spawn thread|can't spawn worker thread|OMP: Error #(?:34|35|178|179)\b|std::system_error'?[\s\S]*Resource temporarily unavailable/i;
const FORK =
  / (?:_execute_child|_fork_exec|fork|forkpty|_launch)$|\/subprocess\.py |\/multiprocessing\//;
const OPEN_BLAS = /OpenBLAS (?:blas_thread_init|warning)|OpenBLAS error/;
/** What processes print that are refused memory. */
const NO_MEMORY =
  /^MemoryError$|^MemoryError:|Cannot allocate memory|failed to map segment from shared object|std::bad_alloc|[Oo]ut of memory|memory exhausted|OpenBLAS error: Memory allocation/m;

const MEMORY_MEND =
  "Let the application hold less in memory at a time, or ask the administrators to raise its limit (ulimit -v, or the limit of the account); look for a ulimit in the login files of {user} as well";
const PROCESSES_MEND =
  'See what runs with `ps -L -u {user}`, and end what is left over; libraries that calculate start fewer threads with OMP_NUM_THREADS = "1" (POLARS_MAX_THREADS, RAYON_NUM_THREADS) under [environment]; or ask the administrators to raise the limit (ulimit -u); look for a ulimit in the login files of {user} as well';
const FILES_MEND =
  "Let the application close what it opens, as with `with open(…)`; or ask the administrators to raise the limit (ulimit -n); look for a ulimit in the login files of {user} as well";
const DEAD = "exited killed unstartable";

/** The rules of limits. */
export const limits = (): Rule[] => [
  {
    name: "memory-limit",
    code: "limit-memory",
    over: "process-ended process-killed python-cannot-run",
    when: [
      { type: "MemoryError" },
      { errno: "ENOMEM" },
      {
        message:
          /failed to map segment from shared object|Unable to allocate [\d.]+ \wi?B for an array|DefaultCPUAllocator: can't allocate memory|:Insufficient memory\) Failed to allocate/,
      },
      { problem: DEAD, output: NO_MEMORY },
    ],
    claim: {
      says:
        "There is not enough memory for the application: the system refused to give it more",
      mend: MEMORY_MEND,
    },
    examples: [
      { raised: "MemoryError", mend: "ulimit -v" },
      {
        raised: "OSError: [Errno 12] Cannot allocate memory",
        facts: { errno: "ENOMEM" },
      },
      "ImportError: /x/_core.so: failed to map segment from shared object",
      {
        failure: {
          problem: "exited",
          status: 127,
          output: [
            "python: error while loading shared libraries: libm.so.6: failed to map segment from shared object",
          ],
        },
        says: "not enough memory",
      },
      {
        failure: {
          problem: "killed",
          signal: "SIGABRT",
          output: [
            "terminate called after throwing an instance of 'std::bad_alloc'",
          ],
        },
      },
    ],
    not: [{ failure: { problem: "killed", signal: "SIGABRT", output: [] } }],
  },
  {
    name: "openblas-threads",
    code: "limit-processes",
    over: "process-limit process-ended process-killed memory-limit",
    when: [
      { type: "KeyboardInterrupt", output: OPEN_BLAS },
      { problem: "exited killed", output: OPEN_BLAS },
    ],
    claim: ({ failure }, scene) => {
      if (failure.problem === "exited" && failure.status === 0) {
        return undefined;
      }
      const { uid } = scene.host.identity;
      const user = scene.host.user(uid)?.name ?? `uid ${uid}`;
      return {
        says:
          `The system does not let ${user} start the threads of numpy's OpenBLAS: the number of processes and threads of ${user}, or its memory, has reached its limit`,
        mend:
          'Write under [environment] in config.toml: OPENBLAS_NUM_THREADS = "1"; OMP_NUM_THREADS = "1" helps other libraries of that kind',
      };
    },
    examples: [{
      raised: "KeyboardInterrupt",
      in: "PACKAGES/numpy/__init__.py f",
      failure: {
        output: [
          "OpenBLAS blas_thread_init: pthread_create failed for thread 1 of 4",
        ],
      },
      says: "OpenBLAS",
      mend: 'OPENBLAS_NUM_THREADS = "1"',
    }],
    not: ["KeyboardInterrupt"],
  },
  {
    name: "process-limit",
    code: "limit-processes",
    over: "process-ended process-killed",
    when: [
      { type: "RuntimeError PanicException", message: THREAD },
      { errno: "EAGAIN", in: FORK },
      { problem: "exited killed", output: THREAD },
      {
        problem: DEAD,
        output: /fork: (?:retry: )?Resource temporarily unavailable/,
      },
    ],
    claim: {
      says:
        "The system does not let {user} start another process or thread: the number of processes and threads of {user} has reached its limit",
      mend: PROCESSES_MEND,
    },
    examples: [
      {
        raised: "RuntimeError: can't start new thread",
        says: "jdoe start another process or thread",
        mend: "ps -L -u jdoe",
      },
      {
        raised: "BlockingIOError: [Errno 11] Resource temporarily unavailable",
        facts: { errno: "EAGAIN" },
        in: "PYTHON/subprocess.py _fork_exec",
        mend: "ulimit -u",
      },
      {
        raised:
          "pyo3_runtime.PanicException: could not spawn threads: ThreadPoolBuildError { kind: IOError(Os { code: 11, kind: WouldBlock }) }",
        in: "PACKAGES/polars/__init__.py <module>",
      },
      {
        failure: {
          problem: "killed",
          signal: "SIGABRT",
          output: [
            "OMP: Error #34: System unable to allocate necessary resources for OMP thread:",
          ],
        },
      },
      // Inside of the worker itself.
      {
        failure: {
          problem: "exited",
          status: 1,
          output: [
            "Traceback (most recent call last):",
            "RuntimeError: can't start new thread",
          ],
        },
      },
    ],
    not: [{
      raised: "BlockingIOError: again",
      facts: { errno: "EAGAIN" },
    }],
  },
  {
    name: "watches-limit",
    code: "limit-watches",
    over: "open-files-limit disk-full",
    when: { message: /inotify (?:instance|watch) limit reached/ },
    claim: {
      says:
        "The system lets nobody of {user} watch more files (inotify), so that what watches the source for changes cannot start; neither the disk nor the number of open files is at fault",
      mend:
        "Turn the reloader and other watchers off here (`debug`, `use_reloader`, an Observer of watchdog): the web server restarts the site by restart.txt; where the application itself must watch files, ask the administrators for more (fs.inotify.max_user_watches, fs.inotify.max_user_instances)",
    },
    examples: [
      {
        raised: "OSError: [Errno 24] inotify instance limit reached",
        facts: { errno: "EMFILE" },
        in: "PACKAGES/watchdog/observers/inotify_c.py _raise_error",
        says: "watch more files (inotify)",
        mend: "restart.txt",
      },
      {
        raised: "OSError: [Errno 28] inotify watch limit reached",
        facts: { errno: "ENOSPC" },
        says: "neither the disk",
        mend: "fs.inotify.max_user_watches",
      },
    ],
  },
  {
    name: "open-files-limit",
    code: "limit-open-files",
    over:
      "process-ended process-killed database-unreachable network-unreachable",
    when: [
      { errno: "EMFILE" },
      { message: /\[Errno 24\] Too many open files|Too many open files$/ },
      { problem: "exited killed", output: /Too many open files/ },
    ],
    claim: {
      says:
        "The application has as many files and connections open as the system allows it",
      mend: FILES_MEND,
    },
    examples: [
      {
        raised: "OSError: [Errno 24] Too many open files",
        facts: { errno: "EMFILE" },
        says: "as many files",
        mend: "ulimit -n",
      },
      "requests.exceptions.ConnectionError: HTTPConnectionPool(host='x', port=80): Max retries exceeded with url: / (Caused by NewConnectionError('[Errno 24] Too many open files'))",
    ],
  },
  {
    name: "limit-not-raised",
    code: "privilege-missing",
    when: { message: /^not allowed to raise maximum limit/ },
    claim: {
      says:
        "The code asks the system for higher limits (resource.setrlimit) than {user} may have",
      mend:
        "Leave the call out, or let it ask for no more than the hard limit, `resource.getrlimit(…)[1]`; the administrators raise that",
    },
    examples: ["ValueError: not allowed to raise maximum limit"],
  },
  {
    name: "machine-files-limit",
    code: "limit-open-files",
    when: { errno: "ENFILE" },
    claim: {
      says: "The whole machine has as many files open as it can",
      mend:
        "Tell the administrators of the machine; it is none of this site's doing alone",
    },
    examples: [{
      raised: "OSError: [Errno 23] Too many open files in system",
      facts: { errno: "ENFILE" },
    }],
  },
  {
    name: "file-size-limit",
    code: "limit-file-size",
    over: "process-killed",
    when: [
      { errno: "EFBIG" },
      { problem: "killed", signal: "SIGXFSZ" },
    ],
    claim: {
      says:
        "A file grew larger than the system allows the application's files to be",
      mend:
        "Look at `ulimit -f` in a shell of {user} and in its login files, and ask the administrators to raise the limit; or let the application write less",
    },
    examples: [
      {
        raised: "OSError: [Errno 27] File too large",
        facts: { errno: "EFBIG" },
        mend: "ulimit -f",
      },
      { failure: { problem: "killed", signal: "SIGXFSZ" } },
    ],
  },
  {
    name: "processor-limit",
    code: "limit-processor-time",
    over: "process-killed",
    when: [
      { problem: "killed", signal: "SIGXCPU" },
      { problem: "killed", signal: "SIGKILL" },
    ],
    claim: ({ failure: { signal } }, scene) => {
      const limit = processorLimit(scene);
      if (signal === "SIGKILL") {
        return limit?.isHard === true
          ? {
            says:
              `Python was killed by SIGKILL before the application was ready; it may use ${limit.seconds} seconds of processor time and is killed then, and it is killed so as well when memory runs out`,
            mend: `Look for \`ulimit -t\` in the login files of ${
              scene.site.user?.name ?? "the site's user"
            }, let the application do less while it starts, or ask the administrators which limit it was`,
          }
          : undefined;
      }
      return {
        says: `Python used up its limit of processor time${
          limit ? `, ${limit.seconds} seconds,` : ""
        } before the application was ready`,
        mend: `Look for \`ulimit -t\` in the login files of ${
          scene.site.user?.name ?? "the site's user"
        }, let the application do less while it starts, or ask the administrators to raise the limit`,
      };
    },
    examples: [
      {
        failure: { problem: "killed", signal: "SIGXCPU" },
        says: "processor time",
        mend: "ulimit -t",
      },
      {
        failure: { problem: "killed", signal: "SIGKILL" },
        files: {
          "/proc/self/limits":
            "Max cpu time              5                    5                    seconds\n",
        },
        says: "5 seconds of processor time",
      },
    ],
    not: [{
      failure: { problem: "killed", signal: "SIGKILL" },
      files: {
        "/proc/self/limits":
          "Max cpu time              unlimited            unlimited            seconds\n",
      },
    }],
  },
];

/** The limit of processor time of this process, which the worker has too. */
function processorLimit(
  { host }: Scene,
): { seconds: number; isHard: boolean } | undefined {
  const bytes = host.readBytes("/proc/self/limits", 16_384);
  if ("errno" in bytes) return undefined;
  const [, soft, hard] =
    /^Max cpu time +(\S+) +(\S+)/m.exec(new TextDecoder().decode(bytes)) ?? [];
  return soft && /^\d+$/.test(soft)
    ? { seconds: Number(soft), isHard: soft === hard }
    : undefined;
}

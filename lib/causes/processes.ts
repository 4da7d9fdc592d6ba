/**
 * Processes that an application starts of itself: what cannot be handed to
 * them, pools that break, and threads that are begun twice.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import type { Claim, Rule } from "./rule.ts";

/** Who hands a value on as pickle makes it, the innermost first. */
const TAKERS: readonly [RegExp, string, string][] = [
  [
    /\/copy\.py /,
    "A value cannot be copied with all that is in it (copy.deepcopy)",
    "Copy the plain values alone, or write `__deepcopy__` for the class: what holds a lock, a connection or an open file cannot be copied",
  ],
  [
    /\/(?:multiprocessing|concurrent\/futures|loky|joblib|billiard|multiprocess)\//,
    "A value cannot be handed to another process",
    "Hand over plain values, and a function that is defined with `def` at the margin of a module, in place of a lambda or of one within a function; open connections, files and locks within the other process. For a little work beside a request a `ThreadPoolExecutor` needs none of this",
  ],
  [
    /\/(?:flask_session|itsdangerous)\//,
    "A value cannot be kept in the session",
    "Keep plain values there: texts, numbers, lists and dictionaries of them, as the number of a row in place of the row",
  ],
  [
    /\/(?:cachelib|flask_caching|diskcache|aiocache|cachetools|dogpile)\/|\/django\/core\/cache\/|\/django_redis\//,
    "A value cannot be kept in the cache",
    "Keep plain values there, such as `list(…)` of rows or the text of the page: an answer that is being written, a connection, a lambda or an open file is none",
  ],
];

const OTHER: [string, string] = [
  "A value cannot be written by pickle",
  "Write what is in it as plain values; functions and classes must stand at the margin of a module that can be imported, under their own name: a lambda, a lock, a connection or an open file cannot be written",
];

/** The rules of processes and threads of the application. */
export const processes = (): Rule[] => [
  {
    name: "value-not-pickled",
    code: "app-code",
    when: {
      message:
        /^(?:Can't (?:pickle|get) local object |Can't pickle |cannot pickle |Pickling of |self\.\w+ cannot be converted to a Python object for pickling|no default __reduce__ due to non-trivial __cinit__)/,
    },
    claim: ({ raised, line, text }): Claim => {
      const names = raised.frames.map((each) => `${each.file} ${each.function}`)
        .reverse();
      const [, says, mend] =
        names.flatMap((name) =>
          TAKERS.filter(([expression]) => expression.test(name))
        )[0] ?? ["", ...OTHER];
      const what = /lambda/.test(text)
        ? "a lambda"
        : /local object '?<?(?:function )?([\w.<>]+)/.exec(text)?.[1] !==
            undefined
        ? "a function or class that is defined within a function"
        : /it's not the same object as ([\w.]+)/.exec(text)
        ? "a name that a decorator, or a second import of the file, has given to another"
        : /cannot pickle '([\w.]+)' object/.exec(text)?.[1];
      return {
        says: `${says}${
          what
            ? `, as there is ${/^a /.test(what) ? what : `"${what}"`} in it`
            : ""
        }: ${line}`,
        mend,
      };
    },
    examples: [
      {
        raised:
          "AttributeError: Can't pickle local object 'index.<locals>.<lambda>'",
        in: [
          "PYTHON/multiprocessing/pool.py map",
          "PYTHON/multiprocessing/connection.py send",
          "PYTHON/multiprocessing/reduction.py dumps",
        ],
        says: "handed to another process, as there is a lambda in it",
        mend: "at the margin of a module",
      },
      {
        raised: "TypeError: cannot pickle '_thread.lock' object",
        in: "PYTHON/copy.py deepcopy",
        says:
          'copied with all that is in it (copy.deepcopy), as there is "_thread.lock" in it',
      },
      {
        raised: "TypeError: cannot pickle 'generator' object",
        in: [
          "PACKAGES/django/core/cache/backends/locmem.py set",
        ],
        says: "kept in the cache",
      },
      {
        raised:
          "_pickle.PicklingError: Can't pickle <function f at 0x7f>: it's not the same object as app.f",
        says: "written by pickle",
      },
    ],
  },
  {
    name: "pool-broken",
    code: "program-failed",
    when: {
      type: "BrokenProcessPool TerminatedWorkerError BrokenThreadPool",
    },
    claim: ({ kind, failure, line }) => {
      const said = (failure.output ?? []).filter((each) =>
        /^\w*(?:Error|Exception|Killed)\b/.test(each.trim())
      ).at(-1)?.trim();
      return {
        says: `${
          kind === "BrokenThreadPool"
            ? "A thread of the pool could not begin"
            : "A process of the pool ended before its work was done"
        }: ${said ?? line}`,
        ...!said && kind !== "BrokenThreadPool" && {
          probably:
            "the system ended it, as for memory, or code in C or an `os._exit()` did",
        },
        mend:
          "See the lines of the log before it; let the pool have fewer processes (`max_workers=2`) and less to do at once, and make a new pool after this: a broken one takes nothing more. Work that takes long or much memory suits a program beside the web server",
      };
    },
    examples: [
      {
        raised:
          "concurrent.futures.process.BrokenProcessPool: A process in the process pool was terminated abruptly while the future was running or pending.",
        failure: { problem: "request-raised" },
        says: "probably the system ended it",
        mend: "`max_workers=2`",
      },
    ],
  },
  {
    name: "process-of-daemon",
    code: "app-code",
    when: {
      type: "AssertionError",
      message: /^daemonic processes are not allowed to have children/,
    },
    claim: {
      says:
        "A process of a pool, or one with `daemon=True`, is to start processes of its own, which multiprocessing does not let it",
      mend:
        "Start them from the request itself, or use threads in the inner one (`ThreadPoolExecutor`, `n_jobs=1`); in a worker of Celery `-P threads`, or `billiard` in place of multiprocessing",
    },
    examples: [
      "AssertionError: daemonic processes are not allowed to have children",
    ],
  },
  {
    name: "process-at-import",
    code: "app-code",
    when: {
      type: "RuntimeError",
      message:
        /An attempt has been made to start a new process before the\s+current process has finished its bootstrapping phase/,
    },
    claim: {
      says:
        "Processes are started while the file is imported, and each new process imports the file again",
      mend:
        'Start them in a function that a request calls, or below `if __name__ == "__main__":`',
    },
    examples: [
      "RuntimeError: \n        An attempt has been made to start a new process before the\n        current process has finished its bootstrapping phase.\n",
    ],
  },
  {
    name: "start-method-twice",
    code: "app-code",
    when: { type: "RuntimeError", message: /^context has already been set/ },
    claim: {
      says:
        "How processes are started was chosen before, and can be chosen once in a process (set_start_method)",
      mend:
        'Ask for it where it is needed, `ctx = multiprocessing.get_context("spawn")` and `ctx.Pool(…)`; a package that was imported before, or the same line in another request, has set it for all',
    },
    examples: ["RuntimeError: context has already been set"],
  },
  {
    name: "thread-twice",
    code: "app-code",
    when: {
      type: "RuntimeError",
      message:
        /^(?:threads can only be started once|thread already started|cannot start a process twice|cannot join (?:current )?thread(?: before it is started)?)/,
    },
    claim: ({ line }) => ({
      says: `A thread is used in a way that it does not allow: ${line}`,
      mend: /join/.test(line)
        ? "`join()` waits for another thread, after its `start()`"
        : "Make a new `Thread(…)` for each piece of work, in the function that starts it: one that is made while the file is imported can be started by the first request alone",
    }),
    examples: [
      {
        raised: "RuntimeError: threads can only be started once",
        failure: { problem: "request-raised" },
        mend: "Make a new `Thread(…)`",
      },
    ],
  },
];

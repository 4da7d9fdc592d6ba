/**
 * What works in one thread of a process alone: signals, event loops, what is
 * bound to the thread that made it. Requests, functions of an ASGI framework
 * without `async`, and what the application itself starts, each run in others.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import type { Claim, Rule, Subject } from "./rule.ts";
import { lineOf, type Scene } from "./scene.ts";

const SERVER =
  "the web server serves the application already, and visitors do not reach a second server";

/** What asks for signals, by its file, and how it does without. */
const WITHOUT: readonly [RegExp, string, string][] = [
  [
    /\/werkzeug\/(?:_reloader|serving)\.py$/,
    "the development server of Flask, with its reloader,",
    `Leave that call of \`run()\` out: ${SERVER}; on your own machine, \`use_reloader=False\` lets it run in a thread`,
  ],
  [
    /\/django\/utils\/autoreload\.py$/,
    "the development server of Django, with its reloader,",
    `Leave that call of runserver out: ${SERVER}`,
  ],
  [
    /\/(?:uvicorn|hypercorn|gunicorn|waitress|sanic|daphne|streamlit\/web|tornado|cherrypy|cheroot)\/|\/aiohttp\/web\.py$/,
    "a server of its own",
    `Leave that call out: ${SERVER}`,
  ],
  [
    /\/pyppeteer\//,
    "pyppeteer",
    "Write `launch(handleSIGINT=False, handleSIGTERM=False, handleSIGHUP=False)`",
  ],
  [
    /\/telegram\/ext\//,
    "python-telegram-bot",
    "Run the bot as a program of its own, beside the site; in a thread it wants `run_polling(stop_signals=None)`",
  ],
  [
    /\/aiogram\//,
    "aiogram",
    "Run the bot as a program of its own, beside the site; in a thread it wants `start_polling(…, handle_signals=False)`",
  ],
  [
    /\/scrapy\//,
    "Scrapy",
    "Run the spider as a program of its own, as with `subprocess.run([…])`: its reactor cannot be started twice in a process; the first time, `start(install_signal_handlers=False)` would do",
  ],
  [
    /\/twisted\/internet\//,
    "the reactor of Twisted",
    "Write `reactor.run(installSignalHandlers=False)`; once ended, it cannot be started again in this process",
  ],
  [
    /\/timeout_decorator\//,
    "timeout_decorator",
    "Write `@timeout_decorator.timeout(5, use_signals=False)`",
  ],
  [
    /\/celery\//,
    "a worker of Celery",
    "Start the worker as a program of its own, beside the site: `celery -A … worker`",
  ],
];

/** In which kind of thread the line runs. */
function threadOf(
  { failure, raised }: Subject,
  { site }: Scene,
): "request" | "asgi" | "own" {
  const { frames } = raised;
  const through = (file: RegExp) => frames.some((each) => file.test(each.file));
  return failure.problem === "thread-raised"
    ? "own"
    : through(/\/(?:anyio|asgiref|starlette\/concurrency)\b/)
    ? "asgi"
    : failure.problem === "request-raised" &&
        (site.config?.wsgi?.threads ?? 1) > 1 &&
        !through(/\/concurrent\/futures\/thread\.py$|\/threading\.py$/)
    ? "request"
    : "own";
}

const WHERE = {
  request: "requests are answered in others here, as threads is above 1",
  asgi: "functions without `async` are run in others by the framework",
  own: "this line runs in another, which the application or a package started",
};

/** The rules of threads. */
export const threads = (): Rule[] => [
  {
    name: "signal-in-thread",
    code: "thread-bound",
    when: {
      type: "ValueError RuntimeError",
      message: /^(?:signal|set_wakeup_fd) only works in main thread/,
    },
    claim: (subject, scene): Claim => {
      const { raised, own } = subject;
      const known = WITHOUT.find(([file]) =>
        raised.frames.some((each) => file.test(each.file))
      );
      const thread = threadOf(subject, scene);
      const says =
        `Signals can be caught in the first thread of a process alone, and ${
          WHERE[thread]
        }`;
      if (known) {
        return {
          says: `${says}: it is ${known[1]} that asks for them`,
          mend: known[2],
        };
      }
      const line = lineOf(own, scene);
      return {
        says,
        mend: /SIGALRM|\bsetitimer\b|\balarm\(/.test(line)
          ? "A time limit needs no signal: give it to what takes long (`timeout=`), or run that in a pool, `executor.submit(…).result(timeout=5)`"
          : /SIG(?:TERM|INT|HUP|QUIT)/.test(line)
          ? "Leave it out: the web server and wsgi-shim start and end the processes of a site, and need these signals themselves"
          : thread === "request"
          ? "Write in [wsgi] of config.toml: threads = 1; or leave the signal out, as packages mostly let one do by an argument"
          : "Leave the signal out, as packages mostly let one do by an argument; or run what needs it as a program of its own",
      };
    },
    examples: [
      {
        raised:
          "ValueError: signal only works in main thread of the main interpreter",
        in: [
          "PACKAGES/flask/app.py run",
          "PACKAGES/werkzeug/serving.py run_simple",
          "PACKAGES/werkzeug/_reloader.py run_with_reloader",
          "PYTHON/signal.py signal",
        ],
        failure: { problem: "thread-raised" },
        says: "the development server of Flask",
        mend: "`use_reloader=False`",
      },
      {
        raised:
          "RuntimeError: set_wakeup_fd only works in main thread of the main interpreter",
        in: [
          "PACKAGES/telegram/ext/_application.py run_polling",
          "PYTHON/asyncio/unix_events.py add_signal_handler",
        ],
        failure: { problem: "thread-raised" },
        mend: "stop_signals=None",
      },
      {
        raised: "ValueError: signal only works in main thread",
        in: "PACKAGES/pyppeteer/launcher.py launch",
        failure: { problem: "request-raised" },
        mend: "handleSIGINT=False",
      },
      {
        raised:
          "ValueError: signal only works in main thread of the main interpreter",
        in: "PYTHON/signal.py signal",
        failure: { problem: "request-raised" },
        files: {
          "APP/app.py": "\n\n    signal.signal(signal.SIGALRM, late)\n",
        },
        mend: "A time limit needs no signal",
      },
      {
        raised:
          "ValueError: signal only works in main thread of the main interpreter",
        in: "PYTHON/signal.py signal",
        failure: { problem: "thread-raised" },
        files: {
          "APP/app.py": "\n\n    signal.signal(signal.SIGTERM, stop)\n",
        },
        mend: "need these signals themselves",
      },
    ],
  },
  {
    name: "thread-bound",
    code: "thread-bound",
    when: {
      type: "ProgrammingError",
      message: /^SQLite objects created in a thread can only be used/,
    },
    claim: (subject, scene) => ({
      says:
        `A connection to SQLite stays with the thread that opened it, and is used in another: ${subject.line}`,
      mend: threadOf(subject, scene) === "request"
        ? "Open the connection in the request (in Flask, keep it in `g`) and close it at its end; or write in [wsgi] of config.toml: threads = 1"
        : "Open the connection in the thread or the function that uses it, and close it there; `check_same_thread=False` lets others use it as well, where the code sees to it that one alone writes at a time",
    }),
    examples: [{
      raised:
        "sqlite3.ProgrammingError: SQLite objects created in a thread can only be used in that same thread. The object was created in thread id 1 and this is thread id 2.",
      failure: { problem: "request-raised" },
      says: "stays with the thread",
      mend: "check_same_thread",
    }],
  },
  {
    name: "event-loop-missing",
    code: "app-code",
    when: { message: /^There is no current event loop in thread '([^']*)'/ },
    claim: ({ groups: [thread = ""] }, { version }) => ({
      says: thread === "MainThread"
        ? `asyncio.get_event_loop() makes no event loop by itself in Python ${
          version?.join(".") ?? "of this version"
        }`
        : `asyncio.get_event_loop() makes no event loop by itself in another thread than the first, and ${
          thread.startsWith("request-")
            ? `requests are answered in such threads, as in "${thread}"`
            : /^AnyIO worker|^ThreadPoolExecutor-/.test(thread)
            ? `functions without \`async\` may be run in such threads, as in "${thread}"`
            : `this line runs in one, "${thread}"`
        }`,
      mend:
        "Run what is to be awaited with `asyncio.run(…)`; or make a loop: `loop = asyncio.new_event_loop()` and `asyncio.set_event_loop(loop)`; if it is a package that asks, use a later version of it",
    }),
    examples: [
      "RuntimeError: There is no current event loop in thread 'MainThread'.",
      {
        raised:
          "RuntimeError: There is no current event loop in thread 'request-4'.",
        says: 'as in "request-4"',
        mend: "`asyncio.run(…)`",
      },
      {
        raised:
          "RuntimeError: There is no current event loop in thread 'Thread-1 (work)'.",
        failure: { problem: "thread-raised" },
        says: 'this line runs in one, "Thread-1 (work)"',
      },
      {
        raised:
          "RuntimeError: There is no current event loop in thread 'AnyIO worker thread'.",
        failure: { problem: "request-raised" },
        says: "functions without `async`",
      },
    ],
  },
];

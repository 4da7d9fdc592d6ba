/**
 * How a start came to its end without an exception: it hung, exited or was
 * killed, or Python itself could not begin.
 *
 * Never tells a value of the environment. Runs on Node and Deno.
 *
 * @module
 */

import type { Frame } from "../python/failure.ts";
import { reasonOf } from "../python/facts.ts";
import { laterFix, tooOldInWords, venvFix } from "../python/venv.ts";
import type { Place } from "../findings/finding.ts";
import { namesIn, refused } from "../machine/host.ts";
import { isStandardModule } from "../python/package_names.ts";
import { loginFilesOf } from "../site/login_files.ts";
import { readMarker } from "../site/marker.ts";
import type { Site } from "../site/site.ts";
import { shellCommand } from "../text/shell.ts";
import { counted } from "../text/wrap.ts";
import { ownerOf, packageOf, versionSuffix } from "./installed.ts";
import { unsetInLine } from "./origins.ts";
import { missingVariables } from "./unset.ts";
import { isLoading, waitOf } from "./waits.ts";
import { asMend, type Claim, type Rule, type Subject } from "./rule.ts";
import {
  isInside,
  lineOf,
  linesOf,
  outputCommand,
  type Scene,
  whereSet,
} from "./scene.ts";

/** Calls of packages that are made to run for ever. */
const ENDLESS =
  /\/(?:telebot|aiogram|telegram|discord|apscheduler\/schedulers\/blocking|schedule|celery|dramatiq|rq|paho|pika|websockets|watchdog)\b.* (?:\w*polling|run\w*|_main_loop|start\w*|loop\w*|work\w*|serve\w*|\w*forever|wait\w*)$/;

const SIGNALS: Readonly<Record<string, { what: string; mend: string }>> = {
  SIGKILL: {
    what:
      "from outside: a limit of memory or of processor time does that, and so does somebody's `kill -9`",
    mend:
      "Look for ulimit in the login files of the site's user, and ask the administrators which limits there are and whether one was reached; let the application load less",
  },
  SIGSEGV: {
    what: "by a fault in compiled code",
    mend:
      "Look at the frames for the compiled package that was at work, and try another version of it",
  },
  SIGBUS: {
    what:
      "because a file that it had mapped into memory was cut off, or the disk is full",
    mend:
      "Look at the free space with `df -h`; a file that was replaced while it was in use does this as well",
  },
  SIGILL: {
    what:
      "because compiled code uses instructions that this processor does not have",
    mend: "Use a build of the package for older processors",
  },
  SIGABRT: {
    what: "because compiled code gave up",
    mend: "Read what it printed before",
  },
  SIGTERM: {
    what: "from outside, as by whoever ends processes in order",
    mend: "Look in the log for what ran before, and ask the administrators",
  },
  SIGSYS: {
    what: "because it made a system call that is not allowed here",
    mend: "Ask the administrators which calls are allowed",
  },
};

/** What runs on processors that lack newer instructions, by package. */
const OLD_PROCESSORS: Readonly<Record<string, string>> = {
  polars: "polars-lts-cpu in place of polars",
  tensorflow: "tflite-runtime, or a build of tensorflow without AVX",
};

/** Python did not find its own modules, or those of another version. */
const MISLED =
  /^Could not find platform (?:in)?dependent libraries|^Python path configuration:|^ *PYTHONHOME = '|SRE module mismatch|^ *<no Python frame>/m;

/** What Python says of a variable, where it does not name it. */
const SIGNS: readonly { sign: RegExp; names: readonly string[] }[] = [
  {
    sign: /^LookupError: unknown (?:encoding|error handler)/m,
    names: ["PYTHONIOENCODING"],
  },
  {
    sign: /failed to get the Python codec|No module named 'encodings'/,
    names: ["PYTHONHOME", "PYTHONPATH", "PYTHONPLATLIBDIR"],
  },
  { sign: MISLED, names: ["PYTHONHOME"] },
];

/** The rules of endings. */
export const endings = (): Rule[] => [
  {
    name: "app-hung",
    code: "app-hung",
    when: { problem: "hung" },
    claim: ({ failure, place, raised }, scene) => {
      const { seconds } = failure;
      const own = raised.frames.findLastIndex((frame) =>
        frame.file === place?.file && frame.line === place.line
      );
      const below = raised.frames.slice(own + 1);
      const called = own < 0 ? undefined : below[0];
      const owner = called && packageOf(called.file);
      const wait = waitOf(below, lineOf(raised.frames[own], scene));
      const where = place
        ? `; it stands at ${place.file}:${place.line}${
          owner
            ? called.function === "<module>"
              ? `, in the import of the package "${owner}"`
              : `, in \`${called.function}\` of the package "${owner}"`
            : ""
        }`
        : "";
      const endless = called &&
        ENDLESS.test(`${called.file} ${called.function}`);
      const isLoop = called &&
        /\/asyncio\/\w+\.py$/.test(called.file) && /^run/.test(called.function);
      const more = `write in [wsgi] of config.toml: start_timeout = ${
        Math.min(300, Math.max(60, Math.round((seconds ?? 30) * 2)))
      }`;
      return {
        says: `The application did not start within ${
          counted(seconds ?? 0, "second")
        }${where}${wait ? `${place ? ", and" : "; it"} ${wait.what}` : ""}`,
        mend: endless
          ? 'That call never ends: a bot, a scheduler or a worker is a program of its own; move it below `if __name__ == "__main__":`, and run it beside the web server'
          : isLoop
          ? 'That runs an event loop of its own while the file is imported: what never ends, such as a server or a bot, belongs below `if __name__ == "__main__":`; what must be ready before the first request, into a startup handler (lifespan) or a function'
          : wait?.mend
          ? wait.mend
          : !wait && place && isLoading(below)
          ? `Where that only needs longer, ${more}; better, load it in the function that needs it first, not while the file is imported`
          : `${
            place ? `Look at ${place.file}, line ${place.line}: move` : "Move"
          } slow work out of the import; if it only needs longer, ${more}`,
      };
    },
    examples: [
      {
        failure: {
          problem: "hung",
          seconds: 30,
          stack: [
            { file: "/srv/site/myapp/app.py", line: 3, function: "<module>" },
            {
              file: "/usr/lib/python3.11/socket.py",
              line: 9,
              function: "create_connection",
            },
          ],
        },
        says:
          "stands at APP/app.py:3, and waits for an answer from the network",
        mend: "Give the call a timeout",
      },
      {
        failure: {
          problem: "hung",
          seconds: 30,
          stack: [
            { file: "/srv/site/myapp/app.py", line: 3, function: "<module>" },
            {
              file:
                "/srv/site/venv/lib/python3.11/site-packages/torch/__init__.py",
              line: 9,
              function: "<module>",
            },
          ],
        },
        says: 'in the import of the package "torch"',
        mend: "start_timeout = 60",
      },
      {
        failure: {
          problem: "hung",
          seconds: 30,
          stack: [
            { file: "/srv/site/myapp/app.py", line: 3, function: "<module>" },
          ],
        },
        files: { "APP/app.py": "\n\nname = input('name? ')\n" },
        says: "and waits for a keyboard",
        mend: "Ask for nothing",
      },
      {
        failure: {
          problem: "hung",
          seconds: 30,
          stack: [
            { file: "/srv/site/myapp/app.py", line: 3, function: "<module>" },
            {
              file:
                "/srv/site/venv/lib/python3.11/site-packages/telebot/__init__.py",
              line: 9,
              function: "infinity_polling",
            },
          ],
        },
        says: '`infinity_polling` of the package "telebot"',
        mend: "That call never ends",
      },
      {
        failure: { problem: "hung", seconds: 1 },
        says: "within 1 second",
        mend: "start_timeout = 60",
      },
    ],
  },
  {
    name: "python-variable-wrong",
    code: "config-value",
    over: "process-ended python-cannot-run memory-limit python-unstartable",
    when: { problem: "exited unstartable", output: /[\s\S]/ },
    claim: (subject, scene) =>
      subject.failure.status === 0 ? undefined : badVariable(subject, scene),
    examples: [
      {
        failure: {
          problem: "exited",
          status: 1,
          output: [
            "Python path configuration:",
            "  PYTHONHOME = '/opt/old'",
            "  PYTHONPATH = (not set)",
            "Fatal Python error: init_fs_encoding: failed to get the Python codec of the filesystem encoding",
            "ModuleNotFoundError: No module named 'encodings'",
          ],
        },
        code: "login-variable",
        says: "PYTHONHOME, which is set to /opt/old",
        mend: "Take PYTHONHOME out",
      },
      {
        config: 'PYTHONHOME = "/opt/none"',
        failure: {
          problem: "exited",
          status: 1,
          output: [
            "Fatal Python error: init_fs_encoding: failed to get the Python codec of the filesystem encoding",
            "Python runtime state: core initialized",
            "ModuleNotFoundError: No module named 'encodings'",
          ],
        },
        says: "PYTHONHOME",
        mend: "[environment]",
      },
      // Of a long report only the end is kept, or another Python's modules fail.
      ...[
        ["  sys.path = [", "  ]", "  <no Python frame>"],
        ["AssertionError: SRE module mismatch"],
        ["Could not find platform independent libraries <prefix>", "x"],
      ].map((output) => ({
        env: { IN_PASSENGER: "1", PYTHONHOME: "/usr" },
        failure: { problem: "exited" as const, status: 1, output },
        code: "login-variable" as const,
        says: "PYTHONHOME as it is set in the login files",
        mend: "Remove PYTHONHOME",
      })),
      {
        config: 'PYTHONPATH = "/srv/site/lib"',
        failure: {
          problem: "exited",
          status: 1,
          output: [
            '  File "/srv/site/www/shim/host/worker.py", line 9, in <module>',
            '  File "/srv/site/lib/json.py", line 1, in <module>',
            "ValueError: 1",
          ],
        },
        says: '"SITE/lib/json.py" is imported from there',
        mend: "PYTHONPATH",
      },
      {
        env: { IN_PASSENGER: "1", PYTHONPATH: "/srv/old/lib" },
        files: { "/srv/old/lib/enum/__init__.py": "" },
        failure: {
          problem: "exited",
          status: 1,
          output: [
            "Traceback (most recent call last):",
            "AttributeError: module 'enum' has no attribute 'IntFlag'",
          ],
        },
        code: "login-variable",
        says: 'it names /srv/old/lib, where "enum" hides',
        mend: "Take /srv/old/lib out of PYTHONPATH",
      },
      {
        env: { IN_PASSENGER: "1", PYTHONHASHSEED: "bad" },
        failure: {
          problem: "exited",
          status: 1,
          output: [
            'Fatal Python error: config_init_hash_seed: PYTHONHASHSEED must be "random" or an integer',
          ],
        },
        code: "login-variable",
        says: "PYTHONHASHSEED",
        mend: "login files",
      },
    ],
  },
  {
    name: "worker-damaged",
    code: "shim-changed",
    over: "process-ended python-variable-wrong",
    when: {
      problem: "exited",
      output: /^ +File "([^"]+)", line \d+(?![\s\S]*^ +File ")/m,
    },
    claim: ({ groups: [file] }, { site: { layout }, host }) => {
      if (!file?.startsWith(`${layout.host}/`)) return undefined;
      const bytes = host.readBytes(file, 1_000_000);
      // Whole, it is tested; edited or cut off, it is the cause.
      if (
        refused(bytes) ||
        readMarker(new TextDecoder().decode(bytes))?.isIntact
      ) return undefined;
      return {
        seen:
          `"${file}" is not as wsgi-shim wrote it, and fails before it loads the application`,
        place: { file },
        mend: {
          command: `${shellCommand("mv", file, `${file}.old`)} && ${
            shellCommand("wsgi-shim", "upgrade", layout.appRoot)
          }`,
        },
      };
    },
    examples: [{
      files: { "ROOT/shim/host/worker.py": "# cut o" },
      failure: {
        problem: "exited",
        status: 1,
        output: [
          '  File "/srv/site/www/shim/host/worker.py", line 9',
          "SyntaxError: unexpected EOF",
        ],
      },
      says: "fails before it loads",
      mend: "wsgi-shim upgrade",
    }],
  },
  {
    name: "python-cannot-run",
    code: "python-cannot-run",
    over: "process-ended",
    when: {
      problem: "exited",
      output:
        /lib[\w.+-]+\.so[\w.]*: cannot open shared object file|version [`']GLIBC_[\w.]+' not found|^Fatal Python error: /m,
    },
    claim: ({ failure: { status, output = [] } }, scene) => ({
      mend: asMend(venvFix(scene.python, scene.site)),
      seen: `Cannot run Python "${scene.python}": ${
        reasonOf({ status, stderr: output.join("\n") })
      }`,
      place: scene.site.placeOf("passenger.passenger_python"),
    }),
    examples: [
      {
        failure: {
          problem: "exited",
          status: 1,
          output: [
            "Fatal Python error: init_fs_encoding: failed to get the Python codec of the filesystem encoding",
            "ModuleNotFoundError: No module named 'encodings'",
          ],
        },
        says: "its own library is gone",
        mend: "-m venv",
      },
      {
        failure: {
          problem: "exited",
          status: 127,
          output: [
            "python: error while loading shared libraries: libpython3.11.so.1.0: cannot open shared object file: No such file",
          ],
        },
        says: "libpython3.11.so.1.0",
      },
    ],
  },
  {
    name: "process-killed",
    code: "app-died",
    when: { problem: "killed" },
    claim: ({ failure, place, raised }, scene) => {
      const { signal = "a signal", output = [] } = failure;
      const inner = raised.frames.at(-1);
      const owner = packageOf(inner?.file ?? "");
      const known = SIGNALS[signal];
      const said = signal === "SIGABRT"
        ? output.findLast((line) => /\S/.test(line))?.trim().slice(0, 200)
        : undefined;
      const plain = signal === "SIGILL" && owner
        ? Object.hasOwn(OLD_PROCESSORS, owner)
          ? OLD_PROCESSORS[owner]
          : `an earlier version of ${
            ownerOf(owner, scene).name
          }, or a build of it for older processors (without AVX)`
        : undefined;
      return {
        says: `Python was killed by ${signal} before the application was ready${
          inner ? `, at ${inner.file}:${inner.line}` : ""
        }${known ? `, ${known.what}` : ""}${
          said ? `; the last that it printed was "${said}"` : ""
        }`,
        place,
        mend: owner && signal === "SIGSEGV"
          ? `It stood in the package "${owner}"${
            versionSuffix(owner, scene)
          }: try another version of that package, and one that was built for this system`
          : plain
          ? `Use ${plain}; or ask the administrators for a machine with a later processor`
          : known?.mend ?? `Read what it printed: \`${outputCommand(scene)}\``,
      };
    },
    examples: [
      {
        failure: {
          problem: "killed",
          signal: "SIGSEGV",
          stack: [
            { file: "/srv/site/myapp/app.py", line: 3, function: "<module>" },
            {
              file: "/srv/site/venv/lib/python3.11/site-packages/fast/core.py",
              line: 9,
              function: "f",
            },
          ],
        },
        says: "SIGSEGV",
        mend: 'the package "fast"',
      },
      {
        failure: { problem: "killed", signal: "SIGKILL" },
        says: "a limit of memory or of processor time",
      },
      {
        failure: {
          problem: "killed",
          signal: "SIGABRT",
          output: ["free(): invalid pointer"],
        },
        says: 'the last that it printed was "free(): invalid pointer"',
      },
      {
        failure: {
          problem: "killed",
          signal: "SIGILL",
          stack: [{
            file: "/srv/site/venv/lib/python3.11/site-packages/polars/x.py",
            line: 9,
            function: "f",
          }],
        },
        mend: "polars-lts-cpu",
      },
    ],
  },
  {
    name: "process-ended",
    code: "app-died",
    when: { problem: "exited" },
    claim: ({ failure: { status = 0, output = [] }, place }, scene) => {
      const said = output.filter((line) => /\S/.test(line)).at(-1);
      return {
        says:
          `Python ended with status ${status} while it loaded the application, without an exception${
            status === 0
              ? ": as os._exit() or a program in its place does, or code that closes all open files to become a daemon"
              : said
              ? `; the last that it printed was "${said.trim().slice(0, 200)}"`
              : ""
          }`,
        place,
        mend: /^Traceback \(most recent call last\):$/m.test(output.join("\n"))
          ? `Read the traceback: \`${
            outputCommand(scene)
          }\`; what the application puts in place of Python's own functions may have broken the worker`
          : `Look for os._exit() and os.exec…() in the application; what it printed is shown by \`${
            outputCommand(scene)
          }\``,
      };
    },
    examples: [
      {
        failure: {
          problem: "exited",
          status: 1,
          output: [
            "Traceback (most recent call last):",
            "AttributeError: 'NoneType' object has no attribute 'poll'",
          ],
        },
        says: "without an exception",
        mend: "Read the traceback: `wsgi-shim logs",
      },
      {
        failure: { problem: "exited", status: 0 },
        says: "status 0",
        mend: "os._exit",
      },
    ],
  },
  {
    name: "exit-called",
    code: "app-exited",
    over: "variable-tested",
    when: { problem: "import-exited" },
    last: true,
    claim: (subject, scene) => {
      const { failure, raised, line, place, own } = subject;
      const { status = 0 } = failure;
      // An exception below it is told by other rules.
      if (raised.type !== "" && raised.type !== "SystemExit") return undefined;
      const { frames } = raised;
      const where = place ? ` at ${place.file}:${place.line}` : "";
      const parser = frames.some(({ file }) => /\/argparse\.py$/.test(file))
        ? "argparse"
        : frames.some(({ file }) => /\/(?:click|typer)\//.test(file))
        ? "click"
        : frames.some(({ file }) =>
            /\/(?:optparse|docopt|absl\/app)\.py$/.test(file)
          )
        ? "a parser of the command line"
        : frames.some(({ file }) =>
            /\/django\/core\/management\/__init__\.py$/.test(file)
          )
        ? "Django's manage.py"
        : frames.some(({ file }) =>
            /\/unittest\/main\.py$|\/_pytest\//.test(file)
          )
        ? "a runner of tests"
        : undefined;
      const said = line && !/^\d+$/.test(line) ? `, saying "${line}"` : "";
      const test = own && !parser ? testAbove(own, scene) : undefined;
      if (own && test) {
        const how = `Line ${own.line} of ${own.file} ends Python`;
        const spot = { file: own.file, line: test.line };
        const names = [
          ...unsetInLine(test.text, spot, scene).map(({ name }) => name),
          ...[...test.text.matchAll(/["'](\w+)["'] not in os\.environ\b/g)]
            .flatMap(([, name]) => name ?? []),
        ];
        // Below it may stand the traceback of what was tried before.
        const output = (failure.output ?? []).join("\n")
          .split(/^Traceback \(most recent call last\):$/m)[0]!.trim();
        const printed = output.split("\n").at(-1)!.trim().slice(0, 200);
        const isArguments = /\bargv\b/.test(test.text);
        const missing = missingVariables(names, subject, scene, `${how}: `);
        if (missing) return { code: "variable-missing", ...missing };
        return {
          says:
            `${how} with status ${status}${said}, as line ${test.line} tests \`${test.text}\`${
              !said && printed
                ? `; the last that it printed was "${printed}"`
                : ""
            }`,
          mend: isArguments
            ? 'Move what reads a command line below `if __name__ == "__main__":`: under a web server there is none'
            : `See why that is so here${
              said || printed
                ? ""
                : `, and what it printed: \`${outputCommand(scene)}\``
            }; where a web application cannot start, let it raise an exception that tells why, in place of an exit`,
        };
      }
      return {
        says: parser
          ? `The application reads a command line with ${parser} while it is imported${where}, and ${parser} ended it with status ${status}`
          : `The application called exit with status ${status} while it was imported${where}${said}`,
        mend: parser === "Django's manage.py"
          ? 'Let `module` in [wsgi] of config.toml name the file wsgi.py beside the settings of the project, and app = "application": manage.py is for the shell alone'
          : said && !parser
          ? "See to what it says; where a web application cannot start, it raises an exception in place of an exit"
          : 'Move that code below `if __name__ == "__main__":`, or remove it',
      };
    },
    examples: [
      {
        raised: "SystemExit: 2",
        in: "PYTHON/argparse.py error",
        failure: { problem: "import-exited", status: 2 },
        says: "argparse",
        mend: "__main__",
      },
      {
        raised: "SystemExit: 1",
        in: [
          "PACKAGES/django/core/management/__init__.py execute_from_command_line",
          "PACKAGES/django/core/management/base.py run_from_argv",
        ],
        failure: { problem: "import-exited", status: 1 },
        says: "reads a command line with Django's manage.py",
        mend: "name the file wsgi.py",
      },
      {
        raised: "SystemExit: 1",
        files: {
          "APP/app.py":
            'if not os.environ.get("SHOP_DB"):\n    print("No database")\n    sys.exit(1)\n\ndef app(environ, start_response):\n    pass\n',
        },
        failure: { problem: "import-exited", status: 1 },
        code: "variable-missing",
        says:
          'Line 3 of APP/app.py ends Python: The environment variable "SHOP_DB" is not set',
        mend: "under [environment], SHOP_DB",
      },
      {
        raised: "SystemExit: 1",
        files: {
          "APP/app.py":
            "def check():\n    if not ready():\n        sys.exit(1)\n\ncheck()\napp = Shop()\n",
        },
        failure: { problem: "import-exited", status: 1 },
        frames: ["APP/app.py <module>", "APP/app.py check"],
        says: "as line 2 tests `not ready()`",
        mend: "what it printed",
      },
      {
        raised: "SystemExit: no token was given",
        failure: { problem: "import-exited", status: 1 },
        says: 'saying "no token was given"',
        mend: "See to what it says",
      },
    ],
  },
  {
    name: "python-limit-at-start",
    code: "limit-processes",
    when: { problem: "unstartable", errno: "EAGAIN" },
    claim: ({ failure: { subject } }, scene) => ({
      says: `The interpreter ${
        subject ?? scene.python
      } cannot be started: the limit of processes is reached`,
      place: scene.site.placeOf("passenger.passenger_python"),
      mend:
        "End what is left over, or ask the administrators to raise the limit (ulimit -u)",
    }),
    examples: [{
      raised: "OSError: spawn EAGAIN",
      facts: { errno: "EAGAIN" },
      failure: { problem: "unstartable", subject: "/srv/site/venv/bin/python" },
      says: "limit of processes",
      mend: "administrators",
    }],
  },
  {
    name: "python-no-memory-at-start",
    code: "limit-memory",
    when: { problem: "unstartable", errno: "ENOMEM" },
    claim: ({ failure: { subject } }, scene) => ({
      says: `The interpreter ${
        subject ?? scene.python
      } cannot be started: there is not enough memory`,
      place: scene.site.placeOf("passenger.passenger_python"),
      mend: "Ask the administrators which limits hold, or use less of it",
    }),
    examples: [{
      raised: "OSError: spawn ENOMEM",
      facts: { errno: "ENOMEM" },
      failure: { problem: "unstartable" },
    }],
  },
  {
    name: "environment-too-large",
    code: "login-environment-large",
    over: "python-unstartable",
    when: { problem: "unstartable", errno: "E2BIG" },
    claim: (_, scene) => ({
      says:
        `The interpreter ${scene.python} cannot be started: the environment that it is to get is too large`,
      mend:
        "Look in the login files of the site's user for a variable or a function that is exported and very long",
    }),
    examples: [{
      raised: "OSError: spawn E2BIG",
      facts: { errno: "E2BIG" },
      failure: { problem: "unstartable" },
    }],
  },
  {
    name: "python-unstartable",
    code: "python-unstartable",
    when: { problem: "unstartable" },
    claim: ({ failure: { subject, exception } }, scene) => {
      const errno = exception?.errno ?? "";
      if (/^(?:EAGAIN|ENOMEM)$/.test(errno)) return undefined;
      const why: Readonly<Record<string, string>> = {
        ENOENT: "it, or what it refers to, does not exist",
        EACCES: "it may not be run",
        ENOEXEC: "it is no program for this machine",
      };
      return {
        mend: asMend(venvFix(scene.python, scene.site)),
        seen: `The interpreter ${subject ?? scene.python} cannot be started: ${
          why[errno] ?? exception?.message ?? "unknown reason"
        }`,
        place: scene.site.placeOf("passenger.passenger_python"),
      };
    },
    examples: [{
      raised: "OSError: spawn ENOENT",
      facts: { errno: "ENOENT" },
      failure: { problem: "unstartable" },
      says: "does not exist",
    }],
  },
  {
    name: "python-old",
    code: "python-too-old",
    when: { problem: "python-old" },
    claim: ({ failure: { python } }, scene) =>
      python && {
        mend: asMend(laterFix(scene.python, scene.site)),
        seen: tooOldInWords(scene.python, `Python ${python}`),
        place: scene.site.placeOf("passenger.passenger_python"),
      },
    examples: [{
      failure: { problem: "python-old", python: "3.6.15" },
      says: '"PYTHON" is Python 3.6.15; wsgi-shim needs 3.8 or later',
      mend: "-m venv",
    }],
  },
];

/** A variable with which Python cannot start. */
function badVariable(
  { failure }: Subject,
  { site, host }: Scene,
): Claim | undefined {
  const said = (failure.output ?? []).join("\n");
  const raisedIn = [...said.matchAll(/^ +File "([^"]+)", line \d+/gm)].at(-1)
    ?.[1];
  const own = site.config?.environment ?? {};
  const isSet = (name: string) => own[name] !== undefined || !!host.env[name];
  const path = own.PYTHONPATH ?? host.env.PYTHONPATH ?? "";
  const isShadowed = raisedIn !== undefined && path.split(":")
    .some((folder) => folder.startsWith("/") && isInside(raisedIn, folder));
  const hiding = hidingFolder(path, { site, host });
  const isUnloadable = /error while loading shared libraries/.test(said);
  const isFatal = /^Fatal Python error: /m.test(said);
  const isMisled = MISLED.test(said);
  if (
    !isFatal && !isShadowed && !isUnloadable && !isMisled && hiding &&
    !failure.exception
  ) {
    const isOwn = own.PYTHONPATH !== undefined;
    const where = whereSet("PYTHONPATH", { site, host });
    return {
      code: isOwn ? "config-value" : "login-variable",
      says: "Python ended before it loaded the application",
      probably:
        `PYTHONPATH, as it is set in ${where}, is to blame: it names ${hiding.folder}, where "${hiding.name}" hides a module of Python's own`,
      place: isOwn
        ? site.placeOf("environment.PYTHONPATH")
        : placeOf("PYTHONPATH", site),
      mend:
        `Take ${hiding.folder} out of PYTHONPATH in ${where}; what lies there stays as it is`,
    };
  }
  if (!isFatal && !isShadowed && !isUnloadable && !isMisled) return undefined;
  const named = /^Fatal Python error: .*\b(PYTHON[A-Z0-9]+)\b/m.exec(said)?.[1];
  // Python tells what it was started with, wherever that came from.
  const shown = /^ *PYTHONHOME = '([^']+)'/m.exec(said)?.[1];
  const name = [
    ...(named ? [named] : []),
    ...(isShadowed ? ["PYTHONPATH"] : []),
    ...(isUnloadable ? ["LD_LIBRARY_PATH", "LD_PRELOAD"] : []),
    ...SIGNS.flatMap(({ sign, names }) => sign.test(said) ? names : []),
  ].find(isSet);
  if (!name && shown) {
    return {
      code: "login-variable",
      seen:
        `Python cannot start with PYTHONHOME, which is set to ${shown} in the environment that it is given`,
      place: placeOf("PYTHONHOME", site),
      mend:
        "Take PYTHONHOME out of the login files, or from wherever else it is set for the site's user; a virtual environment needs none",
    };
  }
  if (!name) return undefined;
  const isOwn = own[name] !== undefined;
  const where = whereSet(name, { site, host });
  return {
    code: isOwn ? "config-value" : "login-variable",
    seen: `Python cannot start with ${name} as it is set in ${where}${
      isShadowed ? `: "${raisedIn}" is imported from there, and fails` : ""
    }`,
    place: isOwn ? site.placeOf(`environment.${name}`) : placeOf(name, site),
    mend: `Remove ${name} from ${where}, or correct its value`,
  };
}

/** A folder of PYTHONPATH in which something has the name of a standard module. */
function hidingFolder(
  path: string,
  { site, host }: Pick<Scene, "site" | "host">,
): { folder: string; name: string } | undefined {
  for (const folder of path.split(":")) {
    if (
      !folder.startsWith("/") || isInside(folder, site.layout.siteDirectory)
    ) continue;
    const name = namesIn(folder, host)
      .filter((each) => /^[a-z]\w*(?:\.py)?$/.test(each))
      .map((each) => each.replace(/\.py$/, ""))
      .find(isStandardModule);
    if (name) return { folder, name };
  }
  return undefined;
}

/** The line of the login files that sets a variable, or their folder. */
function placeOf(name: string, site: Site): Place {
  const { findLine, home } = loginFilesOf(site);
  return findLine(new RegExp(`\\b${name}=`)) ?? { file: home };
}

/** The test that leads to a line: the `if` around it, or before it. */
function testAbove(
  { file, line }: Frame,
  scene: Scene,
): { line: number; text: string } | undefined {
  const lines = linesOf(file, scene);
  const own = lines[line - 1];
  if (own === undefined) return undefined;
  const [, before] = /^\s*(?:el)?if\s+(.+?):\s*\S/.exec(own) ?? [];
  if (before) return { line, text: before };
  const depth = own.search(/\S/);
  for (let at = line - 2; at >= 0; at--) {
    const each = lines[at]!;
    const indent = each.search(/\S/);
    if (indent < 0 || indent >= depth) continue;
    const [, text] = /^\s*(?:el)?if\s+(.+):\s*(?:#.*)?$/.exec(each) ?? [];
    return text ? { line: at + 1, text: text.slice(0, 120) } : undefined;
  }
  return undefined;
}

import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  type Case,
  explain,
  inPackage,
  inPython,
  OWN,
  testRows,
  testSilence,
} from "../../tests/worlds/failing_site.ts";
import { createFakeHost } from "../../tests/worlds/machine.ts";
import {
  CONFIG,
  healthyFiles,
  MODULE,
  PYTHON,
  ROOT,
  SITE,
} from "../../tests/worlds/site.ts";
import { explainFailure } from "./explain.ts";
import { readSite } from "../site/site.ts";

const APP = `${SITE}/myapp`;
const SETTINGS = inPackage("django/conf/__init__.py", "_setup");
const SERVER = inPython("socketserver.py", "serve_forever");

testRows("settings", [
  [
    {
      raised:
        "sqlalchemy.exc.ArgumentError: Expected string or URL object, got None",
      files: {
        [MODULE]: 'import os\n\nx = create_engine(os.environ.get("DB_URL"))\n',
      },
      below: [inPackage("sqlalchemy/engine.py")],
    },
    "variable-missing",
    '"DB_URL" is not set',
    "[environment]",
  ],
  [
    {
      raised: "AttributeError: 'NoneType' object has no attribute 'split'",
      files: {
        [MODULE]: 'import os\n\nurl = os.environ.get("DB_URL").split(":")\n',
      },
    },
    "variable-missing",
    '"DB_URL" is not set',
    "[environment]",
  ],
  [
    {
      raised: "KeyError: 'DJANGO_SECRET_KEY'",
      below: [inPython("os.py", "__getitem__")],
    },
    "variable-missing",
    '"DJANGO_SECRET_KEY" is not set',
    `DJANGO_SECRET_KEY_FILE = "${SITE}/secrets/django_secret_key"`,
  ],
  [
    {
      raised: "ModuleNotFoundError: No module named 'mysite.setings'",
      name: "mysite.setings",
      below: [inPackage("django/conf/__init__.py", "_setup")],
      files: {
        [`${APP}/mysite`]: {},
        [`${APP}/mysite/settings.py`]: "",
      },
    },
    "django-settings",
    '"mysite.setings"',
    "Write mysite.settings in place of mysite.setings: there are",
  ],

  [
    {
      raised: "KeyError: 'DATABASE_URL'",
      below: [{ file: "<frozen os>", line: 679, function: "__getitem__" }],
    },
    "variable-missing",
    '"DATABASE_URL" is not set',
    "[environment]",
  ],
  [
    {
      raised: "KeyError: 'GREETINGS'",
      below: [inPython("os.py", "__getitem__")],
    },
    "variable-missing",
    'config.toml sets "GREETING"',
    "[secret_files]",
  ],
  [
    {
      raised: "KeyError: 'KEY'",
      below: [inPython("os.py", "__getitem__")],
    },
    "variable-missing",
    "the file in CREDENTIALS holds it",
    'dotenv.load_dotenv(os.environ["CREDENTIALS"])',
  ],
  [
    {
      raised: "KeyError: 'API_URL'",
      below: [inPython("os.py", "__getitem__")],
      files: { [`${APP}/.env`]: "API_URL=x\n" },
    },
    "variable-missing",
    `${APP}/.env holds it`,
    `dotenv.load_dotenv("${APP}/.env")`,
  ],
  [
    {
      raised: "KeyError: 'API_URL'",
      below: [inPython("os.py", "__getitem__")],
      files: { "/home/jdoe/.bashrc": "export API_URL=x\n" },
    },
    "variable-missing",
    "/home/jdoe/.bashrc sets it for shells",
    "[environment]",
  ],
  [
    {
      raised:
        "django.core.exceptions.ImproperlyConfigured: Set the SECRET_KEY environment variable",
    },
    "variable-missing",
    '"SECRET_KEY"',
    "config.toml",
  ],
  [
    {
      raised:
        "openai.OpenAIError: Missing credentials. Please pass an `api_key`, or set the `OPENAI_API_KEY` or `OPENAI_ADMIN_KEY` environment variable.",
    },
    "variable-missing",
    '"OPENAI_API_KEY"',
    "`chmod 600`",
  ],
  [
    {
      raised:
        "decouple.UndefinedValueError: DEBUG_MODE not found. Declare it as envvar or define a default value.",
    },
    "variable-missing",
    '"DEBUG_MODE"',
    "config.toml",
  ],
  [
    {
      raised:
        "pydantic_core._pydantic_core.ValidationError: 1 validation error for Settings\ndatabase_url\n  Field required [type=missing]",
      below: [inPackage("pydantic_settings/main.py")],
    },
    "variable-missing",
    '"DATABASE_URL"',
    "config.toml",
  ],
  [
    {
      raised: "ModuleNotFoundError: No module named 'mysite'",
      name: "mysite",
      below: [SETTINGS],
      files: {
        [`${SITE}/project`]: {},
        [`${SITE}/project/mysite`]: {},
        [`${SITE}/project/mysite/settings.py`]: "",
      },
    },
    "django-settings",
    `it lies in ${SITE}/project`,
    `chdir = "${SITE}/project"`,
  ],
  [
    {
      raised:
        "django.core.exceptions.ImproperlyConfigured: Requested setting DATABASES, but settings are not configured. You must",
    },
    "django-settings",
    "DJANGO_SETTINGS_MODULE is not set",
    "wsgi.py",
  ],
  [
    {
      raised:
        "django.core.exceptions.ImproperlyConfigured: The SECRET_KEY setting must not be empty.",
    },
    "django-settings",
    "SECRET_KEY",
    "[secret_files]",
  ],
  [
    {
      raised:
        "django.core.exceptions.DisallowedHost: Invalid HTTP_HOST header: 'www.example.org'. You may need to add",
      failure: { problem: "request-raised" },
    },
    "host-not-allowed",
    '"www.example.org"',
    'ALLOWED_HOSTS = ["www.example.org"]',
  ],
  [
    { raised: "locale.Error: unsupported locale setting" },
    "locale-missing",
    "locale",
    "locale -a",
  ],
  [
    {
      raised: "ValueError: Unable to configure handler 'file'",
      cause: {
        type: "ValueError",
        message: "Cannot resolve 'x.Y'",
        frames: [],
      },
    },
    "logging-misconfigured",
    "at the handler 'file': ValueError: Cannot resolve 'x.Y'",
    "logging",
  ],
  [
    {
      raised: "ValueError: Unable to configure handler 'file'",
      cause: {
        type: "FileNotFoundError",
        message: "[Errno 2] No such file",
        errno: "ENOENT",
        filename: "/nowhere/x.log",
        frames: [],
      },
    },
    "file-missing",
    "/nowhere does not exist",
    "mkdir -p /nowhere",
  ],
]);

testRows("source", [
  [
    {
      raised: "SyntaxError: invalid syntax",
      filename: `${APP}/views.py`,
      line: 7,
      files: { [`${APP}/views.py`]: "x" },
    },
    "source-syntax",
    `${APP}/views.py, line 7`,
    `${PYTHON} -m py_compile ${APP}/views.py`,
  ],
  [
    {
      raised: "TabError: inconsistent use of tabs and spaces in indentation",
      filename: MODULE,
      line: 1,
    },
    "source-syntax",
    "TabError",
    "tabs only",
  ],
  [
    {
      raised: "SyntaxError: invalid syntax",
      filename: `${APP}/a.py`,
      line: 2,
      files: { [`${APP}/a.py`]: "x = 1\n<<<<<<< HEAD\n" },
    },
    "source-merge-markers",
    `${APP}/a.py`,
    "<<<<<<<",
  ],
  [
    {
      raised:
        "SyntaxError: Missing parentheses in call to 'print'. Did you mean print(...)?",
      filename: MODULE,
      line: 1,
    },
    "code-for-python-2",
    "Python 2",
    "Python 3",
  ],
  [
    {
      raised: "SyntaxError: invalid syntax",
      filename: `${APP}/a.py`,
      line: 1,
      files: { [`${APP}/a.py`]: "match command:\n" },
      failure: { python: "3.9.2" },
    },
    "code-needs-later-python",
    "`match`, which Python knows from 3.10 on; this is Python 3.9",
    "Python 3.10",
  ],
  [
    {
      raised: "SyntaxError: source code cannot contain null bytes",
      filename: `${APP}/a.py`,
      files: {
        [`${APP}/a.py`]: { text: Uint8Array.from([0xff, 0xfe, 0x78, 0]) },
      },
    },
    "source-encoding",
    "UTF-16",
    "iconv -f UTF-16",
  ],
  [
    {
      raised: "SyntaxError: invalid syntax",
      filename: `${SITE}/venv/lib/python3.11/site-packages/old/x.py`,
      line: 1,
    },
    "package-conflict",
    '"old" was not written for Python 3.11',
    "--upgrade old",
  ],
]);

testRows("behaviour", [
  [
    {
      raised: "OSError: [Errno 98] Address already in use",
      errno: "EADDRINUSE",
      below: [inPython("socketserver.py", "server_bind")],
    },
    "app-runs-server",
    "a web server of its own",
    "__main__",
  ],
  [
    {
      raised: "EOFError",
      below: [{
        file: "/usr/lib/python3.11/getpass.py",
        line: 149,
        function: "_raw_input",
      }],
    },
    "app-reads-keyboard",
    "keyboard",
    "input()",
  ],
  [
    { raised: "EOFError: EOF when reading a line" },
    "app-reads-keyboard",
    "keyboard",
    "input()",
  ],
  [
    {
      raised:
        "ValueError: signal only works in main thread of the main interpreter",
      failure: { problem: "request-raised" },
    },
    "thread-bound",
    "one thread",
    "threads = 1",
  ],
  [
    {
      raised: "RecursionError: maximum recursion depth exceeded",
      frames: Array.from({ length: 50 }, () => ({
        file: `${ROOT}/passenger_wsgi.py`,
        line: 2,
        function: "<module>",
      })),
    },
    "startup-file-loads-itself",
    "loads itself",
    "module in [wsgi]",
  ],
  [
    {
      raised: "TypeError: headers are dict, not a list of (name, value) tuples",
      failure: { problem: "request-raised" },
    },
    "response-invalid",
    "headers are dict",
    "list(headers.items())",
  ],
  [
    {
      raised: "TypeError: app() takes 1 positional argument but 2 were given",
      frames: [],
      failure: { problem: "request-raised" },
    },
    "app-not-wsgi",
    "two arguments",
    "create_app()",
  ],
  [
    {
      raised: "SystemExit: 1",
      failure: { problem: "request-raised" },
    },
    "request-exited",
    "exit",
    "Return an answer",
  ],
]);

testRows("ending", [
  [
    {
      failure: {
        problem: "hung",
        seconds: 30,
        stack: [OWN, inPython("socket.py", "create_connection")],
      },
    },
    "app-hung",
    `stands at ${MODULE}:3, and waits for an answer from the network`,
    "start_timeout = 60",
  ],
  [
    { failure: { problem: "hung", seconds: 30, stack: [OWN, SERVER] } },
    "app-runs-server",
    "server of its own",
    "__main__",
  ],
  [
    { failure: { problem: "hung", seconds: 30, stack: [] } },
    "app-hung",
    "within 30 seconds",
    "start_timeout",
  ],
  [
    {
      failure: {
        problem: "killed",
        signal: "SIGSEGV",
        stack: [OWN, inPackage("fast/core.py")],
      },
    },
    "app-died",
    "SIGSEGV",
    "--force-reinstall fast",
  ],
  [
    { failure: { problem: "killed", signal: "SIGKILL" } },
    "app-died",
    "limit of memory",
    "memory",
  ],
  [
    { failure: { problem: "killed", signal: "SIGXCPU" } },
    "app-died",
    "processor time",
    "ulimit -t",
  ],
  [
    {
      config: 'PYTHONHOME = "/opt/none"\n',
      failure: {
        problem: "exited",
        status: 1,
        output: [
          "Fatal Python error: init_fs_encoding: failed to get the Python codec of the filesystem encoding",
          "Python runtime state: core initialized",
          "ModuleNotFoundError: No module named 'encodings'",
        ],
      },
    },
    "config-value",
    "PYTHONHOME",
    "[environment]",
  ],
  [
    {
      failure: {
        problem: "exited",
        status: 1,
        output: [
          "Fatal Python error: init_fs_encoding: failed to get the Python codec of the filesystem encoding",
          "ModuleNotFoundError: No module named 'encodings'",
        ],
      },
    },
    "python-cannot-run",
    "its own library is gone",
    "python3 -m venv --clear",
  ],
  [
    {
      failure: {
        problem: "exited",
        status: 1,
        output: [
          "Traceback (most recent call last):",
          "AttributeError: 'NoneType' object has no attribute 'poll'",
        ],
      },
    },
    "app-died",
    "without an exception",
    "Read the traceback in the log",
  ],
  [
    {
      config: `PYTHONPATH = "${SITE}/lib"\n`,
      failure: {
        problem: "exited",
        status: 1,
        output: [
          `  File "${ROOT}/shim/worker.py", line 9, in <module>`,
          `  File "${SITE}/lib/json.py", line 1, in <module>`,
          "ValueError: 1",
        ],
      },
    },
    "config-value",
    `"${SITE}/lib/json.py" is imported from there`,
    "PYTHONPATH",
  ],
  [
    {
      files: { [`${ROOT}/shim/worker.py`]: "# cut o" },
      failure: {
        problem: "exited",
        status: 1,
        output: [
          `  File "${ROOT}/shim/worker.py", line 9`,
          "SyntaxError: unexpected EOF",
        ],
      },
    },
    "shim-changed",
    "fails before it loads",
    "wsgi-shim upgrade",
  ],
  [
    {
      world: { env: { IN_PASSENGER: "1", PYTHONHASHSEED: "bad" } },
      failure: {
        problem: "exited",
        status: 1,
        output: [
          'Fatal Python error: config_init_hash_seed: PYTHONHASHSEED must be "random" or an integer',
        ],
      },
    },
    "login-variable",
    "PYTHONHASHSEED",
    "login files",
  ],
  [
    {
      failure: {
        problem: "factory-raised",
        subject: "create_app",
        exception: {
          type: "TypeError",
          message:
            "create_app() missing 1 required positional argument: 'config'",
          frames: [],
        },
      },
    },
    "app-factory-failed",
    "it wants config",
    "`application = create_app(config=CONFIG)`",
  ],
  [
    {
      failure: {
        problem: "not-wsgi",
        subject: "A.m",
        kind: "function that takes 3 arguments",
      },
    },
    "app-not-wsgi",
    "takes 3 arguments",
    "an object's",
  ],
  [
    { failure: { problem: "exited", status: 0 } },
    "app-died",
    "status 0",
    "os._exit",
  ],
  [
    {
      failure: {
        problem: "exited",
        status: 127,
        output: [
          "python: error while loading shared libraries: libpython3.11.so.1.0: cannot open shared object file: No such file",
        ],
      },
    },
    "python-cannot-run",
    "libpython3.11.so.1.0",
    `venv --clear ${SITE}/venv`,
  ],
  [
    {
      raised: "SystemExit: 2",
      below: [inPython("argparse.py", "error")],
      failure: { problem: "import-exited", status: 2 },
    },
    "app-exited",
    "argparse",
    "__main__",
  ],
  [
    {
      raised: "SystemExit: TOKEN is missing",
      failure: { problem: "import-exited", status: 1 },
    },
    "app-exited",
    'saying "TOKEN is missing"',
    "See to what it says",
  ],
  [
    {
      raised: "SystemExit: 1",
      below: [inPackage("werkzeug/serving.py", "run_simple")],
      failure: { problem: "import-exited", status: 1 },
    },
    "app-runs-server",
    "server of its own",
    "__main__",
  ],
  [
    {
      failure: { problem: "module-missing", subject: "core.wsgi" },
      files: { [`${SITE}/core`]: {}, [`${SITE}/core/wsgi.py`]: "" },
    },
    "app-module-missing",
    `it lies in ${SITE}`,
    `chdir = "${SITE}"`,
  ],
  [
    {
      failure: { problem: "not-wsgi", subject: "app", kind: "class" },
      files: { [MODULE]: "import os\nclass app:\n    pass\n\nx = 1\n" },
    },
    "app-not-wsgi",
    "a class without a method __call__",
    "def __call__(self, environ, start_response)",
  ],
  [
    {
      failure: { problem: "not-wsgi", subject: "app", kind: "class" },
      files: {
        [MODULE]: "class app:\n    x = 1\n\n    def __call__(self, e, s):\n",
      },
    },
    "app-not-wsgi",
    '"app" is a class, not an application',
    'app = "app()"',
  ],
  [
    { failure: { problem: "hung", seconds: 1 } },
    "app-hung",
    "within 1 second",
    "start_timeout = 60",
  ],
  [
    {
      failure: {
        problem: "attribute-missing",
        subject: "application",
        candidates: ["create_app"],
      },
    },
    "app-callable-missing",
    `The module "${MODULE}" has no "application"; it has "create_app"`,
    'app = "create_app()"',
  ],
  [
    {
      failure: { problem: "attribute-missing", subject: "application" },
      files: {
        [`${APP}/main.py`]: "from flask import Flask\napp = Flask(__name__)\n",
      },
    },
    "app-callable-missing",
    `"app" in ${APP}/main.py could be`,
    `\`module = "${APP}/main.py"\` and \`app = "app"\``,
  ],
  [
    {
      failure: { problem: "attribute-missing", subject: "application" },
      files: {
        [`${APP}/manage.py`]: "",
        [`${APP}/mysite`]: {},
        [`${APP}/mysite/wsgi.py`]: "application = get_wsgi_application()\n",
      },
    },
    "app-callable-missing",
    `"application" in ${APP}/mysite/wsgi.py could be`,
    `and \`chdir = "${APP}"\``,
  ],
  [
    {
      failure: { problem: "attribute-missing", subject: "application" },
      files: { [MODULE]: "import streamlit as st\nst.write(1)\n" },
    },
    "app-not-wsgi",
    "a program of streamlit, which runs a web server of its own",
    "Ask the administrators",
  ],
  [
    {
      failure: { problem: "attribute-missing", subject: "application" },
      files: { [`${APP}/main.py`]: "app = 1\n" },
    },
    "app-callable-missing",
    "nothing else",
    "Let `app` in [wsgi]",
  ],
  [
    {
      failure: { problem: "not-wsgi", subject: "app", kind: "async function" },
    },
    "app-not-wsgi",
    '"app" is an async function',
    "`def` in place of `async def`",
  ],
  [
    {
      failure: {
        problem: "not-wsgi",
        subject: "application",
        kind: "ASGI application",
      },
      files: {
        [MODULE]: "application = get_asgi_application()\n",
        [`${APP}/wsgi.py`]: "application = get_wsgi_application()\n",
      },
    },
    "app-not-wsgi",
    "is Django's application for ASGI",
    `\`module = "${APP}/wsgi.py"\` and \`app = "application"\``,
  ],
  [
    {
      failure: {
        problem: "not-wsgi",
        subject: "application",
        kind: "ASGI application",
      },
      files: { [MODULE]: "application = get_asgi_application()\n" },
    },
    "app-not-wsgi",
    "is Django's application for ASGI",
    "`application = get_wsgi_application()`",
  ],
  [
    {
      failure: {
        problem: "not-wsgi",
        subject: "app",
        kind: "ASGI application",
      },
    },
    "app-not-wsgi",
    "ASGI",
    `${PYTHON} -m pip install a2wsgi`,
  ],
  [
    { raised: "LookupError: \n*****\n  Resource was not found.\n" },
    "app-import-failed",
    "raised LookupError: Resource was not found.",
    "Correct the line that is named",
  ],
  [
    {
      failure: {
        problem: "not-wsgi",
        subject: "app",
        kind: "object of type tornado.web.Application that takes 1 argument",
      },
    },
    "app-not-wsgi",
    "a program of tornado, which runs a web server of its own",
    "Ask the administrators",
  ],
  [
    {
      failure: {
        problem: "not-wsgi",
        subject: "app",
        kind: "object of type hello.Site that takes 1 argument",
      },
    },
    "app-not-wsgi",
    "is an object of type hello.Site that takes 1 argument; WSGI calls",
    "Let `app` in config.toml name the application itself",
  ],
  [
    {
      failure: {
        problem: "factory-result",
        subject: "create_app",
        kind: "ASGI application",
      },
    },
    "app-not-wsgi",
    '"create_app()" is an ASGI application',
    "`application = ASGIMiddleware(create_app())`",
  ],
  [
    {
      failure: {
        problem: "factory-result",
        subject: "create_app",
        kind: "class",
      },
    },
    "app-factory-result",
    "create_app() returned a class, which is no application",
    "Let the function return the application",
  ],
  [
    {
      failure: {
        problem: "unstartable",
        subject: PYTHON,
        exception: {
          type: "OSError",
          message: "spawn EAGAIN",
          errno: "EAGAIN",
          frames: [],
        },
      },
    },
    "limit-processes",
    "limit of processes",
    "administrators",
  ],
  [
    {
      raised:
        "TypeError: create_app() missing 2 required positional arguments: 'config' and 'db'",
      frames: [],
      failure: { problem: "factory-raised", subject: "create_app" },
    },
    "app-factory-failed",
    "it wants config and db",
    "`application = create_app(config=CONFIG, db=DB)`",
  ],
  [
    {
      failure: {
        problem: "not-wsgi",
        subject: "create_app",
        kind: "function that takes 1 argument",
      },
      files: { [MODULE]: "def create_app(\n  mode: str, debug=False\n):\n  1" },
    },
    "app-not-wsgi",
    "it wants mode",
    "with your own value for MODE",
  ],
  [
    {
      failure: {
        problem: "not-wsgi",
        subject: "index",
        kind: "function that takes 1 argument",
      },
      files: { [MODULE]: "def index(request):\n  1" },
    },
    "app-not-wsgi",
    '"index" is a function that takes 1 argument',
    "name the application itself",
  ],
  [
    { failure: { problem: "python-old", python: "3.6.15" } },
    "python-too-old",
    `"${PYTHON}" is Python 3.6.15; wsgi-shim needs 3.8 or later`,
    "python3.11 -m venv --clear",
  ],
]);

testSilence("behaviour", [
  { raised: "KeyError: 'DATABASE_URL'" },
  // It is set, so that something else was None.
  {
    raised: "AttributeError: 'NoneType' object has no attribute 'split'",
    files: {
      [MODULE]: '\n\nx = find(os.getenv("GREETING")).split(":")\n',
    },
  },
  // Somebody's own dictionary in a file called os.py elsewhere.
  {
    raised: "KeyError: 'DATABASE_URL'",
    below: [inPackage("pkg/cos.py", "__getitem__")],
  },
  // Set in config.toml: the application has removed it.
  {
    raised: "KeyError: 'GREETING'",
    below: [inPython("os.py", "__getitem__")],
  },
  { raised: "ValueError: 1 validation error for Order\nid\n  Field required" },
  { raised: "RecursionError: maximum recursion depth exceeded" },
  { raised: "EOFError: Ran out of input" },
  {
    raised: "TypeError: f() takes 1 positional argument but 2 were given",
    failure: { problem: "request-raised" },
  },
  {
    raised: "TypeError: application returned None; we think",
    failure: { problem: "request-raised" },
  },
  // The exception that was being handled need not be the cause.
  {
    raised: "RuntimeError: boom",
    incidental: true,
    cause: {
      type: "ModuleNotFoundError",
      message: "No module named 'ujson'",
      name: "ujson",
      frames: [],
    },
  },
]);

Deno.test("explainFailure() follows a cause that was named by `raise … from`", () => {
  const found = explain({
    raised: "RuntimeError: cannot start",
    cause: {
      type: "ModuleNotFoundError",
      message: "No module named 'ujson'",
      name: "ujson",
      frames: [],
    },
  });
  assertEquals(found.code, "package-missing");
  assertEquals(found.place, { file: MODULE, line: 3 });
});

Deno.test("explainFailure() looks into an ExceptionGroup", () => {
  const inner = { message: "No module named 'ujson'", name: "ujson" };
  const group = [
    { type: "ValueError", message: "too bad", frames: [] },
    { type: "ModuleNotFoundError", ...inner, frames: [] },
  ];
  const raised = "ExceptionGroup: unhandled errors (2 sub-exceptions)";
  assertEquals(explain({ raised, group }).code, "package-missing");
  const found = explain({ raised, group: group.slice(0, 1) });
  assertEquals(found.code, "app-import-failed");
  assertStringIncludes(
    found.message,
    "raised ExceptionGroup of ValueError: too bad",
  );
});

Deno.test("explainFailure() tells an unknown exception and its place", () => {
  const found = explain({ raised: "ValueError: too bad\nmore" });
  assertEquals(found.code, "app-import-failed");
  assertStringIncludes(found.message, "raised ValueError: too bad");
  assertEquals(found.place, { file: MODULE, line: 3 });
});

Deno.test("explainFailure() keeps control characters out of its sentences", () => {
  const found = explain({ raised: "ValueError: \x1b[31mred\u202e" });
  // deno-lint-ignore no-control-regex -- they are what is looked for
  assertEquals(/[\x00-\x1f\u202e]/.test(found.message), false);
});

Deno.test("explainAnswer() points at the application, not at its name", () => {
  const told = (files: Case["files"]) =>
    explain({
      raised: "TypeError: application returned str, not bytes: encode it",
      frames: [],
      failure: { problem: "request-raised" },
      files,
    }).place;
  const text = "import json\n\ndef app(e, s):\n    return {}\n";
  assertEquals(told({ [MODULE]: text }), { file: MODULE, line: 3 });
  assertEquals(told({ [MODULE]: "from x import app\n" }), { file: MODULE });
});

Deno.test("explainFailure() passes over a hint that throws, and reports it", () => {
  const host = createFakeHost({
    files: { ...healthyFiles(), [`${ROOT}/config.toml`]: CONFIG },
  });
  const exception = {
    type: "FileNotFoundError",
    message: "gone",
    errno: "ENOENT",
    filename: 5 as unknown as string,
    frames: [OWN],
  };
  const faults: unknown[] = [];
  const found = explainFailure(
    { problem: "import-raised", exception },
    readSite(ROOT, host),
    (fault) => faults.push(fault),
  );
  assertEquals(found.map(({ code }) => code), ["app-import-failed"]);
  assertStringIncludes(found[0]!.message, "FileNotFoundError: gone");
  assertEquals(faults.length, 1);
});

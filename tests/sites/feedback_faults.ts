/**
 * Faults of applications, as users make them: how each is made, and what the
 * page must say of it.
 *
 * @module
 */

import { PYTHON_MINOR } from "../worlds/python_version.ts";

/** One fault. */
export interface Fault {
  /** What it is. */
  name: string;
  /** Lines before the healthy application. */
  before?: string;
  /** Replaces the application. */
  app?: string;
  /** Other files, by path in the site directory; `@site@` is replaced. */
  files?: Record<string, string | Uint8Array>;
  /** Run as root in the site directory, after the files were written. */
  root?: string;
  /** Run as root to mend it; the files are put back besides. */
  mend?: string;
  /** Replaces a text in `config.toml`. */
  replace?: [string, string];
  /** The fault is in a request; the site itself runs. */
  request?: boolean;
  /** Status of the page. @default 503, or 500 for a request */
  status?: number;
  code: string;
  /** A part of the message. */
  says: string | RegExp;
  /** A part of what mends it. */
  fix: string | RegExp;
}

const PACKAGES = `venv/lib/python${PYTHON_MINOR}/site-packages`;

/** UTF-16 text with its mark. */
function utf16(text: string): Uint8Array {
  const units = Uint16Array.from(
    "\ufeff" + text,
    (character) => character.charCodeAt(0),
  );
  return new Uint8Array(units.buffer);
}

const ENV_LOG: [string, string] = [
  "[environment]\n",
  '[environment]\nLOG_FILENAME = "@site@/log/logfile"\n',
];
const OPEN_LOG = 'import os; open(os.environ["LOG_FILENAME"], "a")';

/** Every fault, each in a site of its own time. */
export const FAULTS: readonly Fault[] = [
  {
    name: "missing package",
    before: "import flask",
    code: "package-missing",
    says: /"flask" is imported, but not installed/,
    fix: "venv/bin/python -m pip install flask",
  },
  {
    name: "missing package of another name",
    before: "import cv2",
    code: "package-missing",
    says: '"cv2"',
    fix: "pip install opencv-python",
  },
  {
    name: "package for another Python",
    before: "import flask",
    files: { "venv/lib/python3.9/site-packages/flask/__init__.py": "" },
    code: "venv-other-version",
    says: "installed for Python 3.9",
    fix: "@site@/venv-new",
    mend: "rm -r venv/lib/python3.9",
  },
  {
    name: "incomplete Python",
    before: 'import sys; sys.modules["_sqlite3"] = None; import sqlite3',
    code: "python-incomplete",
    says: 'without its module "_sqlite3"',
    fix: "libsqlite3-dev",
  },
  {
    name: "half an installation",
    before: "import flask",
    files: { [`${PACKAGES}/flask/__init__.py`]: "from .app import Flask" },
    code: "package-damaged",
    says: '"flask.app"',
    fix: "--force-reinstall --no-deps --no-cache-dir flask",
    mend: `rm -r ${PACKAGES}/flask`,
  },
  {
    name: "versions that do not fit",
    before: "from werkzeug.urls import url_quote",
    files: {
      [`${PACKAGES}/werkzeug/__init__.py`]: "",
      [`${PACKAGES}/werkzeug/urls.py`]: "",
      [`${PACKAGES}/werkzeug-3.1.8.dist-info/METADATA`]: "",
    },
    code: "package-conflict",
    says: "Werkzeug 3.1.8",
    fix: "Werkzeug<3",
    mend: `rm -r ${PACKAGES}/werkzeug*`,
  },
  {
    name: "compiled for another Python",
    before: "import lxml.etree",
    files: {
      [`${PACKAGES}/lxml/__init__.py`]: "",
      [`${PACKAGES}/lxml/etree.cpython-39-x86_64-linux-gnu.so`]: "x",
    },
    code: "package-binary-mismatch",
    says: "etree.cpython-39",
    fix: "--force-reinstall --no-deps --no-cache-dir lxml",
    mend: `rm -r ${PACKAGES}/lxml`,
  },
  {
    name: "compiled file that is none",
    before: "import fast",
    files: {
      [`${PACKAGES}/fast/__init__.py`]: "from . import core",
      [`${PACKAGES}/fast/core.so`]: "not a library at all, but long enough",
    },
    code: "package-binary-mismatch",
    says: '"fast"',
    fix: 'Install the package "fast" again',
    mend: `rm -r ${PACKAGES}/fast`,
  },
  {
    name: "a file that hides a package",
    before: "from flask import Flask",
    files: {
      "myapp/flask.py": "x = 1\n",
      [`${PACKAGES}/flask/__init__.py`]: "class Flask: pass",
    },
    code: "package-shadowed",
    says: "myapp/flask.py hides",
    fix: "Rename it",
    mend: `rm -r ${PACKAGES}/flask myapp/flask.py`,
  },
  {
    name: "a file that hides Python's own",
    before: "import secrets; secrets.token_hex()",
    files: { "myapp/secrets.py": "x = 1\n" },
    code: "module-shadowed",
    says: "myapp/secrets.py hides",
    fix: "my_secrets.py",
    mend: "rm myapp/secrets.py",
  },
  {
    name: "circular import",
    before: "import a1",
    files: {
      "myapp/a1.py": "from b1 import b\na = 1\n",
      "myapp/b1.py": "from a1 import a\nb = 1\n",
    },
    code: "circular-import",
    says: /a1\.py and \S+b1\.py import each other/,
    fix: "third module",
    mend: "rm myapp/a1.py myapp/b1.py",
  },
  {
    name: "a module one folder higher",
    before: "import settings_of_mine",
    files: { "settings_of_mine/__init__.py": "" },
    code: "module-elsewhere",
    says: "lies in @site@",
    fix: 'chdir = "@site@"',
    mend: "rm -r settings_of_mine",
  },
  {
    name: "capital letters",
    before: "import utils",
    files: { "myapp/Utils.py": "" },
    code: "module-name-case",
    says: '"Utils.py"',
    fix: "rename @site@/myapp/Utils.py to utils.py",
    mend: "rm myapp/Utils.py",
  },
  {
    name: "import with dots",
    before: "from . import models",
    code: "import-relative",
    says: "leading dots",
    fix: 'module = "myapp.hello" and chdir = "@site@"',
  },
  {
    name: "a name that is not there",
    before: "from models import User",
    files: { "myapp/models.py": "class Post: pass\n" },
    code: "import-name-missing",
    says: 'defines no "User"',
    fix: "correct the import",
    mend: "rm myapp/models.py",
  },
  {
    name: "variable not set",
    before: 'import os; os.environ["DATABASE_URL"]',
    code: "variable-missing",
    says: '"DATABASE_URL" is not set',
    fix: "[environment]",
  },
  {
    name: "Django's settings",
    before: "import django.conf",
    files: {
      [`${PACKAGES}/django/__init__.py`]: "",
      [`${PACKAGES}/django/conf/__init__.py`]:
        'import importlib\nimportlib.import_module("mysite.settings")\n',
      "project/mysite/__init__.py": "",
      "project/mysite/settings.py": "",
    },
    code: "django-settings",
    says: "lies in @site@/project",
    fix: 'chdir = "@site@/project"',
    mend: `rm -r ${PACKAGES}/django project`,
  },
  {
    name: "relative path",
    before: 'open("data.txt")',
    files: { "data.txt": "hi" },
    code: "file-missing",
    says: "working directory @site@/myapp, and is not there, but in @site@",
    fix: "Path(__file__).parent",
    mend: "rm data.txt",
  },
  {
    name: "folder of the log missing",
    before: OPEN_LOG,
    replace: ENV_LOG,
    code: "file-missing",
    says: "The folder @site@/log does not exist",
    fix: "mkdir @site@/log",
    status: 503,
  },
  {
    name: "folder of the log not writable",
    before: OPEN_LOG,
    replace: ENV_LOG,
    root: "mkdir -m 755 log; chown root log",
    code: "permission-denied",
    says: /may not create "logfile" in @site@\/log \(mode 0755, owner root:/,
    fix: "chown",
    mend: "rm -r log",
  },
  {
    name: "file of somebody else",
    before: 'open("/etc/shadow")',
    code: "permission-denied",
    says: "may not read /etc/shadow (mode 0640, owner root:shadow)",
    fix: "Let the application use a file of its own",
  },
  {
    name: "setuid",
    before: "import os; os.setuid(33)",
    code: "privilege-missing",
    says: "only root",
    fix: "Leave the call out",
  },
  {
    name: "program not in PATH",
    before: 'import subprocess; subprocess.run(["ffmpeg-of-mine"])',
    code: "program-missing",
    says: '"ffmpeg-of-mine" is in none',
    fix: "absolute path",
  },
  {
    name: "no file handles left",
    before: "import resource\n" +
      "resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40))\n" +
      'keep = [open("/dev/null") for _ in range(100)]',
    code: "limit-open-files",
    says: "as many files",
    fix: "ulimit -n",
  },
  {
    name: "memory limit",
    before: "import resource\n" +
      "resource.setrlimit(resource.RLIMIT_AS, (300000000, 300000000))\n" +
      "b'x' * 1000000000",
    code: "limit-memory",
    says: "not enough memory",
    fix: "ulimit -v",
  },
  {
    name: "process limit",
    before: "import resource, threading\n" +
      "resource.setrlimit(resource.RLIMIT_NPROC, (1, 1))\n" +
      "threading.Thread(target=print).start()",
    code: "limit-processes",
    says: "start another process or thread",
    fix: "ulimit -u",
  },
  {
    name: "process limit, fork",
    before: "import resource, subprocess\n" +
      "resource.setrlimit(resource.RLIMIT_NPROC, (1, 1))\n" +
      'subprocess.run(["true"])',
    code: "limit-processes",
    says: "start another process",
    fix: "ulimit -u",
  },
  {
    name: "syntax error",
    app: "def x(:\n",
    code: "source-syntax",
    says: "line 1",
    fix: "py_compile @site@/myapp/hello.py",
  },
  {
    name: "syntax error in an imported file",
    before: "import views",
    files: { "myapp/views.py": "def x(:\n" },
    code: "source-syntax",
    says: "myapp/views.py, line 1",
    fix: "py_compile @site@/myapp/views.py",
    mend: "rm myapp/views.py",
  },
  {
    name: "merge markers",
    app: "x = 1\n<<<<<<< HEAD\ny = 2\n=======\n>>>>>>> other\n",
    code: "source-merge-markers",
    says: "hello.py",
    fix: "<<<<<<<",
  },
  {
    name: "Python 2",
    before: 'print "hello"',
    code: "code-for-python-2",
    says: "Python 2",
    fix: "Python 3",
  },
  {
    name: "UTF-16",
    files: { "myapp/hello.py": utf16("x = 1\n") },
    code: "source-encoding",
    says: "UTF-16",
    fix: "iconv -f UTF-16 -t UTF-8",
  },
  {
    name: "wrong name of the callable",
    app: "def application(environ, start_response): pass\n",
    code: "app-callable-missing",
    says: '"application"',
    fix: 'app = "application"',
  },
  {
    name: "not callable",
    app: 'app = "hello"\n',
    code: "app-not-callable",
    says: "of type str",
    fix: "app",
  },
  {
    name: "factory not called",
    app: "def create_app(): pass\napp = create_app\n",
    code: "app-not-wsgi",
    says: "factory",
    fix: 'app = "app()"',
  },
  {
    name: "ASGI",
    app: "async def app(scope, receive, send): pass\n",
    replace: ['app = "app"', 'app = "app"\ninterface = "wsgi"'],
    code: "app-not-wsgi",
    says: "ASGI",
    fix: 'interface = "auto"',
  },
  {
    name: "factory that returns nothing",
    app: "def app(): pass\n",
    replace: ['app = "app"', 'app = "app()"'],
    code: "app-factory-result",
    says: "returned None",
    fix: "return app",
  },
  {
    name: "factory that wants an argument",
    app: "def app(mode): pass\n",
    replace: ['app = "app"', 'app = "app()"'],
    code: "app-factory-failed",
    says: "it wants mode",
    fix: "application = app(mode=MODE)",
  },
  {
    name: "factory that is given an argument",
    replace: ['app = "app"', "app = \"app('x')\""],
    code: "app-setting",
    says: "calls app with arguments",
    fix: "`from hello import app` and `application = app('x')`",
  },
  {
    name: "exit at import",
    before: 'import sys; sys.exit("please configure me")',
    code: "app-exited",
    says: "please configure me",
    fix: "See to what it says",
  },
  {
    name: "argparse",
    before: "import argparse; p = argparse.ArgumentParser()\n" +
      'p.add_argument("cfg"); p.parse_args()',
    code: "app-exited",
    says: "argparse ended it with status 2",
    fix: "__main__",
  },
  {
    name: "os._exit",
    before: "import os; os._exit(0)",
    code: "app-died",
    says: "status 0",
    fix: "os._exit",
  },
  {
    name: "hang",
    before: "import time; time.sleep(60)",
    replace: ["#start_timeout = 30", "start_timeout = 4"],
    code: "app-hung",
    says: "within 4 seconds; it stands at @site@/myapp/hello.py:1",
    fix: "Leave `sleep()` out",
  },
  {
    name: "hang in a server of its own",
    before: "import wsgiref.simple_server as s\n" +
      's.make_server("127.0.0.1", 0, None).serve_forever()',
    replace: ["#start_timeout = 30", "start_timeout = 4"],
    code: "app-runs-server",
    says: "web server of its own",
    fix: "__main__",
  },
  {
    name: "input",
    before: 'input("name? ")',
    code: "app-reads-keyboard",
    says: "keyboard",
    fix: "config.toml",
  },
  {
    name: "breakpoint",
    before: "breakpoint()",
    code: "app-reads-keyboard",
    says: "debugger",
    fix: "breakpoint()",
  },
  {
    name: "segmentation fault",
    before: "import ctypes; ctypes.string_at(0)",
    code: "app-died",
    says: "SIGSEGV",
    fix: "compiled",
  },
  {
    name: "killed",
    before: "import os; os.kill(os.getpid(), 9)",
    code: "app-died",
    says: "SIGKILL",
    fix: "which limits",
  },
  {
    name: "logging",
    before: "import logging.config\nlogging.config.dictConfig({'version': 1," +
      "'handlers': {'f': {'class': 'logging.handlers.RotatingFileHandlr'}}})",
    code: "logging-misconfigured",
    says: "at the handler 'f'",
    fix: "logging",
  },
  {
    name: "logging into a folder that is not there",
    before: "import logging.config\nlogging.config.dictConfig({'version': 1," +
      "'handlers': {'f': {'class': 'logging.FileHandler'," +
      "'filename': '/nowhere/at/all/x.log'}}})",
    code: "file-missing",
    says: "/nowhere/at/all",
    fix: "ask the administrators for /nowhere/at/all",
  },
  {
    name: "SQLite that cannot be written, at import",
    before: 'import sqlite3\nsqlite3.connect("db.sqlite3")' +
      '.execute("create table t (x)")',
    files: { "myapp/db.sqlite3": "" },
    root: "chown root myapp/db.sqlite3",
    code: "database-readonly",
    says: /db\.sqlite3 has mode 0\d+, owner root:/,
    fix: "chown",
    mend: "rm myapp/db.sqlite3",
  },
  {
    name: "SQLite in a folder that is not there",
    before: 'import sqlite3\nsqlite3.connect("/nowhere/db.sqlite3")',
    code: "file-missing",
    says: "The folder /nowhere does not exist",
    fix: "make the folder /nowhere",
  },
  {
    name: "SQLite in an unknown folder that is not there",
    before:
      'import sqlite3\nroot = "/nowhere"\nsqlite3.connect(root + "/db.sqlite")',
    code: "database-readonly",
    says: "probably the folder",
    fix: "absolute path",
  },
  {
    name: "missing package in an exception group",
    before: [
      "class BaseExceptionGroup(Exception): pass",
      "group = BaseExceptionGroup()",
      "try: import ujson_of_mine",
      "except ImportError as error: group.exceptions = (error,)",
      "raise group",
    ].join("\n"),
    code: "module-not-here",
    says: 'no module "ujson_of_mine"',
    fix: "copy it to this machine",
  },
  {
    name: "Python that is too old",
    files: {
      "oldpython": "#!/bin/sh\n" +
        'exec @site@/venv/bin/python -c "import runpy, sys\n' +
        "sys.version_info = (3, 6, 15)\n" +
        "del sys.argv[0]\n" +
        'runpy.run_path(sys.argv[0], run_name=\'__main__\')" "$@"\n',
    },
    root: "chmod 755 oldpython",
    replace: ["venv/bin/python", "oldpython"],
    code: "python-too-old",
    says: "is Python 3.6.15",
    fix: 'passenger_python = "@site@/venv/bin/python"',
  },
  {
    name: "unknown exception",
    before: 'raise RuntimeError("boom")',
    code: "app-import-failed",
    says: "RuntimeError: boom",
    fix: "The application raises that itself",
  },
  {
    name: "factory that raises",
    app: 'def app():\n    raise KeyError("x")\n',
    replace: ['app = "app"', 'app = "app()"'],
    code: "app-factory-failed",
    says: "KeyError",
    fix: "The application raises that itself",
  },
  {
    name: "exception",
    app: 'def app(e, s): raise RuntimeError("boom")\n',
    request: true,
    code: "app-request-failed",
    says: "RuntimeError: boom",
    fix: "raises that itself",
  },
  {
    name: "returned None",
    app: 'def app(e, s): s("200 OK", [])\n',
    request: true,
    code: "response-invalid",
    says: "returned None",
    fix: "return [body]",
  },
  {
    name: "no start_response",
    app: "def app(e, s): return []\n",
    request: true,
    code: "response-invalid",
    says: "did not call start_response",
    fix: "start_response",
  },
  {
    name: "str body",
    app: 'def app(e, s):\n    s("200 OK", [])\n    return ["price \\u20ac"]\n',
    request: true,
    code: "response-invalid",
    says: "str",
    fix: "encode",
  },
  {
    name: "status line",
    app: 'def app(e, s):\n    s("OK", [])\n    return [b"x"]\n',
    request: true,
    code: "response-invalid",
    says: "status is",
    fix: "200 OK",
  },
  {
    name: "header",
    app: 'def app(e, s):\n    s("200 OK", [("X-A", "a\\nb")])\n    return []\n',
    request: true,
    code: "response-invalid",
    says: "header X-A",
    fix: "ASCII",
  },
  {
    name: "exit in a request",
    app: "import sys\ndef app(e, s): sys.exit(1)\n",
    request: true,
    code: "request-exited",
    says: "exit",
    fix: "Return an answer",
  },
  {
    name: "SQLite in a request",
    app: "import sqlite3\ndef app(e, s):\n" +
      '    sqlite3.connect("db.sqlite3").execute("create table t (x)")\n',
    files: { "myapp/db.sqlite3": "" },
    root: "chown root myapp/db.sqlite3",
    request: true,
    code: "database-readonly",
    says: "db.sqlite3 has mode",
    fix: "chown",
    mend: "rm myapp/db.sqlite3",
  },
  {
    name: "no file handles left in a request",
    app: "import resource\n" +
      "resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40))\n" +
      "keep = []\n" +
      "def app(environ, start_response):\n" +
      '    while True: keep.append(open("/dev/null"))\n',
    request: true,
    code: "limit-open-files",
    says: "as many files",
    fix: "close what it opens",
  },
  {
    name: "variable missing in a request",
    app: 'import os\ndef app(e, s): return os.environ["API_KEY_OF_MINE"]\n',
    request: true,
    code: "variable-missing",
    says: "API_KEY_OF_MINE",
    fix: "secret_files",
  },
];

"""Tests of the worker of lib/shim/host: each drives one over its real pipes.

Run as `python3 -m unittest tests/host/worker_test.py`, with any Python from 3.8;
the worker runs with the same interpreter, and with its -b and -W options.
"""

import http.client
import importlib.metadata
import importlib.util
import json
import os
import queue
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
import unittest

LAUNCH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "launch.py")
PATIENCE = 20  # seconds before a test is given up; never a measure of speed

# Descriptors 3 and 4 are the worker's channels: nothing else may use them.
while os.open(os.devnull, os.O_RDONLY) < 4:
    pass
NULL = os.open(os.devnull, os.O_RDONLY)
CHANNELS = threading.Lock()


class Answer:
    """An answer as Passenger reads it."""

    def __init__(self, sock, method):
        response = http.client.HTTPResponse(sock, method=method)
        response.begin()
        self.status = response.status
        self.reason = response.reason
        self.headers = response.headers
        self.cut = False
        try:
            self.body = response.read()
        except http.client.IncompleteRead as error:
            self.cut = True
            self.body = error.partial
        except ConnectionError:
            self.cut = True
            self.body = b""

    @property
    def kept(self):
        return self.headers["Connection"] != "close"

    @property
    def json(self):
        return json.loads(self.body)


class Connection:
    """A connection of Passenger to the worker."""

    def __init__(self, path):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(PATIENCE)
        self.sock.connect(path)

    def close(self):
        self.sock.close()

    def send(self, path="/", body=b"", half_close=True, **variables):
        pairs = {
            "REQUEST_URI": path,
            "PATH_INFO": path,
            "SCRIPT_NAME": "",
            "QUERY_STRING": "",
            "REQUEST_METHOD": "GET",
            "SERVER_NAME": "example.org",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "192.0.2.1",
            "REMOTE_PORT": "4321",
        }
        if body:
            pairs["CONTENT_LENGTH"] = str(len(body))
        pairs.update(variables)
        self.method = pairs["REQUEST_METHOD"]
        self.send_block(
            b"".join(
                b"%s\0%s\0" % (name.encode("latin-1"), value.encode("latin-1"))
                for name, value in pairs.items()
                if value is not None
            )
        )
        if body:
            try:
                self.sock.sendall(body)
                if half_close:
                    self.sock.shutdown(socket.SHUT_WR)
            except BrokenPipeError:
                pass  # the worker need not read what it refuses

    def send_block(self, block):
        self.sock.sendall(len(block).to_bytes(4, "big") + block)

    def receive(self):
        return Answer(self.sock, self.method)

    def get(self, path="/", body=b"", **variables):
        self.send(path, body, **variables)
        return self.receive()

    def at_end(self):
        """Wait for the end; return whether there were no more bytes."""
        try:
            return self.sock.recv(1) == b""
        except ConnectionError:
            return True


class Worker:
    """A worker process, seen from the runtime."""

    def __init__(self, folder, source=None, env=None, **settings):
        self.folder = folder
        self.path = os.path.join(folder, "w.sock")
        if source is not None:
            with open(os.path.join(folder, "hello.py"), "w") as file:
                file.write(textwrap.dedent(source))
            settings.setdefault("target", {"file": os.path.join(folder, "hello.py")})
        settings.setdefault("attribute", "app")
        settings.setdefault("directory", folder)
        settings.setdefault("path", [folder])
        settings.setdefault("socket", self.path)
        report_reader, report_writer = os.pipe()
        fault_reader, fault_writer = os.pipe()
        flags = ["-bb"] if sys.flags.bytes_warning > 1 else []
        flags += ["-W" + option for option in sys.warnoptions]
        out = open(os.path.join(folder, "stdout"), "wb")
        err = open(os.path.join(folder, "stderr"), "wb")
        with CHANNELS:
            os.dup2(report_writer, 3)
            os.dup2(fault_writer, 4)
            self.process = subprocess.Popen(
                [sys.executable, *flags, LAUNCH],
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=err,
                pass_fds=(3, 4),
                env=dict(os.environ, PYTHONDONTWRITEBYTECODE="1", **(env or {})),
            )
            for channel in (3, 4):
                os.dup2(NULL, channel)
        out.close()
        err.close()
        os.close(report_writer)
        os.close(fault_writer)
        self.faults = os.fdopen(fault_reader, "r")
        self.reports = queue.Queue()
        self.proven = threading.Event()
        self.pages = None  # called with an exception report, returns a page
        self.listener = threading.Thread(
            target=self._listen, args=(os.fdopen(report_reader),), daemon=True
        )
        self.listener.start()
        self.tell(settings)

    def _listen(self, lines):
        with lines:
            for line in lines:
                report = json.loads(line)
                if report["event"] == "proven":
                    self.proven.set()
                    continue
                self.reports.put(report)
                if report["event"] == "exception" and self.pages:
                    self.tell({"id": report["id"], "page": self.pages(report)})

    def tell(self, message):
        self.process.stdin.write(json.dumps(message).encode() + b"\n")
        self.process.stdin.flush()

    def report(self, event=None):
        """Return the next report, of one kind if asked to."""
        while True:
            report = self.reports.get(timeout=PATIENCE)
            if event in (None, report["event"]):
                return report

    def no_report(self):
        return self.reports.empty()

    def failure(self):
        report = self.report()
        assert report["event"] == "failed", report
        assert self.process.wait(PATIENCE) == 1
        return report["failure"]

    def ready(self):
        report = self.report()
        assert report["event"] == "ready", report
        return report

    def connect(self):
        return Connection(self.path)

    def get(self, path="/", body=b"", **variables):
        connection = self.connect()
        try:
            return connection.get(path, body, **variables)
        finally:
            connection.close()

    def output(self, name="stderr"):
        with open(os.path.join(self.folder, name), encoding="utf-8") as file:
            return file.read()

    def memory(self):
        """The most memory that the process ever held, in KB."""
        with open("/proc/%d/status" % self.process.pid) as file:
            for line in file:
                if line.startswith("VmHWM"):
                    return int(line.split()[1])
        raise AssertionError("no VmHWM")

    def end(self):
        """End the runtime's side and return the exit status."""
        self.process.stdin.close()
        return self.process.wait(PATIENCE)

    def kill(self):
        self.process.kill()
        self.process.wait()
        if not self.process.stdin.closed:
            try:
                self.process.stdin.close()
            except BrokenPipeError:
                pass
        self.faults.close()
        self.listener.join(PATIENCE)


def is_running(pid):
    """Tell whether a process runs: it is neither gone nor a zombie."""
    try:
        with open("/proc/%d/stat" % pid) as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


class WorkerTest(unittest.TestCase):
    """Has a folder for each test, and starts workers in it."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="wsgi-shim-worker-")
        self.addCleanup(shutil.rmtree, self.folder, True)

    def until(self, condition):
        deadline = time.monotonic() + PATIENCE
        while not condition():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)

    def write(self, name, source):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(textwrap.dedent(source))
        return path

    def start(self, source=None, **settings):
        worker = Worker(self.folder, source, **settings)
        self.addCleanup(worker.kill)
        return worker

    def failure(self, source=None, **settings):
        return self.start(source, **settings).failure()

    def serve(self, source=None, **settings):
        worker = self.start(source, **settings)
        worker.ready()
        return worker


# A thread of its own takes the signal, while the main thread waits for requests.
TAKES_SIGTERM = """
import signal, threading
def take():
    signal.pthread_kill(threading.get_ident(), signal.SIGTERM)
"""

PLAIN = """
def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"Hello"]
"""


class LoadingTest(WorkerTest):
    def test_ready_says_who_serves_and_where(self):
        worker = self.start(PLAIN)
        self.assertEqual(
            worker.ready(),
            {
                "event": "ready",
                "pid": worker.process.pid,
                "python": sys.version.split()[0],
                "executable": sys.executable,
                "interface": "wsgi",
                "threads": 1,
                "threads_alive": [],
            },
        )
        self.assertEqual(os.stat(worker.path).st_mode & 0o7777, 0o600)
        self.assertEqual(worker.get().body, b"Hello")

    def test_the_file_is_imported_once_and_known_to_what_it_imports(self):
        self.write(
            "helper.py",
            """
            import sys
            same = sys.modules["my-app"]
            import importlib
            again = importlib.import_module("my-app")
            """,
        )
        path = self.write(
            "my-app.py",
            """
            print("imported", flush=True)
            import helper, sys
            assert helper.same is helper.again is sys.modules[__name__]
            def app(environ, start_response):
                start_response("200 OK", [])
                return [__name__.encode()]
            """,
        )
        worker = self.serve(target={"file": path})
        self.assertEqual(worker.get().body, b"my-app")
        self.assertEqual(worker.output("stdout"), "imported\n")

    def test_a_file_named_like_a_loaded_module_does_not_replace_it(self):
        path = self.write("json.py", "import json\nloads = json.loads\n" + PLAIN)
        worker = self.serve(target={"file": path}, path=[])
        self.assertEqual(worker.get().body, b"Hello")

    def test_a_file_of_another_suffix_is_loaded(self):
        path = self.write("site.v2.wsgi", PLAIN)
        self.assertEqual(self.serve(target={"file": path}).get().body, b"Hello")

    def test_the_folder_of_the_worker_is_not_on_the_path(self):
        failure = self.failure("import worker")
        self.assertEqual(failure["exception"]["name"], "worker")

    def test_the_path_comes_first_in_its_order(self):
        worker = self.serve(
            """
            import sys, os
            print(sys.path[:2], os.getcwd(), sys.argv)
            """
            + PLAIN.replace("\n", "\n            "),
            path=["/one", "/two"],
        )
        worker.end()
        self.assertEqual(
            worker.output("stdout").strip(),
            "%r %s %r"
            % (
                ["/one", "/two"],
                os.path.realpath(self.folder),
                [os.path.join(self.folder, "hello.py")],
            ),
        )

    def test_a_module_is_loaded_by_its_dotted_name(self):
        self.write("pkg/__init__.py", "")
        self.write("pkg/site.py", PLAIN)
        worker = self.serve(target={"module": "pkg.site"})
        self.assertEqual(worker.get().body, b"Hello")

    def test_a_dotted_attribute_reaches_into_a_submodule(self):
        self.write("pkg/__init__.py", "")
        self.write("pkg/main.py", PLAIN)
        worker = self.serve(target={"module": "pkg"}, attribute="main.app")
        self.assertEqual(worker.get().body, b"Hello")

    def test_a_factory_is_called(self):
        source = PLAIN + "\ndef create():\n    return app\n"
        worker = self.serve(source, attribute="create", call=True)
        self.assertEqual(worker.get().body, b"Hello")

    def test_without_a_target_the_hello_page_is_served_escaped(self):
        worker = self.serve(target=None, hello="<p>@python@ @user@ @executable@ &lt;")
        answer = worker.get()
        self.assertEqual(answer.status, 200)
        self.assertIn(sys.version.split()[0], answer.body.decode())
        self.assertIn(sys.executable, answer.body.decode())
        self.assertNotIn("@", answer.body.decode())

    def test_without_a_hello_page_there_is_a_plain_one(self):
        self.assertIn(b"Hello World", self.serve(target=None).get().body)

    def test_input_at_import_ends_at_once(self):
        failure = self.failure("input('name? ')")
        self.assertEqual(failure["exception"]["type"], "EOFError")

    def test_what_the_application_prints_is_not_mixed_with_reports(self):
        source = """
            import os, sys
            print("caf\\u00e9 \\udc80")
            for descriptor in (0, 3, 4):
                try:
                    os.write(descriptor, b"noise")
                except OSError:
                    pass
            sys.stdin.close()
            os.closerange(3, 50)
            """
        worker = self.start(textwrap.dedent(source) + PLAIN)
        self.assertEqual(worker.ready()["event"], "ready")
        self.assertEqual(worker.get().body, b"Hello")
        self.assertEqual(worker.output("stdout"), "caf\u00e9 \\udc80\n")

    def test_a_trial_imports_the_addresses_of_django_as_a_request_would(self):
        # As little of Django as the host asks of it.
        for name, text in {
            "django/__init__.py": "",
            "django/conf.py": """
                class settings:
                    configured = True
                    ROOT_URLCONF = "urls"
                """,
            "django/urls.py": """
                import importlib
                from django.conf import settings
                class Resolver:
                    @property
                    def url_patterns(self):
                        return importlib.import_module(settings.ROOT_URLCONF)
                def get_resolver():
                    return Resolver()
                """,
            "urls.py": "import nowhere_to_be_found",
        }.items():
            os.makedirs(os.path.dirname(os.path.join(self.folder, name)), exist_ok=True)
            self.write(name, text)
        source = "import django.conf" + PLAIN
        failure = self.failure(source, trial=True)
        self.assertEqual(failure["problem"], "import-raised")
        self.assertEqual(failure["exception"]["name"], "nowhere_to_be_found")
        self.assertEqual(self.serve(source).get().body, b"Hello")

    def test_a_trial_reports_and_ends_although_a_thread_stays(self):
        worker = self.start(
            "import threading, time\n"
            "threading.Thread(target=time.sleep, args=(60,), name='stays').start()\n"
            + PLAIN,
            trial=True,
        )
        ready = worker.ready()
        self.assertEqual(ready["threads_alive"], ["stays"])
        self.assertEqual(worker.process.wait(PATIENCE), 0)
        self.assertFalse(os.path.exists(worker.path))

    def test_what_a_start_began_ends_with_a_start_that_serves_nothing(self):
        begins = (
            "import subprocess\n"
            "child = subprocess.Popen(['sleep', '60'])\n"
            "print(child.pid, flush=True)\n"
        )
        for source, settings, status in (
            (begins + PLAIN, {"trial": True}, 0),
            (begins + "raise ValueError()", {}, 1),
        ):
            with self.subTest(source):
                worker = self.start(source, **settings)
                self.assertEqual(worker.process.wait(PATIENCE), status)
                child = int(worker.output("stdout"))
                self.until(lambda: not is_running(child))

    def test_a_signal_to_its_own_group_stays_with_the_application(self):
        worker = self.start(
            "import os, signal\n"
            "signal.signal(signal.SIGUSR1, signal.SIG_IGN)\n"
            "os.kill(0, signal.SIGUSR1)\n" + PLAIN
        )
        worker.ready()
        self.assertEqual(os.getpgid(worker.process.pid), worker.process.pid)


class FailureTest(WorkerTest):
    def test_a_proxy_that_stands_for_nothing_is_no_candidate(self):
        failure = self.failure(
            """
            class Proxy:
                @property
                def __class__(self):
                    raise RuntimeError("Working outside of request context")
                def __call__(self, *args):
                    raise RuntimeError("Working outside of request context")
                def __getattr__(self, name):
                    raise RuntimeError("Working outside of request context")
            request = Proxy()
            def application(environ, start_response): pass
            """
        )
        self.assertEqual(failure["problem"], "attribute-missing")
        self.assertEqual(failure["candidates"], ["application"])

    def test_a_missing_directory(self):
        failure = self.failure(PLAIN, directory="/nowhere")
        self.assertEqual(failure["problem"], "directory")
        self.assertEqual(failure["subject"], "/nowhere")
        self.assertEqual(failure["exception"]["errno"], "ENOENT")
        self.assertEqual(failure["exception"]["filename"], "/nowhere")
        self.assertEqual(failure["python"], sys.version.split()[0])

    def test_a_missing_file(self):
        failure = self.failure(target={"file": "/nowhere/hello.py"})
        self.assertEqual(failure["problem"], "module-missing")
        self.assertEqual(failure["subject"], "/nowhere/hello.py")

    def test_a_missing_module_or_parent_of_it(self):
        for name in ("nowhere", "nowhere.site", "json.nowhere", "json.decoder.x"):
            with self.subTest(name):
                failure = self.failure(target={"module": name})
                self.assertEqual(failure["problem"], "module-missing")
                self.assertEqual(failure["subject"], name)

    def test_a_module_that_the_application_lacks_is_not_the_configured_one(self):
        self.write("pkg/__init__.py", "")
        self.write("pkg/site.py", "\nimport flaskk.views\n")
        failure = self.failure(target={"module": "pkg.site"})
        self.assertEqual(failure["problem"], "import-raised")
        exception = failure["exception"]
        self.assertEqual(exception["type"], "ModuleNotFoundError")
        self.assertEqual(exception["name"], "flaskk")
        self.assertEqual(
            exception["frames"],
            [
                {
                    "file": os.path.join(self.folder, "pkg", "site.py"),
                    "line": 2,
                    "function": "<module>",
                }
            ],
        )

    def test_an_import_that_raises_with_its_causes(self):
        failure = self.failure(
            """
            def connect():
                try:
                    open("/nowhere/secret")
                except OSError as error:
                    raise RuntimeError("no database") from error
            connect()
            """
        )
        self.assertEqual(failure["problem"], "import-raised")
        exception = failure["exception"]
        self.assertEqual(exception["type"], "RuntimeError")
        self.assertEqual(exception["message"], "no database")
        self.assertEqual([f["line"] for f in exception["frames"]], [7, 6])
        self.assertEqual(exception["frames"][1]["function"], "connect")
        self.assertEqual(exception["cause"]["type"], "FileNotFoundError")
        self.assertEqual(exception["cause"]["filename"], "/nowhere/secret")

    def test_the_folder_of_a_package_that_lacks_a_part(self):
        for lines, home in [
            ("import json.nowhere", os.path.dirname(os.__file__)),
            ("from json import nowhere", os.path.dirname(os.__file__)),
            ("import json; json.nowhere", os.path.dirname(os.__file__)),
            ("import worker_app_nowhere", None),
            ("object.nowhere", None),
            ("import sys; sys.nowhere", None),  # built in
        ]:
            exception = self.failure(lines)["exception"]
            self.assertEqual(exception.get("home"), home, lines)

    def test_a_suppressed_context_and_an_endless_one(self):
        failure = self.failure(
            "try:\n    1 / 0\nexcept Exception:\n    raise KeyError('x') from None"
        )
        self.assertNotIn("cause", failure["exception"])
        failure = self.failure(
            "error = None\n"
            "for n in range(20):\n"
            "    new = ValueError(n)\n"
            "    new.__cause__ = error\n"
            "    error = new\n"
            "raise error"
        )
        depth, exception = 0, failure["exception"]
        while "cause" in exception:
            depth, exception = depth + 1, exception["cause"]
        self.assertEqual(depth, 5)

    def test_an_exception_group_with_what_it_holds(self):
        source = '''
            class BaseExceptionGroup(Exception):  # as Python has it from 3.11 on
                def __init__(self, message, exceptions):
                    super().__init__(message)
                    self.exceptions = tuple(exceptions)
            class Group(BaseExceptionGroup):
                pass
            raise Group("two", [KeyError("a"), Group("one", [OSError(2, "b", "c")])])
            '''
        exception = self.failure(source)["exception"]
        first, second = exception["group"]
        self.assertEqual((first["type"], first["message"]), ("KeyError", "'a'"))
        self.assertEqual(second["group"][0]["filename"], "c")
        nested = '''
            def nest(depth):
                return ExceptionGroup("%d" % depth, [nest(depth - 1)] * 9) if depth else OSError()
            try:
                ExceptionGroup
            except NameError:
                raise OSError()
            raise nest(4)
            '''
        self.assertLess(len(json.dumps(self.failure(nested))), 100000)

    def test_a_syntax_error_names_file_and_line(self):
        failure = self.failure("x = 1\ndef app(:\n")
        self.assertEqual(failure["problem"], "import-raised")
        self.assertEqual(failure["exception"]["type"], "SyntaxError")
        self.assertEqual(failure["exception"]["line"], 2)
        self.assertEqual(failure["exception"]["column"], 9)
        self.assertEqual(
            failure["exception"]["filename"], os.path.join(self.folder, "hello.py")
        )

    def test_an_exception_that_cannot_describe_itself(self):
        failure = self.failure(
            """
            class Odd(Exception):
                def __str__(self):
                    raise KeyError(1)
            raise Odd()
            """
        )
        self.assertEqual(failure["exception"]["type"], "hello.Odd")
        self.assertIn("KeyError", failure["exception"]["message"])

    def test_variables_that_the_application_has_set(self):
        failure = self.failure(
            """
            import os
            os.environ.update(DOT_PASSWORD="dot-42", LONG="x" * 5000)
            raise ValueError()
            """
        )
        self.assertEqual(
            failure["variables"], {"DOT_PASSWORD": "dot-42", "LONG": "x" * 4096}
        )
        for source in ("raise ValueError()", "import os; os.environ = 1; 1 / 0"):
            self.assertNotIn("variables", self.failure(source))

    def test_long_messages_and_deep_recursion_are_cut(self):
        failure = self.failure("raise ValueError('x' * 5000)")
        self.assertEqual(len(failure["exception"]["message"]), 2000)
        failure = self.failure("def f():\n    f()\nf()")
        self.assertEqual(failure["exception"]["type"], "RecursionError")
        self.assertLessEqual(len(failure["exception"]["frames"]), 100)

    def test_an_import_that_exits(self):
        for source, status in (
            ("import sys; sys.exit()", 0),
            ("raise SystemExit(3)", 3),
            ("import sys; sys.exit('configure me')", 1),
            ("import argparse; argparse.ArgumentParser().error('x')", 2),
        ):
            with self.subTest(source):
                failure = self.failure(source)
                self.assertEqual(failure["problem"], "import-exited")
                self.assertEqual(failure["status"], status)

    def test_an_import_that_is_interrupted(self):
        failure = self.failure("raise KeyboardInterrupt")
        self.assertEqual(failure["problem"], "import-raised")
        self.assertEqual(failure["exception"]["type"], "KeyboardInterrupt")

    def test_the_traceback_stands_in_the_log(self):
        worker = self.start("1 / 0")
        worker.failure()
        self.assertIn("ZeroDivisionError", worker.output())
        self.assertNotIn("worker.py", worker.output())

    def test_a_missing_attribute_offers_what_there_is(self):
        failure = self.failure(
            """
            from os import getcwd
            from json import dumps
            import os
            number = 1
            class Thing: pass
            def helper(a, b, c): pass
            def _private(environ, start_response): pass
            def other(environ, start_response): pass
            def create_app(): pass
            def applicatoin(environ, start_response): pass
            """,
            attribute="application",
        )
        self.assertEqual(failure["problem"], "attribute-missing")
        self.assertEqual(failure["subject"], "application")
        self.assertEqual(
            failure["candidates"], ["applicatoin", "create_app", "other"]
        )

    def test_a_missing_attribute_of_a_submodule(self):
        self.write("pkg/__init__.py", "")
        self.write("pkg/main.py", PLAIN)
        failure = self.failure(target={"module": "pkg"}, attribute="main.ap")
        self.assertEqual(failure["candidates"], ["main.app"])

    def test_what_is_not_callable(self):
        failure = self.failure("app = 'hello'")
        self.assertEqual(failure["problem"], "not-callable")
        self.assertEqual((failure["subject"], failure["kind"]), ("app", "str"))

    def test_what_is_callable_but_not_wsgi(self):
        for source, kind in (
            ("async def app(a, b): pass", "async function"),
            ("def app(): pass", "factory"),
            ("def app(config=None): pass", "factory"),
            ("def app(config=None, debug=False): pass", "factory"),
            ("def app(request): pass", "function that takes 1 argument"),
            ("def app(a, b, c): pass", "function that takes 3 arguments"),
            ("import functools\napp = functools.partial(len, [])", "factory"),
            (
                "class A:\n def __call__(self): pass\napp = A()",
                "object of type hello.A that takes 0 arguments",
            ),
            (
                "class A:\n def __call__(self, a): pass\napp = A()",
                "object of type hello.A that takes 1 argument",
            ),
            ("class app:\n def __init__(self): pass", "class"),
            ("class app:\n def __init__(self, a, b): pass", "class"),
            (
                "class app:\n def __init__(self): pass\n def __iter__(self): pass",
                "class",
            ),
        ):
            with self.subTest(source):
                failure = self.failure(source)
                self.assertEqual(failure["problem"], "not-wsgi")
                self.assertEqual(failure["kind"], kind)

    def test_what_is_only_a_part_of_an_application(self):
        self.write(
            "click/__init__.py", "class Command:\n def __call__(self, *a): pass\n"
        )
        self.write(
            "fastapi/__init__.py",
            "class APIRouter:\n async def __call__(self, scope, receive, send): pass\n",
        )
        for source, kind in (
            ("import click\napp = click.Command()", "command line of click"),
            (
                "import click\nclass Mine(click.Command): pass\napp = Mine()",
                "command line of click",
            ),
            ("import fastapi\napp = fastapi.APIRouter()", "router of FastAPI"),
        ):
            with self.subTest(source):
                failure = self.failure(source)
                self.assertEqual(failure["problem"], "not-wsgi")
                self.assertEqual(failure["kind"], kind)

    def test_what_is_wsgi_in_other_shapes(self):
        body = "s('200 OK', [])\n  return [b'Hello']\n"
        for source in (
            "class A:\n def __call__(self, e, s):\n  %sapp = A()" % body,
            "class A:\n def run(self, e, s):\n  %sapp = A().run" % body,
            "class app:\n"
            " def __init__(self, e, s):\n  s('200 OK', [])\n"
            " def __iter__(self):\n  return iter([b'Hello'])",
            "def app(*args):\n  e, s = args\n  %s" % body,
            "import functools\ndef f(x, e, s):\n  %sapp = functools.partial(f, 1)"
            % body,
            "import functools\ndef f(e, s):\n  %s"
            "@functools.wraps(f)\ndef app(*args): return f(*args)" % body,
            # A decorator that turns a view into an application.
            "import functools\ndef f(request): return [b'Hello']\n"
            "@functools.wraps(f)\ndef app(e, s):\n"
            "  s('200 OK', [])\n  return f(e)\n",
        ):
            with self.subTest(source):
                worker = self.serve(source)
                self.assertEqual(worker.get().body, b"Hello")
                worker.kill()

    def test_a_factory_that_raises_or_exits(self):
        failure = self.failure("def make(): 1 / 0", attribute="make", call=True)
        self.assertEqual(failure["problem"], "factory-raised")
        self.assertEqual(failure["exception"]["type"], "ZeroDivisionError")
        failure = self.failure("def make(): exit(4)", attribute="make", call=True)
        self.assertEqual((failure["problem"], failure["status"]), ("factory-raised", 4))
        failure = self.failure("def make(a, b=1): 0", attribute="make", call=True)
        self.assertEqual(failure["problem"], "factory-raised")
        self.assertEqual(failure["kind"], "function that takes 1 argument")
        failure = self.failure("make = 3", attribute="make", call=True)
        self.assertEqual(failure["problem"], "not-callable")

    def test_a_factory_that_makes_something_else(self):
        for source, kind in (
            ("def make(): pass", "NoneType"),
            ("async def make(): pass", "coroutine"),
            ("async def a(s, r): pass\ndef make(): return a", "async function"),
            ("class A: pass\ndef make(): return A", "class"),
        ):
            with self.subTest(source):
                failure = self.failure(source, attribute="make", call=True)
                self.assertEqual(failure["problem"], "factory-result")
                self.assertEqual(failure["kind"], kind)

    def test_what_a_framework_catches_and_answers_is_told_once_a_minute(self):
        worker = self.serve(
            "import sys, types\n"
            "signals = sys.modules['flask.signals'] = types.ModuleType('signals')\n"
            "class got_request_exception:\n"
            " def connect(receiver, weak):\n  signals.send = receiver\n"
            "signals.got_request_exception = got_request_exception\n"
            "def app(e, s):\n"
            " try:\n"
            "  if e['PATH_INFO'] == '/fault': 1 / 0\n"
            " except ZeroDivisionError as error:\n"
            "  signals.send('the app', exception=error)\n"
            " if e['PATH_INFO'] == '/both':\n"
            "  error = KeyError('x')\n"
            "  signals.send('the app', exception=error)\n"
            "  raise error\n"
            " s('200 OK', [])\n"
            " return [b'a page of its own']\n"
        )
        for path in ("/", "/fault", "/fault", "/"):
            self.assertEqual(worker.get(path).body, b"a page of its own")
        self.assertEqual(worker.get("/both").status, 500)
        told = [worker.report("exception")["failure"] for _ in range(2)]
        self.assertEqual(
            [(each["request"]["path"], each["exception"]["type"]) for each in told],
            [("/fault", "ZeroDivisionError"), ("/both", "KeyError")],
        )
        self.assertEqual(worker.output().count("answered by the application"), 1)

    def test_what_cherrypy_web_py_and_quart_answer_is_told(self):
        worker = self.serve(
            "import asyncio, sys, types\n"
            "def module(name):\n"
            " made = sys.modules[name] = types.ModuleType(name)\n"
            " return made\n"
            "class Request:\n"
            " def handle_error(self): return 1\n"
            "class application:\n"
            " def internalerror(self): return ValueError()\n"
            "class Signal:\n"
            " def connect(self, receiver, weak): self.send = receiver\n"
            "module('cherrypy'); module('cherrypy._cprequest').Request = Request\n"
            "module('web'); module('web.application').application = application\n"
            "signal = Signal()\n"
            "module('quart'); module('quart.signals').got_request_exception = signal\n"
            "def app(e, s):\n"
            " try:\n"
            "  if e['PATH_INFO'] == '/cherrypy': 1 / 0\n"
            "  if e['PATH_INFO'] == '/web': [][1]\n"
            "  if e['PATH_INFO'] == '/quart': {}['x']\n"
            " except ZeroDivisionError:\n  Request().handle_error()\n"
            " except IndexError:\n  application().internalerror()\n"
            " except KeyError as error:\n"
            "  asyncio.run(signal.send('the app', exception=error))\n"
            " s('200 OK', [])\n"
            " return [b'a page of its own']\n"
        )
        for path in ("/", "/cherrypy", "/web", "/quart"):
            self.assertEqual(worker.get(path).body, b"a page of its own")
        told = [worker.report("exception")["failure"] for _ in range(3)]
        self.assertEqual(
            [each["exception"]["type"] for each in told],
            ["ZeroDivisionError", "IndexError", "KeyError"],
        )

    def test_a_stale_socket_is_replaced(self):
        stale = socket.socket(socket.AF_UNIX)
        stale.bind(os.path.join(self.folder, "w.sock"))
        stale.close()
        self.assertEqual(self.serve(PLAIN).get().body, b"Hello")

    def test_a_hanging_import_shows_where_it_hangs(self):
        worker = self.start("import time\ntime.sleep(60)", start_timeout=0.2)
        lines = iter(worker.faults.readline, "")
        found = next((line for line in lines if "hello.py" in line), None)
        self.assertIn("line 2", found)

    def test_a_crash_shows_where_it_happened(self):
        worker = self.start("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)")
        self.assertEqual(worker.process.wait(PATIENCE), -signal.SIGSEGV)
        self.assertIn("hello.py", worker.faults.read())

    def test_the_end_of_the_runtime_ends_a_hanging_import(self):
        worker = self.start("print('here', flush=True)\nimport time\ntime.sleep(60)")
        self.until(lambda: worker.output("stdout"))
        self.assertEqual(worker.end(), 0)


ENVIRON = """
import json
from wsgiref.validate import validator

@validator
def app(environ, start_response):
    body = environ["wsgi.input"].read(1000000)
    facts = {k: v if isinstance(v, (str, bool, int, tuple)) else None
             for k, v in environ.items()}
    facts["body"] = body.decode("latin-1")
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(facts).encode()]
"""


class OddExceptionTest(WorkerTest):
    """Exceptions that make it hard to tell of them."""

    def raised(self, definition, fault="raise Odd()"):
        source = textwrap.dedent(definition)
        source += "def app(environ, start_response):\n    %s\n" % fault
        worker = self.serve(source)
        worker.pages = lambda report: PAGE
        began = time.monotonic()
        self.assertEqual(worker.get().headers["X-Page"], "ours")
        self.assertLess(time.monotonic() - began, PATIENCE / 2)
        return worker.report("exception")["failure"]["exception"], worker

    def test_one_whose_module_is_no_text(self):
        told, _ = self.raised("class Odd(Exception): __module__ = None\n")
        self.assertEqual(told["type"], "Odd")

    def test_one_whose_message_never_ends(self):
        told, worker = self.raised(
            """
            import time
            class Odd(Exception):
                def __str__(self):
                    time.sleep(600)
            """
        )
        self.assertEqual(told["message"], "<str() of it does not end>")
        self.until(lambda: worker.output().endswith("Odd\n"))

    def test_one_that_holds_what_has_no_message(self):
        told, _ = self.raised(
            """
            class Shy:
                def __repr__(self):
                    raise LookupError("no")
            """,
            "raise KeyError(Shy())",
        )
        self.assertEqual(told["message"], "<str() of it raised LookupError>")


class EnvironTest(WorkerTest):
    def setUp(self):
        super().setUp()
        self.worker = self.serve(ENVIRON)

    def environ(self, path="/", body=b"", **variables):
        answer = self.worker.get(path, body, **variables)
        self.assertEqual(answer.status, 200, self.worker.output())
        return answer.json

    def test_the_variables_of_the_request_arrive(self):
        environ = self.environ(
            "/a", QUERY_STRING="x=%20", HTTP_HOST="h", REMOTE_USER="ann", EXTRA="1"
        )
        for name, value in {
            "PATH_INFO": "/a",
            "SCRIPT_NAME": "",
            "QUERY_STRING": "x=%20",
            "REQUEST_METHOD": "GET",
            "SERVER_NAME": "example.org",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "192.0.2.1",
            "REMOTE_USER": "ann",
            "HTTP_HOST": "h",
            "EXTRA": "1",
            "wsgi.version": [1, 0],
            "wsgi.url_scheme": "http",
            "wsgi.multithread": False,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
            "body": "",
        }.items():
            with self.subTest(name):
                self.assertEqual(environ[name], value)

    def test_the_path_is_decoded_once(self):
        for raw, path in (
            ("/caf%C3%A9", "/caf\u00c3\u00a9"),
            ("/a%2525b", "/a%25b"),
            ("/%zz%4", "/%zz%4"),
            ("/a%3Fb%20c", "/a?b c"),
            ("/\u00e9", "/\u00e9"),
        ):
            with self.subTest(raw):
                self.assertEqual(self.environ(raw)["PATH_INFO"], path)

    def test_a_base_uri_is_the_script_name(self):
        environ = self.environ("/x", SCRIPT_NAME="/b%20c")
        self.assertEqual((environ["SCRIPT_NAME"], environ["PATH_INFO"]), ("/b c", "/x"))
        self.assertEqual(self.environ("", SCRIPT_NAME="/b")["PATH_INFO"], "")
        self.assertEqual(self.environ("")["PATH_INFO"], "/")

    def test_https_sets_the_scheme(self):
        self.assertEqual(self.environ(HTTPS="on")["wsgi.url_scheme"], "https")
        self.assertEqual(self.environ(HTTPS="off")["wsgi.url_scheme"], "http")

    def test_the_proxy_header_is_dropped(self):
        self.assertNotIn("HTTP_PROXY", self.environ(HTTP_PROXY="http://evil"))

    def test_the_last_of_a_repeated_name_wins(self):
        connection = self.worker.connect()
        self.addCleanup(connection.close)
        connection.method = "GET"
        connection.send_block(
            b"REQUEST_METHOD\0GET\0PATH_INFO\0/\0X\0one\0X\0two\0wsgi.errors\0no\0"
        )
        self.assertEqual(connection.receive().json["X"], "two")

    def test_every_method_and_body_satisfies_the_validator(self):
        for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"):
            for body in (b"", b"data"):
                with self.subTest(method, body=body):
                    answer = self.worker.get("/", body, REQUEST_METHOD=method)
                    self.assertEqual(answer.status, 200, self.worker.output())
        self.assertTrue(self.worker.no_report())
        self.assertEqual(self.worker.output(), "")

    def test_threads_are_announced(self):
        worker = self.serve(ENVIRON, threads=2)
        self.assertIs(worker.get().json["wsgi.multithread"], True)


BODIES = """
import hashlib
def app(environ, start_response):
    stream = environ["wsgi.input"]
    way = environ["PATH_INFO"][1:]
    try:
        if way == "all":
            result = stream.read()
        elif way == "lines":
            result = b"|".join([stream.readline(), stream.readline(3)] + list(stream))
        elif way == "readlines":
            result = b"|".join(stream.readlines())
        elif way == "sized":
            result = b"|".join(iter(lambda: stream.read(4), b""))
        elif way == "hash":
            digest = hashlib.md5()
            for block in iter(lambda: stream.read(100000), b""):
                digest.update(block)
            result = digest.hexdigest().encode()
        elif way == "nothing":
            result = b"refused"
        elif way == "raise":
            result = b""
            stream.read()
        elif way == "told":
            said = (
                environ["CONTENT_LENGTH"],
                environ.get("HTTP_TRANSFER_ENCODING"),
                len(stream.read()),
            )
            result = ("%s %s %d" % said).encode()
    except OSError as error:
        if way == "raise":
            raise
        result = type(error).__name__.encode() + b": " + str(error).encode()
    start_response("200 OK", [])
    return [result]
"""


class BodyTest(WorkerTest):
    def setUp(self):
        super().setUp()
        self.worker = self.serve(BODIES)

    def post(self, path, body, **variables):
        return self.worker.get(path, body, REQUEST_METHOD="POST", **variables)

    def chunked(self, path, *chunks):
        connection = self.worker.connect()
        self.addCleanup(connection.close)
        connection.send(path, REQUEST_METHOD="POST", HTTP_TRANSFER_ENCODING="chunked")
        for chunk in chunks:
            connection.sock.sendall(chunk)
        connection.sock.shutdown(socket.SHUT_WR)
        return connection.receive()

    def test_a_request_without_a_body_ends_by_itself(self):
        for way in ("all", "lines", "readlines", "sized"):
            with self.subTest(way):
                answer = self.post("/" + way, b"")
                self.assertEqual(answer.body.strip(b"|"), b"")

    def test_a_body_ends_at_its_length_without_a_half_close(self):
        connection = self.worker.connect()
        self.addCleanup(connection.close)
        connection.send("/all", b"12345", half_close=False, REQUEST_METHOD="POST")
        answer = connection.receive()
        self.assertEqual(answer.body, b"12345")
        self.assertFalse(answer.kept)

    def test_bytes_after_the_length_are_not_part_of_the_body(self):
        self.assertEqual(self.post("/all", b"12345", CONTENT_LENGTH="3").body, b"123")

    def test_each_way_of_reading(self):
        data = b"one\ntwo three\nfour"
        for way, result in (
            ("all", data),
            ("lines", b"one\n|two| three\n|four"),
            ("readlines", b"one\n|two three\n|four"),
            ("sized", b"one\n|two |thre|e\nfo|ur"),
        ):
            with self.subTest(way):
                self.assertEqual(self.post("/" + way, data).body, result)

    def test_a_cut_off_body_is_an_error(self):
        self.assertEqual(
            self.post("/all", b"12345", CONTENT_LENGTH="9").body[:10], b"BodyError:"
        )
        self.assertEqual(self.post("/raise", b"1", CONTENT_LENGTH="9").status, 400)
        self.assertIn("cut off", self.worker.report("warning")["text"])

    def test_an_unread_body_does_not_harm_the_answer(self):
        self.assertEqual(self.post("/nothing", b"x" * 3000000).body, b"refused")

    def test_a_length_that_is_no_number_is_refused(self):
        for length in ("x", "-1", "+1", "\u00b2"):
            with self.subTest(length):
                connection = self.worker.connect()
                self.addCleanup(connection.close)
                connection.send("/all", CONTENT_LENGTH=length)
                self.assertTrue(connection.at_end())

    def test_a_raw_chunked_body_is_unwrapped(self):
        answer = self.chunked(
            "/lines", b"4\r\none\n\r", b"\nA;x=y\r\ntwo three\n\r\n0", b"\r\nT: 1\r\n\r\n"
        )
        self.assertEqual(answer.body, b"one\n|two| three\n")
        self.assertFalse(answer.kept)
        self.assertEqual(self.chunked("/all", b"0\r\n\r\n").body, b"")

    def test_what_was_chunked_has_a_length_and_no_encoding_any_more(self):
        for size in (0, 5, 3000000):
            with self.subTest(size):
                data = b"x" * size
                chunk = b"%x\r\n%s\r\n" % (size, data) if size else b""
                answer = self.chunked("/told", chunk, b"0\r\n\r\n")
                self.assertEqual(answer.body, b"%d None %d" % (size, size))

    def test_a_malformed_chunked_body_is_refused(self):
        for chunks in (
            b"zz\r\n",
            b"-1\r\n",
            b"5\r\nab",
            b"2\r\nabc\r\n0\r\n\r\n",
            b"2\nab\r\n",
            b"",
            b"0\r\n" + b"a: b\r\n" * 200,
        ):
            with self.subTest(chunks[:30]):
                self.assertEqual(self.chunked("/all", chunks).status, 400)
                self.worker.report("warning")

    def test_chunks_win_over_a_length(self):
        connection = self.worker.connect()
        self.addCleanup(connection.close)
        connection.send("/all", CONTENT_LENGTH="3", HTTP_TRANSFER_ENCODING="Chunked")
        connection.sock.sendall(b"1\r\na\r\n0\r\n\r\n")
        self.assertEqual(connection.receive().body, b"a")

    def test_a_large_body_streams(self):
        import hashlib

        self.post("/hash", b"warm")
        before = self.worker.memory()
        body = b"0123456789abcdef" * (4 << 20)
        answer = self.post("/hash", body)
        self.assertEqual(answer.body.decode(), hashlib.md5(body).hexdigest())
        self.assertLess(self.worker.memory() - before, 8000)


ANSWERS = """
import io, os, sys, time
OK = "200 OK"
TEXT = [("Content-Type", "text/plain")]
closed = []

class Body:
    def __init__(self, blocks, at_close=None):
        self.blocks, self.at_close = blocks, at_close
    def __iter__(self):
        return iter(self.blocks)
    def close(self):
        closed.append(1)
        if self.at_close:
            raise self.at_close

def one(e, s): s(OK, TEXT); return [b"body"]
def as_tuple(e, s): s(OK, TEXT); return (b"body",)
def empty(e, s): s(OK, TEXT); return []
def empties(e, s): s(OK, TEXT); return [b"", b""]
def many(e, s): s(OK, TEXT); return [b"a", b"", b"b"]
def large(e, s): s(OK, TEXT); return [b"x" * 3000000]
def generator(e, s):
    s(OK, TEXT)
    yield b"a"
    yield b"b" * 100000
def lazy(e, s):
    yield b""
    s(OK, TEXT)
    yield b"late"
def writes(e, s):
    write = s(OK, TEXT)
    write(b"")
    write(b"one ")
    write(b"two ")
    return [b"three"]
def long(e, s): s(OK, [("Content-Length", "3")]); return [b"12", b"345", b"6"]
def long_write(e, s):
    write = s(OK, [("Content-Length", "3")])
    write(b"12345")
    write(b"6")
    return []
def short(e, s): s(OK, [("Content-Length", "100")]); return [b"short"]
def exact(e, s): s(OK, [("Content-Length", "5")]); return [b"sh", b"ort"]
def no_content(e, s): s("204 No Content", [("Content-Length", "4")]); return [b"body"]
def not_modified(e, s): s("304 Not Modified", [("ETag", '"x"')]); return [b"body"]
def endless(e, s):
    s(OK, TEXT)
    while True:
        yield b"x"
def waits(e, s):
    s(OK, TEXT)
    yield b"first"
    while not os.path.exists("go"):
        time.sleep(0.01)
    yield b"second"
def file(e, s):
    s(OK, TEXT)
    return e["wsgi.file_wrapper"](io.BytesIO(b"f" * 200000), 4096)
def raw_file(e, s):
    s(OK, TEXT)
    class Source:
        blocks = [b"a", b"b", b""]
        def read(self, size): return self.blocks.pop(0)
    return e["wsgi.file_wrapper"](Source())
def closing(e, s): s(OK, TEXT); return Body([b"a", b"b"])
def close_raises(e, s): s(OK, TEXT); return Body([b"a"], SystemExit(1))
def closing_error(e, s):
    s(OK, TEXT)
    return Body(iter(lambda: 1 / 0, None))
def count(e, s): s(OK, TEXT); return [str(len(closed)).encode()]
def latin(e, s): s("200 Tr\\u00e8s", [("X-A", "\\u00e9\\t")]); return []
def replaced(e, s):
    s(OK, [("X-A", "1")])
    try:
        1 / 0
    except ZeroDivisionError:
        s("500 Oops", [("X-B", "2")], sys.exc_info())
    return [b"replaced"]
def too_late(e, s):
    s(OK, TEXT)
    yield b"sent"
    try:
        1 / 0
    except ZeroDivisionError:
        s("500 Oops", TEXT, sys.exc_info())
def mid_body(e, s):
    s(OK, TEXT)
    yield b"sent"
    raise RuntimeError("mid")
def after_all(e, s):
    s(OK, [("Content-Length", "4")])
    yield b"sent"
    raise RuntimeError("after")
def status_header(e, s): s(OK, [("Status", "404 No")]); return [b"x"]
def sendfile(e, s): s(OK, [("X-Sendfile", "/x")]); return [b"x"]
def errors(e, s):
    e["wsgi.errors"].write("to the log \\u20ac\\n")
    e["wsgi.errors"].flush()
    s(OK, TEXT)
    return [b"x"]

# What is wrong, and what the report says of it.
def raises(e, s): raise ValueError("boom")
def exits(e, s): sys.exit("leaving")
def interrupts(e, s): raise KeyboardInterrupt
def not_started(e, s): return [b"x"]
def not_started_empty(e, s): return []
def twice(e, s): s(OK, []); s(OK, []); return []
def none(e, s): s(OK, [])
def text(e, s): s(OK, []); return ["text"]
def bare_text(e, s): s(OK, []); return "text"
def bare_bytes(e, s): s(OK, []); return b"text"
def number(e, s): s(OK, []); return 5
def numbers(e, s): s(OK, []); return [5]
def write_text(e, s): s(OK, [])("text"); return []
def write_early(e, s):
    write = s(OK, [])
    raise RuntimeError("before a byte was sent")
def status_type(e, s): s(200, []); return []
def status_bytes(e, s): s(b"200 OK", []); return []
def status_bare(e, s): s("200", []); return []
def status_inject(e, s): s("200 OK\\r\\nX: y", []); return []
def status_wide(e, s): s("200 \\u20ac", []); return []
def name_inject(e, s): s(OK, [("X\\r\\nY", "v")]); return []
def name_space(e, s): s(OK, [("X Y", "v")]); return []
def name_type(e, s): s(OK, [(5, "v")]); return []
def value_inject(e, s): s(OK, [("X", "v\\r\\nY: z")]); return []
def value_lf(e, s): s(OK, [("X", "v\\n")]); return []
def value_type(e, s): s(OK, [("X", 5)]); return []
def value_wide(e, s): s(OK, [("X", "\\u20ac")]); return []
def headers_dict(e, s): s(OK, {"X": "v"}); return []
def headers_none(e, s): s(OK, None); return []
def headers_line(e, s): s(OK, ["X: v"]); return []
def headers_tuple(e, s): s(OK, (("X", "v"),)); return []
def exc_info_list(e, s): s(OK, [], [None, ValueError(), None]); return []
def status_interim(e, s): s("102 Processing", []); return []
def hop(e, s): s(OK, [("Transfer-Encoding", "chunked")]); return []
def length_bad(e, s): s(OK, [("Content-Length", "-5")]); return []
def length_differs(e, s):
    s(OK, [("Content-Length", "5"), ("content-length", "6")])
    return []

def app(environ, start_response):
    return globals()[environ["PATH_INFO"][1:]](environ, start_response)
"""

PAGE = {
    "status": "500 Internal Server Error",
    "headers": [["Content-Type", "text/html; charset=utf-8"], ["X-Page", "ours"]],
    "body": "<h1>caf\u00e9</h1>",
}


class AnswerTest(WorkerTest):
    @classmethod
    def setUpClass(cls):
        cls.shared = tempfile.mkdtemp(prefix="wsgi-shim-worker-")
        cls.worker = Worker(cls.shared, ANSWERS)
        cls.worker.pages = lambda report: PAGE
        cls.worker.ready()

    @classmethod
    def tearDownClass(cls):
        cls.worker.kill()
        shutil.rmtree(cls.shared)

    def tearDown(self):
        # Whatever the last test did, the worker lives on.
        self.assertEqual(self.worker.get("/one").body, b"body")
        self.reports()

    def reports(self):
        """Return what was reported so far, up to what this itself provokes."""
        self.get("short")
        reports = []
        while True:
            report = self.worker.report()
            if report.get("text", "").startswith("GET /short: "):
                return reports
            if report["event"] != "proven":
                reports.append(report)

    def get(self, name, **variables):
        return self.worker.get("/" + name, **variables)

    def test_a_single_block_has_its_length(self):
        for name in ("one", "as_tuple"):
            with self.subTest(name):
                answer = self.get(name)
                self.assertEqual((answer.status, answer.reason), (200, "OK"))
                self.assertEqual(answer.headers["Content-Length"], "4")
                self.assertEqual(answer.body, b"body")

    def test_an_empty_answer_has_length_zero(self):
        for name in ("empty", "empties"):
            with self.subTest(name):
                answer = self.get(name)
                self.assertEqual(answer.headers["Content-Length"], "0")
                self.assertEqual(answer.body, b"")

    def test_other_answers_are_chunked_and_complete(self):
        for name, body in (
            ("many", b"ab"),
            ("generator", b"a" + b"b" * 100000),
            ("lazy", b"late"),
            ("writes", b"one two three"),
            ("file", b"f" * 200000),
            ("raw_file", b"ab"),
        ):
            with self.subTest(name):
                answer = self.get(name)
                self.assertEqual(answer.headers["Transfer-Encoding"], "chunked")
                self.assertNotIn("Content-Length", answer.headers)
                self.assertEqual(answer.body, body)
                self.assertFalse(answer.cut)

    def test_large_blocks_arrive_whole(self):
        self.assertEqual(self.get("large").body, b"x" * 3000000)

    def test_an_old_client_gets_no_chunks(self):
        answer = self.get("many", SERVER_PROTOCOL="HTTP/1.0")
        self.assertNotIn("Transfer-Encoding", answer.headers)
        self.assertEqual(answer.body, b"ab")

    def test_blocks_are_sent_as_they_come(self):
        connection = self.worker.connect()
        self.addCleanup(connection.close)
        connection.send("/waits")
        received = b""
        while b"first" not in received:
            received += connection.sock.recv(1000)
        with open(os.path.join(self.shared, "go"), "w"):
            pass
        while not received.endswith(b"0\r\n\r\n"):
            received += connection.sock.recv(1000)
        self.assertIn(b"5\r\nfirst\r\n6\r\nsecond\r\n", received)

    def test_head_has_the_headers_and_no_body(self):
        for name, length in (("one", "4"), ("large", "3000000"), ("exact", "5")):
            with self.subTest(name):
                connection = self.worker.connect()
                self.addCleanup(connection.close)
                answer = connection.get("/" + name, REQUEST_METHOD="HEAD")
                self.assertEqual(answer.headers["Content-Length"], length)
                self.assertTrue(answer.kept)
                self.assertEqual(connection.get("/one").body, b"body")
        for name in ("empty", "endless", "generator"):
            with self.subTest(name):
                answer = self.get(name, REQUEST_METHOD="HEAD")
                self.assertNotIn("Content-Length", answer.headers)
        self.assertEqual(self.reports(), [])

    def test_answers_without_content_have_no_body(self):
        for name, status in (("no_content", 204), ("not_modified", 304)):
            with self.subTest(name):
                connection = self.worker.connect()
                self.addCleanup(connection.close)
                answer = connection.get("/" + name)
                self.assertEqual(answer.status, status)
                self.assertNotIn("Content-Length", answer.headers)
                self.assertEqual(connection.get("/one").body, b"body")

    def test_surplus_bytes_are_dropped_and_told(self):
        for name in ("long", "long_write"):
            with self.subTest(name):
                connection = self.worker.connect()
                self.addCleanup(connection.close)
                self.assertEqual(connection.get("/" + name).body, b"123")
                self.assertIn("surplus", self.worker.report("warning")["text"])
                # The next visitor of the connection gets a clean answer.
                self.assertEqual(connection.get("/one").body, b"body")

    def test_missing_bytes_show_as_a_cut_and_are_told(self):
        answer = self.get("short")
        self.assertTrue(answer.cut)
        self.assertEqual(
            self.worker.report("warning")["text"],
            "GET /short: Content-Length said 100, but the body has 5 bytes",
        )

    def test_close_is_called_once(self):
        for name in ("closing", "closing_error", "close_raises"):
            for method in ("GET", "HEAD"):
                with self.subTest(name, method=method):
                    before = int(self.get("count").body)
                    self.get(name, REQUEST_METHOD=method)
                    self.assertEqual(int(self.get("count").body), before + 1)

    def test_a_close_that_raises_does_not_spoil_the_answer(self):
        answer = self.get("close_raises")
        self.assertEqual((answer.body, answer.cut), (b"a", False))
        self.assertIn("close() raised SystemExit", self.worker.report("warning")["text"])

    def test_close_is_called_when_the_client_is_gone(self):
        before = int(self.get("count").body)
        connection = self.worker.connect()
        connection.send("/closing")
        connection.close()
        self.assertEqual(int(self.get("count").body), before + 1)
        self.assertEqual(self.reports(), [])

    def test_status_and_headers_are_sent_as_given(self):
        connection = self.worker.connect()
        self.addCleanup(connection.close)
        connection.send("/latin")
        data = connection.sock.recv(1000)
        self.assertEqual(
            data,
            b"HTTP/1.1 200 Tr\xe8s\r\nX-A: \xe9\t\r\nContent-Length: 0\r\n\r\n",
        )

    def test_exc_info_replaces_headers_that_are_not_sent(self):
        answer = self.get("replaced")
        self.assertEqual((answer.status, answer.body), (500, b"replaced"))
        self.assertEqual((answer.headers["X-A"], answer.headers["X-B"]), (None, "2"))

    def test_an_error_after_the_headers_is_a_visible_cut(self):
        for name, kind in (("too_late", "ZeroDivisionError"), ("mid_body", "RuntimeError")):
            with self.subTest(name):
                answer = self.get(name)
                self.assertEqual((answer.status, answer.cut), (200, True))
                failure = self.worker.report("exception")["failure"]
                self.assertEqual(failure["exception"]["type"], kind)

    def test_an_error_after_the_whole_answer_keeps_the_connection(self):
        connection = self.worker.connect()
        self.addCleanup(connection.close)
        self.assertEqual(connection.get("/after_all").body, b"sent")
        self.worker.report("exception")
        self.assertEqual(connection.get("/one").body, b"body")

    def test_a_status_header_cannot_override_the_status(self):
        answer = self.get("status_header")
        self.assertEqual((answer.status, answer.headers["Status"]), (200, None))

    def test_an_answer_that_passenger_replaces_ends_the_connection(self):
        self.assertFalse(self.get("sendfile").kept)

    def test_wsgi_errors_is_the_log(self):
        self.get("errors")
        self.assertIn("to the log \u20ac\n", self.worker.output())

    def test_an_exception_is_a_page_of_the_runtime(self):
        answer = self.get("raises", QUERY_STRING="secret=1", HTTP_ACCEPT="text/html")
        self.assertEqual(answer.status, 500)
        self.assertEqual(answer.headers["X-Page"], "ours")
        self.assertEqual(answer.body.decode(), PAGE["body"])
        report = self.worker.report("exception")
        self.assertRegex(report["id"], "^[0-9a-f]{8}$")
        self.assertEqual(report["accept"], "text/html")
        failure = report["failure"]
        self.assertEqual(failure["problem"], "request-raised")
        self.assertEqual(failure["request"], {"method": "GET", "path": "/raises"})
        self.assertEqual(failure["exception"]["message"], "boom")
        self.assertEqual(
            [frame["function"] for frame in failure["exception"]["frames"]],
            ["app", "raises"],
        )
        self.assertIn("ValueError: boom", self.worker.output())
        self.assertIn(report["id"], self.worker.output())
        self.assertNotIn("secret", json.dumps(report))

    def test_an_error_page_has_no_body_for_head(self):
        connection = self.worker.connect()
        self.addCleanup(connection.close)
        answer = connection.get("/raises", REQUEST_METHOD="HEAD")
        self.assertEqual(answer.status, 500)
        self.assertTrue(connection.at_end())

    def test_each_fault_of_an_application_is_an_error_page_that_says_what(self):
        for name, kind, words in (
            ("exits", "SystemExit", "leaving"),
            ("interrupts", "KeyboardInterrupt", ""),
            ("not_started", "AssertionError", "before start_response"),
            ("not_started_empty", "AssertionError", "did not call start_response"),
            ("twice", "AssertionError", "second time"),
            ("none", "TypeError", "returned None; WSGI needs an iterable of bytes"),
            ("text", "TypeError", 'returned str, not bytes: encode it, as in body.e'),
            ("bare_text", "TypeError", 'in a list, as in [body.encode("utf-8")]'),
            ("bare_bytes", "TypeError", "in a list, as in [body]"),
            ("number", "TypeError", "returned int; WSGI needs an iterable"),
            ("numbers", "TypeError", "int, not bytes"),
            ("write_text", "TypeError", "str, not bytes"),
            ("write_early", "RuntimeError", "before a byte"),
            ("status_type", "TypeError", "status is int"),
            ("status_bytes", "TypeError", "status is bytes"),
            ("status_bare", "ValueError", "200 OK"),
            ("status_inject", "ValueError", "200 OK"),
            ("status_wide", "ValueError", "latin-1"),
            ("name_inject", "ValueError", "token"),
            ("name_space", "ValueError", "token"),
            ("name_type", "TypeError", "header name is int"),
            ("value_inject", "ValueError", "control character"),
            ("value_lf", "ValueError", "control character"),
            ("value_type", "TypeError", "header X is int"),
            ("value_wide", "ValueError", "latin-1"),
            ("headers_dict", "TypeError", "headers are dict, not a list"),
            ("headers_none", "TypeError", "headers are NoneType, not a list"),
            ("headers_line", "TypeError", "header is str, not a (name, value)"),
            ("headers_tuple", "TypeError", "headers are tuple, not a list"),
            ("exc_info_list", "TypeError", "exc_info is list, not a tuple"),
            ("status_interim", "ValueError", "which is no final one"),
            ("hop", "AssertionError", "hop-by-hop"),
            ("length_bad", "ValueError", "not a number"),
            ("length_differs", "ValueError", "twice"),
        ):
            with self.subTest(name):
                answer = self.get(name)
                self.assertEqual(answer.status, 500)
                self.assertEqual(answer.headers["X-Page"], "ours")
                exception = self.worker.report("exception")["failure"]["exception"]
                self.assertEqual(exception["type"], kind)
                self.assertIn(words, exception["message"])

    def test_what_is_refused_of_an_answer_has_a_word(self):
        for name, word in (
            ("not_started", "start-order"),
            ("not_started_empty", "start-order"),
            ("twice", "start-order"),
            ("none", "body-none"),
            ("text", "block-str"),
            ("bare_text", "body-str"),
            ("bare_bytes", "body-type"),
            ("number", "body-type"),
            ("numbers", "body-type"),
            ("status_type", "head-type"),
            ("status_bare", "status-text"),
            ("status_interim", "status-text"),
            ("status_wide", "header-text"),
            ("name_space", "header-text"),
            ("name_type", "head-type"),
            ("value_lf", "header-text"),
            ("value_type", "head-type"),
            ("headers_dict", "headers-type"),
            ("headers_line", "headers-type"),
            ("hop", "hop-by-hop"),
            ("length_bad", "length-text"),
            ("length_differs", "length-text"),
            ("raises", None),
        ):
            with self.subTest(name):
                self.get(name)
                exception = self.worker.report("exception")["failure"]["exception"]
                self.assertEqual(exception.get("refusal"), word)


@unittest.skipUnless(importlib.util.find_spec("bottle"), "needs Bottle")
class BottleTest(WorkerTest):
    def test_what_bottle_answers_by_its_own_page_is_told(self):
        worker = self.serve(
            "import warnings\nwarnings.simplefilter('ignore')\n"
            "from bottle import Bottle, template, abort\n"
            "app = Bottle()\n"
            "@app.route('/raises')\ndef raises(): return str(1 / 0)\n"
            "@app.route('/template')\ndef page(): return template('nowhere')\n"
            "@app.route('/gone')\ndef gone(): abort(404)\n"
        )
        self.assertEqual(worker.get("/gone").status, 404)
        for path, kind in (("/raises", "ZeroDivisionError"), ("/template", "TemplateError")):
            self.assertEqual(worker.get(path).status, 500)
            told = worker.report("exception")["failure"]["exception"]
            self.assertTrue(told["type"].endswith(kind), told["type"])


@unittest.skipUnless(importlib.util.find_spec("flask"), "needs Flask")
class FlaskHandlersTest(WorkerTest):
    def test_what_a_handler_turns_into_an_error_page_is_told(self):
        worker = self.serve(
            "import warnings\nwarnings.simplefilter('ignore')\n"
            "from flask import Flask\n"
            "app = Flask(__name__)\n"
            "@app.errorhandler(LookupError)\n"
            "def mild(error): return 'sorry', 404\n"
            "@app.errorhandler(Exception)\n"
            "def hard(error): return 'oops', 500\n"
            "@app.route('/<name>')\n"
            "def view(name): return str({'a': 1}[name] / 0)\n"
        )
        self.assertEqual(worker.get("/b").status, 404)
        answer = worker.get("/a")
        self.assertEqual((answer.status, answer.body), (500, b"oops"))
        told = worker.report("exception")["failure"]["exception"]
        self.assertEqual(told["type"], "ZeroDivisionError")
        self.assertEqual(worker.output().count("Incident"), 1)


@unittest.skipUnless(importlib.util.find_spec("flask"), "needs Flask")
class FlaskRefusalsTest(WorkerTest):
    def test_a_field_that_was_not_sent_is_named(self):
        worker = self.serve(
            "import warnings\nwarnings.simplefilter('ignore')\n"
            "from flask import Flask, request\n"
            "app = Flask(__name__)\n"
            "@app.route('/<name>')\n"
            "def view(name): return request.args[name]\n"
        )
        self.assertEqual(worker.get("/q", QUERY_STRING="q=1").body, b"1")
        for _ in range(2):
            answer = worker.get("/user", QUERY_STRING="q=1")
            self.assertEqual(answer.status, 400)
            self.assertIn(b"Bad Request", answer.body)
        self.assertRegex(
            worker.output(),
            r"^Bad Request: /user: no field 'user' was sent, which /\S+\.py:6 asks for\n$",
        )


@unittest.skipUnless(importlib.util.find_spec("flask_wtf"), "needs Flask-WTF")
class FlaskFormsTest(WorkerTest):
    def test_a_form_that_is_refused_is_told(self):
        app = (
            "from flask import Flask\nfrom flask_wtf.csrf import CSRFProtect\n"
            "app = Flask(__name__)\napp.secret_key = 'x'\nCSRFProtect(app)\n"
            "app.config['SESSION_COOKIE_SECURE'] = %s\n"
            "@app.route('/', methods=['POST'])\ndef view(): return 'ok'\n"
        )
        worker = self.serve(app % False)
        self.assertEqual(worker.get(REQUEST_METHOD="POST").status, 400)
        self.assertIn("Bad Request: /: The CSRF token is missing.: the form", worker.output())


class RedirectionsTest(WorkerTest):
    APP = """
        def app(environ, start_response):
            path = environ["PATH_INFO"]
            to = {
                "/": "https://a.org/", "/in": "/out", "/out": "/in?next=1",
                "/self": "", "/away": "https://b.org/x",
            }.get(path, path + "/")
            start_response("302 Found", [("Content-Type", "x/y"), ("Location", to)])
            return []
        """

    def told(self, paths, **variables):
        worker = self.serve(textwrap.dedent(self.APP))
        for path in paths:
            worker.get(path, HTTP_HOST="a.org", REMOTE_ADDR="192.0.2.1", **variables)
        return worker

    def test_a_visitor_who_is_sent_round_is_told_of_once(self):
        for paths, said in (
            (["/"] * 20, "http://a.org/ is sent to https://a.org/ (302)"),
            (
                ["/in", "/out"] * 10,
                "http://a.org/in is sent to http://a.org/out (302);"
                " http://a.org/out is sent to http://a.org/in (302)",
            ),
            (["/self"] * 8, "http://a.org/self is sent to http://a.org/self (302)"),
        ):
            with self.subTest(said):
                worker = self.told(paths)
                message = worker.report("exception")["failure"]["exception"]["message"]
                self.assertEqual(message, "Redirected without end: " + said)
                self.assertEqual(worker.output().count("Incident"), 1)

    def test_what_a_server_before_this_one_says_is_told(self):
        worker = self.told(["/"] * 8, HTTP_X_FORWARDED_PROTO="https")
        message = worker.report("exception")["failure"]["exception"]["message"]
        self.assertTrue(message.endswith(" [X-Forwarded-Proto: https]"), message)

    def test_what_is_lost_on_the_way_is_told_once(self):
        worker = self.told(["/form"] * 3, REQUEST_METHOD="POST")
        self.assertRegex(
            worker.output(),
            r"^POST /form is sent to /form/ \(302\), .*: write the slash into the form\n$",
        )
        self.assertEqual(self.told(["/self"] * 3, REQUEST_METHOD="POST").output(), "")
        worker = self.told(["/in"] * 2, SCRIPT_NAME="/app")
        self.assertRegex(worker.output(), r"^/app/in is sent to /out, which is outside of /app")
        self.assertEqual(worker.output().count("outside"), 1)

    def test_a_cookie_that_no_browser_keeps_is_told_once(self):
        app = """
            def app(environ, start_response):
                cookie = "sid=abc; Path=/; Secure; HttpOnly"
                start_response("200 OK", [("Content-Type", "x/y"), ("Set-Cookie", cookie)])
                return [b"x"]
            """
        worker = self.serve(textwrap.dedent(app))
        for variables in ({"HTTPS": "on"}, {"HTTP_X_FORWARDED_PROTO": "https"}):
            worker.get("/", HTTP_HOST="a.org", **variables)
        worker.get("/", HTTP_HOST="localhost:8000")
        self.assertEqual(worker.output(), "")
        for _ in range(2):
            worker.get("/", HTTP_HOST="a.org")
        self.assertRegex(worker.output(), r'^The cookie "sid" is marked Secure')
        self.assertEqual(worker.output().count("Secure"), 1)

    def test_who_is_sent_on_is_not_sent_round(self):
        for paths in (
            ["/away"] * 20,
            ["/%s" % name for name in "abcdefghij"],
            ["/"] * 5,
        ):
            self.assertEqual(self.told(paths).output(), "")
        self.assertEqual(self.told(["/"] * 9, REQUEST_METHOD="HEAD").output(), "")


@unittest.skipUnless(importlib.util.find_spec("django"), "needs Django")
class DjangoRefusalsTest(WorkerTest):
    SETTINGS = (
        "import warnings\nwarnings.simplefilter('ignore')\n"
        "import django\nfrom django.conf import settings\n"
        "settings.configure(ROOT_URLCONF='urls', ALLOWED_HOSTS=['a.org'], SECRET_KEY='x',"
        " MIDDLEWARE=['django.middleware.csrf.CsrfViewMiddleware']%s)\n"
        "django.setup()\nfrom django.core.wsgi import get_wsgi_application\n"
        "app = get_wsgi_application()\n"
    )
    STRANGE = {
        "REQUEST_METHOD": "POST",
        "HTTP_HOST": "a.org",
        "HTTPS": "on",
        "HTTP_REFERER": "https://b.org/form",
    }

    def serve_django(self, settings=""):
        self.write(
            "urls.py",
            """
            from django.http import HttpResponse
            from django.urls import path
            from django.views.decorators.http import require_POST
            from django.views.generic import View

            class LogoutView(View):
                __module__ = "django.contrib.auth.views"
                http_method_names = ["post"]

            urlpatterns = [
                path("logout", LogoutView.as_view()),
                path("", lambda request: HttpResponse("ok")),
                path("host", lambda request: HttpResponse(request.get_host())),
                path("post", require_POST(lambda request: HttpResponse("ok"))),
            ]
            """,
        )
        return self.serve(self.SETTINGS % settings)

    def test_a_form_from_an_address_that_is_not_trusted_is_explained(self):
        worker = self.serve_django()
        for _ in range(2):
            self.assertEqual(worker.get(**self.STRANGE).status, 403)
        told = worker.report("exception")
        self.assertEqual(told["failure"]["problem"], "request-refused")
        self.assertEqual(told["failure"]["exception"]["type"], "django.security.csrf")
        self.assertIn("https://b.org/form", told["failure"]["exception"]["message"])
        self.assertEqual(worker.output().count("Incident " + told["id"]), 1)
        self.assertEqual(worker.output().count("Referer checking failed"), 1)

    def test_other_refusals_are_told_where_nobody_else_tells_them(self):
        worker = self.serve_django()
        self.assertEqual(worker.get(REQUEST_METHOD="POST", HTTP_HOST="a.org").status, 403)
        self.assertEqual(worker.get("/post", HTTP_HOST="a.org").status, 405)
        self.assertEqual(worker.get("/none", HTTP_HOST="a.org").status, 404)
        form, method = worker.output().splitlines()
        self.assertTrue(form.startswith("Forbidden (CSRF cookie not set.): /: "), form)
        self.assertEqual(method, "Method Not Allowed (GET): /post")

    def test_a_cookie_for_forms_that_no_browser_keeps_is_explained(self):
        worker = self.serve_django(", CSRF_COOKIE_SECURE=True")
        self.assertEqual(worker.get(REQUEST_METHOD="POST", HTTP_HOST="a.org").status, 403)
        told = worker.report("exception")["failure"]["exception"]["message"]
        self.assertEqual(told, "Forbidden (CSRF cookie not set.): /")
        self.assertEqual(worker.output().count("Incident"), 1)

    def test_names_that_are_not_allowed_are_told_where_none_is(self):
        worker = self.serve_django()
        for host in ("b.org", "a.org", "b.org", "c.org", "d.org"):
            worker.get("/host", HTTP_HOST=host)
        self.assertEqual(worker.output().count("Incident"), 0)
        worker = self.serve_django()
        for _ in range(4):
            self.assertEqual(worker.get("/host", HTTP_HOST="b.org").status, 400)
        told = worker.report("exception")["failure"]
        self.assertEqual(told["problem"], "request-refused")
        self.assertIn("'b.org'", told["exception"]["message"])

    def test_a_link_to_the_logout_is_told_what_it_should_be(self):
        worker = self.serve_django()
        self.assertEqual(worker.get("/logout", HTTP_HOST="a.org").status, 405)
        self.assertIn("a form with method=", worker.output())

    def test_a_file_that_nobody_serves_and_a_login_that_is_not_there(self):
        file = self.write("media/a.png", "png")
        worker = self.serve_django(
            ", MEDIA_URL='/media/', MEDIA_ROOT=%r" % os.path.dirname(file)
        )
        for path in ("/media/b.png", "/media/../urls.py", "/media/", "/other"):
            self.assertEqual(worker.get(path, HTTP_HOST="a.org").status, 404)
        for path, said in (("/media/a.png", file), ("/accounts/login/", "LOGIN_URL")):
            self.assertEqual(worker.get(path, HTTP_HOST="a.org").status, 404)
            exception = worker.report("exception")["failure"]["exception"]
            self.assertIn("Not Found: %s: " % path, exception["message"])
            self.assertIn(said, exception["message"])
        self.assertEqual(worker.output().count("Incident"), 2)

    def test_an_application_with_handlers_of_its_own_tells_them_itself(self):
        worker = self.serve_django(
            ", LOGGING={'version': 1, 'handlers': {'own': {'class':"
            " 'logging.StreamHandler'}}, 'root': {'handlers': ['own']}}"
        )
        self.assertEqual(worker.get(REQUEST_METHOD="POST", HTTP_HOST="a.org").status, 403)
        self.assertEqual(worker.output().count("CSRF cookie not set"), 1)
        self.assertEqual(worker.get(**self.STRANGE).status, 403)
        self.assertEqual(
            worker.report("exception")["failure"]["problem"], "request-refused"
        )


@unittest.skipUnless(importlib.util.find_spec("django"), "needs Django")
class DjangoRemarksTest(WorkerTest):
    SETTINGS = (
        # Old versions of Django import what Python is about to give up.
        "import warnings\nwarnings.simplefilter('ignore')\n"
        "import django\nfrom django.conf import settings\n"
        "settings.configure(ROOT_URLCONF='urls', ALLOWED_HOSTS=['a.org'],"
        " SECRET_KEY='x' * 50%s)\n"
        "django.setup()\nfrom django.core.wsgi import get_wsgi_application\n"
        "app = get_wsgi_application()\n"
    )

    def remarks(self, settings):
        self.write("urls.py", "urlpatterns = []\n")
        worker = self.start(self.SETTINGS % settings, trial=True)
        return worker.ready()["django"]

    def test_settings_that_are_whole(self):
        self.assertEqual(self.remarks(""), [])
        self.assertEqual(self.start(PLAIN, trial=True).ready()["django"], [])

    def test_addresses_that_every_request_is_compared_with_are_tried(self):
        self.write("empty.py", "urlpattern = []\n")
        for path, is_tried in (("''", True), ("'shop/'", False)):
            with self.subTest(path):
                self.write(
                    "urls.py",
                    "from django.urls import include, path\n"
                    "urlpatterns = [path(%s, include('empty'))]\n" % path,
                )
                worker = self.start(self.SETTINGS % "", trial=True)
                if is_tried:
                    kind = worker.failure()["exception"]["type"]
                    self.assertTrue(kind.endswith("ImproperlyConfigured"), kind)
                else:
                    worker.ready()

    def test_settings_with_which_every_request_fails(self):
        for settings, what in (
            (", ALLOWED_HOSTS='a.org'", "hosts-text"),
            (", ALLOWED_HOSTS=[]", "no-hosts"),
            (", ROOT_URLCONF=None", "no-urls"),
            (", SECRET_KEY='django-insecure-x'", "key"),
            (", SECRET_KEY=''", "no-key"),
            (", EMAIL_BACKEND='django.mail.Gone'", "name"),
            (", TEMPLATE_DIRS=['x']", "old-setting"),
            (", ALLOWED_HOSTS=['localhost', '127.0.0.1']", "hosts-local"),
            (", ALLOWED_HOSTS=['https://a.org']", "hosts-form"),
            (", ALLOWED_HOSTS=['a.org:443']", "hosts-form"),
            (
                ", SESSION_COOKIE_DOMAIN='b.org', MIDDLEWARE="
                "['django.contrib.sessions.middleware.SessionMiddleware']",
                "cookie-domain",
            ),
            (
                ", SECURE_SSL_REDIRECT=True, MIDDLEWARE="
                "['django.middleware.security.SecurityMiddleware']",
                "https-alone",
            ),
            (
                ", SESSION_ENGINE='django.contrib.sessions.backends.cache', MIDDLEWARE="
                "['django.contrib.sessions.middleware.SessionMiddleware']",
                "sessions-memory",
            ),
        ):
            with self.subTest(what):
                text = self.SETTINGS.replace("settings.configure(", "values = dict(")
                text = text.replace(
                    "django.setup()", "values.update(%s)\nsettings.configure(**values)\ndjango.setup()"
                    % settings.lstrip(", ")
                )
                self.write("urls.py", "urlpatterns = []\n")
                worker = self.start(text % "", trial=True)
                told = [each["what"] for each in worker.ready()["django"]]
                self.assertEqual(told, [what])

    def test_models_that_have_changed_since_their_migrations(self):
        self.write("shop/__init__.py", "")
        self.write("shop/migrations/__init__.py", "")
        self.write(
            "shop/migrations/0001_initial.py",
            """
            from django.db import migrations, models
            class Migration(migrations.Migration):
                initial = True
                operations = [migrations.CreateModel(name="Item", fields=[
                    ("id", models.AutoField(auto_created=True, primary_key=True,
                        serialize=False, verbose_name="ID")),
                ])]
            """,
        )
        settings = (
            ", INSTALLED_APPS=['shop'], DEFAULT_AUTO_FIELD='django.db.models.AutoField',"
            " DATABASES={'default': {'ENGINE': 'django.db.backends.dummy'}}"
        )
        model = "from django.db import models\nclass Item(models.Model):\n    "
        self.write("shop/models.py", model + "pass\n")
        self.assertEqual(self.remarks(settings), [])
        self.write("shop/models.py", model + "size = models.IntegerField()\n")
        [told] = self.remarks(settings)
        self.assertEqual((told["what"], told["app"]), ("changes", "shop"))
        shutil.rmtree(os.path.join(self.folder, "shop", "migrations"))
        self.assertEqual(self.remarks(settings), [])
        sqlite = settings.replace("dummy'", "sqlite3', 'NAME': '/nowhere/db'")
        told = [each["what"] for each in self.remarks(sqlite)]
        self.assertIn("no-migrations", told)

    def test_static_files_and_migrations(self):
        told = self.remarks(
            ", STATIC_URL='/static/', INSTALLED_APPS=['django.contrib.' + name"
            " for name in ('auth', 'contenttypes', 'admin', 'staticfiles')],"
            " DATABASES={'default': {'ENGINE': 'django.db.backends.sqlite3',"
            " 'NAME': '/nowhere/db'}}"
        )
        # What Django's own check says of such an admin comes last.
        self.assertEqual(
            [each["what"] for each in told], ["static", "migrations", "check"]
        )
        self.assertEqual((told[0]["root"], told[0]["url"]), (None, "/static/"))
        self.assertEqual((told[1]["database"], told[1]["own"]), ("/nowhere/db", False))
        self.assertTrue(told[1]["empty"])


@unittest.skipUnless(importlib.util.find_spec("flask"), "needs Flask")
class FlaskRemarksTest(WorkerTest):
    def remarks(self, name):
        source = (
            "import warnings\nwarnings.simplefilter('ignore')\n"
            "from flask import Flask\napp = Flask('app')\n"
            "app.config['SERVER_NAME'] = %r\n"
        )
        return self.start(source % name, trial=True).ready()["remarks"]

    def test_a_name_that_no_visitor_asks_for(self):
        version = importlib.metadata.version("flask").split(".")
        # From 3.1 on, Flask takes requests for every name.
        told = ["server-name"] if tuple(map(int, version[:2])) < (3, 1) else []
        for name in ("localhost:5000", "127.0.0.1", "www.example.org:8000"):
            with self.subTest(name):
                self.assertEqual(self.remarks(name), told)
        for name in (None, "www.example.org", "www.example.org:443"):
            with self.subTest(name):
                self.assertEqual(self.remarks(name), [])


@unittest.skipUnless(importlib.util.find_spec("flask"), "needs Flask")
class UnansweredTest(WorkerTest):
    def told(self, source):
        head = (
            "import warnings\nwarnings.simplefilter('ignore')\n"
            "from flask import Blueprint, Flask, render_template, session\n"
            "app = Flask(__name__)\n"
        )
        return self.start(head + source, trial=True).ready()["unanswered"]

    ROOT = "app.secret_key = 'x'\n@app.route('/')\ndef root(): return 'x'\n"

    def test_an_application_that_answers(self):
        self.assertEqual(self.told(self.ROOT), [])
        self.assertEqual(self.start(PLAIN, trial=True).ready()["unanswered"], [])
        for source in (
            "@app.errorhandler(404)\ndef other(error): return 'x'\n",
            "@app.before_request\ndef all(): return 'x'\n",
            "app.wsgi_app = lambda environ, start: []\n",
        ):
            with self.subTest(source):
                self.assertEqual(self.told("app.secret_key = 'x'\n" + source), [])

    def test_a_function_that_begins_no_answer(self):
        head = "def main(): pass\ndel app\n"
        for body, what in (
            ("return main", ["never-starts"]),
            ("return [b'x']", ["never-starts"]),
            ("start('200 OK', [])\n    return [b'x']", []),
            ("return other(environ, start)", []),
            ("return [start for start in [lambda: start]]", []),
            ("return (start('200 OK', []) for _ in 'x')", []),
        ):
            with self.subTest(body):
                told = self.told(head + "def app(environ, start):\n    " + body + "\n")
                self.assertEqual([each["what"] for each in told], what)
        for form in ("*all", "environ, start, more=1", "environ, start, **more"):
            with self.subTest(form):
                told = self.told(head + "def app(%s):\n    return []\n" % form)
                self.assertEqual(told, [])

    def test_a_front_end_that_was_not_built(self):
        send = "@app.route('/')\ndef root(): return %s\n"
        key = "app.secret_key = 'x'\napp.static_folder = '../front/build'\n"
        for call in (
            "app.send_static_file('index.html')",
            "send_from_directory(app.static_folder, 'index.html')",
        ):
            with self.subTest(call):
                [told] = self.told(key + send % call)
                self.assertEqual(told["what"], "static-folder")
                self.assertNotIn("..", told["folder"])
        self.assertEqual(self.told(key + send % "'x'"), [])

    def test_addresses_that_lead_nowhere(self):
        key = "app.secret_key = 'x'\n"
        [told] = self.told(key)
        self.assertEqual((told["what"], told["parts"], told["others"]), ("no-routes", [], []))
        part = "pages = Blueprint('pages', __name__)\npages.route('/')(print)\n"
        [told] = self.told(key + part)
        self.assertEqual([each["name"] for each in told["parts"]], ["pages"])
        self.assertEqual(self.told(self.ROOT + part)[0]["what"], "unregistered")
        self.assertEqual(self.told(self.ROOT + part + "app.register_blueprint(pages)\n"), [])
        [told] = self.told(key + "other = Flask('other')\nother.route('/')(print)\n")
        self.assertEqual([each["name"] for each in told["others"]], ["other"])

    WRAPPER = """
class Prefix:
    def __init__(self, inner):
        self.inner, self.prefix = inner, "/blog"

    def __call__(self, environ, start_response):
        if environ["PATH_INFO"].startswith(self.prefix):
            return self.inner(environ, start_response)
        start_response("404 Not Found", [])
        return [b""]

app.wsgi_app = Prefix(app.wsgi_app)
"""

    def test_a_wrapper_that_wants_a_path(self):
        told = self.told(self.ROOT + self.WRAPPER)
        self.assertEqual(told, [{"what": "prefix", "prefix": "/blog"}])
        passing = self.WRAPPER.replace('start_response("404 Not Found", [])', "").replace(
            'return [b""]', "return self.inner(environ, start_response)"
        )
        self.assertEqual(self.told(self.ROOT + passing), [])

    def test_sessions_without_a_key_or_for_nobody(self):
        root = self.ROOT.split("\n", 1)[1]
        view = "@app.route('/login')\ndef login(): session['name'] = 'x'\n"
        self.assertEqual([each["what"] for each in self.told(root + view)], ["no-key"])
        # What is imported alone may be left over.
        self.assertEqual(self.told(root), [])
        for setting, what in (
            ("SESSION_COOKIE_DOMAIN='localhost'", ["cookie-domain"]),
            ("SESSION_COOKIE_DOMAIN='www.example.org'", []),
            ("APPLICATION_ROOT='/blog'", ["cookie-path"]),
        ):
            with self.subTest(setting):
                told = self.told(self.ROOT + view + "app.config.update(%s)\n" % setting)
                self.assertEqual([each["what"] for each in told], what)

    def test_templates_that_the_code_names(self):
        for name, text in (
            ("whole.html", "{% extends 'base.html' %}"),
            ("base.html", "x"),
            ("orphan.html", "{% extends 'none.html' %}"),
            ("broken.html", "{% if %}"),
            ("empty.html", "\n"),
        ):
            self.write("templates/" + name, text)
        view = "def view():\n    return render_template(%r)\n"
        for name, what in (
            ("whole.html", []),
            ("broken.html", ["template-broken"]),
            ("empty.html", ["template-empty"]),
            ("none.html", ["template-missing"]),
        ):
            with self.subTest(name):
                told = self.told(self.ROOT + view % name)
                self.assertEqual([each["what"] for each in told], what)
        tried = "try:\n    render_template('none.html')\nexcept Exception:\n    pass\n"
        self.assertEqual(self.told(self.ROOT + tried), [])


class PageTest(WorkerTest):
    def test_without_a_page_from_the_runtime_there_is_a_plain_one(self):
        worker = self.serve(ANSWERS)
        answer = worker.get("/raises")
        self.assertEqual(answer.status, 500)
        incident = worker.report("exception")["id"]
        self.assertIn(incident, answer.body.decode())
        worker.tell({"id": incident, "page": PAGE})
        worker.process.stdin.write(b"noise\n[]\n")
        worker.process.stdin.flush()
        self.assertEqual(worker.get("/one").body, b"body")


class ConnectionTest(WorkerTest):
    def test_a_connection_serves_many_requests(self):
        worker = self.serve(ANSWERS)
        connection = worker.connect()
        self.addCleanup(connection.close)
        for name, body in (("one", b"body"), ("many", b"ab"), ("empty", b"")) * 3:
            answer = connection.get("/" + name)
            self.assertEqual((answer.body, answer.kept), (body, True))

    def test_a_connection_ends_where_the_next_request_is_in_doubt(self):
        worker = self.serve(ANSWERS)
        for variables in (
            {"body": b"x", "half_close": False},
            {"HTTP_UPGRADE": "websocket", "HTTP_CONNECTION": "upgrade"},
            {"CONTENT_LENGTH": "0"},
            {"SERVER_PROTOCOL": "HTTP/1.0", "path": "/many"},
        ):
            with self.subTest(variables):
                connection = worker.connect()
                self.addCleanup(connection.close)
                connection.send(**dict({"path": "/one"}, **variables))
                answer = connection.receive()
                self.assertEqual(answer.status, 200)
                self.assertFalse(answer.kept)
                self.assertTrue(connection.at_end())

    def test_idle_connections_do_not_hold_up_new_ones(self):
        for threads in (1, 2):
            with self.subTest(threads):
                worker = self.serve(ANSWERS, threads=threads)
                for _ in range(8):
                    connection = worker.connect()
                    self.addCleanup(connection.close)
                    self.assertEqual(connection.get("/one").body, b"body")
                worker.kill()

    def test_garbage_ends_the_connection_and_is_told(self):
        worker = self.serve(PLAIN)
        for data in (
            b"GET / HTTP/1.1\r\n\r\n",
            b"\0\0\0\0",
            b"\xff\xff\xff\xff",
            b"\0\0\0\3A\0B",
            b"\0\0\0\2A\0",
            b"\0\0\0\4A\0B\0",
        ):
            with self.subTest(data):
                connection = worker.connect()
                self.addCleanup(connection.close)
                connection.sock.sendall(data)
                self.assertTrue(connection.at_end())
                self.assertIn("malformed", worker.report("warning")["text"])
        self.assertEqual(worker.get().body, b"Hello")

    def test_a_header_block_may_arrive_in_pieces(self):
        worker = self.serve(ENVIRON)
        block = b"REQUEST_METHOD\0GET\0X\0%s\0" % (b"y" * 200000)
        data = len(block).to_bytes(4, "big") + block
        for size in (1, 3, 100):
            connection = worker.connect()
            self.addCleanup(connection.close)
            connection.method = "GET"
            for start in range(0, 12, size):
                connection.sock.sendall(data[start : start + size][: 12 - start])
                time.sleep(0.005)
            connection.sock.sendall(data[12:])
            answer = connection.receive()
            self.assertEqual(len(answer.json["X"]), 200000)
            self.assertTrue(answer.kept)

    def test_a_block_that_ends_early_is_given_up(self):
        worker = self.serve(PLAIN)
        for data in (b"\0", b"\0\0\1\0AB"):
            connection = worker.connect()
            connection.sock.sendall(data)
            connection.close()
        self.assertEqual(worker.get().body, b"Hello")

    def test_the_password_is_required_and_never_shown(self):
        worker = self.serve(ENVIRON, password="s3cret")
        for given in (None, "", "s3creT", "s3cret2", "\u00e9"):
            with self.subTest(given):
                answer = worker.get(PASSENGER_CONNECT_PASSWORD=given)
                self.assertEqual((answer.status, answer.kept), (403, False))
        answer = worker.get(PASSENGER_CONNECT_PASSWORD="s3cret")
        self.assertEqual(answer.status, 200)
        self.assertNotIn(b"s3cret", answer.body)

    def test_messages_of_passenger_do_not_reach_the_application(self):
        worker = self.serve(PLAIN)
        connection = worker.connect()
        self.addCleanup(connection.close)
        connection.send(REQUEST_METHOD="ping")
        self.assertEqual(connection.sock.recv(10), b"pong")
        answer = worker.get(REQUEST_METHOD="OOBW")
        self.assertEqual((answer.status, answer.kept), (200, False))
        self.assertNotIn(b"Hello", answer.body)

    def test_a_client_that_leaves_ends_an_endless_answer(self):
        worker = self.serve(ANSWERS)
        connection = worker.connect()
        connection.send("/endless")
        connection.sock.recv(10)
        connection.close()
        self.assertEqual(worker.get("/one").body, b"body")
        self.assertEqual(worker.output(), "")

    def test_a_process_that_the_application_forks_does_not_serve(self):
        worker = self.serve(
            """
            import os, sys
            def app(environ, start_response):
                child = os.fork()
                if child == 0:
                    sys.exit(7)
                status = os.waitpid(child, 0)[1] >> 8
                start_response("200 OK", [])
                return [str(status).encode()]
            """
        )
        self.assertEqual(worker.get().body, b"7")
        self.assertTrue(worker.no_report())

    def test_a_child_of_the_application_does_not_keep_an_answer_open(self):
        worker = self.serve(
            """
            import os, time
            def app(environ, start_response):
                child = os.fork()
                if child == 0:
                    time.sleep(60)
                    os._exit(0)
                start_response("200 OK", [])
                return [str(child).encode()]
            """
        )
        connection = worker.connect()
        self.addCleanup(connection.close)
        connection.send("/", b"x", REQUEST_METHOD="POST")
        child = int(connection.receive().body)
        try:
            self.assertTrue(connection.at_end())
        finally:
            os.kill(child, signal.SIGKILL)

    def test_settings_of_the_application_do_not_reach_the_sockets(self):
        worker = self.serve(
            "import socket, signal\n"
            "socket.setdefaulttimeout(0.05)\n"
            "signal.signal(signal.SIGPIPE, signal.SIG_DFL)\n" + ANSWERS
        )
        connection = worker.connect()
        self.addCleanup(connection.close)
        self.assertEqual(connection.get("/one").body, b"body")
        connection.send("/large")
        time.sleep(0.3)
        self.assertEqual(len(connection.receive().body), 3000000)
        gone = worker.connect()
        gone.send("/endless")
        gone.sock.recv(10)
        gone.close()
        self.assertEqual(connection.get("/one").body, b"body")

    def test_large_answers_take_no_memory(self):
        worker = self.serve(
            """
            def app(environ, start_response):
                start_response("200 OK", [])
                if environ["PATH_INFO"] == "/":
                    return [b"x"]
                block = b"x" * 65536
                return (block for _ in range(1024))
            """
        )
        worker.get()
        before = worker.memory()
        self.assertEqual(len(worker.get("/large").body), 64 << 20)
        self.assertLess(worker.memory() - before, 8000)


MEETING = """
import threading
barrier = threading.Barrier(4)
def app(environ, start_response):
    if environ["PATH_INFO"] == "/meet":
        barrier.wait(20)
    start_response("200 OK", [])
    return [threading.current_thread().name.encode()]
"""


class ThreadsTest(WorkerTest):
    def test_one_thread_is_the_main_thread(self):
        self.assertEqual(self.serve(MEETING).get().body, b"MainThread")

    def test_as_many_requests_as_threads_run_at_once(self):
        worker = self.serve(MEETING, threads=4)
        connections = [worker.connect() for _ in range(4)]
        for round in range(3):
            for connection in connections:
                connection.send("/meet")
            names = {connection.receive().body for connection in connections}
            self.assertEqual(len(names), 4)
        for connection in connections:
            connection.close()

    def test_more_requests_than_threads_wait(self):
        worker = self.serve(
            """
            import threading, time
            lock, running, most = threading.Lock(), 0, 0
            def app(environ, start_response):
                global running, most
                with lock:
                    running += 1
                    most = max(most, running)
                time.sleep(0.02)
                with lock:
                    running -= 1
                start_response("200 OK", [])
                return [str(most).encode()]
            """,
            threads=2,
        )
        connections = [worker.connect() for _ in range(10)]
        for connection in connections:
            connection.send()
        most = [int(connection.receive().body) for connection in connections]
        self.assertEqual(max(most), 2)
        for connection in connections:
            connection.close()

    def test_many_requests_from_many_clients(self):
        worker = self.serve(ANSWERS, threads=4)
        wrong = []

        def client():
            connection = worker.connect()
            for number in range(100):
                name, body = (("one", b"body"), ("many", b"ab"))[number % 2]
                if connection.get("/" + name).body != body:
                    wrong.append(name)
                if number % 10 == 9:
                    connection.close()
                    connection = worker.connect()
            connection.close()

        clients = [threading.Thread(target=client) for _ in range(8)]
        for each in clients:
            each.start()
        for each in clients:
            each.join(PATIENCE * 3)
        self.assertEqual(wrong, [])
        self.assertEqual(worker.end(), 0)

    def test_a_system_without_epoll_serves_with_one_thread(self):
        self.write("sitecustomize.py", "import select\ndel select.epoll\n")
        worker = self.start(MEETING, threads=2, env={"PYTHONPATH": self.folder})
        self.assertIn("no epoll", worker.report("warning")["text"])
        worker.ready()
        connection = worker.connect()
        self.addCleanup(connection.close)
        for _ in range(3):
            self.assertEqual(connection.get().body, b"MainThread")
            self.assertEqual(worker.get().body, b"MainThread")
        self.assertEqual(worker.end(), 0)


SLOW = """
import sys, time
def app(environ, start_response):
    print("running", flush=True)
    time.sleep(float(environ["PATH_INFO"][1:]))
    start_response("200 OK", [])
    return [b"done"]
"""


class LifeTest(WorkerTest):
    def running(self, worker):
        self.until(lambda: "running" in worker.output("stdout"))

    def test_sigterm_finishes_what_runs_and_leaves_the_socket_to_the_next_worker(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            for threads in (1, 3):
                with self.subTest(number, threads=threads):
                    worker = self.serve(SLOW, threads=threads)
                    connection = worker.connect()
                    self.addCleanup(connection.close)
                    connection.send("/0.5")
                    self.running(worker)
                    worker.process.send_signal(number)
                    answer = connection.receive()
                    self.assertEqual((answer.body, answer.cut), (b"done", False))
                    self.assertEqual(worker.process.wait(PATIENCE), 0)
                    self.assertTrue(os.path.exists(worker.path))
                    self.assertEqual(worker.output(), "")

    def test_requests_that_wait_at_sigterm_are_answered(self):
        for threads in (1, 2):
            with self.subTest(threads):
                worker = self.serve(SLOW, threads=threads)
                kept = worker.connect()
                kept.get("/0")
                connections = [worker.connect() for _ in range(4)]
                for connection in connections:
                    connection.send("/0.2")
                kept.send("/0.2")
                self.running(worker)
                worker.process.send_signal(signal.SIGTERM)
                for connection in connections + [kept]:
                    self.assertEqual(connection.receive().body, b"done")
                    connection.close()
                self.assertEqual(worker.process.wait(PATIENCE), 0)

    def test_the_end_of_the_runtime_ends_an_idle_worker(self):
        for threads in (1, 3):
            with self.subTest(threads):
                worker = self.serve(PLAIN, threads=threads)
                connection = worker.connect()
                self.addCleanup(connection.close)
                connection.get()
                self.assertEqual(worker.end(), 0)
                self.assertTrue(connection.at_end())
                self.assertFalse(os.path.exists(worker.path))

    def test_the_end_of_the_runtime_lets_a_running_request_finish(self):
        worker = self.serve(SLOW)
        connection = worker.connect()
        self.addCleanup(connection.close)
        connection.send("/0.5")
        self.running(worker)
        worker.process.stdin.close()
        self.assertEqual(connection.receive().body, b"done")
        self.assertEqual(worker.process.wait(PATIENCE), 0)

    def test_the_end_of_the_runtime_ends_a_hanging_request(self):
        worker = self.serve(SLOW)
        connection = worker.connect()
        self.addCleanup(connection.close)
        connection.send("/600")
        self.running(worker)
        self.assertEqual(worker.end(), 0)
        self.assertFalse(os.path.exists(worker.path))

    def test_twenty_answers_prove_that_it_can_live(self):
        worker = self.serve()
        for _ in range(19):
            self.assertEqual(worker.get().status, 200)
        # A request that is refused is no answer; and what is reported next
        # comes after all that the answers have to report.
        connection = worker.connect()
        self.addCleanup(connection.close)
        connection.send_block(b"garbage")
        self.assertTrue(connection.at_end())
        self.assertIn("malformed", worker.report("warning")["text"])
        self.assertFalse(worker.proven.is_set())
        worker.get()
        self.assertTrue(worker.proven.wait(PATIENCE))

    def test_a_thread_of_the_application_does_not_keep_the_worker(self):
        worker = self.start(
            "import threading, time\n"
            "threading.Thread(target=time.sleep, args=(600,), name='stays').start()\n"
            + PLAIN
        )
        self.assertEqual(worker.ready()["threads_alive"], ["stays"])
        worker.process.terminate()
        self.assertEqual(worker.process.wait(PATIENCE), 0)

    def test_a_signal_that_another_thread_takes_ends_the_worker(self):
        for threads in (1, 3):
            with self.subTest(threads=threads):
                worker = self.serve(
                    TAKES_SIGTERM + "def app(environ, start_response):\n"
                    "    start_response('200 OK', [])\n"
                    "    threading.Timer(0.2, take).start()\n"
                    "    return [b'Hello']\n",
                    threads=threads,
                )
                self.assertEqual(worker.get().body, b"Hello")
                self.assertEqual(worker.process.wait(PATIENCE), 0)

    def test_an_exception_that_ends_a_thread_is_told(self):
        worker = self.serve(
            "import os, threading\n"
            "def work(): raise LookupError('no tea')\n"
            "def leave(): raise SystemExit\n"
            "def app(environ, start_response):\n"
            "    start_response('200 OK', [])\n"
            "    for target in (leave, work, work):\n"
            "        thread = threading.Thread(target=target, name='mailer')\n"
            "        thread.start()\n"
            "        thread.join()\n"
            "    return [b'Hello']\n"
        )
        self.assertEqual(worker.get().body, b"Hello")
        told = worker.report("exception")
        self.assertEqual(told["failure"]["problem"], "thread-raised")
        self.assertEqual(told["failure"]["subject"], "mailer")
        self.assertEqual(told["failure"]["exception"]["type"], "LookupError")
        heading = "Incident %s: the thread mailer has ended\n" % told["id"]
        # Python itself prints each traceback.
        self.assertEqual(worker.output().count("LookupError: no tea"), 2)
        self.assertEqual(worker.output().count("Incident"), 1)
        self.assertIn(heading, worker.output())

    def test_exit_handlers_run(self):
        worker = self.serve("import atexit\natexit.register(print, 'bye')\n" + PLAIN)
        worker.process.terminate()
        self.assertEqual(worker.process.wait(PATIENCE), 0)
        self.assertEqual(worker.output("stdout"), "bye\n")

    def test_a_sigterm_handler_of_the_application_is_called_too(self):
        worker = self.serve(
            "import signal, sys\n"
            "def bye(number, frame):\n"
            "    print('bye')\n"
            "    sys.exit(9)\n"
            "signal.signal(signal.SIGTERM, bye)\n" + PLAIN
        )
        self.assertEqual(worker.get().body, b"Hello")
        worker.process.terminate()
        self.assertEqual(worker.process.wait(PATIENCE), 0)
        self.assertEqual(worker.output("stdout"), "bye\n")

    def test_a_process_that_the_application_forks_has_its_own_signals(self):
        worker = self.serve(
            """
            import os, signal, time
            def app(environ, start_response):
                reader, writer = os.pipe()
                child = os.fork()
                if child == 0:
                    os.write(writer, b"x")
                    time.sleep(60)
                    os._exit(0)
                os.read(reader, 1)
                os.kill(child, signal.SIGTERM)
                status = os.waitpid(child, 0)[1]
                start_response("200 OK", [])
                return [str(os.WTERMSIG(status)).encode()]
            """
        )
        self.assertEqual(worker.get().body, b"15")
        self.assertTrue(os.path.exists(worker.path))

    def test_closing_wsgi_errors_does_not_spoil_the_error_page(self):
        worker = self.serve(
            """
            def app(environ, start_response):
                environ["wsgi.errors"].close()
                raise ValueError("boom")
            """
        )
        worker.pages = lambda report: PAGE
        for _ in range(2):
            self.assertEqual(worker.get().body.decode(), PAGE["body"])

    def test_an_exception_from_a_signal_between_requests_is_survived(self):
        worker = self.serve(
            "import signal\n"
            "def late(number, frame):\n"
            "    raise RuntimeError('late')\n"
            "signal.signal(signal.SIGALRM, late)\n" + PLAIN
        )
        self.assertEqual(worker.get().body, b"Hello")
        worker.process.send_signal(signal.SIGALRM)
        self.until(lambda: "late" in worker.output())
        self.assertEqual(worker.get().body, b"Hello")

    def test_sigterm_during_the_import_ends_at_once(self):
        worker = self.start("print('here', flush=True)\nimport time\ntime.sleep(60)")
        self.until(lambda: worker.output("stdout"))
        worker.process.terminate()
        self.assertEqual(worker.process.wait(PATIENCE), -signal.SIGTERM)

    def test_running_out_of_descriptors_is_told_and_survived(self):
        worker = self.serve(
            "import os, resource\n"
            "used = len(os.listdir('/proc/self/fd'))\n"
            "resource.setrlimit(resource.RLIMIT_NOFILE, (used + 2, 1000))\n"
            + PLAIN
        )
        connections = [worker.connect() for _ in range(12)]
        self.assertIn("Cannot accept", worker.report("warning")["text"])
        for connection in connections:
            connection.close()
        self.assertEqual(worker.get().body, b"Hello")


def own_cases(kind):
    """List the classes of tests that the file that runs has itself."""
    for case in kind.__subclasses__():
        if case.__module__ == "__main__":
            yield case
        yield from own_cases(case)


def run_side_by_side():
    """Run all tests, several at once: most of them wait for something."""
    jobs, results = [], []
    for case in own_cases(WorkerTest):
        suite = unittest.defaultTestLoader.loadTestsFromTestCase(case)
        # Tests that share a worker stay together.
        jobs.extend([suite] if "setUpClass" in vars(case) else suite)

    def work():
        result = unittest.TestResult()
        results.append(result)
        while jobs:
            try:
                job = jobs.pop()
            except IndexError:
                return
            job(result)

    began = time.monotonic()
    threads = [threading.Thread(target=work) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    skipped = sum(len(result.skipped) for result in results)
    wrong = {"failures": 0, "errors": 0}
    for result in results:
        for kind in wrong:
            for test, trace in getattr(result, kind):
                wrong[kind] += 1
                print("%s: %s\n%s" % (kind, test, trace), file=sys.stderr)
    count = sum(result.testsRun for result in results)
    seconds = time.monotonic() - began
    told = ", ".join("%s=%d" % pair for pair in wrong.items() if pair[1])
    print("Ran %d tests in %.1fs\n" % (count, seconds), file=sys.stderr)
    print("FAILED (%s)" % told if told else "OK", file=sys.stderr)
    if skipped:
        print("skipped=%d" % skipped, file=sys.stderr)
    return 1 if told else 0


if __name__ == "__main__":
    if len(sys.argv) > 1:
        unittest.main()
    sys.exit(run_side_by_side())

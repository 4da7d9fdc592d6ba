"""Tests of the supervisor of lib/shim/host: each runs the host as a process.

Once as under Passenger, with a spawn work directory and a judge that is a
small program; once as `serve` and `check` start it, with a channel.

Run as `python3 -m unittest tests/host/supervisor_test.py`, with any Python from 3.8.
"""

import json
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
import unittest

from worker_test import CHANNELS, NULL, PATIENCE, Connection, is_running

HERE = os.path.dirname(os.path.abspath(__file__))
HOST = os.path.normpath(os.path.join(HERE, "../../lib/shim/host/__main__.py"))
APP = """
import os, signal, sys, time

def app(environ, start_response):
    path = environ["PATH_INFO"]
    if path.startswith("/raise"):
        raise ValueError("boom")
    if path == "/kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if path == "/exit":
        os._exit(7)
    if path == "/fault":
        import ctypes
        ctypes.string_at(0)
    if path.startswith("/sleep/"):
        time.sleep(float(path[7:]))
    if path == "/print":
        print("printed")
        print("x" * 3000000, "end")
    if path == "/elsewhere":
        start_response("302 Found", [("Location", "/")])
        return []
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [str(os.getpid()).encode()]
"""
ASGI_APP = """
import os

async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        return
    status, headers = 200, []
    if scope["path"] == "/elsewhere":
        status, headers = 302, [(b"location", b"/")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": str(os.getpid()).encode()})
"""
# Answers a question with a page that repeats it; writes failures down.
JUDGE = """
import json, os, sys, time
folder = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(folder, "asked"), "a") as asked:
    asked.write(sys.argv[1] + "\\n")
with open(os.path.join(folder, "variables"), "w") as variables:
    json.dump(dict(os.environ), variables)
if sys.argv[1] == "page":
    with open(sys.argv[6]) as file:
        failure = json.load(file)
    failure["mode"] = os.stat(sys.argv[6]).st_mode & 0o777
    os.unlink(sys.argv[6])
    with open(os.path.join(folder, "page.json.new"), "w") as file:
        json.dump(dict(failure, pid=os.getpid(), words=sys.argv[1:6]), file)
    os.rename(os.path.join(folder, "page.json.new"), os.path.join(folder, "page.json"))
else:
    question = json.load(sys.stdin)
    time.sleep(float(os.environ.get("JUDGE_SECONDS", 0)))
    page = {"status": "500 Error", "headers": [], "body": "Incident " + question["incident"]}
    print(json.dumps({"page": page}))
"""


class Host:
    """A running host and the folder of its site."""

    program = HOST

    def __init__(self, folder, source=APP, env=None, orders=None, **settings):
        self.folder = folder
        self.write("hello.py", source)
        self.write("judge.py", JUDGE)
        self.socket = self.at("s.sock")
        self.orders = {
            "app_root": folder,
            "environment": {"FROM_CONFIG": "yes"},
            "door": "wsgi",
            "spawn": None,
            "judge": None,
            "log": {"file": self.at("log"), "max_bytes": 10000000, "backups": 3},
            "deaths": self.at("deaths.json"),
            "settings": {
                "target": {"file": self.at("hello.py")},
                "attribute": "app",
                "call": False,
                "path": [folder],
                "directory": folder,
                "threads": 1,
                "start_timeout": PATIENCE,
                "socket": self.socket,
                **settings,
            },
            **(orders or {}),
        }
        self.env = dict(os.environ, PYTHONDONTWRITEBYTECODE="1", **(env or {}))
        self.events = None

    def at(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        with open(self.at(name), "w") as file:
            file.write(textwrap.dedent(text))

    def read(self, name):
        with open(self.at(name), encoding="utf-8") as file:
            return file.read()

    def start(self, **options):
        with open(self.at("orders.json"), "w") as file:
            json.dump(self.orders, file)
        flags = ["-bb"] if sys.flags.bytes_warning > 1 else []
        flags += ["-W" + option for option in sys.warnoptions]
        with open(self.at("stdout"), "wb") as out, open(self.at("stderr"), "wb") as err:
            self.process = subprocess.Popen(
                [sys.executable, *flags, self.program, self.at("orders.json")],
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=err,
                env=self.env,
                **options,
            )
        return self

    def start_with_channel(self):
        reader, writer = os.pipe()
        with CHANNELS:
            os.dup2(writer, 3)
            self.start(pass_fds=(3,))
            os.dup2(NULL, 3)
        os.close(writer)
        self.events = os.fdopen(reader)
        return self

    def event(self):
        return json.loads(self.events.readline() or "null")

    def tell(self, message):
        self.process.stdin.write(json.dumps(message).encode() + b"\n")
        self.process.stdin.flush()

    def get(self, path="/", **variables):
        connection = Connection(self.socket)
        try:
            return connection.get(path, **variables)
        finally:
            connection.close()

    def worker(self):
        return int(self.get().body)

    def logged(self, kind):
        pattern = r"^\S+Z \[\d+\] %s: (.*)$" % kind
        return re.findall(pattern, self.read("log"), re.MULTILINE)

    def end(self):
        self.process.stdin.close()
        return self.process.wait(PATIENCE)

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if not self.process.stdin.closed:
            try:
                self.process.stdin.close()
            except BrokenPipeError:
                pass
        if self.events:
            self.events.close()


class HostTest(unittest.TestCase):
    """Has a folder for each test, and starts hosts in it."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="wsgi-shim-host-")
        self.addCleanup(shutil.rmtree, self.folder, True)

    def until(self, condition):
        deadline = time.monotonic() + PATIENCE
        while not condition():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)

    def host(self, *args, **options):
        host = Host(self.folder, *args, **options)
        return host

    def serve(self, *args, **options):
        """Start a host as `serve` does, and wait until it serves."""
        host = self.host(*args, **options).start_with_channel()
        self.addCleanup(host.kill)
        self.assertEqual(host.event()["event"], "ready")
        return host

    def failure(self, *args, **options):
        """Start a host whose start fails; return how."""
        host = self.host(*args, **options).start_with_channel()
        self.addCleanup(host.kill)
        event = host.event()
        self.assertEqual(event["event"], "failed", event)
        self.assertEqual(host.process.wait(PATIENCE), 1)
        return event["failure"]


class ChannelTest(HostTest):
    """The host of `serve` and of the trial of `check`."""

    def test_an_application_is_served_by_a_child(self):
        host = self.serve()
        self.assertNotEqual(host.worker(), host.process.pid)
        self.assertEqual(stat.S_IMODE(os.stat(host.socket).st_mode), 0o600)
        self.assertEqual(host.end(), 0)
        self.assertFalse(os.path.exists(host.socket))

    def test_the_orders_are_read_once_and_removed(self):
        host = self.serve()
        self.assertFalse(os.path.exists(host.at("orders.json")))

    def test_a_worker_that_dies_is_followed_by_another_at_once(self):
        host = self.serve()
        first = host.worker()
        for path, told in (
            ("/kill", "was killed by SIGKILL (from outside"),
            ("/exit", "ended with status 7"),
        ):
            with self.assertRaises(Exception):
                host.get(path)
            self.assertNotIn(host.worker(), (first, host.process.pid))
            self.assertIn(told, host.logged("death")[-1])

    def write_over(self, source):
        """Start a host, write over all of its files, and end its worker."""
        host = self.host(source)
        folder = host.at("host")
        shutil.copytree(os.path.dirname(HOST), folder)
        host.program = os.path.join(folder, "__main__.py")
        host.start_with_channel()
        self.addCleanup(host.kill)
        self.assertEqual(host.event()["event"], "ready")
        first = host.worker()
        for name in os.listdir(folder):
            if name.endswith(".py"):
                host.write(os.path.join("host", name), "raise SystemError\n")
        # Of an answer like this, more is looked at, when it is sent.
        self.assertEqual(host.get("/elsewhere").status, 302)
        self.assertEqual(host.worker(), first)
        os.kill(first, signal.SIGKILL)
        self.assertNotEqual(host.worker(), first)
        self.assertNotIn("SystemError", host.read("log"))

    def test_what_is_written_over_a_running_host_changes_nothing_in_it(self):
        self.write_over(APP)

    def test_nor_does_it_where_an_asgi_application_is_served(self):
        self.write_over(ASGI_APP)

    def test_a_death_is_told_with_its_place(self):
        host = self.serve()
        with self.assertRaises(Exception):
            host.get("/fault")
        host.worker()
        line = 1 + APP.split("\n").index("        ctypes.string_at(0)")
        self.assertRegex(
            host.logged("death")[0],
            r"^worker \d+ was killed by SIGSEGV at \S+/hello\.py:%d$" % line,
        )

    def test_nobody_is_refused_while_workers_die(self):
        host = self.serve(threads=4)
        refused = []

        def ask():
            for _ in range(10):
                try:
                    host.get("/sleep/0.01")
                except ConnectionRefusedError as error:
                    refused.append(error)
                except Exception:
                    pass  # it was in flight

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for _ in range(2):
            os.kill(int(host.get().body), signal.SIGKILL)
        for thread in threads:
            thread.join()
        self.assertEqual(refused, [])

    def test_workers_that_keep_dying_end_the_host_and_are_written_down(self):
        host = self.serve()
        for _ in range(3):
            try:
                host.get("/kill")
            except Exception:
                pass
        self.assertEqual(host.process.wait(PATIENCE), 1)
        record = json.loads(host.read("deaths.json"))
        self.assertEqual(record["count"], 3)
        self.assertEqual(record["failure"]["signal"], "SIGKILL")
        self.assertLess(abs(time.time() * 1000 - record["time"]), 60000)
        self.assertEqual(stat.S_IMODE(os.stat(host.at("deaths.json")).st_mode), 0o600)
        self.assertFalse(os.path.exists(host.socket))

    def test_what_was_imported_is_written_down_with_its_date(self):
        app = """
            import os, signal, sys, time
            import early

            def app(environ, start_response):
                if environ["PATH_INFO"] == "/kill":
                    os.kill(os.getpid(), signal.SIGKILL)
                if environ["PATH_INFO"] == "/late":
                    import late
                start_response("200 OK", [])
                return [b""]
        """
        record = os.path.join(self.folder, "sources.json")
        host = self.host(app, orders={"sources": record})
        for name in ("early.py", "late.py"):
            host.write(name, "")
            os.utime(host.at(name), (1000000000.25, 1000000000.25))
        host.start_with_channel()
        self.addCleanup(host.kill)
        self.assertEqual(host.event()["event"], "ready")

        def files():
            try:
                told = json.loads(host.read("sources.json"))["files"]
            except (OSError, ValueError):
                return {}  # it is being written
            # The host itself may stand beside the folder of a test.
            return {name: told[name] for name in told if name.startswith(host.folder)}

        self.until(files)
        self.assertEqual(set(files()), {host.at("hello.py"), host.at("early.py")})
        self.assertEqual(files()[host.at("early.py")], 1000000000250)

        def late():
            host.get("/late")
            return host.at("late.py") in files()

        self.until(late)
        # The next worker has imported what is there by then.
        began = json.loads(host.read("sources.json"))["time"]
        with self.assertRaises(Exception):
            host.get("/kill")
        self.until(lambda: host.at("late.py") not in files() and files())
        self.assertGreater(json.loads(host.read("sources.json"))["time"], began)

    def test_a_death_after_many_answers_is_an_accident(self):
        host = self.serve()
        for _ in range(4):
            for _ in range(20):
                host.get()
            with self.assertRaises(Exception):
                host.get("/kill")
        self.assertIsNone(host.process.poll())
        for told in host.logged("death"):
            self.assertTrue(told.endswith(", after many answers"), told)

    def test_an_exception_is_explained_by_who_listens(self):
        host = self.serve()
        answers = []
        asking = threading.Thread(
            target=lambda: answers.append(host.get("/raise", HTTP_ACCEPT="text/plain"))
        )
        asking.start()
        event = host.event()
        self.assertEqual((event["event"], event["accept"]), ("exception", "text/plain"))
        self.assertEqual(event["failure"]["exception"]["message"], "boom")
        page = {"status": "500 Error", "headers": [], "body": event["incident"]}
        host.tell({"page": page})
        asking.join()
        self.assertEqual(answers[0].body.decode(), event["incident"])

    def test_output_is_logged_and_passed_on_whatever_its_length(self):
        host = self.serve()
        host.get("/print")
        self.until(lambda: len(host.logged("out")) >= 4)
        printed = host.logged("out")
        self.assertEqual(printed[0], "printed")
        self.assertRegex(printed[1], r"^x{8000}… \(\d+ more characters\)$")
        self.until(lambda: host.read("stdout").endswith("x end\n"))

    def test_a_report_of_any_length_arrives(self):
        names = "".join("os.environ['N%d'] = 'x' * 4000\n" % n for n in range(400))
        failure = self.failure("import os\n" + names + "raise ValueError('late')\n")
        self.assertEqual(failure["exception"]["message"], "late")
        self.assertGreaterEqual(len(failure["variables"]), 400)

    def test_what_is_no_report_is_dropped(self):
        host = self.serve(
            """
            import fcntl, os
            for number in range(100, 110):  # our descriptors, torn open
                try:
                    if fcntl.fcntl(number, fcntl.F_GETFL) & os.O_WRONLY:
                        os.write(number, b'{"event": "exc\\n[]\\n3\\n')
                except OSError:
                    pass
            """
            + textwrap.indent(APP, " " * 12)
        )
        self.assertEqual(host.get().status, 200)

    def test_failures_of_a_start_are_told(self):
        self.assertEqual(self.failure("import gone\n")["problem"], "import-raised")
        failure = self.failure("import os\nprint('bye')\nos._exit(3)\n")
        self.assertEqual((failure["problem"], failure["status"]), ("exited", 3))
        self.assertEqual(failure["output"], ["bye"])
        failure = self.failure("import ctypes\nctypes.string_at(0)\n")
        self.assertEqual((failure["problem"], failure["signal"]), ("killed", "SIGSEGV"))
        self.assertEqual(failure["stack"][0]["file"], os.path.join(self.folder, "hello.py"))

    def test_a_start_that_hangs_says_where(self):
        failure = self.failure("import time\ntime.sleep(60)\n", start_timeout=1)
        self.assertEqual((failure["problem"], failure["seconds"]), ("hung", 1))
        self.assertEqual(failure["stack"][-1]["line"], 2)

    def test_a_socket_that_cannot_be_bound_is_told(self):
        failure = self.failure(socket="/nowhere/" + "x" * 200)
        self.assertEqual(failure["problem"], "socket")
        self.assertIn("too long", failure["exception"]["message"])
        precious = os.path.join(self.folder, "precious")
        with open(precious, "w") as file:
            file.write("data")
        failure = self.failure(socket=precious)
        self.assertEqual(failure["exception"]["errno"], "EADDRINUSE")
        self.assertTrue(os.path.exists(precious))

    def test_an_application_that_goes_to_the_background_leaves_nothing(self):
        failure = self.failure(
            "import os\n"
            "open('pids', 'a').write('%d\\n' % os.getpid())\n"
            "if os.fork(): os._exit(0)\n"
            "os.setsid()\n"
            "open('pids', 'a').write('%d\\n' % os.getpid())\n" + APP
        )
        self.assertEqual((failure["problem"], failure["status"]), ("exited", 0))
        with open(os.path.join(self.folder, "pids")) as file:
            pids = [int(line) for line in file]
        self.until(lambda: not any(is_running(pid) for pid in pids))

    def test_a_trial_serves_nothing_and_ends(self):
        host = self.host(trial=True, orders={"log": None}).start_with_channel()
        self.addCleanup(host.kill)
        self.assertEqual(host.event()["event"], "ready")
        self.assertEqual(host.event()["event"], "ended")
        self.assertEqual(host.process.wait(PATIENCE), 0)
        self.assertFalse(os.path.exists(host.socket))
        self.assertFalse(os.path.exists(host.at("log")))

    def test_running_requests_are_finished_at_the_end(self):
        for end in ("stdin", signal.SIGTERM, signal.SIGINT):
            with self.subTest(end):
                host = self.serve()
                connection = Connection(host.socket)
                connection.send("/sleep/0.5")
                time.sleep(0.2)
                if end == "stdin":
                    host.process.stdin.close()
                else:
                    host.process.send_signal(end)
                self.assertEqual(connection.receive().status, 200)
                connection.close()
                self.assertEqual(host.process.wait(PATIENCE), 0)

    def test_an_end_while_it_starts_leaves_nothing(self):
        host = self.host(
            "import os, time\n"
            "open('pid', 'w').write(str(os.getpid()))\n"
            "open('pid.done', 'w')\n"
            "time.sleep(60)\n"
        ).start_with_channel()
        self.addCleanup(host.kill)
        self.until(lambda: os.path.exists(host.at("pid.done")))
        self.assertEqual(host.end(), 0)
        self.until(lambda: not is_running(int(host.read("pid"))))

    def test_a_worker_whose_supervisor_is_killed_leaves(self):
        host = self.serve()
        worker = host.worker()
        host.process.kill()
        self.until(lambda: not is_running(worker))
        self.assertFalse(os.path.exists(host.socket))

    def test_the_application_gets_its_variables_and_none_of_ours(self):
        host = self.serve(
            """
            import json, os
            def app(environ, start_response):
                start_response("200 OK", [])
                return [json.dumps(dict(os.environ)).encode()]
            """,
            env={"NODE_PATH": "/x", "PASSENGER_SPAWN_WORK_DIR": "/x"},
        )
        variables = host.get().json
        self.assertEqual(variables["FROM_CONFIG"], "yes")
        self.assertNotIn("NODE_PATH", variables)
        self.assertNotIn("PASSENGER_SPAWN_WORK_DIR", variables)

    def test_an_application_inherits_no_descriptor(self):
        host = self.serve(
            """
            import os, subprocess, sys
            def app(environ, start_response):
                code = "import os; print(sorted(os.listdir('/proc/self/fd')))"
                told = subprocess.check_output(
                    [sys.executable, "-c", code], close_fds=False)
                start_response("200 OK", [])
                return [told]
            """
        )
        self.assertEqual(host.get().body.decode(), "['0', '1', '2', '3']\n")


class PassengerTest(HostTest):
    """The host under Passenger."""

    def spawn(self, *args, env=None, **options):
        """Start a host as Passenger does, by way of a door."""
        work = os.path.join(self.folder, "spawn")
        os.makedirs(os.path.join(work, "response"))
        os.mkfifo(os.path.join(work, "response/finish"))
        with open(os.path.join(work, "args.json"), "w") as file:
            json.dump({"socket_dir": self.folder, "connect_password": "pass"}, file)
        self.finish = os.open(
            os.path.join(work, "response/finish"), os.O_RDONLY | os.O_NONBLOCK
        )
        self.addCleanup(os.close, self.finish)
        judge = [sys.executable, os.path.join(self.folder, "judge.py")]
        host = self.host(
            *args,
            orders={"judge": judge, "spawn": work},
            env=dict(env or {}, PASSENGER_SPAWN_WORK_DIR=work),
            **options,
        ).start()
        self.addCleanup(host.kill)
        return host

    def serve(self, *args, **options):
        host = self.spawn(*args, **options)
        self.until(self.said)
        with open(os.path.join(self.folder, "spawn/response/properties.json")) as file:
            (told,) = json.load(file)["sockets"]
        self.told = told
        host.socket = told["address"][len("unix:") :]
        return host

    def said(self):
        try:
            return os.read(self.finish, 1) == b"1"
        except BlockingIOError:
            return False

    def page(self, host):
        self.until(lambda: os.path.exists(host.at("page.json")))
        return json.loads(host.read("page.json"))

    def get(self, host, path="/"):
        return host.get(path, PASSENGER_CONNECT_PASSWORD="pass")

    def test_passenger_is_told_when_the_application_is_ready(self):
        host = self.serve(threads=3)
        self.assertEqual(
            (self.told["protocol"], self.told["concurrency"]), ("session", 3)
        )
        self.assertTrue(self.told["accept_http_requests"])
        self.assertEqual(self.get(host).status, 200)
        self.assertEqual(host.get().status, 403)
        self.assertEqual(len(host.logged("ready")), 1)

    def test_a_failed_start_becomes_the_page_server_of_the_same_process(self):
        host = self.spawn("import gone\n")
        page = self.page(host)
        self.assertEqual(page["pid"], host.process.pid)
        self.assertEqual(page["words"], ["page", self.folder, "--door", "wsgi", "--failure"])
        self.assertEqual(page["problem"], "import-raised")
        self.assertEqual(page["exception"]["name"], "gone")
        self.assertEqual(page["mode"], 0o600)
        variables = json.loads(host.read("variables"))
        self.assertIn("PASSENGER_SPAWN_WORK_DIR", variables)
        self.assertNotIn("FROM_CONFIG", variables)

    def test_an_exception_is_explained_by_the_judge(self):
        host = self.serve()
        body = self.get(host, "/raise").body.decode()
        self.assertRegex(body, "^Incident [0-9a-f]{8}$")
        self.assertIn(body[-8:], host.read("log"))

    def test_the_same_exception_is_explained_once_with_numbers_of_its_own(self):
        host = self.serve()
        bodies = {self.get(host, "/raise").body for _ in range(5)}
        self.assertEqual(len(bodies), 5)
        self.assertEqual(host.read("asked"), "explain\n")

    def test_many_different_exceptions_have_a_few_explained(self):
        host = self.serve()
        bodies = [self.get(host, "/raise/%d" % number).body for number in range(8)]
        explained = [body for body in bodies if body.startswith(b"Incident ")]
        self.assertEqual(len(explained), 5)
        self.assertEqual(len(bodies), 8)

    def test_explaining_holds_up_nothing_else(self):
        host = self.serve(threads=2, env={"JUDGE_SECONDS": "1"})
        slow = threading.Thread(target=self.get, args=(host, "/raise"))
        slow.start()
        self.until(lambda: os.path.exists(host.at("asked")))
        began = time.monotonic()
        self.get(host, "/print")
        self.until(lambda: "printed" in host.logged("out"))
        self.assertTrue(slow.is_alive(), time.monotonic() - began)
        slow.join()

    def test_without_a_judge_a_visitor_gets_a_plain_page(self):
        host = self.serve()
        os.unlink(host.at("judge.py"))
        answer = self.get(host, "/raise")
        self.assertEqual(answer.status, 500)
        self.assertIn(b"Incident", answer.body)

    def test_a_later_start_that_fails_ends_the_process(self):
        host = self.serve()
        host.write(
            "hello.py",
            "import os\nos._exit(1)\n",
        )
        with self.assertRaises(Exception):
            self.get(host, "/kill")
        self.assertEqual(host.process.wait(PATIENCE), 1)
        self.assertFalse(os.path.exists(host.socket))
        self.assertFalse(os.path.exists(host.at("page.json")))

    def test_a_spawn_that_passenger_gave_up_ends_the_process(self):
        host = self.spawn("import os, time\nopen('x', 'w')\ntime.sleep(1)\n" + APP)
        self.until(lambda: os.path.exists(host.at("x")))
        shutil.rmtree(os.path.join(self.folder, "spawn"))
        self.assertEqual(host.process.wait(PATIENCE), 0)

    def test_a_web_server_that_has_ended_is_no_failed_start(self):
        work = os.path.join(self.folder, "work")
        judge = [sys.executable, os.path.join(self.folder, "judge.py")]

        def start():
            host = self.host(orders={"judge": judge, "spawn": work}).start()
            self.addCleanup(host.kill)
            return host, host.process.wait(PATIENCE)

        for name in (None, "gone"):  # the work directory, the sockets' folder
            if name:
                os.makedirs(work)
                with open(os.path.join(work, "args.json"), "w") as file:
                    json.dump({"socket_dir": os.path.join(self.folder, name)}, file)
            host, status = start()
            self.assertEqual(status, 1)
            self.assertIn("stop: Passenger waits no longer", host.read("log"))
            self.assertFalse(os.path.exists(host.at("page.json")))
        with open(os.path.join(work, "args.json"), "w") as file:
            json.dump({"socket_dir": host.at("x" * 200)}, file)
        os.mkdir(host.at("x" * 200))
        start()  # too long a path is another's fault, and told on a page
        self.assertEqual(json.loads(host.read("page.json"))["problem"], "socket")


class OldPythonTest(HostTest):
    """An interpreter that is too old for the host."""

    def test_it_is_told(self):
        host = self.host()
        with open(HOST) as file:
            text = file.read().replace("OLDEST = (3, 8)", "OLDEST = (9, 9)")
        copy = os.path.join(self.folder, "host")
        shutil.copytree(os.path.dirname(HOST), copy)
        with open(os.path.join(copy, "__main__.py"), "w") as file:
            file.write(text)
        with open(host.at("orders.json"), "w") as file:
            json.dump(dict(host.orders, judge=[sys.executable, host.at("judge.py")]), file)
        subprocess.check_call([sys.executable, copy + "/__main__.py", host.at("orders.json")])
        self.assertEqual(json.loads(host.read("page.json"))["problem"], "python-old")


if __name__ == "__main__":
    unittest.main()

"""Tests of guest.py and of what passenger_wsgi.py does in another server.

Run as `python3 -m unittest tests/host/guest_test.py`, with any Python from 3.8.
Each test makes a site on disk whose judge is a few lines of Python.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import textwrap
import unittest

LIB = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../lib/shim")
PATIENCE = 30  # seconds before a test is given up; never a measure of speed

# Answers as `shim/answer.json` says, which the test or the site writes.
JUDGE = """
import json, os, sys
question = json.load(sys.stdin)
folder = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(folder, "asked"), "a") as asked:
    asked.write(json.dumps(dict(question, env=dict(os.environ))) + "\\n")
with open(os.path.join(folder, "answers.json")) as file:
    answers = json.load(file)
kind = ("failure" if "failure" in question else
        "stranger" if "stranger" in question else
        "look" if "state" in question else "start")
answer = answers[kind]
if answer == "broken":
    sys.exit("no judge today")
print(json.dumps(answer) if not isinstance(answer, str) else answer)
"""

# What a server does: load the file, and ask for pages.
SERVER = """
import importlib.util, io, json, os, sys
PREPARE
def load(name="passenger_wsgi", path=None):
    spec = importlib.util.spec_from_file_location(
        name, path or os.path.join(ROOT, "passenger_wsgi.py"))
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module.application
def get(application, **environ):
    said = []
    given = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "wsgi.input": io.BytesIO()}
    given.update(environ)
    body = application(given, lambda *words: said.append(words))
    return said[0][0].split()[0] + " " + b"".join(body).decode()
BODY
"""

GREETING = """
import os, sys
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"well"]
"""


def page(text):
    """Make an answer of the judge's."""
    shown = {"status": "503 Service Unavailable", "headers": [["A", "b"]], "body": text}
    return {"page": shown, "state": {"n": 1}}


class GuestTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)
        self.root = os.path.join(self.folder, "www")
        shutil.copytree(os.path.join(LIB, "host"), os.path.join(self.root, "shim/host"))
        for name in ("python", "last_words.py"):
            shutil.copy(os.path.join(LIB, name), os.path.join(self.root, "shim"))
        self.write("www/shim/judge.py", JUDGE)
        with open(os.path.join(LIB, "passenger_wsgi.py")) as file:
            text = file.read()
        command = [sys.executable, os.path.join(self.root, "shim/judge.py")]
        self.startup = text.replace("COMMAND = []", "COMMAND = %r" % command)
        self.write("www/passenger_wsgi.py", self.startup)
        os.mkdir(os.path.join(self.root, "log"))
        self.answers = {
            "start": self.orders(),
            "failure": page("failed"),
            "look": page("still"),
            "stranger": page("a stranger"),
        }
        self.write("app/hello.py", GREETING)

    def write(self, path, text):
        path = os.path.join(self.folder, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(text)

    def orders(self, interpreter=None, **environment):
        app = os.path.join(self.folder, "app")
        settings = {
            "target": {"file": os.path.join(app, "hello.py")},
            "attribute": "application",
            "path": [app],
            "directory": app,
        }
        orders = {"environment": environment, "settings": settings}
        prefix = os.path.join(sys.prefix, "bin/python3")
        return {"orders": orders, "interpreter": interpreter or prefix}

    def serve(self, body, prepare="", env=None):
        """Run a server, and return what it printed; nothing of ours may fail."""
        self.write("www/shim/answers.json", json.dumps(self.answers))
        code = "ROOT = %r\n" % self.root + SERVER
        code = code.replace("PREPARE", prepare).replace("BODY", textwrap.dedent(body))
        ran = subprocess.run(
            [sys.executable, "-c", code, "an", "argument"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            universal_newlines=True,
            timeout=PATIENCE,
            cwd=self.folder,
            env=dict({"PATH": "/nowhere"}, **env or {}),
        )
        self.errors = ran.stderr
        self.assertEqual(ran.returncode, 0, ran.stderr)
        return ran.stdout.splitlines()

    def asked(self):
        with open(os.path.join(self.root, "shim/asked")) as file:
            return [json.loads(line) for line in file]


ASGI = """
import asyncio
async def application(scope, receive, send):
    if scope["type"] == "lifespan":
        assert (await receive())["type"] == "lifespan.startup"
        scope["state"]["greeting"] = b"well, "
        await send({"type": "lifespan.startup.complete"})
        assert (await receive())["type"] == "lifespan.shutdown"
        print("the end", flush=True)
        await send({"type": "lifespan.shutdown.complete"})
        return
    assert scope["state"]["greeting"] == b"well, "
    if scope["path"] == "/raise":
        raise LookupError("no tea")
    if scope["path"] == "/silent":
        return
    data = b""
    more = True
    while more:
        event = await receive()
        data += event["body"]
        more = event["more_body"]
    await send({"type": "http.response.start", "status": 201,
                "headers": [(b"x", b"y")]})
    for part in (scope["state"]["greeting"], scope["path"].encode(), data):
        await asyncio.sleep(0)
        await send({"type": "http.response.body", "body": part, "more_body": True})
    await send({"type": "http.response.body"})
    assert (await receive())["type"] == "http.disconnect"
    print("done", flush=True)
"""


class Asgi(GuestTest):
    GET = """
        def ask(path, body=b""):
            said = []
            given = {"REQUEST_METHOD": "PUT", "PATH_INFO": path, "SCRIPT_NAME": "",
                     "wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}
            try:
                parts = list(application(given, lambda *words: said.append(words)))
            except Exception as error:
                return "%s: %s" % (type(error).__name__, error)
            return "%s %s" % (said[0], b"".join(parts).decode())
        application = load()
        """

    def test_application_is_served_through_a_bridge(self):
        self.write("app/hello.py", ASGI)
        said = self.serve(
            self.GET
            + """
        print(ask("/caf\\xc3\\xa9", b"x" * 100000)[-10:])
        print(ask("/raise"))
        print(ask("/silent"))
        print(ask("/", b" indeed"))
        import time
        time.sleep(0.2)
        """
        )
        self.assertEqual(
            sorted(said),
            [
                "('201 Created', [('x', 'y')]) well, / indeed",
                "AssertionError: application returned before its answer was whole",
                "LookupError: no tea",
                "done",
                "done",
                "the end",
                "xxxxxxxxxx",
            ],
        )
        self.assertIn("served through a bridge", self.errors)

    def test_server_may_load_first_and_fork_then(self):
        self.write("app/hello.py", ASGI)
        said = self.serve(
            self.GET
            + """
        pid = os.fork()
        if pid == 0:
            print(ask("/"), flush=True)
            os._exit(0)
        os.waitpid(pid, 0)
        """
        )
        self.assertIn("('201 Created', [('x', 'y')]) well, /", said)


class Start(GuestTest):
    def test_application_is_the_servers(self):
        said = self.serve("print(get(load()), sys.argv[1:], os.path.basename(os.getcwd()))")
        self.assertEqual(said, ["200 well ['an', 'argument'] app"])
        self.assertEqual(self.errors, "")

    def test_python_without_arguments_and_executable(self):
        said = self.serve(
            "print(get(load()))",
            "del sys.argv; sys.executable = None; sys.stdout.flush(); sys.stderr = None",
        )
        self.assertEqual(said, ["200 well"])

    def test_environment_of_the_site(self):
        self.answers["start"] = self.orders(GREETED="yes")
        self.write("app/hello.py", GREETING.replace('b"well"', 'os.environ["GREETED"].encode()'))
        self.assertEqual(self.serve("print(get(load()))"), ["200 yes"])

    def test_import_of_the_startup_file_gives_the_application_once(self):
        self.write("app/hello.py", "print('loaded')\n" + GREETING)
        # A server may load it by another name, and leave it to Python to find.
        said = self.serve(
            """
            application = load("another")
            import passenger_wsgi
            print(passenger_wsgi.application is application)
            """,
            "sys.path.insert(0, ROOT)",
        )
        self.assertEqual(said, ["loaded", "True"])
        self.assertEqual(len(self.asked()), 1)

    def test_import_of_the_startup_file_while_the_application_is_loaded(self):
        early = "from passenger_wsgi import application as early\n"
        self.write("app/hello.py", "print('loaded')\n" + early + GREETING)
        said = self.serve(
            "load('another'); import hello; print(get(hello.early))",
            "sys.path.insert(0, ROOT)",
        )
        self.assertEqual(said, ["loaded", "200 well"])
        self.assertEqual(len(self.asked()), 1)

    def test_two_sites_in_one_server(self):
        other = os.path.join(self.folder, "other")
        shutil.copytree(self.root, other)
        self.serve("")  # writes the answers
        self.answers["start"] = page("the other")
        with open(os.path.join(other, "shim/answers.json"), "w") as file:
            json.dump(self.answers, file)
        self.write(
            "other/passenger_wsgi.py", self.startup.replace(self.root, other)
        )
        self.answers["start"] = self.orders()
        said = self.serve(
            "one = load('one'); two = load('two', %r); print(get(one), get(two))"
            % os.path.join(other, "passenger_wsgi.py")
        )
        self.assertEqual(said, ["200 well 503 the other"])

    def test_trouble_of_ours_is_told_in_a_line(self):
        self.write("www/config.toml", "")
        for broken in ("def x(:", "raise KeyError('lost')"):
            self.write("www/shim/host/guest.py", broken)
            text = self.serve("print(get(load()))")[0]
            self.assertIn("503 <!DOCTYPE html>", text)
            self.assertIn("The host cannot be loaded", self.errors)
            self.assertNotIn("Traceback", self.errors)

    def test_judge_that_answers_something_else(self):
        self.write("www/config.toml", "")
        for answer in ("broken", "no JSON", [], {"neither": 1}, {"page": {}}):
            self.answers["start"] = answer
            text = "\n".join(self.serve("print(get(load()))"))
            self.assertIn("wsgi-shim itself", text)
            self.assertNotIn("Traceback", self.errors)


class Interpreters(GuestTest):
    def environment(self, version="python%d.%d" % sys.version_info[:2]):
        """Make an environment, and return its interpreter."""
        prefix = os.path.join(self.folder, "venv")
        packages = os.path.join(prefix, "lib", version, "site-packages")
        self.write("venv/pyvenv.cfg", "home = /usr/bin\n")
        self.write(os.path.join(packages, "cake.py"), "")
        self.write("venv/bin/python3_bin", "")
        os.symlink("python3_bin", os.path.join(prefix, "bin/python"))
        return os.path.join(prefix, "bin/python")

    def test_packages_of_another_environment_come_before_the_servers(self):
        self.answers["start"] = self.orders(self.environment())
        self.write("app/hello.py", "import cake\n" + GREETING)
        said = self.serve(
            """
            print(get(load()))
            names = [path.endswith("-packages") for path in sys.path]
            print(sys.path[names.index(True)])
            """
        )
        self.assertEqual(said[0], "200 well")
        self.assertTrue(said[1].startswith(self.folder), said)

    def test_another_version_is_a_stranger(self):
        self.answers["start"] = self.orders(self.environment("python3.999"))
        self.assertEqual(self.serve("print(get(load()))"), ["503 a stranger"])
        stranger = self.asked()[1]["stranger"]
        self.assertEqual(stranger["python"], sys.version.split()[0])

    def test_link_to_an_interpreter_is_that_interpreter(self):
        link = os.path.join(self.folder, "python")
        os.symlink(os.path.join(sys.base_prefix, "bin/python3"), link)
        self.answers["start"] = self.orders(link)
        self.assertEqual(self.serve("print(get(load()))"), ["200 well"])




class Page(GuestTest):
    def setUp(self):
        super().setUp()
        self.is_mended = dict(page("again"), isMended=True)

    def mend(self):
        """Code that lets the judge say from now on that the site is mended."""
        answers = dict(self.answers, look=self.is_mended, start=self.orders())
        path = os.path.join(self.root, "shim/answers.json")
        return "open(%r, 'w').write(%r)" % (path, json.dumps(answers))

    NOW = "a._due = 0"

    def test_page_until_mended(self):
        self.answers["start"] = page("closed")
        said = self.serve(
            "a = load(); print(get(a)); print(get(a)); %s; print(get(a)); %s; %s; print(get(a))"
            % (self.NOW, self.mend(), self.NOW)
        )
        self.assertEqual(said, ["503 closed", "503 closed", "503 still", "200 well"])
        self.assertEqual(self.asked()[-2]["state"], {"n": 1})

    def test_page_is_asked_for_each_kind_but_not_without_end(self):
        self.answers["start"] = page("closed")
        self.serve("a = load(); [get(a, HTTP_ACCEPT=str(n)) for n in range(50)]")
        self.assertLess(len(self.asked()), 10)

    def test_page_has_no_body_for_head(self):
        self.answers["start"] = page("closed")
        said = self.serve("a = load(); print(get(a, REQUEST_METHOD='HEAD'))")
        self.assertEqual(said, ["503 "])

    def test_page_though_the_body_cannot_be_read(self):
        self.answers["start"] = page("closed")
        said = self.serve(
            "a = load(); print(get(a, CONTENT_LENGTH='5', **{'wsgi.input': None}))"
        )
        self.assertEqual(said, ["503 closed"])

    def test_page_stays_where_the_judge_is_lost(self):
        self.answers["start"] = page("closed")
        self.answers["look"] = "broken"
        said = self.serve("a = load(); %s; print(get(a)); print(get(a))" % self.NOW)
        self.assertEqual(said, ["503 closed", "503 closed"])
        self.assertIn("no judge today", self.errors)
        self.assertNotIn("Traceback", self.errors)

    def test_page_in_one_thread_keeps_no_other_waiting(self):
        self.answers["start"] = page("closed")
        said = self.serve(
            """
            import threading
            a = application = load()
            %s
            hold = threading.Event()
            ask = application._judge.ask
            application._judge.ask = lambda **question: (hold.wait(), ask(**question))[1]
            slow = threading.Thread(target=get, args=(application,))
            slow.start()
            print(get(application))
            hold.set()
            slow.join()
            print(application._pages[""][2].decode())
            """
            % self.NOW
        )
        self.assertEqual(said, ["503 closed", "still"])

    def test_application_whose_import_failed_leaves_no_trace(self):
        self.answers["start"] = self.orders(GREETED="wrongly")
        self.write("app/helper.py", "value = 1\n")
        self.write(
            "app/hello.py",
            "import helper, os, sys\nos.environ['OWN'] = 'x'\nsys.path.append('/own')\n"
            "os.chdir('/')\nhelper.value_of\n",
        )
        write = "open(%r, 'w').write(%r)"
        mended = "import helper\nhelper.value_of\n" + GREETING
        app = os.path.join(self.folder, "app")
        said = self.serve(
            "before = list(sys.path), dict(os.environ), os.getcwd(), sys.argv\n"
            "a = load(); print(get(a))\n"
            "print((list(sys.path), dict(os.environ), os.getcwd(), sys.argv) == before)\n"
            + write % (os.path.join(app, "helper.py"), "value_of = 'mended'\n")
            + "\n"
            + write % (os.path.join(app, "hello.py"), mended)
            + "\n%s\n%s\nprint(get(a))" % (self.mend(), self.NOW)
        )
        self.assertEqual(said, ["503 failed", "True", "200 well"])
        self.assertIn("AttributeError", self.errors)
        asked = self.asked()
        failure = asked[1]["failure"]
        self.assertEqual(failure["problem"], "import-raised")
        self.assertEqual(failure["variables"]["OWN"], "x")
        self.assertGreater(failure["began"], 1e12)
        # What the judge is to judge is what the server gives to the site.
        self.assertNotIn("GREETED", asked[1]["env"])

    def test_compiled_modules_are_not_loaded_twice(self):
        compiled = "compiled" + __import__("sysconfig").get_config_var("EXT_SUFFIX")
        self.write("app/hello.py", "import pack.compiled, json, queue\nqueue.cake\n")
        self.write("app/pack/__init__.py", "print('once')\n")
        self.write("app/pack/compiled.py", "__file__ = %r\n" % compiled)
        said = self.serve(
            "a = load(); import queue; print('pack' in sys.modules, 'hello' in sys.modules)"
        )
        self.assertEqual(said, ["once", "True False"])


class LastWords(GuestTest):
    def test_nothing_ends_the_server_and_the_site_comes_back(self):
        self.answers["start"] = "broken"
        answers = dict(self.answers, start=self.orders())
        path = os.path.join(self.root, "shim/answers.json")
        said = self.serve(
            """
            a = load()
            type(a).__call__.__globals__["RETRY_SECONDS"] = 0
            print(get(a)[:3], get(a)[:3], get(a, REQUEST_METHOD="HEAD"))
            open(%r, "w").write(%r)
            print(get(a))
            """
            % (path, json.dumps(answers))
        )
        self.assertEqual(said, ["503 503 503 ", "200 well"])
        with open(os.path.join(self.root, "log/wsgi-shim.log")) as log:
            self.assertEqual(log.read().count("cannot be run"), 1)
        self.assertEqual(self.errors.count("cannot be run"), 1)


if __name__ == "__main__":
    unittest.main()

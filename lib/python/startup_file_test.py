"""Tests of startup_file.py; run as `python3 lib/python/startup_file_test.py`."""

import os
import shutil
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import startup_file  # noqa: E402

EXEC = "if sys.executable != INTERP:\n    os.execl(INTERP, INTERP, *sys.argv)\n"


class Interpreter(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)

    def read(self, text):
        file = os.path.join(self.folder, "passenger_wsgi.py")
        with open(file, "w") as written:
            written.write("import os, sys\n" + text)
        found = startup_file.read_startup_file(file, "/home/ann")["interpreter"]
        return found and (found["path"].replace(self.folder, "ROOT"), found["line"])

    def test_plain_path(self):
        found = self.read("INTERP = '/home/ann/venv/bin/python3'\n" + EXEC)
        self.assertEqual(found, ("/home/ann/venv/bin/python3", 2))

    def test_path_in_the_call(self):
        found = self.read("os.execv('/opt/bin/python', ['python'] + sys.argv)\n")
        self.assertEqual(found, ("/opt/bin/python", 2))

    def test_paths_that_are_put_together(self):
        for text, path in (
            ("os.path.join(os.environ['HOME'], 'env', 'bin', 'python')", "/home/ann/env/bin/python"),
            ("os.path.expanduser('~/env/bin/python')", "/home/ann/env/bin/python"),
            ("os.getenv('HOME') + '/env/bin/python'", "/home/ann/env/bin/python"),
            ("f\"{os.environ['HOME']}/bin/python\"", "/home/ann/bin/python"),
            ("os.getcwd() + '/venv/bin/python'", "ROOT/venv/bin/python"),
            (
                "os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'v/bin/python')",
                "ROOT/../v/bin/python",
            ),
        ):
            with self.subTest(text):
                self.assertEqual(self.read("INTERP = %s\n%s" % (text, EXEC)), (path, 2))

    def test_what_may_be_replaced_while_it_runs(self):
        text = "INTERP = '/opt/bin/python'\nif os.environ.get('I'):\n    INTERP = os.environ['I']\n"
        self.assertEqual(self.read(text + EXEC), ("/opt/bin/python", 2))

    def test_nothing_that_only_running_would_tell(self):
        for text in (
            "INTERP = find()\n" + EXEC,
            "INTERP = 'python3'\n" + EXEC,
            "INTERP = '/opt/bin/python'\n",
            "def again():\n    os.execl('/opt/bin/python', 'python')\n",
            "exec('open(\"x\")')\n",
        ):
            with self.subTest(text):
                self.assertIsNone(self.read(text))

    def test_nothing_is_run(self):
        marker = os.path.join(self.folder, "marker")
        self.read("open(%r, 'w')\nINTERP = os.system('touch %s')\n" % (marker, marker) + EXEC)
        self.assertFalse(os.path.exists(marker))


class Application(unittest.TestCase):
    def defines(self, text):
        folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, folder)
        file = os.path.join(folder, "passenger_wsgi.py")
        with open(file, "w") as written:
            written.write(text)
        return startup_file.read_startup_file(file, "/home/ann")["defines"]

    def test_what_gives_the_name_a_value(self):
        for text in (
            "application = 1",
            "application: object = 1",
            "from app import app as application",
            "from app import *",
            "import application",
            "def application(environ, start_response): pass",
            "class application: pass",
            "try:\n    from a import application\nexcept ImportError:\n    pass",
            "try:\n    pass\nexcept ImportError:\n    application = 1",
            "if 1:\n    pass\nelse:\n    application = 1",
            "app = application = 1",
            "a, application = 1, 2",
            "globals()['application'] = 1",
            "exec(open('wsgi.py').read())",
        ):
            with self.subTest(text):
                self.assertTrue(self.defines(text))

    def test_what_does_not(self):
        for text in (
            "",
            "app = 1",
            "from app import application as app",
            "def make():\n    application = 1",
            "app = application",
        ):
            with self.subTest(text):
                self.assertFalse(self.defines(text))


if __name__ == "__main__":
    unittest.main()

"""Tests of facts.py: what Python tells of files that it does not import."""

import importlib.util
import json
import os
import py_compile
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAM = os.path.join(HERE, "facts.py")


def load():
    spec = importlib.util.spec_from_file_location("facts", PROGRAM)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


facts = load()


class InFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = os.path.realpath(folder.name)

    def write(self, files):
        for name, text in files.items():
            path = os.path.join(self.folder, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w") as stream:
                stream.write(text)

    def sources(self, files, module=None):
        self.write(files)
        modules = facts.Modules([self.folder])
        file = os.path.join(self.folder, "app.py")
        target = {"module": module} if module else {"file": file}
        return facts.find_sources(target, modules)

    def places(self, found):
        return [
            (os.path.relpath(one["file"], self.folder), one["line"])
            for one in found
        ]


class SourcesTest(InFolder):
    def test_follows_imports_and_imports_nothing(self):
        found = self.sources({
            "app.py": "import a\nfrom pkg import b\nfrom pkg.c import d\n"
            'raise SystemExit("ran")\n',
            "a.py": "import not_there_one\n",
            "pkg/__init__.py": "",
            "pkg/b.py": "from . import e\n",
            "pkg/c.py": "d = 1\n",
            "pkg/e.py": "def x(:\n",
            "unrelated.py": "def y(:\n",
        })
        self.assertEqual([one["name"] for one in found["missing"]],
                         ["not_there_one"])
        self.assertEqual(self.places(found["missing"]), [("a.py", 1)])
        self.assertEqual(self.places(found["syntax"]), [("pkg/e.py", 1)])
        self.assertEqual(found["files"], 6)

    def test_does_not_mind_imports_that_may_fail(self):
        for text in (
            "try:\n    import not_there\nexcept ImportError:\n    pass\n",
            "import typing\nif typing.TYPE_CHECKING:\n    import not_there\n",
            "def later():\n    import not_there\n",
            'import sys\nsys.path.insert(0, "/x")\nimport not_there\n',
            "import json, os.path, xml.etree.ElementTree as e\n",
            "from __future__ import annotations\n",
        ):
            found = self.sources({"app.py": text})
            self.assertEqual(found["missing"], [], text)

    def test_minds_imports_below_with_and_finally(self):
        for text in (
            "with open('/dev/null'):\n    import not_there\n",
            "try:\n    import not_there\nfinally:\n    pass\n",
        ):
            found = self.sources({"app.py": text})
            self.assertEqual(len(found["missing"]), 1, text)

    def test_finds_variables_that_are_read_without_a_default(self):
        for text, names in (
            ('os.environ["A_B"]', ["A_B"]),
            ('x = f(os.environ["A_B"], 1)', ["A_B"]),
            ('os.environ.get("A_B")', []),
            ('def f():\n    return os.environ["A_B"]', []),
            ('os.environ["A_B"] = "1"\nos.environ["A_B"]', []),
            ('load_dotenv()\nos.environ["A_B"]', []),
        ):
            found = self.sources({"app.py": "import os\n%s\n" % text})
            self.assertEqual(
                [one["name"] for one in found["needed"]], names, text
            )

    def test_finds_keys_that_each_process_makes_for_itself(self):
        for text, names in (
            ("app.secret_key = os.urandom(24)", ["secret_key"]),
            ("SECRET_KEY = secrets.token_hex(16)", ["SECRET_KEY"]),
            ("app.config['SECRET_KEY'] = str(uuid.uuid4())", ["SECRET_KEY"]),
            ("SECRET_KEY = base64.b64encode(os.urandom(9)).decode()", ["SECRET_KEY"]),
            ("def create_app():\n    app.secret_key = os.urandom(9)", ["secret_key"]),
            ("class Config:\n    SECRET_KEY = os.urandom(9)", ["SECRET_KEY"]),
            # It may come from elsewhere, or be another thing.
            ("SECRET_KEY = os.environ.get('KEY', secrets.token_hex())", []),
            ("SECRET_KEY = os.getenv('KEY') or secrets.token_hex()", []),
            ("SECRET_KEY = key if key else os.urandom(9)", []),
            ("SECRET_KEY = load(os.urandom(9))", []),
            ("SECRET_KEY = b'12345'", []),
            ("token = secrets.token_hex()", []),
            ("def f():\n    app.secret_key = os.urandom(24)", []),
            ("if DEBUG:\n    app.secret_key = os.urandom(24)", []),
            ("if __name__ == '__main__':\n    app.secret_key = os.urandom(24)", []),
            ("app.secret_key = os.urandom(9)\napp.secret_key = read()", []),
            ("app.secret_key = os.urandom(9)\napp.config.from_envvar('X')", []),
            ("SECRET_KEY = os.urandom(9)\nfrom local import *", []),
        ):
            found = self.sources({"app.py": "import os\n%s\n" % text})
            self.assertEqual([one["name"] for one in found["keys"]], names, text)

    def test_finds_such_a_key_in_the_settings_of_django(self):
        found = self.sources({
            "app.py": "import os\n"
            'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")\n'
            'os.environ.setdefault("OTHER", "mysite.other")\n',
            "mysite/__init__.py": "",
            "mysite/settings.py": "\nSECRET_KEY = get_random_secret_key()\n",
            "mysite/other.py": "SECRET_KEY = os.urandom(9)\n",
        })
        self.assertEqual(self.places(found["keys"]), [("mysite/settings.py", 2)])
        broken = self.sources({"mysite/settings.py": "SECRET_KEY = (\n"})
        self.assertEqual(broken["keys"], [])

    def test_finds_a_module_that_nobody_has(self):
        found = self.sources({}, "not_there.wsgi")
        self.assertEqual(found["target_missing"], "not_there")
        found = self.sources({"here/wsgi.py": ""}, "here.wsgi")
        self.assertNotIn("target_missing", found)

    def test_compares_cached_code_with_its_source(self):
        file = os.path.join(self.folder, "app.py")

        def stale(text):
            self.write({"app.py": text})
            os.utime(file, (1767225600, 1767225600))
            if not os.path.isdir(os.path.join(self.folder, "__pycache__")):
                py_compile.compile(file)
            return len(self.sources({})["stale"])

        self.assertEqual(stale("x = 'World'\n"), 0)
        self.assertEqual(stale("x = 'WORLD'\n"), 1)

    def test_waits_for_no_fifo_and_goes_in_no_circle(self):
        files = {"app.py": "import other\n", "other.py": "import app\n"}
        self.assertEqual(self.sources(files)["files"], 2)
        os.remove(os.path.join(self.folder, "app.py"))
        os.mkfifo(os.path.join(self.folder, "app.py"))
        self.assertEqual(self.sources({})["syntax"], [])

    def test_tells_of_code_that_nests_too_deeply_nothing(self):
        found = self.sources({"app.py": "x = " + "-" * 100000 + "1\n"})
        self.assertEqual(found["files"], 1)


class ModulesTest(InFolder):
    def test_finds_names_of_pythons_own(self):
        self.write({"app.py": "", "random.py": "", "test.py": "",
                    "json/__init__.py": "", "csv/data.txt": ""})
        shadows = facts.Modules([self.folder]).find_shadows()
        self.assertEqual(
            [os.path.relpath(file, self.folder) for file in shadows],
            ["json", "random.py"] if hasattr(sys, "stdlib_module_names") else [],
        )

    def test_takes_what_cannot_be_looked_for_as_installed(self):
        modules = facts.Modules([])
        self.assertTrue(modules.is_installed("json.decoder"))
        self.assertFalse(modules.is_installed("not_there"))
        with mock.patch.object(
            importlib.util, "find_spec", side_effect=ValueError
        ):
            self.assertTrue(modules.is_installed("in_doubt"))


class PackagesTest(InFolder):
    def install(self, name, needs=(), record=()):
        lines = ["Metadata-Version: 2.1", "Name: " + name, "Version: 1.0"]
        lines += ["Requires-Dist: " + each for each in needs]
        self.write({
            "lib/" + name + "-1.0.dist-info/METADATA": "\n".join(lines + ["", ""]),
            "lib/" + name + "-1.0.dist-info/RECORD": "".join(
                "%s,sha256=x,1\n" % path for path in record
            ),
        })

    def test_judges_the_packages_of_an_environment_by_what_pip_wrote(self):
        self.install("other")
        self.install("Half.Done", [
            "other>=2",
            "other<9",
            'never-asked-for; extra == "docs"',
            'of-python-2; python_version < "3"',
            'asked-for; extra == "docs" or python_version > "3"',
        ], ["half/there.py", "half/lost.py", "half/data.txt",
            "half/tests/test_half.py", "../../bin/half"])
        self.write({"lib/half/there.py": ""})
        with mock.patch.object(sys, "path", [self.folder + "/lib"] + sys.path), \
                mock.patch.object(sys, "prefix", self.folder):
            found = facts.find_packages()
        self.assertEqual(found["damaged"], [
            {"name": "Half.Done", "count": 1, "file": "half/lost.py"},
        ])
        if "conflicts" not in found:
            self.skipTest("neither pip nor packaging is installed here")
        needs = {"name": "Half.Done", "version": "1.0"}
        self.assertEqual(found["conflicts"], [
            dict(needs, needs="other>=2", has="1.0"),
            dict(needs, needs="asked-for", has=None),
        ])

    def test_does_not_judge_the_packages_of_the_system(self):
        with mock.patch.object(sys, "prefix", sys.base_prefix):
            self.assertEqual(facts.find_packages(), {})


class ProgramTest(InFolder):
    def ask(self, question):
        run = subprocess.run(
            [sys.executable, "-I", PROGRAM, json.dumps(question)],
            stdout=subprocess.PIPE, check=True, universal_newlines=True,
        )
        return json.loads(run.stdout.split(facts.MARK)[1])

    def test_answers_with_a_line_of_json_behind_its_mark(self):
        self.write({"app.py": "import not_there\n"})
        file = os.path.join(self.folder, "app.py")
        answer = self.ask({"target": {"file": file}, "path": [self.folder]})
        self.assertNotIn("failed", answer)
        self.assertEqual(answer["version"], list(sys.version_info[:3]))
        self.assertEqual(answer["prefix"], sys.prefix)
        self.assertEqual(self.places(answer["missing"]), [("app.py", 1)])

    def test_names_a_part_that_failed_and_tells_the_others(self):
        answer = self.ask({"path": [os.path.join(self.folder, "gone")]})
        self.assertEqual(len(answer["failed"]), 1)
        self.assertNotIn("shadows", answer)
        self.assertEqual(answer["missing"], [])

    def test_says_only_how_old_an_old_python_is(self):
        with mock.patch.object(sys, "version_info", (3, 7, 1)):
            answer = facts.find_facts({"path": []})
        self.assertEqual(
            sorted(answer), ["base", "executable", "prefix", "version"]
        )


if __name__ == "__main__":
    unittest.main()

"""Tells what only Python knows of a site: its version, its packages, and the
imports of the application, followed without importing anything.

`wsgi-shim check` runs this text in the site's own interpreter, with a question
as its argument: `{"target": {"file": …} or {"module": …}, "path": [folder, …]}`.
The answer is a line of JSON behind a mark; its form is in facts.ts.

Must be valid on Python 3.6, so that an old one can say that it is old.
"""

import ast
import importlib.util
import json
import marshal
import os
import sys
from importlib.machinery import PathFinder

# Precedes the answer, so that a noisy sitecustomize does not spoil it.
MARK = "wsgi-shim-facts:"

MOST_FILES = 400
MOST_BYTES = 2000000
MOST_NAMES = 5000
# Of files that packages have put down: to look at each takes time.
MOST_RECORDED = 40000
MOST_TOLD = 50

# What a Python that was built without its library lacks.
OPTIONAL = {
    "ssl": "_ssl",
    "sqlite3": "_sqlite3",
    "ctypes": "_ctypes",
    "zlib": "zlib",
    "bz2": "_bz2",
    "lzma": "_lzma",
}
# Nobody misses these where a file of the site hides them.
HARMLESS = {
    "test", "this", "antigravity", "idlelib", "turtledemo", "lib2to3",
    "__main__", "__future__",
}
# Where one of these is in a source, it sets sys.path or the environment.
PATH_WORDS = (b"sys.path", b"addsitedir", b"meta_path")
ENVIRON_WORDS = (
    b"load_dotenv", b"environ.update", b"read_env", b"putenv",
    b"environ.setdefault",
)
# Where one of these is in a source, a key may come from elsewhere after all.
OTHER_KEYS = (
    b"from_envvar", b"from_pyfile", b"from_file", b"from_prefixed_env",
    b"from_json", b"import *",
)
FRESH = (
    "urandom", "token_hex", "token_bytes", "token_urlsafe", "uuid4",
    "get_random_secret_key",
)
HARMLESS_CALLS = ("hex", "str", "decode", "b64encode", "urlsafe_b64encode", "hexlify")
FACTORIES = ("create_app", "make_app")
LATER = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.If, ast.Try,
    ast.While, ast.For,
)


def find_incomplete():
    """The modules of the standard library that this Python lacks."""
    find = importlib.util.find_spec
    return sorted(name for name in OPTIONAL if find(OPTIONAL[name]) is None)


class Modules:
    """Where modules are found: the site's own folders, and Python's path.

    The folders are never on sys.path: what this program imports must not be
    the user's.
    """

    def __init__(self, folders):
        self.folders = folders
        self.standard = set(getattr(sys, "stdlib_module_names", ()))
        self.standard.update(sys.builtin_module_names)
        self._known = {}

    def local(self, name):
        """The file of a module in the site's own folders, or None."""
        for folder in self.folders:
            stem = os.path.join(folder, *name.split("."))
            found = file_of(stem)
            if found:
                return found
        return None

    def is_installed(self, name):
        """Whether Python finds the first part of the name; yes if in doubt."""
        top = name.split(".")[0]
        if top not in self._known:
            try:
                self._known[top] = (
                    top in self.standard
                    or importlib.util.find_spec(top) is not None
                    or PathFinder.find_spec(top, self.folders) is not None
                )
            except Exception:
                self._known[top] = True
        return self._known[top]

    def find_shadows(self):
        """Files of the first folder that hide a standard module."""
        shadows = []
        for folder in self.folders[:1]:
            for name in os.listdir(folder)[:MOST_NAMES]:
                stem = name[:-3] if name.endswith(".py") else name
                if stem not in self.standard or stem in HARMLESS:
                    continue
                file = os.path.join(folder, name)
                is_package = os.path.isfile(os.path.join(file, "__init__.py"))
                if name.endswith(".py") or is_package:
                    shadows.append(file)
        return sorted(shadows)


def file_of(stem):
    """The source file of a module, by its path without an ending."""
    for file in (os.path.join(stem, "__init__.py"), stem + ".py"):
        if os.path.isfile(file):
            return file
    return None


def imports_in(body, weak=False):
    """Imports that run with a module: name, names, level, line, weak.

    An import is weak where it may fail or be left out, below `if` and `try`,
    and in a context that may take its exception, as `contextlib.suppress`.
    """
    for node in body:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, [], 0, node.lineno, weak
        elif isinstance(node, ast.ImportFrom):
            names = [alias.name for alias in node.names]
            yield node.module or "", names, node.level, node.lineno, weak
        elif isinstance(node, (ast.If, ast.Try, ast.With)):
            may_fail = (
                isinstance(node, ast.If)
                or isinstance(node, ast.Try) and bool(node.handlers)
                or isinstance(node, ast.With) and not all(map(lets_out, node.items))
            )
            for part in ("body", "orelse", "finalbody"):
                inner = getattr(node, part, ())
                yield from imports_in(inner, weak or may_fail)


def lets_out(item):
    """Tell whether a context of `with` is known to let exceptions out."""
    call = getattr(item.context_expr, "func", None)
    name = getattr(call, "attr", getattr(call, "id", None))
    return name in ("app_context", "test_request_context", "catch_warnings", "open")


def variable_in(node):
    """`NAME` of `os.environ["NAME"]`, or None."""
    if not isinstance(node, ast.Subscript):
        return None
    value = node.value
    name = getattr(value, "attr", getattr(value, "id", None))
    key = getattr(node.slice, "value", node.slice)  # an Index before 3.9
    key = getattr(key, "value", key)
    return key if name == "environ" and isinstance(key, str) else None


def settings_in(tree):
    """Modules that a source names as Django's settings."""
    for node in ast.walk(tree):
        words = [getattr(arg, "value", getattr(arg, "s", None))
                 for arg in getattr(node, "args", ()) or ()] \
            if isinstance(node, ast.Call) else []
        if len(words) == 2 and words[0] == "DJANGO_SETTINGS_MODULE":
            if isinstance(words[1], str):
                yield words[1]


def variables_read(body):
    """Variables that a module reads at its top level: name, line."""
    for node in body:
        if isinstance(node, LATER):
            continue
        for inner in ast.walk(node):
            key = variable_in(inner)
            if key and isinstance(inner.ctx, ast.Load):
                yield key, inner.lineno


def calls_in(node):
    """The names of what an expression calls: `secrets.token_hex`, `getenv`."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Call):
            func = inner.func
            yield getattr(func, "attr", getattr(func, "id", None))


def is_made_anew(value):
    """Whether an expression gives another value in each process, for sure."""
    chosen = (ast.BoolOp, ast.IfExp, ast.Subscript, ast.Lambda)
    if any(isinstance(inner, chosen) for inner in ast.walk(value)):
        return False
    called = list(calls_in(value))
    return any(name in FRESH for name in called) and all(
        name in FRESH + HARMLESS_CALLS for name in called
    )


def keys_made_anew(body):
    """Keys of sessions that each process makes for itself: name, line.

    Only those that are set once in a file, where it is sure that it runs.
    """
    found, names = [], []
    for node in body:
        inner = [node]
        if isinstance(node, ast.FunctionDef) and node.name in FACTORIES:
            inner = node.body
        elif isinstance(node, ast.ClassDef):
            inner = node.body
        for each in inner:
            if not isinstance(each, ast.Assign) or len(each.targets) != 1:
                continue
            target = each.targets[0]
            name = getattr(target, "attr", getattr(target, "id", None))
            if isinstance(target, ast.Subscript):
                key = getattr(target.slice, "value", target.slice)
                name = getattr(key, "value", key)
            if isinstance(name, str) and name.lower() == "secret_key":
                names.append(name)
                if is_made_anew(each.value):
                    found.append((name, each.lineno))
    return found if len(names) == 1 else []


def is_stale(file, cached, code):
    """Whether Python would take a cached copy that is not of this source."""
    with open(cached, "rb") as stream:
        old = stream.read()
    stat = os.stat(file)

    def number(at):
        return int.from_bytes(old[at:at + 4], "little")

    return (
        old[:4] == importlib.util.MAGIC_NUMBER
        and number(4) == 0
        and number(8) == int(stat.st_mtime) & 0xFFFFFFFF
        and number(12) == stat.st_size & 0xFFFFFFFF
        and marshal.loads(old[16:]) != code
    )


def read_source(file):
    """The bytes of a source, or None."""
    try:
        # Opening a FIFO would wait for its other end.
        if not os.path.isfile(file) or os.path.getsize(file) > MOST_BYTES:
            return None
        with open(file, "rb") as stream:
            return stream.read()
    except OSError:
        return None


class Sources:
    """Follows the imports of an application, and notes what it sees."""

    def __init__(self, modules):
        self.modules = modules
        self.syntax, self.missing, self.stale, self.needed = [], [], [], []
        self.keys = []
        self.changes_path = self.changes_environ = False
        self._seen = set()
        self._pending = []

    def follow(self, file):
        """Reads a file, and all of the site's own that it leads to."""
        self._pending.append((file, False))
        while self._pending and len(self._seen) < MOST_FILES:
            file, weak = self._pending.pop(0)
            real = os.path.realpath(file)
            if real not in self._seen:
                self._seen.add(real)
                try:
                    self._read(file, weak)
                except RecursionError:
                    pass

    def _read(self, file, weak):
        text = read_source(file)
        if text is None:
            return
        try:
            code = compile(text, file, "exec", dont_inherit=True)
            tree = ast.parse(text, file)
        except SyntaxError as error:
            if not weak:
                self.syntax.append({
                    "file": file, "line": error.lineno, "column": error.offset,
                    "type": type(error).__name__,
                    "message": str(error.msg)[:200],
                })
            return
        except (ValueError, RecursionError, MemoryError, OverflowError):
            return
        if any(word in text for word in PATH_WORDS):
            self.changes_path = True
        if any(word in text for word in ENVIRON_WORDS) or any(
            variable_in(node) and isinstance(node.ctx, ast.Store)
            for node in ast.walk(tree)
        ):
            self.changes_environ = True
        for name, line in variables_read(tree.body):
            self.needed.append({"name": name, "file": file, "line": line})
        for found in imports_in(tree.body, weak):
            self._lead(file, *found)
        if not any(word in text for word in OTHER_KEYS):
            for name, line in keys_made_anew(tree.body):
                self.keys.append({"name": name, "file": file, "line": line})
        for name in settings_in(tree):
            settings = self.modules.local(name)
            if settings:
                self._read_settings(settings)
        try:
            cached = importlib.util.cache_from_source(file)
            if is_stale(file, cached, code):
                self.stale.append({"file": file, "cached": cached})
        except Exception:
            pass

    def _read_settings(self, file):
        """Looks for a key in Django's settings, which nothing imports by name."""
        text = read_source(file)
        if text is None or any(word in text for word in OTHER_KEYS):
            return
        try:
            tree = ast.parse(text, file)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return
        for name, line in keys_made_anew(tree.body):
            self.keys.append({"name": name, "file": file, "line": line})

    def _lead(self, file, module, names, level, line, weak):
        """Goes on to the files of one import."""
        if level:
            base = file
            for _ in range(level):
                base = os.path.dirname(base)
            parts = module.split(".") if module else []
            stems = [os.path.join(base, *parts)] if parts else []
            stems += [os.path.join(base, *(parts + [name])) for name in names]
            for stem in stems:
                found = file_of(stem)
                if found:
                    self._pending.append((found, weak))
            return
        parts = module.split(".")
        ways = [".".join(parts[:size + 1]) for size in range(len(parts))]
        ways += [module + "." + name for name in names]
        found = [file for file in map(self.modules.local, ways) if file]
        self._pending += [(each, weak) for each in found]
        if not found and not weak and not self.modules.is_installed(module):
            self.missing.append({"name": parts[0], "file": file, "line": line})

    def answer(self):
        """What was seen, but for what the code itself may set right."""
        return {
            "syntax": self.syntax,
            "missing": [] if self.changes_path else self.missing,
            "needed": [] if self.changes_environ else self.needed,
            "stale": self.stale,
            "keys": self.keys,
            "files": len(self._seen),
        }


def find_sources(target, modules):
    """What the application's own sources tell."""
    sources = Sources(modules)
    name = target.get("module")
    first = target.get("file") or (modules.local(name) if name else None)
    if first:
        sources.follow(first)
    answer = sources.answer()
    if name and not first and not modules.is_installed(name):
        answer["target_missing"] = name.split(".")[0]
    return answer


def same_name(name):
    """The name of a distribution as the index compares it."""
    return name.lower().replace("_", "-").replace(".", "-")


def find_packages():
    """What is wrong with the distributions of this environment."""
    from importlib import metadata  # new in 3.8

    if sys.prefix == sys.base_prefix:
        return {}  # The system's own packages are not the site's to judge.
    damaged, versions, needs, budget = [], {}, [], MOST_RECORDED
    prefix = os.path.realpath(sys.prefix) + os.sep
    for dist in metadata.distributions():
        told = dist.metadata  # parsed anew each time that it is asked for
        if not told or not told["Name"]:
            continue
        name, version = told["Name"], told["Version"]
        if same_name(name) in versions:
            continue
        versions[same_name(name)] = version
        home = str(dist.locate_file(""))
        if not os.path.realpath(home).startswith(prefix):
            continue
        wanted = told.get_all("Requires-Dist") or dist.requires or []
        needs.append((name, version, wanted))
        files = files_of(dist.read_text("RECORD") or "")[:budget]
        budget -= len(files)
        lost = [
            file for file in files
            if not os.path.exists(os.path.join(home, file))
        ]
        if lost:
            damaged.append(
                {"name": name, "count": len(lost), "file": lost[0]}
            )
    answer = {"damaged": damaged[:MOST_TOLD], "distributions": len(versions)}
    try:
        conflicts = find_conflicts(needs, versions)
        answer["conflicts"] = conflicts[:MOST_TOLD]
    except ImportError:
        pass
    return answer


def files_of(record):
    """The sources and libraries that a RECORD lists.

    Its lines are path, hash and size; dist.files makes an object of each. A
    package's own tests are often taken away, to save room, and are not missed.
    """
    paths = [line.split(",")[0] for line in record.splitlines()]
    return [
        path for path in paths
        if path.endswith((".py", ".so")) and not path.startswith(("..", '"'))
        and not {"test", "tests"}.intersection(path.split("/")[:-1])
    ]


def find_conflicts(needs, versions):
    """Distributions that ask for others than those that are there."""
    try:
        from pip._vendor.packaging.requirements import Requirement
    except Exception:
        from packaging.requirements import Requirement
    conflicts = []
    for name, version, requires in needs:
        for text in requires:
            marker = text.partition(";")[2]
            if "extra" in marker and " or " not in marker:
                continue  # of an extra: most are, and parsing each takes time
            try:
                wanted = Requirement(text)
                if wanted.marker and not wanted.marker.evaluate({"extra": ""}):
                    continue
                has = versions.get(same_name(wanted.name))
                fits = has is not None and wanted.specifier.contains(
                    has, prereleases=True
                )
            except Exception:
                continue
            if not fits:
                conflicts.append({
                    "name": name, "version": version,
                    "needs": wanted.name + str(wanted.specifier), "has": has,
                })
    return conflicts


def find_facts(question):
    """Everything; a part that fails is left out, and named in `failed`."""
    answer = {
        "version": list(sys.version_info[:3]),
        "prefix": sys.prefix,
        "base": sys.base_prefix,
        "executable": sys.executable,
    }
    if sys.version_info < (3, 8):
        return answer
    modules = Modules(question["path"])
    target = question.get("target") or {}
    for part in (
        lambda: {"incomplete": find_incomplete()},
        lambda: find_sources(target, modules),
        lambda: {"shadows": modules.find_shadows()},
        find_packages,
    ):
        try:
            answer.update(part())
        except Exception as error:
            answer.setdefault("failed", []).append(repr(error)[:200])
    return answer


if __name__ == "__main__":
    facts = find_facts(json.loads(sys.argv[1]))
    sys.stdout.write("\n" + MARK + json.dumps(facts) + "\n")

"""The site in another server than Passenger, by way of `passenger_wsgi.py`.

LiteSpeed's lswsgi, gunicorn and their like load a WSGI application in a
process that is theirs. The judge decides as at the other doors; the
application is loaded by the rules of the worker, and handed to the server.

Nothing ends or replaces the process, for not every server starts another. A
start that failed is tried again in place, by each process for itself: a server
may have loaded the page once and forked.
"""

import importlib
import importlib.machinery
import json
import os
import subprocess
import sys
import sysconfig
import threading
import time

from . import facts, home, loading, streams

ANSWER_SECONDS = 30  # that the judge may take
LOOK_SECONDS = 1  # between two looks whether the site is mended
LOOK_SHARE = 10  # a look may take this part of the time at most
KINDS_LIMIT = 3  # of Accept headers that get a page of their own
NODES = (
    "/usr/bin/node",
    "/usr/bin/nodejs",
    "/usr/local/bin/node",
    "/opt/node/bin/node",
    "/snap/bin/node",
    "/opt/homebrew/bin/node",
)


def begin(app_root, command, node, last_words):
    """Return what the server is to serve: the application, or a page.

    `last_words` makes the page of a site that nothing can be said of.
    """
    if loading.is_begun:
        # The application's own code imports `passenger_wsgi`.
        return loading.loaded or loaded_later
    streams.errors = sys.stderr
    try:
        return start(Judge(app_root, command, node))
    except Unanswered as error:
        return last_words(str(error))
    except Exception as error:
        return last_words("The host has a fault: %s" % brief(error))


def loaded_later(environ, start_response):
    """Stand for the application where it is imported while it is loaded."""
    return loading.loaded(environ, start_response)


def brief(error):
    """Say in a line what an exception of ours is."""
    return "%s: %s" % (type(error).__name__, error)


class Unanswered(Exception):
    """Nothing of ours decides; its text says what was tried, or why."""


class Judge:
    """The program that knows the rules."""

    def __init__(self, app_root, command, node):
        self._app_root = app_root
        # It judges what the server gives to the site, not what that makes of it.
        self._environment = dict(os.environ)
        runtime = os.path.join(app_root, "shim", "runtime.cjs")
        nodes = [node] if node else []
        for folder in os.environ.get("PATH", "").split(os.pathsep):
            if os.path.isabs(folder):
                nodes.append(os.path.join(folder, "node"))
        self._commands = []
        for each in nodes + list(NODES):
            words = [each, runtime]
            if words not in self._commands and (each == node or os.path.exists(each)):
                self._commands.append(words)
        if command:
            self._commands.append(list(command))

    def ask(self, **question):
        """Ask, and return the answer, with a page or orders."""
        question.setdefault("accept", "")
        told = json.dumps(dict(question, pid=os.getpid())).encode()
        tried = []
        for command in self._commands:
            try:
                return self._run(command + ["door", "guest", self._app_root], told)
            except (OSError, ValueError, subprocess.SubprocessError) as error:
                tried.append("%s: %s" % (command[0], error))
        raise Unanswered("\n".join(tried) or "there is neither a command nor Node")

    def _run(self, words, told):
        ran = subprocess.run(
            words,
            input=told,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            timeout=ANSWER_SECONDS,
            env=self._environment,
        )
        # A server that waits for children of its own may take the status away.
        if ran.returncode or not ran.stdout:
            said = ran.stderr.decode("utf-8", "replace").strip()[-1000:]
            raise ValueError("it ended with status %d: %s" % (ran.returncode, said))
        answer = json.loads(ran.stdout)
        if not isinstance(answer, dict) or not {"orders", "page", "doubt"} & set(answer):
            raise ValueError("it has answered something else")
        if "doubt" in answer:
            raise Unanswered(answer["doubt"])
        return answer


def start(judge):
    """Ask the judge, and do what it says; return the application or a Page."""
    answer = judge.ask()
    if "orders" in answer and not home.is_at_home(answer["interpreter"]):
        stranger = {"executable": sys.executable or "", "python": sys.version.split()[0]}
        answer = judge.ask(stranger=stranger)
    if "orders" in answer:
        began = time.time()
        try:
            return load(answer["orders"], answer["interpreter"])
        except facts.Failed as failed:
            failure = dict(failed.failure, began=int(began * 1000))
            answer = judge.ask(failure=failure)
    return Page(answer, judge)


def load(orders, interpreter):
    """Load the application, or raise Failed and leave no trace of it."""
    before = Ground()
    os.environ.update(orders["environment"])
    home.add_paths(interpreter, orders["environment"].get("PYTHONPATH", ""))
    facts.given = dict(os.environ)
    importlib.invalidate_caches()  # what is new since an earlier try
    loading.is_begun = True
    try:
        settings = dict(orders["settings"], interpreter=interpreter)
        loading.loaded, interface = loading.load(settings)
        if interface != "wsgi":
            from . import bridge

            loading.loaded = bridge.Bridge(loading.loaded, interface, orders["settings"])
        return loading.loaded
    except BaseException:
        loading.is_begun = False
        before.restore()
        raise
    finally:
        before.restore_arguments()


class Ground:
    """What an import changes in a process, to be as before one that failed."""

    def __init__(self):
        self._modules = set(sys.modules)
        self._path = list(sys.path)
        self._arguments = getattr(sys, "argv", None)  # none in some embedded Pythons
        self._environ = os.environ
        self._environment = dict(os.environ)
        try:
            self._directory = os.getcwd()
        except OSError:
            self._directory = None

    def restore_arguments(self):
        """Let sys.argv be the server's again."""
        if self._arguments is not None:
            sys.argv = self._arguments

    def restore(self):
        """Undo all else that can be undone."""
        os.environ = self._environ
        for name in set(os.environ) - set(self._environment):
            del os.environ[name]
        os.environ.update(self._environment)
        sys.path[:] = self._path
        if self._directory is not None:
            try:
                os.chdir(self._directory)
            except OSError:
                pass
        self._forget_modules()

    def _forget_modules(self):
        """Have what was imported since imported anew.

        A module may hold what the failure left half done, as Django's registry
        of applications does, and may have been mended. Compiled ones cannot be
        loaded twice, so packages that have any are kept as a whole.
        """
        new = [name for name in sys.modules if name not in self._modules]
        kept = set(sys.builtin_module_names)
        for name in new:
            file = getattr(sys.modules[name], "__file__", None) or ""
            if is_compiled(file) or is_standard(file):
                kept.add(name.split(".")[0])
        for name in new:
            if name.split(".")[0] not in kept:
                sys.modules.pop(name, None)


def is_compiled(file):
    """Tell whether the file of a module is no Python source."""
    return file.endswith(tuple(importlib.machinery.EXTENSION_SUFFIXES))


def is_standard(file):
    """Tell whether the file of a module belongs to the standard library."""
    library = sysconfig.get_path("stdlib") + os.sep
    return file.startswith(library) and "-packages" not in file[len(library) :]


class Page:
    """A WSGI application that shows a page until the site is mended."""

    def __init__(self, answer, judge):
        self._judge = judge
        self._lock = threading.Lock()
        self._application = None
        self._due = time.monotonic() + LOOK_SECONDS
        self._keep(answer, "")

    def _keep(self, answer, accept):
        self._state = answer.get("state")
        self._pages = {accept: read_page(answer)}

    def __call__(self, environ, start_response):
        accept = environ.get("HTTP_ACCEPT", "")
        # One looks, others need not wait for it.
        if not self._application and self._lock.acquire(False):
            try:
                self._look(accept)
            finally:
                self._lock.release()
        if self._application:
            return self._application(environ, start_response)
        pages = self._pages
        status, headers, body = pages.get(accept) or next(iter(pages.values()))
        drain(environ)
        start_response(status, list(headers))
        return [] if environ.get("REQUEST_METHOD") == "HEAD" else [body]

    def _look(self, accept):
        """See whether the site is mended; if so, load it."""
        began = time.monotonic()
        is_due = began >= self._due
        if not is_due and (accept in self._pages or len(self._pages) >= KINDS_LIMIT):
            return
        try:
            answer = self._judge.ask(accept=accept, state=self._state)
            if is_due:
                took = time.monotonic() - began
                self._due = began + max(LOOK_SECONDS, LOOK_SHARE * took)
            if not answer.get("isMended"):
                if is_due:
                    self._keep(answer, accept)
                else:
                    self._pages = dict(self._pages, **{accept: read_page(answer)})
                return
            started = start(self._judge)
        except Exception as error:
            # What is shown stays true as far as anybody knows.
            self._due = time.monotonic() + LOOK_SECONDS
            print("wsgi-shim: %s" % brief(error), file=streams.errors)
            return
        if isinstance(started, Page):
            self._state = started._state
            self._pages = started._pages
            self._due = started._due
        else:
            # The server knows this object, and nothing restarts it for us.
            self._application = started


def read_page(answer):
    """Return the status, headers and body of a page."""
    page = answer["page"]
    body = page["body"].encode("utf-8")
    headers = [tuple(pair) for pair in page["headers"]]
    return page["status"], headers + [("Content-Length", str(len(body)))], body


def drain(environ):
    """Read a small body: a client that is still sending would not read the answer."""
    try:
        length = int(environ.get("CONTENT_LENGTH") or 0)
        if 0 < length < 1 << 20:
            environ["wsgi.input"].read(length)
    except Exception:
        pass  # it is gone

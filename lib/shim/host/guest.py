"""The site in another server than Passenger, by way of `passenger_wsgi.py`.

LiteSpeed's lswsgi, gunicorn and their like load a WSGI application in a
process that is theirs. The judge decides as at the other doors; the
application is loaded by the rules of the worker, and handed to the server.
"""

import importlib.machinery
import json
import os
import subprocess
import sys
import sysconfig
import threading
import time

from . import facts, loading, streams

ANSWER_SECONDS = 30  # that the judge may take
LOOK_SECONDS = 1  # between two looks whether the site is mended
KINDS_LIMIT = 10  # of Accept headers that get a page of their own
NODES = ("/usr/bin/node", "/usr/bin/nodejs", "/usr/local/bin/node")


class Unanswered(Exception):
    """No judge can be run; its text says what was tried."""


class Judge:
    """The program that knows the rules."""

    def __init__(self, app_root, command, node):
        self._app_root = app_root
        runtime = os.path.join(app_root, "shim", "runtime.cjs")
        nodes = [node] if node else []
        for folder in os.environ.get("PATH", "").split(os.pathsep):
            nodes.append(os.path.join(folder, "node"))
        self._commands = []
        for each in nodes + list(NODES):
            words = [each, runtime]
            if words not in self._commands and (each == node or os.path.exists(each)):
                self._commands.append(words)
        if command:
            self._commands.append(list(command))

    def ask(self, **question):
        """Ask, and return the answer."""
        question.setdefault("accept", "")
        told = json.dumps(dict(question, pid=os.getpid())).encode()
        tried = []
        for command in self._commands:
            try:
                return self._run(command + ["door", "guest", self._app_root], told)
            except (OSError, ValueError, subprocess.SubprocessError) as error:
                tried.append("%s: %s" % (command[0], error))
        raise Unanswered("\n".join(tried) or "there is neither a command nor Node")

    @staticmethod
    def _run(words, told):
        ran = subprocess.run(
            words,
            input=told,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            timeout=ANSWER_SECONDS,
        )
        if ran.returncode:
            said = ran.stderr.decode("utf-8", "replace").strip()[-1000:]
            raise ValueError("it ended with status %d: %s" % (ran.returncode, said))
        return json.loads(ran.stdout)


class Page:
    """A WSGI application that shows a page until the site is mended."""

    def __init__(self, answer, judge, start):
        self._judge = judge
        self._start = start
        self._lock = threading.Lock()
        self._application = None
        self._keep(answer, "")

    def _keep(self, answer, accept):
        self._state = answer.get("state")
        self._pages = {accept: answer["page"]}
        self._looked = time.monotonic()

    def __call__(self, environ, start_response):
        with self._lock:
            application = self._application or self._look(environ)
        if application:
            return application(environ, start_response)
        # A client that is still sending would not read the answer.
        length = environ.get("CONTENT_LENGTH") or "0"
        if length.isdigit() and 0 < int(length) < 1 << 20:
            environ["wsgi.input"].read(int(length))
        pages = self._pages
        page = pages.get(environ.get("HTTP_ACCEPT", "")) or next(iter(pages.values()))
        body = page["body"].encode("utf-8")
        headers = [tuple(pair) for pair in page["headers"]]
        start_response(page["status"], headers + [("Content-Length", str(len(body)))])
        return [body]

    def _look(self, environ):
        """See whether the site is mended; return the application if it is."""
        accept = environ.get("HTTP_ACCEPT", "")
        is_due = time.monotonic() - self._looked >= LOOK_SECONDS
        if not is_due and (accept in self._pages or len(self._pages) >= KINDS_LIMIT):
            return None
        try:
            answer = self._judge.ask(accept=accept, state=self._state)
        except Unanswered:
            return None
        if not answer.get("isMended"):
            if is_due:
                self._keep(answer, accept)
            else:
                self._pages[accept] = answer["page"]
            return None
        # The server knows this object, and nothing restarts it for us.
        started = self._start()
        if isinstance(started, Page):
            self._keep({"page": started._pages[""], "state": started._state}, "")
            return None
        self._application = started
        return started


def begin(app_root, command, node, last_words):
    """Return the application of a site, or the page that stands for it."""
    judge = Judge(app_root, command, node)
    streams.errors = sys.stderr
    try:
        return start(judge)
    except Unanswered as error:
        return last_words(str(error))


def start(judge):
    """Ask the judge, and do what it says."""
    answer = judge.ask()
    if "orders" in answer and not is_at_home(answer["orders"]):
        stranger = {"executable": sys.executable, "python": sys.version.split()[0]}
        answer = judge.ask(stranger=stranger)
    if "orders" in answer:
        orders = answer["orders"]
        os.environ.update(orders["environment"])
        add_paths(orders)
        facts.given = dict(os.environ)
        try:
            return loading.load(orders["settings"])
        except facts.Failed as failed:
            answer = judge.ask(failure=failed.failure)
    return Page(answer, judge, lambda: start(judge))


def is_at_home(orders):
    """Tell whether this interpreter can load the packages of the site's.

    What its packages were built for counts, and not where it lies: servers
    bring an interpreter of their own, and panels wrap the site's.
    """
    prefix = os.path.dirname(os.path.dirname(orders["interpreter"]))
    if os.path.realpath(sys.prefix) == os.path.realpath(prefix):
        return True
    return os.path.isdir(site_packages(prefix)) or not os.path.exists(
        os.path.join(prefix, "pyvenv.cfg")
    )


def site_packages(prefix):
    """Return where an environment keeps packages for this version of Python."""
    return sysconfig.get_path("purelib", vars={"base": prefix, "platbase": prefix})


def add_paths(orders):
    """Let imports find what the interpreter of the site would find."""
    prefix = os.path.dirname(os.path.dirname(orders["interpreter"]))
    added = orders["environment"].get("PYTHONPATH", "").split(os.pathsep)
    sys.path[:0] = [path for path in added if path and path not in sys.path]
    if os.path.realpath(sys.prefix) != os.path.realpath(prefix):
        packages = site_packages(prefix)
        if os.path.isdir(packages) and packages not in sys.path:
            import site

            site.addsitedir(packages)
    importlib.machinery.PathFinder.invalidate_caches()

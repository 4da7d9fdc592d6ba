"""The worker: hosts one WSGI application and serves it to Passenger.

The runtime starts this file with the interpreter of the site and talks to it
in lines of JSON: settings and error pages come in on descriptor 0, reports go
out on descriptor 3, and faulthandler writes to descriptor 4. Requests arrive
on a Unix socket, in Passenger's session protocol (a 4-byte length, pairs of
NUL-terminated strings, the raw body), and are answered in HTTP/1.1.

The file reads from top to bottom in the order of a worker's life: the words
it has for failures, its channel to the runtime, loading the application,
one request and its answer, the gateway between both, the server, main.

Python 3.8 or later, the standard library alone. Modules that only a failure
needs are imported where it is told: each costs memory in every process. What
prints a traceback is the exception, as files may then have run out.
"""

import errno
import fcntl
import faulthandler
import importlib
import importlib.machinery
import importlib.util
import io
import json
import os
import re
import select
import signal
import socket
import stat
import sys
import threading
import time

GRACE_SECONDS = 5  # for running requests once the runtime is gone, and to exit
PAGE_SECONDS = 2  # that an error page of the runtime may take
HEAD_SECONDS = 10  # that the rest of a begun header block may take
LINGER_SECONDS = 2  # for a request body that the application left unread
PROVEN_ANSWERS = 20  # after which a death is an accident and not the rule
AGAIN_SECONDS = 60  # until an exception that a framework answers is told again
QUIET_SECONDS = 0.05  # without a request, after which shutdown is complete
MAX_HEAD = 1 << 20
RECEIVE_SIZE = 65536
JOIN_LIMIT = 32768  # up to here, copying is cheaper than a second buffer
BACKLOG = 1024
MAX_MESSAGE = 2000
MAX_CAUSES = 5
MAX_VALUE = 4096

GIVEN = dict(os.environ)  # what the application finds there

# A copy of stderr that stays open and in place whatever the application does
# to sys.stderr, so that tracebacks always reach the log.
ERRORS = open(
    os.dup(2), "w", encoding="utf-8", errors="backslashreplace", buffering=1
)


# Failures: what lib/python/failure.ts describes.


class Failed(Exception):
    """The application cannot be served; carries a Failure."""

    def __init__(self, problem, **facts):
        super().__init__(problem)
        self.failure = make_failure(problem, **facts)


def make_failure(problem, error=None, **facts):
    """Make a Failure, with the facts of an exception where there is one."""
    failure = {"problem": problem, "python": sys.version.split()[0]}
    failure.update((key, fact) for key, fact in facts.items() if fact is not None)
    if error is not None:
        failure["exception"] = describe(error)
    variables = own_variables()
    if variables:
        failure["variables"] = variables
    return failure


def own_variables():
    """List what the application itself put into its environment.

    It may come from a file that only the application knows. No page tells the
    values, and the runtime cannot know them but from here.
    """
    try:
        own = dict(item for item in os.environ.items() if item not in GIVEN.items())
        return {name: value[:MAX_VALUE] for name, value in own.items()}
    except Exception:
        return {}  # an application may replace os.environ by anything


def describe(error, depth=0):
    """Describe an exception, even one that cannot describe itself."""
    kind = type(error)
    module = getattr(kind, "__module__", "builtins")
    try:
        message = str(error)[:MAX_MESSAGE]
    except BaseException as trouble:
        message = "<str() of it raised %s>" % type(trouble).__name__
    prefix = "" if module == "builtins" else module + "."
    facts = {
        "type": prefix + kind.__qualname__,
        "message": message,
        "frames": frames_of(error.__traceback__),
    }
    if isinstance(error, (ImportError, NameError, AttributeError)):
        if isinstance(getattr(error, "name", None), str):
            facts["name"] = error.name
    if isinstance(error, (OSError, SyntaxError)):
        if isinstance(error.filename, (str, bytes, os.PathLike)):
            facts["filename"] = os.fsdecode(error.filename)
    if isinstance(error, SyntaxError) and error.lineno:
        facts["line"] = error.lineno
    if isinstance(error, OSError) and error.errno in errno.errorcode:
        facts["errno"] = errno.errorcode[error.errno]
    cause = error.__cause__
    if cause is None and not error.__suppress_context__:
        cause = error.__context__
        if cause is not None:
            facts["incidental"] = True  # merely being handled
    if cause is not None and depth < MAX_CAUSES:
        facts["cause"] = describe(cause, depth + 1)
    if any(each.__name__ == "BaseExceptionGroup" for each in kind.__mro__):
        # Python's own from 3.11 on, or a package's. Groups branch: half as deep.
        if depth < MAX_CAUSES:
            facts["group"] = [
                describe(each, depth + 2)
                for each in getattr(error, "exceptions", ())[:MAX_CAUSES]
            ]
    return facts


def is_ours(trace):
    """Tell whether an entry of a traceback stands in this file."""
    return trace.tb_frame.f_code.co_filename == is_ours.__code__.co_filename


def frames_of(trace):
    """List the frames of a traceback, without our own and the import system's."""
    frames = []
    while trace is not None:
        code = trace.tb_frame.f_code
        file = code.co_filename
        if not (is_ours(trace) or re.search("importlib(._bootstrap|/__init__)", file)):
            frames.append(
                {"file": file, "line": trace.tb_lineno or 1, "function": code.co_name}
            )
        trace = trace.tb_next
    # An endless recursion has a thousand; its two ends tell the story.
    return frames if len(frames) <= 100 else frames[:20] + frames[-80:]


def print_error(error, heading=None):
    """Write the traceback of an exception to the log."""
    import traceback

    trace = error.__traceback__
    while trace and is_ours(trace):
        trace = trace.tb_next
    try:
        if heading:
            print(heading, file=ERRORS)
        traceback.print_exception(type(error), error, trace, file=ERRORS)
    except Exception:
        pass  # an application may have closed wsgi.errors


# The channel to the runtime.


class Runtime:
    """The process that started the worker."""

    def __init__(self):
        # Private copies far from the descriptors that an application may
        # close, replace or pass on; 0 becomes /dev/null, so that input()
        # ends at once in place of waiting for ever.
        self._commands = self._lines(self._take(0))
        self._reports = self._take(3)
        self.faults = self._take(4)
        null = os.open(os.devnull, os.O_RDONLY)
        if null != 0:
            os.dup2(null, 0)
            os.close(null)
        os.set_inheritable(0, True)
        self._lock = threading.Lock()
        self._waiting = {}
        self.stop = None  # lets running requests finish, once there are any

    @staticmethod
    def _take(descriptor):
        private = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 100)
        os.close(descriptor)
        os.set_blocking(private, True)
        return private

    @staticmethod
    def _lines(descriptor):
        # No file object: a thread that waits in one holds its lock, which
        # is fatal when Python ends.
        pending = b""
        while True:
            data = os.read(descriptor, RECEIVE_SIZE)
            if not data:
                return
            *lines, pending = (pending + data).split(b"\n")
            yield from lines

    def settings(self):
        """Read the settings: the first line."""
        return json.loads(next(self._commands, b"{}"))

    def report(self, event, **facts):
        """Send a report. Where nobody listens any more, nothing is lost."""
        line = json.dumps(dict(facts, event=event)).encode() + b"\n"
        with self._lock:
            try:
                while line:
                    line = line[os.write(self._reports, line) :]
            except OSError:
                pass

    def warn(self, text):
        """Tell the owner of the site what the application does wrong."""
        self.report("warning", text=text)

    def ask_page(self, incident, **facts):
        """Report an exception and return the page to send for it, or None."""
        reply = {"arrived": threading.Event(), "page": None}
        self._waiting[incident] = reply
        self.report("exception", id=incident, **facts)
        reply["arrived"].wait(PAGE_SECONDS)
        self._waiting.pop(incident, None)
        return reply["page"]

    def watch(self):
        """Take in pages until the runtime is gone; then go as well."""
        for line in self._commands:
            try:
                message = json.loads(line)
                reply = self._waiting[message["id"]]
                reply["page"] = message["page"]
                reply["arrived"].set()
            except (ValueError, LookupError, TypeError):
                continue
        if self.stop is not None:
            self.stop()
            time.sleep(GRACE_SECONDS)
        os._exit(0)


# Loading the application.


def load(settings):
    """Return the application that the settings name, or raise Failed."""
    directory = settings.get("directory")
    try:
        if directory:
            os.chdir(directory)
    except OSError as error:
        raise Failed("directory", error=error, subject=directory)
    target = settings.get("target")
    if target is None:
        return hello_world(settings.get("hello"))
    # Python put the folder of this file first; its neighbours are no modules.
    if sys.path and os.path.realpath(sys.path[0]) == os.path.dirname(
        os.path.realpath(__file__)
    ):
        del sys.path[0]
    sys.path[:0] = settings.get("path") or []
    # What a command line parser at the top level of a module gets to see.
    sys.argv[:] = [target.get("file") or target["module"]]
    try:
        if "file" in target:
            module = import_file(target["file"])
        else:
            module = import_module(target["module"])
        found = find_attribute(module, settings["attribute"])
    except Failed:
        raise
    except BaseException as error:
        # Not only Exception: argparse exits, OpenBLAS interrupts.
        raise import_failure(error)
    if settings.get("call"):
        found = call_factory(found, settings["attribute"])
    elif not callable(found):
        raise Failed(
            "not-callable", subject=settings["attribute"], kind=type(found).__name__
        )
    kind = unfit_kind(found)
    if kind:
        problem = "factory-result" if settings.get("call") else "not-wsgi"
        raise Failed(problem, subject=settings["attribute"], kind=kind)
    hear_django()
    return found


def import_file(path):
    """Import a source file, whatever its name, once."""
    try:
        os.stat(path)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise Failed("module-missing", error=error, subject=path)
    name = os.path.splitext(os.path.basename(path))[0].replace(".", "_")
    if name in sys.modules:
        # A json.py of the site must not become everyone's json.
        name += "_wsgi"
    # The explicit loader takes files of any suffix, such as app.wsgi.
    spec = importlib.util.spec_from_file_location(
        name, path
    ) or importlib.util.spec_from_loader(
        name, importlib.machinery.SourceFileLoader(name, path)
    )
    module = importlib.util.module_from_spec(spec)
    # Known before it runs: what it imports may import it in turn.
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        sys.modules.pop(name, None)
        raise
    return sys.modules.get(name, module)


def import_module(name):
    """Import a module by its dotted name."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        # Only the configured module itself or a parent of it counts as
        # missing; one that it imports is its own trouble.
        if error.name and (name + ".").startswith(error.name + "."):
            raise Failed("module-missing", error=error, subject=name)
        raise


def import_failure(error):
    """Make a Failed of what the application raised while it was imported."""
    print_error(error)
    if isinstance(error, SystemExit):
        status = exit_status(error)
        return Failed("import-exited", error=error, status=status)
    return Failed("import-raised", error=error)


def exit_status(error):
    """Return the status that a SystemExit would end the process with."""
    if error.code is None:
        return 0
    return error.code if isinstance(error.code, int) else 1


def find_attribute(module, attribute):
    """Follow a dotted attribute, through submodules where there are any."""
    found, path = module, []
    for name in attribute.split("."):
        try:
            found = getattr(found, name)
        except AttributeError as error:
            submodule = None
            if hasattr(found, "__path__"):
                try:
                    submodule = import_module("%s.%s" % (found.__name__, name))
                except Failed:
                    pass
            if submodule is None:
                prefix = "".join(step + "." for step in path)
                raise Failed(
                    "attribute-missing",
                    error=error,
                    subject=attribute,
                    candidates=[prefix + each for each in candidates(found, name)],
                )
            found = submodule
        path.append(name)
    return found


def candidates(found, wanted):
    """List the names in a module that may have been meant, best guess first."""
    import difflib

    usual = ["application", "app", "wsgi_app", "wsgi", "create_app", "make_app"]
    ranks = {}
    for name, value in sorted(getattr(found, "__dict__", {}).items()):
        if name.startswith("_") or not callable(value):
            continue
        if isinstance(value, type):
            continue
        home = getattr(value, "__module__", None)
        if hasattr(value, "__code__") and home != getattr(found, "__name__", None):
            continue  # a function that is only imported here
        kind = unfit_kind(value)
        if kind is None or (kind == "factory" and name in usual):
            ranks[name] = usual.index(name) if name in usual else 50
        elif kind == "factory" and re.match("(create|make|get|build)_|app", name):
            ranks[name] = 60
    close = difflib.get_close_matches(wanted, ranks, n=3, cutoff=0.7)
    return close + sorted(set(ranks) - set(close), key=lambda name: ranks[name])[:5]


def call_factory(factory, attribute):
    """Call a factory and return the application that it makes."""
    if not callable(factory):
        raise Failed("not-callable", subject=attribute, kind=type(factory).__name__)
    try:
        made = factory()
    except BaseException as error:
        print_error(error)
        facts = {}
        if isinstance(error, SystemExit):
            facts["status"] = exit_status(error)
        elif isinstance(error, TypeError) and not frames_of(error.__traceback__):
            try:
                facts["kind"] = takes_kind(factory)  # the call itself has failed
            except (TypeError, ValueError):
                pass  # a builtin does not always know
        raise Failed("factory-raised", error=error, subject=attribute, **facts)
    if not callable(made):
        if hasattr(made, "cr_await"):
            made.close()  # the coroutine of an async factory
        raise Failed("factory-result", subject=attribute, kind=type(made).__name__)
    return made


def unfit_kind(found):
    """Say what a callable is that cannot be a WSGI application; None: it can."""
    code = getattr(found, "__code__", None)
    if code and code.co_argcount == 2 and not code.co_kwonlyargcount:
        if vars(found) == {} and found.__defaults__ is None:
            if code.co_flags & 0x280 == 0 and not hasattr(found, "__self__"):
                return None  # a plain function: no need to load inspect
    import inspect

    if isinstance(found, type):
        calls = [found]
        # An instance of it would be the answer, so it must be iterable.
        if found.__new__ is object.__new__ and not hasattr(found, "__iter__"):
            return "class"
    else:
        calls = [found, getattr(type(found), "__call__", None)]
    is_async = any(
        inspect.iscoroutinefunction(call) or inspect.isasyncgenfunction(call) for call in calls
    )
    try:
        signature = inspect.signature(found, follow_wrapped=False)
        if is_async:
            signature.bind(None, None, None)  # scope, receive, send
    except TypeError:
        return "async function" if is_async else None
    except Exception:
        return None  # a builtin, or a proxy that has nothing to look at yet
    if is_async:
        return "ASGI application"
    takes = list(signature.parameters.values())
    optional = bool(takes) and takes[0].default is not takes[0].empty
    try:
        signature.bind(None, None)
        # No WSGI application has a default for its environ, factories do.
        return "factory" if optional and inspect.isroutine(found) else None
    except TypeError:
        pass
    if isinstance(found, type):
        return "class"
    is_object = inspect.isfunction(getattr(type(found), "__call__", None))
    if not is_object and not any(one.default is one.empty for one in takes):
        return "factory"
    return takes_kind(found)


def takes_kind(found):
    """Describe a callable by the arguments that it cannot do without."""
    import inspect

    takes = inspect.signature(found, follow_wrapped=False).parameters.values()
    required = [one for one in takes if one.default is one.empty and one.kind < 2]
    what = "function"
    if not inspect.isroutine(found):
        what = "object of type %s.%s" % (type(found).__module__, type(found).__name__)
    plural = "" if len(required) == 1 else "s"
    return "%s that takes %d argument%s" % (what, len(required), plural)


def hear_django():
    """Let errors of Django's views, and refused hosts, reach the log.

    With DEBUG off, Django's own settings for logging mail them to ADMINS and
    do nothing else. Where the application has a handler of its own, it decides.
    """
    log = sys.modules.get("django.utils.log")
    if log is None:
        return
    import logging

    logger = logging.getLogger("django")
    own = [
        handler
        for handler in logger.handlers + logging.getLogger().handlers
        if type(handler).__name__ != "AdminEmailHandler"
        and not any(type(each).__name__ == "RequireDebugTrue" for each in handler.filters)
    ]
    silent = [each for each in logger.handlers if each not in own]
    if silent and not own:
        handler = logging.StreamHandler(ERRORS)
        handler.setLevel(logging.ERROR)
        if hasattr(log, "RequireDebugFalse"):
            handler.addFilter(log.RequireDebugFalse())
        logger.addHandler(handler)


def hear_frameworks(heard):
    """Have a function called with what Flask or Django catches in a view.

    They answer it by a page of their own, which tells nobody why.
    """

    def receive(sender, exception=None, **_):
        heard(exception or sys.exc_info()[1])

    for name in ("flask.signals", "django.core.signals"):
        try:
            sys.modules[name].got_request_exception.connect(receive, weak=False)
        except Exception:
            pass  # not loaded, or a Flask that is without the package blinker


def hello_world(template):
    """Return the built-in application: one page that says that Python works."""
    import html
    import pwd

    try:
        user = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        user = str(os.getuid())
    page = template or "<!doctype html><title>Hello World</title><h1>Hello World</h1>"
    for token, fact in (
        ("@python@", sys.version.split()[0]),
        ("@executable@", sys.executable),
        ("@user@", user),
    ):
        page = page.replace(token, html.escape(fact))
    body = page.encode("utf-8", "backslashreplace")

    def application(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
        return [body]

    return application


# One request: its body and its answer.


class BodyError(OSError):
    """The body of a request is cut off or malformed.

    An error, not an early end: an application would store half an upload as
    a whole one.
    """


class ClientGone(ConnectionAbortedError):
    """Nobody reads the answer any more."""


class RawBody(io.RawIOBase):
    """The body of a request: what came with its head, then the socket's.

    Ends at CONTENT_LENGTH, as PEP 3333 ("Input and Error Streams") wants. It
    is wrapped in an io.BufferedReader, which has the methods of wsgi.input.
    """

    def __init__(self, sock, begun, length):
        self._sock = sock
        self._begun = begun
        self.left = length

    def readable(self):
        """Tell io that this stream can be read."""
        return True

    def readinto(self, buffer):
        """Read what there is, at most to the end of the body."""
        size = min(len(buffer), self.left)
        if size == 0:
            return 0
        if self._begun:
            size = min(size, len(self._begun))
            buffer[:size] = self._begun[:size]
            self._begun = self._begun[size:]
        else:
            try:
                size = self._sock.recv_into(buffer, size)
            except OSError:
                size = 0
            if size == 0:
                raise BodyError(errno.ECONNRESET, "request body is cut off")
        self.left -= size
        return size


class ChunkedBody(io.RawIOBase):
    """A body that arrives as raw chunks (PassengerBufferUpload off)."""

    _SIZE_REGEXP = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]*)?\r\n")

    def __init__(self, sock, begun):
        self._source = io.BufferedReader(RawBody(sock, begun, 1 << 62))
        self._chunk = 0
        self.left = 1  # not known; 0 once the last chunk was read

    def readable(self):
        """Tell io that this stream can be read."""
        return True

    def readinto(self, buffer):
        """Read from the current chunk, or begin the next one."""
        if self.left == 0 or len(buffer) == 0:
            return 0
        if self._chunk == 0:
            self._begin_chunk()
            if self.left == 0:
                return 0
        with memoryview(buffer) as view:
            size = self._source.readinto1(view[: self._chunk])
        self._chunk -= size
        if self._chunk == 0 and self._source.read(2) != b"\r\n":
            self._refuse("chunk does not end where it should")
        return size

    def _begin_chunk(self):
        match = self._SIZE_REGEXP.fullmatch(self._source.readline(4096))
        if not match:
            self._refuse("malformed chunk size")
        self._chunk = int(match.group(1), 16)
        if self._chunk == 0:
            for _ in range(100):
                if self._source.readline(8192) == b"\r\n":
                    self.left = 0
                    return
            self._refuse("trailer has no end")

    def _refuse(self, reason):
        # From here on every read fails: no later line can look like a size.
        self._source = io.BytesIO()
        self._chunk = 0
        raise BodyError(errno.EBADMSG, "malformed request body: " + reason)


class FileWrapper:
    """wsgi.file_wrapper: a file as an iterable of blocks."""

    def __init__(self, file, block_size=RECEIVE_SIZE):
        self._file = file
        self._block_size = max(block_size, RECEIVE_SIZE)
        if hasattr(file, "close"):
            self.close = file.close

    def __iter__(self):
        return self

    def __next__(self):
        block = self._file.read(self._block_size)
        if not block:
            raise StopIteration
        return block


class Answer:
    """The answer to one request: PEP 3333's start_response and write."""

    # No control characters: a CR or LF would let a value add headers.
    _STATUS_REGEXP = re.compile(r"[1-9]\d\d [^\x00-\x1f\x7f]*", re.ASCII)
    _NAME_REGEXP = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+", re.ASCII)
    _CONTROL_REGEXP = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
    _HOP_BY_HOP = frozenset(
        "connection keep-alive proxy-authenticate proxy-authorization te trailer"
        " trailers transfer-encoding upgrade".split()
    )
    # Passenger does not read the body of these: the end is in doubt.
    _UNREAD = frozenset(["x-sendfile", "x-accel-redirect"])
    # What was found to be valid, as few applications have many of either.
    _statuses = set()
    _names = {}  # spelling -> lower case

    def __init__(self, sock, environ, keep):
        self._sock = sock
        self._head_only = environ["REQUEST_METHOD"] == "HEAD"
        self._http11 = environ["SERVER_PROTOCOL"] == "HTTP/1.1"
        self.keep = keep  # whether the connection may serve another request
        self.started = False  # whether the head is sent
        self.gone = False
        self.trouble = None  # what to warn of
        self._head = None
        self._length = None  # Content-Length
        self._sent = 0
        self._bodiless = False
        self._chunked = False

    def start_response(self, status, headers, exc_info=None):
        """PEP 3333, "The start_response() Callable"."""
        if exc_info:
            try:
                if self.started:
                    raise exc_info[1].with_traceback(exc_info[2])
            finally:
                exc_info = None  # else the frames would refer to themselves
        elif self._head is not None:
            raise AssertionError(
                "start_response was called a second time, without exc_info"
            )
        if type(status) is not str or status not in self._statuses:
            self._check_status(status)
        bodiless = status[0] == "1" or status[:3] in ("204", "304")
        length = None
        lines = ["HTTP/1.1 %s\r\n" % status]
        if type(headers) is not list:
            self._check_headers(headers)
        for pair in headers:
            try:
                name, value = pair
            except (TypeError, ValueError):
                raise TypeError(
                    "header is %s, not a (name, value) tuple" % type(pair).__name__
                ) from None
            lower = self._names.get(name) or self._check_name(name)
            if type(value) is not str or not value.isprintable():
                self._check_value(name, value)
            if lower == "content-length":
                if not (value.isascii() and value.isdigit()):
                    raise ValueError("Content-Length is %.80r, not a number" % value)
                if length not in (None, int(value)):
                    raise ValueError("Content-Length is given twice, and differs")
                if length is not None or (bodiless and status[:3] != "304"):
                    continue
                length = int(value)
            elif lower in self._UNREAD:
                self.keep = False
            elif lower == "status":
                continue  # Passenger would let it override the status line
            lines.append("%s: %s\r\n" % (name, value))
        try:
            head = "".join(lines).encode("latin-1")
        except UnicodeEncodeError as error:
            raise ValueError(
                "status or header has a character outside latin-1: %.80r"
                % error.object[error.start : error.end]
            ) from None
        self._head = head
        self._length = length
        self._bodiless = bodiless or self._head_only
        return self.write

    def _check_status(self, status):
        if not isinstance(status, str):
            raise TypeError("status is %s, not str" % type(status).__name__)
        if not self._STATUS_REGEXP.fullmatch(status):
            raise ValueError('status is %.80r, not like "200 OK"' % status)
        if len(self._statuses) < 100:
            self._statuses.add(status)

    @staticmethod
    def _check_headers(headers):
        # PEP 3333 wants a list; other servers take what gives pairs as well.
        if isinstance(headers, (str, dict)) or not hasattr(headers, "__iter__"):
            raise TypeError(
                "headers are %s, not a list of (name, value) tuples"
                % type(headers).__name__
            )

    def _check_value(self, name, value):
        if not isinstance(value, str):
            raise TypeError(
                "header %s is %s, not str" % (name, type(value).__name__)
            )
        if self._CONTROL_REGEXP.search(value):
            raise ValueError("header %s holds a control character" % name)

    def _check_name(self, name):
        if not isinstance(name, str):
            raise TypeError("header name is %s, not str" % type(name).__name__)
        if not self._NAME_REGEXP.fullmatch(name):
            raise ValueError("header name is %.80r, not a token" % name)
        lower = name.lower()
        if lower in self._HOP_BY_HOP:
            # PEP 3333, "Other HTTP Features": the server's to set.
            raise AssertionError("header %s is hop-by-hop: leave it out" % name)
        if len(self._names) < 500:
            self._names[name] = lower
        return lower

    @property
    def complete(self):
        """Whether Passenger has all of the answer."""
        return self.started and (self._bodiless or self._sent == self._length)

    def write(self, data):
        """PEP 3333, "The write() Callable"."""
        self._check_body(data)
        if data:
            self._send(data)

    def send_all(self, result):
        """Send what the application returned."""
        if result is None or isinstance(result, (str, bytes)):
            self._refuse_result(result)
        if type(result) in (list, tuple) and not self.started:
            self._measure(result)
        try:
            blocks = iter(result)
        except TypeError:
            self._refuse_result(result)
        for data in blocks:
            if type(data) is not bytes:
                self._check_body(data)
            if data:
                self._send(data)
                if self._bodiless or self.trouble:
                    break  # nothing of the rest would be sent
        self._finish()

    @staticmethod
    def _refuse_result(result):
        kind = "None" if result is None else type(result).__name__
        text = "application returned %s; WSGI needs an iterable of bytes" % kind
        if isinstance(result, str):
            text += ': return it in a list, as in [body.encode("utf-8")]'
        elif isinstance(result, bytes):
            text += ": return it in a list, as in [body]"
        raise TypeError(text)

    @staticmethod
    def _check_body(data):
        if isinstance(data, str):
            raise TypeError(
                "application returned str, not bytes: "
                'encode it, as in body.encode("utf-8")'
            )
        if not isinstance(data, bytes):
            raise TypeError(
                "application returned %s, not bytes" % type(data).__name__
            )

    def _measure(self, result):
        # PEP 3333, "Handling the Content-Length Header".
        if self._head is None or self._length is not None or len(result) > 1:
            return
        if self._bodiless and not (self._head_only and result and result[0]):
            return  # a HEAD without a body says nothing about the GET
        if not result:
            self._add_length(0)
        elif isinstance(result[0], bytes):
            self._add_length(len(result[0]))

    def _add_length(self, length):
        self._length = length
        self._head += b"Content-Length: %d\r\n" % length

    def _start(self):
        # The head waits for the first byte of the body: until then an
        # error can still replace it.
        if self._length is None and not self._bodiless:
            if self._http11:
                # Passenger unwraps the chunks, and can see a cut.
                self._chunked = True
                self._head += b"Transfer-Encoding: chunked\r\n"
            else:
                self.keep = False
        self.started = True
        return self._head + (b"\r\n" if self.keep else b"Connection: close\r\n\r\n")

    def _send(self, data):
        if self._head is None:
            raise AssertionError("application sent its body before start_response")
        before = after = b""
        if not self.started:
            before = self._start()
        elif self._bodiless:
            return
        if self._bodiless:
            data = b""
        elif self._length is not None:
            room = self._length - self._sent
            if len(data) > room:
                # A surplus byte would be read as the start of the next
                # answer on this connection, another visitor's perhaps.
                data = data[:room]
                self.trouble = (
                    "Content-Length said %d, but the body goes on: "
                    "the surplus is dropped" % self._length
                )
            self._sent += len(data)
        elif self._chunked:
            before += b"%x\r\n" % len(data)
            after = b"\r\n"
        self._transmit(before, data, after)

    def _finish(self):
        if self._head is None:
            raise AssertionError("application did not call start_response")
        if not self.started:
            if self._length is None and not self._bodiless:
                self._add_length(0)
            self._transmit(self._start(), b"", b"")
        elif self._chunked:
            self._transmit(b"0\r\n\r\n", b"", b"")
        if self._bodiless or self._length is None:
            return
        if self._sent < self._length:
            self.keep = False  # the missing bytes can only be shown as a cut
            self.trouble = "Content-Length said %d, but the body has %d bytes" % (
                self._length,
                self._sent,
            )

    def _transmit(self, before, data, after):
        try:
            if len(data) < JOIN_LIMIT:
                # One system call for a small answer.
                if before or data:
                    self._sock.sendall(before + data + after)
                return
            sent = self._sock.sendmsg((before, data, after))
            for part in (before, data, after):
                if sent < len(part):
                    self._sock.sendall(memoryview(part)[sent:])
                sent = max(0, sent - len(part))
        except OSError as error:
            self.gone = True
            raise ClientGone(error.errno, "client is gone") from None

    def send_page(self, page):
        """Send a page of ours in place of the application's answer."""
        body = page["body"].encode("utf-8", "backslashreplace")
        self.keep = False
        self._head = None
        self.start_response(page["status"], [tuple(pair) for pair in page["headers"]])
        if not self._bodiless and self._length is None:
            self._add_length(len(body))
        self._transmit(self._start(), b"" if self._bodiless else body, b"")


# The gateway: from a connection to the application and back.


class Caught(threading.local):
    """The exception that a framework has answered, in each thread."""

    error = None


class Gateway:
    """Answers requests by calling the application."""

    # For what a peer leaves out; Passenger always sends all of these.
    _DEFAULTS = {
        "SCRIPT_NAME": "",
        "PATH_INFO": "",
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
    }
    # The client's Proxy header, which libraries take for a setting (httpoxy);
    # two that CGI spells without HTTP_.
    _DROPPED = ("HTTP_PROXY", "HTTP_CONTENT_TYPE", "HTTP_CONTENT_LENGTH")
    _ESCAPE_REGEXP = re.compile("%([0-9A-Fa-f]{2})")

    def __init__(self, application, runtime, password=None, is_threaded=False):
        self._application = application
        self._runtime = runtime
        self._password = password
        self._base = {
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.errors": ERRORS,
            "wsgi.multithread": is_threaded,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
            "wsgi.file_wrapper": FileWrapper,
            "wsgi.input_terminated": True,
        }
        self._pid = os.getpid()
        self._unproven = PROVEN_ANSWERS
        self._caught = Caught()
        self._told = {}  # of the exceptions that were caught: when, last
        hear_frameworks(lambda error: setattr(self._caught, "error", error))

    def respond(self, sock, keep):
        """Answer one request; return whether the connection may be kept.

        `keep` tells whether the server would keep it.
        """
        head, begun = self._read_head(sock)
        if head is None:
            return False
        environ = self._read_environ(head)
        if environ is None:
            self._runtime.warn("A malformed request was refused")
            return False
        method = environ["REQUEST_METHOD"]
        # Who may connect to the socket is our own user, or root: there is
        # nobody to whom the time of the comparison could tell anything.
        given = environ.pop("PASSENGER_CONNECT_PASSWORD", None)
        if self._password and given != self._password:
            self._runtime.warn("A request without Passenger's password was refused")
            Answer(sock, environ, False).send_page(self._page("403 Forbidden"))
            return False
        for name in self._DROPPED:
            if name in environ:
                del environ[name]
        if method == "ping":
            sock.sendall(b"pong")  # as Passenger's own loader does
            return False
        if method == "OOBW":
            Answer(sock, environ, False).send_page(self._page("200 OK"))
            return False  # out-of-band work: there is none
        body = self._open_body(sock, environ, begun)
        # Passenger sends another request only after one without a body;
        # bytes that nobody announced are a doubt, and the client's own may
        # follow an upgrade.
        if body is not None or begun or "HTTP_UPGRADE" in environ:
            keep = False
        answer = Answer(sock, environ, keep)
        self._call(environ, answer)
        if body is not None and body.left:
            self._linger(sock)
        return answer.keep

    def _call(self, environ, answer):
        result = None
        try:
            try:
                result = self._application(environ, answer.start_response)
                answer.send_all(result)
            finally:
                # PEP 3333: once, whether the request completed or not.
                if hasattr(result, "close"):
                    self._close(environ, result)
        except BaseException as error:
            # Not only Exception: sys.exit() in a view must not end us.
            # Passenger may have pooled the connection after a whole answer.
            answer.keep = answer.keep and answer.complete
            if os.getpid() != self._pid:
                ERRORS.flush()
                os._exit(exit_status(error) if isinstance(error, SystemExit) else 1)
            self._caught.error = None
            if not answer.gone:
                self._fail(environ, answer, error)
        if self._caught.error is not None:
            error, self._caught.error = self._caught.error, None
            self._tell(environ, error)
        if answer.trouble:
            self._warn(environ, answer.trouble)
        if self._unproven > 0:
            self._unproven -= 1
            if self._unproven <= 0:  # two threads may skip 0
                self._runtime.report("proven")

    def _close(self, environ, result):
        try:
            result.close()
        except BaseException as error:
            print_error(error)
            self._warn(environ, "close() raised %s" % type(error).__name__)

    def _fail(self, environ, answer, error):
        if isinstance(error, BodyError):
            self._warn(environ, error.strerror)
            if not answer.started:
                answer.send_page(self._page("400 Bad Request"))
            return
        incident, heading, facts = self._describe(environ, error)
        print_error(error, heading)
        if answer.started:
            # Too late for a page. The connection closes before the last
            # chunk, so that the cut can be seen.
            self._runtime.report("exception", id=incident, **facts)
            return
        page = self._runtime.ask_page(incident, **facts)
        answer.send_page(
            page or self._page("500 Internal Server Error", "Incident " + incident)
        )

    def _tell(self, environ, error):
        """Tell the owner of an exception that the visitor has an answer for."""
        trace = error.__traceback__
        while trace and trace.tb_next:
            trace = trace.tb_next
        spot = (type(error), trace and (trace.tb_frame.f_code, trace.tb_lineno))
        now = time.monotonic()
        if now - self._told.get(spot, -AGAIN_SECONDS) < AGAIN_SECONDS:
            return
        if len(self._told) > 100:
            self._told.clear()
        self._told[spot] = now
        incident, heading, facts = self._describe(environ, error)
        try:
            print(heading + ", answered by the application", file=ERRORS)
        except ValueError:
            pass  # an application may have closed wsgi.errors
        self._runtime.report("exception", id=incident, **facts)

    def _describe(self, environ, error):
        incident = os.urandom(4).hex()
        method, path = environ["REQUEST_METHOD"], self._path(environ)
        accept = environ.get("HTTP_ACCEPT", "")
        request = {"method": method, "path": path}
        return (
            incident,
            "Incident %s: %s %s" % (incident, method, path),
            {
                "failure": make_failure("request-raised", error=error, request=request),
                "json": "json" in accept and "html" not in accept,
                "accept": accept,
            },
        )

    def _warn(self, environ, text):
        method = environ["REQUEST_METHOD"]
        self._runtime.warn("%s %s: %s" % (method, self._path(environ), text))

    @staticmethod
    def _path(environ):
        # Without the query, which may hold secrets.
        path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
        return path.encode("latin-1", "replace").decode("utf-8", "replace")

    @staticmethod
    def _page(status, text=""):
        return {
            "status": status,
            "headers": [
                ["Content-Type", "text/plain; charset=utf-8"],
                ["Cache-Control", "no-store"],
            ],
            "body": "%s\n%s\n" % (status[4:], text),
        }

    @staticmethod
    def _read_head(sock):
        """Return a header block and what came after it.

        The block is None when no request came, empty when it is cut off.
        """
        data = sock.recv(RECEIVE_SIZE)
        if not data:
            return None, b""
        while True:
            # A part of the length is never more than all of it.
            end = 4 + int.from_bytes(data[:4], "big")
            if len(data) >= end:
                return data[4:end], data[end:]
            if end > MAX_HEAD:
                return b"", b""
            # Seldom: Passenger sends the block in one piece.
            sock.settimeout(HEAD_SECONDS)
            try:
                more = sock.recv(RECEIVE_SIZE)
            except socket.timeout:
                more = b""
            if not more:
                return b"", b""
            data += more
            sock.settimeout(None)

    def _read_environ(self, head):
        """Make the environ of a header block; None: it is malformed."""
        fields = head.decode("latin-1").split("\0")
        # Every name and value ends with a NUL, so the last part is empty.
        if fields.pop() or len(fields) % 2:
            return None
        pairs = iter(fields)
        environ = self._DEFAULTS.copy()
        # The last of a name wins, as in Passenger's own loader.
        environ.update(zip(pairs, pairs))
        environ.update(self._base)
        length = environ.get("CONTENT_LENGTH")
        if "REQUEST_METHOD" not in environ or length and not length.isdecimal():
            return None
        if environ.get("HTTPS", "").lower() in ("on", "1", "true", "yes"):
            environ["wsgi.url_scheme"] = "https"
        if environ["SCRIPT_NAME"] and environ["PATH_INFO"] == "/":
            # Passenger says so of the bare mount point too; PEP 3333,
            # "environ Variables", wants nothing there.
            asked = environ.get("REQUEST_URI", "").partition("?")[0]
            if asked == environ["SCRIPT_NAME"]:
                environ["PATH_INFO"] = ""
        # Passenger sends both as they stand in the URL, percent-encoded.
        for name in ("SCRIPT_NAME", "PATH_INFO"):
            if "%" in environ[name]:
                environ[name] = self._ESCAPE_REGEXP.sub(
                    lambda match: chr(int(match.group(1), 16)), environ[name]
                )
        if not environ["PATH_INFO"] and not environ["SCRIPT_NAME"]:
            environ["PATH_INFO"] = "/"
        return environ

    @staticmethod
    def _open_body(sock, environ, begun):
        """Set wsgi.input; return the raw body, None where there is none."""
        body = None
        if environ.get("HTTP_TRANSFER_ENCODING", "").lower() == "chunked":
            environ.pop("CONTENT_LENGTH", None)  # RFC 9112, section 6.3
            body = ChunkedBody(sock, begun)
        elif environ.get("CONTENT_LENGTH"):
            body = RawBody(sock, begun, int(environ["CONTENT_LENGTH"]))
        # Without a body Passenger leaves the connection open: the end must
        # come from here, or the application would wait for ever.
        environ["wsgi.input"] = io.BufferedReader(body) if body else io.BytesIO()
        return body

    @staticmethod
    def _linger(sock):
        # Closing with unread bytes would reset the connection, and a peer
        # that is still sending may lose the answer.
        deadline = time.monotonic() + LINGER_SECONDS
        try:
            sock.shutdown(socket.SHUT_WR)
            while True:
                sock.settimeout(max(0.01, deadline - time.monotonic()))
                if not sock.recv(RECEIVE_SIZE) or time.monotonic() > deadline:
                    return
        except OSError:
            return


# The server.


class Poll:
    """The part of select.epoll that the server needs, for other systems."""

    def __init__(self):
        self._poll = select.poll()
        self.register = self._poll.register
        self.unregister = self._poll.unregister
        self.close = lambda: None

    def poll(self, timeout, maxevents):
        """Wait for events; the timeout is in seconds, negative for none."""
        return self._poll.poll(None if timeout < 0 else timeout * 1000)[:maxevents]


class Server:
    """Serves an application on a Unix socket until it is told to stop."""

    def __init__(self, application, settings, runtime):
        self._runtime = runtime
        self._threads = settings.get("threads") or 1
        if self._threads > 1 and not hasattr(select, "epoll"):
            # gevent's monkey patching takes it away, as other systems do.
            runtime.warn("Python has no epoll here: one request is served at once")
            self._threads = 1
        self._gateway = Gateway(
            application, runtime, settings.get("password"), self._threads > 1
        )
        self._stopping = False
        self._stop_reader, self._stop_writer = os.pipe()
        self._connections = {}
        # With several threads an event goes to one of them, and its
        # descriptor rests until that thread arms it again.
        self._mask = select.POLLIN
        if self._threads > 1:
            self._mask |= select.EPOLLONESHOT
        self._poll = select.epoll() if hasattr(select, "epoll") else Poll()
        self.path = settings["socket"]
        self._listen()

    def _listen(self):
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        umask = os.umask(0o177)
        try:
            if os.path.exists(self.path) and stat.S_ISSOCK(os.stat(self.path).st_mode):
                os.unlink(self.path)
            self._listener.bind(self.path)
            self._listener.listen(BACKLOG)
        except OSError as error:
            raise Failed("socket", error=error, subject=self.path)
        finally:
            os.umask(umask)
        self._listener.setblocking(False)
        self._poll.register(self._listener.fileno(), self._mask)
        self._poll.register(self._stop_reader, select.POLLIN)

    def stop(self, *_):
        """Take no new connections and let run() return when all is answered.

        Safe in a signal handler and in any thread.
        """
        if not self._stopping:
            self._stopping = True
            try:
                # Passenger takes its next requests to another process.
                os.unlink(self.path)
            except OSError:
                pass
            os.write(self._stop_writer, b"x")

    def run(self):
        """Serve. One thread: the main one, as applications may expect."""
        threads = []
        if self._threads > 1:
            for number in range(self._threads):
                name = "request-%d" % (number + 1)
                threads.append(threading.Thread(target=self._serve, name=name))
                threads[-1].daemon = True
                threads[-1].start()
        while True:
            try:
                if not threads:
                    self._serve()
                for thread in threads:
                    thread.join()
                break
            except (KeyboardInterrupt, SystemExit):
                self.stop()  # from a signal handler of the application
            except BaseException as error:
                print_error(error)  # likewise: an alarm that came too late
        # Requests that were under way when the socket went are answered too.
        self._poll.unregister(self._stop_reader)
        self._serve(QUIET_SECONDS)
        for sock in list(self._connections.values()):
            self._drop(sock)
        self._listener.close()

    def _serve(self, timeout=-1):
        while True:
            events = self._poll.poll(timeout, 1)
            if not events and timeout >= 0:
                return
            for descriptor, _ in events:
                if descriptor == self._stop_reader:
                    return
                if descriptor in self._connections:
                    self._attend(self._connections[descriptor])
                else:
                    self._accept()

    def _accept(self):
        try:
            sock = self._listener.accept()[0]
        except BlockingIOError:
            sock = None
        except OSError as error:
            sock = None
            self._runtime.warn("Cannot accept a connection: %s" % error)
            time.sleep(1)  # out of descriptors: the request waits as well
        if self._threads > 1:
            self._poll.modify(self._listener.fileno(), self._mask)
        if sock is not None:
            # An application may have called socket.setdefaulttimeout().
            sock.settimeout(None)
            self._connections[sock.fileno()] = sock
            self._poll.register(sock.fileno(), self._mask)

    def _drop(self, sock):
        del self._connections[sock.fileno()]
        try:
            # Said aloud, in case a child of the application holds a copy.
            self._poll.unregister(sock.fileno())
            sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        sock.close()

    def _attend(self, sock):
        keep = False
        try:
            keep = self._gateway.respond(sock, not self._stopping)
        except (ClientGone, ConnectionError):
            pass
        except Exception as error:
            print_error(error)
        finally:
            if not keep:
                self._drop(sock)
            elif self._threads > 1:
                self._poll.modify(sock.fileno(), self._mask)


# Main.


def handle_signals(stop):
    """Let SIGTERM and SIGINT stop the server, after what the application does."""
    pid = os.getpid()

    def handler(previous):
        def handle(number, frame):
            if os.getpid() != pid:
                # A child that the application forked has inherited this.
                signal.signal(number, previous or signal.SIG_DFL)
                os.kill(os.getpid(), number)
                return
            stop()
            if callable(previous):
                previous(number, frame)

        return handle

    for number in (signal.SIGTERM, signal.SIGINT):
        previous = signal.getsignal(number)
        if previous is signal.default_int_handler:
            previous = None  # would raise KeyboardInterrupt in a request
        signal.signal(number, handler(previous))
    # A visitor who leaves must not end the worker.
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)


def exit_soon():
    """End the process though a thread or an exit handler does not."""

    def end():
        time.sleep(GRACE_SECONDS)
        os._exit(0)

    threading.Thread(target=end, name="wsgi-shim-exit", daemon=True).start()


def lead_group():
    """Found a process group: an application that signals its own means no more."""
    try:
        os.setsid()
    except OSError:
        pass  # it leads one already


def leave(status):
    """End a process that does not serve, and what the application began in it."""
    try:
        sys.stdout.flush()
    except Exception:
        pass  # closed, or None
    if os.getpgrp() == os.getpid():
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        os.killpg(0, signal.SIGTERM)
    os._exit(status)  # threads of the application must not delay it


def main():
    """Load, report, serve; return the exit status."""
    lead_group()
    runtime = Runtime()
    faulthandler.enable(file=runtime.faults)
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            # The log is UTF-8, and print() must not fail a request.
            stream.reconfigure(
                encoding="utf-8", errors="backslashreplace", line_buffering=True
            )
    settings = runtime.settings()
    threading.Thread(target=runtime.watch, name="wsgi-shim", daemon=True).start()
    if settings.get("start_timeout"):
        seconds = settings["start_timeout"]
        faulthandler.dump_traceback_later(seconds, file=runtime.faults)
    server = None
    try:
        application = load(settings)
        if not settings.get("trial"):
            server = Server(application, settings, runtime)
    except Failed as failed:
        runtime.report("failed", failure=failed.failure)
        leave(1)
    finally:
        faulthandler.cancel_dump_traceback_later()
    if server is not None:
        runtime.stop = server.stop
        handle_signals(server.stop)
    runtime.report(
        "ready",
        pid=os.getpid(),
        python=sys.version.split()[0],
        executable=sys.executable,
        socket=server and server.path,
        threads_alive=[
            thread.name
            for thread in threading.enumerate()
            if not thread.daemon and thread is not threading.main_thread()
        ],
    )
    if server is None:
        leave(0)
    # For print_error(): when no more files can be opened, it is too late.
    for name in ("traceback", "tokenize"):
        importlib.import_module(name)
    server.run()
    exit_soon()
    return 0


if __name__ == "__main__":
    sys.exit(main())

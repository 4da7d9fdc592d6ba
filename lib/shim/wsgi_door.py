"""The application in Passenger's own Python loader.

`passenger_wsgi.py` calls run(), which forks. The child loads the application
by the rules of `worker.py` and goes back to the loader, which lets it serve;
the parent, which Passenger knows and which stays as it was, keeps the log,
has pages made for exceptions, and sees how the child ends.

Python 3.8 or later, the standard library alone.
"""

import faulthandler
import importlib.util
import json
import logging
import os
import select
import signal
import struct
import sys
import threading
import time

PAGE_SECONDS = 1  # at least, between two pages for different exceptions
SAME_SECONDS = 10  # that a page may be shown again for the same exception
DUMP_SECONDS = 1  # to say where an application hangs
OUTPUT_LINES = 20
DUMP_LIMIT = 100000
PYTHON = sys.version.split()[0]


def run(start, worker_file, ask, write_log):
    """Load the application; return it, or how that failed (lib/python/failure.ts).

    Returns an application in the child, and a failure in the parent, which
    does not return while all is well.
    """
    # Output, errors, reports and faults of the child; commands to it.
    pipes = [os.pipe() for _ in range(5)]
    reads, writes = zip(*pipes)
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child == 0:
        for pipe in reads[:4] + writes[4:]:
            os.close(pipe)
        return load(start, worker_file, writes[:4], reads[4])
    for pipe in writes[:4] + reads[4:]:
        os.close(pipe)
    supervisor = Supervisor(child, reads[:4], writes[4], ask, write_log)
    return supervisor.watch(start["settings"]["start_timeout"])


def load_worker(file):
    """Load `worker.py` as a module."""
    spec = importlib.util.spec_from_file_location("wsgi_shim_worker", file)
    worker = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = worker
    spec.loader.exec_module(worker)
    return worker


# The parent.


class Supervisor:
    """What the process that Passenger knows sees of its child."""

    def __init__(self, child, pipes, commands, ask, write_log):
        self._child = child
        self._kinds = dict(zip(pipes, ("out", "err", "report", "fault")))
        self._rests = dict.fromkeys(pipes, b"")
        self._commands = commands
        self._ask = ask
        self._log = write_log
        self._tail = []
        self._dump = b""
        self._failure = None
        self._is_ready = False
        # The last page for an exception, and what it tells.
        self._asked = -SAME_SECONDS
        self._failed = self._pages = self._shown = None

    def watch(self, start_timeout):
        """Return how the start failed; do not return when it went well."""
        began = int(time.time() * 1000)
        poll = select.poll()
        for pipe in self._kinds:
            os.set_blocking(pipe, False)
            poll.register(pipe, select.POLLIN)
        deadline = time.monotonic() + start_timeout + DUMP_SECONDS
        # The reports end with the child; processes that it has started may
        # keep the other pipes open.
        while "report" in self._kinds.values():
            wait = None
            if not self._is_ready and deadline is not None:
                wait = max(0, deadline - time.monotonic()) * 1000
            events = poll.poll(wait)
            for pipe, _ in events:
                if not self._read(pipe):
                    poll.unregister(pipe)
            if not events:
                self._failure = {"problem": "hung", "seconds": start_timeout}
                os.kill(self._child, signal.SIGKILL)
                deadline = None
        status = os.waitpid(self._child, 0)[1]
        for pipe in list(self._kinds):
            while self._read(pipe):
                pass
        end = end_of(status)
        if self._is_ready:
            self._leave(end)
        return dict(
            self._failure or end,
            began=began,
            python=PYTHON,
            output=self._tail,
            dump=self._dump.decode("utf-8", "replace"),
        )

    def _read(self, pipe):
        """Take in what there is; return whether more may come."""
        try:
            data = os.read(pipe, 65536)
        except BlockingIOError:
            return False
        kind = self._kinds[pipe]
        if kind == "fault":
            self._dump = (self._dump + data)[:DUMP_LIMIT]
        *lines, rest = (self._rests[pipe] + data).split(b"\n")
        if not data:
            del self._kinds[pipe]
            os.close(pipe)
            lines += [rest] if rest else []
        self._rests[pipe] = rest
        if kind == "report":
            for line in lines:
                try:
                    self._take(json.loads(line))
                except ValueError:
                    pass  # the child died while it wrote
        elif lines and kind != "fault":
            self._tell(kind, lines)
        return bool(data)

    def _tell(self, kind, lines):
        """Write what the application printed to our log and to Passenger's."""
        text = [line.decode("utf-8", "replace") for line in lines]
        self._log(kind, "\n".join(text))
        self._tail = (self._tail + text)[-OUTPUT_LINES:]
        try:
            os.write(1 if kind == "out" else 2, b"\n".join(lines) + b"\n")
        except OSError:
            pass  # Passenger is gone, and the child about to go

    def _take(self, report):
        """Act on what the child reports."""
        event = report["event"]
        if event == "ready":
            self._is_ready = True
            self._dump = b""
            self._log("ready", "python %s, worker %d" % (PYTHON, self._child))
            if report["threads_alive"]:
                names = ", ".join(report["threads_alive"])
                told = "threads that keep the process from ending: " + names
                self._log("warning", told)
        elif event == "failed":
            self._failure = report["failure"]
        elif event == "warning":
            self._log("warning", report["text"])
        elif event == "exception":
            reply = {"id": report["id"], "page": self._make_page(report)}
            try:
                os.write(self._commands, json.dumps(reply).encode() + b"\n")
            except OSError:
                pass

    def _make_page(self, report):
        """Have a page made for an exception, but not one after the other."""
        incident, failure = report["id"], report["failure"]
        age = time.monotonic() - self._asked
        if failure != self._failed or age > SAME_SECONDS:
            if age < PAGE_SECONDS:
                self._log("failure", "incident %s app-request-failed" % incident)
                return None
            self._failed, self._pages = failure, None
            try:
                told = dict(failure, incident=incident)
                self._pages = self._ask("--failure", told)["pages"]
                self._shown = incident
            except Exception as error:
                self._log("failure", "incident %s: %s" % (incident, error))
            self._asked = time.monotonic()
        elif self._pages:
            told = "incident %s app-request-failed, the same as incident %s"
            self._log("failure", told % (incident, self._shown))
        if not self._pages:
            return None
        page = json.dumps(self._pages["json" if report["json"] else "html"])
        return json.loads(page.replace(self._shown, incident))

    def _leave(self, end):
        """End, because the child has ended."""
        closed = select.poll()
        closed.register(0, select.POLLIN)
        if closed.poll(0) and "signal" not in end:
            self._log("stop", "Passenger ends worker %d" % self._child)
            os._exit(0)
        how = (
            "was killed by %s" % end["signal"]
            if "signal" in end
            else "ended with status %d" % end["status"]
        )
        self._log("death", "worker %d %s" % (self._child, how))
        os._exit(1)


def end_of(status):
    """Tell how a process ended, as lib/python/failure.ts does."""
    if os.WIFSIGNALED(status):
        name = signal.Signals(os.WTERMSIG(status)).name
        return {"problem": "killed", "signal": name}
    return {"problem": "exited", "status": os.WEXITSTATUS(status)}


# The child.


def load(start, worker_file, writes, commands):
    """Load the application; return what the loader is to call."""
    output, errors, reports, faults = writes
    os.dup2(output, 1)
    os.dup2(errors, 2)
    os.close(output)
    os.close(errors)
    # The application's input is at its end; that of the loader is not.
    owner = os.dup(0)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    repair_loader()
    os.environ.update(start["environment"])
    # The interpreter has read its own PYTHONPATH long ago.
    added = start["environment"].get("PYTHONPATH", "").split(os.pathsep)
    sys.path[:0] = [path for path in added if path]
    settings = start["settings"]
    worker = load_worker(worker_file)
    worker.lead_group()
    runtime = make_runtime(worker, commands, reports, faults)
    faulthandler.enable(file=faults)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(
            encoding="utf-8", errors="backslashreplace", line_buffering=True
        )
    threading.Thread(target=runtime.watch, name="wsgi-shim", daemon=True).start()
    faulthandler.dump_traceback_later(settings["start_timeout"], file=faults)
    try:
        application = worker.load(settings)
    except worker.Failed as failed:
        runtime.report("failed", failure=failed.failure)
        worker.leave(1)
    finally:
        faulthandler.cancel_dump_traceback_later()
    door = make_door(worker, application, runtime)
    alive = [
        thread.name
        for thread in threading.enumerate()
        if not thread.daemon and thread is not threading.main_thread()
    ]
    runtime.report("ready", threads_alive=alive)
    # The loader waits on it, whatever the application did to the former one.
    sys.stdin = os.fdopen(owner, "rb", 0)
    return door


def repair_loader():
    """Undo what the loader does to applications."""
    # Its handler on the root logger makes logging.basicConfig() do nothing.
    for handler in list(logging.root.handlers):
        logging.root.removeHandler(handler)
    logging.captureWarnings(False)
    # Neither the app root nor the folder of the loader holds modules.
    loader = os.path.dirname(os.path.abspath(sys.argv[0]))
    sys.path[:] = [path for path in sys.path if path not in (os.getcwd(), loader)]


def make_runtime(worker, commands, reports, faults):
    """Make the worker's channel to the process that watches over it."""

    class Runtime(worker.Runtime):
        """The channel, on descriptors that the loader does not need."""

        def __init__(self):
            os.set_blocking(commands, True)
            self._commands = self._lines(commands)
            self._reports = reports
            self.faults = faults
            self._lock = threading.Lock()
            self._waiting = {}
            self.stop = None

    return Runtime()


class Replay:
    """A socket from which the head of its request can be read once more."""

    def __init__(self, sock, environ):
        self._sock = sock
        fields = (
            "%s\0%s\0" % pair
            for pair in environ.items()
            if not pair[0].startswith(("wsgi.", "passenger."))
        )
        block = "".join(fields).encode("latin-1")
        self._head = struct.pack(">I", len(block)) + block

    def recv(self, size):
        """Receive; the head comes first, in one piece."""
        head, self._head = self._head, b""
        return head or self._sock.recv(size)

    def __getattr__(self, name):
        return getattr(self._sock, name)


def make_door(worker, application, runtime):
    """Make what the loader calls for each request."""
    loader = getattr(sys.modules["__main__"], "options", {})
    gateway = worker.Gateway(application, runtime, loader.get("connect_password"))
    runtime.stop = lambda: None  # the loader takes no more requests by itself

    def door(environ, start_response):
        """Answer by the worker's rules, on the socket of the request."""
        os.environ.pop("PASSENGER_SPAWN_WORK_DIR", None)
        sock = environ["passenger.hijack"](True)
        try:
            gateway.respond(Replay(sock, environ), keep=False)
        except ConnectionError:
            pass
        except Exception as error:
            worker.print_error(error)
        finally:
            # It holds the socket as well, which would stay open.
            environ["wsgi.input"].close()
            try:
                sock.shutdown(2)
            except OSError:
                pass
            sock.close()
        return []

    return door

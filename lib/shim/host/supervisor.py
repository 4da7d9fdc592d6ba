"""The process that Passenger knows: forks workers, keeps the log, sees deaths.

It owns the socket, so that the death of a worker refuses nobody: requests
wait until the next one takes them. It never imports the application.
"""

import gc
import json
import os
import signal
import sys
import time

from . import ending, explaining, facts, handshake, log, loop, worker

DUMP_SECONDS = 1  # for a worker to say where it hangs, once it is overdue
STOP_SECONDS = 55  # to finish requests; Passenger itself kills after 60
ABANDONED = "Passenger waits no longer for this start: %s"
DEATHS_LIMIT = 3  # within DEATHS_SECONDS; then the site is another's to judge
DEATHS_SECONDS = 60
OUTPUT_LINES = 20
LINE_LIMIT = 1 << 20  # bytes of a line of output
REPORT_LIMIT = 1 << 26  # bytes of a line of the worker's reports
DUMP_LIMIT = 100000  # bytes

SIGNAL_HINTS = {
    "SIGKILL": " (from outside: mostly by a limit of memory)",
    "SIGXCPU": " (its limit of processor time is used up)",
}


def run(orders):
    """Host a site; return the exit status of this process."""
    for descriptor in (0, 1, 2):
        try:
            os.set_blocking(descriptor, True)  # Node leaves them otherwise
        except OSError:
            pass  # closed
    return Supervisor(orders).run()


class Worker:
    """What is known of a worker from outside."""

    def __init__(self):
        self.pid = None
        self.commands = None  # the descriptor that pages are sent to
        self.pipes = []
        self.output = []  # its last lines
        self.dump = b""  # what faulthandler wrote
        self.failure = None  # as it was reported
        self.is_ready = False
        self.is_proven = False
        self.is_hung = False


class Supervisor:
    """Keeps a site alive."""

    def __init__(self, orders):
        self._orders = orders
        self._settings = orders["settings"]
        if orders.get("sources"):
            self._settings["site"] = os.path.dirname(orders["app_root"])
        kept = orders.get("log")
        self._log = log.Log(**kept) if kept else log.Silence()
        self._loop = loop.Loop()
        self._explainer = explaining.Explainer(orders, self._loop, self._log)
        self._worker = None
        self._deaths = []
        self._sources = {}
        self._is_announced = False
        self._is_stopping = False
        self._status = 0
        self._spawn = self._listener = self._path = None

    def run(self):
        """Serve until there is nothing to serve any more."""
        began = int(time.time() * 1000)
        self._settings["began"] = began
        try:
            self._listen()
        except OSError as error:
            if self._is_abandoned():
                self._log.write("stop", ABANDONED % error)
                return 1
            ending.give_up(
                self._orders,
                facts.make_failure("socket", error=error, subject=self._path),
            )
        self._loop.on_signal(signal.SIGTERM, self._stop)
        self._loop.on_signal(signal.SIGINT, self._stop)
        self._loop.read(0, self._hear)
        # What is there before the fork is left alone by the collector, and so
        # stays common to both processes.
        gc.collect()
        gc.freeze()
        self._start_worker()
        self._loop.run()
        if self._path:
            remove(self._path)
        return self._status

    def _listen(self):
        if self._settings.get("trial"):
            return
        if self._orders["spawn"]:
            self._spawn = handshake.Spawn(self._orders["spawn"])
            self._settings["password"] = self._spawn.password
            self._settings["websockets"] = self._spawn.passes_websockets
            self._path = self._spawn.new_path()
        else:
            self._path = self._settings["socket"]
        self._settings["socket"] = self._path
        self._listener = handshake.listen(self._path)

    def _is_abandoned(self):
        """Tell whether the web server has ended meanwhile: its folders are gone."""
        folders = [self._orders["spawn"], self._path and os.path.dirname(self._path)]
        return self._orders["spawn"] is not None and not all(
            os.path.isdir(folder) for folder in folders if folder
        )

    def _hear(self, data):
        """Passenger says nothing; others answer questions. The end ends us."""
        if not data:
            self._stop()
            return
        lines = (self._heard + data).split(b"\n")
        self._heard = lines.pop()
        for line in lines:
            self._explainer.answer(explaining.read_json(line).get("page"))

    _heard = b""

    def _start_worker(self):
        new = Worker()
        self._sources = {"time": int(time.time() * 1000), "files": {}}
        names = ("out", "err", "report", "fault")
        pipes = {name: os.pipe() for name in names + ("command",)}
        try:
            sys.stdout.flush()
            sys.stderr.flush()
            new.pid = os.fork()
        except (OSError, ValueError) as error:
            ending.give_up(
                self._orders,
                facts.make_failure("unstartable", error=error, subject=sys.executable),
            )
        if new.pid == 0:
            self._loop.leave_to_child()
            for name in names:
                os.close(pipes[name][0])
            os.close(pipes["command"][1])
            if not self._orders["judge"]:
                os.close(ending.CHANNEL)
            worker.work(
                self._settings,
                self._orders["environment"],
                self._listener,
                {name: pipes[name][1] for name in names},
                pipes["command"][0],
            )
        for name in names:
            os.close(pipes[name][1])
        os.close(pipes["command"][0])
        new.commands = pipes["command"][1]
        new.pipes = [pipes[name][0] for name in names]
        self._worker = new
        self._loop.on_end(new.pid, lambda status: self._ended(new, status))
        self._read_lines(pipes["out"][0], LINE_LIMIT, lambda lines: self._tell(new, 1, lines))
        self._read_lines(pipes["err"][0], LINE_LIMIT, lambda lines: self._tell(new, 2, lines))
        self._read_lines(
            pipes["report"][0],
            REPORT_LIMIT,
            lambda lines: [self._take(new, explaining.read_json(line)) for line in lines],
        )
        self._loop.read(pipes["fault"][0], lambda data: self._keep_dump(new, data))
        seconds = self._settings["start_timeout"] + DUMP_SECONDS
        self._loop.after(seconds, self._give_up_waiting, new)

    def _read_lines(self, descriptor, limit, take):
        """Call back with lists of whole lines, the last even without its end."""
        rest = bytearray()

        def arrived(data):
            nonlocal rest
            rest += data
            if not data:
                if rest:
                    take([bytes(rest)])
            elif b"\n" in data or len(rest) > limit:
                lines = bytes(rest).split(b"\n")
                # What has no end for so long is cut.
                rest = bytearray(lines.pop() if len(lines) > 1 else b"")
                take(lines)

        self._loop.read(descriptor, arrived)

    def _tell(self, child, descriptor, lines):
        """Write output to our log and to Passenger's."""
        text = [line.decode("utf-8", "replace") for line in lines]
        self._log.write("out" if descriptor == 1 else "err", "\n".join(text))
        child.output = (child.output + text)[-OUTPUT_LINES:]
        try:
            os.write(descriptor, b"\n".join(lines) + b"\n")
        except OSError:
            pass  # Passenger is gone, and so will we be

    @staticmethod
    def _keep_dump(child, data):
        child.dump = (child.dump + data)[:DUMP_LIMIT]

    def _take(self, child, report):
        """Act on what a worker reports."""
        event = report.get("event")
        if event == "ready":
            self._ready(child, report)
        elif event == "failed":
            child.failure = report["failure"]
        elif event == "warning":
            self._log.write("warning", report["text"])
        elif event == "sources":
            self._sources["files"].update(report["files"])
            write_record(self._orders.get("sources"), self._sources)
        elif event == "proven":
            child.is_proven = True
        elif event == "exception":
            self._explainer.explain(
                report, lambda page: self._send_page(child, report["id"], page)
            )

    def _ready(self, child, report):
        child.is_ready = True
        child.dump = b""  # of the start; it says nothing of a later death
        told = "python %s, worker %d" % (report["python"], child.pid)
        if report["interface"] == "asgi":
            told += ", ASGI"
            # For the workers after this one: what serves ASGI is a third of the
            # host, and no other application needs it.
            from . import asgi
        self._log.write("ready", told)
        if report.get("threads_alive"):
            names = ", ".join(report["threads_alive"])
            told = "threads that keep the process from ending: " + names
            self._log.write("warning", told)
        if self._is_announced:
            return
        self._is_announced = True
        if not self._orders["judge"]:
            ending.tell(report)
        if not self._spawn:
            return
        try:
            self._spawn.announce(self._path, report["threads"])
        except OSError as error:
            self._log.write("stop", ABANDONED % error)
            self._stop()

    def _send_page(self, child, incident, page):
        if child is not self._worker:
            return  # it has died meanwhile
        line = json.dumps({"id": incident, "page": page}).encode() + b"\n"
        try:
            os.write(child.commands, line)
        except OSError:
            pass

    def _give_up_waiting(self, child):
        if child is self._worker and not child.is_ready:
            child.is_hung = True
            kill_group(child.pid, signal.SIGKILL)

    def _ended(self, child, status):
        """Go on after the end of a worker."""
        for descriptor in child.pipes:
            self._loop.drain(descriptor)
        os.close(child.commands)
        self._worker = None
        end = facts.end_of(status)
        stack = facts.parse_dump(child.dump.decode("utf-8", "replace"))
        if self._is_stopping:
            self._loop.end()
        elif self._settings.get("trial") and child.is_ready:
            ending.tell({"event": "ended"})
            self._loop.end()
        elif child.is_ready:
            self._died(child, end, stack)
        else:
            # What the application has started in it goes as well.
            kill_group(child.pid, signal.SIGTERM)
            self._failed(child, end, stack)

    def _failed(self, child, end, stack):
        failure = child.failure or end
        if child.is_hung:
            failure = {"problem": "hung", "seconds": self._settings["start_timeout"]}
        elif child.failure:
            stack = []
        failure = dict(
            failure,
            began=self._settings["began"],
            output=child.output,
            python=sys.version.split()[0],
        )
        if stack:
            failure["stack"] = stack
        if self._is_announced:
            # The next process tells why, on a page.
            self._log.write("death", "worker %d did not start" % child.pid)
            self._leave()
            return
        if self._path:
            remove(self._path)
        ending.give_up(self._orders, failure)

    def _died(self, child, end, stack):
        self._log.write("death", tell_death(child, end, stack))
        now = time.time()
        if not child.is_proven:
            self._deaths.append(now)
        self._deaths = [each for each in self._deaths if now - each < DEATHS_SECONDS]
        if len(self._deaths) < DEATHS_LIMIT:
            self._start_worker()
            return
        failure = dict(end, output=child.output, python=sys.version.split()[0])
        if stack:
            failure["stack"] = stack
        self._record(failure, int(now * 1000))
        self._leave()

    def _record(self, failure, now):
        """Let the next start know that this site's workers keep dying."""
        record = {
            "time": now,
            "count": len(self._deaths),
            "seconds": DEATHS_SECONDS,
            "failure": failure,
        }
        write_record(self._orders.get("deaths"), record)

    def _leave(self):
        self._status = 1
        self._loop.end()

    def _stop(self):
        """Let running requests be finished, and end."""
        if self._is_stopping:
            return
        self._is_stopping = True
        if self._path:
            remove(self._path)  # Passenger takes its next requests elsewhere
        if self._listener:
            self._listener.close()
        if self._worker is None:
            self._loop.end()
            return
        if self._worker.is_ready:
            who = "Passenger" if self._spawn else "wsgi-shim"
            self._log.write("stop", "%s ends worker %d" % (who, self._worker.pid))
        send_signal(self._worker.pid, signal.SIGTERM)
        if not self._worker.is_ready:
            kill_group(self._worker.pid, signal.SIGKILL)
        self._loop.after(STOP_SECONDS, send_signal, self._worker.pid, signal.SIGKILL)


def tell_death(child, end, stack):
    """Say how a worker died, and where it stood."""
    if "signal" in end:
        name = end["signal"]
        how = "was killed by %s%s" % (name, SIGNAL_HINTS.get(name, ""))
    else:
        how = "ended with status %d" % end["status"]
    frame = facts.own_frame(stack) if "signal" in end else None
    at = " at %s:%d" % (frame["file"], frame["line"]) if frame else ""
    return "worker %d %s%s%s" % (
        child.pid,
        how,
        at,
        ", after many answers" if child.is_proven else "",
    )


def write_record(path, record):
    """Write what later processes are to know, where there is a file for it."""
    if not path:
        return
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_NONBLOCK
    try:
        descriptor = os.open(path, flags, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(record, file)
    except OSError:
        pass  # a log that cannot be written stops nothing


def remove(path):
    """Remove a file that may be gone."""
    try:
        os.unlink(path)
    except OSError:
        pass


def send_signal(pid, number):
    """Send a signal to a process that may be gone."""
    try:
        os.kill(pid, number)
    except OSError:
        pass


def kill_group(pid, number):
    """Send a signal to a worker and what the application has started in it."""
    try:
        os.killpg(pid, number)
    except OSError:
        send_signal(pid, number)  # it has not come as far as to lead a group

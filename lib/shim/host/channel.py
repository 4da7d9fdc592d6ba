"""The channel between a worker and its supervisor: lines of JSON, both ways."""

import fcntl
import json
import os
import threading
import time

GRACE_SECONDS = 5  # for running requests once the supervisor is gone
PAGE_SECONDS = 4  # that an error page may take
SIZE = 65536


class Channel:
    """Where a worker reports, and where pages for its exceptions come from."""

    def __init__(self, commands, reports, faults):
        # Far from the descriptors that an application may close, replace or
        # pass on.
        self._commands = self._lines(far_away(commands))
        self._reports = far_away(reports)
        self.faults = far_away(faults)
        self._lock = threading.Lock()
        self._waiting = {}
        self.stop = None  # lets running requests finish, once there are any
        self.sources = None  # tells what has been imported, once something has

    def start(self):
        """Begin to take in pages."""
        threading.Thread(target=self._watch, name="wsgi-shim", daemon=True).start()

    @staticmethod
    def _lines(descriptor):
        # No file object: a thread that waits in one holds its lock, which
        # is fatal when Python ends.
        pending = b""
        while True:
            data = os.read(descriptor, SIZE)
            if not data:
                return
            *lines, pending = (pending + data).split(b"\n")
            yield from lines

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

    def _watch(self):
        """Take in pages until the supervisor is gone; then go as well."""
        for line in self._commands:
            try:
                message = json.loads(line)
                reply = self._waiting[message["id"]]
                reply["page"] = message["page"]
                reply["arrived"].set()
            except (ValueError, LookupError, TypeError):
                continue
        if self.stop is not None:
            self.stop(is_orphan=True)
            time.sleep(GRACE_SECONDS)
        os._exit(0)


def far_away(descriptor):
    """Move a descriptor to a high number that no program inherits."""
    private = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 100)
    os.close(descriptor)
    os.set_blocking(private, True)
    return private

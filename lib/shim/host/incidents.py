"""Exceptions in requests: what the log, the owner and the visitor are told."""

import os
import time

from . import streams
from .facts import make_failure, print_error

PROVEN_ANSWERS = 20  # after which a death is an accident and not the rule
AGAIN_SECONDS = 60  # until an exception that a framework answers is told again


class Request:
    """What may be told of a request."""

    def __init__(self, method, path, accept):
        self.method = method
        self.path = path  # without the query, which may hold secrets
        self.accept = accept


class Incidents:
    """Tells of what goes wrong in requests; any thread may call it."""

    def __init__(self, channel):
        self._channel = channel
        self._unproven = PROVEN_ANSWERS
        self._told = {}  # of the exceptions that were caught: when, last

    def warn(self, request, text):
        """Tell the owner what the application does wrong in a request."""
        self._channel.warn("%s %s: %s" % (request.method, request.path, text))

    def explain(self, request, error, is_page_wanted):
        """Tell of an exception; return the page for it, where one is wanted."""
        incident, heading, facts = self._describe(request, error)
        print_error(error, heading)
        if not is_page_wanted:
            self._channel.report("exception", id=incident, **facts)
            return None
        page = self._channel.ask_page(incident, **facts)
        return page or plain_page("500 Internal Server Error", "Incident " + incident)

    def tell(self, request, error):
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
        incident, heading, facts = self._describe(request, error)
        try:
            print(heading + ", answered by the application", file=streams.errors)
        except ValueError:
            pass  # an application may have closed wsgi.errors
        self._channel.report("exception", id=incident, **facts)

    def count(self):
        """Take note of an answer: after some, a death is an accident."""
        if self._channel.sources:
            self._channel.sources.tell()
        if self._unproven > 0:
            self._unproven -= 1
            if self._unproven <= 0:  # two threads may skip 0
                self._channel.report("proven")

    @staticmethod
    def _describe(request, error):
        incident = os.urandom(4).hex()
        told = {"method": request.method, "path": request.path}
        return (
            incident,
            "Incident %s: %s %s" % (incident, request.method, request.path),
            {
                "failure": make_failure("request-raised", error=error, request=told),
                "accept": request.accept,
            },
        )


def plain_page(status, text=""):
    """Make a page of one line, for where there is no other."""
    return {
        "status": status,
        "headers": [
            ["Content-Type", "text/plain; charset=utf-8"],
            ["Cache-Control", "no-store"],
        ],
        "body": "%s\n%s\n" % (status[4:], text),
    }

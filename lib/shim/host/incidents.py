"""Exceptions in requests: what the log, the owner and the visitor are told."""

import os
import time

from . import streams
from .cookies import Cookies
from .facts import make_failure, print_error
from .redirections import Redirections

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
        self._cookies = Cookies(self)
        self._redirections = Redirections(self)

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
        if self._is_told(spot_of(error)):
            return
        incident, heading, facts = self._describe(request, error)
        print_line(heading + ", answered by the application")
        self._channel.report("exception", id=incident, **facts)

    def tell_thread(self, name, error):
        """Tell the owner of an exception that has ended a thread."""
        if self._is_told(spot_of(error)):
            return
        incident = os.urandom(4).hex()
        print_line("Incident %s: the thread %s has ended" % (incident, name))
        failure = make_failure("thread-raised", error=error, subject=name)
        self._channel.report("exception", id=incident, failure=failure)

    def tell_refusal(self, kind, text, is_explained):
        """Tell the owner of a request that a framework refused by itself."""
        if self._is_told(text):
            return
        if not is_explained:
            print_line(text)
            return
        incident = os.urandom(4).hex()
        print_line("Incident %s: %s" % (incident, text))
        failure = make_failure("request-refused")
        failure["exception"] = {"type": kind, "message": text, "frames": []}
        self._channel.report("exception", id=incident, failure=failure)

    def _is_told(self, spot):
        now = time.monotonic()
        if now - self._told.get(spot, -AGAIN_SECONDS) < AGAIN_SECONDS:
            return True
        if len(self._told) > 100:
            self._told.clear()
        self._told[spot] = now
        return False

    def count(self, head=None, variables=None, is_secure=False):
        """Take note of an answer: after some, a death is an accident.

        Of one that sends elsewhere or sets a cookie, the head is looked at.
        """
        if head is not None:
            self._cookies.look(head, variables, is_secure)
            self._redirections.look(head, variables, is_secure)
        else:
            self._redirections.forget()
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


def spot_of(error):
    """Return what two exceptions have in common that are told once."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return type(error), trace and (trace.tb_frame.f_code, trace.tb_lineno)


def print_line(text):
    """Print a line into the log."""
    try:
        print(text, file=streams.errors)
    except ValueError:
        pass  # an application may have closed wsgi.errors


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

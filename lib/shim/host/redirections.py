"""Redirections that lead nowhere: no exception tells of them.

Those without end, at which a browser gives up; those that lose what a form has
sent; those that lead out of the path that the site is served below.
"""

import re
import time

from .cookies import SCHEMES

RUN = 6  # redirections in a row, each to where the next request asks
SECONDS = 3  # within which they come
MOST = 3  # addresses that take turns
LOCATION_REGEXP = re.compile(rb"\r\nlocation:[ \t]*([^\r]*)", re.IGNORECASE)


class Redirections:
    """Watches the answers that send a visitor elsewhere."""

    def __init__(self, incidents):
        self._incidents = incidents
        self._run = []  # (when, who, asked, scheme, to, status)
        self._told = set()

    def forget(self):
        """Take note of an answer of another kind."""
        if self._run:
            self._run = []

    def look(self, head, variables, is_secure):
        """Take note of an answer: its head, and the request."""
        found = LOCATION_REGEXP.search(head)
        if found is None:
            self.forget()
            return
        scheme = "https" if is_secure else "http"
        host = variables.get("HTTP_HOST", "")
        # As bytes that are written as text; ASGI has them as they stand in the URL.
        path = variables.get("SCRIPT_NAME", "") + variables.get("PATH_INFO", "")
        asked = host, plain(path) or "/"
        to = read_location(found.group(1).decode("latin-1"), scheme, asked)
        status = head[9:12].decode("latin-1")
        method = variables.get("REQUEST_METHOD")
        self._hint(method, status, asked, to, variables.get("SCRIPT_NAME", ""))
        if method != "GET":
            self.forget()
            return
        now = time.monotonic()
        who = variables.get("REMOTE_ADDR")
        run = self._run
        # What is no chain begins anew. A name may come back as another one:
        # the server before this one may send to it.
        if run and (run[-1][1] != who or run[-1][4][2] != asked[1]):
            run = []
        run = [each for each in run if now - each[0] < SECONDS]
        run.append((now, who, asked, scheme, to, status))
        self._run = run[-RUN:]
        if len(run) < RUN or len({each[2] for each in run}) > MOST:
            return
        self._tell(variables)

    def _hint(self, method, status, asked, to, prefix):
        """Tell in a line what a visitor loses on the way, once of each."""
        host, path = asked
        there, way = to[1], to[2]
        text = None
        is_lossy = method == "POST" and status in ("301", "302")
        if is_lossy and host == there and way in (path, path + "/"):
            text = "POST %s is sent to %s (%s), which browsers ask by GET, without the data" % (
                shown(path),
                "https" if way == path and to[0] == "https" else shown(way),
                status,
            )
            if way != path:
                text += ": write the slash into the form"
            elif to[0] != "https":
                text = None  # after a form, back to its page
        elif prefix and host == there and path.startswith(prefix + "/"):
            if not (way + "/").startswith(prefix + "/") and way != "/":
                text = (
                    "%s is sent to %s, which is outside of %s, where this site is served:"
                    " make addresses by url_for() or reverse(), and name a page for the login"
                    " by the name of its route" % (shown(path), shown(way), prefix)
                )
        if text and text not in self._told and len(self._told) < 100:
            self._told.add(text)
            self._incidents.tell_refusal("redirection", text, False)

    def _tell(self, variables):
        steps = []
        for _, _, (host, path), scheme, (to_scheme, to_host, to_path), status in self._run:
            step = "%s://%s%s is sent to %s://%s%s (%s)" % (
                (scheme, host, shown(path), to_scheme, to_host, shown(to_path), status)
            )
            if step not in steps:
                steps.append(step)
        key = tuple(sorted(each[2] for each in self._run))
        self._run = []
        if key in self._told or len(self._told) > 100:
            return
        self._told.add(key)
        said = [
            "%s: %s" % (name[5:].replace("_", "-").title(), variables[name])
            for name in SCHEMES
            if name in variables
        ]
        text = "Redirected without end: %s%s" % (
            "; ".join(steps[:MOST]),
            " [%s]" % ", ".join(said) if said else "",
        )
        self._incidents.tell_refusal("redirection", text, True)


def read_location(location, scheme, asked):
    """Return scheme, host and path of where an answer sends to."""
    from urllib.parse import quote, urljoin, urlsplit

    host, path = asked
    base = "%s://%s%s" % (scheme, host, quote(path, encoding="latin-1"))
    at = urlsplit(urljoin(base, location))
    return at.scheme, at.netloc, plain(at.path) or "/"


def shown(path):
    """Return a path as it stands in an address."""
    from urllib.parse import quote

    return quote(path, "/:@!$&'()*+,;=~", encoding="latin-1")


def plain(path):
    """Return a path without percent-encoding."""
    if "%" in path:
        from urllib.parse import unquote

        path = unquote(path, "latin-1")
    return path

"""Redirections without end: a browser gives up, and no exception tells why."""

import re
import time

RUN = 6  # redirections in a row, each to where the next request asks
SECONDS = 3  # within which they come
MOST = 3  # addresses that take turns
# How servers before this one say that the visitor came by https.
SCHEMES = ("HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_SSL", "HTTP_FRONT_END_HTTPS")
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
        """Take note of an answer that sends elsewhere: its head, and the request."""
        found = LOCATION_REGEXP.search(head)
        if found is None or variables.get("REQUEST_METHOD") != "GET":
            self.forget()
            return
        scheme = "https" if is_secure else "http"
        host = variables.get("HTTP_HOST", "")
        path = variables.get("REQUEST_URI") or (
            variables.get("SCRIPT_NAME", "") + variables.get("PATH_INFO", "")
        )
        asked = host, path.partition("?")[0]
        to = read_location(found.group(1).decode("latin-1"), scheme, asked)
        now = time.monotonic()
        who = variables.get("REMOTE_ADDR")
        run = self._run
        # What is no chain begins anew. A name may come back as another one:
        # the server before this one may send to it.
        if run and (run[-1][1] != who or run[-1][4][2] != asked[1]):
            run = []
        run = [each for each in run if now - each[0] < SECONDS]
        run.append((now, who, asked, scheme, to, head[9:12].decode("latin-1")))
        self._run = run[-RUN:]
        if len(run) < RUN or len({each[2] for each in run}) > MOST:
            return
        self._tell(variables)

    def _tell(self, variables):
        steps = []
        for _, _, (host, path), scheme, (to_scheme, to_host, to_path), status in self._run:
            step = "%s://%s%s is sent to %s://%s%s (%s)" % (
                (scheme, host, path, to_scheme, to_host, to_path, status)
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
    from urllib.parse import urljoin, urlsplit

    at = urlsplit(urljoin("%s://%s%s" % (scheme, *asked), location))
    return at.scheme, at.netloc, at.path or "/"

# -*- coding: utf-8 -*-
"""What is said where nothing of wsgi-shim can be run that knows the rules.

A plain page, for `shim/python` as a program of its own, and for
`passenger_wsgi.py` as an application. Written by `wsgi-shim install`, renewed
by `wsgi-shim upgrade`; not to be edited.

Its syntax is that of Python 2.7 and of every 3.
"""

import json
import os
import re
import sys
import threading
import time

RETRY_SECONDS = 10  # until a start is tried again
LINE_LIMIT = 8000
CONTROL_REGEXP = re.compile(
    "[\x00-\x1f\x7f]"
    if sys.version_info[0] < 3
    else "[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)


class Page(object):
    """A WSGI application that says that wsgi-shim cannot be run.

    `again` makes what is to be served in its place, told what has been said;
    without it this process ends when it is time, and Passenger starts another.
    """

    def __init__(self, app_root, trouble, again=None, said=None):
        self.trouble = trouble
        self._app_root = app_root
        self._again = again
        self._lock = threading.Lock()
        self._application = None
        self._began = time.time()
        self._lines = [line for line in trouble.split("\n") if line]
        if trouble == said:
            return
        told = "\n".join(["wsgi-shim cannot be run. " + who()] + self._lines)
        write_log(app_root, told)
        if sys.stderr:
            sys.stderr.write("wsgi-shim: %s\n" % told)
            sys.stderr.flush()

    def __call__(self, environ, start_response):
        if self._again and not self._application and self._lock.acquire(False):
            try:
                self._try_again()
            finally:
                self._lock.release()
        if self._application:
            return self._application(environ, start_response)
        try:
            # A client that is still sending would not read the answer.
            length = int(environ.get("CONTENT_LENGTH") or 0)
            if 0 < length < 1 << 20:
                environ["wsgi.input"].read(length)
        except Exception:
            pass  # it is gone
        is_over = not self._again and time.time() - self._began >= RETRY_SECONDS
        body = self._html(is_over).encode("utf-8")
        headers = [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("Retry-After", "1" if is_over else "60"),
            ("X-WSGI-Shim", "restarting" if is_over else "error"),
        ]
        start_response("503 Service Unavailable", headers)
        if environ.get("REQUEST_METHOD") == "HEAD":
            body = b""
        return LastAnswer([body]) if is_over else [body]

    def _try_again(self):
        """Serve what can be served by now."""
        if time.time() - self._began < RETRY_SECONDS:
            return
        self._began = time.time()
        try:
            made = self._again(self.trouble)
        except Exception:
            return  # this file is gone
        if hasattr(made, "trouble"):
            self.trouble, self._lines = made.trouble, made._lines
        else:
            self._application = made

    def _html(self, is_over):
        """Make the page; when it is over, for a new start."""
        sentence = "This site cannot be shown at the moment. Please try again later."
        refresh = owner = ""
        details = read_details(self._app_root)
        if is_over:
            sentence = "This site is starting again. Please reload this page."
            refresh = '<meta http-equiv="refresh" content="1">\n'
        elif details != "none":
            owner = (
                "<hr>\n<p>For the owner of this site: wsgi-shim itself cannot be "
                "run here, so nothing can be said about the site.</p>\n"
            )
            if details == "full":
                owner += "<p>%s This was tried:</p>\n<pre>%s</pre>\n" % (
                    who(),
                    escape_html("\n".join(self._lines)),
                )
                owner += (
                    "<p>What may mend it: <code>wsgi-shim upgrade %s</code> in a "
                    "shell, or Node 18 or later on the web server.</p>\n"
                    % escape_html(self._app_root)
                )
        text = (
            '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width">\n'
            '<meta name="color-scheme" content="light dark">\n'
            "%s<title>Service unavailable</title></head>\n"
            '<body style="font-family:sans-serif;max-width:40em;margin:3em auto;'
            'padding:0 1em">\n<h1>Service unavailable</h1>\n<p>%s</p>\n%s'
            "</body></html>\n" % (refresh, sentence, owner)
        )
        return text.decode("utf-8", "replace") if str is bytes else text


class LastAnswer(list):
    """An answer after which the process ends, so that the server starts anew."""

    def close(self):
        """PEP 3333: called when all is sent."""
        sys.stderr.flush()
        os._exit(0)


def who():
    """Say as whom this process runs."""
    version = sys.version.split()[0]
    return "User %d, group %d, Python %s." % (os.getuid(), os.getgid(), version)


def read_details(app_root):
    """Read `[feedback] details` without a parser, in each of its forms."""
    try:
        with open(os.path.join(app_root, "config.toml"), "rb") as config:
            text = config.read(65536).decode("utf-8", "replace")
    except EnvironmentError:
        return "none"
    plain = re.sub(r"[\"'](feedback|details)[\"']", r"\1", text)
    stated = r"(?m)^[ \t]*(?:feedback[ \t]*\.[ \t]*)?details[ \t]*=[ \t]*[\"'](\w+)[\"']"
    inline = r"(?m)^[ \t]*feedback[ \t]*=.*\bdetails[ \t]*=[ \t]*[\"'](\w+)"
    found = re.search(stated, plain) or re.search(inline, plain)
    return found.group(1) if found else "full"


def write_log(app_root, text):
    """Append to the log; one that cannot be written stops nothing."""
    now = time.time()
    head = "%s.%03dZ [%d] failure: " % (
        time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)),
        now % 1 * 1000,
        os.getpid(),
    )
    lines = ""
    for line in text.rstrip("\n").split("\n"):
        lines += head + CONTROL_REGEXP.sub(escape_control, line[:LINE_LIMIT]) + "\n"
    if not isinstance(lines, bytes):
        lines = lines.encode("utf-8", "backslashreplace")
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK
    try:
        log = os.open(os.path.join(app_root, "log", "wsgi-shim.log"), flags, 0o640)
        try:
            os.write(log, lines)
        finally:
            os.close(log)
    except OSError:
        pass


def escape_control(match):
    """Spell out a control character by its bytes."""
    data = bytearray(match.group().encode("utf-8"))
    return "".join("\\x%02x" % byte for byte in data)


def escape_html(text):
    """Escape a text for HTML."""
    text = text.replace("&", "&amp;").replace("<", "&lt;")
    return text.replace(">", "&gt;").replace('"', "&quot;")


def main():
    """Serve the page as a process of Passenger's."""
    import binascii
    import select
    import socket
    from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

    class Server(WSGIServer):
        """A server on a Unix socket."""

        address_family = socket.AF_UNIX

        def server_bind(self):
            """Bind without asking for the name of an address."""
            self.socket.bind(self.server_address)
            self.server_name, self.server_port = "localhost", 80
            self.setup_environ()

        def get_request(self):
            """Accept; the client has no address."""
            return self.socket.accept()[0], ("unix", 0)

    class Handler(WSGIRequestHandler):
        """A handler that keeps silent."""

        def log_message(self, *args):
            """Say nothing."""

    shim = os.path.dirname(os.path.abspath(__file__))
    page = Page(os.path.dirname(shim), os.environ.pop("WSGI_SHIM_TRIED", ""))
    work = os.environ["PASSENGER_SPAWN_WORK_DIR"]
    with open(os.path.join(work, "args.json")) as written:
        folder = json.load(written)["socket_dir"]
    # Short, as Passenger's own path may leave no room for more.
    name = binascii.hexlify(os.urandom(4)).decode("ascii")
    path = str(os.path.join(folder, "shim." + name))
    os.umask(0o077)
    server = Server(path, Handler)
    server.set_app(page)
    properties = {
        "address": "unix:" + path,
        "protocol": "http",
        "concurrency": 0,
        "accept_http_requests": True,
    }
    with open(os.path.join(work, "response", "properties.json"), "w") as told:
        json.dump({"sockets": [properties]}, told)
    with open(os.path.join(work, "response", "finish"), "w") as told:
        told.write("1")
    # Passenger says nothing on standard input; its end is the message.
    while 0 not in select.select([0, server], [], [])[0]:
        server.handle_request()


if __name__ == "__main__":
    main()

# -*- coding: utf-8 -*-
"""The startup file of the wsgi door, which Passenger's Python loader loads.

It holds no rules of its own: it asks the recorded command what to do, and
either serves the page that it is given, or lets `shim/wsgi_door.py` load the
application. When the command cannot be run, it says so on a plain page; as a
program it serves that page by itself, for `shim/python`. Written by
`wsgi-shim install`, renewed by `wsgi-shim upgrade`; not to be edited.

Its syntax is that of Python 2.7 and of every 3, so that any interpreter can
load it and have explained what is wrong.
"""

import json
import os
import re
import subprocess
import sys
import threading
import time

# Recorded by `wsgi-shim install`: a command line, and the path of Node.
COMMAND = []  # @COMMAND@
NODE = ""  # @NODE@

APP_ROOT = os.path.dirname(os.path.abspath(__file__))
RUNTIME = os.path.join(APP_ROOT, "shim", "runtime.cjs")
DOOR = os.path.join(APP_ROOT, "shim", "wsgi_door.py")
WORKER = os.path.join(APP_ROOT, "shim", "worker.py")
LOG = os.path.join(APP_ROOT, "log", "wsgi-shim.log")
NODES = ["/usr/bin/node", "/usr/bin/nodejs", "/usr/local/bin/node"]

ANSWER_SECONDS = 30  # that the command may take
LOOK_SECONDS = 1  # between two looks whether the site is mended
RETRY_SECONDS = 10  # until a start is tried again though nothing has changed
LINE_LIMIT = 8000
PYTHON = sys.version.split()[0]


# The command that knows the rules.


class Unanswered(Exception):
    """The command cannot be run; its text says what was tried."""


def commands():
    """List the command lines that may answer, the recorded one first."""
    nodes = [NODE] if NODE else []
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        nodes.append(os.path.join(folder, "node"))
    found = [COMMAND] if COMMAND else []
    for node in nodes + NODES:
        if [node, RUNTIME] not in found and (node == NODE or os.path.exists(node)):
            found.append([node, RUNTIME])
    return found


def ask(option=None, message=None, **caller):
    """Ask for the plan, or for the page of what the message tells."""
    tried = []
    words = ["preflight", APP_ROOT] + ([option] if option else [])
    caller.update(pid=os.getpid(), python=PYTHON)
    words += ["--caller", json.dumps(caller)]
    for command in commands():
        try:
            return read_answer(command + words, message)
        except (EnvironmentError, ValueError) as error:
            tried.append("%s: %s" % (command[0], error))
    raise Unanswered("\n".join(tried) or "there is neither a command nor Node")


def read_answer(words, message):
    """Run a command line and return its JSON."""
    child = subprocess.Popen(
        words,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        close_fds=True,
    )
    late = threading.Timer(ANSWER_SECONDS, child.kill)
    late.start()
    try:
        told = json.dumps(message).encode("utf-8") if message else b""
        output, errors = child.communicate(told)
    finally:
        late.cancel()
        late.join()
    if child.returncode:
        text = native(errors.decode("utf-8", "replace").strip()[-1000:])
        raise ValueError("it ended with status %d: %s" % (child.returncode, text))
    answer = json.loads(output.decode("utf-8"))
    if answer.get("format") != 1:
        raise ValueError("it is another version, %s" % answer.get("version"))
    return answer


def native(text):
    """Make a text what this Python calls str."""
    return text.encode("utf-8") if str is bytes else text


# The log, in the form of lib/site/log.ts.

CONTROL_REGEXP = re.compile(
    "[\x00-\x1f\x7f]"
    if sys.version_info[0] < 3
    else "[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
log_limits = None  # as told with the start


def write_log(kind, text):
    """Append to the log; one that cannot be written stops nothing."""
    now = time.time()
    head = "%s.%03dZ [%d] %s: " % (
        time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)),
        now % 1 * 1000,
        os.getpid(),
        kind,
    )
    lines = ""
    for line in text.rstrip("\n").split("\n"):
        line = CONTROL_REGEXP.sub(escape_control, line[:LINE_LIMIT])
        lines += head + line + "\n"
    if not isinstance(lines, bytes):
        lines = lines.encode("utf-8", "backslashreplace")
    try:
        if log_limits:
            rotate_log(log_limits["maxBytes"], log_limits["backups"])
        # Opened anew each time: the shim may have rotated it.
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW
        log = os.open(LOG, flags, 0o640)
        try:
            os.write(log, lines)
        finally:
            os.close(log)
    except OSError:
        pass


def rotate_log(max_bytes, backups):
    """Rename a log that has grown and its backups one up."""
    if not os.path.exists(LOG) or os.path.getsize(LOG) <= max_bytes:
        return
    lock = LOG + ".lock"
    try:
        os.mkdir(lock, 0o700)
    except OSError:
        return  # Another process does it, or was killed while it did.
    try:
        for number in range(backups - 1, 0, -1):
            backup = "%s.%d" % (LOG, number)
            if os.path.exists(backup):
                os.rename(backup, "%s.%d" % (LOG, number + 1))
        if backups:
            os.rename(LOG, LOG + ".1")
        else:
            open(LOG, "w").close()
    finally:
        os.rmdir(lock)


def escape_control(match):
    """Spell out a control character as lib/text/shell.ts does."""
    data = bytearray(match.group().encode("utf-8"))
    return "".join("\\x%02x" % byte for byte in data)


# Pages.


class Page(object):
    """A WSGI application that shows a page until the site is mended."""

    def __init__(self, answer):
        self._answer = answer
        self._looked = time.time()

    def __call__(self, environ, start_response):
        if time.time() - self._looked >= LOOK_SECONDS:
            self.look()
            self._looked = time.time()
        # A client that is still sending would not read the answer.
        length = environ.get("CONTENT_LENGTH") or "0"
        if length.isdigit() and 0 < int(length) < 1 << 20:
            environ["wsgi.input"].read(int(length))
        accept = environ.get("HTTP_ACCEPT", "")
        is_json = "json" in accept and "html" not in accept
        page = self._answer["pages"]["json" if is_json else "html"]
        body = page["body"].encode("utf-8")
        headers = [(native(name), native(value)) for name, value in page["headers"]]
        headers.append(("Content-Length", str(len(body))))
        start_response(native(page["status"]), headers)
        return LastWords([body]) if self._answer.get("mended") else [body]

    def look(self):
        """Look whether what the page tells of is still so."""
        try:
            self._answer = ask("--again", self._answer["state"])
        except Unanswered as error:
            self._answer["mended"] = True  # and the next process will tell
            write_log("failure", "cannot ask again: %s" % error)


class PlainPage(Page):
    """The page for a command that cannot be run: all that can be said."""

    def __init__(self, trouble, looks=ask):
        lines = [line for line in trouble.split("\n") if line]
        told = ["wsgi-shim cannot be run. " + who()] + lines
        write_log("failure", "\n".join(told))
        sys.stderr.write("wsgi-shim: %s\n" % "\n".join(told))
        Page.__init__(self, {"pages": plain_pages(lines)})
        self._looks = looks

    def look(self):
        try:
            self._looks()
        except Unanswered:
            return
        self._answer = {"pages": plain_pages(None), "mended": True}


class LastWords(list):
    """An answer after which the process ends, so that Passenger starts anew."""

    def close(self):
        """PEP 3333: called when all is sent."""
        sys.stderr.flush()
        os._exit(0)


def who():
    """Say as whom this process runs."""
    return "User %d, group %d, Python %s." % (os.getuid(), os.getgid(), PYTHON)


def plain_pages(lines):
    """Make the page that needs no command; without lines, for a new start."""
    owner = ""
    details = read_details()
    if lines is not None and details != "none":
        owner = (
            "<hr>\n<p>For the owner of this site: wsgi-shim itself cannot be "
            "run here, so nothing can be said about the site.</p>\n"
        )
        if details == "full":
            owner += "<p>%s This was tried:</p>\n<pre>%s</pre>\n" % (
                who(),
                escape_html("\n".join(lines)),
            )
            owner += (
                "<p>What may mend it: <code>wsgi-shim upgrade %s</code> in a "
                "shell, or Node 18 or later on the web server.</p>\n"
                % escape_html(APP_ROOT)
            )
    sentence = "This site cannot be shown at the moment. Please try again later."
    refresh = ""
    if lines is None:
        sentence = "This site is starting again. Please reload this page."
        refresh = '<meta http-equiv="refresh" content="1">\n'
    body = (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width">\n'
        '<meta name="color-scheme" content="light dark">\n'
        "%s<title>Service unavailable</title></head>\n"
        '<body style="font-family:sans-serif;max-width:40em;margin:3em auto;'
        'padding:0 1em">\n<h1>Service unavailable</h1>\n<p>%s</p>\n%s'
        "</body></html>\n" % (refresh, sentence, owner)
    )
    page = {
        "status": "503 Service Unavailable",
        "headers": [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Cache-Control", "no-store"),
            ("Retry-After", "1" if lines is None else "60"),
            ("X-WSGI-Shim", "restarting" if lines is None else "error"),
        ],
        "body": body.decode("utf-8", "replace") if str is bytes else body,
    }
    return {"html": page, "json": page}


def read_details():
    """Read `[feedback] details`, without a parser: any mention counts."""
    try:
        with open(os.path.join(APP_ROOT, "config.toml"), "rb") as config:
            text = config.read(1000000).decode("utf-8", "replace")
    except EnvironmentError:
        return "none"
    found = re.search("(?m)^[ \t]*details[ \t]*=[ \t]*[\"'](\\w+)[\"']", text)
    return found.group(1) if found else "full"


def escape_html(text):
    """Escape a text for HTML."""
    text = text.replace("&", "&amp;").replace("<", "&lt;")
    return text.replace(">", "&gt;").replace('"', "&quot;")


# The application.


def run(start):
    """Return the application, or the page of what went wrong with it."""
    global log_limits

    import importlib.util

    log_limits = start["log"]

    spec = importlib.util.spec_from_file_location("wsgi_shim_door", DOOR)
    door = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(door)
    if os.environ.get("PASSENGER_SPAWN_WORK_DIR"):
        try:
            loaded = door.run(start, WORKER, ask, write_log)
        except OSError as error:  # no process may be added
            raised = {"type": "OSError", "message": str(error), "frames": []}
            loaded = {
                "problem": "unstartable",
                "subject": sys.executable,
                "exception": raised,
            }
    else:
        # Another server than Passenger, or a Passenger before 5.3.
        os.environ.update(start["environment"])
        worker = door.load_worker(WORKER)
        try:
            loaded = worker.load(start["settings"])
        except worker.Failed as failed:
            loaded = failed.failure
    return loaded if callable(loaded) else Page(ask("--failure", loaded))


# The start.


def begin():
    """Return the WSGI application for Passenger: the site's, or a page."""
    try:
        answer = ask()
        if "start" in answer:
            answer = enter_interpreter(answer)
        return run(answer["start"]) if "start" in answer else Page(answer)
    except Unanswered as error:
        return PlainPage(str(error))


def enter_interpreter(answer):
    """Go on in the interpreter of the site, or return what to do instead."""
    wanted = native(answer["start"]["interpreter"])
    is_right = os.path.realpath(os.path.dirname(wanted)) == os.path.realpath(
        os.path.dirname(sys.executable)
    ) and os.path.realpath(wanted) == os.path.realpath(sys.executable)
    if is_right and sys.version_info >= (3, 8):
        return answer
    tried = os.environ.pop("WSGI_SHIM_INTERPRETER", None)
    if not is_right and tried != wanted and can_load(wanted):
        write_log(
            "warning",
            "Passenger runs %s; going on in %s" % (sys.executable, wanted),
        )
        os.environ["WSGI_SHIM_INTERPRETER"] = wanted
        os.execv(wanted, [wanted] + sys.argv)
    return ask(stuckIn=sys.executable)


def can_load(interpreter):
    """Tell whether an interpreter can run the loader that runs here."""
    if not os.path.isfile(sys.argv[0]):
        return False
    # Python 3.12 no longer has what Passenger's loader needs up to 6.0.18.
    needed = "import imp" if "imp" in sys.modules else ""
    try:
        return subprocess.call([interpreter, "-W", "ignore", "-c", needed]) == 0
    except OSError:
        return False


def main():
    """Serve the plain page as a program, for `shim/python`."""
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
            pass

    began = time.time()

    def look():
        if time.time() - began < RETRY_SECONDS:
            raise Unanswered("it is too early")

    page = PlainPage(os.environ.pop("WSGI_SHIM_TROUBLE", ""), look)
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
else:
    application = begin()

"""The gateway: from a connection to the application and back."""

import io
import os
import re
import socket
import threading
import time

from . import frameworks, streams
from .answer import Answer
from .bodies import BodyError, ChunkedBody, FileWrapper, RawBody, spool
from .facts import exit_status, print_error
from .incidents import Incidents, Request, plain_page

HEAD_SECONDS = 10  # that the rest of a begun header block may take
LINGER_SECONDS = 2  # for a request body that the application left unread
MAX_HEAD = 1 << 20
SIZE = 65536


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

    def __init__(self, application, channel, password=None, is_threaded=False):
        self._application = application
        self._channel = channel
        self._password = password
        self._base = {
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.errors": streams.errors,
            "wsgi.multithread": is_threaded,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
            "wsgi.file_wrapper": FileWrapper,
            "wsgi.input_terminated": True,
        }
        self._pid = os.getpid()
        self._incidents = Incidents(channel)
        self._caught = Caught()
        frameworks.hear_frameworks(lambda error: setattr(self._caught, "error", error))

    def respond(self, sock, keep):
        """Answer one request; return whether the connection may be kept.

        `keep` tells whether the server would keep it.
        """
        head, begun = self._read_head(sock)
        if head is None:
            return False
        environ = self._read_environ(head)
        if environ is None:
            self._channel.warn("A malformed request was refused")
            return False
        method = environ["REQUEST_METHOD"]
        # Who may connect to the socket is our own user, or root: there is
        # nobody to whom the time of the comparison could tell anything.
        given = environ.pop("PASSENGER_CONNECT_PASSWORD", None)
        if self._password and given != self._password:
            self._channel.warn("A request without Passenger's password was refused")
            Answer(sock, environ, False).send_page(plain_page("403 Forbidden"))
            return False
        for name in self._DROPPED:
            if name in environ:
                del environ[name]
        if method == "ping":
            sock.sendall(b"pong")  # as Passenger's own loader does
            return False
        if method == "OOBW":
            Answer(sock, environ, False).send_page(plain_page("200 OK"))
            return False  # out-of-band work: there is none
        try:
            body = self._open_body(sock, environ, begun)
        except OSError as error:  # malformed, cut off, or the disk is full
            answer = Answer(sock, environ, False)
            self._fail(environ, answer, error)
            self._linger(sock)
            return False
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
                streams.errors.flush()
                os._exit(exit_status(error) if isinstance(error, SystemExit) else 1)
            self._caught.error = None
            if not answer.gone:
                self._fail(environ, answer, error)
        if self._caught.error is not None:
            error, self._caught.error = self._caught.error, None
            self._incidents.tell(self._request(environ), error)
        if answer.trouble:
            self._warn(environ, answer.trouble)
        head = answer.remarkable
        if head is None:
            self._incidents.count()
        else:
            is_secure = environ.get("wsgi.url_scheme") == "https"
            self._incidents.count(head, environ, is_secure)

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
                answer.send_page(plain_page("400 Bad Request"))
            return
        # Once begun it is too late for a page. The connection closes before
        # the last chunk, so that the cut can be seen.
        is_wanted = not answer.started
        page = self._incidents.explain(self._request(environ), error, is_wanted)
        if page:
            answer.send_page(page)

    def _warn(self, environ, text):
        self._incidents.warn(self._request(environ), text)

    @staticmethod
    def _request(environ):
        path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
        return Request(
            environ["REQUEST_METHOD"],
            path.encode("latin-1", "replace").decode("utf-8", "replace"),
            environ.get("HTTP_ACCEPT", ""),
        )

    @staticmethod
    def _read_head(sock):
        """Return a header block and what came after it.

        The block is None when no request came, empty when it is cut off.
        """
        data = sock.recv(SIZE)
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
                more = sock.recv(SIZE)
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
        if environ.get("HTTP_TRANSFER_ENCODING", "").lower() == "chunked":
            body = ChunkedBody(sock, begun)
            environ["wsgi.input"], length = spool(body)
            # RFC 9112, section 7.1.3: what was decoded is no longer encoded.
            del environ["HTTP_TRANSFER_ENCODING"]
            environ["CONTENT_LENGTH"] = str(length)
            return body
        if environ.get("CONTENT_LENGTH"):
            body = RawBody(sock, begun, int(environ["CONTENT_LENGTH"]))
            environ["wsgi.input"] = io.BufferedReader(body)
            return body
        # Without a body Passenger leaves the connection open: the end must
        # come from here, or the application would wait for ever.
        environ["wsgi.input"] = io.BytesIO()
        return None

    @staticmethod
    def _linger(sock):
        # Closing with unread bytes would reset the connection, and a peer
        # that is still sending may lose the answer.
        deadline = time.monotonic() + LINGER_SECONDS
        try:
            sock.shutdown(socket.SHUT_WR)
            while True:
                sock.settimeout(max(0.01, deadline - time.monotonic()))
                if not sock.recv(SIZE) or time.monotonic() > deadline:
                    return
        except OSError:
            return

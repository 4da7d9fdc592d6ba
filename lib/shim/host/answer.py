"""The answer to a request: what PEP 3333 asks of a server."""

import re

JOIN_LIMIT = 32768  # up to here, copying is cheaper than a second buffer


class ClientGone(ConnectionAbortedError):
    """Nobody reads the answer any more."""


def refusal(kind, word, text):
    """Make an exception for what is no answer, with a word that tells which."""
    error = kind(text)
    error.wsgi_shim_refusal = word
    return error


class Answer:
    """The answer to one request: PEP 3333's start_response and write."""

    # No control characters: a CR or LF would let a value add headers.
    _STATUS_REGEXP = re.compile(r"[1-9]\d\d [^\x00-\x1f\x7f]*", re.ASCII)
    _NAME_REGEXP = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+", re.ASCII)
    _CONTROL_REGEXP = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
    _HOP_BY_HOP = frozenset(
        "connection keep-alive proxy-authenticate proxy-authorization te trailer"
        " trailers transfer-encoding upgrade".split()
    )
    # Passenger does not read the body of these: the end is in doubt.
    _UNREAD = frozenset(["x-sendfile", "x-accel-redirect"])
    # What was found to be valid, as few applications have many of either.
    _statuses = set()
    _names = {}  # spelling -> lower case

    def __init__(self, sock, environ, keep):
        self._sock = sock
        self._head_only = environ["REQUEST_METHOD"] == "HEAD"
        self._http11 = environ["SERVER_PROTOCOL"] == "HTTP/1.1"
        self.keep = keep  # whether the connection may serve another request
        self.started = False  # whether the head is sent
        self.gone = False
        self.trouble = None  # what to warn of
        self._head = None
        self._length = None  # Content-Length
        self._sent = 0
        self._bodiless = False
        self._chunked = False

    def start_response(self, status, headers, exc_info=None):
        """PEP 3333, "The start_response() Callable"."""
        if exc_info is not None and not isinstance(exc_info, tuple):
            raise TypeError("exc_info is %s, not a tuple" % type(exc_info).__name__)
        if exc_info:
            try:
                if self.started:
                    raise exc_info[1].with_traceback(exc_info[2])
            finally:
                exc_info = None  # else the frames would refer to themselves
        elif self._head is not None:
            raise refusal(
                AssertionError,
                "start-order",
                "start_response was called a second time, without exc_info",
            )
        if type(status) is not str or status not in self._statuses:
            self._check_status(status)
        bodiless = status[:3] in ("204", "304")
        length = None
        lines = ["HTTP/1.1 %s\r\n" % status]
        if not isinstance(headers, list):
            raise refusal(
                TypeError,
                "headers-type",
                "headers are %s, not a list of (name, value) tuples"
                % type(headers).__name__,
            )
        for pair in headers:
            try:
                name, value = pair
            except (TypeError, ValueError):
                raise refusal(
                    TypeError,
                    "headers-type",
                    "header is %s, not a (name, value) tuple" % type(pair).__name__,
                ) from None
            lower = self._names.get(name) or self._check_name(name)
            if type(value) is not str or not value.isprintable():
                self._check_value(name, value)
            if lower == "content-length":
                if not (value.isascii() and value.isdigit()):
                    raise refusal(
                        ValueError,
                        "length-text",
                        "Content-Length is %.80r, not a number" % value,
                    )
                if length not in (None, int(value)):
                    raise refusal(
                        ValueError,
                        "length-text",
                        "Content-Length is given twice, and differs",
                    )
                if length is not None or (bodiless and status[:3] != "304"):
                    continue
                length = int(value)
            elif lower in self._UNREAD:
                self.keep = False
            elif lower == "status":
                continue  # Passenger would let it override the status line
            lines.append("%s: %s\r\n" % (name, value))
        try:
            head = "".join(lines).encode("latin-1")
        except UnicodeEncodeError as error:
            raise refusal(
                ValueError,
                "header-text",
                "status or header has a character outside latin-1: %.80r"
                % error.object[error.start : error.end],
            ) from None
        self._head = head
        self._length = length
        self._bodiless = bodiless or self._head_only
        return self.write

    def _check_status(self, status):
        if not isinstance(status, str):
            raise refusal(
                TypeError, "head-type", "status is %s, not str" % type(status).__name__
            )
        if not self._STATUS_REGEXP.fullmatch(status):
            raise refusal(
                ValueError, "status-text", 'status is %.80r, not like "200 OK"' % status
            )
        if status[0] == "1":
            # RFC 9110, section 15.2: an interim answer, after which comes another.
            raise refusal(
                ValueError,
                "status-text",
                "status is %.80r, which is no final one" % status,
            )
        if len(self._statuses) < 100:
            self._statuses.add(status)

    def _check_value(self, name, value):
        if not isinstance(value, str):
            raise refusal(
                TypeError,
                "head-type",
                "header %s is %s, not str" % (name, type(value).__name__),
            )
        if self._CONTROL_REGEXP.search(value):
            raise refusal(
                ValueError, "header-text", "header %s holds a control character" % name
            )

    def _check_name(self, name):
        if not isinstance(name, str):
            raise refusal(
                TypeError,
                "head-type",
                "header name is %s, not str" % type(name).__name__,
            )
        if not self._NAME_REGEXP.fullmatch(name):
            raise refusal(
                ValueError, "header-text", "header name is %.80r, not a token" % name
            )
        lower = name.lower()
        if lower in self._HOP_BY_HOP:
            # PEP 3333, "Other HTTP Features": the server's to set.
            raise refusal(
                AssertionError,
                "hop-by-hop",
                "header %s is hop-by-hop: leave it out" % name,
            )
        if len(self._names) < 500:
            self._names[name] = lower
        return lower

    @property
    def complete(self):
        """Whether Passenger has all of the answer."""
        return self.started and (self._bodiless or self._sent == self._length)

    @property
    def remarkable(self):
        """The head of an answer that is looked at: it sends elsewhere, or sets a cookie."""
        head = self._head
        if head is None:
            return None
        is_so = head[9:11] == b"30" or b"et-Cookie:" in head or b"et-cookie:" in head
        return head if is_so else None

    def write(self, data):
        """PEP 3333, "The write() Callable"."""
        self._check_body(data)
        if data:
            self._send(data)

    def send_all(self, result):
        """Send what the application returned."""
        if result is None or isinstance(result, (str, bytes)):
            self._refuse_result(result)
        if type(result) in (list, tuple) and not self.started:
            self._measure(result)
        try:
            blocks = iter(result)
        except TypeError:
            self._refuse_result(result)
        for data in blocks:
            if type(data) is not bytes:
                self._check_body(data)
            if data:
                self._send(data)
                if self._bodiless or self.trouble:
                    break  # nothing of the rest would be sent
        self._finish()

    @staticmethod
    def _refuse_result(result):
        kind = "None" if result is None else type(result).__name__
        text = "application returned %s; WSGI needs an iterable of bytes" % kind
        if isinstance(result, str):
            text += ': return it in a list, as in [body.encode("utf-8")]'
        elif isinstance(result, bytes):
            text += ": return it in a list, as in [body]"
        word = {"NoneType": "body-none", "str": "body-str"}
        raise refusal(TypeError, word.get(type(result).__name__, "body-type"), text)

    @staticmethod
    def _check_body(data):
        if isinstance(data, str):
            raise refusal(
                TypeError,
                "block-str",
                "application returned str, not bytes: "
                'encode it, as in body.encode("utf-8")',
            )
        if not isinstance(data, bytes):
            raise refusal(
                TypeError,
                "body-type",
                "application returned %s, not bytes" % type(data).__name__,
            )

    def _measure(self, result):
        # PEP 3333, "Handling the Content-Length Header".
        if self._head is None or self._length is not None or len(result) > 1:
            return
        if self._bodiless and not (self._head_only and result and result[0]):
            return  # a HEAD without a body says nothing about the GET
        if not result:
            self._add_length(0)
        elif isinstance(result[0], bytes):
            self._add_length(len(result[0]))

    def _add_length(self, length):
        self._length = length
        self._head += b"Content-Length: %d\r\n" % length

    def _start(self):
        # The head waits for the first byte of the body: until then an
        # error can still replace it.
        if self._length is None and not self._bodiless:
            if self._http11:
                # Passenger unwraps the chunks, and can see a cut.
                self._chunked = True
                self._head += b"Transfer-Encoding: chunked\r\n"
            else:
                self.keep = False
        self.started = True
        return self._head + (b"\r\n" if self.keep else b"Connection: close\r\n\r\n")

    def _send(self, data):
        if self._head is None:
            raise refusal(
                AssertionError,
                "start-order",
                "application sent its body before start_response",
            )
        before = after = b""
        if not self.started:
            before = self._start()
        elif self._bodiless:
            return
        if self._bodiless:
            data = b""
        elif self._length is not None:
            room = self._length - self._sent
            if len(data) > room:
                # A surplus byte would be read as the start of the next
                # answer on this connection, another visitor's perhaps.
                data = data[:room]
                self.trouble = (
                    "Content-Length said %d, but the body goes on: "
                    "the surplus is dropped" % self._length
                )
            self._sent += len(data)
        elif self._chunked:
            before += b"%x\r\n" % len(data)
            after = b"\r\n"
        self._transmit(before, data, after)

    def _finish(self):
        if self._head is None:
            raise refusal(
                AssertionError,
                "start-order",
                "application did not call start_response",
            )
        if not self.started:
            if self._length is None and not self._bodiless:
                self._add_length(0)
            self._transmit(self._start(), b"", b"")
        elif self._chunked:
            self._transmit(b"0\r\n\r\n", b"", b"")
        if self._bodiless or self._length is None:
            return
        if self._sent < self._length:
            self.keep = False  # the missing bytes can only be shown as a cut
            self.trouble = "Content-Length said %d, but the body has %d bytes" % (
                self._length,
                self._sent,
            )

    def _transmit(self, before, data, after):
        try:
            if len(data) < JOIN_LIMIT:
                # One system call for a small answer.
                if before or data:
                    self._sock.sendall(before + data + after)
                return
            sent = self._sock.sendmsg((before, data, after))
            for part in (before, data, after):
                if sent < len(part):
                    self._sock.sendall(memoryview(part)[sent:])
                sent = max(0, sent - len(part))
        except OSError as error:
            self.gone = True
            raise ClientGone(error.errno, "client is gone") from None

    def send_page(self, page):
        """Send a page of ours in place of the application's answer."""
        body = page["body"].encode("utf-8", "backslashreplace")
        self.keep = False
        self._head = None
        self.start_response(page["status"], [tuple(pair) for pair in page["headers"]])
        if not self._bodiless and self._length is None:
            self._add_length(len(body))
        self._transmit(self._start(), b"" if self._bodiless else body, b"")

"""Requests to an ASGI application: from a connection to the application and back.

The ASGI specification, HTTP 2.5. Everything here runs in the thread of the
event loop, of which it knows the few calls that each loop has.
"""

import os
import re

from .answer import JOIN_LIMIT, Answer, ClientGone
from .facts import exit_status
from .incidents import Request, plain_page

HEAD_SECONDS = 10  # that the rest of a begun header block may take
LINGER_SECONDS = 2  # for a request body that the application left unread
JOIN_SECONDS = 0.005  # that a small piece of a body waits for the next one
MAX_HEAD = 1 << 20
BODY_LIMIT = 1 << 17  # bytes of a body that wait for the application
SWITCH = (
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
)
SPEC = {"version": "3.0", "spec_version": "2.3"}
# Headers that the server itself has dealt with, or that libraries take for a
# setting (httpoxy); two that CGI spells without HTTP_.
DROPPED = (b"HTTP_PROXY", b"HTTP_CONTENT_TYPE", b"HTTP_CONTENT_LENGTH")


class Bell:
    """Lets coroutines wait until it rings."""

    def __init__(self, loop):
        self._loop = loop
        self._waiting = []

    def next(self):
        """Return a future of the next ring."""
        waiting = self._loop.create_future()
        self._waiting.append(waiting)
        return waiting

    async def wait(self):
        """Wait for the next ring."""
        waiting = self.next()
        try:
            await waiting
        finally:
            if waiting in self._waiting:
                self._waiting.remove(waiting)

    def ring(self):
        """Let all go on who wait now."""
        waiting, self._waiting = self._waiting, []
        for each in waiting:
            if not each.done():
                each.set_result(None)


class Head:
    """The header block of a request, read as ASGI wants it."""

    # Variable -> name of the header. The names of all requests are few.
    _names = {b"CONTENT_TYPE": b"content-type", b"CONTENT_LENGTH": b"content-length"}

    def __init__(self, block):
        """Read a block; raise ValueError where it is malformed."""
        fields = block.split(b"\0")
        # Every name and value ends with a NUL, so the last part is empty.
        if fields.pop() or len(fields) % 2:
            raise ValueError("malformed header block")
        pairs = iter(fields)
        # The last of a name wins, as in Passenger's own loader: the web
        # server's variables come after the client's headers.
        self.variables = variables = dict(zip(pairs, pairs))
        for name in DROPPED:
            variables.pop(name, None)
        self.is_chunked = False
        if variables.get(b"HTTP_TRANSFER_ENCODING", b"").lower() == b"chunked":
            # RFC 9112, section 6.3; the application sees no chunks.
            self.is_chunked = True
            del variables[b"HTTP_TRANSFER_ENCODING"]
            variables.pop(b"CONTENT_LENGTH", None)
        length = variables.get(b"CONTENT_LENGTH")
        if length == b"":
            del variables[b"CONTENT_LENGTH"]
        elif length and not length.isdigit():
            raise ValueError("malformed Content-Length")
        self.length = int(length or 0)
        self.method = variables[b"REQUEST_METHOD"].decode("latin-1")
        self.upgrade = variables.get(b"HTTP_UPGRADE", b"").lower()
        names = self._names
        self.headers = headers = []
        for name, value in variables.items():
            known = names.get(name)
            if known is None:
                if not name.startswith(b"HTTP_"):
                    continue
                known = name[5:].replace(b"_", b"-").lower()
                if len(names) < 500:
                    names[name] = known
            headers.append((known, value))

    def text(self, name, default=""):
        """Return a variable as text."""
        value = self.variables.get(name)
        return default if value is None else value.decode("latin-1")

    def texts(self):
        """Return all variables as texts."""
        return {
            name.decode("latin-1"): value.decode("latin-1")
            for name, value in self.variables.items()
        }

    def scope(self, is_root_in_path):
        """Make the scope of a request."""
        variables = self.variables
        get = variables.get
        root = get(b"SCRIPT_NAME", b"")
        path = get(b"PATH_INFO", b"")
        if root and path == b"/":
            # Passenger says so of the bare mount point too.
            if get(b"REQUEST_URI", b"").partition(b"?")[0] == root:
                path = b""
        path = path if root or path else b"/"
        full = root + path
        return {
            "type": "http",
            "asgi": SPEC.copy(),
            "http_version": "1.1",
            "method": self.method.upper(),
            "scheme": "https" if self.is_secure else "http",
            "path": unquote(full if is_root_in_path else path),
            "raw_path": full,
            "query_string": get(b"QUERY_STRING", b""),
            "root_path": unquote(root),
            "headers": self.headers,
            "client": self._pair(b"REMOTE_ADDR", b"REMOTE_PORT"),
            "server": self._pair(b"SERVER_NAME", b"SERVER_PORT"),
        }

    @property
    def is_secure(self):
        """Whether the client has used HTTPS."""
        return self.variables.get(b"HTTPS", b"").lower() in (b"on", b"1", b"true", b"yes")

    def _pair(self, host, port):
        name, number = self.text(host), self.variables.get(port, b"")
        return (name, int(number) if number.isdigit() else 0) if name else None

    def told(self):
        """Say what may be told of the request."""
        get = self.variables.get
        path = unquote(get(b"SCRIPT_NAME", b"") + get(b"PATH_INFO", b""))
        return Request(self.method, path, self.text(b"HTTP_ACCEPT"))


def unquote(path):
    """Decode a path of bytes, from percent and from UTF-8."""
    if b"%" in path:
        from urllib.parse import unquote_to_bytes

        path = unquote_to_bytes(path)
    return path.decode("utf-8", "replace")


class PlainBody:
    """A body of a known length, as it arrives."""

    def __init__(self, length):
        self._left = length

    @property
    def is_whole(self):
        """Whether all of it has arrived."""
        return self._left == 0

    def feed(self, data):
        """Return what belongs to the body of bytes that have arrived."""
        part = data[: self._left]
        self._left -= len(part)
        return part


class ChunkedBody:
    """A body that arrives as raw chunks (PassengerBufferUpload off)."""

    _SIZE_REGEXP = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]*)?\r\n")

    def __init__(self):
        self.is_whole = False
        self._begun = b""  # a line that has no end yet
        self._chunk = 0  # bytes that are left of it
        self._is_after = False  # a chunk has ended, its CR LF is due
        self._trailers = None  # lines that were read after the last chunk

    def feed(self, data):
        """Return the data in bytes that have arrived; ValueError: no chunks."""
        found = []
        data = self._begun + data
        self._begun = b""
        at = 0
        while at < len(data) and not self.is_whole:
            if self._chunk:
                part = data[at : at + self._chunk]
                found.append(part)
                at += len(part)
                self._chunk -= len(part)
                self._is_after = self._chunk == 0
                continue
            end = data.find(b"\n", at) + 1
            if end == 0:
                self._begun = data[at:]
                if len(self._begun) > 8192:
                    raise ValueError("line without an end")
                break
            self._take_line(data[at:end])
            at = end
        return b"".join(found)

    def _take_line(self, line):
        if self._trailers is not None:
            self._trailers += 1
            self.is_whole = line == b"\r\n"
            if self._trailers > 100:
                raise ValueError("trailer has no end")
        elif self._is_after:
            if line != b"\r\n":
                raise ValueError("chunk does not end where it should")
            self._is_after = False
        else:
            match = self._SIZE_REGEXP.fullmatch(line)
            if not match:
                raise ValueError("malformed chunk size")
            self._chunk = int(match.group(1), 16)
            if self._chunk == 0:
                self._trailers = 0


class AsgiAnswer(Answer):
    """The answer to one request, from the messages of ASGI."""

    def __init__(self, transport, method, keep):
        about = {"REQUEST_METHOD": method, "SERVER_PROTOCOL": "HTTP/1.1"}
        super().__init__(transport, about, keep)
        self.ended = False  # whether the application has said its last
        self.switched = False  # whether the connection has become a WebSocket

    def begin(self, status, headers):
        """Take in `http.response.start`."""
        if self._head is not None:
            raise AssertionError("http.response.start was sent a second time")
        if isinstance(status, bool) or not isinstance(status, int):
            raise TypeError("status is %s, not int" % type(status).__name__)
        if not 200 <= status <= 999:
            raise ValueError("status is %d, not between 200 and 999" % status)
        if isinstance(headers, (str, bytes)) or not hasattr(headers, "__iter__"):
            raise TypeError(
                "headers are %s, not pairs of bytes" % type(headers).__name__
            )
        pairs = []
        for pair in headers:
            try:
                name, value = pair
            except (TypeError, ValueError):
                raise TypeError(
                    "header is %s, not a (name, value) pair" % type(pair).__name__
                ) from None
            if not isinstance(name, bytes) or not isinstance(value, bytes):
                raise TypeError(
                    "header %.80r: %.80r is not a pair of bytes: encode both,"
                    ' as in b"content-type"' % (name, value)
                )
            name = name.decode("latin-1")
            if name not in self._names and name.lower() in self._HOP_BY_HOP:
                continue  # the server's to set; the specification: ignored
            pairs.append((name, value.decode("latin-1")))
        self.start_response(status_line(status), pairs)

    def add(self, data, is_more):
        """Take in `http.response.body`."""
        if type(data) is not bytes:
            data = self._bytes_of(data)
        if self._head is None:
            raise AssertionError(
                "http.response.body was sent before http.response.start"
            )
        if not is_more and not self.started:
            self._measure((data,) if data else ())
        if data:
            self._send(data)
        elif is_more and not self.started:
            self._transmit(self._start(), b"", b"")
        if not is_more:
            self._finish()
            self.ended = True

    def switch(self, headers):
        """Take in `websocket.accept`: from here on this is no HTTP."""
        self.begin(200, headers)
        lines = self._head.partition(b"\r\n")[2]
        self.keep = False
        self.started = self.switched = True
        self._sock.write(SWITCH + lines + b"\r\n")

    @staticmethod
    def _bytes_of(data):
        if isinstance(data, (bytearray, memoryview, bytes)):
            return bytes(data)
        hint = ': encode it, as in body.encode("utf-8")' if isinstance(data, str) else ""
        raise TypeError(
            "body of http.response.body is %s, not bytes%s" % (type(data).__name__, hint)
        )

    def _transmit(self, before, data, after):
        if self.gone:
            raise ClientGone("client is gone")
        if len(data) < JOIN_LIMIT:
            data = before + data + after
            if data:  # else the connection may be another request's
                self._sock.write(data)
            return
        for part in (before, data, after):
            if part:
                self._sock.write(part)


def status_line(status, known={}):
    """Return status and reason, as in "200 OK"."""
    line = known.get(status)
    if line is None:
        from http import HTTPStatus

        try:
            reason = HTTPStatus(status).phrase
        except ValueError:
            reason = ""
        line = known[status] = "%d %s" % (status, reason)
    return line


class Exchange:
    """A request and its answer: what receive and send of ASGI mean."""

    def __init__(self, server, connection, transport, head, keep):
        self.head = head
        self.answer = AsgiAnswer(transport, head.method.upper(), keep)
        self.task = None
        self.connection = connection
        self._server = server
        self._transport = transport
        self._bell = Bell(server.loop)
        self._body = None
        if head.is_chunked:
            self._body = ChunkedBody()
        elif head.length:
            self._body = PlainBody(head.length)
        self._pieces = []  # of the body, that the application has not seen
        self._size = 0  # bytes in them
        self._is_joining = False
        self._is_told = False  # the application has the whole body
        self._fault = None  # what is wrong with the body
        self._is_released = False  # the connection is another request's
        self._has_heard = False  # of http.disconnect
        self.drained = Bell(server.loop)
        self.is_paused = False  # the client does not keep up

    @property
    def is_received(self):
        """Whether the whole request has arrived."""
        return self._body is None or self._body.is_whole

    @property
    def has_body(self):
        """Whether the request has a body."""
        return self._body is not None

    def take(self, data):
        """Take in what has arrived after the head."""
        if self._body is None or self._body.is_whole or self._fault:
            self.answer.keep = False  # nobody has announced it
            return
        try:
            data = self._body.feed(data)
        except ValueError as error:
            self._fault = "malformed request body: %s" % error
            self.leave()
            return
        if self._is_released:
            return  # nobody will ask for it
        if data:
            self._pieces.append(data)
            self._size += len(data)
        if self._size >= BODY_LIMIT and not self._body.is_whole:
            self._transport.pause_reading()
        if self._body.is_whole or self._size >= BODY_LIMIT >> 2:
            self._bell.ring()
        elif not self._is_joining:
            # Uploads come in small pieces: waking the application for each
            # takes longer than the rest.
            self._is_joining = True
            self._server.loop.call_later(JOIN_SECONDS, self._join)

    def _join(self):
        self._is_joining = False
        self._bell.ring()

    def leave(self):
        """Take note that the client is gone."""
        self.answer.gone = True
        self._bell.ring()
        self.drained.ring()

    def scope(self, is_root_in_path):
        """Make the scope of the request."""
        return self.head.scope(is_root_in_path)

    async def receive(self):
        """Return the next event, when there is one."""
        while True:
            if self.answer.gone or self._is_released:
                if self._has_heard:
                    # A loop that does not heed it must not hold up the others.
                    await self._server.pause()
                self._has_heard = True
                return {"type": "http.disconnect"}
            if not self._is_told and (self._pieces or self.is_received):
                return self._next_part()
            await self._bell.wait()

    def _next_part(self):
        pieces, self._pieces = self._pieces, []
        if self._size >= BODY_LIMIT:
            self._transport.resume_reading()
        self._size = 0
        self._is_told = self.is_received
        body = pieces[0] if len(pieces) == 1 else b"".join(pieces)
        return {"type": "http.request", "body": body, "more_body": not self._is_told}

    async def send(self, message):
        """Take in a message of the application."""
        answer = self.answer
        if answer.gone:
            raise ClientGone("client is gone")
        if answer.ended:
            return
        kind = message["type"]
        if kind == "http.response.body":
            answer.add(message.get("body", b""), message.get("more_body", False))
            if answer.ended or answer.complete:
                self._release()
        elif kind == "http.response.start":
            answer.begin(message["status"], message.get("headers", ()))
        else:
            raise ValueError("unknown message type %.80r" % kind)
        while self.is_paused and not answer.gone and not self._is_released:
            await self.drained.wait()

    async def run(self, application, scope):
        """Have the application answer."""
        pid = os.getpid()
        self._server.current.set(self)
        try:
            await application(scope, self.receive, self.send)
            self._check_end()
        except GeneratorExit:
            raise  # the loop is gone: nothing may be awaited any more
        except BaseException as error:
            # Not only Exception: sys.exit() in a view must not end us.
            if os.getpid() != pid:
                # A child that the application has forked.
                os._exit(exit_status(error) if isinstance(error, SystemExit) else 1)
            await self._fail(error)
        finally:
            self._server.done(self)

    def _check_end(self):
        if not self.answer.ended and (self._fault or not self.answer.gone):
            raise AssertionError(self._what_is_missing())

    def _what_is_missing(self):
        if self.answer.started:
            return "application returned before its last http.response.body"
        if self.answer._head is not None:
            return "application returned without http.response.body"
        return "application returned without http.response.start"

    async def _fail(self, error):
        answer = self.answer
        if answer.gone and not self._fault:
            return  # nobody reads it; that is not the application's fault
        incidents = self._server.incidents
        told = self.head.told()
        answer.keep = answer.keep and answer.ended
        if self._server.is_cancelling(error):
            incidents.warn(told, "cut off, as the process had to end")
        elif self._fault:
            incidents.warn(told, self._fault)
            answer.gone = False
            self._send_page(plain_page("400 Bad Request"))
        elif answer.ended:
            await self._server.in_thread(incidents.tell, told, error)
        else:
            page = await self._server.in_thread(
                incidents.explain, told, error, not answer.started
            )
            self._send_page(page)
        if not answer.ended:
            # Before the last chunk, so that the cut can be seen.
            answer.ended = True
            self._release()

    def _release(self):
        """Let the connection go on: Passenger has all of the answer.

        It may send the next request at once, though the application goes on.
        """
        if self._is_released:
            return
        self._is_released = True
        self._bell.ring()
        self.drained.ring()  # what is written does not wait for this exchange
        self._server.answered(self)

    def go_away(self):
        """Take note that the process has to end: an answer is finished."""

    def _send_page(self, page):
        if page and not self.answer.started and not self.answer.gone:
            self.answer.send_page(page)


class Connection:
    """A connection of Passenger: what asyncio calls a protocol."""

    def __init__(self, server):
        self._server = server
        self._transport = None
        self._head = b""  # what has arrived of one
        self._timer = None
        self._exchange = None  # the one that is under way
        self._is_lingering = False

    # What the event loop calls.

    def connection_made(self, transport):
        """Begin."""
        self._transport = transport
        self._server.connections.add(self)

    def connection_lost(self, error):
        """End: by either side."""
        self._server.connections.discard(self)
        self._cancel_timer()
        if self._exchange:
            self._exchange.is_paused = False
            self._exchange.leave()
            self._exchange = None

    def data_received(self, data):
        """Take in bytes: of a head, or of a body."""
        if self._exchange:
            self._exchange.take(data)
            if self._is_lingering and self._exchange.is_received:
                self._transport.close()
            return
        data = self._head + data if self._head else data
        # A part of the length is never more than all of it.
        end = 4 + int.from_bytes(data[:4], "big")
        if len(data) >= end:
            self._head = b""
            self._cancel_timer()
            self._begin(data[4:end], data[end:])
        elif end > MAX_HEAD:
            self._refuse()
        else:
            self._head = data
            if self._timer is None:
                self._timer = self._server.loop.call_later(HEAD_SECONDS, self._refuse)

    def eof_received(self):
        """Take note that nothing more will arrive; true: that is no end."""
        exchange = self._exchange
        if exchange is None:
            if self._head:
                self._refuse()
            return False
        if self._is_lingering:
            return False
        # Passenger half-closes after every body. Where there is none, or it
        # is cut, the client is gone; without our end the session would stay.
        if exchange.is_received and exchange.has_body:
            return True
        exchange.leave()
        return False

    def pause_writing(self):
        """Take note that the client does not keep up."""
        if self._exchange:
            self._exchange.is_paused = True

    def resume_writing(self):
        """Take note that the client has caught up."""
        if self._exchange:
            self._exchange.is_paused = False
            self._exchange.drained.ring()

    # What we do.

    def _begin(self, block, begun):
        server = self._server
        try:
            head = Head(block)
        except (ValueError, KeyError):
            self._refuse()
            return
        given = head.variables.pop(b"PASSENGER_CONNECT_PASSWORD", None)
        # Passenger sends another request only after one without a body; bytes
        # that nobody announced are a doubt, and the client's own may follow
        # an upgrade.
        has_body = head.is_chunked or head.length > 0
        keep = not (server.is_stopping or has_body or begun or head.upgrade)
        exchange = server.new_exchange(self, self._transport, head, keep)
        self._exchange = exchange
        if server.password and given != server.password:
            server.channel.warn("A request without Passenger's password was refused")
            self._answer_plainly("403 Forbidden")
        elif head.method == "ping":
            self._transport.write(b"pong")  # as Passenger's own loader does
            self._transport.close()
        elif head.method == "OOBW":
            self._answer_plainly("200 OK")  # out-of-band work: there is none
        else:
            if begun:
                exchange.take(begun)
            server.serve(exchange)

    def _answer_plainly(self, status):
        self._exchange.answer.send_page(plain_page(status))
        self._transport.close()

    def _refuse(self):
        self._server.channel.warn("A malformed request was refused")
        self._cancel_timer()
        self._transport.abort()

    def _cancel_timer(self):
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def answered(self, exchange):
        """Go on after an answer: with the next request, or the end."""
        if exchange is not self._exchange:
            return
        if exchange.answer.keep:
            self._exchange = None
        elif exchange.is_received:
            self._transport.close()
        else:
            # Closing with unread bytes would reset the connection, and a peer
            # that is still sending may lose the answer.
            self._is_lingering = True
            self._transport.write_eof()
            self._transport.resume_reading()
            self._server.loop.call_later(LINGER_SECONDS, self._transport.close)

    def close(self):
        """End now, with what has been sent."""
        self._transport.close()

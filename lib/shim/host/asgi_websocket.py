"""A WebSocket and an ASGI application; the ASGI specification, WebSocket 2.5.

As asgi_http.py, without asyncio. A connection is an exchange that does not
end with an answer.
"""

from collections import deque

from . import websocket
from .answer import ClientGone
from .asgi_http import Exchange
from .incidents import plain_page

CLOSE_SECONDS = 10  # that the client may take to answer a close
PING_SECONDS = 20  # between pings; whoever is silent for so long is gone
EARLY_LIMIT = 1 << 16  # bytes that arrive before the connection is accepted
WAITING_LIMIT = 1 << 20  # bytes of messages that wait for the application


class WebSocket(Exchange):
    """A WebSocket: what receive and send of ASGI mean for it."""

    def __init__(self, server, connection, transport, head, keep):
        super().__init__(server, connection, transport, head, keep)
        self._body = None
        self._frames = websocket.Frames()
        self._early = b""
        self._messages = deque()
        self._waiting = 0  # bytes in them
        self._is_reading = True
        self._is_open = False  # accepted, and no side has closed it
        self._is_closing = False  # we have closed it, and the client has not
        self._has_closed = False  # so has the application
        self._is_broken = False  # what arrives means nothing any more
        self._end = None  # code and reason of what has ended it
        self._is_silent = False  # since the last ping
        self._timer = None

    def scope(self, is_root_in_path):
        """Make the scope of the connection."""
        scope = self.head.scope(is_root_in_path)
        del scope["method"]
        scope.update(
            type="websocket",
            scheme="wss" if self.head.is_secure else "ws",
            subprotocols=self._subprotocols(),
            extensions={"websocket.http.response": {}},
        )
        return scope

    def _subprotocols(self):
        offered = self.head.text(b"HTTP_SEC_WEBSOCKET_PROTOCOL").split(",")
        return [each.strip() for each in offered if each.strip()]

    # What arrives.

    @property
    def is_received(self):
        """Whether what is on its way may be left unread."""
        return not self._is_broken

    def take(self, data):
        """Take in what the client has sent."""
        if self._is_broken:
            return
        if not self._is_open:
            if not self._is_closing:
                self._early += data
                if len(self._early) > EARLY_LIMIT:
                    self._transport.abort()
                return
        self._is_silent = False
        try:
            for opcode, found in self._frames.feed(data):
                self._take_one(opcode, found)
        except websocket.Broken as error:
            self._server.incidents.warn(self.head.told(), "WebSocket: %s" % error)
            self._is_broken = True
            self._finish(error.code, error.reason)
            self._server.answered(self)

    def _take_one(self, opcode, found):
        if opcode == websocket.CLOSE:
            code, reason = found
            if self._is_open:
                self._is_open = False
                self._end = self._end or (code, reason)
                self._transport.write(websocket.close_frame(code))
            self._end_connection()
        elif not self._is_open:
            pass  # it was on its way when we closed
        elif opcode == websocket.PING:
            self._transport.write(websocket.frame(websocket.PONG, found))
        elif opcode != websocket.PONG:
            kind = "text" if opcode == websocket.TEXT else "bytes"
            self._messages.append({"type": "websocket.receive", kind: found})
            self._waiting += len(found)
            if self._waiting > WAITING_LIMIT and self._is_reading:
                self._is_reading = False
                self._transport.pause_reading()
            self._bell.ring()

    def leave(self):
        """Take note that the connection is lost, or has ended."""
        self._is_open = False
        self._end = self._end or (websocket.LOST, "")
        self._cancel_timer()
        super().leave()

    # What the application asks for.

    async def receive(self):
        """Return the next event, when there is one."""
        if not self._is_told:
            self._is_told = True
            return {"type": "websocket.connect"}
        while not self._messages:
            if self._end or self.answer.ended:
                code, reason = self._end or (websocket.LOST, "")
                return {"type": "websocket.disconnect", "code": code, "reason": reason}
            await self._bell.wait()
        message = self._messages.popleft()
        self._waiting -= len(message.get("text") or message.get("bytes") or b"")
        if not self._is_reading and self._waiting <= WAITING_LIMIT:
            self._is_reading = True
            self._transport.resume_reading()
        return message

    async def send(self, message):
        """Take in a message of the application."""
        kind = message["type"]
        if self._has_closed or self.answer.ended:
            raise AssertionError("%.80s was sent after the connection was closed" % kind)
        if self.answer.gone or self._end:
            raise ClientGone("client is gone")
        if self._is_open:
            self._send_open(kind, message)
        else:
            self._send_first(kind, message)
        while self.is_paused and not self.answer.gone:
            await self.drained.wait()

    def _send_first(self, kind, message):
        """Accept the connection, or answer otherwise."""
        answer = self.answer
        if kind == "websocket.http.response.start":
            answer.begin(message["status"], message.get("headers", ()))
        elif kind == "websocket.http.response.body":
            answer.add(message.get("body", b""), message.get("more_body", False))
        elif answer._head is not None:
            raise AssertionError("%.80s was sent within an answer" % kind)
        elif kind == "websocket.close":
            answer.begin(403, ())
            answer.add(b"", False)
        elif kind == "websocket.accept":
            self._accept(message)
        else:
            raise AssertionError("%.80s was sent before websocket.accept" % kind)
        if answer.ended:
            self._release()

    def _accept(self, message):
        headers = list(message.get("headers", ()))
        headers.append((b"sec-websocket-accept", self._accept_key))
        chosen = message.get("subprotocol")
        if chosen:
            if chosen not in self._subprotocols():
                raise ValueError("subprotocol %.80r was not offered" % chosen)
            headers.append((b"sec-websocket-protocol", chosen.encode("latin-1")))
        self.answer.switch(headers)
        self._is_open = True
        self._timer = self._server.loop.call_later(PING_SECONDS, self._ping)
        early, self._early = self._early, b""
        if early:
            self.take(early)

    def _send_open(self, kind, message):
        if kind == "websocket.close":
            code = message.get("code", websocket.NORMAL)
            reason = message.get("reason") or ""
            if code is None:
                code = websocket.NORMAL
            if isinstance(code, bool) or not isinstance(code, int):
                raise TypeError("code of websocket.close is %s" % type(code).__name__)
            if not websocket.may_be_sent(code):
                raise ValueError("code of websocket.close is %d, not one to send" % code)
            self._has_closed = True
            self._finish(code, reason)
            return
        if kind != "websocket.send":
            raise ValueError("unknown message type %.80r" % kind)
        text, data = message.get("text"), message.get("bytes")
        if text is not None:
            if not isinstance(text, str):
                raise TypeError("text of websocket.send is %s, not str" % type(text).__name__)
            sent = websocket.frame(websocket.TEXT, text.encode("utf-8"))
        elif isinstance(data, (bytes, bytearray, memoryview)):
            sent = websocket.frame(websocket.BYTES, bytes(data))
        else:
            raise TypeError("bytes of websocket.send are %s" % type(data).__name__)
        self._transport.write(sent)

    # The end.

    def go_away(self):
        """End the connection, as the process has to end."""
        if self._is_open:
            self._finish(websocket.RESTART)

    def _finish(self, code, reason=""):
        """Close from our side; the client's own close is still to come."""
        if not self._is_open:
            return
        self._is_open = False
        self._is_closing = True
        self._end = self._end or (code, reason)
        self._transport.write(websocket.close_frame(code, reason))
        self._cancel_timer()
        self._timer = self._server.loop.call_later(CLOSE_SECONDS, self._transport.abort)
        if not self._is_reading:
            self._is_reading = True
            self._transport.resume_reading()
        self._bell.ring()

    def _end_connection(self):
        """Let the connection end, as both sides have closed it."""
        self._is_open = False
        self._bell.ring()
        self.drained.ring()
        self._transport.close()

    def _ping(self):
        if not self._is_open:
            return
        if self._is_silent and self._is_reading:
            self._transport.abort()
            return
        self._is_silent = True
        self._transport.write(websocket.frame(websocket.PING))
        self._timer = self._server.loop.call_later(PING_SECONDS, self._ping)

    def _cancel_timer(self):
        if self._timer:
            self._timer.cancel()
            self._timer = None

    async def run(self, application, scope):
        """Have the application answer, if that is a WebSocket's handshake."""
        refusal = self._refusal()
        if refusal is None:
            await super().run(application, scope)
            return
        self.answer.send_page(refusal)
        self.answer.ended = True
        self._release()
        self._server.done(self)

    def _refusal(self):
        """Return the page for a handshake that is none, RFC 6455, section 4.2."""
        if self.head.text(b"HTTP_SEC_WEBSOCKET_VERSION") != "13":
            page = plain_page("426 Upgrade Required", "WebSockets of version 13 alone")
            page["headers"].append(["Sec-WebSocket-Version", "13"])
            return page
        key = self.head.variables.get(b"HTTP_SEC_WEBSOCKET_KEY", b"")
        try:
            self._accept_key = websocket.accept_key(key)
        except ValueError:
            return plain_page("400 Bad Request", "No valid Sec-WebSocket-Key")
        if self.head.method != "GET":
            return plain_page("400 Bad Request", "A WebSocket begins with GET")
        return None

    def _check_end(self):
        if self._is_open:
            self._finish(websocket.NORMAL)
        elif not self.answer.switched:
            super()._check_end()

    def _what_is_missing(self):
        if self.answer._head is None:
            return "application returned without websocket.accept or websocket.close"
        return super()._what_is_missing()

    async def _fail(self, error):
        if self._server.is_cancelling(error):
            self.go_away()
        elif self._end and says_that_it_ended(error):
            return
        self._finish(websocket.FAILED)
        # What it does after the client has left is part of what it is for.
        self.answer.gone = self.answer.gone and not self.answer.switched
        await super()._fail(error)

    def _release(self):
        # An open connection ends by its own handshake.
        if not self.answer.switched:
            super()._release()


def says_that_it_ended(error):
    """Tell whether an exception says no more than that the other side has left."""
    return isinstance(error, ClientGone) or type(error).__name__ == "WebSocketDisconnect"

"""Tests of WebSockets in the worker, over its socket as Passenger Standalone does.

Run as `python3 -m unittest tests/host/websocket_test.py`, with any Python from
3.8. Frames are written by hand; where Debian's python3-websockets is there, it
speaks with the worker as well.
"""

import os
import struct
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import worker_test
from asgi_test import served
from worker_test import PATIENCE, Connection

try:
    from websockets.client import ClientConnection
    from websockets.uri import parse_uri
except ImportError:
    ClientConnection = None

KEY = "dGhlIHNhbXBsZSBub25jZQ=="  # RFC 6455, section 1.3
ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
TEXT, BYTES, CLOSE, PING, PONG = 1, 2, 8, 9, 10

HEADERS = {
    "HTTP_CONNECTION": "upgrade",
    "HTTP_UPGRADE": "websocket",
    "HTTP_SEC_WEBSOCKET_KEY": KEY,
    "HTTP_SEC_WEBSOCKET_VERSION": "13",
}

ECHO = """
assert (await receive()) == {'type': 'websocket.connect'}
await send({'type': 'websocket.accept'})
while True:
    event = await receive()
    print(sorted(event.items()), flush=True)
    if event['type'] == 'websocket.disconnect': break
    await send(dict(event, type='websocket.send'))
"""


def application(body):
    """Write an application whose body is that of one connection."""
    return served(body).replace(
        "assert scope['type'] == 'http'", "assert scope['type'] != 'lifespan'"
    )


def client_frame(opcode, data=b"", is_last=True, first=0):
    """Write a frame as a client does."""
    head = bytes([(0x80 if is_last else 0) | first | opcode])
    size = len(data)
    if size < 126:
        head += bytes([0x80 | size])
    elif size < 65536:
        head += b"\xfe" + struct.pack("!H", size)
    else:
        head += b"\xff" + struct.pack("!Q", size)
    key = b"\x01\x82\x03\xf4"
    return head + key + bytes(each ^ key[at % 4] for at, each in enumerate(data))


class Client(Connection):
    """A client of a WebSocket."""

    def open(self, path="/", **variables):
        """Send the handshake, and return the head of the answer."""
        self.send(path, **dict(HEADERS, **variables))
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += self._read(1)
        return head.decode("latin-1").split("\r\n")

    def write(self, *frame, **options):
        self.sock.sendall(client_frame(*frame, **options))

    def _read(self, size):
        data = b""
        while len(data) < size:
            part = self.sock.recv(size - len(data))
            if not part:
                raise EOFError
            data += part
        return data

    def read(self):
        """Return the next frame; it is whole and has no mask."""
        first, size = self._read(2)
        assert first & 0xF0 == 0x80, first
        assert size < 128
        if size >= 126:
            size = int.from_bytes(self._read(2 if size == 126 else 8), "big")
        return first & 0x0F, self._read(size)

    def read_close(self):
        """Return code and reason of a close, after which the connection ends."""
        opcode, data = self.read()
        assert opcode == CLOSE, (opcode, data)
        return int.from_bytes(data[:2], "big"), data[2:].decode()


class SocketTest(worker_test.WorkerTest):
    """Serves an application that is made for WebSockets, and speaks with it."""

    def one(self, body, **settings):
        return self.serve(application(body), websockets=True, **settings)

    def client(self, worker):
        client = Client(worker.path)
        self.addCleanup(client.close)
        return client

    def opened(self, worker, path="/", **variables):
        client = self.client(worker)
        self.assertEqual(client.open(path, **variables)[0][:12], "HTTP/1.1 101")
        return client


class WebSocketTest(SocketTest):
    # The handshake.

    def test_the_handshake_is_that_of_the_specification(self):
        worker = self.one(ECHO)
        client = self.client(worker)
        head = client.open()
        self.assertEqual(head[0], "HTTP/1.1 101 Switching Protocols")
        self.assertIn("Upgrade: websocket", head)
        self.assertIn("Connection: Upgrade", head)
        self.assertIn("sec-websocket-accept: " + ACCEPT, head)
        for name in ("Content-Length", "Transfer-Encoding"):
            self.assertNotIn(name, "".join(head))

    def test_the_scope_says_what_is_asked_for(self):
        worker = self.one("print(repr(scope), flush=True)\n" + ECHO)
        self.opened(
            worker,
            "/caf%C3%A9",
            QUERY_STRING="a=1",
            HTTPS="on",
            HTTP_SEC_WEBSOCKET_PROTOCOL="chat, super",
        )
        self.until(lambda: "}\n" in worker.output("stdout"))
        scope = eval(worker.output("stdout").split("\n")[0])
        self.assertEqual(scope["type"], "websocket")
        self.assertEqual(scope["asgi"]["version"], "3.0")
        self.assertEqual(scope["scheme"], "wss")
        self.assertEqual(scope["path"], "/café")
        self.assertEqual(scope["query_string"], b"a=1")
        self.assertEqual(scope["subprotocols"], ["chat", "super"])
        self.assertIn((b"sec-websocket-version", b"13"), scope["headers"])
        self.assertNotIn("method", scope)

    def test_a_subprotocol_and_headers_are_sent_with_the_acceptance(self):
        worker = self.one(
            """
            await receive()
            await send({'type': 'websocket.accept', 'subprotocol': scope['path'][1:],
                        'headers': [(b'x-one', b'1'), (b'connection', b'close')]})
            """
        )
        offered = {"HTTP_SEC_WEBSOCKET_PROTOCOL": "chat"}
        head = self.client(worker).open("/chat", **offered)
        self.assertIn("sec-websocket-protocol: chat", head)
        self.assertIn("x-one: 1", head)
        self.assertNotIn("close", "".join(head))
        for path in ("/other", "/chat%0d%0aevil: 1"):
            head = self.client(worker).open(path, **offered)
            self.assertEqual(head[0], "HTTP/1.1 500 Internal Server Error")
            self.assertNotIn("evil", "".join(head))
        self.assertIn("was not offered", worker.output())

    def test_what_is_no_handshake_is_refused(self):
        worker = self.one("raise AssertionError('called')")
        for status, variables in (
            (426, {"HTTP_SEC_WEBSOCKET_VERSION": "8"}),
            (426, {"HTTP_SEC_WEBSOCKET_VERSION": None}),
            (400, {"HTTP_SEC_WEBSOCKET_KEY": None}),
            (400, {"HTTP_SEC_WEBSOCKET_KEY": "short"}),
            (400, {"HTTP_SEC_WEBSOCKET_KEY": "\xe9"}),
            (400, {"REQUEST_METHOD": "POST"}),
        ):
            with self.subTest(variables):
                answer = worker.get(**dict(HEADERS, **variables))
                self.assertEqual((answer.status, answer.kept), (status, False))
                if status == 426:
                    self.assertEqual(answer.headers["Sec-WebSocket-Version"], "13")
        self.assertNotIn("called", worker.output())
        # Where Passenger has not upgraded, no byte would pass.
        answer = worker.get(**dict(HEADERS, HTTP_CONNECTION=None))
        self.assertEqual(answer.status, 501)

    def test_the_application_may_refuse(self):
        worker = self.one(
            """
            await receive()
            if scope['path'] == '/close':
                await send({'type': 'websocket.close'})
            if scope['path'] == '/answer':
                await send({'type': 'websocket.http.response.start', 'status': 401,
                            'headers': [(b'x-why', b'none')]})
                await send({'type': 'websocket.http.response.body', 'body': b'log in'})
            print(await receive(), flush=True)
            """
        )
        answer = worker.get("/close", **HEADERS)
        self.assertEqual((answer.status, answer.body, answer.kept), (403, b"", False))
        answer = worker.get("/answer", **HEADERS)
        self.assertEqual((answer.status, answer.body), (401, b"log in"))
        self.assertEqual(answer.headers["x-why"], "none")
        self.until(lambda: worker.output("stdout").count("disconnect") == 2)
        self.assertNotIn("Error", worker.output())

    def test_what_is_wrong_before_the_acceptance_gets_a_page(self):
        worker = self.one(
            """
            if scope['path'] == '/raise': raise LookupError('no tea')
            if scope['path'] == '/early':
                await send({'type': 'websocket.send', 'text': 'early'})
            if scope['path'] == '/http':
                await start(send)
            if scope['path'] == '/half':
                await send({'type': 'websocket.http.response.start', 'status': 401})
                await send({'type': 'websocket.accept'})
            """
        )
        for path, said in (
            ("/raise", "no tea"),
            ("/early", "before websocket.accept"),
            ("/http", "before websocket.accept"),
            ("/half", "within an answer"),
            ("/none", "returned without websocket.accept"),
        ):
            answer = worker.get(path, **HEADERS)
            self.assertEqual((answer.status, answer.kept), (500, False))
            self.assertIn(said, worker.output())

    # Messages.

    def test_messages_come_back_as_they_were(self):
        worker = self.one(ECHO)
        client = self.opened(worker)
        for size in (0, 1, 125, 126, 65535, 65536, 1 << 20):
            client.write(BYTES, b"x" * size)
            self.assertEqual(client.read(), (BYTES, b"x" * size))
        client.write(TEXT, "käse \U0001f9c0".encode())
        self.assertEqual(client.read(), (TEXT, "käse \U0001f9c0".encode()))

    def test_parts_are_joined_with_pings_between_them(self):
        worker = self.one(ECHO)
        client = self.opened(worker)
        cheese = "käse".encode()
        client.write(TEXT, cheese[:2], is_last=False)  # within a character
        client.write(PING, b"between")
        client.write(0, b"", is_last=False)
        client.write(0, cheese[2:])
        self.assertEqual(client.read(), (PONG, b"between"))
        self.assertEqual(client.read(), (TEXT, cheese))
        client.write(PONG, b"nobody has asked")
        client.write(PING)
        self.assertEqual(client.read(), (PONG, b""))

    def test_frames_may_arrive_byte_by_byte_and_many_at_once(self):
        worker = self.one(ECHO)
        client = self.opened(worker)
        for byte in client_frame(TEXT, b"x" * 300):
            client.sock.sendall(bytes([byte]))
        self.assertEqual(client.read(), (TEXT, b"x" * 300))
        client.sock.sendall(b"".join(client_frame(TEXT, b"%d" % n) for n in range(500)))
        for number in range(500):
            self.assertEqual(client.read(), (TEXT, b"%d" % number))

    def test_what_arrives_before_the_acceptance_waits(self):
        worker = self.one(ECHO.replace("await send", "await asyncio.sleep(0.2)\nawait send", 1))
        client = self.client(worker)
        client.send(**HEADERS)
        client.write(TEXT, b"early")
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += client._read(1)
        self.assertEqual(client.read(), (TEXT, b"early"))

    def test_what_is_wrong_ends_the_connection_with_a_code(self):
        worker = self.one(ECHO)
        bad = b"\xc3("
        for code, frames in (
            (1002, client_frame(TEXT, first=0x40)),
            (1002, client_frame(3)),
            (1002, client_frame(11)),
            (1002, client_frame(0, b"x")),
            (1002, client_frame(TEXT, is_last=False) + client_frame(TEXT)),
            (1002, client_frame(PING, b"x" * 126)),
            (1002, client_frame(PING, is_last=False)),
            (1002, client_frame(CLOSE, b"x")),
            (1002, client_frame(CLOSE, b"\x03\xed")),  # 1005
            (1002, client_frame(CLOSE, b"\x07\xd0")),  # 2000
            (1002, b"\x81\x01x"),  # no mask
            (1007, client_frame(TEXT, bad)),
            (1007, client_frame(CLOSE, b"\x03\xe8" + bad)),
            # It is refused before it is sent.
            (1009, client_frame(BYTES)[:1] + b"\xff" + struct.pack("!Q", 1 << 40)),
        ):
            with self.subTest(frames):
                client = self.opened(worker)
                client.write(TEXT, b"good")
                self.assertEqual(client.read(), (TEXT, b"good"))
                client.sock.sendall(frames)
                self.assertEqual(client.read_close()[0], code)
                self.assertTrue(client.at_end())
                self.assertIn("WebSocket", worker.report("warning")["text"])
        self.until(lambda: worker.output("stdout").count("'code', %d" % 1002) == 11)
        self.assertNotIn("Error", worker.output())

    def test_a_message_in_many_parts_is_limited_too(self):
        worker = self.one(ECHO)
        client = self.opened(worker)
        before = worker.memory()
        try:
            client.write(BYTES, b"", is_last=False)
            part = client_frame(0, b"x" * 100000, is_last=False)
            for _ in range(1000):
                client.sock.sendall(part)
        except OSError:
            pass
        self.assertEqual(client.read_close()[0], 1009)
        self.assertLess(worker.memory() - before, 60000)

    def test_a_slow_application_holds_up_its_client(self):
        worker = self.one(
            """
            await receive()
            await send({'type': 'websocket.accept'})
            size = 0
            while size < 50 << 20:
                size += len((await receive())['bytes'])
                await asyncio.sleep(0.001)
            await send({'type': 'websocket.send', 'text': str(size)})
            """
        )
        client = self.opened(worker)
        before = worker.memory()
        part = client_frame(BYTES, b"x" * 65536)
        for _ in range(800):
            client.sock.sendall(part)
        self.assertEqual(client.read(), (TEXT, b"%d" % (50 << 20)))
        self.assertLess(worker.memory() - before, 16000)

    def test_a_slow_client_holds_up_the_application(self):
        worker = self.one(
            """
            await receive()
            await send({'type': 'websocket.accept'})
            for number in range(800):
                await send({'type': 'websocket.send', 'bytes': b'x' * 65536})
            """
        )
        client = self.opened(worker)
        before = worker.memory()
        for _ in range(800):
            self.assertEqual(len(client.read()[1]), 65536)
        self.assertEqual(client.read_close()[0], 1000)
        self.assertLess(worker.memory() - before, 8000)

    def test_what_the_application_sends_is_checked(self):
        worker = self.one(
            """
            await receive()
            await send({'type': 'websocket.accept'})
            import urllib.parse
            await send(eval(urllib.parse.unquote(scope['query_string'].decode())))
            """
        )
        from urllib.parse import quote

        for message, said in (
            ({"type": "websocket.send", "text": b"x"}, "not str"),
            ({"type": "websocket.send", "bytes": "x"}, "are str"),
            ({"type": "websocket.send"}, "are NoneType"),
            ({"type": "websocket.accept"}, "unknown message type"),
            ({"type": "websocket.close", "code": 1005}, "not one to send"),
            ({"type": "websocket.close", "code": "1000"}, "is str"),
            ({"type": "http.response.body"}, "unknown message type"),
        ):
            with self.subTest(message):
                client = self.opened(worker, QUERY_STRING=quote(repr(message)))
                self.assertEqual(client.read_close()[0], 1011)
                client.write(CLOSE, b"\x03\xf3")
                self.assertTrue(client.at_end())
                worker.report("exception")
                self.assertIn(said, worker.output())

    # The end.

    def test_the_client_closes(self):
        worker = self.one(ECHO)
        for payload, code, reason in (
            (b"\x03\xe8bye", 1000, "bye"),
            (b"\x0f\xa0", 4000, ""),
            (b"", 1005, ""),
        ):
            client = self.opened(worker)
            client.write(CLOSE, payload)
            self.assertEqual(client.read(), (CLOSE, payload[:2]))
            self.assertTrue(client.at_end())
            told = "[('code', %d), ('reason', '%s')," % (code, reason)
            self.until(lambda: told in worker.output("stdout"))
        self.assertNotIn("Error", worker.output())

    def test_the_application_closes(self):
        worker = self.one(
            """
            await receive()
            await send({'type': 'websocket.accept'})
            await send({'type': 'websocket.close', 'code': 4001, 'reason': 'ä' * 100})
            print(await receive(), flush=True)
            await send({'type': 'websocket.send', 'text': 'late'})
            """
        )
        client = self.opened(worker)
        code, reason = client.read_close()
        self.assertEqual(code, 4001)
        self.assertEqual(reason, "ä" * 61)  # what fits, and no half of a character
        client.write(TEXT, b"on its way")
        client.write(CLOSE, b"\x0f\xa1")
        self.assertTrue(client.at_end())
        self.until(lambda: "after the connection was closed" in worker.output())
        self.assertIn("'code': 4001", worker.output("stdout"))

    def test_the_end_of_the_application_closes(self):
        worker = self.one(
            """
            await receive()
            await send({'type': 'websocket.accept'})
            if scope['path'] == '/raise': raise LookupError('no tea')
            if scope['path'] == '/exit': raise SystemExit(3)
            """
        )
        for path, expected in (("/", 1000), ("/raise", 1011), ("/exit", 1011)):
            client = self.opened(worker, path)
            self.assertEqual(client.read_close()[0], expected)
            client.write(CLOSE, struct.pack("!H", expected))
            self.assertTrue(client.at_end())
        failure = worker.report("exception")["failure"]
        self.assertEqual(failure["request"]["path"], "/raise")
        self.assertIn("no tea", worker.output())

    def test_a_client_that_leaves_without_a_word_is_told_of(self):
        worker = self.one(
            ECHO
            + """
try:
    await send({'type': 'websocket.send', 'text': 'late'})
except OSError as error:
    print('late', type(error).__name__, flush=True)
    raise
"""
        )
        client = self.opened(worker)
        client.write(TEXT, b"begun")
        client.read()
        client.close()
        self.until(lambda: "late ClientGone" in worker.output("stdout"))
        self.assertIn("('code', 1006)", worker.output("stdout"))
        self.assertNotIn("Error", worker.output())

    def test_an_exception_after_the_client_has_left_is_told(self):
        worker = self.one(
            ECHO
            + """
class WebSocketDisconnect(Exception): pass
if scope['path'] == '/room': {}['visitor']
raise WebSocketDisconnect
"""
        )
        for path in ("/quiet", "/room"):
            client = self.opened(worker, path)
            client.write(CLOSE, b"\x03\xe8")
            client.read()
            client.close()
        failure = worker.report("exception")["failure"]
        self.assertEqual(failure["exception"]["type"], "KeyError")
        self.assertNotIn("WebSocketDisconnect", worker.output())

    def test_the_end_of_the_process_closes_with_a_restart(self):
        worker = self.one(ECHO)
        clients = [self.opened(worker) for _ in range(3)]
        worker.process.terminate()
        for client in clients:
            self.assertEqual(client.read_close()[0], 1012)
            client.write(CLOSE, b"\x03\xf4")
        self.assertEqual(worker.process.wait(PATIENCE), 0)
        self.assertEqual(worker.output("stdout").count("('code', 1012)"), 3)
        self.assertNotIn("Error", worker.output())

    def test_a_silent_client_is_pinged_and_given_up(self):
        worker = self.one(
            "import sys\n"
            "sys.modules['_wsgi_shim.asgi_websocket'].PING_SECONDS = 0.5\n" + ECHO
        )
        client = self.opened(worker)
        for _ in range(3):
            self.assertEqual(client.read()[0], PING)
            client.write(PONG)
        self.assertEqual(client.read()[0], PING)
        self.assertTrue(client.at_end())
        self.until(lambda: "1006" in worker.output("stdout"))

    def test_a_client_that_does_not_close_is_given_up(self):
        worker = self.one(
            """
            import sys
            sys.modules['_wsgi_shim.asgi_websocket'].CLOSE_SECONDS = 0.5
            await receive()
            await send({'type': 'websocket.accept'})
            """
        )
        client = self.opened(worker)
        self.assertEqual(client.read_close()[0], 1000)
        self.assertTrue(client.at_end())

    def test_many_at_once_beside_requests(self):
        worker = self.one(
            """
            if scope['type'] == 'http':
                await start(send)
                await body(send, b'plain')
                return
            """
            + "\n".join(" " * 12 + line for line in ECHO.split("\n"))
        )
        clients = [self.opened(worker) for _ in range(200)]
        for client in clients:
            client.write(TEXT, b"here")
        self.assertEqual(worker.get().body, b"plain")
        for client in clients:
            self.assertEqual(client.read(), (TEXT, b"here"))


@unittest.skipUnless(ClientConnection, "needs Debian's python3-websockets")
class LibraryTest(SocketTest):
    """The same, with frames of somebody else's."""

    def connected(self, worker, path="/"):
        client = ClientConnection(parse_uri("ws://example.org" + path))
        asked = client.connect()
        client.send_request(asked)
        client.data_to_send()
        sock = self.client(worker)
        headers = {
            "HTTP_" + name.upper().replace("-", "_"): value
            for name, value in asked.headers.raw_items()
        }
        sock.send(path, **dict(headers, HTTP_CONNECTION="upgrade"))
        self.events_of(client, sock)
        self.assertEqual(client.state.name, "OPEN")
        return client, sock

    def events_of(self, client, sock):
        while True:
            data = sock.sock.recv(1 << 16)
            client.receive_data(data) if data else client.receive_eof()
            self.send_all(client, sock)
            events = client.events_received()
            if events or not data:
                return events

    def send_all(self, client, sock):
        for data in client.data_to_send():
            if data:
                sock.sock.sendall(data)

    def test_the_library_is_understood(self):
        worker = self.one(ECHO)
        client, sock = self.connected(worker)
        client.send_text("käse".encode())
        client.send_binary(b"x" * 1000, fin=False)
        client.send_ping(b"p")
        client.send_continuation(b"y" * 70000, fin=True)
        self.send_all(client, sock)
        events = []
        while len(events) < 3:
            events += self.events_of(client, sock)
        found = {each.opcode.name: each.data for each in events}
        self.assertEqual(found["TEXT"], "käse".encode())
        self.assertEqual(found["PONG"], b"p")
        self.assertEqual(found["BINARY"], b"x" * 1000 + b"y" * 70000)
        client.send_close(1000, "bye")
        self.send_all(client, sock)
        while client.state.name != "CLOSED":
            self.events_of(client, sock)
        self.assertEqual(client.close_rcvd.code, 1000)
        self.assertFalse(client.close_rcvd_then_sent)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        unittest.main()
    sys.exit(worker_test.run_side_by_side())

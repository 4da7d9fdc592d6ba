"""Tests of the worker with ASGI applications: the specification, case by case.

Run as `python3 -m unittest tests/host/asgi_test.py`, with any Python from 3.8.
"""

import json
import os
import signal
import socket
import sys
import textwrap
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import worker_test
from worker_test import PATIENCE, Worker, is_running  # noqa: F401


def served(body):
    """Write an application whose body is that of one request."""
    return (
        "import asyncio\n"
        "async def start(send, status=200, headers=()):\n"
        "    await send({'type': 'http.response.start', 'status': status,\n"
        "                'headers': headers})\n"
        "async def body(send, data=b'', more=False):\n"
        "    await send({'type': 'http.response.body', 'body': data,\n"
        "                'more_body': more})\n"
        "async def whole(receive):\n"
        "    data = b''\n"
        "    while True:\n"
        "        event = await receive()\n"
        "        assert event['type'] == 'http.request', event\n"
        "        data += event['body']\n"
        "        if not event['more_body']: return data\n"
        "async def app(scope, receive, send):\n"
        "    assert scope['type'] == 'http', 'no lifespan'\n"
        + textwrap.indent(textwrap.dedent(body), "    ")
    )


class AsgiTest(worker_test.WorkerTest):
    """Has one request served by a body of its own."""

    def one(self, body, **settings):
        return self.serve(served(body), **settings)


SCOPE = """
told = {key: repr(value) for key, value in scope.items()}
await start(send, headers=[(b'content-type', b'application/json')])
import json
await body(send, json.dumps(told).encode())
for each in (scope, scope['asgi']): each['own'] = 1
scope['headers'].append((b'x-own', b'1'))
"""


class ScopeTest(AsgiTest):
    @classmethod
    def setUpClass(cls):
        import tempfile

        cls.shared_folder = tempfile.mkdtemp(prefix="wsgi-shim-asgi-")
        cls.shared = Worker(cls.shared_folder, served(SCOPE))
        cls.shared.ready()

    @classmethod
    def tearDownClass(cls):
        import shutil

        cls.shared.kill()
        shutil.rmtree(cls.shared_folder, True)

    def scope(self, path="/", **variables):
        told = self.shared.get(path, **variables).json
        return {key: eval(value) for key, value in told.items()}

    def test_type_and_versions(self):
        scope = self.scope()
        self.assertEqual(scope["type"], "http")
        self.assertEqual(scope["asgi"], {"version": "3.0", "spec_version": "2.3"})
        self.assertEqual(scope["http_version"], "1.1")

    def test_method_is_in_upper_case(self):
        self.assertEqual(self.scope(REQUEST_METHOD="patch")["method"], "PATCH")

    def test_path_is_decoded_from_percent_and_utf_8_and_raw_path_is_not(self):
        scope = self.scope("/caf%C3%A9/a%2Fb%zz", QUERY_STRING="x=%C3%A9")
        self.assertEqual(scope["path"], "/café/a/b%zz")
        self.assertEqual(scope["raw_path"], b"/caf%C3%A9/a%2Fb%zz")
        self.assertEqual(scope["query_string"], b"x=%C3%A9")
        self.assertEqual(self.scope("/%ff")["path"], "/\ufffd")

    def test_root_path_is_where_the_site_is_mounted(self):
        scope = self.scope("/x", SCRIPT_NAME="/sub%20uri")
        self.assertEqual(scope["root_path"], "/sub uri")
        self.assertEqual(scope["path"], "/sub uri/x")
        self.assertEqual(scope["raw_path"], b"/sub%20uri/x")
        bare = self.scope("/", SCRIPT_NAME="/sub", REQUEST_URI="/sub?x")
        self.assertEqual(bare["path"], "/sub")

    def test_headers_are_bytes_in_lower_case_and_in_order(self):
        scope = self.scope(
            HTTP_X_TWO="2", HTTP_X_ONE="\xe9", CONTENT_TYPE="text/plain"
        )
        self.assertEqual(
            scope["headers"],
            [(b"x-two", b"2"), (b"x-one", b"\xe9"), (b"content-type", b"text/plain")],
        )

    def test_headers_of_the_body_are_among_them(self):
        told = self.shared.get("/", b"body", REQUEST_METHOD="POST").json
        self.assertIn((b"content-length", b"4"), eval(told["headers"]))

    def test_a_proxy_header_and_the_password_are_dropped(self):
        scope = self.scope(HTTP_PROXY="evil", PASSENGER_CONNECT_PASSWORD="x")
        self.assertEqual(scope["headers"], [])

    def test_client_server_and_scheme(self):
        scope = self.scope(SERVER_PORT="8443", HTTPS="on")
        self.assertEqual(scope["client"], ("192.0.2.1", 4321))
        self.assertEqual(scope["server"], ("example.org", 8443))
        self.assertEqual(scope["scheme"], "https")
        self.assertEqual(self.scope()["scheme"], "http")

    def test_each_request_of_a_connection_has_a_scope_of_its_own(self):
        connection = self.shared.connect()
        self.addCleanup(connection.close)
        for number in range(3):
            told = connection.get("/%d" % number).json
            self.assertEqual(eval(told["path"]), "/%d" % number)
            self.assertNotIn("own", str(told))


class ReceiveTest(AsgiTest):
    def test_without_a_body_there_is_one_event_at_once(self):
        worker = self.one(
            """
            first = await receive()
            await start(send)
            await body(send, repr(sorted(first.items())).encode())
            """
        )
        for method in ("GET", "POST"):
            self.assertEqual(
                eval(worker.get(REQUEST_METHOD=method).body),
                [("body", b""), ("more_body", False), ("type", "http.request")],
            )

    def test_a_large_body_arrives_in_parts_and_takes_no_memory(self):
        worker = self.one(
            """
            size = parts = 0
            while True:
                event = await receive()
                size += len(event['body'])
                parts += 1
                if not event['more_body']: break
                if parts % 50 == 0: await asyncio.sleep(0.01)
            await start(send)
            await body(send, b'%d %d' % (size, parts))
            """
        )
        worker.get()
        before = worker.memory()
        data = b"x" * (60 << 20)
        size, parts = worker.get("/", data, REQUEST_METHOD="PUT").body.split()
        self.assertEqual(int(size), len(data))
        self.assertGreater(int(parts), 100)
        self.assertLess(worker.memory() - before, 8000)

    def test_small_pieces_are_joined(self):
        worker = self.one(
            """
            parts = []
            while True:
                event = await receive()
                parts.append(len(event['body']))
                if not event['more_body']: break
            await start(send)
            await body(send, repr(parts).encode())
            """
        )
        connection = worker.connect()
        self.addCleanup(connection.close)
        connection.send(REQUEST_METHOD="PUT", CONTENT_LENGTH="200000")
        for _ in range(200):
            connection.sock.sendall(b"x" * 1000)
        parts = eval(connection.receive().body)
        self.assertEqual(sum(parts), 200000)
        self.assertLess(len(parts), 60)

    def test_chunks_are_decoded(self):
        worker = self.one(
            """
            data = await whole(receive)
            names = [name for name, _ in scope['headers']]
            await start(send)
            await body(send, data + repr(names).encode())
            """
        )
        for data in (
            b"3\r\nabc\r\n5;x=y\r\ndefgh\r\n0\r\n\r\n",
            b"8\r\nabcdefgh\r\n0\r\nTrailer: x\r\n\r\n",
        ):
            for step in (1, 4, 100):
                connection = worker.connect()
                self.addCleanup(connection.close)
                connection.send(
                    REQUEST_METHOD="PUT",
                    HTTP_TRANSFER_ENCODING="chunked",
                    CONTENT_LENGTH="999",
                )
                for at in range(0, len(data), step):
                    connection.sock.sendall(data[at : at + step])
                self.assertEqual(connection.receive().body, b"abcdefgh[]")

    def test_malformed_chunks_are_refused(self):
        worker = self.one("await whole(receive)\nawait start(send)\nawait body(send)")
        for data in (b"zz\r\n", b"-1\r\n", b"2\r\nabc\r\n", b"0" * 9000):
            connection = worker.connect()
            self.addCleanup(connection.close)
            connection.send(REQUEST_METHOD="PUT", HTTP_TRANSFER_ENCODING="chunked")
            connection.sock.sendall(data)
            self.assertEqual(connection.receive().status, 400)
            self.assertIn("malformed", worker.report("warning")["text"])

    def test_a_cut_upload_is_no_body(self):
        worker = self.one(
            """
            while True:
                event = await receive()
                print(event['type'], event.get('more_body'), flush=True)
                if not event.get('more_body'): break
            """
        )
        connection = worker.connect()
        connection.send(REQUEST_METHOD="PUT", CONTENT_LENGTH="100")
        connection.sock.sendall(b"x" * 50)
        time.sleep(0.05)
        connection.sock.shutdown(socket.SHUT_WR)
        self.assertTrue(connection.at_end())
        connection.close()
        self.until(lambda: "disconnect" in worker.output("stdout"))
        self.assertNotIn("False", worker.output("stdout"))

    def test_a_cut_upload_in_chunks_is_no_body(self):
        worker = self.one("print(len(await whole(receive)), flush=True)")
        for data in (b"", b"5\r\nab", b"2\r\nab\r\n", b"2\r\nab\r\n0\r\n"):
            connection = worker.connect()
            connection.send(REQUEST_METHOD="PUT", HTTP_TRANSFER_ENCODING="chunked")
            connection.sock.sendall(data)
            connection.sock.shutdown(socket.SHUT_WR)
            self.assertTrue(connection.at_end())
            connection.close()
        self.assertEqual(worker.output("stdout"), "")

    def test_a_loop_that_does_not_heed_the_disconnect_holds_up_nobody(self):
        worker = self.one(
            """
            if scope['path'] == '/quick':
                await start(send)
                await body(send, b'quick')
                return
            while True: await receive()
            """
        )
        connection = worker.connect()
        connection.send("/loop")
        connection.sock.shutdown(socket.SHUT_WR)
        self.assertTrue(connection.at_end())
        connection.close()
        for _ in range(3):
            self.assertEqual(worker.get("/quick").body, b"quick")

    def test_after_the_body_it_waits_for_the_answer_or_the_end_of_the_client(self):
        worker = self.one(
            """
            await whole(receive)
            waiting = asyncio.ensure_future(receive())
            await asyncio.sleep(0.1)
            print('waits', waiting.done(), flush=True)
            if scope['path'] == '/answer':
                await start(send)
                await body(send, b'whole')
            print((await waiting)['type'], flush=True)
            print((await receive())['type'], flush=True)
            """
        )
        # Passenger half-closes after a body: that is no end.
        self.assertEqual(worker.get("/answer", b"x", REQUEST_METHOD="PUT").body, b"whole")
        expected = "waits False\nhttp.disconnect\nhttp.disconnect\n"
        self.until(lambda: worker.output("stdout") == expected)
        connection = worker.connect()
        connection.send("/")
        time.sleep(0.3)
        connection.sock.shutdown(socket.SHUT_WR)
        self.assertTrue(connection.at_end())  # else the session would stay
        connection.close()
        self.until(lambda: worker.output("stdout") == expected * 2)
        self.assertNotIn("Error", worker.output())

    def test_an_unread_body_does_not_harm_the_answer(self):
        worker = self.one("await start(send)\nawait body(send, b'early')")
        for _ in range(3):
            answer = worker.get("/", b"x" * 3000000, REQUEST_METHOD="PUT")
            self.assertEqual((answer.body, answer.kept), (b"early", False))


class SendTest(AsgiTest):
    def test_nothing_goes_out_before_the_first_body(self):
        worker = self.one(
            """
            await start(send, 200, [(b'x-lost', b'1')])
            raise ValueError('late')
            """
        )
        worker.pages = lambda report: worker_test.PAGE
        answer = worker.get()
        self.assertEqual(answer.status, int(worker_test.PAGE["status"][:3]))
        self.assertIsNone(answer.headers["x-lost"])
        self.assertEqual(answer.body.decode(), worker_test.PAGE["body"])
        failure = worker.report("exception")["failure"]
        self.assertEqual(failure["exception"]["type"], "ValueError")
        self.assertEqual(failure["request"], {"method": "GET", "path": "/"})
        self.assertIn("late", worker.output())

    def test_headers_of_any_iterable_keep_their_order_and_repeats(self):
        worker = self.one(
            """
            await start(send, 201, (pair for pair in [
                (b'Set-Cookie', b'a=1'), [b'x-y', b'\\xe9'], (b'set-cookie', b'b=2'),
                (b'transfer-encoding', b'chunked'), (b'connection', b'close'),
            ]))
            await body(send, b'body')
            """
        )
        answer = worker.get()
        self.assertEqual((answer.status, answer.reason), (201, "Created"))
        self.assertEqual(
            [(name.lower(), value) for name, value in answer.headers.items()],
            [
                ("set-cookie", "a=1"),
                ("x-y", "\xe9"),
                ("set-cookie", "b=2"),
                ("content-length", "4"),
            ],
        )

    def test_what_is_wrong_is_refused_with_a_page_and_not_sent(self):
        worker = self.one(
            """
            import urllib.parse
            source = urllib.parse.unquote(scope['query_string'].decode())
            for step in source.split(';'):
                await eval(step, globals(), {'send': send})
            """
        )
        for step, said in (
            ("start(send, 200, [(b'x', b'a\\r\\nb: c')])", "control character"),
            ("start(send, 200, [(b'x y', b'a')])", "not a token"),
            ("start(send, 200, [('x', b'a')])", "not a pair of bytes"),
            ("start(send, 200, [(b'x', 'a')])", "not a pair of bytes"),
            ("start(send, 200, [(b'x',)])", "not a (name, value) pair"),
            ("start(send, 200, 3)", "headers are int"),
            ("start(send, '200')", "status is str"),
            ("start(send, 99)", "not between"),
            ("start(send);start(send)", "a second time"),
            ("body(send, b'x')", "before http.response.start"),
            ("start(send);body(send, 'text')", 'body.encode("utf-8")'),
            ("start(send);body(send, None)", "NoneType"),
            ("start(send, 200, [(b'content-length', b'x')]);body(send)", "not a number"),
            ("send({'type': 'http.nonsense'})", "unknown message type"),
            ("send({})", "KeyError"),
            ("start(send)", "without http.response.body"),
            ("asyncio.sleep(0)", "without http.response.start"),
        ):
            with self.subTest(step):
                from urllib.parse import quote

                answer = worker.get(QUERY_STRING=quote(step))
                self.assertEqual((answer.status, answer.kept), (500, False))
                self.assertIn(said, worker.output())

    def test_each_part_is_on_its_way_when_send_returns(self):
        worker = self.one(
            """
            import os, time
            await start(send)
            for part in (b'', b'one', b'two'):
                await body(send, part, True)
                # The loop itself gets no chance to send it.
                while not os.path.exists('seen' + part.decode()): time.sleep(0.01)
            await body(send)
            """
        )
        connection = worker.connect()
        self.addCleanup(connection.close)
        connection.send()
        data = b""
        for name, wanted in (("", b"\r\n\r\n"), ("one", b"one"), ("two", b"two")):
            while wanted not in data:
                data += connection.sock.recv(1000)
            self.write("seen" + name, "")
        self.assertIn(b"chunked", data)
        while not data.endswith(b"0\r\n\r\n"):
            data += connection.sock.recv(1000)

    def test_a_single_body_has_its_length_and_more_come_in_chunks(self):
        worker = self.one(
            """
            await start(send)
            if scope['path'] == '/none': await body(send)
            if scope['path'] == '/one': await body(send, bytearray(b'abc'))
            if scope['path'] == '/many':
                await body(send, b'abc', True)
                await body(send, b'', True)
                await body(send, b'def')
            """
        )
        connection = worker.connect()
        self.addCleanup(connection.close)
        for _ in range(2):
            answer = connection.get("/none")
            self.assertEqual((answer.body, answer.headers["Content-Length"]), (b"", "0"))
            answer = connection.get("/one")
            self.assertEqual(answer.body, b"abc")
            self.assertEqual(answer.headers["Content-Length"], "3")
            answer = connection.get("/many")
            self.assertEqual(answer.body, b"abcdef")
            self.assertEqual(answer.headers["Transfer-Encoding"], "chunked")

    def test_head_204_and_304_have_no_body(self):
        worker = self.one(
            """
            await start(send, int(scope['path'][1:]))
            await body(send, b'abc', True)
            await body(send, b'def')
            """
        )
        connection = worker.connect()
        self.addCleanup(connection.close)
        for path, method in (("/200", "HEAD"), ("/204", "GET"), ("/304", "GET")):
            for _ in range(2):
                answer = connection.get(path, REQUEST_METHOD=method)
                self.assertEqual((answer.status, answer.body), (int(path[1:]), b""))
        self.assertEqual(connection.get("/200").body, b"abcdef")

    def test_a_surplus_is_dropped_and_a_shortfall_is_a_cut(self):
        worker = self.one(
            """
            await start(send, 200, [(b'content-length', b'5')])
            await body(send, b'abc', True)
            if scope['path'] == '/long': await body(send, b'defgh', True)
            await body(send)
            """
        )
        answer = worker.get("/long")
        self.assertEqual((answer.body, answer.cut), (b"abcde", False))
        self.assertIn("surplus", worker.report("warning")["text"])
        answer = worker.get("/short")
        self.assertEqual((answer.body, answer.cut), (b"abc", True))
        self.assertIn("has 3 bytes", worker.report("warning")["text"])

    def test_a_whole_answer_frees_the_connection(self):
        # Passenger has all of it, and sends the next request at once.
        worker = self.one(
            """
            status = int(scope['path'][1:])
            await start(send, status, [(b'content-length', b'3')])
            await body(send, b'abc', True)
            print((await receive())['type'], (await receive())['type'], flush=True)
            await asyncio.sleep(0.3)
            await body(send, b'', True)
            await body(send)
            """
        )
        connection = worker.connect()
        self.addCleanup(connection.close)
        for path, method, expected in (
            ("/200", "GET", b"abc"),
            ("/200", "HEAD", b""),
            ("/204", "GET", b""),
            ("/304", "GET", b""),
            ("/200", "GET", b"abc"),
        ):
            answer = connection.get(path, REQUEST_METHOD=method)
            self.assertEqual((answer.body, answer.kept), (expected, True))
        told = "http.disconnect http.disconnect\n" * 5
        self.until(lambda: worker.output("stdout") == told)
        worker.process.terminate()
        self.assertEqual(worker.process.wait(PATIENCE), 0)
        self.assertNotIn("Error", worker.output())

    def test_a_large_answer_does_not_hold_up_what_follows_it(self):
        worker = self.one(
            """
            await start(send)
            await body(send, b'x' * 5000000)
            print('then', flush=True)
            """
        )
        connection = worker.connect()
        self.addCleanup(connection.close)
        for count in range(1, 4):
            connection.send()
            self.until(lambda: worker.output("stdout") == "then\n" * count)
            self.assertEqual(len(connection.receive().body), 5000000)

    def test_messages_after_the_end_are_ignored(self):
        worker = self.one(
            """
            for _ in range(2):
                await start(send)
                await body(send, b'once')
            """
        )
        connection = worker.connect()
        self.addCleanup(connection.close)
        for _ in range(3):
            self.assertEqual(connection.get().body, b"once")
        self.assertNotIn("Error", worker.output())

    def test_an_exception_or_a_return_midway_is_a_cut(self):
        worker = self.one(
            """
            await start(send)
            await body(send, b'abc', True)
            if scope['path'] == '/raise': 1 / 0
            if scope['path'] == '/exit': raise SystemExit(3)
            """
        )
        for path in ("/raise", "/return", "/exit"):
            answer = worker.get(path)
            self.assertEqual((answer.body, answer.cut), (b"abc", True))
            self.assertEqual(worker.report("exception")["failure"]["request"]["path"], path)

    def test_an_exception_after_the_answer_is_told_and_harms_nobody(self):
        worker = self.one(
            """
            await start(send, 500)
            await body(send, b'own page')
            1 / 0
            """
        )
        connection = worker.connect()
        self.addCleanup(connection.close)
        for _ in range(3):
            self.assertEqual(connection.get().body, b"own page")
        failure = worker.report("exception")["failure"]
        self.assertEqual(failure["exception"]["type"], "ZeroDivisionError")
        self.assertTrue(worker.no_report())
        self.assertIn("answered by the application", worker.output())

    def test_nothing_can_be_sent_to_a_client_that_left_before_the_answer(self):
        worker = self.one(
            """
            while (await receive())['type'] != 'http.disconnect': pass
            try: await start(send)
            except OSError as error: print('start', type(error).__name__, flush=True)
            await body(send)
            """
        )
        connection = worker.connect()
        connection.send()
        connection.close()
        self.until(lambda: worker.output("stdout") == "start ClientGone\n")
        self.assertNotIn("Error", worker.output())

    def test_after_the_client_has_left_send_raises_an_oserror(self):
        worker = self.one(
            """
            await start(send)
            try:
                while True:
                    await body(send, b'x' * 1000, True)
                    await asyncio.sleep(0.01)
            except OSError as error:
                print(type(error).__mro__, flush=True)
                raise
            """
        )
        connection = worker.connect()
        connection.send()
        connection.sock.recv(100)
        connection.close()
        self.until(lambda: "OSError" in worker.output("stdout"))
        self.assertNotIn("Error", worker.output())

    def test_a_slow_client_holds_up_its_own_answer_alone(self):
        worker = self.one(
            """
            if scope['path'] == '/quick':
                await start(send)
                await body(send, b'quick')
                return
            await start(send)
            for number in range(1000):
                await body(send, b'x' * 65536, True)
            await body(send)
            """
        )
        worker.get("/quick")
        before = worker.memory()
        connection = worker.connect()
        self.addCleanup(connection.close)
        connection.send("/slow")
        time.sleep(0.3)
        self.assertEqual(worker.get("/quick").body, b"quick")
        self.assertLess(worker.memory() - before, 8000)
        self.assertEqual(len(connection.receive().body), 65536000)

    def test_requests_run_at_once(self):
        worker = self.one(
            """
            global running
            running = globals().get('running', 0) + 1
            while running < 100: await asyncio.sleep(0.01)
            await start(send)
            await body(send, b'met')
            """
        )
        connections = [worker.connect() for _ in range(100)]
        for connection in connections:
            self.addCleanup(connection.close)
            connection.send()
        for connection in connections:
            self.assertEqual(connection.receive().body, b"met")

    def test_a_background_task_follows_the_answer_and_delays_nobody(self):
        worker = self.one(
            """
            await start(send)
            await body(send, b'first')
            await asyncio.sleep(0.3)
            print('then', flush=True)
            """
        )
        connection = worker.connect()
        self.addCleanup(connection.close)
        began = time.monotonic()
        for _ in range(3):
            self.assertEqual(connection.get().body, b"first")
        self.assertLess(time.monotonic() - began, 0.3)
        worker.process.terminate()
        self.assertEqual(worker.process.wait(PATIENCE), 0)
        self.assertEqual(worker.output("stdout"), "then\n" * 3)

    def test_a_websocket_is_refused_at_once(self):
        worker = self.one("await start(send)\nawait body(send)")
        answer = worker.get(
            HTTP_UPGRADE="websocket", HTTP_CONNECTION="upgrade", HTTP_SEC_WEBSOCKET_KEY="x"
        )
        self.assertEqual((answer.status, answer.kept), (501, False))
        self.assertIn("WebSocket", worker.report("warning")["text"])

    def test_another_upgrade_is_answered_without_it(self):
        worker = self.one("await start(send)\nawait body(send, b'plain')")
        answer = worker.get(HTTP_UPGRADE="h2c", HTTP_CONNECTION="upgrade")
        self.assertEqual((answer.body, answer.kept), (b"plain", False))

    def test_passengers_password_is_asked_for(self):
        worker = self.one("await start(send)\nawait body(send)", password="secret")
        self.assertEqual(worker.get().status, 403)
        self.assertEqual(worker.get(PASSENGER_CONNECT_PASSWORD="secret").status, 200)

    def test_garbage_is_refused(self):
        worker = self.one("await start(send)\nawait body(send, b'alive')")
        for block in (b"garbage", b"A\0", b"CONTENT_LENGTH\0x\0REQUEST_METHOD\0GET\0"):
            connection = worker.connect()
            connection.send_block(block)
            self.assertTrue(connection.at_end())
            connection.close()
            self.assertIn("malformed", worker.report("warning")["text"])
        self.assertEqual(worker.get().body, b"alive")

    def test_sys_exit_in_a_view_or_a_task_does_not_end_the_worker(self):
        worker = self.one(
            """
            if scope['path'] == '/view': raise SystemExit(3)
            if scope['path'] == '/task':
                async def leave(): raise SystemExit(3)
                asyncio.ensure_future(leave())
                await asyncio.sleep(0.1)
            await start(send)
            await body(send, b'alive')
            """
        )
        self.assertEqual(worker.get("/view").status, 500)
        self.assertEqual(worker.get("/task").body, b"alive")
        self.assertEqual(worker.get().body, b"alive")

    def test_a_forked_child_does_not_go_on_as_a_worker(self):
        worker = self.one(
            """
            import os
            pid = os.fork()
            if pid == 0: raise ValueError('in the child')
            status = os.waitpid(pid, 0)[1]
            await start(send)
            await body(send, b'%d' % os.WEXITSTATUS(status))
            """
        )
        self.assertEqual(worker.get().body, b"1")

    def test_a_blocked_loop_is_named_with_its_line(self):
        worker = self.one(
            """
            import time
            time.sleep(float(scope['path'][1:]))
            await start(send)
            await body(send)
            """
        )
        worker.get("/3.5")
        line = served("").count("\n") + 3
        said = worker.report("warning")["text"]
        self.assertIn("hello.py:%d, in app()" % line, said)
        worker.get("/0.1")
        self.assertTrue(worker.no_report())


LIFESPAN = """
import asyncio, os, sys
async def app(scope, receive, send):
    if scope['type'] == 'lifespan':
        assert scope['asgi']['spec_version'] == '2.0'
        scope['state']['made'] = ['at startup']
        assert (await receive())['type'] == 'lifespan.startup'
        %s
        await send({'type': 'lifespan.startup.complete'})
        assert (await receive())['type'] == 'lifespan.shutdown'
        print('shutdown', flush=True)
        %s
        await send({'type': 'lifespan.shutdown.complete'})
        return
    state = scope.get('state')
    await asyncio.sleep(float(scope['path'][1:] or 0))
    body = repr(state).encode()
    if state: state['own'] = 1
    await send({'type': 'http.response.start', 'status': 200})
    await send({'type': 'http.response.body', 'body': body})
"""


class LifespanTest(worker_test.WorkerTest):
    def test_startup_comes_before_and_shutdown_after_the_requests(self):
        worker = self.start(LIFESPAN % ("await asyncio.sleep(0.1); print('up', flush=True)", ""))
        self.assertEqual(worker.ready()["interface"], "asgi")
        self.assertEqual(worker.output("stdout"), "up\n")
        for _ in range(2):
            # A copy for each: what a request adds is its own.
            self.assertEqual(worker.get().body, b"{'made': ['at startup']}")
        connection = worker.connect()
        self.addCleanup(connection.close)
        connection.send("/0.5")
        time.sleep(0.2)
        worker.process.terminate()
        self.assertEqual(connection.receive().status, 200)
        self.assertEqual(worker.process.wait(PATIENCE), 0)
        self.assertEqual(worker.output("stdout"), "up\nshutdown\n")
        self.assertNotIn("Error", worker.output())

    def test_a_signal_that_another_thread_takes_ends_the_worker(self):
        worker = self.serve(
            worker_test.TAKES_SIGTERM + "async def app(scope, receive, send):\n"
            "    await send({'type': 'http.response.start', 'status': 200})\n"
            "    threading.Timer(0.2, take).start()\n"
            "    await send({'type': 'http.response.body', 'body': b'Hello'})\n"
        )
        self.assertEqual(worker.get().body, b"Hello")
        self.assertEqual(worker.process.wait(PATIENCE), 0)

    def test_a_signal_handler_of_the_application_s_loop_is_called_too(self):
        worker = self.serve(
            LIFESPAN
            % (
                "loop = asyncio.get_running_loop()\n"
                "        loop.add_signal_handler(15, print, 'bye', None)",
                "",
            )
        )
        worker.process.terminate()
        self.assertEqual(worker.process.wait(PATIENCE), 0)
        self.assertIn("bye None\n", worker.output("stdout"))

    def test_a_failed_startup_ends_the_start_with_its_exception(self):
        worker = self.start(
            LIFESPAN
            % (
                "try: {}['DATABASE_URL']\n"
                "        except KeyError:\n"
                "            await send({'type': 'lifespan.startup.failed', 'message': 'x'})\n"
                "            raise",
                "",
            )
        )
        failure = worker.failure()
        self.assertEqual(failure["problem"], "startup-raised")
        self.assertEqual(failure["exception"]["type"], "KeyError")
        self.assertEqual(failure["exception"]["frames"][-1]["function"], "app")

    def test_a_failed_startup_without_an_exception_ends_it_with_its_message(self):
        worker = self.start(
            LIFESPAN
            % ("await send({'type': 'lifespan.startup.failed', 'message': 'no database'})", "")
        )
        exception = worker.failure()["exception"]
        self.assertEqual(exception["message"], "no database")

    def test_an_exception_means_that_there_is_no_lifespan(self):
        worker = self.start(LIFESPAN % ("raise ValueError('none')", ""))
        self.assertIn("without lifespan", worker.report("warning")["text"])
        worker.ready()
        self.assertEqual(worker.get().body, b"None")
        worker.process.terminate()
        self.assertEqual(worker.process.wait(PATIENCE), 0)
        self.assertEqual(worker.output("stdout"), "")

    def test_a_startup_that_hangs_says_where(self):
        began = time.monotonic()
        worker = self.start(
            LIFESPAN % ("await asyncio.sleep(600)", ""), start_timeout=1
        )
        failure = worker.failure()
        self.assertEqual(failure["problem"], "hung")
        self.assertEqual(failure["stack"][0]["function"], "app")
        self.assertLess(time.monotonic() - began, 10)

    def test_a_shutdown_that_hangs_is_given_up(self):
        worker = self.start(LIFESPAN % ("", "await asyncio.sleep(600)"))
        worker.ready()
        worker.process.terminate()
        self.assertIn("lifespan.shutdown took", worker.report("warning")["text"])
        self.assertEqual(worker.process.wait(PATIENCE), 0)

    def test_a_shutdown_that_raises_is_told(self):
        worker = self.start(LIFESPAN % ("", "1 / 0"))
        worker.ready()
        worker.process.terminate()
        self.assertEqual(worker.process.wait(PATIENCE), 0)
        self.assertIn("ZeroDivisionError", worker.output())

    def test_a_trial_starts_and_ends_the_application(self):
        worker = self.start(LIFESPAN % ("print('up', flush=True)", ""), trial=True)
        self.assertEqual(worker.ready()["remarks"], [])
        self.assertEqual(worker.process.wait(PATIENCE), 0)
        self.assertEqual(worker.output("stdout"), "up\nshutdown\n")


ANSWER = (
    "await send({'type': 'http.response.start', 'status': 200})\n"
    "  await send({'type': 'http.response.body', 'body': b'Hello'})\n"
)


class InterfaceTest(worker_test.WorkerTest):
    def test_what_speaks_asgi_is_found_by_itself(self):
        for source in (
            "async def app(scope, receive, send):\n  " + ANSWER,
            "async def app(a, b, c):\n  " + ANSWER.replace("send", "c"),
            "class A:\n async def __call__(self, scope, receive, send):\n  %sapp = A()"
            % ANSWER,
            "class A:\n async def run(self, scope, receive, send):\n  %sapp = A().run"
            % ANSWER,
            "async def inner(scope, receive, send):\n  %s"
            "def app(scope, receive, send): return inner(scope, receive, send)" % ANSWER,
            "import functools\nasync def f(x, scope, receive, send):\n  %s"
            "app = functools.partial(f, 1)" % ANSWER,
            "import functools\nasync def f(scope, receive, send):\n  %s"
            "@functools.wraps(f)\ndef app(*args): return f(*args)" % ANSWER,
            # ASGI 2.
            "class app:\n def __init__(self, scope): pass\n"
            " async def __call__(self, receive, send):\n  " + ANSWER,
            "def app(scope):\n async def answer(receive, send):\n  %s"
            " return answer" % ANSWER,
        ):
            with self.subTest(source):
                worker = self.serve(source)
                self.assertEqual(worker.get().body, b"Hello")
                worker.kill()

    def test_an_application_of_asgi_2_is_told_that_version(self):
        worker = self.serve(
            "def app(scope):\n async def answer(receive, send):\n"
            "  assert scope['asgi']['version'] == '2.0'\n  %s return answer" % ANSWER
        )
        self.assertEqual(worker.get().body, b"Hello")

    def test_the_settings_decide_where_it_is_in_doubt(self):
        source = (
            "async def inner(scope, receive, send):\n  %s"
            "def app(*args): return inner(*args)" % ANSWER
        )
        worker = self.serve(source, interface="asgi")
        self.assertEqual(worker.get().body, b"Hello")
        failure = self.failure("async def app(s, r, t): pass", interface="wsgi")
        self.assertEqual(failure["problem"], "not-wsgi")
        self.assertEqual(failure["kind"], "ASGI application")
        failure = self.failure("def app(e, s): pass", interface="asgi")
        self.assertEqual((failure["problem"], failure["subject"]), ("not-asgi", "app"))

    def test_what_cannot_be_awaited_is_an_exception_of_the_request(self):
        worker = self.serve("def app(scope, receive, send): pass", interface="asgi")
        self.assertEqual(worker.get().status, 500)
        self.assertIn("TypeError", worker.output())

    def test_a_factory_makes_one(self):
        source = "async def a(s, r, send):\n  %sdef make(): return a" % ANSWER
        worker = self.serve(source, attribute="make", call=True)
        self.assertEqual(worker.get().body, b"Hello")

    def test_an_asgi_application_is_a_candidate(self):
        failure = self.failure("async def main(scope, receive, send): pass")
        self.assertEqual(failure["candidates"], ["main"])

    def test_an_object_is_a_better_candidate_than_a_function(self):
        failure = self.failure(
            "class Api:\n async def __call__(self, scope, receive, send): pass\n"
            "def add(note, tasks): pass\nservice = Api()"
        )
        self.assertEqual(failure["candidates"], ["service", "add"])

    def test_the_import_may_use_asyncio(self):
        for before in (
            "import asyncio\nasyncio.run(asyncio.sleep(0))\n",
            "import asyncio, warnings\nwarnings.simplefilter('ignore')\n"
            "asyncio.get_event_loop().create_future()\n",
        ):
            for interface in ("auto", "asgi"):
                with self.subTest(before, interface=interface):
                    worker = self.serve(
                        before + "async def app(scope, receive, send):\n  " + ANSWER,
                        interface=interface,
                    )
                    self.assertEqual(worker.get().body, b"Hello")
                    worker.kill()

    def test_the_loop_of_the_import_is_the_one_that_serves(self):
        source = (
            "import asyncio, warnings\nwarnings.simplefilter('ignore')\n"
            "loop = asyncio.get_event_loop()\n"
            "async def app(scope, receive, send):\n"
            "  assert loop is asyncio.get_running_loop()\n  " + ANSWER
        )
        if sys.version_info < (3, 14):
            self.assertEqual(self.serve(source).get().body, b"Hello")
        worker = self.serve(source, interface="asgi")
        self.assertEqual(worker.get().body, b"Hello")

    def test_a_wrapper_is_noticed_in_a_trial(self):
        self.write(
            "a2wsgi.py",
            "class ASGIMiddleware:\n"
            " def __init__(self, app): pass\n def __call__(self, e, s): pass",
        )
        source = "from a2wsgi import ASGIMiddleware\napp = ASGIMiddleware(None)"
        ready = self.start(source, trial=True).ready()
        self.assertEqual((ready["interface"], ready["remarks"]), ("wsgi", ["wrapped"]))

    def test_routes_and_root_path_are_noticed_in_a_trial(self):
        kinds = (
            "class WebSocketRoute: pass\nclass Route: pass\n"
            "class Mount:\n def __init__(self, *routes): self.routes = list(routes)\n"
            "class FastAPI(Mount):\n root_path = ''\n"
            " async def __call__(self, scope, receive, send): pass\n"
            "class Rule:\n def __init__(self, websocket): self.websocket = websocket\n"
            "class Map(list):\n def iter_rules(self): return iter(self)\n"
            "class Quart(FastAPI):\n"
            " def __init__(self, *rules): self.url_map = Map(rules)\n"
            "class ProtocolTypeRouter(FastAPI):\n"
            " def __init__(self, mapping): self.application_mapping = mapping\n"
        )
        for made, expected in (
            ("FastAPI(Route(), Mount(Route(), WebSocketRoute()))", ["websockets"]),
            ("FastAPI(Route(), Mount(Route()))", []),
            ("FastAPI()\napp.root_path = '/api'", ["root-path"]),
            ("Quart(Rule(False), Rule(True))", ["websockets"]),
            ("Quart(Rule(False))", []),
            ("ProtocolTypeRouter({'websocket': 1})", ["no-http"]),
            ("ProtocolTypeRouter({'http': 1, 'websocket': 1})", []),
        ):
            with self.subTest(made):
                worker = self.start(kinds + "app = " + made, trial=True)
                self.assertEqual(worker.ready()["remarks"], expected)
                worker.kill()

    def test_wsgi_applications_load_no_asyncio(self):
        worker = self.serve(
            "import sys\ndef app(e, s):\n s('200 OK', [])\n"
            " return [str('asyncio' in sys.modules).encode()]"
        )
        self.assertEqual(worker.get().body, b"False")


class LifeTest(AsgiTest):
    SLOW = """
    print('running', flush=True)
    await asyncio.sleep(float(scope['path'][1:]))
    await start(send)
    await body(send, b'done')
    """

    def test_sigterm_finishes_what_runs_and_leaves_the_socket(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            worker = self.one(self.SLOW)
            kept = worker.connect()
            self.addCleanup(kept.close)
            kept.get("/0")
            connection = worker.connect()
            self.addCleanup(connection.close)
            connection.send("/0.5")
            time.sleep(0.2)
            worker.process.send_signal(number)
            self.assertEqual(connection.receive().body, b"done")
            self.assertTrue(kept.at_end())
            self.assertEqual(worker.process.wait(PATIENCE), 0)
            self.assertTrue(os.path.exists(worker.path))
            self.assertNotIn("Error", worker.output())
            worker.kill()

    def test_requests_that_wait_at_sigterm_are_answered(self):
        worker = self.one(self.SLOW)
        connections = [worker.connect() for _ in range(20)]
        for connection in connections:
            self.addCleanup(connection.close)
            connection.send("/0.1")
        worker.process.terminate()
        for connection in connections:
            self.assertEqual(connection.receive().body, b"done")
        self.assertEqual(worker.process.wait(PATIENCE), 0)

    def test_the_end_of_the_supervisor_ends_it(self):
        worker = self.one(self.SLOW)
        connection = worker.connect()
        self.addCleanup(connection.close)
        connection.send("/600")
        self.until(lambda: "running" in worker.output("stdout"))
        self.assertEqual(worker.end(), 0)
        self.assertFalse(os.path.exists(worker.path))

    def test_signal_handlers_of_the_application_are_called_too(self):
        worker = self.serve(
            "import signal, sys\n"
            "def bye(number, frame):\n    print('bye')\n    sys.exit(9)\n"
            "signal.signal(signal.SIGTERM, bye)\n"
            + served("await start(send)\nawait body(send)")
        )
        worker.get()
        worker.process.terminate()
        self.assertEqual(worker.process.wait(PATIENCE), 0)
        self.assertEqual(worker.output("stdout"), "bye\n")

    def test_a_thread_or_a_task_of_the_application_does_not_keep_it(self):
        worker = self.serve(
            "import threading, time\n"
            "threading.Thread(target=time.sleep, args=(600,)).start()\n"
            + served(
                "asyncio.ensure_future(asyncio.sleep(600))\n"
                "await start(send)\nawait body(send)"
            )
        )
        worker.get()
        worker.process.terminate()
        self.assertEqual(worker.process.wait(PATIENCE), 0)

    def test_twenty_answers_prove_that_it_can_live(self):
        worker = self.one("await start(send)\nawait body(send)")
        for _ in range(20):
            worker.get()
        self.assertTrue(worker.proven.wait(PATIENCE))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        unittest.main()
    sys.exit(worker_test.run_side_by_side())

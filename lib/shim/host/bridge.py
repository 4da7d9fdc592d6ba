"""An ASGI application inside a server that knows WSGI alone: a guest's bridge.

The event loop runs in a thread of its own. The thread of a request does for
the application what may block: it reads the body, and hands on the answer.
"""

import asyncio
import os
import queue
import threading

from . import facts, streams
from .asgi import (
    SHUTDOWN_SECONDS,
    START_SECONDS,
    Lifespan,
    open_loop,
    single,
    takes_root_path,
)
from .asgi_http import SPEC, Bell, status_line

SIZE = 65536


class Bridge:
    """A WSGI application that has an ASGI application answer."""

    def __init__(self, application, interface, settings):
        self._application = single(application, interface)
        self._settings = settings
        self._lock = threading.Lock()
        self._pid = None  # of the process that the loop runs in
        self._loop = self._lifespan = None
        self._is_root_in_path = takes_root_path()

    def __call__(self, environ, start_response):
        """Answer a request; PEP 3333."""
        with self._lock:
            if self._pid != os.getpid():
                # Servers that load first and fork then would lose the thread.
                self._start()
        scope = make_scope(environ, self._is_root_in_path)
        if self._lifespan.is_supported:
            scope["state"] = self._lifespan.state.copy()
        call = Call(self._loop, environ, start_response)
        return call.answer(self._application, scope)

    def warn(self, text):
        """Tell the owner of the site what the application does wrong."""
        print("wsgi-shim: %s" % text, file=streams.errors)

    def _start(self):
        import atexit

        loop = open_loop(self._settings, self)
        lifespan = Lifespan(self._application, loop, self)
        threading.Thread(target=loop.run_forever, name="wsgi-shim-loop", daemon=True).start()
        seconds = self._settings.get("start_timeout") or START_SECONDS
        asyncio.run_coroutine_threadsafe(lifespan.start(seconds), loop).result()
        if lifespan.failure:
            loop.call_soon_threadsafe(loop.stop)
            raise lifespan.failure
        self._loop, self._lifespan, self._pid = loop, lifespan, os.getpid()
        atexit.register(self._stop, self._pid)
        self.warn(
            "this server speaks WSGI, the application ASGI: it is served through a"
            " bridge, with a thread of the server for each request"
        )

    def _stop(self, pid):
        if pid != os.getpid():
            return
        ending = self._lifespan.stop(SHUTDOWN_SECONDS)
        try:
            asyncio.run_coroutine_threadsafe(ending, self._loop).result(SHUTDOWN_SECONDS)
        except Exception as error:
            self.warn("lifespan.shutdown: %s" % type(error).__name__)


class Call:
    """A request: the coroutine asks, and the thread of the request does it."""

    def __init__(self, loop, environ, start_response):
        self._loop = loop
        self._input = environ["wsgi.input"]
        length = environ.get("CONTENT_LENGTH") or "0"
        self._left = int(length) if length.isdigit() else 0
        self._start_response = start_response
        self._asked = queue.Queue()  # (what, message, future)
        self._over = Bell(loop)
        self._is_started = self._is_over = self._is_told = False

    def answer(self, application, scope):
        """Give the parts of the answer, as the application sends them."""
        self._loop.call_soon_threadsafe(self._begin, application, scope)
        try:
            while True:
                what, message, future = self._asked.get()
                result = None
                if what == "http.request":
                    result = self._read()
                elif what == "raised":
                    self._raise(message)
                    return
                elif what == "http.response.start":
                    self._start(message)
                elif what == "http.response.body":
                    yield bytes(message.get("body", b""))
                    if not message.get("more_body", False):
                        self._settle(future, None)
                        return
                self._settle(future, result)
        finally:
            self._is_over = True  # whole, or the client is gone
            self._loop.call_soon_threadsafe(self._over.ring)
            # Whoever still waits for this thread shall not wait for ever.
            self._settle_all()

    def _settle_all(self):
        while not self._asked.empty():
            self._settle(self._asked.get()[2], None)

    def _settle(self, future, result):
        def settle():
            if not future.done():
                future.set_result(result)

        if future is not None:
            self._loop.call_soon_threadsafe(settle)

    def _read(self):
        data = self._input.read(min(SIZE, self._left)) if self._left else b""
        self._left = self._left - len(data) if data else 0
        return data

    def _start(self, message):
        headers = [
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, value in message.get("headers", ())
            if name.lower() not in (b"transfer-encoding", b"connection")
        ]
        self._start_response(status_line(message["status"]), headers)

    def _raise(self, error):
        """Let the server see an exception, as of a WSGI application."""
        if isinstance(error, Exception):
            raise error
        facts.print_error(error)
        raise RuntimeError("the application ended by %s" % type(error).__name__)

    # In the event loop.

    def _begin(self, application, scope):
        self._task = self._loop.create_task(self._run(application, scope))

    async def _run(self, application, scope):
        error = None
        try:
            await application(scope, self._receive, self._send)
            if not self._is_over:
                error = AssertionError("application returned before its answer was whole")
        except GeneratorExit:
            raise
        except BaseException as raised:
            error = raised
        if error is not None and self._is_over:
            facts.print_error(error)  # the visitor has an answer
        else:
            self._asked.put(("raised", error, None))

    def _ask(self, what, message=None):
        future = self._loop.create_future()
        self._asked.put((what, message, future))
        if self._is_over:
            self._settle_all()
        return future

    async def _receive(self):
        if not self._is_told and not self._is_over:
            body = await self._ask("http.request")
            if body is not None:
                self._is_told = self._left == 0
                more = not self._is_told
                return {"type": "http.request", "body": body, "more_body": more}
        while not self._is_over:
            await self._over.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message):
        kind = message["type"]
        if self._is_over:
            return
        if kind == "http.response.start":
            if self._is_started:
                raise AssertionError("http.response.start was sent a second time")
            self._is_started = True
        elif kind != "http.response.body":
            raise ValueError("unknown message type %.80r" % kind)
        elif not self._is_started:
            raise AssertionError("http.response.body was sent before http.response.start")
        elif isinstance(message.get("body", b""), str):
            raise TypeError("body of http.response.body is str, not bytes: encode it")
        await self._ask(kind, message)
        if kind == "http.response.body" and not message.get("more_body", False):
            self._is_over = True


def make_scope(environ, is_root_in_path):
    """Make the scope of a request from the environ of PEP 3333."""

    def text(name):
        return environ.get(name, "").encode("latin-1").decode("utf-8", "replace")

    def pair(host, port):
        number = str(environ.get(port, ""))
        return (environ[host], int(number) if number.isdigit() else 0)

    headers = [
        (name[5:].replace("_", "-").lower().encode("latin-1"), value.encode("latin-1"))
        for name, value in environ.items()
        if name.startswith("HTTP_") and name != "HTTP_PROXY"
    ]
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if environ.get(name):
            header = name.replace("_", "-").lower().encode("latin-1")
            headers.append((header, environ[name].encode("latin-1")))
    root, path = text("SCRIPT_NAME"), text("PATH_INFO")
    uri = environ.get("REQUEST_URI") or environ.get("RAW_URI")
    return {
        "type": "http",
        "asgi": SPEC.copy(),
        "http_version": environ.get("SERVER_PROTOCOL", "HTTP/1.1").partition("/")[2],
        "method": environ["REQUEST_METHOD"].upper(),
        "scheme": environ.get("wsgi.url_scheme", "http"),
        "path": root + path if is_root_in_path else path or "/",
        "raw_path": uri.partition("?")[0].encode("latin-1") if uri else None,
        "query_string": environ.get("QUERY_STRING", "").encode("latin-1"),
        "root_path": root,
        "headers": headers,
        "client": pair("REMOTE_ADDR", "REMOTE_PORT") if environ.get("REMOTE_ADDR") else None,
        "server": pair("SERVER_NAME", "SERVER_PORT") if environ.get("SERVER_NAME") else None,
    }

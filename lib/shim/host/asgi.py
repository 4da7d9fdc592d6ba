"""The server of an ASGI application: one event loop, in the main thread.

asyncio is imported where it is needed: it costs megabytes, and the supervisor,
which has no loop, loads this file as well.
"""

import contextvars
import os
import resource
import sys
import threading
import time

from . import facts, frameworks
from .asgi_http import SPEC, Bell, Connection, Exchange
from .asgi_websocket import WebSocket
from .incidents import Incidents, plain_page

CONCURRENCY = 500  # requests at once that Passenger is told of, at most
DESCRIPTORS = 4096  # that are enough for them, and for the application's own
BACKLOG = 1024
SIZE = 4096
QUIET_SECONDS = 0.05  # without a request, after which none is under way
START_SECONDS = 3600  # where nothing else is said
# The supervisor kills after 55 seconds, and Passenger after 60.
FINISH_SECONDS = 42  # for requests that are under way
SHUTDOWN_SECONDS = 6  # for lifespan.shutdown
CANCEL_SECONDS = 1  # for what is cancelled
BLOCKED_SECONDS = 1  # that the event loop may stand still
NO_WEBSOCKET = (
    "WebSockets cannot pass here: neither Apache with Passenger nor wsgi-shim serve"
    " lets them through; Passenger Standalone does"
)
PAUSE_SECONDS = 0.1
AGAIN_SECONDS = 600  # until the same place is told again


def open_loop(settings, channel):
    """Make the event loop, and let asyncio.get_event_loop() return it."""
    import asyncio

    loop = None
    if settings.get("loop") == "uvloop":
        try:
            import uvloop

            loop = uvloop.new_event_loop()
        except ImportError as error:
            channel.warn('loop = "uvloop" in config.toml has no effect: %s' % error)
    if loop is None:
        loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    return loop


def made_loop():
    """Return the loop that the application got by get_event_loop() at import.

    What it has made there may belong to that loop. There is one only where
    Python, until 3.13, has made it by itself.
    """
    import asyncio

    try:
        loop = asyncio.get_event_loop_policy()._local._loop
    except AttributeError:
        return None
    return None if loop is None or loop.is_closed() or loop.is_running() else loop


def single(application, interface):
    """Return an application as ASGI 3 wants it: one call with all three."""
    if interface == "asgi":
        return application

    async def application_3(scope, receive, send):
        scope["asgi"]["version"] = "2.0"
        await application(scope)(receive, send)

    return application_3


def takes_root_path():
    """Tell whether `path` shall contain root_path, as the specification says.

    Starlette did not know that before 0.35.
    """
    starlette = sys.modules.get("starlette")
    parts = str(getattr(starlette, "__version__", "1.0")).split(".")
    try:
        return (int(parts[0]), int(parts[1])) >= (0, 35)
    except (ValueError, IndexError):
        return True


def concurrency():
    """Return how many requests at once the descriptors are enough for."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, DESCRIPTORS)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            soft = wanted
        except (ValueError, OSError):
            pass
    return CONCURRENCY if soft < 0 else max(1, min(CONCURRENCY, soft // 2))


class Server:
    """Serves an ASGI application on a Unix socket until it is told to stop."""

    def __init__(self, application, interface, settings, channel, listener, loop=None):
        self.loop = loop or made_loop() or open_loop(settings, channel)
        self.channel = channel
        self.password = (settings.get("password") or "").encode("latin-1")
        self.is_stopping = False
        self.incidents = Incidents(channel)
        self.connections = set()
        self.threads = concurrency()
        self._application = single(application, interface)
        self._settings = settings
        self._listener = listener
        self._lifespan = Lifespan(self._application, self.loop, channel)
        self._exchanges = set()
        self._count = 0  # of requests, ever
        self._is_root_in_path = takes_root_path()
        self._is_cancelling = False
        self._is_over = False
        self._ending = None
        self._executor = None
        # Which request it is about, in whatever thread.
        self.current = contextvars.ContextVar("wsgi_shim_request")
        self._watchdog = Watchdog(self)
        self._hear_frameworks()

    # The life of the server.

    def begin(self, deadline):
        """Start the application; raise facts.Failed where it fails.

        The deadline is a time.monotonic().
        """
        import asyncio

        asyncio.set_event_loop(self.loop)
        self._run(self._lifespan.start(max(0.1, deadline - time.monotonic())))
        failed = self._lifespan.failure
        if failed:
            if failed.failure["problem"] == "hung":
                failed.failure["seconds"] = self._settings.get("start_timeout")
            raise failed

    def run(self, signaled):
        """Serve, until stop() has been called and all is answered.

        What can be read from `signaled` wakes the main thread after a signal.
        """
        self._watchdog.start()
        self.loop.add_reader(signaled, os.read, signaled, SIZE)
        self._run(self._listen())
        while not self._is_over:
            try:
                self.loop.run_forever()
            except (KeyboardInterrupt, SystemExit) as error:
                # From a signal handler of the application, or one of its
                # tasks, which must not end us.
                if not self.is_stopping:
                    facts.print_error(error)
            except BaseException as error:
                facts.print_error(error)
        self.loop.close()

    def finish(self):
        """End the application of a trial, which has served nothing."""
        self._run(self._finish())

    def stop(self, is_orphan=False):
        """Take no new connections and let run() return when all is answered.

        Safe in a signal handler and in any thread. An orphan has no supervisor
        that would take away the socket, or give it another worker.
        """
        if self.is_stopping:
            return
        self.is_stopping = True
        if is_orphan:
            try:
                # Passenger takes its next requests to another process.
                os.unlink(self._settings["socket"])
            except OSError:
                pass
        try:
            self.loop.call_soon_threadsafe(self._begin_end)
        except RuntimeError:
            pass  # closed: it is over

    def _run(self, coroutine):
        """Run a coroutine to its end, whatever else is raised in the loop."""
        task = self.loop.create_task(coroutine)
        task.add_done_callback(lambda _: self.loop.stop())
        while not task.done():
            try:
                self.loop.run_forever()
            except (KeyboardInterrupt, SystemExit) as error:
                facts.print_error(error)
        return task.result()

    async def _listen(self):
        def connect():
            return Connection(self)

        # asyncio's create_unix_server() takes away the path at its end, from
        # Python 3.13 on; uvloop's create_server() knows TCP alone.
        is_asyncio = type(self.loop).__module__.startswith("asyncio.")
        create = self.loop.create_server if is_asyncio else self.loop.create_unix_server
        self._serving = await create(connect, sock=self._listener, backlog=BACKLOG)

    def _begin_end(self):
        self._ending = self.loop.create_task(self._end())

    async def _end(self):
        """Finish what is under way, and let run() return."""
        import asyncio

        deadline = self.loop.time() + FINISH_SECONDS
        while self.loop.time() < deadline:
            count = self._count
            for exchange in self._exchanges:
                exchange.go_away()
            await asyncio.sleep(QUIET_SECONDS)
            if not self._exchanges and count == self._count:
                break
        self._serving.close()
        self._is_cancelling = True
        left = [each.task for each in self._exchanges]
        for task in left:
            task.cancel()
        if left:
            await asyncio.wait(left, timeout=CANCEL_SECONDS)
        for connection in list(self.connections):
            connection.close()
        await self._finish()
        self._is_over = True
        self.loop.stop()

    async def _finish(self):
        import asyncio

        await self._lifespan.stop(SHUTDOWN_SECONDS)
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        if others:
            await asyncio.wait(others, timeout=CANCEL_SECONDS)
        try:
            await asyncio.wait_for(self.loop.shutdown_asyncgens(), CANCEL_SECONDS)
        except asyncio.TimeoutError:
            pass

    # What requests need.

    def new_exchange(self, connection, transport, head, keep):
        """Make what answers a request, or speaks with a WebSocket."""
        is_websocket = (
            head.upgrade == b"websocket"
            and self._settings.get("websockets")
            and b"upgrade" in head.variables.get(b"HTTP_CONNECTION", b"").lower()
        )
        kind = WebSocket if is_websocket else Exchange
        return kind(self, connection, transport, head, keep)

    def serve(self, exchange):
        """Have the application answer a request, in a task of its own."""
        self._count += 1
        self._exchanges.add(exchange)
        if not self._watchdog.is_needed.is_set():
            self._watchdog.is_needed.set()
        head = exchange.head
        if head.upgrade == b"websocket" and not isinstance(exchange, WebSocket):
            self._refuse_websocket(exchange)
            return
        scope = exchange.scope(self._is_root_in_path)
        if self._lifespan.is_supported:
            scope["state"] = self._lifespan.state.copy()
        run = exchange.run(self._application, scope)
        exchange.task = self.loop.create_task(run)

    def _refuse_websocket(self, exchange):
        self.incidents.warn(exchange.head.told(), NO_WEBSOCKET)
        exchange.answer.send_page(plain_page("501 Not Implemented", NO_WEBSOCKET))
        exchange.answer.ended = True
        self.answered(exchange)
        self.done(exchange)

    def answered(self, exchange):
        """Let a connection go on after an answer."""
        exchange.connection.answered(exchange)

    def done(self, exchange):
        """Take note that the application has returned."""
        self._exchanges.discard(exchange)
        if exchange.answer.trouble:
            self.incidents.warn(exchange.head.told(), exchange.answer.trouble)
        answer = exchange.answer.remarkable
        if answer is None:
            self.incidents.count()
        else:
            head = exchange.head
            self.incidents.count(answer, head.texts(), head.is_secure)

    @property
    def is_busy(self):
        """Whether the application is called at this moment."""
        return bool(self._exchanges)

    def is_cancelling(self, error):
        """Tell whether it was us who have ended a request."""
        import asyncio

        return self._is_cancelling and isinstance(error, asyncio.CancelledError)

    @staticmethod
    async def pause():
        """Let others have the event loop for a moment."""
        import asyncio

        await asyncio.sleep(PAUSE_SECONDS)

    async def in_thread(self, call, *args):
        """Call what may wait, without having the loop wait."""
        if self._executor is None:
            from concurrent.futures import ThreadPoolExecutor

            # One of our own: that of the loop may be used up by the application.
            self._executor = ThreadPoolExecutor(4, "wsgi-shim-incident")
        return await self.loop.run_in_executor(self._executor, call, *args)

    def _hear_frameworks(self):
        def heard(error):
            exchange = self.current.get(None)
            if exchange is not None and error is not None:
                self.incidents.tell(exchange.head.told(), error)

        frameworks.hear_frameworks(heard)


class Lifespan:
    """Start and end of the application: the specification's lifespan 2.0."""

    def __init__(self, application, loop, channel):
        self.state = {}
        self.is_supported = False
        self.failure = None  # a facts.Failed
        self._application = application
        self._loop = loop
        self._channel = channel
        self._changed = Bell(loop)
        self._task = None
        self._raised = None
        self._told = 0  # events that the application has received
        self._is_ending = self._has_ended = False

    async def start(self, seconds):
        """Start the application, or find that it has no lifespan."""
        self._task = self._loop.create_task(self._run())
        await self._wait(
            lambda: self.is_supported or self.failure or self._task.done(), seconds
        )
        if self.is_supported or self.failure:
            return
        if not self._task.done():
            self.failure = facts.Failed("hung", stack=stack_of(self._task))
        elif self._raised and self._told:
            # The specification: go on without. It may have been meant so.
            told = "%s at lifespan.startup: it is served without lifespan" % (
                facts.describe(self._raised)["type"]
            )
            self._channel.warn("The application raised " + told)

    async def stop(self, seconds):
        """End the application, if it wants to know."""
        if not self.is_supported or self._task.done():
            return
        self._is_ending = True
        self._changed.ring()
        await self._wait(lambda: self._has_ended or self._task.done(), seconds)
        if self._raised:
            facts.print_error(self._raised, "Exception at lifespan.shutdown")
        elif not self._has_ended and not self._task.done():
            told = "lifespan.shutdown took longer than %d seconds" % seconds
            self._channel.warn(told)

    async def _wait(self, is_there, seconds):
        import asyncio

        end = self._loop.time() + seconds
        while not is_there() and self._loop.time() < end:
            left = end - self._loop.time()
            await asyncio.wait((self._changed.next(),), timeout=left)

    async def _run(self):
        scope = {
            "type": "lifespan",
            "asgi": dict(SPEC, spec_version="2.0"),
            "state": self.state,
        }
        try:
            await self._application(scope, self._receive, self._send)
        except GeneratorExit:
            raise
        except BaseException as error:
            self._raised = error
        finally:
            self._loop.call_soon(self._changed.ring)

    async def _receive(self):
        self._told += 1
        if self._told == 1:
            return {"type": "lifespan.startup"}
        while self._told > 2 or not self._is_ending:
            await self._changed.wait()
        return {"type": "lifespan.shutdown"}

    async def _send(self, message):
        kind = message["type"]
        if kind == "lifespan.startup.complete":
            self.is_supported = True
        elif kind == "lifespan.startup.failed":
            # Frameworks send it from where they have caught the exception.
            self.failure = self._failed(sys.exc_info()[1], message.get("message", ""))
        elif kind == "lifespan.shutdown.failed":
            self._has_ended = True
            self._channel.warn("lifespan.shutdown failed: %s" % message.get("message", ""))
        elif kind == "lifespan.shutdown.complete":
            self._has_ended = True
        else:
            raise ValueError("unknown message type %.80r" % kind)
        self._changed.ring()

    @staticmethod
    def _failed(error, message):
        if error is not None:
            facts.print_error(error)
            return facts.Failed("startup-raised", error=error)
        told = {"type": "lifespan.startup.failed", "message": str(message), "frames": []}
        return facts.Failed("startup-raised", exception=told)


def stack_of(task):
    """List where a task waits, the outermost frame first."""
    frames = []
    waiting = task.get_coro()
    while waiting is not None:
        for kind in ("cr", "gi", "ag"):
            frame = getattr(waiting, kind + "_frame", None)
            if frame is not None:
                frames.append((frame, frame.f_lineno))
                break
        waiting = (
            getattr(waiting, "cr_await", None)
            or getattr(waiting, "gi_yieldfrom", None)
            or getattr(waiting, "ag_await", None)
        )
    return [plain_frame(*each) for each in frames if not is_machinery(each[0])]


def plain_frame(frame, line):
    """Describe a frame as a failure does."""
    code = frame.f_code
    return {"file": code.co_filename, "line": line, "function": code.co_name}


def is_machinery(frame):
    """Tell whether a frame is ours, or asyncio's."""
    return facts.is_ours(frame.f_code.co_filename) or frame.f_globals.get(
        "__name__", ""
    ).startswith(("asyncio.", "selectors"))


class Watchdog:
    """A thread that names the line of the application that holds up the loop."""

    def __init__(self, server):
        self.is_needed = threading.Event()  # a request is under way
        self._server = server
        self._main = threading.get_ident()
        self._told = {}  # place -> when

    def start(self):
        """Begin to watch."""
        threading.Thread(target=self._watch, name="wsgi-shim-loop", daemon=True).start()

    def _watch(self):
        while True:
            self.is_needed.wait()
            time.sleep(BLOCKED_SECONDS)
            self.is_needed.clear()
            if not self._server.is_busy:
                continue  # an idle process is not woken
            self.is_needed.set()
            alive = threading.Event()
            try:
                self._server.loop.call_soon_threadsafe(alive.set)
            except RuntimeError:
                return  # closed: it is over
            if not alive.wait(BLOCKED_SECONDS):
                self._tell()
                alive.wait()

    def _tell(self):
        frame = sys._current_frames().get(self._main)
        frames = []
        while frame is not None and len(frames) < 200:
            if not is_machinery(frame):
                frames.insert(0, plain_frame(frame, frame.f_lineno))
            elif frame.f_code.co_name == "select" and not frames:
                return  # it waits, as it should
            frame = frame.f_back
        where = facts.own_frame(frames)
        if where is None:
            return
        place = (where["file"], where["line"])
        now = time.monotonic()
        if now - self._told.get(place, -AGAIN_SECONDS) < AGAIN_SECONDS:
            return
        self._told[place] = now
        self._server.channel.warn(
            "The event loop stands still at %s:%d, in %s(): nothing else is answered"
            " meanwhile. What takes long must be awaited, or run in a thread"
            % (where["file"], where["line"], where["function"])
        )

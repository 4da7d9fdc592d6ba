"""The server: takes connections and hands them to the gateway."""

import os
import select
import socket
import threading
import time

from .answer import ClientGone
from .facts import print_error
from .gateway import Gateway

SIZE = 4096
QUIET_SECONDS = 0.05  # without a request, after which shutdown is complete


class Poll:
    """The part of select.epoll that the server needs, for other systems."""

    def __init__(self):
        self._poll = select.poll()
        self.register = self._poll.register
        self.unregister = self._poll.unregister
        self.close = lambda: None

    def poll(self, timeout, maxevents):
        """Wait for events; the timeout is in seconds, negative for none."""
        return self._poll.poll(None if timeout < 0 else timeout * 1000)[:maxevents]


class Server:
    """Serves an application on a Unix socket until it is told to stop."""

    def __init__(self, application, settings, channel, listener):
        self._channel = channel
        self._path = settings["socket"]
        self.threads = settings.get("threads") or 1
        if self.threads > 1 and not hasattr(select, "epoll"):
            # gevent's monkey patching takes it away, as other systems do.
            channel.warn("Python has no epoll here: one request is served at once")
            self.threads = 1
        self._gateway = Gateway(
            application, channel, settings.get("password"), self.threads > 1
        )
        self._stopping = False
        self._stop_reader, self._stop_writer = os.pipe()
        self._signaled = None
        self._connections = {}
        # With several threads an event goes to one of them, and its
        # descriptor rests until that thread arms it again.
        self._mask = select.POLLIN
        if self.threads > 1:
            self._mask |= select.EPOLLONESHOT
        self._poll = select.epoll() if hasattr(select, "epoll") else Poll()
        self._listener = listener
        self._poll.register(listener.fileno(), self._mask)
        self._poll.register(self._stop_reader, select.POLLIN)

    def stop(self, is_orphan=False):
        """Take no new connections and let run() return when all is answered.

        Safe in a signal handler and in any thread. An orphan has no supervisor
        that would take away the socket, or give it another worker.
        """
        if not self._stopping:
            self._stopping = True
            if is_orphan:
                try:
                    # Passenger takes its next requests to another process.
                    os.unlink(self._path)
                except OSError:
                    pass
            os.write(self._stop_writer, b"x")

    def run(self, signaled):
        """Serve. One thread: the main one, as applications may expect.

        What can be read from `signaled` wakes the main thread after a signal.
        """
        self._signaled = signaled
        if self.threads == 1:
            self._poll.register(signaled, select.POLLIN)
        threads = []
        if self.threads > 1:
            for number in range(self.threads):
                name = "request-%d" % (number + 1)
                threads.append(threading.Thread(target=self._serve, name=name))
                threads[-1].daemon = True
                threads[-1].start()
        while True:
            try:
                if threads:
                    self._await_stop()
                else:
                    self._serve()
                for thread in threads:
                    thread.join()
                break
            except (KeyboardInterrupt, SystemExit):
                self.stop()  # from a signal handler of the application
            except BaseException as error:
                print_error(error)  # likewise: an alarm that came too late
        # Requests that were under way when the socket went are answered too.
        self._poll.unregister(self._stop_reader)
        self._serve(QUIET_SECONDS)
        for sock in list(self._connections.values()):
            self._drop(sock)
        self._listener.close()

    def _await_stop(self):
        waiting = Poll()
        waiting.register(self._stop_reader, select.POLLIN)
        waiting.register(self._signaled, select.POLLIN)
        while not self._stopping:
            for descriptor, _ in waiting.poll(-1, 2):
                if descriptor == self._signaled:
                    os.read(descriptor, SIZE)

    def _serve(self, timeout=-1):
        while True:
            events = self._poll.poll(timeout, 1)
            if not events and timeout >= 0:
                return
            for descriptor, _ in events:
                if descriptor == self._stop_reader:
                    return
                if descriptor == self._signaled:
                    os.read(descriptor, SIZE)
                elif descriptor in self._connections:
                    self._attend(self._connections[descriptor])
                else:
                    self._accept()

    def _accept(self):
        try:
            sock = self._listener.accept()[0]
        except BlockingIOError:
            sock = None
        except OSError as error:
            sock = None
            self._channel.warn("Cannot accept a connection: %s" % error)
            time.sleep(1)  # out of descriptors: the request waits as well
        if self.threads > 1:
            self._poll.modify(self._listener.fileno(), self._mask)
        if sock is not None:
            # An application may have called socket.setdefaulttimeout().
            sock.settimeout(None)
            self._connections[sock.fileno()] = sock
            self._poll.register(sock.fileno(), self._mask)

    def _drop(self, sock):
        del self._connections[sock.fileno()]
        try:
            # Said aloud, in case a child of the application holds a copy.
            self._poll.unregister(sock.fileno())
            sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        sock.close()

    def _attend(self, sock):
        keep = False
        try:
            keep = self._gateway.respond(sock, not self._stopping)
        except (ClientGone, ConnectionError):
            pass
        except Exception as error:
            print_error(error)
        finally:
            if not keep:
                self._drop(sock)
            elif self.threads > 1:
                self._poll.modify(sock.fileno(), self._mask)

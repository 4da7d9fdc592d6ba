"""What a process that only watches waits for: pipes, children, signals, time."""

import errno
import os
import select
import signal
import time

SIZE = 65536


class Loop:
    """Calls back when something has happened, one call at a time."""

    def __init__(self):
        self._poll = select.poll()
        self._handlers = {}  # of descriptors
        self._children = {}  # what to call with the status
        self._signals = {}
        self._timers = []  # (when, call, args)
        self._is_over = False
        self._wake, self._waker = os.pipe()
        for descriptor in (self._wake, self._waker):
            os.set_blocking(descriptor, False)
        signal.set_wakeup_fd(self._waker, warn_on_full_buffer=False)
        self._add(self._wake, select.POLLIN, self._woken)
        self.on_signal(signal.SIGCHLD, self._reap)

    def read(self, descriptor, take):
        """Call back with what arrives, with no bytes at the end; closes it then."""
        os.set_blocking(descriptor, False)

        def ready():
            try:
                data = os.read(descriptor, SIZE)
            except BlockingIOError:
                return
            except OSError:
                data = b""
            if not data:
                self._forget(descriptor)
            take(data)

        self._add(descriptor, select.POLLIN, ready)

    def drain(self, descriptor):
        """Take in what a descriptor holds now, if it is still read."""
        while descriptor in self._handlers and self._is_ready(descriptor):
            self._handlers[descriptor]()

    def send(self, descriptor, data, close=False):
        """Write bytes, as fast as they are taken."""
        os.set_blocking(descriptor, False)
        rest = memoryview(data)

        def ready():
            nonlocal rest
            try:
                rest = rest[os.write(descriptor, rest) :]
            except BlockingIOError:
                return
            except OSError:
                rest = rest[:0]  # nobody reads it any more
            if not rest:
                self._forget(descriptor, close)

        self._add(descriptor, select.POLLOUT, ready)

    def on_end(self, pid, call):
        """Call back with the status of a child that has ended."""
        self._children[pid] = call

    def on_signal(self, number, call):
        """Call back after a signal."""
        self._signals[number] = call
        signal.signal(number, lambda *_: None)

    def after(self, seconds, call, *args):
        """Call back when some time has passed."""
        self._timers.append((time.monotonic() + seconds, call, args))

    def run(self):
        """Wait and call, until it is over."""
        while not self._is_over:
            for descriptor, _ in self._poll.poll(self._pause()):
                if descriptor in self._handlers:
                    self._handlers[descriptor]()
            now = time.monotonic()
            due = [timer for timer in self._timers if timer[0] <= now]
            self._timers = [timer for timer in self._timers if timer[0] > now]
            for _, call, args in due:
                call(*args)

    def end(self):
        """Let run() return."""
        self._is_over = True

    def leave_to_child(self):
        """Undo what a forked child must not have: signals, and our descriptors."""
        signal.set_wakeup_fd(-1)
        for number in self._signals:
            signal.signal(number, signal.SIG_DFL)
        for descriptor in list(self._handlers):
            os.close(descriptor)
        os.close(self._waker)

    def _add(self, descriptor, mask, handler):
        self._handlers[descriptor] = handler
        self._poll.register(descriptor, mask)

    def _forget(self, descriptor, close=True):
        del self._handlers[descriptor]
        self._poll.unregister(descriptor)
        if close:
            os.close(descriptor)

    @staticmethod
    def _is_ready(descriptor):
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        return bool(poll.poll(0))

    def _pause(self):
        if not self._timers:
            return None
        first = min(when for when, _, _ in self._timers)
        return max(0, first - time.monotonic()) * 1000 + 1

    def _woken(self):
        try:
            numbers = os.read(self._wake, SIZE)
        except OSError as error:
            if error.errno != errno.EAGAIN:
                raise
            return
        for number in sorted(set(numbers)):
            if number in self._signals:
                self._signals[number]()

    def _reap(self):
        for pid in list(self._children):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended == pid:
                self._children.pop(pid)(status)

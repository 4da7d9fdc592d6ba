"""The site's log, in the form and by the rules of `lib/site/log.ts`.

Several processes write to one log, those of several machines too. One that
cannot be written stops nothing.
"""

import os
import re
import stat
import time

LINE_LIMIT = 8000  # characters
STALE_SECONDS = 10  # until a lock is that of a process which is gone
TURN_SECONDS = 0.1  # to wait for the lock; a line matters more
MACHINES_LIMIT = 4096  # bytes
MACHINE = re.sub("[^A-Za-z0-9.-]", "_", os.uname().nodename)[:64]
UNPRINTABLE_REGEXP = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
FLAGS = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
# The folder may be writable by a group, and a FIFO keeps who opens it waiting.
FLAGS |= os.O_NOFOLLOW | os.O_NONBLOCK


class Log:
    """Writes lines to a file, which is renamed when it has grown."""

    def __init__(self, file, max_bytes, backups):
        self._file = file
        self._max_bytes = max_bytes
        self._backups = backups
        self._descriptor = None
        self._machines = Machines(file + ".machines")

    def write(self, kind, text):
        """Append a text of one or more lines."""
        try:
            self._open()
            is_shared = self._machines.are_several()
            data = lines_of(kind, text, "@" + MACHINE if is_shared else "")
            if is_shared:
                self._append_in_turn(data)
            else:
                self._append(data, self._rotate)
        except OSError:
            pass

    def _append(self, data, rotate):
        if os.fstat(self._open()).st_size > self._max_bytes:
            rotate()
        descriptor = self._open()
        while data:  # a nearly full disk takes a part first
            data = data[os.write(descriptor, data) :]

    def _append_in_turn(self, data):
        """Append while no other machine does.

        A network file system knows where a file ends only when it is opened,
        and has what was written only when it is closed (nfs(5), "Data and
        metadata coherence").
        """
        lock = self._file + ".lock"
        is_ours = wait_for_lock(lock)
        try:
            self._close()
            self._append(data, self._rename if is_ours else lambda: None)
            self._close()
        finally:
            if is_ours:
                os.rmdir(lock)

    def _close(self):
        if self._descriptor is not None:
            os.close(self._descriptor)
        self._descriptor = None

    def _open(self):
        """Return the file behind the path, also after another rotated it."""
        if self._descriptor is not None:
            try:
                if os.path.samestat(os.stat(self._file), os.fstat(self._descriptor)):
                    return self._descriptor
            except OSError:
                pass
            self._close()
        opened = os.open(self._file, FLAGS, 0o640)
        if not stat.S_ISREG(os.fstat(opened).st_mode):
            os.close(opened)
            raise OSError("not a file")
        self._descriptor = opened
        return opened

    def _rotate(self):
        """Rename the log and its backups one up.

        Nothing is lost: who still has the renamed file open writes to it until
        its next line. Where it fails, the log just grows.
        """
        lock = self._file + ".lock"
        try:
            if not take_lock(lock):
                return
            try:
                if os.stat(self._file).st_size > self._max_bytes:
                    self._rename()
            finally:
                os.rmdir(lock)
        except OSError:
            pass

    def _rename(self):
        kept = [self._file] + ["%s.%d" % (self._file, 1 + n) for n in range(self._backups)]
        free = 1
        while free < self._backups and os.path.lexists(kept[free]):
            free += 1
        for number in range(min(free, self._backups), 0, -1):
            os.rename(kept[number - 1], kept[number])
        if not self._backups:
            os.truncate(self._file, 0)
        # More were kept before the settings said less.
        surplus = self._backups + 1
        while os.path.lexists("%s.%d" % (self._file, surplus)):
            os.unlink("%s.%d" % (self._file, surplus))
            surplus += 1


class Machines:
    """The machines that write to a log, by their names in a file beside it."""

    def __init__(self, file):
        self._file = file
        self._size = None  # of the file, when it was read
        self._are_several = False

    def are_several(self):
        """Tell whether others than this machine write; be named as one."""
        try:
            size = os.stat(self._file).st_size
        except OSError:
            size = 0
        if size != self._size:
            self._size = size
            try:
                self._look()
            except OSError:
                pass  # as if we were alone
        return self._are_several

    def _look(self):
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        flags |= os.O_NOFOLLOW | os.O_NONBLOCK
        with os.fdopen(os.open(self._file, flags, 0o640), "r+b", 0) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return
            names = file.read(MACHINES_LIMIT).decode("ascii", "replace").split()
            if MACHINE not in names and self._size < MACHINES_LIMIT:
                file.write((MACHINE + "\n").encode())
        self._are_several = any(name != MACHINE for name in names)


class Silence:
    """A log that keeps nothing."""

    def write(self, kind, text):
        """Write nothing."""


def take_lock(lock):
    """Make a folder that only one process can make; return whether it is ours."""
    try:
        os.mkdir(lock, 0o700)
        return True
    except FileExistsError:
        if time.time() - os.stat(lock).st_mtime > STALE_SECONDS:
            os.rmdir(lock)
        return False


def wait_for_lock(lock):
    """Try for a while to take a lock; return whether it is ours."""
    deadline = time.monotonic() + TURN_SECONDS
    while True:
        try:
            if take_lock(lock):
                return True
        except FileNotFoundError:
            pass  # it was given back at that moment
        except OSError:
            return False
        if time.monotonic() > deadline:
            return False
        time.sleep(0.005)


def lines_of(kind, text, machine):
    """Make the lines of a text, as bytes."""
    now = time.time()
    head = "%s.%03dZ [%d%s] %s: " % (
        time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)),
        now % 1 * 1000,
        os.getpid(),
        machine,
        kind,
    )
    if text.endswith("\n"):
        text = text[:-1]
    lines = "".join(head + line_of(line) + "\n" for line in text.split("\n"))
    return lines.encode("utf-8", "replace")


def line_of(line):
    """Make one line of any: without control characters, and not without end."""
    if line.endswith("\r"):
        line = line[:-1]
    shown = UNPRINTABLE_REGEXP.sub(spell_out, line[:LINE_LIMIT])
    if len(line) > LINE_LIMIT:
        shown += "\u2026 (%d more characters)" % (len(line) - LINE_LIMIT)
    return shown


def spell_out(match):
    """Spell out a character by its bytes."""
    return "".join("\\x%02x" % byte for byte in match.group().encode("utf-8"))

"""Bodies of requests, and files as bodies of answers."""

import errno
import io
import re

SIZE = 65536
KEPT_SIZE = 1 << 20  # of a body without a length; more waits on disk


class BodyError(OSError):
    """The body of a request is cut off or malformed.

    An error, not an early end: an application would store half an upload as
    a whole one.
    """




class RawBody(io.RawIOBase):
    """The body of a request: what came with its head, then the socket's.

    Ends at CONTENT_LENGTH, as PEP 3333 ("Input and Error Streams") wants. It
    is wrapped in an io.BufferedReader, which has the methods of wsgi.input.
    """

    def __init__(self, sock, begun, length):
        self._sock = sock
        self._begun = begun
        self.left = length

    def readable(self):
        """Tell io that this stream can be read."""
        return True

    def readinto(self, buffer):
        """Read what there is, at most to the end of the body."""
        size = min(len(buffer), self.left)
        if size == 0:
            return 0
        if self._begun:
            size = min(size, len(self._begun))
            buffer[:size] = self._begun[:size]
            self._begun = self._begun[size:]
        else:
            try:
                size = self._sock.recv_into(buffer, size)
            except OSError:
                size = 0
            if size == 0:
                raise BodyError(errno.ECONNRESET, "request body is cut off")
        self.left -= size
        return size


class ChunkedBody(io.RawIOBase):
    """A body that arrives as raw chunks (PassengerBufferUpload off)."""

    _SIZE_REGEXP = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]*)?\r\n")

    def __init__(self, sock, begun):
        self._source = io.BufferedReader(RawBody(sock, begun, 1 << 62))
        self._chunk = 0
        self.left = 1  # not known; 0 once the last chunk was read

    def readable(self):
        """Tell io that this stream can be read."""
        return True

    def readinto(self, buffer):
        """Read from the current chunk, or begin the next one."""
        if self.left == 0 or len(buffer) == 0:
            return 0
        if self._chunk == 0:
            self._begin_chunk()
            if self.left == 0:
                return 0
        with memoryview(buffer) as view:
            size = self._source.readinto1(view[: self._chunk])
        self._chunk -= size
        if self._chunk == 0 and self._source.read(2) != b"\r\n":
            self._refuse("chunk does not end where it should")
        return size

    def _begin_chunk(self):
        match = self._SIZE_REGEXP.fullmatch(self._source.readline(4096))
        if not match:
            self._refuse("malformed chunk size")
        self._chunk = int(match.group(1), 16)
        if self._chunk == 0:
            for _ in range(100):
                if self._source.readline(8192) == b"\r\n":
                    self.left = 0
                    return
            self._refuse("trailer has no end")

    def _refuse(self, reason):
        # From here on every read fails: no later line can look like a size.
        self._source = io.BytesIO()
        self._chunk = 0
        raise BodyError(errno.EBADMSG, "malformed request body: " + reason)


def spool(body):
    """Read a body to its end; return a file with all of it, and its length.

    Frameworks take a body without CONTENT_LENGTH for an empty one. A small
    body is kept in memory, and a larger one on disk.
    """
    kept, length = io.BytesIO(), 0
    while True:
        block = body.read(SIZE)
        if not block:
            kept.seek(0)
            return kept, length
        if length <= KEPT_SIZE < length + len(block):
            import tempfile

            file = tempfile.TemporaryFile(prefix="wsgi-shim-")
            file.write(kept.getvalue())
            kept = file
        kept.write(block)
        length += len(block)


class FileWrapper:
    """wsgi.file_wrapper: a file as an iterable of blocks."""

    def __init__(self, file, block_size=SIZE):
        self._file = file
        self._block_size = max(block_size, SIZE)
        if hasattr(file, "close"):
            self.close = file.close

    def __iter__(self):
        return self

    def __next__(self):
        block = self._file.read(self._block_size)
        if not block:
            raise StopIteration
        return block

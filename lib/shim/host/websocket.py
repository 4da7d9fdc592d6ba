"""The frames of WebSockets, as a server reads and writes them: RFC 6455.

No extension is spoken, so frames are neither compressed nor anything else.
"""

import struct

MESSAGE_LIMIT = 16 << 20  # bytes of a message, in one frame or in many
CONTROL_LIMIT = 125  # section 5.5
KEY_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # section 1.3
CONTINUATION, TEXT, BYTES, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10

# Codes of a close, section 7.4.1 and IANA's registry.
NORMAL = 1000
PROTOCOL_ERROR = 1002
NO_CODE = 1005  # none was sent
LOST = 1006  # there was no close
NOT_UTF_8 = 1007
TOO_BIG = 1009
FAILED = 1011
RESTART = 1012
UNSENDABLE = (1004, NO_CODE, LOST, 1015)


class Broken(Exception):
    """The client has broken the protocol; the connection has to end."""

    def __init__(self, code, reason):
        super().__init__(reason)
        self.code = code
        self.reason = reason


def accept_key(key):
    """Return Sec-WebSocket-Accept; raise ValueError where the key is none."""
    import base64
    import hashlib

    if len(base64.b64decode(key, validate=True)) != 16:
        raise ValueError("Sec-WebSocket-Key is not of 16 bytes")
    return base64.b64encode(hashlib.sha1(key + KEY_GUID).digest())


def frame(opcode, data=b""):
    """Make a frame of a server: whole, and without a mask."""
    size = len(data)
    if size < 126:
        head = struct.pack("!BB", 0x80 | opcode, size)
    elif size < 1 << 16:
        head = struct.pack("!BBH", 0x80 | opcode, 126, size)
    else:
        head = struct.pack("!BBQ", 0x80 | opcode, 127, size)
    return head + data


def close_frame(code, reason=""):
    """Make the frame that ends a connection."""
    if code == NO_CODE:
        return frame(CLOSE)
    return frame(CLOSE, struct.pack("!H", code) + cut(reason))


def cut(reason):
    """Encode a reason, and cut it to what a frame holds, between characters."""
    data = reason.encode("utf-8", "replace")[: CONTROL_LIMIT - 2]
    return data.decode("utf-8", "ignore").encode("utf-8")


def may_be_sent(code):
    """Tell whether a close may say this code."""
    return 3000 <= code <= 4999 or (1000 <= code <= 1014 and code not in UNSENDABLE)


def unmask(data, key):
    """Take the mask of a client off, section 5.3."""
    size = len(data)
    keys = (key * (size // 4 + 1))[:size]
    plain = int.from_bytes(data, "little") ^ int.from_bytes(keys, "little")
    return plain.to_bytes(size, "little")


class Frames:
    """What a client sends, as it arrives."""

    def __init__(self, limit=MESSAGE_LIMIT):
        self._limit = limit
        self._begun = bytearray()  # of a frame that is not whole
        self._parts = []  # of a message that is not whole
        self._size = 0  # bytes in them
        self._opcode = None  # of that message

    def feed(self, data):
        """Give what is whole, as (opcode, data); raise Broken where it is wrong.

        Text is given as str; of a close, data is its code and its reason.
        """
        self._begun += data
        while True:
            found = self._next_frame()
            if found is None:
                return
            is_last, opcode, payload = found
            if opcode >= CLOSE:
                yield opcode, read_close(payload) if opcode == CLOSE else payload
                continue
            if opcode == CONTINUATION:
                if self._opcode is None:
                    raise Broken(PROTOCOL_ERROR, "nothing to continue")
            elif self._opcode is not None:
                raise Broken(PROTOCOL_ERROR, "a message inside another")
            else:
                self._opcode = opcode
            self._parts.append(payload)
            self._size += len(payload)
            if is_last:
                yield self._take_message()

    def _next_frame(self):
        """Take a frame from what has arrived; None: it is not whole yet."""
        begun = self._begun
        if len(begun) < 2:
            return None
        is_last, opcode, size = begun[0] & 0x80, begun[0] & 0x0F, begun[1] & 0x7F
        if begun[0] & 0x70:
            raise Broken(PROTOCOL_ERROR, "reserved bits are set")
        if opcode not in (CONTINUATION, TEXT, BYTES, CLOSE, PING, PONG):
            raise Broken(PROTOCOL_ERROR, "unknown opcode %d" % opcode)
        if not begun[1] & 0x80:
            raise Broken(PROTOCOL_ERROR, "frame without a mask")
        if opcode >= CLOSE and (size > CONTROL_LIMIT or not is_last):
            raise Broken(PROTOCOL_ERROR, "control frame too long, or in parts")
        at = 2
        if size >= 126:
            at = 4 if size == 126 else 10
            if len(begun) < at:
                return None
            size = int.from_bytes(begun[2:at], "big")
        if opcode < CLOSE and self._size + size > self._limit:
            # Before it is held: so much memory is not for the asking.
            raise Broken(TOO_BIG, "message of more than %d bytes" % self._limit)
        end = at + 4 + size
        if len(begun) < end:
            return None
        payload = unmask(bytes(begun[at + 4 : end]), bytes(begun[at : at + 4]))
        del begun[:end]
        return is_last, opcode, payload

    def _take_message(self):
        data = self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
        opcode, self._opcode = self._opcode, None
        self._parts, self._size = [], 0
        if opcode == BYTES:
            return opcode, data
        try:
            return opcode, data.decode("utf-8")
        except UnicodeDecodeError:
            raise Broken(NOT_UTF_8, "text is not UTF-8") from None


def read_close(payload):
    """Return code and reason of a close frame, section 5.5.1."""
    if not payload:
        return NO_CODE, ""
    code = int.from_bytes(payload[:2], "big")
    if len(payload) < 2 or not may_be_sent(code):
        raise Broken(PROTOCOL_ERROR, "close without a valid code")
    try:
        return code, payload[2:].decode("utf-8")
    except UnicodeDecodeError:
        raise Broken(NOT_UTF_8, "reason is not UTF-8") from None

"""What the cases of `conformance.ts` ask for: a behaviour by `?do=NAME`.

Every behaviour that obeys PEP 3333 is wrapped in wsgiref.validate, whose
complaints become answers with status 500.
"""

import hashlib
import json
import os
import sys
import time
from urllib.parse import parse_qs
from wsgiref.validate import validator

OK = "200 OK"
TEXT = [("Content-Type", "text/plain")]
HERE = os.path.dirname(os.path.abspath(__file__))
BLOCK = b"0123456789abcdef" * 4096
closed = []


class Closing:
    """An iterable that remembers its close(), and may fail there."""

    def __init__(self, blocks, error=None):
        self.blocks, self.error = iter(blocks), error

    def __iter__(self):
        return self

    def __next__(self):
        return next(self.blocks)

    def close(self):
        closed.append(1)
        if self.error:
            raise self.error


def environ(e, s):
    """Tell the environ."""
    facts = {k: v for k, v in e.items() if isinstance(v, str)}
    s(OK, [("Content-Type", "application/json")])
    return [json.dumps(facts).encode("ascii")]


def digest(e, s):
    """Tell the length and the digest of the body."""
    size, md5 = 0, hashlib.md5()
    try:
        while True:
            block = e["wsgi.input"].read(65536)
            if not block:
                break
            size += len(block)
            md5.update(block)
    except OSError as error:
        with open(os.path.join(HERE, "cut"), "w") as file:
            file.write(type(error).__name__)
        raise
    s(OK, TEXT)
    return [b"%d %s" % (size, md5.hexdigest().encode())]


def lines(e, s):
    """Read the body by lines."""
    read = [e["wsgi.input"].readline()] + list(e["wsgi.input"])
    s(OK, TEXT)
    return [b"|".join(read)]


def unread(e, s):
    s(OK, TEXT)
    return [b"unread"]


def stream(e, s):
    """Make the second block only when somebody has seen the first."""
    go = os.path.join(HERE, "go")
    s(OK, TEXT)
    yield b"first" + b"." * 9000
    deadline = time.monotonic() + 20
    while not os.path.exists(go) and time.monotonic() < deadline:
        time.sleep(0.01)
    yield b"second" if os.path.exists(go) else b"nobody saw it"


def write(e, s):
    put = s(OK, TEXT)
    put(b"one ")
    put(b"two ")
    return [b"three"]


def replaced(e, s):
    s(OK, TEXT + [("X-Old", "1")])
    try:
        raise KeyError
    except KeyError:
        s("503 Later", TEXT + [("X-New", "1")], sys.exc_info())
    return [b"replaced"]


def too_late(e, s):
    s(OK, TEXT)
    yield b"sent" + b"." * 20000
    try:
        raise KeyError("too late")
    except KeyError:
        s("500 Oops", TEXT, sys.exc_info())
    yield b"never"


def raises(e, s):
    raise ValueError("on purpose")


def close_raises(e, s):
    s(OK, TEXT)
    return Closing([b"body"], RuntimeError("in close"))


def closing(e, s):
    s(OK, TEXT)
    return Closing([b"a", b"b"])


def closing_endless(e, s):
    s(OK, TEXT)
    return Closing(BLOCK for _ in range(100000))


def closes(e, s):
    s(OK, TEXT)
    return [b"%d" % len(closed)]


def empty(e, s):
    s(OK, TEXT)
    return []


def no_content(e, s):
    s("204 No Content", [("X-A", "1")])
    return []


def not_modified(e, s):
    s("304 Not Modified", [("ETag", '"x"')])
    return []


def hello(e, s):
    s(OK, TEXT + [("Content-Length", "5")])
    return [b"hello"] if e["REQUEST_METHOD"] != "HEAD" else []


def bare(e, s):
    """Leave the Content-Length to the server, which sees the list itself."""
    s(OK, TEXT)
    return [b"hello"]


def file(e, s):
    s(OK, TEXT)
    return e["wsgi.file_wrapper"](open(__file__, "rb"), 1000)


def cookies(e, s):
    s(OK, TEXT + [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2; Path=/")])
    return [e.get("HTTP_COOKIE", "").encode("latin-1")]


def large_header(e, s):
    s(OK, TEXT + [("X-Large", "v" * 6000)] + [("X-Many", str(n)) for n in range(50)])
    return [str(len(e.get("HTTP_X_LARGE", ""))).encode()]


def large(e, s):
    size = int(parse_qs(e["QUERY_STRING"])["size"][0])
    s(OK, [("Content-Type", "application/octet-stream")])
    return (BLOCK for _ in range(size // len(BLOCK)))


def large_known(e, s):
    size = int(parse_qs(e["QUERY_STRING"])["size"][0])
    s(OK, [("Content-Type", "text/plain"), ("Content-Length", str(size))])
    return (BLOCK for _ in range(size // len(BLOCK)))


def slow_reader(e, s):
    return large(e, s)


def unusual(e, s):
    s("299 Nothing Usual", TEXT + [("X-Latin", "\xe9")])
    return [b"x"]


def early_hints(e, s):
    s(OK, TEXT)
    return [e.get("HTTP_EXPECT", "-").encode()]


def exits(e, s):
    sys.exit(1)


# What breaks PEP 3333, and so goes without the validator.


def long(e, s):
    s(OK, TEXT + [("Content-Length", "5")])
    return [b"hello and more"]


def short(e, s):
    s(OK, TEXT + [("Content-Length", "100")])
    return [b"short"]


def value_lf(e, s):
    s(OK, TEXT + [("X-A", "1\r\nX-Injected: yes")])
    return [b"x"]


def name_lf(e, s):
    s(OK, TEXT + [("X-A: 1\r\nX-Injected", "yes")])
    return [b"x"]


def status_lf(e, s):
    s("200 OK\r\nX-Injected: yes", TEXT)
    return [b"x"]


def hop(e, s):
    s(OK, TEXT + [("Connection", "close"), ("Transfer-Encoding", "chunked")])
    return [b"x"]


def text(e, s):
    s(OK, TEXT)
    return ["text"]


def none(e, s):
    s(OK, TEXT)


def twice(e, s):
    s(OK, TEXT)
    s(OK, TEXT)
    return [b"x"]


def no_content_body(e, s):
    s("204 No Content", [])
    return [b"surplus"]


WRONG = {
    long, short, value_lf, name_lf, status_lf, hop, text, none, twice,
    no_content_body, raises, exits, close_raises, bare,
}


def application(e, s):
    """Do what the query asks for."""
    name = parse_qs(e["QUERY_STRING"]).get("do", ["environ"])[0]
    behaviour = globals()[name]
    if behaviour in WRONG:
        return behaviour(e, s)
    return validator(behaviour)(e, s)

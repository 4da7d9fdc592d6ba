"""The application of the benchmarks: the same file under every server."""

import os
import time

HELLO = b"Hello World\n"
LARGE = b"x" * 102400


def application(environ, start_response):
    """Answer by path: small, large, after a wait, or after an upload."""
    path = environ["PATH_INFO"]
    body = HELLO
    if path == "/large":
        body = LARGE
    elif path == "/wait":
        time.sleep(0.02)
    elif path == "/pid":
        body = b"%d" % os.getpid()
    elif path == "/upload":
        stream = environ["wsgi.input"]
        left = total = int(environ.get("CONTENT_LENGTH") or 0)
        while left > 0:
            left -= len(stream.read(min(65536, left)))
        body = b"%d bytes\n" % total
    headers = [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))]
    start_response("200 OK", headers)
    return [body]

"""A small server of `passenger_wsgi.py`, for tests of sites that were adopted.

`PYTHON wsgi_caller.py FOLDER KIND PATH…` prints a line of JSON for each path:
status, headers and body; without any, for each line of standard input. KIND is
`plain`; `bare`, an embedded interpreter that has no arguments and does not know
its own file; or `fork`, which loads the file once and answers each request in a
child.
"""

import base64
import importlib.util
import io
import json
import os
import sys


def load(folder):
    """Load the startup file as every server does, by its name."""
    os.chdir(folder)
    sys.path[0] = folder
    path = os.path.join(folder, "passenger_wsgi.py")
    spec = importlib.util.spec_from_file_location("passenger_wsgi", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["passenger_wsgi"] = module
    spec.loader.exec_module(module)
    return module.application


def ask(application, path):
    """Make one request and return the answer."""
    environ = {
        "REQUEST_METHOD": "GET",
        "REQUEST_URI": path,
        "PATH_INFO": path,
        "SCRIPT_NAME": "",
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "localhost",
        "HTTP_ACCEPT": "application/json",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.version": (1, 0),
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "wsgi.url_scheme": "http",
    }
    head = []

    def start_response(status, headers, exc_info=None):
        head[:] = [int(status.split(" ")[0]), headers]

    result = application(environ, start_response)
    try:
        body = b"".join(result)
    finally:
        if hasattr(result, "close"):
            result.close()
    status, headers = head
    return {
        "status": status,
        "headers": sorted([name.lower(), value] for name, value in headers),
        "body": base64.b64encode(body).decode("ascii"),
    }


def main():
    """Load, answer, and end whatever the application has started."""
    folder, kind, paths = sys.argv[1], sys.argv[2], sys.argv[3:]
    asked = paths or (line.strip() for line in iter(sys.stdin.readline, ""))
    told = os.dup(1)
    os.dup2(2, 1)
    if kind == "bare":
        del sys.argv
        sys.executable = ""
    application = load(folder)
    for path in asked:
        if kind == "fork" and os.fork():
            os.wait()
            continue
        line = json.dumps(ask(application, path)) + "\n"
        os.write(told, line.encode("ascii"))
        if kind == "fork":
            os._exit(0)
    sys.stderr.flush()
    os._exit(0)


if __name__ == "__main__":
    main()

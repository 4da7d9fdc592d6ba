"""The Python part of `embedding_server.c`: loads the startup file of the folder
WSGI_ROOT once, and lets two processes answer on PORT.
"""

import importlib.util
import os
import signal
import sys
from wsgiref import simple_server


class Quiet(simple_server.WSGIRequestHandler):
    """Writes no log."""

    def log_message(self, *words):
        """Say nothing."""


def load(folder):
    """Load the startup file as the module that it is to be."""
    path = os.path.join(folder, "passenger_wsgi.py")
    spec = importlib.util.spec_from_file_location("passenger_wsgi", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["passenger_wsgi"] = module
    spec.loader.exec_module(module)
    return module.application


def main():
    """Serve until it is told to end."""
    address = ("127.0.0.1", int(os.environ["PORT"]))
    server = simple_server.WSGIServer(address, Quiet)
    server.set_app(load(os.environ["WSGI_ROOT"]))
    children = []
    for _ in range(2):
        children.append(os.fork())
        if children[-1] == 0:
            server.serve_forever()

    def stop(*_):
        for child in children:
            os.kill(child, signal.SIGKILL)
        os._exit(0)

    signal.signal(signal.SIGTERM, stop)
    while True:
        signal.pause()


main()

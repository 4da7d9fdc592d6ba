"""Starts a worker as the supervisor does, on the descriptors of a test.

Settings and pages come in on descriptor 0, reports go out on descriptor 3,
and faulthandler writes to descriptor 4.
"""

import importlib.util
import json
import os
import sys

HOST = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../lib/shim/host")


def load_host():
    """Load the host's package as `__main__.py` does."""
    spec = importlib.util.spec_from_file_location(
        "wsgi_shim_main", os.path.join(HOST, "__main__.py")
    )
    main = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(main)
    main.load_package()


def read_line(descriptor):
    """Read one line, and no byte more."""
    line = b""
    while not line.endswith(b"\n"):
        line += os.read(descriptor, 1)
    return line


if __name__ == "__main__":
    del sys.path[0]
    load_host()
    from _wsgi_shim import handshake, worker

    settings = json.loads(read_line(0))
    listener = None if settings.get("trial") else handshake.listen(settings["socket"])
    pipes = {"out": os.dup(1), "err": os.dup(2), "report": 3, "fault": 4}
    worker.work(settings, {}, listener, pipes, os.dup(0))

"""How Passenger learns where requests go: through the spawn work directory.

Facts from Passenger's SpawningKit document ("The work directory") and its
`Handshake/Perform.h`, as of release 6.0.17.
"""

import json
import os
import socket
import stat

BACKLOG = 1024
PATH_LIMIT = 107  # bytes of a socket's path, unix(7)


class Spawn:
    """What Passenger told this process; its directory goes with the start."""

    def __init__(self, directory):
        self._response = os.path.join(directory, "response")
        with open(os.path.join(directory, "args.json")) as file:
            told = json.load(file)
        self.password = told.get("connect_password")
        # Behind Apache, an upgraded connection passes no bytes; nginx's module
        # asks for none.
        self.passes_websockets = told.get("integration_mode") == "standalone"
        self._folder = told["socket_dir"]
        self._limit = int(told.get("UNIX_PATH_MAX") or PATH_LIMIT)

    def new_path(self):
        """Make up the path of a socket.

        It cannot be guessed, as others may make files in that folder, and is
        short enough.
        """
        stem = os.path.join(self._folder, "shim.")
        room = max(8, self._limit - len(os.fsencode(stem)))
        return stem + os.urandom(16).hex()[:room]

    def announce(self, path, concurrency):
        """Tell that this process serves, and how many requests at once."""
        properties = {
            "address": "unix:" + path,
            "protocol": "session",
            "concurrency": concurrency,
            "accept_http_requests": True,
        }
        with open(os.path.join(self._response, "properties.json"), "w") as file:
            json.dump({"sockets": [properties]}, file)
        # A FIFO: not to wait for a reader that is gone.
        finish = os.open(
            os.path.join(self._response, "finish"), os.O_WRONLY | os.O_NONBLOCK
        )
        os.write(finish, b"1")
        os.close(finish)


def listen(path):
    """Return a socket that listens at a path, for this user alone."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    umask = os.umask(0o177)
    try:
        if os.path.exists(path) and stat.S_ISSOCK(os.stat(path).st_mode):
            os.unlink(path)
        listener.bind(path)
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    finally:
        os.umask(umask)
    listener.setblocking(False)
    return listener

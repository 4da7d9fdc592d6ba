# -*- coding: utf-8 -*-
"""How a start that failed ends: somebody else goes on, who can explain it.

Valid in Python 2.7 and every 3, as `__main__.py` is.
"""

import json
import os

CHANNEL = 3  # where who has started the host listens, if anybody does


def give_up(orders, failure):
    """Hand a failure (lib/python/failure.ts) on; does not return.

    Under Passenger this process becomes the page server: nothing has been
    announced by then. Elsewhere the failure is told to who waits for it.
    """
    judge = orders.get("judge")
    if not judge:
        tell({"event": "failed", "failure": failure})
        os._exit(1)
    words = judge + ["page", orders["app_root"], "--door", orders["door"]]
    words += ["--failure", keep(failure)]
    os.execve(words[0], words, judges_environment(orders))


def tell(event):
    """Write a line to who has started the host."""
    line = json.dumps(event).encode("utf-8") + b"\n"
    try:
        while line:
            line = line[os.write(CHANNEL, line) :]
    except OSError:
        pass  # it is gone; the end of its pipe tells the rest


def keep(failure):
    """Write a failure to a file that its reader removes (mode 0600)."""
    import tempfile

    descriptor, path = tempfile.mkstemp(prefix="wsgi-shim-", suffix=".json")
    with os.fdopen(descriptor, "w") as file:
        json.dump(failure, file)
    return path


def judges_environment(orders):
    """Make the environment of the judge: without what is the site's own.

    `LD_LIBRARY_PATH` of a site, say, is meant for Python and not for Node.
    """
    own = orders["environment"]
    return dict(item for item in os.environ.items() if item[0] not in own)

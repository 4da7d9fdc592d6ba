# -*- coding: utf-8 -*-
"""Starts the host: `PYTHON shim/host/__main__.py FILE`, FILE being the orders.

The orders are JSON, written by the judge (`lib/start/orders.ts`) and read
once. Together with `ending.py` this is valid in Python 2.7 and every 3, so
that an interpreter that is too old can be explained.
"""

import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
OLDEST = (3, 8)


def read_orders(path):
    """Read the orders; nobody else shall."""
    with open(path) as file:
        orders = json.load(file)
    os.unlink(path)
    return orders


def load_package():
    """Make this folder the package `_wsgi_shim`, once, and no folder of modules."""
    import importlib.util

    package = sys.modules.get("_wsgi_shim")
    if package and os.path.realpath(package.__path__[0]) == os.path.realpath(HERE):
        return package
    # Of another site, which the same server runs: its modules stay with it.
    for name in [name for name in sys.modules if name.startswith("_wsgi_shim.")]:
        del sys.modules[name]
    if sys.path and os.path.realpath(sys.path[0]) == os.path.realpath(HERE):
        del sys.path[0]  # absent under PYTHONSAFEPATH
    spec = importlib.util.spec_from_file_location(
        "_wsgi_shim",
        os.path.join(HERE, "__init__.py"),
        submodule_search_locations=[HERE],
    )
    package = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = package
    spec.loader.exec_module(package)
    return package


def load_guest():
    """Load what serves a site in another server than Passenger."""
    load_package()
    from _wsgi_shim import guest

    return guest


def main():
    """Run the host; return its exit status."""
    if len(sys.argv) < 2:
        return 0  # the judge wants to see that this interpreter starts
    orders = read_orders(sys.argv[1])
    version = ".".join(str(part) for part in sys.version_info[:3])
    if sys.version_info < OLDEST:
        give_up(orders, {"problem": "python-old", "python": version})
    try:
        load_package()
        from _wsgi_shim import supervisor
    except Exception:
        import traceback

        lines = traceback.format_exc().split("\n")
        ended = {"problem": "exited", "status": 1, "python": version, "output": lines}
        give_up(orders, ended)
    return supervisor.run(orders)


def give_up(orders, failure):
    """Have a failure explained; does not return."""
    sys.path.insert(0, HERE)
    import ending

    ending.give_up(orders, failure)


if __name__ == "__main__":
    sys.exit(main())

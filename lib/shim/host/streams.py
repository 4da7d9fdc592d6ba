"""The standard streams of a worker."""

import os
import sys

errors = sys.stderr  # what wsgi.errors is


def open_output():
    """Open standard output and error anew, on what they are now.

    print() never fails there, and its lines come out one by one. `errors` is
    a copy that stays open and in place whatever the application does to
    sys.stderr, so that tracebacks always reach the log.
    """
    global errors

    for name, descriptor in (("stdout", 1), ("stderr", 2)):
        stream = open_text(descriptor, closefd=False)
        setattr(sys, name, stream)
        setattr(sys, "__%s__" % name, stream)
    errors = open_text(os.dup(2))


def open_text(descriptor, **options):
    """Open a descriptor for UTF-8 that is written line by line."""
    return open(
        descriptor,
        "w",
        buffering=1,
        encoding="utf-8",
        errors="backslashreplace",
        **options
    )


def close_input():
    """Let standard input be at its end: input() ends at once."""
    null = os.open(os.devnull, os.O_RDONLY)
    if null != 0:
        os.dup2(null, 0)
        os.close(null)
    os.set_inheritable(0, True)

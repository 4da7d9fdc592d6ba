"""A startup file that starts its own Python in place of the one that loads it.

Made for another host, it says `os.execl(INTERP, INTERP, *sys.argv)` where
another Python runs. Here that one runs already, perhaps by another path.
"""

import contextlib
import os
import sys

from .home import prefix_of

NAMES = ("execv", "execve", "_execvpe")  # what all others of their kind call


@contextlib.contextmanager
def passed_over(interpreter):
    """Let a start of the site's own Python do nothing while this lasts.

    Gives a list of the paths that it was to be started by.
    """
    passed = []
    before = {name: getattr(os, name) for name in NAMES}
    own = {real_prefix(each) for each in (interpreter, sys.executable) if each}
    own.add(os.path.realpath(sys.prefix))

    def unless_own(name):
        def execute(path, *rest):
            program = os.fsdecode(path)
            if name == "_execvpe":  # by the PATH
                import shutil

                program = shutil.which(program) or program
            if is_python(program) and real_prefix(program) in own:
                passed.append(program)
                return
            before[name](path, *rest)

        return execute

    for name in NAMES:
        setattr(os, name, unless_own(name))
    try:
        yield passed
    finally:
        for name in NAMES:
            setattr(os, name, before[name])


def is_python(path):
    """Tell whether a path looks like that of an interpreter."""
    return os.path.isabs(path) and os.path.basename(path).startswith("python")


def real_prefix(path):
    """Return the environment of an interpreter behind all links."""
    return os.path.realpath(prefix_of(path))

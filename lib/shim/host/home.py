"""Which Python this is, and where the packages of the site's one lie."""

import os
import sys
import sysconfig


def is_at_home(interpreter):
    """Tell whether this Python can load the packages of the site's interpreter.

    What they were built for counts, and not which file was started: servers
    bring an interpreter of their own, and panels wrap the site's.
    """
    prefix = prefix_of(interpreter)
    return is_own(prefix) or any(
        os.path.isdir(os.path.join(prefix, library, version_name()))
        for library in ("lib", "lib64")
    )


def add_paths(interpreter, python_path):
    """Let imports find what the interpreter of the site would find."""
    sys.path[:0] = [path for path in python_path.split(os.pathsep) if path]
    prefix = prefix_of(interpreter)
    if is_own(prefix):
        return
    import site

    known = list(sys.path)
    for library in ("lib", "lib64", "local/lib"):
        for kind in ("site-packages", "dist-packages"):
            site.addsitedir(os.path.join(prefix, library, version_name(), kind))
    site.addsitedir(os.path.join(prefix, "lib", "python3", "dist-packages"))
    added = [path for path in sys.path if path not in known and os.path.exists(path)]
    # Before the packages of the server, and after the standard library.
    places = [at for at, path in enumerate(known) if path.endswith("-packages")]
    at = places[0] if places else len(known)
    sys.path[:] = known[:at] + added + known[at:]


def prefix_of(interpreter):
    """Return the environment of an interpreter, as Python finds it by itself."""
    prefix = os.path.dirname(os.path.dirname(interpreter))
    if os.path.exists(os.path.join(prefix, "pyvenv.cfg")):
        return prefix
    return os.path.dirname(os.path.dirname(os.path.realpath(interpreter)))


def is_own(prefix):
    """Tell whether it is the environment of this very Python."""
    return os.path.realpath(sys.prefix) == os.path.realpath(prefix)


def version_name():
    """Return what the folder of a library is called, such as python3.11."""
    return os.path.basename(sysconfig.get_path("stdlib"))

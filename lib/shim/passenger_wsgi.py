# -*- coding: utf-8 -*-
"""The startup file of the wsgi door, which Passenger's Python loader loads.

Under Passenger this process becomes `shim/python` at once: nothing has been
announced by then. Any other server is told by `shim/host/guest.py` what to
show. Where nothing of that can be run, a site that was adopted is served by the
startup file that it had before, passenger_wsgi.app.py. Written by `wsgi-shim install`, renewed by `wsgi-shim upgrade`; not to be
edited.

Its syntax is that of Python 2.7 and of every 3, so that any interpreter can
load it and have explained what is wrong.
"""

import os
import sys

# Recorded by `wsgi-shim install`: a command line, and the path of Node.
COMMAND = []  # @COMMAND@
NODE = ""  # @NODE@

# By the path that the server was given, wherever a link may lead.
APP_ROOT = os.path.dirname(os.path.abspath(__file__))
SHIM = os.path.join(APP_ROOT, "shim")
ORIGINAL = os.path.join(APP_ROOT, "passenger_wsgi.app.py")
OLDEST = (3, 8)


def begin(said=None):
    """Become the host of the site, or return what another server is to show.

    `said` is the trouble that a page of last words has told of before.
    """

    def last_words(trouble):
        if os.path.isfile(ORIGINAL):
            return load_original(trouble)
        return last_page(trouble, said)

    returned = os.environ.pop("WSGI_SHIM_RETURNED", None)
    if returned is not None:
        return last_words(returned)
    script = os.path.join(SHIM, "python")
    if not os.path.isfile(script):
        return last_words("%s is missing" % script)
    if os.environ.get("PASSENGER_SPAWN_WORK_DIR"):
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os.environ["WSGI_SHIM_DOOR"] = "wsgi"
        os.execv("/bin/sh", ["/bin/sh", script] + way_back())
    if sys.version_info < OLDEST:
        version = ".".join(str(part) for part in sys.version_info[:3])
        return last_words("The server runs Python %s; 3.8 or later is needed" % version)
    try:
        guest = load(os.path.join(SHIM, "host", "__main__.py")).load_guest()
    except Exception as error:
        kind = type(error).__name__
        return last_words("The host cannot be loaded: %s: %s" % (kind, error))
    return guest.begin(APP_ROOT, COMMAND, NODE, last_words)


def way_back():
    """Return the words that start this process again as it is now."""
    return [sys.executable] + sys.argv if os.path.isfile(ORIGINAL) else []


def load_original(trouble):
    """Load the startup file of before as the module that it was; say why."""
    told = "The site runs without wsgi-shim, by %s:\n%s" % (ORIGINAL, trouble)
    sys.stderr.write("wsgi-shim: %s\n" % told)
    try:
        load(os.path.join(SHIM, "last_words.py")).write_log(APP_ROOT, told)
    except Exception:
        pass  # it is gone
    module = type(sys)("passenger_wsgi")
    module.__file__ = ORIGINAL
    before = sys.modules.get("passenger_wsgi")
    # imp.load_source(), which Passenger uses, looks for it afterwards.
    module.__spec__ = getattr(before, "__spec__", None)
    # Known before it runs: the application's own code may import it.
    sys.modules["passenger_wsgi"] = module
    try:
        with open(ORIGINAL, "rb") as source:
            exec(compile(source.read(), ORIGINAL, "exec"), module.__dict__)
        return module.application
    except BaseException:
        sys.modules.pop("passenger_wsgi")
        if before:
            sys.modules["passenger_wsgi"] = before
        raise


def last_page(trouble, said):
    """Return the plain page for a site of which nothing can be said."""
    try:
        words = load(os.path.join(SHIM, "last_words.py"))
        # Passenger starts another process; this one has been announced to it.
        again = None if os.environ.get("PASSENGER_SPAWN_WORK_DIR") else begin
        return words.Page(APP_ROOT, trouble, again, said)
    except EnvironmentError as error:
        raise EnvironmentError("wsgi-shim: %s; %s" % (trouble, error))


def load(path):
    """Load a file of ours as a module, by any Python's own way."""
    name = "_wsgi_shim_" + os.path.basename(path)[:-3].strip("_")
    try:
        from importlib.util import module_from_spec, spec_from_file_location
    except ImportError:
        import imp

        return imp.load_source(name, path)
    spec = spec_from_file_location(name, path)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


application = begin()

"""Loading the application: what the settings name, or how that failed."""

import importlib
import importlib.machinery
import importlib.util
import os
import sys

from . import callables, execs, frameworks, hello
from .facts import Failed, exit_status, frames_of, print_error

# What `import passenger_wsgi` gives in the application's own code.
is_begun = False
loaded = None


def load(settings):
    """Load what the settings name; return it and its interface, or raise Failed.

    The interface is "wsgi", "asgi" or "asgi2" (`callables.interface_of`).
    """
    directory = settings.get("directory")
    try:
        if directory:
            os.chdir(directory)
    except OSError as error:
        raise Failed("directory", error=error, subject=directory)
    target = settings.get("target")
    if target is None:
        return hello.hello_world(settings.get("hello")), "wsgi"
    sys.path[:0] = settings.get("path") or []
    # What a command line parser at the top level of a module gets to see.
    sys.argv = [target.get("file") or target["module"]]
    try:
        if "file" in target:
            module = import_startup(target, settings)
        else:
            module = import_module(target["module"])
        found = find_attribute(module, settings["attribute"])
    except Failed:
        raise
    except BaseException as error:
        # Not only Exception: argparse exits, OpenBLAS interrupts.
        raise import_failure(error)
    if settings.get("call"):
        found = call_factory(found, settings["attribute"])
    elif not callable(found):
        raise Failed(
            "not-callable", subject=settings["attribute"], kind=type(found).__name__
        )
    interface = choose_interface(found, settings)
    if settings.get("trial"):
        from . import catching

        caught = getattr(getattr(module, "__loader__", None), "caught", None)
        if caught and interface == "wsgi" and catching.fails(found):
            raise import_failure(caught, caught=True)
        try:
            frameworks.try_django()
        except BaseException as error:
            raise import_failure(error)
    frameworks.hear_django()
    return found, interface


def choose_interface(found, settings):
    """Return the interface of an application, or raise Failed."""
    wanted = settings.get("interface") or "auto"
    spoken = callables.interface_of(found)
    if wanted == "asgi" and spoken not in ("asgi", "asgi2"):
        # The owner may know better.
        for count, interface in ((3, "asgi"), (1, "asgi2")):
            if callables.takes(found, count):
                return interface
        kind = callables.unfit_kind(found)
        raise Failed("not-asgi", subject=settings["attribute"], kind=kind)
    if spoken == wanted or spoken and wanted != "wsgi":
        return spoken
    problem = "factory-result" if settings.get("call") else "not-wsgi"
    kind = callables.unfit_kind(found)
    raise Failed(problem, subject=settings["attribute"], kind=kind)


def import_startup(target, settings):
    """Import a file; one that has a name of its own is an adopted startup file."""
    if "name" not in target:
        return import_file(target["file"])
    path, name = target["file"], target["name"]
    loader = None
    if settings.get("trial"):
        from . import catching

        loader = catching.Loader(name, path)
    with execs.passed_over(settings.get("interpreter")) as passed:
        module = import_file(path, name, loader)
        if passed and not hasattr(module, settings["attribute"].split(".")[0]):
            # It stands where the file finds that Python running, by that name.
            sys.executable = passed[-1]
            module = import_file(path, name, loader)
    return module


def import_file(path, known_as=None, loader=None):
    """Import a source file, whatever its name, once.

    `known_as` is the name of the module, which takes the place of ours: the
    application's own code may import it.
    """
    try:
        os.stat(path)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise Failed("module-missing", error=error, subject=path)
    name = known_as or os.path.splitext(os.path.basename(path))[0].replace(".", "_")
    before = sys.modules.get(name)
    if before and not known_as:
        # A json.py of the site must not become everyone's json.
        name += "_wsgi"
    # The explicit loader takes files of any suffix, such as app.wsgi.
    spec = importlib.util.spec_from_file_location(
        name, path, loader=loader
    ) or importlib.util.spec_from_loader(
        name, importlib.machinery.SourceFileLoader(name, path)
    )
    module = importlib.util.module_from_spec(spec)
    # Known before it runs: what it imports may import it in turn.
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        sys.modules.pop(name, None)
        if before and known_as:
            sys.modules[name] = before
        raise
    return sys.modules.get(name, module)


def import_module(name):
    """Import a module by its dotted name."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        # Only the configured module itself or a parent of it counts as
        # missing; one that it imports is its own trouble.
        if error.name and (name + ".").startswith(error.name + "."):
            raise Failed("module-missing", error=error, subject=name)
        raise


def import_failure(error, **facts):
    """Make a Failed of what the application raised while it was imported."""
    print_error(error)
    if isinstance(error, SystemExit):
        status = exit_status(error)
        return Failed("import-exited", error=error, status=status, **facts)
    return Failed("import-raised", error=error, **facts)


def find_attribute(module, attribute):
    """Follow a dotted attribute, through submodules where there are any."""
    found, path = module, []
    for name in attribute.split("."):
        try:
            found = getattr(found, name)
        except AttributeError as error:
            submodule = None
            if hasattr(found, "__path__"):
                try:
                    submodule = import_module("%s.%s" % (found.__name__, name))
                except Failed:
                    pass
            if submodule is None:
                prefix = "".join(step + "." for step in path)
                raise Failed(
                    "attribute-missing",
                    error=error,
                    subject=attribute,
                    candidates=[
                        prefix + each for each in callables.candidates(found, name)
                    ],
                )
            found = submodule
        path.append(name)
    return found


def call_factory(factory, attribute):
    """Call a factory and return the application that it makes."""
    if not callable(factory):
        raise Failed("not-callable", subject=attribute, kind=type(factory).__name__)
    try:
        made = factory()
    except BaseException as error:
        print_error(error)
        facts = {}
        if isinstance(error, SystemExit):
            facts["status"] = exit_status(error)
        elif isinstance(error, TypeError) and not frames_of(error.__traceback__):
            try:
                facts["kind"] = callables.takes_kind(factory)  # the call itself has failed
            except (TypeError, ValueError):
                pass  # a builtin does not always know
        raise Failed("factory-raised", error=error, subject=attribute, **facts)
    if not callable(made):
        if hasattr(made, "cr_await"):
            made.close()  # the coroutine of an async factory
        raise Failed("factory-result", subject=attribute, kind=type(made).__name__)
    return made

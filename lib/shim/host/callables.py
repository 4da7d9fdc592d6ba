"""Kinds of callables: what can be an application, and what was meant."""

import re


def candidates(found, wanted):
    """List the names in a module that may have been meant, best guess first."""
    import difflib

    usual = ["application", "app", "wsgi_app", "wsgi", "create_app", "make_app"]
    home = getattr(found, "__name__", None)
    ranks = {}
    for name, value in sorted(getattr(found, "__dict__", {}).items()):
        if name.startswith("_"):
            continue
        try:
            meant = name in usual or difflib.get_close_matches(wanted, [name], cutoff=0.7)
            kind = fitness(value, None if meant else home)
            if kind == "factory" and name not in usual and value.__module__ != home:
                continue  # a maker that is only imported makes nothing yet
        except Exception:
            continue  # a proxy that stands for nothing yet, as flask.request
        is_fit = kind in (None, "ASGI application")
        if is_fit or (kind == "factory" and name in usual):
            # Any function of two arguments may be one; an object is one of a
            # framework's, mostly.
            rank = 50 if hasattr(value, "__code__") else 40
            ranks[name] = usual.index(name) if name in usual else rank
        elif kind == "factory" and re.match("(create|make|get|build)_|app", name):
            ranks[name] = 60
    close = difflib.get_close_matches(wanted, ranks, n=3, cutoff=0.7)
    return close + sorted(set(ranks) - set(close), key=lambda name: ranks[name])[:5]


def fitness(value, home):
    """Say what a value is, as unfit_kind() does; "" for no callable.

    A function counts in its `home` alone, a module; None: everywhere.
    """
    if not callable(value) or isinstance(value, type):
        return ""
    if home and hasattr(value, "__code__") and value.__module__ != home:
        return ""  # it is only imported here
    return unfit_kind(value)


def interface_of(found):
    """Say which interface a callable speaks: "wsgi", "asgi", "asgi2", or None.

    The last is that of ASGI 2: called with scope, it gives what is called
    with receive and send.
    """
    kind = unfit_kind(found)
    if kind is None:
        return "wsgi"
    if kind != "ASGI application":
        return None
    return "asgi" if takes(found, 3) else "asgi2"


def takes(found, count):
    """Tell whether a callable can be called with so many arguments."""
    import inspect

    try:
        inspect.signature(found, follow_wrapped=False).bind(*range(count))
    except TypeError:
        return False
    except ValueError:
        pass  # a builtin does not always know
    return True


def is_asgi(found):
    """Tell whether a callable speaks ASGI, by the names of what it takes.

    Of those that are no async functions: a class, a function that returns
    what is to be awaited, and all of ASGI 2.
    """
    import inspect

    try:
        signature = inspect.signature(found)  # of what a decorator has wrapped
    except (TypeError, ValueError):
        return False
    names = [
        one.name.lstrip("_") for one in signature.parameters.values() if one.kind < 2
    ]
    return names in (["scope"], ["scope", "receive", "send"])


def unfit_kind(found):
    """Say what a callable is that cannot be a WSGI application; None: it can."""
    code = getattr(found, "__code__", None)
    if code and code.co_argcount == 2 and not code.co_kwonlyargcount:
        if vars(found) == {} and found.__defaults__ is None:
            if code.co_flags & 0x280 == 0 and not hasattr(found, "__self__"):
                return None  # a plain function: no need to load inspect
    import inspect

    part = part_kind(found)
    if part:
        return part
    if is_asgi(found):
        return "ASGI application"
    if isinstance(found, type):
        calls = [found]
        # An instance of it would be the answer, so it must be iterable.
        if found.__new__ is object.__new__ and not hasattr(found, "__iter__"):
            return "class"
    else:
        calls = [found, getattr(type(found), "__call__", None)]
    is_async = any(
        inspect.iscoroutinefunction(call) or inspect.isasyncgenfunction(call) for call in calls
    )
    try:
        signature = inspect.signature(found, follow_wrapped=False)
        if is_async:
            signature.bind(None, None, None)  # scope, receive, send
    except TypeError:
        return "async function" if is_async else None
    except Exception:
        return None  # a builtin, or a proxy that has nothing to look at yet
    if is_async:
        return "ASGI application"
    takes = list(signature.parameters.values())
    optional = bool(takes) and takes[0].default is not takes[0].empty
    try:
        signature.bind(None, None)
        # No WSGI application has a default for its environ, factories do.
        return "factory" if optional and inspect.isroutine(found) else None
    except TypeError:
        pass
    if isinstance(found, type):
        return "class"
    is_object = inspect.isfunction(getattr(type(found), "__call__", None))
    if not is_object and not any(one.default is one.empty for one in takes):
        return "factory"
    return takes_kind(found)


def part_kind(found):
    """Say what of a library can be called, and is only a part of an application."""
    for each in type(found).__mro__:
        home = str(each.__module__).split(".")[0]
        if home in ("click", "typer", "flask_script"):
            if each.__name__ in ("BaseCommand", "Command", "Typer", "Manager"):
                return "command line of " + home
        if home == "fastapi" and each.__name__ == "APIRouter":
            return "router of FastAPI"
    return None


def takes_kind(found):
    """Describe a callable by the arguments that it cannot do without."""
    import inspect

    takes = inspect.signature(found, follow_wrapped=False).parameters.values()
    required = [one for one in takes if one.default is one.empty and one.kind < 2]
    what = "function"
    if not inspect.isroutine(found):
        what = "object of type %s.%s" % (type(found).__module__, type(found).__name__)
    plural = "" if len(required) == 1 else "s"
    return "%s that takes %d argument%s" % (what, len(required), plural)

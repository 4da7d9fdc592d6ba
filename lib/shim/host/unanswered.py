"""What an application has no answer to, though it has started: for a trial.

Each framework is asked for what it would do; no view is called.
"""

import ast
import dis
import gc
import inspect
import io
import os
import re
import sys
import sysconfig

MOST_SOURCES = 200
MOST_BYTES = 1000000
# Functions that are given the name of a template, and which argument it is.
RENDERING = {"render_template": 0, "render": 1, "render_to_string": 0, "get_template": 0}


def unanswered(application):
    """List requests that get no answer, or not the one that was meant."""
    found = []
    for look in (
        look_at_wrapper,
        look_at_start,
        look_at_routes,
        look_at_root,
        look_at_session,
        look_at_static,
        look_at_templates,
    ):
        try:
            found += look(application)
        except Exception:
            pass  # what cannot be seen is no finding
    return found


def is_own(file):
    """Tell whether a file is of the application, and of no library or of ours."""
    if not file or "site-packages" in file or "dist-packages" in file:
        return False
    ours = os.path.dirname(__file__)
    # A host for a trial alone lies in a folder that holds strangers' files as well.
    if os.path.basename(ours) == "host":
        ours = os.path.dirname(ours)
    others = (sysconfig.get_paths()["stdlib"], ours)
    return not any(file.startswith(each + os.sep) for each in others)


def own_modules():
    """List the modules of the application that have been loaded."""
    modules = [each for each in list(sys.modules.values()) if is_own(getattr(each, "__file__", None))]
    return [each for each in modules if each.__file__.endswith(".py")][:MOST_SOURCES]


def is_of(thing, module, name):
    """Tell whether something is of a class of a library that may not be loaded."""
    kind = getattr(sys.modules.get(module), name, None)
    return kind is not None and isinstance(thing, kind)


def has_routes(rules):
    """Tell whether a map of Werkzeug leads to more than static files."""
    return any(not re.search(r"(^|\.)static$", str(each.endpoint)) for each in rules)


def look_at_start(application):
    """Tell of a function that has no use for `start_response`, and so never answers."""
    if not inspect.isfunction(application) or not is_own(application.__code__.co_filename):
        return []
    code = application.__code__
    if code.co_argcount != 2 or code.co_kwonlyargcount or code.co_flags & (
        inspect.CO_VARARGS | inspect.CO_VARKEYWORDS
    ):
        return []
    name = code.co_varnames[1]
    used = [each.argval for each in dis.get_instructions(code) if "LOAD_" in each.opname]
    # Later versions load two in one.
    used += [each for pair in used if type(pair) is tuple for each in pair]
    if name in code.co_cellvars or name in used:
        return []
    inner = next(
        (
            {"name": name, "file": module.__file__}
            for module in own_modules()
            for name, each in list(vars(module).items())
            if is_of(each, "flask", "Flask")
        ),
        None,
    )
    place = {"file": code.co_filename, "line": code.co_firstlineno}
    return [dict(place, what="never-starts", name=application.__name__, inner=inner)]


def look_at_wrapper(application):
    """Tell of a wrapper for AWS Lambda, which takes events and no requests."""
    package = type(application).__module__.split(".")[0]
    if package != "mangum":
        return []
    inner = place_of(getattr(application, "app", None))
    return [{"what": "events", "package": package, "inner": inner and inner["name"]}]


def look_at_routes(application):
    """Tell of addresses that lead nowhere: none at all, or those of a part."""
    if is_of(application, "flask", "Flask"):
        return flask_routes(application)
    if is_of(application, "fastapi", "FastAPI"):
        return fastapi_routes(application)
    if is_of(application, "bottle", "Bottle") and not application.routes:
        return [{"what": "no-routes", "parts": [], "others": []}]
    if is_of(application, "django.core.handlers.base", "BaseHandler"):
        from django.urls import get_resolver

        if not get_resolver().url_patterns:
            name = get_resolver().urlconf_name
            file = getattr(sys.modules.get(str(name)), "__file__", None)
            return [{"what": "no-routes", "parts": [], "others": [], "file": file}]
    return []


def flask_routes(application):
    """Judge the addresses of a Flask."""
    from flask import Blueprint, Flask

    everything = gc.get_objects()
    known = [id(each) for each in application.blueprints.values()]
    parts = [
        {"name": each.name, "file": file_of(each.import_name)}
        for each in everything
        if isinstance(each, Blueprint)
        and id(each) not in known
        and each.deferred_functions
        and is_own(file_of(each.import_name))
    ]
    if has_routes(application.url_map.iter_rules()):
        return [{"what": "unregistered", "parts": parts}] if parts else []
    wrapped = getattr(application.wsgi_app, "__func__", None) is not Flask.wsgi_app
    handled = application.error_handler_spec.get(None, {}).get(404)
    if wrapped or handled or application.before_request_funcs.get(None):
        return []
    others = [
        place_of(each)
        for each in everything
        if isinstance(each, Flask)
        and each is not application
        and has_routes(each.url_map.iter_rules())
    ]
    return [{"what": "no-routes", "parts": parts, "others": [each for each in others if each]}]


def fastapi_routes(application):
    """Judge the addresses of a FastAPI: its own pages of documentation are none."""
    from fastapi import APIRouter
    from starlette.routing import Route

    shown = ("openapi", "swagger_ui_html", "swagger_ui_redirect", "redoc_html")
    if application.user_middleware or any(
        type(each) is not Route or each.name not in shown for each in application.routes
    ):
        return []
    parts = []
    for module in own_modules():
        for name, each in list(vars(module).items()):
            if isinstance(each, APIRouter) and each.routes:
                parts.append({"name": name, "file": module.__file__})
    return [{"what": "no-routes", "parts": parts, "others": []}]


def look_at_root(application):
    """Tell of a site whose own address, "/", is answered with 404."""
    if is_of(application, "flask", "Flask"):
        prefix = barring_prefix(application)
        if prefix:
            return [{"what": "prefix", "prefix": prefix}]
        if not application.jinja_env.list_templates() or is_answered(application):
            return []
        rules = [each.rule for each in application.url_map.iter_rules() if has_routes([each])]
        return [{"what": "no-root", "first": sorted(rules)[0]}] if rules else []
    if is_of(application, "werkzeug.middleware.dispatcher", "DispatcherMiddleware"):
        rest = application.app
        url_map = getattr(rest, "url_map", None)
        is_empty = isinstance(rest, sys.modules["werkzeug.exceptions"].NotFound) or (
            url_map is not None and not has_routes(url_map.iter_rules())
        )
        mounts = sorted(application.mounts)
        return [{"what": "prefix", "prefix": mounts[0]}] if is_empty and mounts else []
    if is_of(application, "django.core.handlers.base", "BaseHandler"):
        return django_root(application)
    return []


def is_answered(application):
    """Tell whether Flask has something to say to whom asks for "/"."""
    from werkzeug.exceptions import HTTPException, NotFound

    if application.before_request_funcs.get(None):
        return True
    if application.error_handler_spec.get(None, {}).get(404):
        return True
    try:
        application.url_map.bind("wsgi-shim.invalid").match("/")
    except NotFound:
        return False
    except HTTPException:
        pass  # another method, or a redirect
    return True


def django_root(application):
    """Judge the root of a Django that is no programming interface."""
    from django.urls import Resolver404, get_resolver, resolve

    patterns = get_resolver().url_patterns
    if not patterns or any(name in sys.modules for name in ("rest_framework", "ninja", "tastypie")):
        return []
    try:
        resolve("/")
        return []
    except Resolver404:
        pass
    if getattr(get_resolver().urlconf_module, "handler404", None):
        return []
    return [{"what": "no-root", "first": "/" + str(patterns[0].pattern)}]


def barring_prefix(application):
    """Return the path without which a wrapper of Flask lets nothing through."""
    from flask import Flask

    wrapper = application.wsgi_app
    if getattr(wrapper, "__func__", None) is Flask.wsgi_app:
        return None
    prefixes = [
        each
        for each in getattr(wrapper, "__dict__", {}).values()
        if isinstance(each, str) and re.match(r"/[\w/.-]+$", each)
    ]
    if not prefixes or not is_own(file_of(type(wrapper).__module__)):
        return None
    reached = []

    def answer(*_):
        reached.append(True)
        return application.response_class(b"")

    def ask(path):
        del reached[:]
        environ = {
            "REQUEST_METHOD": "GET",
            "SCRIPT_NAME": "",
            "PATH_INFO": path,
            "QUERY_STRING": "",
            "SERVER_NAME": "wsgi-shim.invalid",
            "SERVER_PORT": "80",
            "HTTP_HOST": "wsgi-shim.invalid",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": io.StringIO(),
        }
        list(application(environ, lambda *_: None))
        return bool(reached)

    application.full_dispatch_request = answer
    try:
        if ask("/"):
            return None
        return next((each for each in prefixes if ask(each.rstrip("/") + "/")), None)
    finally:
        del application.full_dispatch_request


def file_of(name):
    """Return the file of a module."""
    return getattr(sys.modules.get(name), "__file__", None)


def place_of(thing):
    """Return the module and name by which something can be had."""
    for module in own_modules():
        for name, each in list(vars(module).items()):
            if each is thing:
                return {"name": name, "file": module.__file__}
    return None


def look_at_session(application):
    """Tell of a Flask that signs sessions without a key, or for nobody."""
    if not is_of(application, "flask", "Flask"):
        return []
    import flask
    from flask.sessions import SecureCookieSessionInterface

    interface = application.session_interface
    if type(interface) is not SecureCookieSessionInterface:
        return []
    using = [
        module.__file__
        for module in own_modules()
        if uses_session(module, (flask.session, flask.flash))
    ]
    if not using:
        return []
    if not application.secret_key:
        return [{"what": "no-key", "file": using[0]}]
    domain = interface.get_cookie_domain(application)
    if domain and is_refused(domain):
        return [{"what": "cookie-domain", "name": "SESSION_COOKIE_DOMAIN", "domain": domain}]
    path = interface.get_cookie_path(application)
    if path not in ("/", None, ""):
        return [{"what": "cookie-path", "path": path}]
    return []


def look_at_static(application):
    """Tell of a Flask that sends files out of a folder which is not there."""
    if not is_of(application, "flask", "Flask"):
        return []
    folder = application.static_folder
    if not folder or os.path.lexists(folder):
        return []
    folder = os.path.normpath(folder)
    for module in own_modules():
        with open(module.__file__, "rb") as stream:
            tree = ast.parse(stream.read())
        lines = [each.lineno for each in ast.walk(tree) if sends_static(each)]
        if lines:
            file = module.__file__
            return [{"what": "static-folder", "folder": folder, "file": file, "line": lines[0]}]
    return []


def sends_static(node):
    """Tell whether code itself sends a file out of the static folder of Flask."""
    if not isinstance(node, ast.Call):
        return False
    name = getattr(node.func, "attr", getattr(node.func, "id", None))
    first = node.args[0] if node.args else None
    return name == "send_static_file" or (
        name == "send_from_directory" and getattr(first, "attr", None) == "static_folder"
    )


def uses_session(module, things):
    """Tell whether a module does more with a thing of Flask than to import it."""
    names = [name for name, each in vars(module).items() if any(each is one for one in things)]
    if not names:
        return False
    with open(module.__file__, "rb") as stream:
        tree = ast.parse(stream.read())
    return any(isinstance(each, ast.Name) and each.id in names for each in ast.walk(tree))


def is_refused(domain):
    """Tell whether a browser keeps no cookie for this domain on a real site."""
    return bool(
        re.search(r"://|:\d+$|/", domain)
        or re.match(r"\.?(localhost(\.localdomain)?|127\.\d+\.\d+\.\d+|0\.0\.0\.0)$", domain)
    )


def look_at_templates(application):
    """Ask for each template that the application's own code names."""
    load = loader_of(application)
    found, seen = [], set()
    if load is None:
        return found
    for module in own_modules():
        for name, line in templates_in(module.__file__):
            if name in seen:
                continue
            seen.add(name)
            problem = load(name)
            if problem:
                found.append(dict(problem, name=name, file=module.__file__, line=line))
    return found[:20]


def loader_of(application):
    """Return what tells what is wrong with a template, or None."""
    if is_of(application, "flask", "Flask"):
        from jinja2 import TemplateNotFound, TemplateSyntaxError

        env = application.jinja_env
        folders = [
            os.path.abspath(str(folder))
            for folder in getattr(application.jinja_loader, "searchpath", [])
        ]
        missing, broken = TemplateNotFound, TemplateSyntaxError

        def read(name):
            return env.get_template(name), env.loader.get_source(env, name)[0]

    elif "django.conf" in sys.modules and sys.modules["django.conf"].settings.configured:
        from django.template import TemplateDoesNotExist, TemplateSyntaxError, engines, loader

        folders = [
            os.path.abspath(str(folder))
            for engine in engines.all()
            for folder in engine.template_dirs
        ]
        missing, broken = TemplateDoesNotExist, TemplateSyntaxError

        def read(name):
            template = loader.get_template(name)
            return template, getattr(getattr(template, "template", None), "source", None)

    else:
        return None

    def load(name):
        try:
            text = read(name)[1]
        except missing as error:
            wanted = str(error).split("\n")[0]
            return {"what": "template-missing", "wanted": wanted[:200], "folders": folders}
        except broken as error:
            return {"what": "template-broken", "message": str(error).split("\n")[0][:300]}
        if text is not None and not text.strip():
            return {"what": "template-empty"}
        return None

    return load


def templates_in(file):
    """Names of templates that a source renders for sure where it comes to it."""
    if os.path.getsize(file) > MOST_BYTES:
        return
    with open(file, "rb") as stream:
        tree = ast.parse(stream.read())
    pending = [tree]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Try) and node.handlers:
            continue  # what is missing is reckoned with
        pending += ast.iter_child_nodes(node)
        if not isinstance(node, ast.Call):
            continue
        called = getattr(node.func, "attr", getattr(node.func, "id", None))
        at = RENDERING.get(called)
        if at is None or len(node.args) <= at:
            continue
        name = getattr(node.args[at], "value", None)
        if isinstance(name, str) and re.search(r"\.\w+$", name):
            yield name, node.lineno

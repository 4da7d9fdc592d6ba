"""Hearing of what frameworks keep to themselves."""

import os
import sys

from . import streams
from .django_refusals import hear_django_refusals
from .facts import LIBRARY_REGEXP

OURS = "wsgi-shim"  # the name of our handler of Django's log


def hear_django():
    """Let errors of Django's views, and refused hosts, reach the log.

    With DEBUG off, Django's own settings for logging mail them to ADMINS and
    do nothing else. Where the application has a handler of its own, it decides.
    """
    log = sys.modules.get("django.utils.log")
    if log is None:
        return
    import logging

    logger = logging.getLogger("django")
    if logger.handlers and not own_handlers():
        handler = logging.StreamHandler(streams.errors)
        handler.setLevel(logging.ERROR)
        handler.set_name(OURS)
        if hasattr(log, "RequireDebugFalse"):
            handler.addFilter(log.RequireDebugFalse())
        logger.addHandler(handler)


def own_handlers():
    """List what the application has in place of Django's own settings for logging."""
    import logging

    return [
        handler
        for handler in logging.getLogger("django").handlers + logging.getLogger().handlers
        if handler.get_name() != OURS
        and type(handler).__name__ != "AdminEmailHandler"
        and not any(type(each).__name__ == "RequireDebugTrue" for each in handler.filters)
    ]


def hear_frameworks(heard):
    """Have a function called with what a framework catches in a view.

    They answer it by a page of their own, which tells nobody why.
    """

    def receive(sender, exception=None, **_):
        heard(exception or sys.exc_info()[1])

    for name in ("flask.signals", "django.core.signals"):
        try:
            sys.modules[name].got_request_exception.connect(receive, weak=False)
        except Exception:
            pass  # not loaded, or a Flask that is without the package blinker
    if "flask.app" in sys.modules:
        hear_handlers(heard)
    if "bottle" in sys.modules:
        hear_bottle(heard)
    if "falcon.app" in sys.modules:
        hear_falcon(heard)
    if "cherrypy._cprequest" in sys.modules:
        hear_cherrypy(heard)
    if "web.application" in sys.modules:
        hear_webpy(heard)
    if "quart.signals" in sys.modules:
        hear_quart(heard)


def hear_bottle(heard):
    """Hear of what Bottle turns into its own error page."""
    try:
        from bottle import Bottle, HTTPError

        cast = Bottle._cast
    except (ImportError, AttributeError):
        return  # another Bottle

    def _cast(self, out, *args, **options):
        if isinstance(out, HTTPError) and getattr(out, "status_code", 0) >= 500:
            heard(getattr(out, "exception", None) or out)
        return cast(self, out, *args, **options)

    Bottle._cast = _cast


def hear_falcon(heard):
    """Hear of what Falcon answers with 500."""
    try:
        from falcon.app import App

        handle = App._handle_exception
    except (ImportError, AttributeError):
        return  # another Falcon

    def _handle_exception(self, req, resp, ex, params):
        is_handled = handle(self, req, resp, ex, params)
        if is_handled and str(resp.status).startswith("5"):
            heard(ex)
        return is_handled

    App._handle_exception = _handle_exception


def hear_cherrypy(heard):
    """Hear of what CherryPy answers with 500."""
    try:
        from cherrypy._cprequest import Request

        handle = Request.handle_error
    except (ImportError, AttributeError):
        return  # another CherryPy

    def handle_error(self, *args, **options):
        heard(sys.exc_info()[1])
        return handle(self, *args, **options)

    Request.handle_error = handle_error


def hear_webpy(heard):
    """Hear of what web.py answers with 500, or by the page that shows all."""
    try:
        from web.application import application

        make = application.internalerror
    except (ImportError, AttributeError):
        return  # another package of that name

    def internalerror(self, *args, **options):
        heard(sys.exc_info()[1])
        return make(self, *args, **options)

    application.internalerror = internalerror


def hear_quart(heard):
    """Hear of what a view of Quart raises; its signals are awaited."""

    async def receive(sender, exception=None, **_):
        heard(exception)

    try:
        sys.modules["quart.signals"].got_request_exception.connect(receive, weak=False)
    except Exception:
        pass  # another Quart


def hear_handlers(heard):
    """Hear of what a handler of the application's own turns into an error page.

    Flask tells of it neither in its log nor by its signal.
    """
    try:
        from flask import Flask
        from werkzeug.exceptions import HTTPException

        handle = Flask.handle_user_exception
        make = Flask.make_response
    except (ImportError, AttributeError):
        return  # another Flask

    def handle_user_exception(self, e, *args, **options):
        answer = handle(self, e, *args, **options)
        if isinstance(e, HTTPException):
            return answer
        answer = make(self, answer)
        if answer.status_code >= 500:
            heard(e)
        return answer

    Flask.handle_user_exception = handle_user_exception


def hear_refusals(refused):
    """Have a function called with what Django and Flask refuse, and tell nobody.

    It is given a name for the kind, what is said, and whether that speaks of
    the settings rather than of a visitor.
    """
    if "django.utils.log" in sys.modules:
        hear_django_refusals(refused, bool(own_handlers()))
    if "flask" in sys.modules:
        hear_flask_refusals(refused)


def hear_flask_refusals(refused):
    """Hear of fields that a view asks for, and that a form has not.

    Flask answers 400 Bad Request, with DEBUG off without the name.
    """
    try:
        from werkzeug.exceptions import BadRequestKeyError

        respond = BadRequestKeyError.get_response
    except (ImportError, AttributeError):
        return  # another Werkzeug

    def get_response(self, environ=None, *args, **options):
        trace, path = self.__traceback__, (environ or {}).get("PATH_INFO", "")
        lines = []
        while trace:
            lines.append("%s:%d" % (trace.tb_frame.f_code.co_filename, trace.tb_lineno))
            trace = trace.tb_next
        own = [each for each in lines if not LIBRARY_REGEXP.search(each)]
        text = "Bad Request: %s: no field %s was sent, which %s asks for" % (
            path,
            ", ".join(map(repr, self.args)),
            (own or lines or ["the application"])[-1],
        )
        refused("werkzeug", text, False)
        return respond(self, environ, *args, **options)

    BadRequestKeyError.get_response = get_response
    hear_flask_forms(refused)


def hear_flask_forms(refused):
    """Hear of forms that Flask-WTF takes for strange; it tells the visitor alone."""
    try:
        kind = sys.modules["flask_wtf.csrf"].CSRFError
        respond = kind.get_response
    except (KeyError, AttributeError):
        return  # not loaded, or another version

    def get_response(self, environ=None, *args, **options):
        environ = environ or {}
        said = str(self.description)
        text = "Bad Request: %s: %s" % (environ.get("PATH_INFO", ""), said)
        if "session token" in said:
            lost = is_cookie_lost(environ)
            text += (
                ": SESSION_COOKIE_SECURE is on, and the request came by http"
                if lost
                else ": the browser has sent no cookie of a session, or one of another key"
            )
            refused("flask_wtf.csrf", text, lost)
        else:
            if "token is missing" in said:
                text += (
                    ": the form is without {{ form.hidden_tag() }} or {{ csrf_token() }},"
                    " or a script without the header X-CSRFToken"
                )
            refused("flask_wtf.csrf", text, False)
        return respond(self, environ, *args, **options)

    kind.get_response = get_response


def is_cookie_lost(environ):
    """Tell whether no browser keeps the cookie of Flask's session."""
    try:
        from flask import current_app

        is_secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
        return is_secure and environ.get("wsgi.url_scheme") != "https"
    except Exception:
        return False  # outside of a request


def hear_threads(heard):
    """Have a function called with the name and the exception of a thread that ends."""
    import threading

    pid = os.getpid()
    print_it = threading.excepthook

    def hook(args):
        is_error = args.exc_value is not None and args.exc_type is not SystemExit
        try:
            # Before the traceback, which then belongs to what is told.
            if is_error and os.getpid() == pid:
                heard(getattr(args.thread, "name", "of another"), args.exc_value)
        finally:
            print_it(args)

    threading.excepthook = hook


def try_django():
    """Import what Django imports at the first request alone: addresses and views.

    For a trial, which serves no request. Raises what they raise.
    """
    conf = sys.modules.get("django.conf")
    if conf is None or not conf.settings.configured:
        return
    if getattr(conf.settings, "ROOT_URLCONF", None):
        from django.urls import get_resolver

        load_addresses(get_resolver())


def load_addresses(resolver):
    """Import the addresses that each request is compared with."""
    for each in resolver.url_patterns:
        # The class is asked: the object would import those of a path as well.
        if hasattr(type(each), "url_patterns") and str(each.pattern) in ("", "^"):
            load_addresses(each)


def remarks(application):
    """List what a trial has to say of an application that works.

    "wrapped": an ASGI application in a2wsgi's wrapper; "django-sync": Django's
    application for ASGI, without a view that is asynchronous; "websockets":
    routes for them; "root-path": FastAPI was told where it is mounted;
    "server-name": Flask answers to a name that only its author's machine has;
    "no-http": Channels was given no application for pages;
    "https-alone": Starlette sends to https whoever it takes to come by http.
    """
    kind = type(application)
    if kind.__name__ == "ASGIMiddleware" and kind.__module__.split(".")[0] == "a2wsgi":
        return ["wrapped"]
    if kind.__module__ == "django.core.handlers.asgi":
        from django.urls import get_resolver

        if not has_async_view(get_resolver()):
            return ["django-sync"]
    found = []
    if takes_websockets(application):
        found.append("websockets")
    if kind.__name__ == "FastAPI" and getattr(application, "root_path", ""):
        found.append("root-path")
    if is_named_locally(application):
        found.append("server-name")
    if kind.__name__ == "ProtocolTypeRouter" and "http" not in application.application_mapping:
        found.append("no-http")
    for each in getattr(application, "user_middleware", None) or ():
        if getattr(getattr(each, "cls", None), "__name__", "") == "HTTPSRedirectMiddleware":
            found.append("https-alone")
    return found


def is_named_locally(application):
    """Tell whether Flask or Quart takes requests for this machine's name alone.

    With SERVER_NAME, Flask up to 3.0 answers 404 to every other name. Asked is
    for one that no site has; behind a web server, no name has a port.
    """
    import warnings

    try:
        name, _, port = application.config["SERVER_NAME"].partition(":")
        is_local = name == "localhost" or name.startswith(("127.", "0.0.0.0"))
        if not is_local and port in ("", "80", "443"):
            return False
        asked = {
            "REQUEST_METHOD": "GET",
            "SCRIPT_NAME": "",
            "PATH_INFO": "/",
            "SERVER_NAME": "wsgi-shim.invalid",
            "SERVER_PORT": "80",
            "HTTP_HOST": "wsgi-shim.invalid",
            "wsgi.url_scheme": "http",
        }
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            request = application.request_class(asked)
            adapter = application.create_url_adapter(request)
        return adapter.subdomain == "<invalid>"
    except Exception:
        return False  # no Flask, or no SERVER_NAME


def takes_websockets(application):
    """Tell whether Starlette, FastAPI or Quart has a route for WebSockets."""
    routes = getattr(application, "routes", None)
    if isinstance(routes, list):
        return any(
            type(each).__name__.endswith("WebSocketRoute") or takes_websockets(each)
            for each in routes
        )
    rules = getattr(getattr(application, "url_map", None), "iter_rules", tuple)
    return any(getattr(each, "websocket", False) for each in rules())


def has_async_view(resolver):
    """Tell whether there is an asynchronous view among Django's addresses."""
    import inspect

    for each in resolver.url_patterns:
        if hasattr(each, "url_patterns"):
            if has_async_view(each):
                return True
            continue
        view = getattr(each.callback, "view_class", None)
        if inspect.iscoroutinefunction(each.callback) or getattr(
            view, "view_is_async", False
        ):
            return True
    return False

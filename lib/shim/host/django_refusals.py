"""What Django refuses by itself, and what its settings have to do with it."""

import os


def hear_django_refusals(refused, is_told):
    """Hear of forms that Django takes for strange, of methods, and of addresses.

    `is_told` tells whether the application has handlers for Django's log.
    """
    import logging  # which Django has loaded

    class Handler(logging.Handler):
        """Takes in what is refused."""

        def emit(self, record):
            """Tell of what nobody else tells with DEBUG off."""
            text = record.getMessage()
            status = getattr(record, "status_code", None)
            request = getattr(record, "request", None)
            is_form = record.name == "django.security.csrf"
            if is_form and ("checking failed - " in text or is_cookie_lost(request)):
                refused(record.name, text, True)
            elif status == 404 and request is not None:
                cause = cause_of_absence(request)
                if cause:
                    refused(record.name, "%s: %s" % (text, cause), True)
            elif not is_told and is_form:
                refused(record.name, text + hint_of_form(text), False)
            elif not is_told and status == 405:
                refused(record.name, text + hint_of(request), False)

    for name in ("django.security.csrf", "django.request"):
        logging.getLogger(name).addHandler(Handler(logging.WARNING))
    hear_hosts(refused)


ASKED = 3  # requests of which none was let in, before the settings are doubted


def hear_hosts(refused):
    """Hear of names that are not allowed, where it is no stranger's fault.

    Whoever scans the net asks by names that he has made up. Where no other
    request has come so far, or the settings have the name in another form, it
    is the settings.
    """
    import logging

    try:
        from django.core.signals import request_started
    except ImportError:
        return  # what calls itself Django has none

    counts = {"asked": 0, "refused": 0}

    def count(**_):
        counts["asked"] += 1

    request_started.connect(count, weak=False, dispatch_uid="wsgi-shim")

    class Handler(logging.Handler):
        """Takes in what is refused for its host."""

        def emit(self, record):
            """Tell of it, where it is due to the settings."""
            text = record.getMessage()
            counts["refused"] += 1
            is_all = ASKED <= counts["refused"] >= counts["asked"]
            if is_all or is_written_otherwise(text):
                refused("django.core.exceptions.DisallowedHost", text, True)

    logging.getLogger("django.security.DisallowedHost").addHandler(Handler(logging.ERROR))


def is_written_otherwise(text):
    """Tell whether ALLOWED_HOSTS has a name with what belongs to no name."""
    import re

    from django.conf import settings

    found = re.search(r"header: '([^':]+)", text)
    if found is None:
        return False
    plain = (
        re.sub(r"[:/].*", "", re.sub(r"^\w+://", "", str(each).strip()))
        for each in settings.ALLOWED_HOSTS
    )
    return found.group(1) in plain


def is_cookie_lost(request):
    """Tell whether no browser sends back the cookie for forms, over http."""
    from django.conf import settings

    try:
        return settings.CSRF_COOKIE_SECURE and not settings.CSRF_USE_SESSIONS and (
            not request.is_secure() and settings.CSRF_COOKIE_NAME not in request.COOKIES
        )
    except Exception:
        return False


def hint_of_form(text):
    """Say what a form lacks mostly, for the owner whose own form it is."""
    if "CSRF token missing" in text:
        return ": the form is without {% csrf_token %}, or a script without the header X-CSRFToken"
    if "CSRF cookie not set" in text:
        return (
            ": the browser sent no cookie; the page with the form must be one of this site"
            " that renders {% csrf_token %}; a caller that is no browser, such as a webhook,"
            " needs a view with @csrf_exempt that proves the caller in another way"
        )
    return ""


def hint_of(request):
    """Say what a refused method means where a link leads to Django's own logout."""
    view = getattr(getattr(request, "resolver_match", None), "func", None)
    if getattr(request, "method", "") != "GET" or not is_logout(view):
        return ""
    return (
        ": since version 5, Django's LogoutView takes POST alone; write in place of the link"
        ' a form with method="post", {% csrf_token %} and a button'
    )


def is_logout(view):
    """Tell whether a view is Django's own for the logout."""
    return any(
        one.__module__ == "django.contrib.auth.views" and one.__name__ == "LogoutView"
        for one in getattr(getattr(view, "view_class", None), "__mro__", ())
    )


def cause_of_absence(request):
    """Say which setting led to an address that there is not; None: no setting."""
    from django.conf import settings

    try:
        path = request.path
        if path == login_path(settings):
            return "LOGIN_URL names it, and no address of the site fits"
        for name in ("MEDIA", "STATIC"):
            file = file_behind(name, path, settings)
            if file:
                return '%s_URL begins so, and the file is there, "%s"' % (name, file)
    except Exception:
        pass  # what cannot be seen is no cause
    return None


def login_path(settings):
    """Return the path where Django sends whoever is not logged in."""
    from urllib.parse import urlsplit

    from django.shortcuts import resolve_url

    return urlsplit(resolve_url(settings.LOGIN_URL)).path


def file_behind(name, path, settings):
    """Find the file that an address was meant to give."""
    url = getattr(settings, name + "_URL", None)
    if not url or "://" in url or not url.strip("/") or not path.startswith(url):
        return None
    inner = os.path.normpath(path[len(url) :]).lstrip("/")
    if inner.startswith("..") or inner == ".":
        return None
    root = getattr(settings, name + "_ROOT", None)
    file = os.path.join(str(root), inner) if root else ""
    if file and os.path.isfile(file):
        return file
    if name == "STATIC" and "django.contrib.staticfiles" in settings.INSTALLED_APPS:
        from django.contrib.staticfiles import finders

        return finders.find(inner)
    return None

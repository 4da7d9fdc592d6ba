"""The application of a site that has none yet."""

import os
import sys


def hello_world(template):
    """Return the built-in application: one page that says that Python works."""
    import html
    import pwd

    try:
        user = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        user = str(os.getuid())
    page = template or "<!doctype html><title>Hello World</title><h1>Hello World</h1>"
    for token, fact in (
        ("@python@", sys.version.split()[0]),
        ("@executable@", sys.executable),
        ("@user@", user),
    ):
        page = page.replace(token, html.escape(fact))
    body = page.encode("utf-8", "backslashreplace")

    def application(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
        return [body]

    return application

"""A web application without a framework: one WSGI callable."""

from html import escape
from urllib.parse import parse_qs

PAGE = """<!doctype html>
<title>Greeting</title>
<h1>Hello, {name}</h1>
<form><label>Your name <input name="name"></label></form>
"""


def application(environ, start_response):
    """Greet the visitor by the name in the address."""
    fields = parse_qs(environ.get("QUERY_STRING", ""))
    name = fields.get("name", ["World"])[0]
    body = PAGE.format(name=escape(name)).encode("utf-8")
    start_response(
        "200 OK",
        [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Length", str(len(body))),
        ],
    )
    return [body]

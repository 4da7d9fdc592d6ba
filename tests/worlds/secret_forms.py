"""Writes texts in every form that programs give them; JSON in, JSON out."""

import base64
import html
import json
import os
import re
import reprlib
import shlex
import sys
from urllib.parse import quote, quote_plus


def forms(text):
    """Yield the names of forms, and the text in them."""
    data = text.encode()
    percent = quote(text, safe="")
    yield "plain", text
    yield "repr", repr(text)
    yield "ascii", ascii(text)
    yield "bytes", repr(data)
    yield "repr of repr", repr(repr(text))
    yield "dict", repr({"value": text, "more": 1})
    yield "JSON", json.dumps(text)
    yield "JSON with letters", json.dumps(text, ensure_ascii=False)
    yield "JSON in JSON", json.dumps({"x": json.dumps({"y": text})})
    yield "JSON three times", json.dumps(json.dumps(json.dumps(text)))
    yield "percent", percent
    yield "percent in a path", quote(text)
    yield "percent in small letters", re.sub(
        "%..", lambda each: each.group().lower(), percent
    )
    yield "percent twice", quote(percent, safe="")
    yield "query", "/reset?x=1&y=" + quote_plus(text)
    yield "HTML", html.escape(text)
    yield "HTML in numbers", html.escape(text).replace("&quot;", "&#34;").replace(
        "&#x27;", "&#39;"
    )
    yield "XML", text.encode("ascii", "xmlcharrefreplace").decode()
    yield "backslashes", text.encode("ascii", "backslashreplace").decode()
    yield "base64", base64.b64encode(data).decode()
    yield "base64 for addresses", base64.urlsafe_b64encode(data).decode()
    yield "login", "Basic " + base64.b64encode(b"user:" + data).decode()
    yield "hex", data.hex()
    yield "shell", shlex.quote(text)
    yield "capitals", re.sub("[a-z]+", lambda each: each.group().upper(), text)
    yield "file", str(FileNotFoundError(2, "No such file or directory", text))
    yield "path", os.path.join("/srv/site/data", text)
    yield "folder", os.path.dirname(text)
    yield "name", os.path.basename(text)
    yield "normal path", os.path.normpath("/srv/site/x/" + text)
    yield "shortened", reprlib.repr(text)
    yield "address", "postgres://user:%s@host/db" % percent
    yield "behind its name", " MYSQL_PASSWORD=" + text
    yield "in a dict", repr({"db_password": text})
    yield "in JSON", json.dumps({"user": "me", "apiKey": text})
    yield "bearer", " Bearer " + text
    yield "within", "x%sy" % text
    yield "lines", "\n".join(["first", text, "last"])


json.dump([dict(forms(text)) for text in json.load(sys.stdin)], sys.stdout)

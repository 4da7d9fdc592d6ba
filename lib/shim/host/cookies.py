"""Cookies that no browser keeps: no exception tells of them."""

import re

# How servers before this one say that the visitor came by https.
SCHEMES = ("HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_SSL", "HTTP_FRONT_END_HTTPS")
SECURE_REGEXP = re.compile(
    rb"\r\nset-cookie:[ \t]*([^=;\r]+)=[^\r]*;[ \t]*secure[ \t]*[;\r]", re.IGNORECASE
)


class Cookies:
    """Watches the answers that set a cookie."""

    def __init__(self, incidents):
        self._incidents = incidents
        self._is_told = False

    def look(self, head, variables, is_secure):
        """Tell of a cookie that browsers keep of an address with https alone."""
        if is_secure or self._is_told:
            return
        found = SECURE_REGEXP.search(head)
        host = variables.get("HTTP_HOST", "")
        if found is None or any(name in variables for name in SCHEMES):
            return
        if host.partition(":")[0] in ("", "localhost", "127.0.0.1"):
            return  # browsers make an exception
        self._is_told = True
        text = (
            'The cookie "%s" is marked Secure, and the request came by http, so that browsers'
            " do not keep it: nobody stays logged in. Where a server before this one speaks"
            " https with them, all is well" % found.group(1).decode("latin-1")
        )
        self._incidents.tell_refusal("cookie", text, False)

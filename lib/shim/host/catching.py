"""A startup file that catches why its application cannot be loaded.

It serves a page of its own then, and its start looks well. For a trial, each
handler at its top level that makes `application` first notes what it caught.
"""

import ast
import importlib.machinery
import sys

NOTE = "_wsgi_shim_note"
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


class Loader(importlib.machinery.SourceFileLoader):
    """Loads such a file; `caught` is what was noted last."""

    caught = None

    def get_code(self, fullname):
        """Compile the source, never what is kept of it."""
        source = self.get_data(self.path)
        tree = compile(source, self.path, "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
        for handler in handlers_in(tree.body):
            if makes_application(handler):
                call = ast.Expr(ast.Call(ast.Name(NOTE, ast.Load()), [], []))
                ast.copy_location(call, handler.body[0])
                handler.body.insert(0, ast.fix_missing_locations(call))
        return compile(tree, self.path, "exec", dont_inherit=True)

    def exec_module(self, module):
        """Run it, with what its handlers call."""
        setattr(module, NOTE, self.note)
        super().exec_module(module)
        delattr(module, NOTE)

    def note(self):
        """Keep the exception that is being handled."""
        self.caught = sys.exc_info()[1]


def handlers_in(statements):
    """List the exception handlers that are in no function and in no class."""
    for each in statements:
        if isinstance(each, SCOPES):
            continue
        for handler in getattr(each, "handlers", []):
            yield handler
            yield from handlers_in(handler.body)
        for name in ("body", "orelse", "finalbody"):
            yield from handlers_in(getattr(each, name, []))


def makes_application(handler):
    """Tell whether a handler gives `application` a value."""
    for node in ast.walk(handler):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names = [node.id]
        elif isinstance(node, SCOPES[:3]):
            names = [node.name]
        elif isinstance(node, ast.ImportFrom):
            names = [each.asname or each.name for each in node.names]
        else:
            continue
        if "application" in names:
            return True
    return False


def fails(application):
    """Tell whether every visitor would get an error, by asking for the root."""
    from wsgiref.util import setup_testing_defaults

    environ = {"PATH_INFO": "/"}
    setup_testing_defaults(environ)
    statuses = []

    def start_response(status, headers, exc_info=None):
        statuses.append(str(status))
        return lambda data: None

    try:
        result = application(environ, start_response)
        try:
            for _ in result:
                break
        finally:
            getattr(result, "close", lambda: None)()
    except Exception:
        return True
    return bool(statuses) and statuses[-1].startswith("5")

"""Reads a startup file of somebody else's, without running any of it.

`python3 -I -c TEXT QUESTION`: the question is JSON with `file` and `home`, the
answer, on the last line, JSON with `interpreter`, its `path` and the `line`
that names it, where the file starts another Python in place of the one that
runs; and `defines`, whether its top level gives `application` a value.
Standard library alone, Python 3.6 and later.
"""

import ast
import json
import os
import sys

MARK = "wsgi-shim-startup:"
SIZE_LIMIT = 1000000


SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class Unknown(Exception):
    """A value that only running the file would tell."""


class Reader:
    """What the top level of a file says, as far as it is plain."""

    def __init__(self, tree, file, home):
        self.file = file
        self.home = home
        self.known = {"__file__": (file, None)}
        self.interpreter = None
        self.defines = False
        self.read(tree.body)

    def read(self, statements, is_sure=True):
        """Read statements in their order, those of every branch too."""
        for each in statements:
            if isinstance(each, ast.Assign):
                self.assign(each, is_sure)
            self.defines = self.defines or defines(each, "application")
            for node in ast.walk(each) if not has_body(each) else []:
                self.find_exec(node)
            if not isinstance(each, SCOPES):
                sure = is_sure and not isinstance(each, ast.If)
                for name in ("body", "orelse", "finalbody"):
                    self.read(getattr(each, name, None) or [], sure)
                for handler in getattr(each, "handlers", []):
                    self.read(handler.body, False)

    def assign(self, node, is_sure):
        """Remember a name that is given a plain value.

        Where only running the file would tell a value, and whether it counts,
        the one of before stays.
        """
        for target in node.targets:
            if isinstance(target, ast.Name):
                try:
                    self.known[target.id] = (self.value(node.value), node.lineno)
                except Unknown:
                    if is_sure:
                        self.known.pop(target.id, None)

    def find_exec(self, node):
        """See whether a node is os.execl(INTERPRETER, …) or its like."""
        if not isinstance(node, ast.Call) or not node.args or self.interpreter:
            return
        name = dotted(node.func)
        if name.split(".")[-1] not in ("execl", "execle", "execv", "execve"):
            return
        program = node.args[0]
        try:
            path = self.value(program)
        except Unknown:
            return
        line = node.lineno
        if isinstance(program, ast.Name):
            line = self.known[program.id][1] or line
        if os.path.isabs(path):
            self.interpreter = {"path": path, "line": line}

    def value(self, node):
        """Return the text that an expression stands for, or raise Unknown."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return node.value
        if type(node).__name__ == "Str":
            return node.s  # before 3.8
        if isinstance(node, ast.Name) and node.id in self.known:
            return self.known[node.id][0]
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return self.value(node.left) + self.value(node.right)
        if isinstance(node, ast.JoinedStr):
            return "".join(self.value(part) for part in node.values)
        if isinstance(node, ast.FormattedValue) and not node.format_spec:
            return self.value(node.value)
        if isinstance(node, ast.Subscript) and dotted(node.value) == "os.environ":
            key = getattr(node.slice, "value", node.slice)
            if "HOME" in (key, getattr(key, "value", None), getattr(key, "s", None)):
                return self.home
        if isinstance(node, ast.Call):
            return self.called(dotted(node.func), node.args)
        raise Unknown()

    def called(self, name, arguments):
        """Return what a call of os or os.path would."""
        name = name[3:] if name.startswith("os.") else name
        name = name[5:] if name.startswith("path.") else name
        if name == "getcwd":
            return os.path.dirname(self.file)
        values = [self.value(each) for each in arguments]
        if name == "join" and values:
            return os.path.join(*values)
        if name == "dirname" and len(values) == 1:
            return os.path.dirname(values[0])
        if name in ("abspath", "realpath", "normpath", "str") and len(values) == 1:
            return os.path.join(os.path.dirname(self.file), values[0])
        if name in ("environ.get", "getenv") and values[:1] == ["HOME"]:
            return self.home
        if name == "expanduser" and len(values) == 1:
            rest = values[0]
            return self.home + rest[1:] if rest[:2] in ("~", "~/") else rest
        raise Unknown()


def defines(node, name):
    """Tell whether a statement gives a name a value, as far as it can be seen."""
    if isinstance(node, SCOPES):
        return node.name == name
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        names = [each.asname or each.name.split(".")[0] for each in node.names]
        return name in names or "*" in names
    for each in ast.walk(node):
        if isinstance(each, ast.Name) and each.id == name:
            if isinstance(each.ctx, ast.Store) and not has_body(node):
                return True
        # exec(open(…).read()), globals()["application"] = …
        if isinstance(each, ast.Call) and dotted(each.func) in ("exec", "globals"):
            return True
    return False


def has_body(node):
    """Tell whether a statement holds others."""
    return bool(getattr(node, "body", None))


def dotted(node):
    """Return a dotted name, or an empty text."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return before and before + "." + node.attr
    return ""


def read_startup_file(file, home):
    """Tell what a startup file says."""
    with open(file, "rb") as source:
        tree = ast.parse(source.read(SIZE_LIMIT), file)
    reader = Reader(tree, file, home)
    return {"interpreter": reader.interpreter, "defines": reader.defines}


def main():
    """Answer; what cannot be read tells nothing."""
    question = json.loads(sys.argv[1])
    try:
        answer = read_startup_file(question["file"], question["home"])
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        answer = {"interpreter": None, "defines": None}
    print(MARK + json.dumps(answer))


if __name__ == "__main__":
    main()

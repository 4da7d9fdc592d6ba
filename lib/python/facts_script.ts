/**
 * The Python program that tells what only Python knows: versions, packages,
 * and the imports of the application. It reads source files and metadata and
 * imports nothing of the user's.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

/** Precedes the answer, so that a noisy `sitecustomize` does not spoil it. */
export const ANSWER_MARK = "wsgi-shim-facts:";

/** Must run on Python 3.6, so that an old one can say that it is old. */
export const PYTHON_SCRIPT = String.raw`
import json, sys
question = json.loads(sys.argv[1])
answer = {
    "version": list(sys.version_info[:3]), "prefix": sys.prefix,
    "base": sys.base_prefix, "executable": sys.executable,
}

def attempt(part):
    try:
        part()
    except Exception as error:
        answer.setdefault("failed", []).append(part.__name__ + ": " + repr(error)[:200])

def incomplete():
    from importlib.util import find_spec
    names = {"ssl": "_ssl", "sqlite3": "_sqlite3", "ctypes": "_ctypes",
             "zlib": "zlib", "bz2": "_bz2", "lzma": "_lzma"}
    answer["incomplete"] = sorted(n for n in names if find_spec(names[n]) is None)

def sources():
    import ast, importlib.util, marshal, os
    from importlib.machinery import PathFinder
    # Never on sys.path: what is imported here must not be the user's.
    front = question["path"]
    stdlib = set(getattr(sys, "stdlib_module_names", ())) | set(sys.builtin_module_names)
    known = {}

    def local(name):
        parts = name.split(".")
        for folder in front:
            base = os.path.join(folder, *parts)
            for file in (os.path.join(base, "__init__.py"), base + ".py"):
                if os.path.isfile(file):
                    return file
        return None

    def installed(name):
        top = name.split(".")[0]
        if top not in known:
            try:
                known[top] = top in stdlib or importlib.util.find_spec(top) is not None \
                    or PathFinder.find_spec(top, front) is not None
            except Exception:
                known[top] = True
        return known[top]

    answer.update(syntax=[], missing=[], stale=[], needed=[], files=0)
    changes_path = changes_environ = False
    target = question.get("target") or {}
    first = target.get("file") or local(target.get("module", "")) if target else None
    if target.get("module") and not first and not installed(target["module"]):
        answer["target_missing"] = target["module"].split(".")[0]
    pending, seen = [(first, target.get("module") or "", False)] if first else [], set()

    def guarded(node):
        if isinstance(node, ast.If):
            return True
        return isinstance(node, ast.Try) and any(node.handlers)

    def imports(body, soft):
        for node in body:
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield alias.name, (), 0, node.lineno, soft
            elif isinstance(node, ast.ImportFrom):
                yield node.module or "", [a.name for a in node.names], node.level, node.lineno, soft
            elif isinstance(node, (ast.If, ast.Try, ast.With)):
                inner = soft or guarded(node)
                for part in ("body", "orelse", "finalbody"):
                    for found in imports(getattr(node, part, ()), inner):
                        yield found

    def environ_name(node):
        value = node.value
        is_environ = isinstance(value, ast.Attribute) and value.attr == "environ" or \
            isinstance(value, ast.Name) and value.id == "environ"
        key = getattr(node.slice, "value", node.slice)
        key = getattr(key, "value", getattr(key, "s", key))
        if is_environ and isinstance(key, str):
            return key
        return None

    def top_level(body):
        for node in body:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef,
                                 ast.If, ast.Try, ast.While, ast.For)):
                continue
            for inner in ast.walk(node):
                yield inner

    while pending and len(seen) < 400:
        file, name, soft = pending.pop(0)
        real = os.path.realpath(file)
        if real in seen:
            continue
        seen.add(real)
        try:
            # Opening a FIFO would wait for its other end.
            if not os.path.isfile(file) or os.path.getsize(file) > 2000000:
                continue
            with open(file, "rb") as stream:
                text = stream.read()
        except OSError:
            continue
        try:
            code = compile(text, file, "exec", dont_inherit=True)
            tree = ast.parse(text, file)
        except SyntaxError as error:
            if not soft:
                answer["syntax"].append({
                    "file": file, "line": error.lineno, "column": error.offset,
                    "type": type(error).__name__, "message": str(error.msg)[:200]})
            continue
        except (ValueError, RecursionError, MemoryError, OverflowError):
            continue
        if b"sys.path" in text or b"addsitedir" in text or b"meta_path" in text:
            changes_path = True
        if b"load_dotenv" in text or b"environ.update" in text or b"read_env" in text or \
                b"putenv" in text or b"environ.setdefault" in text:
            changes_environ = True
        for node in ast.walk(tree):
            if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store) and environ_name(node):
                changes_environ = True
        for node in top_level(tree.body):
            if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
                key = environ_name(node)
                if key:
                    answer["needed"].append({"name": key, "file": file, "line": node.lineno})
        is_package = os.path.basename(file) == "__init__.py"
        for module, names, level, line, weak in imports(tree.body, soft):
            if level:
                base = os.path.dirname(file)
                for _ in range(level - 1):
                    base = os.path.dirname(base)
                stems = [os.path.join(base, *module.split("."))] if module else []
                stems += [os.path.join(base, *(module.split(".") if module else []) + [n]) for n in names]
                for stem in stems:
                    for found in (os.path.join(stem, "__init__.py"), stem + ".py"):
                        if os.path.isfile(found):
                            pending.append((found, "", weak))
                continue
            parts = module.split(".")
            near = False
            for size in range(1, len(parts) + 1):
                found = local(".".join(parts[:size]))
                if found:
                    near = True
                    pending.append((found, "", weak))
            for each in names:
                found = local(module + "." + each)
                if found:
                    near = True
                    pending.append((found, "", weak))
            if not near and not weak and not installed(module):
                answer["missing"].append({"name": parts[0], "file": file, "line": line})
        try:
            cached = importlib.util.cache_from_source(file)
            with open(cached, "rb") as stream:
                old = stream.read()
            stat = os.stat(file)
            number = lambda at: int.from_bytes(old[at:at + 4], "little")
            if old[:4] == importlib.util.MAGIC_NUMBER and number(4) == 0 and \
                    number(8) == int(stat.st_mtime) & 0xffffffff and \
                    number(12) == stat.st_size & 0xffffffff and marshal.loads(old[16:]) != code:
                answer["stale"].append({"file": file, "cached": cached})
        except Exception:
            pass
    if changes_path:
        answer["missing"] = []
        answer.pop("target_missing", None)
    if changes_environ:
        answer["needed"] = []
    answer["files"] = len(seen)
    harmless = {"test", "this", "antigravity", "idlelib", "turtledemo", "lib2to3", "__main__", "__future__"}
    shadows = []
    for folder in front[:1]:
        for name in os.listdir(folder)[:5000]:
            stem = name[:-3] if name.endswith(".py") else name
            file = os.path.join(folder, name)
            if stem in stdlib and stem not in harmless and (
                    name.endswith(".py") or os.path.isfile(os.path.join(file, "__init__.py"))):
                shadows.append(file)
    answer["shadows"] = sorted(shadows)

def packages():
    import os
    from importlib import metadata
    if sys.prefix == sys.base_prefix:
        return  # The system's own packages are not the site's to judge.
    damaged, versions, needs, budget = [], {}, [], 40000
    prefix = os.path.realpath(sys.prefix) + os.sep
    for dist in metadata.distributions():
        told = dist.metadata  # parsed anew each time that it is asked for
        if not told or not told["Name"]:
            continue
        name, version = told["Name"], told["Version"]
        key = name.lower().replace("_", "-").replace(".", "-")
        if key in versions:
            continue
        versions[key] = version
        home = str(dist.locate_file(""))
        if not os.path.realpath(home).startswith(prefix):
            continue
        needs.append((name, version, told.get_all("Requires-Dist") or dist.requires or []))
        lost = []
        # Lines of path, hash and size; dist.files makes an object of each.
        for line in (dist.read_text("RECORD") or "").splitlines():
            if budget <= 0:
                break
            path = line.split(",")[0]
            if path.startswith(("..", '"')) or not path.endswith((".py", ".so")):
                continue
            budget -= 1
            if not os.path.exists(os.path.join(home, path)):
                lost.append(path)
        if lost:
            damaged.append({"name": name, "count": len(lost), "file": lost[0]})
    answer["damaged"] = damaged[:50]
    answer["distributions"] = len(versions)
    try:
        from pip._vendor.packaging.requirements import Requirement
    except Exception:
        from packaging.requirements import Requirement
    conflicts = []
    for name, version, requires in needs:
        for text in requires:
            marker = text.partition(";")[2]
            if "extra" in marker and " or " not in marker:
                continue  # of an extra: most are, and parsing each takes time
            try:
                wanted = Requirement(text)
                if wanted.marker and not wanted.marker.evaluate({"extra": ""}):
                    continue
                key = wanted.name.lower().replace("_", "-").replace(".", "-")
                has = versions.get(key)
                if has is None or not wanted.specifier.contains(has, prereleases=True):
                    conflicts.append({"name": name, "version": version,
                                      "needs": wanted.name + str(wanted.specifier), "has": has})
            except Exception:
                continue
    answer["conflicts"] = conflicts[:50]

if sys.version_info >= (3, 8):
    for part in (incomplete, sources, packages):
        attempt(part)
sys.stdout.write("\n" + "${ANSWER_MARK}" + json.dumps(answer) + "\n")
`;

"""The facts of a failure, as `lib/python/failure.ts` describes them."""

import errno
import os
import re
import signal
import sys

from . import streams

MAX_MESSAGE = 2000
MAX_CAUSES = 5
MAX_VALUE = 4096
MESSAGE_SECONDS = 1  # that str() of an exception may take

HERE = os.path.dirname(os.path.abspath(__file__)) + os.sep
LIBRARY_REGEXP = re.compile(
    r"/(?:site|dist)-packages/|/lib(?:64)?/python\d[\d.]*/|/lib/python\d+\.zip/|^<"
)
given = dict(os.environ)  # what the application finds there


class Failed(Exception):
    """The application cannot be served; carries a failure."""

    def __init__(self, problem, **facts):
        super().__init__(problem)
        self.failure = make_failure(problem, **facts)


def make_failure(problem, error=None, **facts):
    """Make a failure, with the facts of an exception where there is one."""
    failure = {"problem": problem, "python": sys.version.split()[0]}
    failure.update((key, fact) for key, fact in facts.items() if fact is not None)
    if error is not None:
        failure["exception"] = describe(error)
        try:
            failure["directory"] = os.getcwd()
        except OSError:
            pass  # it is gone
    variables = own_variables()
    if variables:
        failure["variables"] = variables
    return failure


def own_variables():
    """List what the application itself put into its environment.

    It may come from a file that only the application knows. No page tells the
    values, and the judge cannot know them but from here.
    """
    try:
        own = dict(item for item in os.environ.items() if item not in given.items())
        return {name: value[:MAX_VALUE] for name, value in own.items()}
    except Exception:
        return {}  # an application may replace os.environ by anything


def describe(error, depth=0):
    """Describe an exception, even one that cannot describe itself."""
    kind = type(error)
    module = getattr(kind, "__module__", "builtins")
    prefix = "" if module == "builtins" or not isinstance(module, str) else module + "."
    facts = {
        "type": prefix + kind.__qualname__,
        "message": message_of(error)[:MAX_MESSAGE],
        "frames": frames_of(error.__traceback__),
    }
    if isinstance(error, (ImportError, NameError, AttributeError)):
        if isinstance(getattr(error, "name", None), str):
            facts["name"] = error.name
        home = home_of(error)
        if home:
            facts["home"] = home
    if isinstance(error, (OSError, SyntaxError)):
        if isinstance(error.filename, (str, bytes, os.PathLike)):
            facts["filename"] = os.fsdecode(error.filename)
            if isinstance(error, SyntaxError):
                facts["filename"] = source_of(facts["filename"])
    if isinstance(error, SyntaxError) and error.lineno:
        facts["line"] = error.lineno
        if isinstance(error.offset, int) and error.offset > 0:
            facts["column"] = error.offset
    refusal = getattr(error, "wsgi_shim_refusal", None)
    if isinstance(refusal, str):
        facts["refusal"] = refusal  # by the worker itself, of an answer
    if isinstance(error, OSError) and error.errno in errno.errorcode:
        facts["errno"] = errno.errorcode[error.errno]
    cause = error.__cause__
    if cause is None and not error.__suppress_context__:
        cause = error.__context__
        if cause is not None:
            facts["incidental"] = True  # merely being handled
    if cause is not None and depth < MAX_CAUSES:
        facts["cause"] = describe(cause, depth + 1)
    if any(each.__name__ == "BaseExceptionGroup" for each in kind.__mro__):
        # Python's own from 3.11 on, or a package's. Groups branch: half as deep.
        if depth < MAX_CAUSES:
            facts["group"] = [
                describe(each, depth + 2)
                for each in getattr(error, "exceptions", ())[:MAX_CAUSES]
            ]
    return facts


def home_of(error):
    """Return the folder from which the package came that lacks what was asked."""
    name = error.name if isinstance(error, ImportError) else None
    if isinstance(error, AttributeError):
        # Packages raise their own, and before Python 3.10 none has `obj`.
        found = re.search(r"\bmodule '([\w.]+)' has no", message_of(error))
        name = found and found.group(1)
    if not isinstance(name, str):
        return None
    file = getattr(sys.modules.get(name.split(".")[0]), "__file__", None)
    if not isinstance(file, str):
        return None  # built in, or shared by several folders
    folder = os.path.dirname(os.path.abspath(file))
    is_package = os.path.basename(file).split(".")[0] == "__init__"
    return os.path.dirname(folder) if is_package else folder


def message_of(error):
    """Return str() of an exception; its own code may raise, or never end."""
    import threading

    said = []

    def say():
        try:
            said.append(str(error))
        except BaseException as trouble:
            said.append("<str() of it raised %s>" % type(trouble).__name__)

    plain = all(type(each) in (str, bytes, int, type(None)) for each in error.args)
    if plain and type(error).__module__ == "builtins":
        say()
        return said[0]
    thread = threading.Thread(target=say, name="wsgi-shim-message", daemon=True)
    try:
        thread.start()
    except RuntimeError:
        say()  # no more threads
    else:
        thread.join(MESSAGE_SECONDS)
    return said[0] if said else "<str() of it does not end>"


def is_ours(file):
    """Tell whether a source file belongs to the host."""
    return file.startswith(HERE)


def source_of(file):
    """Return the path of a source file that was loaded by a relative one."""
    if os.path.isabs(file) or not os.path.isfile(file):
        return file
    return os.path.abspath(file)


def frames_of(trace):
    """List the frames of a traceback, without our own and the import system's."""
    frames = []
    while trace is not None:
        code = trace.tb_frame.f_code
        file = source_of(code.co_filename)
        if not (is_ours(file) or re.search("importlib(._bootstrap|/__init__)", file)):
            frames.append(
                {"file": file, "line": trace.tb_lineno or 1, "function": code.co_name}
            )
        trace = trace.tb_next
    # An endless recursion has a thousand; its two ends tell the story.
    return frames if len(frames) <= 100 else frames[:20] + frames[-80:]


def print_error(error, heading=None):
    """Write the traceback of an exception to the log."""
    import traceback

    trace = error.__traceback__
    while trace and is_ours(trace.tb_frame.f_code.co_filename):
        trace = trace.tb_next
    try:
        if heading:
            print(heading, file=streams.errors)
        if message_of(error) == "<str() of it does not end>":
            traceback.print_tb(trace, file=streams.errors)
            print(type(error).__name__, file=streams.errors)
        else:
            traceback.print_exception(type(error), error, trace, file=streams.errors)
    except Exception:
        pass  # an application may have closed wsgi.errors


def exit_status(error):
    """Return the status that a SystemExit would end the process with."""
    if error.code is None:
        return 0
    return error.code if isinstance(error.code, int) else 1


# What is known of a process that has ended without a word of its own.


def end_of(status):
    """Describe how a process ended, by what waitpid() said."""
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        try:
            name = signal.Signals(number).name
        except ValueError:
            name = "SIG%d" % number  # of real time
        return {"problem": "killed", "signal": name}
    return {"problem": "exited", "status": os.WEXITSTATUS(status)}


def parse_dump(text):
    """Read where Python stood from what faulthandler wrote, the outermost first.

    Of several threads it is the one that failed, or else the main thread,
    which comes last.
    """
    threads = []
    for line in text.split("\n"):
        if line.startswith(("Current thread ", "Thread ")):
            threads.append((line.startswith("Current"), []))
        found = re.match('  File "(.*)", line (\\d+)(?: in (.*))?$', line)
        if found and threads:
            file, number, function = found.groups()
            if not is_ours(file) and not file.startswith("<"):
                frame = {"file": file, "line": int(number), "function": function or "?"}
                threads[-1][1].insert(0, frame)
    current = [frames for is_current, frames in threads if is_current]
    return (current or [frames for _, frames in threads[-1:]] or [[]])[0]


def own_frame(frames):
    """Return the innermost frame that is of no library, or else of any."""
    own = [each for each in frames if not LIBRARY_REGEXP.search(each["file"])]
    return (own or frames or [None])[-1]

"""Asks a site that runs without us, by its startup file.

`PYTHON native_answers.py QUESTION`: the question is a JSON file with `file`,
the startup file; `requests`, the variables of each; and `answer`, the file to
write. The startup file is loaded as Passenger's own Python loader does
(`wsgi-loader.py` of 6.0.17), which it may replace by another Python that
begins here again. Standard library alone, Python 3.6 and later.
"""

import base64
import importlib.util
import io
import json
import os
import sys

BODY_LIMIT = 2000000


def load(file):
    """Load a startup file as the module `passenger_wsgi`."""
    sys.path[0] = os.getcwd()
    spec = importlib.util.spec_from_file_location("passenger_wsgi", file)
    module = importlib.util.module_from_spec(spec)
    sys.modules["passenger_wsgi"] = module
    spec.loader.exec_module(module)
    return module.application


def ask(application, variables):
    """Make one request; return its answer, or the exception."""
    environ = dict(variables)
    environ.update(
        {
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": sys.stderr,
            "wsgi.version": (1, 0),
            "wsgi.multithread": False,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
            "wsgi.url_scheme": "https" if environ.get("HTTPS") == "on" else "http",
        }
    )
    head, body = [], []

    def start_response(status, headers, exc_info=None):
        head[:] = [status, [list(pair) for pair in headers]]
        return body.append

    try:
        result = application(environ, start_response)
        try:
            for part in result:
                body.append(part)
                if sum(map(len, body)) > BODY_LIMIT:
                    break
        finally:
            if hasattr(result, "close"):
                result.close()
        status, headers = head
    except Exception as error:
        return {"error": describe(error)}
    whole = b"".join(body)[:BODY_LIMIT]
    return {
        "status": int(status.split(" ")[0]),
        "headers": headers,
        "body": base64.b64encode(whole).decode("ascii"),
    }


def describe(error):
    """Say in a line what an exception is."""
    return ("%s: %s" % (type(error).__name__, error)).split("\n")[0]


def main():
    """Load, ask, write the answers."""
    with open(sys.argv[1]) as file:
        question = json.load(file)
    try:
        application = load(question["file"])
    except BaseException as error:
        answer = {"failed": describe(error)}
    else:
        answer = {"answers": [ask(application, each) for each in question["requests"]]}
    with open(question["answer"], "w") as file:
        json.dump(answer, file)
    sys.stdout.flush()
    os._exit(0)  # threads of the application would keep the process


if __name__ == "__main__":
    main()

/**
 * Words about an application that does not start, or stops: what the worker and
 * its death tell.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

export const failureWords = {
  "app-directory": {
    severity: "error",
    title: "The working directory cannot be entered",
    why:
      "The application starts in this folder, and imports its modules from it.",
    mend:
      "Correct chdir in config.toml, or create the folder; after a deployment that has replaced it, restart.",
    example: 'chdir = "/site/mysite"',
  },
  "app-module-missing": {
    severity: "error",
    title: "The application's module is not there",
    mend:
      "Compare module (or app) and chdir in config.toml with the folders that are there: a path is absolute, a dotted name begins below chdir. `wsgi-shim check` names a file that is nearly the same.",
    example: 'module = "/site/myapp/app.py"',
  },
  "app-import-failed": {
    severity: "error",
    title: "The application cannot be imported",
    mend:
      "The last frame of your own code is the line that raised; what it calls or reads is mostly the cause. `wsgi-shim check` shows the frames with their lines, and starts the application as the web server does, so that a mend can be tried before a visitor sees it.",
    example: "ModuleNotFoundError: No module named 'flask'",
  },
  "app-exited": {
    severity: "error",
    title: "The application ended itself while it was imported",
    why:
      "The module called exit, or read its command line; a web application must stay.",
    mend: 'Move such code below `if __name__ == "__main__":`.',
    example: "sys.exit(2)",
  },
  "app-callable-missing": {
    severity: "error",
    title: "The module has no such callable",
    mend:
      "Write in app the name that the module gives its application; the message lists what can be called there. A function that makes the application is called, as in create_app().",
    example: 'app = "app"',
  },
  "app-not-callable": {
    severity: "error",
    title: "What `app` names cannot be called",
    mend:
      "A WSGI application is a function, or an object that can be called. Let app name that object itself, not its name as a text, its configuration or its module.",
    example: "`app` is a str",
  },
  "app-not-wsgi": {
    severity: "error",
    title: "What `app` names is not a WSGI callable",
    why:
      "WSGI calls the application with two arguments, environ and start_response (PEP 3333), ASGI with three: scope, receive and send. A factory takes others.",
    mend:
      'For a factory, write app = "create_app()". For an ASGI application, leave out interface = "wsgi".',
    example: 'app = "create_app()"',
  },
  "app-not-asgi": {
    severity: "error",
    title: "What `app` names is not an ASGI callable",
    why:
      'config.toml says interface = "asgi". ASGI calls the application with scope, receive and send, or in its older form with scope alone.',
    mend:
      "Leave out interface, so that it is seen by itself, or let app name the ASGI application.",
    example: 'interface = "auto"',
  },
  "app-startup-failed": {
    severity: "error",
    title: "The application's own start failed",
    why:
      "FastAPI, Starlette and Quart run startup handlers (lifespan) before the first request; where one fails, the application answers nothing.",
    mend: "Correct the cause that the exception names.",
    example: "KeyError: 'DATABASE_URL'",
  },
  "app-factory-failed": {
    severity: "error",
    title: "The factory failed",
    mend:
      "Read the frames as for an import that fails: what the factory reads is often not there under the web server, such as a variable of your shell. `wsgi-shim check` calls the factory as the web server does.",
    example: "create_app() raised KeyError: 'DATABASE_URL'",
  },
  "app-factory-result": {
    severity: "error",
    title: "The factory gave no application",
    mend:
      "Let the function end with the application: `return app`. Without a return it gives None.",
    example: "create_app() returned None",
  },
  "app-hung": {
    severity: "error",
    title: "The application did not start in time",
    why:
      "Visitors wait while the application starts; one that waits for something else never answers.",
    mend:
      "Look at the place where it waits. Move slow work out of the import, or raise start_timeout in [wsgi].",
    example: "waited 30 seconds at /site/myapp/app.py:2",
  },
  "app-died": {
    severity: "error",
    title: "Python ended while the application was starting",
    mend:
      "The last lines that it printed, and the place where it stood, are all that is left of it. A signal such as SIGSEGV comes from a compiled package, and SIGKILL mostly from a limit of memory; a status comes from os._exit().",
    example: "SIGSEGV in /site/myapp/app.py:2",
  },
  "app-request-failed": {
    severity: "error",
    title: "The application raised an exception while serving a request",
    mend:
      "The incident on the page stands in the log, with the traceback and the request: `wsgi-shim logs --incident ID`. Correct the line, and restart the site.",
    example: "ZeroDivisionError: division by zero",
  },
  "thread-failed": {
    severity: "error",
    title: "An exception has ended a thread of the application",
    why:
      "What the thread did is done no more, although pages are still answered: nothing begins it again until the next start.",
    mend:
      "Correct the line. Work that must go on catches its exceptions; work that must not stop with the site belongs into a program of its own.",
    example: "RuntimeError: Working outside of application context.",
  },
  "form-refused": {
    severity: "error",
    title: "Django refused a form, as its settings say",
    why:
      "The visitor sees 403 Forbidden, with DEBUG off without a reason; Django tells it to its log alone.",
    mend: "Let the settings name the address that visitors use.",
    example:
      "Forbidden (Origin checking failed - https://example.org does not match any trusted origins.): /login/",
  },
  "worker-keeps-dying": {
    severity: "error",
    title: "Python keeps dying",
    why:
      "The process that serves the site was lost several times within a minute; starting it again and again would only load the server.",
    mend:
      "Read in the log how it died. The site tries again by itself after a pause.",
    example: "3 deaths in 60 seconds, the last by SIGKILL",
  },
  "worker-socket": {
    severity: "error",
    title: "The worker cannot listen",
    mend:
      "Sockets lie in the folder of Passenger's instance, or in /tmp. Look whether the disk is full or the folder closed: the message tells what the system answered.",
    example: "No space left on device",
  },
  "python-unstartable": {
    severity: "error",
    title: "The Python interpreter cannot be started",
    mend:
      "Try the interpreter by hand, as the site's user: it says what it misses. Mostly its virtual environment was made on another machine, or for a Python that is gone; make another one beside it.",
    example: "python3 -m venv /site/venv-new",
  },
} as const;

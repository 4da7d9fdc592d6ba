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
    why: "[wsgi] names a module that Python cannot find.",
    mend: "Correct module (or app) and chdir in config.toml.",
    example: 'module = "/site/myapp/app.py"',
  },
  "app-import-failed": {
    severity: "error",
    title: "The application cannot be imported",
    why:
      "Python read the application's module and ran into an exception, so there is nothing that could answer a request.",
    mend:
      "Correct the cause that the exception names; the frames show the way to it.",
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
    why: "Requests are answered by the callable that `app` names.",
    mend: "Correct app in config.toml.",
    example: 'app = "app"',
  },
  "app-not-callable": {
    severity: "error",
    title: "What `app` names cannot be called",
    why: "A WSGI application is a function, or an object that can be called.",
    mend: "Let app name the application itself.",
    example: "`app` is a str",
  },
  "app-not-wsgi": {
    severity: "error",
    title: "What `app` names is not a WSGI callable",
    why:
      "WSGI calls the application with two arguments, environ and start_response (PEP 3333). A factory or an ASGI application takes others.",
    mend:
      'For a factory, write app = "create_app()". For FastAPI, Starlette or Quart, wrap it with a2wsgi.',
    example: 'app = "create_app()"',
  },
  "app-factory-failed": {
    severity: "error",
    title: "The factory failed",
    why: "The function that makes the application raised an exception.",
    mend: "Correct the cause that the exception names.",
    example: "create_app() raised KeyError: 'DATABASE_URL'",
  },
  "app-factory-result": {
    severity: "error",
    title: "The factory gave no application",
    why: "What the function returned cannot be called.",
    mend: "Let the function return the application.",
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
    why: "The process was gone before it could say why.",
    mend:
      "Look at its last output in the log, and at the place where it stood. A signal points to a compiled package or a limit of the server.",
    example: "SIGSEGV in /site/myapp/app.py:2",
  },
  "app-request-failed": {
    severity: "error",
    title: "The application raised an exception while serving a request",
    why: "The visitor got an error page in place of an answer.",
    mend: "Correct the cause that the exception names.",
    example: "ZeroDivisionError: division by zero",
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
    why: "Requests reach Python through a socket that it could not create.",
    mend: "The message tells what the system answered.",
    example: "No space left on device",
  },
  "python-unstartable": {
    severity: "error",
    title: "The Python interpreter cannot be started",
    why: "Without its interpreter no application runs.",
    mend: "Make another virtual environment on this machine.",
    example: "python3 -m venv /site/venv-new",
  },
} as const;

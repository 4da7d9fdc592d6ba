/**
 * Words about the interpreter and its virtual environment.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

export const pythonWords = {
  "python-missing": {
    severity: "error",
    title: "The Python interpreter is not there",
    why:
      "The application runs in this interpreter; without it every visitor gets the error page. A virtual environment is not copied with the code: it is created anew on each machine.",
    mend:
      "Create the virtual environment and install your packages into it, or correct passenger_python in config.toml.",
    example:
      "python3 -m venv /site/venv && /site/venv/bin/python -m pip install -r requirements.txt",
  },
  "python-is-shim": {
    severity: "error",
    title: "passenger_python names the stand-in for the interpreter",
    why:
      "The script shim/python is what administrators set as PassengerPython. It looks into config.toml for the interpreter that runs the application, and finds itself.",
    mend: "Write the interpreter of your virtual environment.",
    example: 'passenger_python = "/site/venv/bin/python"',
  },
  "python-base-missing": {
    severity: "error",
    title: "The Python behind the virtual environment is gone",
    why:
      "A virtual environment only refers to the Python it was made with. When that is upgraded or removed, the environment cannot start any more.",
    mend:
      "Make the environment anew with a Python that is there, and install your packages again.",
    example: "python3 -m venv /site/venv-new",
  },
  "python-not-executable": {
    severity: "error",
    title: "The Python interpreter may not be run",
    why:
      "A program needs the execute permission; a copy or an upload often loses it.",
    mend: "Give the permission back with the command shown.",
    example: "chmod a+x /site/venv/bin/python",
  },
  "python-not-a-program": {
    severity: "error",
    title: "The Python interpreter is not a program",
    why:
      "The file is empty, was cut off, or is something else, so the system cannot run it.",
    mend: "Make the virtual environment anew.",
    example: "python3 -m venv /site/venv-new",
  },
  "python-architecture": {
    severity: "error",
    title: "The Python interpreter was made for another kind of machine",
    why:
      "A program for another processor cannot be run here. This happens when a virtual environment is copied from another machine.",
    mend: "Make the virtual environment anew on this machine.",
    example: "python3 -m venv /site/venv-new",
  },
  "python-script-broken": {
    severity: "error",
    title: "The script that starts Python cannot be run",
    why:
      "The first line of a script names the program that runs it. With Windows line endings, or a program that is not there, the system reports that the script itself does not exist.",
    mend: "Correct the line endings or the first line of the script.",
    example: "sed -i 's/\\r$//' /site/venv/bin/python",
  },
  "python-noexec": {
    severity: "error",
    varies: true,
    title: "Programs may not be run from this file system",
    why:
      "The file system is mounted with noexec, so no interpreter on it can be started.",
    mend:
      "Make a virtual environment that links to an interpreter elsewhere (the default), or ask the administrators.",
    example: "python3 -m venv --symlinks /site/venv-new",
  },
  "python-cannot-run": {
    severity: "error",
    varies: true,
    title: "The Python interpreter cannot run",
    why:
      "It is there, but ends before it runs a single line: a shared library is missing, its own files are gone, or a limit stops it.",
    mend:
      "Run it by hand to see the whole message. A virtual environment that was moved or copied is best made anew.",
    example: "/site/venv/bin/python -c 'print(1)'",
  },
  "python-too-old": {
    severity: "error",
    varies: true,
    title: "The Python is too old",
    mend: "Make the virtual environment anew with a later Python.",
    example: "python3.11 -m venv /site/venv-new",
  },
  "python-end-of-life": {
    severity: "advice",
    title: "The Python no longer gets security fixes",
    why:
      "Each version of Python is mended for five years. After that, known holes stay open.",
    mend:
      "Make the virtual environment anew with a later Python, and try your application with it.",
    example: "python3.12 -m venv /site/venv-new",
  },
  "python-needs-newer-passenger": {
    severity: "advice",
    title: "An older Passenger cannot start this Python by itself",
    why:
      "Passenger before 6.0.19 uses a module that Python 3.12 no longer has. With app type wsgi, the site then fails before any of its files is read.",
    mend:
      'Use app type "node", or ask the administrators to set PassengerPython to the script shim/python in the app root.',
    example: "PassengerPython /site/www/shim/python",
  },
  "python-wrong-interpreter": {
    severity: "error",
    title: "The web server runs another Python than configured",
    why:
      "Packages are installed in the virtual environment; another interpreter does not see them.",
    mend:
      "Ask the administrators to set PassengerPython to the interpreter in config.toml.",
    example: "PassengerPython /site/venv/bin/python",
  },
  "python-incomplete": {
    severity: "warning",
    varies: true,
    title: "The Python was built without some of its modules",
    why:
      "A self-built Python lacks modules such as sqlite3 or ssl when the libraries for them were not there.",
    mend: "Use another Python, or install the libraries and build it again.",
    example: "python3 -c 'import ssl, sqlite3'",
  },
  "python-not-venv": {
    severity: "warning",
    title: "The interpreter is not in a virtual environment",
    why:
      "Packages of the whole system change without you, and you cannot install your own beside them.",
    mend:
      "Make a virtual environment, install your packages into it, and name its interpreter in config.toml.",
    example: "python3 -m venv /site/venv",
  },
  "venv-in-app-root": {
    severity: "warning",
    title: "The virtual environment lies in the app root",
    why:
      "What lies in the app root is near to what the web server serves. It belongs beside the app root.",
    mend:
      "Make a new environment beside the app root, and name it in config.toml.",
    example: "python3 -m venv /site/venv",
  },
  "venv-moved": {
    severity: "warning",
    title: "The virtual environment was moved or copied",
    why:
      "Its scripts, such as pip, still refer to the old place: they fail, or install into the wrong environment.",
    mend:
      "Make it anew in its place and install your packages again, or always use `python -m pip`.",
    example: "python3 -m venv /site/venv-new",
  },
  "venv-other-version": {
    severity: "warning",
    varies: true,
    title: "The virtual environment holds packages for another Python",
    why:
      "Packages are kept for one version of Python. After an upgrade of Python the environment looks empty.",
    mend: "Make it anew, and install your packages again.",
    example: "python3 -m venv /site/venv-new",
  },
  "package-missing": {
    severity: "error",
    varies: true,
    title: "A package that the application imports is not installed",
    why:
      "The application fails at its import. Packages must be installed in the virtual environment that config.toml names.",
    mend: "Install it with the pip of that environment.",
    example: "/site/venv/bin/python -m pip install flask",
  },
  "package-damaged": {
    severity: "warning",
    varies: true,
    title: "An installed package lacks some of its files",
    why:
      "A full disk or a broken connection during pip install leaves half of a package.",
    mend: "Install the package again.",
    example: "/site/venv/bin/python -m pip install --force-reinstall flask",
  },
  "package-conflict": {
    severity: "warning",
    varies: true,
    title: "Installed packages do not fit together",
    why:
      "A package asks for another version of a package than the one installed. Often this shows as an ImportError deep inside a library.",
    mend:
      "Install the version that is asked for, and write the versions down in requirements.txt.",
    example: '/site/venv/bin/python -m pip install "Werkzeug<3"',
  },
} as const;

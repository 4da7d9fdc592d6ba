/**
 * Words about what stands behind a Python failure: the causes that the rules
 * of `lib/causes/` recognise in an exception or in the death of a process.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

export const causeWords = {
  "package-shadowed": {
    severity: "error",
    title: "Something is imported in place of an installed package",
    why:
      "Python takes the first that it finds: a file such as flask.py in the application's folder, or a folder of PYTHONPATH, comes before the installed packages.",
    mend:
      "Rename a file of your own, and the imports of it; take another folder out of Python's search.",
    example: "/site/myapp/flask.py",
  },
  "package-binary-mismatch": {
    severity: "error",
    title: "A compiled package was built for another system",
    why:
      "Compiled packages fit one version of Python, one kind of processor, and systems that are new enough. A virtual environment that was copied from another machine holds the wrong ones.",
    mend: "Let pip install the package again on this machine.",
    example:
      "/site/venv/bin/python -m pip install --force-reinstall --no-deps lxml==5.3.0",
  },
  "library-missing": {
    severity: "error",
    title: "A library of the system is missing",
    why:
      "A compiled package needs a library that pip does not bring along. It must be installed on the machine that runs the site.",
    mend: "Ask the administrators to install it, or use a package without it.",
    example: "apt-get install libmariadb3",
  },
  "python-module-removed": {
    severity: "error",
    title: "The code uses a part of Python that is gone",
    why: "Python gives up old modules and names; code that uses them stops.",
    mend:
      "Use what took its place, a package that brings it back, or an earlier Python.",
    example: "import imp",
  },
  "code-needs-later-python": {
    severity: "error",
    title: "The code needs a later Python",
    why:
      "It uses syntax or a module that the Python of the virtual environment does not have yet.",
    mend:
      "Make another virtual environment with a later Python beside this one.",
    example: "python3.12 -m venv /site/venv-new",
  },
  "code-for-python-2": {
    severity: "error",
    title: "The code was written for Python 2",
    why: "Python 3 reads it differently, or not at all.",
    mend: "Use a version of the code for Python 3, or convert it.",
    example: 'print "hello"',
  },
  "circular-import": {
    severity: "error",
    title: "Two modules import each other",
    why:
      "The second asks the first for something that the first has not yet defined, because it is still waiting for the second.",
    mend:
      "Move what both need into a third module, or import inside the function that needs it.",
    example: "from models import db  # while models imports this file",
  },
  "module-elsewhere": {
    severity: "error",
    title: "A module lies in a folder that Python does not look in",
    why:
      "Python looks in the folder that chdir names (the folder of the module, if there is none), and among the installed packages.",
    mend:
      "Let chdir in [wsgi] name the folder that imports start from; for Django, the folder of manage.py.",
    example: 'chdir = "/site/mysite"',
  },
  "module-name-case": {
    severity: "error",
    title: "A name differs in capital letters",
    why:
      "Linux tells Utils.py from utils.py; macOS and Windows do not, so it worked there.",
    mend: "Rename the file, or correct the import.",
    example: "import Utils",
  },
  "import-name-missing": {
    severity: "error",
    title: "A module does not define what is imported from it",
    why:
      "The name was renamed or removed, or is spelled differently there, or an older copy of the file was uploaded.",
    mend: "Define the name, or correct the import.",
    example: "from models import User",
  },
  "import-relative": {
    severity: "error",
    title: "An import with leading dots outside of a package",
    why:
      "`from . import x` works in a module that was imported as part of its package, and not in a file that is loaded by its path.",
    mend:
      "Let module be the dotted name, and chdir the folder that holds the package.",
    example: 'module = "mypkg.app"\nchdir = "/site"',
  },
  "variable-missing": {
    severity: "error",
    title: "An environment variable is not set",
    why:
      "The web server starts the application with few variables. What you set in your shell does not reach it.",
    mend:
      "Write it under [environment] in config.toml; for a secret, name the file that holds it in [secret_files].",
    example: '[environment]\nDATABASE_HOST = "db.example.org"',
  },
  "django-settings": {
    severity: "error",
    title: "Django does not get along with its settings",
    why:
      "Django reads the module that DJANGO_SETTINGS_MODULE names before anything else.",
    mend:
      "Let chdir in [wsgi] name the folder of manage.py, and module the project's wsgi.py.",
    example: 'module = "/site/mysite/mysite/wsgi.py"\nchdir = "/site/mysite"',
  },
  "host-not-allowed": {
    severity: "error",
    title: "The framework does not answer to this name",
    why:
      "With DEBUG off, Django answers only to the names in ALLOWED_HOSTS; to others it says 400 Bad Request. Flask answers only to SERVER_NAME, where that is set; to others it says 404 Not Found.",
    mend:
      "Add the name of the site, and the one with www, to ALLOWED_HOSTS; leave SERVER_NAME out, or write the name of the site.",
    example: 'ALLOWED_HOSTS = ["mysite.example.org"]',
  },
  "logging-misconfigured": {
    severity: "error",
    title: "The settings of logging are wrong",
    why: "An unknown class, level or file there stops the whole application.",
    mend: "Correct the entry that is named.",
    example: '"class": "logging.handlers.RotatingFileHandler"',
  },
  "locale-missing": {
    severity: "error",
    title: "A locale is not installed",
    why: "locale.setlocale() knows only the locales that the machine has.",
    mend: "Use one that `locale -a` lists, or ask for another.",
    example: "locale -a",
  },
  "display-missing": {
    severity: "error",
    title: "The application wants a screen",
    why: "A web server has no screen to open windows on.",
    mend: "Use a backend that draws into files.",
    example: 'import matplotlib\nmatplotlib.use("Agg")',
  },
  "file-missing": {
    severity: "error",
    title: "A file that the application opens is not there",
    why:
      "Empty folders and ignored files are not copied by git. Relative paths start at the working directory, which is chdir, or the folder of the module.",
    mend:
      "Create the file or folder, or build its path from `Path(__file__).parent`.",
    example: "mkdir /site/log",
  },
  "permission-denied": {
    severity: "error",
    title: "The application may not use a file",
    why:
      "The application runs as the site's user, and can do only what that user may do by the file's owner, group and mode.",
    mend: "Let the user in, as owner or through the group; never everyone.",
    example: "chmod g+w /site/data",
  },
  "privilege-missing": {
    severity: "error",
    title: "The application wants what only root may do",
    why:
      "Changing the user, raising limits or priorities is refused to ordinary users.",
    mend: "Leave it out; the web server has done it.",
    example: "os.setuid(33)",
  },
  "program-missing": {
    severity: "error",
    title: "A program that the application starts is not there",
    why:
      "It is not installed on this machine, or PATH is another one than in your shell.",
    mend: "Name it by its absolute path, or extend PATH.",
    example: '[environment]\nPATH = "/usr/local/bin:/usr/bin:/bin"',
  },
  "output-reopened": {
    severity: "error",
    title: "The application opens its output as a file",
    why:
      "Its output is a connection to wsgi-shim, which writes it to the log. /dev/stdout cannot be opened then.",
    mend: "Write to sys.stdout or sys.stderr.",
    example: "logging.StreamHandler(sys.stdout)",
  },
  "database-unreachable": {
    severity: "error",
    title: "The database cannot be reached",
    why:
      "It does not run, its name or port is wrong, or this machine is not let through to it.",
    mend:
      "Look at host and port in the settings, from this machine; `localhost` is the web server itself.",
    example: 'connection to server at "localhost", port 5432 failed',
  },
  "database-login": {
    severity: "error",
    title: "The database does not let the application in",
    why:
      "Name, password or database are wrong, or do not hold for this machine.",
    mend: "Correct them in the file that [secret_files] names.",
    example: "password authentication failed for user",
  },
  "database-readonly": {
    severity: "error",
    title: "The SQLite database cannot be written",
    why:
      "SQLite creates files beside the database, so that the site's user must be able to write both the file and its folder.",
    mend: "Give both to the site's user.",
    example: "chown siteuser /site/data /site/data/db.sqlite3",
  },
  "database-locked": {
    severity: "error",
    title: "The SQLite database is locked",
    why:
      "One writer at a time; another process holds it. Network file systems do not lock reliably.",
    mend: "Find that process, and keep transactions short.",
    example: "fuser /site/data/db.sqlite3",
  },
  "database-damaged": {
    severity: "error",
    title: "The SQLite database is damaged",
    why: "A full disk, or a copy made while it was written, breaks it.",
    mend: "Restore it from a backup.",
    example: "sqlite3 db.sqlite3 'PRAGMA integrity_check'",
  },
  "database-not-migrated": {
    severity: "error",
    title: "The database lacks tables that the application uses",
    why: "Tables are created by a step of their own on each machine.",
    mend: "Run the migrations, or correct which database is used.",
    example: "/site/venv/bin/python manage.py migrate",
  },
  "app-runs-server": {
    severity: "error",
    title: "The application starts a web server of its own",
    why:
      "The web server calls the application; one that listens by itself never comes to an end of its import.",
    mend: 'Move the call below `if __name__ == "__main__":`.',
    example: 'if __name__ == "__main__":\n    app.run()',
  },
  "app-reads-keyboard": {
    severity: "error",
    title: "The application waits for a keyboard",
    why: "A web server has none; what is asked for never comes.",
    mend: "Remove the question or the debugger.",
    example: "input(), breakpoint()",
  },
  "thread-bound": {
    severity: "error",
    title: "The code cannot run in several threads",
    why:
      "With `threads` above 1, requests are served in threads of their own; what the application starts beside them runs in others as well. Signals reach the first thread of a process alone.",
    mend:
      "Give each thread an object of its own, and leave signals out. Where requests run in several threads, threads = 1 lets them run in the first.",
    example: "threads = 1",
  },
  "response-invalid": {
    severity: "error",
    title: "The application's answer is not what WSGI asks for",
    why:
      "PEP 3333: start_response is called with a status and headers of str, and what is returned is an iterable of bytes.",
    mend: "Correct the answer; frameworks do all this by themselves.",
    example: 'return [body.encode("utf-8")]',
  },
  "request-exited": {
    severity: "error",
    title: "The application called exit in a request",
    why: "exit ends a program. The process serves on, but this answer is lost.",
    mend: "Return an answer in its place.",
    example: "sys.exit()",
  },
  "module-of-other-server": {
    severity: "error",
    title: "A module exists only in another server, program or system",
    why:
      "uWSGI, mod_wsgi, Blender and others give the code that they run a module of their own, and Python for Windows or macOS has some that Python for Linux lacks. They are no packages, and are not there under Passenger.",
    mend: "Leave the import out, or let it fail quietly.",
    example: "try:\n    import uwsgi\nexcept ImportError:\n    uwsgi = None",
  },
  "module-not-here": {
    severity: "error",
    title: "A module of the code is not on this machine",
    why:
      "A part of the application's own code was not uploaded, or `.gitignore` names it, as with files that hold settings. A package has a name on the index that may be another, so none is guessed.",
    mend:
      "Copy the file to this machine, or add the package that brings it to the requirements.",
    example: "cp -n /site/myapp/config.example.py /site/myapp/config.py",
  },
  "package-wrong": {
    severity: "error",
    title: "Another package with the same import name is installed",
    why:
      "On the index, names such as `jwt`, `docx` or `fitz` belong to packages that few mean; what is meant has a longer name.",
    mend: "Remove the one, install the other, and correct the requirements.",
    example: "/site/venv/bin/python -m pip install PyJWT",
  },
  "time-zone-missing": {
    severity: "error",
    title: "A time zone is not known",
    why:
      "Python reads the zones from the system or from the package tzdata; newer systems leave old names such as US/Eastern out.",
    mend: "Write the present name of the zone, or install tzdata.",
    example: 'ZoneInfo("America/New_York")',
  },
  "home-missing": {
    severity: "error",
    title: "The home folder does not exist",
    why:
      "Packages keep their own files in the home folder of the user; on the web server's machine it may not be there.",
    mend: "Let HOME, or a variable of the package, name a folder of the site.",
    example: '[environment]\nHOME = "/site"',
  },
  "no-terminal": {
    severity: "error",
    title: "The application asks for a terminal",
    why: "Under a web server nobody has logged in, and nobody sees a screen.",
    mend:
      "Ask the system for the user by its number, and leave out what only a terminal has.",
    example: "getpass.getuser()",
  },
  "file-wrong-kind": {
    severity: "error",
    title: "A path is not what the application takes it for",
    why: "It is a folder in place of a file, or no path at all.",
    mend: "Correct the path.",
    example: 'open("data/list.csv")',
  },
  "data-not-here": {
    severity: "error",
    title: "Data that the application reads are not on this machine",
    why:
      "Models, corpora and large files are fetched by a step of their own: Git LFS leaves a small text in place of each file.",
    mend: "Fetch them as the site's user.",
    example: "git lfs pull",
  },
  "data-other-version": {
    severity: "error",
    title: "Data were written by another version of a package",
    why:
      "A pickle holds names of modules and classes; where these have changed or are not there, it cannot be read.",
    mend:
      "Write the data anew with what is installed, or install what they were written with.",
    example: 'joblib.dump(model, "model.joblib")',
  },
  "data-damaged": {
    severity: "error",
    title: "Data that the application reads are damaged",
    why: "They are empty, cut off, or of another kind.",
    mend: "Copy them again, and compare their sizes.",
    example: "ls -l model.pkl",
  },
  "text-encoding": {
    severity: "error",
    title: "A text has another encoding than it is read or written with",
    why:
      "Without a word of which encoding it is, Python takes the locale's, which is another one under a web server.",
    mend: "Say which encoding it is.",
    example: 'open(path, encoding="utf-8")',
  },
  "template-missing": {
    severity: "error",
    title: "A template is not where the framework looks",
    why:
      "Frameworks look in folders of fixed names, and capital letters count.",
    mend: "Put the template there, or name its folder.",
    example: "/site/myapp/templates/index.html",
  },
  "static-files": {
    severity: "error",
    title: "Static files were not collected",
    why:
      "Django copies style sheets and pictures into one folder, by a step of its own on each machine.",
    mend: "Run collectstatic, and restart.",
    example: "/site/venv/bin/python manage.py collectstatic",
  },
  "app-setting-missing": {
    severity: "error",
    title: "A setting of the framework is not given",
    why:
      "The framework or an extension of it asks for a setting before it can work.",
    mend: "Give it above the line that needs it.",
    example:
      'app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:////site/data/app.db"',
  },
  "app-code": {
    severity: "error",
    title: "The code uses a framework or a name in a way that cannot work",
    why:
      "The exception tells the rule that was broken; the line is the application's own.",
    mend: "Correct the line that is named.",
    example: "with app.app_context():",
  },
  "program-failed": {
    severity: "error",
    title: "A program that the application starts fails",
    why: "It was found, and ended with an error.",
    mend: "Try it in a shell as the site's user.",
    example: 'subprocess.run(["ls", "/nowhere"], check=True)',
  },
  "database-connections": {
    severity: "error",
    title: "The database takes no more connections",
    why:
      "Each process and each thread of the site holds connections of its own, and the server or the account allows only so many.",
    mend:
      "Close them when a request ends, use fewer threads or a smaller pool.",
    example: "max_user_connections",
  },
  "database-closed": {
    severity: "error",
    title: "The database has closed a connection",
    why:
      "Servers end connections that are idle, and an application that keeps them notices it at the next request.",
    mend: "Let connections be tried before use, and renewed in time.",
    example: "create_engine(url, pool_pre_ping=True, pool_recycle=280)",
  },
  "database-address": {
    severity: "error",
    title: "The address of the database cannot be used",
    why:
      "It begins with the kind of the database and of the driver, and signs in a password are written as numbers.",
    mend: "Correct it.",
    example: "postgresql+psycopg2://name:password@host/database",
  },
  "certificate-untrusted": {
    severity: "error",
    title: "A server's certificate is not trusted",
    why:
      "The server was reached, and Python knows no authority that vouches for it.",
    mend: "Give Python the certificate of that authority.",
    example:
      '[environment]\nSSL_CERT_FILE = "/etc/ssl/certs/ca-certificates.crt"',
  },
  "tls-failed": {
    severity: "error",
    title: "Two machines cannot agree on TLS",
    why:
      "The port speaks another protocol, or the other side is too old or too new.",
    mend: "Correct port and protocol.",
    example: "port 587 with STARTTLS",
  },
  "mail-failed": {
    severity: "error",
    title: "Mail cannot be sent",
    why: "Many hosts let mail out only through a server of their own.",
    mend: "Correct server, port and account.",
    example: 'smtplib.SMTP("smtp.example.org", 587)',
  },
  "server-unreachable": {
    severity: "error",
    title: "Another server cannot be reached",
    why:
      "Its name or port is wrong, it does not run, or a firewall or proxy stands between.",
    mend:
      "Correct the address; ask it in a request, not while the site starts.",
    example: "socket.gaierror: Name or service not known",
  },
  "request-refused": {
    severity: "error",
    title: "A request is larger than the application takes",
    why: "Frameworks limit what a visitor may send.",
    mend: "Raise the limit of the framework, if that is wanted.",
    example: 'app.config["MAX_CONTENT_LENGTH"] = 50_000_000',
  },
  "limit-file-size": {
    severity: "error",
    title: "A file is larger than allowed",
    why: "The size of files is limited for the account or the process.",
    mend: "Write less, or ask for more.",
    example: "ulimit -f",
  },
  "limit-processor-time": {
    severity: "error",
    title: "The processor time is used up",
    why: "The time that a process may use is limited.",
    mend: "Do less at the start, or ask for more.",
    example: "ulimit -t",
  },
  "database-too-old": {
    severity: "error",
    title: "The database server is too old",
    why: "Each version of a framework drops support for old servers.",
    mend: "Use a later server, or an earlier version of the framework.",
    example: "PostgreSQL 13 or later is required (found 11.2)",
  },
  "server-refused": {
    severity: "error",
    title: "Another server refuses a request",
    why: "It was reached, and answered that it will not do what is asked.",
    mend: "Look at the key, the address and how often it is asked.",
    example: "HTTP Error 403: Forbidden",
  },
  "credentials-missing": {
    severity: "error",
    title: "The application finds no credentials for a service",
    why:
      "Keys lie in files of the home folder or in variables of a shell, which the web server has not.",
    mend: "Keep the key in a file, and name it in [secret_files].",
    example:
      '[secret_files]\nGOOGLE_APPLICATION_CREDENTIALS = "/site/secrets/key.json"',
  },
  "file-system-fails": {
    severity: "error",
    title: "The file system fails",
    why:
      "A disk or a network file system did not answer as it should, or files were replaced under a running process.",
    mend: "Restart the site; if it comes back, tell the administrators.",
    example: "Stale file handle",
  },
  "file-locked": {
    severity: "error",
    title: "A file is locked",
    why:
      "Several processes of a site run side by side, and only one can hold a lock.",
    mend: "Wait for the lock, or let one process do that work.",
    example: "filelock.Timeout",
  },
  "limit-memory": {
    severity: "error",
    title: "There is not enough memory",
    why: "The account or the machine has a limit, and it is reached.",
    mend: "Load less at a time, or ask for more.",
    example: "ulimit -v",
  },
  "limit-processes": {
    severity: "error",
    title: "No more processes or threads may be started",
    why:
      "The number of all processes and threads of a user is limited; left-over ones count as well.",
    mend: "End what is left over, use fewer threads, or ask for more.",
    example: '[environment]\nOPENBLAS_NUM_THREADS = "1"',
  },
  "limit-watches": {
    severity: "error",
    title: "No more files can be watched",
    why:
      "What watches files for changes, such as a reloader, takes a watch for each folder, of which the system gives every user a number.",
    mend: "Turn off what watches files: restart.txt restarts the site.",
    example: "observer.start()",
  },
  "limit-open-files": {
    severity: "error",
    title: "Too many files are open",
    why:
      "Files and connections that are opened and never closed add up until the limit is reached.",
    mend: "Close what is opened, or ask for a higher limit.",
    example: "with open(path) as file:",
  },
} as const;

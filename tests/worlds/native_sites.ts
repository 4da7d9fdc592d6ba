/**
 * Sites as people have them in front of Passenger and LiteSpeed, before they
 * know of us: by hand, by a tutorial, or by a panel.
 *
 * @module
 */

/** A site that was made without us. */
export interface NativeSite {
  /** Texts by path; `@SITE@`, `@HOME@` and `@PYTHON@` stand for paths. */
  files: Record<string, string>;
  /** What is asked for, besides `/`. */
  paths?: string[];
  /** Which servers ask. @default {["plain"]} */
  kinds?: ("plain" | "bare" | "fork")[];
  /** Modules that must be there. */
  needs?: string[];
  /** A file of its code that it cannot do without. */
  code: string;
}

const BESIDE =
  "import os, sys\nsys.path.insert(0, os.path.dirname(__file__))\n";
/** An application that tells of what sites rely on. */
const TELLING = `import os, sys

with open("data.txt") as file:
    SAID = file.read().strip()


def app(environ, start_response):
    path = environ["PATH_INFO"]
    status = "200 OK"
    if path == "/":
        body = "said " + SAID
    elif path == "/module":
        import passenger_wsgi
        body = "%s %s %s" % (
            passenger_wsgi.application is app, passenger_wsgi.__name__, __name__)
    elif path == "/place":
        body = "%s %s" % (os.getcwd(), os.path.dirname(os.path.abspath(__file__)))
    elif path == "/secret":
        body = os.environ.get("SECRET", "none")
    else:
        status, body = "404 Not Found", "nothing at " + path
    start_response(status, [("Content-Type", "text/plain"), ("X-Site", "mine")])
    return [body.encode()]
`;

const PATH_FIX = `
SCRIPT_NAME = os.getcwd()


class PathFix(object):
    def __init__(self, app):
        self.app = app

    def __call__(self, environ, start_response):
        environ["SCRIPT_NAME"] = SCRIPT_NAME
        environ["PATH_INFO"] = environ["REQUEST_URI"].split("?", 1)[0]
        return self.app(environ, start_response)


application = PathFix(application)
`;

/** By what they stand for. */
export const NATIVE_SITES: Record<string, NativeSite> = {
  "code beside the startup file": {
    files: {
      "passenger_wsgi.py": `${BESIDE}from app import app as application\n`,
      "app.py": TELLING,
      "data.txt": "hello\n",
      "public/robots.txt": "static\n",
    },
    paths: ["/module", "/place", "/nothing"],
    kinds: ["plain", "bare", "fork"],
    code: "app.py",
  },
  "another interpreter by os.execl, and paths by the working directory": {
    files: {
      "passenger_wsgi.py": `import sys, os
INTERP = "@PYTHON@"
if sys.executable != INTERP:
    os.execl(INTERP, INTERP, *sys.argv)
cwd = os.getcwd()
sys.path.append(cwd)
sys.path.append(cwd + "/hello")
os.environ["SECRET"] = "by the startup file"
from hello.main import app as application
`,
      "hello/__init__.py": "",
      "hello/main.py": TELLING,
      "data.txt": "hello\n",
    },
    paths: ["/module", "/place", "/secret"],
    code: "hello/main.py",
  },
  "a template of a panel that loads a file by a relative path": {
    files: {
      "passenger_wsgi.py": `${BESIDE}
from importlib.machinery import SourceFileLoader

wsgi = SourceFileLoader("wsgi", "run.py").load_module()
application = wsgi.app
`,
      "run.py": TELLING,
      "data.txt": "hello\n",
      "stderr.log": "of the panel\n",
      "../public_html/.htaccess":
        `# DO NOT REMOVE. CLOUDLINUX PASSENGER CONFIGURATION BEGIN
PassengerAppRoot "@SITE@"
PassengerBaseURI "/"
PassengerPython "@PYTHON@"
# DO NOT REMOVE. CLOUDLINUX PASSENGER CONFIGURATION END
`,
    },
    paths: ["/place"],
    code: "run.py",
  },
  "a Django with manage.py, and a fix of its paths": {
    files: {
      "passenger_wsgi.py": `${BESIDE}
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
${PATH_FIX}`,
      "manage.py": "",
      "shop/__init__.py": "",
      "shop/settings.py": "SECRET_KEY = 'for tests only'\nDEBUG = False\n" +
        "ALLOWED_HOSTS = ['*']\nROOT_URLCONF = 'shop.urls'\nUSE_TZ = True\n",
      "shop/urls.py": `from django.http import HttpResponse
from django.urls import path


def index(request):
    return HttpResponse("at " + request.build_absolute_uri("/x"))


urlpatterns = [path("", index)]
`,
    },
    needs: ["django"],
    paths: ["/nothing"],
    code: "shop/settings.py",
  },
  "one file below another address": {
    files: {
      "passenger_wsgi.py": `import os


def application(environ, start_response):
    body = "%s|%s|%s" % (environ["SCRIPT_NAME"], environ["PATH_INFO"], os.getcwd())
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [body.encode()]
`,
      "../public_html/shop/.htaccess":
        'PassengerAppRoot "@SITE@"\nPassengerBaseURI "/shop"\n',
    },
    paths: ["/a"],
    code: "passenger_wsgi.app.py",
  },
  "a factory with arguments, a file of variables, a thread, a catch-all": {
    files: {
      "passenger_wsgi.py": `import os, sys, threading, time, traceback
HERE = os.path.dirname(os.path.abspath(__file__))
os.chdir(HERE)
sys.path.insert(0, HERE)
for line in open(".env"):
    name, value = line.strip().split("=", 1)
    os.environ.setdefault(name, value)
TICKS = []


def tick():
    while True:
        TICKS.append(time.time())
        time.sleep(0.2)


threading.Thread(target=tick, daemon=True).start()
try:
    from factory import create_app

    application = create_app(os.getenv("CONFIG") or "production", TICKS)
except Exception:
    trouble = traceback.format_exc()

    def application(environ, start_response):
        start_response("500 Internal Server Error", [("Content-Type", "text/plain")])
        return [trouble.encode()]
`,
      ".env": "SECRET=from a file\n",
      "factory.py": `import os


def create_app(config, ticks):
    def app(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [("%s %s" % (config, os.environ["SECRET"])).encode()]
    return app
`,
    },
    code: "factory.py",
  },
  "a variable that only the web server sets": {
    files: {
      "passenger_wsgi.py": `${BESIDE}from app import app as application\n`,
      "app.py": `import os\nKEY = os.environ["SECRET"]\n${TELLING}`,
      "data.txt": "hello\n",
      "public/.htaccess": "SetEnv SECRET 's3cret'\n",
    },
    paths: ["/secret"],
    code: "app.py",
  },
  "a Django whose addresses cannot be imported": {
    files: {
      "passenger_wsgi.py": `${BESIDE}
os.environ["DJANGO_SETTINGS_MODULE"] = "shop.settings"
from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
`,
      "shop/__init__.py": "",
      "shop/settings.py": "SECRET_KEY = 'for tests only'\nDEBUG = True\n" +
        "ALLOWED_HOSTS = ['*']\nROOT_URLCONF = 'shop.urls'\n",
      "shop/urls.py": "import another_missing_package\n",
    },
    needs: ["django"],
    code: "shop/settings.py",
  },
};

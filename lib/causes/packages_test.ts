import {
  type Case,
  inPackage,
  PACKAGES,
  testRows,
  testSilence,
} from "../../tests/worlds/failing_site.ts";
import { MODULE, PYTHON, SITE } from "../../tests/worlds/site.ts";

const APP = `${SITE}/myapp`;

function missing(name: string, more: Case = {}): Case {
  const raised = `ModuleNotFoundError: No module named '${name}'`;
  return { raised, name, ...more };
}

testRows("missing module", [
  [
    missing("flask"),
    "package-missing",
    `"flask" is imported, but not installed in the virtual environment ${SITE}/venv`,
    `${PYTHON} -m pip install flask`,
  ],
  [missing("cv2"), "package-missing", '"cv2"', "install opencv-python"],
  [missing("PIL"), "package-missing", '"PIL"', "install Pillow"],
  [missing("yaml"), "package-missing", '"yaml"', "install PyYAML"],
  [missing("sklearn"), "package-missing", "", "install scikit-learn"],
  [missing("bs4"), "package-missing", "", "install beautifulsoup4"],
  [missing("dotenv"), "package-missing", "", "install python-dotenv"],
  [missing("MySQLdb"), "package-missing", "", "install mysqlclient"],
  [missing("Crypto"), "package-missing", "", "install pycryptodome"],
  [missing("dateutil"), "package-missing", "", "install python-dateutil"],
  [missing("jwt"), "package-missing", "", "install PyJWT"],
  [missing("flask_login"), "package-missing", "", "install flask-login"],
  [
    missing("google.cloud.storage"),
    "package-missing",
    "",
    "google-cloud-storage",
  ],
  [missing("pkg_resources"), "package-missing", "", "install 'setuptools<81'"],
  [
    missing("flask", {
      files: { [`${APP}/requirements.txt`]: "Flask==3.0\n" },
    }),
    "package-missing",
    "",
    `install -r ${APP}/requirements.txt`,
  ],
  [
    missing("flask", {
      files: {
        [`${SITE}/venv/lib/python3.9`]: {},
        [`${SITE}/venv/lib/python3.9/site-packages`]: {},
        [`${SITE}/venv/lib/python3.9/site-packages/flask`]: {},
      },
    }),
    "venv-other-version",
    "for Python 3.9",
    "python3 -m venv --clear",
  ],
  [
    missing("flask", {
      files: {
        [`${SITE}/.venv`]: {},
        [`${SITE}/.venv/pyvenv.cfg`]: "",
        [`${SITE}/.venv/lib`]: {},
        [`${SITE}/.venv/lib/python3.11`]: {},
        [`${SITE}/.venv/lib/python3.11/site-packages`]: {},
        [`${SITE}/.venv/lib/python3.11/site-packages/flask`]: {},
      },
    }),
    "package-missing",
    `but in ${SITE}/.venv`,
    `passenger_python = "${SITE}/.venv/bin/python"`,
  ],
  [
    missing("flask", { files: { [`${SITE}/venv/pyvenv.cfg`]: undefined } }),
    "package-missing",
    `for ${PYTHON}`,
    "Make a virtual environment",
  ],
  [missing("_sqlite3"), "python-incomplete", '"_sqlite3"', "libsqlite3-dev"],
  [
    missing("tkinter"),
    "display-missing",
    "a server has no screen",
    'matplotlib.use("Agg")',
  ],
  [missing("_ctypes"), "python-incomplete", '"_ctypes"', "libffi-dev"],
  [missing("urllib2"), "code-for-python-2", "urllib.request", "Python 3"],
  [
    missing("tomllib", { failure: { python: "3.9.2" } }),
    "code-needs-later-python",
    "from 3.11 on",
    "tomli",
  ],
  [
    missing("imp", { failure: { python: "3.12.1" } }),
    "python-module-removed",
    "since 3.12",
    "importlib",
  ],
  [
    missing("distutils", { failure: { python: "3.12.1" } }),
    "python-module-removed",
    "since 3.12",
    "pip install setuptools",
  ],
  [
    missing("flask.ext.login", { files: { [`${PACKAGES}/flask`]: {} } }),
    "package-conflict",
    'no part "flask.ext.login"',
    "flask==",
  ],
  [
    missing("flask.app", {
      below: [inPackage("flask/__init__.py")],
      files: { [`${PACKAGES}/flask`]: {} },
    }),
    "package-damaged",
    '"flask.app"',
    "--force-reinstall flask",
  ],
  [
    missing("PIL._imaging", {
      below: [inPackage("PIL/Image.py")],
      files: {
        [`${PACKAGES}/PIL`]: {},
        [`${PACKAGES}/PIL/_imaging.cpython-39-x86_64-linux-gnu.so`]: "",
      },
    }),
    "package-binary-mismatch",
    "cpython-39",
    "--no-cache-dir Pillow",
  ],
]);

testRows("module of the site", [
  [
    missing("utils", { files: { [`${APP}/Utils.py`]: "" } }),
    "module-name-case",
    '"Utils.py"',
    `mv -n ${APP}/Utils.py ${APP}/utils.py`,
  ],
  [
    missing("Flask", { files: { [`${PACKAGES}/flask`]: {} } }),
    "module-name-case",
    '"flask"',
    "Import `flask`",
  ],
  [
    missing("core", {
      files: { [`${SITE}/core`]: {}, [`${SITE}/core/models.py`]: "" },
    }),
    "module-elsewhere",
    `lies in ${SITE}`,
    `chdir = "${SITE}"`,
  ],
  [
    missing("core", {
      files: { [`${APP}/lib`]: {}, [`${APP}/lib/core.py`]: "" },
    }),
    "module-elsewhere",
    `lies in ${APP}/lib`,
    "from lib import core",
  ],
  [
    {
      raised:
        "ModuleNotFoundError: No module named 'email.mime'; 'email' is not a package",
      name: "email.mime",
      files: { [`${APP}/email.py`]: "" },
    },
    "module-shadowed",
    `${APP}/email.py hides Python's own module "email"`,
    `mv -n ${APP}/email.py ${APP}/my_email.py`,
  ],
  [
    missing("pkg.sub", {
      files: { [`${APP}/pkg`]: { mode: 0o700, owner: "root:root" } },
    }),
    "package-unreadable",
    `${APP}/pkg cannot be read`,
    `chmod -R o+rX ${APP}/pkg`,
  ],
  [
    missing("lib2", {
      files: { [`${SITE}/more/lib2.py`]: "" },
    }),
    "module-elsewhere",
    `lies in ${SITE}/more`,
    `PYTHONPATH = "${SITE}/more"`,
  ],
  [
    {
      raised:
        "ImportError: attempted relative import with no known parent package",
      files: { [MODULE]: "#\n#\nfrom ..core import X\n" },
    },
    "import-relative",
    "not loaded as one",
    `module = "site.myapp.app" and chdir = "/srv"`,
  ],
  [
    {
      raised:
        "ImportError: attempted relative import with no known parent package",
      frames: [{ file: `${APP}/util.py`, line: 1, function: "<module>" }],
    },
    "import-relative",
    "more leading dots",
    "without dots",
  ],
  [
    {
      raised:
        "ImportError: cannot import name 'Flask' from 'flask' (unknown location)",
      files: { [`${PACKAGES}/flask`]: {} },
    },
    "package-damaged",
    `${PACKAGES}/flask lacks the file`,
    "--force-reinstall flask",
  ],
  [
    {
      raised:
        "ImportError: attempted relative import with no known parent package",
    },
    "import-relative",
    MODULE,
    `module = "myapp.app" and chdir = "${SITE}"`,
  ],
  [
    {
      raised:
        "ImportError: cannot import name 'a' from partially initialized module 'a1' (most likely due to a circular import) (" +
        `${APP}/a1.py)`,
      below: [
        { file: `${APP}/a1.py`, line: 1, function: "<module>" },
        { file: `${APP}/b1.py`, line: 1, function: "<module>" },
      ],
    },
    "circular-import",
    `${APP}/a1.py and ${APP}/b1.py import each other`,
    "third module",
  ],
  [
    {
      raised:
        `ImportError: cannot import name 'Flask' from partially initialized module 'flask' (most likely due to a circular import) (${APP}/flask.py)`,
      files: { [`${PACKAGES}/flask`]: {}, [`${APP}/flask.py`]: "" },
    },
    "package-shadowed",
    `${APP}/flask.py hides the package "flask"`,
    "my_flask.py",
  ],
  [
    {
      raised:
        `ImportError: cannot import name 'Flask' from 'flask' (${APP}/flask.py)`,
      files: { [`${APP}/flask.py`]: "" },
      below: [{ file: `${APP}/flask.py`, line: 1, function: "<module>" }],
    },
    "package-shadowed",
    `${APP}/flask.py hides the package "flask"`,
    "my_flask.py",
  ],
  [
    {
      raised:
        `AttributeError: partially initialized module 'random' has no attribute 'randint' (most likely due to a circular import)`,
      files: { [`${APP}/random.py`]: "" },
    },
    "module-shadowed",
    `${APP}/random.py`,
    "my_random.py",
  ],
  [
    {
      raised:
        `ImportError: cannot import name 'User' from 'models' (${APP}/models.py)`,
    },
    "import-name-missing",
    'defines no "User"',
    "Define `User`",
  ],
]);

const WERKZEUG = {
  [`${PACKAGES}/werkzeug`]: {},
  [`${PACKAGES}/Werkzeug-3.1.8.dist-info`]: {},
};

testRows("version that does not fit", [
  [
    {
      raised:
        `ImportError: cannot import name 'url_quote' from 'werkzeug.urls' (${PACKAGES}/werkzeug/urls.py)`,
      below: [inPackage("flask/app.py")],
      files: WERKZEUG,
    },
    "package-conflict",
    'installed is werkzeug 3.1.8, and the package "flask" needs an older one',
    "'Werkzeug<3'",
  ],
  [
    {
      raised:
        `ImportError: cannot import name 'escape' from 'jinja2' (${PACKAGES}/jinja2/__init__.py)`,
    },
    "package-conflict",
    "Jinja2 3.1",
    "'Jinja2<3.1'",
  ],
  [
    {
      raised:
        `ImportError: cannot import name 'ugettext' from 'django.utils.translation' (${PACKAGES}/django/utils/translation/__init__.py)`,
    },
    "package-conflict",
    "Django 4",
    "'Django<4'",
  ],
  [
    // Raised by a __getattr__ of numpy's own, and asked by the application.
    {
      raised: "AttributeError: module 'numpy' has no attribute 'float'",
      below: [inPackage("numpy/__init__.py")],
    },
    "package-conflict",
    "; the code needs an older one",
    "'numpy<1.24'",
  ],
  [
    {
      raised:
        "AttributeError: 'Flask' object has no attribute 'before_first_request'",
      files: { [`${PACKAGES}/flask-3.1.3.dist-info`]: {} },
    },
    "package-conflict",
    "gone from Flask since Flask 2.3; installed is Flask 3.1.3, and the code",
    "'Flask<2.3'",
  ],
  [
    // A class of the application's own that only has the same name.
    { raised: "AttributeError: 'Engine' object has no attribute 'execute'" },
    "app-import-failed",
    "'Engine' object has no attribute 'execute'",
    "Correct the line",
  ],
  [
    {
      raised: "AttributeError: module 'numpy' has no attribute 'float'",
      below: [inPackage("old/core.py")],
    },
    "package-conflict",
    "numpy 1.24",
    "'numpy<1.24'",
  ],
  [
    {
      raised: "AttributeError: module 'collections' has no attribute 'Mapping'",
      below: [inPackage("old/core.py")],
    },
    "package-conflict",
    "since Python 3.10",
    "--upgrade old",
  ],
  [
    {
      raised:
        `ImportError: cannot import name 'nope' from 'werkzeug' (${PACKAGES}/werkzeug/__init__.py)`,
      files: WERKZEUG,
    },
    "package-conflict",
    'werkzeug 3.1.8 has no "nope"',
    "pip show werkzeug",
  ],
]);

testRows("compiled package", [
  [
    {
      raised:
        `ImportError: ${PACKAGES}/lxml/etree.so: wrong ELF class: ELFCLASS32`,
    },
    "package-binary-mismatch",
    '"lxml"',
    "--force-reinstall --no-cache-dir lxml",
  ],
  [
    {
      raised:
        `ImportError: /lib/x86_64-linux-gnu/libc.so.6: version \`GLIBC_2.34' not found (required by ${PACKAGES}/cryptography/_rust.so)`,
      below: [inPackage("cryptography/x.py")],
    },
    "package-binary-mismatch",
    "GLIBC_2.34",
    "cryptography",
  ],
  [
    {
      raised:
        "ImportError: libpython3.9.so.1.0: cannot open shared object file: No such file or directory",
      below: [inPackage("fast/__init__.py")],
    },
    "package-binary-mismatch",
    "libpython3.9",
    "--no-cache-dir fast",
  ],
  [
    {
      raised:
        "ImportError: libmariadb.so.3: cannot open shared object file: No such file or directory",
      below: [inPackage("MySQLdb/__init__.py")],
    },
    "library-missing",
    "libmariadb.so.3",
    "apt-file search libmariadb.so.3",
  ],
  [
    {
      raised:
        "ImportError: libGL.so.1: cannot open shared object file: No such file or directory",
      below: [inPackage("cv2/__init__.py")],
    },
    "library-missing",
    "libGL.so.1",
    "opencv-python-headless",
  ],
  [
    {
      raised:
        "ValueError: numpy.dtype size changed, may indicate binary incompatibility. Expected 96",
      below: [inPackage("pandas/__init__.py")],
    },
    "package-conflict",
    '"pandas"',
    "--upgrade pandas numpy",
  ],
]);

testRows("package that fails", [
  [
    {
      raised: "ImportError: no pq wrapper available.\nAttempts made:\n- c",
      below: [inPackage("psycopg/__init__.py", "<module>")],
    },
    "library-missing",
    "libpq",
    "install 'psycopg[binary]'",
  ],
  [
    {
      raised: "NameError: name '_mysql' is not defined",
      below: [inPackage("MySQLdb/__init__.py", "<module>")],
      incidental: true,
      cause: {
        type: "ImportError",
        message:
          "libmysqlclient.so.21: cannot open shared object file: No such file or directory",
        frames: [inPackage("MySQLdb/__init__.py", "<module>")],
      },
    },
    "library-missing",
    "libmysqlclient.so.21",
    "apt-file",
  ],
  [
    {
      raised:
        "ImportError: Unable to import required dependencies:\nnumpy: No module named 'numpy'",
      below: [inPackage("pandas/__init__.py", "<module>")],
    },
    "package-missing",
    '"numpy"',
    "pip install numpy",
  ],
  [
    {
      raised: "SystemError: The installed core is incompatible",
      below: [inPackage("pydantic/__init__.py", "<module>")],
    },
    "app-import-failed",
    "SystemError: The installed core is incompatible",
    `raised by the package "pydantic" itself while it is imported`,
  ],
  [
    {
      raised: "ValueError: too bad",
      below: [inPackage("pandas/io.py", "read")],
    },
    "app-import-failed",
    "too bad",
    "Correct the line that is named",
  ],
  [
    { raised: "ImportError: \n\nNothing works, for this reason:\n  rain" },
    "app-import-failed",
    "ImportError: Nothing works, for this reason: rain",
    "Correct the line",
  ],
]);

testRows("module that is asked too early", [
  [
    {
      raised:
        `ImportError: cannot import name 'db' from 'hello' (${APP}/hello.py)`,
      frames: [
        { file: `${APP}/hello.py`, line: 1, function: "<module>" },
        { file: `${APP}/models.py`, line: 2, function: "<module>" },
      ],
      files: { [`${APP}/hello.py`]: "from models import M\ndb = 1\n" },
    },
    "circular-import",
    `${APP}/hello.py and ${APP}/models.py import each other`,
    "third module",
  ],
  [
    {
      raised: "ImportError: attempted relative import beyond top-level package",
      frames: [{ file: `${APP}/pk/a.py`, line: 1, function: "<module>" }],
    },
    "import-relative",
    `Python looks for packages in ${APP}`,
    "without dots",
  ],
  [
    missing("typing_extensions"),
    "package-missing",
    "typing_ext",
    "install typing-extensions",
  ],
]);

testSilence("packages", [
  // A module of the site that really is not there, in a package that is.
  missing("myapp.views", {
    files: { [`${APP}/myapp`]: {}, [`${APP}/myapp/__init__.py`]: "" },
  }),
  // Only the words are alike.
  { raised: "ValueError: No module named 'flask'" },
  { raised: "ImportError: something of our own" },
  { raised: "AttributeError: 'NoneType' object has no attribute 'Mapping'" },
  // The site's own names that only look like others'.
  {
    raised: "AttributeError: module 'settings' has no attribute 'DEBUG'",
    files: { [`${APP}/settings.py`]: "" },
  },
  // Python still had it then.
  {
    raised: "AttributeError: module 'collections' has no attribute 'Mapping'",
    failure: { python: "3.9.2" },
  },
  // A missing standard module is no package to install.
  missing("json"),
]);

const LOADING = inPackage("django/apps/config.py", "create");

testRows("INSTALLED_APPS", [
  [
    {
      raised: "ModuleNotFoundError: No module named 'blogg'",
      name: "blogg",
      below: [LOADING],
    },
    "package-missing",
    `INSTALLED_APPS in Django's settings names "blogg", which is neither in ${SITE}/myapp nor installed`,
    "Correct the entry",
  ],
  [
    {
      raised: "ModuleNotFoundError: No module named 'rest_framework'",
      name: "rest_framework",
      below: [LOADING],
    },
    "package-missing",
    '"rest_framework" is imported',
    "pip install djangorestframework",
  ],
  [
    {
      raised:
        "ModuleNotFoundError: No module named 'django.contrib.admindjango'",
      name: "django.contrib.admindjango",
      below: [LOADING],
      files: {
        [`${SITE}/myapp/mysite`]: {},
        [`${SITE}/myapp/mysite/settings.py`]:
          "INSTALLED_APPS = [\n    'django.contrib.admin'  # here\n    'django.contrib.auth',\n]\n",
      },
    },
    "django-settings",
    'A comma is missing in INSTALLED_APPS after "django.contrib.admin"',
    `on line 2 of ${SITE}/myapp/mysite/settings.py`,
  ],
  [
    {
      raised:
        "ImportError: Module 'blog.apps' does not contain a 'BlogConfg' class. Choices are: 'BlogConfig'.",
      below: [LOADING],
    },
    "django-settings",
    "'BlogConfig'",
    "Correct the entry",
  ],
]);

testRows("mistyped package", [
  [
    {
      raised: "ModuleNotFoundError: No module named 'reqeusts'",
      name: "reqeusts",
    },
    "package-missing",
    '"requests" is a well-known package',
    'Import "requests", if that is meant; else',
  ],
  [
    {
      raised: "ModuleNotFoundError: No module named 'flask_loginn'",
      name: "flask_loginn",
    },
    "package-missing",
    '"flask_login" is a well-known package',
    'Import "flask_login", if that is meant; else',
  ],
  [
    {
      raised: "ModuleNotFoundError: No module named 'flask_mysql'",
      name: "flask_mysql",
    },
    "package-missing",
    'The package "flask_mysql" is imported, but not installed',
    "pip install flask-mysql",
  ],
]);

testRows("mistyped name", [
  [
    {
      raised: `ImportError: cannot import name 'x' from 'app' (${MODULE})`,
      files: { [MODULE]: "\n\nfrom app import x\n" },
    },
    "circular-import",
    'imports "x" from itself: "app" is this very file',
    "rename this file",
  ],
  [
    {
      raised:
        `ImportError: cannot import name 'flask' from 'flask' (${PACKAGES}/flask/__init__.py)`,
      name: "flask",
      files: {
        [`${PACKAGES}/flask`]: {},
        [`${PACKAGES}/flask/__init__.py`]:
          "from . import json as json\nfrom .app import Flask as Flask\nfrom .helpers import (\n    abort,  # x\n    flash,\n)\n",
      },
    },
    "import-name-missing",
    'The module "flask" has no "flask"; it has "Flask"',
    "`from flask import Flask`",
  ],
  [
    {
      raised:
        `ImportError: cannot import name 'Usr' from 'models' (${APP}/models.py)`,
      files: { [`${APP}/models.py`]: "import x\n\nclass User:\n    pass\n" },
    },
    "import-name-missing",
    '; it has "User"',
    "`from models import User`",
  ],
]);

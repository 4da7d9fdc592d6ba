/**
 * Words about the application: its files before Python sees them, and how Python
 * fails with them.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

export const applicationWords = {
  "app-setting": {
    severity: "error",
    title: "[wsgi] does not tell which application to run",
    why:
      "module and app together name one callable in one Python module. What stands there now cannot be read that way.",
    mend:
      "Name the file by its absolute path in `module`, and the callable in it in `app`.",
    example: 'module = "/site/myapp/app.py"\napp = "application"',
  },
  "source-encoding": {
    severity: "error",
    varies: true,
    title: "A Python file is not UTF-8 text",
    why:
      "Python reads UTF-8. Some editors on Windows save UTF-16 or Latin-1 instead.",
    mend: "Save the file as UTF-8 in the editor, or convert it.",
    example: "iconv -f UTF-16 -t UTF-8 app.py > app.py.utf8",
  },
  "source-empty": {
    severity: "error",
    title: "The application's file is empty",
    why:
      "An upload that was cut off, or a full disk, leaves a file without content; there is no application in it.",
    mend: "Upload the file again, and look at the free space of your quota.",
    example: "ls -l /site/myapp/app.py",
  },
  "source-merge-markers": {
    severity: "error",
    varies: true,
    title: "A git merge left its markers in a Python file",
    why: "The file is not valid Python until someone decides which lines stay.",
    mend:
      "Keep the right lines, and remove the lines that begin with <<<<<<<, ======= and >>>>>>>.",
    example: "git checkout --theirs app.py",
  },
  "source-syntax": {
    severity: "error",
    varies: true,
    title: "A Python file has a syntax error",
    mend: "Correct the line that is shown.",
    example: "/site/venv/bin/python -m py_compile /site/myapp/app.py",
  },
  "stale-bytecode": {
    severity: "warning",
    title: "Python uses an old copy of a file",
    why:
      "Python keeps compiled copies and compares time and size of the file. An upload that keeps both makes it run the old code.",
    mend: "Touch the file, or remove the __pycache__ folder.",
    example: "touch /site/myapp/app.py",
  },
  "session-key-renewed": {
    severity: "warning",
    title: "The key of sessions is another in each process",
    why:
      "A site may have several processes, and gets new ones after each restart. What one has signed, such as a login or a form, the others refuse: visitors are logged out by chance.",
    mend: "Make the key once, keep it in a secret file, and read that.",
    example: "app.secret_key = os.urandom(24)",
  },
  "module-shadowed": {
    severity: "warning",
    varies: true,
    title: "A file hides a module of Python's own",
    why:
      "The application's folder comes first in Python's search, so a file such as random.py there is imported in place of Python's module.",
    mend: "Rename the file.",
    example: "mv random.py my_random.py",
  },
  "sample-application": {
    severity: "warning",
    varies: true,
    title: "The application is the sample of a hosting panel",
    why:
      'A panel writes a startup file that answers each request with "It works!". It stays until somebody names the real application there.',
    mend: "Import your application in the startup file.",
    example: "from myapp import app as application",
  },
  "routes-missing": {
    severity: "warning",
    title: "The application knows no address, or not all of its own",
    why:
      "Addresses that are written below `if __name__`, in a file that nothing imports or in a blueprint that is not registered, do not count: the framework answers 404 Not Found.",
    varies: true,
    mend: "Let the module that [wsgi] names import and register all parts.",
    example: "app.register_blueprint(pages)",
  },
  "session-cookie": {
    severity: "warning",
    varies: true,
    title: "Sessions do not last",
    why:
      "A login is kept in a cookie, or on the server under its name. Without a key none is made; a browser keeps none for a domain other than the site's; and what one process has in its memory, the others do not know.",
    mend:
      "Set SECRET_KEY, leave SESSION_COOKIE_DOMAIN and APPLICATION_ROOT out, and keep sessions where all processes see them.",
    example: 'SESSION_ENGINE = "django.contrib.sessions.backends.db"',
  },
  "template-unusable": {
    severity: "warning",
    varies: true,
    title: "A template cannot be used",
    why:
      "The page that is made of it fails, or is blank: a template that was not uploaded, has another name or is cut off. Capital letters count.",
    mend:
      "Upload it to the folder of templates, by the name that the code has.",
    example: "/site/myapp/templates/index.html",
  },
  "django-check": {
    severity: "warning",
    varies: true,
    title: "Django's own check finds a mistake",
    why:
      "Django looks at models, addresses and settings when its development server starts, and behind a web server it does not. What it finds fails later, in a page.",
    mend: "Correct it, and let Django look again.",
    example: "/site/venv/bin/python manage.py check",
  },
  "django-static": {
    severity: "warning",
    title: "Django's static files are not served",
    why:
      "With DEBUG off, Django hands out no static files: pages come without their styles, the admin too. The web server serves what lies in public/.",
    varies: true,
    mend:
      "Let STATIC_ROOT name a folder of public/ that fits STATIC_URL, and run collectstatic; or use whitenoise.",
    example: 'STATIC_ROOT = "/site/www/public/static"',
  },
  "django-media": {
    severity: "warning",
    title: "What is uploaded is not served by Django",
    why:
      "With DEBUG off, Django hands out no files of visitors: pictures are broken. The web server serves what lies in public/.",
    varies: true,
    mend:
      "Let MEDIA_ROOT name a folder of public/ that fits MEDIA_URL, and move there what was uploaded.",
    example: 'MEDIA_ROOT = "/site/www/public/media"',
  },
  "setting-without-effect": {
    severity: "warning",
    title: "A setting has no effect any more",
    why:
      "Later versions of a framework read another setting in its place, and pass over the old one without a word.",
    mend: "Write its value into the setting of today.",
    example: "STATICFILES_STORAGE, with Django 5.1",
  },
  "https-redirect": {
    severity: "warning",
    title: "The application sends visitors to https without end",
    why:
      'An application that sees http sends the visitor to https. Where a server before this one ends TLS, each request comes as http, and the browser gives up: "too many redirects".',
    varies: true,
    mend:
      "Let the application hear from the server before it how the visitor came, or leave the redirection to that server.",
    example: 'SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")',
  },
  "redirect-without-end": {
    severity: "warning",
    title: "The application sends visitors round without end",
    why:
      'An answer sends the visitor to an address whose answer sends back. The browser gives up: "too many redirects".',
    varies: true,
    mend:
      "Find what sends there, and give it a condition that no longer holds once the visitor has been sent.",
    example: "/login is sent to /login",
  },
  "link-of-other-method": {
    severity: "warning",
    title: "A link leads to what takes only forms",
    why:
      "A link asks by GET. A view that changes something, such as the logout, may take POST alone, and answers 405 Method Not Allowed.",
    mend: "Write a form with method=post in place of the link.",
    example: "<a href=\"{% url 'logout' %}\">",
  },
  "django-migrations": {
    severity: "warning",
    title: "Migrations of Django are not applied",
    why:
      "The code expects tables and columns that the database does not have: pages that use them fail.",
    mend: "Apply them, once for each new version of the code.",
    example: "/site/venv/bin/python manage.py migrate",
  },
  "django-key": {
    severity: "warning",
    title: "The secret key is the one that startproject wrote",
    why:
      "That key stands in the source, where others can read it, and Django marks it as insecure. Who knows it can forge sessions.",
    mend: "Keep a new key in a file that [secret_files] names.",
    example: 'DJANGO_SECRET_KEY_FILE = "/site/secrets/django_secret_key"',
  },
  "django-origins": {
    severity: "warning",
    title: "Trusted origins of Django lack their scheme",
    why:
      "From version 4 on, Django compares whole origins: without https:// an entry fits none, and forms are refused with 403.",
    mend: "Write each with https:// before it.",
    example: 'CSRF_TRUSTED_ORIGINS = ["https://www.example.org"]',
  },
} as const;

/**
 * A Django project with its admin, for a site on disk; Django comes from the
 * system.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { TestSite } from "./site_on_disk.ts";

const MANAGE = `import os, sys
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")
import django
from django.core.management import call_command
django.setup()
call_command("migrate", verbosity=0)
call_command("collectstatic", interactive=False, verbosity=0)
from django.contrib.auth.models import User
User.objects.create_superuser("ann", "ann@example.org", "ann-s-password")
`;

/** Puts a Django project with a user "ann" into a plain site. */
export async function makeDjango(site: TestSite): Promise<void> {
  const { folder } = site;
  await site.write("django/mysite/__init__.py", "");
  await site.write(
    "django/mysite/settings.py",
    `BASE = ${JSON.stringify(folder)}
SECRET_KEY = "for tests only"
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "mysite.urls"
INSTALLED_APPS = ["django.contrib." + name for name in (
    "admin", "auth", "contenttypes", "sessions", "messages", "staticfiles")]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
TEMPLATES = [{
    "BACKEND": "django.template.backends.django.DjangoTemplates",
    "APP_DIRS": True,
    "OPTIONS": {"context_processors": [
        "django.template.context_processors.request",
        "django.contrib.auth.context_processors.auth",
        "django.contrib.messages.context_processors.messages",
    ]},
}]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
DATABASES = {"default": {
    "ENGINE": "django.db.backends.sqlite3", "NAME": BASE + "/django/db"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
STATIC_URL = "/static/"
STATIC_ROOT = BASE + "/www/public/static"
`,
  );
  await site.write(
    "django/mysite/urls.py",
    `from django.contrib import admin
from django.shortcuts import redirect
from django.urls import path

urlpatterns = [
    path("", lambda request: redirect("/admin/login/")),
    path("admin/", admin.site.urls),
    path("fault", lambda request: 1 / 0),
]
`,
  );
  await site.write(
    "django/mysite/wsgi.py",
    `from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
`,
  );
  await site.write("django/prepare.py", MANAGE);
  const made = await site.run("venv/bin/python", "django/prepare.py");
  assertEquals(made.code, 0, made.stderr);
  // As the later versions of the Python package wsgi-shim wrote it.
  await site.edit(
    "www/config.toml",
    /\[wsgi\][^]*$/,
    `[wsgi]
chdir = "${folder}/django"
app = "mysite.wsgi.application"

[environment]
DJANGO_SETTINGS_MODULE = "mysite.settings"
`,
  );
}

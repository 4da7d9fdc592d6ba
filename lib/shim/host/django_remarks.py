"""What Django's settings leave out, for a trial: it starts, and will not do."""

import os
import sys


def django_remarks():
    """List what is wrong with a Django that has started; nothing for others."""
    conf = sys.modules.get("django.conf")
    if conf is None or not conf.settings.configured:
        return []
    settings = conf.settings
    found = []
    for look in (look_at_names, look_at_static, look_at_migrations):
        try:
            found += look(settings)
        except Exception:
            pass  # what cannot be seen is no finding
    name = getattr(settings, "SETTINGS_MODULE", None)
    file = getattr(sys.modules.get(name), "__file__", None)
    return [dict(each, file=file) for each in found]


def look_at_names(settings):
    """Judge what every request, or every form, needs."""
    import django

    found = []
    if not getattr(settings, "ROOT_URLCONF", None):
        found.append({"what": "no-urls"})
    hosts = settings.ALLOWED_HOSTS
    if isinstance(hosts, str):
        found.append({"what": "hosts-text"})
    elif not hosts and not settings.DEBUG:
        found.append({"what": "no-hosts"})
    if str(settings.SECRET_KEY).startswith("django-insecure-"):
        found.append({"what": "key"})
    origins = getattr(settings, "CSRF_TRUSTED_ORIGINS", [])
    if django.VERSION >= (4,) and any("://" not in each for each in origins):
        found.append({"what": "origins"})
    return found


def look_at_static(settings):
    """Tell of static files that Django itself does not serve."""
    if "django.contrib.staticfiles" not in settings.INSTALLED_APPS or settings.DEBUG:
        return []
    if any("whitenoise" in each.lower() for each in settings.MIDDLEWARE):
        return []
    from django.contrib.staticfiles import finders, storage
    from django.urls import Resolver404, resolve

    if not isinstance(storage.staticfiles_storage, storage.StaticFilesStorage):
        return []  # on another server
    url = settings.STATIC_URL
    if not url or "://" in url or url.startswith("//"):
        return []
    try:
        resolve("/" + url.strip("/") + "/wsgi-shim.css")
        return []  # a view of the application
    except Resolver404:
        pass
    for finder in finders.get_finders():
        for _ in finder.list([]):
            root = settings.STATIC_ROOT
            return [{"what": "static", "root": root and str(root), "url": url}]
    return []


def look_at_migrations(settings):
    """Compare the migrations of the code with those of an SQLite database."""
    database = settings.DATABASES.get("default", {})
    name = str(database.get("NAME") or "")
    if not str(database.get("ENGINE")).endswith(".sqlite3") or ":" in name or not name:
        return []
    from django.apps import apps
    from django.db.migrations.loader import MigrationLoader

    known = MigrationLoader(None).disk_migrations
    applied = applied_in(name)
    if applied is None:
        return []
    done = set(applied)
    for key, migration in known.items():
        if key in applied:
            done.update(migration.replaces)
    missing = [
        key
        for key, migration in sorted(known.items())
        if key not in done and not (migration.replaces and done.issuperset(migration.replaces))
    ]
    if not missing:
        return []
    own = [
        label
        for label, _ in missing
        if not apps.get_app_config(label).name.startswith("django.")
    ]
    return [
        {
            "what": "migrations",
            "database": os.path.abspath(name),
            "empty": not applied,
            "count": len(missing),
            "first": "%s.%s" % missing[0],
            "own": bool(own),
        }
    ]


def applied_in(file):
    """Read which migrations a database has; None where that cannot be told."""
    import sqlite3
    from urllib.parse import quote

    if not os.path.exists(file) or os.path.getsize(file) == 0:
        return set()
    address = "file:%s?mode=ro" % quote(os.path.abspath(file))
    database = sqlite3.connect(address, uri=True, timeout=1)
    try:
        tables = database.execute("SELECT name FROM sqlite_master").fetchall()
        if ("django_migrations",) not in tables:
            return set()
        return set(database.execute("SELECT app, name FROM django_migrations").fetchall())
    finally:
        database.close()

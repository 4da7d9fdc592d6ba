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
    looks = (
        look_at_urls,
        look_at_names,
        look_at_sessions,
        look_at_static,
        look_at_migrations,
        ask_django,
    )
    for look in looks:
        try:
            found += look(settings)
        except Exception:
            pass  # what cannot be seen is no finding
    name = getattr(settings, "SETTINGS_MODULE", None)
    file = getattr(sys.modules.get(name), "__file__", None)
    return [dict(each, file=file) for each in found]


def look_at_urls(settings):
    """Tell of settings without addresses."""
    return [] if getattr(settings, "ROOT_URLCONF", None) else [{"what": "no-urls"}]


def look_at_names(settings):
    """Judge what every request, or every form, needs."""
    import django

    found = []
    hosts = settings.ALLOWED_HOSTS
    if isinstance(hosts, str):
        found.append({"what": "hosts-text"})
    elif not settings.DEBUG:
        found += judge_hosts(list(hosts))
    if getattr(settings, "FORCE_SCRIPT_NAME", None):
        found.append({"what": "script-name", "value": str(settings.FORCE_SCRIPT_NAME)})
    if str(settings.SECRET_KEY).startswith("django-insecure-"):
        found.append({"what": "key"})
    origins = getattr(settings, "CSRF_TRUSTED_ORIGINS", [])
    if django.VERSION >= (4,) and any("://" not in each for each in origins):
        found.append({"what": "origins"})
    return found


def judge_hosts(hosts):
    """Tell of names that no visitor asks for, or that are none."""
    from django.http.request import split_domain_port

    if not hosts:
        return [{"what": "no-hosts"}]
    local = ("localhost", ".localhost", "127.0.0.1", "0.0.0.0", "[::1]", "testserver")
    if all(each in local for each in hosts):
        return [{"what": "hosts-local"}]
    for each in hosts:
        name, port = split_domain_port(str(each))
        if each != "*" and (port or not name and not str(each).startswith(".")):
            return [{"what": "hosts-form", "entry": str(each)}]
    return []


def look_at_sessions(settings):
    """Tell of sessions that a browser or the next process does not know."""
    from .unanswered import is_refused

    used = [each.rsplit(".", 1)[-1] for each in settings.MIDDLEWARE]
    if "SessionMiddleware" not in used:
        return []
    found = []
    hosts = [str(each).lstrip(".") for each in settings.ALLOWED_HOSTS]
    for name in ("SESSION_COOKIE_DOMAIN", "CSRF_COOKIE_DOMAIN"):
        domain = getattr(settings, name, None)
        if not domain:
            continue
        bare = domain.lstrip(".")
        fits = "*" in hosts or settings.DEBUG or any(
            each == bare or each.endswith("." + bare) for each in hosts
        )
        if is_refused(domain) or not fits:
            found.append({"what": "cookie-domain", "name": name, "domain": domain})
    engine = settings.SESSION_ENGINE
    if engine == "django.contrib.sessions.backends.cache":
        cache = settings.CACHES.get(settings.SESSION_CACHE_ALIAS, {})
        if str(cache.get("BACKEND")).endswith((".LocMemCache", ".DummyCache")):
            found.append({"what": "sessions-memory"})
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


def ask_django(settings):
    """Run the checks of Django itself, which only its own server runs."""
    from django.core import checks

    silenced = getattr(settings, "SILENCED_SYSTEM_CHECKS", [])
    told = [
        each
        for each in checks.run_checks()
        if (each.level >= checks.ERROR or str(each.id).startswith("urls."))
        and each.id not in silenced
    ]
    if not told:
        return []
    first = told[0]
    return [
        {
            "what": "check",
            "id": first.id,
            "message": str(first.msg)[:300],
            "hint": first.hint and str(first.hint)[:300],
            "more": len(told) - 1,
        }
    ]

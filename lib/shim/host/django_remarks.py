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
        look_at_key,
        look_at_old_settings,
        look_at_dotted_names,
        look_at_sessions,
        look_at_static,
        look_at_media,
        look_at_login,
        look_at_migrations,
        look_at_changes,
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
    if isinstance(settings.DEBUG, str) and settings.DEBUG:
        found.append({"what": "debug-text", "value": settings.DEBUG[:20]})
    if getattr(settings, "FORCE_SCRIPT_NAME", None):
        found.append({"what": "script-name", "value": str(settings.FORCE_SCRIPT_NAME)})
    origins = getattr(settings, "CSRF_TRUSTED_ORIGINS", [])
    if django.VERSION >= (4,) and any("://" not in each for each in origins):
        found.append({"what": "origins"})
    if (
        getattr(settings, "SECURE_SSL_REDIRECT", False)
        and not getattr(settings, "SECURE_PROXY_SSL_HEADER", None)
        and has_middleware(settings, "SecurityMiddleware")
    ):
        found.append({"what": "https-alone"})
    return found


def look_at_key(settings):
    """Judge the key, which Django asks for at a login or a form alone."""
    from django.core.exceptions import ImproperlyConfigured

    try:
        key = settings.SECRET_KEY
    except ImproperlyConfigured:
        return [{"what": "no-key"}]
    if not key:
        return [{"what": "no-key"}]
    return [{"what": "key"}] if str(key).startswith("django-insecure-") else []


def look_at_old_settings(settings):
    """Tell of settings that this Django no longer reads."""
    import django

    for name, version, now in OLD_SETTINGS:
        if django.VERSION >= version and settings.is_overridden(name):
            told = "%d.%d" % version
            return [{"what": "old-setting", "name": name, "version": told, "now": now}]
    return []


# What took their place; a setting that only went is none of them.
OLD_SETTINGS = (
    ("MIDDLEWARE_CLASSES", (2, 0), "MIDDLEWARE"),
    ("TEMPLATE_DIRS", (1, 10), "DIRS in TEMPLATES"),
    ("TEMPLATE_CONTEXT_PROCESSORS", (1, 10), "context_processors in TEMPLATES"),
    ("STATICFILES_STORAGE", (5, 1), 'STORAGES["staticfiles"]'),
    ("DEFAULT_FILE_STORAGE", (5, 1), 'STORAGES["default"]'),
)


def look_at_dotted_names(settings):
    """Tell of names in the settings that are imported at a request alone."""
    from django.utils.module_loading import import_string

    for setting, name in dotted_names(settings):
        try:
            import_string(name)
        except Exception as error:
            text = "%s: %s" % (type(error).__name__, error)
            return [{"what": "name", "setting": setting, "name": name, "message": text[:300]}]
    return []


def dotted_names(settings):
    """Go through the names of classes and functions that requests ask for."""
    for template in settings.TEMPLATES:
        for each in template.get("OPTIONS", {}).get("context_processors", ()):
            yield "TEMPLATES", each
    for setting in ("CACHES", "STORAGES"):
        for each in getattr(settings, setting, {}).values():
            if each.get("BACKEND"):
                yield setting, each["BACKEND"]
    # What Django names by itself may want applications that are not there.
    if settings.is_overridden("EMAIL_BACKEND"):
        yield "EMAIL_BACKEND", settings.EMAIL_BACKEND
    if settings.is_overridden("AUTHENTICATION_BACKENDS"):
        for each in settings.AUTHENTICATION_BACKENDS:
            yield "AUTHENTICATION_BACKENDS", each
    if settings.is_overridden("AUTH_PASSWORD_VALIDATORS"):
        for each in settings.AUTH_PASSWORD_VALIDATORS:
            yield "AUTH_PASSWORD_VALIDATORS", each.get("NAME", "")


def has_middleware(settings, name):
    """Tell whether a middleware of that class is in use."""
    return any(each.rsplit(".", 1)[-1] == name for each in settings.MIDDLEWARE)


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

    if not has_middleware(settings, "SessionMiddleware"):
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
    from django.contrib.staticfiles import finders, storage
    from django.urls import Resolver404, resolve

    manifest = missing_manifest(storage.staticfiles_storage)
    if manifest:
        return [{"what": "manifest", "manifest": manifest}]
    root = settings.STATIC_ROOT and str(settings.STATIC_ROOT)
    is_whitenoise = any("whitenoise" in each.lower() for each in settings.MIDDLEWARE)
    if is_whitenoise:
        is_found = getattr(settings, "WHITENOISE_USE_FINDERS", False)
        if is_found or not root or (os.path.isdir(root) and os.listdir(root)):
            return []
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
            return [{"what": "static", "root": root, "url": url, "whitenoise": is_whitenoise}]
    return []


def missing_manifest(storage):
    """Return the path of a list of static files that is not there."""
    name = getattr(storage, "manifest_name", None)
    if not name or not getattr(storage, "manifest_strict", False):
        return None
    folder = getattr(storage, "manifest_storage", storage)
    if not getattr(folder, "location", None) or folder.exists(name):
        return None
    return folder.path(name)


def look_at_media(settings):
    """Tell of files of visitors that Django itself does not serve."""
    url, root = settings.MEDIA_URL, settings.MEDIA_ROOT
    if settings.DEBUG or not root or not url.strip("/") or "://" in url:
        return []
    from django.apps import apps
    from django.core.files.storage import FileSystemStorage, default_storage
    from django.db.models import FileField

    if not isinstance(default_storage, FileSystemStorage):
        return []  # on another server
    if is_served("/" + url.strip("/") + "/wsgi-shim.css"):
        return []
    used = any(
        isinstance(field, FileField)
        for model in apps.get_models()
        for field in model._meta.get_fields()
    )
    if not used and not (os.path.isdir(root) and os.listdir(root)):
        return []
    return [{"what": "media", "root": os.path.abspath(str(root)), "url": url}]


def is_served(path):
    """Tell whether a view is for an address, and not one for all of them."""
    from django.urls import Resolver404, resolve

    try:
        resolve(path)
    except Resolver404:
        return False
    try:
        resolve("/wsgi-shim-nowhere/a/b.css")
    except Resolver404:
        return True
    return False


def look_at_login(settings):
    """Tell of a page for the login, and of links to the logout, that lead nowhere."""
    from django.urls import get_resolver

    from .django_refusals import is_logout, login_path

    views = list(views_of(get_resolver()))
    found = []
    if any(wants_login(view) for view, _ in views):
        try:
            path = login_path(settings)
            is_there = not path.startswith("/") or is_address(path)
        except Exception:
            path, is_there = str(settings.LOGIN_URL), False
        if not is_there:
            found.append({"what": "login-page", "url": path})
    for view, name in views:
        if name and is_logout(view) and "get" not in view.view_class.http_method_names:
            link = link_to(name)
            if link:
                found.append(dict(link, what="logout-link"))
                break
    return found


def is_address(path):
    """Tell whether a view is for an address."""
    from django.urls import Resolver404, resolve

    try:
        resolve(path)
        return True
    except Resolver404:
        return False


def views_of(resolver, depth=0):
    """Go through the views, each with the name of its address."""
    for each in resolver.url_patterns:
        if not hasattr(each, "url_patterns"):
            yield each.callback, each.name
        elif depth < 6:
            yield from views_of(each, depth + 1)


def wants_login(view):
    """Tell whether a view sends those away who are not logged in, by LOGIN_URL."""
    kind = getattr(view, "view_class", None)
    if any(each.__name__ == "LoginRequiredMixin" for each in getattr(kind, "__mro__", ())):
        return kind.login_url is None and not kind.raise_exception
    code = getattr(view, "__code__", None)
    if code is None or not code.co_filename.endswith("contrib/auth/decorators.py"):
        return False
    if hasattr(view, "login_url"):
        return view.login_url is None  # from Django 5.1 on
    for _ in range(2):
        cells = dict(zip(view.__code__.co_freevars, view.__closure__ or ()))
        if "login_url" in cells:
            return cells["login_url"].cell_contents is None
        if "_redirect_to_login" not in cells:
            return False
        view = cells["_redirect_to_login"].cell_contents
    return False


def link_to(name):
    """Find a link in the templates to an address, by its name."""
    import re

    from django.template import engines

    wanted = re.compile(
        r"""<a\b[^>]*\bhref\s*=\s*["']\s*{%%\s*url\s+["'](?:\w+:)*%s["']""" % re.escape(name)
    )
    looked = 0
    for engine in engines.all():
        for folder in getattr(engine, "template_dirs", ()):
            if "site-packages" in str(folder) or "dist-packages" in str(folder):
                continue
            for place, _, names in os.walk(str(folder)):
                for each in names:
                    looked += 1
                    if looked > 1000:
                        return None
                    if not each.endswith((".html", ".htm", ".djhtml", ".jinja")):
                        continue
                    with open(os.path.join(place, each), encoding="utf-8", errors="replace") as file:
                        for number, line in enumerate(file, 1):
                            if wanted.search(line):
                                return {"template": file.name, "line": number}
    return None


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


def look_at_changes(settings):
    """Tell of models of the site's own that have changed since their migrations."""
    from django.apps import apps
    from django.db.migrations.autodetector import MigrationAutodetector
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.questioner import MigrationQuestioner
    from django.db.migrations.state import ProjectState

    from .facts import LIBRARY_REGEXP

    if not settings.DATABASES:
        return []
    loader = MigrationLoader(None)
    configs = [
        each for each in apps.get_app_configs() if not LIBRARY_REGEXP.search(each.path + "/")
    ]
    own = {each.label for each in configs if each.label in loader.migrated_apps}
    bare = [each for each in configs if each.label not in own]
    missing = missing_table(bare, settings)
    if missing:
        return [missing]
    if not own:
        return []
    questioner = MigrationQuestioner(specified_apps=own, dry_run=True)
    detector = MigrationAutodetector(
        loader.project_state(), ProjectState.from_apps(apps), questioner
    )
    changes = detector.changes(graph=loader.graph)
    for label in sorted(own.intersection(changes)):
        first = changes[label][0].operations[0]
        return [{"what": "changes", "app": label, "first": first.describe()[:200]}]
    return []


def missing_table(configs, settings):
    """Find a model without migrations whose table an SQLite database has not."""
    database = settings.DATABASES.get("default", {})
    name = str(database.get("NAME") or "")
    if not str(database.get("ENGINE")).endswith(".sqlite3") or ":" in name or not name:
        return None
    tables = tables_in(name) if os.path.exists(name) else set()
    for config in configs:
        for model in config.get_models():
            meta = model._meta
            if meta.managed and not meta.proxy and meta.db_table not in tables:
                return {"what": "no-migrations", "app": config.label, "folder": config.path}
    return None


def tables_in(file):
    """Read which tables a database has."""
    import sqlite3
    from urllib.parse import quote

    address = "file:%s?mode=ro" % quote(os.path.abspath(file))
    database = sqlite3.connect(address, uri=True, timeout=1)
    try:
        return {row[0] for row in database.execute("SELECT name FROM sqlite_master")}
    finally:
        database.close()


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
        if (each.level >= checks.ERROR or str(each.id).startswith(("urls.", "2_0.")))
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

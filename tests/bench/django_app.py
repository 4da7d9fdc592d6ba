"""A Django project in one file: middleware, a route and a template."""

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.shortcuts import render
from django.urls import path

TEMPLATE = """<!doctype html><title>{{ title }}</title><ul>
{% for row in rows %}<li>{{ row.name }}: {{ row.value|default:"none" }}
{% endfor %}</ul>"""

settings.configure(
    ALLOWED_HOSTS=["*"],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    ROOT_URLCONF=__name__,
    SECRET_KEY="only for benchmarks",
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "loaders": [
                    ("django.template.loaders.locmem.Loader", {"list": TEMPLATE})
                ]
            },
        }
    ],
)


def show(request):
    """Show twenty rows."""
    rows = [{"name": "row %d" % number, "value": number} for number in range(20)]
    return render(request, "list", {"title": request.path, "rows": rows})


urlpatterns = [path("", show)]
application = get_wsgi_application()

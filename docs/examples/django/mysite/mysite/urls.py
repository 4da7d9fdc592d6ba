"""The addresses of this project."""

from django.contrib import admin
from django.http import HttpResponse
from django.urls import path


def index(request):
    """Say hello, and where to go on."""
    return HttpResponse('<h1>It works</h1><a href="/admin/">Admin</a>')


urlpatterns = [
    path("", index),
    path("admin/", admin.site.urls),
]

"""Addresses that belong to no room: preferences, account, help."""

from django.conf import settings
from django.urls import include, path

from . import views

urlpatterns = [
    path("language/", views.set_language, name="set_language"),
    path("theme/", views.set_theme, name="set_theme"),
    path("keys/", views.keys, name="keys"),
    path("account/", include("turs.desk.web.account_urls")),
]
if settings.DEBUG:
    from .style import style

    urlpatterns.append(path("style/", style, name="style"))

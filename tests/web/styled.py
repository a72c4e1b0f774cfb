"""Addresses of the desk with the developer's page of components, for the browser test."""

from django.urls import path

from turs.desk.urls import urlpatterns as desk
from turs.desk.web.style import style

urlpatterns = [*desk, path("style/", style, name="style")]

"""Every address of the desk."""

from django.urls import include, path

from . import api

urlpatterns = [
    path("api/v1/", api.urls),
    path("", include("turs.desk.web.urls")),
    path("", include("turs.desk.review.urls")),
    path("", include("turs.desk.content.urls")),
    path("", include("turs.desk.coalition.urls")),
]

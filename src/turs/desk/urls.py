"""Every address of the desk."""

from django.urls import include, path

urlpatterns = [
    path("", include("turs.desk.web.urls")),
    path("", include("turs.desk.review.urls")),
    path("", include("turs.desk.content.urls")),
    path("", include("turs.desk.coalition.urls")),
]

"""Addresses of review."""

from django.urls import URLPattern, URLResolver, path

from . import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.board, name="board"),
    path("seen/", views.seen, name="board_seen"),
    path("queue/", views.queue, name="queue"),
    path("cases/<uuid:pk>/", views.case, name="case"),
    path("cases/<uuid:pk>/claim/", views.claim, name="case_claim"),
    path("cases/<uuid:pk>/release/", views.release, name="case_release"),
    path("cases/<uuid:pk>/assess/", views.assess, name="case_assess"),
    path("cases/<uuid:pk>/rule/", views.rule, name="case_rule"),
    path("cases/<uuid:pk>/propose/", views.propose, name="case_propose"),
    path("cases/<uuid:pk>/undo/", views.undo, name="case_undo"),
    path("cases/<uuid:pk>/confirm/", views.confirm, name="case_confirm"),
    path("cases/<uuid:pk>/return/", views.return_, name="case_return"),
    path("postings/<uuid:pk>/open-case/", views.open_case, name="posting_open_case"),
]

"""Addresses of coalition: who is who, one's own settings, and the ledger for oversight."""

from django.urls import URLPattern, URLResolver, path

from . import oversight, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("coalition/", views.coalition, name="coalition"),
    path("coalition/<slug:key>/", views.member, name="member"),
    path("users/", views.users, name="users"),
    path("users/new/", views.new_user, name="user_new"),
    path("users/<int:pk>/", views.user, name="user"),
    path("users/<int:pk>/login/", views.user_login, name="user_login"),
    path("users/<int:pk>/password/", views.user_password, name="user_password"),
    path("me/", views.me, name="me"),
    path("me/tokens/", views.issue_token, name="token_issue"),
    path("me/tokens/<int:pk>/withdraw/", views.withdraw_token, name="token_withdraw"),
    path("ledger/", oversight.ledger, name="ledger"),
    path("ledger/verify/", oversight.verify, name="ledger_verify"),
    path("ledger/export/", oversight.export, name="ledger_export"),
]

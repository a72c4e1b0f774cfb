"""Logging in: nobody signs up by themselves, an administrator adds them."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Closes sign-up, and says what is wrong in the desk's words."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is closed. Ask your administrator."),
        "enter_current_password": _("This is not your current password."),
        "incorrect_code": _("This code does not fit. Wait for the next one and type it at once."),
        "incorrect_password": _("This password is not right."),
        "invalid_login": _("The username or the password is not right."),
        "invalid_password_reset": _("This link has been used, or is too old. Ask for a new one."),
        "rate_limited": _("Too many tries. Wait a few minutes, then try again."),
        "same_as_current": _("This is the old password. Choose another one."),
        "too_many_login_attempts": _("Too many tries. Wait a few minutes, then try again."),
        "unknown_email": _("No account has this e-mail address."),
        "username_password_mismatch": _("The username or the password is not right."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Pages say what happened themselves; allauth's own messages are not in the desk's words."""

    def format_email_subject(self, subject: str) -> str:
        """The product's name first, so that the mail can be found and filtered."""
        return f"{gettext('Turs')}: {subject}"

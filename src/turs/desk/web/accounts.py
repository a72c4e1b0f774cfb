"""Logging in: nobody signs up by themselves, an administrator adds them."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..coalition.services import choose_password


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

    def set_password(self, user: Any, password: str) -> None:
        """Keep a password that its user chose, and that it was chosen in the ledger."""
        choose_password(user, password)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """On to the work, with a word that the new password stands."""
        messages.success(request, gettext("Your new password stands from now on."))
        return reverse("board")

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Pages say what happened themselves; allauth's own messages are not in the desk's words."""

    def format_email_subject(self, subject: str) -> str:
        """The product's name first, so that the mail can be found and filtered."""
        return f"{gettext('Turs')}: {subject}"


class SecondStep(DefaultMFAAdapter):  # type: ignore[misc]
    """The second step of logging in, in the desk's words."""

    error_messages = {**DefaultMFAAdapter.error_messages, "incorrect_code": _("This did not fit. Try again.")}

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        """Passkey 1, passkey 2 …, until its owner gives it a better name."""
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return gettext("Passkey %(n)s") % {"n": count + 1}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """What the device shows its owner beside the address."""
        return {**super().get_public_key_credential_rp_entity(), "name": gettext("Turs")}

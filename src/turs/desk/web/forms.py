"""The forms of logging in, in the desk's words. What they do is allauth's."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class Worded:
    """Gives each field of a form our label and hint, and takes away placeholders, which vanish while one writes."""

    words: dict[str, tuple[Any, Any]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():  # type: ignore[attr-defined]
            field.widget.attrs.pop("placeholder", None)
            if name in self.words:
                field.label, field.help_text = self.words[name]


_CODE = (_("Code"), _("Six digits from your app, or one of your recovery codes."))
_RULES = _("At least 12 characters. A sentence that only you would say is good.")


class Login(Worded, account.LoginForm):  # type: ignore[misc]
    words = {
        "login": (_("Username"), ""),
        "password": (_("Password"), ""),
        "remember": (_("Stay logged in on this computer"), _("For twelve hours. Not on a computer that others use.")),
    }


class Reauthenticate(Worded, account.ReauthenticateForm):  # type: ignore[misc]
    words = {"password": (_("Password"), "")}


class ChangePassword(Worded, account.ChangePasswordForm):  # type: ignore[misc]
    words = {
        "oldpassword": (_("Current password"), ""),
        "password1": (_("New password"), _RULES),
        "password2": (_("New password once more"), ""),
    }

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean()
        if found.get("password1") and found["password1"] == found.get("oldpassword"):
            self.add_error("password1", _("This is the old password. Choose another one."))
        return found


class ResetPassword(Worded, account.ResetPasswordForm):  # type: ignore[misc]
    words = {"email": (_("E-mail address"), _("The one that your administrator keeps for you."))}


class NewPassword(Worded, account.ResetPasswordKeyForm):  # type: ignore[misc]
    words = {"password1": (_("New password"), _RULES), "password2": (_("New password once more"), "")}


class _Code(Worded):
    """A code that does not fit is refused in our words."""

    words = {"code": _CODE}

    def clean_code(self) -> str:
        try:
            return str(super().clean_code())  # type: ignore[misc]
        except ValidationError as problem:
            if problem.code == "incorrect_code":
                raise ValidationError(_("This code does not fit. Wait for the next one and type it at once."),
                                      code="incorrect_code") from problem  # fmt: skip
            raise


class SecondStep(_Code, mfa.AuthenticateForm):  # type: ignore[misc]
    pass


class SecondStepAgain(_Code, mfa.ReauthenticateForm):  # type: ignore[misc]
    pass


class _Answer:
    """What a device answered: one that cannot even be read does not fit, and is no fault of ours."""

    def full_clean(self) -> None:
        try:
            super().full_clean()  # type: ignore[misc]
        except (ValueError, TypeError, KeyError, AttributeError):
            self.add_error(None, _("This did not fit. Try again."))  # type: ignore[attr-defined]


class AddPasskey(_Answer, Worded, webauthn.AddWebAuthnForm):  # type: ignore[misc]
    words = {"name": (_("Name of the passkey"), _("To tell it from others, for example: my phone."))}


class Passkey(_Answer, webauthn.AuthenticateWebAuthnForm):  # type: ignore[misc]
    pass


class PasskeyAgain(_Answer, webauthn.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    pass


class ActivateApp(_Code, totp.ActivateTOTPForm):  # type: ignore[misc]
    words = {"code": (_("Code"), _("Six digits that the app shows now."))}

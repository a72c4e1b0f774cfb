"""The addresses of allauth that have pages of ours: logging in and out, passwords, two-step login. No others exist."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from django.urls import path, re_path

from . import forms

urlpatterns = [
    path("login/", account.LoginView.as_view(form_class=forms.Login), name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("signup/", account.signup, name="account_signup"),  # allauth needs the name; the page says that it is closed
    path(
        "reauthenticate/",
        account.ReauthenticateView.as_view(form_class=forms.Reauthenticate),
        name="account_reauthenticate",
    ),
    path(
        "password/change/",
        account.PasswordChangeView.as_view(form_class=forms.ChangePassword),
        name="account_change_password",
    ),
    path(
        "password/reset/",
        account.PasswordResetView.as_view(form_class=forms.ResetPassword),
        name="account_reset_password",
    ),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.PasswordResetFromKeyView.as_view(form_class=forms.NewPassword),
        name="account_reset_password_from_key",
    ),
    path("password/reset/key/done/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("2fa/", mfa.index, name="mfa_index"),
    path(
        "2fa/authenticate/",
        mfa.AuthenticateView.as_view(form_class=forms.SecondStep, webauthn_form_class=forms.Passkey),
        name="mfa_authenticate",
    ),
    path(
        "2fa/reauthenticate/",
        mfa.ReauthenticateView.as_view(form_class=forms.SecondStepAgain),
        name="mfa_reauthenticate",
    ),
    path("2fa/totp/activate/", totp.ActivateTOTPView.as_view(form_class=forms.ActivateApp), name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("2fa/passkeys/", passkeys.list_webauthn, name="mfa_list_webauthn"),
    path(
        "2fa/passkeys/add/",
        passkeys.AddWebAuthnView.as_view(form_class=forms.AddPasskey),
        name="mfa_add_webauthn",
    ),
    path("2fa/passkeys/<int:pk>/remove/", passkeys.remove_webauthn, name="mfa_remove_webauthn"),
    path(
        "2fa/passkeys/reauthenticate/",
        passkeys.ReauthenticateWebAuthnView.as_view(form_class=forms.PasskeyAgain),
        name="mfa_reauthenticate_webauthn",
    ),
    path("2fa/recovery-codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("2fa/recovery-codes/generate/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("2fa/recovery-codes/download/", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
]

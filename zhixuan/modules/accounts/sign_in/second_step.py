"""The second step of signing in: codes count as sign-ins, each works once, secrets are stored encrypted."""

from __future__ import annotations

import base64
import hashlib
import hmac

from allauth.core import context
from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from axes.handlers.proxy import AxesProxyHandler
from cryptography.fernet import Fernet
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from zhixuan.modules.accounts.models import User
from zhixuan.shared.crypto import key_from_file


class SecondStep(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of authenticator apps and recovery codes, useless without the key file in the data folder."""

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def get_totp_label(self, user: User) -> str:
        return user.username


def _cipher() -> Fernet:
    key = hmac.new(key_from_file(settings.SECOND_STEP_KEY_FILE), b"second step", hashlib.sha256).digest()
    return Fernet(base64.urlsafe_b64encode(key))


class _CountedCode:
    """Bad codes count like bad passwords, on all workers together; a code seen once is refused afterwards."""

    user: User
    authenticator: Authenticator

    def clean_code(self) -> str:
        request, credentials = context.request, {"username": self.user.username}
        if not AxesProxyHandler.is_allowed(request, credentials):
            request.axes_locked_out = True
            raise ValidationError(_("Too many wrong codes. Wait a quarter of an hour."))
        try:
            code: str = super().clean_code()  # type: ignore[misc]
            self._use_up(code)
        except ValidationError:
            AxesProxyHandler.user_login_failed(__name__, credentials, request)
            raise
        return code

    def _use_up(self, code: str) -> None:
        """Note the half-minute the code is for; allauth's own note lives in one process only."""
        if self.authenticator.type != Authenticator.Type.TOTP:
            return
        with transaction.atomic():
            kept = Authenticator.objects.select_for_update().get(pk=self.authenticator.pk)
            counter = _counter_of(totp.decrypt(kept.data["secret"]), code)
            if counter is None or counter <= kept.data.get("last_counter", -1):
                raise ValidationError(_("This code has been used. Wait for the next one."))
            kept.data["last_counter"] = counter
            kept.save(update_fields=["data"])
        self.authenticator.data = kept.data


def _counter_of(secret: str, code: str) -> int | None:
    for counter in totp.yield_hotp_counters_from_time():
        if compare_user_code(actual=code, expected=totp.format_hotp_value(totp.hotp_value(secret, counter))):
            return int(counter)
    return None


class SignInCodeForm(_CountedCode, AuthenticateForm):  # type: ignore[misc]
    """The code asked after the password."""


class ConfirmCodeForm(_CountedCode, ReauthenticateForm):  # type: ignore[misc]
    """The code asked before something delicate."""


class AddKeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A passkey or security key, with a name in the language of the page."""

    name = forms.CharField(label=_lazy("Name of the key"), required=False, max_length=80)


class RenameKeyForm(EditWebAuthnForm):  # type: ignore[misc]
    """Another name for a key."""

    name = forms.CharField(label=_lazy("Name of the key"), max_length=80)

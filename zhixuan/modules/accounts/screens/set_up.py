"""The first page of a new system: who administers it."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from zhixuan.modules.accounts import queries
from zhixuan.modules.accounts.operations.set_up import set_up as make_first_administrator
from zhixuan.rules.refusal import Refused
from zhixuan.shared.ui.forms import add_refusal
from zhixuan.shared.ui.messages import done


class SetUpForm(forms.Form):
    code = forms.CharField(
        label=_lazy("Set-up code"),
        max_length=40,
        help_text=_lazy("It stands on the terminal where the server was started."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    name = forms.CharField(label=_lazy("Your name"), max_length=80, widget=forms.TextInput({"autocomplete": "name"}))
    username = forms.CharField(
        label=_lazy("User name"),
        max_length=60,
        help_text=_lazy("Letters, digits, dots, dashes and underscores."),
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=_lazy("Password"),
        strip=False,
        max_length=200,
        help_text=_lazy("At least 10 characters; a few unrelated words are good."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_lazy("Password again"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_again(self) -> str:
        again: str = self.cleaned_data["again"]
        if again != self.cleaned_data.get("password"):
            raise forms.ValidationError(_("The two passwords are not the same."))
        return again


@login_not_required
@never_cache
@sensitive_post_parameters("password", "again", "code")
def set_up(request: HttpRequest) -> HttpResponse:
    """Ask for the first administrator; once there is anybody, this page does not exist."""
    if not queries.nobody_yet():
        raise Http404
    form = SetUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("code", "name", "username", "password")}
        try:
            make_first_administrator(**given, keys=settings.DATA / "keys", at=timezone.now())
        except Refused as refused:
            add_refusal(form, refused)
        else:
            done(request, _("Zhixuan is set up. Sign in with your new user name and password."))
            return redirect("account_login")
    return render(request, "accounts/set_up.html", {"form": form})

"""Buttons as forms: each carries its own command id, so that a second click is recognised."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _lazy

from zhixuan.shared.ui.forms import PostingForm


class TurnForm(PostingForm):
    """A button: `confirmed` says which changed lots the sender has seen."""

    confirmed = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)


class ReasonForm(PostingForm):
    """A button with a word."""

    reason = forms.CharField(label=_lazy("Reason"), max_length=500, required=False)

"""How screens of orders tell what came of a deed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from zhixuan.rules.refusal import Refused
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.forms import PostingForm, sentence
from zhixuan.shared.ui.messages import done


class CommandForm(PostingForm):
    """A button: nothing but the command id."""


def lead_to_open(request: ActorRequest, refused: Refused, address: str) -> HttpResponse:
    """To what is open already, saying so."""
    messages.warning(request, sentence(refused))
    return HttpResponseRedirect(address)


def act(
    request: ActorRequest, deed: Callable[[Any], object], *, said: str, back: str, number: str = ""
) -> HttpResponse:
    """Carry out what a button asks for and lead back; a refusal is told there, nothing was written.

    Args:
        deed: given the command id.
    """
    form = CommandForm(request.POST)
    if not form.is_valid():
        messages.error(
            request, _("Something is missing from the form. Load the page again and press the button once more.")
        )
        return HttpResponseRedirect(back)
    try:
        deed(form.cleaned_data["command_id"])
    except Refused as refused:
        for reason in refused.reasons[:20]:
            messages.error(request, sentence(reason))
        return HttpResponseRedirect(back)
    done(request, said, number=number)
    return HttpResponseRedirect(back)

"""Send stock to another facility: lots by first expiry first out, shown and explained before anything is posted."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _lazy

from zhixuan.modules.stock import permissions
from zhixuan.modules.stock.operations.send_transfer import send_transfer
from zhixuan.modules.stock.queries import partners, picking
from zhixuan.modules.stock.screens._sending import SendingForm, Verb, screen
from zhixuan.rules.stock.flow import Deed
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.scanning import takes_scans

SEND = Verb(
    name="send",
    deed=Deed.ISSUE,
    url_name="stock:send",
    roles=permissions.SEND,
    form=SendingForm,
    heading=_lazy("Transfer out"),
    line_label=_lazy("Supplied from here"),
    again=_lazy("Send another transfer"),
    said=_lazy("The transfer is on its way."),
    partners=lambda actor, giver, on: partners.receivers(actor, giver, on=on),
    needs=picking.needs_of_transfer,
    operation=send_transfer,
)


@takes_scans
def send(request: ActorRequest) -> HttpResponse:
    """Choose the receiver and what it gets."""
    return screen(request, SEND)

"""Send stock back up the supply line, expired lots too."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _lazy

from zhixuan.modules.stock import permissions
from zhixuan.modules.stock.operations.return_stock import return_stock as send_back
from zhixuan.modules.stock.queries import partners, picking
from zhixuan.modules.stock.screens._sending import SendingForm, Verb, screen
from zhixuan.rules.stock.flow import Deed
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.scanning import takes_scans


class ReturnForm(SendingForm):
    """As for a transfer; the reason must be said."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        note = self.fields["note"]
        note.required, note.label = True, _lazy("Why it goes back")


RETURN = Verb(
    name="return",
    deed=Deed.RETURN,
    url_name="stock:return",
    roles=permissions.RETURN,
    form=ReturnForm,
    heading=_lazy("Send back"),
    line_label=_lazy("Where it came from"),
    again=_lazy("Send more back"),
    said=_lazy("The goods are on their way back."),
    partners=lambda actor, giver, on: partners.suppliers(actor, giver, on=on),
    needs=lambda on, _receiver: picking.needs_of_return(on),
    operation=send_back,
    expired=True,
    first_is_usual=True,
)


@takes_scans
def return_stock(request: ActorRequest) -> HttpResponse:
    """Choose what goes back, and to whom."""
    return screen(request, RETURN)

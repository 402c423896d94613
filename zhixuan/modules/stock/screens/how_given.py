"""How pieces were given out, in words: for the counter, the register, and the slip."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext_lazy

from zhixuan.rules.stock.given_out import Channel, how_given

NOT_SAID = ("", pgettext_lazy("register", "not said"))
CHANNEL_LABELS: dict[Channel, Promise] = {
    Channel.OUTLET: _lazy("at the outlet"),
    Channel.SELF_SERVICE: _lazy("self-service machine"),
    Channel.POST: _lazy("by post"),
    Channel.VISIT: _lazy("home visit by appointment"),
    Channel.DIRECT: _lazy("direct supply"),
}
CHANNELS = [NOT_SAID, *CHANNEL_LABELS.items()]
FIRST = [NOT_SAID, ("yes", pgettext_lazy("register", "first time")), ("no", pgettext_lazy("register", "continuing"))]
COUNSELLED = [NOT_SAID, ("yes", pgettext_lazy("register", "yes")), ("no", pgettext_lazy("register", "no"))]


def said(text: str) -> bool:
    """What a choice of FIRST or COUNSELLED means."""
    return text == "yes"


def channel(event: Any) -> str:
    """How it reached the client: as was said, else by what the facility is."""
    is_machine = event.place.facility.kind == "vending_machine"
    usual = Channel.SELF_SERVICE if is_machine else Channel.OUTLET
    return str(CHANNEL_LABELS[how_given(event.details).channel or usual])


def first_time(event: Any) -> str:
    return _spoken(how_given(event.details).first_time, FIRST)


def counselled(event: Any) -> str:
    return _spoken(how_given(event.details).counselled, COUNSELLED)


def more(event: Any) -> str:
    """First time or not and counselled or not, in short; nothing where nothing was said."""
    answer = how_given(event.details).counselled
    heard = "" if answer is None else _("counselled") if answer else _("not counselled")
    return " · ".join(filter(None, [first_time(event), heard]))


def told(event: Any) -> list[tuple[str, str]]:
    """Label and value of all that was said of a dispensing."""
    facts = (
        (_("Channel"), channel(event)),
        (_("First time or continuing"), first_time(event)),
        (_("Counselled"), counselled(event)),
    )
    return [(label, value) for label, value in facts if value]


def _spoken(answer: bool | None, choices: Sequence[tuple[str, Any]]) -> str:
    """Nothing where nothing was said."""
    return "" if answer is None else str(dict(choices)["yes" if answer else "no"])

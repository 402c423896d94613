"""Enter what was counted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from zhixuan.modules.counting.models import Count, CountLine, Tally
from zhixuan.modules.counting.operations import _loading, _tallies
from zhixuan.modules.counting.operations._tallies import Counted
from zhixuan.rules.counting.states import Step
from zhixuan.shared.access import Actor

__all__ = ["Counted", "enter_numbers"]


@transaction.atomic
def enter_numbers(
    *, count_id: int, numbers: Sequence[Counted], source: str = Tally.Source.SCREEN, actor: Actor, at: datetime
) -> Count:
    """Take numbers of lines, one from a phone or five thousand from a file. Each carries its own command id, so that
    sending one again changes nothing.

    Raises:
        Refused: every number that cannot be taken, at once: unknown lines, counted by somebody else meanwhile, a
            moment before the sheet was opened, a sheet that is finished.
        Unknown, Forbidden: see permissions.
    """
    count, _places = _loading.hold(actor, count_id)
    lines = list(CountLine.objects.filter(count_id=count_id, id__in=[number.line_id for number in numbers]))

    wanted = _tallies.to_write(count, lines, numbers, at)

    if wanted:
        count.state = _loading.states.after(_loading.CountState(count.state), Step.ENTER)
        _tallies.write(wanted, source, actor, at)
        count.save(update_fields=["state"])
    return count

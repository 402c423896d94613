from __future__ import annotations

from datetime import datetime
from itertools import pairwise

from django.db import transaction

from zhixuan.modules.directory import permissions
from zhixuan.modules.directory.models import Facility
from zhixuan.modules.directory.operations import _writing
from zhixuan.modules.directory.queries.supply import possible_suppliers, suppliers_above
from zhixuan.rules.directory.facilities import check_supply_line
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared.access import Actor


@transaction.atomic
def set_supply_line(*, facility_id: int, supplied_by_id: int | None, actor: Actor, at: datetime) -> None:
    """Say which facility feeds this one, or that none does.

    The supplier may stand in an area above the actor's: a county says that the prefecture feeds it.

    Raises:
        Refused: the line would close a circle, or the supplier is closed.
        Unknown, Forbidden: the facility is not the actor's, or the supplier is neither in sight nor above.
    """
    _writing.lock_network()
    facility = _writing.found(Facility.objects.all(), facility_id)
    permissions.require(actor, permissions.CHANGE_FACILITIES, area_path=facility.area_path, facility_id=facility.pk)
    if facility.supplied_by_id == supplied_by_id:
        return
    suppliers = possible_suppliers(actor, facility.area_path)
    supplier = _writing.found(suppliers, supplied_by_id) if supplied_by_id is not None else None

    if supplier is not None:
        _check(facility, supplier)

    _writing.write_supply_line(facility, supplier, actor=actor, at=at)


def _check(facility: Facility, supplier: Facility) -> None:
    if supplier.valid_to is not None:
        raise Refused(N_("{supplier} is closed: choose another supplier."), field="supplied_by", supplier=supplier.code)
    line = [supplier, *suppliers_above(supplier)]
    above = {one.code: other.code for one, other in pairwise(line)}
    check_supply_line(facility.code, supplier.code, above, field="supplied_by")

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.directory import permissions
from zhixuan.modules.directory.models import Facility
from zhixuan.modules.directory.operations import _writing
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared.access import Actor


@transaction.atomic
def set_permitted_products(*, facility_id: int, product_codes: Collection[str], actor: Actor, at: datetime) -> None:
    """Say which products a facility may hold; an empty list lets it hold all of the catalogue.

    Raises:
        Refused: a code that is not in the catalogue.
        Unknown, Forbidden: the facility is not the actor's.
    """
    facility = _writing.found(Facility.objects.select_for_update(), facility_id)
    permissions.require(actor, permissions.CHANGE_FACILITIES, area_path=facility.area_path, facility_id=facility.pk)
    ids = catalogue.product_ids(product_codes)
    missing = sorted(set(product_codes) - set(ids))
    if missing:
        raise Refused(
            N_("There is no product with the code {missing}."),
            field="products",
            code="unknown_code",
            missing=missing[0],
        )

    _writing.write_permitted(facility, ids, actor=actor, at=at)

"""What of the ledger a person can see."""

from __future__ import annotations

from django.db.models import Q

from zhixuan.modules.stock.permissions import VIEW
from zhixuan.shared.access import Actor


def visible(actor: Actor, facility: str = "facility") -> Q:
    """Condition on rows that lead to a facility by that path: only those where the actor may view stock."""
    scope = actor.scope(VIEW)
    condition = Q(pk__in=[])
    for path in scope.area_paths:
        condition |= Q(**{f"{facility}__area_path__startswith": path})
    if scope.facility_ids:
        condition |= Q(**{f"{facility}__id__in": list(scope.facility_ids)})
    return condition

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction

from django.db import transaction

from zhixuan.modules.catalogue import permissions, queries
from zhixuan.modules.catalogue.models import Product, Replacement
from zhixuan.rules.refusal import N_, Refused
from zhixuan.rules.replacing import check_replacement
from zhixuan.shared import audit
from zhixuan.shared.access import Actor

NOTE_MAX = 300
PIECES_MAX = 100_000


@transaction.atomic
def replace_product(
    *,
    older_id: int,
    newer_id: int,
    holds_from: date,
    reason: str,
    note: str,
    older_pieces: int,
    newer_pieces: int,
    actor: Actor,
    at: datetime,
) -> Replacement:
    """Say that a product takes the place of another from a day on. Saying the same again changes nothing.

    Args:
        older_pieces, newer_pieces: so many pieces of the older are worth so many of the newer; 1 and 1 where pieces
            are alike.

    Raises:
        Refused: itself, a second successor, a circle, a withdrawn successor, no reason.
        Unknown: no such product.
        Forbidden: the actor may not change the catalogue.
    """
    permissions.require(actor, permissions.REPLACE_PRODUCTS)
    list(Product.objects.select_for_update().order_by("pk").values_list("pk", flat=True))  # two could close a circle
    older, newer = queries.product(older_id), queries.product(newer_id)
    live = {one.older_id: one for one in queries.replacements()}

    said: dict[str, object] = {"newer_id": newer.pk, "holds_from": holds_from, "reason": reason}
    said |= {"note": note.strip()[:NOTE_MAX], "older_pieces": older_pieces, "newer_pieces": newer_pieces}
    standing = live.get(older.pk)
    if standing is not None and all(getattr(standing, name) == value for name, value in said.items()):
        return standing
    for field, pieces in (("older_pieces", older_pieces), ("newer_pieces", newer_pieces)):
        if not 1 <= pieces <= PIECES_MAX:
            raise Refused(N_("Give a whole number from 1 to {largest}."), field=field, largest=PIECES_MAX)
    plain = {pk: one.newer_id for pk, one in live.items()}
    check_replacement(older.pk, newer.pk, plain, Fraction(newer_pieces, older_pieces))
    if newer.status == Product.Status.WITHDRAWN:
        raise Refused(N_("That product is withdrawn. Choose one that can be had."), field="newer", code="withdrawn")
    if reason not in Replacement.Reason.values:
        raise Refused(N_("Choose a reason from the list."), field="reason")

    made = Replacement.objects.create(
        older=older, **said, entered_at=at, entered_by=actor.user_id, entered_by_name=actor.name[:150]
    )
    told = {"newer": newer.code, "from": holds_from.isoformat(), "reason": reason}
    audit.record(actor, "replace_product", "catalogue.product", older.pk, "", told, at)
    return made

"""Shortfalls in suspense, and commands that came twice with other contents: both wait for a person."""

from __future__ import annotations

import json

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _lazy

from zhixuan.modules.stock.queries import attention as queries
from zhixuan.modules.stock.screens import words
from zhixuan.shared.access import Forbidden, Role
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.addresses import address
from zhixuan.shared.ui.listing import Column, Empty, Listing
from zhixuan.shared.ui.naming import localized

AUDITORS = frozenset({Role.AUDITOR, Role.ADMINISTRATOR})

SUSPENSE = Listing(
    name="suspense",
    title=_lazy("Shortfalls in suspense"),
    columns=(
        Column("facility", _lazy("Facility"), value=lambda row: localized(row.place.facility)),
        Column(
            "product",
            _lazy("Product"),
            value=lambda row: localized(row.product),
            href=lambda row: address("stock:card", row.place.facility_id, row.product_id),
        ),
        Column("lot", _lazy("Lot"), value=lambda row: words.lot_label(row.lot.number)),
        Column("pieces", _lazy("Pieces owed"), "number", value=lambda row: -row.pieces),
        Column(
            "settle",
            _lazy("Settle"),
            value=lambda _row: _lazy("Settle"),
            href=lambda row: (
                f"{reverse('stock:adjust')}?facility={row.place.facility_id}&product={row.product_id}&reason=settle"
            ),
        ),
    ),
    empty=Empty(
        _lazy("Nothing is owed"),
        _lazy("What was given out beyond the books appears here until stock that covers it has been entered."),
        icon="circle-check",
    ),
)

CONFLICTS = Listing(
    name="conflicts",
    title=_lazy("Forms sent twice with other contents"),
    columns=(
        Column("received_at", _lazy("Received"), "datetime", sort="received_at"),
        Column("actor_name", _lazy("Sent by"), sort="actor_name"),
        Column("command_id", _lazy("Command"), value=lambda row: str(row.command_id)),
        Column("payload", _lazy("Contents"), value=lambda row: json.dumps(row.payload, ensure_ascii=False)[:300]),
    ),
    default_sort="-received_at",
    empty=Empty(_lazy("No conflicts"), _lazy("No form was sent twice with different contents."), icon="circle-check"),
)


def suspense(request: ActorRequest) -> HttpResponse:
    """What was given out beyond the books at the facilities in sight."""
    return SUSPENSE.response(request, queries.owed(request.actor), template="stock/suspense.html")


def conflicts(request: ActorRequest) -> HttpResponse:
    """For auditors and administrators of the whole system: nothing in a conflict was posted."""
    if not request.actor.may(AUDITORS, area_path="/"):
        raise Forbidden
    return CONFLICTS.response(request, queries.all_conflicts(), template="stock/conflicts.html")

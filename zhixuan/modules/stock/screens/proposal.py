"""Which lots would go out and why, before anything is posted; and lots chosen by hand instead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.stock.queries import picking
from zhixuan.modules.stock.queries.picking import Proposal
from zhixuan.modules.stock.queries.places import FacilityPlaces
from zhixuan.modules.stock.screens import words
from zhixuan.modules.stock.screens.lines import Lines
from zhixuan.rules.refusal import N_, Refused
from zhixuan.rules.stock.fefo import Needs, Verdict, Wanted, Why
from zhixuan.shared.remarks import on_lots
from zhixuan.shared.ui.forms import sentence
from zhixuan.shared.ui.naming import localized


@dataclass(frozen=True, slots=True)
class Asked:
    """The lines that were filled in, with the choice and the row each stands on.

    Args:
        by_hand: choices whose lots a person names.
    """

    wanted: list[Wanted]
    choices: list[str]
    rows: list[int]
    by_hand: frozenset[str]

    @property
    def positions(self) -> dict[str, list[int]]:
        return {"lines": self.rows}

    def objections(self) -> list[Refused]:
        """Lines whose lots were to be named and were not."""
        return [
            Refused(
                N_("Line {row}: enter the pieces beside the lots, or let the lots be proposed."),
                field=f"lines-{index}-pieces",
                row=index + 1,
            )
            for index, (line, choice) in enumerate(zip(self.wanted, self.choices, strict=True))
            if choice in self.by_hand and not line.chosen
        ]


def asked_for(lines: Lines, data: Mapping[str, str]) -> Asked:
    """What the form asks for."""
    listed = lines.filled()
    choices = [values["product"] for _row, values in listed]
    by_hand = frozenset(choice for choice in choices if data.get(f"hand-{choice}"))
    wanted = [_wanted(values, data, values["product"] in by_hand) for _row, values in listed]
    return Asked(wanted, choices, [row for row, _values in listed], by_hand)


def _wanted(values: dict[str, Any], data: Mapping[str, str], by_hand: bool) -> Wanted:
    choice = values["product"]
    product, _colon, item = choice.partition(":")
    return Wanted(
        product_id=int(product),
        pieces=values["pieces"],
        item_id=int(item) if item else None,
        chosen=_chosen(f"take-{choice}-", data) if by_hand else (),
        override_reason=data.get(f"why-{choice}", "")[:300] if by_hand else "",
    )


def _chosen(prefix: str, data: Mapping[str, str]) -> tuple[tuple[int, int], ...]:
    """Pieces by lot, as typed beside the lots; what is no number counts as nothing."""
    taken = ((name.removeprefix(prefix), data[name].strip()) for name in data if name.startswith(prefix))
    return tuple(
        (int(lot), int(pieces))
        for lot, pieces in taken
        if lot.isdigit() and pieces.isascii() and pieces.isdigit() and len(lot) + len(pieces) < 30 and int(pieces)
    )


def proposals(giver: FacilityPlaces, asked: Asked, needs: Needs) -> list[Proposal]:
    """What posting these lines now would take."""
    dated = needs.on if needs.on < timezone.localdate() else None
    lots = picking.lots_on_hand(giver, [line.product_id for line in asked.wanted], dated=dated)
    return picking.propose(asked.wanted, lots, needs)


def remarks(giver: FacilityPlaces, found: Sequence[Proposal], on: date) -> dict[int, list[str]]:
    """What the modules above say about the lots that would go, by lot."""
    lot_ids = {lot.lot_id for one in found for lot, _pieces in one.pick.lines}
    said = on_lots(giver.facility_id, lot_ids, on)
    return {lot_id: [sentence(reason) for reason in reasons] for lot_id, reasons in said.items()}


def shown(
    asked: Asked, found: Sequence[Proposal], good_until: date | None, remarked: Mapping[int, Sequence[str]]
) -> dict[str, Any]:
    """The context of `stock/proposal.html`."""
    products = catalogue.products_by_id([one.line.product_id for one in found])
    return {
        "proposals": [
            _shown(one, choice, products[one.line.product_id], choice in asked.by_hand, remarked)
            for one, choice in zip(found, asked.choices, strict=True)
        ],
        "good_until": good_until,
        "ready": bool(found) and not any(one.refusal for one in found),
    }


def _shown(
    one: Proposal, choice: str, product: Any, by_hand: bool, remarked: Mapping[int, Sequence[str]]
) -> dict[str, Any]:
    chosen = dict(one.line.chosen)
    return {
        "choice": choice,
        "product": localized(product),
        "piece": words.unit_of(product, one.line.pieces),
        "wanted": one.line.pieces,
        "refusal": sentence(one.refusal) if one.refusal else "",
        "by_hand": by_hand,
        "reason": one.line.override_reason,
        "short_dated": any(verdict.why is Why.SHORT_DATED for verdict in one.pick.verdicts),
        "lots": [{**_lot(verdict, chosen), "remarks": remarked.get(verdict.lot_id)} for verdict in one.pick.verdicts],
    }


def _lot(verdict: Verdict, chosen: Mapping[int, int]) -> dict[str, Any]:
    taken = verdict.why is Why.TAKEN
    proposed = 0 if chosen or not taken else verdict.pieces
    return {
        "id": verdict.lot_id,
        "number": words.lot_label(verdict.number),
        "expires_on": words.expiry(verdict.expires_on),
        "pieces": verdict.pieces,
        "why": words.WHY_LABELS[verdict.why],
        "taken": taken,
        "left": verdict.why in {Why.NOT_NEEDED, Why.NOT_CHOSEN},
        "may_take": verdict.why in {Why.TAKEN, Why.NOT_NEEDED, Why.NOT_CHOSEN, Why.SHORT_DATED},
        "take": chosen.get(verdict.lot_id, proposed),
    }

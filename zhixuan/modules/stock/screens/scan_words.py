"""Sentences of the scan answer: what was read, what to mind, what to decide."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from zhixuan.modules.catalogue import permissions as catalogue_permissions
from zhixuan.modules.catalogue.queries import Item
from zhixuan.modules.stock.permissions import VIEW
from zhixuan.modules.stock.queries.scans import Meaning
from zhixuan.modules.stock.screens import words
from zhixuan.modules.stock.screens.offers import item_label
from zhixuan.modules.stock.screens.slips import number_of
from zhixuan.rules.scanning.scanned import CodeKind, Scanned
from zhixuan.shared.access import Actor
from zhixuan.shared.ui.formats import day

__all__ = ["INCOMING", "OUTGOING", "iso", "item_label", "question", "said", "unknown", "warnings"]

INCOMING = frozenset({"receive", "found"})
OUTGOING = frozenset({"send", "return"})
FROM_SHELF = frozenset({"send", "return", "adjust", "dispense"})


def iso(value: date | None) -> str | None:
    """For a field of a form; the mark of "not recorded" is no day."""
    shown = words.expiry(value)
    return shown.isoformat() if shown else None


def said(meaning: Meaning, item: Item) -> str:
    """What was read, as one short line that can be read aloud."""
    parts = [item_label(item)]
    if meaning.scanned.lot:
        parts.append(_("lot %(lot)s") % {"lot": meaning.scanned.lot})
    expires = words.expiry(meaning.expires_on)
    if expires:
        parts.append(_("good until %(day)s") % {"day": day(expires)})
    return " · ".join(parts)


def unknown(actor: Actor, scanned: Scanned) -> dict[str, Any]:
    """The catalogue does not know the code: who may link it is led there, others are told whom to ask."""
    if scanned.kind is CodeKind.UNIT:
        text = _("This is the number of a pallet or carton; it does not say what is inside. Scan the packs in it.")
        return {"why": "logistic_unit", "says": text}
    code = scanned.item_code
    if not actor.has(catalogue_permissions.LINK_CODES):
        text = _(
            "%(code)s is not in the catalogue. Choose the product by hand, and ask the station officer to link the "
            "code to it: then it is known everywhere."
        )
        return {"why": "not_in_catalogue", "says": text % {"code": code}}
    text = _("%(code)s is not in the catalogue. Link it to a product; this page keeps everything.") % {"code": code}
    href = f"{reverse('catalogue:link_code')}?{urlencode({'code': code})}"
    return {"why": "not_in_catalogue", "says": text, "link": {"href": href, "text": _("Link to a product")}}


def warnings(meaning: Meaning, use: str) -> list[dict[str, str]]:
    """What to mind before going on; nothing here stops the scan."""
    found = []
    if meaning.scanned.doubtful:
        found.append(("doubtful", _("The scanner sends no separators: check where the lot number ends.")))
    expires = words.expiry(meaning.expires_on)
    if expires and expires < timezone.localdate():
        found.append(("expired", _expired(use) % {"lot": meaning.scanned.lot or "—", "day": day(expires)}))
    if use in FROM_SHELF and meaning.scanned.lot and meaning.on_shelf is None:
        text = _("Lot %(lot)s is not in the books of this store. Look at the label, or enter it under Adjust.")
        found.append(("not_here", text % {"lot": meaning.scanned.lot}))
    elif use == "send" and meaning.sooner is not None:
        text = _("Lot %(lot)s expires earlier, on %(day)s, and should go first. Take it, or give the reason.")
        sooner = meaning.sooner
        found.append(("sooner", text % {"lot": sooner.number or "—", "day": day(sooner.expires_on)}))
    return [{"code": code, "text": text} for code, text in found]


def _expired(use: str) -> str:
    if use in INCOMING:
        return _("Lot %(lot)s expired on %(day)s: do not take it in. Set it aside and send it back to the supplier.")
    if use in {"dispense", "send"}:
        return _("Lot %(lot)s expired on %(day)s: do not give it out. Take it off the shelf and write it off.")
    return _("Lot %(lot)s expired on %(day)s.")


def question(actor: Actor, meaning: Meaning, use: str) -> dict[str, str] | None:
    """What a person must decide by yes or no; None when nothing."""
    if use in INCOMING and meaning.other_expiries:
        known = ", ".join(day(words.expiry(one)) or "—" for one in meaning.other_expiries)
        text = _(
            "Lot %(lot)s is known with expiry %(known)s, the code says %(given)s. Is it another lot with the same "
            "number? Nothing is overwritten."
        )
        given = day(meaning.expires_on)
        return {"code": "other_expiry", "text": text % {"lot": meaning.scanned.lot, "known": known, "given": given}}
    if meaning.before is None or use not in INCOMING | OUTGOING:
        return None
    return {"code": "seen_before", "text": _seen(actor, meaning.before.event, use)}


def _seen(actor: Actor, event: Any, use: str) -> str:
    facility = event.place.facility
    slip = _("a slip of another place")
    if facility and actor.may(VIEW, area_path=facility.area_path, facility_id=facility.pk):
        slip = _("slip %(slip)s of %(day)s") % {"slip": number_of(event), "day": day(event.on)}
    if use in OUTGOING:
        return _("This very pack has gone out before, with %(slip)s. Count it all the same?") % {"slip": slip}
    return _("This very pack has come in before, with %(slip)s. Count it all the same?") % {"slip": slip}

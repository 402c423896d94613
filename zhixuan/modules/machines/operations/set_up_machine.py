"""Say what a machine is, where it stands, whom to call."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import transaction

from zhixuan.modules.machines import permissions
from zhixuan.modules.machines.models import Limit, Machine
from zhixuan.modules.machines.operations import _locking
from zhixuan.modules.machines.operations.open_machine import open_machine
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.rules import rights_guard
from zhixuan.rules.refusal import N_, Refused, raise_all
from zhixuan.shared import audit
from zhixuan.shared.access import Actor

RANGES = {"visit_every_days": (1, 92), "refill_point_percent": (0, 90), "silent_after_days": (1, 92)}


@dataclass(frozen=True, slots=True)
class Facts:
    """What is said of a machine; see `models.Machine`."""

    model: str = ""
    serial: str = ""
    place_zh: str = ""
    place_en: str = ""
    hint_zh: str = ""
    hint_en: str = ""
    service_phone: str = ""
    installed_on: date | None = None
    visit_every_days: int = 14
    refill_point_percent: int = 25
    silent_after_days: int = 7
    limit_id: int | None = None


@transaction.atomic
def set_up_machine(*, facility_id: int, facts: Facts, actor: Actor, at: datetime) -> Machine:
    """Write down the facts of a machine; repeating changes nothing.

    Raises:
        Refused: figures out of range, no telephone, an ended limit, words that aim at people.
        Unknown, Forbidden: see permissions.
    """
    places = places_of(facility_id)
    permissions.require(actor, permissions.SET_UP, places)
    open_machine(facility_id)
    machine = _locking.lock([facility_id])[facility_id]
    _check(facts, places.area_path)
    if facts.limit_id != machine.limit_id:
        permissions.require(actor, permissions.LIMIT, places)

    before = {name: getattr(machine, name) for name in asdict(facts)}
    changed = [name for name, value in asdict(facts).items() if before[name] != value]
    if changed:
        for name in changed:
            setattr(machine, name, getattr(facts, name))
        machine.save(update_fields=[name.removesuffix("_id") for name in changed])
        details = {"changed": changed}
        audit.record(actor, "set_up_machine", "machines.machine", facility_id, places.area_path, details, at)
    return machine


def _check(facts: Facts, area_path: str) -> None:
    problems = [
        Refused(N_("Enter a number from {least} to {most}."), field=name, least=least, most=most)
        for name, (least, most) in RANGES.items()
        if not least <= getattr(facts, name) <= most
    ]
    if not facts.service_phone.strip():
        problems.append(
            Refused(
                N_("Enter a telephone that is answered: whoever finds the machine empty or broken will call it."),
                field="service_phone",
            )
        )
    problems += _breaches(facts)
    if facts.limit_id is not None and not _fits(facts.limit_id, area_path):
        problems.append(Refused(N_("Choose a limit that is in force in this area."), field="limit"))
    raise_all(problems)


def _breaches(facts: Facts) -> list[Refused]:
    words = {name: getattr(facts, name) for name in ("place_zh", "place_en", "hint_zh", "hint_en")}
    return rights_guard.breaches(words, file=facts.place_zh or facts.place_en or "-")


def _fits(limit_id: int, area_path: str) -> bool:
    limit = Limit.objects.select_related("area").filter(pk=limit_id, ended_at=None).first()
    return limit is not None and area_path.startswith(limit.area.path)

"""Pick-up limits know nobody: no document, nothing that leads to one, anywhere."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client
from django.utils import timezone

from tests import builders
from tests.builders import NOW, a_dispenser, an_actor
from tests.machine_builders import Machines, vend
from zhixuan.config.backup.keys import key_files
from zhixuan.modules.accounts import queries as accounts
from zhixuan.modules.accounts.operations.issue_token import issue_token
from zhixuan.modules.machines.models import Fault, Machine, PickUpCount, Record, Throttle
from zhixuan.modules.machines.operations import _pick_ups
from zhixuan.modules.machines.operations.end_limit import end_limit
from zhixuan.modules.machines.operations.forget_pick_ups import forget_pick_ups
from zhixuan.modules.machines.operations.record_batch import Entry, record_batch
from zhixuan.modules.machines.operations.set_limit import set_limit
from zhixuan.rules.machines.limits import Limit
from zhixuan.rules.refusal import Refused
from zhixuan.shared.access import Forbidden, Role, Unknown
from zhixuan.shared.command_ids import new
from zhixuan.shared.models import Command

DOCUMENTS = ("990121199003071234", "99012119850102123X")
"""Made up: codes that begin with 99 belong to no province."""


@pytest.fixture
def limited(machines: Machines) -> tuple[Machines, str]:
    """Three packs in 30 days at M1 and M2, and the key of their doors."""
    county = machines.county.network.county
    rule = Limit("每月三盒", "Three a month", 3, 30, 1)
    row, key = set_limit(
        area_id=county.pk, area_path=county.path, limit=rule, actor=machines.officer, command_id=new(), at=NOW
    )
    Machine.objects.filter(pk__in=[one.pk for one in machines.facilities[:2]]).update(limit=row)
    return machines, key


def blinded(document: str, key: str) -> str:
    """What a machine makes of a document: the first stage, with the key of its door."""
    return hmac.new(bytes.fromhex(key), document.encode(), hashlib.sha256).hexdigest()


class Program:
    """A machine's own token: one role, one facility."""

    def __init__(self, machines: Machines, number: int = 0) -> None:
        facility = machines.facilities[number]
        place = accounts.place_by_code(facility.code)
        assert place is not None
        owner = an_actor(a_dispenser(facility))
        token = issue_token(
            name="machine", role=Role.DISPENSER, place=place, lasts_days=30, actor=owner, at=timezone.now(),
            command_id=new(),
        )  # fmt: skip
        self.client = Client(headers={"authorization": f"Bearer {token}", "accept-language": "en"})

    def ask(self, packs: int = 1, code: str = "M1", **more: Any) -> Any:
        return self._post(f"/api/machines/{code}/pick-ups", {"packs": packs, **more})

    def tell(self, *records: dict[str, Any], code: str = "M1", command: Any = None) -> Any:
        body = {"command_id": str(command or new()), "records": list(records)}
        return self._post(f"/api/machines/{code}/records", body)

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        return self.client.post(path, json.dumps(body), "application/json")


def a_vend(number: int, **more: Any) -> dict[str, Any]:
    return {"kind": "vend", "happened_at": timezone.now().isoformat(), "number": number, "slot": 1, **more}


def test_three_packs_then_no_more_with_it_and_always_one_without(limited: tuple[Machines, str]) -> None:
    machines, key = limited
    mine, other = blinded(DOCUMENTS[0], key), blinded(DOCUMENTS[1], key)
    first, second = Program(machines), Program(machines, 1)
    assert first.ask(5, blinded=mine).json() == {"packs": 3, "packs_without": 1}
    first.tell(a_vend(1, blinded=mine), a_vend(2, blinded=mine))
    second.tell(a_vend(1, blinded=mine), code="M2")
    assert second.ask(2, code="M2", blinded=mine).json()["packs"] == 0
    assert first.ask(2, blinded=other).json()["packs"] == 2
    assert first.ask(5).json() == {"packs": 1, "packs_without": 1}
    assert PickUpCount.objects.count() == 1


def test_a_vend_told_twice_is_counted_once(limited: tuple[Machines, str]) -> None:
    machines, key = limited
    program, mine = Program(machines), blinded(DOCUMENTS[0], key)
    told, command = a_vend(1, blinded=mine), new()
    assert [program.tell(told, command=command).status_code for _ in range(2)] == [201, 200]
    program.tell(told)
    assert list(PickUpCount.objects.values_list("packs", flat=True)) == [1]


def test_without_a_limit_everything_is_given_and_nothing_is_counted(limited: tuple[Machines, str]) -> None:
    machines, key = limited
    program = Program(machines, 2)
    assert program.ask(7, code="M3", blinded=blinded(DOCUMENTS[0], key)).json() == {"packs": 7, "packs_without": 7}
    program.tell(a_vend(1, blinded=blinded(DOCUMENTS[0], key)), code="M3")
    assert not PickUpCount.objects.exists()
    assert not list(_pick_ups.key_file(NOW.date()).parent.glob("limits-*.secret"))


def test_a_token_of_one_machine_is_none_at_another(limited: tuple[Machines, str]) -> None:
    machines, _key = limited
    program = Program(machines)
    assert program.ask(code="M2").status_code == 404
    assert program.tell(a_vend(1), code="M2").status_code == 404
    assert not Record.objects.exists()


@pytest.mark.parametrize("sent", [DOCUMENTS[0], "0" * 46 + DOCUMENTS[0], "G" * 64, "", "a" * 65])
def test_a_document_itself_is_refused_and_never_repeated(limited: tuple[Machines, str], sent: str) -> None:
    machines, _key = limited
    program = Program(machines)
    if sent.startswith("0"):
        # Sixty-four digits are a hexadecimal number too: it is counted as a token like any other, and stays unreadable.
        assert program.ask(blinded=sent).status_code == 200
        return
    for answer in (
        program.ask(blinded=sent),
        program.tell(a_vend(1, blinded=sent)),
        program.ask(id_number=sent),
        program.tell(a_vend(1, id_number=sent)),
    ):
        assert answer.status_code == 422
        assert not sent or sent not in answer.content.decode()
    assert not Record.objects.exists()


def everything_stored() -> str:
    """Every row of every table, the data folder's files, keys excepted: what a backup holds."""
    rows = [repr(list(model.objects.values_list())) for model in apps.get_models()]
    folder = Path(settings.DATA)
    files = [path.read_bytes().hex() for path in folder.rglob("*") if path.is_file() and path.stat().st_size < 10**6]
    return "".join([*rows, *files])


def test_nothing_that_leads_to_a_document_is_stored_or_logged(
    limited: tuple[Machines, str], caplog: pytest.LogCaptureFixture
) -> None:
    machines, key = limited
    program = Program(machines)
    caplog.set_level(logging.DEBUG)
    for number, document in enumerate(DOCUMENTS):
        mine = blinded(document, key)
        program.ask(1, blinded=mine)
        program.tell(a_vend(number, blinded=mine))
        program.ask(1, blinded=document)
        program.tell(a_vend(number, blinded=document))
    stored = everything_stored()
    assert PickUpCount.objects.count() == 2
    for document in DOCUMENTS:
        traces = {
            document, document.encode().hex(), blinded(document, key), hashlib.sha256(document.encode()).hexdigest(),
            hashlib.md5(document.encode()).hexdigest(),  # noqa: S324
        }  # fmt: skip
        for trace in traces:
            assert trace not in stored
            assert trace not in caplog.text
    assert key not in stored
    fields = {field.name for field in Record._meta.get_fields()}
    assert not fields & {"token", "blinded", "pick_up"}


def test_tokens_of_two_windows_and_two_limits_have_nothing_in_common(limited: tuple[Machines, str]) -> None:
    machines, key = limited
    limit, mine = machines.m1.limit, blinded(DOCUMENTS[0], key)
    assert limit is not None
    now = NOW.date()
    tokens = {_pick_ups.token_of(limit, mine, now + timedelta(days=31 * n)) for n in range(4)}
    limit.pk += 1
    assert len(tokens | {_pick_ups.token_of(limit, mine, now)}) == 5


def test_with_the_quarter_its_key_and_its_counts_are_gone(limited: tuple[Machines, str]) -> None:
    machines, key = limited
    mine = blinded(DOCUMENTS[0], key)
    entries = [Entry(machines.facilities[0].pk, vend(1, number=1), mine)]
    record_batch(entries=entries, source="machine", actor=machines.actor, command_id=new(), at=NOW)
    file = _pick_ups.key_file(NOW.date())
    limit = machines.m1.limit
    assert limit is not None
    before = _pick_ups.token_of(limit, mine, NOW.date())
    assert file.exists()
    assert file.stat().st_mode & 0o077 == 0
    assert file.name not in key_files(file.parent)
    assert forget_pick_ups(at=NOW) == 0
    assert forget_pick_ups(at=NOW + timedelta(days=60)) == 1
    assert not file.exists()
    assert _pick_ups.token_of(limit, mine, NOW.date()) != before


def test_a_late_vend_of_an_earlier_window_is_not_counted(limited: tuple[Machines, str]) -> None:
    machines, key = limited
    told = vend(1, number=1, at=NOW - timedelta(days=40))
    entries = [Entry(machines.facilities[0].pk, told, blinded(DOCUMENTS[0], key))]
    record_batch(entries=entries, source="machine", actor=machines.actor, command_id=new(), at=NOW)
    assert not PickUpCount.objects.exists()


def test_who_may_set_and_lift_a_limit(limited: tuple[Machines, str]) -> None:
    machines, _key = limited
    county = machines.county.network.county
    said = {"area_id": county.pk, "area_path": county.path, "at": NOW}
    rule = Limit("两盒", "", 2, 30, 1)
    for actor, refusal in ((machines.actor, Forbidden), (machines.county.stranger, Unknown)):
        with pytest.raises((Forbidden, Unknown)):
            set_limit(limit=rule, actor=actor, command_id=new(), **said)  # type: ignore[arg-type]
        assert refusal
    command = new()
    set_limit(limit=rule, actor=machines.officer, command_id=command, **said)  # type: ignore[arg-type]
    with pytest.raises(Refused, match="cannot be shown again"):
        set_limit(limit=rule, actor=machines.officer, command_id=command, **said)  # type: ignore[arg-type]
    with pytest.raises(Refused, match="other contents"):
        set_limit(limit=Limit("两盒", "", 3, 30, 1), actor=machines.officer, command_id=command, **said)  # type: ignore[arg-type]
    limit = machines.m1.limit
    assert limit is not None
    end_limit(limit_id=limit.pk, actor=machines.officer, at=NOW)
    assert machines.m1.limit is None


def test_a_visitor_reports_a_fault_and_leaves_nothing(machines: Machines) -> None:
    client = Client(headers={"accept-language": "en"}, REMOTE_ADDR="203.0.113.77")
    page = client.get("/machines/at/M1/")
    text = page.content.decode()
    assert page.status_code == 200
    assert "0000-0000900" in text
    assert "On the right of the entrance" in text
    answers = [
        client.post("/machines/at/M1/", {"command_id": str(new()), "what": "stuck", "slot": "1"}) for _ in range(8)
    ]
    assert [answer.status_code for answer in answers] == [302] * 6 + [422] * 2
    fault = Fault.objects.first()
    assert fault is not None
    assert (fault.by_public, fault.reported_at.minute, fault.note) == (True, 0, "")
    assert "203.0.113.77" not in everything_stored()
    assert forget_pick_ups(at=timezone.now() + timedelta(hours=2)) == 1
    again = {"command_id": str(fault.command_id), "what": "stuck", "slot": "1"}
    assert client.post("/machines/at/M1/", again).status_code == 302
    other = client.post("/machines/at/M1/", again | {"what": "no_power"})
    assert other.status_code == 422
    assert "other contents" in other.content.decode()
    assert not Command.objects.filter(id=fault.command_id).exists()
    assert not Throttle.objects.exists()


def test_the_page_for_everybody_tells_no_figures_and_is_only_of_open_machines(machines: Machines) -> None:
    machines.refill(loads={1: 70, 2: 70, 3: 70})
    client = Client(headers={"accept-language": "en"})
    text = client.get("/machines/at/M1/").content.decode()
    assert "Available" in text
    assert "210" not in text
    assert client.get("/machines/at/SA/").status_code == 404
    facility = machines.facilities[1]
    facility.valid_to = builders.TODAY - timedelta(days=900)
    facility.save()
    assert client.get("/machines/at/M2/").status_code == 404

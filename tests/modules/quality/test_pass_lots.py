"""Several lots passed in one walk: a record each, all or none, and a form sent twice is one walk."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.builders import NOW, TODAY, a_person, a_storekeeper, a_stranger, an_actor
from tests.quality_builders import inspect
from tests.stock_builders import StockedCounty, days, lot
from zhixuan.modules.quality.models import Inspection
from zhixuan.modules.quality.operations.pass_lots import Looked, pass_lots
from zhixuan.modules.quality.queries import inspections
from zhixuan.rules.quality.inspection import Result
from zhixuan.rules.refusal import Refused
from zhixuan.shared.access import Forbidden, Role, Unknown
from zhixuan.shared.command_ids import new


def walk(county: StockedCounty, *lots: Looked, **more: Any) -> list[Inspection]:
    said = {"on": TODAY, "actor": county.keeper, "command_id": new(), "at": NOW} | more
    return pass_lots(facility_id=county.store.pk, lots=lots, **said)


def looked(number: str, pieces: int = 2) -> Looked:
    return Looked(lot(number).pk, pieces, "on_receipt")


def test_each_lot_gets_a_record_and_is_no_longer_due(county: StockedCounty) -> None:
    command = new()
    made = walk(county, looked("A"), looked("B", 3), command_id=command)
    assert [(one.number, one.sampled_pieces, one.result) for one in made] == [
        ("SA-ZJ-2026-0001", 2, "pass"),
        ("SA-ZJ-2026-0002", 3, "pass"),
    ]
    assert inspections.due_lots(county.keeper, today=TODAY) == []
    again = walk(county, looked("A"), looked("B", 3), command_id=command)
    assert [one.pk for one in again] == [one.pk for one in made]
    assert Inspection.objects.count() == 2


def test_all_lots_or_none(county: StockedCounty) -> None:
    with pytest.raises(Refused) as refused:
        walk(county, looked("A"), looked("B", 41), Looked(999_999, 1))
    assert {reason.field for reason in refused.value.reasons} == {f"lot-{lot('B').pk}", "lot-999999"}
    with pytest.raises(Refused) as refused:
        walk(county, looked("A"), on=days(1))
    assert {reason.field for reason in refused.value.reasons} == {"on"}
    with pytest.raises(Refused, match="Tick"):
        walk(county)
    inspect(county, Result.HOLD, actor=county.keeper)
    with pytest.raises(Refused) as refused:
        walk(county, looked("A"), looked("B"))
    assert refused.value.code == "same_person"
    assert Inspection.objects.filter(result="pass").count() == 0


def test_others_may_not(county: StockedCounty) -> None:
    with pytest.raises(Unknown):
        walk(county, looked("A"), actor=an_actor(a_stranger(county.network, Role.STOREKEEPER)))
    with pytest.raises(Forbidden):
        walk(county, looked("A"), actor=an_actor(a_person(Role.AUDITOR, county.network.county)))


def test_the_screen_lists_what_is_due_and_takes_the_ticked_ones_once(county: StockedCounty) -> None:
    client = Client()
    client.force_login(a_storekeeper(county.store))
    client.cookies["zhixuan_language"] = "en"
    address = reverse("quality:pass_lots")
    page = client.get(address).content.decode()
    one, other = lot("A").pk, lot("B").pk
    assert f'name="lot-{one}"' in page
    assert f'name="lot-{other}"' in page
    sent = {"command_id": str(new()), "on": timezone.localdate().isoformat(), f"why-{one}": "on_receipt"}
    assert "Tick the lots" in client.post(address, sent).content.decode()
    sent |= {f"lot-{one}": "on", f"pieces-{one}": "5", "facility": county.store.pk}
    wrong = client.post(address, sent | {f"pieces-{one}": "101"})
    assert wrong.status_code == 422
    assert 'value="101"' in wrong.content.decode()
    for _twice in range(2):
        assert "1 lot passed." in client.post(address, sent, follow=True).content.decode()
    assert list(Inspection.objects.values_list("lot_id", "sampled_pieces", "why")) == [(one, 5, "on_receipt")]
    assert f'name="lot-{one}"' not in client.get(address).content.decode()

"""The storage log: readings once, excursions found, lots touched."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.builders import NOW, TODAY, a_person, an_actor
from tests.quality_builders import inspect, reading
from tests.stock_builders import StockedCounty
from zhixuan.modules.quality.models import Excursion, StorageReading
from zhixuan.modules.quality.operations.record_readings import record_readings
from zhixuan.modules.quality.operations.set_limits import set_limits
from zhixuan.modules.quality.queries import inspections, storage
from zhixuan.rules.quality.storage import Limits, Reading
from zhixuan.rules.refusal import Refused
from zhixuan.shared.access import Forbidden, Role, Unknown


def log(county: StockedCounty, *readings: Reading, **more: object) -> int:
    said = {"facility_id": county.store.pk, "readings": readings, "actor": county.keeper, "at": NOW}
    return record_readings(**(said | more))


def test_the_same_twice_is_kept_once(county: StockedCounty) -> None:
    two = (reading(8, "20", "50"), reading(4, "21", "51"))
    assert log(county, *two) == 2
    assert log(county, *two, reading(1, "22")) == 1
    assert StorageReading.objects.count() == 3
    with pytest.raises(Refused) as refused:
        log(county, reading(8, "25", "50"))
    assert refused.value.code == "reading_differs"


def test_an_excursion_grows_ends_and_is_found_whatever_the_order(county: StockedCounty) -> None:
    log(county, reading(30, "29"), reading(20, "33"))
    one = Excursion.objects.get()
    assert (one.extreme, one.ended_at) == (Decimal("33"), None)
    log(county, reading(10, "28"), reading(15, "36.5"))
    one = Excursion.objects.get()
    assert (one.extreme, one.readings) == (Decimal("36.5"), 2)
    assert one.ended_at == reading(10).at
    log(county, reading(17, "25"))
    assert [row.readings for row in Excursion.objects.order_by("began_at")] == [1, 1]


def test_an_excursion_beyond_the_products_own_limit_makes_lots_due(county: StockedCounty) -> None:
    inspect(county)
    inspect(county, number="B")
    log(county, reading(3, "38"))
    assert inspections.due_lots(county.keeper, today=TODAY) == []
    touched = storage.lots_touched(Excursion.objects.get())
    assert [beyond for _lot, beyond in touched] == [False, False]
    log(county, reading(2, "41"))
    assert [beyond for _lot, beyond in storage.lots_touched(Excursion.objects.get())] == [True, True]
    # Inspected on the same day already: only an excursion of a later day would ask again.
    assert inspections.due_lots(county.keeper, today=TODAY) == []


def test_an_excursion_after_the_last_look(county: StockedCounty) -> None:
    inspect(county, on=NOW.date().replace(day=NOW.day - 1))
    log(county, reading(2, "42"))
    due = inspections.due_lots(county.keeper, today=TODAY)
    assert {reason.rule.code for one in due if one.lot.number == "A" for reason in one.reasons} == {"concern"}


def test_limits_of_the_facilitys_own(county: StockedCounty) -> None:
    log(county, reading(2, "27"))
    limits = Limits(Decimal(2), Decimal(25), None, None, source="label of the implants")
    with pytest.raises(Forbidden):
        set_limits(facility_id=county.store.pk, limits=limits, actor=county.keeper, at=NOW)
    set_limits(facility_id=county.store.pk, limits=limits, actor=county.actor, at=NOW)
    assert Excursion.objects.get().extreme == Decimal(27)
    upside_down = Limits(Decimal(9), Decimal(8))
    with pytest.raises(Refused) as refused:
        set_limits(facility_id=county.store.pk, limits=upside_down, actor=county.actor, at=NOW)
    assert {one.field for one in refused.value.reasons} == {"temperature_least", "source"}


def test_what_cannot_be_read(county: StockedCounty) -> None:
    with pytest.raises(Refused) as refused:
        log(county, reading(-1, "20"), reading(1), reading(2, "99", "101"))
    fields = [one.field for one in refused.value.reasons]
    assert fields == ["lines-0-at", "lines-1-temperature", "lines-2-temperature", "lines-2-humidity"]
    assert not StorageReading.objects.exists()


def test_who_may(county: StockedCounty) -> None:
    with pytest.raises(Unknown):
        log(county, reading(1, "20"), actor=county.stranger)
    with pytest.raises(Forbidden):
        log(county, reading(1, "20"), actor=an_actor(a_person(Role.AUDITOR, county.store)))

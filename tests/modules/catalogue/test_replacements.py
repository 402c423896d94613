"""A product takes the place of another: no circles, no second successor; the page, the interface, who may."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from tests.builders import NOW, a_person, an_actor, an_area
from tests.journeys.desk import Desk
from tests.stock_builders import a_product
from zhixuan.modules.accounts.models import User
from zhixuan.modules.catalogue import queries
from zhixuan.modules.catalogue.models import Method, Product, Replacement
from zhixuan.modules.catalogue.operations.end_replacement import end_replacement
from zhixuan.modules.catalogue.operations.replace_product import replace_product
from zhixuan.modules.directory.models import Area
from zhixuan.rules.refusal import Refused
from zhixuan.rules.replacing import Successor
from zhixuan.shared.access import Forbidden, Role, Unknown
from zhixuan.shared.models import AuditEntry

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 1)


@pytest.fixture
def officer() -> User:
    return a_person(Role.STATION_OFFICER, an_area("42", Area.Level.PROVINCE))


def said(officer: User, older: Product, newer: Product, **more: Any) -> Replacement:
    given: dict[str, Any] = {"older_id": older.pk, "newer_id": newer.pk, "holds_from": DAY, "reason": "end_of_supply"}
    given |= {"note": "", "older_pieces": 1, "newer_pieces": 1, "actor": an_actor(officer), "at": NOW}
    return replace_product(**given | more)


def test_a_chain_counts_with_all_its_factors_from_its_days_on(officer: User) -> None:
    a, b, c = a_product("a"), a_product("b"), a_product("c")
    first = said(officer, a, b, older_pieces=10, newer_pieces=1)
    assert said(officer, a, b, older_pieces=10, newer_pieces=1) == first
    said(officer, b, c, holds_from=date(2026, 9, 1), newer_pieces=3)
    assert queries.successors(date(2026, 5, 31)) == {}
    assert queries.successors(DAY) == {a.pk: Successor(b.pk, Fraction(1, 10))}
    later = queries.successors(date(2026, 9, 1))
    assert later == {a.pk: Successor(c.pk, Fraction(3, 10)), b.pk: Successor(c.pk, Fraction(3))}
    assert list(AuditEntry.objects.values_list("verb", flat=True)) == ["replace_product", "replace_product"]


@pytest.mark.parametrize(
    ("older", "newer", "more", "code"),
    [
        ("a", "a", {}, "itself"),
        ("a", "c", {}, "replaced"),
        ("b", "a", {}, "circle"),
        ("c", "d", {}, "withdrawn"),
        ("c", "e", {"reason": "because"}, "refused"),
        ("c", "e", {"older_pieces": 0}, "refused"),
    ],
)
def test_what_cannot_be(officer: User, older: str, newer: str, more: dict[str, Any], code: str) -> None:
    made = {name: a_product(name) for name in "abce"} | {"d": a_product("d", status="withdrawn")}
    said(officer, made["a"], made["b"])
    with pytest.raises(Refused) as refused:
        said(officer, made[older], made[newer], **more)
    assert refused.value.code == code
    assert Replacement.objects.count() == 1


def test_ended_it_stays_on_record_and_another_may_follow(officer: User) -> None:
    a, b, c = a_product("a"), a_product("b"), a_product("c")
    first = said(officer, a, b)
    end_replacement(replacement_id=first.pk, actor=an_actor(officer), at=NOW)
    with pytest.raises(Unknown):
        end_replacement(replacement_id=first.pk, actor=an_actor(officer), at=NOW)
    said(officer, a, c)
    assert Replacement.objects.count() == 2
    keeper = an_actor(a_person(Role.STOREKEEPER, an_area("43", Area.Level.PROVINCE)))
    for verb, words in ((end_replacement, {"replacement_id": first.pk}),):
        with pytest.raises(Forbidden):
            verb(**words, actor=keeper, at=NOW)


def test_on_the_pages(officer: User, settings: Any) -> None:
    settings.SECOND_STEP_ROLES = frozenset()
    a, b = a_product("a"), a_product("b")
    desk, chinese = Desk(officer), Desk(officer, "zh-hans")
    address = f"/catalogue/products/{a.pk}/replace/"
    words = {"newer": b.pk, "holds_from": "2026-06-01", "reason": "specification", "older_pieces": 1, "newer_pieces": 2}
    assert "whole number" in desk.refused(address, desk.form(address), **words | {"newer_pieces": "x"})
    early = Method.objects.create(code="a", name_zh="甲", name_en="Early", method_class="barrier", position=0)
    a_product("c", method=early)
    assert re.findall(r'<optgroup label="(.*?)"', desk.page(address)) == ["Male condom", "Early"]
    assert "required" in desk.refused(address, desk.form(address), **words | {"newer": ""})
    desk.send(address, desk.form(address), **words)
    assert re.search(r'name="holds_from" value="\d{4}-\d\d-\d\d"', chinese.page(f"/catalogue/products/{b.pk}/replace/"))
    assert "New specification" in desk.page(f"/catalogue/products/{a.pk}/")
    assert "it takes the place of" in desk.page(f"/catalogue/products/{b.pk}/")
    assert "替代" in chinese.page(f"/catalogue/products/{a.pk}/")

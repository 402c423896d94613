"""Adding, renaming, re-coding and moving areas: allowed, refused, stranger, history, paths below."""

from __future__ import annotations

from datetime import date

import pytest

from tests.builders import (
    NOW,
    TODAY,
    Network,
    a_facility,
    a_network,
    a_planner,
    a_storekeeper,
    a_stranger,
    an_actor,
    an_administrator,
    an_area,
)
from zhixuan.modules.directory import queries
from zhixuan.modules.directory.models import Area, Facility
from zhixuan.modules.directory.operations.add_area import add_area
from zhixuan.modules.directory.operations.change_area import change_area
from zhixuan.rules.refusal import Refused
from zhixuan.shared.access import Actor, Forbidden, Unknown
from zhixuan.shared.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def network() -> Network:
    return a_network()


@pytest.fixture
def planner(network: Network) -> Actor:
    return an_actor(a_planner(network.county))


def added(actor: Actor, parent: Area | None, **facts: object) -> Area:
    told = {"code": "420116101", "name_zh": "新镇", "level": "township", **facts}
    return add_area(**told, parent_id=parent.pk if parent else None, actor=actor, at=NOW)  # type: ignore[arg-type]


def changed(actor: Actor, area: Area, **facts: object) -> Area:
    told = {name: getattr(area, name) for name in ("code", "name_zh", "name_en", "parent_id")}
    return change_area(area_id=area.pk, **{**told, "on": TODAY, **facts}, actor=actor, at=NOW)  # type: ignore[arg-type]


class TestAdding:
    def test_puts_the_area_below_its_parent_and_notes_it(self, network: Network, planner: Actor) -> None:
        area = added(planner, network.county, code=" 420116101 ", name_en="New Town")
        assert area.path == f"{network.county.path}420116101/"
        entry = AuditEntry.objects.get(verb="add_area")
        assert (entry.object_id, entry.area_path) == (str(area.pk), area.path)

    @pytest.mark.parametrize(
        ("facts", "field"),
        [
            ({"code": "420116100"}, "code"),
            ({"code": "4/2"}, "code"),
            ({"name_zh": ""}, "name_zh"),
            ({"level": "county"}, "parent"),
            ({"level": "kingdom"}, "level"),
        ],
    )
    def test_is_refused_with_the_field(
        self, network: Network, planner: Actor, facts: dict[str, str], field: str
    ) -> None:
        with pytest.raises(Refused) as refused:
            added(planner, network.county, **facts)
        assert refused.value.field == field
        assert not AuditEntry.objects.exists()

    def test_in_another_county_it_is_unknown(self, network: Network) -> None:
        stranger = an_actor(a_stranger(network))
        with pytest.raises(Unknown):
            added(stranger, network.county)

    def test_a_storekeeper_may_not(self, network: Network) -> None:
        keeper = an_actor(a_storekeeper(network.store))
        with pytest.raises((Forbidden, Unknown)):
            added(keeper, network.township, level="village")

    def test_a_root_is_for_administrators_of_the_whole(self, network: Network, planner: Actor) -> None:
        facts = {"code": "77", "level": "province"}
        assert added(an_actor(an_administrator()), None, **facts).path == "/77/"
        with pytest.raises(Forbidden):
            added(planner, None, **{**facts, "code": "78"})
        with pytest.raises(Forbidden):
            added(an_actor(an_administrator(network.county)), None, **{**facts, "code": "78"})


class TestChanging:
    def test_a_name_keeps_the_old_one(self, network: Network, planner: Actor) -> None:
        old = network.township.name_zh
        area = changed(planner, network.township, name_zh="改名镇", on=date(2026, 7, 1))
        past = queries.history_of(area).get()
        assert (past.name_zh, past.valid_to) == (old, date(2026, 6, 30))
        assert area.name_zh == "改名镇"

    def test_nothing_changed_leaves_no_trace(self, network: Network, planner: Actor) -> None:
        changed(planner, network.township)
        assert not queries.history_of(network.township).exists()
        assert not AuditEntry.objects.exists()

    def test_a_new_code_reaches_all_paths_below_and_no_other(self, network: Network, planner: Actor) -> None:
        village = an_area("420116100201", Area.Level.VILLAGE, parent=network.township)
        cabinet = a_facility(village, "VA", kind=Facility.Kind.VILLAGE_CABINET)
        neighbour = an_area("4201160", Area.Level.TOWNSHIP, parent=network.county)
        before = neighbour.path
        changed(planner, network.township, code="420116999")
        for row in (village, cabinet, neighbour):
            row.refresh_from_db()
        assert village.path == f"{network.county.path}420116999/420116100201/"
        assert cabinet.area_path == village.path
        assert Facility.objects.get(code="SA").area_path == f"{network.county.path}420116999/"
        assert neighbour.path == before

    def test_a_move_takes_the_branch_along(self, network: Network) -> None:
        everywhere = an_actor(an_administrator())
        changed(everywhere, network.township, parent_id=network.sibling.pk)
        store = Facility.objects.get(code="SA")
        assert store.area_path == f"{network.sibling.path}{network.township.code}/"
        assert store in queries.facilities_for(an_actor(a_stranger(network)))
        assert store not in queries.facilities_for(an_actor(a_planner(network.county)))

    def test_a_move_into_anothers_county_is_unknown(self, network: Network, planner: Actor) -> None:
        with pytest.raises(Unknown):
            changed(planner, network.township, parent_id=network.sibling.pk)

    def test_a_move_below_itself_is_refused(self, network: Network) -> None:
        everywhere = an_actor(an_administrator())
        with pytest.raises(Refused):
            changed(everywhere, network.county, parent_id=network.township.pk)

    def test_days_go_forward(self, network: Network, planner: Actor) -> None:
        changed(planner, network.township, name_zh="甲", on=date(2026, 7, 1))
        network.township.refresh_from_db()
        with pytest.raises(Refused) as refused:
            changed(planner, network.township, name_zh="乙", on=date(2026, 6, 1))
        assert refused.value.field == "on"

    def test_a_stranger_does_not_find_it(self, network: Network) -> None:
        with pytest.raises(Unknown):
            changed(an_actor(a_stranger(network)), network.township, name_zh="别人")

    def test_an_area_that_is_not_there_is_unknown(self, planner: Actor) -> None:
        with pytest.raises(Unknown):
            change_area(area_id=0, code="1", name_zh="x", name_en="", parent_id=None, on=TODAY, actor=planner, at=NOW)


def test_the_tree_counts_what_lies_in_each_area(network: Network, planner: Actor) -> None:
    nodes = {node.area.code: node for node in queries.area_tree(planner)}
    assert set(nodes) == {"420116", "420116100"}
    assert (nodes["420116"].depth, nodes["420116100"].depth) == (0, 1)
    assert (nodes["420116"].facilities, nodes["420116"].children) == (1, 1)

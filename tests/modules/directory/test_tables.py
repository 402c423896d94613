"""Tables out and in: what goes out comes in unchanged, the dry run tells all mistakes, applying is all or nothing."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.utils import translation

from tests.builders import (
    CANARY,
    NOW,
    Network,
    a_network,
    a_planner,
    a_product,
    a_stranger,
    an_actor,
    an_administrator,
)
from zhixuan.modules.accounts.models import User
from zhixuan.modules.directory.models import Area, Facility, ImportDraft, PermittedProduct
from zhixuan.modules.directory.operations.apply_import import apply_import
from zhixuan.modules.directory.operations.upload_tables import upload_tables
from zhixuan.modules.directory.queries.planned import Plan, planned
from zhixuan.modules.directory.queries.tables import TableKind, column_specs, rows_of
from zhixuan.rules.refusal import Refused
from zhixuan.shared import command_ids
from zhixuan.shared.access import Actor, Forbidden, Unknown
from zhixuan.shared.models import AuditEntry
from zhixuan.shared.spreadsheets import writing

pytestmark = pytest.mark.django_db
FACILITY_HEAD = "机构编码,中文名称,英文名称,机构类型,区域编码,经度,纬度"


@pytest.fixture
def network() -> Network:
    return a_network()


@pytest.fixture
def officer(network: Network) -> User:
    return a_planner(network.county)


@pytest.fixture
def planner(officer: User) -> Actor:
    return an_actor(officer)


def exported(kind: TableKind, actor: Actor, *, csv: bool) -> bytes:
    if csv:
        return writing.csv_bytes(columns=column_specs(kind), rows=rows_of(kind, actor))
    stream = io.BytesIO()
    writing.write_xlsx(stream, sheet="x", columns=column_specs(kind), rows=rows_of(kind, actor))
    return stream.getvalue()


def table(*lines: str) -> bytes:
    return "\n".join(lines).encode()


def plan_of(actor: Actor, *lines: str) -> Plan:
    return planned(table(*lines), file_name="file.csv", actor=actor)


def told(plan: Plan) -> list[tuple[int, str, str]]:
    """Row, column and kind of every problem that the rules found."""
    return [(problem.at.row, problem.refused.field, problem.refused.code) for problem in plan.problems]


def apply(actor: Actor, content: bytes, *, name: str = "file.csv", command_id: UUID | None = None) -> dict[str, int]:
    command_id = command_id or command_ids.new()
    draft = upload_tables(content=content, file_name=name, actor=actor, command_id=command_id, at=NOW)
    return apply_import(draft_id=draft.pk, actor=actor, at=NOW)


class TestRoundTrip:
    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    @pytest.mark.parametrize("csv", [True, False])
    @pytest.mark.parametrize("kind", list(TableKind))
    def test_what_goes_out_comes_in_unchanged(
        self, network: Network, planner: Actor, kind: TableKind, csv: bool, language: str
    ) -> None:
        PermittedProduct.objects.create(facility=network.store, product=a_product("P1"))
        with translation.override(language):
            content = exported(kind, planner, csv=csv)
        name = "x.csv" if csv else "x.xlsx"
        with translation.override("en" if language == "zh-hans" else "zh-hans"):
            plan = planned(content, file_name=name, actor=planner)
        assert plan.fits, [*told(plan), *(refused.text() for refused in plan.refused)]
        assert plan.empty
        assert plan.rows[kind] > 0

    def test_tells_nothing_of_another_county(self, network: Network, planner: Actor) -> None:
        for kind in TableKind:
            assert CANARY.encode() not in exported(kind, planner, csv=True)


class TestDryRun:
    def test_says_what_it_would_add_and_change_and_writes_nothing(self, network: Network, planner: Actor) -> None:
        plan = plan_of(
            planner,
            FACILITY_HEAD,
            "V1,药柜,,村药具柜,420116100,102.3,40.1",
            "SA,新名,Store A,township_store,420116100,,",
        )
        assert plan.fits, [refused.text() for refused in plan.refused]
        assert [(one.after.code, one.before is None, one.fields) for one in plan.facilities][1] == (
            "SA",
            False,
            ("name_zh",),
        )
        assert plan.facilities[0].before is None
        assert not Facility.objects.filter(code="V1").exists()

    def test_tells_every_mistake_with_row_and_column(self, network: Network, planner: Actor) -> None:
        plan = plan_of(
            planner,
            FACILITY_HEAD,
            "V1,药柜,,小卖部,420116100,,",
            "V2,,,clinic,420116100,,",
            "V3,诊所,,clinic,999,,",
            "V4,诊所,,clinic,420116100,abc,40",
            "V5,诊所,,clinic,420116100,112,",
            "V6,诊所,,clinic,420116100,,",
            "V6,诊所,,clinic,420116100,,",
        )
        cells = {(reason.fields["row"], reason.code) for reason in plan.refused}
        assert cells == {(2, "cell-choice"), (3, "cell-required"), (5, "cell-number")}
        assert told(plan) == [
            (4, "area", "unknown_code"),
            (6, "latitude", "coordinate_missing"),
            (8, "code", "repeated"),
        ]

    def test_of_a_strangers_rows_says_only_that_they_are_not_ours(self, network: Network, planner: Actor) -> None:
        rows = ["SB,夺走,,township_store,420117100,,", "N1,新,,clinic,420117,,", "WA,移走,,warehouse,420117,,"]
        plan = plan_of(planner, FACILITY_HEAD, *rows)
        assert told(plan) == [(row, "code", "not_yours") for row in (2, 3, 4)]
        assert not plan.facilities
        assert CANARY not in repr(plan)

    def test_of_supply_lines_to_a_sibling_is_not_ours_either(self, network: Network, planner: Actor) -> None:
        plan = plan_of(planner, "机构编码,供货机构编码", "SA,WB", "WA,SA")
        assert [(row, code) for row, _, code in told(plan)] == [(2, "not_yours"), (3, "supply_circle")]

    def test_of_a_circle_names_it(self, network: Network, planner: Actor) -> None:
        plan = plan_of(planner, "机构编码,供货机构编码", "WA,SA")
        assert told(plan) == [(2, "supplied_by", "supply_circle")]

    def test_of_areas_takes_parents_of_the_same_file(self, network: Network, planner: Actor) -> None:
        head = "区域编码,中文名称,区域级别,上级区域编码"
        plan = plan_of(planner, head, "N11,新村,village,N1", "N1,新镇,township,420116")
        assert plan.fits, told(plan)
        assert [change.after.code for change in plan.areas] == ["N1", "N11"]

    def test_of_new_areas_and_their_facilities_in_one_workbook(self, network: Network, planner: Actor) -> None:
        content = workbook(
            ("区域", [["区域编码", "中文名称", "区域级别", "上级区域编码"], ["N1", "新镇", "乡镇（街道）", "420116"]]),
            ("机构", [["机构编码", "中文名称", "机构类型", "区域编码"], ["F1", "新库", "乡镇药具库", "N1"]]),
            ("供货", [["机构编码", "供货机构编码"], ["F1", "WA"]]),
            ("说明", [["随便"], ["写写"]]),
        )
        assert planned(content, file_name="x.xlsx", actor=planner).ignored == ["说明"]
        outcome = apply(planner, content, name="x.xlsx")
        assert outcome == {"areas": 1, "facilities": 1, "supply_lines": 1, "permitted_products": 0}
        facility = Facility.objects.get(code="F1")
        assert facility.supplied_by == network.warehouse
        assert facility.area_path == f"{network.county.path}N1/"

    def test_of_a_file_without_a_table_is_refused(self, planner: Actor) -> None:
        with pytest.raises(Refused) as refused:
            plan_of(planner, "a,b", "1,2")
        assert refused.value.code == "no_table"


def workbook(*sheets: tuple[str, Sequence[Sequence[str]]]) -> bytes:
    stream = io.BytesIO()
    with writing.new_workbook(stream) as book:
        for name, rows in sheets:
            page = book.add_worksheet(name)
            for y, row in enumerate(rows):
                for x, cell in enumerate(row):
                    page.write_string(y, x, cell)
    return stream.getvalue()


class TestApplying:
    def test_twice_changes_nothing_more(self, network: Network, planner: Actor) -> None:
        content = table(FACILITY_HEAD, "V1,药柜,Cabinet,village_cabinet,420116100,,")
        command_id = command_ids.new()
        first = apply(planner, content, command_id=command_id)
        entries = AuditEntry.objects.count()
        assert apply(planner, content, command_id=command_id) == first
        assert AuditEntry.objects.count() == entries
        assert apply(planner, content)["facilities"] == 0
        assert ImportDraft.objects.get(pk=command_id).content in (b"", memoryview(b""))

    def test_leaves_what_the_file_leaves_out(self, network: Network, planner: Actor) -> None:
        Facility.objects.filter(code="SA").update(phone="123", address="路")
        apply(planner, table("机构编码,中文名称,机构类型,区域编码,电话", "SA,改名,township_store,420116100,"))
        store = Facility.objects.get(code="SA")
        assert (store.name_zh, store.phone, store.address) == ("改名", "", "路")

    def test_is_all_or_nothing(self, network: Network, planner: Actor) -> None:
        content = table(FACILITY_HEAD, "V1,药柜,,village_cabinet,420116100,,", "V2,药柜,,village_cabinet,999,,")
        with pytest.raises(Refused):
            apply(planner, content)
        assert not Facility.objects.filter(code="V1").exists()

    def test_renames_keep_history(self, network: Network, planner: Actor) -> None:
        apply(planner, table("区域编码,中文名称,区域级别,上级区域编码", "420116100,新名镇,township,420116"))
        area = Area.objects.get(code="420116100")
        assert area.name_zh == "新名镇"
        assert area.history.count() == 1

    def test_lists_of_products_are_set_whole(self, network: Network, planner: Actor) -> None:
        for code in ("P1", "P2", "P3"):
            a_product(code)
        apply(planner, table("机构编码,品种编码", "SA,P1", "SA,P2"))
        apply(planner, table("机构编码,品种编码", "SA,P2", "SA,P3"))
        held = set(network.store.permitted_products.values_list("product__code", flat=True))
        assert held == {"P2", "P3"}

    def test_of_anothers_upload_is_unknown(self, network: Network, planner: Actor) -> None:
        content = table("机构编码,供货机构编码", "SA,WA")
        draft = upload_tables(content=content, file_name="x.csv", actor=planner, command_id=command_ids.new(), at=NOW)
        with pytest.raises(Unknown):
            apply_import(draft_id=draft.pk, actor=an_actor(an_administrator()), at=NOW)

    def test_is_for_officers(self, network: Network) -> None:
        with pytest.raises(Forbidden):
            upload_tables(content=b"", file_name="x", actor=Actor(7, "x"), command_id=command_ids.new(), at=NOW)


@pytest.fixture
def no_second_step(settings: Any) -> None:
    settings.SECOND_STEP_ROLES = frozenset()


@pytest.mark.usefixtures("no_second_step")
class TestScreens:
    def test_lead_from_upload_to_applied(self, network: Network, officer: User, client: Client) -> None:
        client.force_login(officer)
        file = io.BytesIO(table(FACILITY_HEAD, "V1,药柜,Cabinet,village_cabinet,420116100,,"))
        file.name = "机构.csv"
        answer = client.post("/directory/tables/", {"file": file, "command_id": str(command_ids.new())})
        assert answer.status_code == 302
        page = client.get(answer.url)
        assert "V1" in page.content.decode()
        assert not Facility.objects.filter(code="V1").exists()
        client.post(answer.url)
        assert Facility.objects.filter(code="V1").exists()
        assert client.get(answer.url).status_code == 200

    def test_show_mistakes_and_offer_no_applying(self, network: Network, officer: User, client: Client) -> None:
        client.force_login(officer)
        file = io.BytesIO(table(FACILITY_HEAD, "V1,药柜,,小卖部,420116100,,", "V3,诊所,,clinic,999,,"))
        file.name = "x.csv"
        answer = client.post("/directory/tables/", {"file": file, "command_id": str(command_ids.new())})
        page = client.get(answer.url, headers={"accept-language": "zh-hans"}).content.decode()
        assert "小卖部" in page
        assert "没有编码为 999 的区域" in page
        assert "btn-lg" not in page

    def test_templates_can_be_filled_in(self, network: Network, officer: User, client: Client) -> None:
        client.force_login(officer)
        for kind in TableKind:
            assert client.get(f"/directory/tables/template/?kind={kind}").content[:2] == b"PK"
            assert client.get(f"/directory/tables/download/?kind={kind}&as=csv").status_code == 200
        assert client.get("/directory/tables/download/?kind=users").status_code == 404

    def test_a_strangers_map_has_no_place_of_ours(self, network: Network, client: Client) -> None:
        client.force_login(a_stranger(network))
        for path in ("/directory/map/", "/directory/facilities/", "/directory/areas/"):
            answer = client.get(path)
            assert answer.status_code == 200
            page = answer.content.decode()
            assert "Store A" not in page and "点 Store A" not in page  # noqa: PT018

"""Vendors' files: a dry run first, all mistakes at once, nothing about people, applied once."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from tests.builders import NOW, a_storekeeper, an_actor
from tests.machine_builders import Machines, vend
from zhixuan.modules.machines.models import Record
from zhixuan.modules.machines.operations.apply_records import apply_records
from zhixuan.modules.machines.operations.upload_records import upload_records
from zhixuan.rules.refusal import Refused
from zhixuan.shared.access import Actor, Forbidden, Unknown
from zhixuan.shared.models import Upload

HEAD = "机器编号,记录号,类型,货道,时间,数量\n"
GOOD = HEAD + "M1,1,出货,1,2026-11-20 08:05:09,\nm1,2,卡货,,2026/11/20 9:00,\nSN-M2,1,出货,2,2026年11月21日 10:00,20\n"


@pytest.fixture
def keeper(machines: Machines) -> Actor:
    return an_actor(a_storekeeper(machines.county.network.township))


def upload(keeper: Actor, content: str | bytes, *, mapping: str = "template", name: str = "told.csv") -> UUID:
    data = content if isinstance(content, bytes) else content.encode("gb18030")
    return upload_records(
        mapping=mapping, content=data, file_name=name, actor=keeper, command_id=uuid4(), at=NOW
    )  # fmt: skip


def test_a_file_is_recorded_once(machines: Machines, keeper: Actor) -> None:
    machines.refill(loads={1: 100})
    kept = upload(keeper, GOOD)
    assert not Record.objects.exists()
    outcome = apply_records(upload_id=kept, actor=keeper, at=NOW)
    assert (outcome.new, outcome.vends, outcome.pieces) == (3, 2, 30)
    again = apply_records(upload_id=kept, actor=keeper, at=NOW)
    assert (again.repeated, again.new, Record.objects.count()) == (True, 3, 3)
    with pytest.raises(Refused, match="applied already"):
        upload(keeper, GOOD)
    more = apply_records(upload_id=upload(keeper, GOOD + "M1,3,出货,1,2026-11-22 08:00,\n"), actor=keeper, at=NOW)
    assert (more.new, more.known) == (1, 3)


def test_what_the_machine_told_itself_is_known_in_the_file(machines: Machines, keeper: Actor) -> None:
    machines.tell(vend(1, number=1, at=NOW.replace(day=20, hour=0, minute=5, second=44)))
    outcome = apply_records(upload_id=upload(keeper, GOOD), actor=keeper, at=NOW)
    assert (outcome.new, outcome.known) == (2, 1)


def test_another_vendors_titles_and_words(machines: Machines, keeper: Actor) -> None:
    rows = "SN-M1,77,成功,1,2026-11-20 08:05:09\nSN-M1,78,失败,1,2026-11-20 08:06\n"
    content = f"终端号,交易序号,交易状态,料道,交易时间\n{rows}"
    outcome = apply_records(upload_id=upload(keeper, content, mapping="vendor_example"), actor=keeper, at=NOW)
    assert (outcome.new, outcome.vends) == (2, 1)


def test_all_mistakes_at_once_with_their_rows(machines: Machines, keeper: Actor) -> None:
    content = (
        HEAD + "M9,1,出货,1,2026-11-20 08:00,\nM1,x,跳舞,1,yesterday,\nM1,3,出货,,2026-11-20 08:00,0\n,4,卡货,,,\n"
    )
    kept = upload(keeper, content)
    with pytest.raises(Refused) as refused:
        apply_records(upload_id=kept, actor=keeper, at=NOW)
    found = {(reason.fields.get("row"), reason.field) for reason in refused.value.reasons}
    assert {(2, "machine"), (3, "number"), (3, "kind"), (3, "happened_at"), (4, "slot"), (4, "pieces"), (5, "machine"),
            (5, "happened_at")} <= found  # fmt: skip
    assert not Record.objects.exists()


@pytest.mark.parametrize(
    "content",
    [
        "机器编号,类型,时间,货道,身份证号\nM1,出货,2026-11-20 08:00,1,x\n",
        "机器编号,类型,时间,货道,姓 名\nM1,出货,2026-11-20 08:00,1,张\n",
        "机器编号,类型,时间,货道,备注\nM1,出货,2026-11-20 08:00,1,卡号 990121199003071234\n",
    ],
)
def test_a_file_about_people_is_never_stored(machines: Machines, keeper: Actor, content: str) -> None:
    with pytest.raises(Refused) as refused:
        upload(keeper, content)
    assert refused.value.code == "about_people"
    assert "990121" not in str(refused.value)
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00" * 5000, b"PK\x03\x04" + b"\xff" * 400, b"\xd0\xcf\x11\xe0" + b"\x00" * 600, "a;b\n" * 5, HEAD],
    ids=["empty", "noughts", "broken zip", "broken xls", "other columns", "heading only"],
)
def test_hostile_files_are_refused_in_words(machines: Machines, keeper: Actor, content: str | bytes) -> None:
    with pytest.raises(Refused):
        apply_records(upload_id=upload(keeper, content), actor=keeper, at=NOW)
    assert not Record.objects.exists()


def test_machines_of_others_are_not_there(machines: Machines, keeper: Actor) -> None:
    stranger = machines.county.stranger
    kept = upload(stranger, GOOD)
    with pytest.raises(Refused, match="no machine M1 in your area"):
        apply_records(upload_id=kept, actor=stranger, at=NOW)
    with pytest.raises(Unknown):
        apply_records(upload_id=kept, actor=keeper, at=NOW)
    with pytest.raises(Forbidden):
        upload(Actor(7, "looker"), GOOD)
    with pytest.raises(Refused):
        upload(keeper, GOOD, mapping="../secrets")

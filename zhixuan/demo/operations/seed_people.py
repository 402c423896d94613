from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from zhixuan.demo.operations._people import add_people
from zhixuan.demo.people import WHOLE, DemoPerson
from zhixuan.modules.accounts import queries as accounts
from zhixuan.modules.directory import queries as directory
from zhixuan.shared.access import Role


@transaction.atomic
def seed_people(*, now: datetime) -> int:
    """Give a system with areas of its own (imported data) people to try it with. Safe to repeat.

    Returns:
        How many people were added.
    """
    return add_people(_people(), actor=accounts.program("演示 demo"), at=now)


def _people() -> Iterator[DemoPerson]:
    """One for the whole, and the usual roles at the first facility and the areas round it."""
    yield DemoPerson("demo-admin", "安之衡 An Zhiheng", Role.ADMINISTRATOR, WHOLE)
    yield DemoPerson("demo-national", "云知夏 Yun Zhixia", Role.STATION_OFFICER, WHOLE)
    yield DemoPerson("demo-auditor", "明鉴 Ming Jian", Role.AUDITOR, WHOLE)
    yield DemoPerson("demo-statistician", "方圆 Fang Yuan", Role.STATISTICIAN, WHOLE)
    facility = directory.all_facilities().filter(valid_to=None).order_by("area_path", "code").first()
    if facility is None:
        return
    region = directory.ancestors_of(facility.area)[:2][-1]
    yield DemoPerson("demo-region", "林间月 Lin Jianyue", Role.STATION_OFFICER, region.code)
    yield DemoPerson("demo-district", "星野 Xing Ye", Role.TOWNSHIP_OFFICER, facility.area.code)
    yield DemoPerson("demo-storekeeper", "石满仓 Shi Mancang", Role.STOREKEEPER, facility.code)
    yield DemoPerson("demo-dispenser", "禾小满 He Xiaoman", Role.DISPENSER, facility.code)

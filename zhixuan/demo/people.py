"""People of the demo: one for every role. Nobody of them exists; the names are made of words and plants."""

from __future__ import annotations

from dataclasses import dataclass

from zhixuan.demo import county
from zhixuan.shared.access import Role

WHOLE = "/"
CHECKER = "demo-checker"


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """A person of the demo with one role at one place: the code of an area or facility, or "/" for the whole."""

    username: str
    name: str
    role: Role
    place: str


PEOPLE = (
    DemoPerson("demo-admin", "安之衡 An Zhiheng", Role.ADMINISTRATOR, WHOLE),
    DemoPerson("demo-station", "云知夏 Yun Zhixia", Role.STATION_OFFICER, county.COUNTY),
    DemoPerson("demo-storekeeper", "石满仓 Shi Mancang", Role.STOREKEEPER, county.COUNTY_STORE),
    DemoPerson(CHECKER, "叶知秋 Ye Zhiqiu", Role.STOREKEEPER, county.COUNTY_STORE),
    DemoPerson("demo-township", "林间月 Lin Jianyue", Role.TOWNSHIP_OFFICER, f"{county.COUNTY}003"),
    DemoPerson("demo-dispenser", "禾小满 He Xiaoman", Role.DISPENSER, "YL-V0301"),
    DemoPerson("demo-clinician", "白芷 Bai Zhi", Role.CLINICIAN, "YL-H02"),
    DemoPerson("demo-outreach", "辛夷 Xin Yi", Role.OUTREACH, county.COUNTY),
    DemoPerson("demo-liaison", "简宁 Jian Ning", Role.INSTITUTION_LIAISON, "YL-I01"),
    DemoPerson("demo-statistician", "方圆 Fang Yuan", Role.STATISTICIAN, county.COUNTY),
    DemoPerson("demo-assessor", "秦镜 Qin Jing", Role.ASSESSOR, county.PREFECTURE),
    DemoPerson("demo-training", "杜衡 Du Heng", Role.TRAINING_OFFICER, county.COUNTY),
    DemoPerson("demo-clerk", "文竹 Wen Zhu", Role.CERTIFICATE_CLERK, county.COUNTY),
    DemoPerson("demo-auditor", "明鉴 Ming Jian", Role.AUDITOR, county.COUNTY),
    DemoPerson("demo-other-county", "星野 Xing Ye", Role.STATION_OFFICER, county.OTHER_COUNTY),
)

_FAMILY = (
    ("云", "Yun"),
    ("石", "Shi"),
    ("林", "Lin"),
    ("禾", "He"),
    ("白", "Bai"),
    ("叶", "Ye"),
    ("秋", "Qiu"),
    ("江", "Jiang"),
)
_GIVEN = (
    ("知秋", "Zhiqiu"), ("听泉", "Tingquan"), ("采薇", "Caiwei"), ("望舒", "Wangshu"), ("南星", "Nanxing"),
    ("半夏", "Banxia"), ("松萝", "Songluo"), ("青黛", "Qingdai"), ("苏木", "Sumu"), ("远志", "Yuanzhi"),
    ("景天", "Jingtian"),
)  # fmt: skip


def keeper_name(number: int) -> str:
    """A made-up name for whoever keeps the stock of the facility with that number."""
    family, given = _FAMILY[number % len(_FAMILY)], _GIVEN[number % len(_GIVEN)]
    return f"{family[0]}{given[0]} {family[1]} {given[1]}"

"""The demo county: 云澜县 Yunlan, which does not exist. Codes begin with 99, which GB/T 2260 gives to no province, and
the coordinates lie in an empty desert, so that nobody takes it for a real place. Pure data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

CENTRE_LONGITUDE, CENTRE_LATITUDE = 102.30, 40.10


@dataclass(frozen=True, slots=True)
class DemoArea:
    code: str
    name_zh: str
    name_en: str
    level: str
    parent: str


@dataclass(frozen=True, slots=True)
class DemoFacility:
    """A facility of the demo county. `size` says how many clients it has, 1.0 being a usual village."""

    code: str
    name_zh: str
    name_en: str
    kind: str
    area: str
    supplied_by: str
    east: float
    north: float
    opening_hours: str
    phone: str = ""
    address: str = ""
    level: str = ""
    size: float = 1.0

    @property
    def longitude(self) -> Decimal:
        return Decimal(f"{CENTRE_LONGITUDE + self.east:.6f}")

    @property
    def latitude(self) -> Decimal:
        return Decimal(f"{CENTRE_LATITUDE + self.north:.6f}")


@dataclass(frozen=True, slots=True)
class Township:
    """A township of the demo county with the names of its villages; `east` and `north` are degrees from the seat."""

    number: int
    name_zh: str
    name_en: str
    kind: str
    east: float
    north: float
    named: str

    @property
    def code(self) -> str:
        return f"{COUNTY}{self.number:03d}"

    @property
    def villages(self) -> list[tuple[str, str]]:
        """Chinese and English names."""
        pairs = [one.split(" ") for one in self.named.split(", ")]
        return [(name_zh, name_en) for name_zh, name_en in pairs]


PROVINCE, PREFECTURE, COUNTY, OTHER_COUNTY = "990000", "990100", "990121", "990122"
COUNTY_STORE, PREFECTURE_STORE, OTHER_STORE = "YL-W01", "LH-W01", "XD-W01"
OFFICE_HOURS = "Mo-Fr 08:30-12:00, 14:00-17:30"
CABINET_HOURS = "Mo-Su 08:00-20:00"
ALWAYS = "24/7"

TOWNSHIPS = (
    Township(1, "云澜", "Yunlan", "街道", 0.00, 0.00,
             "望月社区 Wangyue, 听雨社区 Tingyu, 星河社区 Xinghe, 朝露社区 Zhaolu, 南窗社区 Nanchuang"),
    Township(2, "长庚", "Changgeng", "街道", 0.05, -0.04,
             "东篱社区 Dongli, 北斗社区 Beidou, 松间社区 Songjian, 石泉社区 Shiquan, 晚晴社区 Wanqing"),
    Township(3, "望舒", "Wangshu", "镇", 0.16, 0.09,
             "青苗村 Qingmiao, 白露村 Bailu, 蒹葭村 Jianjia, 荇菜村 Xingcai, 桃夭村 Taoyao"),
    Township(4, "霁月", "Jiyue", "镇", -0.14, 0.12,
             "南枝村 Nanzhi, 北渚村 Beizhu, 云根村 Yungen, 鹤汀村 Heting, 杏雨村 Xingyu"),
    Township(5, "扶桑", "Fusang", "镇", 0.24, -0.06,
             "旸谷村 Yanggu, 若木村 Ruomu, 晨光村 Chenguang, 海棠村 Haitang, 麦浪村 Mailang"),
    Township(6, "归雁", "Guiyan", "镇", -0.22, -0.05,
             "芦花村 Luhua, 平沙村 Pingsha, 暮云村 Muyun, 烟渚村 Yanzhu, 秋水村 Qiushui"),
    Township(7, "听涛", "Tingtao", "乡", 0.10, 0.20,
             "松涛村 Songtao, 石梁村 Shiliang, 竹里村 Zhuli, 泉声村 Quansheng, 梨花村 Lihua"),
    Township(8, "鹿鸣", "Luming", "乡", -0.06, 0.23,
             "呦鸣村 Youming, 芩野村 Qinye, 苹洲村 Pingzhou, 蒿原村 Haoyuan, 笙歌村 Shengge"),
    Township(9, "采薇", "Caiwei", "乡", -0.27, 0.14,
             "柔止村 Rouzhi, 刚止村 Gangzhi, 杨柳村 Yangliu, 雨雪村 Yuxue, 归途村 Guitu"),
    Township(10, "沧浪", "Canglang", "镇", 0.08, -0.17,
             "濯缨村 Zhuoying, 渔歌村 Yuge, 清波村 Qingbo, 柳岸村 Liu'an, 菱塘村 Lingtang"),
    Township(11, "松风", "Songfeng", "乡", -0.12, -0.18,
             "古井村 Gujing, 石阶村 Shijie, 山月村 Shanyue, 云台村 Yuntai, 茶烟村 Chayan"),
    Township(12, "芳洲", "Fangzhou", "乡", 0.28, 0.18,
             "杜若村 Duruo, 兰泽村 Lanze, 蘅皋村 Henggao, 芷汀村 Zhiting, 椒丘村 Jiaoqiu"),
)  # fmt: skip
VILLAGE_OFFSETS = ((0.018, 0.012), (-0.024, 0.020), (0.030, -0.016), (-0.016, -0.026), (0.004, 0.036))


def areas() -> Iterator[DemoArea]:
    """All areas, parents before children."""
    yield DemoArea(PROVINCE, "虚构省", "Fictional Province", "province", "")
    yield DemoArea(PREFECTURE, "澜海市（虚构）", "Lanhai (fictional)", "prefecture", PROVINCE)
    yield DemoArea(COUNTY, "云澜县（虚构）", "Yunlan County (fictional)", "county", PREFECTURE)
    yield DemoArea(OTHER_COUNTY, "星渡县（虚构）", "Xingdu County (fictional)", "county", PREFECTURE)
    for township in TOWNSHIPS:
        yield from _areas_of(township)
    yield DemoArea(f"{OTHER_COUNTY}001", "星渡镇", "Xingdu", "township", OTHER_COUNTY)
    yield DemoArea(f"{OTHER_COUNTY}001201", "河汉村", "Hehan", "village", f"{OTHER_COUNTY}001")
    yield DemoArea(f"{OTHER_COUNTY}001202", "织云村", "Zhiyun", "village", f"{OTHER_COUNTY}001")


def _areas_of(township: Township) -> Iterator[DemoArea]:
    name = f"{township.name_zh}{township.kind}"
    yield DemoArea(township.code, name, f"{township.name_en} {_ENGLISH[township.kind]}", "township", COUNTY)
    for number, (name_zh, name_en) in enumerate(township.villages, 1):
        # GB/T 10114: villagers' committees count from 201, residents' committees from 001.
        code = f"{township.code}{number if name_zh.endswith('社区') else 200 + number:03d}"
        kind = "Community" if name_zh.endswith("社区") else "Village"
        yield DemoArea(code, name_zh, f"{name_en} {kind}", "village", township.code)


_ENGLISH = {"街道": "Subdistrict", "镇": "Town", "乡": "Township"}


def facilities() -> Iterator[DemoFacility]:
    """All facilities, suppliers before those they supply."""
    yield DemoFacility(
        PREFECTURE_STORE, "澜海市药具库", "Lanhai prefecture warehouse", "warehouse", PREFECTURE, "",
        0.45, -0.30, OFFICE_HOURS, "0000-0000100", "澜海市丹青路 1 号", "prefecture",
    )  # fmt: skip
    yield DemoFacility(
        COUNTY_STORE, "云澜县药具中心库", "Yunlan county warehouse", "warehouse", COUNTY, PREFECTURE_STORE,
        0.012, 0.008, OFFICE_HOURS, "0000-0000200", "云澜街道星河路 18 号", "county",
    )  # fmt: skip
    for township in TOWNSHIPS:
        yield from _facilities_of(township)
    yield from SPECIAL
    yield from VENDING
    yield from OTHER


def _facilities_of(township: Township) -> Iterator[DemoFacility]:
    store = f"YL-T{township.number:02d}"
    name = f"{township.name_zh}{township.kind}"
    town = 2.4 if township.kind == "街道" else 1.3 if township.kind == "镇" else 0.8
    yield DemoFacility(
        store, f"{name}药具库房", f"{township.name_en} township store", "township_store", township.code, COUNTY_STORE,
        township.east + 0.006, township.north - 0.004, OFFICE_HOURS, f"0000-00003{township.number:02d}",
    )  # fmt: skip
    for number, (name_zh, name_en) in enumerate(township.villages, 1):
        east, north = VILLAGE_OFFSETS[number - 1]
        community = name_zh.endswith("社区")
        area = f"{township.code}{number if community else 200 + number:03d}"
        if community and number <= 2:
            yield DemoFacility(
                f"YL-S{township.number:02d}{number:02d}", f"{name_zh}服务站", f"{name_en} community station",
                "community_station", area, store, township.east + east, township.north + north,
                "Mo-Sa 08:30-17:30", f"0000-00005{township.number:02d}", size=2.6,
            )  # fmt: skip
            continue
        yield DemoFacility(
            f"YL-V{township.number:02d}{number:02d}", f"{name_zh}药具专用柜", f"{name_en} cabinet", "village_cabinet",
            area, store, township.east + east, township.north + north, CABINET_HOURS,
            size=round(town * (0.7 + 0.15 * ((township.number * 3 + number * 5) % 5)), 2),
        )  # fmt: skip


SPECIAL = (
    DemoFacility("YL-H01", "云澜县人民医院妇产科病区", "Yunlan county hospital, maternity ward", "hospital_ward",
                 f"{COUNTY}001", COUNTY_STORE, -0.010, 0.006, ALWAYS, "0000-0000401", "云澜街道望月路 6 号", size=3.2),
    DemoFacility("YL-H02", "云澜县妇幼保健院门诊", "Yunlan maternal and child health clinic", "clinic",
                 f"{COUNTY}001", COUNTY_STORE, 0.016, -0.006, OFFICE_HOURS, "0000-0000402", "云澜街道听雨路 22 号",
                 size=4.0),
    DemoFacility("YL-C03", "望舒镇卫生院", "Wangshu town clinic", "clinic", f"{COUNTY}003", "YL-T03",
                 0.163, 0.094, OFFICE_HOURS, "0000-0000403", size=2.2),
    DemoFacility("YL-C05", "扶桑镇卫生院", "Fusang town clinic", "clinic", f"{COUNTY}005", "YL-T05",
                 0.243, -0.056, OFFICE_HOURS, "0000-0000405", size=2.0),
    DemoFacility("YL-C10", "沧浪镇卫生院", "Canglang town clinic", "clinic", f"{COUNTY}010", "YL-T10",
                 0.083, -0.166, OFFICE_HOURS, "0000-0000410", size=1.8),
    DemoFacility("YL-M01", "云澜县婚姻登记处", "Yunlan marriage registry", "marriage_registry",
                 f"{COUNTY}001001", COUNTY_STORE, 0.004, -0.011, OFFICE_HOURS, "0000-0000420", "云澜街道望月路 1 号",
                 size=1.6),
    DemoFacility("YL-I01", "澜光纺织厂职工之家", "Languang mill, staff house", "institution",
                 f"{COUNTY}002", COUNTY_STORE, 0.062, -0.052, "Mo-Su 08:00-21:00", "0000-0000431", size=2.4),
)  # fmt: skip

VENDING = tuple(
    DemoFacility(f"YL-A{number:02d}", name_zh, name_en, "vending_machine", f"{COUNTY}{township:03d}",
                 f"YL-T{township:02d}", east, north, ALWAYS, size=size)
    for number, name_zh, name_en, township, east, north, size in (
        (1, "自取机：县汽车站", "Machine: coach station", 1, 0.020, 0.014, 2.2),
        (2, "自取机：云澜职业学院对面便利店", "Machine: shop opposite the vocational college", 1, -0.016, -0.008, 1.5),
        (3, "自取机：长庚街道夜市", "Machine: Changgeng night market", 2, 0.056, -0.032, 2.0),
        (4, "自取机：澜光工业园宿舍", "Machine: Languang estate dormitories", 2, 0.066, -0.058, 2.6),
        (5, "自取机：望舒镇客运站", "Machine: Wangshu bus stop", 3, 0.168, 0.086, 1.2),
        (6, "自取机：扶桑镇文化广场", "Machine: Fusang square", 5, 0.248, -0.064, 1.3),
    )
)  # fmt: skip

OTHER = (
    DemoFacility(OTHER_STORE, "星渡县药具库", "Xingdu county warehouse", "warehouse", OTHER_COUNTY, PREFECTURE_STORE,
                 0.62, 0.10, OFFICE_HOURS, "0000-0000600", "", "county"),
    DemoFacility("XD-T01", "星渡镇药具库房", "Xingdu township store", "township_store", f"{OTHER_COUNTY}001",
                 OTHER_STORE, 0.626, 0.104, OFFICE_HOURS, "0000-0000601"),
    DemoFacility("XD-V01", "河汉村药具专用柜", "Hehan cabinet", "village_cabinet", f"{OTHER_COUNTY}001201", "XD-T01",
                 0.640, 0.118, CABINET_HOURS),
    DemoFacility("XD-V02", "织云村药具专用柜", "Zhiyun cabinet", "village_cabinet", f"{OTHER_COUNTY}001202", "XD-T01",
                 0.610, 0.086, CABINET_HOURS),
)  # fmt: skip

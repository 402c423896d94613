"""What the demo county handles: trade items that do not exist (GTINs of prefix 952, which GS1 keeps for examples), and
how much of each product a facility of size 1.0 gives out in a usual month."""

from __future__ import annotations

from dataclasses import dataclass

CONDOM, FILM, GEL = "CN-CONDOM-M", "CN-FILM-N9", "CN-GEL-N9"
PILL, PILL_28, EMERGENCY = "CN-COC-LNG", "CN-COC-LNG-21-7", "CN-EC-LNG"
MONTHLY, QUARTERLY = "CN-INJ-NET-1M", "CN-INJ-MPA-3M"
IUD, IMPLANT = "CN-IUD-TCU380A", "CN-IMP-LNG-2"
PRODUCTS = (CONDOM, PILL, PILL_28, EMERGENCY, FILM, GEL, MONTHLY, QUARTERLY, IUD, IMPLANT)


@dataclass(frozen=True, slots=True)
class DemoItem:
    """A trade item of the demo. `life_months` is what is printed on its lots."""

    code: str
    product: str
    gtin: str
    brand_zh: str
    brand_en: str
    pieces_per_pack: int
    packs_per_carton: int
    life_months: int


ITEMS = (
    DemoItem("DEMO-CONDOM-10", CONDOM, "9520000000011", "澜心（演示）", "Lanxin (demo)", 10, 100, 60),
    DemoItem("DEMO-CONDOM-3", CONDOM, "9520000000028", "澜心小盒（演示）", "Lanxin small (demo)", 3, 200, 60),
    DemoItem("DEMO-PILL-22", PILL, "9520000000035", "云月（演示）", "Yunyue (demo)", 1, 300, 36),
    DemoItem("DEMO-PILL-28", PILL_28, "9520000000042", "云月 28（演示）", "Yunyue 28 (demo)", 1, 300, 36),
    DemoItem("DEMO-EC", EMERGENCY, "9520000000059", "及时（演示）", "Jishi (demo)", 1, 200, 24),
    DemoItem("DEMO-FILM", FILM, "9520000000066", "轻羽（演示）", "Qingyu (demo)", 10, 100, 36),
    DemoItem("DEMO-GEL", GEL, "9520000000073", "清露（演示）", "Qinglu (demo)", 1, 120, 36),
    DemoItem("DEMO-INJ-1M", MONTHLY, "9520000000080", "安月（演示）", "Anyue (demo)", 10, 50, 36),
    DemoItem("DEMO-INJ-3M", QUARTERLY, "9520000000097", "安季（演示）", "Anji (demo)", 1, 100, 36),
    DemoItem("DEMO-IUD", IUD, "9520000000103", "安环（演示）", "Anhuan (demo)", 1, 100, 60),
    DemoItem("DEMO-IMPLANT", IMPLANT, "9520000000110", "安棒（演示）", "Anbang (demo)", 1, 50, 48),
)

CENTS: dict[str, tuple[int, int]] = {
    CONDOM: (24, 1),
    FILM: (65, 1),
    GEL: (980, 1),
    PILL: (210, 1),
    PILL_28: (560, 1),
    EMERGENCY: (390, 1),
    MONTHLY: (4200, 10),
    QUARTERLY: (1150, 1),
    IUD: (2680, 1),
    IMPLANT: (46800, 1),
}
"""Invented prices: cents for so many pieces."""
PRICE_SOURCE = "演示价格，不是任何一次采购的成交价 invented for the demo, of no real purchase"

MONTHLY_PIECES: dict[str, dict[str, float]] = {
    "village_cabinet": {CONDOM: 120, PILL: 6, PILL_28: 4, FILM: 14, GEL: 2.5},
    "community_station": {CONDOM: 150, PILL: 7, PILL_28: 6, EMERGENCY: 2.2, FILM: 10, GEL: 3},
    "clinic": {CONDOM: 70, PILL: 8, PILL_28: 9, EMERGENCY: 3, MONTHLY: 4, QUARTERLY: 5, IUD: 2.4, IMPLANT: 1.2},
    "hospital_ward": {CONDOM: 60, PILL_28: 5, QUARTERLY: 4, IUD: 3.0, IMPLANT: 1.8},
    "marriage_registry": {CONDOM: 190, GEL: 6},
    "institution": {CONDOM: 230, PILL: 4, FILM: 12},
    "vending_machine": {CONDOM: 180},
}
"""Usual monthly issues at size 1.0; a facility gives out only what is listed for its kind."""

PERMITTED: dict[str, tuple[str, ...]] = {
    kind: tuple(pieces) for kind, pieces in MONTHLY_PIECES.items() if kind in ("village_cabinet", "vending_machine")
}
"""Kinds whose facilities may hold nothing else: pills of prescription and what is inserted belong to clinics."""

SEASON: dict[str, tuple[float, ...]] = {
    CONDOM: (1.08, 1.30, 0.92, 0.96, 1.04, 0.98, 0.97, 1.02, 1.00, 1.14, 0.96, 1.02),
    EMERGENCY: (1.05, 1.35, 0.90, 0.95, 1.10, 0.95, 1.00, 1.00, 0.95, 1.20, 0.95, 1.00),
    IUD: (0.70, 0.55, 1.20, 1.25, 1.15, 1.00, 0.90, 0.90, 1.05, 1.10, 1.15, 0.95),
}
"""Factor by calendar month: spring holiday and the October week, and appointments put off until after the holiday."""

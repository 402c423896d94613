"""The product definitions that ship, and what is refused in others."""

import copy
import csv
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import zhixuan
from zhixuan.rules.catalogue import (
    PRODUCT_FIELDS,
    ProductStatus,
    RegulatoryCategory,
    read_products,
    refuse_unless_issuable,
)
from zhixuan.rules.methods import MEC_COLUMNS, read_methods
from zhixuan.rules.refusal import Refused
from zhixuan.rules.units import Packing

FOLDER = Path(zhixuan.__file__).parent / "definitions" / "products"
REAL_PRODUCTS = Path(__file__).resolve().parents[3] / "shared" / "data" / "civ" / "products.csv"
TODAY = date(2026, 11, 23)


def content_of(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text("utf-8"))


METHODS = read_methods(content_of("methods.toml"), file="methods.toml")
FREE_LIST = read_products(content_of("china_free_list.toml"), file="china_free_list.toml", methods=METHODS)
CIV = read_products(content_of("civ_lmis.toml"), file="civ_lmis.toml", methods=METHODS)


# fmt: off
NAMED = [
    "复方左炔诺孕酮片", "（21+7）", "三相", "肠溶胶囊", "壬苯醇醚膜", "壬苯醇醚栓", "壬苯醇醚凝胶", "男用避孕套",
    "复方炔诺酮片（1 号）", "2 号", "复方庚酸炔诺酮", "醋酸甲羟孕酮", "6 根", "2 根", "单根", "TCu380A", "TCu220C",
    "元宫铜",
    "活性γ", "爱母", "吉妮", "MLCu375", "金属单环", "0 号", "滴丸", "天津探亲丸", "53 号", "长效口服",
]
# fmt: on


def test_the_free_list_names_what_the_sources_name() -> None:
    names = "|".join(one.name_zh for one in FREE_LIST)
    for named in NAMED:
        assert named in names


def test_withdrawn_products_keep_their_history_but_are_not_issued() -> None:
    withdrawn = [one for one in FREE_LIST if one.status is ProductStatus.WITHDRAWN]
    assert len(withdrawn) == 6
    for product in withdrawn:
        with pytest.raises(Refused, match="is withdrawn or not in effect"):
            refuse_unless_issuable(product, on=TODAY)
    for product in (*CIV, *(one for one in FREE_LIST if one not in withdrawn)):
        refuse_unless_issuable(product, on=TODAY)


def test_nothing_is_invented() -> None:
    for product in (*FREE_LIST, *CIV):
        assert product.registration_number == product.gtin == ""
        assert product.verified == (not product.source.startswith("K"))


def test_condoms_are_devices_of_ten_and_implants_are_drugs() -> None:
    by_code = {one.code: one for one in FREE_LIST}
    assert by_code["CN-CONDOM-M"].packing == Packing(10)
    assert by_code["CN-CONDOM-M"].regulatory_category is RegulatoryCategory.DEVICE
    assert by_code["CN-IMP-ETG"].regulatory_category is RegulatoryCategory.DRUG
    assert by_code["CN-IUD-TCU380A"].regulatory_category is RegulatoryCategory.DEVICE


@pytest.mark.parametrize(
    ("method", "quantity"),
    [
        ("coc", 13),
        ("visiting_pill", 2),
        ("ec", 2),
        ("injectable_1m", 13),
        ("spermicide_gel", 120),
        ("condom_male", 120),
    ],
)
def test_standard_quantity_of_a_year(method: str, quantity: int) -> None:
    standard = METHODS.methods[method].standard_quantity
    assert standard is not None
    assert (standard.per_user_year, standard.verified) == (quantity, True)


def test_devices_that_last_have_no_standard_quantity() -> None:
    assert all(
        one.standard_quantity is None for one in METHODS.methods.values() if one.duration in ("long", "permanent")
    )
    assert {one.mec_column for one in METHODS.methods.values()} == {"", *MEC_COLUMNS}


def test_the_products_of_the_real_data() -> None:
    if not REAL_PRODUCTS.exists():
        pytest.skip("skipped: no data")
    with REAL_PRODUCTS.open(encoding="utf-8", newline="") as file:
        named = {line["product_code"]: line["product_name"].strip() for line in csv.DictReader(file)}
    assert {one.code: one.original_name for one in CIV} == named


def a_list(**changes: object) -> dict[str, Any]:
    content = copy.deepcopy(content_of("china_free_list.toml"))
    product = content["products"][0]
    for field, value in changes.items():
        if value is None:
            product.pop(field, None)
        else:
            product[field] = value
    return content


@pytest.mark.parametrize(
    ("changes", "field", "needs"),
    [
        ({"name_en": None}, "name_en", "is missing"),
        ({"name_zh": " 片"}, "name_zh", "without blanks"),
        ({"name_zh": 5}, "name_zh", "a text"),
        ({"method": "magic"}, "method", "must be one of"),
        ({"regulatory_category": "toy"}, "regulatory_category", "device, drug"),
        ({"status": "gone"}, "status", "active, withdrawn"),
        ({"pieces_per_pack": 0}, "pieces_per_pack", "from 1"),
        ({"pieces_per_pack": 1.5}, "pieces_per_pack", "whole number"),
        ({"pieces_per_pack": True}, "pieces_per_pack", "whole number"),
        ({"packs_per_carton": 40}, "pieces_per_pack", "needs the size of the pack"),
        ({"gtin": "06901234567890"}, "gtin", "check digit"),
        ({"verified": "yes"}, "verified", "true or false"),
        ({"source": "S99"}, "source", "S99 is not in the table"),
        ({"shelf_life_months_low": 48}, "shelf_life_months_low", "low first"),
        ({"shelf_life_months_low": None}, "shelf_life_months_low", "low first"),
        ({"storage_celsius_min": 50}, "storage_celsius_min", "low first"),
        ({"withdrawn_on": date(2020, 1, 1)}, "withdrawn_on", "only a withdrawn product"),
        ({"effective_from": "2020-01-01"}, "effective_from", "without quotes"),
        ({"unverified_fields": ["colour"]}, "unverified_fields", "no such field: colour"),
        ({"spec_en": None}, "spec_zh", "both Chinese and English"),
        ({"colour": "red"}, "colour", "not known here"),
        ({"note_zh": "仅限已婚", "note_en": "x"}, "note_zh", "is not accepted"),
    ],
)
def test_a_wrong_field_is_named(changes: dict[str, object], field: str, needs: str) -> None:
    with pytest.raises(Refused) as refusal:
        read_products(a_list(**changes), file="list.toml", methods=METHODS)
    (reason,) = refusal.value.reasons
    assert reason.field == f"products.CN-COC-LNG.{field}"
    assert reason.text().startswith(f"list.toml, {reason.field}: ")
    assert needs in reason.text()


def test_all_wrong_fields_come_at_once() -> None:
    content = a_list(name_en=None, method="magic")
    content["products"][1]["code"] = "CN-COC-LNG"
    with pytest.raises(Refused) as refusal:
        read_products(content, file="list.toml", methods=METHODS)
    assert len(refusal.value.reasons) == 3


def test_effective_dates() -> None:
    content = a_list(effective_from=date(2020, 1, 1), withdrawn_on=date(2024, 6, 1), status="withdrawn")
    product = read_products(content, file="list.toml", methods=METHODS)[0]
    days = [date(2019, 12, 31), date(2020, 1, 1), date(2024, 5, 31), date(2024, 6, 1)]
    assert [product.may_be_issued(day) for day in days] == [False, True, True, False]


@pytest.mark.parametrize(
    ("change", "needs"),
    [
        (lambda c: c["methods"][0].update({"class": "none"}), "no such class"),
        (lambda c: c["methods"][0]["cyp_factors"][0].update(version="1999"), "1999 is not described"),
        (lambda c: c["methods"][0]["cyp_factors"][0].update(couple_years_per_unit="0.1"), "either"),
        (lambda c: c["methods"][0]["cyp_factors"][0].update(units_per_couple_year=120.0), "exact number"),
        (lambda c: c["methods"][0]["cyp_factors"][0].update(units_per_couple_year=0), "exact number"),
        (lambda c: c["methods"][0]["standard_quantity"].update(per_user_year="many"), "exact number"),
        (lambda c: c["methods"].append(c["methods"][0]), "given twice"),
        (lambda c: c["methods"][0].update(mec_column="IUD"), "must be one of"),
        (lambda c: c["methods"][0].update(target=100), "not known here"),
        (lambda c: c.update(methods="none"), "a list of tables"),
        (lambda c: c.pop("file"), "is missing"),
    ],
)
def test_wrong_methods_are_refused(change: Any, needs: str) -> None:
    content = copy.deepcopy(content_of("methods.toml"))
    change(content)
    with pytest.raises(Refused) as refusal:
        read_methods(content, file="methods.toml")
    assert any(needs in one.text() for one in refusal.value.reasons)


values = st.none() | st.booleans() | st.integers() | st.text(max_size=10) | st.lists(st.text(max_size=3), max_size=2)


@given(st.dictionaries(st.sampled_from(sorted(PRODUCT_FIELDS)), values | st.dates(), min_size=1))
def test_any_product_is_read_or_refused(changes: dict[str, object]) -> None:
    reasons: tuple[Refused, ...] = ()
    try:
        read_products(a_list(**changes), file="list.toml", methods=METHODS)
    except Refused as refusal:
        reasons = refusal.reasons
    assert all(one.text().startswith("list.toml, products") for one in reasons)


@given(values | st.dictionaries(st.text(max_size=8), values, max_size=3))
def test_anything_else_is_refused(content: object) -> None:
    with pytest.raises(Refused):
        read_products(content, file="list.toml", methods=METHODS)

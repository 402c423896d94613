"""Mappings: what ships is sound, what is wrong is named, and codes made of names do not fall together."""

import tomllib
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import zhixuan
from zhixuan.rules.directory.areas import AREA_CODE_CHARACTERS_MAX, clean_code
from zhixuan.rules.imports import Numbers, code_of_name, read_mapping
from zhixuan.rules.periods import Month
from zhixuan.rules.refusal import Refused

FILES = sorted((Path(zhixuan.__file__).parent / "definitions" / "imports").glob("*.toml"))


def the_mapping() -> dict[str, Any]:
    return deepcopy(tomllib.loads(FILES[0].read_text(encoding="utf-8")))


def refusals(content: dict[str, Any]) -> set[str]:
    with pytest.raises(Refused) as refused:
        read_mapping(content, file="x.toml")
    return {one.field for one in refused.value.reasons}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_ships_is_sound(path: Path) -> None:
    mapping = read_mapping(tomllib.loads(path.read_text(encoding="utf-8")), file=path.name)
    assert mapping.title_zh
    assert mapping.source
    assert mapping.numbers is Numbers.POINT
    assert mapping.cards.stockout_days_since == Month(2019, 7)


def test_sites_and_areas_may_be_left_out() -> None:
    content = the_mapping()
    del content["sites"], content["areas"]
    assert read_mapping(content, file="x").sites is None


def test_all_faults_are_named_at_once() -> None:
    content = the_mapping()
    content["cards"]["columns"]["period"] = "period"
    content["cards"]["columns"]["openning"] = "x"
    del content["cards"]["columns"]["closing"]
    content["cards"]["empty"]["site"] = 0
    content["cards"]["stockout_days_since"] = "July"
    content["sites"]["names"]["zh"] = "{area} {colour}"
    content["sites"]["kinds"][0]["kind"] = "palace"
    content["areas"]["levels"].reverse()
    content["products"]["pieces_per_unit"] = {"A": 0}
    content["file"]["numbers"] = "1 234"
    content["colour"] = "green"
    assert refusals(content) >= {
        "cards.columns",
        "cards.columns.closing",
        "cards.columns.openning",
        "cards.empty",
        "cards.stockout_days_since",
        "sites.names.zh",
        "sites.kinds[1].kind",
        "areas.levels",
        "products.pieces_per_unit.A",
        "file.numbers",
        "colour",
    }


@pytest.mark.parametrize("pattern", ["{", "{0}", "{area!r}", "{area:>9}", "{area.x}", "{}"])
def test_names_are_made_of_known_words_only(pattern: str) -> None:
    content = the_mapping()
    content["sites"]["names"]["en"] = pattern
    assert refusals(content) == {"sites.names.en"}


@pytest.mark.parametrize(
    ("columns", "wrong"), [({"gains": "a"}, False), ({"gains": "a", "losses": "b"}, False), ({}, True)]
)
def test_adjustments_are_signed_or_apart(columns: dict[str, str], wrong: bool) -> None:
    content = the_mapping()
    del content["cards"]["columns"]["adjusted"]
    content["cards"]["columns"] |= columns
    if wrong:
        assert refusals(content) == {"cards.columns"}
    else:
        assert read_mapping(content, file="x").cards.columns["gains"] == ("a",)


@given(st.text(min_size=1, max_size=60))
def test_codes_made_of_names_are_codes(name: str) -> None:
    code = code_of_name("CI-D", name)
    assert clean_code(code, longest=AREA_CODE_CHARACTERS_MAX) == code
    assert code == code_of_name("CI-D", name)


def test_long_and_foreign_names_do_not_fall_together() -> None:
    names = ["KOUMASSI-PORT BOUET-VRIDI", "KOUMASSI-PORT BOUET-VRIDO", "江夏区", "江岸区", "MAN", "DALOA"]
    assert len({code_of_name("CI-D", name) for name in names}) == len(names)

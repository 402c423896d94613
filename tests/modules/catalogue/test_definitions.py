"""Loading the definitions: complete, repeatable, never losing a product."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from tests.builders import NOW, a_machine
from zhixuan.modules.catalogue import queries
from zhixuan.modules.catalogue.models import CoupleYearFactor, Item, Method, Product
from zhixuan.modules.catalogue.operations.load_definitions import Loaded, load_definitions
from zhixuan.shared import definitions
from zhixuan.shared.access import Forbidden, Role
from zhixuan.shared.models import AuditEntry

pytestmark = pytest.mark.django_db
ADMINISTRATOR = a_machine(Role.ADMINISTRATOR)


@pytest.fixture
def loaded() -> Loaded:
    return load_definitions(actor=ADMINISTRATOR, at=NOW)


def raw(name: str) -> list[dict[str, object]]:
    """Products of a definition file, read without the rules."""
    products: list[dict[str, object]] = definitions.read(f"products/{name}.toml")["products"]
    return products


def test_every_product_and_method_of_the_files_is_there(loaded: Loaded) -> None:
    codes = {str(one["code"]) for name in ("china_free_list", "civ_lmis") for one in raw(name)}
    assert set(Product.objects.values_list("code", flat=True)) == codes
    assert Method.objects.count() == len(definitions.read("products/methods.toml")["methods"])
    assert loaded.added == len(codes) + Method.objects.count()


def test_loading_again_changes_nothing(loaded: Loaded) -> None:
    entries = AuditEntry.objects.count()
    assert load_definitions(actor=ADMINISTRATOR, at=NOW) == Loaded()
    assert AuditEntry.objects.count() == entries


def test_one_list_may_be_loaded_alone() -> None:
    load_definitions(lists=["civ_lmis"], actor=ADMINISTRATOR, at=NOW)
    assert Product.objects.count() == 11
    assert Item.objects.get(code="AS46000").pieces_per_pack == 144


def test_every_product_has_a_trade_item_to_book(loaded: Loaded) -> None:
    assert not Product.objects.filter(items=None).exists()
    assert all(queries.first_item_id(one.pk) for one in queries.products())


def test_sources_are_spelled_out(loaded: Loaded) -> None:
    product = Product.objects.get(code="CN-COC-LNG")
    assert product.source.startswith("Yunnan provincial notice")
    assert product.quantity_per_user_year == 13
    assert "S6" not in product.quantity_source
    assert "regulatory_category" in product.unverified_fields


def test_factors_are_exact_and_hold_from_their_version_on(loaded: Loaded) -> None:
    implant = Product.objects.get(code="CN-IMP-LNG-2")
    condom = Product.objects.get(code="CN-CONDOM-M")
    ids = [implant.pk, condom.pk]
    before = queries.couple_years_per_piece(ids, date(2015, 6, 1))
    after = queries.couple_years_per_piece(ids, date(2023, 6, 1))
    assert (before[implant.pk], after[implant.pk]) == (Fraction("3.2"), Fraction("2.5"))
    assert before[condom.pk] == after[condom.pk] == Fraction(1, 120)


def test_the_list_annotates_the_latest_factor(loaded: Loaded) -> None:
    implant = queries.products_with_factor().get(code="CN-IMP-LNG-2")
    assert (implant.factor_version, implant.factor_numerator, implant.factor_denominator) == ("2022", 5, 2)
    assert queries.products_with_factor().get(code="CN-IUD-RING").factor_version is None


def test_no_factor_is_the_tenfold_mistake(loaded: Loaded) -> None:
    """Published code has 0.0067 for a cycle of pills, where 1/15 = 0.0667 is meant (domain.md 4.3)."""
    for factor in CoupleYearFactor.objects.filter(method__code="coc"):
        assert factor.couple_years_per_piece == Fraction(1, 15)


def test_what_a_list_no_longer_names_is_withdrawn_and_kept(loaded: Loaded, monkeypatch: pytest.MonkeyPatch) -> None:
    content = definitions.read("products/civ_lmis.toml")
    shorter = {**content, "products": content["products"][1:]}
    gone = content["products"][0]["code"]
    read = definitions.read
    monkeypatch.setattr(definitions, "read", lambda name: shorter if name.endswith("civ_lmis.toml") else read(name))
    assert load_definitions(actor=ADMINISTRATOR, at=NOW) == Loaded(withdrawn=1)
    assert Product.objects.get(code=gone).status == Product.Status.WITHDRAWN
    assert not queries.active_products().filter(code=gone).exists()
    assert AuditEntry.objects.filter(details__withdrawn=1).exists()


def test_edited_items_are_left_alone(loaded: Loaded) -> None:
    Item.objects.filter(code="CN-CONDOM-M").update(pieces_per_pack=12)
    load_definitions(actor=ADMINISTRATOR, at=NOW)
    assert Item.objects.get(code="CN-CONDOM-M").pieces_per_pack == 12


def test_only_administrators_load() -> None:
    with pytest.raises(Forbidden):
        load_definitions(actor=a_machine(Role.STATION_OFFICER), at=NOW)

"""Runs in an environment of its own, with Tryton's stock modules: movements come in by standard input.

In:  {"lots": {lot: item}, "places": {place: type}, "events": [[day, [[lot, from, to, pieces], ...]], ...],
     "ends": [day]}
Out: {"seconds": posting alone, "balances": {day: {place: {lot: pieces}}}}
"""

from __future__ import annotations

import datetime
import json
import sys
import time
from decimal import Decimal
from typing import Any

from trytond import config

ROOT = 0
"""Of Tryton: no access rules are looked at, which only makes it faster."""


def main() -> None:
    folder = sys.argv[1]
    config.set("database", "uri", "sqlite://")
    config.set("database", "path", folder)
    given = json.load(sys.stdin)
    name = "replay"
    _create(name)
    from trytond.pool import Pool
    from trytond.transaction import Transaction

    pool = Pool(name)
    with Transaction().start(name, ROOT):
        company = _company(pool)
    with Transaction().start(name, ROOT, context={"company": company["company"]}):
        things = company | _things(pool, given)
    seconds = 0.0
    for day, moves in given["events"]:
        begin = time.perf_counter()
        with Transaction().start(name, ROOT, context={"company": things["company"]}):
            _post(pool, things, day, moves)
        seconds += time.perf_counter() - begin
    with Transaction().start(name, ROOT, context={"company": things["company"]}):
        balances = {day: _balances(pool, things, given, day) for day in given["ends"]}
    print(json.dumps({"seconds": seconds, "balances": balances}))


def _create(name: str) -> None:
    from trytond.pool import Pool
    from trytond.transaction import Transaction

    with Transaction().start(None, 0, autocommit=True) as transaction:
        transaction.database.create(transaction.connection, name)
    with Transaction().start(name, 0) as transaction:
        transaction.database.init()
    Pool.start()
    pool = Pool(name)
    pool.init(update=["ir", "res"], lang=["en"])
    with Transaction().start(name, ROOT):
        module = pool.get("ir.module")
        module.update_list()
        wanted = module.search([("name", "=", "stock_lot")])
        module.activate(wanted)
    pool.init(update=["stock_lot"], lang=["en"])


def _company(pool: Any) -> dict[str, Any]:
    currency_model, party_model, company_model = map(pool.get, ("currency.currency", "party.party", "company.company"))
    (currency,) = currency_model.create([{"name": "Yuan", "symbol": "¥", "code": "CNY", "numeric_code": "156"}])
    (party,) = party_model.create([{"name": "County station"}])
    (company,) = company_model.create([{"party": party.id, "currency": currency.id}])
    return {"company": company.id, "currency": currency.id}


def _things(pool: Any, given: dict[str, Any]) -> dict[str, Any]:
    """A product for each of our items, a lot for each of our lots, a location for each of our places."""
    (unit,) = pool.get("product.uom").search([("name", "=", "Unit")])
    template_model, product_model = pool.get("product.template"), pool.get("product.product")
    items = sorted(set(given["lots"].values()))
    templates = template_model.create(
        [{"name": f"Item {item}", "type": "goods", "default_uom": unit.id, "list_price": Decimal(0)} for item in items]
    )
    products = product_model.create([{"template": template.id} for template in templates])
    product_of = dict(zip(items, (product.id for product in products), strict=True))
    lots = sorted(given["lots"].items())
    made = pool.get("stock.lot").create([{"number": lot, "product": product_of[item]} for lot, item in lots])
    places = sorted(given["places"].items())
    locations = pool.get("stock.location").create([{"name": place, "type": kind} for place, kind in places])
    return {
        "unit": unit.id,
        "lots": {lot: (row.id, product_of[item]) for (lot, item), row in zip(lots, made, strict=True)},
        "places": {place: row.id for (place, _kind), row in zip(places, locations, strict=True)},
        "kinds": given["places"],
    }


def _post(pool: Any, things: dict[str, Any], day: str, moves: list[list[Any]]) -> None:
    """One of our events: all its movements, done in one transaction."""
    model = pool.get("stock.move")
    rows = []
    for lot, source, target, pieces in moves:
        lot_id, product_id = things["lots"][lot]
        priced = {things["kinds"][source], things["kinds"][target]} & {"supplier", "customer"}
        row = {
            "product": product_id,
            "lot": lot_id,
            "unit": things["unit"],
            "quantity": float(pieces),
            "from_location": things["places"][source],
            "to_location": things["places"][target],
            "company": things["company"],
            "effective_date": datetime.date.fromisoformat(day),
            "planned_date": datetime.date.fromisoformat(day),
        }
        rows.append(row | ({"unit_price": Decimal(0), "currency": things["currency"]} if priced else {}))
    model.do(model.create(rows))


def _balances(pool: Any, things: dict[str, Any], given: dict[str, Any], day: str) -> dict[str, dict[str, int]]:
    from trytond.transaction import Transaction

    kept = [place for place, kind in given["places"].items() if kind == "storage"]
    names = {identity: lot for lot, (identity, _product) in things["lots"].items()}
    found: dict[str, dict[str, int]] = {}
    with Transaction().set_context(stock_date_end=datetime.date.fromisoformat(day), stock_skip_warehouse=True):
        for place in kept:
            location = things["places"][place]
            quantities = pool.get("product.product").products_by_location(
                [location], with_childs=False, grouping=("product", "lot")
            )
            found[place] = {
                names[key[2]]: int(pieces) for key, pieces in quantities.items() if key[2] is not None and pieces
            }
    return found


if __name__ == "__main__":
    main()

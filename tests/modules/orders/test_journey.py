"""From asking to agreeing about what arrived: through the pages, as people do it."""

from __future__ import annotations

import pytest

from tests.journeys.desk import Desk
from tests.order_builders import OrderingCounty
from tests.papers import printed
from zhixuan.modules.documents.queries.sources import documents_of_source
from zhixuan.modules.orders.models import Order, OrderLine
from zhixuan.modules.orders.queries import progress
from zhixuan.rules.orders.steps import State

LANGUAGES = ("en", "zh-hans")


def test_the_whole_way(county: OrderingCounty) -> None:
    store, answer = Desk(county.asker), Desk(county.answerer, "zh-hans")
    ask = f"/orders/ask/?facility={county.stock.store.pk}"
    page = store.page(ask)
    assert "300 a month (average of 3 months) × norm 2 − 100 on hand − 0 on the way − 0 asked already" in page
    form = store.form(ask)
    given = {"facility": county.stock.store.pk, "supplier": county.stock.warehouse.pk, "step": "ask"}
    address = store.send("/orders/ask/", form, **given)
    assert store.send("/orders/ask/", form, **given) == address
    assert store.send("/orders/ask/", store.form(ask), **given) == address
    order = Order.objects.get()
    assert "SA-RQ2026-0001" in store.page(address) if order.year == 2026 else True

    condom = county.stock.condom.pk
    assert str(order.number) in answer.page("/orders/to-answer/?waiting=1")
    review = f"/orders/{order.pk}/review/"
    cut = {f"quantity-{condom}": "20盒", f"reason-{condom}": "别处也要"}
    assert "200" in answer.page(review) or answer.client.post(f"{review}{condom}/", cut).status_code == 200
    answer.client.post(f"{review}{condom}/", cut)
    assert OrderLine.objects.get().approved == 200
    answer.send(f"/orders/{order.pk}/approve/", answer.form(address))
    answer.send(f"/orders/{order.pk}/send/", answer.form(f"/orders/{order.pk}/send/"), **{f"quantity-{condom}": 150})
    (document,) = documents_of_source("orders.order", str(order.pk))
    assert (document.state, document.drawn[0].pieces) == ("drawn", 150)
    assert progress.states_of([Order.objects.get()])[order.pk] == State.BEING_SENT
    for language in LANGUAGES:
        Desk(county.asker, language).page(address)
        Desk(county.answerer, language).page(address)
    assert printed(store.client, f"/orders/{order.pk}/print/", paper="a5")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_opens(county: OrderingCounty, language: str) -> None:
    desk = Desk(county.answerer, language)
    for path in ("mine", "to-answer", "between", "on-the-way", "differences", "distributions"):
        desk.page(f"/orders/{path}/")
        desk.sheet(f"/orders/{path}/")
    draft = county.draw(send_in=False).id
    store = Desk(county.asker, language)
    store.page(f"/orders/{draft}/change/")
    store.page(f"/orders/{draft}/upload/")
    assert store.client.get(f"/orders/{draft}/template/").status_code == 200
    store.page(f"/orders/{draft}/step/withdraw/")
    store.page(f"/orders/ask/?facility={county.stock.store.pk}")

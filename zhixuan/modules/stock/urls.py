from __future__ import annotations

from django.urls import URLPattern, path

from zhixuan.modules.stock.screens import (
    adjust,
    card,
    category_ledger,
    consignee_ledger,
    dispense,
    lots,
    months,
    on_hand,
    receive,
    return_stock,
    reverse,
    send,
    slips,
    suspense,
    transfers,
)

app_name = "stock"
urlpatterns: list[URLPattern] = [
    path("on-hand/", on_hand.on_hand, name="on_hand"),
    path("by-product/", on_hand.by_product, name="by_product"),
    path("lots/", lots.lots, name="lots"),
    path("lots/<int:lot_id>/", lots.lot, name="lot"),
    path("card/<int:facility_id>/<int:product_id>/", card.card, name="card"),
    path("books/", category_ledger.books, name="books"),
    path("books/<int:facility_id>/", category_ledger.category_ledger, name="category_ledger"),
    path("books/<int:facility_id>/print/", category_ledger.category_ledger_print, name="category_ledger_print"),
    path("books/<int:facility_id>/consignees/", consignee_ledger.consignee_ledger, name="consignee_ledger"),
    path(
        "books/<int:facility_id>/consignees/print/",
        consignee_ledger.consignee_ledger_print,
        name="consignee_ledger_print",
    ),
    path(
        "books/<int:facility_id>/consignees/<int:consignee_id>/",
        consignee_ledger.consignee_slips,
        name="consignee_slips",
    ),
    path("slips/", slips.slips, name="slips"),
    path("slips/<int:event_id>/", slips.slip, name="slip"),
    path("slips/<int:event_id>/reverse/", reverse.reverse, name="reverse"),
    path("slips/<int:event_id>/print/", slips.slip_print, name="slip_print"),
    path("receive/", receive.receive, name="receive"),
    path("send/", send.send, name="send"),
    path("return/", return_stock.return_stock, name="return"),
    path("dispense/", dispense.dispense, name="dispense"),
    path("adjust/", adjust.adjust, name="adjust"),
    path("transfers/", transfers.transfers, name="transfers"),
    path("transfers/<int:event_id>/receive/", transfers.receive_transfer, name="receive_transfer"),
    path("suspense/", suspense.suspense, name="suspense"),
    path("conflicts/", suspense.conflicts, name="conflicts"),
    path("months/", months.months, name="months"),
    path("months/<int:facility_id>/", months.months_of, name="months_of"),
    path("months/<int:facility_id>/<str:month>/close/", months.close, name="close_month"),
    path("months/<int:facility_id>/<str:month>/reopen/", months.reopen, name="reopen_month"),
]

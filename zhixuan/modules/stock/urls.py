from __future__ import annotations

from django.urls import URLPattern, path

from zhixuan.modules.stock.screens import card, lots, on_hand, slips

app_name = "stock"
urlpatterns: list[URLPattern] = [
    path("on-hand/", on_hand.on_hand, name="on_hand"),
    path("by-product/", on_hand.by_product, name="by_product"),
    path("lots/", lots.lots, name="lots"),
    path("lots/<int:lot_id>/", lots.lot, name="lot"),
    path("card/<int:facility_id>/<int:product_id>/", card.card, name="card"),
    path("slips/", slips.slips, name="slips"),
    path("slips/<int:event_id>/", slips.slip, name="slip"),
]

from __future__ import annotations

from django.urls import URLPattern, path

from zhixuan.modules.catalogue.screens import codes, item_table, items, products, replacing

app_name = "catalogue"
urlpatterns: list[URLPattern] = [
    path("products/", products.products, name="products"),
    path("products/<int:product_id>/", products.product, name="product"),
    path("products/<int:product_id>/items/add/", items.add, name="add_item"),
    path("products/<int:product_id>/replace/", replacing.replace, name="replace_product"),
    path("replacements/<int:replacement_id>/end/", replacing.end, name="end_replacement"),
    path("items/table/", item_table.table, name="item_table"),
    path("items/table/upload/", item_table.upload, name="item_table_upload"),
    path("items/table/uploads/<uuid:upload_id>/", item_table.plan, name="item_table_plan"),
    path("codes/link/", codes.link, name="link_code"),
    path("items/<int:item_id>/change/", items.change, name="change_item"),
]

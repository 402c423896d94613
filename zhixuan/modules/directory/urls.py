from __future__ import annotations

from django.urls import URLPattern, path

from zhixuan.modules.directory.screens import areas, edit_facility, facilities, facility, tables

app_name = "directory"
urlpatterns: list[URLPattern] = [
    path("facilities/", facilities.facilities, name="facilities"),
    path("facilities/add/", edit_facility.add, name="add_facility"),
    path("facilities/<int:facility_id>/", facility.facility, name="facility"),
    path("facilities/<int:facility_id>/change/", edit_facility.change, name="change_facility"),
    path("facilities/<int:facility_id>/supply-line/", facility.supply_line, name="supply_line"),
    path("facilities/<int:facility_id>/products/", facility.permitted_products, name="permitted_products"),
    path("facilities/<int:facility_id>/close/", facility.close, name="close_facility"),
    path("map/", facilities.network_map, name="map"),
    path("areas/", areas.areas, name="areas"),
    path("areas/add/", areas.add, name="add_area"),
    path("areas/<int:area_id>/", areas.area, name="area"),
    path("areas/<int:area_id>/change/", areas.change, name="change_area"),
    path("tables/", tables.tables, name="tables"),
    path("tables/download/", tables.download, name="table"),
    path("tables/template/", tables.template, name="template"),
    path("tables/import/<uuid:draft_id>/", tables.dry_run, name="import"),
]

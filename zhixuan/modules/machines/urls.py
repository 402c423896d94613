from __future__ import annotations

from django.urls import URLPattern, path

from zhixuan.modules.machines.screens import (
    count,
    faults,
    limits,
    machine,
    machines,
    public,
    records,
    refill,
    routes,
    set_up,
    visits,
)

app_name = "machines"
urlpatterns: list[URLPattern] = [
    path("", machines.machines, name="machines"),
    path("needing/", machines.needing, name="needing"),
    path("service/", machines.served, name="served"),
    path("map/", machines.network_map, name="map"),
    path("at/<str:code>/", public.public, name="public"),
    path("<int:facility_id>/", machine.machine, name="machine"),
    path("<int:facility_id>/label/", machine.label, name="label"),
    path("<int:facility_id>/set-up/", set_up.set_up, name="set_up"),
    path("<int:facility_id>/slots/", set_up.slots, name="slots"),
    path("<int:facility_id>/refill/", refill.refill, name="refill"),
    path("<int:facility_id>/count/", count.count, name="count"),
    path("<int:facility_id>/records/", records.records, name="records"),
    path("<int:facility_id>/records/add/", records.add_record, name="add_record"),
    path("<int:facility_id>/fault/", faults.add_fault, name="add_fault"),
    path("import/", records.import_records, name="import_records"),
    path("import/template/", records.template, name="records_template"),
    path("import/<uuid:upload_id>/", records.import_plan, name="import_plan"),
    path("visits/", visits.visits, name="visits"),
    path("visits/<uuid:command_id>/", visits.visit, name="visit"),
    path("visits/<uuid:command_id>/print/", visits.visit_print, name="visit_print"),
    path("routes/", routes.routes, name="routes"),
    path("routes/add/", routes.add_route, name="add_route"),
    path("routes/<int:route_id>/", routes.route, name="route"),
    path("routes/<int:route_id>/finish/", routes.finish, name="finish_route"),
    path("routes/<int:route_id>/print/", routes.route_print, name="route_print"),
    path("faults/", faults.faults, name="faults"),
    path("faults/<int:fault_id>/", faults.fault, name="fault"),
    path("limits/", limits.limits, name="limits"),
    path("limits/add/", limits.add_limit, name="add_limit"),
    path("limits/<int:limit_id>/", limits.limit, name="limit"),
    path("limits/<int:limit_id>/end/", limits.end, name="end_limit"),
]

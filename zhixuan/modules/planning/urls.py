from __future__ import annotations

from django.urls import URLPattern, path

from zhixuan.modules.planning.screens import (
    allocation_grid,
    allocation_lists,
    allocation_map,
    allocation_paper,
    allocation_verbs,
    allocation_what_if,
    lists,
    paper,
    verbs,
)

app_name = "planning"
urlpatterns: list[URLPattern] = [
    path("demand/", lists.plans, name="plans"),
    path("demand/sums/", lists.sums, name="sums"),
    path("demand/draw/", verbs.draw, name="draw"),
    path("demand/<int:plan_id>/", lists.plan, name="plan"),
    path("demand/<int:plan_id>/lines/<int:line_id>/", verbs.line, name="line"),
    path("demand/<int:plan_id>/print/", paper.paper, name="print"),
    path("demand/<int:plan_id>/step/<str:verb>/", verbs.step, name="step"),
]

urlpatterns += [
    path("allocation/", allocation_lists.plans, name="allocations"),
    path("allocation/draw/", allocation_verbs.draw, name="draw_allocation"),
    path("allocation/<int:plan_id>/", allocation_lists.plan, name="allocation"),
    path("allocation/<int:plan_id>/lines/<int:line_id>/", allocation_verbs.line, name="allocation_line"),
    path("allocation/<int:plan_id>/edit/", allocation_grid.grid, name="allocation_grid"),
    path("allocation/<int:plan_id>/edit/<int:line_id>/", allocation_grid.grid_line, name="allocation_grid_line"),
    path("allocation/<int:plan_id>/what-if/", allocation_what_if.what_if, name="allocation_what_if"),
    path("allocation/<int:plan_id>/map/", allocation_map.allocation_map, name="allocation_map"),
    path("allocation/<int:plan_id>/print/", allocation_paper.paper, name="allocation_print"),
    path("allocation/<int:plan_id>/rework/", allocation_verbs.rework, name="rework_allocation"),
    path("allocation/<int:plan_id>/step/<str:verb>/", allocation_verbs.step, name="allocation_step"),
    path("allocation/<int:plan_id>/approve/", allocation_verbs.approve, name="approve_allocation"),
]

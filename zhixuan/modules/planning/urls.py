from __future__ import annotations

from django.urls import URLPattern, path

from zhixuan.modules.planning.screens import (
    allocation_grid,
    allocation_lists,
    allocation_map,
    allocation_paper,
    allocation_verbs,
    allocation_what_if,
    costs,
    desk,
    file_forecasts,
    forecast_runs,
    forecasts,
    fulfilment,
    lists,
    needs,
    paper,
    plan_grid,
    policies,
    prices,
    verbs,
    versions,
)

app_name = "planning"
urlpatterns: list[URLPattern] = [
    path("", desk.desk, name="desk"),
    path("matrix/", desk.matrix, name="matrix"),
    path("demand/", lists.plans, name="plans"),
    path("demand/sums/", lists.sums, name="sums"),
    path("demand/prices/", prices.prices, name="prices"),
    path("demand/budgets/", prices.budgets, name="budgets"),
    path("demand/draw/", verbs.draw, name="draw"),
    path("demand/<int:plan_id>/", lists.plan, name="plan"),
    path("demand/<int:plan_id>/lines/<int:line_id>/", verbs.line, name="line"),
    path("demand/<int:plan_id>/lines/<int:line_id>/need/", needs.line_method, name="line_method"),
    path("demand/<int:plan_id>/lines/<int:line_id>/users/", needs.line_users, name="line_users"),
    path("demand/<int:plan_id>/need/", needs.plan_method, name="plan_method"),
    path("demand/<int:plan_id>/forecast/", needs.plan_forecast, name="plan_forecast"),
    path("demand/<int:plan_id>/grid/", plan_grid.page, name="grid"),
    path("demand/<int:plan_id>/grid/lines/", plan_grid.lines, name="grid_lines"),
    path("demand/<int:plan_id>/grid/save/", plan_grid.save, name="grid_save"),
    path("demand/<int:plan_id>/print/", paper.paper, name="print"),
    path("demand/<int:plan_id>/carried-out/", fulfilment.carried_out, name="carried_out"),
    path("demand/<int:plan_id>/carried-out/products/", fulfilment.carried_out_products, name="carried_out_products"),
    path("demand/<int:plan_id>/cost/", costs.cost, name="cost"),
    path("demand/<int:plan_id>/cost/products/", costs.cost_products, name="cost_products"),
    path("demand/<int:plan_id>/versions/", versions.versions, name="versions"),
    path("demand/<int:plan_id>/step/<str:verb>/", verbs.step, name="step"),
    path("forecasts/", forecasts.forecasts, name="forecasts"),
    path("forecasts/<int:facility_id>/<int:product_id>/", forecasts.series, name="forecast"),
    path("forecasts/runs/", forecast_runs.runs, name="forecast_runs"),
    path("forecasts/runs/new/", forecast_runs.new, name="new_forecast"),
    path("forecasts/runs/<int:run_id>/", forecast_runs.run, name="forecast_run"),
    path("forecasts/runs/<int:run_id>/progress/", forecast_runs.progress, name="forecast_progress"),
    path("forecasts/runs/<int:run_id>/cancel/", forecast_runs.cancel, name="cancel_forecast"),
    path("forecasts/runs/<int:run_id>/resume/", forecast_runs.resume, name="resume_forecast"),
]

urlpatterns += [
    path("forecasts/files/", file_forecasts.runs, name="file_forecasts"),
    path("forecasts/files/new/", file_forecasts.new, name="new_file_forecast"),
    path("forecasts/files/template/", file_forecasts.template, name="file_forecast_template"),
    path("forecasts/files/uploads/<uuid:upload_id>/", file_forecasts.plan, name="file_forecast_plan"),
    path("forecasts/files/<int:run_id>/", file_forecasts.run, name="file_forecast"),
    path("forecasts/files/<int:run_id>/lines/<int:line_id>/", file_forecasts.line, name="file_forecast_line"),
    path("forecasts/files/<int:run_id>/forecast.<str:kind>", file_forecasts.table, name="file_forecast_table"),
    path("forecasts/files/<int:run_id>/progress/", file_forecasts.progress, name="file_forecast_progress"),
    path("forecasts/files/<int:run_id>/cancel/", file_forecasts.cancel, name="cancel_file_forecast"),
    path("forecasts/files/<int:run_id>/resume/", file_forecasts.resume, name="resume_file_forecast"),
]

urlpatterns += [
    path("policies/", policies.policies, name="policies"),
    path("policies/new/", policies.new, name="new_policies"),
    path("policies/<int:run_id>/", policies.run, name="policy_run"),
    path("policies/<int:run_id>/choose/", policies.choose, name="choose_service"),
    path("policies/<int:run_id>/progress/", policies.progress, name="policies_progress"),
    path("policies/<int:run_id>/cancel/", policies.cancel, name="cancel_policies"),
    path("policies/<int:run_id>/resume/", policies.resume, name="resume_policies"),
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

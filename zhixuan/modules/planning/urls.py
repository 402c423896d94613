from __future__ import annotations

from django.urls import URLPattern, path

from zhixuan.modules.planning.screens import lists, paper, verbs

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

from __future__ import annotations

from django.urls import URLPattern, path

from zhixuan.modules.orders.screens import (
    ask,
    differences,
    grid,
    lists,
    order,
    paper,
    plans,
    transit,
    upload,
    verbs,
)

app_name = "orders"
urlpatterns: list[URLPattern] = [
    path("mine/", lists.mine, name="mine"),
    path("to-answer/", lists.to_answer, name="to_answer"),
    path("between/", lists.between, name="between"),
    path("ask/", ask.ask, name="ask"),
    path("<int:order_id>/", order.order, name="order"),
    path("<int:order_id>/print/", paper.paper, name="print"),
    path("<int:order_id>/change/", grid.change, name="change"),
    path("<int:order_id>/change/<int:product_id>/", grid.change_line, name="change_line"),
    path("<int:order_id>/template/", upload.template, name="template"),
    path("<int:order_id>/upload/", upload.upload, name="upload"),
    path("<int:order_id>/submit/", verbs.submit, name="submit"),
    path("<int:order_id>/review/", grid.review, name="review"),
    path("<int:order_id>/review/<int:product_id>/", grid.review_line, name="review_line"),
    path("<int:order_id>/approve/", verbs.approve, name="approve"),
    path("<int:order_id>/send/", verbs.send, name="send"),
    path("<int:order_id>/step/<str:verb>/", verbs.step, name="step"),
    path("uploads/<uuid:upload_id>/", upload.plan, name="upload_plan"),
    path("distributions/", plans.plans, name="plans"),
    path("distributions/draw/", plans.draw, name="draw_plan"),
    path("distributions/<int:plan_id>/", plans.plan, name="plan"),
    path("distributions/<int:plan_id>/cells/<int:line_id>/", plans.cell, name="plan_cell"),
    path("distributions/<int:plan_id>/approve/", plans.approve, name="approve_plan"),
    path("distributions/<int:plan_id>/withdraw/", plans.withdraw, name="withdraw_plan"),
    path("differences/", differences.differences, name="differences"),
    path("differences/<int:event_id>/", differences.difference, name="difference"),
    path("differences/<int:event_id>/files/", differences.files, name="difference_files"),
    path("differences/<int:event_id>/files/<uuid:file_id>/", differences.file, name="difference_file"),
    path("on-the-way/", transit.on_the_way, name="on_the_way"),
]

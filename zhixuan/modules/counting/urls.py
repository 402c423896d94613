from __future__ import annotations

from django.urls import URLPattern, path

from zhixuan.modules.counting.screens import file, found, home, open_sheet, opening, paper, review, sheet, steps

app_name = "counting"
urlpatterns: list[URLPattern] = [
    path("", home.home, name="counts"),
    path("history/", home.history, name="history"),
    path("open/", open_sheet.open_sheet, name="open"),
    path("opening-stock/", opening.opening, name="opening"),
    path("opening-stock/template/", opening.template, name="opening_template"),
    path("opening-stock/<uuid:upload_id>/", opening.plan, name="opening_plan"),
    path("<int:count_id>/", sheet.count, name="count"),
    path("<int:count_id>/lines/<int:line_id>/", sheet.save_line, name="save_line"),
    path("<int:count_id>/found/", found.found, name="found"),
    path("<int:count_id>/finish/", steps.finish, name="finish"),
    path("<int:count_id>/review/", review.review, name="review"),
    path("<int:count_id>/judge/", steps.judge, name="judge"),
    path("<int:count_id>/approve/", steps.approve, name="approve"),
    path("<int:count_id>/post/", steps.post, name="post"),
    path("<int:count_id>/cancel/", steps.cancel, name="cancel"),
    path("<int:count_id>/print/", paper.paper, name="paper"),
    path("<int:count_id>/file/", file.upload, name="file"),
    path("<int:count_id>/file/sheet/", file.download, name="file_sheet"),
    path("<int:count_id>/file/<uuid:upload_id>/", file.plan, name="file_plan"),
]

from __future__ import annotations

from django.urls import URLPattern, path

from zhixuan.modules.documents.screens import (
    arrival,
    check,
    document,
    documents,
    draw,
    files,
    head,
    lines,
    printing,
    table,
    turning,
)

app_name = "documents"
urlpatterns: list[URLPattern] = [
    path("", documents.documents, name="documents"),
    path("new/<str:kind>/", draw.draw, name="draw"),
    path("arrivals/<int:event_id>/", arrival.draw_arrival, name="draw_arrival"),
    path("<int:document_id>/", document.document, name="document"),
    path("<int:document_id>/head/", head.head, name="head"),
    path("<int:document_id>/table/", table.upload, name="table"),
    path("<int:document_id>/table/template/", table.template, name="table_template"),
    path("uploads/<uuid:upload_id>/", table.plan, name="table_plan"),
    path("<int:document_id>/lines/new/", lines.new_line, name="new_line"),
    path("<int:document_id>/lines/<int:line_id>/", lines.line, name="line"),
    path("<int:document_id>/lines/<int:line_id>/remove/", lines.remove, name="remove_line"),
    path("<int:document_id>/check/", check.check, name="check"),
    path("<int:document_id>/check/scan/", check.scan, name="scan"),
    path("<int:document_id>/check/<int:line_id>/", check.check_one, name="check_line"),
    path("<int:document_id>/send/", turning.send, name="send"),
    path("<int:document_id>/take-back/", turning.take_back, name="take_back"),
    path("<int:document_id>/cancel/", turning.cancel, name="cancel"),
    path("<int:document_id>/close/", turning.close, name="close"),
    path("<int:document_id>/files/", files.files, name="files"),
    path("<int:document_id>/files/<uuid:attachment_id>/", files.file, name="file"),
    path("<int:document_id>/print/", printing.document_print, name="print"),
]

"""What every module's API shares: shapes of errors and pages, and how refusals are answered."""

from __future__ import annotations

from typing import Annotated, Any

from django.db import OperationalError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Query, Schema
from ninja.errors import ValidationError
from pydantic import Field, StringConstraints

from zhixuan.rules.refusal import Refused
from zhixuan.rules.stock.ledger import PIECES_MAX
from zhixuan.shared.access import Forbidden, Unknown
from zhixuan.shared.ui.forms import sentence

OFFSET_MAX = 10_000_000
RETRY_SECONDS = 2

Pieces = Annotated[int, Field(ge=1, le=PIECES_MAX)]
Count = Annotated[int, Field(ge=0, le=PIECES_MAX)]
Code = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[^\x00]+$")]
Word = Annotated[str, StringConstraints(max_length=40, pattern=r"^[^\x00]*$")]
"""A code or a name of a state to look for; empty for any."""
Sentence = Annotated[str, StringConstraints(max_length=500, pattern=r"^[^\x00]*$")]


class ErrorOut(Schema):
    """One reason; `field` names the input, `code` does not change with the language."""

    field: str
    message: str
    code: str


class ErrorsOut(Schema):
    errors: list[ErrorOut]


class Page(Schema):
    """Which part of a list is wanted."""

    limit: int = Field(100, ge=1, le=1000)
    offset: int = Field(0, ge=0, le=OFFSET_MAX)


PageQuery = Query[Page]

REFUSALS: dict[int, Any] = {401: ErrorsOut, 403: ErrorsOut, 404: ErrorsOut, 409: ErrorsOut, 422: ErrorsOut}


def part(rows: QuerySet[Any], page: Page) -> dict[str, Any]:
    """The wanted rows, and how many there are in all."""
    return {"total": rows.count(), "rows": list(rows[page.offset : page.offset + page.limit])}


def answer_refusals(api: NinjaAPI) -> None:
    """Every refusal has one shape and the status that says what kind it is."""

    def answer(request: HttpRequest, errors: list[tuple[str, str, str]], status: int) -> HttpResponse:
        rows = [{"field": field, "message": message, "code": code} for field, message, code in errors]
        return api.create_response(request, {"errors": rows}, status=status)

    @api.exception_handler(Refused)
    def refused(request: HttpRequest, error: Refused) -> HttpResponse:
        rows = [(reason.field, sentence(reason), reason.code) for reason in error.reasons]
        return answer(request, rows, 409 if error.code == "command_conflict" else 422)

    @api.exception_handler(Unknown)
    def unknown(request: HttpRequest, _error: Unknown) -> HttpResponse:
        return answer(request, [("", _("Not found."), "not_found")], 404)

    @api.exception_handler(Forbidden)
    def forbidden(request: HttpRequest, _error: Forbidden) -> HttpResponse:
        return answer(request, [("", _("This is not yours to do here."), "forbidden")], 403)

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        rows = [("-".join(str(step) for step in one["loc"][2:]), one["msg"], one["type"]) for one in error.errors]
        return answer(request, rows, 422)

    @api.exception_handler(OperationalError)
    def busy(request: HttpRequest, _error: OperationalError) -> HttpResponse:
        response = answer(request, [("", _("The database is busy. Send the same again."), "busy")], 503)
        response["Retry-After"] = str(RETRY_SECONDS)
        return response

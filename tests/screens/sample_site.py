"""A small site without a database that uses every part of the shell; served to the browser by test_shell.py."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.views.i18n import set_language

from zhixuan.rules.refusal import Refused
from zhixuan.shared.ui.forms import PostingForm, add_refusal
from zhixuan.shared.ui.listing import (
    Action,
    Badge,
    ChoiceFilter,
    Column,
    Empty,
    Listing,
    SearchFilter,
    ToggleFilter,
)
from zhixuan.shared.ui.messages import Link, done
from zhixuan.shared.ui.widgets import UNITS, DayInput, ExpiryField, QuantityInput, SearchSelect, UnitSelect

STORES = ("城关镇卫生院", "青山镇卫生院", "云溪街道社区卫生服务中心", "红旗村卫生室")
PRODUCTS = ("男用安全套 中号", "复方左炔诺孕酮片", "宫内节育器 TCu380A")
STATES = (Badge("缺货", "red"), Badge("偏低", "orange"), Badge("正常", "green"), Badge("超储", "azure"))
ROWS = [
    {
        "name": f"{STORES[n % 4]} {n:02}",
        "product": PRODUCTS[n % 3],
        "pieces": n * 331 % 4000,
        "expires": date(2027, 1 + n % 12, 28),
        "state": n % 4,
    }
    for n in range(60)
]
POSTED: list[str] = []


class Wrapped:
    """Gives each request what the accounts give it otherwise."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.place_name = "云溪县药具站"  # type: ignore[attr-defined]
        return self.get_response(request)


LIST = Listing(
    name="stock",
    title="Stock",
    columns=(
        Column("name", "Facility", sort="name", href=lambda row: "/form/", secondary=lambda row: row["product"]),
        Column("expires", "Expires", "month", sort="expires"),
        Column("pieces", "On hand", "number", sort="pieces", hint="In pieces"),
        Column("state", "Status", "badge", value=lambda row: STATES[row["state"]]),
    ),
    filters=(
        SearchFilter("q", "Search", lambda rows, text: [row for row in rows if text in row["name"]]),
        ChoiceFilter(
            "product",
            "Product",
            [(name, name) for name in PRODUCTS],
            lambda rows, value: [row for row in rows if row["product"] == value],
        ),
        ToggleFilter("out", "Stock-outs only", lambda rows: [row for row in rows if not row["state"]]),
    ),
    default_sort="name",
    page_size=20,
    empty=Empty("No stock yet", "Receive the first delivery.", Action("Receive", "/lines/")),
)


class LineForm(forms.Form):
    item = forms.ChoiceField(
        label="Product",
        choices=[("", ""), *((str(n), name) for n, name in enumerate(PRODUCTS))],
        widget=SearchSelect(
            facts={
                str(n): {"keywords": f"0690123456789{n}", "pieces_per_pack": 10, "piece_unit": "片", "at_hand": 1200}
                for n in range(3)
            },
            marks=("product",),
        ),
    )
    lot = forms.CharField(label="Lot", widget=forms.TextInput({"data-lot": ""}))
    expiry = ExpiryField(label="Expires")
    quantity = forms.IntegerField(label="Quantity", widget=QuantityInput())
    unit = forms.ChoiceField(label="Unit", choices=UNITS, widget=UnitSelect())


Lines = forms.formset_factory(LineForm, extra=3, max_num=100)


class HeadForm(PostingForm):
    store = forms.ChoiceField(label="Store", choices=list(enumerate(STORES)))
    on = forms.DateField(label="Date", widget=DayInput(), initial=date(2026, 11, 23))
    reason = forms.ChoiceField(
        label="Reason", choices=[(1, "破损"), (2, "过期")], widget=forms.RadioSelect, required=False
    )
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea({"rows": 2}), help_text="Who saw it.")
    checked = forms.BooleanField(label="Checked by two people", required=False)


def listing(request: HttpRequest) -> HttpResponse:
    return LIST.response(request, ROWS, template="sample/list.html")


def empty(request: HttpRequest) -> HttpResponse:
    return LIST.response(request, [], template="sample/list.html")


def form(request: HttpRequest) -> HttpResponse:
    bound = HeadForm(request.POST or None)
    if request.method == "POST" and bound.is_valid():
        refusals = [Refused("Too few: {n}.", n=3, field="store"), Refused("The month is closed.")]
        add_refusal(bound, Refused.many(refusals))
    return render(request, "sample/form.html", {"form": bound})


def lines(request: HttpRequest) -> HttpResponse:
    head, rows = HeadForm(request.POST or None), Lines(request.POST or None, prefix="lines")
    if request.method == "POST" and head.is_valid() and rows.is_valid():
        POSTED.append(str(head.cleaned_data["command_id"]))
        link = Link("Open the slip", "/form/", "receipt")
        done(request, "已入库", number="RK-2026-000123", links=[link, Link("Print", "/form/", "printer")])
        return HttpResponseRedirect("/list/")
    return render(request, "sample/lines.html", {"form": head, "formset": rows})


def figures(request: HttpRequest) -> HttpResponse:
    months = [f"2026-{n:02}" for n in range(1, 13)]
    over_time = {
        "legend": {},
        "xAxis": {"type": "category", "data": months},
        "yAxis": {"type": "value"},
        "series": [{"type": "line", "name": "库存", "data": [n * 17 % 90 for n in range(12)]}],
    }
    by_state = {
        "legend": {},
        "xAxis": {"type": "value"},
        "yAxis": {"type": "category", "data": STORES},
        "series": [
            {"type": "bar", "stack": "all", "name": name, "state": state, "data": [3, 1, 4, 1]}
            for name, state in (("缺货", "out"), ("偏低", "low"), ("正常", "good"), ("超储", "over"))
        ],
    }
    points = [
        {"name": f"{n}", "longitude": 110 + n % 7 / 9, "latitude": 32 + n % 5 / 9, "group": "正常", "state": "good"}
        for n in range(30)
    ]
    return render(request, "sample/figures.html", {"over_time": over_time, "by_state": by_state, "points": points})


def plain(request: HttpRequest) -> HttpResponse:
    return render(request, "sample/plain.html", {"form": HeadForm()})


urlpatterns = [
    path("list/", listing),
    path("empty/", empty),
    path("form/", form),
    path("lines/", lines),
    path("figures/", figures),
    path("plain/", plain),
    path("setlang/", set_language, name="set_language"),
]

"""The storage log: one store's readings by month with a picture, and what went beyond the limits."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.directory import queries as directory
from zhixuan.modules.directory.queries import Facility
from zhixuan.modules.quality import permissions
from zhixuan.modules.quality.models import StorageReading
from zhixuan.modules.quality.operations.record_readings import record_readings
from zhixuan.modules.quality.operations.set_limits import set_limits
from zhixuan.modules.quality.queries import storage as queries
from zhixuan.modules.quality.screens import words
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.modules.stock.screens import doing
from zhixuan.modules.stock.screens.words import lot_label
from zhixuan.rules.periods import Month
from zhixuan.rules.quality.storage import Limits, Measure, Reading
from zhixuan.rules.refusal import Refused
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.columns import Badge
from zhixuan.shared.ui.listing import Column, Empty, Listing
from zhixuan.shared.ui.messages import done
from zhixuan.shared.ui.naming import localized
from zhixuan.shared.ui.widgets import DayInput

MORNING, AFTERNOON = time(9), time(15)


def bound(label: Any) -> forms.DecimalField:
    """A number with one decimal place that may be left out."""
    return forms.DecimalField(label=label, max_digits=4, decimal_places=1, required=False)


class ReadingForm(forms.Form):
    """One reading, as on the paper log: day, time, temperature, humidity."""

    day = forms.DateField(label=_lazy("Day"), widget=DayInput())
    time = forms.TimeField(label=_lazy("Time"), widget=forms.TimeInput({"type": "time"}, format="%H:%M"))
    temperature = bound(_lazy("Temperature, °C"))
    humidity = bound(_lazy("Relative humidity, %"))

    def reading(self) -> Reading:
        given = self.cleaned_data
        at = timezone.make_aware(datetime.combine(given["day"], given["time"]))
        return Reading(at, given["temperature"], given["humidity"])


class LimitsForm(forms.Form):
    """The range that is allowed in a store."""

    temperature_least = bound(_lazy("Lowest temperature, °C"))
    temperature_most = bound(_lazy("Highest temperature, °C"))
    humidity_least = bound(_lazy("Lowest humidity, %"))
    humidity_most = bound(_lazy("Highest humidity, %"))
    source = forms.CharField(label=_lazy("Where these limits come from"), max_length=300)


EXCURSIONS = Listing(
    name="excursions",
    title=_lazy("Beyond the limits"),
    columns=(
        Column(
            "facility",
            _lazy("Facility"),
            value=lambda row: localized(row.facility),
            sort="facility__code",
            href=lambda row: reverse("quality:excursion", args=[row.pk]),
        ),
        Column("measure", _lazy("What"), value=lambda row: words.MEASURES[row.measure], sort="measure"),
        Column("began_at", _lazy("From"), "datetime", sort="began_at"),
        Column("ended_at", _lazy("Until"), "datetime", value=lambda row: row.ended_at),
        Column("hours", _lazy("Hours"), "number", value=lambda row: hours_of(row), places=1),
        Column(
            "extreme", _lazy("Farthest"), value=lambda row: words.measured(row.measure, row.extreme), sort="extreme"
        ),
        Column("state", _lazy("State"), "badge", value=lambda row: _state(row)),
    ),
    default_sort="-began_at",
    empty=Empty(_lazy("Nothing went beyond the limits"), icon="circle-check"),
)


def hours_of(row: Any) -> float:
    """From the first reading outside to the first back inside, or to the last one outside."""
    return round(float(((row.ended_at or row.last_at) - row.began_at).total_seconds()) / 3600, 1)


def _state(row: Any) -> Badge:
    return Badge(_lazy("Over"), "secondary") if row.ended_at else Badge(_lazy("Lasts"), "red")


def storage(request: ActorRequest) -> HttpResponse:
    """Stores that keep a log, and all excursions in sight."""
    context = {
        "facilities": queries.facilities_with_log(request.actor),
        "may_log": request.actor.has(permissions.LOG_STORAGE),
    }
    rows = queries.excursions_for(request.actor)
    return EXCURSIONS.response(request, rows, template="quality/storage.html", context=context)


def keep(request: ActorRequest) -> HttpResponse:
    """To the log of one's own store."""
    facility = doing.facility_in(request, permissions.LOG_STORAGE)
    if facility is None:
        return doing.choose_facility(request, permissions.LOG_STORAGE, _("Storage log"))
    return HttpResponseRedirect(reverse("quality:storage_log", args=[facility.pk]))


def storage_log(request: ActorRequest, facility_id: int) -> HttpResponse:
    """One store: write a reading, see the month."""
    facility = directory.facility(request.actor, facility_id)
    places = places_of(facility_id)
    permissions.require(request.actor, permissions.VIEW, places)
    now = timezone.localtime()
    usual = MORNING if now.time() < time(12) else AFTERNOON
    form = ReadingForm(request.POST or None, initial={"day": now.date(), "time": usual})
    if request.method == "POST":
        permissions.require(request.actor, permissions.LOG_STORAGE, places)
        if form.is_valid() and _record(request, facility_id, form):
            done(request, _("The reading is in the log."), detail=localized(facility))
            return HttpResponseRedirect(reverse("quality:storage_log", args=[facility_id]))
    month = month_asked(request)
    readings = list(queries.month_of_readings(facility_id, month))
    limits = queries.limits_of(facility_id)
    context = {
        "facility": facility,
        "form": form if places.lets(request.actor, permissions.LOG_STORAGE) else None,
        "may_set": places.lets(request.actor, permissions.SET_LIMITS),
        "limits": words.limits(limits),
        "source": limits.source,
        "month": month.first_day,
        "readings": [(row, outside(row, limits)) for row in reversed(readings)],
        "excursions": queries.excursions_for(request.actor).filter(facility=facility)[:20],
        "chart": chart(readings, limits),
    }
    return render(request, "quality/storage_log.html", context, status=422 if form.is_bound else 200)


def _record(request: ActorRequest, facility_id: int, form: ReadingForm) -> bool:
    added = doing.attempt(
        form,
        lambda: record_readings(
            facility_id=facility_id, readings=[form.reading()], actor=request.actor, at=timezone.now()
        ),
    )
    return added is not None


def month_asked(request: ActorRequest) -> Month:
    """The month of the address, else the present one."""
    try:
        return Month.parse(request.GET.get("month", ""))
    except Refused:
        return Month.of(timezone.localdate())


def outside(row: StorageReading, limits: Limits) -> dict[str, bool]:
    """Which of a reading's values lie beyond the limits."""
    values = {Measure.TEMPERATURE: row.temperature, Measure.HUMIDITY: row.humidity}
    return {measure.value: value is not None and not limits.allows(measure, value) for measure, value in values.items()}


def chart(readings: list[StorageReading], limits: Limits) -> dict[str, Any] | None:
    """Temperature on the left, humidity on the right, the limits as lines."""
    if not readings:
        return None
    axis = [{"type": "value", "name": "°C", "scale": True}, {"type": "value", "name": "%", "min": 0, "max": 100}]
    series = []
    for index, measure in enumerate(Measure):
        points = [
            [timezone.localtime(row.at).strftime("%Y-%m-%dT%H:%M"), float(value)]
            for row in readings
            if (value := getattr(row, measure.value)) is not None
        ]
        marks = [
            {"yAxis": float(bound), "name": pgettext("storage", "Limit")}
            for bound in limits.bounds(measure)
            if bound is not None
        ]
        line: dict[str, Any] = {"name": str(words.MEASURES[measure]), "type": "line", "data": points}
        line |= {"yAxisIndex": index, "showSymbol": len(points) < 130}
        line |= {"markLine": {"silent": True, "symbol": "none", "data": marks}}
        if points:
            series.append(line)
    return {"legend": {}, "xAxis": {"type": "time"}, "yAxis": axis, "series": series, "tooltip": {"trigger": "axis"}}


def excursion(request: ActorRequest, excursion_id: int) -> HttpResponse:
    """One excursion: how long, how far, and which lots it touched."""
    found = queries.excursion(request.actor, excursion_id)
    context = {
        "one": found,
        "what": words.MEASURES[found.measure],
        "extreme": words.measured(found.measure, found.extreme),
        "hours": hours_of(found),
        "limits": words.limits(queries.limits_of(found.facility_id)),
        "lots": [
            (lot, lot_label(lot.number), product, beyond) for (lot, beyond), product in zip(*_lots(found), strict=True)
        ],
    }
    return render(request, "quality/excursion.html", context)


def _lots(found: Any) -> tuple[list[Any], list[str]]:
    lots = queries.lots_touched(found)
    products = catalogue.products_by_id({lot.product_id for lot, _beyond in lots})
    return lots, [localized(products[lot.product_id]) for lot, _beyond in lots]


def limits(request: ActorRequest, facility_id: int) -> HttpResponse:
    """Give a store limits of its own."""
    facility = directory.facility(request.actor, facility_id)
    permissions.require(request.actor, permissions.SET_LIMITS, places_of(facility_id))
    form = LimitsForm(request.POST or None, initial=_initial(facility))
    back = reverse("quality:storage_log", args=[facility_id])
    if request.method == "POST" and form.is_valid():
        try:
            set_limits(
                facility_id=facility_id, limits=Limits(**form.cleaned_data), actor=request.actor, at=timezone.now()
            )
        except Refused as refused:
            doing.tell(form, refused.reasons)
        else:
            done(request, _("The limits are set."), detail=localized(facility))
            return HttpResponseRedirect(back)
    context = {"form": form, "facility": facility, "back": back}
    return render(request, "quality/limits.html", context, status=422 if form.is_bound else 200)


def _initial(facility: Facility) -> dict[str, Any]:
    now = queries.limits_of(facility.pk)
    names = ("temperature_least", "temperature_most", "humidity_least", "humidity_most", "source")
    return {name: getattr(now, name) for name in names}

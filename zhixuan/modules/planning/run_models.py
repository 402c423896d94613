"""What the worker makes in the background: forecasts of cards, policies tried on the past, large allocation plans.

Forecasts of monthly records that somebody brought in a file are their maker's alone; places and products are codes of
that file. What was made is never changed; another run is added. A choice of service level says which run it was
made from.
"""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import Q


class State(models.TextChoices):
    """Of a run; how far an open one is, its job says."""

    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


class Run(models.Model):
    """Asked for once, made once in the background."""

    State = State

    area = models.ForeignKey("directory.Area", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    job_id = models.UUIDField()
    asked_at = models.DateTimeField()
    asked_by = models.BigIntegerField(null=True)
    asked_by_name = models.CharField(max_length=150)
    made_at = models.DateTimeField(null=True)
    version = models.CharField(max_length=20, blank=True, help_text="of the program that made it")

    class Meta:
        abstract = True


class ForecastRun(Run):
    """A forecast of every card of an area; what it stands on."""

    profile = models.CharField(max_length=10, help_text="how much work was put in: full, fast, plain")
    horizon = models.PositiveSmallIntegerField(help_text="months ahead")
    data_until = models.DateField(help_text="first day of the newest month looked at")
    missing_package = models.CharField(max_length=60, blank=True, help_text="why only the plain medians served")
    service = models.DecimalField(
        max_digits=3, decimal_places=2, null=True, help_text="that `order_up_to` of its lines is made for"
    )
    cover_months = models.PositiveSmallIntegerField(default=0, help_text="lead time and time between orders together")

    class Meta:
        indexes = [models.Index(fields=["area", "-data_until", "-id"], name="forecast_run_latest")]


class ForecastLine(models.Model):
    """One product at one place, as forecast: pieces a month from the month after `run.data_until` on.

    Not books: figures are rounded to hundredths of a piece. `off` and `bias` are of earlier forecasts, against what
    came; empty where there is none to compare.
    """

    run = models.ForeignKey(ForecastRun, on_delete=models.CASCADE, related_name="lines")
    facility = models.ForeignKey("directory.Facility", on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey("catalogue.Product", on_delete=models.PROTECT, related_name="+")
    current = models.BooleanField(help_text="the newest of this product at this place")
    method = models.CharField(max_length=40)
    reported = models.PositiveIntegerField(help_text="months with a report it stands on")
    figures = models.JSONField(help_text="a list as long as the horizon for mean, p10, median, p80, p90, p95")
    next_median = models.DecimalField(max_digits=14, decimal_places=2)
    year_mean = models.DecimalField(max_digits=16, decimal_places=2, help_text="of the first twelve months together")
    order_up_to = models.BigIntegerField(null=True, help_text="pieces at hand and on order after an order")
    months_compared = models.PositiveSmallIntegerField(default=0)
    off = models.DecimalField(max_digits=12, decimal_places=4, null=True)
    bias = models.DecimalField(max_digits=12, decimal_places=4, null=True)
    marks = models.JSONField(default=list, help_text="odd months: (what, month)")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "facility", "product"], name="forecast_line_once"),
            models.UniqueConstraint(
                fields=["facility", "product"], condition=Q(current=True), name="forecast_line_one_current"
            ),
        ]


class PolicyRun(Run):
    """Ways to order tried on the past of an area's own books; `lines` is what came of it."""

    lead = models.PositiveSmallIntegerField(help_text="months from an order to its arrival")
    review = models.PositiveSmallIntegerField(help_text="months between two orders")
    shelf_life = models.PositiveSmallIntegerField(help_text="months, of what arrives")
    since = models.DateField(help_text="first day of the first month played")
    until = models.DateField(help_text="first day of the last month played")
    product_ids = models.JSONField(default=list, help_text="none: all products")
    series = models.PositiveIntegerField(default=0, help_text="products at places that were played")
    places = models.PositiveIntegerField(default=0)
    lines = models.JSONField(default=list, help_text="a policy with its setting, and what it was worth")

    class Meta:
        indexes = [models.Index(fields=["area", "-id"], name="policy_run_latest")]


class AllocationRun(Run):
    """A deed on a large allocation plan, asked for by a person and done in the background in their name."""

    class Verb(models.TextChoices):
        DRAW = "draw"
        REWORK = "rework"
        APPROVE = "approve"
        REVOKE = "revoke"

    verb = models.CharField(max_length=7, choices=Verb)
    plan = models.ForeignKey(
        "AllocationPlan", null=True, on_delete=models.CASCADE, related_name="runs", help_text="drawn: once it is there"
    )
    said = models.JSONField(default=dict, help_text="what was asked for, as the operation takes it")
    on = models.DateField(help_text="the day whose stock counts")

    class Meta:
        indexes = [models.Index(fields=["area", "-id"], name="allocation_run_latest")]
        constraints = [
            models.UniqueConstraint(
                fields=["plan"], condition=Q(state=State.OPEN), name="allocation_run_one_open_of_a_plan"
            )
        ]


class ServiceChoice(models.Model):
    """The service level that an area has chosen, and from which run. Only ever added: the newest counts."""

    area = models.ForeignKey("directory.Area", on_delete=models.PROTECT, related_name="+")
    run = models.ForeignKey(PolicyRun, on_delete=models.PROTECT, related_name="choices")
    service = models.DecimalField(max_digits=3, decimal_places=2)
    note = models.CharField(max_length=300)
    chosen_at = models.DateTimeField()
    chosen_by = models.BigIntegerField(null=True)
    chosen_by_name = models.CharField(max_length=150)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(service__gte=Decimal("0.70"), service__lte=Decimal("0.97")), name="service_choice_learned"
            )
        ]
        indexes = [models.Index(fields=["area", "-id"], name="service_choice_newest")]


class FileForecast(Run):
    """A file as it was read, and how it is forecast; `area` is where its maker plans."""

    file_name = models.CharField(max_length=200)
    history = models.BinaryField(help_text="the fact table of the file (analytics/tables.FACTS) as Parquet")
    titles = models.JSONField(help_text="what the file calls year, month, facility and product: so does the answer")
    profile = models.CharField(max_length=10, help_text="how much work was put in: full, fast, plain")
    horizon = models.PositiveSmallIntegerField(help_text="months ahead")
    data_until = models.DateField(help_text="first day of the newest month in the file")
    series = models.PositiveIntegerField(help_text="products at places")
    missing_package = models.CharField(max_length=60, blank=True, help_text="why only the plain medians served")

    class Meta:
        indexes = [models.Index(fields=["asked_by", "-id"], name="file_forecast_latest")]


class FileForecastLine(models.Model):
    """One product at one place of the file, as forecast: pieces a month from the month after `run.data_until` on."""

    run = models.ForeignKey(FileForecast, on_delete=models.CASCADE, related_name="lines")
    facility = models.TextField(help_text="code, as the file has it")
    product = models.TextField(help_text="code, as the file has it")
    method = models.CharField(max_length=40)
    reported = models.PositiveIntegerField(help_text="months with a report it stands on")
    figures = models.JSONField(help_text="a list as long as the horizon for mean, p10, median, p80, p90, p95")
    next_median = models.DecimalField(max_digits=18, decimal_places=2)
    year_mean = models.DecimalField(max_digits=20, decimal_places=2, help_text="of the first twelve months together")
    marks = models.JSONField(default=list, help_text="odd months: (what, month)")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "facility", "product"], name="file_forecast_line_once"),
        ]
